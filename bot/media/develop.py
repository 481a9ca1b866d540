"""Opens a picture and makes of it what networks take: upright, in sRGB, without a word about where it was taken.

Imported only where pictures are opened: in the worker process, and in a rehearsal, which draws its own.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageOps
from PIL.JpegImagePlugin import JpegImageFile

from adapters.contract import Pictures
from bot.media.choose import unfit_size
from bot.media.crop import shaped
from bot.media.prints import Focus, Print, Unusable
from bot.media.said import said_in
from bot.tongue import phrase

__all__ = ["develop", "opened"]

MOST_SIDE = 2560
"""More than any reader's app shows; it lets a camera's JPEG be opened at half its size."""
_QUALITIES = (88, 82, 76, 70, 64, 60)
_LOSSY: dict[str, tuple[str, dict[str, Any]]] = {
    "image/jpeg": ("JPEG", {"optimize": True, "progressive": True}),
    "image/webp": ("WEBP", {"method": 6}),
}
"""JPEG before WebP where a network takes both: whoever keeps a copy can open it anywhere."""
_SMALLER = 0.8
_LEAST_SIDE = 320
_FEW_COLOURS = 256
_MOST_BITS = 4
"""For each pixel: what has more was kept better than anybody sees, and takes its time to be sent."""
_SAYS_NOTHING = "APP0"
"""The part of a JPEG that tells how to read it; every other may tell of who took it, where and with what."""
STILL = phrase("with the first frame of its animated photo")
_MAY_MOVE = ("GIF", "PNG", "WEBP", "AVIF")
_OPENED = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error)
"""What Pillow's readers raise at files that are not as they should be."""
_SRGB = ImageCms.createProfile("sRGB")


def develop(content: bytes, wanted: Sequence[Pictures], focus: Focus | None = None) -> tuple[Print, ...]:
    """Make a print for each of `wanted`, in order; the picture is opened once. Raises Unusable.

    `focus`: what is to stay in sight where a network's shape costs a part of the picture; None: attention finds it.
    """
    base, is_graphic = opened(content, max((each.side for each in wanted), default=MOST_SIDE))
    with Image.open(BytesIO(content), formats=_OPENED) as image:
        clean, said, lost = _clean(content, image), said_in(image), STILL if _moves(image) else ""
    is_graphic = is_graphic and base.getcolors(_FEW_COLOURS) is not None
    shapes: dict[tuple[float | None, float | None], _Negative] = {}
    for each in wanted:
        shape = (each.narrowest, each.widest)
        if shape not in shapes:
            cut = shaped(base, *shape, focus)
            shapes[shape] = next((n for n in shapes.values() if n.base is cut), _Negative(cut, is_graphic=is_graphic))
    made = (_as_it_is(content, clean, each) or shapes[each.narrowest, each.widest].printed(each) for each in wanted)
    return tuple(replace(each, said=said, why=each.why or lost) for each in made)


def _moves(image: Image.Image) -> bool:
    """Whether a picture is a film without sound; of a camera's JPEG the further pictures are not its next ones."""
    return image.format in _MAY_MOVE and getattr(image, "n_frames", 1) > 1


def _clean(content: bytes, image: Image.Image) -> tuple[int, int] | None:
    """Tell the size of a JPEG that could not be made better: upright, in sRGB, without a word beside its pixels."""
    if not isinstance(image, JpegImageFile) or image.format != "JPEG" or image.mode != "RGB":
        return None
    if any(name != _SAYS_NOTHING for name, _ in image.applist):
        return None
    # Cameras hang films and second pictures behind the end.
    is_whole = content.endswith(b"\xff\xd9")
    is_lean = len(content) * 8 <= image.width * image.height * _MOST_BITS
    return image.size if is_whole and is_lean else None


def _as_it_is(content: bytes, clean: tuple[int, int] | None, wanted: Pictures) -> Print | None:
    """Take a picture that fits without a change: it loses nothing, and is what lies at its own address."""
    if clean is None or "image/jpeg" not in wanted.mimes or len(content) > wanted.size:
        return None
    fits = clean == _within(clean, min(wanted.side, MOST_SIDE), wanted.area) == _in_shape(clean, wanted)
    return Print("image/jpeg", *clean, content) if fits else None


def opened(content: bytes, side: int) -> tuple[Image.Image, bool]:
    """Open a picture upright, in sRGB and no longer than `side`; also tell whether it came as a graphic does.

    Raises Unusable.
    """
    if why := _no_picture(content):
        raise Unusable(why)
    # Our own limit is below, with a sentence of its own.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(BytesIO(content), formats=_OPENED) as image:
            if why := unfit_size(*image.size):
                raise Unusable(why)
            is_graphic = image.format in ("PNG", "GIF")
            return _in_srgb(_upright(_reduced(image, side))), is_graphic
    except _BROKEN as e:
        raise Unusable("the picture is broken or was cut off") from e
    except MemoryError as e:
        raise Unusable("the picture needs too much memory to be opened") from e


def _no_picture(content: bytes) -> str:
    """Tell by its first bytes what came in place of a picture; no name or header is believed."""
    head = content[:512]
    brand = head[4:12]
    if brand[:4] == b"ftyp" and brand[4:] in (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"):
        return "the picture is in the HEIC format, which few networks and programs open"
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")) or head[8:12] == b"WEBP":
        return ""
    if brand in (b"ftypavif", b"ftypavis"):
        return ""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    if b"<svg" in start:
        return "the picture is a drawing (SVG)"
    if start.startswith(b"<"):
        return "a web page came in place of the picture"
    return "what came is no picture" if content else "the picture is empty"


def _reduced(image: Image.Image, side: int) -> Image.Image:
    """Shrink before anything else: every later step is paid for by the pixel."""
    size = _within(image.size, min(side, MOST_SIDE), None)
    image.draft(image.mode, size)  # JPEG alone: opens at a half, a quarter or an eighth
    if image.mode.startswith(("I", "F")):  # 16 bits a pixel and more: what screens show are the upper eight
        image = _eight_bits(image)
    elif image.mode in ("P", "PA", "1"):  # what a palette's numbers mean cannot be averaged
        image = _in_full(image)
    return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _eight_bits(image: Image.Image) -> Image.Image:
    deep = image if image.mode == "F" else image.convert("I")
    _, brightest = deep.getextrema()
    assert isinstance(brightest, int | float)
    # Some write eight bits into sixteen.
    full = 65535.0 if brightest > 255 else 255.0
    shallow = deep.point(lambda value: value * (255.0 / full)).convert("L")
    shallow.info = image.info
    return shallow


def _in_full(image: Image.Image) -> Image.Image:
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _upright(image: Image.Image) -> Image.Image:
    return ImageOps.exif_transpose(image)


def _in_srgb(image: Image.Image) -> Image.Image:
    """Lay what is transparent on white, and turn the colours into those a screen without a profile shows."""
    profile = image.info.get("icc_profile")
    if image.has_transparency_data:
        sheet = Image.new("RGBA", image.size, "white")
        sheet.alpha_composite(image.convert("RGBA"))
        image = sheet.convert("RGB")
    if profile and image.mode in ("RGB", "CMYK"):
        try:
            theirs = ImageCms.ImageCmsProfile(BytesIO(profile))
            turned = ImageCms.profileToProfile(image, theirs, _SRGB, outputMode="RGB")
        except ImageCms.PyCMSError:
            turned = None  # a profile that does not fit its picture says nothing about it
        image = turned or image
    image = image.convert("RGB")
    # Whatever was told beside the pixels (place, camera, comments, thumbnails) stays behind.
    image.info = {}
    return image


def _within(size: tuple[int, int], side: int, area: int | None) -> tuple[int, int]:
    """Tell the largest size of the same shape that keeps to both."""
    width, height = size
    scale = min(1.0, side / max(size))
    if area is not None:
        scale = min(scale, (area / (width * height)) ** 0.5)
    return (width, height) if scale == 1.0 else (max(int(width * scale), 1), max(int(height * scale), 1))


def _in_shape(size: tuple[int, int], wanted: Pictures) -> tuple[int, int]:
    """Take away the pixel by which rounding may have left a shape's bounds."""
    width, height = size
    if wanted.widest is not None and width > height * wanted.widest:
        return int(height * wanted.widest), height
    if wanted.narrowest is not None and width < height * wanted.narrowest:
        return width, int(width / wanted.narrowest)
    return size


def _ladder(size: tuple[int, int]) -> Iterator[tuple[int, int]]:
    yield size
    while max(size := (int(size[0] * _SMALLER), int(size[1] * _SMALLER))) >= _LEAST_SIDE:
        yield size


@dataclass(slots=True)
class _Negative:
    """The opened picture, and what was made of it: networks with like wishes share a print."""

    base: Image.Image
    is_graphic: bool
    sized: dict[tuple[int, int], Image.Image] = field(default_factory=dict)
    made: dict[tuple[str, int, int, int], bytes] = field(default_factory=dict)

    def printed(self, wanted: Pictures) -> Print:
        """Go down the ladder: quality first, then size; graphics stay sharp as PNG while they fit."""
        size = _in_shape(_within(self.base.size, wanted.side, wanted.area), wanted)
        if self.is_graphic and size == self.base.size and "image/png" in wanted.mimes:
            content = self._png()
            if len(content) <= wanted.size:
                return Print("image/png", *size, content)
        mime = next((mime for mime in _LOSSY if mime in wanted.mimes), "")
        if not mime:
            return Print(why=f"the network takes no JPEG ({', '.join(wanted.mimes)})")
        for each in (_in_shape(each, wanted) for each in _ladder(size)):
            for quality in _QUALITIES:
                content = self._lossy(mime, each, quality)
                if len(content) <= wanted.size:
                    return Print(mime, *each, content)
        return Print(why=f"the picture cannot be brought under {wanted.size} bytes")

    def _lossy(self, mime: str, size: tuple[int, int], quality: int) -> bytes:
        if (mime, *size, quality) not in self.made:
            out, (kind, how) = BytesIO(), _LOSSY[mime]
            self._at(size).save(out, kind, quality=quality, **how)
            self.made[mime, *size, quality] = out.getvalue()
        return self.made[mime, *size, quality]

    def _png(self) -> bytes:
        if ("image/png", *self.base.size, 0) not in self.made:
            out = BytesIO()
            self.base.quantize(_FEW_COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
            self.made["image/png", *self.base.size, 0] = out.getvalue()
        return self.made["image/png", *self.base.size, 0]

    def _at(self, size: tuple[int, int]) -> Image.Image:
        if size == self.base.size:
            return self.base
        if size not in self.sized:
            self.sized[size] = self.base.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
        return self.sized[size]

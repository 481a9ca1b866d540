"""Cuts a picture to a shape so that what people look at stays on it; where too much would go, it is set on a blur."""

import math

from PIL import Image, ImageChops, ImageFilter, ImageOps

from bot.media.prints import Focus

__all__ = ["MOST_LOST", "filled", "shaped"]

MOST_LOST = 0.45
"""So much of a picture may be cut away: measured on news photos, where more takes a part of what they tell."""
_SMALL = 64
"""Pixels of the longer side attention is looked for on: faces are still seen, and noise no longer is."""
_SKIN = (0.78, 0.57, 0.44)
"""Where skin of any tone lies among red, green and blue; libvips looks for it so (conversion/smartcrop.c)."""


def shaped(image: Image.Image, narrowest: float | None, widest: float | None, focus: Focus | None) -> Image.Image:
    """Bring a picture to a shape within bounds; one that has it stays as it is."""
    ratio = image.width / image.height
    bound = min(ratio, widest or ratio)
    bound = max(bound, narrowest or bound)
    return image if bound == ratio else _brought(image, bound, focus)


def filled(image: Image.Image, size: tuple[int, int], focus: Focus | None = None) -> Image.Image:
    """Cut and scale a picture so that it fills `size`; where too much would go, it is set on a blur."""
    return _brought(image, size[0] / size[1], focus).resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _brought(image: Image.Image, ratio: float, focus: Focus | None) -> Image.Image:
    """Cut a picture to a shape, or pad it where that would take more than MOST_LOST."""
    own = image.width / image.height
    lost = 1 - min(ratio / own, own / ratio)
    return _cut(image, _size(image.size, ratio), focus) if lost <= MOST_LOST else _padded(image, ratio)


def _size(size: tuple[int, int], ratio: float) -> tuple[int, int]:
    width, height = size
    # Rounded so that the shape is never beyond its bound by the part of a pixel.
    return (max(int(height * ratio), 1), height) if width > height * ratio else (width, max(int(width / ratio), 1))


def _cut(image: Image.Image, size: tuple[int, int], focus: Focus | None) -> Image.Image:
    """Take as much of a picture around its focus as its edges allow.

    Where height goes, attention decides, which is where heads are. Where width goes, it is met half-way from the
    middle: a photographer has framed the sides with care, and attention errs there more than the middle does.
    """
    spare = (image.width - size[0], image.height - size[1])
    if focus is None:
        found = _attention(image) if max(spare) > 0 else (0.5, 0.5)
        focus = ((found[0] + 0.5) / 2, found[1])
    left, top = (
        round(min(max(at * whole - kept / 2, 0), whole - kept))
        for at, whole, kept in zip(focus, image.size, size, strict=True)
    )
    return image.crop((left, top, left + size[0], top + size[1]))


def _attention(image: Image.Image) -> Focus:
    """Find where people look first: fine detail, strong colour, skin. A point of the whole picture."""
    small = ImageOps.contain(image, (_SMALL, _SMALL), Image.Resampling.BOX)
    grey, (_, colour, light) = small.convert("L"), small.convert("HSV").split()
    detail = ImageChops.difference(grey, grey.filter(ImageFilter.GaussianBlur(1)))
    bright = ImageChops.multiply(colour, light)
    shades = small.tobytes()
    skins = map(_skin, shades[::3], shades[1::3], shades[2::3])
    scores = zip(detail.tobytes(), bright.tobytes(), skins, strict=True)
    score = Image.frombytes(
        "L", small.size, bytes(min(255, 3 * edge + shade // 4 + skin) for edge, shade, skin in scores)
    )
    # Beyond its edges lies nothing: what is cut by them already was not what the photographer meant.
    reach = max(small.size) // 8
    blurred = ImageOps.expand(score, reach).filter(ImageFilter.GaussianBlur(reach / 1.5))
    seen = ImageOps.crop(blurred, reach).tobytes()
    best = max(range(len(seen)), key=seen.__getitem__)
    return ((best % small.width + 0.5) / small.width, (best // small.width + 0.5) / small.height)


def _skin(red: int, green: int, blue: int) -> int:
    lights: list[float] = [(each / 255) ** 2.2 for each in (red, green, blue)]
    length = math.hypot(*lights)
    if length < 0.05:
        return 0
    away = math.dist([each / length for each in lights], _SKIN)
    return max(0, round(120 * (1 - away / 0.3)))


def _padded(image: Image.Image, ratio: float) -> Image.Image:
    """Set the whole of a picture before a blur of itself."""
    width, height = image.size
    whole = (width, math.ceil(width / ratio)) if width > height * ratio else (math.ceil(height * ratio), height)
    ground = ImageOps.fit(image.resize((max(width // 8, 1), max(height // 8, 1))), (whole[0] // 8, whole[1] // 8))
    ground = ground.filter(ImageFilter.GaussianBlur(max(whole) / 8 / 24)).resize(whole, Image.Resampling.BICUBIC)
    ground = ground.point(lambda value: value * 3 // 4)
    ground.paste(image, ((whole[0] - width) // 2, (whole[1] - height) // 2))
    return ground

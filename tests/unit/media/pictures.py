"""Pictures as they come: good ones, odd ones, and some that were made to harm."""

import random
import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, PngImagePlugin

RED, BLUE = (200, 30, 30), (30, 30, 200)


def photo(width: int = 900, height: int = 600) -> Image.Image:
    """The left half is red, the right half blue, with enough in them to be no graphic."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return Image.blend(image, noise(width, height), 0.08)


def noise(width: int, height: int) -> Image.Image:
    """The same each time, and hard to make small."""
    grain = Image.frombytes("RGB", (300, 200), random.Random(1).randbytes(300 * 200 * 3))
    return grain.resize((width, height), Image.Resampling.BICUBIC)


def written(image: Image.Image, kind: str = "JPEG", **how: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def header_only(width: int, height: int) -> bytes:
    """A PNG that promises any size and holds next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(bytes(4000)))


def rotated(kind: str = "JPEG", **how: Any) -> bytes:
    """Held on its side, as a telephone does; with the place it was taken at, its maker and a note."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SecretCamera"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (51.0, 7.0, 30.0), "E", (71.0, 25.0, 12.0)
    beside = {"comment": b"SecretComment", "xmp": b"<x:xmpmeta>SecretPlace</x:xmpmeta>"}
    return written(photo(), kind, exif=exif, **beside, **how)


def in_two() -> bytes:
    """As telephones write it: a JPEG with a second picture behind the first."""
    return written(photo(), "MPO", save_all=True, append_images=[photo(300, 200).transpose(Image.Transpose.ROTATE_90)])


def animated(kind: str = "GIF") -> bytes:
    frames = [Image.new("RGB", (400, 300), colour) for colour in (RED, BLUE)]
    return written(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def signed(said: str, field: str = "exif", kind: str = "JPEG") -> bytes:
    """Whose it is stands in one field of its file alone: exif, xmp, iptc (of a JPEG), or one of the kind's own."""
    how: dict[str, Any] = {}
    if field == "exif":
        exif = how["exif"] = Image.Exif()
        exif[0x8298] = said.encode()
    elif field == "xmp":
        packet = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><photoshop:Credit>{said}</photoshop:Credit></x:xmpmeta>"
        how |= {"xmp": packet.encode()} if kind != "PNG" else {"pnginfo": _beside("XML:com.adobe.xmp", packet)}
    elif field == "comment":
        how["comment"] = said.encode()
    content = written(photo(600, 450), kind, **how)
    return content[:2] + _iptc(said) + content[2:] if field == "iptc" else content


def _beside(name: str, said: str) -> PngImagePlugin.PngInfo:
    told = PngImagePlugin.PngInfo()
    told.add_itxt(name, said)
    return told


def _iptc(said: str) -> bytes:
    """Write the segment of a JPEG that holds a credit as press agencies do, which Pillow reads and does not write."""
    record = b"\x1c\x02\x6e" + len(said.encode()).to_bytes(2) + said.encode()
    resource = b"8BIM\x04\x04\0\0" + len(record).to_bytes(4) + record + b"\0" * (len(record) % 2)
    part = b"Photoshop 3.0\0" + resource
    return b"\xff\xed" + (len(part) + 2).to_bytes(2) + part


def profiled() -> bytes:
    return written(photo(), icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())


def deep() -> bytes:
    """Sixteen bits of grey, from dark at the left to light at the right."""
    image = Image.new("I;16", (400, 300))
    image.putdata([x * 65535 // 399 for _ in range(300) for x in range(400)])
    return written(image, "PNG")


def clear() -> bytes:
    """A red disc's square on nothing."""
    image = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    image.paste((*RED, 255), (100, 50, 300, 250))
    return written(image, "PNG")


def palette() -> bytes:
    return written(photo(400, 300).quantize(64), "PNG")


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(2000)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

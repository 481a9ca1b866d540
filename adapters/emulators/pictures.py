"""What a file is and how large the picture in it, told by its first bytes: no network believes a name."""

import struct
from dataclasses import dataclass

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG's markers of a frame: only these tell the size (ITU T.81, table B.1)."""
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})


@dataclass(frozen=True, slots=True)
class Picture:
    """A still picture; 0 by 0 where its size is not told here."""

    mime: str
    width: int = 0
    height: int = 0


def picture(content: bytes) -> Picture | None:
    """Tell what kind of picture a file is; None for what is none, or breaks off before its size."""
    try:
        if content.startswith(b"\xff\xd8\xff"):
            return Picture("image/jpeg", *_jpeg(content))
        if content.startswith(b"\x89PNG\r\n\x1a\n"):
            return Picture("image/png", *struct.unpack_from(">II", content, 16))
        if content.startswith((b"GIF87a", b"GIF89a")):
            return Picture("image/gif", *struct.unpack_from("<HH", content, 6))
    except struct.error:
        return None
    return Picture("image/webp") if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else None


def is_film(content: bytes) -> bool:
    """Tell whether a file is an MP4 (ISO 14496-12: its first box is `ftyp`)."""
    return content[4:8] == b"ftyp"


def seconds(content: bytes) -> float:
    """Tell how long an MP4 lasts by the box that says so, `mvhd` (ISO 14496-12, 8.2.2); 0 where none does."""
    at = content.find(b"mvhd") + 4
    try:
        if at < 4:
            return 0.0
        # Version 1 has moments of eight bytes, so that they reach beyond the year 2040.
        scale, length = struct.unpack_from(
            ">IQ" if content[at] == 1 else ">II", content, at + (20 if content[at] else 12)
        )
    except (struct.error, IndexError):
        return 0.0
    return float(length / scale) if scale else 0.0


def _jpeg(content: bytes) -> tuple[int, int]:
    """Walk from marker to marker to the frame."""
    at = 2
    while True:
        marker, size = struct.unpack_from(">xBH", content, at)
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        at += 1 if marker == 0xFF else 2 if marker in _ALONE else 2 + size

"""What a picture's own file says of whose it is: in EXIF, IPTC and XMP, where agencies write it. Opens pictures.

Imported only where pictures are opened, as `develop` is.
"""

import regex
from PIL import ExifTags, Image, ImageFile, IptcImagePlugin

__all__ = ["said_in"]

_MOST = 2000
_END = 300
"""Signs of one field's beginning and of its end: a notice begins with its owner, a caption ends with its credit."""
_EXIF = (ExifTags.Base.Artist, ExifTags.Base.Copyright, ExifTags.Base.ImageDescription)
_IPTC = ((2, 110), (2, 115), (2, 116), (2, 80), (2, 120))
"""Credit, source, copyright notice, author and caption (IPTC IIM 4.2, 2026-12-01)."""
_NAMED = rb"(?:Credit|CreditLine|Source|Rights|Creator|Owner|UsageTerms|LicensorName|Copyright\w{0,20})"
# A caption is `dc:description`; `rdf:Description` is the frame around all of it.
_XMP = regex.compile(
    rb"<(?:(?:\w{1,40}:)?" + _NAMED + rb"|dc:description)\b[^>]{0,300}>(.{1,3000}?)</"
    rb"|(?:[\s:]" + _NAMED + rb"|\sdc:description)=(?:\"([^\"]{1,3000})|'([^']{1,3000}))",
    regex.S | regex.I,
)
_LONGEST_PACKET = 262_144
"""Bytes: the history of a picture may fill megabytes, and stands behind what is asked for."""
_TAG = regex.compile(r"<[^>]*>?|\s+")
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, KeyError, TypeError, IndexError, AttributeError)
"""What Pillow raises at words beside pixels that are not as they should be: they are no reason to lose a picture."""


def said_in(image: ImageFile.ImageFile) -> str:
    """Read who a picture's file says made or owns it, a line each; "" where it says nothing."""
    lines: list[str] = []
    for each in (_exif, _iptc, _xmp, _beside):
        try:
            lines += each(image)
        except _BROKEN:
            continue
    told = (_ends(_TAG.sub(" ", line).strip()) for line in lines)
    return "\n".join(dict.fromkeys(line for line in told if line))[:_MOST]


def _ends(line: str) -> str:
    return line if len(line) <= 2 * _END else f"{line[:_END]} … {line[-_END:]}"


def _exif(image: Image.Image) -> list[str]:
    told = image.getexif()
    windows = told.get(ExifTags.Base.XPAuthor)
    beside = [windows.decode("utf-16-le", "replace").strip("\0")] if isinstance(windows, bytes) else []
    return [*(_text(told[tag]) for tag in _EXIF if tag in told), *beside]


def _iptc(image: ImageFile.ImageFile) -> list[str]:
    told = IptcImagePlugin.getiptcinfo(image) or {}
    found = (told.get(each, b"") for each in _IPTC)
    return [_text(one) for each in found for one in (each if isinstance(each, list) else [each])]


def _xmp(image: Image.Image) -> list[str]:
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    written = packet.encode() if isinstance(packet, str) else bytes(packet)
    return [_text(b"".join(said)) for said in _XMP.findall(written[:_LONGEST_PACKET])]


def _beside(image: Image.Image) -> list[str]:
    """Read what PNG and JPEG have of their own."""
    return [_text(said) for name, said in image.info.items() if str(name).casefold() in _OWN]


_OWN = frozenset({"comment", "copyright", "author", "credit", "source", "description"})


def _text(value: object) -> str:
    """Read what is written as UTF-8, else as the old programs of East and West wrote it; a wrong guess names nobody."""
    try:
        # Pillow takes what should be ASCII for Latin-1, which keeps every byte.
        raw = value if isinstance(value, bytes) else str(value).encode("latin-1")
    except UnicodeEncodeError:
        return str(value)
    try:
        told = raw.decode()
    except UnicodeDecodeError:
        told = f"{raw.decode('cp1252', 'replace')} {raw.decode('cp1251', 'replace')}"
    return told.replace("\0", " ")

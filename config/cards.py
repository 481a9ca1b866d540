"""How the newsroom's cards look, as people set it: colours that can be read, a logo, a font, a name and an address."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from bot.media.slides import READABLE, TALL, Box, Theme, contrast
from config.values import Words

if TYPE_CHECKING:
    from config.problems import Problems

_COLOUR = r"#[0-9A-Fa-f]{6}"
_KINDS = {
    "logo": ((b"\x89PNG", b"\xff\xd8\xff", b"RIFF"), "a PNG, JPEG or WebP picture"),
    "font": ((b"\0\1\0\0", b"OTTO", b"true", b"ttcf"), "a TrueType or OpenType font"),
}
"""key -> (how such files begin, what they are called)."""


def _colour(value: str) -> str:
    if not re.fullmatch(_COLOUR, value):
        raise ValueError('must be a colour such as "#10233f" (# and six digits or letters a to f, in quotes)')
    return value.lower()


def _safe(value: Box) -> Box:
    (left, top, right, bottom), (wide, high), (least_wide, least_high) = value, TALL, _ROOM
    if left < 0 or top < 0 or right > wide or bottom > high or right - left < least_wide or bottom - top < least_high:
        raise ValueError(
            f"must be four numbers, [left, top, right, bottom], within {wide} x {high}, and leave words at least"
            f" {least_wide} x {least_high}"
        )
    return value


_ROOM = (540, 640)
"""Pixels: in less, a headline is set too small to be read on a telephone."""
_Colour = Annotated[
    str,
    AfterValidator(_colour),
    WithJsonSchema({"type": "string", "pattern": f"^{_COLOUR}$", "examples": ["#10233f"]}),
]
# What is not set is not passed on: Theme knows the defaults.
_UNSET: Any = None


class CardsBlock(BaseModel):
    """How drawn cards look: what is posted where there is no photo, and the slides of films."""

    model_config = ConfigDict(extra="forbid")

    name: Words = Field(_UNSET, description="the name on them; left out: the newsroom's")
    address: Words = Field(_UNSET, description="the site's address, as people should read it, such as courier.example")
    background: _Colour = Field(_UNSET, description="the colour words stand on")
    text: _Colour = Field(_UNSET, description="the colour of words")
    accent: _Colour = Field(_UNSET, description="the colour of the section's name and of the small bar above it")
    logo: Words = Field(_UNSET, description="a picture file (PNG, best without a background); stands for the name")
    safe: Annotated[Box, AfterValidator(_safe)] = Field(
        _UNSET, description="where words may stand on films: [left, top, right, bottom] in pixels of 1080 x 1920"
    )
    font: Words = Field(_UNSET, description="a font file (.ttf, .otf); left out: Rubik")


def theme(block: CardsBlock, newsroom: str, home: Path) -> Theme:
    """Make of the settings what cards are drawn by."""
    said = block.model_dump(exclude_unset=True)
    files = {key: home / said[key] for key in _KINDS if key in said}
    return Theme(**{"name": newsroom} | said | files)


def check_cards(values: Mapping[str, Any], home: Path, problems: "Problems") -> None:
    """Find colours nobody could read, and files that are none; `values` may have any shape."""
    block = values.get("cards")
    if not isinstance(block, dict):
        return
    colours = {key: block.get(key, getattr(Theme(), key)) for key in ("background", "text", "accent")}
    known = {key: each for key, each in colours.items() if isinstance(each, str) and re.fullmatch(_COLOUR, each)}
    ground = known.pop("background", "")
    for key, colour in known.items() if ground else ():
        if (found := contrast(colour, ground)) < READABLE:
            sentence = f"makes words hard to read: {key} {colour} on background {ground} has a contrast of {found:.1f}"
            where = key if key in block else "background"
            problems.add(("cards", where), f"{sentence}, and words need {READABLE} (1 is none, 21 is black on white)")
    for key, (starts, kind) in _KINDS.items():
        if isinstance(block.get(key), str) and (sentence := _unfit(home / block[key], starts, kind)):
            problems.add(("cards", key), sentence)


def _unfit(file: Path, starts: tuple[bytes, ...], kind: str) -> str:
    try:
        with file.open("rb") as opened:
            head = opened.read(4)
    except OSError as e:
        return f"names a file that cannot be read ({e.strerror}); it is looked for beside these settings"
    return "" if head.startswith(starts) else f"must be {kind}"

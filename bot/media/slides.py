"""What a drawn card says and how a newsroom's cards look, as values; nothing here draws. Pure."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

__all__ = [
    "PORTRAIT",
    "READABLE",
    "TALL",
    "WIDE",
    "Box",
    "Draw",
    "Size",
    "Slide",
    "Theme",
    "contrast",
    "drawing_of",
    "said_drawing",
]

Size = tuple[int, int]
Box = tuple[int, int, int, int]
"""Left, top, right and bottom, in pixels."""
PORTRAIT: Size = (1080, 1350)
"""4:5, the most of a feed that Instagram gives a post."""
TALL: Size = (1080, 1920)
"""9:16, a telephone's whole screen."""
WIDE: Size = (1200, 675)
"""16:9, what a link's picture is shown as."""
READABLE = 4.5
"""The least contrast of words: https://www.w3.org/TR/WCAG21/#contrast-minimum (2026-12-01)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """How the cards of a newsroom look. Colours are written #rrggbb; `logo` and `font` are files of the newsroom's own.

    `text` and `accent` stand on `background` in at least READABLE contrast; whoever makes one has seen to that. `safe`:
    where words may stand on a telephone's whole screen, in pixels of TALL, as apps lay their own over the rest. The
    default is what YouTube, TikTok and Instagram leave free (2026-11-24).
    """

    name: str = ""
    address: str = ""
    background: str = "#10233f"
    text: str = "#ffffff"
    accent: str = "#ffc745"
    logo: Path | None = None
    font: Path | None = None
    safe: Box = (70, 250, 950, 1500)

    def bare(self) -> "Theme":
        """Leave out logo, name and address: TikTok takes no film with a brand on it.

        https://developers.tiktok.com/doc/content-sharing-guidelines (2026-11-24)
        """
        return replace(self, name="", address="", logo=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """What one card says: final words, which are never cut but for a headline that is far too long.

    `kicker` is the small line above (a section), `sentence` stands below the headline, or alone in its place. `credit`
    and `focus` belong to `photo`, the bytes of a picture in any format that is opened. `is_closing`: it shows the logo,
    the name and the address.
    """

    headline: str = ""
    kicker: str = ""
    sentence: str = ""
    credit: str = ""
    language: str = ""
    photo: bytes = field(default=b"", repr=False)
    focus: tuple[float, float] | None = None
    is_closing: bool = False


def contrast(one: str, other: str) -> float:
    """Tell how far apart two colours are, from 1 to 21.

    https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio (2026-12-01)
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


Draw = Callable[[Slide, Theme, Size], Awaitable[bytes]]
"""Draws a card as a PNG; the same again gives the same bytes. Raises Unusable."""


def said_drawing(slide: Slide, theme: Theme, size: Size) -> dict[str, Any]:
    """Write what is to be drawn as JSON knows it; the slide's photo goes beside it."""
    files = {key: str(file) for key, file in (("logo", theme.logo), ("font", theme.font)) if file}
    return {"slide": asdict(replace(slide, photo=b"")) | {"photo": None}, "theme": asdict(theme) | files, "size": size}


def drawing_of(said: dict[str, Any], photo: bytes) -> tuple[Slide, Theme, Size]:
    """Read what `said_drawing` wrote."""
    theme, (width, height) = said["theme"], said["size"]
    files = {key: Path(theme[key]) for key in ("logo", "font") if theme[key]}
    look = Theme(**theme | files | {"safe": tuple(theme["safe"])})
    return Slide(**said["slide"] | {"photo": photo}), look, (width, height)

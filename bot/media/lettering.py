"""Sets words in a font: which way they run, where their lines break, and what it has no letters for."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import fontpkg
import regex
from PIL import ImageFont

from bot.media.prints import Unusable

__all__ = ["Face", "Typeface", "cut", "wrapped"]

_FAMILY = "Rubik"
"""Has Latin, Russian, Kazakh, Arabic and Hebrew letters in one file, and Pillow draws a line in one font only."""
_NO_LETTER = "\U0010ffff"
_JOINERS = "\u200c\u200d"
"""Signs without a shape of their own that Persian and others write words with; all others only change directions."""
_INSTEAD = {"\u202f": "\u00a0", "\u2007": "\u00a0", "\u2011": "-"}
_LONGEST = 700
"""Signs of a text that are looked at: no card has room for more."""
_BREAK = re.compile(r"[^\S\u00a0]+")


@dataclass(frozen=True, slots=True)
class Face:
    """A font at one size, for texts that run one way."""

    font: ImageFont.FreeTypeFont
    way: Literal["ltr", "rtl"]

    @property
    def height(self) -> int:
        """How high a line is, with what hangs below and stands above it."""
        return sum(self.font.getmetrics())

    @property
    def told_way(self) -> Literal["ltr", "rtl"] | None:
        """The way, where whatever lays the letters out takes one."""
        return self.way if _is_able(self.font) else None

    def box(self, text: str) -> tuple[float, float]:
        """Tell where the ink of a line begins and ends, as seen from the side its reading starts at."""
        left, _, right, _ = self.font.getbbox(text, anchor="ls" if self.way == "ltr" else "rs", direction=self.told_way)
        return (left, right) if self.way == "ltr" else (-right, -left)

    def width(self, text: str) -> float:
        """Tell how much room a line takes."""
        return self.font.getlength(text, direction=self.told_way)


class Typeface:
    """A newsroom's font, or the shipped one. Raises Unusable where it cannot be read."""

    def __init__(self, file: Path | None, words: str, *, engine: ImageFont.Layout = ImageFont.Layout.RAQM) -> None:
        # Pillow lays letters out by itself where a machine lacks what raqm needs: well enough but for two scripts.
        self._file, self._engine = file or fontpkg.path(_FAMILY), engine
        self.way: Literal["ltr", "rtl"] = _way(words)
        self._known = self.at(20, bold=False).font

    def at(self, size: int, *, bold: bool) -> Face:
        """Take it at a size in pixels. A font without weights of its own stays as it is."""
        try:
            font = ImageFont.truetype(self._file, size, layout_engine=self._engine)
        except OSError as e:
            raise Unusable(f"the font for cards, {self._file.name}, could not be read") from e
        try:
            axes = font.get_variation_axes()
        except OSError:
            return Face(font, self.way)
        weight = 700 if bold else 400
        font.set_variation_by_axes([weight if each["name"] == b"Weight" else each["default"] or 0 for each in axes])
        return Face(font, self.way)

    def spelled(self, text: str) -> str:
        """Write a text with what the font has: signs it lacks fall away, letters may not. Raises Unusable."""
        if len(text) > _LONGEST:
            text = _ended(text[:_LONGEST].split(" ")[:-1] or [text[:_LONGEST]])
        signs = {sign: self._sign(sign) for sign in dict.fromkeys(text)}
        return _BREAK.sub(" ", "".join(signs[sign] for sign in text)).strip()

    def _sign(self, sign: str) -> str:
        kind = unicodedata.category(sign)
        if kind in ("Cc", "Zl", "Zp"):
            return " "
        if kind == "Cf":
            return sign if sign in _JOINERS else ""
        if unicodedata.bidirectional(sign) in ("R", "AL") and not _is_able(self._known):
            raise Unusable(f"letters such as “{sign}” need the library FriBiDi, which this machine lacks (libfribidi0)")
        if sign == "\ufe0f":  # how the sign before it is to look, which a font has one way for
            return ""
        if sign.isspace() or kind.startswith("M") or not self._lacks(sign):
            return _INSTEAD.get(sign, sign)
        if kind[0] in "LN":
            raise Unusable(f"the font for cards has no letter “{sign}”")
        return _INSTEAD.get(sign, "")

    def _lacks(self, sign: str) -> bool:
        drawn, none = self._known.getmask(sign), self._known.getmask(_NO_LETTER)
        return drawn.size == none.size and bytes(drawn) == bytes(none)


def _is_able(font: ImageFont.FreeTypeFont) -> bool:
    return font.layout_engine == ImageFont.Layout.RAQM


def _way(words: str) -> Literal["ltr", "rtl"]:
    """Go by the first letter that runs one way: https://www.unicode.org/reports/tr9/#P2 (2026-12-01)."""
    kinds = (unicodedata.bidirectional(sign) for sign in words)
    return "rtl" if next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L" else "ltr"


def wrapped(text: str, face: Face, width: float, *, breaks: bool = False) -> tuple[str, ...] | None:
    """Break a text into the fewest lines, and those about equally long; None: a word is too wide.

    `breaks`: such a word is broken too, between two signs.
    """
    words = text.split(" ")
    wide = {word: face.width(word) for word in set(words)}
    if max(wide.values()) > width:
        if not breaks:
            return None
        words = [part for word in words for part in (_pieces(word, face, width) if wide[word] > width else [word])]
    # Words are measured once, and not each line anew: a headline is tried at many sizes.
    sized = [(word, wide.get(word) or face.width(word)) for word in words]
    space = face.width(" ")
    narrow, most, lines = max(size for _, size in sized), width, len(_filled(sized, space, width))
    while most - narrow > 8:  # a line that is a few pixels longer looks no worse
        middle = (narrow + most) / 2
        if len(_filled(sized, space, middle)) > lines:
            narrow = middle
        else:
            most = middle
    return tuple(_filled(sized, space, most))


def _filled(words: list[tuple[str, float]], space: float, width: float) -> list[str]:
    lines: list[str] = []
    left = 0.0
    for word, wide in words:
        if lines and wide + space <= left:
            lines[-1] += f" {word}"
            left -= wide + space
        else:
            lines.append(word)
            left = width - wide
    return lines


def _pieces(word: str, face: Face, width: float) -> list[str]:
    """Break a word wherever the line is full, with a hyphen where its letters are of an alphabet that knows one."""
    pieces = [""]
    for sign in regex.findall(r"\X", word):
        grown = pieces[-1] + sign
        if pieces[-1] and face.width(f"{grown}-") > width:
            if _is_cased(pieces[-1][-1]) and _is_cased(sign[0]):
                pieces[-1] += "-"
            pieces.append(sign)
        else:
            pieces[-1] = grown
    return pieces


def _is_cased(sign: str) -> bool:
    return sign.islower() or sign.isupper()


def cut(lines: tuple[str, ...], most: int, face: Face, width: float) -> tuple[str, ...]:
    """Keep so many lines, and end the last one at a word with "…"."""
    if len(lines) <= most:
        return lines
    kept = list(lines[:most])
    words = kept[-1].rstrip("-").split(" ")
    while len(words) > 1 and face.width(_ended(words)) > width:
        words.pop()
    last = _ended(words)
    while len(last) > 2 and face.width(last) > width:
        last = f"{last[:-2]}…"
    return (*kept[:-1], last)


def _ended(words: list[str]) -> str:
    return " ".join(words).rstrip(" .,:;–—-") + "…"

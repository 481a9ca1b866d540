"""Two texts side by side: which words are only in the one, and which only in the other. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

__all__ = ["Piece", "Sides", "compared"]

_WORDS = re.compile(r"\w+|\s|[^\w\s]+")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_MOST_WORDS = 3000
"""From here on whole lines are compared: the search for what both share grows with the square."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one text; `is_own`: the other text does not have it."""

    text: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Sides:
    """Both texts, cut where they differ; the pieces of each put together are that text."""

    before: tuple[Piece, ...]
    after: tuple[Piece, ...]

    @property
    def differ(self) -> bool:
        """Whether there is any difference in words."""
        return any(each.is_own for each in (*self.before, *self.after))


def compared(before: str, after: str) -> Sides:
    """Compare two texts word by word, very long ones line by line."""
    a, b = _WORDS.findall(before), _WORDS.findall(after)
    if len(a) + len(b) > _MOST_WORDS:
        a, b = _LINES.findall(before), _LINES.findall(after)
    found = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    left = [(a[i1:i2], tag != "equal") for tag, i1, i2, _, _ in found]
    right = [(b[j1:j2], tag != "equal") for tag, _, _, j1, j2 in found]
    return Sides(_pieces(left), _pieces(right))


def _pieces(runs: Sequence[tuple[Sequence[str], bool]]) -> tuple[Piece, ...]:
    return tuple(Piece("".join(words), is_own) for words, is_own in runs if words)

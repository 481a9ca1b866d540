"""What the readers of XML and JSON feeds hand on, and the one error they raise."""

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.articles.item import Item

FIRST_MOMENT = datetime(1970, 1, 3, tzinfo=UTC)
"""The first day of 1970, in any zone, is what a publishing system prints for "no date"."""


def no_date(written: str) -> str:
    """Say of an entry's date that it tells nothing, as the end of a sentence."""
    if not written:
        return "has no date"
    if "1970" in written:
        return f"is dated {written[:40]}, which stands for no date"
    return f"has a date nobody can read ({written[:40]})"


class Unreadable(Exception):
    """The bytes are no feed; the text is one sentence for an editor. Says nothing about the stories known so far."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class RawFeed:
    """A feed as written."""

    title: str
    language: str
    items: tuple[Item, ...]
    is_complete: bool = True

"""Puts rows of the log into cells of a spreadsheet, in which nothing can be taken for a formula."""

from collections.abc import Sequence

from bot.audit.verify import Raw
from bot.audit.words import facts_of, words

HEAD = ("row", "time", "who", "action", "story", "delivery", "channel", "what happened", "content")
# What spreadsheets begin a formula with, and what they cut off in front of one.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


def line(row: Raw, time: str) -> Sequence[str]:
    """Write a row as cells; `time` in words."""
    id, _, actor, action, story, delivery, channel, content = row
    said = content.decode(errors="replace")
    cells = (id, time, actor, action, story, delivery, channel, words(facts_of(content)), said)
    return [harmless("" if cell is None else str(cell)) for cell in cells]


def harmless(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would calculate."""
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell

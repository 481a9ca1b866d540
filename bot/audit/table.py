"""Puts rows of the log into cells of a spreadsheet, in which nothing can be taken for a formula."""

import json
from collections.abc import Sequence

from bot.audit.verify import Raw
from bot.audit.words import words

HEAD = ("row", "time", "who", "action", "story", "delivery", "channel", "what happened", "content")
# What spreadsheets begin a formula with, and what they cut off in front of one.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


def line(row: Raw, time: str) -> Sequence[str]:
    """Write a row as cells; `time` in words. A row nobody can read is shown as it is."""
    id, _, actor, action, story, delivery, channel, content = row
    said = content.decode(errors="replace")
    try:
        told = words(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError):
        told = ""
    cells = (id, time, actor, action, story, delivery, channel, told, said)
    return [harmless("" if cell is None else str(cell)) for cell in cells]


def harmless(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would calculate."""
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell

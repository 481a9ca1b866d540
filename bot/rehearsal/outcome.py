"""What a rehearsal left behind, as people are told of it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.audit.rows import Action
from bot.model import Reason
from bot.ports import Newsroom
from bot.rehearsal.reckoning import Reckoning
from bot.store.alerts import Alert
from bot.store.audit import Told as Row
from bot.store.reading import Told

if TYPE_CHECKING:
    from adapters.emulators.kit import World

Stories = Mapping[str, list[Told]]
"""story -> its deliveries; in the order in which the stories came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How everything stands at the end. `broken`: errors inside the program, of which there must be none."""

    newsroom: Newsroom
    stories: Stories
    alerts: tuple[Alert, ...]
    notes: tuple[str, ...]
    """What no delivery shows, each one sentence."""
    reckoning: Reckoning
    world: "World"
    began: datetime
    ended: datetime
    broken: tuple[str, ...]
    is_cut: bool = False
    """Whether somebody ended it before its time: then what is undecided was simply under way."""

    @property
    def is_good(self) -> bool:
        """Whether every promise was kept and nothing broke."""
        counts = self.reckoning
        is_kept = not (counts.duplicates or counts.lost) if self.is_cut else counts.is_good
        return is_kept and not self.broken


def notes(log: Iterable[Row], stories: Stories) -> Iterator[str]:
    """Tell from the audit log what nobody sees in the end: stories that came again, and dates waited for."""
    titles = {story: told[0].article.title for story, told in stories.items() if told and told[0].article}
    waited: set[str] = set()
    for told in log:
        row = json.loads(told.row)
        title = titles.get(row.get("story", ""), "")
        if told.action is Action.STORY_MERGED:
            yield f"“{row['title']}” came again under another name; it was not posted twice ({row['rule']})."
        if row.get("reason") == Reason.EMBARGO and row["story"] not in waited:
            waited.add(row["story"])
            yield f"“{title}” was in the feed before the time it is dated, and waited for it."

"""What a channel's rules would do with the last articles: read only, so that rules can be tried before they count."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from bot.actions.room import Room, channel_of
from bot.model import Article, Channel, Reason, Source, State
from bot.rules.plan import Arrival, plan
from bot.rules.verdict import verdict
from bot.store.trials import past
from bot.tongue import phrase

_UNDESCRIBED = phrase("held until somebody describes its photo")
ARTICLES = 100
"""How many of the newest stories rules are tried on, unless somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One article and what a channel's rules say to it; no state where the channel does not listen to its source."""

    article: Article
    seen_at: datetime
    state: State | None
    reason: Reason | None
    said: str

    @property
    def kind(self) -> str:
        """Sort it as people do: posted, held for a person, skipped, or not for the channel ("elsewhere")."""
        known: dict[State | None, str] = {State.DUE: "posted", State.HELD: "held", State.SKIPPED: "skipped"}
        return known.get(self.state, "elsewhere")


async def judge(room: Room, channel_id: str, *, articles: int = ARTICLES) -> list[Judged]:
    """Tell what would become of each of the newest stories on a channel, had they come now one by one.

    Each is judged as of the moment it was first seen; caps and quiet hours only decide when. Raises RefusedVerb.
    """
    who = channel_of(room, channel_id)
    known = {each.id: each for each in room.sources}
    here = await room.store.write(past, most=articles)
    # Word lists are tried on each: nobody's post need wait for that.
    return await asyncio.to_thread(
        lambda: [_judged(room, who, article, seen_at, known) for article, seen_at in here.articles]
    )


def _judged(room: Room, who: Channel, article: Article, seen_at: datetime, known: dict[str, Source]) -> Judged:
    if who.sources and article.source not in who.sources:
        return Judged(article, seen_at, None, None, f"not for it: it does not listen to {article.source}")
    source = known.get(article.source) or Source(id=article.source, url="")
    arrival = Arrival(source, seen_at, zone=room.composer.zone, lists=room.composer.lists)
    planned, shown = plan(article, who, arrival), room.composer.outlook(article, who, seen_at)
    if planned.state is State.DUE and shown.waits:
        return Judged(article, seen_at, State.HELD, Reason.NO_ALT, _UNDESCRIBED)
    remark = shown.remark if planned.state in (State.DUE, State.HELD) else ""
    return Judged(
        article, seen_at, planned.state, planned.reason, "; ".join(filter(None, (verdict(planned, who), remark)))
    )

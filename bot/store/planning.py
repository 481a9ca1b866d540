"""A story planned for the channels that listen to its source: one delivery for each, once."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from bot.model import Article, Channel, Delivery, Kind, State
from bot.rules.plan import VERSION, Arrival, Planned, plan
from bot.store.deliveries import add, key_of
from bot.store.restoring import as_lost
from bot.store.schema import delivery_story


def plan_story(
    db: sa.Connection, article: Article, channels: Iterable[Channel], arrival: Arrival, *, late: Collection[str] = ()
) -> set[str]:
    """Plan a story for the channels that listen to its source and have no delivery of it; tell which are to wake.

    `late`: the channels that are younger than the story, so that it is no news to them.
    """
    woken = set[str]()
    have = sa.select(delivery_story.c.channel).where(
        delivery_story.c.story == article.story, delivery_story.c.kind == str(Kind.POST), delivery_story.c.number == 0
    )
    planned_already = set(db.scalars(have))
    for channel in channels:
        listens = not channel.sources or arrival.source.id in channel.sources
        if listens and channel.id not in planned_already:
            planned = plan(article, channel, replace(arrival, is_newer=True) if channel.id in late else arrival)
            add(db, _delivery(db, article, planned, arrival), arrival.now, **_rule(planned))
            if planned.state in (State.DUE, State.UNKNOWN):
                woken.add(channel.id)
    return woken


def _delivery(db: sa.Connection, article: Article, planned: Planned, arrival: Arrival) -> Delivery:
    made = Delivery(
        id=0,
        key=key_of(article.story, planned.channel, Kind.POST, 0),
        story=article.story,
        channel=planned.channel,
        state=planned.state,
        reason=planned.reason,
        detail=planned.detail,
        due_at=planned.due_at,
        expires_at=planned.expires_at,
        is_breaking=planned.is_breaking,
        published_at=article.published,
        revision=article.revision,
        copied_at=arrival.copied_at,
    )
    if planned.state is State.UNKNOWN and arrival.copied_at is not None:
        return as_lost(db, made, arrival.copied_at, arrival.now)
    return made


def _rule(planned: Planned) -> dict[str, Any]:
    return {"rules": VERSION} if planned.state is State.SKIPPED else {}

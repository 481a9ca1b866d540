"""What a person decides in one go: about many deliveries that each stand as they were seen, or twice about one."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from adapters.contract import Post
from bot.articles.wordlists import WordLists
from bot.model import Channel, Delivery, Reason
from bot.store.deliveries import JOINED, from_row
from bot.store.people import cancel, edit, find, refuse_changed, release
from bot.store.schema import delivery

_HELD = JOINED.where(
    sa.text("delivery.state = 'held'"),
    delivery.c.reason == given("why"),
    delivery.c.channel.in_(given("among", expanding=True)),
).order_by(sa.func.coalesce(delivery.c.published_at, delivery.c.created_at), delivery.c.id)


def held(db: sa.Connection, reason: Reason, channels: Collection[str]) -> list[Delivery]:
    """List what is held on these channels for one reason, oldest story first."""
    return [from_row(row) for row in db.execute(_HELD, {"why": str(reason), "among": list(channels)})]


def release_seen(
    db: sa.Connection, seen: Delivery, who: Channel, now: datetime, *, zone: str, actor: str, lists: WordLists
) -> Delivery:
    """Release a delivery that stands as a person saw it. Raises RefusedVerb."""
    refuse_changed(find(db, seen.id), seen)
    return release(db, seen.id, who, now, zone=zone, actor=actor, lists=lists)


def cancel_seen(db: sa.Connection, seen: Delivery, now: datetime, *, actor: str) -> Delivery:
    """Cancel a delivery that stands as a person saw it. Raises RefusedVerb."""
    refuse_changed(find(db, seen.id), seen)
    return cancel(db, seen.id, now, actor=actor)


def release_all(
    db: sa.Connection,
    seen: Collection[tuple[Delivery, Channel]],
    now: datetime,
    *,
    zone: str,
    actor: str,
    lists: WordLists,
) -> list[Delivery]:
    """Release deliveries that each stand as a person saw them: all of them or, by RefusedVerb, none."""
    return [release_seen(db, each, who, now, zone=zone, lists=lists, actor=actor) for each, who in seen]


def cancel_all(db: sa.Connection, seen: Collection[Delivery], now: datetime, *, actor: str) -> list[Delivery]:
    """Cancel deliveries that each stand as a person saw them: all of them or, by RefusedVerb, none."""
    return [cancel_seen(db, each, now, actor=actor) for each in seen]


def mend(
    db: sa.Connection,
    seen: Delivery,
    who: Channel,
    post: Post,
    now: datetime,
    *,
    zone: str,
    actor: str,
    lists: WordLists,
) -> Delivery:
    """Put other words in place of those that could not be sent, and release them; neither without the other.

    What was approved were other words: then it waits for approval once more. Raises RefusedVerb.
    """
    edited = edit(db, seen, who, post, now, actor=actor)
    if edited.reason is Reason.APPROVAL:
        return edited
    return release(db, seen.id, who, now, zone=zone, actor=actor, lists=lists)

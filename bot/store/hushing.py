"""Hush: nothing but breaking news goes out, and what piled up meanwhile goes on story by story, by a person's word."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from bot.audit.rows import Action
from bot.model import Delivery
from bot.rules.approval import hushed
from bot.store.audit import tell
from bot.store.deliveries import JOINED, from_row, lower_wake, move
from bot.store.people import RefusedVerb
from bot.store.schema import channel, delivery
from bot.store.waking import standing

_HUSHED = sa.select(channel.c.id).where(channel.c.hushed_at.is_not(None)).order_by(channel.c.id)
_PILED = JOINED.where(
    delivery.c.channel == sa.bindparam("who"),
    sa.text("delivery.state = 'due'"),
    delivery.c.due_at <= sa.bindparam("now"),
).order_by(delivery.c.id)
_WAITS = JOINED.where(sa.text("delivery.state = 'held' AND delivery.reason = 'hushed'")).order_by(delivery.c.id)


def hush(db: sa.Connection, ids: Collection[str], now: datetime, *, actor: str) -> None:
    """Let nothing but breaking news out on channels, until `unhush`."""
    already = set(db.scalars(_HUSHED))
    new = [each for each in sorted(ids) if each not in already]
    if not new:
        raise RefusedVerb("everything is hushed already; `unhush` ends it")
    for each in new:
        db.execute(channel.update().where(channel.c.id == each).values(hushed_at=now, hushed_by=actor))
        tell(db, Action.CHANNEL_HUSHED, now, actor=actor, channel=each)


def unhush(db: sa.Connection, now: datetime, *, actor: str) -> list[Delivery]:
    """Let all channels go on, the ones that left the settings too; return what waits for a person's word.

    What should have gone out meanwhile does not burst out: also where no daemon ran to hold it, it is held here.
    """
    over = list(db.scalars(_HUSHED))
    if not over:
        raise RefusedVerb("nothing is hushed; `resume` ends a pause")
    for each in over:
        here = standing(db, each)
        for row in db.execute(_PILED, {"who": each, "now": now}).all():
            if here.hushes(piled := from_row(row)):
                move(db, hushed(piled, here.hushed_by), now, actor=actor)
        db.execute(channel.update().where(channel.c.id == each).values(hushed_at=None, hushed_by=""))
        tell(db, Action.CHANNEL_UNHUSHED, now, actor=actor, channel=each)
        lower_wake(db, each, now)
    return [from_row(row) for row in db.execute(_WAITS)]

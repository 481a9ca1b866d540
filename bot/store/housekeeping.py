"""What is done about once a minute: deliveries whose time is over."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from bot.model import Delivery, Reason, State
from bot.rules.approval import hushed
from bot.rules.outcome import expired
from bot.store.deliveries import JOINED, from_row, move
from bot.store.revising import drop_late
from bot.store.schema import delivery
from bot.store.waking import Standing, standing
from bot.tongue import phrase

_MOST = 500
_OVER = JOINED.where(delivery.c.expires_at <= sa.bindparam("now")).order_by(delivery.c.expires_at).limit(_MOST)
# Two questions, because one with OR would read every delivery there ever was (see schema.EXPIRING).
DUE_OVER = _OVER.where(sa.text("state = 'due'"))
UNAPPROVED_OVER = _OVER.where(sa.text("state = 'held' AND reason = 'approval'"))


def expire(db: sa.Connection, now: datetime, *, listed: Collection[str]) -> int:
    """Expire what waited too long, for its time or for approval; returns how many. `listed`: the settings' channels."""
    over = [from_row(row) for question in (DUE_OVER, UNAPPROVED_OVER) for row in db.execute(question, {"now": now})]
    for each in over:
        here = standing(db, each.channel)
        why = _kept_by(here, each, now)
        if each.state is State.DUE and not why and here.hushes(each):
            move(db, hushed(each, here.hushed_by), now)
            continue
        if each.channel not in listed:
            why = phrase(f"channel {each.channel} is no longer in the settings")
        move(db, gone := expired(each, why), now)
        drop_late(db, gone, now)
    return len(over)


def _kept_by(here: Standing, each: Delivery, now: datetime) -> str:
    """Say what of the whole channel kept a delivery from going out; "" where nothing did, or it knows itself."""
    if each.state is not State.DUE:
        return ""
    if why := here.holds_back(now, each.kind):
        return why
    is_asked = each.reason is not Reason.ASKED_TO_WAIT and here.wait_until is not None and here.wait_until > now
    return _TO_WAIT if is_asked else ""


_TO_WAIT = phrase("its network asked us to wait")


def touch(db: sa.Connection) -> str:
    """Write what is there already, which a full or read-only disk refuses; tell of which version the tables are."""
    return str(
        db.execute(sa.text("UPDATE alembic_version SET version_num = version_num RETURNING version_num")).scalar()
    )

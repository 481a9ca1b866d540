"""What is done about once a minute: deliveries whose time is over."""

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from bot.model import Reason, State
from bot.store.deliveries import JOINED, from_row, move
from bot.store.schema import delivery

_MOST = 500
_OVER = (
    JOINED.where(
        sa.text("delivery.state IN ('due','held')"),
        sa.text("(delivery.state = 'due' OR delivery.reason = 'approval')"),
        delivery.c.expires_at <= sa.bindparam("now"),
    )
    .order_by(delivery.c.id)
    .limit(_MOST)
)


def expire(db: sa.Connection, now: datetime) -> int:
    """Expire what waited too long, for its time or for approval; returns how many."""
    rows = db.execute(_OVER, {"now": now}).all()
    for row in rows:
        left = from_row(row)
        why = "nobody approved it" if left.state is State.HELD else left.detail
        move(db, replace(left, state=State.EXPIRED, reason=Reason.EXPIRED, detail=why), now)
    return len(rows)

"""What a database knows that was brought back from a copy: everything the lost one did since then may be out."""

from datetime import datetime

import sqlalchemy as sa

from bot.audit.rows import Action
from bot.model import Delivery
from bot.rules.alert_facts import database_restored
from bot.rules.lost import LostTime, restored
from bot.store.alerts import Cause, close_alert, is_open, open_alert
from bot.store.audit import tell
from bot.store.deliveries import JOINED, from_row, lower_wake, mark_of, move
from bot.store.schema import audit, channel_fact, delivery, restoring, source

_SCOPE = "database"
_OPEN = JOINED.where(sa.text("state IN ('due','sending','unknown')")).order_by(delivery.c.id)
_LEFT = sa.select(delivery.c.id).where(sa.text("copied_at IS NOT NULL AND state IN ('unknown','held')")).limit(1)
_STOOD = delivery.update().where(sa.text("state IN ('held','skipped','expired') AND reason <> 'undecidable'"))
_MARK = sa.select(channel_fact.c.value).where(
    channel_fact.c.channel == sa.bindparam("who"), channel_fact.c.name == "channel:last_mark"
)


def ends_at(db: sa.Connection) -> datetime | None:
    """Tell the last thing a database knows: nothing goes out without a row of the log. None: it knows nothing."""
    newest: datetime | None = db.scalar(sa.select(audit.c.at).order_by(audit.c.id.desc()).limit(1))
    return newest


def lost_time(db: sa.Connection) -> LostTime | None:
    """Tell which time is missing in this database, if it was ever brought back."""
    row = db.execute(sa.select(restoring).order_by(restoring.c.id.desc()).limit(1)).first()
    return None if row is None else LostTime(row.copied_at, row.restored_at)


def bring_back(db: sa.Connection, now: datetime, *, actor: str) -> tuple[LostTime, int]:
    """Mark everything whoever worked on the lost database may have sent; tell how much of it was under way.

    To be called on a copy before it is put in the place of the database.
    """
    lost = LostTime(min(ends_at(db) or now, now), now)
    open_ones = [from_row(row) for row in db.execute(_OPEN)]
    for each in open_ones:
        move(db, as_lost(db, each, lost.copied_at, now), now, actor=actor)
        lower_wake(db, each.channel, now)
    db.execute(_STOOD.values(copied_at=lost.copied_at, moves=delivery.c.moves + 1))
    fresh = {"etag": "", "modified": "", "body_sha": "", "next_poll_at": now, "leased_until": None}
    db.execute(source.update().values(**fresh, copied_at=lost.copied_at))
    db.execute(restoring.insert(), {"copied_at": lost.copied_at, "restored_at": now})
    said = f"{len(open_ones)} deliveries that were under way wait for a look"
    tell(db, Action.DATABASE_RESTORED, now, actor=actor, ends=f"{lost.copied_at:%Y-%m-%d %H:%M} UTC", said=said)
    tell_restored(db, lost, now)
    return lost, len(open_ones)


def as_lost(db: sa.Connection, stands: Delivery, copied_at: datetime, now: datetime) -> Delivery:
    """Tell how an open delivery stands that may have gone out since the copy was made."""
    return restored(stands, copied_at, now, mark_of(db.scalar(_MARK, {"who": stands.channel})))


def tell_restored(db: sa.Connection, lost: LostTime | None, now: datetime) -> None:
    """Have people know that posts are looked for instead of sent, while there are such."""
    if lost is None or db.scalar(_LEFT) is None:
        return
    fact = database_restored(lost.copied_at)
    open_alert(db, Cause.DATABASE_RESTORED, _SCOPE, now, what=fact.what, fix=fact.fix)


def settle(db: sa.Connection, now: datetime) -> None:
    """Close the alert once everything that may have gone out is found or decided."""
    if is_open(db, Cause.DATABASE_RESTORED, _SCOPE) and db.scalar(_LEFT) is None:
        close_alert(db, Cause.DATABASE_RESTORED, _SCOPE, now)

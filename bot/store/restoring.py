"""What a database knows that was brought back from a copy: everything the lost one did since then may be out."""

from datetime import datetime

import sqlalchemy as sa

from bot.audit.checkpoints import Checkpoint
from bot.audit.rows import Action
from bot.audit.sealing import Broken, compare
from bot.model import Delivery
from bot.rules.alert_facts import database_restored
from bot.rules.lost import LostTime, PutBack, restored
from bot.store import checkpoints, staff
from bot.store.alerts import Cause, close_alert, is_open, open_alert
from bot.store.audit import JARSHY, tell
from bot.store.deliveries import JOINED, from_row, lower_wake, mark_of, move
from bot.store.onefile import COPY
from bot.store.schema import audit, channel_fact, delivery, restoring, source
from bot.tongue import phrase

_SCOPE = "database"
_LAST = sa.select(audit.c.at).order_by(audit.c.id.desc()).limit(1)
_OPEN = JOINED.where(sa.text("state IN ('due','sending','unknown')")).order_by(delivery.c.id)
_LEFT = sa.select(delivery.c.id).where(sa.text("copied_at IS NOT NULL AND state IN ('unknown','held')")).limit(1)
_STOOD = delivery.update().where(
    sa.text("state IN ('held','skipped','expired') AND reason NOT IN ('undecidable','unshown','worked_on')")
)
_MARK = sa.select(channel_fact.c.value).where(
    channel_fact.c.channel == sa.bindparam("who"), channel_fact.c.name == "channel:last_mark"
)


def ends_at(db: sa.Connection) -> datetime | None:
    """Tell the last thing a database knows: nothing goes out without a row of the log. None: it knows nothing."""
    newest: datetime | None = db.scalar(_LAST)
    return newest


def shows_older(db: sa.Connection, kept: Checkpoint | None) -> PutBack | None:
    """Tell what shows that this is an older database than the one that was at work; None: nothing does.

    `kept`: what was last signed of the log, from outside the database.
    """
    rows, last = checkpoints.last_row(db), daemon_ended_at(db)
    if kept is not None and kept.size > 0:
        try:
            compare(kept, "", checkpoints.at(db, kept.size))
        except Broken:
            return PutBack(kept.size, rows, last)
        if rows < kept.size:
            return PutBack(kept.size, rows, last)
    return PutBack(None, rows, last) if _is_copy(db) else None


def daemon_ended_at(db: sa.Connection) -> datetime | None:
    """Tell when the daemon last wrote: what people did since then by commands may be newer than the copy."""
    newest: datetime | None = db.scalar(_LAST.where(audit.c.actor == JARSHY))
    return newest


def _is_copy(db: sa.Connection) -> bool:
    return db.dialect.name == "sqlite" and db.exec_driver_sql("PRAGMA user_version").scalar() == COPY


def lost_time(db: sa.Connection) -> LostTime | None:
    """Tell which time is missing in this database, if it was ever brought back."""
    row = db.execute(sa.select(restoring).order_by(restoring.c.id.desc()).limit(1)).first()
    return None if row is None else LostTime(row.copied_at, row.restored_at)


def bring_back(
    db: sa.Connection, now: datetime, *, ends: datetime | None, actor: str, shown: str = ""
) -> tuple[LostTime, int]:
    """Mark everything whoever worked on the lost database may have sent; tell how much of it was under way.

    To be called before anybody works on it. `ends`: the last thing it knows; `shown`: what showed that it is a copy.
    """
    lost = LostTime(min(ends or now, now), now)
    open_ones = [from_row(row) for row in db.execute(_OPEN)]
    for each in open_ones:
        move(db, as_lost(db, each, lost.copied_at, now), now, actor=actor)
        lower_wake(db, each.channel, now)
    db.execute(_STOOD.values(copied_at=lost.copied_at, moves=delivery.c.moves + 1))
    fresh = {"etag": "", "modified": "", "body_sha": "", "next_poll_at": now, "leased_until": None}
    db.execute(source.update().values(**fresh, copied_at=lost.copied_at))
    staff.end_all(db)
    db.execute(restoring.insert(), {"copied_at": lost.copied_at, "restored_at": now})
    said = phrase(f"{len(open_ones)} deliveries that were under way wait for a look")
    said += f"; {shown}" if shown else ""
    tell(db, Action.DATABASE_RESTORED, now, actor=actor, ends=f"{lost.copied_at:%Y-%m-%d %H:%M} UTC", said=said)
    tell_restored(db, lost, now)
    return lost, len(open_ones)


def bring_back_here(db: sa.Connection, now: datetime, *, actor: str, shown: str) -> tuple[LostTime, int]:
    """Mark the same in a database that was put in its place already; from here on it is the one at work."""
    ends = daemon_ended_at(db) or ends_at(db)
    if _is_copy(db):
        db.exec_driver_sql("PRAGMA user_version=0")
    return bring_back(db, now, ends=ends, actor=actor, shown=shown)


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

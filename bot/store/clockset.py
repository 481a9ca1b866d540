"""What a clock that was set means for stored moments: waits go on as long as they were, dates stay dates."""

import json
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.audit.rows import Action, milliseconds
from bot.clock import SET
from bot.model import Reason
from bot.store.audit import tell
from bot.store.schema import account, alert_told, app, audit, channel, delivery, host, memo, source
from bot.tongue import phrase, span

# Moments that were reckoned as "now and so much more". Dates people or articles name are not among them.
_WAITS = {
    channel: ("leased_until", "tat", "wait_until", "paused_until", "probe_at", "open_until", "failing_since"),
    account: ("tat", "wait_until", "probe_at"),
    app: ("tat", "wait_until"),
    source: ("next_poll_at", "leased_until", "target_since"),
    host: ("wait_until",),
    memo: ("until_at",),
    alert_told: ("due_at",),
}
_OF_A_TURN = (Reason.BACKOFF, Reason.ASKED_TO_WAIT, Reason.PACE, Reason.LOOKS_GONE, Reason.FILMING)
"""What a turn has put back: its story's date was over then, and lies ahead again only by the clock that was set."""
_NEWEST = sa.select(audit.c.at).order_by(audit.c.id.desc()).limit(1)
_LAST_SET = sa.select(audit.c.row).where(audit.c.action == Action.CLOCK_SET).order_by(audit.c.id.desc()).limit(1)


def clock_was_set(db: sa.Connection, by: timedelta, now: datetime, *, since: datetime) -> bool:
    """Move every wait along with the clock, which shows `now` and was set since `since`, by the clock as it is now.

    False: another process on this file did it already.
    """
    if _is_done(db, by, since, now):
        return False
    for table, names in _WAITS.items():
        db.execute(table.update().values({name: _moved(table.c[name], by) for name in names}))
    # Worked out anew from what is open: some of it waits for dates.
    db.execute(channel.update().where(channel.c.wake_at.is_not(None)).values(wake_at=now))
    _move_deliveries(db, by, now)
    tell(db, Action.CLOCK_SET, now, said=said(by), by=by // timedelta(milliseconds=1))
    return True


def said(by: timedelta) -> str:
    """Write by how much a clock was set, as exactly as people read it."""
    whole = timedelta(seconds=1) if abs(by) < timedelta(minutes=10) else timedelta(minutes=1)
    length = span(round(abs(by) / whole) * whole)
    return phrase(f"back by {length}") if by < timedelta(0) else phrase(f"forward by {length}")


def set_while_down(db: sa.Connection, now: datetime) -> timedelta:
    """Tell by how much the clock must have been set back while no daemon ran: the log may hold nothing that is ahead.

    A clock set forward meanwhile looks like a long night. It shortens waits and nothing else, as no process takes its
    own clock for a proof of absence (`bot.delivery.turn`).
    """
    newest: datetime | None = db.scalar(_NEWEST)
    return now - newest if newest is not None and newest - now >= SET else timedelta(0)


def _move_deliveries(db: sa.Connection, by: timedelta, now: datetime) -> None:
    was = now - by
    has_had_its_turn = delivery.c.reason.in_([str(each) for each in _OF_A_TURN])
    waits_for_its_date = sa.and_(delivery.c.published_at > was, delivery.c.due_at > was, sa.not_(has_had_its_turn))
    named = sa.and_(delivery.c.reason.in_((str(Reason.MOVED), str(Reason.WRITTEN))), delivery.c.due_at > was)
    due = sa.or_(sa.text("state = 'due'"), sa.text("state = 'held' AND reason = 'approval'"))
    db.execute(
        delivery.update()
        .where(due, sa.not_(named), sa.or_(delivery.c.published_at.is_(None), sa.not_(waits_for_its_date)))
        .values(
            due_at=_moved(delivery.c.due_at, by),
            expires_at=_moved(delivery.c.expires_at, by),
            moves=delivery.c.moves + 1,  # a turn that has it in hand reckons with the old moments
        )
    )
    db.execute(
        delivery.update()
        .where(sa.or_(sa.text("state = 'sending'"), sa.text("state = 'unknown'")))
        .values(
            due_at=_moved(delivery.c.due_at, by),
            expires_at=_moved(delivery.c.expires_at, by),
            last_at=_moved(delivery.c.last_at, by),
            # The earlier of both: nobody knows which clock the network's agrees with.
            intent_at=_moved(delivery.c.intent_at, min(by, timedelta(0))),
        )
    )


def _moved(moment: sa.Column[datetime], by: timedelta) -> sa.ColumnElement[int]:
    return sa.type_coerce(moment, sa.BigInteger) + by // timedelta(milliseconds=1)


def _is_done(db: sa.Connection, by: timedelta, since: datetime, now: datetime) -> bool:
    found = db.scalar(_LAST_SET)
    if found is None:
        return False
    row = json.loads(found)
    is_of_now = milliseconds(since - SET) <= row["at"] <= milliseconds(now + SET)  # and not by a clock set before
    return is_of_now and abs(timedelta(milliseconds=row["by"]) - by) < 2 * SET

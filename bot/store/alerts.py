"""Alerts in the database: one open row per cause and scope, opened and closed with the change that causes it."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.audit.rows import Action
from bot.rules.alerts import DECIDED, Alert, Cause, Untold
from bot.store.audit import tell
from bot.store.schema import alert

__all__ = ["Alert", "Cause"]

KEPT = timedelta(days=30)
_DAY = timedelta(days=1)
_COLUMNS = tuple(alert.c[name] for name in ("id", "cause", "scope", "what", "fix", "opened_at", "closed_at", "times"))
_IS_OPEN = sa.text("closed_at IS NULL")
_HERE = (alert.c.cause == sa.bindparam("why"), alert.c.scope == sa.bindparam("where"))
_FIND = sa.select(alert.c.id).where(*_HERE, _IS_OPEN)
_OPEN = sa.select(*_COLUMNS).where(_IS_OPEN).order_by(alert.c.id)
_UNTOLD = (
    sa.select(*_COLUMNS, alert.c.is_entry_told)
    .where(sa.text("is_recovery_told = 0 AND (is_entry_told = 0 OR closed_at IS NOT NULL)"))
    .order_by(alert.c.id)
)
_JUST_OVER = sa.select(alert.c.id).where(*_HERE, sa.text("is_recovery_told = 0 AND closed_at IS NOT NULL"))


def open_alert(
    db: sa.Connection,
    cause: Cause,
    scope: str,
    now: datetime,
    *,
    what: str,
    fix: str = "",
    since: datetime | None = None,
) -> None:
    """Open an alert unless one of this cause and scope is open already. `since`: when it began, if not now.

    What heals by itself and comes back before anybody was told of its end goes on as the same alert.
    """
    here = {"why": cause, "where": scope}
    if db.scalar(_FIND, here) is not None:
        return
    came_back = None if cause in DECIDED else db.scalar(_JUST_OVER.order_by(alert.c.id.desc()).limit(1), here)
    if came_back is None:
        values = {"cause": str(cause), "scope": scope, "what": what, "fix": fix, "opened_at": since or now}
        db.execute(alert.insert(), values)
    else:
        again = {"what": what, "fix": fix, "closed_at": None, "times": alert.c.times + 1}
        db.execute(alert.update().where(alert.c.id == came_back).values(**again))
    tell(db, Action.ALERT_OPENED, now, cause=str(cause), scope=scope, what=what)


def close_alert(db: sa.Connection, cause: Cause, scope: str, now: datetime) -> None:
    """Close the alert of this cause and scope if it is open."""
    found = db.scalar(_FIND, {"why": cause, "where": scope})
    if found is None:
        return
    db.execute(alert.update().where(alert.c.id == found).values(closed_at=now))
    tell(db, Action.ALERT_CLOSED, now, cause=str(cause), scope=scope)


def tell_anew(db: sa.Connection, cause: Cause, scope: str, now: datetime, *, what: str, fix: str = "") -> None:
    """Open an alert that says how things are now; where one says something else, people are told the new words."""
    said = db.execute(sa.select(alert.c.id, alert.c.what).where(*_HERE, _IS_OPEN), {"why": cause, "where": scope})
    for row in said.all():
        if row.what == what:
            return
        close_alert(db, cause, scope, now)
        # Nobody is told that it is over: it is not.
        db.execute(alert.update().where(alert.c.id == row.id).values(is_entry_told=True, is_recovery_told=True))
    open_alert(db, cause, scope, now, what=what, fix=fix)


def reword(db: sa.Connection, cause: Cause, scope: str, what: str) -> None:
    """Say what the open alert of this cause and scope is about by now; nobody is told again."""
    if (found := db.scalar(_FIND, {"why": cause, "where": scope})) is not None:
        db.execute(alert.update().where(alert.c.id == found).values(what=what))


def keep_true(
    db: sa.Connection,
    cause: Cause,
    found: dict[str, tuple[str, datetime | None]],
    now: datetime,
    *,
    lasting: bool = False,
) -> None:
    """Open what was found by scope (in words, and since when) and close what was not; `lasting`: close nothing."""
    for scope, (what, since) in found.items():
        open_alert(db, cause, scope, now, what=what, since=since)
        reword(db, cause, scope, what)
    for each in open_alerts(db) if not lasting else ():
        if each.cause is cause and each.scope not in found:
            close_alert(db, cause, each.scope, now)


def is_open(db: sa.Connection, cause: Cause, scope: str) -> bool:
    """Whether an alert of this cause and scope is open."""
    return db.scalar(_FIND, {"why": cause, "where": scope}) is not None


def open_alerts(db: sa.Connection) -> list[Alert]:
    """List what is open, oldest first."""
    return [_alert(row) for row in db.execute(_OPEN)]


def untold(db: sa.Connection, now: datetime) -> list[Untold]:
    """List the alerts of which something is not told yet, oldest first."""
    found = [(_alert(row), row.is_entry_told) for row in db.execute(_UNTOLD).all()]
    return [Untold(each, told, _recent(db, each, now)) for each, told in found]


def was_told(db: sa.Connection, which: list[int], *, is_over: bool) -> None:
    """Note that people will be told the beginning of these, or their end."""
    said = {"is_entry_told": True} | ({"is_recovery_told": True} if is_over else {})
    db.execute(alert.update().where(alert.c.id.in_(which)).values(**said))


def _recent(db: sa.Connection, each: Alert, now: datetime) -> int:
    """Tell how often an alert came within a day, where its end must wait for that."""
    if each.closed_at is None or each.cause in DECIDED:
        return each.times
    lately = sa.or_(_IS_OPEN, alert.c.closed_at > now - _DAY)
    here = {"why": each.cause, "where": each.scope}
    return int(db.scalar(sa.select(sa.func.sum(alert.c.times)).where(*_HERE, lately), here) or each.times)


def prune(db: sa.Connection, now: datetime) -> None:
    """Forget alerts whose end was told long ago; the audit log has them for good."""
    db.execute(alert.delete().where(sa.text("is_recovery_told = 1"), alert.c.closed_at <= now - KEPT))


def _alert(row: Any) -> Alert:
    return Alert(row.id, Cause(row.cause), row.scope, row.what, row.fix, row.opened_at, row.closed_at, row.times)

"""Alerts in the database: one open row per cause and scope, opened and closed with the change that causes it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.audit.rows import Action
from bot.store.audit import tell
from bot.store.schema import alert


class Cause(StrEnum):
    """What an alert is about; its scope names the thing."""

    ACCOUNT_STOPPED = "account_stopped"
    CHANNEL_STOPPED = "channel_stopped"
    DELIVERY_HELD = "delivery_held"
    STORY_REVISED = "story_revised"
    SOURCE_FAILING = "source_failing"
    SOURCE_GAP = "source_gap"
    SOURCE_FLOOD = "source_flood"
    WISH_TOO_LATE = "wish_too_late"
    TEMPLATE_WAITS = "template_waits"
    TEMPLATE_REFUSED = "template_refused"
    AUDIT_BROKEN = "audit_broken"
    SETTINGS_REFUSED = "settings_refused"
    GONE_WAITS = "gone_waits"


@dataclass(frozen=True, slots=True)
class Alert:
    """One cause in one scope. `what` is the fact in words; `fix` what a person can do."""

    id: int
    cause: Cause
    scope: str
    what: str
    fix: str
    opened_at: datetime
    closed_at: datetime | None


_COLUMNS = (alert.c.id, alert.c.cause, alert.c.scope, alert.c.what, alert.c.fix, alert.c.opened_at, alert.c.closed_at)
_IS_OPEN = sa.text("closed_at IS NULL")
_FIND = sa.select(alert.c.id).where(
    alert.c.cause == sa.bindparam("why"), alert.c.scope == sa.bindparam("where"), _IS_OPEN
)


def open_alert(db: sa.Connection, cause: Cause, scope: str, now: datetime, *, what: str, fix: str = "") -> None:
    """Open an alert unless one of this cause and scope is open already."""
    if db.scalar(_FIND, {"why": cause, "where": scope}) is not None:
        return
    db.execute(alert.insert(), {"cause": str(cause), "scope": scope, "what": what, "fix": fix, "opened_at": now})
    tell(db, Action.ALERT_OPENED, now, cause=str(cause), scope=scope, what=what)


def close_alert(db: sa.Connection, cause: Cause, scope: str, now: datetime) -> None:
    """Close the alert of this cause and scope if it is open."""
    found = db.scalar(_FIND, {"why": cause, "where": scope})
    if found is None:
        return
    db.execute(alert.update().where(alert.c.id == found).values(closed_at=now))
    tell(db, Action.ALERT_CLOSED, now, cause=str(cause), scope=scope)


def reword(db: sa.Connection, cause: Cause, scope: str, what: str) -> None:
    """Say what the open alert of this cause and scope is about by now; nobody is told again."""
    if (found := db.scalar(_FIND, {"why": cause, "where": scope})) is not None:
        db.execute(alert.update().where(alert.c.id == found).values(what=what))


def is_open(db: sa.Connection, cause: Cause, scope: str) -> bool:
    """Whether an alert of this cause and scope is open."""
    return db.scalar(_FIND, {"why": cause, "where": scope}) is not None


def open_alerts(db: sa.Connection) -> list[Alert]:
    """List what is open, oldest first."""
    return _read(db, sa.select(*_COLUMNS).where(_IS_OPEN).order_by(alert.c.id))


def take_untold(db: sa.Connection) -> list[Alert]:
    """List alerts whose entry or recovery nobody has told yet, and count them as told."""
    entered = sa.select(*_COLUMNS).where(sa.text("is_entry_told = 0")).order_by(alert.c.id)
    recovered = sa.select(*_COLUMNS).where(
        sa.text("is_entry_told = 1 AND is_recovery_told = 0 AND closed_at IS NOT NULL")
    )
    found = _read(db, entered) + _read(db, recovered)
    for each in found:
        told = {"is_entry_told": True} | ({"is_recovery_told": True} if each.closed_at else {})
        db.execute(alert.update().where(alert.c.id == each.id).values(**told))
    return found


def _read(db: sa.Connection, question: sa.Select[Any]) -> list[Alert]:
    return [
        Alert(row.id, Cause(row.cause), row.scope, row.what, row.fix, row.opened_at, row.closed_at)
        for row in db.execute(question)
    ]

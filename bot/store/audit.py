"""Writes the audit log and reads it back: rows live in the transaction of the change they tell of."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.audit.rows import VERSION, Action, canonical, milliseconds
from bot.model import Delivery
from bot.store.schema import audit

JARSHY = "jarshy"
"""The actor of everything no person did."""
_TELL = audit.insert()
_BY_TIME = audit.alias("by_time")
_ACTIONS = {str(each): each for each in Action}


@dataclass(frozen=True, slots=True)
class Told:
    """One row of the log as it is stored."""

    id: int
    at: datetime
    actor: str
    action: str
    """One of `Action`, unless the row was changed by hand."""
    row: bytes


def tell(db: sa.Connection, action: Action, now: datetime, *, actor: str = JARSHY, **facts: Any) -> None:
    """Add a row. Facts named story, delivery and channel are also columns to search by."""
    said = {"v": VERSION, "at": milliseconds(now), "actor": actor, "action": str(action)}
    said |= {name: value for name, value in facts.items() if value not in (None, "")}
    db.execute(
        _TELL,
        {
            "at": now,
            "actor": actor,
            "action": str(action),
            "story": facts.get("story"),
            "delivery": facts.get("delivery"),
            "channel": facts.get("channel"),
            "row": canonical(said),
        },
    )


def tell_run(db: sa.Connection, action: Action, now: datetime) -> None:
    """Add the row of a daemon that began or ended."""
    tell(db, action, now)


def tell_move(
    db: sa.Connection, stands: Delivery, now: datetime, *, action: Action, actor: str = JARSHY, **facts: Any
) -> None:
    """Add the row of a delivery that now stands as `stands`; every transition has exactly one."""
    tell(
        db,
        action,
        now,
        actor=actor,
        story=stands.story,
        delivery=stands.id,
        channel=stands.channel,
        kind=str(stands.kind),
        state=str(stands.state),
        reason=str(stands.reason),
        detail=stands.detail,
        due=milliseconds(stands.due_at),
        **facts,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Which rows of the log are asked for; what is not said does not matter."""

    after: int = 0
    before: int | None = None
    """Rows with a smaller number only: where a page ended, the next one begins."""
    story: str | None = None
    delivery: int | None = None
    channel: str | None = None
    actors: Collection[str] = ()
    actions: Collection[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    """Rows from before this moment."""


def read(db: sa.Connection, *, most: int | None = None, **which: Any) -> Iterator[Told]:
    """Read rows oldest first; with `most`, the newest that many. `which`: as the fields of `Which`."""
    chosen = _chosen(Which(**which)).order_by(audit.c.id)
    if most is not None:
        newest = chosen.order_by(None).order_by(audit.c.id.desc()).limit(most).subquery()
        chosen = sa.select(newest).order_by(newest.c.id)
    for row in db.execute(chosen):
        yield Told(row.id, row.at, row.actor, _action(row.action), row.row)


def newest(db: sa.Connection, which: Which, *, most: int) -> list[Told]:
    """Read the newest rows, the newest first."""
    rows = db.execute(_chosen(which).order_by(audit.c.id.desc()).limit(most))
    return [Told(row.id, row.at, row.actor, _action(row.action), row.row) for row in rows]


def _chosen(which: Which) -> sa.Select[Any]:
    rules = [audit.c.id > which.after]
    same = {audit.c.story: which.story, audit.c.delivery: which.delivery, audit.c.channel: which.channel}
    rules += [column == value for column, value in same.items() if value is not None]
    rules += [audit.c.id < which.before] if which.before is not None else []
    rules += _timed(which)
    rules += [audit.c.actor.in_(which.actors)] if which.actors else []
    rules += [audit.c.action.in_(which.actions)] if which.actions else []
    return sa.select(audit).where(*rules)


def _timed(which: Which) -> list[sa.ColumnElement[bool]]:
    """Choose by time; where nothing else narrows it, the index gives the rows of an earlier day.

    A clock may have been set back, so a range of moments is no range of numbers.
    """
    is_narrow = which.actors or which.actions or which.story is not None or which.delivery is not None
    rows = audit if is_narrow or (which.since, which.until) == (None, None) else _BY_TIME
    rules: list[sa.ColumnElement[bool]] = [rows.c.at >= which.since] if which.since is not None else []
    rules += [rows.c.at < which.until] if which.until is not None else []
    return rules if rows is audit else [audit.c.id.in_(sa.select(rows.c.id).where(*rules))]


def _action(said: str) -> str:
    return _ACTIONS.get(said, said)

"""Writes the audit log and reads it back: rows live in the transaction of the change they tell of."""

from collections.abc import Iterator
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


def read(
    db: sa.Connection,
    *,
    after: int = 0,
    story: str | None = None,
    delivery: int | None = None,
    channel: str | None = None,
    most: int | None = None,
) -> Iterator[Told]:
    """Read rows oldest first; with `most`, the newest that many."""
    chosen = sa.select(audit).where(audit.c.id > after).order_by(audit.c.id)
    if story is not None:
        chosen = chosen.where(audit.c.story == story)
    if delivery is not None:
        chosen = chosen.where(audit.c.delivery == delivery)
    if channel is not None:
        chosen = chosen.where(audit.c.channel == channel)
    if most is not None:
        newest = chosen.order_by(None).order_by(audit.c.id.desc()).limit(most).subquery()
        chosen = sa.select(newest).order_by(newest.c.id)
    for row in db.execute(chosen):
        yield Told(row.id, row.at, row.actor, _action(row.action), row.row)


def _action(said: str) -> str:
    return _ACTIONS.get(said, said)

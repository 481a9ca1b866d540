"""What each sink is to be told and was told: a message is stored with the fact, and struck off once it arrived."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from bot.audit.rows import Action
from bot.rules.alert_words import Words
from bot.rules.alerts import TOGETHER, Cause, News, to_tell
from bot.store import alerts
from bot.store.audit import tell
from bot.store.people import RefusedVerb
from bot.store.schema import alert_told

GIVE_UP_AFTER = timedelta(hours=24)
_FIRST_WAIT, _MOST_WAIT = timedelta(minutes=1), timedelta(hours=1)
_WAITS = sa.text("told_at IS NULL AND gave_up_at IS NULL")
_TOO_OLD = alert_told.update().where(_WAITS, alert_told.c.made_at <= given("before")).values(gave_up_at=given("now"))
_DUE = (
    sa.select(alert_told)
    .where(_WAITS, alert_told.c.due_at <= given("now"), alert_told.c.sink.in_(given("sinks", expanding=True)))
    .order_by(alert_told.c.id)
)
_CHECKPOINT = ""
"""Stands in a cause's place."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message for one sink. `name` is the same for every sink and every try; `row` is this one's own number.

    Without a `cause` it is no alert: its text is a checkpoint of the audit log, to be kept as it is.
    """

    row: int
    name: str
    sink: str
    cause: Cause | None
    is_over: bool
    scopes: tuple[str, ...]
    subject: str
    text: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Deaf:
    """A sink that does not take what it is told: since when, why, and how many messages it lacks."""

    sink: str
    since: datetime
    why: str
    waiting: int
    given_up: int


def write_news(
    db: sa.Connection,
    now: datetime,
    *,
    sinks: Collection[str],
    write: Callable[[News], Words],
    name: Callable[[], str],
) -> list[Message]:
    """Make a message of what is new, for every sink, and list all messages that are due; give up on the oldest."""
    found = alerts.untold(db, now)
    for news in to_tell(found, _last(db, now), now) if found else ():
        alerts.was_told(db, [each.id for each in news.alerts], is_over=news.is_over)
        values = {"message": name(), "cause": str(news.cause), "is_over": news.is_over}
        values |= {"scopes": json.dumps([each.scope for each in news.alerts])}
        _add(db, values, write(news), now, sinks=sinks)
    db.execute(_TOO_OLD, {"before": now - GIVE_UP_AFTER, "now": now})
    return [_message(row) for row in db.execute(_DUE, {"now": now, "sinks": sorted(sinks)})]


def write_checkpoint(db: sa.Connection, now: datetime, *, sinks: Collection[str], said: Words, name: str) -> None:
    """Make a message of a checkpoint of the audit log; it is told with the next news."""
    values = {"message": name, "cause": _CHECKPOINT, "is_over": False, "scopes": json.dumps(["audit"])}
    _add(db, values, said, now, sinks=sinks)


def was_heard(db: sa.Connection, message: Message, now: datetime) -> bool:
    """Note that a message arrived; True where its sink was deaf before."""
    was_deaf = any(each.sink == message.sink for each in deaf(db, [message.sink]))
    db.execute(alert_told.update().where(alert_told.c.id == message.row).values(told_at=now))
    # What it lacked comes now, without waiting for its next try.
    mine = sa.and_(_WAITS, alert_told.c.sink == message.sink)
    db.execute(alert_told.update().where(mine).values(due_at=now))
    return was_deaf


def was_not_heard(db: sa.Connection, message: Message, now: datetime, *, why: str) -> bool:
    """Note that a message did not arrive, and when it is told again; True where its sink was not deaf before."""
    is_new = not any(each.sink == message.sink for each in deaf(db, [message.sink]))
    tries = int(db.scalar(sa.select(alert_told.c.tries).where(alert_told.c.id == message.row)) or 0)
    values = {"tries": tries + 1, "why": why, "due_at": now + min(_FIRST_WAIT * 2 ** min(tries, 10), _MOST_WAIT)}
    db.execute(alert_told.update().where(alert_told.c.id == message.row).values(**values))
    return is_new


def deaf(db: sa.Connection, sinks: Collection[str]) -> list[Deaf]:
    """List the sinks that lack a message they were told in vain, since they last took one."""
    found = []
    for sink in sinks:
        heard = sa.select(sa.func.max(alert_told.c.told_at)).where(alert_told.c.sink == sink)
        after = db.scalar(heard)
        lacks = sa.select(alert_told).where(alert_told.c.sink == sink, alert_told.c.told_at.is_(None))
        rows = [
            row
            for row in db.execute(lacks.order_by(alert_told.c.id))
            if row.tries and (row.gave_up_at is None or after is None or row.gave_up_at > after)
        ]
        if rows:
            given_up = sum(row.gave_up_at is not None for row in rows)
            found.append(Deaf(sink, rows[0].made_at, rows[-1].why, len(rows) - given_up, given_up))
    return found


def tell_now(db: sa.Connection, sink: str, now: datetime, *, actor: str) -> int:
    """Have what a sink lacks told again with the next tick; tell how much that is. Raises RefusedVerb."""
    mine = sa.and_(_WAITS, alert_told.c.sink == sink)
    lacks = db.execute(alert_told.update().where(mine).values(due_at=now)).rowcount
    if not lacks:
        raise RefusedVerb(f"nothing waits to be told to {sink}: what it lacked has arrived, or was given up")
    tell(db, Action.ALERT_HURRIED, now, actor=actor, sink=sink)
    return lacks


def prune(db: sa.Connection, now: datetime) -> None:
    """Forget what was told long ago, and what a sink that no longer exists was never told."""
    alerts.prune(db, now)
    db.execute(alert_told.delete().where(alert_told.c.made_at <= now - alerts.KEPT))


def _last(db: sa.Connection, now: datetime) -> dict[tuple[Cause, bool], datetime]:
    lately = sa.select(alert_told.c.cause, alert_told.c.is_over, alert_told.c.made_at)
    is_alert = alert_told.c.cause != _CHECKPOINT
    rows = db.execute(lately.where(alert_told.c.made_at > now - TOGETHER, is_alert).order_by(alert_told.c.made_at))
    return {(Cause(row.cause), row.is_over): row.made_at for row in rows}


def _add(db: sa.Connection, values: Mapping[str, Any], said: Words, now: datetime, *, sinks: Collection[str]) -> None:
    values = {**values, "subject": said.subject, "text": said.text, "made_at": now, "due_at": now}
    db.execute(alert_told.insert(), [values | {"sink": sink} for sink in sorted(sinks)])


def _message(row: Any) -> Message:
    return Message(
        row=row.id,
        name=row.message,
        sink=row.sink,
        cause=Cause(row.cause) if row.cause != _CHECKPOINT else None,
        is_over=row.is_over,
        scopes=tuple(json.loads(row.scopes)),
        subject=row.subject,
        text=row.text,
        made_at=row.made_at,
    )

"""How much there is of everything now, for whoever watches from outside: counted without reading what is over."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.model import State
from bot.rules.pace import Pace
from bot.store import checkpoints
from bot.store.alerts import Cause
from bot.store.schema import OPEN, account, alert, attempt, audit, channel, delivery, source

LATELY = timedelta(days=1)
"""How far back deliveries that are over are counted: all that ever were would mean to read them all."""

OPEN_NOW = (  # everything it asks for stands in the partial index
    sa.select(
        delivery.c.channel,
        delivery.c.state,
        sa.func.count().label("many"),
        sa.func.min(delivery.c.due_at, type_=delivery.c.due_at.type).label("first"),
    )
    .where(sa.text(OPEN))
    .group_by(delivery.c.channel, delivery.c.state)
)
AT_WORK_NOW = (
    sa.select(sa.func.count())
    .select_from(delivery)
    .where(sa.text(f"({OPEN})"), sa.text("state = 'unknown' AND reason = 'worked_on'"))
)
# The moment is there for the planner: with it, it takes the index of what expires.
HELD_NOW = sa.select(delivery.c.channel).where(sa.text("state = 'held' AND expires_at > 0"))
OVER_LATELY = sa.select(delivery.c.channel, delivery.c.state).where(
    delivery.c.channel.in_(sa.bindparam("here", expanding=True)),
    delivery.c.moved_at > sa.bindparam("since"),
    sa.text("state IN ('done','skipped','expired','cancelled')"),
)
ALERTS_NOW = sa.select(alert.c.cause, sa.func.count()).where(sa.text("closed_at IS NULL")).group_by(alert.c.cause)
_SOURCES = sa.select(source)
_ACCOUNTS = sa.select(account.c.id, account.c.expires_at, account.c.stopped_at, account.c.stopped_why)
_PACES = sa.select(channel.c.id, channel.c.tat, channel.c.day, channel.c.sent_today)
_SENT = (  # what was intended has its content, which the index asks for
    sa.select(channel.c.account, sa.func.count().label("many"))
    .select_from(attempt)
    .join(delivery, delivery.c.id == attempt.c.delivery)
    .join(channel, channel.c.id == delivery.c.channel)
    .where(attempt.c.started_at > sa.bindparam("since"), sa.text("content <> ''"))
    .group_by(channel.c.account)
)
DRAFTS_SINCE = (
    sa.select(sa.func.count())
    .select_from(delivery)
    .where(
        delivery.c.channel.in_(sa.bindparam("here", expanding=True)),
        delivery.c.moved_at > sa.bindparam("since"),
        delivery.c.receipt.like('%"is_draft":true%'),
        sa.text("state = 'done'"),
    )
)
_ROW_AT = sa.select(audit.c.id, audit.c.at).where(audit.c.id >= sa.bindparam("which")).order_by(audit.c.id).limit(1)


@dataclass(frozen=True, slots=True)
class SourceSeen:
    """How a feed stands: when it last answered, brought news and will be asked, and since when it fails and why."""

    id: str
    polled_at: datetime | None
    last_new_at: datetime | None
    next_poll_at: datetime | None
    failing_since: datetime | None
    failing_why: str


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """How an account stands: until when its session lives where that is known, and why it is stopped."""

    id: str
    expires_at: datetime | None
    stopped_at: datetime | None
    stopped_why: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is counted, at one moment."""

    deliveries: Mapping[tuple[str, State], int]
    """By channel and state: what is open or held now, and what was over within `LATELY`."""
    oldest: datetime | None
    """Since when the delivery that waits longest has been due; None: nothing is due."""
    sources: tuple[SourceSeen, ...]
    accounts: tuple[AccountSeen, ...]
    paces: Mapping[str, Pace]
    alerts: Mapping[Cause, int]
    checkpoint_at: datetime | None
    """When the audit log was last sealed; None: never."""
    unsealed_since: datetime | None
    """When the first row was written that is not sealed; None: all are."""
    at_work: int = 0
    """How many of what is unknown their networks have and work on: nothing of it is lost."""


def read(db: sa.Connection, channels: Collection[str], now: datetime) -> Figures:
    """Count everything; `channels`: those of the settings, for what is over."""
    counts: dict[tuple[str, State], int] = {}
    oldest = None
    for row in db.execute(OPEN_NOW):
        counts[row.channel, State(row.state)] = row.many
        if row.state == State.DUE and row.first <= now:
            oldest = min(oldest or row.first, row.first)
    held = ((row.channel, State.HELD) for row in db.execute(HELD_NOW))
    over = db.execute(OVER_LATELY, {"here": list(channels), "since": now - LATELY})
    for each in (*held, *((row.channel, State(row.state)) for row in over)):
        counts[each] = counts.get(each, 0) + 1
    return Figures(
        deliveries=counts,
        oldest=oldest,
        sources=sources_seen(db),
        accounts=accounts_seen(db),
        paces={row.id: Pace(row.tat, row.day, row.sent_today) for row in db.execute(_PACES)},
        alerts={Cause(cause): many for cause, many in db.execute(ALERTS_NOW)},
        checkpoint_at=checkpoint_at(db),
        unsealed_since=checkpoints.unsealed_since(db),
        at_work=db.scalar(AT_WORK_NOW) or 0,
    )


def sources_seen(db: sa.Connection) -> tuple[SourceSeen, ...]:
    """Tell how each feed stands."""
    names = SourceSeen.__dataclass_fields__
    return tuple(SourceSeen(**{name: getattr(row, name) for name in names}) for row in db.execute(_SOURCES))


def accounts_seen(db: sa.Connection) -> tuple[AccountSeen, ...]:
    """Tell how each account stands."""
    return tuple(AccountSeen(*row) for row in db.execute(_ACCOUNTS))


def sent_since(db: sa.Connection, since: datetime) -> dict[str, int]:
    """Count the posts each account tried to send since a moment, as networks count them."""
    return {row.account: row.many for row in db.execute(_SENT, {"since": since})}


def drafts_since(db: sa.Connection, channels: Collection[str], since: datetime) -> int:
    """Count the drafts that came into the apps of channels since a moment; who published them nobody tells."""
    return db.execute(DRAFTS_SINCE, {"here": list(channels), "since": since}).scalar_one()


def checkpoint_at(db: sa.Connection) -> datetime | None:
    """Tell when the audit log was last sealed; None: never."""
    last = checkpoints.newest(db)
    return last.at if last else None


@dataclass(frozen=True, slots=True)
class Growth:
    """How many rows the audit log has, how many came since a moment, and when the first one came."""

    rows: int
    since: int
    began: datetime | None


def growth(db: sa.Connection, since: datetime) -> Growth:
    """Measure how the log grows, and with it the database. Rows are looked up by number: no moment has an index."""
    last = db.scalar(sa.select(sa.func.max(audit.c.id))) or 0
    first = db.execute(_ROW_AT, {"which": 0}).first()
    low, high = (first.id if first else 0), last + 1
    while low < high:
        middle = (low + high) // 2
        row = db.execute(_ROW_AT, {"which": middle}).first()
        if row is None or row.at >= since:
            high = middle
        else:
            low = row.id + 1
    return Growth(last, last + 1 - low if last else 0, first.at if first else None)

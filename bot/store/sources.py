"""Feeds as the database knows them: what is due to be polled, validators, failures and manners towards hosts."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.audit.rows import Action
from bot.model import Source
from bot.store.alerts import Cause, close_alert, open_alert
from bot.store.audit import tell
from bot.store.schema import host, source

POLL_LEASE = timedelta(minutes=2)
"""Longer than a poll may take; a poll left by a crash is begun anew after it."""
MOST_BACKOFF = timedelta(hours=1)
ALERT_AFTER = 3
"""Failed polls in a row before a person is told: a feed that hiccups once is no news."""


@dataclass(frozen=True, slots=True)
class Due:
    """One source to poll now, with the validators of its last whole answer, byte for byte."""

    id: str
    etag: str
    modified: str
    body_sha: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class Validators:
    """What a whole answer said of itself; stored in the transaction of the articles it vouches for."""

    etag: str = ""
    modified: str = ""
    body_sha: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A source nothing came from; `why` is "" where it was not asked because it is not due."""

    id: str
    why: str
    next_poll_at: datetime


def set_up_sources(db: sa.Connection, listed: Iterable[Source], now: datetime) -> None:
    """Make sure every source in the settings has its row; another address makes it a new feed."""
    for each in listed:
        row, mark = db.execute(sa.select(source.c.url).where(source.c.id == each.id)).first(), _mark(each.url)
        if row is None:
            db.execute(source.insert(), {"id": each.id, "url": mark, "next_poll_at": now})
        elif row.url == each.url:  # as versions before 2026-12 kept it
            db.execute(source.update().where(source.c.id == each.id).values(url=mark))
        elif row.url != mark:
            changed = {"url": mark, "next_poll_at": now, "first_read_at": None}
            db.execute(
                source.update().where(source.c.id == each.id).values(**changed, etag="", modified="", body_sha="")
            )


def _mark(url: str) -> str:
    """Name an address without saying it: a feed's may hold a key."""
    return hashlib.sha256(url.encode()).hexdigest()


def take_due(db: sa.Connection, listed: Iterable[str], now: datetime) -> list[Due]:
    """Take the sources that are due, so that nobody else polls them meanwhile."""
    ids = list(listed)
    free = sa.or_(source.c.leased_until.is_(None), source.c.leased_until <= now)
    # An answer from the future means that the clock was set back since, and "next" may be hours away.
    is_due = sa.or_(source.c.next_poll_at <= now, source.c.polled_at > now)
    rows = db.execute(sa.select(source).where(is_due, free).order_by(source.c.id)).all()
    found = [row for row in rows if row.id in ids]
    for row in found:
        db.execute(source.update().where(source.c.id == row.id).values(leased_until=now + POLL_LEASE))
    return [Due(row.id, row.etag, row.modified, row.body_sha, row.first_read_at is None) for row in found]


def free_leases(db: sa.Connection, now: datetime) -> None:
    """Let go of the sources a dead daemon was polling. Only for whoever holds the lock of the file."""
    db.execute(source.update().where(source.c.leased_until > now).values(leased_until=None))


def read_ok(db: sa.Connection, who: Source, now: datetime, *, kept: Validators | None) -> None:
    """Note a poll that served: when the next one is due, and its validators (None: keep the old ones)."""
    row = db.execute(sa.select(source).where(source.c.id == who.id)).one()
    values: dict[str, object] = {"polled_at": now, "next_poll_at": now + who.poll, "leased_until": None}
    values |= {"fails": 0, "failing_since": None, "failing_why": ""}
    if kept is not None:
        values |= {"etag": kept.etag, "modified": kept.modified, "body_sha": kept.body_sha}
        values |= {"first_read_at": row.first_read_at or now}
    db.execute(source.update().where(source.c.id == who.id).values(**values))
    if row.fails:
        tell(db, Action.SOURCE_RECOVERED, now, source=who.id, fails=row.fails)
        close_alert(db, Cause.SOURCE_FAILING, f"source:{who.id}", now)


def read_failed(db: sa.Connection, who: Source, now: datetime, *, why: str, wait: timedelta | None = None) -> None:
    """Note a poll that failed; nothing else changes. `wait`: how long the host asked us to stay away."""
    row = db.execute(sa.select(source).where(source.c.id == who.id)).one()
    fails = row.fails + 1
    # A host that names no time, or a shorter one than we would take, is not asked more often than one that is silent.
    pause = max(wait or timedelta(0), min(who.poll * 2 ** min(fails - 1, 10), MOST_BACKOFF))
    values = {"next_poll_at": now + pause, "leased_until": None, "fails": fails}
    values |= {"failing_since": row.failing_since or now, "failing_why": why}
    db.execute(source.update().where(source.c.id == who.id).values(**values))
    if fails == 1 or why != row.failing_why:
        tell(db, Action.SOURCE_FAILED, now, source=who.id, why=why)
    if fails >= ALERT_AFTER:
        fix = "open the address in a browser; `jarshy check` asks for it again"
        open_alert(db, Cause.SOURCE_FAILING, f"source:{who.id}", now, what=why, fix=fix)


def host_waits(db: sa.Connection, name: str, now: datetime) -> datetime | None:
    """Tell until when a host asked us to stay away."""
    until: datetime | None = db.scalar(sa.select(host.c.wait_until).where(host.c.name == name))
    return until if until is not None and until > now else None


def keep_host_wait(db: sa.Connection, name: str, until: datetime) -> None:
    """Note that a host asked us to stay away."""
    if db.execute(host.update().where(host.c.name == name).values(wait_until=until)).rowcount == 0:
        db.execute(host.insert(), {"name": name, "wait_until": until})


def unread(db: sa.Connection, listed: Iterable[str], since: datetime) -> list[Unread]:
    """List the sources that were not read since then, because they fail or were not due."""
    ids = list(listed)
    rows = db.execute(sa.select(source).where(sa.or_(source.c.polled_at.is_(None), source.c.polled_at < since)))
    found = [Unread(row.id, row.failing_why, row.next_poll_at) for row in rows if row.id in ids]
    return sorted(found, key=lambda each: ids.index(each.id))


def next_poll(db: sa.Connection) -> datetime | None:
    """Tell when some source is due."""
    at: datetime | None = db.scalar(sa.select(sa.func.min(source.c.next_poll_at, type_=source.c.next_poll_at.type)))
    return at

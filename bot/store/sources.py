"""Feeds as the database knows them: what is due to be polled, validators, failures and manners towards hosts."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from bot.audit.rows import Action
from bot.model import Source
from bot.rules.polling import (
    ALERT_AFTER,
    FIXES,
    GONE_WAIT,
    HISTORY,
    Moving,
    Trouble,
    after_failure,
    has_moved,
    led,
    recalled,
    unsaid,
)
from bot.store.alerts import Cause, close_alert, open_alert
from bot.store.audit import tell
from bot.store.schema import host, source, story
from bot.tongue import phrase

POLL_LEASE = timedelta(minutes=2)
"""Longer than a poll may take; a poll left by a crash is begun anew after it."""
_DUE = (
    sa.select(source)
    .where(
        # An answer from the future means that the clock was set back since, and "next" may be hours away.
        sa.or_(source.c.next_poll_at <= given("now"), source.c.polled_at > given("now")),
        sa.or_(source.c.leased_until.is_(None), source.c.leased_until <= given("now")),
    )
    .order_by(source.c.id)
)
_NEXT = sa.select(sa.func.min(source.c.next_poll_at, type_=source.c.next_poll_at.type))


@dataclass(frozen=True, slots=True)
class Due:
    """One source to poll now, with the validators of its last whole answer, byte for byte.

    `url` is where it is asked: what the settings say, or where that has moved for good.
    """

    id: str
    url: str
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
class Manners:
    """How an answer wants its feed to be asked next: `every` is None where the set interval holds."""

    every: timedelta | None = None
    permanent_to: str | None = None
    """Where the leading run of its permanent redirects ended."""


USUAL = Manners()


@dataclass(frozen=True, slots=True)
class Unread:
    """A source nothing came from; `why` is "" where it was not asked because it is not due."""

    id: str
    why: str
    next_poll_at: datetime


_SOON = timedelta(hours=1)
"""Who starts anew may have mended a feed that is asked once a day; who starts every minute has not."""
_NOWHERE: dict[str, object] = {"target": "", "target_polls": 0, "target_since": None, "moved_to": ""}


def set_up_sources(db: sa.Connection, listed: Iterable[Source], now: datetime) -> None:
    """Make sure every source in the settings has its row; another address makes it a new feed."""
    for each in listed:
        row, mark = db.execute(sa.select(source).where(source.c.id == each.id)).first(), _mark(each.url)
        here = source.update().where(source.c.id == each.id)
        if row is None:
            db.execute(source.insert(), {"id": each.id, "url": mark, "next_poll_at": now})
        elif row.url == each.url:  # as versions before 2026-12 kept it
            db.execute(here.values(url=mark))
        elif row.url != mark:
            changed = {"url": mark, "next_poll_at": now, "first_read_at": None} | _NOWHERE
            db.execute(here.values(**changed, etag="", modified="", body_sha=""))
        elif row.fails and now + _SOON < row.next_poll_at <= now + GONE_WAIT - _SOON:
            db.execute(here.values(next_poll_at=now))


def _mark(url: str) -> str:
    """Name an address without saying it: a feed's may hold a key."""
    return hashlib.sha256(url.encode()).hexdigest()


def take_due(db: sa.Connection, listed: Iterable[Source], now: datetime) -> list[Due]:
    """Take the sources that are due, so that nobody else polls them meanwhile."""
    by_id = {each.id: each for each in listed}
    found = [row for row in db.execute(_DUE, {"now": now}).all() if row.id in by_id]
    for row in found:
        db.execute(source.update().where(source.c.id == row.id).values(leased_until=now + POLL_LEASE))
    return [
        Due(
            row.id,
            recalled(row.moved_to, by_id[row.id].url) or by_id[row.id].url,
            row.etag,
            row.modified,
            row.body_sha,
            row.first_read_at is None,
        )
        for row in found
    ]


def free_leases(db: sa.Connection, now: datetime) -> None:
    """Let go of the sources a dead daemon was polling. Only for whoever holds the lock of the file."""
    db.execute(source.update().where(source.c.leased_until > now).values(leased_until=None))


def read_ok(
    db: sa.Connection, who: Source, now: datetime, *, kept: Validators | None, manners: Manners = USUAL
) -> None:
    """Note a poll that served: when the next one is due, and its validators (None: keep the old ones)."""
    row = db.execute(sa.select(source).where(source.c.id == who.id)).one()
    values: dict[str, object] = {"polled_at": now, "next_poll_at": now + (manners.every or who.poll)}
    values |= {"leased_until": None, "fails": 0, "failing_since": None, "failing_why": ""}
    if kept is not None:
        values |= {"etag": kept.etag, "modified": kept.modified, "body_sha": kept.body_sha}
        values |= {"first_read_at": row.first_read_at or now, "copied_at": None}
    if manners.permanent_to or row.target:
        values |= _moved(db, row, who, manners.permanent_to, now)
    db.execute(source.update().where(source.c.id == who.id).values(**values))
    if row.fails:
        tell(db, Action.SOURCE_RECOVERED, now, source=who.id, fails=row.fails)
        close_alert(db, Cause.SOURCE_FAILING, f"source:{who.id}", now)


def _moved(
    db: sa.Connection, row: sa.Row[Any], who: Source, permanent_to: str | None, now: datetime
) -> dict[str, object]:
    """Remember where permanent redirects led, and ask there from now on once they are to be believed."""
    target = unsaid(permanent_to, who.url) if permanent_to else None
    moving = led(Moving(row.target, row.target_polls, row.target_since), target, now)
    if not has_moved(moving, now):
        return {"target": moving.target, "target_polls": moving.polls, "target_since": moving.since}
    _tell_moved(db, row, who, moving.target, now)
    return _NOWHERE | {"moved_to": moving.target}


def read_failed(
    db: sa.Connection,
    who: Source,
    now: datetime,
    *,
    why: str,
    wait: timedelta | None = None,
    trouble: Trouble = Trouble.USUAL,
) -> None:
    """Note a poll that failed; nothing else changes. `wait`: how long the host asked us to stay away."""
    row = db.execute(sa.select(source).where(source.c.id == who.id)).one()
    fails, since = row.fails + 1, row.failing_since or now
    if is_lost := bool(row.moved_to) and (trouble is Trouble.GONE or fails >= ALERT_AFTER):
        _tell_moved(db, row, who, "", now, why=phrase(", as the newer address failed"))
        trouble = Trouble.USUAL
    again = after_failure(trouble, source=who.id, fails=fails, since=since, now=now, poll=who.poll, wait=wait)
    values = {"next_poll_at": now + again.after, "leased_until": None, "fails": fails}
    values |= {"failing_since": since, "failing_why": why} | ({"moved_to": ""} if is_lost else {})
    db.execute(source.update().where(source.c.id == who.id).values(**values))
    if fails == 1 or why != row.failing_why:
        tell(db, Action.SOURCE_FAILED, now, source=who.id, why=why)
    if again.is_alert:
        open_alert(db, Cause.SOURCE_FAILING, f"source:{who.id}", now, what=why, fix=FIXES[trouble], since=since)


def _tell_moved(db: sa.Connection, row: sa.Row[Any], who: Source, to: str, now: datetime, *, why: str = "") -> None:
    old, new = (_site(address or who.url) for address in (row.moved_to, to))
    new = phrase("another address there") if new == old else new
    tell(db, Action.SOURCE_MOVED, now, source=row.id, old=old, new=new, why=why)


def _site(address: str) -> str:
    """Write as much of an address as cannot be a key."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname}"


def story_times(db: sa.Connection, source_id: str, now: datetime) -> list[datetime] | None:
    """List when a source's stories of the last weeks came out; None while it is known for a shorter time."""
    first = db.scalar(sa.select(source.c.first_read_at).where(source.c.id == source_id))
    if first is None or now - first < HISTORY:
        return None
    came = sa.select(story.c.published_at, story.c.seen_at).where(
        story.c.source == source_id, story.c.seen_at >= now - HISTORY
    )
    # What was dated ahead came when it was seen, and what was seen late came when it was published.
    return [min(row.published_at or row.seen_at, row.seen_at) for row in db.execute(came)]


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
    at: datetime | None = db.scalar(_NEXT)
    return at

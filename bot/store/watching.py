"""What is wrong without any one transaction that says so: read from all that is stored, once a minute."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from bot.model import Article, Channel, Kind, Reason, State
from bot.rules.alert_facts import asked_to_wait, unapproved_for_long, unclear_for_long, worked_on_for_long
from bot.rules.pace import free_at, is_quiet
from bot.store.deliveries import JOINED
from bot.store.schema import account, app, channel, delivery, delivery_story, source, story
from bot.store.stories import article_of
from bot.store.waking import standing

Found = dict[str, tuple[str, datetime | None]]
"""scope -> (what is wrong, since when)."""
UNKNOWN_FOR = timedelta(minutes=15)
AT_WORK_FOR = timedelta(hours=2)
"""Networks work on a film for minutes, rarely for longer: before this it is the normal life of each film."""
_SETTLING = timedelta(minutes=15)
"""A story this young may well be on its way."""
_FEW = 3
_MANY = 100
_WEEK = timedelta(days=7)
_HERE = delivery.c.channel == given("who")
_LAST_DONE = (  # in this order, so that it ends at the first: where posts go out, the newest row is one
    sa.select(delivery.c.moved_at)
    .where(
        _HERE, delivery.c.moved_at > given("since"), sa.text("delivery.state = 'done' AND kind IN ('post','repost')")
    )
    .order_by(delivery.c.moved_at.desc())
    .limit(1)
)
_ENDING = sa.select(account.c.id, account.c.expires_at).where(account.c.expires_at.is_not(None))
_UNKNOWN = JOINED.where(sa.text("state = 'unknown'"), _HERE)
_LONGER = (
    JOINED.join(channel, channel.c.id == delivery.c.channel)
    .join(account, account.c.id == channel.c.account)
    .join(app, app.c.id == account.c.app, isouter=True)
    .where(
        sa.text("state = 'due'"),
        delivery.c.channel.in_(given("here", expanding=True)),
        sa.or_(*(each.c.wait_until >= delivery.c.expires_at for each in (channel, account, app))),
    )
    .limit(_MANY)
)
_UNAPPROVED = JOINED.where(sa.text("state = 'held' AND reason = 'approval'"), delivery.c.expires_at > given("now"))
_CAME = (
    sa.select(
        sa.func.count(delivery_story.c.story.distinct()),
        sa.func.min(delivery.c.created_at, type_=delivery.c.created_at.type),
    )
    .join(delivery_story, delivery_story.c.delivery == delivery.c.id)
    .where(
        _HERE,
        delivery.c.moved_at > given("since"),
        delivery.c.created_at > given("since"),
        delivery.c.created_at <= given("settled"),
        delivery.c.kind == str(Kind.POST),
        delivery.c.state.in_([str(each) for each in (State.DUE, State.UNKNOWN, State.HELD, State.EXPIRED)]),
        delivery.c.reason.not_in(
            [
                str(Reason.APPROVAL),
                str(Reason.BY_PERSON),
                str(Reason.FLOOD),
                str(Reason.RESTORED),
                str(Reason.SOURCE_LEFT),
            ]
        ),
    )
)


def ending(db: sa.Connection, stages: Mapping[str, Iterable[int]], now: datetime) -> dict[str, tuple[datetime, int]]:
    """Tell which accounts' access ends within one of their `stages` (days): when, and the stage it has reached."""
    found = {}
    for row in db.execute(_ENDING):
        reached = [days for days in stages.get(row.id, ()) if row.expires_at - now <= timedelta(days=days)]
        if reached:
            found[row.id] = row.expires_at, 0 if row.expires_at <= now else min(reached)
    return found


def waiting(db: sa.Connection, listed: Collection[str], now: datetime) -> Found:
    """List the posts of which nobody knows for long whether they are out, and those that cannot go out in time.

    Half of a post's time is over and nobody approved it, or its network asked us to wait for longer than it has.
    Where a channel or its account is stopped, that is the alert: once it is mended, what may be out is looked for.
    """
    found: Found = {}
    for who in listed:
        for row in db.execute(_UNKNOWN, {"who": who}).all():
            is_at_work = row.reason == Reason.WORKED_ON
            long, says = (AT_WORK_FOR, worked_on_for_long) if is_at_work else (UNKNOWN_FOR, unclear_for_long)
            if row.intent_at and now - row.intent_at >= long and not standing(db, who).is_stopped:
                fact = says(row.channel, row.detail, _about(db, row))
                found[f"delivery:{row.id}"] = fact.what, row.intent_at
    for row in db.execute(_LONGER, {"here": listed}):
        said = row.detail if row.reason == Reason.ASKED_TO_WAIT else ""
        found[f"delivery:{row.id}"] = asked_to_wait(row.channel, said, _about(db, row)).what, None
    for row in db.execute(_UNAPPROVED, {"now": now}):
        if now - row.moved_at >= row.expires_at - now:
            found[f"delivery:{row.id}"] = unapproved_for_long(row.channel, _about(db, row)).what, row.moved_at
    return found


def unposted(
    db: sa.Connection, channels: Iterable[Channel], now: datetime, *, within: timedelta, zone: str
) -> tuple[int, datetime] | None:
    """Tell how many stories wait since when, if none went out anywhere for that long; None: all is well.

    Channels that need not have posted do not count: those that are paused, in quiet hours, or have sent all they may.
    """
    channels = list(channels)
    done = [db.scalar(_LAST_DONE, {"who": who.id, "since": now - _WEEK}) for who in channels]
    since = max([at for at in done if at is not None], default=now - _WEEK)
    if since > now - within:
        return None
    found = []
    for who in channels:
        if _need_not_post(db, who, now, within=within, zone=zone):
            continue
        count, first = db.execute(_CAME, {"who": who.id, "since": since, "settled": now - _SETTLING}).one()
        if count >= _FEW and first <= now - within:
            found.append((count, first))
    return max(found, default=None)


def _need_not_post(db: sa.Connection, who: Channel, now: datetime, *, within: timedelta, zone: str) -> bool:
    here, since = standing(db, who.id), now - within
    free = free_at(who, here.pace, zone=zone, now=now, is_breaking=False, kind=Kind.POST)
    # What a cap kept back goes out from midnight on.
    is_new_day = len({at.astimezone(ZoneInfo(zone)).date() for at in (since, now)}) > 1
    is_capped = free.rule == "max_per_day" or (who.max_per_day is not None and is_new_day)
    return here.is_paused(now) or bool(here.hushed_by) or is_capped or is_quiet(who, since, now, zone=zone)


def quiet_sources(db: sa.Connection, listed: Iterable[str], since: datetime) -> dict[str, datetime]:
    """List the sources that answer but have brought nothing new since then, with when they last did."""
    rows = db.execute(
        sa.select(source.c.id, source.c.last_new_at).where(source.c.last_new_at < since, source.c.fails == 0)
    )
    ids = set(listed)
    return {row.id: row.last_new_at for row in rows if row.id in ids}


def came(db: sa.Connection, sources: Iterable[str], since: datetime) -> dict[str, list[datetime]]:
    """Tell when stories came from these sources."""
    found: dict[str, list[datetime]] = {each: [] for each in sources}
    seen = sa.select(story.c.source, story.c.seen_at).where(story.c.seen_at > since, story.c.source.in_(sorted(found)))
    for row in db.execute(seen):
        found[row.source].append(row.seen_at)
    return found


def _about(db: sa.Connection, row: sa.Row[Any]) -> Article | None:
    return article_of(db, row.story) if row.story else None

"""Knows when a feed is asked again: by its habit, after a failure, and under which address. Pure."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from bot.rules.spread import spread
from bot.tongue import phrase

HISTORY = timedelta(weeks=4)
"""How far back a habit is learned; a feed known for less is polled at the set interval."""
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(minutes=60)
_DAYS = {False: 20, True: 8}
"""Weekdays, and days of weekends, in four weeks."""
# sqrt(K / stories a minute) minutes. With 25 stories a weekday, 8 a day of a weekend, they were found after 1.3 minutes
# on average, by 397 requests a day (content.md 1.5, rule 6).
_K = 0.14
_NEVER_NONE = 0.5
"""Stories an hour is taken to have had at least: four silent weeks do not promise a fifth."""

MOST_BACKOFF = timedelta(hours=1)
MOST_SPREAD = timedelta(minutes=10)
ALERT_AFTER = 3
"""Failed polls in a row before a person is told: a feed that hiccups once is no news."""
MISSING_FOR = timedelta(hours=24)
"""How long a feed may be 404 before a person is told: sites are rebuilt."""
FORBIDDEN_WAIT = timedelta(minutes=15)
GONE_WAIT = timedelta(days=1)
"""How often a feed is asked that is gone for good: sites have said so by mistake, and nobody may be there to notice."""
MOVE_POLLS, MOVE_AFTER = 3, timedelta(hours=24)
"""How often, and over how long, permanent redirects must lead to the same feed before it is asked directly."""


_SAME_PATH, _SAME_QUERY = "/{path}", "{query}"
"""No address has braces: they are escaped."""


class Trouble(StrEnum):
    """What kind of failure a poll met."""

    USUAL = "usual"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    GONE = "gone"


FIXES = {
    Trouble.USUAL: phrase("open the address in a browser; `jarshy check` asks for it again"),
    Trouble.FORBIDDEN: phrase("ask the site to let Jarshy in; it is asked again at most every 15 minutes"),
    Trouble.MISSING: phrase("find the feed's new address and put it in the settings"),
    Trouble.GONE: phrase("put its new address in the settings, or take it out; it is asked once a day"),
}
"""What a person can do."""


def no_feed(host: str, status: int) -> str:
    """Say what came in a feed's place."""
    return phrase(f"{host} answered {status} instead of a feed")


@dataclass(frozen=True, slots=True)
class Habit:
    """How many stories came in four weeks, by (is it a weekend, hour of the day in the newsroom)."""

    counts: Mapping[tuple[bool, int], int]


@dataclass(frozen=True, slots=True)
class Again:
    """When a feed that failed is asked again, and whether a person is told."""

    after: timedelta
    is_alert: bool


@dataclass(frozen=True, slots=True)
class Moving:
    """Where a feed's permanent redirects led so far: at how many polls in a row, and since when."""

    target: str = ""
    polls: int = 0
    since: datetime | None = None


def habit(moments: Iterable[datetime], *, zone: str) -> Habit:
    """Learn from when a source's stories came."""
    local = ZoneInfo(zone)
    return Habit(Counter(_slot(moment.astimezone(local)) for moment in moments))


def interval(known: Habit, now: datetime, *, zone: str, fresh: timedelta = timedelta(0)) -> timedelta:
    """Tell how long to wait until the next poll; `fresh`: how long the site says its answer is good for.

    A quiet hour does not reach into a busy one.
    """
    local = now.astimezone(ZoneInfo(zone))
    next_hour = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    wait = min(_every(known, local), next_hour - local + _every(known, next_hour))
    return min(max(wait, min(fresh, LONGEST), SHORTEST), LONGEST)


def fresh_for(cache_control: str) -> timedelta:
    """Read how long an answer is good for by its `Cache-Control`; nothing where it does not say."""
    found = re.search(r"(?:^|[\s,])max-age=\"?([0-9]{1,9})", cache_control.lower())
    return timedelta(seconds=int(found[1])) if found else timedelta(0)


def after_failure(
    trouble: Trouble,
    *,
    source: str,
    fails: int,
    since: datetime,
    now: datetime,
    poll: timedelta,
    wait: timedelta | None,
) -> Again:
    """Decide after the latest of `fails` failed polls in a row. `wait`: how long the host asked us to stay away.

    Up to a fifth, or ten minutes, is added by the source's name: feeds that failed together do not come back together.
    """
    # A host that names no time, or a shorter one than we would take, is not asked more often than one that is silent.
    usual = max(wait or timedelta(0), min(poll * 2 ** min(fails - 1, 10), MOST_BACKOFF))
    least, is_alert = {
        Trouble.USUAL: (timedelta(0), fails >= ALERT_AFTER),
        Trouble.FORBIDDEN: (FORBIDDEN_WAIT, True),
        Trouble.MISSING: (timedelta(0), now - since >= MISSING_FOR),
        Trouble.GONE: (GONE_WAIT, True),
    }[trouble]
    after = max(usual, least)
    return Again(after + min(after * spread(f"{source}/{fails}"), MOST_SPREAD), is_alert)


def led(moving: Moving, permanent_to: str | None, now: datetime) -> Moving:
    """Count a poll that brought a feed; any other end of its permanent redirects, or none, begins anew."""
    if permanent_to is None:
        return Moving()
    if permanent_to != moving.target:
        return Moving(permanent_to, 1, now)
    return replace(moving, polls=moving.polls + 1)


def has_moved(moving: Moving, now: datetime) -> bool:
    """Whether the redirects are to be believed: a captive portal or a hijack does not last so long."""
    return moving.polls >= MOVE_POLLS and moving.since is not None and now - moving.since >= MOVE_AFTER


def unsaid(address: str, known: str) -> str:
    """Write where a feed has moved without what its `known` address says already, which may hold a key."""
    new, old = urlsplit(address), urlsplit(known)
    path = _SAME_PATH if new.path == old.path else new.path
    query = _SAME_QUERY if new.query and new.query == old.query else new.query
    return urlunsplit((new.scheme, new.netloc, path, query, ""))


def recalled(kept: str, known: str) -> str:
    """Read an address again that `unsaid` wrote; "" where there is none."""
    new, old = urlsplit(kept), urlsplit(known)
    path = old.path if new.path == _SAME_PATH else new.path
    return urlunsplit((new.scheme, new.netloc, path, old.query if new.query == _SAME_QUERY else new.query, ""))


def _every(known: Habit, local: datetime) -> timedelta:
    is_weekend, hour = _slot(local)
    stories = known.counts.get((is_weekend, hour), 0) + _NEVER_NONE
    minutes = math.sqrt(_K * _DAYS[is_weekend] * 60 / stories)
    return timedelta(seconds=round(minutes * 60))


def _slot(local: datetime) -> tuple[bool, int]:
    return local.weekday() >= 5, local.hour

"""Knows when a channel may send next: gap, cap, quiet hours, and what its account and app may send. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from adapters.contract import Rate, Scope
from bot.model import Channel, Kind

# A change or a removal of what is already out is no further post: readers do not get one more.
_UNPACED = frozenset({Kind.EDIT, Kind.DELETE})
UNDER_WAY = timedelta(seconds=70)
"""How much later than its intent a call may arrive: 40 s until it leaves, 30 s until it is given up."""
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """What a channel, its account and its app have used up: `tat` is GCRA's arrival time, `day` a local date."""

    tat: datetime | None = None
    day: str = ""
    sent_today: int = 0
    account_tat: datetime | None = None
    app_tat: datetime | None = None


@dataclass(frozen=True, slots=True)
class Free:
    """When the next call is allowed, and which rule says so ("" when nothing holds it back)."""

    at: datetime
    rule: str = ""


def free_at(channel: Channel, pace: Pace, *, zone: str, now: datetime, is_breaking: bool, kind: Kind) -> Free:
    """Tell when a delivery may be sent, not before `now`. Breaking skips the gap, never cap, quiet hours or rates.

    A network counts changes and removals too: those skip what readers are spared, and nothing else.
    """
    free = _rated(channel, pace, now)
    if kind in _UNPACED:
        return free
    local = ZoneInfo(zone)
    if pace.tat is not None and pace.tat > free.at and not is_breaking:
        free = Free(pace.tat, "gap")
    if channel.max_per_day is not None and _used(pace, free.at, local) >= channel.max_per_day:
        free = Free(_next_day(free.at, local), "max_per_day")
    quiet_until = _quiet_until(channel.quiet_hours, free.at, local)
    return Free(quiet_until, "quiet_hours") if quiet_until else free


def lives_until(channel: Channel, at: datetime, *, zone: str) -> datetime:
    """Tell when a delivery that may go at `at` expires; quiet hours do not count, or evening news would die in them."""
    return (_quiet_until(channel.quiet_hours, at, ZoneInfo(zone)) or at) + channel.expiry


def is_quiet(channel: Channel, since: datetime, until: datetime, *, zone: str) -> bool:
    """Tell whether some of the time between two moments lies in the channel's quiet hours, to a quarter of an hour."""
    steps = (until - since) // timedelta(minutes=15)
    local = ZoneInfo(zone)
    return any(_quiet_until(channel.quiet_hours, until - n * timedelta(minutes=15), local) for n in range(steps + 1))


def taken(channel: Channel, pace: Pace, *, zone: str, now: datetime, kind: Kind) -> Pace:
    """Use up one call made at `now`."""
    account, app = (_grown(channel, scope, tat, now) for scope, tat in _tats(pace))
    if kind in _UNPACED:
        return replace(pace, account_tat=account, app_tat=app)
    day = now.astimezone(ZoneInfo(zone)).date().isoformat()
    used = pace.sent_today if pace.day == day else 0
    return Pace(max(pace.tat or now, now) + channel.gap, day, used + 1, account, app)


@dataclass(frozen=True, slots=True)
class Steps:
    """GCRA: one call every so often, after `burst` that may come together."""

    every: timedelta
    burst: int


def steps(rates: Sequence[Rate]) -> Steps | None:
    """Choose steps under which no window of any of `rates` ever sees more calls than it allows; None: no limits.

    A quarter of the smallest may come together. Calls that arrive within a window had their intents within it or
    `UNDER_WAY` before it, and of those there are at most `burst` - 1 and one for each step that fits.
    """
    if not rates:
        return None
    burst = max(min(rate.most for rate in rates) // 4, 1)
    needed = max((rate.window + UNDER_WAY) / (rate.most - burst + 1) for rate in rates)
    return Steps(math.ceil(needed / _MILLISECOND) * _MILLISECOND, burst)


def tightest(channel: Channel, scope: Scope) -> Rate:
    """Tell which of a scope's rates lets the fewest through, for people."""
    return min(_of(channel, scope), key=lambda rate: rate.most / rate.window.total_seconds())


def _of(channel: Channel, scope: Scope) -> tuple[Rate, ...]:
    return tuple(rate for rate in channel.rates if rate.scope is scope)


def _tats(pace: Pace) -> tuple[tuple[Scope, datetime | None], ...]:
    return (Scope.ACCOUNT, pace.account_tat), (Scope.APP, pace.app_tat)


def _rated(channel: Channel, pace: Pace, now: datetime) -> Free:
    free = Free(now)
    for scope, tat in _tats(pace):
        step = steps(_of(channel, scope))
        if step is not None and tat is not None and (at := tat - (step.burst - 1) * step.every) > free.at:
            free = Free(at, scope.value)
    return free


def _grown(channel: Channel, scope: Scope, tat: datetime | None, now: datetime) -> datetime | None:
    step = steps(_of(channel, scope))
    return None if step is None else max(tat or now, now) + step.every


def left_today(channel: Channel, pace: Pace, *, zone: str, now: datetime) -> int | None:
    """Tell how many posts a channel may still send today; None: as many as come."""
    return None if channel.max_per_day is None else max(0, channel.max_per_day - _used(pace, now, ZoneInfo(zone)))


def _used(pace: Pace, at: datetime, local: ZoneInfo) -> int:
    return pace.sent_today if pace.day == at.astimezone(local).date().isoformat() else 0


def _next_day(at: datetime, local: ZoneInfo) -> datetime:
    day = at.astimezone(local).date() + timedelta(days=1)
    return datetime.combine(day, time(0), local).astimezone(at.tzinfo)


def _quiet_until(hours: tuple[time, time] | None, at: datetime, local: ZoneInfo) -> datetime | None:
    """Tell the end of the quiet hours that `at` lies in; None outside them."""
    if hours is None or hours[0] == hours[1]:
        return None
    begin, end = hours
    wall = at.astimezone(local)
    clock = wall.time().replace(tzinfo=None)
    inside = begin <= clock < end if begin < end else clock >= begin or clock < end
    if not inside:
        return None
    day = wall.date() + timedelta(days=1 if begin > end and clock >= begin else 0)
    # Where clocks are set back `end` may come twice, and the repeated hour waits for the second one.
    first, second = (datetime.combine(day, end, local).replace(fold=n).astimezone(at.tzinfo) for n in (0, 1))
    return first if first > at else second

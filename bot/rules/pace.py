"""Knows when a channel may send next: gap, daily cap and quiet hours, in the newsroom's zone. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.model import Channel, Kind

# A change or a removal of what is already out is no further post: readers do not get one more.
_UNPACED = frozenset({Kind.EDIT, Kind.DELETE})


@dataclass(frozen=True, slots=True)
class Pace:
    """What a channel has used up: `tat` is GCRA's theoretical arrival time, `day` a local date."""

    tat: datetime | None = None
    day: str = ""
    sent_today: int = 0


@dataclass(frozen=True, slots=True)
class Free:
    """When the next call is allowed, and which rule says so ("" when nothing holds it back)."""

    at: datetime
    rule: str = ""


def free_at(channel: Channel, pace: Pace, *, zone: str, now: datetime, is_breaking: bool, kind: Kind) -> Free:
    """Tell when a delivery may be sent, not before `now`. Breaking skips the gap, never cap or quiet hours."""
    if kind in _UNPACED:
        return Free(now)
    local = ZoneInfo(zone)
    free = Free(now)
    if pace.tat is not None and pace.tat > free.at and not is_breaking:
        free = Free(pace.tat, "gap")
    if channel.max_per_day is not None and _used(pace, free.at, local) >= channel.max_per_day:
        free = Free(_next_day(free.at, local), "max_per_day")
    quiet_until = _quiet_until(channel.quiet_hours, free.at, local)
    return Free(quiet_until, "quiet_hours") if quiet_until else free


def lives_until(channel: Channel, at: datetime, *, zone: str) -> datetime:
    """Tell when a delivery that may go at `at` expires; quiet hours do not count, or evening news would die in them."""
    return (_quiet_until(channel.quiet_hours, at, ZoneInfo(zone)) or at) + channel.expiry


def taken(channel: Channel, pace: Pace, *, zone: str, now: datetime, kind: Kind) -> Pace:
    """Use up one call made at `now`."""
    if kind in _UNPACED:
        return pace
    day = now.astimezone(ZoneInfo(zone)).date().isoformat()
    used = pace.sent_today if pace.day == day else 0
    return Pace(max(pace.tat or now, now) + channel.gap, day, used + 1)


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

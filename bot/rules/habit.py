"""Knows a feed's habit, by hour and weekday, and whether its silence is longer than that. Pure.

Silence is measured in stories that should have come meanwhile, so that nights, weekends and slow feeds count as little
as they usually bring.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

MEMORY = timedelta(weeks=4)
YOUNGEST = timedelta(weeks=2)
"""A feed known for less has no habit yet."""
_HOUR = timedelta(hours=1)
_FEWEST = 20
_LEAST = 10.0
"""Stories that should have come before silence is told: of stories that know nothing of each other, one gap in 22,000
(e^10) is that long by chance, which is one false alarm in two years at 30 stories a day."""
_BEYOND = 2.0
"""And so many times longer than nearly every gap before: in some newsrooms stories come in bursts."""


@dataclass(frozen=True, slots=True)
class Habit:
    """What a feed usually brings, as seen from one moment."""

    expected: float
    """How many stories should have come since the last one."""
    bar: float
    """How many make its silence news."""
    is_usual_now: bool
    """Whether stories usually come at this hour of this weekday."""

    @property
    def is_broken(self) -> bool:
        """Whether the silence is longer than its habit."""
        return self.is_usual_now and self.expected >= self.bar


def habit(came: Iterable[datetime], now: datetime, *, zone: str) -> Habit | None:
    """Learn from when stories came; None: too few, or for too short a time. Several at once count as one."""
    times = sorted({at for at in came if now - MEMORY <= at <= now})
    if len(times) < _FEWEST or now - times[0] < YOUNGEST:
        return None
    begin = times[0]
    local = ZoneInfo(zone)
    week = _week(times, local, weeks=(now - begin) / timedelta(weeks=1))
    flow = _Flow(begin, now, week, local)
    gaps = sorted(flow.at(later) - flow.at(at) for at, later in pairwise(times))
    usual = gaps[min(int(len(gaps) * 0.99), len(gaps) - 1)]
    weekday, hour = _slot(now, local)
    return Habit(
        expected=flow.at(now) - flow.at(times[-1]),
        bar=max(_LEAST, _BEYOND * usual),
        is_usual_now=any(_slot(at, local) == (weekday, hour) for at in times),
    )


def _week(times: Sequence[datetime], local: ZoneInfo, *, weeks: float) -> list[list[float]]:
    """Tell how many stories an hour usually brings, by weekday and hour, evened out with the hours beside it."""
    counts = [[0] * 24 for _ in range(7)]
    for at in times:
        weekday, hour = _slot(at, local)
        counts[weekday][hour] += 1
    flat = [count for day in counts for count in day]
    even = [(flat[n - 1] + 2 * flat[n] + flat[(n + 1) % len(flat)]) / 4 / weeks for n in range(len(flat))]
    return [even[24 * day : 24 * day + 24] for day in range(7)]


def _slot(at: datetime, local: ZoneInfo) -> tuple[int, int]:
    wall = at.astimezone(local)
    return wall.weekday(), wall.hour


class _Flow:
    """How many stories should have come by a moment since the beginning."""

    def __init__(self, begin: datetime, end: datetime, week: list[list[float]], local: ZoneInfo) -> None:
        self._marks, self._sums = [begin], [0.0]
        while self._marks[-1] < end:
            weekday, hour = _slot(self._marks[-1], local)
            self._sums.append(self._sums[-1] + week[weekday][hour])
            self._marks.append(self._marks[-1] + _HOUR)

    def at(self, moment: datetime) -> float:
        n = max(bisect_right(self._marks, moment) - 1, 0)
        if n + 1 == len(self._marks):
            return self._sums[n]
        return self._sums[n] + (self._sums[n + 1] - self._sums[n]) * ((moment - self._marks[n]) / _HOUR)

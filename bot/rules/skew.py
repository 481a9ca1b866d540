"""Knows by how much this machine's clock differs from everybody else's. Pure: moments are told, never asked for."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MOST = timedelta(seconds=60)
"""How far off a clock may be before people are told."""
_LIVES = timedelta(hours=1)
_FEWEST = 2
"""Hosts: one may itself be wrong."""


class Skew:
    """Remembers for an hour what each host's clock showed when it answered."""

    def __init__(self) -> None:
        self._heard: dict[str, tuple[datetime, timedelta]] = {}

    def hear(self, host: str, headers: Mapping[str, str], now: datetime) -> None:
        """Take note of an answer that came `now`: of its `Date`, and of its `Age` where a cache gave it."""
        try:
            shown = parsedate_to_datetime(headers.get("date", ""))
            age = timedelta(seconds=min(int(headers.get("age", "0")), 10**9))
        except (ValueError, TypeError, OverflowError):
            return
        if shown.tzinfo is None:
            shown = shown.replace(tzinfo=UTC)
        # Half a second more: a Date has whole seconds.
        self._heard[host.lower()] = now, shown + age + timedelta(seconds=0.5) - now

    def off(self, now: datetime, *, fewest: int = _FEWEST) -> timedelta | None:
        """Tell how far the others' clocks are ahead of ours, by the median; None where too few were heard lately."""
        lately = sorted(off for at, off in self._heard.values() if abs(now - at) <= _LIVES)
        if len(lately) < fewest:
            return None
        low, high = lately[(len(lately) - 1) // 2], lately[len(lately) // 2]
        # Of two that differ, the one that blames us less.
        return min(low, high, key=abs) if (low > timedelta(0)) == (high > timedelta(0)) else timedelta(0)

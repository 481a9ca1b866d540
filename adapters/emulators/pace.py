"""How networks count calls."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


class Bucket:
    """So many calls in so much time, counted in fixed windows."""

    def __init__(self, most: int, window: timedelta) -> None:
        self.most, self.window = most, window
        self.left = most
        self.resets: datetime | None = None

    def take(self, now: datetime, cost: int = 1) -> bool:
        """Count one call; False: it is one too many."""
        if self.resets is None or now >= self.resets:
            self.left, self.resets = self.most, now + self.window
        if self.left < cost:
            return False
        self.left -= cost
        return True

    def seconds(self, now: datetime) -> int:
        """Tell how many whole seconds are left of the window."""
        return 0 if self.resets is None else max(1, -int((now - self.resets).total_seconds() // 1))


class Day:
    """So much a day of the calendar: what is used up is given back at midnight in `zone`."""

    def __init__(self, most: int, zone: str) -> None:
        self.most, self.used = most, 0
        self._zone, self._day = ZoneInfo(zone), date.min

    def take(self, now: datetime, cost: int = 1) -> bool:
        """Count one call; False: it is too much for today."""
        today = now.astimezone(self._zone).date()
        if today != self._day:
            self._day, self.used = today, 0
        if self.used + cost > self.most:
            return False
        self.used += cost
        return True

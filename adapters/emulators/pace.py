"""How networks count calls."""

from datetime import datetime, timedelta


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

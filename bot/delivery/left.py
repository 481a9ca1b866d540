"""Since when a visible call can no longer be leaving, by the time that passed: a wall clock may be set meanwhile."""

from datetime import datetime, timedelta

from adapters.contract import Clock
from bot.model import Delivery


class Left:
    """What one process knows of calls whose outcome is sought.

    Of a call made by another process it knows nothing, and reckons from its own first look: a lag that passes once
    too often costs minutes, one that was never waited for costs a second post.
    """

    def __init__(self, send_by: timedelta) -> None:
        self._send_by = send_by.total_seconds()
        self._known: dict[int, tuple[datetime | None, float]] = {}

    def allow(self, send_by: timedelta) -> None:
        """Reckon with calls that may leave as late as `send_by` after their turn began, if that is later."""
        self._send_by = max(self._send_by, send_by.total_seconds())

    def note(self, sent: Delivery, by: float) -> None:
        """Note that the call of the delivery's last intent has left by that monotonic second, or never will."""
        self._known[sent.id] = (sent.intent_at, by)

    def forget(self, sent: Delivery) -> None:
        """Drop what is decided."""
        self._known.pop(sent.id, None)

    def moment(self, sent: Delivery, clock: Clock) -> datetime:
        """Tell the latest moment the call can have left, by `clock` as it shows the time now."""
        intent, by = self._known.get(sent.id, (None, 0.0))
        if intent is None or intent != sent.intent_at:
            by = clock.monotonic() + self._send_by
            self.note(sent, by)
        return clock.now() - timedelta(milliseconds=round((clock.monotonic() - by) * 1000))

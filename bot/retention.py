"""SHELL. Once a day drops what `keep` no longer asks for, a little at a time, and writes down how much it was."""

from collections import Counter
from datetime import datetime, timedelta

from adapters.contract import Clock
from bot.model import Keep
from bot.store import paragraphs, pruning, telling
from bot.store.engine import Store

_EVERY = timedelta(days=1)
_AT_ONCE = 50
"""Transactions each time: what is left of a large day's work comes a minute later."""


class Retention:
    """Prunes the database; `prune_due` is called about once a minute."""

    def __init__(self, store: Store, clock: Clock, keep: Keep) -> None:
        self.keep = keep
        self._store, self._clock = store, clock
        self._left: list[str] = []
        self._ended_at: datetime | None = None

    async def prune_due(self) -> None:
        """Go on with what is under way, or begin the day's round when it is time."""
        now = self._clock.now()
        if not self._left:
            if self._ended_at is not None and timedelta(0) <= now - self._ended_at < _EVERY:
                return
            await self._store.write(paragraphs.prune, now)
            await self._store.write(telling.prune, now)
            self._left = list(pruning.STEPS)
        dropped = await self._some(now)
        if dropped:
            await self._store.write(pruning.told, dropped, now)
        if not self._left:
            self._ended_at = now

    async def _some(self, now: datetime) -> Counter[str]:
        dropped = Counter[str]()
        for _ in range(_AT_ONCE):
            if not self._left:
                break
            came = await self._store.write(pruning.step, self._left[0], self.keep, now)
            if came.dropped:
                dropped[self._left[0]] += came.dropped
            if not came.is_more:
                self._left.pop(0)
        return dropped

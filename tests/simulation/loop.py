"""The virtual loop with its own order: one step at a time, a crash at any of them."""

import asyncio
import random
from typing import Any

from bot.virtual import VirtualLoop


class Crashed(BaseException):
    """The process is gone; nothing of it runs again, not even `finally`."""


class SimLoop(VirtualLoop):
    """Runs ready steps in a seeded order, and dies before step number `crash_at`."""

    def __init__(self, seed: int | None, *, start: float = 0.0, crash_at: int | None = None) -> None:
        super().__init__(start=start)
        self._order = None if seed is None else random.Random(seed)
        self.steps = 0
        self.crash_at = crash_at

    def _take(self) -> Any:
        if self._order and len(self._ready) > 1:
            self._ready.rotate(-self._order.randrange(len(self._ready)))
        return self._ready.popleft()

    def _step(self, handle: Any) -> None:
        self.steps += 1
        if self.steps == self.crash_at:
            raise Crashed
        handle._run()

    def abandon(self, death: type[BaseException]) -> None:
        """Unwind every coroutine where it stands, now and quietly, against ports that are already dead.

        Left to the garbage collector the same `finally` blocks would run later, inside another history; `close()`
        alone is refused by a TaskGroup, which awaits once more on its way out.
        """
        for task in asyncio.all_tasks(self):
            task._log_destroy_pending = False
            coroutine = task.get_coro()
            for _ in range(20):
                try:
                    coroutine.throw(death())
                except BaseException:
                    break
        self._ready.clear()
        self._scheduled.clear()
        self.close()

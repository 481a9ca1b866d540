"""An event loop with its own time and order: one step at a time, a crash at any of them."""

import asyncio
import heapq
import random
from asyncio import base_events
from collections.abc import Callable
from typing import Any


class Crashed(BaseException):
    """The process is gone; nothing of it runs again, not even `finally`."""


class SimLoop(base_events.BaseEventLoop):
    """Runs ready steps in a seeded order and jumps over waiting. No thread, socket or real clock.

    Overrides `_run_once`, which is private: the method to watch when a new Python comes.
    """

    def __init__(self, seed: int | None, *, start: float = 0.0, crash_at: int | None = None) -> None:
        super().__init__()
        self._now = start
        self._order = None if seed is None else random.Random(seed)
        self.steps = 0
        self.crash_at = crash_at
        self.failures: list[dict[str, Any]] = []
        self.set_exception_handler(lambda loop, context: self.failures.append(context))

    def time(self) -> float:
        return self._now

    def _run_once(self) -> None:
        while self._scheduled and self._scheduled[0]._cancelled:
            heapq.heappop(self._scheduled)._scheduled = False
        if not self._ready and self._scheduled:
            self._now = max(self._now, self._scheduled[0]._when)
        elif not self._ready and not self._stopping:
            raise RuntimeError("deadlock: nothing is ready and nothing is awaited")
        while self._scheduled and self._scheduled[0]._when <= self._now:
            handle = heapq.heappop(self._scheduled)
            handle._scheduled = False
            self._ready.append(handle)
        if not self._ready:
            return
        if self._order and len(self._ready) > 1:
            self._ready.rotate(-self._order.randrange(len(self._ready)))
        handle = self._ready.popleft()
        if handle._cancelled:
            return
        self.steps += 1
        if self.steps == self.crash_at:
            raise Crashed
        handle._run()

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
        """Run inline, as a step of its own: a real thread would answer after virtual time had jumped."""
        future = self.create_future()
        self.call_soon(self._answer, future, func, args)
        return future

    def _answer(self, future: asyncio.Future[Any], func: Callable[..., Any], args: tuple[Any, ...]) -> None:
        if future.cancelled():
            return
        try:
            future.set_result(func(*args))
        except Exception as e:
            future.set_exception(e)

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

    # What a real loop does with threads, sockets and signals has no place here.
    def _process_events(self, event_list: Any) -> None: ...
    def _write_to_self(self) -> None: ...
    def call_soon_threadsafe(self, callback: Any, *args: Any, context: Any = None) -> asyncio.Handle:
        return self.call_soon(callback, *args, context=context)

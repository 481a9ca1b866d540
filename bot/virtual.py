"""An event loop and a clock on virtual time: waiting costs nothing, and one seed gives one course of events."""

import asyncio
import heapq
import random
from asyncio import base_events
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any


class VirtualLoop(base_events.BaseEventLoop):
    """Runs one ready step at a time and jumps over waiting. No thread, socket or real clock.

    `until` may make it wait all the same, for people who watch: it is told to which second time leaps.

    Overrides `_run_once`, which is private: the method to watch when a new Python comes. What goes wrong in nobody's
    sight (a callback that raised, a task nobody awaited) is kept in `failures`.
    """

    # These stand in BaseEventLoop, unknown to its type stubs.
    _ready: Any
    _scheduled: Any
    _stopping: bool

    def __init__(self, *, start: float = 0.0, until: Callable[[float], None] | None = None) -> None:
        super().__init__()
        self._now, self._until = start, until
        self.failures: list[dict[str, Any]] = []
        self.set_exception_handler(lambda loop, context: self.failures.append(context))

    def time(self) -> float:
        """Tell virtual seconds."""
        return self._now

    def _run_once(self) -> None:
        while self._scheduled and self._scheduled[0]._cancelled:
            heapq.heappop(self._scheduled)._scheduled = False
        if not self._ready and self._scheduled:
            self._leap(max(self._now, self._scheduled[0]._when))
        elif not self._ready and not self._stopping:
            raise RuntimeError("deadlock: nothing is ready and nothing is awaited")
        while self._scheduled and self._scheduled[0]._when <= self._now:
            handle = heapq.heappop(self._scheduled)
            handle._scheduled = False
            self._ready.append(handle)
        if not self._ready:
            return
        handle = self._take()
        if not handle._cancelled:
            self._step(handle)

    def _leap(self, to: float) -> None:
        if self._until is not None:
            self._until(to)
        self._now = to

    def _take(self) -> Any:
        """Choose the next of the ready steps."""
        return self._ready.popleft()

    def _step(self, handle: Any) -> None:
        """Run one step."""
        handle._run()

    def run_in_executor(  # type: ignore[override]  # loosely typed, as whatever is run
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Run inline, as a step of its own: a real thread would answer after virtual time had jumped."""
        future: asyncio.Future[Any] = self.create_future()
        self.call_soon(self._answer, future, func, args)
        return future

    def _answer(self, future: asyncio.Future[Any], func: Callable[..., Any], args: tuple[Any, ...]) -> None:
        if future.cancelled():
            return
        try:
            future.set_result(func(*args))
        except Exception as e:  # noqa: BLE001 - barrier: it belongs to whoever awaits the future
            future.set_exception(e)

    # What a real loop does with threads, sockets and signals has no place here.
    def _process_events(self, event_list: Any) -> None: ...
    def _write_to_self(self) -> None: ...
    def call_soon_threadsafe(  # type: ignore[override]  # as above
        self, callback: Any, *args: Any, context: Any = None
    ) -> asyncio.Handle:
        """Call soon: there are no other threads."""
        return self.call_soon(callback, *args, context=context)


class VirtualClock:
    """The loop's time as wall time from `start` on; chance comes from a seed."""

    def __init__(self, loop: VirtualLoop, start: datetime, chance: random.Random) -> None:
        self._loop, self._start, self._chance = loop, start.astimezone(UTC), chance

    def now(self) -> datetime:
        """Tell the aware UTC time in whole milliseconds."""
        return self._start + timedelta(milliseconds=round(self._loop.time() * 1000))

    def monotonic(self) -> float:
        """Tell virtual seconds."""
        return self._loop.time()

    async def sleep(self, seconds: float) -> None:
        """Wait, which takes no time."""
        await asyncio.sleep(seconds)

    def token_bytes(self, n: int) -> bytes:
        """Draw `n` bytes; unpredictable to nobody who knows the seed."""
        return self._chance.randbytes(n)

"""Errands beside the ticks: at most one of a name at a time, and nobody waits for them."""

import asyncio
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self

import structlog

log = structlog.get_logger()


class Errands:
    """Runs what may hang where it holds nobody up; use it as `async with`."""

    def __init__(self) -> None:
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._tasks = asyncio.TaskGroup()

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self._tasks.__aexit__(kind, error, where)

    def is_busy(self, name: str) -> bool:
        """Whether an errand of this name is under way."""
        task = self._under_way.get(name)
        return task is not None and not task.done()

    def begin(self, name: str, errand: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None]:
        """Begin an errand unless one of this name is under way; whoever waits for it must not cancel it."""
        if not self.is_busy(name):
            self.start(name, errand())
        return self._under_way[name]

    def start(self, name: str, errand: Coroutine[Any, Any, None]) -> None:
        """Begin an errand."""
        self._under_way[name] = self._tasks.create_task(self._run(name, errand))

    async def stop(self, within: float) -> None:
        """Give what is under way `within` seconds, then leave it."""
        waiting = [task for task in self._under_way.values() if not task.done()]
        if waiting:
            await asyncio.wait(waiting, timeout=within)
        for task in waiting:
            task.cancel()

    async def _run(self, name: str, errand: Coroutine[Any, Any, None]) -> None:
        try:
            await errand
        except Exception:  # barrier: an errand that breaks must not end the others, which share a TaskGroup
            log.exception("errand broke", errand=name)

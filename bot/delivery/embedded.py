"""The waker of a single process: one task per busy channel, level-triggered on `wake_at`."""

import asyncio
from types import TracebackType

from adapters.contract import Clock
from bot.delivery.work import Worker
from bot.store import waking
from bot.store.engine import Store


class Embedded:
    """Finds due channels and has each worked until it has nothing left to do now."""

    def __init__(self, store: Store, clock: Clock, worker: Worker) -> None:
        self._store, self._clock, self._worker = store, clock, worker
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._tasks = asyncio.TaskGroup()
        self._is_stopping = False

    async def __aenter__(self) -> "Embedded":
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self._tasks.__aexit__(kind, error, where)

    async def wake_due(self) -> None:
        """Start work on every due channel that is not being worked on here."""
        if self._is_stopping:
            return
        for channel_id in await self._store.write(waking.due_channels, self._clock.now()):
            task = self._busy.get(channel_id)
            if task is None or task.done():
                self._busy[channel_id] = self._tasks.create_task(self._work(channel_id))

    def hand_to(self, worker: Worker) -> list[asyncio.Task[None]]:
        """Have every further turn taken by `worker`; return the tasks in which a turn may be in flight."""
        self._worker = worker
        return [task for task in self._busy.values() if not task.done()]

    def is_idle(self) -> bool:
        """Whether no channel is being worked on here."""
        return all(task.done() for task in self._busy.values())

    async def stop(self, within: float) -> None:
        """Take no further turns; give what is in flight `within` seconds, then leave it to the next run."""
        self._is_stopping = True
        waiting = [task for task in self._busy.values() if not task.done()]
        if waiting:
            await asyncio.wait(waiting, timeout=within)
        for task in waiting:
            task.cancel()

    async def _work(self, channel_id: str) -> None:
        while not self._is_stopping and await self._worker.work_channel(channel_id):
            pass

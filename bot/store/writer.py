"""The writer thread: the transactions that wait for it while it works go to the disk together, as its next one."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor as Thread
from typing import Any, TypeVar

from bot.store.engine import Came, Transaction, came, together

T = TypeVar("T")
_MOST = 64
"""How many share a commit at most: whoever comes first waits for the last of them."""
_Waiting = tuple[Callable[[], Any], "asyncio.Future[Any]"]


class Writer:
    """An executor of one thread, for one event loop. Nobody is answered before what was written is on the disk."""

    def __init__(self, thread: Thread) -> None:
        self._thread = thread
        self._waiting: deque[_Waiting] = deque()
        self._is_at_work = False

    def __call__(self, run: Callable[[], T], /) -> Awaitable[T]:
        """Run in turn. Whoever stops waiting before then is passed over; after that it is done all the same."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._waiting.append((run, future))
        if not self._is_at_work:
            self._is_at_work = True
            loop.call_soon(self._go_on)  # not at once: what else is ready now comes along
        return future

    def _go_on(self) -> None:
        if not (group := self._next()):
            self._is_at_work = False
            return
        try:
            done = asyncio.get_running_loop().run_in_executor(self._thread, _run, [run for run, _ in group])
        except RuntimeError as e:  # the thread has ended: so has the process, nearly
            self._answer(group, [Came(error=e)] * len(group))
            return
        done.add_done_callback(lambda done: self._answer(group, _all(done, len(group))))

    def _next(self) -> list[_Waiting]:
        """Take what stands at the front: all transactions up to anything else, or one of that."""
        group: list[_Waiting] = []
        while self._waiting and len(group) < _MOST:
            run, future = self._waiting[0]
            if not future.cancelled():
                if group and not isinstance(run, Transaction):
                    break
                group.append((run, future))
            self._waiting.popleft()
            if group and not isinstance(run, Transaction):
                break
        return group

    def _answer(self, group: Sequence[_Waiting], came: Sequence[Came]) -> None:
        for (_, future), each in zip(group, came, strict=True):
            if future.cancelled():
                continue
            if each.error is None:
                future.set_result(each.value)
            else:
                future.set_exception(each.error)
        self._go_on()


def _all(done: "asyncio.Future[list[Came]]", many: int) -> list[Came]:
    """Tell everybody what ended the whole group, so that nobody waits for ever."""
    error = done.exception()
    return done.result() if error is None else [Came(error=error)] * many


def _run(group: Sequence[Callable[[], Any]]) -> list[Came]:
    if len(group) == 1:
        return [came(group[0])]
    return together([each for each in group if isinstance(each, Transaction)])

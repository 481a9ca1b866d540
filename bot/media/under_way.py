"""Films on their way, made beside the turns that wait for them: a film takes longer than a turn may."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import structlog

from adapters.contract import Media
from bot.media.film import Progress
from bot.media.prints import Unusable

__all__ = ["Coming", "Make", "UnderWay"]

log = structlog.get_logger()
Make = Callable[[Progress], Awaitable[Media]]
"""Makes a film and keeps it where the next look finds it. Raises Unusable."""


class Coming(Exception):
    """A film is being made: nothing has gone wrong, and it is to be asked for again. `done` is a percentage."""

    def __init__(self, done: int) -> None:
        super().__init__(f"its film is being made ({done} %)")
        self.done = done


@dataclass(slots=True)
class _Film:
    done: int = 0
    failed: Unusable | None = None


class UnderWay:
    """Makes what is asked for and waits for nothing; use it as `async with`."""

    def __init__(self) -> None:
        self._films: dict[str, _Film] = {}
        self._making: set[asyncio.Task[None]] = set()
        self._tasks = asyncio.TaskGroup()

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self._tasks.__aexit__(kind, error, where)

    def is_busy(self) -> bool:
        """Whether a film is being made."""
        return bool(self._making)

    def ask(self, name: str, make: Make) -> Coming | Unusable:
        """Have a film made, once however often it is asked for; tells how far it is, or once why it failed."""
        film = self._films.get(name)
        if film is None:
            film = self._films[name] = _Film()
            task = self._tasks.create_task(self._run(name, film, make))
            self._making.add(task)
            task.add_done_callback(self._making.discard)
        if film.failed is None:
            return Coming(film.done)
        del self._films[name]
        return film.failed

    async def stop(self, within: float) -> None:
        """Give what is under way `within` seconds, then leave it: whoever needs it asks again."""
        if self._making:
            await asyncio.wait(self._making, timeout=within)
        for task in list(self._making):
            task.cancel()

    async def _run(self, name: str, film: _Film, make: Make) -> None:
        def progress(done: int) -> None:
            film.done = done

        try:
            await make(progress)
        except Unusable as e:
            film.failed = e
        except Exception as e:  # barrier: a film that breaks must not end the others, which share a TaskGroup
            log.exception("film failed", film=name)
            film.failed = Unusable(f"the film could not be made ({type(e).__name__})", may_pass=True)
        else:
            del self._films[name]

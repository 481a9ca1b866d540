"""Whether anything has changed since a page was written."""

import asyncio


class Changes:
    """A mark that is another one after every change; whoever waits for it is woken. `start`: of this run alone."""

    def __init__(self, start: str) -> None:
        self._start, self._count = start, 0
        self._rung, self._is_over = asyncio.Event(), False

    @property
    def mark(self) -> str:
        """The mark as it stands."""
        return f"{self._start}-{self._count}"

    def ring(self) -> None:
        """Say that something has changed."""
        self._count += 1
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()

    def end(self) -> None:
        """Say that nothing more is told: who waits goes home."""
        self._is_over = True
        self._rung.set()

    async def after(self, seen: str) -> str | None:
        """Wait until the mark is not the one that was `seen`; None once nothing more is told."""
        while not self._is_over and self.mark == seen:
            await self._rung.wait()
        return None if self._is_over else self.mark

"""A memo for one try beside the engine, whose steps need not be remembered: it leaves nothing behind."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta


class OneTry:
    """Remembers while it lasts, from what was `known` before."""

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        self._known = dict(known or {})

    async def step(
        self, name: str, run: Callable[[], Awaitable[str]], *, lives: timedelta | None = None, secret: bool = False
    ) -> str:
        """Run what is not known."""
        if name not in self._known:
            self._known[name] = await run()
        return self._known[name]

    def note(self, name: str, value: str) -> None:
        """Note for this try."""
        self._known[name] = value

    def read(self, name: str) -> str | None:
        """Return what was known or noted."""
        return self._known.get(name)

    async def forget(self, name: str) -> None:
        """Drop it for this try."""
        self._known.pop(name, None)

"""What is begun for a page and need not be over when the page is."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

__all__ = ["Begin"]


class Begin(Protocol):
    """Begins an errand unless one of its name is under way; whoever waits for it must not cancel it."""

    def __call__(self, name: str, errand: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None]:
        """Tell what runs it."""
        ...

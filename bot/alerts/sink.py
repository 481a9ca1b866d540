"""What a sink is: one way by which alerts reach people."""

from typing import Protocol

from bot.store.telling import Message

DEADLINE = 30.0
"""Seconds a sink has to take one message; it keeps nobody waiting meanwhile."""


class NotHeard(Exception):
    """A message did not arrive, or nobody knows whether it did; the text says why, and holds no secret."""


class Sink(Protocol):
    """One way to people. A message may come twice, with the same `name`; it never comes less than once."""

    @property
    def name(self) -> str:
        """Tell what people call this sink; what it was told is kept under this name."""
        ...

    async def tell(self, message: Message) -> None:
        """Pass one message on. Raises NotHeard, and may be cancelled at its deadline."""
        ...

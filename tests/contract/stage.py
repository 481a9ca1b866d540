"""One emulated network with a clock and faults in the hands of a test."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx

from adapters.emulators.kit import Entry, Fault, Network, Shown, World

T = TypeVar("T")

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Stage:
    """A world with one network in it; `draw` is asked for the fault of each exchange."""

    def __init__(self, network: type[Network], *, newcomers: int = 1) -> None:
        self.now = NOON
        self.drawn: list[str] = []
        self.draw: Callable[[str], Fault | None] = lambda call: None
        self.world = World(lambda: self.now, self.sleep, fault=self._fault)
        self.network = network(self.world)
        self.session: dict[str, Any] = {}
        self.settings, self.credentials = network.newcomer(0)
        for n in range(newcomers):
            self.network.admit(*network.newcomer(n))

    @property
    def place(self) -> str:
        return self.network.place(self.settings, self.credentials)

    @property
    def ledger(self) -> list[Entry]:
        return self.world.ledger

    def shown(self) -> list[Shown]:
        """What readers see at the place of the test."""
        return self.world.timeline(self.network.name, self.place)

    def only(self, call: str, fault: Fault) -> None:
        """Let every exchange of one name suffer a fault, and no other."""
        self.draw = lambda name: fault if name == f"{self.network.name}.{call}" else None

    def calm(self) -> None:
        self.draw = lambda call: None

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.world.settle()

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Send one plain request, as any client could."""

        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(self.network)
            async with httpx.AsyncClient(transport=transport, base_url="https://net.example") as client:
                return await client.request(method, path, **request)

        return run(go())

    def _fault(self, call: str) -> Fault | None:
        self.drawn.append(call)
        return self.draw(call)


def run(work: Awaitable[T]) -> T:
    async def go() -> T:
        return await work

    return asyncio.run(go())

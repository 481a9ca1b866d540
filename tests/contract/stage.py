"""One emulated network with a clock and faults in the hands of a test."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx

from adapters.emulators.kit import Entry, Fault, Network, Shown, World
from tests.contract.pictures import served

T = TypeVar("T")

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Stage:
    """A world with one network in it; `draw` is asked for the fault of each exchange.

    Time stands still but for what is waited for: a sleep or a deadline is over at once, and the clock has moved.
    """

    def __init__(self, network: type[Network], *, newcomers: int = 1) -> None:
        self.now = NOON
        self.drawn: list[str] = []
        self.draw: Callable[[str], Fault | None] = lambda call: None
        self.session: dict[str, Any] = {}
        self.world = World(lambda: self.now, asyncio.sleep, fault=self._fault)
        self.world.fetch = served
        self.network = network(self.world)
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

    def ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Send one plain request, as any client could."""

        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(self.network)
            async with httpx.AsyncClient(transport=transport, base_url="https://net.example") as client:
                return await client.request(method, path, **request)

        return self.run(go())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run until done, on this stage's time."""
        with asyncio.Runner(loop_factory=lambda: HurriedLoop(self._pass)) as runner:
            return runner.run(work)

    def _pass(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def _fault(self, call: str) -> Fault | None:
        self.drawn.append(call)
        return self.draw(call)


class HurriedLoop(asyncio.SelectorEventLoop):
    """Never waits: where nothing else is to be done, the next moment somebody waits for is there at once."""

    def __init__(self, passed: Callable[[float], None]) -> None:
        super().__init__(_Hurried(self._skip))
        self._passed, self._time = passed, 0.0

    def time(self) -> float:
        return self._time

    def _skip(self, seconds: float) -> None:
        self._time += seconds
        self._passed(seconds)


class _Hurried(selectors.SelectSelector):
    def __init__(self, skip: Callable[[float], None]) -> None:
        super().__init__()
        self._skip = skip

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everybody waits, and for nothing that could come")
        if timeout > 0:
            self._skip(timeout)
        return super().select(0)

"""An alert desk on a real database, with a clock that moves when told and a sink that answers by script."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog

from bot.alerts.errands import Errands
from bot.alerts.sink import NotHeard, Sink
from bot.alerts.telling import Alerts
from bot.rules.alerts import Cause
from bot.store.alerts import close_alert, open_alert
from bot.store.telling import Message
from tests.unit.engine import Desk


class Scripted:
    """A sink that does what it is told to, and remembers what it heard."""

    def __init__(self, name: str = "webhook ops.example") -> None:
        self.name = name
        self.heard: list[Message] = []
        self.tried = 0
        self.then: Callable[[], Awaitable[None]] | None = None
        self.fails = ""

    async def tell(self, message: Message) -> None:
        self.tried += 1
        if self.then:
            await self.then()
        if self.fails:
            raise NotHeard(self.fails)
        self.heard.append(message)

    def subjects(self) -> list[str]:
        return [each.subject.partition(": ")[2] for each in self.heard]


class Night:
    """A newsroom in which alerts open and close, and somebody who is told."""

    def __init__(self, folder: Path, *sinks: Sink) -> None:
        self.desk = Desk(folder)
        self.clock, self.sinks = self.desk.clock, sinks or (Scripted(),)
        self.lines: list[Any] = []

    @property
    def sink(self) -> Scripted:
        (only,) = self.sinks
        assert isinstance(only, Scripted)
        return only

    def open(self, scope: str = "source:main", cause: Cause = Cause.SOURCE_FAILING, what: str = "down") -> None:
        self.desk.ask(open_alert, cause, scope, self.clock.now(), what=what)

    def close(self, scope: str = "source:main", cause: Cause = Cause.SOURCE_FAILING) -> None:
        self.desk.ask(close_alert, cause, scope, self.clock.now())

    def tick(self, minutes: float = 0) -> None:
        """Let time pass, then do what housekeeping does; each time by a daemon that has just started."""
        self.clock.go(timedelta(minutes=minutes))

        async def run() -> None:
            async with Errands() as errands:
                alerts = Alerts(self.desk.store, self.clock, self.desk.policy, sinks=self.sinks, errands=errands)
                await alerts.tell_new()

        with structlog.testing.capture_logs() as lines:
            asyncio.run(run())
        self.lines += lines

    def logged(self) -> list[str]:
        found, self.lines = [each["event"] for each in self.lines], []
        return found

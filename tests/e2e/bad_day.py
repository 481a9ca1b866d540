"""A newsroom with one channel on one emulated network, on virtual time: the daemon's own code on a day of its own."""

import json
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from adapters.contract import Adapter
from adapters.emulators.kit import Fault, Network, Shown, World
from bot.audit.rows import Action
from bot.daemon import Daemon
from bot.fetch import Fetched
from bot.media.film import Progress, Still
from bot.media.prints import Unusable
from bot.media.shelf import Shelf
from bot.model import Account, Channel, Policy, Source
from bot.networks import let_fetch, wire
from bot.ports import Newsroom, Ports
from bot.rehearsal.hall import Hall
from bot.store import alerts, audit
from bot.store.alerts import Alert
from bot.store.engine import Store, engine_for
from bot.store.migrate import create
from bot.store.reading import Reader, Told, newest_stories
from bot.vault import Vault
from bot.virtual import VirtualClock, VirtualLoop
from tests.e2e.outside import story
from tests.simulation import world as outside
from tests.unit.small_newsroom import aside, inline, wording

START = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
_OPEN: dict[str, Path] = {}
# One for all days: what an engine has compiled it shares with no other, and that is most of a test's time.
_ENGINE = engine_for(lambda: _OPEN["path"], durable=False)


class Paper:
    """A feed to which stories are added as the day goes; its pages are always there, and so is what `hall` shows."""

    def __init__(self, hall: Hall) -> None:
        self.at: list[datetime] = []
        self.hall, self.is_shut = hall, False

    async def get(self, url: str, **_: Any) -> Fetched:
        if shown := self.hall.at(url):
            return Fetched(403 if self.is_shut else 200, url, {"content-type": shown[0]}, shown[1])
        items = [story(n, at, "https://paper.example") for n, at in enumerate(self.at)]
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Paper", "items": items}
        return Fetched(200, url, {"content-type": "application/feed+json"}, json.dumps(feed).encode())

    async def look(self, url: str) -> Literal["there"]:
        return "there"


class Hands(outside.Ports):
    """Pictures and films without drawing; `refuses` says why no film is made."""

    def __init__(self) -> None:
        super().__init__(outside.Crossings(), may_freeze=False)
        self.refuses = ""

    async def cut(self, stills: Sequence[Still], progress: Progress) -> bytes:
        """Make a film, unless that is refused."""
        if self.refuses:
            raise Unusable(self.refuses, may_pass=True)
        return await super().cut(stills, progress)


class Day:
    """What happens, and what an editor then reads. `names` are the adapter's and the emulator's classes."""

    def __init__(self, folder: Path, adapter: type[Adapter], network: type[Network], **place: str) -> None:
        folder.mkdir(exist_ok=True)
        self.loop = VirtualLoop()
        self.clock = VirtualClock(self.loop, START, random.Random(1))
        self.fault: Callable[[str], Fault | None] = lambda call: None
        self.world = World(self.clock.now, self.clock.sleep, fault=lambda call: self.fault(call))
        self.hall = Hall(self.clock)
        self.network, self.paper = network(self.world), Paper(self.hall)
        settings, self.secrets = network.newcomer(0)
        self.network.admit(settings, self.secrets)
        self.place = self.network.place(settings, self.secrets)
        name = adapter.spec.network
        self.who = Channel(
            id="main",
            account="acme",
            network=name,
            place=tuple((settings | place).items()),
            form=adapter.spec.form,
            rates=adapter.spec.rates,
        )
        self.kinds = {name: adapter}
        self.policy = Policy(newsroom="Paper", zone="UTC")
        self.hands, self.shelf, self.window = Hands(), Shelf(folder / "media"), self.hall.window()
        self.tick = 15.0
        """Seconds between two ticks."""
        let_fetch(self.world, lambda url: self.hall.at(url) or ("", b""))
        self.path = folder / "day.db"
        create(self.engine)
        self.daemon = self._daemon()

    @property
    def engine(self) -> sa.Engine:
        """The one engine, on this day's database."""
        if _OPEN.get("path") != self.path:
            _ENGINE.dispose()
            _OPEN["path"] = self.path
        return _ENGINE

    def _daemon(self) -> Daemon:
        shipped, carried = wording(), wire(self.network)
        ports = Ports(
            store=Store(self.engine, inline),
            clock=self.clock,
            vault=Vault(bytes(32)),
            web=self.paper,
            http=lambda account: carried,
            aside=aside,
            develop=self.hands.develop,
            draw=self.hands.draw,
            cutting=self.hands,
            shelf=self.shelf,
            window=self.window,
            credentials=lambda account: self.secrets,
            kinds=self.kinds,
            templates=lambda: {"shipped": shipped},
        )
        source = Source(id="main", url="https://paper.example/feed")
        account = Account(id="acme", network=self.who.network)
        return Daemon(Newsroom(policy=self.policy, sources=(source,), accounts=(account,), channels=(self.who,)), ports)

    def set(self, **place: str) -> None:
        """Change the channel's settings; the next daemon goes by them."""
        self.who = replace(self.who, place=tuple((dict(self.who.place) | place).items()))

    def live(self, course: Callable[[], Awaitable[None]]) -> None:
        """Let a daemon live through a course of events, then stop it."""

        self.daemon = self._daemon()

        async def whole() -> None:
            async with self.daemon as daemon:
                await self._tick()
                await course()
                await daemon.stop(within=30)

        self.loop.run_until_complete(whole())
        assert self.loop.failures == []

    def close(self) -> None:
        """Let go of the loop and the database."""
        self.loop.close()
        _ENGINE.dispose()

    async def go(self, minutes: float = 0, **more: float) -> None:
        """Let time pass under the daemon's ticks."""
        until = self.clock.now() + timedelta(minutes=minutes, **more)
        while self.clock.now() < until:
            await self.clock.sleep(self.tick)
            await self._tick()

    async def news(self, minutes: float = 0, **more: float) -> None:
        """Bring out a story, and let time pass."""
        self.paper.at.append(self.clock.now())
        await self.go(minutes, **more)

    async def _tick(self) -> None:
        self.world.settle()
        daemon = self.daemon
        for run in (daemon.poll_due, daemon.wake_due, daemon.housekeep):
            await run()

    def stands(self) -> list[Told]:
        """Tell how every delivery stands, oldest story first."""
        reader = Reader(self.policy, {"main": self.who}, {self.who.network: self.kinds[self.who.network].spec.title})
        with self.engine.begin() as db:
            ids = newest_stories(db)[::-1]
            return [told for each in ids for told in reader.story(db, each, self.clock.now())]

    def stand(self) -> Told:
        """Tell how the one delivery of the newest story stands."""
        return self.stands()[-1]

    def shown(self) -> list[Shown]:
        """What readers see."""
        return self.world.timeline(self.network.name, self.place)

    def open(self) -> list[Alert]:
        """List the open alerts."""
        with self.engine.begin() as db:
            return alerts.open_alerts(db)

    def told(self, *actions: Action) -> list[Action]:
        """List the rows of the log about some actions, in order."""
        with self.engine.begin() as db:
            return [row.action for row in audit.read(db) if row.action in actions]

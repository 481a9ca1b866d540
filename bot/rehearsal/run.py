"""Runs the daemon's own code against a site and emulated networks, and tells what came of it."""

import asyncio
import json
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
import structlog

from adapters.http import Http
from bot.articles.feed import Feed, read
from bot.audit.rows import Action
from bot.daemon import Daemon, Newsroom, Ports, adapters, emulators, stage
from bot.model import Source, State
from bot.rehearsal.cast import Cast, cast, troupe
from bot.rehearsal.reckoning import Reckoning, reckon
from bot.rehearsal.site import Paper, Site
from bot.store import audit, reading, waking
from bot.store.alerts import Alert, open_alerts
from bot.store.engine import Store, engine_for
from bot.store.identities import is_known_here
from bot.store.migrate import create
from bot.store.reading import Reader, Told
from bot.store.sources import next_poll
from bot.vault import Vault
from bot.virtual import VirtualClock, VirtualLoop

if TYPE_CHECKING:
    from adapters.emulators.kit import World

CHAOS_FOR = timedelta(minutes=30)
"""How long after a change of the feed exchanges go wrong: shorter than eight counted tries, so that none gives up."""
_LATE = timedelta(minutes=5)
"""How long after the last outcome the networks are watched for calls that arrive late."""
_LONGEST = timedelta(days=2)
"""How long after the feed's last change a rehearsal may go on."""
_STEP = 30.0
_OPEN = (State.DUE, State.SENDING, State.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a rehearsal left behind. `broken`: errors inside the program, which must be none."""

    newsroom: Newsroom
    stories: Mapping[str, list[Told]]
    """By story, in the order in which they came."""
    alerts: tuple[Alert, ...]
    notes: tuple[str, ...]
    reckoning: Reckoning
    world: "World"
    began: datetime
    ended: datetime
    broken: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Whether every promise was kept and nothing broke."""
        return self.reckoning.is_good and not self.broken


Stories = dict[str, list[Told]]
Watch = Callable[[datetime, Callable[[], Stories]], None]
"""Told after each tick what time it is, and whom to ask how the stories stand."""


@dataclass(kw_only=True)
class Rehearsal:
    """One run of a paper through a newsroom. Everything that is left to chance comes from `seed`."""

    newsroom: Newsroom
    paper: Paper
    templates: Mapping[str, Mapping[str, str]]
    chaos: float = 0.0
    """How often an exchange fails in one of the ways the emulated networks know."""
    seed: int = 1
    watch: Watch = lambda now, look: None
    _broken: list[str] = field(default_factory=list)

    def run(self) -> Outcome:
        """Live through the paper. Raises CannotRehearse."""
        loop, chance = VirtualLoop(), random.Random(self.seed)
        self.clock = VirtualClock(loop, self.paper.editions[0].at - timedelta(seconds=20), chance)
        self.began = self.clock.now()
        self.trouble = random.Random(f"trouble {self.seed}")
        self.world = stage(self.clock.now, self.clock.sleep)
        kinds, networks = adapters(), emulators()
        if not self.newsroom.channels:
            self.newsroom = troupe(self.newsroom, networks, self.newsroom.sources[0])
        self.cast: Cast = cast(self.newsroom, kinds, networks, self.world)
        self.world.fault = self._fault
        self.site = Site(self.paper, self.clock, self._fault)
        titles = {name: kind.spec.title for name, kind in kinds.items()}
        channels = {each.id: each for each in self.cast.newsroom.channels}
        self.reader = Reader(self.cast.newsroom.policy, channels, titles)
        with tempfile.TemporaryDirectory() as folder, self._overheard():
            self.engine = engine_for(lambda: Path(folder) / "rehearsal.db", durable=False)
            create(self.engine)
            store = Store(self.engine, _inline)
            try:
                loop.run_until_complete(self._live(self._daemon(store, kinds)))
                self._broken += [str(each.get("exception") or each.get("message")) for each in loop.failures]
                return self._outcome()
            finally:
                loop.close()
                store.close()

    def _daemon(self, store: Store, kinds: Mapping[str, Any]) -> Daemon:
        wires = {name: Http.over(network) for name, network in self.cast.networks.items()}
        return Daemon(
            self.cast.newsroom,
            Ports(
                store=store,
                clock=self.clock,
                vault=Vault(self.clock.token_bytes(32)),
                web=self.site,
                http=lambda account: wires[account.network],
                aside=_aside,
                credentials=lambda account: self.cast.secrets[account],
                kinds=kinds,
                templates=self.templates,
            ),
        )

    async def _live(self, daemon: Daemon) -> None:
        """Tick as a clock would until everything is told, leaping over time in which nothing can happen."""
        horizon = self.paper.editions[-1].at + _LONGEST
        async with daemon:
            await self.clock.sleep((self.paper.editions[0].at - self.clock.now()).total_seconds())
            while self.clock.now() < horizon:
                if self.chaos and not self._is_troubled():
                    self.world.restore()
                for network in self.cast.networks.values():
                    network.pages.update(self.site.pages())
                await daemon.poll_due()
                await daemon.wake_due()
                await daemon.housekeep()
                self.watch(self.clock.now(), self.stories)
                wait = self._wait(daemon)
                if wait is None:
                    break
                await self.clock.sleep(wait)
            await self.clock.sleep(_LATE.total_seconds())
            self.world.settle()
            await daemon.stop(within=30)

    def _wait(self, daemon: Daemon) -> float | None:
        """Tell how long nothing can happen; None: it is over."""
        now = self.clock.now()
        with self.engine.begin() as db:
            is_open = any(reading.states(db)[state] for state in _OPEN)
            wake, poll = waking.next_wake(db), next_poll(db)
        if self.site.has_news() or not daemon.waker.is_idle() or (is_open and wake is None):
            ahead = [at for at in (wake, poll) if at is not None]
            until = min(ahead, default=now)
            return min(max((until - now).total_seconds(), 0.5), _STEP)
        change = self.site.next_change()
        if not is_open and change is None:
            return None
        ahead = [self._poll_after(change, poll)] if change and poll else []
        until = min([at for at in (wake, *ahead) if at is not None], default=now)
        return max((until - now).total_seconds(), 0.5)

    def _poll_after(self, change: datetime, poll: datetime) -> datetime:
        """Tell which of the regular polls is the first to see a change; those before it would see nothing new."""
        every = min(each.poll for each in self.newsroom.sources)
        return poll if poll >= change else poll + every * -((poll - change) // every)

    def stories(self) -> Stories:
        """Tell how every story stands now, in the order in which they came."""
        with self.engine.begin() as db:
            ids = reversed(reading.newest_stories(db, most=10_000))
            return {story: self.reader.story(db, story, self.clock.now()) for story in ids}

    def _outcome(self) -> Outcome:
        stories = self.stories()
        with self.engine.begin() as db:
            feed = read(self.paper.editions[-1].body, self.newsroom.sources[0], content_type=self.paper.kind)
            unheard = [f"never taken in: {each.url}" for each in feed.articles if not is_known_here(db, each)]
            alerts, notes = tuple(open_alerts(db)), tuple(_notes(db))
        reckoning = reckon(
            [*stories, *unheard],
            [told.delivery for each in stories.values() for told in each],
            self.world.ledger,
            places=self.cast.places,
        )
        return Outcome(
            newsroom=self.cast.newsroom,
            stories=stories,
            alerts=alerts,
            notes=(*notes, *feed.odd, *unheard),
            reckoning=reckoning,
            world=self.world,
            began=self.began,
            ended=self.clock.now(),
            broken=tuple(self._broken),
        )

    def _fault(self, call: str) -> Any:
        if not self.chaos or not self._is_troubled() or self.trouble.random() >= self.chaos:
            return None
        return self.trouble.choice(self.world.faults)

    def _is_troubled(self) -> bool:
        now = self.clock.now()
        return any(each.at <= now < each.at + CHAOS_FOR for each in self.paper.editions)

    @contextmanager
    def _overheard(self) -> Iterator[None]:
        """Keep the daemon's log off the screen, and remember what broke: a barrier logs it and goes on."""

        def listen(_: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
            if told := event.get("exception"):
                self._broken.append(f"{event['event']}: {told.splitlines()[-1]}")
            raise structlog.DropEvent

        before = structlog.get_config()
        structlog.configure(processors=[structlog.processors.format_exc_info, listen])
        try:
            yield
        finally:
            structlog.configure(**before)


def _notes(db: sa.Connection) -> Iterator[str]:
    """Tell of stories that came again, which nobody sees in the deliveries."""
    for told in audit.read(db):
        if told.action is Action.STORY_MERGED:
            row = json.loads(told.row)
            yield f"“{row['title']}” came again under another name and was known by its {row['rule'][5:]}."


async def _inline(run: Callable[[], Any]) -> Any:
    return run()


async def _aside(work: Callable[[], Feed], deadline: float) -> Feed:
    return work()


def first_run(source: Source) -> Source:
    """Let everything in a feed be news: in a rehearsal nothing was there before."""
    return replace(source, backfill=100_000)

"""Runs the daemon's own code against a site and emulated networks, on virtual time, and tells what came of it."""

import asyncio
import random
import signal
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import structlog

from bot.articles.feed import Feed, read
from bot.clock import Metronome
from bot.daemon import Daemon
from bot.media.shelf import Shelf
from bot.media.studio import Cutting
from bot.model import State
from bot.networks import adapters, emulators, let_fetch, stage, wire
from bot.ports import Newsroom, Ports
from bot.rehearsal import by_hand
from bot.rehearsal.cast import Kinds, cast, troupe
from bot.rehearsal.hall import Hall
from bot.rehearsal.outcome import Outcome, Stories, notes
from bot.rehearsal.reckoning import reckon
from bot.rehearsal.site import Paper, Site
from bot.store import audit, reading, waking
from bot.store.alerts import open_alerts
from bot.store.engine import Store, engine_for
from bot.store.identities import is_known_here
from bot.store.migrate import create
from bot.store.reading import Reader
from bot.store.sources import next_poll
from bot.vault import Vault
from bot.virtual import VirtualClock, VirtualLoop

T = TypeVar("T")
CHAOS_FOR = timedelta(minutes=30)
"""How long after a change of the feed exchanges go wrong: shorter than all counted tries, so that none gives up."""
_BEFORE = timedelta(seconds=20)
_LATE = timedelta(minutes=5)
"""How long after the last outcome the networks are watched for calls that arrive late."""
_LONGEST = timedelta(days=2)
"""How long after the feed's last change a rehearsal may go on."""
_RESTS = timedelta(days=5).total_seconds()
"""The longest leap: accounts are looked after also while nothing is posted."""
_SOONEST, _LATEST = 0.5, 30.0
"""Seconds between two ticks while something is going on."""

Watch = Callable[[datetime, Callable[[], Stories]], None]
"""Told after each tick what time it is, and whom to ask how the stories stand."""


def unwatched(now: datetime, look: Callable[[], Stories]) -> None:
    """Watch nothing."""


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """What is to be played. Everything that is left to chance comes from `seed`."""

    newsroom: Newsroom
    """Without channels it gets one on every network there is."""
    paper: Paper
    templates: Mapping[str, Mapping[str, str]]
    chaos: float = 0.0
    """How often an exchange fails in one of the ways the emulated networks know."""
    seed: int = 1
    watch: Watch = unwatched
    cutting: Cutting = field(default_factory=by_hand.SmallFilms)
    speed: float | None = None
    """Seconds that pass for each on the wall, as far as the machine keeps up; None: no wait takes any time."""

    def run(self) -> Outcome:
        """Play it; with a speed, Ctrl-C ends it and what came of it until then is told. Raises CannotRehearse."""
        metronome = Metronome(self.speed) if self.speed else None
        loop = VirtualLoop(until=metronome.until if metronome else None)
        broken = list[str]()
        with _ended_by_hand(metronome), tempfile.TemporaryDirectory() as folder, _overheard(broken):
            play = _Play(self, loop, Path(folder))
            try:
                is_cut = self._is_cut(loop, play.live())
                broken += [str(each.get("exception") or each.get("message")) for each in loop.failures]
                return replace(play.outcome(is_cut=is_cut), broken=tuple(broken))
            finally:
                _end(loop)
                play.engine.dispose()

    def _is_cut(self, loop: VirtualLoop, course: Coroutine[Any, Any, None]) -> bool:
        try:
            loop.run_until_complete(course)
        except KeyboardInterrupt:
            if self.speed is None:
                raise
            return True
        return False


@contextmanager
def _ended_by_hand(metronome: Metronome | None) -> Iterator[None]:
    """Let Ctrl-C stop a rehearsal between two steps, where nothing is half done."""
    if metronome is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, metronome.stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class _Play:
    """One rehearsal under way: its time, its world and its daemon."""

    def __init__(self, plan: Rehearsal, loop: VirtualLoop, folder: Path) -> None:
        self.plan, self.editions = plan, plan.paper.editions
        self.clock = VirtualClock(loop, self.editions[0].at - _BEFORE, random.Random(plan.seed))
        self.trouble = random.Random(f"trouble {plan.seed}")
        self.world = stage(self.clock.now, self.clock.sleep)
        kinds = adapters()
        networks = {name: made for name, made in emulators().items() if name in kinds}
        self.cast = cast(troupe(plan.newsroom, networks, kinds), kinds, networks, self.world)
        self.world.fault = self.fault
        self.hall = Hall(self.clock)
        self.site = Site(plan.paper, self.clock, self.fault, self.hall)
        let_fetch(self.world, self.site.shown)
        self.began = self.clock.now()
        channels = {each.id: each for each in self.cast.newsroom.channels}
        titles = {name: kind.spec.title for name, kind in kinds.items()}
        self.reader = Reader(self.cast.newsroom.policy, channels, titles)
        self.engine, self.shelf = engine_for(lambda: folder / "rehearsal.db", durable=False), Shelf(folder / "media")
        create(self.engine)
        self.daemon = Daemon(self.cast.newsroom, self._ports(kinds))

    def _ports(self, kinds: Kinds) -> Ports:
        wires = {name: wire(network) for name, network in self.cast.networks.items()}
        return Ports(
            store=Store(self.engine, _inline),
            clock=self.clock,
            vault=Vault(self.clock.token_bytes(32)),
            web=self.site,
            http=lambda account: wires[account.network],
            aside=_aside,
            develop=by_hand.develop,
            draw=by_hand.draw,
            cutting=self.plan.cutting,
            shelf=self.shelf,
            window=self.hall.window(),
            credentials=lambda account: self.cast.secrets[account],
            kinds=kinds,
            templates=lambda: self.plan.templates,
        )

    async def live(self) -> None:
        """Tick as a clock would until everything is told, leaping over time in which nothing can happen."""
        horizon = self.editions[-1].at + _LONGEST
        async with self.daemon:
            self.plan.watch(self.clock.now(), self.stories)
            await self.clock.sleep(_BEFORE.total_seconds())
            while self.clock.now() < horizon:
                await self._tick()
                self.plan.watch(self.clock.now(), self.stories)
                wait = self._wait()
                if wait is None:
                    break
                # Whoever watches sees the clock move, and not only what happens.
                await self.clock.sleep(min(wait, self.plan.speed or _RESTS))
            await self.clock.sleep(_LATE.total_seconds())
            self.world.settle()
            await self.daemon.stop(within=30)

    async def _tick(self) -> None:
        if self.plan.chaos and not self._is_troubled():
            self.world.restore()
        for network in self.cast.networks.values():
            network.pages.update(self.site.pages())
        await self.daemon.poll_due()
        await self.daemon.wake_due()
        await self.daemon.housekeep()

    def _wait(self) -> float | None:
        """Tell for how many seconds nothing can happen; None: it is over."""
        now, change = self.clock.now(), self.site.next_change()
        with self.engine.begin() as db:
            states, wake, poll = reading.states(db), waking.next_wake(db), next_poll(db)
        is_open = any(states[state] for state in (State.DUE, State.SENDING, State.UNKNOWN))
        if self.site.has_news() or not self.daemon.waker.is_idle() or (is_open and wake is None):
            soon = min((at for at in (wake, poll) if at is not None), default=now)
            return min(max((soon - now).total_seconds(), _SOONEST), _LATEST)
        if not is_open and change is None:
            return None
        ahead = [at for at in (wake, self._poll_after(change, poll)) if at is not None]
        return max((min(ahead, default=now) - now).total_seconds(), _SOONEST)

    def _poll_after(self, change: datetime | None, poll: datetime | None) -> datetime | None:
        """Tell which of the regular polls is the first to see a change; those before it would see nothing new."""
        if change is None or poll is None or poll >= change:
            return poll if change else None
        every = min(each.poll for each in self.cast.newsroom.sources)
        return poll + every * -((poll - change) // every)

    def stories(self) -> Stories:
        """Tell how every story stands now."""
        with self.engine.begin() as db:
            ids = reversed(reading.newest_stories(db, most=10_000))
            return {story: self.reader.story(db, story, self.clock.now()) for story in ids}

    def outcome(self, *, is_cut: bool) -> Outcome:
        """Sum it up, from the store and from the networks' ledgers."""
        stories, feed = self.stories(), self._last_feed()
        with self.engine.begin() as db:
            missed = [each for each in feed.articles if not is_known_here(db, each)]
            # What the feed would have said later, nobody could hear.
            unheard = [] if is_cut else [f"“{each.title}” was never taken in." for each in missed]
            odd = dict.fromkeys((*feed.odd, *self.plan.paper.unpostable))
            alerts, told = tuple(open_alerts(db)), [*notes(audit.read(db), stories), *odd, *unheard]
        if len(feed.articles) > len(stories) + len(missed):
            told.append(
                f"{len(feed.articles)} articles of the feed became {len(stories)} stories: some share an address."
            )
        deliveries = [each.delivery for story in stories.values() for each in story]
        return Outcome(
            newsroom=self.cast.newsroom,
            stories=stories,
            alerts=alerts,
            notes=tuple(told),
            reckoning=reckon([*stories, *unheard], deliveries, self.world.ledger, places=self.cast.places),
            world=self.world,
            began=self.began,
            ended=self.clock.now(),
            broken=(),
            is_cut=is_cut,
        )

    def _last_feed(self) -> Feed:
        body, kind = self.editions[-1].body, self.plan.paper.kind
        return read(body, self.cast.newsroom.sources[0], content_type=kind)

    def fault(self, call: str) -> Any:
        """Draw what goes wrong with an exchange."""
        if not self.plan.chaos or not self._is_troubled() or self.trouble.random() >= self.plan.chaos:
            return None
        return self.trouble.choice(self.world.faults)

    def _is_troubled(self) -> bool:
        now = self.clock.now()
        return any(each.at <= now < each.at + CHAOS_FOR for each in self.editions)


def _end(loop: VirtualLoop) -> None:
    """Close the loop; what was under way when somebody ended it is called off first."""
    left = asyncio.all_tasks(loop)
    for each in left:
        each.cancel()
    if left:
        loop.run_until_complete(asyncio.wait(left))
    loop.close()


@contextmanager
def _overheard(broken: list[str]) -> Iterator[None]:
    """Keep the daemon's log off the screen, and note what broke: a barrier logs it and goes on."""

    def listen(_: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        if told := event.get("exception"):
            broken.append(f"{event['event']}: {str(told).splitlines()[-1]}")
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[structlog.processors.format_exc_info, listen])
    try:
        yield
    finally:
        structlog.configure(**before)


async def _inline(run: Callable[[], Any]) -> Any:
    return run()


async def _aside(work: Callable[[], T], deadline: float) -> T:
    return work()

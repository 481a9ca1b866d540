"""One history: the daemon's real code on virtual time, through faults, crashes, freezes, and with a person at work."""

import asyncio
import random
import shutil
from collections import Counter
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import httpx
import sqlalchemy as sa

from adapters.contract import Form
from adapters.emulators.kit import Fault, World
from adapters.http import Http
from bot.daemon import Daemon
from bot.media.shelf import Shelf
from bot.model import Account, Keep
from bot.networks import let_fetch
from bot.ports import Newsroom, Ports
from bot.rehearsal.hall import Hall
from bot.store import pruning, waking
from bot.store.audit import Told, read
from bot.store.engine import Store, engine_for
from bot.store.schema import attempt, delivery, source
from bot.store.sources import next_poll
from bot.vault import Vault
from tests.simulation import world as outside
from tests.simulation.loop import Crashed, SimLoop
from tests.simulation.money import fees, metered
from tests.simulation.newsroom import EDITED, KINDS, NETWORKS, TEMPLATES, newsroom, person
from tests.simulation.world import Clock, Crossings, Dead, Faults, Site, Story, Web, Wire

HORIZON = 4 * 3600.0
HOURS = 3 * 3600.0
_LATEST = 75.0
"""How long a fault may be felt: an answer that takes 45 s, or that is waited for in vain for 30."""
THAWED = 35.0
"""For how long what thawed is watched: longer than an exchange it was in may still take."""
OPEN: dict[str, Path] = {}
ENGINES = [engine_for(lambda: OPEN["path"], durable=False) for _ in range(2)]
ALL_FAULTS: tuple[str, ...] = get_args(Fault)


@dataclass(kw_only=True)
class Plan:
    """What shall happen in a history; everything random in it comes from `seed`."""

    seed: int
    stories: int = 2
    networks: tuple[str, ...] = ()
    """None: three of the ten, drawn by the seed."""
    daemons: int = 1
    chaos: float = 0.0
    faults: tuple[str, ...] = ALL_FAULTS
    script: dict[str, list[str | None]] = field(default_factory=dict)
    crash_at: tuple[int, ...] = ()
    freeze: float = 0.0
    freeze_at: int | None = None
    late: float = 20.0
    outage: tuple[float, float, str] | None = None
    """(from, to, fault): what every network answers to everything meanwhile."""
    busy: bool = False
    """Articles are revised, renamed and withdrawn; a person acts; the clock jumps."""
    fates: tuple[tuple[int, str, float], ...] = ()
    """(story, "appears" | "revised" | "renamed" | "withdrawn" | "dated", seconds): what happens to whom, when."""
    meddle: float = 0.0
    """How likely the person changes, holds or cancels a delivery that is due, each time they look."""
    speaks: float = 0.0
    """How likely the person corrects a story that is out, or marks one that waits, each time they look."""
    hurries: float = 0.0
    """How likely the person calls a story that waits breaking news for 40 seconds, each time they look."""
    thinks: float = 0.0
    """How likely the person moves what waits, takes an approval back, rejects, or hushes, each time they look."""
    edit_at: float | None = None
    """When the template files are edited."""
    jumps: int = 0
    """How often the wall clock is set, to up to three hours off; the networks' clocks are not."""
    clock: tuple[tuple[float, float], ...] = ()
    """(when, by how many seconds): how the wall clock is set beside that."""
    forgets_keys: bool = False
    """Mastodon is a server of its kind that knows no Idempotency-Key."""
    crowd: bool = False
    """Five Telegram chats, two bots, one app, and a network that allows each so much and no more."""
    scratch: bool = False
    """Telegram can be asked, through a scratch chat."""
    approval: bool = False
    reloads: float = 0.0
    """How likely a daemon takes its settings anew, each time it has ticked."""
    prunes: bool = False
    """After each tick everything is dropped that is old in a year and that nobody asked to keep."""
    budget: str | None = None
    """How many dollars a day X may take; what there is no money for goes out without its link, or is held."""
    film: int = len(outside.FILM)
    """How many bytes a film has, beside its digest."""
    place: dict[str, str] = field(default_factory=dict)
    """What is set of every channel's place beside what it needs."""
    form: Form | None = None
    """The form of every channel's posts; None: the network's usual one."""
    described: bool = False
    """Photos are told in words, too."""
    shuffle: bool = True


@dataclass
class History:
    """What was left behind, for the oracle."""

    plan: Plan
    world: World
    newsroom: Newsroom
    places: dict[str, tuple[str, str]]
    """channel -> (network, place) on the timelines."""
    visible: dict[str, frozenset[str]]
    """network -> the calls that put a post before readers."""
    stories: list[Story]
    deliveries: list[Any]
    audit: list[Told]
    steps: int
    crossings: int
    exchanges: list[int]
    """The steps at which a request left or its answer came, of each process in turn."""
    faults: Counter[str]
    crashes: int
    frozen: int
    calm_at: float
    """From when on nothing went wrong any more: no fault, crash, freeze, outage or revoked token."""
    ended: float
    failures: list[dict[str, Any]]
    pruned: Counter[str]
    meters: dict[str, Decimal]
    """network -> what it asks for the posts it made."""
    fees: dict[str, Decimal]
    """network -> what it asks for beside them."""
    spent: dict[str, Decimal]
    """network -> what the tries say it was paid."""


def drawn(seed: int, among: Iterable[str] = NETWORKS) -> tuple[str, ...]:
    """Draw three networks; of a source of its own, so that all else a seed says stays as it was."""
    return tuple(sorted(random.Random(f"networks {seed}").sample(sorted(among), 3)))


def networks_of(plan: Plan) -> tuple[str, ...]:
    """Name the networks a history is about."""
    return ("telegram",) if plan.crowd else plan.networks or drawn(plan.seed)


class Sim:
    """Runs one plan from the first article to the last outcome, through any number of crashes."""

    def __init__(self, plan: Plan, path: Path, template: Path) -> None:
        plan = replace(plan, networks=networks_of(plan))
        self.plan, OPEN["path"] = plan, path
        self.film = outside.FILM.ljust(plan.film, b"\0")
        self.shelf = Shelf(path.parent / "media")
        self.chance = random.Random(plan.seed)
        self.whim = random.Random(f"person {plan.seed}")
        """Whether the person speaks up; apart, so that all else a seed says stays as it was."""
        self.thoughts = random.Random(f"thoughts {plan.seed}")
        self.signals = random.Random(f"signals {plan.seed}")
        self.steps = self.crashes = 0
        self.crashed_at = self.restored_at = 0.0
        """When the last process died, and when revoked tokens were seen to serve again."""
        self.failures: list[dict[str, Any]] = []
        self.pruned = Counter[str]()
        self.loop: SimLoop | None = None
        shutil.copyfile(template, path)
        for suffix in ("-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        self.crossings = Crossings(freeze_at=plan.freeze_at, chance=lambda: self.chance.random() < plan.freeze)
        self.faults = Faults(self.chance, plan.chaos, plan.faults, plan.script, until=lambda: self.time() < 1800)
        self.faults.everywhere, self.faults.time = self.outage, self.time
        self.newsroom, self.credentials, places = newsroom(plan)
        self.world = World(lambda: outside.EPOCH, asyncio.sleep, fault=self.faults)
        self.world.late = plan.late
        self.networks = {name: NETWORKS[name](self.world) for name in plan.networks}
        self.places = {}
        for channel, (settings, credentials) in places.items():
            network = self.networks[channel.partition("-")[0]]
            network.admit(settings, credentials)
            self.places[channel] = (network.name, network.place(settings, credentials))
        if "tiktok" in self.networks and not (plan.chaos or plan.outage):
            # Who lost its one answer is let in by a person alone, as `restore` does where faults are over.
            self.networks["tiktok"].tokens.keeps_old = True  # type: ignore[attr-defined]
        if plan.forgets_keys and "mastodon" in self.networks:
            self.networks["mastodon"].keys = "forgotten"  # type: ignore[attr-defined]
        self.stories = [self.story(n) for n in range(plan.stories)]
        self.hall = Hall(Clock(self, random.Random(f"hall {plan.seed}")))  # type: ignore[arg-type]  # it tells the time
        self.window = self.hall.window()
        self.site = Site(self.stories, self.time, self.faults, self.hall)
        let_fetch(self.world, self.site.shown)
        self.jumps = [(self.chance.uniform(60, 900), self.chance.choice((-120.0, 90.0)))] if plan.busy else []
        self.jumps += list(plan.clock)
        off = 0.0
        for at in sorted(self.chance.uniform(5, 600) for _ in range(plan.jumps)):
            shows = self.chance.uniform(-HOURS, HOURS)
            self.jumps.append((at, shows - off))
            off = shows
        if plan.jumps and "x" in plan.networks:  # X lets nobody in whose clock is far off: somebody sets it right
            self.jumps.append((1500.0, -off))
        self.since: dict[tuple[int, int], float] = {}
        """Since when the person has seen a delivery stand so, on their own watch."""

    def time(self) -> float:
        return self.loop.time() if self.loop else 0.0

    def story(self, n: int) -> Story:
        """One article, with its fate."""
        story = Story(n, at=5 + n * 20.0, described=self.plan.described)
        for whose, fate, at in self.plan.fates:
            if whose == n:
                setattr(story, "at" if fate == "appears" else f"{fate}_at", at)
        if self.plan.busy:
            fate = self.chance.random()
            later = story.at + self.chance.uniform(10, 400)
            if fate < 0.2:
                story.revised_at = later
            elif fate < 0.35:
                story.renamed_at = later
            elif fate < 0.5:
                story.withdrawn_at = later
        return story

    def run(self) -> History:
        """Live through the plan."""
        at, crashes = 0.0, list(self.plan.crash_at)
        while True:
            order = self.chance.randrange(2**32) if self.plan.shuffle else None
            self.loop = SimLoop(order, start=at, crash_at=crashes.pop(0) if crashes else None)
            clock = Clock(self.loop, self.chance, self.shift)
            self.world.now = Clock(self.loop, self.chance).now
            ports = [
                outside.Ports(self.crossings, may_freeze=n == 0 or self.plan.freeze_at is not None, film=self.film)
                for n in range(self.plan.daemons)
            ]
            stores = [Store(engine, each.execute) for engine, each in zip(ENGINES, ports, strict=False)]
            task = self.loop.create_task(self.live(clock, stores, ports))
            crashed = False
            try:
                self.loop.run_until_complete(task)
            except Crashed:
                crashed = True
                self.crashes += 1
                self.crashed_at = self.loop.time()
            for each in ports:
                each.alive = False
            at = self.loop.time() + 5
            self.steps += self.loop.steps
            self.loop.abandon(Dead)
            self.failures += self.loop.failures
            for store in stores:
                store.close()
            if not crashed:
                break
        return self.history()

    def history(self) -> History:
        """Let everything arrive, then write down what is there."""
        self.world.now = lambda: outside.EPOCH.replace(year=2027)
        self.world.settle()
        with ENGINES[0].begin() as db:
            left, told, spent = db.execute(sa.select(delivery)).all(), list(read(db)), self.spent(db)
        ENGINES[0].dispose()
        return History(
            plan=self.plan,
            world=self.world,
            newsroom=self.newsroom,
            places=self.places,
            visible={name: network.visible for name, network in self.networks.items()},
            stories=self.stories,
            deliveries=list(left),
            audit=told,
            steps=self.steps,
            crossings=self.crossings.count,
            exchanges=self.crossings.exchanges,
            faults=self.faults.drawn,
            crashes=self.crashes,
            frozen=self.crossings.frozen,
            calm_at=max(self.faults.last + _LATEST, self.crashed_at, self.crossings.thaws_at, self.restored_at),
            ended=self.time(),
            failures=self.failures,
            pruned=self.pruned,
            meters={name: metered(network) for name, network in self.networks.items()},
            fees={name: fees(network) for name, network in self.networks.items()},
            spent=spent,
        )

    def spent(self, db: sa.Connection) -> dict[str, Decimal]:
        """What the tries say was paid, by network."""
        found = Counter[str]()
        for row in db.execute(sa.select(delivery.c.channel, attempt.c.cost).join(delivery)):
            found[self.places[row.channel][0]] += row.cost
        return dict(found)

    def restore(self) -> None:
        """Have every revoked token serve again, once the faults are over."""
        over = self.plan.outage[1] if self.plan.outage else 1800 if self.plan.chaos else None
        if over is not None and self.time() > over:
            self.world.settle()  # a renewal that was long under way would spend what is given back
            self.world.restore()
            # TikTok's refresh tokens serve once: with the answer to a renewal its account is lost as well.
            lost = ("token_revoked", "tiktok.token ")
            if not self.restored_at and any(word in each for each in self.faults.drawn for word in lost):
                self.restored_at = self.time()

    def shift(self, at: float) -> float:
        """How far the wall clock is off."""
        return sum(by for when, by in self.jumps if at >= when)

    def waited(self, row: Any) -> float:
        """For how long the person has seen the delivery of `row` stand so."""
        return self.time() - self.since.setdefault((row.id, row.moves), self.time())

    async def live(self, clock: Clock, stores: list[Store], ports: list[outside.Ports]) -> None:
        """Tick every daemon as its clock would, and let the person act, until all is told."""
        async with AsyncExitStack() as stack:
            daemons = [
                await stack.enter_async_context(self.daemon(clock, store, each))
                for store, each in zip(stores, ports, strict=True)
            ]
            while clock.monotonic() < HORIZON:
                async with asyncio.TaskGroup() as ticks:
                    for daemon in daemons:
                        ticks.create_task(self.tick(daemon))
                if await person(self, clock) and self.is_over(clock):
                    break
                await clock.sleep(self.wait(clock))

    def outage(self) -> str | None:
        """What every network answers to everything now."""
        if self.plan.outage is None:
            return None
        begin, end, fault = self.plan.outage
        return fault if begin <= self.time() < end else None

    def is_edited(self) -> bool:
        """Whether the template files were edited by now."""
        return self.plan.edit_at is not None and self.time() >= self.plan.edit_at

    def is_over(self, clock: Clock) -> bool:
        """Whether nothing more can come: every story published, every frozen process thawed."""
        last = max(
            at for s in self.stories for at in (s.at, s.revised_at, s.renamed_at, s.withdrawn_at) if at is not None
        )
        # Where any step may freeze, somebody is frozen at nearly any time.
        thawed = 400 if self.plan.freeze and self.plan.daemons > 1 else self.crossings.thaws_at + THAWED
        return clock.monotonic() > max(last + 130, thawed) and not self.feed_waits()

    def feed_waits(self) -> bool:
        """Whether the last poll failed, or was cut off: the next one waits for it, and may still bring a story."""
        with ENGINES[0].begin() as db:
            return any(row.fails or row.leased_until for row in db.execute(sa.select(source)))

    def wait(self, clock: Clock) -> float:
        """How long until something is due; a little more than needed, as a real clock's tick would be."""
        with ENGINES[0].begin() as db:
            ahead = [at for at in (waking.next_wake(db), next_poll(db)) if at is not None]
        seconds = (min(ahead) - clock.now()).total_seconds() if ahead else 30.0
        return min(max(seconds, 0.5), 30.0) + self.chance.uniform(0.1, 2)

    def daemon(self, clock: Clock, store: Store, ports: outside.Ports) -> Daemon:
        """Build one process's objects, as the composition root would."""
        wires = {name: httpx.AsyncClient(transport=Wire(app, ports)) for name, app in self.networks.items()}

        def http(account: Account) -> Http:
            return Http(wires[account.network])

        return Daemon(
            self.newsroom,
            Ports(
                store=store,
                clock=clock,
                vault=Vault(b"k" * 32),
                web=Web(self.site, ports),
                http=http,
                aside=ports.aside,
                develop=ports.develop,
                draw=ports.draw,
                cutting=ports,
                shelf=self.shelf,
                window=self.window,
                credentials=lambda account: self.credentials[account],
                kinds=KINDS,
                templates=lambda: {"shipped": TEMPLATES} | ({"file": EDITED} if self.is_edited() else {}),
            ),
        )

    async def tick(self, daemon: Daemon) -> None:
        """Once round, as APScheduler would call it."""
        await daemon.poll_due()
        await daemon.wake_due()
        await daemon.housekeep()
        if self.signals.random() < self.plan.reloads:
            await daemon.change(self.newsroom, daemon.ports, said="nothing changed")
        if self.plan.prunes:
            self.prune(daemon.clock.now() + timedelta(days=400))

    def prune(self, now: datetime) -> None:
        """Drop everything that may ever be dropped."""
        for name in pruning.STEPS:
            with ENGINES[0].begin() as db:
                self.pruned[name] += pruning.step(db, name, Keep(*[timedelta(0)] * 4), now).dropped

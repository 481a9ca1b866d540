"""The composition root: settings become objects, and the three ticks a clock calls."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Self

import structlog

from adapters.contract import Adapter, Session
from bot.accounts import Accounts
from bot.actions import templates
from bot.actions.room import Room
from bot.alerts.desk import AlertDesk, open_desk
from bot.alerts.errands import Errands
from bot.alerts.watch import Watched, stages
from bot.audit.rows import Action
from bot.clock import Steady
from bot.delivery.composing import Composer, usual
from bot.delivery.embedded import Embedded
from bot.delivery.left import Left
from bot.delivery.work import Worker
from bot.media.photos import Photos
from bot.media.public import Public
from bot.media.studio import Studio
from bot.media.under_way import UnderWay
from bot.model import Channel
from bot.ports import Newsroom, Ports
from bot.retention import Retention
from bot.sealing import Sealer
from bot.sources.feed import Poller
from bot.store import audit, clockset, housekeeping, leaving, listing, restoring
from bot.store.engine import StoreUnavailable

log = structlog.get_logger()
TICKS = ("poll", "wake", "housekeep")
STUCK = timedelta(minutes=5)


class Daemon:
    """Everything that runs in one process; rebuilt from the store after a crash."""

    def __init__(self, newsroom: Newsroom, ports: Ports) -> None:
        # Every wait is reckoned by one clock, which changes only together with what is stored.
        self.clock = Steady(ports.clock)
        # What a turn in flight holds goes on to hold when the settings change.
        self._tokens = set[str]()
        self._left, self._renewing = Left(newsroom.policy.send_by), defaultdict[str, asyncio.Lock](asyncio.Lock)
        self.errands, self.films = Errands(), UnderWay()
        self._settle_in(newsroom, ports)
        self.waker = Embedded(ports.store, self.clock, self.worker)
        self.retention = Retention(ports.store, self.clock, newsroom.keep)
        self._ticking = {name: asyncio.Lock() for name in ("poll", "housekeep", "wake")}
        """Held while a tick runs; whoever holds all three, in this order, is between ticks."""
        self._minding = asyncio.Lock()
        self._agreed, self._was_set = self.clock.now(), timedelta(0)
        """When the clock was last as it should be; by how much it was set that is not stored yet."""
        self.ticked: dict[str, datetime] = {}
        """When each tick last ended well; health is read from it."""
        self._began = self.clock.now()
        self._refused: dict[str, int] = {}
        """The ticks the database last refused, so that it is said once and not each second -> rows written by then."""
        self._files: Mapping[str, Mapping[str, str]] = {}
        self._stack = AsyncExitStack()

    def _settle_in(self, newsroom: Newsroom, ports: Ports) -> None:
        """Build everything that goes by the settings."""
        self.newsroom, self.ports = newsroom, replace(ports, clock=self.clock)
        self.channels = {each.id: each for each in newsroom.channels}
        accounts_by_id = {each.id: each for each in newsroom.accounts}

        def build(who: Channel, session: Session) -> Adapter:
            account = accounts_by_id[who.account]
            kind = ports.kinds[who.network]
            settings = kind.Settings(**{**dict(account.settings), **dict(who.place)})
            # One of its own: for the length of a turn no time passes but what does.
            return kind(settings, session, ports.http(account), Steady(self.clock))

        self.build = build
        self.photos = self._photos()
        self.public = Public(ports.store, self.clock, ports.web, ports.window)
        self.composer = Composer(newsroom.policy, ports.kinds, self.photos, newsroom.lists, draws=self._studio())
        self.accounts = Accounts(
            ports.store,
            self.clock,
            ports.vault,
            build=build,
            credentials=ports.credentials,
            zone=newsroom.policy.zone,
            renewing=self._renewing,
            alone=ports.alone,
            told=self._tokens,
            actor=ports.actor,
        )
        self._left.allow(newsroom.policy.send_by)
        self.worker = self._worker()
        self.poller = self._poller()
        self.alerts = self._alerts()
        self.sealer = Sealer(ports.store, self.clock, ports.seal, aside=ports.aside, witness=ports.witness)
        self.room = Room(ports.store, self.clock, self.channels, self.composer, audit.JARSHY, newsroom.sources)

    def _photos(self) -> Photos:
        return Photos(
            self.ports.store,
            self.clock,
            self.ports.web,
            develop=self.ports.develop,
            shelf=self.ports.shelf,
            usual=usual(self.newsroom.channels, self.ports.kinds),
            lives=self.newsroom.keep.pictures,
            barred=self.newsroom.policy.barred,
        )

    def _studio(self) -> Studio:
        return Studio(
            self.ports.store,
            self.clock,
            self.ports.shelf,
            draw=self.ports.draw,
            develop=self.ports.develop,
            cutting=self.ports.cutting,
            theme=self.newsroom.theme,
            beside=self.films,
            lives=self.newsroom.keep.pictures,
        )

    def _worker(self) -> Worker:
        return Worker(
            self.ports.store,
            self.clock,
            self.newsroom.policy,
            channels=self.channels,
            connect=self.accounts,
            compose=self.composer,
            look=self.ports.web.look,
            left=self._left,
            posted=self.ports.posted,
            show=self.public.show,
        )

    def _poller(self) -> Poller:
        return Poller(
            self.ports.store,
            self.clock,
            self.ports.web,
            listed=self.newsroom.sources,
            channels=self.newsroom.channels,
            aside=self.ports.aside,
            zone=self.newsroom.policy.zone,
            body=self.ports.body,
            lists=self.newsroom.lists,
        )

    def _alerts(self) -> AlertDesk:
        watched = Watched(
            sources=[each.id for each in self.newsroom.sources],
            channels=self.newsroom.channels,
            stages=stages(self.newsroom.accounts, self.ports.kinds),
            is_sealed=self.ports.seal is not None,
        )
        return open_desk(
            self.ports.store,
            self.clock,
            self.newsroom.policy,
            ways=self.ports.ways,
            web=self.ports.web,
            accounts=self.accounts,
            alert_channels=self.newsroom.alert_channels,
            watched=watched,
            errands=self.errands,
        )

    async def __aenter__(self) -> Self:
        store, now = self.ports.store, self.ports.clock.now()
        self._was_set = await store.write(clockset.set_while_down, now)
        await self._mind_clock()
        await store.write(listing.take_up, self.newsroom, now)
        await self._take_templates()
        await store.write(audit.tell_run, Action.DAEMON_STARTED, now)
        await self._stack.__aenter__()
        await self._stack.enter_async_context(self.alerts)
        await self._stack.enter_async_context(self.films)
        await self._stack.enter_async_context(self.waker)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._stack.aclose()

    async def change(self, newsroom: Newsroom, ports: Ports, *, said: str) -> list[asyncio.Task[None]]:
        """Go on by other settings, in one step between ticks; `said`: what changed, for the log.

        Turns in flight end by the old ones; the tasks of which some may be in flight are returned. Whatever this
        raises, nothing has changed.
        """
        before = self.newsroom, self.ports
        # A tick that waits for another may hold its own lock, so they are taken in one order: the longest first.
        async with self._ticking["poll"], self._ticking["housekeep"], self._ticking["wake"]:
            try:
                self._settle_in(newsroom, ports)
                await self._take_templates()
                await ports.store.write(listing.take_up, newsroom, self.clock.now(), said=said)
            except BaseException:
                self._settle_in(*before)
                raise
            self.retention.keep = newsroom.keep
            return self.waker.hand_to(self.worker)

    async def poll_due(self) -> None:
        """Ask the sources that are due, and wake what their stories are for."""
        await self._tick("poll", self.poller.poll_due)
        await self.wake_due()

    async def wake_due(self) -> None:
        """Have every due channel worked."""
        await self._tick("wake", self.waker.wake_due)

    async def housekeep(self) -> None:
        """Expire, ask accounts what is to be asked, seal the log, tell alerts, drop what is no longer kept."""
        await self._tick("housekeep", self._housekeep)

    def stuck(self) -> list[str]:
        """Name the ticks that have not ended well for minutes: what health and the heartbeat go by."""
        now = self.ports.clock.now()
        # abs: a tick that lies ahead is from before the clock was set back.
        return [name for name in TICKS if abs(now - self.ticked.get(name, self._began)) > STUCK]

    async def stop(self, within: float) -> None:
        """Take no further turns, wait `within` seconds for those in flight, leave the rest to the next run."""
        await asyncio.gather(self.waker.stop(within), self.alerts.stop(within), self.films.stop(0.0))
        await self.ports.store.write(audit.tell_run, Action.DAEMON_STOPPED, self.ports.clock.now())
        await self.sealer.seal()

    async def _take_templates(self) -> None:
        """Take up what the template files say, where they say something new."""
        files = self.ports.templates()
        if files == self._files:
            return
        await templates.take_up(self.room, files, self.ports.aside)
        self._files = files

    async def _housekeep(self) -> None:
        await self.ports.store.write(housekeeping.expire, self.ports.clock.now(), listed=self.channels)
        await self.ports.store.write(restoring.settle, self.ports.clock.now())
        await self.ports.store.write(leaving.tell_left, listing.named(self.newsroom), self.clock.now())
        await self.accounts.probe_due(self.channels)
        await self.accounts.ask_ends(self.channels)
        await self.sealer.seal_due()
        await self.alerts.look(is_well=not self.stuck())
        await self.photos.prune()
        await self.public.clear()
        await self.retention.prune_due()
        # Last: a file that cannot be read must not keep the rest from being done.
        await self._take_templates()

    async def _mind_clock(self) -> None:
        """Go by the machine's clock again where it was set, and let stored waits end when they would have ended."""
        async with self._minding:
            if by := self.clock.off():
                self._was_set += by
                self._agreed += by
                self.ticked = {name: at + by for name, at in self.ticked.items()}
            # Not awaited in between: what is stored from here on is reckoned by the clock as it is now.
            self.clock.follow()
            if by := self._was_set:
                now = self.clock.now()
                if await self.ports.store.write(clockset.clock_was_set, by, now, since=self._agreed):
                    log.warning("clock was set", by=clockset.said(by), waits="set anew")
                self._was_set = timedelta(0)
            self._agreed = self.clock.now()

    async def _tick(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        try:
            await self._mind_clock()
            async with self._ticking[name]:
                await run()
        except StoreUnavailable as e:
            if name not in self._refused:
                fix = f"{e.fix}, then it goes on by itself; `jarshy check` looks at the database"
                log.error("database refused", tick=name, said=str(e), fix=fix)
            self._refused[name] = await self._written()
        except Exception:  # barrier: a tick that failed comes again; the others must go on
            log.exception("tick failed", tick=name)
        else:
            self.ticked[name] = self.ports.clock.now()
            # A tick that had nothing to write proves nothing.
            if name in self._refused and await self._written() > self._refused[name]:
                del self._refused[name]
                log.warning("database serves again", tick=name)

    async def _written(self) -> int:
        """Tell how many rows this process has written; 0 where the database does not even answer that."""
        try:
            return (await self.ports.store.stamp())[1]
        except StoreUnavailable:
            return 0

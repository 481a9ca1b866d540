"""The process around the daemon: a scheduler calls the ticks, pages tell how it is, a signal ends it."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from starlette.types import ASGIApp

from adapters.contract import Clock
from bot import logs, putback
from bot.actions import staff
from bot.clock import SystemClock
from bot.daemon import STUCK, TICKS, Daemon
from bot.delivery.ports import Posted, not_counted
from bot.desk.changes import Changes
from bot.keys import AUDIT_KEY, MAKE_ONE, NOT_SEALED, metrics_token, secrets_of
from bot.metrics import Metrics, endpoint
from bot.notify import Notify, Pulse, notifier
from bot.pages import Later, address, door_at, healthz, readyz, serving
from bot.reloading import Reloader
from bot.store import alerts, sources, waking
from bot.store.engine import Stamp, Store, StoreUnavailable
from bot.store.lock import DaemonRuns, holder, only_one
from bot.store.migrate import bring_up
from bot.store.writer import Writer
from bot.wiring import newsroom, open_ports
from config.settings import Settings

log = structlog.get_logger()
STOP_SECONDS = 30.0
"""How long the end waits for posts in flight."""
_LAST_TICK_SECONDS = 5.0
"""How long it then waits for a poll: what a poll has not stored by then is simply read again."""
_THEN = "`jarshy people invite NAME --role ROLE` for the others"
_BREATH = 0.05
_AFTER_FIRST_POLL = 2.0
_LOOKS = timedelta(minutes=6)
"""How long `once` stays for posts whose answer got lost: longer than any of them blocks its channel."""


async def run(settings: Settings, clock: Clock, again: Callable[[], Settings]) -> None:
    """Be the daemon until SIGTERM or SIGINT; SIGHUP has it read the settings `again`."""
    # Said before anything is opened: two daemons also want the same address, and this is the better sentence.
    if at_work := holder(settings.store):
        raise DaemonRuns(at_work)
    with door_at(settings.listen) as door:
        await _run(settings, clock, door, again)


async def _run(settings: Settings, clock: Clock, door: socket.socket, again: Callable[[], Settings]) -> None:
    ending, rung, notify = asyncio.Event(), asyncio.Event(), notifier(os.environ)
    # Before the lock is taken: whoever finds us by it may signal at once, and unheard it would end us.
    _hear_hangup(ending, rung)
    is_sealed = settings.secrets.has(AUDIT_KEY)
    metrics = Metrics(settings.channels, settings.sources, zone=settings.policy.zone, is_sealed=is_sealed)
    async with AsyncExitStack() as doors, open_daemon(settings, clock, posted=metrics.posted) as daemon:
        for each in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(each, ending.set)
        follow = partial(_follow, metrics)
        reloader = Reloader(daemon, settings, again, doors, taken=follow)
        read = endpoint(metrics, daemon.ports.store, daemon.clock, lambda: metrics_token(reloader.settings))
        pages = {"/healthz": healthz(daemon), "/readyz": readyz(daemon), "/metrics": read}
        beside = (_served(metrics.feel_lag(SystemClock())), _served(reloader.serve(rung)))
        changes = Changes(daemon.clock.token_bytes(4).hex())
        desk = await _desk_of(daemon, settings, changes)
        async with (
            serving(pages, door, desk=desk),
            beside[0],
            _ticking(daemon, notify, changes),
            beside[1],
            _served(_open_desk(desk)),
        ):
            facts = {"channels": len(settings.channels), "sources": len(settings.sources)}
            where = {"desk": settings.desk or "not served", "health": address(settings.listen)}
            log.info("daemon started", newsroom=settings.policy.newsroom, **where, **facts)
            await ending.wait()
            changes.end()
            log.info("daemon is stopping", waits_at_most=STOP_SECONDS)
            notify(STOPPING="1", STATUS=f"Finishing what is in flight, for {STOP_SECONDS:g} seconds at most.")
            await daemon.stop(STOP_SECONDS)
        log.info("daemon stopped")


async def _desk_of(daemon: Daemon, settings: Settings, changes: Changes) -> Later | None:
    """Give the desk, if there is to be one; where nobody can sign in yet, say once how the first admin does."""
    address = settings.desk
    if address is None:
        return None
    if token := await staff.invite_first(daemon.room):
        once = f"{address}/welcome/{token}"
        log.warning("nobody can sign in at the desk yet", open=once, works="once, for 24 hours", then=_THEN)

    def make() -> ASGIApp:
        from bot.frontdesk import desk  # imported late: a third of a second that the first poll must not wait

        return desk(daemon, changes, settings.listen, address)

    return Later(make)


async def _open_desk(desk: Later | None) -> None:
    """Have the desk ready before somebody asks for it, but not before the first poll."""
    if desk:
        await asyncio.sleep(_AFTER_FIRST_POLL)
        await desk.made()


def _follow(metrics: Metrics, new: Settings) -> None:
    metrics.follow(new.channels, new.sources)


def _hear_hangup(ending: asyncio.Event, rung: asyncio.Event) -> None:
    """Have SIGHUP ring for a reload; where it says that our terminal was closed, it ends us as it always did."""
    had_terminal = _has_terminal()

    def heard() -> None:
        (ending if had_terminal and not _has_terminal() else rung).set()

    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, heard)


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True


@asynccontextmanager
async def _served(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do `work` beside the block, and no longer."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(work)
        try:
            yield
        finally:
            task.cancel()


async def once(settings: Settings, clock: Clock) -> None:
    """Ask the sources that are due, do everything that is due now, and end.

    Where an answer got lost, stay until it is known what came of the post: how long ago the call left, the next process
    could only begin to reckon anew.
    """
    async with open_daemon(settings, clock) as daemon:
        await daemon.housekeep()
        await daemon.poll_due()
        before, last = None, clock.now() + _LOOKS
        while True:
            await daemon.wake_due()
            was_filming = False
            while daemon.films.is_busy() or not daemon.waker.is_idle():
                was_filming |= daemon.films.is_busy()
                await clock.sleep(_BREATH)
            at = await daemon.ports.store.write(waking.next_wake)
            look = await daemon.ports.store.write(waking.next_look, daemon.channels)
            # With a full disk a channel is due for ever: a round that moved nothing is the last.
            if at is None or at == before or (at > clock.now() and not was_filming and (look is None or look > last)):
                break
            before = None if at > clock.now() else at
            await clock.sleep(max(0.0, (at - clock.now()).total_seconds()))
        await daemon.alerts.tell_new()
        await daemon.stop(STOP_SECONDS)


@asynccontextmanager
async def open_daemon(settings: Settings, clock: Clock, *, posted: Posted = not_counted) -> AsyncIterator[Daemon]:
    """Build the daemon and everything it stands on; nobody else works on its database meanwhile.

    Raises OldDatabase, beside what is wrong with settings and database.
    """
    async with AsyncExitStack() as stack:
        # Closed after the writer has ended: a transaction may outlive the tick that asked for it.
        engine = await stack.enter_async_context(only_one(settings.store, clock))
        bring_up(settings.store, is_thorough=True)
        thread = stack.enter_context(ThreadPoolExecutor(1, thread_name_prefix="store"))
        store = Store(engine, Writer(thread))
        await putback.refuse(settings, store)
        # The lock is ours, so whoever left these leases is dead: nobody need wait for them to run out.
        await store.write(waking.free_leases, clock.now())
        await store.write(sources.free_leases, clock.now())
        ports = await stack.enter_async_context(open_ports(settings, clock, store))
        if ports.seal is None:
            log.warning("audit log not sealed", said=NOT_SEALED, fix=MAKE_ONE)
        daemon = Daemon(newsroom(settings), replace(ports, posted=posted))
        # What sessions were given is nobody's setting, and as secret.
        logs.set_up(lambda: [*secrets_of(settings), *daemon.accounts.tokens()])
        yield await stack.enter_async_context(daemon)


class _Watch:
    """Calls a tick only when something was written or its time has come, so that an idle second costs next to nothing.

    Other processes (the command line) write to the same file without a word to us.
    """

    def __init__(self, daemon: Daemon, changes: Changes) -> None:
        self._daemon, self._changes = daemon, changes
        self._seen: Stamp | None = None
        self._next: Any = None

    async def wake_due(self) -> None:
        store, now = self._daemon.ports.store, self._daemon.ports.clock.now()
        # A database that refuses is told of by the ticks themselves.
        with suppress(StoreUnavailable):
            stamp = await store.stamp()
            if stamp != self._seen:
                self._changes.ring()
            if stamp == self._seen and (self._next is None or now < self._next):
                return
            await self._daemon.wake_due()
            self._next = await store.write(waking.next_wake)
            self._seen = stamp


@asynccontextmanager
async def _ticking(daemon: Daemon, notify: Notify, changes: Changes) -> AsyncIterator[None]:
    """Let a clock call the three ticks; at the end call no more of them, and wait for those under way."""
    under_way: set[asyncio.Task[Any]] = set()
    scheduler = AsyncIOScheduler(timezone="UTC")
    # The scheduler lives by this machine's clock, whichever the daemon was given.
    watch, start = _Watch(daemon, changes), SystemClock().now()
    # A tick that is late or still runs is not made up for: the next one does its work.
    late = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
    pulse = Pulse(notify, daemon.ports.clock.monotonic, TICKS, patience=STUCK.total_seconds())

    async def housekeep() -> None:
        await daemon.housekeep()
        await _tell_manager(daemon, notify)

    for name, tick, seconds in (
        ("poll", daemon.poll_due, 1),
        ("wake", watch.wake_due, 1),
        ("housekeep", housekeep, 60),
    ):
        beat = partial(pulse.beat, name)
        scheduler.add_job(_counted(tick, under_way, beat), "interval", seconds=seconds, next_run_time=start, **late)
    scheduler.start()
    minding = asyncio.create_task(mind_the_clock(scheduler, SystemClock().now))
    try:
        yield
    finally:
        minding.cancel()
        scheduler.pause()
        if under_way:
            await asyncio.wait(under_way, timeout=_LAST_TICK_SECONDS)
        scheduler.shutdown(wait=False)


async def _tell_manager(daemon: Daemon, notify: Notify) -> None:
    """Say that the daemon is at work, and how it is, in one sentence."""
    try:
        opened = len(await daemon.ports.store.write(alerts.open_alerts))
    except StoreUnavailable:
        notify(READY="1", STATUS="The database refuses; see the log.")
        return
    room, more = daemon.newsroom, f"; alerts open: {opened}, see `jarshy queue`" if opened else ""
    about = f"channels: {len(room.channels)}, sources: {len(room.sources)}"
    notify(READY="1", STATUS=f"Publishing for {room.policy.newsroom}, {about}{more}.")


def _counted(
    tick: Callable[[], Awaitable[None]], under_way: set[asyncio.Task[Any]], ended: Callable[[], None]
) -> Callable[[], Awaitable[None]]:
    async def call() -> None:
        me = asyncio.current_task()
        assert me
        under_way.add(me)
        try:
            await tick()
            ended()
        finally:
            under_way.discard(me)

    return call


async def mind_the_clock(scheduler: AsyncIOScheduler, now: Callable[[], datetime], *, every: float = 1.0) -> None:
    """Bring back ticks that a clock set back has moved away: the scheduler waits for a moment, not for a time.

    The daemon's next tick tells of it.
    """
    while True:
        await asyncio.sleep(every)
        for job in scheduler.get_jobs():
            if job.next_run_time - now() > job.trigger.interval:
                job.modify(next_run_time=now())

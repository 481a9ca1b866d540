"""The command test: a marked post through the whole path, shown, looked for, and taken down again."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import typer

from adapters.contract import Adapter, NotYet, PublishError, Receipt
from bot import process
from bot.actions import reading, trying
from bot.actions.room import Room, channel_of
from bot.commands import show
from bot.commands.barrier import DEGRADED, FAILED
from bot.commands.findings import Report
from bot.commands.office import Office, open_office
from bot.daemon import Daemon
from bot.model import Channel, Delivery, Kind, Reason, State
from bot.posts.price import price_of
from bot.rules.standing import REPEATABLE, is_at_work
from bot.store import accounts
from bot.store.deliveries import get
from bot.store.lock import holder
from bot.store.trying import Trial
from bot.store.waking import head
from bot.wiring import newsroom

PATIENCE = timedelta(minutes=2)
"""How long somebody waits at the keyboard for each of the two: that it is out, and that it is down."""
_BREATH = 0.3
_LOOKS, _BETWEEN = 3, 5.0
_FAILED = (Reason.NO_ACCESS, Reason.BACKOFF, Reason.ASKED_TO_WAIT)
"""What a test has then told: it is not there to try again until it works."""
_OPEN = (State.DUE, State.SENDING, State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked for."""

    channel: str
    stays: timedelta
    is_sure: bool


async def test(path: Path, who: str, asked: Asked) -> int:
    """Post a test and take it down; 1: nothing was posted, 3: something after that did not work."""
    with open_office(path) as office:
        room, on = office.room(who), show.paper()
        channel = channel_of(room, asked.channel)
        if not _is_wanted(office, channel, asked):
            return FAILED
        await office.store.write(accounts.set_up, office.settings.accounts, office.settings.channels)
        async with _at_work(office, who) as hands:
            planned = await trying.plan(room, asked.channel, stays=asked.stays)
            about = f"{office.composer.title(channel)} channel {channel.id}, delivery {planned.post.id}"
            on.print(f"{about}; `jarshy why {planned.post.id}` tells of it, whatever happens here.")
            assert planned.post.post
            if price := price_of(office.adapter(channel), planned.post.post):
                on.print(f"It costs ${price}.")
            show.post(on, planned.post.post)
            report = Report(on)
            await _Round(office, room, hands, channel, report).run(planned)
    return report.worst


def _is_wanted(office: Office, channel: Channel, asked: Asked) -> bool:
    if asked.is_sure or not trying.stays_up(office.room(""), channel.id):
        return True
    title = office.composer.title(channel)
    return typer.confirm(f"{title} lets no program take a post down: readers keep it until you do. Post it?")


@dataclass(frozen=True, slots=True)
class Hands:
    """Who does the work: `turn` takes one on a channel where we are it, and else lets a breath pass."""

    daemon: Daemon
    turn: Callable[[Channel, tuple[int, ...]], Awaitable[None]]


@asynccontextmanager
async def _at_work(office: Office, who: str) -> AsyncIterator[Hands]:
    """Leave the work to the daemon, or be the daemon for this one channel where none is at work."""
    settings, clock = office.settings, office.clock
    if holder(settings.store) is not None:

        async def breathe(channel: Channel, ours: tuple[int, ...]) -> None:
            await clock.sleep(_BREATH)

        async with office.ports(who) as ports:
            yield Hands(Daemon(newsroom(settings), ports), breathe)
        return
    async with process.open_daemon(settings, clock) as daemon:

        async def turn(channel: Channel, ours: tuple[int, ...]) -> None:
            # Stories that wait must not go out because somebody tests.
            first = await office.store.write(head, channel, clock.now(), zone=office.zone)
            if not _may_go(first, ours) or not await daemon.worker.work_channel(channel.id):
                await clock.sleep(_BREATH)

        yield Hands(daemon, turn)
        await daemon.stop(0)


def _may_go(first: Delivery | datetime | None, ours: tuple[int, ...]) -> bool:
    """Whether what a channel would do next is our test, or mends what is out already."""
    if not isinstance(first, Delivery):
        return False
    return first.id in ours or first.state is State.UNKNOWN or first.kind in REPEATABLE


class _Round:
    """One test, step by step."""

    def __init__(self, office: Office, room: Room, hands: Hands, channel: Channel, report: Report) -> None:
        self.office, self.room, self.hands, self.channel, self.report = office, room, hands, channel, report

    async def run(self, planned: Trial) -> None:
        """Wait until it is out, look for it, wait until it is down."""
        post, removal = planned.post, planned.removal
        ours = (post.id,) if removal is None else (post.id, removal.id)
        stands = await self._over(post.id, ours, PATIENCE)
        if stands.state is not State.DONE:
            await self._not_out(stands)
            return
        assert stands.receipt
        self.report.add("posted", stands.receipt.url or f"as number {stands.receipt.id}")
        await self._find(stands, removal)
        if removal is None:
            title = self.office.composer.title(self.channel)
            self.report.add("removal", f"{title} lets no program take a post down: do it there by hand", DEGRADED)
            return
        left = max(removal.due_at - self.office.clock.now(), timedelta(0))
        gone = await self._over(removal.id, ours, left + PATIENCE)
        if gone.state is State.DONE:
            self.report.add("removal", "taken down")
        else:
            self.report.add("removal", f"not taken down yet: {await self._why(gone.id)}", DEGRADED)

    async def _over(self, which: int, ours: tuple[int, ...], patience: timedelta) -> Delivery:
        """Wait until a delivery is over or patience ends; then tell how it stands."""
        end = self.office.clock.monotonic() + patience.total_seconds()
        while True:
            stands = await self._read(which)
            has_failed = stands.kind is Kind.TEST and stands.reason in _FAILED
            if stands.state not in _OPEN or has_failed or self.office.clock.monotonic() > end:
                return stands
            await self.hands.turn(self.channel, ours)

    async def _not_out(self, stands: Delivery) -> None:
        """Say why nothing is out, and call it off; what may be out is left to be found, and then taken down."""
        why = await self._why(stands.id)
        now = await trying.call_off(self.room, stands.id)
        if now.state in (State.CANCELLED, State.EXPIRED):
            # What the sentence says will happen next does not: this test is over.
            said = stands.detail.rstrip(".") or why.rstrip(".")
            self.report.add("posted", f"no: {said}. This test is over and is not tried again", FAILED)
        elif is_at_work(now):
            self.report.add("posted", f"the network is still at work on it: {why}", DEGRADED)
        else:
            self.report.add("posted", f"nobody knows: {why}", DEGRADED)

    async def _why(self, which: int) -> str:
        told = await reading.one(self.room, which)
        return told.sentence if told else ""

    async def _find(self, stands: Delivery, removal: Delivery | None) -> None:
        found: Receipt | PublishError | None
        try:
            found = await self._look(await self.hands.daemon.accounts.adapter(self.channel), stands)
        except PublishError as e:
            found = e
        if isinstance(found, Receipt) and stands.receipt and found.id == stands.receipt.id:
            self.report.add("found", "by looking, as it would be after a lost answer")
        elif removal and (await self._read(removal.id)).state is State.DONE:
            # What is down already cannot be found, and says nothing about looking.
            self.report.add("found", "not looked for: it was taken down first; --for gives it more time")
        elif isinstance(found, PublishError):
            lost = "an answer that gets lost there is for a person to settle"
            self.report.add("found", f"not by looking: {found.detail}; {lost}", DEGRADED)
        else:
            said = f"number {found.id} instead" if found else "nothing"
            self.report.add("found", f"{said}: a lost answer would be judged wrongly, please report this", DEGRADED)

    async def _look(self, adapter: Adapter, stands: Delivery) -> Receipt | None:
        for left in reversed(range(_LOOKS)):
            found = None
            try:
                found = await trying.look(self.room, self.hands.daemon.accounts.steps, adapter, stands)
            except NotYet:
                if not left:
                    raise
            if found is not None or not left:
                return found
            await self.office.clock.sleep(_BETWEEN)
        return None

    async def _read(self, which: int) -> Delivery:
        stands = await self.office.store.write(get, which)
        assert stands
        return stands

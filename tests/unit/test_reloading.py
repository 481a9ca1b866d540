"""New settings under a daemon at work: turns in flight end by the old ones, and what is refused changes nothing."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from adapters.emulators.kit import World
from adapters.emulators.telegram import TelegramNetwork
from adapters.http import Http, InProcess
from bot.daemon import Daemon
from bot.model import Account, Source
from bot.ports import Newsroom, Ports
from bot.reloading import Reloader, changes
from bot.store import audit, listing
from bot.store.accounts import AnotherNetwork
from bot.store.alerts import open_alerts
from bot.store.engine import engine_for
from bot.store.migrate import bring_up
from bot.store.schema import channel, delivery
from config.settings import Settings, load
from tests.unit.small_newsroom import Clock, Site, build, work

SAID = "channel tg: gap"


class Held(httpx.AsyncBaseTransport):
    """The network, whose answers wait until they may come; what it was asked is counted."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.inner, self.asked = inner, 0
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        await self.may_answer.wait()
        return await self.inner.handle_async_request(request)


@dataclass
class Scene:
    daemon: Daemon
    engine: sa.Engine
    clock: Clock
    site: Site
    old: Held
    new: Held
    ports: Ports
    """The ways to the outside under new settings."""

    def newsroom(self, **said: Any) -> Newsroom:
        (who,) = self.daemon.newsroom.channels
        return replace(self.daemon.newsroom, channels=(replace(who, **said),))

    def read(self, question: Callable[[sa.Connection], Any]) -> Any:
        with self.engine.begin() as db:
            return question(db)

    def states(self) -> list[str]:
        return list(self.read(lambda db: db.scalars(sa.select(delivery.c.state).order_by(delivery.c.id)).all()))

    def log(self, action: str) -> list[dict[str, Any]]:
        rows = self.read(lambda db: [json.loads(told.row) for told in audit.read(db)])
        return [row for row in rows if row["action"] == action]


@asynccontextmanager
async def scene(path: Path) -> AsyncIterator[Scene]:
    bring_up(path)
    engine, clock, site = engine_for(lambda: path), Clock(), Site()
    network = TelegramNetwork(World(clock.now, clock.sleep))
    places = TelegramNetwork.newcomer(0)
    network.admit(*places)
    old, new = Held(InProcess(network)), Held(InProcess(network))
    async with httpx.AsyncClient(transport=old) as before, httpx.AsyncClient(transport=new) as after:
        made = build(engine, site, clock, before, places)
        ports = replace(made.ports, http=lambda account: Http(after))
        async with made as daemon:
            yield Scene(daemon, engine, clock, site, old, new, ports)
            old.may_answer.set()
            new.may_answer.set()
    engine.dispose()


async def settle(daemon: Daemon) -> None:
    for _ in range(400):
        await asyncio.sleep(0)
        if daemon.waker.is_idle():
            return


async def a_turn_in_flight(path: Path) -> None:
    async with scene(path) as it:
        it.old.may_answer.clear()
        await it.daemon.poll_due()
        await settle(it.daemon)
        assert not it.daemon.waker.is_idle()
        in_flight = await it.daemon.change(it.newsroom(grace=timedelta(minutes=5)), it.ports, said=SAID)
        assert len(in_flight) == 1
        it.old.may_answer.set()
        await settle(it.daemon)
        assert it.states() == ["done"]
        assert it.new.asked == 0
        it.site.stories, it.clock.passed = 2, 61
        await work(it.daemon)
        assert it.states() == ["done", "due"]  # the new channel's grace
        asked = it.old.asked
        it.clock.passed += 301
        await work(it.daemon)
        assert it.states() == ["done", "done"]
        assert it.new.asked
        assert it.old.asked == asked
        assert [row["said"] for row in it.log("settings.loaded")] == [SAID]


def test_a_turn_in_flight_ends_by_the_old_settings_and_the_next_goes_by_the_new(tmp_path: Path) -> None:
    asyncio.run(a_turn_in_flight(tmp_path / "jarshy.db"))


async def refused(path: Path, **said: Any) -> None:
    async with scene(path) as it:
        await work(it.daemon)
        before = {name: getattr(it.daemon, name) for name in ("newsroom", "ports")}
        rows = it.read(lambda db: [db.execute(sa.select(table)).all() for table in (channel, delivery)])
        elsewhere = Account(id="tg", network="mastodon")
        with pytest.raises(AnotherNetwork):
            await it.daemon.change(
                replace(it.newsroom(network="mastodon"), accounts=(elsewhere,)),
                replace(it.ports, kinds=dict(it.ports.kinds) | {"mastodon": it.ports.kinds["telegram"]}),
                said=SAID,
            )
        assert {name: getattr(it.daemon, name) for name in before} == before
        assert it.read(lambda db: [db.execute(sa.select(table)).all() for table in (channel, delivery)]) == rows
        assert it.log("settings.loaded") == []
        it.site.stories, it.clock.passed = 2, 61
        await work(it.daemon)
        assert it.states() == ["done", "done"]
        assert it.new.asked == 0


def test_settings_the_database_refuses_change_nothing(tmp_path: Path) -> None:
    asyncio.run(refused(tmp_path / "jarshy.db"))


async def between_ticks(path: Path) -> None:
    async with scene(path) as it:
        reading, may_read = asyncio.Event(), asyncio.Event()
        get = it.site.get

        async def slow(url: str, **how: Any) -> Any:
            reading.set()
            await may_read.wait()
            return await get(url, **how)

        it.site.get = slow  # type: ignore[method-assign]  # the feed takes its time
        poll = asyncio.create_task(it.daemon.poll_due())
        await reading.wait()
        elsewhere = Source(id="main", url="https://paper.example/new")
        change = asyncio.create_task(
            it.daemon.change(replace(it.newsroom(), sources=(elsewhere,)), it.ports, said="source main: url")
        )
        for _ in range(20):
            await asyncio.sleep(0)
        assert not change.done()
        await it.daemon.wake_due()  # what is due goes out meanwhile
        may_read.set()
        await poll
        await change
        assert it.daemon.newsroom.sources == (elsewhere,)
        # What the old address answered says nothing of the new one: its first look is still to come.
        first = it.read(lambda db: db.execute(sa.text("SELECT first_read_at, etag FROM source")).one())
        assert tuple(first) == (None, "")


def test_a_poll_in_flight_ends_before_the_settings_change(tmp_path: Path) -> None:
    asyncio.run(between_ticks(tmp_path / "jarshy.db"))


async def what_is_carried_over(path: Path) -> None:
    async with scene(path) as it:
        old = it.daemon.worker, it.daemon.accounts
        await it.daemon.change(it.newsroom(gap=timedelta(minutes=1)), it.ports, said=SAID)
        new = it.daemon.worker, it.daemon.accounts
        assert new[0] is not old[0]
        # When calls left is known to this process alone, and a login that is renewed twice at once is lost.
        assert new[0].left is old[0].left
        assert new[1]._sessions._renewing is old[1]._sessions._renewing


def test_what_only_this_process_knows_is_carried_over(tmp_path: Path) -> None:
    asyncio.run(what_is_carried_over(tmp_path / "jarshy.db"))


def test_refused_settings_are_one_alert_with_the_latest_sentence_until_good_ones_come(tmp_path: Path) -> None:
    async def run() -> None:
        async with scene(tmp_path / "jarshy.db") as it:
            for why in ("jarshy.yaml:3:1: kepp is no key", "jarshy.yaml:4:1: x is no key"):
                await it.ports.store.write(listing.refuse, it.clock.now(), why=why)
            (alert,) = it.read(open_alerts)
            assert alert.what == "jarshy.yaml:4:1: x is no key"
            assert len(it.log("settings.refused")) == 2
            await it.daemon.change(it.newsroom(), it.ports, said="nothing changed")
            assert it.read(open_alerts) == []

    asyncio.run(run())


def test_a_bug_met_on_new_settings_ends_nothing_and_is_told(tmp_path: Path) -> None:
    def broken() -> Settings:
        raise ZeroDivisionError

    async def run() -> None:
        async with scene(tmp_path / "jarshy.db") as it, AsyncExitStack() as doors:
            rung, reloader = asyncio.Event(), Reloader(it.daemon, settings(tmp_path), broken, doors)
            serving = asyncio.create_task(reloader.serve(rung))
            for n in (1, 2):
                rung.set()
                for _ in range(20):
                    await asyncio.sleep(0)
                assert len(it.log("settings.refused")) == n
            serving.cancel()
            (alert,) = it.read(open_alerts)
            assert alert.what == "reading them broke with ZeroDivisionError; the daemon's log has more"
            await work(it.daemon)
            assert it.states() == ["done"]

    asyncio.run(run())


def settings(folder: Path, **said: Any) -> Settings:
    from bot.networks import adapters
    from bot.wiring import networks

    known: dict[str, Any] = {
        "newsroom": {"name": "Paper", "zone": "Asia/Almaty"},
        "sources": {"main": {"url": "https://paper.example/feed"}},
        "accounts": {"tg": {"network": "telegram", "credentials": {"token": "TG_TOKEN"}}},
        "channels": {"en": {"account": "tg", "chat": "@paper"}},
    }
    path = folder / "jarshy.yaml"
    path.write_text(json.dumps(known | said))
    return load(path, {}, networks=networks(adapters()))


OTHER = {"account": "tg", "chat": "@other"}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, []),
        ({"channels": {"ru": OTHER, "en": {"account": "tg", "chat": "@paper"}}}, ["channel ru added"]),
        ({"channels": {"ru": OTHER}}, ["channel ru added", "channel en removed"]),
        ({"channels": {"en": OTHER | {"grace": "10m"}}}, ["channel en: place, grace"]),
        ({"sources": {"main": {"url": "https://paper.example/new"}}}, ["source main: url"]),
        ({"accounts": {"tg": {"network": "telegram", "credentials": {"token": "NEW"}}}}, ["account tg: credentials"]),
        ({"newsroom": {"name": "Paper", "zone": "Asia/Tokyo"}}, ["newsroom: zone"]),
        ({"keep": {"bodies": "30d"}}, ["keep: bodies"]),
        ({"cards": {"accent": "#ffffff"}}, ["cards: accent"]),
        ({"proxy": "http://proxy.example:3128"}, ["proxy"]),
        ({"allow_hosts": ["cms.internal:8080"]}, ["allow_hosts"]),
        ({"defaults": {"gap": "5m"}}, ["channel en: gap"]),
    ],
)
def test_what_changed_is_told_by_names_and_never_by_values(tmp_path: Path, said: Any, told: list[str]) -> None:
    old, new = settings(tmp_path), settings(tmp_path, **said)
    room = Newsroom(policy=old.policy, sources=(), accounts=(), channels=())
    assert changes(old, new, room, room) == told

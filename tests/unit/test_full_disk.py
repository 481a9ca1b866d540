"""A full disk is told in a clear sentence, changes nothing and loses nothing."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import httpx
import sqlalchemy as sa
from structlog.testing import capture_logs

from adapters.emulators.kit import World
from adapters.emulators.telegram import TelegramNetwork
from adapters.http import Http, InProcess
from adapters.telegram import Telegram
from bot.commands.barrier import told
from bot.daemon import Daemon, Newsroom, Ports
from bot.fetch import Fetched
from bot.model import Account, Channel, Policy, Source
from bot.store.engine import Store, StoreUnavailable, engine_for
from bot.store.migrate import bring_up
from bot.vault import Vault
from tests.e2e.outside import story

START = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)

    def token_bytes(self, n: int) -> bytes:
        return bytes(n)


class Site:
    """A feed whose stories can be made many and long."""

    def __init__(self) -> None:
        self.stories = 1

    async def get(self, url: str, **_: Any) -> Fetched:
        items = [story(n, START, "https://paper.example") for n in range(self.stories)]
        for each in items:
            each["content_html"] += "<p>" + "More was said about it that day. " * 300 + "</p>"
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Paper", "items": items}
        return Fetched(200, url, {"content-type": "application/feed+json"}, json.dumps(feed).encode())

    async def look(self, url: str) -> Literal["there"]:
        return "there"


def inline(work: Callable[[], Any]) -> Awaitable[Any]:
    async def done() -> Any:
        return work()

    return done()


async def aside(work: Callable[[], Any], deadline: float) -> Any:
    return work()


def snapshot(engine: sa.Engine) -> dict[str, int]:
    with engine.begin() as db:
        names = ("story", "revision", "delivery", "delivery_story", "identity", "sighting", "audit", "attempt")
        return {name: int(db.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar() or 0) for name in names}


def limit(engine: sa.Engine, pages: int) -> None:
    raw = engine.raw_connection()
    raw.cursor().execute(f"PRAGMA max_page_count = {pages}")
    raw.close()


def pages(engine: sa.Engine) -> int:
    raw = engine.raw_connection()
    found = raw.cursor().execute("PRAGMA page_count").fetchone()[0]
    raw.close()
    return int(found)


async def work(daemon: Daemon) -> None:
    for tick in (daemon.poll_due, daemon.wake_due):
        await tick()
        for _ in range(200):  # more than any turn takes: nothing here waits for anything outside
            await asyncio.sleep(0)
        assert daemon.waker.is_idle()


def build(engine: sa.Engine, site: Site, clock: Clock, client: httpx.AsyncClient, places: Any) -> Daemon:
    settings, secrets = places
    shipped = templates_of_this_house()
    ports = Ports(
        store=Store(engine, inline),
        clock=clock,
        vault=Vault(bytes(32)),
        web=site,
        http=lambda account: Http(client),
        aside=aside,
        credentials=lambda account: secrets,
        kinds={"telegram": Telegram},
        templates={"shipped": shipped},
    )
    who = Channel(id="tg", account="tg", network="telegram", place=tuple(settings.items()), gap=timedelta(0))
    source = Source(id="main", url="https://paper.example/feed", backfill=20)
    account = Account(id="tg", network="telegram")
    policy = Policy(newsroom="Paper", zone="Asia/Almaty")
    return Daemon(Newsroom(policy=policy, sources=(source,), accounts=(account,), channels=(who,)), ports)


def templates_of_this_house() -> dict[str, str]:
    folder = Path(__file__).parents[2] / "config" / "templates"
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}


async def scenario(path: Path) -> None:
    bring_up(path)
    engine, site, clock = engine_for(lambda: path), Site(), Clock()
    world = World(clock.now, clock.sleep)
    network = TelegramNetwork(world)
    places = TelegramNetwork.newcomer(0)
    network.admit(*places)
    async with (
        httpx.AsyncClient(transport=InProcess(network)) as client,
        build(engine, site, clock, client, places) as it,
    ):
        await work(it)
        assert len(world.timeline("telegram")) == 1
        site.stories, clock.passed = 12, 120
        before = snapshot(engine)
        limit(engine, pages(engine))
        with capture_logs() as logs:
            for _ in range(3):
                await work(it)
        refused = [each for each in logs if each["event"] == "database refused"]
        assert [(each["tick"], each["said"]) for each in refused] == [("poll", "database or disk is full")]
        assert "free disk space" in refused[0]["fix"]
        assert snapshot(engine) == before
        limit(engine, 1_000_000)
        clock.passed = 400
        with capture_logs() as logs:
            await work(it)
        assert any(each["event"] == "database serves again" for each in logs)
        shown = [post.text for post in world.timeline("telegram")]
        assert len(shown) == len(set(shown)) == 12
    engine.dispose()


def test_a_full_disk_is_said_once_changes_nothing_and_loses_nothing(tmp_path: Path) -> None:
    asyncio.run(scenario(tmp_path / "jarshy.db"))


def test_a_person_reads_what_to_do_about_a_full_disk() -> None:
    (said,) = told(StoreUnavailable("database or disk is full"))
    assert "nothing was changed" in said
    assert "Free disk space" in said

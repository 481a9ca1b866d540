"""A newsroom of one feed and one Telegram channel on the real database, for tests of the daemon as a whole."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import httpx
import sqlalchemy as sa

from adapters.http import Http
from adapters.telegram import Telegram
from bot.daemon import Daemon
from bot.fetch import Fetched
from bot.media.shelf import Shelf
from bot.model import Account, Channel, Policy, Source
from bot.ports import Newsroom, Ports
from bot.store.engine import Store
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


async def undeveloped(*asked: Any) -> Any:
    raise AssertionError("no story here has a photo")


async def work(daemon: Daemon) -> None:
    for tick in (daemon.poll_due, daemon.wake_due):
        await tick()
        for _ in range(200):  # more than any turn takes: nothing here waits for anything outside
            await asyncio.sleep(0)
        assert daemon.waker.is_idle()


def build(engine: sa.Engine, site: Site, clock: Clock, client: httpx.AsyncClient, places: Any) -> Daemon:
    settings, secrets = places
    shipped = wording()
    ports = Ports(
        store=Store(engine, inline),
        clock=clock,
        vault=Vault(bytes(32)),
        web=site,
        http=lambda account: Http(client),
        aside=aside,
        develop=undeveloped,
        draw=undeveloped,
        shelf=Shelf(Path("nowhere")),
        credentials=lambda account: secrets,
        kinds={"telegram": Telegram},
        templates=lambda: {"shipped": shipped},
    )
    who = Channel(id="tg", account="tg", network="telegram", place=tuple(settings.items()), gap=timedelta(0))
    source = Source(id="main", url="https://paper.example/feed", backfill=20)
    account = Account(id="tg", network="telegram")
    policy = Policy(newsroom="Paper", zone="Asia/Almaty")
    return Daemon(Newsroom(policy=policy, sources=(source,), accounts=(account,), channels=(who,)), ports)


def wording() -> dict[str, str]:
    folder = Path(__file__).parents[2] / "config" / "templates"
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}

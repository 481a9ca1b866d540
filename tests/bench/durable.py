"""How many deliveries a second one daemon makes durable, where every network answers at once.

The daemon's own rooms on a real file with `synchronous=FULL`: take, intend and settle of each delivery are on the disk
before the next step. Nothing of the outside costs anything: no socket, no page, no photo.
"""

import asyncio
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar, Literal

import structlog
from pydantic import BaseModel

from adapters.contract import Adapter, Api, Identity, Limits, Post, Problem, Receipt, Spec
from bot.articles.feed import Feed
from bot.clock import SystemClock
from bot.daemon import Daemon
from bot.fetch import Fetched
from bot.media.shelf import Shelf
from bot.model import Account, Article, Channel, Policy, Source
from bot.ports import Newsroom, Ports
from bot.store import accounts, intake, reading, sources
from bot.store.engine import Store, engine_for
from bot.store.migrate import create
from bot.store.writer import Writer
from bot.vault import Vault
from tests.unit.small_newsroom import wording

_STORIES, _CHANNELS = 20, 100


def durable(folder: Path) -> dict[str, Any]:
    """Post twenty stories on a hundred channels and on one."""
    figures = {f"{many}_channels": _measured(folder, many, _STORIES) for many in (_CHANNELS, 1)}
    return {"durable_deliveries": figures | {"fsync_ms": _fsync(folder)}}


def _measured(folder: Path, channels: int, stories: int) -> dict[str, float]:
    with _daemon(folder / f"{channels}.db", channels) as (daemon, engine):
        _take_in(engine, daemon.newsroom, stories)
        began, spent = time.monotonic(), time.process_time()
        asyncio.run(_publish(daemon))
        took, cpu = time.monotonic() - began, time.process_time() - spent
        with engine.begin() as db:
            sent = reading.states(db)["done"]
    assert sent == channels * stories, f"{sent} were sent"
    return {"per_s": round(sent / took), "cpu_ms_each": round(cpu / sent * 1000, 2), "cpu_share": round(cpu / took, 2)}


async def _publish(daemon: Daemon) -> None:
    async with daemon:
        await daemon.wake_due()
        while not daemon.waker.is_idle():  # noqa: ASYNC110 (the waker tells nobody when it is done)
            await asyncio.sleep(0.005)


@contextmanager
def _daemon(path: Path, channels: int) -> Any:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    engine = engine_for(lambda: path)
    create(engine)
    named = [f"c{n}" for n in range(channels)]
    newsroom = Newsroom(
        policy=Policy(newsroom="Paper", zone="Asia/Almaty"),
        sources=(Source(id="main", url="https://paper.example/feed", backfill=1000),),
        accounts=tuple(Account(id=name, network="bare") for name in named),
        channels=tuple(
            Channel(id=name, account=name, network="bare", place=(("chat", name),), gap=timedelta(0)) for name in named
        ),
    )
    try:
        with ThreadPoolExecutor(1) as thread:
            yield Daemon(newsroom, _ports(Store(engine, Writer(thread)))), engine
    finally:
        engine.dispose()


def _ports(store: Store) -> Ports:
    return Ports(
        store=store,
        clock=SystemClock(),
        vault=Vault(bytes(32)),
        web=_Web(),
        http=lambda account: None,  # type: ignore[arg-type,return-value]  # nothing is sent
        aside=_aside,
        develop=_never,
        draw=_never,
        shelf=Shelf(Path("nowhere")),
        credentials=lambda account: {},
        kinds={"bare": Bare},
        templates=lambda: {"shipped": {"bare": wording()["mastodon"]}},
    )


def _take_in(engine: Any, newsroom: Newsroom, stories: int) -> None:
    """Plan every story on every channel, as one poll of the feed would."""
    now = SystemClock().now()
    told = tuple(
        Article(
            title=f"Port {n} of Aktau wins a loan of {n + 100} million",
            url=f"https://paper.example/2026/12/{n}-port",
            guid=f"guid-{n}",
            source="main",
            paragraphs=(f"The port of Aktau got loan {n} on Monday.", f"It has {n * 7} berths, and builds {n} more."),
            published=now - timedelta(seconds=n),
        )
        for n in range(stories)
    )
    source = newsroom.sources[0]
    with engine.begin() as db:
        accounts.set_up(db, newsroom.accounts, newsroom.channels)
        sources.set_up_sources(db, newsroom.sources, now)
        poll = intake.Poll(source, Feed("Paper", "en", told, True), None, newsroom.channels, ("main",), "Asia/Almaty")
        intake.take_in(db, poll, now)


class _Nothing(BaseModel):
    chat: str = ""


class Bare(Adapter):
    """A network that takes every post, at once."""

    spec: ClassVar[Spec] = Spec(
        network="bare",
        title="Bare",
        docs="",
        checked=date(2026, 12, 1),
        api=Api("1"),
        limits=Limits(text=500),
        target=300,
    )
    Settings = Credentials = _Nothing

    def body(self, post: Post) -> dict[str, dict[str, Any]]:
        return {"post": {"text": post.text, "chat": self.settings.chat}}  # type: ignore[attr-defined]

    @classmethod
    def measure(cls, post: Post, limits: Limits) -> tuple[Problem, ...]:
        return (Problem("text", len(post.text), limits.text),) if len(post.text) > limits.text else ()

    async def publish(self, post: Post, *, key: str, memo: Any, intent: Any) -> Receipt:
        await intent(self.body(post))
        return Receipt(key, f"https://bare.example/{key}")

    async def verify(self) -> Identity:
        return Identity("1", "@bare")


class _Web:
    async def get(self, url: str, **said: Any) -> Fetched:
        raise AssertionError("nothing is fetched")

    async def look(self, url: str) -> Literal["there"]:
        return "there"


async def _aside(work: Callable[[], Any], deadline: float) -> Any:
    return work()


async def _never(*asked: Any) -> Any:
    raise AssertionError("no story has a photo")


def _fsync(folder: Path) -> float:
    """How long one small write takes to be on this disk."""
    with (folder / "fsync").open("wb") as file:
        began = time.monotonic()
        for _ in range(100):
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
        return round((time.monotonic() - began) * 10, 2)

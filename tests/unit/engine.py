"""A newsroom on a real database file, with a clock that moves when told and a network that answers by script."""

import asyncio
import hashlib
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, TypeVar

import sqlalchemy as sa
from pydantic import BaseModel

from adapters.contract import (
    Adapter,
    Api,
    Identity,
    Limits,
    Media,
    NotSent,
    Pictures,
    Post,
    Problem,
    Receipt,
    Session,
    Spec,
)
from bot.actions.room import Room
from bot.articles.feed import Feed
from bot.articles.photo import name_of
from bot.articles.wordlists import NO_LISTS, WordLists
from bot.delivery.composing import Composer
from bot.delivery.work import Worker
from bot.media.photos import NoPhoto
from bot.model import Account, Article, Channel, Delivery, Photo, Policy, Source
from bot.store import accounts, alerts, audit, deliveries, intake, sources, templates
from bot.store.engine import Store, engine_for
from bot.store.migrate import create
from bot.store.postgres import engine_on
from bot.store.reading import Reader
from bot.store.schema import channel, delivery
from bot.store.sources import Validators
from bot.vault import Steps, Vault
from tests import postgres

T = TypeVar("T")
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)  # 14:00 in the newsroom
POLICY = Policy(newsroom="The Steppe Courier", zone="Asia/Almaty")
MAIN = Source(id="main", url="https://courier.example/feed")
ONE = Channel(id="one", account="acme", network="fake", place=(("chat", "@one"),), send_window=timedelta(0))
TEMPLATE = "{{ title }}\n\n{{ url }}"
TEXT = (
    "The northern route to the sea closed last year and {n} ships a week now wait nine days for a berth at the old "
    "pier near the city while the ministry promises that three more cranes of a new kind will be at work before "
    "summer ends"
)


def seconds(n: float) -> timedelta:
    return timedelta(seconds=n)


def hours(n: float) -> timedelta:
    return timedelta(hours=n)


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


class Clock:
    def __init__(self) -> None:
        self.time, self.ticks, self.drawn = NOW, 0.0, 0

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.ticks

    async def sleep(self, seconds: float) -> None:
        self.go(timedelta(seconds=seconds))

    def token_bytes(self, n: int) -> bytes:
        self.drawn += 1
        return self.drawn.to_bytes(n, "big")

    def go(self, by: timedelta) -> None:
        self.time += by
        self.ticks += by.total_seconds()


class Wire:
    """The network's side: answers each call by its script, else with success, and keeps what readers see."""

    def __init__(self) -> None:
        self.script: defaultdict[str, list[Any]] = defaultdict(list)
        self.calls: list[str] = []
        self.shown: list[str] = []
        self.keys: list[str] = []
        self.asked: list[Any] = []
        self.steps: list[str] = []
        self.notes: dict[str, str] = {}
        self.hooks: dict[str, Callable[[], Any]] = {}

    def say(self, call: str, *answers: Any) -> None:
        self.script[call] += answers

    def answer(self, call: str, usual: Any) -> Any:
        self.calls.append(call)
        said = self.script[call].pop(0) if self.script[call] else usual
        if isinstance(said, BaseException):
            raise said
        return said

    def reach(self, place: str) -> None:
        """A place inside a call where a test may let something happen in the world."""
        if hook := self.hooks.pop(place, None):
            hook()


class _Settings(BaseModel):
    chat: str


class _Credentials(BaseModel):
    token: str


class Plain(Adapter):
    """A network that can publish and nothing else."""

    spec: ClassVar[Spec] = Spec(
        network="fake",
        title="Fake",
        docs="",
        checked=date(2026, 11, 25),
        api=Api("1"),
        limits=Limits(text=300),
        target=250,
    )
    Settings, Credentials = _Settings, _Credentials
    http: Any

    def body(self, post: Post) -> dict[str, dict[str, Any]]:
        return {"post": {"text": post.text, "chat": self.settings.chat}}

    @classmethod
    def measure(cls, post: Post, limits: Limits) -> tuple[Problem, ...]:
        have = len(post.text)
        return (Problem("text", have, limits.text),) if have > limits.text else ()

    async def publish(self, post: Post, *, key: str, memo: Any, intent: Any) -> Receipt:
        wire: Wire = self.http
        for name in wire.steps:
            await memo.step(name, self._step, secret=name.startswith("secret"))
        for name, value in wire.notes.items():
            memo.note(name, json.dumps(value))
        wire.reach("prepare")
        early = wire.answer("prepare", None)
        assert early is None
        await intent(self.body(post))
        wire.reach("sent")
        wire.keys.append(key)
        usual = Receipt(str(len(wire.shown) + 1), f"https://fake.example/{len(wire.shown) + 1}")
        receipt: Receipt = wire.answer("publish", usual)
        wire.shown.append(post.text)
        return receipt

    async def _step(self) -> str:
        return json.dumps(self.http.answer("upload", "handle"))

    async def verify(self) -> Identity:
        found: Identity = self.http.answer("verify", Identity("1", "@fake"))
        return found


class Fake(Plain):
    """A network that can look, change and take down."""

    async def find(self, post: Post, *, key: str, memo: Any, asked: Any) -> Receipt | None:
        self.http.asked.append(asked)
        self.http.reach("find")
        found: Receipt | None = self.http.answer("find", None)
        return found

    async def edit(self, receipt: Receipt, post: Post, *, memo: Any) -> Receipt:
        changed: Receipt = self.http.answer("edit", receipt)
        self.http.shown[int(receipt.id) - 1] = post.text
        return changed

    async def delete(self, receipt: Receipt) -> None:
        self.http.answer("delete", None)


class Renewing(Fake):
    """A network whose sessions end."""

    async def renew(self, session: Session) -> Session:
        renewed: Session = self.http.answer("renew", None)
        return renewed


class Connect:
    """Builds adapters without accounts; `connect` in the script says what the account does first."""

    def __init__(self, kind: type[Adapter], wire: Wire, clock: Clock) -> None:
        self.kind, self.wire, self.clock = kind, wire, clock
        self.renewed: list[bool] = []
        self.steps = Steps(Vault(b"k" * 32), clock.token_bytes)

    async def adapter(self, who: Channel, *, renew: bool = False) -> Adapter:
        self.renewed.append(renew)
        self.wire.answer("connect", None)
        settings = self.kind.Settings(**dict(who.place))
        return self.kind(settings, Session("me", {"token": "t"}), self.wire, self.clock)  # type: ignore[arg-type]

    async def keep_end(self, who: Channel) -> None:
        self.wire.answer("ends", None)

    async def limits(self, who: Channel, adapter: Adapter) -> Limits:
        found: Limits = self.wire.answer("limits", adapter.spec.limits)
        return found


class Album:
    """Photos without fetching or opening: `offers` holds, by address, what a photo became or why it became nothing."""

    def __init__(self) -> None:
        self.offers: dict[str, Media | str | NoPhoto] = {}
        self.files: dict[str, bytes] = {}
        self.prepared: list[str] = []

    def offer(self, url: str, content: bytes) -> Media:
        made = Media(hashlib.sha256(content).hexdigest(), "image/jpeg", len(content), 900, 600)
        self.offers[url], self.files[made.sha256] = made, content
        return made

    async def prepare(self, article: Article, wanted: Pictures, *, photo: Photo | None = None) -> Media:
        of = photo or article.photo
        if of is None:
            raise NoPhoto("")
        return replace(await self.portrait(of.url, wanted), photo=name_of(of.url))

    async def portrait(self, url: str, wanted: Pictures) -> Media:
        self.prepared.append(url)
        offered = self.offers[url]
        if isinstance(offered, str):
            raise NoPhoto(offered)
        if isinstance(offered, NoPhoto):
            raise offered
        return self._bound(offered)

    def bind(self, post: Post) -> Post:
        card = post.card and replace(post.card, thumb=post.card.thumb and self._bound(post.card.thumb))
        return replace(post, media=tuple(map(self._bound, post.media)), card=card)

    def _bound(self, media: Media) -> Media:
        content = self.files.get(media.sha256)
        return media if content is None else replace(media, open=lambda: BytesIO(content))


class Easel:
    """Cards and films without drawing: `offers` holds what comes of each further one, the last for all that follow."""

    def __init__(self, album: Album) -> None:
        self.album, self.offers = album, list[Media | Exception]()
        self.asked: list[Any] = []

    def offer(self, content: bytes, mime: str) -> Media:
        made = Media(hashlib.sha256(content).hexdigest(), mime, len(content), 1080, 1920, open=lambda: BytesIO(content))
        self.offers.append(made)
        self.album.files[made.sha256] = content
        return made

    async def card(self, slide: Any, limits: Limits) -> Media:
        return self._next(slide)

    async def film(self, scenes: Any, limits: Limits) -> Media:
        return self._next(scenes)

    async def first(self, media: Media) -> bytes:
        return b"\xff\xd8\xff the first picture of " + media.sha256.encode()

    def _next(self, asked: Any) -> Media:
        self.asked.append(asked)
        came = self.offers.pop(0) if len(self.offers) > 1 else self.offers[0]
        if isinstance(came, Exception):
            raise came
        return came


async def inline(run: Callable[[], T]) -> T:
    return run()


@lru_cache(maxsize=1)
def _empty() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        engine = engine_for(lambda: path, durable=False)
        create(engine)
        engine.dispose()
        return path.read_bytes()


_OPEN: dict[str, Path] = {}
# One for all tests: what an engine has compiled it shares with no other, and that is most of a test's time.
_ENGINE = engine_for(lambda: _OPEN["path"], durable=False)


@lru_cache(maxsize=1)
def _on_server() -> sa.Engine:
    there = postgres.server()
    assert there
    engine = engine_on(there)
    create(engine)
    return engine


ON = {"kind": "sqlite"}
"""Which kind of database `database` gives: see `tests.unit.both`."""


def database(folder: Path) -> sa.Engine:
    """A migrated empty database; the one before it is let go."""
    if ON["kind"] == "postgresql":
        postgres.empty(_on_server())
        return _on_server()
    _ENGINE.dispose()
    _OPEN["path"] = folder / "jarshy.db"
    _OPEN["path"].write_bytes(_empty())
    return _ENGINE


def article(n: int = 1, **said: Any) -> Article:
    """A story of its own, just published; `title` and `paragraphs` hold its number."""
    known: dict[str, Any] = {
        "title": f"Port {n} wins a loan of {n + 100} million",
        "url": f"https://courier.example/2026/11/port-{n}-wins",
        "guid": f"guid-{n}",
        "source": "main",
        "paragraphs": (TEXT.format(n=n), f"Story {n} of the pier has {n * 7} berths."),
        "published": NOW,
    }
    return Article(**known | said)


class Desk:
    """Everything of a newsroom but its daemon."""

    def __init__(
        self,
        folder: Path,
        *channels: Channel,
        listed: tuple[Source, ...] = (MAIN,),
        kind: type[Adapter] = Fake,
        policy: Policy = POLICY,
        is_open: bool = True,
        lists: WordLists = NO_LISTS,
    ) -> None:
        self.engine, self.clock, self.wire, self.policy = database(folder), Clock(), Wire(), policy
        self.store = Store(self.engine, inline)
        self.channels = {each.id: each for each in channels or (ONE,)}
        self.listed = listed
        self.album, self.lists = Album(), lists
        self.easel = Easel(self.album)
        self.composer = Composer(policy, {"fake": kind}, self.album, lists, draws=self.easel)
        self.connect = Connect(kind, self.wire, self.clock)
        self.looks: list[str] = []
        owned = {each.account: each for each in self.channels.values()}
        held = [Account(id=name, network="fake", app="app") for name in owned]
        self.ask(accounts.set_up, held, self.channels.values())
        self.ask(sources.set_up_sources, listed, NOW)
        self.ask(templates.offer, {"fake": TEMPLATE}, NOW, origin=templates.SHIPPED)
        self.worker = self.another_worker()
        if is_open:  # the first look is behind us: what comes now is news
            for each in listed:
                self.poll(source=each)

    def another_worker(self, **instead: Any) -> Worker:
        parts: dict[str, Any] = {"channels": self.channels, "connect": self.connect, "compose": self.composer}
        parts |= {"look": self._look} | instead
        return Worker(self.store, self.clock, self.policy, **parts)

    async def _look(self, url: str) -> Any:
        self.looks.append(url)
        return self.wire.answer("look", "there")

    def ask(self, question: Callable[..., T], *args: Any, **named: Any) -> T:
        """Run one transaction."""
        with self.engine.begin() as db:
            return question(db, *args, **named)

    def act(self, verb: Awaitable[T]) -> T:
        """Have a person do something."""

        async def run() -> T:
            return await verb

        return asyncio.run(run())

    def room(self, actor: str = "cli:aigul") -> Room:
        return Room(self.store, self.clock, self.channels, self.composer, actor, self.listed)

    def poll(self, *articles: Article, source: Source | None = None, **answer: Any) -> intake.Taken:
        """Take in a feed that lists `articles`, the newest first."""
        who = source or self.listed[0]
        feed = Feed("Courier", "en", tuple(articles), answer.get("is_complete", True), answer.get("odd", ()))
        feed = replace(feed, unpostable=answer.get("unpostable", ()))
        order = tuple(each.id for each in self.listed)
        validators = answer.get("validators", Validators('"v1"', "Wed", "sha"))
        poll = intake.Poll(who, feed, validators, tuple(self.channels.values()), order, self.policy.zone, self.lists)
        return self.ask(intake.take_in, poll, self.clock.now())

    def change(self, n: int, **said: Any) -> Delivery:
        """Set a delivery's row by hand, to stand where a test begins."""
        changed = replace(self.delivery(n), **said)
        self.ask(deliveries.move, changed, self.clock.now())
        self.ask(deliveries.lower_wake, changed.channel, self.clock.now())
        return self.delivery(n)

    def delivery(self, n: int = 1) -> Delivery:
        found = self.ask(deliveries.get, n)
        assert found is not None
        return found

    def stands(self, n: int = 1) -> tuple[str, str]:
        found = self.delivery(n)
        return str(found.state), str(found.reason)

    def count(self) -> int:
        return int(self.ask(lambda db: db.scalar(sa.select(sa.func.count()).select_from(delivery))))

    def turn(self, who: str = "one") -> bool:
        return asyncio.run(self.worker.work_channel(who))

    def publish(self, *articles: Article) -> None:
        """Take in and send, up to the end of what can be sent now."""
        self.poll(*(articles or (article(),)))
        while self.turn():
            pass

    def go(self, by: timedelta) -> None:
        self.clock.go(by)

    def why(self, n: int = 1) -> str:
        reader = Reader(self.policy, self.channels, {"fake": "Fake"})
        told = self.ask(reader.one, n, self.clock.now())
        assert told is not None
        return told.sentence

    def log(self, **which: Any) -> list[dict[str, Any]]:
        return self.ask(lambda db: [json.loads(told.row) for told in audit.read(db, **which)])

    def alerts(self) -> list[str]:
        return [str(each.cause) for each in self.ask(alerts.open_alerts)]

    def row(self, who: str = "one") -> sa.Row[Any]:
        return self.ask(lambda db: db.execute(sa.select(channel).where(channel.c.id == who)).one())


def broken(detail: str = "refused") -> NotSent:
    return NotSent(detail)

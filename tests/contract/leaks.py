"""A newsroom on one emulated network that repeats what it is told, and every place where a secret could come out."""

import asyncio
import base64
import html
import io
import json
import logging
import random
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, redirect_stderr
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import quote, quote_plus

import httpx
import structlog

from adapters.contract import Adapter, Pictures
from adapters.emulators.kit import Fault, World
from adapters.emulators.timelines import Timelines
from adapters.emulators.wire import read as read_request
from adapters.http import Http
from bot import logs
from bot.actions import deliveries
from bot.daemon import Daemon
from bot.fetch import Fetched
from bot.media.prints import Print
from bot.media.shelf import Shelf
from bot.metrics import Metrics
from bot.model import Account, Channel, Policy, Source, State
from bot.networks import let_fetch
from bot.ports import Newsroom, Ports
from bot.rehearsal.hall import Hall
from bot.store import figures
from bot.store.engine import Store, engine_for
from bot.store.migrate import create
from bot.store.reading import Reader
from bot.vault import Vault
from bot.virtual import VirtualClock, VirtualLoop
from tests.contract.pictures import SIZE, drawn
from tests.contract.play import Case
from tests.e2e.outside import story
from tests.reel import Reel
from tests.unit.small_newsroom import aside, inline, wording

FAULTS: tuple[Fault, ...] = get_args(Fault)
ECHOES = ("echo 200", "echo 302", "echo 400", "echo 401", "echo 403", "echo 404", "echo 429", "echo 500")
EVERY = (*FAULTS, *ECHOES)
"""What all exchanges suffer one after the other."""
EACH = (*FAULTS, "echo 400", "echo 401", "echo 500")
"""What each exchange suffers alone."""
KEY = b"the newsroom's own vault key 32b"
_PATIENCE = 60
"""Rounds of some ten minutes after which all must be well again: a post lives for six hours."""
_LONG = 3 * 86_400.0
"""Seconds after which no story is compared with those before it."""
_START = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def spellings(secret: str) -> set[str]:
    """Every way a secret may be written: plain, in an address, JSON, HTML, Python and base64 at any place in it."""
    raw = secret.encode()
    cut = [base64.b64encode(b"\0" * n + raw).decode().rstrip("=")[4 if n else 0 : -1] for n in range(3)]
    written = {secret, quote(secret, safe=""), quote(secret), quote_plus(secret), json.dumps(secret)[1:-1]}
    written |= {html.escape(secret), repr(secret)[1:-1], raw.hex(), secret[::-1]}
    return written | {each for each in (*cut, *map(_for_addresses, cut)) if len(each) > 7}


def _for_addresses(text: str) -> str:
    return text.replace("+", "-").replace("/", "_")


class Heard(Vault):
    """The newsroom's vault; what steps of posts had it seal, such as an upload's address, are secrets as well."""

    def __init__(self, key: bytes) -> None:
        super().__init__(key)
        self.steps: set[str] = set()

    def seal(self, plain: bytes, *, bound_to: tuple[str, ...], nonce: bytes) -> bytes:
        """Seal, and remember what of it nobody may read: an address's parameters."""
        if bound_to[0] == "step":
            # Where a token stands beside a number, the number is the task's own name.
            told = next(
                filter(None, (re.findall(rf'{each}=([^&"]{{8,}})', plain.decode()) for each in ("token", "id")))
            )
            self.steps |= set(told)
        return super().seal(plain, bound_to=bound_to, nonce=nonce)


def found(secrets: dict[str, str], text: str) -> list[str]:
    """Name the secrets that stand in a text in any spelling."""
    return [name for name, secret in secrets.items() if any(each in text for each in spellings(secret))]


class Parrot:
    """A network whose chosen exchanges suffer `how`: a fault it knows, or it says back all it was told, as an error."""

    def __init__(self, network: Any) -> None:
        self.network, self.how, self.seen, self.is_hit = network, "", 0, False
        self.is_at: Callable[[int], bool] = lambda n: False

    def suffer(self, how: str, is_at: Callable[[int], bool]) -> None:
        """From the next exchange on, which is number 1, let those chosen go wrong."""
        self.seen, self.how, self.is_at = 0, how, is_at

    def fault(self, call: str) -> Fault | None:
        """Tell the network what its exchange suffers."""
        return self.how if self.is_hit and self.how in FAULTS else None  # type: ignore[return-value] # one of them

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.seen += 1
        self.is_hit = bool(self.how) and self.is_at(self.seen)
        if not (self.is_hit and self.how.startswith("echo")):
            await self.network(scope, receive, send)
            return
        status = int(self.how.split()[1])
        asked = await read_request(scope, receive)
        headers = " ".join(f"{name}: {value}" for name, value in asked.headers.items())
        said = f"{asked.method} {asked.base}{asked.path}?{dict(asked.query)} {headers} {dict(asked.body)}"
        told: dict[str, Any] = dict.fromkeys(("description", "message", "detail", "title", "error_description"), said)
        told |= {"ok": False, "error_code": status, "errors": [{"message": said, "detail": said}]}
        told["error"] = (
            {"message": said, "code": 1 if status != 404 else 506}
            if self.network.name in ("facebook", "instagram", "threads")
            else said
        )
        where = f"https://elsewhere.example{asked.path}?said={quote(said)}".encode()
        parts = [(b"content-type", b"application/json"), (b"location", where)]
        await send({"type": "http.response.start", "status": status, "headers": parts})
        await send({"type": "http.response.body", "body": json.dumps(told).encode()})


class Paper:
    """A feed of the newest two stories, and the place where networks fetch pictures."""

    def __init__(self, hall: Hall) -> None:
        self.stories: list[dict[str, Any]] = []
        self.hall = hall

    def add(self, now: datetime) -> None:
        """Bring one story more."""
        self.stories.append(story(len(self.stories), now, "https://paper.example"))

    def shown(self, url: str) -> tuple[str, bytes]:
        """Tell what lies at a picture's address."""
        found = self.hall.at(url)
        assert found, f"nothing lies at {url}"
        return found

    async def get(self, url: str, **_: Any) -> Fetched:
        if there := self.hall.at(url):
            return Fetched(200, url, {"content-type": there[0]}, there[1])
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Paper", "items": self.stories[-2:][::-1]}
        return Fetched(200, url, {"content-type": "application/feed+json"}, json.dumps(feed).encode())

    async def look(self, url: str) -> Literal["there"]:
        return "there"


class Suspect:
    """One network's daemon with everything it says and keeps."""

    def __init__(self, case: Case, folder: Path, *, kind: type[Adapter] | None = None) -> None:
        self.loop, self.folder, self.case = VirtualLoop(), folder, case
        self.clock = VirtualClock(self.loop, _START, random.Random(1))
        self.world = World(self.clock.now, self.clock.sleep, fault=lambda call: self.parrot.fault(call))
        self.network = case.network(self.world)
        self.settings, self.credentials = case.network.newcomer(0)
        self.network.admit(self.settings, self.credentials)
        self.settings = self.settings | case.settings
        if case.home:
            setattr(self.network, "pds", case.home)  # noqa: B010
        self.parrot = Parrot(self.network)
        self.engine = engine_for(lambda: folder / "jarshy.db", durable=False)
        create(self.engine)
        self.vault = Heard(KEY)
        self.site = Paper(Hall(self.clock))
        let_fetch(self.world, self.site.shown)
        self.daemon = self._daemon(kind or case.adapter)
        self.metrics = Metrics(self.daemon.channels.values(), self.daemon.newsroom.sources, zone="Asia/Almaty")

    def _daemon(self, kind: type[Adapter]) -> Daemon:
        http = Http.over(self.parrot)
        ports = Ports(
            store=Store(self.engine, inline),
            clock=self.clock,
            vault=self.vault,
            web=self.site,
            http=lambda account: http,
            aside=aside,
            develop=_as_it_is,
            draw=_drawn,
            cutting=Reel(),
            window=self.site.hall.window(),
            shelf=Shelf(self.folder / "media"),
            credentials=lambda account: self.credentials,
            kinds={self.case.name: kind},
            templates=lambda: {"shipped": wording()},
        )
        place = tuple(self.settings.items())
        form = self.case.adapter.spec.form
        who = Channel(id="one", account="acme", network=self.case.name, place=place, gap=timedelta(0), form=form)
        source = Source(id="main", url="https://paper.example/feed", backfill=20)
        account = Account(id="acme", network=self.case.name)
        policy = Policy(newsroom="Paper", zone="Asia/Almaty")
        return Daemon(Newsroom(policy=policy, sources=(source,), accounts=(account,), channels=(who,)), ports)

    @property
    def secrets(self) -> dict[str, str]:
        """The account's credentials, what its sessions were given, and the key."""
        names = set(self.case.secrets)
        known = {name: value for name, value in self.credentials.items() if name in names}
        given = {n for n in self.daemon.accounts.tokens() if n not in self.credentials.values() and len(n) > 30}
        given |= self.vault.steps
        return known | {f"token {n}": token for n, token in enumerate(sorted(given))} | {"key": KEY.decode()}

    def run(self, work: Any) -> Any:
        """Run to the end, on time that costs nothing."""
        with closing(self.loop):
            return self.loop.run_until_complete(work)

    async def tell(self) -> None:
        """Let the feed have one story more, and the daemon read it."""
        self.site.add(self.clock.now())
        await self.clock.sleep(61)
        await self.daemon.poll_due()
        await self.work()

    async def work(self, *, minutes: int = 0) -> None:
        """Let the daemon do what is due, and again after some time."""
        await self.clock.sleep(60 * minutes)
        await self.daemon.housekeep()
        for _ in range(3):
            await self.daemon.wake_due()
            await self.clock.sleep(45)

    async def one_round(self, how: str, is_at: Callable[[int], bool]) -> int:
        """Publish, change and take down while exchanges go wrong, then let all be well; tell how many there were."""
        await self.tell()
        verbs = await self._verbs()
        self.parrot.suffer(how, is_at)
        for verb in verbs:
            await verb
        await self.tell()
        await self.work(minutes=3)
        seen = self.parrot.seen
        self.parrot.suffer("", lambda n: False)
        self.world.restore()
        for _ in range(_PATIENCE):
            if not await self._ask("SELECT count(*) FROM delivery WHERE state IN ('due', 'sending', 'unknown')"):
                await self.clock.sleep(_LONG)
                return seen
            await self.work(minutes=11)
        raise AssertionError(f"after {how} not all was well again")

    async def _ask(self, question: str) -> Any:
        return await self.daemon.ports.store.write(lambda db: db.exec_driver_sql(question).scalar())

    async def _verbs(self) -> list[Any]:
        """Have a person change and take down the newest post, as far as its network can."""
        which = await self._ask(
            "SELECT max(id) FROM delivery WHERE kind = 'post' AND state = 'done' "
            "AND id NOT IN (SELECT parent FROM delivery WHERE kind = 'delete')"
        )
        can, room = self.case.adapter.can, self.daemon.room
        edit = [deliveries.edit_post(room, which, "Other words.")] if which and can("edit") else []
        return [*edit, *([deliveries.delete_post(room, which)] if which and can("delete") else [])]

    def everything(self, *, has_published: bool = True) -> dict[str, str]:
        """Every place but the log where a secret could come out."""
        now = self.clock.now()
        with self.engine.begin() as db:
            counted = figures.read(db, ["one"], now)
            reader = Reader(self.daemon.newsroom.policy, self.daemon.channels, {})
            queue = [each.sentence for each in reader.queue(db, now)]
            rows = [bytes(row[0]).decode() for row in db.exec_driver_sql("SELECT row FROM audit")]
            states = {row[0] for row in db.exec_driver_sql("SELECT DISTINCT state FROM delivery")}
        assert (str(State.DONE) in states) is has_published
        page = asyncio.run(_get(Timelines(self.world)))
        files = [each.read_bytes().decode("latin-1") for each in sorted(self.folder.glob("jarshy.db*"))]
        metrics = self.metrics.page(counted, now).decode()
        told = {"audit": "\n".join(rows), "queue": "\n".join(queue), "metrics": metrics, "timelines": page}
        return told | {"database": "".join(files)}


async def _drawn(*asked: Any) -> bytes:
    return drawn()


async def _as_it_is(content: bytes, wanted: Sequence[Pictures], focus: object) -> Sequence[Print]:
    return [Print("image/jpeg", *SIZE, content) for _ in wanted]


async def _get(app: Any) -> str:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
        return (await client.get("/")).text


@contextmanager
def logged(secrets: Callable[[], list[str]]) -> Iterator[io.StringIO]:
    """Log as the daemon does, into a text; what the test run has set up is put back."""
    kept = (logging.root.handlers, logging.root.level, sys.excepthook)
    with redirect_stderr(io.StringIO()) as text:
        logs.set_up(secrets)
        try:
            yield text
        finally:
            logging.root.handlers, level, sys.excepthook = kept
            logging.root.setLevel(level)
            structlog.reset_defaults()


def exploding(kind: type[Adapter]) -> type[Adapter]:
    """An adapter with a bug that tells everything it knows."""

    async def publish(self: Any, post: Any, **_: Any) -> Any:
        raise RuntimeError(f"{dict(self.session.tokens)} {json.dumps(dict(self.session.tokens))}")

    return type(kind.__name__, (kind,), {"publish": publish})

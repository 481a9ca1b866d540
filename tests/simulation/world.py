"""What outlives a crash of the daemon: the site and its feed, the networks, the wire, and one process's ports."""

import asyncio
import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import httpx

from adapters.contract import Pictures
from adapters.http import InProcess
from bot.articles.feed import Feed
from bot.fetch import Fetched, Unreachable
from bot.media.film import Progress, Still
from bot.media.prints import Focus, Print
from bot.media.slides import Size, Slide, Theme
from bot.rehearsal.hall import Hall
from tests.simulation.loop import SimLoop
from tests.unit.media.pictures import photo, written

EPOCH = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
SIZE = (640, 427)
PHOTO = written(photo(*SIZE))
FILM = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(6000)
FEED = "https://steppe.test/feed.json"
FREEZE = 200.0
"""Seconds a frozen process stands still: past its lease, and past a person's patience."""
_TOWNS = ("Aktau", "Balqash", "Semey", "Taraz", "Oskemen", "Turkistan")


class Dead(BaseException):
    """A port of a crashed process was used."""


@dataclass
class Story:
    """One article on the site: when it appears, and what happens to it."""

    n: int
    at: float
    revised_at: float | None = None
    renamed_at: float | None = None
    withdrawn_at: float | None = None
    dated_at: float | None = None
    """The date it carries, where that is not the moment it appears."""
    described: bool = False
    """Whether its photo is told in words, too."""

    def item(self, now: float) -> dict[str, Any] | None:
        """Its entry in the feed at `now`."""
        if now < self.at or (self.withdrawn_at is not None and now >= self.withdrawn_at):
            return None
        town = _TOWNS[self.n % len(_TOWNS)]
        number = 40 + self.n + (100 if self.revised_at is not None and now >= self.revised_at else 0)
        renamed = self.renamed_at is not None and now >= self.renamed_at
        words = f"{town} opens {number} new schools this year, said official Story{self.n}x of the region on Sunday."
        more = (
            f"The buildings of Story{self.n}x stand in {town} and take {number * 7} pupils each, according to the plan."
        )
        photo = f"https://steppe.test/photos/{self.n}.jpg" if self.n % 2 == 0 else ""
        # Only networks that are shown photos, and take several, ask for the others.
        others = range(1, 3) if photo and self.n % 4 == 0 else ()
        attached = [
            {"url": f"https://steppe.test/photos/{self.n}/{each}.jpg", "mime_type": "image/jpeg"} for each in others
        ]
        shown = f'<p><img src="{photo}" alt="Pupils of Story{self.n}x."></p>' if photo and self.described else ""
        return {
            "id": f"guid-{self.n}{'-new' if renamed else ''}",
            "url": self.url,
            "title": f"{town} gets {number} schools for Story{self.n}x",
            "content_html": f"<p>{words}</p>{shown}<p>{more}</p>",
            "date_published": (EPOCH + timedelta(seconds=self.dated_at or self.at)).isoformat(),
            "language": "en",
            "tags": ["schools", town],
            "attachments": attached,
        } | ({"image": photo} if photo else {})

    @property
    def url(self) -> str:
        return f"https://steppe.test/2026/11/story-{self.n}"


@dataclass
class Site:
    """The newsroom's web site: a feed with validators, and pages that may be gone."""

    stories: list[Story]
    clock: Callable[[], float]
    fault: Callable[[str], str | None]
    hall: Hall
    """Where its networks fetch media from."""

    def body(self) -> bytes:
        """The feed as it stands."""
        now = self.clock()
        items = [item for story in reversed(self.stories) if (item := story.item(now))]
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": "The Steppe Courier", "items": items}
        return json.dumps(feed).encode()

    def answer(self, headers: Mapping[str, str]) -> Fetched:
        """Serve the feed, conditionally."""
        body = self.body()
        etag = f'"{hashlib.sha256(body).hexdigest()[:12]}"'
        match self.fault("site.feed"):
            case "drop_before" | "accept_then_drop" | "accept_late" | "slow":
                raise Unreachable("steppe.test did not answer")
            case "429":
                return Fetched(429, FEED, {"retry-after": "7"}, b"")
            case "accept_then_500" | "html_error":
                return Fetched(502, FEED, {}, b"<html>")
        if headers.get("If-None-Match") == etag:
            return Fetched(304, FEED, {"etag": etag}, b"")
        return Fetched(200, FEED, {"etag": etag, "content-type": "application/feed+json"}, body)

    def picture(self, url: str) -> Fetched:
        """Serve a photo."""
        if self.fault("site.picture") is not None:
            raise Unreachable("steppe.test did not answer")
        mime, content = self.shown(url)
        return Fetched(200, url, {"content-type": mime}, content)

    def shown(self, url: str) -> tuple[str, bytes]:
        """What anybody is given at an address: its type and its bytes."""
        nth = url.rpartition("/")[2].partition(".")[0] if url.count("/") > 4 else ""
        return self.hall.at(url) or ("image/jpeg", PHOTO + nth.encode())

    def look(self, url: str) -> Literal["there", "gone", "unclear"]:
        """Whether an article's page is there."""
        if self.fault("site.page") is not None:
            return "unclear"
        gone = any(s.url == url and s.withdrawn_at is not None and self.clock() >= s.withdrawn_at for s in self.stories)
        return "gone" if gone else "there"


@dataclass
class Clock:
    """The loop's time as wall time; `shift` is how far the wall clock was set."""

    loop: SimLoop
    chance: random.Random
    shift: Callable[[float], float] = lambda at: 0.0

    def now(self) -> datetime:
        return EPOCH + timedelta(milliseconds=round((self.loop.time() + self.shift(self.loop.time())) * 1000))

    def monotonic(self) -> float:
        return self.loop.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def token_bytes(self, n: int) -> bytes:
        return self.chance.randbytes(n)


@dataclass
class Crossings:
    """Counts every way out of any process of a history; one of them may freeze."""

    count: int = 0
    freeze_at: int | None = None
    chance: Callable[[], bool] = lambda: False
    frozen: int = 0
    thaws_at: float = 0.0
    """When the last process that froze goes on."""
    exchanges: list[int] = field(default_factory=list)
    """The loop's steps at which a request left, and at which its answer came."""


@dataclass
class Ports:
    """One process's way to the outside: each crossing is a place to crash or freeze, and dies with it."""

    crossings: Crossings
    may_freeze: bool
    film: bytes = FILM
    """What every film begins with."""
    alive: bool = True

    async def cross(self) -> None:
        await asyncio.sleep(0)
        if not self.alive:
            raise Dead
        self.crossings.count += 1
        drawn = self.crossings.count == self.crossings.freeze_at or self.crossings.chance()
        if self.may_freeze and drawn:
            self.crossings.frozen += 1
            self.crossings.thaws_at = asyncio.get_running_loop().time() + FREEZE
            await asyncio.sleep(FREEZE)

    async def execute(self, run: Callable[[], Any]) -> Any:
        """The store's executor: a step before and after each transaction."""
        await self.cross()
        value = run()
        await self.cross()
        return value

    async def aside(self, work: Callable[[], Feed], deadline: float) -> Feed:
        """Read a feed inline."""
        await self.cross()
        return work()

    async def develop(self, content: bytes, wanted: Sequence[Pictures], focus: Focus | None) -> Sequence[Print]:
        """Pass a picture on as it is: opening pictures is tested elsewhere."""
        await self.cross()
        return [Print("image/jpeg", *SIZE, content) for _ in wanted]

    async def draw(self, slide: Slide, theme: Theme, size: Size) -> bytes:
        """Write a card's words behind a photo's bytes: drawing is tested elsewhere."""
        await self.cross()
        return PHOTO + repr((slide, theme, size)).encode()

    def missing(self) -> str:
        """Lack nothing for films."""
        return ""

    async def cut(self, stills: Sequence[Still], progress: Progress) -> bytes:
        """Take a film's words for it, in a little while: cutting is tested elsewhere."""
        await self.cross()
        await asyncio.sleep(7)
        await self.cross()
        return self.film + hashlib.sha256(b"".join(each.content for each in stills)).digest()

    async def first(self, content: bytes) -> bytes:
        """Take a film for its first picture."""
        return content


class Web:
    """The guarded client's place: the site, through one process's ports."""

    def __init__(self, site: Site, ports: Ports) -> None:
        self.site, self.ports = site, ports

    async def get(
        self, url: str, *, most: int, deadline: float, headers: Mapping[str, str] | None = None, accept: str = "*/*"
    ) -> Fetched:
        await self.ports.cross()
        found = self.site.answer(headers or {}) if url == FEED else self.site.picture(url)
        await self.ports.cross()
        return found

    async def look(self, url: str) -> Literal["there", "gone", "unclear"]:
        await self.ports.cross()
        return self.site.look(url)


class Wire(InProcess):
    """In-process HTTP through one process's ports."""

    def __init__(self, app: Any, ports: Ports) -> None:
        super().__init__(app)
        self.ports = ports

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self._cross()
        response = await super().handle_async_request(request)
        await self._cross()
        return response

    async def _cross(self) -> None:
        await self.ports.cross()
        loop = asyncio.get_running_loop()
        assert isinstance(loop, SimLoop)
        self.ports.crossings.exchanges.append(loop.steps)


@dataclass
class Faults:
    """Draws what goes wrong with each exchange: a script first, then chance, until the faults stop."""

    chance: random.Random
    rate: float
    kinds: tuple[str, ...]
    script: Mapping[str, list[str | None]] = field(default_factory=dict)
    until: Callable[[], bool] = lambda: True
    seen: Counter[str] = field(default_factory=Counter)
    drawn: Counter[str] = field(default_factory=Counter)
    everywhere: Callable[[], str | None] = lambda: None
    time: Callable[[], float] = lambda: 0.0
    last: float = 0.0
    """When something went wrong for the last time."""

    def __call__(self, call: str) -> Any:
        if fault := self._drawn(call):
            self.drawn[f"{call} {fault}"] += 1
            self.last = self.time()
        return fault

    def _drawn(self, call: str) -> str | None:
        if not call.startswith("site.") and (fault := self.everywhere()):
            return fault
        turn = self.seen[call]
        self.seen[call] += 1
        planned = self.script.get(call, [])
        if turn < len(planned):
            return planned[turn]
        if self.rate and self.until() and self.chance.random() < self.rate:
            return self.chance.choice(self.kinds)
        return None

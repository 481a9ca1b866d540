"""Containers, from the other side of Threads and Instagram: made, ready after a while, published once, forgotten."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from adapters.emulators.facebook_graph import No, claim, moment, number, pick
from adapters.emulators.kit import Asked, Reply, Upload, World, reply
from adapters.emulators.pictures import picture

Json = dict[str, Any]
State = Literal["IN_PROGRESS", "FINISHED", "PUBLISHED", "ERROR", "EXPIRED"]

LIVES = timedelta(hours=24)
BIGGEST = 8_000_000
NARROWEST, WIDEST = 320, 1440
"""Pixels a picture may be wide, on Instagram and on Threads (both sheets of 2026-11-22, 3)."""
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
TAG = re.compile(r"(?<![\w/&#])#(\w*[^\W\d]\w*)")
MISSING = "Unsupported get request. Object with ID '{}' does not exist, cannot be loaded due to missing permissions"


@dataclass
class Container:
    """One thing that may become a post, and that no reader sees."""

    id: str
    owner: str
    at: datetime
    ready_at: datetime
    kind: str
    said: Mapping[str, str]
    media: tuple[tuple[str, str], ...] = ()
    failed: str = ""
    post: str = ""
    """The post it became."""
    came: bytes = b""
    """What came of an upload."""
    awaited: bool = False
    """Its bytes have not come yet."""

    def state(self, now: datetime) -> State:
        """Tell how far it is."""
        if self.post:
            return "PUBLISHED"
        if now >= self.at + LIVES:
            return "EXPIRED"
        if self.failed:
            return "ERROR"
        return "IN_PROGRESS" if self.awaited or now < self.ready_at else "FINISHED"


@dataclass
class Published:
    """One post of an account, as its list tells it."""

    id: str
    owner: str
    at: datetime
    fields: Json


@dataclass
class Shelf:
    """Every container and post of a network. `takes`: the kinds of pictures it takes."""

    world: World
    takes: frozenset[str]
    narrowest: float
    widest: float
    first: int
    slow: timedelta = timedelta(0)
    """How long what was fetched is worked on."""
    fails_fetching: int = 0
    """So many addresses cannot be fetched, although all is well with them."""
    not_found_first: int = 0
    """So many publishing calls find no container."""
    fails: list[str] = field(default_factory=list)
    """What goes wrong with the next containers of media, by the network's words."""
    spam: Literal["", "though it is out", "and it is not out"] = ""
    """How publishing is called spam (code 4/2207051)."""
    blocked: bool = False
    """The account may post no more until a person looks at it."""
    hides: bool = False
    """Reads of containers find nothing, as Meta's reads sometimes do."""
    containers: dict[str, Container] = field(default_factory=dict)
    posts: dict[str, Published] = field(default_factory=dict)
    gone_out: list[tuple[str, datetime]] = field(default_factory=list)
    """Who posted when: what was taken down since counts in the quota as well."""

    def fresh(self) -> str:
        """Draw an id."""
        self.first += 1
        return str(self.first)

    def make(self, owner: str, kind: str, said: Mapping[str, str], media: Iterable[tuple[str, str]] = ()) -> Container:
        """Keep a new container."""
        now, shown = self.world.moment(), tuple(media)
        made = Container(self.fresh(), owner, now, now + self.slow if shown else now, kind, dict(said), shown)
        made.failed = self.fails.pop(0) if shown and self.fails else ""
        self.containers[made.id] = made
        return made

    def read(self, owner: str, name: str) -> Container:
        """Find an account's own container, for a look at it."""
        return self.own(owner, "" if self.hides else name)

    def own(self, owner: str, name: str) -> Container:
        """Find an account's own container."""
        found = self.containers.get(name)
        if found is None or found.owner != owner:
            raise No(MISSING.format(name), 100, 33, kind="GraphMethodException")
        return found

    def still(self, url: str, alt: str) -> tuple[str, str]:
        """Fetch a picture from its address, and look what it is."""
        file = self._fetched(url)
        seen = picture(file.content)
        if len(file.content) > BIGGEST:
            raise No("The image size is too large: 8 MB at most", 36000, 2207004)
        if seen is None or seen.mime not in self.takes:
            raise No("The image format is not supported", 36001, 2207005)
        if not NARROWEST <= seen.width <= WIDEST:
            # With which code it is refused no paper says; this one is a belief.
            raise No(f"The submitted image's width must be {NARROWEST} to {WIDEST} pixels", 36003, 2207009)
        if not self.narrowest <= seen.width / seen.height <= self.widest:
            raise No("The submitted image's aspect ratio is not supported", 36003, 2207009)
        return self._kept(file, alt)

    def film(self, url: str) -> tuple[str, str]:
        """Fetch a film from its address."""
        return self._kept(self._film(self._fetched(url)), "")

    def uploaded(self, content: bytes) -> tuple[str, str]:
        """Take a film that was uploaded."""
        return self._kept(self._film(Upload("film.mp4", "video/mp4", content)), "")

    @staticmethod
    def _film(file: Upload) -> Upload:
        if file.content[4:8] != b"ftyp":
            raise No("The video format is not supported", 352, 2207026)
        return file

    def _kept(self, file: Upload, alt: str) -> tuple[str, str]:
        if len(alt) > 1000:
            raise No("(#100) Param alt_text must be at most 1000 characters", 100)
        return self.world.keep(file), alt

    def _fetched(self, url: str) -> Upload:
        file = self.world.fetch(url)
        if self.fails_fetching and file:
            self.fails_fetching -= 1
            file = None
        if file is None or not url.isascii():
            raise No("Only photo or video can be accepted as media type: it could not be fetched", 9004, 2207052)
        return file

    def children(self, owner: str, said: str, most: int) -> tuple[tuple[str, str], ...]:
        """Take the media of a carousel's items, all of which must be ready."""
        found = [self.own(owner, each) for each in said.split(",") if each]
        if not 2 <= len(found) <= most:
            raise No(f"A carousel has 2 to {most} items", 100, 2207028)
        states = {each.state(self.world.moment()) for each in found}
        if states - {"FINISHED"}:
            raise No("Media ID is not available: an item is not ready for publishing", 9007, 2207027)
        return tuple(media for each in found for media in each.media)

    def out(self, owner: str, fields: Json) -> str:
        """Keep a post."""
        made = Published(self.fresh(), owner, self.world.moment(), fields)
        self.posts[made.id] = made
        self.gone_out.append((owner, made.at))
        return made.id

    def publication(self, owner: str, name: str) -> Published:
        """Find an account's own post."""
        found = self.posts.get(name)
        if found is None or found.owner != owner:
            raise No(MISSING.format(name), 100, 33, kind="GraphMethodException")
        return found

    def listed(self, owner: str, asked: Mapping[str, Any], sees: Any) -> Reply:
        """List an account's posts, newest first, as far as a read already shows them (`sees`)."""
        since, limit = str(asked.get("since", "0")), number(asked.get("limit"), 25, 100)
        if not since.isdigit():
            raise No("(#100) Param since must be a UNIX timestamp", 100)
        found = [
            each
            for each in reversed(self.posts.values())
            if each.owner == owner and each.at.timestamp() >= int(since) and sees(owner, each.id)
        ]
        start = number(asked.get("after"), 0, len(found))
        some = [pick(self.told(each), str(asked.get("fields", "id"))) for each in found[start : start + limit]]
        paging: Json = {"cursors": {"before": str(start), "after": str(start + limit)}}
        if start + limit < len(found):
            paging["next"] = "https://elsewhere.example/?access_token=of-nobody"
        return reply(200, {"data": some, "paging": paging} if some else {"data": []})

    @staticmethod
    def told(post: Published) -> Json:
        """Write a post."""
        return {"id": post.id, "timestamp": moment(post.at), **post.fields}

    def is_lost(self) -> bool:
        """Tell whether a publishing call finds no container, although there is one."""
        self.not_found_first = max(0, (left := self.not_found_first) - 1)
        return left > 0

    def suspect(self) -> None:
        """Call what was asked for spam."""
        if self.spam:
            raise No("We restrict certain activity to protect our community", 4, 2207051)

    def used(self, owner: str) -> int:
        """Count what an account published in the last day."""
        since = self.world.moment() - timedelta(days=1)
        return sum(1 for who, at in self.gone_out if who == owner and at > since)


def said(asked: Asked) -> Mapping[str, str]:
    """Read parameters, from the address or the body alike."""
    return {**asked.query, **asked.body}


def named(asked: Asked, path: str, calls: Iterable[tuple[str, str, str]], shelf: Shelf) -> tuple[str, str]:
    """Name a call by its method and path, and what it is about; what is made hangs on its parameters too."""
    for method, pattern, name in calls:
        match = re.fullmatch(pattern, path)
        if asked.method != method or not match:
            continue
        node = (match.groups() or ("",))[0]
        if name == "container" and claim(said(asked).get("is_carousel_item")):
            return "item", node
        return "post" if name == "status" and node in shelf.posts else name, node
    return "unknown", ""


def insights(asked: Mapping[str, Any], post: str, known: Iterable[str]) -> Reply:
    """Tell what readers did: each metric of a post counts its letters, so that none is like another."""
    wanted = str(asked.get("metric", "")).split(",")
    if wrong := [each for each in wanted if each not in known]:
        raise No(f"(#100) metric[0] must be one of the following values: {json.dumps(wrong)}", 100)
    found = [
        {"name": each, "period": "lifetime", "values": [{"value": len(each)}], "id": f"{post}/insights/{each}/lifetime"}
        for each in wanted
    ]
    return reply(200, {"data": found})


def addresses(text: str) -> list[tuple[int, int, str]]:
    """Find addresses in words, without what ends a sentence; a bracket that was opened in one belongs to it."""
    found = []
    for each in _ADDRESS.finditer(text):
        address = each[0]
        while address[-1] in ".,;:!?»”'" or (address[-1] == ")" and address.count(")") > address.count("(")):
            address = address[:-1]
        found.append((each.start(), each.start() + len(address), address))
    return found


def marks(text: str, *, links: bool, tags: int) -> tuple[tuple[int, int, str, str], ...]:
    """Find what readers can tap: addresses, where they can, and so many hashtags."""
    found = [(start, end, "link", address) for start, end, address in addresses(text)]
    tagged = [(m.start(), m.end(), "tag", m[1]) for m in TAG.finditer(text)]
    outside = [tag for tag in tagged if not any(a <= tag[0] < b for a, b, _, _ in found)]
    return tuple(sorted((found if links else []) + outside[:tags]))

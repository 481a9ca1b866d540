"""What every emulated network shares: what readers see, the ledger, faults, and one ASGI door."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal, get_args

from adapters.emulators.pace import Bucket, Day
from adapters.emulators.shown import Act, Entry, Mark, Shown
from adapters.emulators.wire import Asked, Reply, Upload, read

__all__ = [
    "Act",
    "Asked",
    "Bucket",
    "Day",
    "Entry",
    "Fault",
    "Mark",
    "Network",
    "Reply",
    "Shown",
    "Upload",
    "World",
    "reply",
]

Fault = Literal[
    "drop_before",
    "accept_then_drop",
    "accept_then_500",
    "accept_late",
    "slow",
    "429",
    "html_error",
    "token_revoked",
    "lag",
]
Place = tuple[str, str]
"""Where a post stands (a chat, an account), and its id there."""

_SLOW = 45.0
"""Seconds until a slow answer comes: longer than any caller waits."""
_WAIT = 7
"""Seconds a drawn 429 asks for."""


class World:
    """What outlives a crash of the daemon: time, the ledger, what readers see, and calls still travelling."""

    faults: ClassVar[tuple[Fault, ...]] = get_args(Fault)
    """Everything that can go wrong with an exchange."""

    def __init__(
        self,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        *,
        fault: Callable[[str], Fault | None] = lambda call: None,
    ) -> None:
        self.now, self.sleep, self.fault = now, sleep, fault
        self.late = 20.0
        """Seconds a call that arrives late is under way."""
        self.ledger: list[Entry] = []
        self.travelling: list[tuple[datetime, Callable[[], object]]] = []
        self.networks: list[Network] = []
        self.posts: dict[tuple[str, str, str], Shown] = {}
        """By (network, place, id), in the order in which they came to be."""
        self.hidden: set[tuple[str, str]] = set()
        """(network, place) where no reader looks, such as a chat a bot makes notes in."""
        self.inboxes: set[tuple[str, str]] = set()
        """Those among them where drafts wait for the account's people."""
        self.files: dict[str, Upload] = {}
        """Every picture and film a network was given, by its SHA-256."""
        self.fetch: Callable[[str], Upload | None] = lambda url: None
        """What stands at an address now, for networks that fetch media by themselves; None: nothing to be had."""
        self._arriving: datetime | None = None

    def keep(self, upload: Upload) -> str:
        """Keep what was uploaded; returns its SHA-256."""
        name = hashlib.sha256(upload.content).hexdigest()
        self.files[name] = upload
        return name

    def moment(self) -> datetime:
        """Tell the time of what happens now: a call that was under way happens when it arrives."""
        return self._arriving or self.now()

    def settle(self) -> None:
        """Let every delayed call arrive whose moment has come."""
        now = self.now()
        ready = sorted((t for t in self.travelling if t[0] <= now), key=lambda t: t[0])
        self.travelling = [t for t in self.travelling if t[0] > now]
        for at, arrive in ready:
            self._arriving = at
            arrive()
        self._arriving = None

    def restore(self) -> None:
        """Let every revoked token serve again."""
        for network in self.networks:
            network.restore()

    def timeline(self, network: str, place: str | None = None) -> list[Shown]:
        """Show what a reader sees now, oldest first; hidden places only when asked for by name."""
        shown = [s for s in self.posts.values() if s.network == network and place in (None, s.place)]
        return sorted((s for s in shown if place or (network, s.place) not in self.hidden), key=lambda s: s.at)

    def people_see(self, network: str) -> list[Shown]:
        """Show what a reader sees, and the drafts an account's people see in its app, oldest first."""
        drafts = (s for s in self.posts.values() if s.network == network and (network, s.place) in self.inboxes)
        return sorted([*self.timeline(network), *drafts], key=lambda s: s.at)


class Network:
    """An ASGI app. Subclasses answer one request at a time, without waiting; faults and transport live here."""

    name: ClassVar[str]
    title: ClassVar[str]
    visible: ClassVar[frozenset[str]]
    """The calls that put a post before readers."""
    lag: ClassVar[timedelta] = timedelta(seconds=4)
    """How long reads under the fault `lag` show nothing of a write."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.works = timedelta(0)
        """How long what was taken is worked on, where that goes on after the visible call."""
        self.fails = ""
        """What the next posts end in once that is over, in the network's own words; empty: they are out."""
        self.pages: dict[str, tuple[str, str]] = {}
        """Web pages this network can unfold a link to: url -> (title, description)."""
        self.portrait = f"https://pictures.{self.name}.example/portrait.jpg"
        """Where the picture beside every post of every account lies."""
        self._acts: list[tuple[Act, Place, Shown | None]] = []
        self._written: dict[Place, datetime] = {}
        self._laggards: set[Place] = set()
        self._is_lagging = False
        world.networks.append(self)

    def admit(self, settings: Mapping[str, str], credentials: Mapping[str, str]) -> None:
        """Make an account and its place known, by the adapter's field names."""
        raise NotImplementedError

    @classmethod
    def newcomer(cls, n: int) -> tuple[dict[str, str], dict[str, str]]:
        """Invent the settings and credentials of the n-th demo account."""
        raise NotImplementedError

    @classmethod
    def applicant(cls, n: int) -> tuple[dict[str, str], dict[str, str]]:
        """Invent the n-th account whose owner has to be asked first, where the network has a consent page."""
        raise NotImplementedError

    def place(self, settings: Mapping[str, str], credentials: Mapping[str, str]) -> str:
        """Name the place at which this account's posts stand in the ledger and the timeline."""
        raise NotImplementedError

    def editor_posts(self, place: str, text: str) -> str:
        """Let a person post by hand, beside the daemon; returns the post's id."""
        raise NotImplementedError

    def call(self, asked: Asked) -> str:
        """Name the method asked for."""
        raise NotImplementedError

    def answer(self, asked: Asked) -> Reply:
        """Act and reply."""
        raise NotImplementedError

    def refuse(self, seconds: int) -> Reply:
        """Say "too many requests" as this network does."""
        raise NotImplementedError

    def break_down(self) -> Reply:
        """Say "internal error" as this network does."""
        raise NotImplementedError

    def revoke(self, asked: Asked) -> None:
        """Kill the token this request came with."""
        raise NotImplementedError

    def restore(self) -> None:
        """Let every revoked token serve again."""
        raise NotImplementedError

    def create(self, shown: Shown) -> None:
        """Put a post before readers."""
        self._change("created", shown)

    def edit(self, shown: Shown) -> None:
        """Change a post readers see."""
        self._change("edited", shown)

    def remove(self, place: str, post_id: str) -> None:
        """Take a post from readers."""
        shown = self.world.posts.pop((self.name, place, post_id), None)
        self._acts.append(("deleted", (place, post_id), shown))

    def reads(self, place: str, post_id: str) -> bool:
        """Tell whether a read of this exchange already shows the post."""
        key = (place, post_id)
        written = self._written.get(key)
        if written is None or not (self._is_lagging or key in self._laggards):
            return True
        return self.world.moment() - written >= self.lag

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        """Answer one exchange, as ASGI."""
        if scope["type"] != "http":
            raise NotImplementedError(f"a network speaks HTTP, not {scope['type']}")
        asked = await read(scope, receive)
        try:
            reply = await self._exchange(asked)
        except ConnectionError:
            # Over a socket, an app that only raises is answered for with 500. A body that was promised and never
            # comes is a cut to every client; in process the exception itself passes through.
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
            raise
        headers = [(k.lower().encode(), v.encode()) for k, v in reply.headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.content})

    async def _exchange(self, asked: Asked) -> Reply:
        self.world.settle()
        match self.world.fault(f"{self.name}.{self.call(asked)}"):
            case "drop_before":
                raise ConnectionRefusedError("refused")
            case "429":
                return self._write(asked, self.refuse(_WAIT))
            case "html_error":
                headers = {"content-type": "text/html"}
                return self._write(asked, Reply(502, b"<html><h1>502 Bad Gateway</h1></html>", headers))
            case "token_revoked":
                self.revoke(asked)
            case "accept_then_drop":
                self._act(asked)
                raise ConnectionResetError("the answer was lost")
            case "accept_then_500":
                self._act(asked)
                return self.break_down()
            case "accept_late":
                at = self.world.now() + timedelta(seconds=self.world.late)
                self.world.travelling.append((at, lambda: self._act(asked)))
                raise ConnectionResetError("cut while the call was under way")
            case "slow":
                reply = self._act(asked)
                await self.world.sleep(_SLOW)
                return reply
            case "lag":
                self._is_lagging = True
        return self._act(asked)

    def _act(self, asked: Asked) -> Reply:
        try:
            return self._write(asked, self.answer(asked))
        finally:
            self._is_lagging = False
            self._acts.clear()

    def _write(self, asked: Asked, reply: Reply) -> Reply:
        for act, (place, post_id), shown in self._acts or [("", ("", ""), None)]:
            at, call = self.world.moment(), self.call(asked)
            self.world.ledger.append(Entry(at, self.name, place, call, act, post_id, shown, asked, reply.status))
        return reply

    def _change(self, act: Act, shown: Shown) -> None:
        key = (shown.place, shown.id)
        self.world.posts[(self.name, *key)] = shown
        self._written[key] = self.world.moment()
        if self._is_lagging:
            self._laggards.add(key)
        self._acts.append((act, key, shown))


def reply(status: int, body: Any, **headers: str) -> Reply:
    """Answer with JSON; `_` in a header's name stands for `-`."""
    named = {k.replace("_", "-"): v for k, v in headers.items()}
    content = json.dumps(body, ensure_ascii=False).encode()
    return Reply(status, content, {"content-type": "application/json; charset=utf-8"} | named)

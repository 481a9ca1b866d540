"""One adapter on one stage: what the engine would do around a call, and nothing of it hidden."""

import copy
import json
import logging
import re
import traceback
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import httpx

from adapters import http
from adapters.contract import Ability, Adapter, Asked, Intent, Json, Post, PublishError, Receipt, Session
from adapters.emulators.kit import Entry, Network
from bot.clock import SystemClock
from tests.contract.stage import NOON, Stage

FIVE = ("NotSent", "NotYet", "OutcomeUnknown", "AuthFailed", "Rejected")


@dataclass(frozen=True)
class Refusal:
    """An answer to the visible call, from the network's sheet, and the error it must become."""

    status: int
    body: Any
    error: str
    headers: dict[str, str] = field(default_factory=dict)
    scope: str = ""
    wait: float = 0.0
    """At least so many seconds must the engine be told to wait."""


@dataclass(frozen=True)
class Case:
    """All that the kit must know of a network. A new network adds one of these and no test."""

    adapter: type[Adapter]
    network: type[Network]
    refusals: tuple[Refusal, ...]
    picture_refusals: tuple[tuple[str, Refusal], ...] = ()
    """By call, the answers that are a no to a picture; their error is PictureRefused."""
    settings: dict[str, str] = field(default_factory=dict)
    """What is set beside the emulator's own settings."""
    secrets: tuple[str, ...] = ("token",)
    """The credentials that must never be seen."""
    keeps_keys: bool = False
    """The network promises that a repeated key makes no second post."""
    one_key: bool = False
    """All tries of a delivery have one key there, also when its words change."""
    refuses_repeats: bool = False
    """The network refuses the same words again, whosever they are; with `keeps_keys` it names the post it means."""
    signs_in: bool = True
    """Its credentials begin a new session at any time; else one that got too old is for a person."""
    counts_bytes: bool = False
    """Words are counted in UTF-8 bytes."""
    unsigned: bool = False
    """The visible call carries no token: its address is the secret."""
    calls: dict[str, str] = field(default_factory=dict)
    """The emulator's name of each part of `body`, where it has another one."""
    marks: frozenset[str] = frozenset({"link", "tag"})
    """The kinds of marks this network's readers see."""
    rewrites: dict[int, str] = field(default_factory=dict)
    """Signs it takes nowhere, and what stands in their place."""
    fails: str = ""
    """What it may end a post in that it took: a yes to the visible call says only that it has it all.

    Here it is done at once, unless a rule says otherwise.
    """
    person_tells: frozenset[str] = frozenset()
    """The forms in which a post that no look finds may be out all the same, so that a person must say."""
    needs_consent: bool = False
    """A dead token is renewed by nobody: a person gives a new one."""
    tells: frozenset[str] = frozenset({"name", "avatar"})
    """What it tells of how readers see an account."""
    home: str = ""
    """Where an account lives, if not where it signs in."""
    http: ModuleType = http
    """The adapter's own HTTP module."""
    form: str = ""
    """How `post` carries pictures, if it does; see tests.contract.pictures."""
    post: Post = field(default=Post("Railway opens"), repr=False)
    """What is posted."""

    @property
    def name(self) -> str:
        return self.network.name

    @property
    def renews(self) -> bool:
        """Whether an account as the emulator invents it works by a session."""
        settings, credentials = self.network.newcomer(0)
        made = self.adapter.Settings(**settings | self.settings)
        return self.adapter(made, Session("", credentials), self.http.Http.over(None), SystemClock()).renews()

    @property
    def settles_later(self) -> bool:
        """Whether a look must tell what becomes of a post the network took."""
        return bool(self.fails)

    def can(self, ability: Ability) -> bool:
        """Whether such an account has an optional ability."""
        return self.renews if ability == "renew" else self.adapter.can(ability)

    def call_of(self, part: str) -> str:
        """Name the call of a part of `body`; where several are alike, their names end in numbers."""
        bare = re.sub(r" ?\d+$", "", part)
        return self.calls.get(bare, bare)


class Memory:
    """A memo that counts how often each step ran; kept between tries, as the engine keeps it."""

    def __init__(self, now: Callable[[], datetime] = lambda: NOON) -> None:
        self.now = now
        self.known: dict[str, str] = {}
        self.ran: list[str] = []
        self._dies: dict[str, datetime] = {}

    async def step(
        self, name: str, run: Callable[[], Awaitable[str]], *, lives: timedelta | None = None, secret: bool = False
    ) -> str:
        is_dead = name in self._dies and self._dies[name] <= self.now()
        if name not in self.known or is_dead:
            self.ran.append(name)
            self.known[name] = await run()
            json.loads(self.known[name])
            if lives:
                self._dies[name] = self.now() + lives
        return self.known[name]

    def note(self, name: str, value: str) -> None:
        json.loads(value)
        self.known[name] = value

    def read(self, name: str) -> str | None:
        return self.known.get(name)

    async def forget(self, name: str) -> None:
        self.known.pop(name, None)


class Play(Stage):
    """An adapter, its session and its memo before an emulated network."""

    def __init__(self, case: Case, *, network: type[Network] | None = None) -> None:
        super().__init__(network or case.network)
        self.case = case
        self.settings |= case.settings
        if case.home:
            setattr(self.network, "pds", case.home)  # noqa: B010
        self.network.works = timedelta(0)
        self.memo = Memory(lambda: self.now)
        self.account = Session("", dict(self.credentials))
        self.contents: list[Json] = []
        self.asked = Asked(NOON, NOON)
        self.at_intent: Callable[[], object] = lambda: None
        self._drawn_bytes = 0
        if case.renews:
            self.account = self.do(lambda a: a.renew(self.account))
            self.ledger.clear()
        self.drawn.clear()

    @property
    def secret_words(self) -> list[str]:
        """Every word that must not be seen: credentials, and the tokens of a session."""
        tokens = dict(self.account.tokens)
        open_names = {*self.credentials, "handle", "pds"} - set(self.case.secrets)
        return [value for name, value in tokens.items() if name not in open_names]

    def monotonic(self) -> float:
        return (self.now - NOON).total_seconds()

    def do(self, act: Callable[[Adapter], Awaitable[Any]]) -> Any:
        """Build the adapter anew, as the engine does for each turn, and let it act."""
        return self.run(self.act(act))

    async def act(self, act: Callable[[Adapter], Awaitable[Any]]) -> Any:
        transport = self.case.http.InProcess(self.network)
        async with httpx.AsyncClient(transport=transport) as client:
            settings = self.case.adapter.Settings(**self.settings)
            return await act(self.case.adapter(settings, self.account, self.case.http.Http(client), _Clock(self)))

    def publish(self, post: Post, *, key: str = "key-of-the-delivery", intent: Intent | None = None) -> Receipt:
        """Try once, with this play's memo."""
        found = self.do(lambda a: a.publish(post, key=key, memo=self.memo, intent=intent or self.intend))
        assert isinstance(found, Receipt)
        return found

    def find(self, post: Post, *, key: str = "key-of-the-delivery") -> Receipt | None:
        """Look once."""
        found: Receipt | None = self.do(lambda a: a.find(post, key=key, memo=self.memo, asked=self.asked))
        assert found is None or isinstance(found, Receipt)
        return found

    def lose(self, post: Post, fault: Any = "accept_then_drop") -> Exception:
        """Publish and let the visible call suffer."""
        call = self.visible_call(post)
        self.only(call, fault)
        error = self.error_of(lambda: self.publish(post))
        self.calm()
        return error

    async def intend(self, content: Json) -> None:
        """Allow the try, and remember what the engine would."""
        self.at_intent()
        self.contents.append(copy.deepcopy(content))
        mark = self.memo.read("channel:last_mark")
        self.asked = Asked(self.now, self.now, None if mark is None else str(json.loads(mark)))

    def visible_call(self, post: Post) -> str:
        """Name the call by which this adapter makes a post visible, as its `body` names it."""
        call = self.calls_of(post)[-1]
        assert call in self.network.visible, f"the last part of body must be the visible call, not {call}"
        return call

    def calls_of(self, post: Post) -> list[str]:
        """Name the calls of this adapter's `body`, in order."""
        return [self.case.call_of(part) for part in self.do(_body_of(post))]

    def visible(self) -> list[Entry]:
        """Every visible call the network received at the place of the test."""
        return [e for e in self.ledger if e.call in self.network.visible]

    @staticmethod
    def error_of(act: Callable[[], Any]) -> Exception:
        """Run what must fail with one of the five."""
        try:
            found = act()
        except PublishError as e:
            kind(e)
            return e
        raise AssertionError(f"nothing was raised: {found!r}")


class _Clock:
    def __init__(self, play: Play) -> None:
        self._play = play

    def now(self) -> datetime:
        return self._play.now.replace(microsecond=self._play.now.microsecond // 1000 * 1000)

    def monotonic(self) -> float:
        return self._play.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._play.world.sleep(seconds)

    def token_bytes(self, n: int) -> bytes:
        self._play._drawn_bytes += 1
        return self._play._drawn_bytes.to_bytes(n + 4)[-n:]


def kind(error: BaseException) -> str:
    """Name which of the five an error is; fails for anything else."""
    found = [c.__name__ for c in type(error).__mro__ if c.__name__ in FIVE]
    assert len(found) == 1, f"not one of the five: {error!r}"
    return found[0]


def _body_of(post: Post) -> Callable[[Adapter], Awaitable[Json]]:
    async def go(adapter: Adapter) -> Json:
        return adapter.body(post)

    return go


def leaks(error: BaseException, secrets: list[str]) -> list[str]:
    """List the secrets that stand in an error, in what it was raised from, or in its traceback."""
    told = f"{error!r} {error.args} {''.join(traceback.format_exception(error))}"
    return [word for word in secrets if word in told]


class _Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(self.format(record))


@contextmanager
def overhearing() -> Iterator[list[str]]:
    """Hear everything that is logged, at every level."""
    ear, root = _Ear(), logging.getLogger()
    level = root.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    try:
        yield ear.heard
    finally:
        root.removeHandler(ear)
        root.setLevel(level)

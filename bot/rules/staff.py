"""Who works here, how long a sign-in lasts, and how long whoever guesses passwords has to wait."""

import re
import unicodedata
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Literal

from bot.tongue import phrase

Language = Literal["en", "ru", "kk"]
LANGUAGES: tuple[Language, ...] = ("en", "ru", "kk")
IDLE = timedelta(hours=12)
"""How long a sign-in lasts when nobody uses it."""
LONGEST = timedelta(days=7)
"""How long it lasts at most."""
INVITED_FOR = timedelta(hours=24)
"""How long a one-time address opens."""
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 256
_NAME = re.compile(r"[^\W_][\w.-]{0,39}")


class Role(StrEnum):
    """What a person is here for; each one may do what those before it may."""

    VIEWER = "viewer"
    EDITOR = "editor"
    APPROVER = "approver"
    ADMIN = "admin"


class Kind(StrEnum):
    """What a one-time address is for."""

    FIRST = "first"
    """Nobody is there yet: whoever opens it becomes an admin, by a name of their own."""
    INVITED = "invited"
    RESET = "reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One of the staff; `name` stands in the audit log as "desk:NAME"."""

    name: str
    role: Role = Role.VIEWER
    language: Language = "en"
    has_shortcuts: bool = True
    """Whether single keys are commands (WCAG 2.1.4 wants a way to switch them off)."""
    has_password: bool = True
    made_at: datetime | None = None
    ended_at: datetime | None = None


GUEST = Person(name="")
"""Whoever has not signed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """One browser that is signed in."""

    id: int
    person: str
    made_at: datetime
    seen_at: datetime
    ends_at: datetime
    address: str
    agent: str
    """What the browser calls itself."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time address; `person` is "" where a name is still to be chosen."""

    person: str
    kind: Kind
    ends_at: datetime


def spoken(said: str) -> Language:
    """Choose the language the desk speaks with somebody: as said, or English."""
    return next((each for each in LANGUAGES if each == said), "en")


def named(said: str) -> str | None:
    """Write a person's name the one way it is stored: small letters, digits, points and dashes; None: it is no name."""
    name = unicodedata.normalize("NFC", said.strip()).casefold()
    return name if _NAME.fullmatch(name) else None


def bad_password(said: str, name: str) -> str:
    """Say what is wrong with a password; "" where nothing is."""
    if len(said) < SHORTEST_PASSWORD:
        return phrase(
            f"it has {len(said)} signs and needs {SHORTEST_PASSWORD}: a few words in a row are easy to keep in mind"
        )
    if len(said) > LONGEST_PASSWORD:
        return phrase(f"it has more than {LONGEST_PASSWORD} signs")
    if len(set(said)) < SHORTEST_PASSWORD // 2 or (name and said.casefold() == name * (len(said) // len(name))):
        return phrase("it is the same again and again: a few words in a row are harder to guess")
    return ""


@dataclass(slots=True)
class _Tries:
    failed: int
    last_at: datetime
    waits_until: datetime


class Throttle:
    """Makes whoever tries wrong passwords wait, longer with each: for one account, or for one address.

    Known to this process alone: a restart forgives. It knows names as they were typed, and not whether they exist.
    """

    def __init__(self, *, free: int, longest: timedelta, most: int = 10_000) -> None:
        self._free, self._longest, self._most = free, longest, most
        self._tries = OrderedDict[str, _Tries]()

    def wait(self, who: str, now: datetime) -> timedelta:
        """Tell how long `who` has to wait before the next try counts."""
        tries = self._tries.get(who)
        # A clock that was set back must keep nobody out for longer than it should.
        return timedelta(0) if tries is None else min(self._longest, max(timedelta(0), tries.waits_until - now))

    def failed(self, who: str, now: datetime) -> timedelta:
        """Count a wrong try; tell how long the next one has to wait."""
        tries = self._tries.pop(who, None)
        if tries is None or now - tries.last_at > self._longest * 2:
            tries = _Tries(0, now, now)
        tries.failed, tries.last_at = tries.failed + 1, now
        beyond = tries.failed - self._free
        wait = timedelta(0) if beyond < 0 else min(self._longest, timedelta(seconds=2 ** min(beyond + 1, 20)))
        tries.waits_until = now + wait
        self._tries[who] = tries
        if len(self._tries) > self._most:
            self._tries.popitem(last=False)
        return wait

    def forget(self, who: str) -> None:
        """Forgive: the right password was given."""
        self._tries.pop(who, None)


def neighbourhood(address: str) -> str:
    """Name what counts as one address: whoever has one IPv6 address mostly has all of its /64."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, IPv6Address):
        return str(ip.ipv4_mapped or ip_network((ip, 64), strict=False))
    return str(ip)

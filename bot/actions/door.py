"""SHELL. Lets people in: checks passwords off the event loop, one at a time, and makes whoever guesses wait.

What it costs to try is the same whether a name exists or not, and so is what is said.
"""

import asyncio
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from adapters.contract import Clock
from bot.actions.room import RefusedVerb, Room
from bot.actions.staff import fingerprint, invitation, new_token
from bot.rules.staff import (
    LONGEST_PASSWORD,
    Person,
    SignIn,
    Throttle,
    bad_password,
    named,
    neighbourhood,
    spoken,
)
from bot.store import staff

T = TypeVar("T")
log = structlog.get_logger()
_QUEUE = 20
"""Passwords that may wait for their turn: the last of them some seconds."""
_BUSY = timedelta(seconds=5)
_FIRST = timedelta(seconds=2)
"""The wait a throttle begins with."""


class NotLetIn(RefusedVerb):
    """Name or password is wrong."""


class TooManyTries(RefusedVerb):
    """The next try counts only after `wait`."""

    def __init__(self, wait: timedelta) -> None:
        self.seconds = max(1, round(wait.total_seconds()))
        super().__init__(f"too many tries; again in {self.seconds} seconds")


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a try to sign in comes from."""

    address: str
    agent: str
    token: str = ""
    """What the browser was signed in with before: it ends."""
    language: str = ""
    """What it wants to read."""


def usual_hasher() -> PasswordHasher:
    """Make what passwords are hashed with: RFC 9106's second choice in one lane, so that the other core stays free."""
    return PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=1)


class Doorkeeper:
    """Checks passwords for as long as the daemon runs."""

    def __init__(self, clock: Clock, hasher: PasswordHasher | None = None) -> None:
        self._clock, self._hasher = clock, hasher or usual_hasher()
        # A name gets few tries, from wherever they come; an address some more, as a newsroom may share one. A name
        # waits a minute at most: longer, and anybody could keep an editor out for as long.
        self._names = Throttle(free=10, longest=timedelta(minutes=1))
        self._addresses = Throttle(free=30, longest=timedelta(minutes=15))
        self._turn, self._queued = asyncio.Semaphore(1), 0
        self._nobodys, self._rested_at = "", 0.0

    async def sign_in(self, room: Room, name: str, password: str, caller: Caller) -> tuple[Person, str]:
        """Let a person in; returns what the browser is to show from now on. Raises NotLetIn or TooManyTries."""
        who = named(name) or ""
        self._count(who, caller.address)
        found = await room.store.write(staff.known, who)
        if not await self._is_right(found.password if found else "", password) or found is None:
            raise NotLetIn("name or password is wrong")
        self._forgive(who, caller.address)
        return found.person, await self._let_in(room, found, caller)

    async def accept(self, room: Room, token: str, name: str, password: str, *, caller: Caller) -> tuple[Person, str]:
        """Give whoever opened a one-time address a password, and let them in. Raises RefusedVerb."""
        opened = await invitation(room, token)
        who = opened.person or named(name)
        if who is None:
            raise RefusedVerb("the name takes letters, digits, points and dashes, 40 at the most")
        hashed = await self._hashed(who, password)
        mark, now, language = fingerprint(token), room.clock.now(), spoken(caller.language)
        person = await room.store.write(staff.accept, mark, who, now, password=hashed, language=language)
        return person, await self._let_in(room, staff.Known(person, hashed), caller)

    async def change_password(self, room: Room, here: SignIn, old: str, new: str) -> None:
        """Give a person another password; every other browser is signed out. Raises NotLetIn or TooManyTries."""
        self._count(here.person, here.address)
        found = await room.store.write(staff.known, here.person)
        if not await self._is_right(found.password if found else "", old) or found is None:
            raise NotLetIn("the old password is wrong")
        self._forgive(here.person, here.address)
        hashed = await self._hashed(here.person, new)
        await room.store.write(staff.change_password, found, room.clock.now(), password=hashed, but=here.id)

    async def _let_in(self, room: Room, who: staff.Known, caller: Caller) -> str:
        token = new_token(self._clock)
        told = {"address": caller.address, "agent": caller.agent[:200]}
        marks = {"token": fingerprint(token), "instead_of": fingerprint(caller.token)}
        await room.store.write(staff.signed_in, who, self._clock.now(), **marks, **told)
        return token

    def _count(self, name: str, address: str) -> None:
        """Count a try before it is made, so that many at the same time are many."""
        now, near = self._clock.now(), neighbourhood(address)
        if wait := max(self._names.wait(name, now), self._addresses.wait(near, now)):
            raise TooManyTries(wait)
        waits = self._names.failed(name, now), self._addresses.failed(near, now)
        if waits[0] == _FIRST or waits[1] == _FIRST:
            # Names are not logged: people type passwords in their place.
            log.warning("sign-ins are slowed down", address=near, said="too many wrong passwords")

    def _forgive(self, name: str, address: str) -> None:
        self._names.forget(name)
        self._addresses.forget(neighbourhood(address))

    async def _hashed(self, name: str, password: str) -> str:
        if said := bad_password(password, name):
            raise RefusedVerb(f"this password cannot be taken: {said}")
        return await self._in_turn(lambda: self._hasher.hash(_plain(password)))

    async def _is_right(self, known: str, password: str) -> bool:
        """Check a password; where nobody has that name, do as much for nothing."""

        def check() -> bool:
            self._nobodys = self._nobodys or self._hasher.hash("nobody has this one")
            try:
                return self._hasher.verify(known or self._nobodys, _plain(password))
            except VerifyMismatchError:
                return False

        return await self._in_turn(check)

    async def _in_turn(self, work: Callable[[], T]) -> T:
        """Run in a thread, one after the other, with rests as long as the work: a flood takes half a core at most.

        Where there is one core only, what goes out would else share it with strangers' passwords.
        """
        if self._queued >= _QUEUE:
            raise TooManyTries(_BUSY)
        self._queued += 1
        try:
            async with self._turn:
                if (rest := self._rested_at - self._clock.monotonic()) > 0:
                    await self._clock.sleep(rest)
                began = self._clock.monotonic()
                try:
                    return await asyncio.to_thread(work)
                finally:
                    ended = self._clock.monotonic()
                    self._rested_at = ended + (ended - began)
        finally:
            self._queued -= 1


def _plain(password: str) -> str:
    """Write a password the one way it is hashed, whichever keyboard typed it; a long one is wrong and costs no more."""
    return unicodedata.normalize("NFC", password[: LONGEST_PASSWORD + 1])

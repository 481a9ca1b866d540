"""What the adapter tests share: a clock that only moves when told, a memo in a dict, and a network in a function."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from adapters.contract import Session
from adapters.http import Http

START = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


class Clock:
    def __init__(self, now=START):
        self.time, self.slept = now, []

    def now(self):
        return self.time

    def monotonic(self):
        return 0.0

    async def sleep(self, seconds):
        self.slept.append(seconds)

    def token_bytes(self, n):
        return bytes(range(n))


class Memory:
    def __init__(self, **known):
        self.known = dict(known)
        self.ran = []

    async def step(self, name, run, *, lives=None, secret=False):
        if name not in self.known:
            self.ran.append(name)
            self.known[name] = await run()
        return self.known[name]

    def note(self, name, value):
        json.loads(value)
        self.known[name] = value

    def read(self, name):
        return self.known.get(name)

    async def forget(self, name):
        self.known.pop(name, None)


class Network:
    """Answers by a function of the request; keeps every request it saw."""

    def __init__(self, answer: Callable[[httpx.Request], Any]):
        self.answer, self.seen = answer, []

    def __call__(self, request):
        self.seen.append(request)
        found = self.answer(request)
        if isinstance(found, BaseException):
            raise found
        return found

    def calls(self):
        return [r.url.path.rsplit("/", 1)[1] for r in self.seen]

    def bodies(self, name):
        return [json.loads(r.content) for r in self.seen if r.url.path.rsplit("/", 1)[1] == name]


def play(network, act: Callable[[Http], Awaitable[Any]], *, deadline=30.0):
    """Run `act` with an Http that reaches `network` only."""

    async def go():
        async with httpx.AsyncClient(transport=httpx.MockTransport(network)) as client:
            return await act(Http(client, deadline=deadline))

    return asyncio.run(go())


def with_adapter(cls, network, act, *, settings, tokens, subject="", clock=None):
    made = lambda http: cls(cls.Settings(**settings), Session(subject, tokens), http, clock or Clock())  # noqa: E731
    return play(network, lambda http: act(made(http)))


class Slow:
    """A network on which every answer takes five seconds."""

    def __init__(self, answer, clock):
        self.answer, self.clock = answer, clock

    def __call__(self, request):
        self.clock.time += timedelta(seconds=5)
        return self.answer(request)


async def allow(content):
    """An intent that lets everything through."""


def later(**delta):
    return START + timedelta(**delta)

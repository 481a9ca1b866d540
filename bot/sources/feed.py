"""Polls feeds with manners: conditional requests, one answer one transaction, failures told and backed off."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

import structlog

from adapters import waits
from adapters.contract import Clock
from bot.articles.feed import Feed, Unreadable, read
from bot.articles.page import Body
from bot.articles.wordlists import NO_LISTS, WordLists
from bot.fetch import Fetched, Refused, Unreachable
from bot.model import Channel, Source
from bot.sources.pages import Pages
from bot.store import intake, sources
from bot.store.engine import Store, StoreUnavailable
from bot.store.sources import Due, Validators

log = structlog.get_logger()
MOST_BYTES = 5 * 1024 * 1024
"""The largest feed we read: feedparser needed 15 s for 7 MiB when measured."""
FETCH_SECONDS = 30.0
READ_SECONDS = 20.0
_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
_MOST_WAIT = timedelta(hours=24)
_AT_ONCE = 8


class Fetch(Protocol):
    """The guarded client, as far as polling needs it."""

    async def get(
        self, url: str, *, most: int, deadline: float, headers: Mapping[str, str] | None = None, accept: str = "*/*"
    ) -> Fetched:
        """Fetch. Raises Refused or Unreachable."""
        ...


T = TypeVar("T")


class Aside(Protocol):
    """Runs slow, pure work beside the event loop, for at most `deadline` seconds. Raises TimeoutError."""

    def __call__(self, work: Callable[[], T], deadline: float) -> Awaitable[T]:
        """Run."""
        ...


class _Failed(Exception):
    """This poll brought nothing; the message says why. `wait`: how long the host asked us to stay away."""

    def __init__(self, why: str, wait: timedelta | None = None) -> None:
        super().__init__(why)
        self.wait = wait


class Poller:
    """Asks each source when it is due, and stores what came."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        fetch: Fetch,
        *,
        listed: Sequence[Source],
        channels: Sequence[Channel],
        aside: Aside,
        zone: str,
        body: Body | None = None,
        lists: WordLists = NO_LISTS,
    ) -> None:
        self._pages = Pages(store, fetch, aside, body) if body else None
        self._store, self._clock, self._fetch, self._aside = store, clock, fetch, aside
        self._sources = {each.id: each for each in listed}
        self._channels, self._zone, self._lists = channels, zone, lists

    async def poll_due(self) -> None:
        """Poll every source that is due, a few at a time: one that hangs or breaks must not starve the others."""
        due = await self._store.write(sources.take_due, list(self._sources), self._clock.now())
        few = asyncio.Semaphore(_AT_ONCE)

        async def poll(each: Due) -> None:
            async with few:
                await self._poll_safely(each)

        # Not a TaskGroup: a database that refuses one poll must not cancel another in the middle.
        for broken in await asyncio.gather(*(poll(each) for each in due), return_exceptions=True):
            if broken is not None:
                raise broken

    async def filled(self, who: Source, found: Feed) -> Feed:
        """Fill a feed's stories from their pages, where the source is to be read so."""
        if who.read == "feed" or self._pages is None:
            return found
        return await self._pages.fill(who, found, self._clock.now())

    async def _poll_safely(self, due: Due) -> None:
        try:
            await self._poll(self._sources[due.id], due)
        except StoreUnavailable:
            raise
        except Exception as e:  # barrier: what breaks on one feed must not keep the others from being read
            log.exception("poll broke", source=due.id)
            why = f"reading it broke with {type(e).__name__}; the log has more"
            await self._store.write(sources.read_failed, self._sources[due.id], self._clock.now(), why=why)

    async def _poll(self, who: Source, due: Due) -> None:
        try:
            answer = await self._ask(who, due)
            kept = None if answer is None else _validators(answer)
            if answer is None or (kept is not None and kept.body_sha == due.body_sha):
                # Unchanged: keep the newer validators, read nothing.
                await self._store.write(sources.read_ok, who, self._clock.now(), kept=kept)
                return
            assert kept is not None
            feed = await self.filled(who, await self._read(who, answer))
        except _Failed as e:
            log.warning("poll failed", source=who.id, why=str(e))
            await self._store.write(sources.read_failed, who, self._clock.now(), why=str(e), wait=e.wait)
            return
        poll = intake.Poll(who, feed, kept, self._channels, tuple(self._sources), self._zone, self._lists)
        taken = await self._store.write(intake.take_in, poll, self._clock.now())
        if taken.new or taken.revised:
            log.info("feed read", source=who.id, new=taken.new, revised=taken.revised, merged=taken.merged)

    async def _ask(self, who: Source, due: Due) -> Fetched | None:
        """Fetch the feed; None: it did not change."""
        host, now = urlsplit(who.url).hostname or "", self._clock.now()
        if until := await self._store.write(sources.host_waits, host, now):
            raise _Failed(f"{host} asked us to stay away until {until:%H:%M} UTC", until - now)
        validators = {"If-None-Match": due.etag, "If-Modified-Since": due.modified}
        headers = {name: value for name, value in validators.items() if value}
        try:
            answer = await self._fetch.get(
                who.url, most=MOST_BYTES, deadline=FETCH_SECONDS, headers=headers, accept=_ACCEPT
            )
        except (Refused, Unreachable) as e:
            raise _Failed(str(e)) from e
        if answer.status in (429, 503):
            asked = waits.asked(answer.headers, self._clock.now())
            wait = min(asked.length, _MOST_WAIT) if asked else None
            if wait is not None:
                await self._store.write(sources.keep_host_wait, host, now + wait)
            raise _Failed(f"{host} answered {answer.status}: too busy for us", wait)
        if answer.status == 304:
            return None
        if answer.status != 200:
            raise _Failed(f"{host} answered {answer.status} instead of a feed")
        return answer

    async def _read(self, who: Source, answer: Fetched) -> Feed:
        kind = answer.headers.get("content-type", "")

        def work() -> Feed:
            return read(answer.body, who, content_type=kind, url=answer.url)

        try:
            return await self._aside(work, READ_SECONDS)
        except Unreadable as e:
            raise _Failed(str(e)) from e
        except TimeoutError as e:
            raise _Failed(f"the feed could not be read within {READ_SECONDS:g} seconds") from e


def _validators(answer: Fetched) -> Validators:
    """Keep validators byte for byte, quotes included: they are the server's words, not ours."""
    headers = answer.headers
    sha = hashlib.sha256(answer.body).hexdigest()
    return Validators(headers.get("etag", ""), headers.get("last-modified", ""), sha)

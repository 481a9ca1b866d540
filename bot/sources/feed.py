"""Polls feeds with manners: conditional requests, one answer one transaction, failures told and backed off."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
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
from bot.rules import polling
from bot.rules.polling import Trouble, no_feed
from bot.sources.pages import Pages
from bot.store import intake, sources
from bot.store.engine import Store, StoreUnavailable
from bot.store.sources import Due, Manners, Validators

log = structlog.get_logger()
MOST_BYTES = 5 * 1024 * 1024
"""The largest feed we read: feedparser needed 15 s for 7 MiB when measured."""
FETCH_SECONDS = 30.0
READ_SECONDS = 20.0
_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
_MOST_WAIT = timedelta(hours=24)
_AT_ONCE = 8
_LEARN_EVERY = timedelta(hours=6)
_UNCHANGED = 304
_TROUBLES = {401: Trouble.FORBIDDEN, 403: Trouble.FORBIDDEN, 404: Trouble.MISSING, 410: Trouble.GONE}


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

    def __init__(self, why: str, wait: timedelta | None = None, trouble: Trouble = Trouble.USUAL) -> None:
        super().__init__(why)
        self.wait, self.trouble = wait, trouble


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
        self._habits: dict[str, tuple[datetime, polling.Habit | None]] = {}

    async def poll_due(self) -> None:
        """Poll every source that is due, a few at a time: one that hangs or breaks must not starve the others."""
        due = await self._store.write(sources.take_due, list(self._sources.values()), self._clock.now())
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
            answer = await self._ask(due)
            manners = await self._manners(who, answer)
            kept = None if answer.status == _UNCHANGED else _validators(answer)
            if kept is None or kept.body_sha == due.body_sha:
                # Unchanged: keep the newer validators, read nothing.
                await self._store.write(sources.read_ok, who, self._clock.now(), kept=kept, manners=manners)
                return
            feed = await self.filled(who, await self._read(who, answer))
        except _Failed as e:
            log.warning("poll failed", source=who.id, why=str(e))
            failed = partial(sources.read_failed, why=str(e), wait=e.wait, trouble=e.trouble)
            await self._store.write(failed, who, self._clock.now())
            return
        poll = intake.Poll(who, feed, kept, self._channels, tuple(self._sources), self._zone, self._lists, manners)
        taken = await self._store.write(intake.take_in, poll, self._clock.now())
        if taken.new or taken.revised:
            log.info("feed read", source=who.id, new=taken.new, revised=taken.revised, merged=taken.merged)

    async def _manners(self, who: Source, answer: Fetched) -> Manners:
        """Tell how the feed is to be asked next."""
        habit = await self._habit(who) if who.adapts else None
        if habit is None:
            return Manners(None, answer.permanent_to)
        fresh = polling.fresh_for(answer.headers.get("cache-control", ""))
        every = polling.interval(habit, self._clock.now(), zone=self._zone, fresh=fresh)
        return Manners(every, answer.permanent_to)

    async def _habit(self, who: Source) -> polling.Habit | None:
        """Tell when its stories come, learned anew a few times a day; None: it is not known for long enough."""
        now = self._clock.now()
        learned, known = self._habits.get(who.id, (None, None))
        if learned is None or abs(now - learned) >= _LEARN_EVERY:
            came = await self._store.write(sources.story_times, who.id, now)
            known = None if came is None else polling.habit(came, zone=self._zone)
            self._habits[who.id] = now, known
        return known

    async def _ask(self, due: Due) -> Fetched:
        """Fetch the feed, or learn that it did not change."""
        host, now = urlsplit(due.url).hostname or "", self._clock.now()
        if until := await self._store.write(sources.host_waits, host, now):
            raise _Failed(f"{host} asked us to stay away until {until:%H:%M} UTC", until - now)
        validators = {"If-None-Match": due.etag, "If-Modified-Since": due.modified}
        headers = {name: value for name, value in validators.items() if value}
        try:
            answer = await self._fetch.get(
                due.url, most=MOST_BYTES, deadline=FETCH_SECONDS, headers=headers, accept=_ACCEPT
            )
        except (Refused, Unreachable) as e:
            raise _Failed(str(e)) from e
        if answer.status in (429, 503):
            asked = waits.asked(answer.headers, self._clock.now())
            wait = min(asked.length, _MOST_WAIT) if asked else None
            if wait is not None:
                await self._store.write(sources.keep_host_wait, host, now + wait)
            raise _Failed(f"{host} answered {answer.status}: too busy for us", wait)
        if answer.status not in (200, _UNCHANGED):
            trouble = _TROUBLES.get(answer.status, Trouble.USUAL)
            raise _Failed(no_feed(host, answer.status), trouble=trouble)
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

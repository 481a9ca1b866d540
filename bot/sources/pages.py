"""Reads the pages of a feed's stories where the feed has only excerpts: once, and again when the entry changes."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.articles.address import url_key
from bot.articles.feed import Feed
from bot.articles.page import Body, Page, read_page, with_earlier, with_page
from bot.fetch import Fetched, Refused, Unreachable
from bot.model import Article, Source
from bot.store import pages
from bot.store.engine import Store

MOST_BYTES = 3 * 1024 * 1024
FETCH_SECONDS = 20.0
READ_SECONDS = 10.0
_AT_ONCE = 2
_MOST_FAILURES = 3
"""After so many pages that do not answer, the others of this poll are left for the next."""
_MOST = 30
"""Pages read in one poll: the rest of a longer feed comes with the next one, as long as any page answers."""


class Get(Protocol):
    """The guarded client, as far as pages need it."""

    async def get(
        self, url: str, *, most: int, deadline: float, headers: Mapping[str, str] | None = None, accept: str = "*/*"
    ) -> Fetched:
        """Fetch. Raises Refused or Unreachable."""
        ...


class Beside(Protocol):
    """Runs slow, pure work beside the event loop, for at most `deadline` seconds. Raises TimeoutError."""

    def __call__(self, work: Callable[[], Page], deadline: float) -> Awaitable[Page]:
        """Run."""
        ...


@dataclass(frozen=True, slots=True)
class Pages:
    """Fills a feed's stories from their pages. A page that cannot be read costs nothing but its words."""

    store: Store
    web: Get
    aside: Beside
    body: Body

    async def fill(self, who: Source, feed: Feed, now: datetime) -> Feed:
        """Return the feed with full stories; `odd` says of which only the feed's words are known."""
        named = {each.url: (url_key(each.url), _sha(each)) for each in feed.articles}
        kept = await self.store.write(pages.kept, who.id, [key for key, _ in named.values()], now)
        few, odd = asyncio.Semaphore(_AT_ONCE), list[str]()
        left, got, missed, failed = _MOST, 0, False, False

        async def full(told: Article) -> Article:
            nonlocal left, got, missed, failed
            key, sha = named[told.url]
            known = kept.get(key)
            if known is not None and known.entry == sha:
                return with_earlier(told, known.article)
            if _is_old(told, who, now) or not key:
                return _unread(told, known)
            async with few:
                if left <= 0:  # asked here, since all stories stand in line before the first page has answered
                    missed = True
                    return _unread(told, known)
                left -= 1
                try:
                    found = with_page(told, await self._read(told.url), who)
                except _NoPage as e:
                    odd.append(f"“{told.title[:80]}” is known only by its feed's words: {e}.")
                    if e.is_passing:
                        left, failed = left - _MOST // _MOST_FAILURES, True
                    return _unread(told, known)
            got += 1
            await self.store.write(pages.keep, who.id, key, sha, found, now)
            return found

        articles = await asyncio.gather(*(full(each) for each in feed.articles))
        # What may be read next time is asked for only if the feed is read again: then its validators are not kept.
        is_complete = feed.is_complete and not failed and not (missed and got)
        return replace(feed, articles=tuple(articles), odd=(*feed.odd, *odd), is_complete=is_complete)

    async def _read(self, url: str) -> Page:
        try:
            answer = await self.web.get(url, most=MOST_BYTES, deadline=FETCH_SECONDS, accept="text/html")
            if answer.status != 200:
                raise _NoPage(f"its page answered {answer.status}", is_passing=answer.status >= 500)
            if not url_key(answer.url):
                raise _NoPage("its page leads to the site's front page")
            return await self.aside(lambda: read_page(answer.body, self.body, charset=_charset(answer)), READ_SECONDS)
        except (Refused, Unreachable) as e:
            raise _NoPage(str(e), is_passing=isinstance(e, Unreachable)) from e
        except TimeoutError as e:
            raise _NoPage(f"its page could not be read within {READ_SECONDS:g} seconds") from e


def _unread(told: Article, known: pages.Kept | None) -> Article:
    """Let earlier words of a page serve only under the headline they were written for."""
    return with_earlier(told, known.article) if known and known.article.title == told.title else told


class _NoPage(Exception):
    """The page gave nothing; the sentence's end says why. `is_passing`: it may answer the next time."""

    def __init__(self, why: str, *, is_passing: bool = False) -> None:
        super().__init__(why)
        self.is_passing = is_passing


def _sha(told: Article) -> str:
    """Name an entry by what the feed says of it: what changes it has its page read anew."""
    said = (told.title, told.url, told.dek, *told.paragraphs, told.photo.url if told.photo else "", *told.tags)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _is_old(told: Article, who: Source, now: datetime) -> bool:
    """Whether a story will be skipped for its age: its page is not worth the site's trouble."""
    return told.published is not None and told.published < now - who.max_age


def _charset(answer: Fetched) -> str:
    _, _, said = answer.headers.get("content-type", "").lower().partition("charset=")
    return said.split(";")[0].strip(" \"'")

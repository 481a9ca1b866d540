"""Finds a newsroom's feed from whatever address a person knows: the feed's own, or that of the site."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.articles.alternate import alternates
from bot.articles.feed import Feed
from bot.commands.feeds import NoFeed, as_feed
from bot.fetch import Fetched, Fetcher, Refused, Unreachable
from bot.model import Source
from bot.sources.feed import FETCH_SECONDS, MOST_BYTES, READ_SECONDS
from bot.wiring import in_thread

Open = Callable[[frozenset[str]], Fetcher]
"""Opens the guarded client for private hosts that are allowed all the same."""


@dataclass(frozen=True, slots=True)
class Found:
    """A feed and where it is; the addresses of others the page named; hosts that `allow_hosts` must hold for it."""

    url: str
    feed: Feed | None
    """None where nothing answered, as `trouble` says, and asking later may help."""
    others: tuple[str, ...] = ()
    allow: frozenset[str] = frozenset()
    trouble: str = ""


async def find_feed(url: str, opened: Open) -> Found:
    """Find the feed at an address a person gave: the feed itself, or the first one that the page there names.

    Where the guard refuses the very host that was given (one of the newsroom's own net), it is asked all the same, as a
    person named it; wherever it leads is guarded as ever. Raises NoFeed.
    """
    try:
        return await _find(url, opened, frozenset())
    except Refused:
        named = frozenset({_host(url)})
    try:
        return await _find(url, opened, named)
    except Refused as e:
        raise NoFeed(str(e)) from e


async def _find(url: str, opened: Open, allow: frozenset[str]) -> Found:
    async with opened(allow) as web:
        try:
            there = await _fetched(web, url)
            try:
                feed = await as_feed(there, Source(id="", url=there.url))
            except NoFeed as e:
                return await _named_by(there, web, allow, e)
            return Found(there.permanent_to or url, feed, allow=allow)
        except Unreachable as e:
            return Found(url, None, allow=allow, trouble=str(e))


async def _named_by(page: Fetched, web: Fetcher, allow: frozenset[str], error: NoFeed) -> Found:
    named = await in_thread(lambda: alternates(page.body, page.url), READ_SECONDS)
    if not named:
        said = str(error).rstrip(".")
        raise NoFeed(
            f"{said}, and the page names no feed; often one is linked there as RSS: give its address"
        ) from error
    url, *others = named
    there = await _fetched(web, url)
    feed = await as_feed(there, Source(id="", url=there.url))
    return Found(there.permanent_to or url, feed, tuple(others), allow)


async def _fetched(web: Fetcher, url: str) -> Fetched:
    answer = await web.get(url, most=MOST_BYTES, deadline=FETCH_SECONDS)
    if answer.status == 429 or answer.status >= 500:
        raise Unreachable(f"{url} answered {answer.status}, which may pass")
    if answer.status != 200:
        raise NoFeed(f"{url} answered {answer.status} instead of a feed or a page")
    return answer


def _host(url: str) -> str:
    """Spell an address's host and port as `allow_hosts` does."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{host}:{parts.port or (443 if parts.scheme == 'https' else 80)}"

"""Reads a feed once, for a person who asks what is in it now; nothing is stored."""

from urllib.parse import urlsplit

from bot.articles.address import url_key
from bot.articles.feed import Feed, Unreadable, read
from bot.fetch import Fetched, Refused, Unreachable
from bot.model import Article, Source
from bot.ports import Web
from bot.rules.polling import no_feed
from bot.sources.feed import FETCH_SECONDS, MOST_BYTES, READ_SECONDS
from bot.wiring import in_thread


class NoFeed(Exception):
    """The address gave no feed; the sentence says what it gave."""


async def feed_now(web: Web, who: Source) -> Feed:
    """Fetch and read a source. Raises NoFeed."""
    try:
        answer = await web.get(who.url, most=MOST_BYTES, deadline=FETCH_SECONDS)
        if answer.status != 200:
            raise NoFeed(no_feed(host_of(who), answer.status))
    except (Refused, Unreachable) as e:
        raise NoFeed(str(e)) from e
    return await as_feed(answer, who)


async def as_feed(answer: Fetched, who: Source) -> Feed:
    """Read what was fetched. Raises NoFeed."""
    kind = answer.headers.get("content-type", "")
    try:
        return await in_thread(lambda: read(answer.body, who, content_type=kind, url=answer.url), READ_SECONDS)
    except Unreadable as e:
        raise NoFeed(str(e)) from e
    except TimeoutError as e:
        raise NoFeed(f"the feed could not be read within {READ_SECONDS:g} seconds") from e


def host_of(who: Source) -> str:
    """Name the host of a feed: what stands behind it in the address may be a key."""
    return urlsplit(who.url).hostname or ""


def newest(articles: tuple[Article, ...]) -> Article | None:
    """Choose the article that was published last; feeds list the newest first where nothing is dated."""
    return max(articles, key=lambda each: each.published.timestamp() if each.published else 0.0, default=None)


def is_thin(articles: tuple[Article, ...]) -> bool:
    """Tell whether most stories of a feed are only excerpts: no second paragraph, and few words in the first."""
    thin = [each for each in articles if len(each.paragraphs) < 2 and len(each.lead) < _FEW_SIGNS]
    return len(thin) * 2 > len(articles)


_FEW_SIGNS = 400


def at_address(articles: tuple[Article, ...], url: str) -> Article | None:
    """Find the article at an address, however it is spelled."""
    wanted = url_key(url)
    return next((each for each in articles if each.url == url or (wanted and url_key(each.url) == wanted)), None)

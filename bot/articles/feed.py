"""A feed's bytes -> its articles, whole, cleaned and in the feed's order."""

from collections import Counter
from dataclasses import dataclass, replace

import regex

from bot.articles import jsonfeed, xmlfeed
from bot.articles.address import absolute, fragment, guid_key, url_key
from bot.articles.item import Item, article
from bot.articles.raw import Unreadable
from bot.model import Article, Source

__all__ = ["Feed", "Unreadable", "read"]


@dataclass(frozen=True, slots=True)
class Feed:
    """What one fetch of a feed held.

    `is_complete` is False for a feed that was cut off: its validators must not be stored, and what it lacks is not
    gone. `odd` has one sentence for each story that is odd or cannot be posted, naming it; `unpostable` the sentence of
    each of those that cannot, behind its guid, or else its address.
    """

    title: str
    language: str
    articles: tuple[Article, ...]
    is_complete: bool
    odd: tuple[str, ...] = ()
    unpostable: tuple[tuple[str, str], ...] = ()


BROKEN_OFF = "The feed breaks off before its end, so stories may be missing."


def read(body: bytes, source: Source, *, content_type: str = "", url: str = "") -> Feed:
    """Read RSS 0.9x-2.0, Atom or JSON Feed; raises `Unreadable` for everything that is none.

    Takes seconds for hostile megabytes: call it in a thread, with a limit of bytes and a deadline. `url` is the
    address the bytes came from, from which relative addresses start.
    """
    _refuse(body)
    raw = jsonfeed.read(body) if jsonfeed.is_json(body) else xmlfeed.read(body, content_type=content_type)
    base = url or source.url
    items = _told_apart([_placed(item, base) for item in raw.items])
    articles: list[Article] = []
    odd = [] if raw.is_complete else [BROKEN_OFF]
    unpostable: list[tuple[str, str]] = []
    for item in items:
        found, sentence = article(item, source, feed_title=raw.title, feed_language=raw.language)
        articles.extend([found] if found else [])
        odd.extend([sentence] if sentence else [])
        unpostable.extend([] if found else [(item.guid.strip() or item.url, sentence)])
    once, repeats = _once(articles)
    return Feed(raw.title, raw.language, _without_refrains(once), raw.is_complete, (*odd, *repeats), tuple(unpostable))


def _refuse(body: bytes) -> None:
    """Refuse what no parser should see.

    RSS 0.91 carries a harmless DOCTYPE, so only declared entities are refused: they are what a bomb is made of.
    """
    head = body[:_HEAD].replace(b"\0", b"")  # UTF-16 and UTF-32 read as ASCII
    if not body.strip(b" \t\r\n\0\xef\xbb\xbf\xfe\xff"):
        raise Unreadable("The feed is empty: the server sent no text.")
    if regex.search(rb"<!ENTITY", head, regex.I):
        raise Unreadable("The feed declares entities of its own, as attacks do; it was not read.")


_HEAD = 64 * 1024


def _placed(item: Item, base: str) -> Item:
    """Complete the story's addresses; a guid stands in for a missing link only if it is an address itself."""
    url = absolute(base, item.url) if item.url else ""
    return replace(item, url=url, base=absolute(base, item.base) or url or base)


def _told_apart(items: list[Item]) -> list[Item]:
    """Let a guid that several stories share count only together with their addresses."""
    times = Counter(guid_key(item.guid) for item in items if item.guid)
    return [replace(item, guid=f"{item.guid} {item.url}") if times[guid_key(item.guid)] > 1 else item for item in items]


def _once(articles: list[Article]) -> tuple[list[Article], list[str]]:
    """Drop a story that is listed a second time with the same guid and address."""
    first: dict[tuple[str, str, str], Article] = {}
    repeats: list[str] = []
    for found in articles:
        key = (guid_key(found.guid), url_key(found.url) or found.title, fragment(found.url))
        if key in first:
            repeats.append(f"“{found.title[:80]}” is listed twice in the feed; the first one counts.")
        first.setdefault(key, found)
    return list(first.values()), repeats


def _without_refrains(articles: list[Article]) -> tuple[Article, ...]:
    """Drop what stands word for word under several stories: no list knows every site's own promotion.

    A lead is never dropped, whatever it repeats.
    """
    times = Counter(text for one in articles for text in set(one.paragraphs[1:]) if len(text) <= _LONGEST_REFRAIN)
    refrains = {text for text, count in times.items() if count >= _REFRAIN}
    return tuple(
        replace(one, paragraphs=one.paragraphs[:1] + tuple(text for text in one.paragraphs[1:] if text not in refrains))
        for one in articles
    )


_REFRAIN = 3
_LONGEST_REFRAIN = 300

"""A real feed, cut into its entries, so that each appears when it is dated."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import regex

from bot.articles.feed import Unreadable, read
from bot.articles.jsonfeed import is_json
from bot.model import Article, Source
from bot.rehearsal.site import Edition, Paper
from bot.rules.plan import EMBARGO_MOST

__all__ = ["replay"]

_STEP = timedelta(minutes=2)
"""Between two entries that carry no date."""
_ENTRY = regex.compile(rb"<((?:\w+:)?(?:item|entry))(?=[\s>])(?:.*?)</\1\s*>", regex.S)


def replay(body: bytes, source: Source, *, kind: str = "", most: int, now: datetime) -> Paper:
    """Let the newest `most` entries of a feed appear in the order of their dates.

    Entries without a date come last, the feed's last one first; `now` is today, when a feed without any date begins. A
    feed that cannot be cut cleanly appears as a whole. Raises Unreadable for what is no feed.
    """
    whole = read(body, source, content_type=kind, url=source.url)
    if not whole.articles:
        raise Unreadable(f"No story in this feed can be posted. {' '.join(whole.odd)}".strip())
    cut = _cut_json(body) if is_json(body) else _cut_xml(body)
    entries = [each for each in (_entry(cut, part, source, kind) for part in cut.parts) if each is not None]
    unpostable = tuple(said for _, said in whole.unpostable)
    pages = {each.url: (each.title, each.dek) for each in whole.articles}
    if len(entries) < len(whole.articles):
        dates = (each.published for each in whole.articles if each.published)
        at = max((each for each in dates if each <= now + EMBARGO_MOST), default=now)
        return Paper(feed=source.url, kind=kind, editions=(Edition(at, body, pages),), unpostable=unpostable)
    chosen = _newest(entries, most, now)
    editions = tuple(
        Edition(moment, cut.join([entry.part for at, entry in chosen if at <= moment]), pages)
        for moment in sorted({at for at, _ in chosen})
    )
    return Paper(feed=source.url, kind=kind, editions=editions, unpostable=unpostable)


@dataclass(frozen=True, slots=True)
class _Cut:
    """A feed in parts. `frame` is what stands around the entries: bytes of XML, or the feed's JSON."""

    head: bytes
    parts: tuple[Any, ...]
    tail: bytes
    frame: dict[str, Any] | None = None

    def join(self, parts: list[Any]) -> bytes:
        if self.frame is not None:
            return json.dumps({**self.frame, "items": parts}).encode()
        return self.head + b"\n".join(parts) + self.tail


@dataclass(frozen=True, slots=True)
class _Entry:
    place: int
    part: Any
    article: Article


def _cut_json(body: bytes) -> _Cut:
    feed = json.loads(body.decode("utf-8-sig", errors="replace"))
    items = feed.get("items")
    return _Cut(b"", tuple(items) if isinstance(items, list) else (), b"", feed)


def _cut_xml(body: bytes) -> _Cut:
    found = list(_ENTRY.finditer(body))
    if not found:
        return _Cut(body, (), b"")
    return _Cut(body[: found[0].start()], tuple(each[0] for each in found), body[found[-1].end() :])


def _entry(cut: _Cut, part: Any, source: Source, kind: str) -> _Entry | None:
    try:
        articles = read(cut.join([part]), source, content_type=kind, url=source.url).articles
    except Unreadable:
        return None
    return _Entry(cut.parts.index(part), part, articles[0]) if articles else None


def _newest(entries: list[_Entry], most: int, now: datetime) -> list[tuple[datetime, _Entry]]:
    """Choose the newest and give each its moment; in the order of the feed, as real feeds list them.

    One that is dated too far ahead to be waited for appears last of all, as it is in the feed today, and only where the
    others leave room: time does not leap to where it might be right.
    """
    dated = sorted((e for e in entries if e.article.published), key=_published)
    undated = [e for e in reversed(entries) if not e.article.published]
    ahead = [e for e in dated if _published(e) > now + EMBARGO_MOST]
    moments = [(_published(e), e) for e in dated if e not in ahead]
    last = moments[-1][0] if moments else now
    room = max(0, most - len(moments) - len(undated))
    moments += [(last + _STEP * n, e) for n, e in enumerate([*undated, *ahead[:room]], 1)]
    return sorted(moments[-most:], key=lambda each: each[1].place)


def _published(entry: _Entry) -> datetime:
    assert entry.article.published is not None
    return entry.article.published

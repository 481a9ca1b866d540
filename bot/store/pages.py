"""What the pages of stories said, so that each is asked once, however often its feed is read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from pydantic import TypeAdapter

from bot.model import Article
from bot.store.schema import page

_ARTICLE: TypeAdapter[Article] = TypeAdapter(Article)
KEPT = timedelta(days=14)
"""How long a page's words are kept after its feed last listed it; stories have their own copy."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A story as its page filled it, and the entry of the feed that it was read for."""

    entry: str
    article: Article


def kept(db: sa.Connection, source: str, urls: Iterable[str], now: datetime) -> dict[str, Kept]:
    """Read what is known of the addresses a feed lists now, by their keys."""
    wanted = set(urls)
    db.execute(page.update().where(page.c.source == source, page.c.url.in_(wanted)).values(seen_at=now))
    rows = db.execute(sa.select(page).where(page.c.source == source, page.c.url.in_(wanted)))
    return {row.url: Kept(row.entry, _ARTICLE.validate_json(row.article)) for row in rows}


def keep(db: sa.Connection, source: str, url: str, entry: str, article: Article, now: datetime) -> None:
    """Keep a story as its page filled it, in place of an earlier reading."""
    db.execute(page.delete().where(page.c.source == source, page.c.url == url))
    row = {"source": source, "url": url, "entry": entry, "seen_at": now}
    db.execute(page.insert(), row | {"article": _ARTICLE.dump_json(article).decode()})

"""What a changed template is tried on: the newest stories, the templates in use, and the accounts' limits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from adapters.contract import Limits
from bot.model import Article
from bot.store.accounts import read_limits
from bot.store.schema import account, story
from bot.store.stories import article_of
from bot.store.templates import Version, serving


@dataclass(frozen=True, slots=True)
class Past:
    """What was there at one moment. `articles`: the newest first, each with when we first saw it."""

    articles: tuple[tuple[Article, datetime], ...]
    serving: Mapping[str, Version]
    limits: Mapping[str, Limits]


def past(db: sa.Connection, *, most: int) -> Past:
    """Read the newest `most` stories with everything posts are made of."""
    rows = db.execute(sa.select(story.c.id, story.c.seen_at).order_by(story.c.seen_at.desc(), story.c.id).limit(most))
    told = [(article_of(db, row.id), row.seen_at) for row in rows]
    articles = tuple((article, seen_at) for article, seen_at in told if article is not None)
    return Past(articles, serving(db), _limits(db, db.scalars(sa.select(account.c.id)).all()))


def _limits(db: sa.Connection, accounts: Iterable[str]) -> dict[str, Limits]:
    known = {each: read_limits(db, each)[0] for each in accounts}
    return {each: limits for each, limits in known.items() if limits is not None}

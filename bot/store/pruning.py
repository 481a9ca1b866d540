"""What is dropped because its time is over: a few rows a transaction, and never what anything open still needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy import bindparam as given

from bot.articles.short import shortened
from bot.audit.rows import Action
from bot.model import Article, Keep
from bot.posts.frozen import dump, load
from bot.store.audit import tell
from bot.store.identities import RECENT
from bot.store.pages import KEPT
from bot.store.schema import (
    EXPIRING,
    OPEN,
    WORDED,
    attempt,
    delivery,
    delivery_story,
    identity,
    memo,
    merged,
    page,
    revision,
    sighting,
    story,
)

__all__ = ["MOST", "STEPS", "Came", "step", "told"]

MOST = 100
"""Rows a transaction: parsing and writing them takes the writer some hundredths of a second."""
_MEMOS_LIVE = timedelta(days=1)
"""After its delivery has ended nobody reads a memo again."""
_ARTICLE: TypeAdapter[Article] = TypeAdapter(Article)
_IS_WHOLE, _IS_OVER = sa.text("is_short = 0"), sa.text("(delivery.state = 'done' OR delivery.state = 'cancelled')")
# Held ones are open as well: a person may still let them go.
_IS_OPEN = sa.text(f"({OPEN} OR {EXPIRING})")
_BEFORE: sa.BindParameter[datetime] = given("before")
_STILL_IN_FEED = sa.exists().where(sighting.c.story == story.c.id, sa.text("sighting.is_in_feed = 1"))
_AWAITED = sa.exists().where(delivery_story.c.story == story.c.id, delivery_story.c.delivery == delivery.c.id, _IS_OPEN)
OLD_STORIES = (
    sa.select(story.c.id, story.c.article)
    .where(
        _IS_WHOLE,
        story.c.seen_at < _BEFORE,
        sa.or_(story.c.revised_at.is_(None), story.c.revised_at < _BEFORE),
        ~_STILL_IN_FEED,
        ~_AWAITED,
    )
    .order_by(story.c.seen_at)
    .limit(MOST)
)
OLD_REVISIONS = (  # while an entry can be split off, the words of either side are in them
    sa.select(revision.c.story, revision.c.number, revision.c.article)
    .where(_IS_WHOLE, revision.c.seen_at < _BEFORE, ~sa.exists().where(merged.c.story == revision.c.story))
    .order_by(revision.c.seen_at)
    .limit(MOST)
)
OLD_POSTS = (
    sa.select(delivery.c.id, delivery.c.post)
    .where(sa.text(f"({WORDED})"), delivery.c.moved_at < _BEFORE)
    .order_by(delivery.c.moved_at)
    .limit(MOST)
)
OLD_ATTEMPTS = (
    sa.select(attempt.c.id)
    .join(delivery, delivery.c.id == attempt.c.delivery)
    .where(sa.text("content <> ''"), attempt.c.started_at < _BEFORE, sa.text(f"NOT ({OPEN} OR {EXPIRING})"))
    .order_by(attempt.c.started_at)
    .limit(MOST)
)
_OLD_MERGED = sa.select(merged.c.id).where(merged.c.seen_at < _BEFORE).order_by(merged.c.id).limit(MOST)
_OLD_PAGES = (  # what its feed still lists is asked for by the next poll that reads it
    sa.select(page.c.url)
    .where(
        page.c.source == given("of"),
        page.c.seen_at < _BEFORE,
        ~sa.exists().where(
            sa.text("identity.kind = 'url' AND identity.source = ''"),
            identity.c.value == page.c.url,
            sighting.c.story == identity.c.story,
            sighting.c.source == page.c.source,
            sa.text("sighting.is_in_feed = 1"),
        ),
    )
    .limit(MOST)
)
_OLD_MEMOS = (
    sa.select(memo.c.delivery)
    .join(delivery, delivery.c.id == memo.c.delivery)
    .where(_IS_OVER, delivery.c.moved_at < _BEFORE)
    .limit(MOST)
)


@dataclass(frozen=True, slots=True)
class Came:
    """What one transaction did: how many rows it dropped something of, and whether there may be more."""

    dropped: int
    is_more: bool = False


Step = Callable[[sa.Connection, Keep, datetime], Came]


def step(db: sa.Connection, name: str, keep: Keep, now: datetime) -> Came:
    """Do a little of one step of STEPS."""
    return STEPS[name](db, keep, now)


def told(db: sa.Connection, dropped: Mapping[str, int], now: datetime) -> None:
    """Write down what was dropped."""
    counts: dict[str, Any] = dict(dropped)
    tell(db, Action.STORE_PRUNED, now, **counts)


def _bodies(keep: Keep, now: datetime) -> datetime:
    """Tell which texts are old; however short they are kept, stories of the last days are compared by them."""
    return now - max(keep.bodies, RECENT)


def _merged(db: sa.Connection, keep: Keep, now: datetime) -> Came:
    return _delete(db, merged, merged.c.id, _OLD_MERGED, {"before": _bodies(keep, now)})


def _revisions(db: sa.Connection, keep: Keep, now: datetime) -> Came:
    rows = db.execute(OLD_REVISIONS, {"before": _bodies(keep, now)}).all()
    for row in rows:
        which = (revision.c.story == row.story, revision.c.number == row.number)
        db.execute(revision.update().where(*which).values(article=_short(row.article), is_short=True))
    return _came(rows)


def _stories(db: sa.Connection, keep: Keep, now: datetime) -> Came:
    rows = db.execute(OLD_STORIES, {"before": _bodies(keep, now)}).all()
    for row in rows:
        db.execute(story.update().where(story.c.id == row.id).values(article=_short(row.article), is_short=True))
    return _came(rows)


def _posts(db: sa.Connection, keep: Keep, now: datetime) -> Came:
    rows = db.execute(OLD_POSTS, {"before": now - keep.texts}).all()
    for row in rows:
        # Its card and pictures stay: an edit of a post that is out must not take them off it.
        bare = dump(replace(load(row.post), text="", marks=())) if row.post else row.post
        db.execute(delivery.update().where(delivery.c.id == row.id).values(post=bare, is_short=True))
    return Came(sum(row.post is not None for row in rows), len(rows) == MOST)


def _attempts(db: sa.Connection, keep: Keep, now: datetime) -> Came:
    ids = db.scalars(OLD_ATTEMPTS, {"before": now - keep.attempts}).all()
    db.execute(attempt.update().where(attempt.c.id.in_(ids)).values(content="", detail=""))
    return _came(ids)


def _memos(db: sa.Connection, keep: Keep, now: datetime) -> Came:
    return _delete(db, memo, memo.c.delivery, _OLD_MEMOS, {"before": now - _MEMOS_LIVE})


def _pages(db: sa.Connection, keep: Keep, now: datetime) -> Came:
    before, dropped, is_more = now - min(KEPT, keep.bodies), 0, False
    for of in db.scalars(sa.select(page.c.source).distinct()).all():
        urls = db.scalars(_OLD_PAGES, {"of": of, "before": before}).all()
        db.execute(page.delete().where(page.c.source == of, page.c.url.in_(urls)))
        dropped, is_more = dropped + len(urls), is_more or len(urls) == MOST
    return Came(dropped, is_more)


STEPS: Mapping[str, Step] = {
    "merged": _merged,
    "revisions": _revisions,
    "stories": _stories,
    "posts": _posts,
    "attempts": _attempts,
    "memos": _memos,
    "pages": _pages,
}
"""In this order: while merged entries are there, revisions keep their words."""


def _delete(db: sa.Connection, table: sa.Table, key: Any, old: Any, given_values: dict[str, Any]) -> Came:
    ids = db.scalars(old, given_values).all()
    gone = db.execute(table.delete().where(key.in_(ids))).rowcount if ids else 0
    return Came(gone, len(ids) == MOST)


def _came(rows: Any) -> Came:
    return Came(len(rows), len(rows) == MOST)


def _short(written: str) -> str:
    return _ARTICLE.dump_json(shortened(_ARTICLE.validate_json(written))).decode()

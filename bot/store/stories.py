"""Stories and their revisions: what the articles said, and when."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy import bindparam as given

from bot.articles.same import Match
from bot.articles.typed import typed
from bot.model import Article, Change, Flags
from bot.store.schema import merged, revision, story

_ARTICLE: TypeAdapter[Article] = TypeAdapter(Article)
_MOST_SOUGHT = 500
"""Characters; PostgreSQL's index takes 2,700 bytes."""
_FLAGS: TypeAdapter[Flags] = TypeAdapter(Flags)
_STORIES = sa.select(story.c.id, story.c.article, story.c.flags, story.c.revision, story.c.seen_at)
_STORY = _STORIES.where(story.c.id == given("which"))
_SEVERAL = _STORIES.where(story.c.id.in_(given("ids", expanding=True)))
_SWALLOWED = sa.select(merged).where(merged.c.story.in_(given("ids", expanding=True))).order_by(merged.c.id)
_LATER = (
    sa.select(revision)
    .where(revision.c.story == given("which"), revision.c.number > given("after"))
    .order_by(revision.c.number)
)


def article_of(db: sa.Connection, story_id: str) -> Article | None:
    """Read a story as its latest revision tells it, with what people said about it."""
    row = db.execute(_STORY, {"which": story_id}).first()
    return None if row is None else _told(row)


def articles_of(db: sa.Connection, ids: Collection[str]) -> dict[str, tuple[Article, datetime]]:
    """Read several stories as `article_of` does, and when each was first seen; one there is none of is left out."""
    asked = sorted(ids)
    parts = (asked[at : at + _AT_ONCE] for at in range(0, len(asked), _AT_ONCE))
    return {row.id: (_told(row), row.seen_at) for part in parts for row in db.execute(_SEVERAL, {"ids": part})}


_AT_ONCE = 500
"""Stories asked for in one statement; SQLite takes 32,766 values."""


def _told(row: Any) -> Article:
    flags = _FLAGS.validate_json(row.flags)
    return replace(_ARTICLE.validate_json(row.article), story=row.id, revision=row.revision, flags=flags)


def written(article: Article) -> str:
    """Write an article as it is stored."""
    return _ARTICLE.dump_json(article).decode()


def article_from(stored: str) -> Article:
    """Read an article as it was stored."""
    return _ARTICLE.validate_json(stored)


def is_short(db: sa.Connection, story_id: str) -> bool:
    """Whether a story's text is no longer kept, but for its opening."""
    return bool(db.scalar(sa.select(story.c.is_short).where(story.c.id == story_id)))


@dataclass(frozen=True, slots=True)
class Changed:
    """The latest revision that told readers something else: its number, what it changed, and why we think so."""

    number: int
    kind: Change
    why: str


def changed_since(db: sa.Connection, story_id: str, number: int) -> Changed | None:
    """Find what a story's revisions after `number` changed for readers; a retraction outweighs what came after it."""
    later = db.execute(_LATER, {"which": story_id, "after": number})
    rows = [row for row in later if row.change != Change.TRIVIAL]
    if not rows:
        return None
    kinds = {Change(row.change) for row in rows}
    kind = Change.RETRACTION if Change.RETRACTION in kinds else Change(rows[-1].change)
    return Changed(rows[-1].number, kind, rows[-1].why)


def add_story(db: sa.Connection, article: Article, now: datetime) -> None:
    """Store a new story, `article.story`, at revision 1."""
    told = written(article)
    db.execute(
        story.insert(),
        {
            "id": article.story,
            "source": article.source,
            "url": article.url,
            "revision": 1,
            "article": told,
            "sought": _sought(article),
            "published_at": article.published,
            "seen_at": now,
        },
    )
    _add_revision(db, article.story, 1, told, now, change="", why="")


def revise(db: sa.Connection, article: Article, now: datetime, *, change: Change, why: str) -> None:
    """Store a further revision, `article.revision`, of a known story."""
    told = written(article)
    values: dict[str, object] = {"revision": article.revision, "article": told, "revised_at": now}
    values |= {"url": article.url, "is_short": False, "sought": _sought(article)}
    values["source"] = article.source  # another source's words may have taken over
    db.execute(story.update().where(story.c.id == article.story).values(**values))
    _add_revision(db, article.story, article.revision, told, now, change=str(change), why=why)


def restate(db: sa.Connection, article: Article) -> None:
    """Store a story's latest revision as we read it now; its source said nothing new."""
    values = {"article": written(article), "sought": _sought(article), "is_short": False}
    db.execute(story.update().where(story.c.id == article.story).values(**values))


def _sought(article: Article) -> str:
    return typed(article.title)[:_MOST_SOUGHT]


def keep_merged(db: sa.Connection, article: Article, match: Match, now: datetime) -> None:
    """Keep an entry that was taken for a known story, in its own words."""
    row = {"story": match.story, "article": written(article), "rule": match.rule, "seen_at": now}
    db.execute(merged.insert(), row)


@dataclass(frozen=True, slots=True)
class Merged:
    """One entry that was taken for a known story, and the rule that said so."""

    id: int
    article: Article
    rule: str
    seen_at: datetime


def merged_into(db: sa.Connection, story_id: str) -> list[Merged]:
    """List the entries a story has swallowed, oldest first."""
    rows = db.execute(sa.select(merged).where(merged.c.story == story_id).order_by(merged.c.id))
    return [Merged(row.id, article_from(row.article), row.rule, row.seen_at) for row in rows]


def swallowed_by(db: sa.Connection, ids: Collection[str]) -> dict[str, list[Article]]:
    """List the entries that several stories have swallowed, oldest first."""
    found: dict[str, list[Article]] = {each: [] for each in ids}
    for row in db.execute(_SWALLOWED, {"ids": list(ids)}):
        found[row.story].append(article_from(row.article))
    return found


def forget_merged(db: sa.Connection, which: int) -> None:
    """Drop an entry that is a story of its own now."""
    db.execute(merged.delete().where(merged.c.id == which))


def revisions_of(db: sa.Connection, story_id: str) -> list[Article]:
    """List what a story said, newest first."""
    rows = sa.select(revision.c.article).where(revision.c.story == story_id).order_by(revision.c.number.desc())
    return [article_from(stored) for stored in db.scalars(rows)]


def set_flags(db: sa.Connection, story_id: str, flags: Flags) -> None:
    """Store what a person said about a story."""
    db.execute(story.update().where(story.c.id == story_id).values(flags=_FLAGS.dump_json(flags).decode()))


def _add_revision(
    db: sa.Connection, story_id: str, number: int, told: str, now: datetime, *, change: str, why: str
) -> None:
    values = {"story": story_id, "number": number, "article": told, "seen_at": now}
    db.execute(revision.insert(), values | {"change": change, "why": why})

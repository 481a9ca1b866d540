"""By what stories are known again, and where they were seen."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.articles.address import fragment, guid_key, url_key
from bot.articles.same import Known, Match, known, match
from bot.model import Article
from bot.store.schema import delivery, delivery_story, identity, oddity, sighting, story
from bot.store.stories import article_of

RECENT = timedelta(hours=72)
"""How far back headline and text are compared; guid and address are known for ever."""
_MOST_RECENT = 1000
_NAMED = sa.select(identity.c.story).where(
    identity.c.kind == sa.bindparam("which"),
    identity.c.source == sa.bindparam("where"),
    identity.c.value == sa.bindparam("named"),
)
# Nobody has an empty name, so an article without a guid or an address finds nothing by it.
_BY_NAME = (
    sa.select(identity.c.kind, identity.c.story)
    .where(
        sa.or_(
            sa.and_(
                identity.c.kind == "guid",
                identity.c.source == sa.bindparam("where"),
                identity.c.value == sa.bindparam("guid"),
            ),
            sa.and_(identity.c.kind == "url", identity.c.source == "", identity.c.value == sa.bindparam("url")),
        )
    )
    .order_by(identity.c.kind)
)
_SHARED = (
    sa.select(identity.c.story)
    .distinct()
    .where(
        sa.text("kind = 'guid'"),
        identity.c.source == sa.bindparam("where"),
        identity.c.value >= sa.bindparam("low"),
        identity.c.value < sa.bindparam("high"),
    )
    .limit(2)
)
_FLOOD = (
    sa.select(delivery.c.id)
    .join(delivery_story, delivery_story.c.delivery == delivery.c.id)
    .join(sighting, sighting.c.story == delivery_story.c.story)
    .where(sighting.c.source == sa.bindparam("where"), sa.text("delivery.state = 'held' AND reason = 'flood'"))
    .limit(1)
)


class Recent:
    """The stories one poll's articles are compared with; read once a poll, and only if something is new."""

    def __init__(self, db: sa.Connection, articles: Sequence[Article], now: datetime) -> None:
        self._db, self._now = db, now
        self._in_feed = {key for each in articles for key in (guid_key(each.guid), url_key(each.url)) if key}
        self._others: list[Known] | None = None

    def same(self, article: Article) -> Match | None:
        """Find the story an article belongs to."""
        return self._named(article) or match(article, self._recent(), seen=self._now)

    def _named(self, article: Article) -> Match | None:
        """Find the story that ever had one of the article's names, also if its latest revision has others."""
        for kind, each in _by_name(self._db, article):
            if kind == "guid":
                return Match(each, "same guid in the same source")
            old = self._known(each)
            mine, its = fragment(article.url), old.fragment
            # Entries of one diary page differ in nothing but the fragment.
            if old.url != url_key(article.url) or not mine or not its or mine == its:
                return Match(each, "same address")
        return None

    def add(self, article: Article) -> None:
        """Let what this poll brought be known to the rest of it."""
        remember_identity(self._db, article, self._now)
        if self._others is not None:
            self._others.append(known(article, story=article.story, seen=self._now, is_in_feed=True))

    def _recent(self) -> list[Known]:
        if self._others is None:
            newest = sa.select(story.c.id).where(story.c.seen_at > self._now - RECENT)
            ids = self._db.scalars(newest.order_by(story.c.seen_at.desc()).limit(_MOST_RECENT))
            self._others = [self._known(each) for each in list(ids)]
        return self._others

    def _known(self, story_id: str) -> Known:
        article = article_of(self._db, story_id)
        assert article is not None
        seen = self._db.scalar(sa.select(story.c.seen_at).where(story.c.id == story_id)) or self._now
        is_in_feed = bool({guid_key(article.guid), url_key(article.url)} & self._in_feed)
        return known(article, story=story_id, seen=seen, is_in_feed=is_in_feed)


def told_apart(db: sa.Connection, article: Article) -> Article:
    """Let a guid that stories of one fetch once shared count only with the address, also where it stands alone now."""
    if not (key := guid_key(article.guid)):
        return article
    which = {"where": article.source, "low": f"{key} http", "high": f"{key} httq"}
    is_shared = len(db.execute(_SHARED, which).all()) > 1
    return replace(article, guid=f"{article.guid} {article.url}") if is_shared else article


def is_known_here(db: sa.Connection, article: Article) -> bool:
    """Whether this source listed a story of this name before."""
    return any(is_sighted(db, each, article.source) for _, each in _by_name(db, article))


def stories_named(db: sa.Connection, article: Article) -> list[str]:
    """List the stories that had one of the article's names before: by its guid, then by its address."""
    return [each for _, each in _by_name(db, article)]


def is_named(db: sa.Connection, article: Article) -> bool:
    """Whether the article comes under the very name this source gave a story before: its guid, else its address."""
    return any(kind == "guid" or not article.guid for kind, _ in _by_name(db, article))


def remember_identity(db: sa.Connection, article: Article, now: datetime) -> None:
    """Keep the names under which `article.story` may come again."""
    for kind, where, value in _names(article):
        if db.execute(_NAMED, {"which": kind, "where": where, "named": value}).first() is None:
            row = {"kind": kind, "source": where, "value": value, "story": article.story, "seen_at": now}
            db.execute(identity.insert(), row)


def take_names(db: sa.Connection, article: Article, other: Article, now: datetime) -> bool:
    """Have `article.story` known by its article's names from now on; False: it has none that `other` has not.

    An address both have stays with the other: a guid is what tells them apart then.
    """
    mine = [name for name in _names(article) if name not in _names(other)]
    for kind, where, value in mine:
        here = (identity.c.kind == kind, identity.c.source == where, identity.c.value == value)
        db.execute(identity.delete().where(*here))
        row = {"kind": kind, "source": where, "value": value, "story": article.story, "seen_at": now}
        db.execute(identity.insert(), row)
    return bool(mine)


def is_sighted(db: sa.Connection, story_id: str, source_id: str) -> bool:
    """Whether a story was seen in a source before."""
    here = sa.select(sighting.c.story).where(sighting.c.story == story_id, sighting.c.source == source_id)
    return db.execute(here).first() is not None


def lists_any(db: sa.Connection, source_id: str) -> bool:
    """Whether a source's feed held anything when it was last read."""
    here = sa.select(sighting.c.story).where(sighting.c.source == source_id, sa.text("is_in_feed = 1")).limit(1)
    return db.execute(here).first() is not None


def see(db: sa.Connection, source_id: str, stories: Iterable[str], now: datetime, *, is_whole: bool) -> None:
    """Note which stories a poll listed; after a whole answer the others have left the feed."""
    listed = set(stories)
    if is_whole:
        standing = sa.select(sighting.c.story).where(sighting.c.source == source_id, sa.text("is_in_feed = 1"))
        for gone in set(db.scalars(standing)) - listed:
            mine = (sighting.c.story == gone, sighting.c.source == source_id)
            db.execute(sighting.update().where(*mine).values(is_in_feed=False))
    for each in sorted(listed):
        mine = (sighting.c.story == each, sighting.c.source == source_id)
        seen = {"is_in_feed": True, "seen_at": now}
        if db.execute(sighting.update().where(*mine).values(**seen)).rowcount == 0:
            db.execute(sighting.insert(), {"story": each, "source": source_id} | seen)


def note_oddity(db: sa.Connection, source_id: str, name: str, now: datetime) -> datetime | None:
    """Keep an oddity of a feed; tell since when it is known, None where it was not."""
    here = (oddity.c.source == source_id, oddity.c.sentence == name)
    since: datetime | None = db.scalar(sa.select(oddity.c.seen_at).where(*here))
    if since is None:
        db.execute(oddity.insert(), {"source": source_id, "sentence": name, "seen_at": now})
    return since


def flood_waits(db: sa.Connection, source_id: str) -> bool:
    """Whether a story of this source still waits for a person because it came in a flood."""
    return db.execute(_FLOOD, {"where": source_id}).first() is not None


def _by_name(db: sa.Connection, article: Article) -> list[tuple[str, str]]:
    """List (kind of name, story) for the names of an article that a story has: by its guid, then by its address."""
    which = {"where": article.source, "guid": guid_key(article.guid), "url": url_key(article.url)}
    return [(row.kind, row.story) for row in db.execute(_BY_NAME, which)]


def _names(article: Article) -> list[tuple[str, str, str]]:
    names = [("guid", article.source, guid_key(article.guid)), ("url", "", url_key(article.url))]
    return [each for each in names if each[2]]

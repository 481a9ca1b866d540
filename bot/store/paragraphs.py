"""What a source's articles say again and again: such paragraphs are the site's, and are left out of every story."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.articles.repeated import fingerprints, without_repeated
from bot.model import Article
from bot.store.schema import paragraph

KEPT = timedelta(days=60)
"""How long a paragraph is remembered after it was last seen; all its stories together, so that it never comes back."""
_STALE = timedelta(days=7)
"""How old "last seen" may grow before it is written anew."""
_AT_ONCE = 10_000
"""Hashes asked for in one statement: SQLite takes 32,766."""
_KNOWN = sa.select(paragraph.c.hash, paragraph.c.story, paragraph.c.seen_at).where(
    paragraph.c.source == sa.bindparam("where"), paragraph.c.hash.in_(sa.bindparam("named", expanding=True))
)
_SEEN = (
    paragraph.update()
    .where(paragraph.c.source == sa.bindparam("where"), paragraph.c.hash == sa.bindparam("named"))
    .values(seen_at=sa.bindparam("now"))
)
_newer = paragraph.alias("newer")
_OVER = paragraph.delete().where(
    paragraph.c.seen_at < sa.bindparam("before"),
    ~sa.exists().where(
        _newer.c.source == paragraph.c.source,
        _newer.c.hash == paragraph.c.hash,
        _newer.c.seen_at >= sa.bindparam("before"),
    ),
)


class Repeated:
    """The paragraphs of one poll's articles, and which stories of the source carry them; read once a poll.

    `named`: the story each article is known as, by its guid or address.
    """

    def __init__(
        self, db: sa.Connection, source_id: str, articles: Sequence[Article], named: Sequence[str | None]
    ) -> None:
        self._db, self._source = db, source_id
        self._texts = [fingerprints(each) for each in articles]
        self._carriers: dict[str, set[object]] = {}
        self._seen_at: dict[str, datetime] = {}
        self._kept: set[tuple[str, object]] = set()
        hashes = sorted({_hash(name) for text in self._texts for name in text if name})
        for start in range(0, len(hashes), _AT_ONCE):
            for row in db.execute(_KNOWN, {"where": source_id, "named": hashes[start : start + _AT_ONCE]}):
                self._carry(_name(row.hash), row.story)
                self._kept.add((_name(row.hash), row.story))
                self._seen_at[_name(row.hash)] = max(row.seen_at, self._seen_at.get(_name(row.hash), row.seen_at))
        # The same text twice in a feed is one story under two names, until the rules say otherwise.
        self._who: list[object] = [who or text for who, text in zip(named, self._texts, strict=True)]
        for who, text in zip(self._who, self._texts, strict=True):
            for name in filter(None, text):
                self._carry(name, who)

    def without(self, articles: Sequence[Article]) -> list[Article]:
        """Leave out of this poll's articles what others of the source say too."""
        return [self._bare(each, who) for each, who in zip(articles, self._who, strict=True)]

    def bare(self, known: Article) -> Article:
        """Leave the same out of a story as it is stored."""
        return self._bare(known, known.story)

    def keep(self, stories: Sequence[str], now: datetime) -> None:
        """Remember which stories carry which paragraphs; `stories`: what the articles became, in their order."""
        pairs = {(name, story) for text, story in zip(self._texts, stories, strict=True) for name in text if name}
        new = [
            {"source": self._source, "hash": _hash(name), "story": story, "seen_at": now}
            for name, story in sorted(pairs)
            if (name, story) not in self._kept
        ]
        if new:
            self._db.execute(paragraph.insert(), new)
        stale = [
            {"where": self._source, "named": _hash(name), "now": now}
            for name, at in self._seen_at.items()
            if at < now - _STALE
        ]
        if stale:
            self._db.execute(_SEEN, stale)

    def _carry(self, name: str, who: object) -> None:
        self._carriers.setdefault(name, set()).add(who)

    def _bare(self, article: Article, who: object) -> Article:
        names = [name for name in fingerprints(article) if name]
        return without_repeated(article, {name: len(self._carriers.get(name, set()) - {who}) for name in names})


def prune(db: sa.Connection, now: datetime) -> None:
    """Forget paragraphs nobody has seen for long."""
    db.execute(_OVER, {"before": now - KEPT})


def _hash(name: str) -> int:
    """Write a fingerprint as the whole number databases hold: 64 bits, with a sign."""
    return int(name, 16) - 2**63


def _name(number: int) -> str:
    return f"{number + 2**63:016x}"

"""What became of pictures: one row for each picture and each kind of network that wanted it."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from adapters.contract import Films, Pictures, Post
from bot.posts.frozen import load
from bot.store.schema import EXPIRING, OPEN, delivery, picture, story

__all__ = ["Known", "Made", "Wanted", "awaited", "forget", "is_original", "keep", "kept", "known", "named"]

Wanted = Pictures | Films

Focus = tuple[float, float]
_RECENT = 300
"""Stories of a source among which a picture is counted: enough to know a logo, few enough to be read each time."""
_ROW = sa.select(picture).where(picture.c.url == given("url"), picture.c.wanted == given("wanted"))
_NEWEST = (
    sa.select(story.c.article)
    .where(story.c.source == given("source"))
    .order_by(story.c.seen_at.desc())
    .limit(_RECENT)
    .subquery()
)
_USES = sa.select(sa.func.count()).where(_NEWEST.c.article.contains(given("as_written"), escape="/"))
_PUT, _DROP = picture.insert(), picture.delete().where(picture.c.url == given("of"))
_DROP_USELESS = _DROP.where(sa.or_(picture.c.sha == "", picture.c.until_at <= given("now")))
_THERE = sa.select(picture.c.wanted).where(picture.c.url == given("of"))
_ORIGINAL = sa.select(picture.c.url).where(picture.c.sha == given("sha"), picture.c.source_sha == given("sha")).limit(1)
_OVER = picture.delete().where(picture.c.until_at <= given("now"))
# Terms joined by OR, so that both partial indices serve (see schema.OPEN).
_WAITING = (
    sa.select(delivery.c.post).where(sa.text(f"({OPEN})"), delivery.c.post.is_not(None)),
    sa.select(delivery.c.post).where(sa.text(f"({EXPIRING})"), delivery.c.post.is_not(None)),
)


@dataclass(frozen=True, slots=True)
class Made:
    """What a picture became for one kind of network: a print by its SHA-256, or `why` it became none.

    Of a print `why` says what it lost. `said`: what its file says of whose it is.
    """

    sha: str = ""
    mime: str = ""
    size: int = 0
    width: int = 0
    height: int = 0
    why: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a picture: with how many of its source's stories it stands, and what it became."""

    stories: int
    made: Made | None


def known(
    db: sa.Connection, url: str, wanted: Pictures, source: str, now: datetime, *, focus: Focus | None = None
) -> Known:
    """Read what a picture became for networks that want `wanted`; what is too old to be believed is not told."""
    uses = db.scalar(_USES, {"source": source, "as_written": _like(url)})
    row = db.execute(_ROW, {"url": url, "wanted": _written(wanted, focus)}).first()
    if row is None or row.until_at <= now or row.said is None:
        return Known(uses or 0, None)
    return Known(uses or 0, Made(row.sha, row.mime, row.size, row.width, row.height, row.why, row.said))


def kept(db: sa.Connection, name: str, wanted: Wanted, now: datetime) -> Made | None:
    """Read what was made of words under a name of ours."""
    row = db.execute(_ROW, {"url": name, "wanted": _written(wanted, None)}).first()
    return Made(row.sha, row.mime, row.size, row.width, row.height) if row and row.until_at > now else None


def keep(
    db: sa.Connection,
    url: str,
    made: Iterable[tuple[Wanted, Made]],
    now: datetime,
    *,
    source_sha: str,
    lives: timedelta,
    focus: Focus | None = None,
) -> None:
    """Store what a picture became, in place of what was known of it; one that did not come takes no print away."""
    if source_sha:
        db.execute(_DROP, {"of": url})
    else:
        db.execute(_DROP_USELESS, {"of": url, "now": now})
    there = set(db.scalars(_THERE, {"of": url}))
    said = {"url": url, "source_sha": source_sha, "until_at": now + lives}
    for wanted, each in made:
        if (written := _written(wanted, focus)) not in there:
            db.execute(_PUT, asdict(each) | said | {"wanted": written})


def forget(db: sa.Connection, now: datetime) -> None:
    """Drop what is too old to be believed."""
    db.execute(_OVER, {"now": now})


def named(db: sa.Connection) -> set[str]:
    """Name every print that somebody may still want: those just made, and those of posts that are still to go out."""
    return set(db.scalars(sa.select(picture.c.sha))) | awaited(db)


def awaited(db: sa.Connection) -> set[str]:
    """Name every picture of posts that are still to go out, or may be out."""
    posts = (load(each) for question in _WAITING for each in db.scalars(question))
    return {sha for post in posts for sha in _shown(post)}


def is_original(db: sa.Connection, sha: str) -> bool:
    """Whether a print is, byte for byte, what lay at its picture's own address."""
    return db.scalar(_ORIGINAL, {"sha": sha}) is not None


def _shown(post: Post) -> set[str]:
    thumbs = [post.card.thumb] if post.card and post.card.thumb else []
    covers = [each.cover for each in post.media if each.cover]
    return {each.sha256 for each in (*post.media, *thumbs, *covers)}


def _written(wanted: Wanted, focus: Focus | None) -> str:
    plain = {name: value for name, value in asdict(wanted).items() if name != "cover"}  # of which a film is no other
    return json.dumps(plain | ({"focus": focus} if focus else {}), sort_keys=True)


def _like(url: str) -> str:
    """Write an address as it stands in a stored article, for LIKE, whose own signs it may hold."""
    return "".join(f"/{sign}" if sign in "%_/" else sign for sign in json.dumps(url, ensure_ascii=False))

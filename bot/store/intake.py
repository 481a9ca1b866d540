"""What a poll brought, in one transaction: stories, revisions, deliveries, audit rows and the feed's validators."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.articles.change import change
from bot.articles.feed import Feed
from bot.articles.same import Match
from bot.articles.short import shortened
from bot.articles.wordlists import NO_LISTS, WordLists
from bot.audit.rows import Action
from bot.model import Article, Change, Channel, Delivery, Source, State
from bot.rules.lost import since_copy
from bot.rules.plan import AWAY_FROM, Arrival, is_ahead
from bot.store.audit import tell
from bot.store.deliveries import lower_wake
from bot.store.identities import (
    Recent,
    is_known_here,
    is_named,
    is_sighted,
    remember_identity,
    see,
    stories_named,
    told_apart,
)
from bot.store.listing import late_for
from bot.store.noticing import floods, tell_away, tell_flood, tell_gap, tell_odd
from bot.store.paragraphs import Repeated
from bot.store.planning import plan_story
from bot.store.restoring import lost_time, tell_restored
from bot.store.revising import look_anew, redate, refilter, take_up
from bot.store.schema import source
from bot.store.sources import USUAL, Manners, Validators, read_ok
from bot.store.stories import add_story, article_of, is_short, keep_merged, restate, revise, set_flags

_USUAL = 100
"""How many polls back "as many stories as ever come at once" looks."""


@dataclass(frozen=True, slots=True)
class Poll:
    """One answered poll: who was asked, what was read, and whom it is for."""

    source: Source
    feed: Feed
    validators: Validators
    channels: Sequence[Channel]
    """All channels; those that listen to the source are chosen here."""
    order: tuple[str, ...] = ()
    """The sources as the settings list them: the first owns a shared story's words."""
    zone: str = "UTC"
    """The newsroom's."""
    lists: WordLists = NO_LISTS
    """The words that make a story solemn."""
    manners: Manners = USUAL


@dataclass(slots=True)
class Taken:
    """What came of a poll, for the log."""

    new: int = 0
    revised: int = 0
    merged: int = 0
    odd: int = 0
    woken: set[str] = field(default_factory=set)
    told: dict[str, Article] = field(default_factory=dict)
    """Story -> what this poll says of it; of two entries for one story the newer counts, or they would take turns."""


def take_in(db: sa.Connection, poll: Poll, now: datetime) -> Taken:
    """Store what a poll brought. Whole answers store their validators with the articles they vouch for."""
    taken = Taken()
    state = db.execute(sa.select(source).where(source.c.id == poll.source.id)).one()
    articles = [told_apart(db, each) for each in _oldest_first(poll.feed.articles, poll.source)]
    names = [stories_named(db, each) for each in articles]
    here = [any(is_sighted(db, each, poll.source.id) for each in some) for some in names]
    fresh = [each for each, is_known in zip(articles, here, strict=True) if not is_known]
    away = _away(state, poll.source, now)
    tell_gap(db, poll.source, poll.feed.articles, state, now, zone=poll.zone, is_all_new=len(fresh) == len(articles))
    backlog = frozenset[str]()
    if state.first_read_at is None or away:
        backlog = _backlog(fresh if away else articles, poll, fresh)
    if away and backlog:
        tell_away(db, poll.source, len(backlog), away, now)
    # After a restore much is new at once, and each of it waits for a look as it is.
    is_read = state.first_read_at is not None and state.copied_at is None
    is_flood = is_read and not away and floods(fresh, articles, state, poll.source, now)
    arrival = Arrival(poll.source, now, away=away, is_flood=is_flood, zone=poll.zone, lists=poll.lists)
    lost = lost_time(db)
    # Not for ever, as some feeds are never read whole: what the lost time had is too old to be posted then.
    is_first_look = state.copied_at is not None and lost is not None and now - lost.restored_at <= poll.source.max_age
    repeated = Repeated(db, poll.source.id, articles, [next(iter(some), None) for some in names])
    articles = repeated.without(articles)
    recent, seen = Recent(db, articles, now), []
    for article in articles:
        copied_at = since_copy(article, lost, now, is_first_look=is_first_look)
        came = replace(arrival, is_backlog=_name(article) in backlog, copied_at=copied_at)
        seen.append(_take_one(db, article, recent, poll, came, taken))
    for story, article in taken.told.items():
        _revise(db, story, article, now, poll, taken, repeated)
    repeated.keep(seen, now)
    see(db, poll.source.id, seen, now, is_whole=poll.feed.is_complete)
    tell_flood(db, poll.source.id, len(fresh) if is_flood else 0, now)
    tell_restored(db, lost, now)
    taken.odd = len(poll.feed.odd)
    tell_odd(db, poll.source, poll.feed, state, now)
    if state.first_read_at is not None and not is_flood and not away:
        counts = [*json.loads(state.new_counts), taken.new][-_USUAL:]
        db.execute(source.update().where(source.c.id == poll.source.id).values(new_counts=json.dumps(counts)))
    if taken.new:
        db.execute(source.update().where(source.c.id == poll.source.id).values(last_new_at=now))
    kept = poll.validators if poll.feed.is_complete else None
    read_ok(db, poll.source, now, kept=kept, manners=poll.manners)
    return taken


def _take_one(db: sa.Connection, article: Article, recent: Recent, poll: Poll, arrival: Arrival, taken: Taken) -> str:
    match = recent.same(article)
    if match is None:
        named = _new_story(db, article, poll, arrival, taken)
        recent.add(named)
        return named.story
    _merged(db, article, match, poll, arrival, taken)
    return match.story


def _new_story(db: sa.Connection, article: Article, poll: Poll, arrival: Arrival, taken: Taken) -> Article:
    named = replace(article, story=story_id(db, article), revision=1)
    add_story(db, named, arrival.now)
    remember_identity(db, named, arrival.now)
    tell(
        db,
        Action.STORY_SEEN,
        arrival.now,
        story=named.story,
        source=article.source,
        url=article.url,
        title=article.title,
    )
    _plan_for(db, named, poll, arrival, taken)
    taken.new += 1
    return named


def _merged(db: sa.Connection, article: Article, match: Match, poll: Poll, arrival: Arrival, taken: Taken) -> None:
    known = article_of(db, match.story)
    assert known is not None
    was_known = is_named(db, article) and is_known_here(db, article)
    # Every name counts from now on: a story whose address changed may next change its guid.
    remember_identity(db, replace(article, story=match.story), arrival.now)
    if not was_known:
        taken.merged += 1
        facts = {"source": article.source, "url": article.url, "title": article.title, "rule": match.rule}
        tell(db, Action.STORY_MERGED, arrival.now, story=match.story, **facts)
        keep_merged(db, article, match, arrival.now)
    if _owns(article, known, poll.order):
        taken.told[match.story] = article
    # Only a sighting in a further source is news to a channel: one added later does not get what was there before.
    if not is_sighted(db, match.story, article.source):
        _plan_for(db, known, poll, arrival, taken, late=late_for(db, match.story))


def _owns(article: Article, known: Article, order: tuple[str, ...]) -> bool:
    """Whether this source's words are the story's: its own, or those of a source listed before."""
    if article.source == known.source:
        return True
    rank = {name: n for n, name in enumerate(order)}
    return rank.get(article.source, len(rank)) < rank.get(known.source, len(rank))


def _revise(
    db: sa.Connection, story: str, article: Article, now: datetime, poll: Poll, taken: Taken, repeated: Repeated
) -> None:
    known = article_of(db, story)
    assert known is not None
    after = replace(article, story=known.story, revision=known.revision + 1, flags=known.flags)
    # A feed that dates every answer anew changed nothing, and nor did we who found out what is not the story's.
    unchanged = replace(after, revision=known.revision, modified=known.modified)
    if unchanged == known:
        return
    # Nor did a story that comes back after we dropped its text: by what is left of it, it says what it said.
    if unchanged == repeated.bare(known) or (is_short(db, story) and shortened(unchanged) == known):
        restate(db, unchanged)
        return
    # Which photos stand behind the lead is nothing it says, and signed addresses of them change with each answer.
    if replace(unchanged, further=known.further) == known:
        restate(db, unchanged)
        return
    kind, why = change(known, after)
    if kind is Change.TRIVIAL and known.flags.wrong_until == known.revision:
        after = replace(after, flags=replace(known.flags, wrong_until=after.revision))  # what is wrong is wrong still
        set_flags(db, known.story, after.flags)
    revise(db, after, now, change=kind, why=why)
    taken.revised += 1
    facts: dict[str, Any] = {"revision": after.revision, "change": str(kind), "why": why, "source": article.source}
    tell(db, Action.STORY_REVISED, now, story=known.story, **facts)
    if known.published != after.published and (is_ahead(known, now) or is_ahead(after, now)):
        for stands in redate(db, after, poll.channels, now, zone=poll.zone, lists=poll.lists):
            _woken(db, stands, taken)
    came = Arrival(poll.source, now, zone=poll.zone, lists=poll.lists)
    for stands in (
        *refilter(db, known, after, poll.channels, came),
        *look_anew(db, known, after, poll.channels, came, kind),
    ):
        _woken(db, stands, taken)
    if kind is Change.TRIVIAL:
        return
    for stands in take_up(db, after, now, kind, why, channels=poll.channels, lists=poll.lists):
        _woken(db, stands, taken)


def _woken(db: sa.Connection, stands: Delivery, taken: Taken) -> None:
    if stands.state is State.DUE:
        lower_wake(db, stands.channel, stands.due_at)
        taken.woken.add(stands.channel)


def _plan_for(
    db: sa.Connection,
    article: Article,
    poll: Poll,
    arrival: Arrival,
    taken: Taken,
    late: Collection[str] = (),
) -> None:
    taken.woken |= plan_story(db, article, poll.channels, arrival, late=late)


def _oldest_first(articles: Sequence[Article], who: Source) -> list[Article]:
    """Feeds list the newest first; a channel should get the oldest first."""
    named = [replace(each, source=who.id) for each in reversed(articles)]
    named.sort(key=lambda each: each.published.timestamp() if each.published else 0.0)
    return named


def _away(state: sa.Row[Any], who: Source, now: datetime) -> timedelta | None:
    """Tell how long a feed that was read before was not, where that is so long that what it lists is no news to us."""
    if state.first_read_at is None or state.polled_at is None or state.copied_at is not None:
        return None
    away: timedelta = now - state.polled_at
    return away if away > max(AWAY_FROM, 3 * who.poll) else None


def _backlog(articles: Sequence[Article], poll: Poll, fresh: Sequence[Article]) -> frozenset[str]:
    """Name what was there before the first look, less the newest few the settings let out."""
    # A feed that is always cut off gives no whole look: there, what is newer than all we know is news.
    if not poll.feed.is_complete and (known := [n for n, each in enumerate(articles) if each not in fresh]):
        return frozenset(_name(each) for each in articles[: known[-1]])
    return frozenset(_name(each) for each in articles[: max(0, len(articles) - poll.source.backfill)])


def _name(article: Article) -> str:
    return f"{article.guid}\n{article.url}"


def story_id(db: sa.Connection, article: Article) -> str:
    """Name a story: the same again for the same article in a new database, another if that name is taken."""
    for n in range(1000):
        said = f"{article.source}\n{article.guid}\n{article.url}\n{article.title}\n{n}"
        name = hashlib.sha256(said.encode()).hexdigest()[:8]
        if article_of(db, name) is None:
            return name
    raise RuntimeError("no free name for a story")

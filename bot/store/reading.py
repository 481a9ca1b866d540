"""Questions people ask: what is next, what waits for me, why did this story (not) go out."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from bot.articles.address import guid_key, url_key
from bot.articles.typed import typed
from bot.model import Article, Channel, Delivery, Kind, Policy, State
from bot.rules.pace import free_at
from bot.rules.plan import in_lane
from bot.rules.standing import REPEATABLE
from bot.rules.unplanned import Unplanned, unplanned
from bot.rules.why import Seen, comes_at, why
from bot.store.deliveries import JOINED, from_row, get
from bot.store.revising import followers
from bot.store.schema import channel, delivery, delivery_story, identity, sighting, source, story
from bot.store.stories import article_of, articles_of
from bot.store.waking import Standing, blocked_until, standing
from bot.tongue import Tongue, phrase

_OPEN_OR_HELD = sa.text("delivery.state IN ('due','sending','unknown','held')")
_UNAPPROVED = sa.text("delivery.state = 'held' AND delivery.reason = 'approval'")
_OF_STORIES = JOINED.where(delivery_story.c.story.in_(given("ids", expanding=True)))
_PLANNED = sa.select(delivery_story.c.story, delivery_story.c.channel).where(
    delivery_story.c.story.in_(given("ids", expanding=True))
)
_SIGHTED = (
    sa.select(sighting.c.story, sighting.c.source)
    .where(sighting.c.story.in_(given("ids", expanding=True)))
    .order_by(sighting.c.seen_at, sighting.c.source)
)
_CAME = sa.select(story.c.id, story.c.seen_at).where(story.c.id.in_(given("ids", expanding=True)))
_SINCE = sa.select(channel.c.id, channel.c.listed_at)
_APPROVED = sa.text("delivery.state = 'due' AND delivery.approved <> ''")


@dataclass(frozen=True, slots=True)
class Told:
    """One delivery as people read it."""

    delivery: Delivery
    article: Article | None
    at: datetime
    """When something happens to it at the earliest, where anything is still to happen."""
    seen: Seen
    """What its sentence is made of, beside itself."""

    @property
    def sentence(self) -> str:
        """Say how it stands, as the command line does."""
        return why(self.delivery, self.seen)

    def said(self, tongue: Tongue) -> str:
        """Say how it stands in another language, or without commands."""
        return why(self.delivery, self.seen, tongue)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One delivery that waits for approval; a list of many has no need of their sentences."""

    delivery: Delivery
    article: Article | None


def to_approve(db: sa.Connection) -> list[Waiting]:
    """List what waits for approval: breaking news first, then by the time it would go out."""
    found = [from_row(row) for row in db.execute(JOINED.where(_UNAPPROVED))]
    found.sort(key=lambda each: (not each.is_breaking, each.due_at, each.id))
    articles = articles_of(db, {each.story for each in found if each.story})
    return [Waiting(each, articles[each.story][0] if each.story in articles else None) for each in found]


@dataclass(frozen=True, slots=True)
class Health:
    """How a channel stands: who paused or hushed it, and what keeps it from sending; "" and None where nothing does."""

    channel: Channel
    network: str
    """As people write it."""
    paused_by: str
    paused_until: datetime | None
    hushed_by: str
    stopped_why: str
    """Why its network takes nothing from us."""
    wait_until: datetime | None
    """Until when its network asked us to wait."""
    failing_since: datetime | None
    """Since when its network does not answer."""


class Reader:
    """Answers people, in the newsroom's words; `titles` are the networks' names as people write them."""

    def __init__(self, policy: Policy, channels: Mapping[str, Channel], titles: Mapping[str, str]) -> None:
        self._policy, self._channels, self._titles = policy, channels, titles

    def queue(self, db: sa.Connection, now: datetime) -> list[Told]:
        """List everything that is still to happen or needs a person; people first, then by time."""
        rows = db.execute(JOINED.where(_OPEN_OR_HELD).order_by(delivery.c.due_at, delivery.c.id))
        found, look = [from_row(row) for row in rows], _Look(db, now)
        articles = articles_of(db, {each.story for each in found if each.story})
        look.article = lambda story_id: articles[story_id][0] if story_id in articles else None
        told = [self._tell(look, each) for each in found]
        return sorted(told, key=lambda each: (each.delivery.state is not State.HELD, each.at, each.delivery.id))

    def approved(self, db: sa.Connection, now: datetime) -> list[Told]:
        """List what is approved and still to go out, so that `undo` may take it back; the latest first."""
        rows = db.execute(JOINED.where(_APPROVED).order_by(delivery.c.moved_at.desc(), delivery.c.id.desc()))
        found = [each for each in map(from_row, rows) if each.kind not in (Kind.TEST, *REPEATABLE)]
        look = _Look(db, now)
        return [self._tell(look, each) for each in found]

    def story(self, db: sa.Connection, story_id: str, now: datetime) -> list[Told]:
        """List a story's deliveries, in the order of the channels in the settings."""
        article = article_of(db, story_id)
        return self.stories(db, {story_id: article} if article else {}, now).get(story_id, [])

    def stories(self, db: sa.Connection, articles: Mapping[str, Article], now: datetime) -> dict[str, list[Told]]:
        """List the deliveries of several stories, by id, each in the order of the channels in the settings."""
        order = {name: n for n, name in enumerate(self._channels)}
        rows = db.execute(_OF_STORIES, {"ids": list(articles)})
        found = sorted((from_row(row) for row in rows), key=lambda d: (order.get(d.channel, len(order)), d.id))
        look, told = _Look(db, now, found), {each: list[Told]() for each in articles}
        look.article = articles.get
        for each in found:
            told[each.story].append(self._tell(look, each))
        return told

    def unplanned(self, db: sa.Connection, story_ids: Collection[str]) -> dict[str, tuple[Unplanned, ...]]:
        """Tell why some channels of the settings have nothing of some stories, by story."""
        asked = {"ids": list(story_ids)}
        planned: dict[str, set[str]] = {each: set() for each in story_ids}
        sources: dict[str, list[str]] = {each: [] for each in story_ids}
        for row in db.execute(_PLANNED, asked):
            planned[row.story].add(row.channel)
        for row in db.execute(_SIGHTED, asked):
            sources[row.story].append(row.source)
        came = {row.id: row.seen_at for row in db.execute(_CAME, asked)}
        since = {row.id: row.listed_at for row in db.execute(_SINCE)}
        told = {}
        for which, at in came.items():
            newer = {each for each in self._channels if each not in since or ((on := since[each]) and on > at)}
            told[which] = unplanned(self._channels.values(), planned[which], tuple(sources[which]), newer)
        return told

    def one(self, db: sa.Connection, which: int, now: datetime) -> Told | None:
        """Read one delivery."""
        found = get(db, which)
        return None if found is None else self._tell(_Look(db, now), found)

    def health(self, db: sa.Connection, now: datetime) -> list[Health]:
        """Tell how each channel of the settings stands, in their order; one that no daemon took up yet is left out."""
        known = set(db.scalars(sa.select(channel.c.id)))
        return [self._health(standing(db, each.id), each, now) for each in self._channels.values() if each.id in known]

    def _health(self, here: Standing, who: Channel, now: datetime) -> Health:
        is_paused = here.is_paused(now)
        return Health(
            channel=who,
            network=self._titles.get(who.network, who.network),
            paused_by=(here.paused_by or "somebody") if is_paused else "",
            paused_until=here.paused_until if is_paused else None,
            hushed_by=here.hushed_by,
            stopped_why=(here.stopped_why or phrase("no access")) if here.is_stopped else "",
            wait_until=here.wait_until if here.wait_until and here.wait_until > now else None,
            failing_since=here.breaker.since if here.breaker.is_open else None,
        )

    def _tell(self, look: "_Look", stands: Delivery) -> Told:
        article = look.article(stands.story) if stands.story else None
        if article and stands.state is State.DUE and stands.is_breaking:  # its word may be over, as its turn will find
            stands = in_lane(stands, article, self._channels.get(stands.channel), look.now)
        seen = self._seen(look, stands)
        return Told(stands, article, comes_at(stands, seen), seen)

    def _seen(self, look: "_Look", stands: Delivery) -> Seen:
        db, now = look.db, look.now
        who = self._channels.get(stands.channel) or Channel(id=stands.channel, account="", network="")
        here = look.standing(stands.channel)
        parent = get(db, stands.parent) if stands.parent is not None else None
        start = max(now, stands.due_at)
        return Seen(
            now=now,
            zone=self._policy.zone,
            channel=who,
            network=self._titles.get(who.network, who.network or "the network"),
            most_tries=self._policy.most_tries,
            free=free_at(
                who, here.pace, zone=self._policy.zone, now=start, is_breaking=stands.is_breaking, kind=stands.kind
            ),
            wait_until=here.wait_until,
            paused_by=(here.paused_by or "somebody") if here.is_paused(now, stands.kind) else "",
            paused_until=here.paused_until if here.is_paused(now, stands.kind) else None,
            hushed_by=here.hushed_by if here.hushes(stands) else "",
            stopped_why=(here.stopped_why or phrase("no access")) if here.is_stopped else "",
            breaker=here.breaker,
            is_waiting_for_parent=parent is not None and parent.state is not State.DONE,
            blocked_until=look.blocked(stands.channel) if stands.state is State.DUE else None,
            later=look.later(stands) if stands.state is State.DONE else None,
            is_listed=stands.channel in self._channels,
        )


class _Look:
    """One look at the database: what many rows share is read once."""

    def __init__(self, db: sa.Connection, now: datetime, whole: Collection[Delivery] | None = None) -> None:
        """Begin; `whole`: all deliveries of the stories looked at, where they are at hand."""
        self.db, self.now = db, now
        self.standing = cache(partial(standing, db))
        self.article: Callable[[str], Article | None] = cache(partial(article_of, db))
        self.blocked = cache(partial(blocked_until, db, now=now))

        self._whole = whole

    def later(self, out: Delivery) -> Delivery | None:
        """Find the latest change of a post that is out."""
        told = followers(self.db, out.id) if self._whole is None else _following(self._whole, out)
        done = [each for each in told if each.kind in REPEATABLE and each.state is State.DONE]
        return done[-1] if done else None


def _following(whole: Collection[Delivery], out: Delivery) -> list[Delivery]:
    return sorted((each for each in whole if each.parent == out.id), key=lambda each: each.id)


SEARCHED = 5_000
"""How many of the newest headlines are looked through for words: months of a newsroom's work, and a blink."""
_NAMED = (  # by the whole key: it begins with kind and source, and to look for the value alone would read them all
    sa.select(identity.c.story)
    .where(
        identity.c.kind.in_(("guid", "url")),
        identity.c.source.in_(sa.union_all(sa.select(sa.literal("")), sa.select(source.c.id))),
        identity.c.value.in_(given("names", expanding=True)),
    )
    .order_by(identity.c.kind.desc())
)
_NEWEST = sa.select(story.c.id, story.c.sought, story.c.seen_at).order_by(story.c.seen_at.desc()).limit(SEARCHED)
_WORDED = _NEWEST.subquery()
_ESCAPE = "\\"
_WILD = str.maketrans({sign: _ESCAPE + sign for sign in ("%", "_", _ESCAPE)})
_BY_WORDS = (
    sa.select(_WORDED.c.id)
    .where(_WORDED.c.sought.like(given("pattern"), escape=_ESCAPE))
    .order_by(_WORDED.c.seen_at.desc(), _WORDED.c.id)  # one poll sees many at once, and pages must not share them
    .limit(given("most"))
)


def find_stories(db: sa.Connection, said: str, *, most: int = 10) -> list[str]:
    """Find stories by id, address or guid; else, among the newest, by words of the title, the newest first."""
    if db.scalar(sa.select(story.c.id).where(story.c.id == said)):
        return [said]
    names = {said, guid_key(said), url_key(said)} - {""}
    if by_name := list(dict.fromkeys(db.scalars(_NAMED, {"names": sorted(names)}))):
        return by_name
    return list(db.scalars(_BY_WORDS, {"pattern": f"%{typed(said).translate(_WILD)}%", "most": most}))


def newest_stories(db: sa.Connection, *, most: int = 20, skip: int = 0) -> list[str]:
    """List the newest stories."""
    newest = sa.select(story.c.id).order_by(story.c.seen_at.desc(), story.c.id)
    return list(db.scalars(newest.limit(most).offset(skip)))


def seen_at(db: sa.Connection, story_id: str) -> datetime | None:
    """Tell when a story was first seen; None: there is no such story."""
    at: datetime | None = db.scalar(sa.select(story.c.seen_at).where(story.c.id == story_id))
    return at


def states(db: sa.Connection) -> Counter[State]:
    """Count deliveries by state."""
    rows = db.execute(sa.select(delivery.c.state, sa.func.count()).group_by(delivery.c.state))
    return Counter({State(row[0]): row[1] for row in rows})

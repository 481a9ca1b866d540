"""What people read, on the command line and on the desk: the queue, stories, why, what a post would say and cost."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from adapters.contract import Adapter, Media, Post
from bot.actions.room import RefusedVerb, Room, compose_for, load
from bot.actions.said import DESCRIBED, said
from bot.articles.typed import typed
from bot.audit.rows import Action
from bot.model import Article, Channel, Kind, State
from bot.posts.price import price_of
from bot.rules.standing import REPEATABLE
from bot.rules.unplanned import Unplanned
from bot.store import alerts, audit, stories, telling
from bot.store import reading as stored
from bot.store.alerts import Alert
from bot.store.audit import Which
from bot.store.reading import Health, Reader, Told, Waiting
from bot.store.revising import followers, is_waiting
from bot.store.telling import Deaf

__all__ = ["Alert", "Deaf", "Health", "Told"]
MOST = 20
"""How many stories stand on a page."""
NAMED_AT_ONCE = 10
"""How many stories are named where words fit several."""


@dataclass(frozen=True, slots=True)
class Queue:
    """What is wrong, what needs a person, and what comes next; `deaf`: the sinks that take no alerts."""

    alerts: tuple[Alert, ...]
    deaf: tuple[Deaf, ...]
    people: tuple[Told, ...]
    coming: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """One story as its latest revision tells it, and how each channel stands with it."""

    id: str
    article: Article
    seen_at: datetime
    told: tuple[Told, ...]
    swallowed: tuple[Article, ...] = ()
    """The entries that were taken for it, which `split` makes stories of."""
    unplanned: tuple[Unplanned, ...] = ()
    """Why the other channels have nothing of it."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some stories, the newest first, and whether there are more behind them."""

    stories: tuple[Story, ...]
    number: int
    has_more: bool


def reader_of(room: Room) -> Reader:
    """Make what puts deliveries into sentences, in the newsroom's words."""
    titles = {each.network: room.composer.title(each) for each in room.channels.values()}
    return Reader(room.composer.policy, room.channels, titles)


async def queue(room: Room, *, sinks: Collection[str] = ()) -> Queue:
    """Read what is wrong, what needs a person and what comes next; `sinks`: the names of where alerts go."""
    opened = await room.store.write(alerts.open_alerts)
    deaf = await room.store.write(telling.deaf, list(sinks))
    found = await room.store.write(reader_of(room).queue, room.clock.now())
    people = tuple(each for each in found if each.delivery.state is State.HELD)
    coming = tuple(each for each in found if each.delivery.state is not State.HELD)
    return Queue(tuple(opened), tuple(deaf), people, coming)


async def health(room: Room) -> list[Health]:
    """Read how each channel stands: paused, hushed, stopped, or asked to wait; in the order of the settings."""
    return await room.store.write(reader_of(room).health, room.clock.now())


async def one(room: Room, which: int) -> Told | None:
    """Read one delivery with its sentence."""
    return await room.store.write(reader_of(room).one, which, room.clock.now())


async def told_of(room: Room, story: str) -> list[Told]:
    """Read how each channel stands with a story, in the order of the settings."""
    return await room.store.write(reader_of(room).story, story, room.clock.now())


async def story(room: Room, which: str) -> Story | None:
    """Read one story by its id, with what it swallowed; None: there is none."""
    found = await _stories(room, [which])
    return found[0] if found else None


async def _stories(room: Room, ids: list[str]) -> list[Story]:
    """Read stories in one look; one that is gone is left out."""
    reader, now = reader_of(room), room.clock.now()

    def look(db: Any) -> list[Story]:
        known, swallowed = stories.articles_of(db, ids), stories.swallowed_by(db, ids)
        unplanned = reader.unplanned(db, ids)
        told = reader.stories(db, {each: article for each, (article, _) in known.items()}, now)
        return [
            Story(each, *known[each], tuple(told[each]), tuple(swallowed[each]), unplanned.get(each, ()))
            for each in ids
            if each in known
        ]

    return await room.store.write(look)


async def newest(room: Room, said: str = "", *, page: int = 1, most: int = MOST) -> Page:
    """Read a page of the newest stories; `said`: of those an address, id, guid or words of the title fits."""
    skip = (max(page, 1) - 1) * most
    if said.strip():
        ids = (await room.store.write(stored.find_stories, said.strip(), most=skip + most + 1))[skip:]
    else:
        ids = await room.store.write(stored.newest_stories, most=most + 1, skip=skip)
    return Page(tuple(await _stories(room, ids[:most])), max(page, 1), len(ids) > most)


class SeveralFit(RefusedVerb):
    """What was said fits several stories, the newest of which are named."""

    def __init__(self, said: str, stories: Collection[Story]) -> None:
        self.stories = tuple(stories)
        titles = [f"  {each.id}  {each.article.title}" for each in stories]
        super().__init__("\n".join([f"{len(stories)} stories fit {said!r}; name one by its id:", *titles]))


async def story_named(room: Room, said: str) -> str:
    """Find the one story a person means. Raises RefusedVerb where none is meant, SeveralFit where several are."""
    found = await room.store.write(stored.find_stories, said, most=NAMED_AT_ONCE)
    if not found:
        raise RefusedVerb(f"no story is known by the address, id, guid or words {said!r}")
    if len(found) > 1:
        raise SeveralFit(said, await _stories(room, found))
    return found[0]


async def unplanned(room: Room, story: str) -> tuple[Unplanned, ...]:
    """Read why some channels have nothing of a story."""
    return (await room.store.write(reader_of(room).unplanned, [story])).get(story, ())


async def why(room: Room, said: str) -> list[tuple[str, list[Told]]]:
    """Read how each channel stands with the stories a person means, or one delivery by its number, as (story, told).

    Raises RefusedVerb where nothing is known by what was said.
    """
    found = await room.store.write(stored.find_stories, said)
    # A bare number is a delivery's, unless a story goes by exactly this name.
    if said.isdecimal() and found != [said] and (single := await one(room, int(said))) is not None:
        return [(single.delivery.story, [single])]
    if not found and (odd := await room.store.write(_unpostable, said)):
        raise RefusedVerb(f"no story is known by {said!r}, but a feed listed this: {odd}")
    if not found:
        raise RefusedVerb(
            f"no story or delivery is known by {said!r}: we never saw it in a feed; `jarshy check` reads the feeds now"
        )
    return [(each, await told_of(room, each)) for each in found]


def _unpostable(db: Any, said: str) -> str:
    """Find the newest entry of a feed that could not be posted, by its guid or address or words of it; "" for none."""
    rows = audit.newest(db, Which(actions=(Action.SOURCE_ODD,)), most=stored.SEARCHED)
    told = [row for each in rows if "entry" in (row := json.loads(each.row))]
    fits = (row["why"] for row in told if row["entry"] == said.strip() or typed(said) in typed(row["why"]))
    return next(fits, "").rstrip(".")


async def last_change(room: Room, which: int) -> Told | None:
    """Read the change that readers see now of a post; None where they see it as it was sent, or not at all."""

    def look(db: Any) -> Told | None:
        done = [each for each in followers(db, which) if each.kind in REPEATABLE and each.state is State.DONE]
        is_read = bool(done) and Kind.DELETE not in [each.kind for each in done]
        return reader_of(room).one(db, done[-1].id, room.clock.now()) if is_read else None

    return await room.store.write(look)


def title(each: Told | Waiting) -> str:
    """Name a delivery: by its article, or where it has none, such as a test, by its own first words."""
    if each.article is not None:
        return each.article.title
    return each.delivery.post.text.partition("\n")[0] if each.delivery.post else "(no article)"


async def post_of(room: Room, told: Told) -> Post | None:
    """Read a delivery's post: as it is frozen, else as it would be now; None where none can be written."""
    try:
        return (await compose_for(room, *await load(room, told.delivery.id)))[0].post
    except RefusedVerb:
        return None


async def prices(room: Room, adapter: Callable[[Channel], Adapter], found: Collection[Told]) -> dict[int, str]:
    """Reckon what each post that waits will cost in US dollars, where its network charges and it can be written now.

    `adapter` builds a channel's adapter, without its account.
    """
    chargers = {name: adapter(who) for name, who in room.channels.items() if room.composer.charges(who)}
    # No photo is fetched to name a price.
    bare = replace(room, channels={name: replace(room.channels[name], form="card") for name in chargers})
    told = {}
    for each in found:
        stands = each.delivery
        asks = chargers.get(stands.channel)
        if asks and is_waiting(stands) and stands.kind not in REPEATABLE and (post := await post_of(bare, each)):
            is_to_come = stands.post is None and room.channels[stands.channel].form == "photo"
            told[stands.id] = price_of(asks, _with_photo(post, each.article) if is_to_come else post)
    return {which: price for which, price in told.items() if price}


def _with_photo(post: Post, article: Article | None) -> Post:
    """Let a story's photo stand in a post by its description alone."""
    if article is None or article.photo is None:
        return post
    return replace(post, media=(Media("", "image/jpeg", 0, alt=said(article, DESCRIBED).words),))

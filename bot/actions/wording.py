"""Words a person puts in place of a post's: what they would become, and all that is wrong with them."""

from dataclasses import dataclass, replace

from adapters.contract import Limits, Post, Problem
from bot.actions.room import Room, Unwritten, compose_for, load, written
from bot.delivery.by_hand import hand_written, retold
from bot.model import Channel, Delivery, Kind, State
from bot.posts.defects import Defect
from bot.posts.frozen import digest
from bot.store.material import Material
from bot.tongue import phrase

__all__ = ["Begun", "Draft", "begun", "draft", "drafted", "is_redrawn", "mendable", "redrawn", "unsaid"]

_UNSAID = phrase(
    "the picture or film shows words of its own: those written here do not change them, so see that both agree"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A post nobody keeps yet. `problems`: in what it is too much for its network; `defects`: the worst first."""

    channel: Channel
    post: Post
    limits: Limits
    problems: tuple[Problem, ...]
    defects: tuple[Defect, ...]


@dataclass(frozen=True, slots=True)
class Begun:
    """The post a person's words are put into. `name`: its digest; "" where it is not fit to be sent as it is."""

    post: Post | None
    name: str


async def drafted(room: Room, which: int, text: str) -> Draft:
    """Show what a waiting delivery would send in other words; nothing is stored. Raises RefusedVerb."""
    found, who, _ = await load(room, which)
    return draft(room, found, who, (await begun(room, found, who)).post, text)


async def begun(room: Room, found: Material, who: Channel) -> Begun:
    """Write the post as it stands now; what cannot be written is what people mend by hand. Raises Unready."""
    limits = found.limits or room.composer.limits_of(who)
    try:
        post = (await compose_for(room, found, who, limits))[0].post
    except Unwritten as e:
        return Begun(e.post and mendable(room, who, e.post, limits), "")
    return Begun(post, digest(post))


def mendable(room: Room, who: Channel, post: Post, limits: Limits) -> Post:
    """Take from a post what no other words would mend: a title, or tags beside it, that its network refuses."""
    worded = replace(post, text="…", marks=())
    return replace(post, title="", tags=()) if room.composer.measure(who, worded, limits) else post


def draft(room: Room, found: Material, who: Channel, was: Post | None, text: str) -> Draft:
    """Put a person's words in place of those a post `was` made of, measured as the network counts."""
    article, limits = found.article, found.limits or room.composer.limits_of(who)
    tongue, address = (article.language, article.url) if article else ("", "")
    post = hand_written(was, text, language=tongue, address=address)
    if is_redrawn(found.delivery):
        post = room.composer.roughed(post, retold(post.text, post.lang), who, limits, room.clock.now())
    defects = room.composer.notes(article, post, room.clock.now(), is_by_hand=True) if article else ()
    return Draft(who, post, limits, room.composer.measure(who, post, limits), defects)


async def redrawn(room: Room, found: Material, made: Draft) -> Post:
    """Draw anew what a post shows of a person's own words, so that it never says what they no longer say.

    What was drawn of a story stays: it says what the story says. Raises RefusedVerb.
    """
    if not is_redrawn(found.delivery):
        return made.post
    story = retold(made.post.text, made.post.lang)
    with written():
        return await room.composer.drawn(made.post, story, made.channel, made.limits, room.clock.now())


def is_redrawn(seen: Delivery) -> bool:
    """Whether what a delivery shows is drawn of nothing but its words, and not out yet."""
    return not seen.story and seen.kind is not Kind.EDIT and seen.state is not State.DONE


def unsaid(seen: Delivery, post: Post) -> str:
    """Say that other words leave those on a picture as they are; "" where none were drawn on it."""
    return _UNSAID if any(each.is_drawn for each in post.media) and not is_redrawn(seen) else ""

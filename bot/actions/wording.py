"""Words a person puts in place of a post's: what they would become, and all that is wrong with them."""

from dataclasses import dataclass

from adapters.contract import Limits, Post, Problem
from bot.actions.room import RefusedVerb, Room, compose_for, load
from bot.delivery.by_hand import hand_written
from bot.model import Channel
from bot.posts.defects import Defect
from bot.store.material import Material

__all__ = ["Draft", "draft", "drafted", "stands_as"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A post nobody keeps yet. `problems`: in what it is too much for its network; `defects`: the worst first."""

    channel: Channel
    post: Post
    limits: Limits
    problems: tuple[Problem, ...]
    defects: tuple[Defect, ...]


async def drafted(room: Room, which: int, text: str) -> Draft:
    """Show what a waiting delivery would send in other words; nothing is stored. Raises RefusedVerb."""
    found, who, _ = await load(room, which)
    return draft(room, found, who, await stands_as(room, found, who), text)


async def stands_as(room: Room, found: Material, who: Channel) -> Post | None:
    """Write the post as it stands now; None where it cannot be written, which is what people mend by hand."""
    try:
        return (await compose_for(room, found, who, found.limits or room.composer.limits_of(who)))[0].post
    except RefusedVerb:
        return None


def draft(room: Room, found: Material, who: Channel, was: Post | None, text: str) -> Draft:
    """Put a person's words in place of those a post `was` made of, measured as the network counts."""
    article, limits = found.article, found.limits or room.composer.limits_of(who)
    tongue, address = (article.language, article.url) if article else ("", "")
    post = hand_written(was, text, language=tongue, address=address)
    defects = room.composer.notes(article, post, room.clock.now(), is_by_hand=True) if article else ()
    return Draft(who, post, limits, room.composer.measure(who, post, limits), defects)

"""What a hush kept back, story by story: one word lets all posts of a story go, or ends them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.actions.reading import Told, title
from bot.actions.room import RefusedVerb, Room, load
from bot.model import Delivery, Reason, State
from bot.rules.why import person
from bot.store import together


@dataclass(frozen=True, slots=True)
class Kept:
    """A story whose time came while everything but breaking news was hushed, with its posts on all channels."""

    story: str
    title: str
    by: str
    """Who had hushed everything, by name."""
    posts: tuple[Delivery, ...]

    @property
    def channels(self) -> tuple[str, ...]:
        """Name the channels its posts wait on."""
        return tuple(each.channel for each in self.posts)


def kept(found: Iterable[Told], listed: Collection[str]) -> tuple[Kept, ...]:
    """Gather what waits since a hush that is over by its story, in the order it comes in; `listed`: the channels.

    While everything is hushed nothing of it can go, so nothing is gathered then. What belongs to no story, or to a
    channel that left the settings, is decided on by itself; so is the only post of its story.
    """
    stories: dict[str, list[Told]] = {}
    for each in found:
        stands = each.delivery
        is_kept = (stands.state, stands.reason) == (State.HELD, Reason.HUSHED) and not each.seen.hushed_by
        if is_kept and stands.story and stands.channel in listed and stands.copied_at is None:
            stories.setdefault(stands.story, []).append(each)
    return tuple(
        Kept(story, title(some[0]), person(some[0].delivery.detail), tuple(each.delivery for each in some))
        for story, some in stories.items()
        if len(some) > 1
    )


async def release(room: Room, story: str, seen: Mapping[int, int]) -> list[Delivery]:
    """Let a story's posts go out, all of them or, by RefusedVerb, none; `seen`: the `moves` of each as it was shown."""
    meant = await _meant(room, story, seen)
    how: dict[str, Any] = {"zone": room.composer.zone, "lists": room.composer.lists, "actor": room.actor}
    pairs = [(each, room.channels[each.channel]) for each in meant]
    done = await room.store.write(together.release_all, pairs, room.clock.now(), **how)
    await room.nudge()
    return done


async def cancel(room: Room, story: str, seen: Mapping[int, int]) -> list[Delivery]:
    """Never send a story's posts: all of them or, by RefusedVerb, none; `seen` as of `release`."""
    meant = await _meant(room, story, seen)
    done = await room.store.write(together.cancel_all, meant, room.clock.now(), actor=room.actor)
    await room.nudge()
    return done


async def _meant(room: Room, story: str, seen: Mapping[int, int]) -> list[Delivery]:
    """Read the deliveries a person means. Raises RefusedVerb where there are none, or one is none of the story's."""
    if not seen:
        raise RefusedVerb("no post of this story was chosen; nothing was changed")
    meant = []
    for which, moves in seen.items():
        found, _, _ = await load(room, which)
        if found.delivery.story != story:
            raise RefusedVerb(f"delivery {which} is none of this story; nothing was changed")
        meant.append(replace(found.delivery, moves=moves))
    return meant

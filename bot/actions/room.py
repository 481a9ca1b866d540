"""What every verb works with: the store, the clock, the channels and the composer, and a nudge for the waker."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from adapters.contract import Clock, Limits, Post
from bot.delivery.composing import Composer, Written
from bot.media.under_way import Coming
from bot.model import Channel, Delivery, Reason, Source
from bot.posts.compose import CannotCompose
from bot.store.engine import MaybeStored, Store, StoreUnavailable
from bot.store.material import Material, material
from bot.store.people import AskAgain, RefusedVerb, WordsChanged, find
from bot.tongue import phrase

__all__ = [
    "AskAgain",
    "MaybeStored",
    "RefusedVerb",
    "Room",
    "StoreUnavailable",
    "Unready",
    "Unwritten",
    "WordsChanged",
    "channel_of",
    "compose_for",
    "laid_out",
    "load",
    "written",
]


async def _nobody() -> None:
    """Nudge nobody: the daemon notices a change of its file by itself."""


class Unwritten(RefusedVerb):
    """A post cannot be written. `post`: how far it came, for a person to mend; None where there is nothing of it."""

    def __init__(self, said: str, post: Post | None) -> None:
        super().__init__(said)
        self.post = post


class Unready(RefusedVerb):
    """A post is not there yet, and comes by itself."""


@dataclass(frozen=True, slots=True)
class Room:
    """One place to act from; `actor` stands in the audit log ("cli:aigul", a desk account)."""

    store: Store
    clock: Clock
    channels: dict[str, Channel]
    composer: Composer
    actor: str
    sources: tuple[Source, ...] = ()
    nudge: Callable[[], Awaitable[None]] = _nobody


_SAID = {
    Reason.MISSING_FIELD: phrase("the article has no {detail}"),
    Reason.NO_CORRECTION: phrase("nobody said what was wrong"),
    Reason.TOO_LONG: phrase("not even its shortest form fits, {detail}"),
    Reason.DEFECT: "{detail}",
    Reason.NO_FILM: "{detail}",
    Reason.NO_PICTURE: phrase("its network takes none without a picture, {detail}"),
    Reason.TEMPLATE: phrase("its template cannot be used, {detail}"),
}


def channel_of(room: Room, channel_id: str) -> Channel:
    """Find a channel of the settings. Raises RefusedVerb."""
    if channel_id not in room.channels:
        raise RefusedVerb(f"there is no channel {channel_id}; there are {', '.join(room.channels)}")
    return room.channels[channel_id]


async def load(room: Room, which: int) -> tuple[Material, Channel, Limits]:
    """Read a delivery with everything its post is made of. Raises RefusedVerb."""
    return await laid_out(room, which, await room.store.write(material, which, room.channels))


async def laid_out(room: Room, which: int, found: Material | None) -> tuple[Material, Channel, Limits]:
    """Take what was read of a delivery, with its channel and the limits that hold there. Raises RefusedVerb."""
    if found is None:
        gone = (await room.store.write(find, which)).channel
        raise RefusedVerb(f"channel {gone} of delivery {which} is not in the settings: put it back there first")
    who = room.channels[found.delivery.channel]
    return found, who, found.limits or room.composer.limits_of(who)


async def compose_for(room: Room, found: Material, who: Channel, limits: Limits) -> tuple[Written, str]:
    """Write the post a delivery would send now, and name its template. Raises Unwritten and Unready."""
    stands: Delivery = found.delivery
    if stands.post is not None:
        return Written(stands.post), stands.template
    if found.article is None:
        raise RefusedVerb(f"delivery {stands.id} has no article")
    with written():
        how = {"kind": stands.kind}
        made = await room.composer.write(found.article, found.template, who, limits, room.clock.now(), **how)
    return made, found.template.label


@contextmanager
def written() -> Iterator[None]:
    """Say why a post cannot be written, as a refusal. Raises Unwritten and Unready."""
    try:
        yield
    except CannotCompose as e:
        said = phrase(f"the post cannot be written: {_SAID.get(e.reason, '{detail}').format(detail=e.detail)}")
        raise Unwritten(said, e.post) from e
    except Coming as e:
        raise Unready(f"its film is being made ({e.done} %): look again in a moment") from e

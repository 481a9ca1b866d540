"""What one cause holds by the dozen: listed oldest story first, then let go or ended by one word, each as seen."""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.actions import deliveries
from bot.actions.reading import Told, one
from bot.actions.room import RefusedVerb, Room
from bot.model import Channel, Delivery, Reason, State
from bot.store import together

TOGETHER = (
    *(Reason.FLOOD, Reason.GAVE_UP, Reason.TEMPLATE, Reason.BY_PERSON),
    *(Reason.NO_FILM, Reason.NO_PLACE, Reason.BUDGET, Reason.NO_ALT),
)
"""What posts are held for by the dozen; whatever else holds one is a question about this one."""
Came = Mapping[int, Delivery | str]
"""What became of each: how it stands, or why it was left as it was."""
_MANY = 5
"""From so many on, posts held for one cause are shown as one thing to decide."""


@dataclass(frozen=True, slots=True)
class Heap:
    """How many posts one cause holds of one source; "" where they are of no story."""

    reason: Reason
    source: str
    count: int


@dataclass(frozen=True, slots=True)
class TooMany:
    """More posts of a channel than it can send before they expire: `fits` of `count`."""

    channel: Channel
    fits: int
    count: int


def heaps(found: Iterable[Told], listed: Collection[str]) -> tuple[Heap, ...]:
    """Gather what waits in heaps, the largest first; `listed`: the channels of the settings."""
    counts = Counter(key for each in found if (key := _heap(each, listed)))
    return tuple(Heap(*key, count) for key, count in counts.most_common() if count >= _MANY)


def lies_in(told: Told, found: Collection[Heap], listed: Collection[str]) -> bool:
    """Whether a delivery lies in one of these heaps."""
    return _heap(told, listed) in [(each.reason, each.source) for each in found]


async def held(room: Room, reason: Reason, *, channel: str = "", source: str | None = None) -> list[Told]:
    """Read what one cause holds, oldest story first, on one channel or all; `source` as of a Heap, None: of all."""
    found = await room.store.write(together.held, reason, [channel] if channel else list(room.channels))
    told = [await one(room, each.id) for each in found]
    return by_age(each for each in told if each and not each.delivery.copied_at and source in (None, _source(each)))


def by_age(found: Iterable[Told]) -> list[Told]:
    """Put the oldest story first, as readers should get them."""
    return sorted(found, key=_age)


async def release(room: Room, seen: Mapping[int, int]) -> Came:
    """Let posts go on, each that stands as it was seen; `seen`: the `moves` of each, in their order."""
    return await _each(room, seen, deliveries.release_seen)


async def cancel(room: Room, seen: Mapping[int, int]) -> Came:
    """Never send posts, each that stands as it was seen; `seen` as of `release`."""
    return await _each(room, seen, deliveries.cancel_seen)


def too_many(channels: Mapping[str, Channel], found: Iterable[Told]) -> list[TooMany]:
    """Tell where more would be released than the channel can send before they expire."""
    counts = Counter(each.delivery.channel for each in found)
    return [
        TooMany(channels[name], fits, count)
        for name, count in counts.items()
        if name in channels and (fits := _fits(channels[name])) < count
    ]


def _heap(told: Told, listed: Collection[str]) -> tuple[Reason, str] | None:
    stands = told.delivery
    is_together = stands.reason in TOGETHER and stands.reason not in _MENDED_ELSEWHERE
    is_held = stands.state is State.HELD and is_together and stands.copied_at is None
    return (stands.reason, _source(told)) if is_held and stands.channel in listed else None


_MENDED_ELSEWHERE = frozenset({Reason.TEMPLATE, Reason.NO_ALT})
"""What each post offers the place of where that is mended: let go together as they are, they would be held again, or go
out without what is missing."""


def _source(told: Told) -> str:
    return told.article.source if told.article else ""


async def _each(room: Room, seen: Mapping[int, int], verb: Callable[[Room, Delivery], Awaitable[Delivery]]) -> Came:
    """Do it to each by itself: one that changed meanwhile keeps none of the others."""
    came: dict[int, Delivery | str] = {}
    for which, moves in seen.items():
        told = await one(room, which)
        try:
            if told is None:
                raise RefusedVerb(f"there is no delivery {which}")
            came[which] = await verb(room, replace(told.delivery, moves=moves))
        except RefusedVerb as e:
            came[which] = str(e)
    return came


def _age(told: Told) -> tuple[bool, float, int]:
    at = told.delivery.published_at
    return at is None, at.timestamp() if at else 0.0, told.delivery.id


def _fits(who: Channel) -> int:
    by_gap = who.expiry // who.gap if who.gap else 10**6
    days = 1 + who.expiry // timedelta(days=1)
    return min(by_gap, who.max_per_day * days if who.max_per_day is not None else by_gap)

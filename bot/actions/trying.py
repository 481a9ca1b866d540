"""A test post on a channel: planned, looked for as after a lost answer, and called off where it did not go out."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from adapters.contract import Adapter, Asked, Post, PublishError, Receipt
from bot.actions import deliveries, reading
from bot.actions.access import Connect
from bot.actions.reading import Told
from bot.actions.room import RefusedVerb, Room, channel_of, written
from bot.delivery.by_hand import hand_written, retold
from bot.delivery.memo import opened
from bot.model import Channel, Delivery, Kind, State
from bot.one_try import OneTry
from bot.rules.persons import name_of
from bot.store import trying
from bot.store.deliveries import get
from bot.store.revising import followers, is_waiting
from bot.store.trying import Trial
from bot.vault import Steps

_KEY_BYTES = 16
LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Progress:
    """How a test and its removal stand; no removal where the network cannot."""

    post: Told
    removal: Told | None

    @property
    def is_down(self) -> bool:
        """Whether nobody can see it any more."""
        return self.removal is not None and self.removal.delivery.state is State.DONE

    @property
    def is_open(self) -> bool:
        """Whether it can still be called off."""
        return is_waiting(self.post.delivery)


async def plan(room: Room, channel_id: str, *, stays: timedelta) -> Trial:
    """Plan a marked test post and, where the network can, its removal `stays` later. Raises RefusedVerb."""
    who = channel_of(room, channel_id)
    can_delete, post = room.composer.can(who, "delete"), await _post(room, who)
    now = room.clock.now()
    planned = await room.store.write(
        trying.plan,
        who,
        post,
        now,
        key=room.clock.token_bytes(_KEY_BYTES).hex(),
        removal_at=now + stays if can_delete else None,
        zone=room.composer.zone,
        actor=room.actor,
    )
    await room.nudge()
    return planned


async def _post(room: Room, who: Channel) -> Post:
    name, will_go = name_of(room.actor), ", will be removed" if room.composer.can(who, "delete") else ""
    language, limits = who.languages[0] if who.languages else LANGUAGE, room.composer.limits_of(who)
    with written():  # what is drawn names no moment, so that it is drawn once; a film may take a minute
        blank, story = Post("", lang=language), retold(f"Test by {name}", language)
        shown = await room.composer.drawn(blank, story, who, limits, room.clock.now())
    # To the second: X refuses the same words twice.
    at = room.clock.now().astimezone(ZoneInfo(room.composer.zone)).strftime("%H:%M:%S")
    post = hand_written(shown, f"Test by {name} at {at}{will_go}", language=language, address="")
    for problem in room.composer.measure(who, post, limits):
        raise RefusedVerb(
            f"{room.composer.title(who)} takes no {problem.field} of {problem.have}: choose a shorter name"
        )
    return post


def stays_up(room: Room, channel_id: str) -> bool:
    """Whether a test stays where readers see it, until a person takes it down there. Raises RefusedVerb."""
    return not room.composer.can(channel_of(room, channel_id), "delete")


async def progress(room: Room, which: int) -> Progress:
    """Read how a test stands. Raises RefusedVerb where there is none of this number."""
    post = await reading.one(room, which)
    if post is None or post.delivery.kind is not Kind.TEST:
        raise RefusedVerb(f"there is no test of the number {which}")
    later = await room.store.write(followers, which)
    removal = next((each.id for each in later if each.kind is Kind.DELETE), None)
    return Progress(post, None if removal is None else await reading.one(room, removal))


async def look_again(room: Room, connect: Connect, which: int) -> str:
    """Look for a test that is out as if its answer had got lost; say why that would not work, "" where it does.

    Raises RefusedVerb where there is nothing to be seen.
    """
    found = await progress(room, which)
    stands = found.post.delivery
    if stands.state is not State.DONE or stands.receipt is None or found.is_down:
        raise RefusedVerb(f"there is nothing to look for: {found.post.sentence}")
    try:
        seen = await look(room, connect.steps, await connect.adapter(channel_of(room, stands.channel)), stands)
    except PublishError as e:
        return e.detail
    if seen is None:
        return "nothing was found"
    return "" if seen.id == stands.receipt.id else f"number {seen.id} was found instead"


async def look(room: Room, steps: Steps, adapter: Adapter, stands: Delivery) -> Receipt | None:
    """Look for a test that is out as if its answer had got lost. Raises what the adapter raises."""
    assert stands.post
    assert stands.intent_at
    kept, facts = await room.store.write(trying.remembered, stands)
    known = facts | {name: value for name, (value, _) in opened(kept, steps, stands.key).items()}
    asked = Asked(stands.intent_at, stands.last_at or stands.intent_at, stands.mark)
    return await adapter.find(stands.post, key=stands.key, memo=OneTry(known), asked=asked)


async def call_off(room: Room, which: int) -> Delivery:
    """Never send a test that did not go out; one that may be out is left to be found, and its removal to follow."""
    stands = await room.store.write(get, which)
    assert stands
    return await deliveries.cancel(room, which) if is_waiting(stands) else stands

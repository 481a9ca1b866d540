"""A test post on a channel: planned, looked for as after a lost answer, and called off where it did not go out."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from adapters.contract import Adapter, Asked, Receipt
from bot.actions import deliveries
from bot.actions.room import RefusedVerb, Room, channel_of
from bot.delivery.composing import hand_written
from bot.model import Delivery
from bot.one_try import OneTry
from bot.rules.persons import name_of
from bot.store import trying
from bot.store.deliveries import get
from bot.store.revising import is_waiting
from bot.store.trying import Trial

_KEY_BYTES = 16
LANGUAGE = "en"


async def plan(room: Room, channel_id: str, *, stays: timedelta) -> Trial:
    """Plan a marked test post and, where the network can, its removal `stays` later. Raises RefusedVerb."""
    who = channel_of(room, channel_id)
    can_delete = room.composer.can(who, "delete")
    now = room.clock.now()
    name = name_of(room.actor)
    # To the second: X refuses the same words twice.
    at = now.astimezone(ZoneInfo(room.composer.zone)).strftime("%H:%M:%S")
    text = f"Test by {name} at {at}{', will be removed' if can_delete else ''}"
    post = hand_written(None, text, language=who.languages[0] if who.languages else LANGUAGE, address="")
    for problem in room.composer.measure(who, post, room.composer.limits_of(who)):
        raise RefusedVerb(
            f"{room.composer.title(who)} takes no {problem.field} of {problem.have}: choose a shorter name"
        )
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


async def look(room: Room, adapter: Adapter, stands: Delivery) -> Receipt | None:
    """Look for a test that is out as if its answer had got lost. Raises what the adapter raises."""
    assert stands.post
    assert stands.intent_at
    kept = await room.store.write(trying.remembered, stands)
    asked = Asked(stands.intent_at, stands.last_at or stands.intent_at, stands.mark)
    return await adapter.find(stands.post, key=stands.key, memo=OneTry(kept), asked=asked)


async def call_off(room: Room, which: int) -> Delivery:
    """Never send a test that did not go out; one that may be out is left to be found, and its removal to follow."""
    stands = await room.store.write(get, which)
    assert stands
    return await deliveries.cancel(room, which) if is_waiting(stands) else stands

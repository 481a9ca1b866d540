"""What people do to one delivery: approve, hold, release, cancel, resolve, edit; and to a post that is out."""

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.contract import Post
from bot.actions.offering import is_rejected
from bot.actions.own_words import own_words, shown
from bot.actions.posts import look
from bot.actions.room import RefusedVerb, Room, WordsChanged, compose_for, load
from bot.actions.wording import Draft, begun, draft, redrawn
from bot.model import Channel, Delivery, Kind
from bot.posts.frozen import digest
from bot.store import approving, changing, further, people, rescheduling, together, writing
from bot.store.material import Material

_KEY_BYTES = 16
_REASON_MOST = 300
"""Signs of a reason: it is read in a list."""


async def approve(room: Room, which: int, *, shown: str = "") -> Delivery:
    """Let a delivery go out exactly as it reads now: its post is frozen here.

    `shown`: digest of the post a person looked at; another one is refused (WordsChanged).
    """
    found, who, limits = await load(room, which)
    await room.store.write(approving.waiting, which)  # what is out already reads differently for good reason
    written, template = await compose_for(room, found, who, limits)
    if shown and digest(written.post) != shown:
        raise WordsChanged(f"delivery {which} reads differently now: look at it again")
    said = {"remark": written.remark, "actor": room.actor}
    seen, now = found.delivery, room.clock.now()
    return await _done(room, await room.store.write(approving.approve, seen, who, written.post, template, now, **said))


async def reject(room: Room, which: int, why: str) -> Delivery:
    """Never send what waits for approval, and say why."""
    said = " ".join(why.split()).rstrip(".")
    if not said:
        raise RefusedVerb(f"say why, for colleagues: `reject {which} REASON`")
    if len(said) > _REASON_MOST:
        raise RefusedVerb(f"the reason is too long: {len(said)} signs of {_REASON_MOST}")
    return await _done(room, await room.store.write(approving.reject, which, said, room.clock.now(), actor=room.actor))


async def undo(room: Room, which: int) -> Delivery:
    """Take an approval or a rejection back, as long as the post has not begun to be sent."""
    _, who, _ = await load(room, which)
    return await _done(room, await room.store.write(approving.undo, which, who, room.clock.now(), actor=room.actor))


async def undo_rejection(room: Room, which: int) -> Delivery:
    """Have what was rejected asked about again; a decision that somebody made since stays."""
    found, _, _ = await load(room, which)
    if not is_rejected(found.delivery):
        raise RefusedVerb(f"delivery {which} is rejected no longer: somebody took that back, or decided anew")
    return await undo(room, which)


async def move(room: Room, which: int, at: datetime) -> Delivery:
    """Let a delivery that waits go out at another time."""
    _, who, _ = await load(room, which)
    how = {"zone": room.composer.zone, "actor": room.actor}
    return await _done(room, await room.store.write(rescheduling.move_to, which, who, at, room.clock.now(), **how))


async def post(
    room: Room, channel_id: str, text: str, *, at: datetime | None = None, is_again: bool = False, form: str = ""
) -> Delivery:
    """Post a person's own words on a channel, of no article; `at`: not before then.

    `form`: the number of the form they were written in, drawn at random. What is sent twice with one is posted once.
    """
    made, now = _sound(room, await own_words(room, channel_id, _said(text))), room.clock.now()
    who = made.channel
    written = await shown(room, made)
    planned = await room.store.write(
        writing.plan_written,
        who,
        written,
        now,
        at=now if at is None else at,
        key=_key(form, room.actor, who.id, at, made.post.text) if form else room.clock.token_bytes(_KEY_BYTES).hex(),
        zone=room.composer.zone,
        is_again=is_again,
        actor=room.actor,
    )
    return await _done(room, planned)


async def hold(room: Room, which: int) -> Delivery:
    """Keep a delivery back until it is released."""
    return await _done(room, await room.store.write(people.hold, which, room.clock.now(), actor=room.actor))


async def release(room: Room, which: int, *, seen: int | None = None) -> Delivery:
    """Let a held, skipped or expired delivery go on; `seen`: its `moves` when the person looked at it."""
    found, who, _ = await load(room, which)
    if seen is not None:
        return await release_seen(room, replace(found.delivery, moves=seen))
    return await _done(room, await room.store.write(people.release, which, who, room.clock.now(), **_settings(room)))


async def release_seen(room: Room, seen: Delivery) -> Delivery:
    """Release one of many, if it stands as it was seen among them."""
    _, who, _ = await load(room, seen.id)
    now = room.clock.now()
    return await _done(room, await room.store.write(together.release_seen, seen, who, now, **_settings(room)))


async def cancel_seen(room: Room, seen: Delivery) -> Delivery:
    """Cancel one of many, if it stands as it was seen among them."""
    now = room.clock.now()
    return await _done(room, await room.store.write(together.cancel_seen, seen, now, actor=room.actor))


async def cancel(room: Room, which: int) -> Delivery:
    """Never send a delivery."""
    return await _done(room, await room.store.write(people.cancel, which, room.clock.now(), actor=room.actor))


async def resolve(room: Room, which: int, *, sent: str | None, tried: str | None = None) -> Delivery:
    """Say what a look at the network showed; `sent` is the post's address, None: it is not out.

    `tried`: which try the person looked for, "" for none of this database's; None where that is not known.

    Also of a channel that has left the settings: there nobody else looks.
    """
    who = room.channels.get((await room.store.write(people.find, which)).channel)
    if sent is not None and not sent.startswith(("https://", "http://")):
        raise RefusedVerb(f"{sent or 'nothing'} is no address: copy the post's address, which begins with https://")
    how: dict[str, Any] = {"tried": tried, "zone": room.composer.zone, "actor": room.actor}
    now = room.clock.now()
    return await _done(room, await room.store.write(people.resolve, which, who, now, sent=sent, **how))


async def edit(room: Room, which: int, text: str, *, loaded: str | None = None) -> Delivery:
    """Put other words in place of a post that waits, measured as the network counts.

    `loaded`: digest of the post the words were made from, "" where none could be written; over another one nothing
    is kept (WordsChanged).
    """
    seen, who, post = await _instead(room, which, text, loaded)
    return await _done(room, await room.store.write(people.edit, seen, who, post, room.clock.now(), actor=room.actor))


async def mend(room: Room, which: int, text: str, *, loaded: str | None = None) -> Delivery:
    """Put other words in place of those that could not be sent, and let them go; `loaded` as of `edit`.

    What was approved were other words: then it waits for approval once more.
    """
    seen, who, post = await _instead(room, which, text, loaded)
    now = room.clock.now()
    return await _done(room, await room.store.write(together.mend, seen, who, post, now, **_settings(room)))


async def edit_post(room: Room, which: int, text: str, *, loaded: str | None = None) -> Delivery:
    """Change a post that is out, where the network can.

    `loaded`: the name (`Look.words`) of the words the new ones were made from; over others nothing is kept
    (WordsChanged).
    """
    found, who, _ = await load(room, which)
    if not room.composer.can(who, "edit"):
        raise RefusedVerb(
            f"{room.composer.title(who)} cannot change a post that is out; `delete-post {which}` takes it down"
        )
    if loaded is not None and ((seen := await look(room, which)) is None or seen.words != loaded):
        raise WordsChanged(f"delivery {which} was changed while you wrote: look at both")
    post = _written(room, found, who, found.delivery.post, text).post
    return await _change(room, which, who, Kind.EDIT, post)


async def delete_post(room: Room, which: int) -> Delivery:
    """Take a post down, where the network can."""
    _, who, _ = await load(room, which)
    if not room.composer.can(who, "delete"):
        raise RefusedVerb(f"{room.composer.title(who)} lets no program take a post down: do it there by hand")
    return await _change(room, which, who, Kind.DELETE, None)


async def repost(room: Room, which: int, *, is_again: bool = False) -> Delivery:
    """Post the story of a post that is out once more on its channel, written anew.

    Raises AskAgain where somebody did so within the last day, unless `is_again`.
    """
    _, who, _ = await load(room, which)
    now, how = room.clock.now(), {"is_again": is_again, **_settings(room)}
    return await _done(room, await room.store.write(further.repost, which, who, now, **how))


def _settings(room: Room) -> dict[str, Any]:
    return {"zone": room.composer.zone, "lists": room.composer.lists, "actor": room.actor}


def _said(text: str) -> str:
    if not text.strip():
        raise RefusedVerb("the text is empty")
    return text


def _written(room: Room, found: Material, who: Channel, was: Post | None, text: str) -> Draft:
    return _sound(room, draft(room, found, who, was, _said(text)))


def _sound(room: Room, made: Draft) -> Draft:
    """Refuse what is too much for its network, or was surely not meant."""
    for problem in made.problems:
        title = room.composer.title(made.channel)
        raise RefusedVerb(f"the {problem.field} is too long for {title}: {problem.have} of {problem.most}")
    for defect in made.defects:
        if defect.is_hard:
            raise RefusedVerb(defect.sentence)
    return made


async def _instead(room: Room, which: int, text: str, loaded: str | None) -> tuple[Delivery, Channel, Post]:
    """Make a post of other words for a delivery that waits, which still reads as it did when they were begun."""
    found, who, _ = await load(room, which)
    was = await begun(room, found, who)
    if loaded is not None and loaded != was.name:
        raise WordsChanged(f"delivery {which} was changed while you wrote: look at both")
    return found.delivery, who, await redrawn(room, found, _written(room, found, who, was.post, text))


def _key(*said: object) -> str:
    """Name a post by the form it was written in and all that was said there: the same again for the same press."""
    return hashlib.sha256("\n".join(map(str, said)).encode()).hexdigest()[: 2 * _KEY_BYTES]


async def _change(room: Room, which: int, who: Channel, kind: Kind, post: Post | None) -> Delivery:
    now = room.clock.now()
    planned = await room.store.write(changing.change_post, which, who, kind, post, now, actor=room.actor)
    return await _done(room, planned)


async def _done(room: Room, stands: Delivery) -> Delivery:
    await room.nudge()
    return stands

"""What waits for approval, as whoever approves sees it: the list, and one post with all one should know of it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from adapters.contract import Limits, Post
from bot.actions.reading import Told, one, reader_of
from bot.actions.room import RefusedVerb, Room, Unready, Unwritten, compose_for, laid_out
from bot.model import Channel, Delivery, Kind, Reason, State
from bot.posts.frozen import digest
from bot.rules.approval import is_author
from bot.rules.persons import name_of
from bot.rules.standing import BY_HAND
from bot.store.material import Material, material
from bot.store.reading import Waiting, to_approve
from bot.tongue import Tongue

__all__ = ["Beside", "Board", "Decision", "Opened", "Shown", "board", "opened"]


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that can still be taken back, and whether it was of who asks."""

    told: Told
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Board:
    """What waits for approval, the most urgent first, and what was decided and is not out yet, the latest first."""

    waiting: tuple[Waiting, ...]
    decided: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A post as it reads now. `digest` names it: an approval of what was shown approves nothing else."""

    channel: Channel
    post: Post
    limits: Limits
    digest: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """The same story on another channel, with its post where there is one, or will be."""

    told: Told
    shown: Shown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One delivery to be decided on."""

    told: Told
    shown: Shown | None
    trouble: str
    """Why there is no post to show, as a clause."""
    rest: str
    """The words it came to all the same, for whoever writes it by hand."""
    is_unready: bool
    """Whether that passes by itself in a moment."""
    is_yours: bool
    """Whether who asks wrote it, and its channel wants another person's eyes."""
    author: str
    """Who wrote its words by hand, as colleagues name them; "" where a template did."""
    elsewhere: tuple[Beside, ...]
    """How the story stands on other channels, and its posts there."""


async def board(room: Room, *, also: int = 0) -> Board:
    """Read what waits for approval and what was decided; `also`: a delivery that may have been rejected just now."""
    reader, now = reader_of(room), room.clock.now()
    waiting, decided = await room.store.write(lambda db: (to_approve(db), reader.approved(db, now)))
    if also and (told := await one(room, also)) is not None and _is_rejected(told.delivery):
        decided = [told, *decided]
    return Board(tuple(waiting), tuple(Decision(each, _is_by(each.delivery, room.actor)) for each in decided))


async def changeable(room: Room, which: int, tongue: Tongue) -> Opened:
    """Read a delivery whose words may still be changed. Raises RefusedVerb with how it stands where they may not."""
    found = await opened(room, which)
    if found.told.delivery.state not in (State.DUE, State.HELD):
        raise RefusedVerb(found.told.said(tongue))
    return found


async def opened(room: Room, which: int) -> Opened:
    """Read one delivery with its post as it reads now. Raises RefusedVerb where there is no such delivery."""
    table = await room.store.write(_lay, room, which)
    if table is None:
        raise RefusedVerb(f"there is no delivery {which}")
    told, shown, trouble, rest, is_unready, is_yours = table.told, None, "", "", False, False
    try:
        found, who, limits = await laid_out(room, which, table.made_of[which])
        is_yours = is_author(room.actor, found.delivery, who, found.article)
        shown = await _written(room, found, who, limits)
    except RefusedVerb as e:
        trouble, is_unready = str(e), isinstance(e, Unready)
        rest = e.post.text if isinstance(e, Unwritten) and e.post else ""
    return Opened(
        told=told,
        shown=shown,
        trouble=trouble,
        rest=rest,
        is_unready=is_unready,
        is_yours=is_yours,
        author=name_of(told.delivery.author) if told.delivery.template == BY_HAND else "",
        elsewhere=tuple([Beside(each, await _beside(room, table, each.delivery.id)) for each in table.others]),
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """One look at a delivery and at how its story stands on other channels, and what the posts to show are made of."""

    told: Told
    others: tuple[Told, ...]
    made_of: Mapping[int, Material | None]


def _lay(db: Any, room: Room, which: int) -> _Table | None:
    reader, now = reader_of(room), room.clock.now()
    told = reader.one(db, which, now)
    if told is None:
        return None
    story = told.delivery.story
    others = [each for each in (reader.story(db, story, now) if story else []) if each.delivery.id != which]
    seen = [which, *(each.delivery.id for each in others if _is_to_be_seen(room, each.delivery))]
    return _Table(told, tuple(others), {each: material(db, each, room.channels) for each in seen})


async def _written(room: Room, found: Material, who: Channel, limits: Limits) -> Shown:
    written, _ = await compose_for(room, found, who, limits)
    return Shown(who, written.post, limits, digest(written.post), _notes(room, found, written.post, written.remark))


async def _beside(room: Room, table: _Table, which: int) -> Shown | None:
    """Write what a story's post on another channel says, or will say; None where nothing of it will be seen."""
    if which not in table.made_of:
        return None
    with suppress(RefusedVerb):  # its own page says what is wrong with it
        return await _written(room, *await laid_out(room, which, table.made_of[which]))
    return None


def _is_to_be_seen(room: Room, stands: Delivery) -> bool:
    return not (stands.kind is Kind.DELETE or stands.state in _NEVER_SEEN) and stands.channel in room.channels


_NEVER_SEEN = (State.SKIPPED, State.EXPIRED, State.CANCELLED)


def _notes(room: Room, found: Material, post: Post, remark: str) -> tuple[str, ...]:
    """Say what an editor would want to know of a post before it goes out."""
    is_by_hand = found.delivery.template == BY_HAND
    now, article = room.clock.now(), found.article
    defects = room.composer.notes(article, post, now, is_by_hand=is_by_hand) if article else ()
    return (*([remark] if remark else []), *(each.sentence for each in defects))


def _is_rejected(stands: Delivery) -> bool:
    return (stands.state, stands.reason) == (State.CANCELLED, Reason.REJECTED)


def _is_by(stands: Delivery, actor: str) -> bool:
    """Whether a decision is an actor's: its detail begins with who took it."""
    is_decision = _is_rejected(stands) or stands.reason is Reason.APPROVED
    return is_decision and (stands.detail == actor or stands.detail.startswith((f"{actor}: ", f"{actor} (")))

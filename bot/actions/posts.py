"""One delivery as whoever opens it sees it: its post, what followed it, and what may be done with it once it is out."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.actions.approvals import Shown
from bot.actions.reading import Told, one, told_of
from bot.actions.room import RefusedVerb, Room, compose_for, load
from bot.model import Channel, Delivery, Kind, Reason, State
from bot.posts.frozen import digest
from bot.rules.persons import name_of
from bot.rules.standing import BY_HAND, REPEATABLE
from bot.store.further import is_recent, reposts
from bot.store.material import limits_of
from bot.store.revising import followers, is_waiting

__all__ = ["Look", "Verb", "look", "looks"]

_SHOWS = (Kind.POST, Kind.REPOST)
_TO_COME = (State.DUE, State.HELD, State.SKIPPED, State.EXPIRED)


class Verb(StrEnum):
    """What a person may do with the words of a delivery, and with a post that is out."""

    TEXT = "text"
    EDIT_POST = "edit-post"
    REPOST = "repost"
    DELETE_POST = "delete-post"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One delivery. `trouble`: why there is no post to show, as a clause; "" where none is to be expected."""

    told: Told
    shown: Shown | None
    trouble: str
    later: tuple[Told, ...]
    """What followed it: changes, corrections, its removal, and the same story once more on its channel."""
    is_again: bool
    """Whether the story was posted again there so lately that another time is asked about."""
    verbs: tuple[Verb, ...]

    @property
    def may_be_out(self) -> bool:
        """Whether readers may have it."""
        return self.told.delivery.state in (State.DONE, State.UNKNOWN, State.SENDING)

    @property
    def words(self) -> str:
        """Name the words readers have, or will once the latest change is out; "" where they are not known."""
        return self.shown.digest if self.shown else ""

    @property
    def author(self) -> str:
        """Name who wrote them; "" where a template did."""
        wrote = _latest(self.later) or self.told.delivery
        return name_of(wrote.author) if wrote.template == BY_HAND else ""


async def look(room: Room, which: int) -> Look | None:
    """Read one delivery, its post written as it would be now where it is not frozen. None: there is no such one."""
    told = await one(room, which)
    if told is None:
        return None
    ids = {each.id for each in await room.store.write(_after, told.delivery)}
    later = [each for one_of in sorted(ids) if (each := await one(room, one_of))]
    shown, trouble = await _frozen(room, told.delivery, later), ""
    if shown is None and told.delivery.kind is not Kind.DELETE and told.delivery.state in _TO_COME:
        try:
            found, who, limits = await load(room, which)
            post = (await compose_for(room, found, who, limits))[0].post
            shown = Shown(who, post, limits, digest(post), ())
        except RefusedVerb as e:
            trouble = str(e)
    return _look(room, told, later, shown, trouble)


async def looks(room: Room, story: str) -> tuple[Look, ...]:
    """Read a story's deliveries, in the order of the settings; posts that may still change are not written for it."""
    found = await told_of(room, story)
    told = []
    for each in found:
        later = [other for other in found if _follows(other.delivery, each.delivery)]
        told.append(_look(room, each, later, await _frozen(room, each.delivery, later), ""))
    return tuple(told)


def _look(room: Room, told: Told, later: Collection[Told], shown: Shown | None, trouble: str) -> Look:
    stands = told.delivery
    if shown is None and not trouble and stands.post is not None:
        trouble = "its words are no longer kept" if stands.channel in room.channels else "its channel left the settings"
    others, now = [each.delivery for each in later], room.clock.now()
    is_again = any(each.kind is Kind.REPOST and is_recent(each, now) for each in (stands, *others))
    verbs = _verbs(room, stands, others)
    return Look(told=told, shown=shown, trouble=trouble, later=tuple(later), verbs=verbs, is_again=is_again)


def _after(db: Any, stands: Delivery) -> list[Delivery]:
    """List what follows a post, and the same story once more on its channel since."""
    again = reposts(db, stands) if stands.kind in _SHOWS else []
    return [*followers(db, stands.id), *(each for each in again if _follows(each, stands))]


def _follows(other: Delivery, stands: Delivery) -> bool:
    is_same = other.channel == stands.channel and other.kind is Kind.REPOST and stands.kind in _SHOWS
    return other.parent == stands.id or (is_same and bool(other.story) and other.id > stands.id)


async def _frozen(room: Room, stands: Delivery, later: Collection[Told]) -> Shown | None:
    """Take a post as it is stored, in the words of its latest change."""
    who = room.channels.get(stands.channel)
    latest = _latest(later)
    post = latest.post if latest else stands.post
    if who is None or post is None or stands.kind is Kind.DELETE or not (post.text or post.media):
        return None
    limits = await room.store.write(limits_of, who, room.composer.limits_of(who))
    return Shown(who, post, limits, digest(post), ())


def _latest(later: Collection[Told]) -> Delivery | None:
    """Find what changed the words of a post last; None: it has those it went out with."""
    changes = [each.delivery for each in later if _changes(each.delivery)]
    return next((each for each in reversed(changes) if each.post and each.post.text), None)


def _changes(other: Delivery) -> bool:
    """Whether a delivery changed the words of the post it follows, or is about to."""
    return other.kind is Kind.EDIT and (other.state is State.DONE or is_waiting(other))


def _verbs(room: Room, stands: Delivery, later: Collection[Delivery]) -> tuple[Verb, ...]:
    who = room.channels.get(stands.channel)
    if who is None or stands.kind is Kind.TEST:
        return ()
    if stands.state in (State.DUE, State.HELD):
        return (Verb.TEXT,) if is_waiting(stands) and stands.kind is not Kind.DELETE else ()
    return _of_what_is_out(room, stands, who, later) if stands.state is State.DONE else ()


def _of_what_is_out(room: Room, stands: Delivery, who: Channel, later: Collection[Delivery]) -> tuple[Verb, ...]:
    is_going = any(each.kind is Kind.DELETE and (each.state is State.DONE or is_waiting(each)) for each in later)
    has_number = stands.receipt is not None and stands.reason is not Reason.RESOLVED_SENT
    may_change = stands.kind not in REPEATABLE and has_number and not is_going
    fits = {
        Verb.EDIT_POST: may_change and room.composer.can(who, "edit"),
        Verb.REPOST: stands.kind in _SHOWS and bool(stands.story),
        Verb.DELETE_POST: may_change and room.composer.can(who, "delete"),
    }
    return tuple(verb for verb, is_so in fits.items() if is_so)

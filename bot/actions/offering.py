"""Which verbs fit a delivery as it stands, whether it needs somebody, and its sentence for whoever has buttons."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from bot.actions.reading import Told
from bot.model import Delivery, Kind, Reason, State
from bot.rules.standing import ANNOUNCES, is_at_work, is_had, is_undecided


class Offer(StrEnum):
    """What a person may want to do with a delivery."""

    APPROVE = "approve"
    RESOLVE = "resolve"
    WORDS = "words"
    DESCRIBE = "describe"
    TEMPLATE = "template"
    """To mend the template it is written with."""
    CORRECT = "correct"
    """To say on its article's page what was wrong."""
    ARTICLE = "article"
    """To see what its article shows."""
    AGAIN = "again"
    """To try once more what was mended elsewhere: a release by another name."""
    RELEASE = "release"
    HOLD = "hold"
    MOVE = "move"
    CANCEL = "cancel"
    UNHUSH = "unhush"
    UNDO = "undo"
    """To ask again about what was rejected; for whoever may approve."""


_CURES: Mapping[Reason, tuple[Offer, ...]] = {
    Reason.REFUSED: (Offer.WORDS,),
    Reason.DEFECT: (Offer.WORDS,),
    Reason.MISSING_FIELD: (Offer.WORDS, Offer.TEMPLATE),
    Reason.TOO_LONG: (Offer.WORDS, Offer.TEMPLATE),
    Reason.TEMPLATE: (Offer.TEMPLATE,),
    Reason.NO_CORRECTION: (Offer.CORRECT,),
    Reason.NO_PICTURE: (Offer.ARTICLE,),
}
"""Where it is mended what holds a delivery: tried again before that, it is held again."""
_TRIED_AGAIN = (Reason.GAVE_UP, Reason.NO_FILM, Reason.NO_PLACE)
"""What is mended outside of the desk, or mends itself."""
_NOT_TO_GO = (Reason.RETRACTED, Reason.SOURCE_LEFT, Reason.ELSEWHERE)


def offers(stands: Delivery, *, is_hushed: bool = False, is_listed: bool = True) -> tuple[Offer, ...]:
    """List the verbs that fit, the one most people will want first.

    `is_hushed`: everything but breaking news is; `is_listed`: the channel stands in the settings.
    """
    if is_at_work(stands) and is_listed:  # the network itself says what becomes of it, or a person is asked then
        return ()
    if is_undecided(stands) or stands.state is State.UNKNOWN or stands.copied_at is not None:
        return (Offer.RESOLVE,)
    is_ours = is_listed and stands.kind is not Kind.TEST
    if stands.state in (State.SKIPPED, State.EXPIRED):
        return (Offer.RELEASE,) if is_ours else ()
    if is_rejected(stands):
        return (Offer.UNDO,) if is_ours and stands.kind in ANNOUNCES else ()
    if stands.state not in (State.DUE, State.HELD):
        return ()
    if not is_ours:
        return (Offer.CANCEL,)
    if stands.state is State.DUE:
        return (Offer.HOLD, Offer.MOVE, Offer.CANCEL)
    return _of_held(stands.reason, is_hushed=is_hushed)


def _of_held(reason: Reason, *, is_hushed: bool) -> tuple[Offer, ...]:
    if reason is Reason.APPROVAL:
        return (Offer.APPROVE, Offer.MOVE)
    if reason in _CURES:
        return (*_CURES[reason], Offer.AGAIN, Offer.CANCEL)
    if reason in _TRIED_AGAIN:
        return (Offer.AGAIN, Offer.MOVE, Offer.CANCEL)
    if reason is Reason.NO_ALT:
        return (Offer.DESCRIBE, Offer.RELEASE, Offer.CANCEL)
    if reason is Reason.HUSHED and is_hushed:
        return (Offer.UNHUSH, Offer.CANCEL)
    if reason in _NOT_TO_GO:
        return (Offer.CANCEL, Offer.RELEASE)
    return (Offer.RELEASE, Offer.MOVE, Offer.CANCEL)


def is_rejected(stands: Delivery) -> bool:
    """Whether a person looked at it and said no."""
    return (stands.state, stands.reason) == (State.CANCELLED, Reason.REJECTED)


def waits_for_approval(told: Told) -> bool:
    """Whether a person has to approve a delivery, or it is dropped."""
    return is_to_approve(told.delivery)


def is_to_approve(stands: Delivery) -> bool:
    """Whether a person has to approve what stands so, or it is dropped."""
    return stands.state is State.HELD and stands.reason is Reason.APPROVAL


def has_approval(stands: Delivery) -> bool:
    """Whether an approval can still be taken back, so that it is asked about again."""
    return stands.state is State.DUE and bool(stands.approved) and stands.kind in ANNOUNCES


def is_to_correct(told: Told) -> bool:
    """Whether readers have a post of an article, to which a correction can be made."""
    stands = told.delivery
    return stands.state is State.DONE and stands.kind in ANNOUNCES and told.article is not None


class ByItself(StrEnum):
    """What becomes of a held delivery while nobody decides."""

    NOTHING = "nothing"
    REDATED = "redated"
    DESCRIBED = "described"


def by_itself(told: Told) -> ByItself | None:
    """Tell what becomes of a delivery that is held; None where its sentence says so, or it is not held."""
    stands = told.delivery
    if stands.state is not State.HELD or stands.reason in _SAYS_SO:
        return None
    return _BY_FEED.get(stands.reason, ByItself.NOTHING)


_SAYS_SO = (Reason.APPROVAL, Reason.SOURCE_LEFT)
"""Holds that time ends, or the return of a source."""
_BY_FEED = {Reason.FAR_FUTURE: ByItself.REDATED, Reason.NO_ALT: ByItself.DESCRIBED}
"""Holds that a feed ends which corrects its date, or describes its photo."""


def needs_person(told: Told) -> bool:
    """Whether somebody should look at a delivery: it is held, or nobody knows whether it is out.

    What its network works on is neither, as long as somebody asks the network.
    """
    stands = told.delivery
    return stands.state in (State.HELD, State.UNKNOWN) and not (is_at_work(stands) and told.seen.is_listed)


def may_come_yet(told: Told) -> bool:
    """Whether the network had all of what waits for a person's look, so that "it is not out" has it asked once more."""
    return is_had(told.delivery)


def has_no_time(told: Told, now: datetime) -> bool:
    """Whether a delivery is held and its time is over, so that it stands on no day."""
    return told.delivery.state is State.HELD and told.delivery.due_at <= now

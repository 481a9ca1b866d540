"""Knows what a delivery's state and reason mean together, and what goes with coming into a state. Pure."""

from dataclasses import replace
from datetime import datetime

from adapters.contract import Receipt
from bot.model import Delivery, Kind, Reason, State

REPEATABLE = frozenset({Kind.EDIT, Kind.DELETE})
"""Repeatable by contract: an unknown outcome is simply repeated."""
BY_HAND = "by hand"
"""In place of a template's name: the words are a person's."""
ANNOUNCES = frozenset({Kind.POST, Kind.PART, Kind.REPOST})
"""Kinds whose words come from the article, so that they change with it until they are out."""


def is_undecided(stands: Delivery) -> bool:
    """Whether only a person can tell whether a delivery that waits is out."""
    return stands.state is State.HELD and (stands.reason in UNDECIDED or stands.copied_at is not None)


UNDECIDED = frozenset({Reason.UNDECIDABLE, Reason.UNSHOWN, Reason.WORKED_ON})
"""Why only a person can tell whether what is held is out."""


def is_at_work(stands: Delivery) -> bool:
    """Whether its network has all of a delivery and says what becomes of it: nothing is lost, and nobody need look."""
    return stands.state is State.UNKNOWN and stands.reason in (Reason.WORKED_ON, Reason.RESOLVED_ABSENT)


def is_had(stands: Delivery) -> bool:
    """Whether a delivery waits for a person although its network had all of it: it may come, or be shown, yet."""
    return stands.state is State.HELD and stands.reason in (Reason.UNSHOWN, Reason.WORKED_ON)


def to_due(delivery: Delivery, reason: Reason, at: datetime, detail: str = "") -> Delivery:
    """Let a delivery go out, or be tried again, at a time."""
    return replace(delivery, state=State.DUE, reason=reason, detail=detail, due_at=at)


def to_held(delivery: Delivery, reason: Reason, detail: str) -> Delivery:
    """Hold a delivery until a person acts."""
    return replace(delivery, state=State.HELD, reason=reason, detail=detail)


def to_done(delivery: Delivery, receipt: Receipt, reason: Reason) -> Delivery:
    """End a delivery whose post is out, changed or gone."""
    # What a person asked for has their name here; else it is what they should know of this post.
    told = delivery.detail if reason is Reason.SENT else ""
    # What readers miss of a post is told where it is told of that post, not of its changes.
    detail = "" if delivery.kind in REPEATABLE else "; ".join(filter(None, (told, receipt.remark)))
    return replace(delivery, state=State.DONE, reason=reason, detail=detail, receipt=receipt, renewals=0)


def to_expired(delivery: Delivery, detail: str) -> Delivery:
    """End a delivery whose time is over."""
    return replace(delivery, state=State.EXPIRED, reason=Reason.EXPIRED, detail=detail)

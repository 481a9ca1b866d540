"""What Threads and Instagram answer: their names for things, their refusals by subcode, and what is read of the rest.

https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/error-codes
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters import graph
from adapters.contract import (
    AuthFailed,
    Json,
    NotFetched,
    NotYet,
    OutcomeUnknown,
    PictureRefused,
    PublishError,
    Receipt,
    Rejected,
    Scope,
    Used,
)
from adapters.http import Answer

LATER = timedelta(seconds=10)
RESTRICTED = timedelta(hours=1)

_SPAM, _DAY_IS_FULL, _NOT_READY = 2207051, 2207042, 2207027
_NOT_THERE = frozenset({4279009, 2207006, 2207008, 2207020})
_NOT_FETCHED = frozenset({2207052, 2207003})
UNFETCHED = ("2207052", "2207003", "FAILED_DOWNLOADING")
"""What stands in a container's `why` where its file could not be fetched from its address."""
_FAILED_THERE = frozenset({2207001, 2207032, 2207053, 2207082})
_BLOCKED = frozenset({2207050, 4279013})
_BAD_MEDIA = frozenset({2207004, 2207005, 2207009, 2207023, 2207026, 2207057})


class Unseen(Rejected):
    """The container is not there: too old, lost, or not known everywhere yet."""


class NotReady(NotYet):
    """The container is still being worked on."""


class Restricted(OutcomeUnknown):
    """The network calls it spam, and may have published it all the same (code 4/2207051)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What one of the two calls things."""

    title: str
    create: str
    publish: str
    listed: str
    state: str
    """The field that says how far a container is, and the one that says what is wrong with it."""
    why: str
    quota: str
    """Where it tells how many posts it counts."""
    fields: str
    """What is asked of each listed post."""
    metrics: str
    rights: str
    passing: tuple[str, ...]
    """What stands in `why` where a second container may fare better."""


def sort(answer: Answer, *, unsure: type[PublishError], rights: str) -> PublishError | None:
    """Read a refusal by its subcode, which says most, and what it does not tell as everywhere on the Graph API."""
    error = answer.body.get("error")
    if not isinstance(error, dict):
        return None
    said, code, subcode = graph.said(answer), error.get("code"), error.get("error_subcode")
    if subcode == _SPAM:
        may_exist = issubclass(unsure, OutcomeUnknown)
        return Restricted(said) if may_exist else NotYet(said, scope=Scope.ACCOUNT, retry_after=RESTRICTED)
    if subcode == _DAY_IS_FULL:
        return NotYet(said, scope=Scope.ACCOUNT, retry_after=timedelta(hours=1))
    if subcode == _NOT_READY or code == 9007:
        return NotReady(said, retry_after=LATER)
    if subcode in _NOT_THERE:
        return Unseen(said)
    if subcode in _NOT_FETCHED or code == 9004:
        return NotFetched(said)
    if subcode in _FAILED_THERE or code in (-1, -2):
        return unsure(said)
    if subcode in _BLOCKED:
        return AuthFailed(f"posts are blocked there, a person must look: {said}", scope=Scope.CHANNEL)
    if subcode in _BAD_MEDIA:
        return PictureRefused(said)
    return graph.sort(answer, unsure=unsure, rights=rights)


def created(answer: Any) -> str:
    """Read the id of what was made."""
    number = answer["id"]
    if not isinstance(number, str) or not number:
        raise TypeError("no id")
    return number


def receipt_of(answer: Any) -> Receipt:
    """Read a post that is out."""
    number = created(answer)
    return Receipt(number, str(answer["permalink"]) if answer.get("permalink") else None, mark=number)


def success(answer: Any) -> bool:
    """Read whether something was done."""
    if answer["success"] is not True:
        raise ValueError("not taken down")
    return True


def listed(answer: Any) -> tuple[list[Json], str]:
    """Read a page of the list and the cursor behind it, "" at the end; the next page's address holds the token."""
    paging = answer.get("paging") or {}
    after = str(paging["cursors"]["after"]) if paging.get("next") else ""
    return [each for each in answer["data"] if created(each)], after


def is_from(post: Json, since: datetime) -> bool:
    """Whether a listed post is no older than a moment; one that says no moment we can read counts as older."""
    try:
        at = datetime.fromisoformat(str(post.get("timestamp")))
    except ValueError:
        return False
    return at.replace(tzinfo=at.tzinfo or UTC) >= since.replace(microsecond=0)


def counts(answer: Any) -> dict[str, int]:
    """Read what readers did."""
    return {str(each["name"]): int(each["values"][0]["value"]) for each in answer["data"]}


def used(answer: Any) -> Used:
    """Read how much of a limit the network counts as used."""
    told = answer["data"][0]
    config = told["config"]
    return Used(int(told["quota_usage"]), int(config["quota_total"]), timedelta(seconds=int(config["quota_duration"])))

"""How YouTube's answers read: videos, lists, tokens, and refusals by their reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from adapters.contract import AuthFailed, Clock, Json, LeftToPerson, NotYet, PublishError, Receipt, Rejected, Scope
from adapters.http import Answer
from adapters.resumable import look_after

# Quotas begin anew at midnight there: https://developers.google.com/youtube/v3/determine_quota_cost (sheet, 4).
_PACIFIC = ZoneInfo("America/Los_Angeles")
_A_DAY = timedelta(days=1)
# https://developers.google.com/youtube/v3/docs/errors and sheet of 2026-11-22, 4.
_QUOTA = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_RATE = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
_DEAD = frozenset(
    {
        *("authError", "youtubeSignupRequired", "authenticatedUserAccountClosed"),
        *("authenticatedUserAccountSuspended", "accountClosed", "accountSuspended"),
    }
)
_OUT_OF_ORDER = frozenset({"backendError", "internalError"})
_NO_REASON = "no reason given"
# What YouTube names why it does not show a video it took (discovery document of revision 20261104).
WHY: Mapping[str, str] = {
    "": _NO_REASON,
    "claim": "somebody claims rights in the film",
    "codec": "it cannot read the film's codec",
    "conversion": "it could not convert the film",
    "copyright": "it says that the film breaks a copyright",
    "duplicate": "the channel has this very film already",
    "emptyFile": "the film's file is empty",
    "inappropriate": "it finds the film inappropriate",
    "invalidFile": "it cannot read the film's file",
    "legal": "there is a legal complaint about the film",
    "length": "the film is too long for this channel",
    "termsOfUse": "it says that the film breaks its terms of use",
    "tooSmall": "the film's file is too small",
    "trademark": "it says that the film breaks a trademark",
    "uploadAborted": "the upload was broken off",
    "uploaderAccountClosed": "the channel's account was closed",
    "uploaderAccountSuspended": "the channel's account is suspended",
}
"""In plain words, by the network's own."""
REFUSED = "YouTube took the video and refused it afterwards: {why} ({address})"
GONE = (
    "YouTube took the video and has it no more ({address}), as it or somebody on the channel deleted it, and it is "
    "uploaded anew if this post is released"
)
LOCKED = (
    "YouTube keeps the video private ({address}) until Google has audited the API project, so show it in YouTube "
    "Studio if that lets you, or delete it there"
)
WORKING = "the video is there and not processed yet"
UNCOVERED = "without its thumbnail, for which YouTube took a picture of the film: {why}"
UNSURE = "perhaps without its thumbnail, of which no answer tells: {why}"
NOT_KEPT = "it is not kept here any more"
SAID = (REFUSED, GONE, LOCKED, WORKING, UNCOVERED, UNSURE, NOT_KEPT, *WHY.values())
"""What people read of a video YouTube took, as templates, to be had in their languages."""


class Missing(Rejected):
    """There is no such video, or none this account may see."""


class Forbidden(AuthFailed):
    """The consent lives, and has not the right to do this."""


@dataclass(frozen=True, slots=True)
class Video:
    """A video as its owner sees it."""

    id: str
    title: str
    description: str
    privacy: str
    state: str
    why: str
    """What it failed or was rejected for."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One upload in the channel's list."""

    id: str
    title: str
    description: str
    made: datetime


def sort(answer: Answer, *, unsure: Callable[[str], PublishError], clock: Clock) -> PublishError | None:
    """Read a refusal by its reason; None leaves it to the status. `unsure`: what no clear answer means."""
    error = answer.body.get("error")
    if not isinstance(error, dict):
        return None
    reason, said = _reason(error), _said(answer, error)
    match reason:
        case _ if reason in _QUOTA:
            return NotYet(said, scope=Scope.APP, retry_after=_until_midnight(clock.now()))
        case "uploadLimitExceeded":
            return NotYet(said, scope=Scope.ACCOUNT, retry_after=_A_DAY)
        case _ if reason in _RATE or answer.status == 429:
            return NotYet(said, scope=Scope.ACCOUNT, retry_after=answer.wait())
        case "insufficientPermissions":
            return Forbidden(f"{said}: consent once more, with every right ticked", scope=Scope.ACCOUNT)
        case _ if reason in _DEAD or answer.status == 401:
            return AuthFailed(said, scope=Scope.ACCOUNT)
        case _ if reason in _OUT_OF_ORDER or answer.status >= 500:
            return unsure(said)
        case "videoNotFound":
            return Missing(said)
    return Rejected(said)


def sort_token(answer: Answer) -> PublishError | None:
    """Read why no access token was given: https://developers.google.com/identity/protocols/oauth2."""
    match answer.body.get("error"):
        case "invalid_grant":
            why = "the consent was taken back or ran out (after 7 days while its screen is in testing)"
            return AuthFailed(f"{answer.said}: {why}; consent once more", scope=Scope.ACCOUNT)
        case "invalid_client" | "unauthorized_client" | "deleted_client":
            return AuthFailed(f"{answer.said}: look at client_id and client_secret", scope=Scope.ACCOUNT)
    return None


def video(body: Json) -> Video:
    """Read a video."""
    status, snippet = body.get("status", {}), body.get("snippet", {})
    why = status.get("failureReason") or status.get("rejectionReason") or ""
    words = str(snippet.get("title", "")), str(snippet.get("description", ""))
    return Video(
        str(body["id"]), *words, str(status.get("privacyStatus", "")), str(status.get("uploadStatus", "")), why
    )


def out(found: Video, *, wanted: str, age: timedelta) -> Receipt:
    """Say that a video is out, `age` after its upload.

    Raises Rejected where it was refused, LeftToPerson where it is kept from readers, NotYet while nobody knows.
    """
    there = address(found.id)
    match found.state:
        case "failed" | "rejected":
            raise Rejected(REFUSED.format(why=WHY.get(found.why, found.why), address=there))
        case "deleted":
            raise gone(found.id)
        case _ if found.privacy == "private" != wanted:
            raise LeftToPerson(LOCKED.format(address=there))
        case "processed":
            return Receipt(found.id, there)
    # Each look costs one of 10,000 units a day (sheet, 4).
    raise NotYet(WORKING, retry_after=look_after(age))


def gone(id_: str) -> Rejected:
    """Say that a video which was there is there no more."""
    return Rejected(GONE.format(address=address(id_)))


def address(id_: str) -> str:
    """Name where a video is seen."""
    return f"https://www.youtube.com/watch?v={id_}"


def first(body: Json) -> Json:
    """Take the only one of a list. Raises Missing for an empty one."""
    found: list[Json] = body.get("items", [])
    if not found:
        raise Missing("YouTube knows no such video or channel of this account")
    return dict(found[0])


def page(body: Json) -> tuple[list[Listed], str]:
    """Read a page of the list of uploads, and where the next one begins."""
    return [_listed(each["snippet"]) for each in body["items"]], str(body.get("nextPageToken", ""))


@dataclass(frozen=True, slots=True)
class Token:
    """A new access token: how long it lives, what it may do, and when the consent it is made of ends, where told."""

    text: str = field(repr=False)
    life: timedelta
    scopes: frozenset[str]
    consent_ends: datetime | None


def token(body: Json, now: datetime) -> Token:
    """Read a new access token."""
    scopes = frozenset(each.rpartition("/")[2] for each in str(body.get("scope", "")).split())
    life = timedelta(seconds=int(body["expires_in"]))
    return Token(str(body["access_token"]), life, scopes, consent_ends(body, now))


def consent_ends(body: Mapping[str, Any], now: datetime) -> datetime | None:
    """Read until when the consent itself lasts; Google names that for an app in testing alone.

    Its papers do not name the field for those; recorded answers do (https://github.com/searlsco/posse_party, docs for
    YouTube, read 2026-12-02).
    """
    seconds = body.get("refresh_token_expires_in")
    return now + timedelta(seconds=int(seconds)) if seconds else None


def counts(body: Json) -> dict[str, int]:
    """Read what is counted of a video."""
    return {name: int(each) for name, each in first(body)["statistics"].items() if str(each).isdigit()}


def nothing(body: Any) -> None:
    """Read an answer that says nothing."""


def _listed(snippet: Json) -> Listed:
    made = datetime.fromisoformat(snippet["publishedAt"])
    return Listed(snippet["resourceId"]["videoId"], snippet["title"], snippet["description"], made)


def _reason(error: Json) -> str:
    errors = error.get("errors")
    found = errors[0].get("reason") if isinstance(errors, list) and errors and isinstance(errors[0], dict) else ""
    return found if isinstance(found, str) else ""


def _said(answer: Answer, error: Json) -> str:
    reason = _reason(error)
    return f"{answer.said.partition(': ')[0]}: {error.get('message', '')} ({reason or answer.status})"


def _until_midnight(now: datetime) -> timedelta:
    there = now.astimezone(_PACIFIC)
    return datetime.combine(there.date() + _A_DAY, time(0, 1), _PACIFIC) - there

"""How TikTok's answers read: the state of a task, a list of posts, and what its codes mean.

https://developers.tiktok.com/doc/content-posting-api-reference-get-video-status
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.contract import (
    AuthFailed,
    CameToNothing,
    Identity,
    Json,
    NotSent,
    NotYet,
    OutcomeUnknown,
    PictureRefused,
    PublishError,
    Rejected,
    Scope,
)
from adapters.http import Answer

_A_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
# Sheet of 2026-11-22, 4.
_CONFIG = frozenset({"privacy_level_option_mismatch"})
_AUTH = frozenset({"access_token_invalid", "scope_not_authorized", "scope_permission_missed"})
# What nothing in film, photos or words is to blame for; a login that was taken back is another matter.
_RETRYABLE = frozenset({"internal", "video_pull_failed", "photo_pull_failed", "auth_removed"})
_PARAM = frozenset({"invalid_param", "invalid_params"})  # the papers write both


# What TikTok names why it made no post of what it took (sheet of 2026-11-22, 4).
WHY: Mapping[str, str] = {
    "": "no reason given",
    "app_version_check_failed": "the account's TikTok app is too old",
    "auth_removed": "the account's consent was taken back",
    "duration_check_failed": "the film is too short or too long",
    "file_format_check_failed": "it cannot read the film's format",
    "frame_rate_check_failed": "the film has too few or too many frames a second",
    "internal": "it had trouble of its own",
    "photo_pull_failed": "it could not fetch the file",
    "picture_size_check_failed": "the film's picture is too small or too large",
    "publish_cancelled": "somebody cancelled it",
    "spam_risk": "it takes the post for spam",
    "spam_risk_text": "it takes the words for spam",
    "spam_risk_too_many_posts": "the account has posted too much, so release it another day",
    "spam_risk_user_banned_from_posting": "the account may not post",
    "video_pull_failed": "it could not fetch the file",
}
"""In plain words, by the network's own."""
_OF_PHOTOS: Mapping[str, str] = {
    "file_format_check_failed": "it cannot read a photo's format",
    "picture_size_check_failed": "a photo is too large",
}
WORKING = {
    "film": "the film is there and not processed yet",
    "photos": "the photos are named and not processed yet",
}
_REFUSED = {
    "film": "TikTok took the film and refused it afterwards: {why} ({code})",
    "photos": "TikTok took the photos and refused them afterwards: {why} ({code})",
}
SAID = (*WORKING.values(), *_REFUSED.values(), *WHY.values(), *_OF_PHOTOS.values())
"""What people read of films and photos TikTok took, as templates, to be had in their languages."""


class Lost(Rejected):
    """Nothing is known under this publish id (any more)."""


class OutOfStep(PublishError):
    """A piece was refused by its status: only the task itself can tell where it stands. Never leaves an adapter."""


class Forbidden(AuthFailed):
    """The account's owner did not allow this call."""


@dataclass(frozen=True, slots=True)
class Task:
    """A post on its way as TikTok sees it."""

    state: str
    stored: int | None
    """How many bytes of a film are there; None where TikTok does not say, which is no sign that any lacks."""
    why: str
    posts: tuple[str, ...] = ()

    @property
    def is_out(self) -> bool:
        """Whether it is published, or a draft in the inbox."""
        return self.state in ("PUBLISH_COMPLETE", "SEND_TO_USER_INBOX")

    @property
    def is_draft(self) -> bool:
        """Whether it lies in the inbox, and nobody has published it there."""
        return self.state == "SEND_TO_USER_INBOX"

    @property
    def has_failed(self) -> bool:
        """Whether nothing comes of it any more."""
        return self.state == "FAILED"

    @property
    def may_begin_anew(self) -> bool:
        """Whether it failed for nothing that is wrong with the film, the photos or the words."""
        return self.has_failed and self.why in _RETRYABLE


@dataclass(frozen=True, slots=True)
class Listed:
    """A public post in the list of an account's posts; of its words the list has no more than 150 signs."""

    id: str
    words: str
    at: datetime
    url: str

    @property
    def is_photo(self) -> bool:
        """Whether it shows photos and no film."""
        return "/photo/" in self.url


def failed(stands: Task, *, what: str) -> PublishError:
    """Say what it means that a task failed: nothing of it is out. `what`: the film or the photos it was made of."""
    said = _refused(stands, what)
    if stands.why == "auth_removed":
        return AuthFailed(said, scope=Scope.ACCOUNT)
    if stands.may_begin_anew:
        return CameToNothing(said)
    return PictureRefused(said) if what == "photos" and stands.why in _OF_PHOTOS else Rejected(said)


def sought(stands: Task, *, what: str) -> PublishError:
    """Say the same to a look; a consent that was taken back is for the next try to meet."""
    return CameToNothing(_refused(stands, what)) if stands.may_begin_anew else failed(stands, what=what)


def _refused(stands: Task, what: str) -> str:
    reason = (_OF_PHOTOS if what == "photos" else {}).get(stands.why) or WHY.get(stands.why, stands.why)
    return _REFUSED[what].format(why=reason, code=stands.why or "-")


def sort(answer: Answer, *, unsure: type[PublishError]) -> PublishError | None:
    """Read a refusal by its code; None leaves it to the status."""
    code, said = _told(answer)
    return by_code(code, said, unsure=unsure) if code else None


def sort_prepared(answer: Answer) -> PublishError | None:
    """Read a refusal of what shows nothing to anybody."""
    return sort(answer, unsure=NotSent)


def sort_photos(answer: Answer) -> PublishError | None:
    """Read a refusal of photos: one code stands for all that is wrong with a request, and its words name what."""
    code, said = _told(answer)
    if code in _PARAM and "photo_images" in said:
        return PictureRefused(said)
    return sort(answer, unsure=OutcomeUnknown)


def sort_piece(answer: Answer, *, unsure: type[PublishError]) -> PublishError | None:
    """Read a refusal of a piece."""
    if answer.status in (403, 404, 416):
        return OutOfStep(answer.said)
    return unsure(answer.said) if answer.status >= 500 else sort(answer, unsure=unsure)


def _told(answer: Answer) -> tuple[str, str]:
    error = answer.body.get("error")
    if not isinstance(error, dict):
        return "", ""
    code = str(error.get("code", ""))
    return code, f"{answer.said.partition(': ')[0]}: {error.get('message', '')} ({code})"


def by_code(code: str, said: str, *, unsure: type[PublishError]) -> PublishError:
    """Sort a code of the envelope, which may come with status 200 too."""
    match code:
        case "rate_limit_exceeded":
            return NotYet(said, scope=Scope.ACCOUNT, retry_after=_MINUTE)
        case "spam_risk_too_many_posts":
            return NotYet(said, scope=Scope.ACCOUNT, retry_after=_A_DAY)
        case "reached_active_user_cap":
            return NotYet(said, scope=Scope.APP, retry_after=_A_DAY)
        case "spam_risk_too_many_pending_share":
            return NotYet(f"{said}: publish or delete drafts in the app", scope=Scope.CHANNEL, retry_after=_MINUTE * 60)
        case "invalid_publish_id" | "token_not_authorized_for_specified_publish_id":
            return Lost(said)
        case "internal_error":
            return unsure(said)
        case "spam_risk_user_banned_from_posting":
            return AuthFailed(f"{said}: a person must look at the account", scope=Scope.ACCOUNT)
        case "url_ownership_unverified":
            told = f"{said}: TikTok fetches photos only from addresses that its portal knows to be the app's"
            return AuthFailed(told, scope=Scope.CHANNEL)
        case "scope_not_authorized" | "scope_permission_missed":
            return Forbidden(said, scope=Scope.ACCOUNT)
        case _ if code in _AUTH:
            return AuthFailed(said, scope=Scope.ACCOUNT)
        case "unaudited_client_can_only_post_to_private_accounts":
            hint = (
                "TikTok has not audited the app, so the account has to be private, and `privacy` SELF_ONLY; "
                "drafts (`mode: draft`) go through without"
            )
            return AuthFailed(f"{said}: {hint}", scope=Scope.CHANNEL)
        case _ if code in _CONFIG:
            return AuthFailed(f"{said}: look at `privacy`", scope=Scope.CHANNEL)
    return Rejected(said)


def opened(body: Json, *, unsure: type[PublishError] = NotSent) -> Json:
    """Open the envelope; a refusal may stand in it although the status is 200."""
    code = str(body["error"]["code"])
    if code != "ok":
        raise by_code(code, f"TikTok: {body['error'].get('message', '')} ({code})", unsure=unsure)
    return dict(body["data"])


def creator(body: Json) -> Json:
    """Read who posts, who may see it, what the account switched off, and how long its films may be: 0 is not told."""
    found = opened(body)
    off = [each for each in ("comment", "duet", "stitch") if found.get(f"{each}_disabled") is True]
    options = [str(each) for each in found["privacy_level_options"]]
    longest = int(found.get("max_video_post_duration_sec") or 0)
    return {"name": str(found["creator_username"]), "options": options, "off": off, "longest": longest}


def begun(body: Json) -> Json:
    """Read a task's id, and where its bytes go."""
    found = opened(body)
    return {"id": str(found["publish_id"]), "url": str(found["upload_url"])}


def taken(body: Json) -> str:
    """Read the id of a task whose photos TikTok fetches: by now it may have begun to."""
    return str(opened(body, unsure=OutcomeUnknown)["publish_id"])


def task(body: Json) -> Task:
    """Read how a task stands."""
    found = opened(body)
    posts = tuple(str(each) for each in found.get("publicaly_available_post_id") or ())
    said = found.get("uploaded_bytes")
    stored = None if said is None else int(said)
    return Task(str(found["status"]), stored, str(found.get("fail_reason") or ""), posts)


def listed(body: Json) -> tuple[Listed, ...]:
    """Read the newest public posts."""
    return tuple(
        Listed(
            str(each["id"]),
            str(each.get("video_description") or each.get("title") or ""),
            datetime.fromtimestamp(int(each["create_time"]), UTC),
            str(each.get("share_url") or "").partition("?")[0],
        )
        for each in opened(body)["videos"]
    )


def user(body: Json) -> Identity:
    """Read whose account it is."""
    found = opened(body)["user"]
    name, avatar = str(found["display_name"]), str(found.get("avatar_large_url") or "")
    return Identity(str(found["open_id"]), name, name=name, avatar=avatar)


def tokens(body: Json) -> Json:
    """Read what a sign-in gives; its refusals stand at the top, some of them with status 200."""
    if "error" in body and isinstance(body["error"], str):
        said = f"TikTok sign-in: {body.get('error_description', '')} ({body['error']}): consent once more"
        raise AuthFailed(said, scope=Scope.ACCOUNT)
    return {**body, "access_token": body["access_token"], "refresh_token": body["refresh_token"]}


def rights(body: Json) -> tuple[str, ...]:
    """Read what the owner allows: people may take the tick from each right."""
    return tuple(filter(None, str(body.get("scope", "")).split(",")))


def renewable(body: Json, now: datetime) -> datetime | None:
    """Read until when the refresh token serves."""
    seconds = body.get("refresh_expires_in")
    return now + timedelta(seconds=int(seconds)) if seconds else None


def nothing(body: Any) -> None:
    """Read the answer to a piece, which says nothing."""
    if body is not None:
        raise ValueError("a piece is answered without words")

"""How TikTok's answers read: tasks and what becomes of them, tokens, and refusals by their code.

https://developers.tiktok.com/doc/content-posting-api-reference-get-video-status
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from adapters.contract import (
    AuthFailed,
    Identity,
    Json,
    NotSent,
    NotYet,
    PublishError,
    Rejected,
    Scope,
)
from adapters.http import Answer

_A_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
# Sheet of 2026-11-22, 4.
_CONFIG = frozenset(
    {
        "unaudited_client_can_only_post_to_private_accounts",
        "privacy_level_option_mismatch",
        "url_ownership_unverified",
    }
)
_AUTH = frozenset({"access_token_invalid", "scope_not_authorized", "scope_permission_missed"})
# What nothing in the film or the words is to blame for; a login that was taken back is another matter.
_RETRYABLE = frozenset({"internal", "video_pull_failed", "photo_pull_failed", "auth_removed"})
# What TikTok names why it made no post of a film it took (sheet of 2026-11-22, 4).
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
WORKING = "the film is there and not processed yet"
REFUSED = "TikTok took the film and refused it afterwards: {why} ({code})"
SAID = (WORKING, REFUSED, *WHY.values())
"""What people read of a film TikTok took, as templates, to be had in their languages."""


class Lost(Rejected):
    """Nothing is known under this publish id (any more)."""


class OutOfStep(PublishError):
    """A piece was refused by its status: only the task itself can tell where it stands. Never leaves an adapter."""


@dataclass(frozen=True, slots=True)
class Task:
    """An upload as TikTok sees it."""

    state: str
    stored: int
    why: str
    posts: tuple[str, ...] = ()

    @property
    def is_out(self) -> bool:
        """Whether it is published, or a draft in the inbox."""
        return self.state in ("PUBLISH_COMPLETE", "SEND_TO_USER_INBOX")

    @property
    def may_begin_anew(self) -> bool:
        """Whether it failed for nothing that is wrong with the film or the words."""
        return self.state == "FAILED" and self.why in _RETRYABLE


def failed(stands: Task) -> PublishError:
    """Say what it means that a task failed: nothing of it is out."""
    said = REFUSED.format(why=WHY.get(stands.why, stands.why), code=stands.why or "-")
    if stands.why == "auth_removed":
        return AuthFailed(said, scope=Scope.ACCOUNT)
    if stands.may_begin_anew:
        return NotSent(f"{said}; the next try uploads it anew", is_outage=False)
    return Rejected(said)


def sort(answer: Answer, *, unsure: type[PublishError]) -> PublishError | None:
    """Read a refusal by its code; None leaves it to the status."""
    error = answer.body.get("error")
    code = str(error.get("code", "")) if isinstance(error, dict) else ""
    said = f"{answer.said.partition(': ')[0]}: {error.get('message', '')} ({code})" if isinstance(error, dict) else ""
    return by_code(code, said, unsure=unsure) if code else None


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
        case _ if code in _AUTH:
            return AuthFailed(said, scope=Scope.ACCOUNT)
        case _ if code in _CONFIG:
            return AuthFailed(f"{said}: look at `privacy` and at the app's audit", scope=Scope.CHANNEL)
    return Rejected(said)


def data(body: Json) -> Json:
    """Open the envelope; a refusal may stand in it although the status is 200."""
    code = str(body["error"]["code"])
    if code != "ok":
        raise by_code(code, f"TikTok: {body['error'].get('message', '')} ({code})", unsure=NotSent)
    return dict(body["data"])


def creator(body: Json) -> Json:
    """Read who posts, and who may be let to see it."""
    found = data(body)
    return {"name": str(found["creator_username"]), "options": [str(each) for each in found["privacy_level_options"]]}


def begun(body: Json) -> Json:
    """Read the task that was opened: its id, and where the bytes go."""
    found = data(body)
    return {"id": str(found["publish_id"]), "url": str(found["upload_url"])}


def task(body: Json) -> Task:
    """Read how a task stands."""
    found = data(body)
    posts = tuple(str(each) for each in found.get("publicaly_available_post_id") or ())
    return Task(str(found["status"]), int(found.get("uploaded_bytes") or 0), str(found.get("fail_reason") or ""), posts)


def user(body: Json) -> Identity:
    """Read whose account it is."""
    found = data(body)["user"]
    return Identity(str(found["open_id"]), str(found["display_name"]))


def tokens(body: Json) -> Json:
    """Read new tokens, or why there are none, which comes with status 200 too."""
    if "error" in body and isinstance(body["error"], str):
        said = f"TikTok sign-in: {body.get('error_description', '')} ({body['error']}): consent once more"
        raise AuthFailed(said, scope=Scope.ACCOUNT)
    return {**body, "access_token": body["access_token"], "refresh_token": body["refresh_token"]}


def nothing(body: Any) -> None:
    """Read the answer to a piece, which says nothing."""
    if body is not None:
        raise ValueError("a piece is answered without words")


def sort_piece(answer: Answer, *, unsure: type[PublishError]) -> PublishError | None:
    """Read a refusal of a piece. `unsure`: what no clear answer means."""
    if answer.status in (403, 404, 416):
        return OutOfStep(answer.said)
    return unsure(answer.said) if answer.status >= 500 else sort(answer, unsure=unsure)

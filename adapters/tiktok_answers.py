"""How TikTok's answers read, and what its refusals mean.

https://developers.tiktok.com/doc/content-posting-api-reference-direct-post
"""

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
_RETRYABLE = frozenset({"internal", "video_pull_failed", "photo_pull_failed"})


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
    said = f"TikTok took the film and then failed: {stands.why or 'no reason given'}"
    if stands.may_begin_anew:
        return NotSent(f"{said}; the next try uploads it anew", is_outage=False)
    if stands.why == "auth_removed":
        return AuthFailed(said, scope=Scope.ACCOUNT)
    if stands.why == "spam_risk_too_many_posts":
        return Rejected(f"{said}; release it another day")
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
    """Read who may post, and to whom."""
    found = data(body)
    return {"name": str(found["creator_username"]), "options": [str(each) for each in found["privacy_level_options"]]}


def begun(body: Json) -> Json:
    """Read a new upload."""
    found = data(body)
    return {"id": str(found["publish_id"]), "url": str(found["upload_url"])}


def task(body: Json) -> Task:
    """Read how an upload stands."""
    found = data(body)
    posts = tuple(str(each) for each in found.get("publicaly_available_post_id") or ())
    return Task(str(found["status"]), int(found.get("uploaded_bytes") or 0), str(found.get("fail_reason") or ""), posts)


def user(body: Json) -> Identity:
    """Read whose account it is."""
    user = data(body)["user"]
    return Identity(str(user["open_id"]), str(user["display_name"]))


def tokens(body: Json) -> Json:
    """Read new tokens. Raises AuthFailed."""
    if "error" in body and isinstance(body["error"], str):
        said = f"TikTok sign-in: {body.get('error_description', '')} ({body['error']}): consent once more"
        raise AuthFailed(said, scope=Scope.ACCOUNT)
    return {**body, "access_token": body["access_token"], "refresh_token": body["refresh_token"]}


def nothing(body: Any) -> None:
    """Read the answer to a piece, which says nothing."""
    if body is not None:
        raise ValueError("a piece is answered without words")


def sort_piece(answer: Answer, *, unsure: type[PublishError]) -> PublishError | None:
    """Sort what a piece was refused with."""
    if answer.status in (403, 404, 416):
        return OutOfStep(answer.said)
    return unsure(answer.said) if answer.status >= 500 else sort(answer, unsure=unsure)

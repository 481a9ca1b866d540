"""What TikTok is asked and told for one account, and how its answers read.

https://developers.tiktok.com/doc/content-posting-api-reference-direct-post
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from adapters.contract import (
    AuthFailed,
    Clock,
    Consent,
    Granted,
    Identity,
    Json,
    Media,
    NotSent,
    NotYet,
    OutcomeUnknown,
    PublishError,
    Rejected,
    Scope,
    Session,
)
from adapters.http import Answer, Http, T, Visible, bearer
from adapters.resumable import Piece, bytes_of

_MB = 1_000_000
_SMALLEST, _CHUNK = 5 * _MB, 10 * _MB
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


def chunk_of(size: int) -> int:
    """Say how much goes in one piece: the last one takes what is left (developers.tiktok.com, Media Transfer Guide)."""
    return size if size < 2 * _CHUNK else _CHUNK


def source(film: Media) -> Json:
    """Write how a film will come."""
    chunk = chunk_of(film.size)
    whole = {"source": "FILE_UPLOAD", "video_size": film.size}
    return whole | {"chunk_size": chunk, "total_chunk_count": max(1, film.size // chunk)}


def piece(film: Media, start: int) -> Piece:
    """Cut the next piece; the last one takes the remainder."""
    chunk = chunk_of(film.size)
    return Piece(start, film.size if film.size - start < 2 * chunk else start + chunk, film.size)


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


class Account:
    """One account; `base` is the API's address."""

    def __init__(self, base: str, session: Session, http: Http, clock: Clock) -> None:
        self.base, self.session, self.http, self.clock = base.rstrip("/"), session, http, clock

    def consent(self, page: str, *, needs: str) -> Consent:
        """Say how the owner is asked. Raises AuthFailed where the app is not known."""
        held = self.session.tokens
        if not held.get("client_key") or not held.get("client_secret"):
            raise AuthFailed("TikTok needs client_key and client_secret", scope=Scope.ACCOUNT)
        return Consent(
            authorize=page,
            token=f"{self.base}/v2/oauth/token/",
            client=held["client_key"],
            secret=held["client_secret"],
            client_name="client_key",
            rights=("user.info.basic", needs),
            needed=(needs,),
            separator=",",
            pkce="hex",
            local="",
        )

    def begun(self, granted: Granted) -> Session:
        """Begin a session with what a consent gave."""
        found = _tokens(dict(granted.answer))
        new = {"access_token": found["access_token"], "refresh": found["refresh_token"]}
        return Session(str(found["open_id"]), {**self.session.tokens, **new}, granted.ends)

    async def creator(self) -> Json:
        """Ask who posts and who may see it; TikTok wants this before each direct post."""
        return await self._ask("post/publish/creator_info/query/", "creator", read=_creator, again=True)

    async def begin(self, path: str, request: Json) -> Json:
        """Open a task; returns its id and where its bytes go, which is a secret. A lost answer harms nobody."""
        return await self._ask(path, "upload", read=_begun, request=request)

    async def task(self, id_: str) -> Task:
        """Ask how a task stands. Raises Lost."""
        return await self._ask(
            "post/publish/status/fetch/", "state", read=_task, request={"publish_id": id_}, again=True
        )

    async def bring(self, url: str, film: Media, part: Piece, visible: Visible | None = None) -> None:
        """Bring a piece; with the last one TikTok begins to post. Raises OutOfStep."""
        unsure: type[PublishError] = OutcomeUnknown if visible else NotSent
        secrets = (url, *re.findall(r"=([^&]+)", url), *self.session.tokens.values())
        await self.http.json(
            "PUT",
            url,
            what="TikTok upload",
            read=_nothing,
            visible=visible,
            sort=partial(_sort_piece, unsure=unsure),
            secrets=secrets,
            headers={"content-type": film.mime, "content-range": part.content_range},
            content=bytes_of(film, part),
        )

    async def identity(self) -> Identity:
        """Ask whose account this is."""
        return await self._ask(
            "user/info/", "account", read=_user, again=True, method="GET", fields="open_id,display_name"
        )

    async def _ask(
        self,
        path: str,
        name: str,
        *,
        read: Callable[[Any], T],
        request: Json | None = None,
        again: bool = False,
        method: str = "POST",
        **asked: str,
    ) -> T:
        how: Json = {
            "what": f"TikTok {name}",
            "read": read,
            "sort": partial(sort, unsure=NotSent),
            "secrets": tuple(self.session.tokens.values()),
            "headers": self._signed(),
            "params": asked,
        }
        how |= {"json": request or {}} if method == "POST" else {}
        url = f"{self.base}/v2/{path}"
        if again:
            return await self.http.repeatable(method, url, sleep=self.clock.sleep, **how)
        return await self.http.json(method, url, **how)

    def _signed(self) -> dict[str, str]:
        if not self.session.subject:
            raise AuthFailed("TikTok: not signed in yet", scope=Scope.ACCOUNT)
        return bearer(self.session.tokens.get("access_token", ""))


async def renew(account: Account, *, needs: str) -> Session:
    """Make new tokens of the newest refresh token; the one that comes back takes its place."""
    known = account.session.tokens
    names = ("client_key", "client_secret")
    given = {name: known.get(name, "") for name in names} | {
        "refresh_token": known.get("refresh") or known.get("refresh_token", "")
    }
    if not all(given.values()):
        lacks = "nobody has consented yet" if all(map(known.get, names)) else "client_key and client_secret are missing"
        raise AuthFailed(f"TikTok: {lacks}", scope=Scope.ACCOUNT)
    found = await account.http.json(
        "POST",
        f"{account.base}/v2/oauth/token/",
        what="TikTok sign-in",
        read=_tokens,
        secrets=tuple(known.values()),
        data={**given, "grant_type": "refresh_token"},
    )
    if needs not in str(found.get("scope", "")).split(","):
        raise AuthFailed(f"the consent lacks {needs}: consent once more", scope=Scope.ACCOUNT)
    tokens = {**known, "access_token": str(found["access_token"]), "refresh": str(found["refresh_token"])}
    life = timedelta(seconds=int(found["expires_in"]))
    return Session(str(found["open_id"]), tokens, account.clock.now() + life)


def _data(body: Json) -> Json:
    """Open the envelope; a refusal may stand in it although the status is 200."""
    code = str(body["error"]["code"])
    if code != "ok":
        raise by_code(code, f"TikTok: {body['error'].get('message', '')} ({code})", unsure=NotSent)
    return dict(body["data"])


def _creator(body: Json) -> Json:
    found = _data(body)
    return {"name": str(found["creator_username"]), "options": [str(each) for each in found["privacy_level_options"]]}


def _begun(body: Json) -> Json:
    found = _data(body)
    return {"id": str(found["publish_id"]), "url": str(found["upload_url"])}


def _task(body: Json) -> Task:
    found = _data(body)
    posts = tuple(str(each) for each in found.get("publicaly_available_post_id") or ())
    return Task(str(found["status"]), int(found.get("uploaded_bytes") or 0), str(found.get("fail_reason") or ""), posts)


def _user(body: Json) -> Identity:
    user = _data(body)["user"]
    return Identity(str(user["open_id"]), str(user["display_name"]))


def _tokens(body: Json) -> Json:
    if "error" in body and isinstance(body["error"], str):
        said = f"TikTok sign-in: {body.get('error_description', '')} ({body['error']}): consent once more"
        raise AuthFailed(said, scope=Scope.ACCOUNT)
    return {**body, "access_token": body["access_token"], "refresh_token": body["refresh_token"]}


def _nothing(body: Any) -> None:
    """Read the answer to a piece, which says nothing."""
    if body is not None:
        raise ValueError("a piece is answered without words")


def _sort_piece(answer: Answer, *, unsure: type[PublishError]) -> PublishError | None:
    if answer.status in (403, 404, 416):
        return OutOfStep(answer.said)
    return unsure(answer.said) if answer.status >= 500 else sort(answer, unsure=unsure)

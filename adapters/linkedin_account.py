"""What LinkedIn is asked and told under one token: sessions, pictures, posts that are out, and what its refusals mean.

https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/error-handling
"""

import contextlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

from adapters.body import bytes_of, uploading
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
    PictureRefused,
    PublishError,
    Receipt,
    Scope,
    Session,
)
from adapters.http import Answer, Http, T, bearer
from adapters.linkedin_posts import Forbidden, Listed, listed, page, receipt, says, sort

_SECRETS = ("token", "client_secret", "refresh_token", "access", "refresh")
_OF_PAGE = ("w_organization_social", "r_organization_social")
_OF_MEMBER = ("w_member_social", "openid", "profile")
_TAKES_IN = 5.0
"""Seconds a picture takes where nobody may ask (sheet, 2)."""
_LOOKS, _BETWEEN = 4, 2.0
_PAGE, _MOST_PAGES = 50, 10


class Account:
    """One author seen through one token. `base`, `oauth`: where the API and the sign-in are."""

    def __init__(self, settings: Any, session: Session, http: Http, clock: Clock) -> None:
        self.author, self.version = settings.author, settings.version
        self.base, self.oauth = settings.base.rstrip("/"), settings.oauth.rstrip("/")
        self.session, self.http, self.clock = session, http, clock

    @property
    def is_page(self) -> bool:
        """Whether this is a page, whose posts and pictures may be asked for; a member's may not."""
        return ":organization:" in self.author

    def how(self, path: str, name: str, *, restli: str = "") -> Json:
        """Say how to send a request: where to, and how a refusal is read."""
        headers = self._signed() | {"linkedin-version": self.version, "x-restli-protocol-version": "2.0.0"}
        return {
            "url": f"{self.base}/{path}",
            "what": f"LinkedIn {name}",
            "sort": partial(sort, clock=self.clock),
            "secrets": _secrets(self.session),
            "headers": headers | ({"x-restli-method": restli} if restli else {}),
        }

    async def upload(self, picture: Media) -> str:
        """Upload a picture; returns its name there, as JSON."""
        content = bytes_of(picture)
        with uploading():
            wish = {"initializeUploadRequest": {"owner": self.author}}
            how = self.how("rest/images", "picture") | {"params": {"action": "initializeUpload"}, "json": wish}
            made = await self._repeat("POST", read=_slot, **how)
            # Byte for byte: what is signed in the address holds escapes that no client may tidy up.
            to = self.how("", "picture") | {"url": made["uploadUrl"]}
            to["headers"] = self._trusted(made["uploadUrl"]) | {"content-type": picture.mime}
            await self._repeat("PUT", read=_nothing, content=content, **to)
        return json.dumps(made["image"])

    async def settle(self, image: str) -> str:
        """Wait until an uploaded picture is taken in; where nobody may ask, for as long as it usually takes."""
        if not self.is_page:
            await self.clock.sleep(_TAKES_IN)
            return "true"
        for look in range(_LOOKS):
            with uploading():
                how = self.how(f"rest/images/{quote(image, safe='')}", "picture")
                status = await self._repeat("GET", read=_status, **how)
            if status == "AVAILABLE":
                return "true"
            if status not in ("PROCESSING", "WAITING_UPLOAD"):
                raise PictureRefused(f"LinkedIn cannot use the picture ({status})")
            if look < _LOOKS - 1:
                await self.clock.sleep(_BETWEEN)
        raise NotYet("LinkedIn is still taking a picture in", retry_after=timedelta(seconds=15))

    async def get(self, urn: str) -> Listed:
        """Read one post of a page. Raises Missing."""
        return await self._repeat("GET", read=listed, **self.how(f"rest/posts/{quote(urn, safe='')}", "post"))

    async def search(self, words: str, source: str, *, since: datetime, known: set[str]) -> Receipt | None:
        """Read the page's posts, newest first, back to `since`, for one that says the same.

        The same words at an earlier time prove nothing: this machine's clock may be wrong.
        """
        is_doubtful = False
        for number in range(_MOST_PAGES):
            found = await self._list(number * _PAGE, _PAGE)
            ours = [each for each in found if each.urn not in known and says(each, words, source)]
            for each in ours:
                if each.at >= since:
                    return receipt(each.urn)
            is_doubtful |= bool(ours)
            if len(found) < _PAGE or any(each.at < since for each in found):
                if is_doubtful:
                    raise OutcomeUnknown("these very words are on the page, but from before we sent ours")
                return None
        raise OutcomeUnknown(f"more than {_PAGE * _MOST_PAGES} posts on the page since then")

    async def identity(self) -> Identity:
        """Ask whom the token speaks for, and which rights it lacks as far as that can be asked."""
        missing = await self._lacking()
        if self.is_page:
            try:
                await self._list(0, 1)
            except Forbidden as e:
                missing.append(f"r_organization_social, or a role on the page ({e.detail})")
            return Identity(self.author, f"page {self.author.rpartition(':')[2]}", tuple(missing))
        who = await self._repeat("GET", read=_member, **self.how("v2/userinfo", "account"))
        if who.id != self.author:
            raise AuthFailed(f"this token speaks for {who.handle}: set `author: {who.id}`", scope=Scope.CHANNEL)
        return replace(who, missing=tuple(missing))

    def consent(self) -> Consent:
        """Say how the owner is asked. Raises AuthFailed where the app is not known."""
        held = self.session.tokens
        if not held.get("client_id") or not held.get("client_secret"):
            said = "LinkedIn needs the app's `client_id` and `client_secret` among the credentials"
            raise AuthFailed(said, scope=Scope.ACCOUNT)
        rights = _OF_PAGE if self.is_page else _OF_MEMBER
        return Consent(
            authorize=f"{self.oauth}/authorization",
            token=f"{self.oauth}/accessToken",
            client=held["client_id"],
            secret=held["client_secret"],
            rights=rights,
            needed=rights[:1],
            pkce="",
        )

    def begun(self, granted: Granted) -> Session:
        """Begin a session with what a consent gave; only approved apps get what renews it."""
        new = {"access": granted.token} | _named("refresh", granted.answer.get("refresh_token"))
        until = _lasts(granted.answer.get("refresh_token_expires_in"), granted.at)
        return Session(self.author, {**self.session.tokens, **new}, granted.ends, renews_until=until)

    async def renew(self) -> Session:
        """Take a new access token where that can be had; else go on with the one that serves, and ask until when."""
        held = {name: text for name, text in self.session.tokens.items() if name != "access"}
        if held.get("client_id") and (refresh := held.get("refresh") or held.get("refresh_token")):
            with contextlib.suppress(AuthFailed):  # it ends after a year: then another token decides
                return await self._refreshed(refresh)
        access = self.session.tokens.get("access", "")
        if access and access != held.get("token"):
            with contextlib.suppress(AuthFailed):
                ends, _ = await self._introspect(access) or (self.session.expires_at, set())
                return Session(self.author, {**held, "access": access}, ends)
        if not held.get("token"):
            raise AuthFailed("LinkedIn: nobody has consented yet, or the consent is over", scope=Scope.ACCOUNT)
        ends, _ = await self._introspect(held["token"]) or (None, set())
        return Session(self.author, held, ends)

    async def _refreshed(self, refresh: str) -> Session:
        form = {"grant_type": "refresh_token", "refresh_token": refresh}
        access, seconds, lasts = await self._app("accessToken", form, read=_access)
        now = self.clock.now()
        ends, until = now + timedelta(seconds=seconds), _lasts(lasts, now)
        return Session(self.author, {**self.session.tokens, "access": access}, ends, renews_until=until)

    async def _introspect(self, token: str) -> tuple[datetime | None, set[str]] | None:
        """Ask what a token is good for, and until when; None where the app's own secret is not known."""
        held = self.session.tokens
        if not held.get("client_id") or not held.get("client_secret"):
            return None
        is_active, ends, scopes = await self._app("introspectToken", {"token": token}, read=_told)
        if not is_active:
            raise AuthFailed("LinkedIn: the token serves no more; make a new one", scope=Scope.ACCOUNT)
        return ends, scopes

    async def _lacking(self) -> list[str]:
        held = self.session.tokens
        told = await self._introspect(held.get("access") or held.get("token", ""))
        if told is None:
            return []
        needed = "w_organization_social" if self.is_page else "w_member_social"
        return [] if needed in told[1] else [needed]

    async def _app(self, path: str, form: Json, *, read: Callable[[Any], T]) -> T:
        """Ask as the app; neither question changes anything when it comes twice."""
        held = self.session.tokens
        keys = {"client_id": held.get("client_id", ""), "client_secret": held.get("client_secret", "")}
        how: Json = {"what": f"LinkedIn {path}", "sort": _sort_app, "secrets": _secrets(self.session)}
        return await self._repeat("POST", url=f"{self.oauth}/{path}", read=read, data=form | keys, **how)

    async def _list(self, start: int, count: int) -> list[Listed]:
        ask = {"author": self.author, "q": "author", "start": str(start), "count": str(count), "sortBy": "CREATED"}
        how = self.how("rest/posts", "posts", restli="FINDER")
        return await self._repeat("GET", read=page, params=ask, **how)

    async def _repeat(self, method: str, *, url: str, read: Callable[[Any], T], **parts: Any) -> T:
        return await self.http.repeatable(method, url, sleep=self.clock.sleep, read=read, **parts)

    def _signed(self) -> dict[str, str]:
        if not self.session.subject:
            raise AuthFailed("LinkedIn: not signed in yet", scope=Scope.ACCOUNT)
        return bearer(self.session.tokens.get("access") or self.session.tokens.get("token", ""))

    def _trusted(self, url: str) -> dict[str, str]:
        """Sign an upload, unless its address leads to somebody else."""
        host = urlsplit(url).hostname or ""
        ours = host == urlsplit(self.base).hostname or host.endswith(".linkedin.com")
        if not ours:
            raise NotSent(f"LinkedIn picture: it is to be sent to {host}, which is not LinkedIn")
        return self._signed()


def _sort_app(answer: Answer) -> PublishError | None:
    return AuthFailed(answer.said, scope=Scope.ACCOUNT) if answer.status in (400, 401, 403) else None


def _secrets(session: Session) -> tuple[str, ...]:
    return tuple(session.tokens.get(name, "") for name in _SECRETS)


def _named(name: str, text: object) -> dict[str, str]:
    return {name: text} if isinstance(text, str) and text else {}


def _slot(answer: Any) -> dict[str, str]:
    value = answer["value"]
    return {"uploadUrl": str(value["uploadUrl"]), "image": str(value["image"])}


def _nothing(answer: Any) -> None:
    return None


def _status(answer: Any) -> str:
    return str(answer["status"])


def _member(answer: Any) -> Identity:
    number, name = str(answer["sub"]), str(answer.get("name") or "")
    return Identity(f"urn:li:person:{number}", name or number, name=name, avatar=str(answer.get("picture") or ""))


def _access(answer: Any) -> tuple[str, int, object]:
    token = answer["access_token"]
    if not isinstance(token, str) or not token:
        raise TypeError("no token")
    return token, int(answer["expires_in"]), answer.get("refresh_token_expires_in")


def _lasts(seconds: Any, now: datetime) -> datetime | None:
    """Read until when a refresh token serves: a year, which no refresh makes longer."""
    return now + timedelta(seconds=int(seconds)) if seconds else None


def _told(answer: Any) -> tuple[bool, datetime | None, set[str]]:
    ends = answer.get("expires_at")
    at = datetime.fromtimestamp(int(ends), UTC) if ends else None
    return answer["active"] is True, at, set(re.split(r"[\s,]+", str(answer.get("scope", ""))))

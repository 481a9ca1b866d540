"""What X is asked and told under one account's keys, before and after the visible call."""

import contextlib
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, Protocol
from urllib.parse import quote

from adapters import x_answers as answers
from adapters.body import form, uploading
from adapters.consent import refresh
from adapters.contract import (
    AuthFailed,
    Clock,
    Consent,
    Fee,
    Granted,
    Identity,
    Json,
    Media,
    Memo,
    NotSent,
    OutcomeUnknown,
    PublishError,
    Rejected,
    Scope,
    Session,
)
from adapters.http import Http, T, Unanswered, bearer
from adapters.oauth import Keys, header
from adapters.x_answers import Invalid, Missing, Page, Shown

# A page that got lost counts as a full one, so small ones keep what nobody knows small.
_MOST_PAGES, _PAGE = 50, 20
# The OpenAPI document (2.167, 2026-08-22) and the guides name the same question differently, so both are tried.
_FIELDS = (
    {"post.fields": "created_at,entities,note_post"},
    {"tweet.fields": "created_at,entities,note_tweet"},
)
# Uploads are gone after 24 hours (expires_after_secs): https://docs.x.com/x-api/media/media-upload.
UPLOAD_LIVES = timedelta(hours=23)
_RIGHTS = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")
_LIVES = 7200
"""Seconds an access token serves (sheet of 2026-11-22, 1 b)."""


class Paid(Protocol):
    """Told after a call that X asks money for."""

    async def __call__(self, fee: Fee, number: int, *, is_sure: bool = True) -> None:
        """Count `number` of something; where the answer got lost, so many at the most."""
        ...


class Account:
    """One X account, reached at `base`; every exchange is signed anew."""

    def __init__(self, base: str, session: Session, http: Http, clock: Clock, *, paid: Paid) -> None:
        self.base, self.session, self.http, self.clock, self.paid = base, session, http, clock, paid

    def how(self, path: str, name: str, *, read: Callable[[Any], T]) -> Json:
        """Say how to send a request: where to, signed, and how its answer is read."""
        return {
            "url": f"{self.base}{path}",
            "what": f"X {name}",
            "read": read,
            "sort": partial(answers.sort, clock=self.clock),
            "secrets": tuple(self.session.tokens.values()),
            "sign": self._sign,
        }

    async def known(self, memo: Memo) -> Json:
        """Tell whose keys these are; the question costs nearly as much as a post, so the answer is kept."""
        if is_by_consent(self.session):  # asked when the session began
            return {"id": self.session.subject, "username": self.session.tokens.get("username", "")}
        of = hashlib.sha256(self.session.tokens.get("access_token", "").encode()).hexdigest()[:16]
        found: Json = json.loads(memo.read("channel:account") or "{}")
        if found.get("of") != of:
            found = await self.who() | {"of": of}
            memo.note("channel:account", json.dumps(found))
        return found

    async def who(self) -> Json:
        """Ask whose keys these are."""
        me: Json = await self._read("/2/users/me", "account", ("account", 1), read=answers.account)
        await self.paid("account", 1)
        return me

    async def identity(self) -> Identity:
        """Ask whose keys these are, and how readers see them."""
        fields = {"user.fields": "name,profile_image_url"}
        found: Identity = await self._read(
            "/2/users/me", "account", ("account", 1), read=answers.identity, params=fields
        )
        await self.paid("account", 1)
        return found

    async def before(self, number: str, memo: Memo) -> str:
        """Tell the account and its newest post, as JSON; only what follows the last known is read, as each costs."""
        last = json.loads(memo.read("channel:last_mark") or '"1"')
        page = await self._page(number, since_id=last, max_results=5)
        return json.dumps({"account": number, "post": max([last, *(each.id for each in page.posts)], key=int)})

    async def search(self, number: str, sent: str, mark: str) -> Shown | None:
        """Look through all of an account's posts after `mark` for one that says what was sent."""
        more: Json = {}
        for _ in range(_MOST_PAGES):
            page = await self._page(number, since_id=mark, max_results=_PAGE, **more)
            for each in page.posts:
                if answers.says(each, sent):
                    return each
            if not page.next:
                return None
            more = {"pagination_token": page.next}
        raise OutcomeUnknown(f"more than {_MOST_PAGES * _PAGE} posts on the account since then")

    async def upload(self, picture: Media) -> str:
        """Upload a picture; returns its id there, as JSON."""
        how = self.how("/2/media/upload", "upload", read=answers.made)
        how["sort"] = partial(answers.sort_upload, clock=self.clock)
        how |= form({"media_category": "tweet_image"}, "media", picture)
        with uploading():
            return json.dumps(await self.http.repeatable("POST", sleep=self.clock.sleep, **how))

    async def describe(self, request: Json) -> str:
        """Give an uploaded picture its description."""
        how = self.how("/2/media/metadata", "picture's description", read=answers.made)
        async with self._metered("description", 1) as unanswered:
            with uploading():
                how |= {"json": request, "unanswered": unanswered}
                kept = json.dumps(await self.http.repeatable("POST", sleep=self.clock.sleep, **how))
        await self.paid("description", 1)
        return kept

    async def _page(self, number: str, **asked: Any) -> Page:
        path = f"/2/users/{quote(number, safe='')}/tweets"
        for fields in _FIELDS:
            with contextlib.suppress(Invalid):
                params = {**asked, "exclude": "retweets", **fields}
                most: tuple[Fee, int] = ("posts", asked["max_results"])
                page = await self._read(path, "own posts", most, read=answers.page, params=params)
                await self.paid("posts", len(page.posts))
                return page
        raise NotSent("X own posts: it takes the question in none of the forms we know")

    async def delete(self, number: str) -> None:
        """Delete a post; one that is gone already was perhaps deleted by a call whose answer got lost."""
        how = self.how(f"/2/tweets/{quote(number, safe='')}", "delete", read=answers.deleted)
        try:
            async with self._metered("deletion", 1) as unanswered:
                await self.http.json("DELETE", unanswered=unanswered, **how)
        except Missing:
            await self.paid("deletion", 1, is_sure=False)
        else:
            await self.paid("deletion", 1)

    async def _read(
        self, path: str, name: str, most: tuple[Fee, int], *, read: Callable[[Any], T], params: Json | None = None
    ) -> T:
        """Ask; a refusal of a question says nothing about a post. `most`: what a lost answer may cost."""
        how = self.how(path, name, read=read) | {"params": params}
        try:
            async with self._metered(*most) as unanswered:
                found: T = await self.http.repeatable("GET", sleep=self.clock.sleep, unanswered=unanswered, **how)
        except Invalid:
            raise
        except Rejected as e:
            raise NotSent(e.detail) from e
        return found

    @asynccontextmanager
    async def _metered(self, fee: Fee, most: int) -> AsyncIterator[Unanswered]:
        """Count what each exchange without an answer may have cost: X says of none that it asks nothing for it."""
        lost: list[int] = []
        try:
            yield lambda: lost.append(most)
        except PublishError:
            if lost:
                await self.paid(fee, sum(lost), is_sure=False)
            raise
        if lost:
            await self.paid(fee, sum(lost), is_sure=False)

    def consent(self, login: str) -> Consent:
        """Say how the owner is asked. Raises AuthFailed where the app's id is not known."""
        if not is_by_consent(self.session):
            said = "the account has the four strings of OAuth 1.0a, which serve without end: take them out first"
            raise AuthFailed(f"X: {said}", scope=Scope.ACCOUNT)
        held = self.session.tokens
        if not held.get("client_id"):
            raise AuthFailed("X needs the app's `client_id` among the credentials", scope=Scope.ACCOUNT)
        return Consent(
            authorize=f"{login.rstrip('/')}/i/oauth2/authorize",
            token=f"{self.base}/2/oauth2/token",
            client=held["client_id"],
            secret=held.get("client_secret", ""),
            rights=_RIGHTS,
            needed=_RIGHTS,
            proof="header",
        )

    async def begun(self, granted: Granted) -> Session:
        """Begin a session with what a consent gave, and ask whose it is."""
        made = self._session("not asked yet", granted.answer)
        me = await Account(self.base, made, self.http, self.clock, paid=self.paid).who()
        return replace(made, subject=str(me["id"]), tokens={**made.tokens, "username": str(me["username"])})

    async def renewed(self) -> Session:
        """Make new tokens; asked once, as the token that asks for them serves once."""
        held = self.session.tokens
        if not held.get("refresh"):
            raise AuthFailed("X: nobody has consented yet", scope=Scope.ACCOUNT)
        answer = await refresh(self.consent(""), held["refresh"], http=self.http, title="X")
        return self._session(self.session.subject, answer)

    def _session(self, subject: str, answer: Mapping[str, Any]) -> Session:
        new = {"access": str(answer["access_token"]), "refresh": str(answer.get("refresh_token") or "")}
        ends = self.clock.now() + timedelta(seconds=int(answer.get("expires_in") or _LIVES))
        return Session(subject, {**self.session.tokens, **new}, ends)

    def _sign(self, method: str, url: str) -> dict[str, str]:
        held = self.session.tokens
        if is_by_consent(self.session):
            if not self.session.subject:
                raise AuthFailed("X: nobody has consented yet", scope=Scope.ACCOUNT)
            return bearer(held.get("access", ""))
        keys = Keys(*(held.get(name, "") for name in ("api_key", "api_secret", "access_token", "access_secret")))
        nonce, now = self.clock.token_bytes(16).hex(), int(self.clock.now().timestamp())
        return {"authorization": header(method, url, keys, nonce=nonce, timestamp=now)}


def is_by_consent(session: Session) -> bool:
    """Tell whether an account works by its owner's consent (OAuth 2.0), not by the four strings of OAuth 1.0a."""
    return not session.tokens.get("access_token")

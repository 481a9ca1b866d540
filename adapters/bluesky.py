"""Bluesky (AT Protocol): https://docs.bsky.app/docs/api/com-atproto-repo-put-record."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from adapters import bluesky_session
from adapters.bluesky_record import POSTS, Missing, Taken, got, moment, put, receipt, record, reply, sort, tid
from adapters.body import fill, refuse_media
from adapters.contract import (
    Adapter,
    Asked,
    AuthFailed,
    Identity,
    Intent,
    Json,
    Limits,
    Memo,
    NotYet,
    OutcomeUnknown,
    Post,
    Problem,
    PublishError,
    Receipt,
    Rejected,
    Scope,
    Session,
    Spec,
)
from adapters.http import T, Visible, bearer
from adapters.text import graphemes, utf8


class Bluesky(Adapter):
    """Posts as one account, under a record key of our own: the same call again changes nothing."""

    class Settings(BaseModel):
        """Where the account signs in."""

        model_config = ConfigDict(extra="forbid", frozen=True)
        server: str = Field("https://bsky.social", description="the server that knows the account")

        @field_validator("server")
        @classmethod
        def _bare(cls, value: str) -> str:
            return (value if "://" in value else f"https://{value}").rstrip("/")

    class Credentials(BaseModel):
        """An app password, made in Bluesky's settings; never the account's main one."""

        model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True)
        identifier: str = Field(min_length=1, description="the handle, such as astanatimes.com")
        password: str = Field(min_length=1, repr=False)

    settings: Settings
    spec: ClassVar[Spec] = Spec(
        network="bluesky",
        title="Bluesky",
        docs="https://docs.bsky.app/docs/advanced-guides/posts",
        checked=date(2026, 11, 22),
        limits=Limits(text=300, text_bytes=3000),
        target=280,
        tags_beside=3,
        # Only for the truth of "absent": the call repeated under the same key cannot make a second post.
        find_lag=timedelta(seconds=60),
        remarks={"edit": "the app goes on showing the first words, so Jarshy does not offer it"},
    )

    def body(self, post: Post) -> dict[str, Json]:
        """Write the one call; `swapRecord: null` makes it create, and never replace."""
        return {
            "putRecord": {
                "repo": {"$memo": "repo"},
                "collection": POSTS,
                "rkey": {"$memo": "rkey"},
                "swapRecord": None,
                "record": record(post),
            }
        }

    @classmethod
    def measure(cls, post: Post, limits: Limits) -> tuple[Problem, ...]:
        """Count graphemes and UTF-8 bytes; both bind."""
        counts = [("text", graphemes(post.text), limits.text), ("media", len(post.media), limits.media)]
        if limits.text_bytes:
            counts.append(("text_bytes", utf8(post.text), limits.text_bytes))
        return tuple(Problem(*count) for count in counts if count[1] > count[2])

    async def publish(self, post: Post, *, key: str, memo: Memo, intent: Intent) -> Receipt:
        """Write the record under a key and with a moment that are made once for this post."""
        refuse_media(post, self.spec.title)
        if post.parent:
            await memo.step("reply", partial(self._reply, post.parent))
        # Another account than at an earlier try begins anew: `find` must look where the post went.
        is_here = memo.read("repo") == json.dumps(self.session.subject)
        if not is_here or memo.read("rkey") is None or memo.read("created") is None:
            memo.note("rkey", json.dumps(tid(self.clock)))
            memo.note("created", json.dumps(moment(self.clock)))
            memo.note("repo", json.dumps(self.session.subject))
        content = fill(self.body(post), memo.read)
        how = self._how("putRecord", put, self._signed())
        try:
            return await self.http.json("POST", visible=Visible(intent, content), json=content["putRecord"], **how)
        except Taken as e:
            return await self._standing(post, memo, refusal=e)

    async def find(self, post: Post, *, key: str, memo: Memo, asked: Asked) -> Receipt | None:
        """Read the record under our key; its absence counts after the lag."""
        early = (
            asked.last + self.spec.find_lag - self.clock.now()
        )  # as the look begins: it may miss what arrives meanwhile
        try:
            return await self._ours(post, memo)
        except Missing:
            if early > timedelta(0):
                raise NotYet("not on Bluesky so far; it may still arrive", retry_after=early) from None
            return None

    async def delete(self, receipt: Receipt) -> None:
        """Delete the record; the network answers the same whether it was there or not."""
        _, _, repo, collection, rkey = receipt.id.split("/")
        which = {"repo": repo, "collection": collection, "rkey": rkey}
        await self.http.json("POST", json=which, **self._how("deleteRecord", dict, self._signed()))

    async def verify(self) -> Identity:
        """Ask whose session this is and whether the account may post."""
        how = self._how("getSession", _identity, self._signed(), area="server")
        return await self.http.repeatable("GET", sleep=self.clock.sleep, **how)

    async def renew(self, session: Session) -> Session:
        """Extend the session by its refresh token, or sign in with the app password."""
        sorting = partial(sort, clock=self.clock)
        return await bluesky_session.renew(self.http, session, self.clock, server=self.settings.server, sort=sorting)

    async def _standing(self, post: Post, memo: Memo, *, refusal: Taken) -> Receipt:
        """Tell whether what stands under our key is this post; until that is known it may be."""
        try:
            return await self._ours(post, memo)
        except Rejected as e:
            if isinstance(e, Missing):
                raise OutcomeUnknown(refusal.detail) from e
            raise
        except PublishError as e:
            raise OutcomeUnknown(f"{refusal.detail}; {e.detail}") from e

    async def _ours(self, post: Post, memo: Memo) -> Receipt:
        repo, rkey, created = memo.read("repo"), memo.read("rkey"), memo.read("created")
        if repo is None or rkey is None or created is None:
            raise OutcomeUnknown("the key this post was sent under is not known any more")
        try:
            there = await self._get(json.loads(repo), POSTS, json.loads(rkey))
        except Missing:
            raise
        except Rejected as e:
            raise OutcomeUnknown(e.detail) from e
        if (there["value"].get("text"), there["value"].get("createdAt")) != (post.text, json.loads(created)):
            raise Rejected("another post stands under the key of this one")
        return receipt(there["uri"])

    async def _reply(self, parent: Receipt) -> str:
        _, _, repo, collection, rkey = parent.id.split("/")
        return json.dumps(reply(await self._get(repo, collection, rkey)))

    async def _get(self, repo: str, collection: str, rkey: str) -> Json:
        """Read a record; needs no token, so that a dead one does not hide what is out."""
        which = {"repo": repo, "collection": collection, "rkey": rkey}
        how = self._how("getRecord", got, {})
        return await self.http.repeatable("GET", sleep=self.clock.sleep, params=which, **how)

    def _signed(self) -> dict[str, str]:
        if not self.session.subject:
            raise AuthFailed("Bluesky: not signed in yet", scope=Scope.ACCOUNT)
        return bearer(self.session.tokens.get("access", ""))

    def _how(self, name: str, read: Callable[[Any], T], headers: dict[str, str], area: str = "repo") -> Json:
        home = self.session.tokens.get("pds") or self.settings.server
        return {
            "url": f"{home}/xrpc/com.atproto.{area}.{name}",
            "what": f"Bluesky {name}",
            "read": read,
            "sort": partial(sort, clock=self.clock),
            "secrets": bluesky_session.secrets(self.session.tokens),
            "headers": headers,
        }


def _identity(answer: Any) -> Identity:
    is_active = answer.get("active", True)
    missing = () if is_active else (f"account is {answer.get('status') or 'not active'}",)
    return Identity(str(answer["did"]), f"@{answer['handle']}", missing)

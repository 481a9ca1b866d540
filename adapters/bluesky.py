"""Bluesky (AT Protocol): https://docs.bsky.app/docs/api/com-atproto-repo-put-record."""

import json
from datetime import date, timedelta
from functools import partial
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from adapters import bluesky_account
from adapters.bluesky_account import UPLOAD_LIVES, Account
from adapters.bluesky_record import POSTS, MediaGone, Missing, Taken, moment, put, record, tid, uploads, words
from adapters.body import carried, fill, problems
from adapters.contract import (
    Adapter,
    Api,
    Asked,
    Identity,
    Intent,
    Json,
    Limits,
    Memo,
    NotYet,
    OutcomeUnknown,
    Pictures,
    Post,
    Problem,
    PublishError,
    Rate,
    Receipt,
    Session,
    Spec,
)
from adapters.http import Visible
from adapters.text import graphemes, utf8


class Bluesky(Adapter):
    """Posts as one account, each delivery under a record key of its own: no call can make a second post."""

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
        api=Api("com.atproto"),
        # Servers take pictures of 2,000,000 bytes, older ones of 1,000,000; a card's of 1,000,000 everywhere. The sides
        # are choices of ours, and so is the length of a description: 2000 is what the app lets people write.
        limits=Limits(
            text=300,
            text_bytes=3000,
            alt=2000,
            media=4,
            pictures=Pictures(size=976 * 1024, side=2048),
            thumb=Pictures(size=976 * 1024, side=1200),
        ),
        target=280,
        tags_beside=3,
        # Only for the truth of "absent": under one key there is one post, whatever its words.
        find_lag=timedelta(seconds=60),
        # 5000 points an hour and 35000 a day, of which a new record costs 3: packages/pds/src/rate-limits.ts.
        rates=(Rate(5000 // 3, timedelta(hours=1)), Rate(35_000 // 3, timedelta(days=1))),
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
        """Count graphemes and UTF-8 bytes, as both bind, and what the post carries."""
        text, _ = words(post)
        counts = [("text", graphemes(text), limits.text), *carried(post, limits)]
        if limits.text_bytes:
            counts.append(("text_bytes", utf8(text), limits.text_bytes))
        return problems(counts)

    async def publish(self, post: Post, *, key: str, memo: Memo, intent: Intent) -> Receipt:
        """Write the record under the delivery's own key, with a moment that is made once for this post."""
        for name, picture in uploads(post).items():
            await memo.step(name, partial(self._account.upload, picture), lives=UPLOAD_LIVES)
        if post.parent:
            await memo.step("reply", partial(self._account.reply, post.parent))
        # Another account than at an earlier try begins anew: `find` must look where the post went.
        is_here = memo.read("repo") == json.dumps(self.session.subject)
        if not is_here or memo.read("rkey") is None or memo.read("created") is None:
            memo.note("rkey", json.dumps(tid(key)))
            memo.note("created", json.dumps(moment(self.clock)))
            memo.note("repo", json.dumps(self.session.subject))
        content = fill(self.body(post), memo.read)
        how = self._account.how("putRecord", put, self._account.signed())
        try:
            return await self.http.json("POST", visible=Visible(intent, content), json=content["putRecord"], **how)
        except Taken as e:
            return await self._standing(post, memo, refusal=e)
        except MediaGone:
            for name in uploads(post):
                await memo.forget(name)
            raise

    async def find(self, post: Post, *, key: str, memo: Memo, asked: Asked) -> Receipt | None:
        """Read the record under our key; its absence counts after the lag."""
        # As the look begins: it may miss what arrives meanwhile.
        early = asked.last + self.spec.find_lag - self.clock.now()
        is_known = memo.read("rkey") is not None
        try:
            if is_known:
                return await self._account.ours(words(post)[0], memo)
            return await self._account.search(words(post)[0], asked.first)
        except Missing:
            if early > timedelta(0):
                raise NotYet("not on Bluesky so far; it may still arrive", retry_after=early) from None
            if not is_known:
                said = "it is not on the account in these words, and the key it was sent under is not known any more"
                raise OutcomeUnknown(said) from None
            return None

    async def delete(self, receipt: Receipt) -> None:
        """Delete the record; the network answers the same whether it was there or not."""
        _, _, repo, collection, rkey = receipt.id.split("/")
        which = {"repo": repo, "collection": collection, "rkey": rkey}
        how = self._account.how("deleteRecord", dict, self._account.signed())
        await self.http.json("POST", json=which, **how)

    async def verify(self) -> Identity:
        """Ask whose session this is and whether the account may post."""
        return await self._account.identity()

    async def renew(self, session: Session) -> Session:
        """Extend the session by its refresh token, or sign in with the app password."""
        return await bluesky_account.renew(self.http, session, self.clock, server=self.settings.server)

    async def _standing(self, post: Post, memo: Memo, *, refusal: Taken) -> Receipt:
        """Tell whether what stands under our key is this post; until that is known it may be."""
        try:
            return await self._account.ours(words(post)[0], memo)
        except Missing as e:
            raise OutcomeUnknown(refusal.detail) from e
        except PublishError as e:
            raise OutcomeUnknown(f"{refusal.detail}; {e.detail}") from e

    @property
    def _account(self) -> Account:
        return Account(self.settings.server, self.session, self.http, self.clock)

"""Mastodon and servers that speak its language: https://docs.joinmastodon.org/methods/statuses/."""

import json
from datetime import date, timedelta
from typing import ClassVar, Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, field_validator

from adapters import mastodon_answers as answers
from adapters.body import carried, fill, problems
from adapters.contract import (
    Adapter,
    Api,
    Asked,
    Identity,
    Intent,
    Json,
    Limits,
    Media,
    Memo,
    NotYet,
    OutcomeUnknown,
    Pictures,
    Post,
    Problem,
    Rate,
    Receipt,
    Rejected,
    Spec,
)
from adapters.http import Visible
from adapters.mastodon_account import Account
from adapters.mastodon_answers import MediaGone, Missing, Status
from adapters.text import mastodon_length, plain


class Mastodon(Adapter):
    """Posts as one account. A repeated key makes no second post, but only for an hour and not on every server."""

    class Settings(BaseModel):
        """One account's server, and who may see the posts."""

        model_config = ConfigDict(extra="forbid", frozen=True)
        server: str = Field(min_length=1, description="the server's address, such as https://mastodon.social")
        visibility: Literal["public", "unlisted", "private"] = Field("public", description="who may see the posts")

        @field_validator("server")
        @classmethod
        def _bare(cls, value: str) -> str:
            return (value if "://" in value else f"https://{value}").rstrip("/")

    class Credentials(BaseModel):
        """An access token: Preferences, Development, New application."""

        model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True)
        token: str = Field(min_length=1, repr=False)

    settings: Settings
    spec: ClassVar[Spec] = Spec(
        network="mastodon",
        title="Mastodon",
        docs="https://docs.joinmastodon.org/user/posting/",
        checked=date(2026, 11, 22),
        api=Api("v1"),
        # Defaults of a Mastodon server. Pictures larger than 8.3 megapixels it makes smaller itself, whence our side.
        limits=Limits(
            text=500,
            link_cost=23,
            alt=1500,
            media=4,
            pictures=Pictures(size=16 * 1024 * 1024, side=4096, area=33_177_600),
        ),
        target=400,
        # A request held up on its way may arrive later, and servers without keys would show it twice.
        find_lag=timedelta(seconds=150),
        rates=(Rate(300, timedelta(minutes=5)),),  # config/initializers/rack_attack.rb, sheet of 2026-11-22
        remarks={"delete": "not on every server"},
    )

    def body(self, post: Post) -> dict[str, Json]:
        """Write the uploads with their descriptions, then the one status, in plain words."""
        uploads = _uploads(post)
        made: Json = {
            "status": _sent(post),
            "language": post.lang.split("-")[0],
            "visibility": self.settings.visibility,
        }
        if uploads:
            made["media_ids"] = [{"$memo": name} for name in uploads]
        if post.parent:
            made["in_reply_to_id"] = post.parent.id
        return uploads | {"status": made}

    @classmethod
    def measure(cls, post: Post, limits: Limits) -> tuple[Problem, ...]:
        """Count the text as it is sent, addresses at their flat cost, and what the post carries."""
        return problems([("text", mastodon_length(_sent(post), limits.link_cost), limits.text), *carried(post, limits)])

    async def limits(self) -> Limits:
        """Ask the instance."""
        return await self._account.limits(self.spec.limits)

    async def publish(self, post: Post, *, key: str, memo: Memo, intent: Intent) -> Receipt:
        """Upload the pictures, then send the status under the delivery's key."""
        uploads = _uploads(post)
        for picture, (name, part) in zip(post.media, uploads.items(), strict=True):
            await self._account.prepare(name, part, picture, memo)
        content = fill(self.body(post), memo.read)
        has_changed = self._account.note_sent(memo, key, self.body(post))
        memo.note("standing", '""')
        how = self._account.how("/api/v1/statuses", "post", read=answers.status, key=key)
        try:
            sent: Status = await self.http.json("POST", visible=Visible(intent, content), json=content["status"], **how)
        except MediaGone:
            for name in uploads:
                await memo.forget(f"upload of {name}")
                await memo.forget(name)
            raise
        # Asked only where it may be so: servers may show words in ways of their own.
        if has_changed and not answers.shows(sent, content["status"]):
            memo.note("standing", json.dumps(sent.url))
            raise _is_standing(sent.url)
        self._account.note_mark(memo, sent)
        return sent.receipt

    async def find(self, post: Post, *, key: str, memo: Memo, asked: Asked) -> Receipt | None:
        """Read the account's own posts back to the intent; words and addresses must be the same."""
        # As the look begins: it may miss what arrives meanwhile.
        early = asked.last + self.spec.find_lag - self.clock.now()
        if url := json.loads(memo.read("standing") or '""'):
            raise _is_standing(url)
        try:
            found = await self._account.find(_sent(post), memo, asked)
        except Rejected as e:
            raise OutcomeUnknown(e.detail) from e
        if found:
            self._account.note_mark(memo, found)
            return found.receipt
        if early > timedelta(0):
            raise NotYet("not on the account so far; it may still arrive", retry_after=early)
        return None

    async def edit(self, receipt: Receipt, post: Post, *, memo: Memo) -> Receipt:
        """Change the words; pictures stay, and so does the receipt, as some servers answer an edit with another id."""
        request: Json = {"status": _sent(post), "language": post.lang.split("-")[0]}
        if media := await self._account.read(_where(receipt), "status", read=answers.media_ids):
            request["media_ids"] = media  # what is not named is taken off the post
        await self.http.json("PUT", json=request, **self._account.how(_where(receipt), "edit", read=dict))
        return receipt

    async def delete(self, receipt: Receipt) -> None:
        """Delete the status; a server that denies knowing it is asked whether it still shows it."""
        try:
            await self.http.json("DELETE", **self._account.how(_where(receipt), "delete", read=dict))
        except Missing as e:
            try:
                await self._account.read(_where(receipt), "status", read=dict)
            except Missing:
                return
            raise Rejected(f"this server does not let apps take posts down: {e.detail}") from e

    async def verify(self) -> Identity:
        """Ask whose token this is, and whether it may read the account's posts, as `find` must."""
        return await self._account.identity()

    @property
    def _account(self) -> Account:
        return Account(self.settings.server, self.session, self.http, self.clock)


def _is_standing(url: str) -> OutcomeUnknown:
    """Say that the delivery's key was used up by what a revision or a person has changed since."""
    return OutcomeUnknown(f"an earlier try is out, with other words or pictures, at {url}")


def _sent(post: Post) -> str:
    """Write the plain words: an address that words or card only hide is written out."""
    return plain(post.text, post.marks, post.card.url if post.card else "")


def _uploads(post: Post) -> dict[str, Json]:
    """Write the uploads by step name, which the ids they get are kept under too."""
    return {f"media {n}": _upload(media) for n, media in enumerate(post.media, 1)}


def _upload(media: Media) -> Json:
    return {"file": {"$media": media.sha256}} | ({"description": media.alt} if media.alt.strip() else {})


def _where(receipt: Receipt) -> str:
    return f"/api/v1/statuses/{quote(receipt.id, safe='')}"

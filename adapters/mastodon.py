"""Mastodon and servers that speak its language: https://docs.joinmastodon.org/methods/statuses/."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any, ClassVar, Literal
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from adapters import mastodon_answers as answers
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
    Receipt,
    Rejected,
    Spec,
)
from adapters.http import T, Visible, bearer
from adapters.mastodon_answers import Missing, Status
from adapters.text import mastodon_length, plain

_PAGE = 40
_MOST_PAGES = 10
_CLOCKS_MAY_DIFFER = timedelta(hours=1)


class Mastodon(Adapter):
    """Posts as one account. A repeated key makes no second post, but only for an hour and not on every server."""

    class Settings(BaseModel):
        """One account's server, and who may see the posts."""

        model_config = ConfigDict(extra="forbid", frozen=True)
        server: str = Field(min_length=1, description="the server's address, such as https://mastodon.social")
        visibility: Literal["public", "unlisted", "private"] = "public"

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
        limits=Limits(text=500, link_cost=23, alt=1500),
        target=400,
        # A request held up on its way may arrive later, and servers without keys would show it twice.
        find_lag=timedelta(seconds=150),
        remarks={"delete": "not on every server"},
    )

    def body(self, post: Post) -> dict[str, Json]:
        """Write the one status, in plain words: an address that words or card only hide is written out."""
        made: Json = {
            "status": plain(post.text, post.marks, post.card.url if post.card else ""),
            "language": post.lang.split("-")[0],
            "visibility": self.settings.visibility,
        }
        if post.parent:
            made["in_reply_to_id"] = post.parent.id
        return {"status": made}

    @classmethod
    def measure(cls, post: Post, limits: Limits) -> tuple[Problem, ...]:
        """Count the text as it is sent, addresses at their flat cost."""
        sent = plain(post.text, post.marks, post.card.url if post.card else "")
        counts = [
            ("text", mastodon_length(sent, limits.link_cost), limits.text),
            ("media", len(post.media), limits.media),
        ]
        return tuple(Problem(*count) for count in counts if count[1] > count[2])

    async def limits(self) -> Limits:
        """Ask the instance; version 1 where there is no version 2."""
        read = partial(answers.limits, default=self.spec.limits)
        try:
            return await self._read("/api/v2/instance", "instance", read=read)
        except Missing:
            return await self._read("/api/v1/instance", "instance", read=read)

    async def publish(self, post: Post, *, key: str, memo: Memo, intent: Intent) -> Receipt:
        """Send the status under the delivery's key."""
        refuse_media(post, self.spec.title)
        content = fill(self.body(post), memo.read)
        how = self._how("/api/v1/statuses", "post", read=answers.status, key=key)
        sent: Status = await self.http.json("POST", visible=Visible(intent, content), json=content["status"], **how)
        self._note_mark(memo, sent)
        return sent.receipt

    async def find(self, post: Post, *, key: str, memo: Memo, asked: Asked) -> Receipt | None:
        """Read the account's own posts back to the intent; words and addresses must be the same."""
        early = (
            asked.last + self.spec.find_lag - self.clock.now()
        )  # as the look begins: it may miss what arrives meanwhile
        me: Json = json.loads(await memo.step("account", self._account))
        is_marks_account = memo.read("channel:mark_account") == json.dumps(self._place(me["id"]))
        asked = asked if is_marks_account else Asked(asked.first, asked.last)
        try:
            found = await self._search(me["id"], self.body(post)["status"]["status"], asked)
        except Rejected as e:
            raise OutcomeUnknown(e.detail) from e
        if found:
            self._note_mark(memo, found)
            return found.receipt
        if early > timedelta(0):
            raise NotYet("not on the account so far; it may still arrive", retry_after=early)
        return None

    async def edit(self, receipt: Receipt, post: Post, *, memo: Memo) -> Receipt:
        """Change the words; the receipt stays, as some servers answer an edit with another id."""
        status = fill(self.body(post), memo.read)["status"]
        request = {k: status[k] for k in ("status", "language")}
        await self.http.json("PUT", json=request, **self._how(self._where(receipt), "edit", read=dict))
        return receipt

    async def delete(self, receipt: Receipt) -> None:
        """Delete the status; a server that denies knowing it is asked whether it still shows it."""
        try:
            await self.http.json("DELETE", **self._how(self._where(receipt), "delete", read=dict))
        except Missing as e:
            try:
                await self._read(self._where(receipt), "status", read=dict)
            except Missing:
                return
            raise Rejected(f"this server does not let apps take posts down: {e.detail}") from e

    async def verify(self) -> Identity:
        """Ask whose token this is, and whether it may read the account's posts, as `find` must."""
        me: Json = json.loads(await self._account())
        missing: tuple[str, ...] = ()
        try:
            await self._page(me["id"], limit=1)
        except AuthFailed:
            missing = ("read:statuses",)
        return Identity(me["id"], f"@{me['acct']}@{urlsplit(self.settings.server).netloc}", missing)

    async def _search(self, account: str, sent: str, asked: Asked) -> Status | None:
        """Page back until the time before the intent; a short page is no end, as servers cap it as they like.

        Our words at an earlier time prove nothing: this machine's clock may be wrong.
        """
        seen: set[str] = set()
        is_doubtful = False
        older_than = ""
        for _ in range(_MOST_PAGES):
            page = await self._page(account, limit=_PAGE, max_id=older_than)
            fresh = [s for s in page if s.id not in seen]
            for each in fresh:
                if _is_marked_before(each, asked) or not answers.says(each, sent):
                    continue
                if not _is_long_before(each, asked):
                    return each
                is_doubtful = True
            if not page or _is_marked_before(page[-1], asked) or _is_long_before(page[-1], asked):
                if is_doubtful:
                    raise OutcomeUnknown("these very words are on the account, but from before we sent ours")
                return None
            if not fresh:
                raise OutcomeUnknown("the server lists too few of the account's posts to tell")
            seen |= {s.id for s in fresh}
            older_than = page[-1].id
        raise OutcomeUnknown(f"more than {_PAGE * _MOST_PAGES} posts on the account since then")

    async def _page(self, account: str, *, limit: int, max_id: str = "") -> list[Status]:
        params = {"limit": str(limit), "exclude_reblogs": "true"} | ({"max_id": max_id} if max_id else {})
        path = f"/api/v1/accounts/{quote(account, safe='')}/statuses"
        return await self._read(path, "own posts", read=answers.statuses, params=params)

    async def _account(self) -> str:
        return json.dumps(await self._read("/api/v1/accounts/verify_credentials", "account", read=answers.account))

    def _note_mark(self, memo: Memo, status: Status) -> None:
        memo.note("channel:last_mark", json.dumps(status.id))
        memo.note("channel:mark_account", json.dumps(self._place(status.account)))

    def _place(self, account: str) -> str:
        return f"{self.settings.server} {account}"

    def _where(self, receipt: Receipt) -> str:
        return f"/api/v1/statuses/{quote(receipt.id, safe='')}"

    async def _read(self, path: str, name: str, *, read: Callable[[Any], T], params: Json | None = None) -> T:
        how = self._how(path, name, read=read)
        found: T = await self.http.repeatable("GET", sleep=self.clock.sleep, params=params, **how)
        return found

    def _how(self, path: str, name: str, *, read: Callable[[Any], T], key: str = "") -> Json:
        token = self.session.tokens.get("token", "")
        return {
            "url": f"{self.settings.server}{path}",
            "what": f"Mastodon {name}",
            "read": read,
            "sort": partial(answers.sort, clock=self.clock),
            "secrets": (token,),
            "headers": bearer(token) | ({"idempotency-key": key} if key else {}),
        }


def _is_marked_before(status: Status, asked: Asked) -> bool:
    """Tell whether a post is certainly older than the call that is sought."""
    mark = (asked.mark or "").strip('"')
    return status.id == mark or (mark.isdigit() and status.id.isdigit() and int(status.id) <= int(mark))


def _is_long_before(status: Status, asked: Asked) -> bool:
    return status.at < asked.first - _CLOCKS_MAY_DIFFER

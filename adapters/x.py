"""X: https://docs.x.com/x-api/posts/create-post."""

import contextlib
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, field_validator

from adapters import x_answers as answers
from adapters.body import fill, refuse_media
from adapters.contract import (
    Adapter,
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
    Receipt,
    Rejected,
    Spec,
)
from adapters.http import T, Visible
from adapters.oauth import Keys, header
from adapters.text import addresses, plain
from adapters.weighted import weighted
from adapters.x_answers import Duplicate, Missing, NotAsked, Page, Shown

_MOST_PAGES = 10
# The OpenAPI document (2.167, 2026-08-22) and the guides name the same question differently, so both are tried.
_FIELDS = (
    {"post.fields": "created_at,entities,note_post"},
    {"tweet.fields": "created_at,entities,note_tweet"},
)


class X(Adapter):
    """Posts as one account. X has no keys for repeats; it refuses the same words again, and shows what is out."""

    class Settings(BaseModel):
        """What posts cost and how long they may be; the account itself is the place."""

        model_config = ConfigDict(extra="forbid", frozen=True)
        base: str = Field("https://api.x.com", description="the API's address")
        max_weighted: int = Field(280, ge=280, le=25_000, description="the longest text; more with X Premium")
        post_price: Decimal = Field(Decimal("0.015"), ge=0, description="US dollars for a post without a link")
        link_price: Decimal = Field(Decimal("0.200"), ge=0, description="US dollars for a post with a link")
        alt_price: Decimal = Field(Decimal("0.005"), ge=0, description="US dollars for one picture's description")

        @field_validator("base")
        @classmethod
        def _bare(cls, value: str) -> str:
            return (value if "://" in value else f"https://{value}").rstrip("/")

    class Credentials(BaseModel):
        """Four strings from console.x.com; the access token must be made after the app may read and write."""

        model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True)
        api_key: str = Field(min_length=1, repr=False)
        api_secret: str = Field(min_length=1, repr=False)
        access_token: str = Field(min_length=1, repr=False)
        access_secret: str = Field(min_length=1, repr=False)

    settings: Settings
    spec: ClassVar[Spec] = Spec(
        network="x",
        title="X",
        docs="https://docs.x.com/x-api/posts/create-post",
        checked=date(2026, 11, 22),
        limits=Limits(
            text=280,
            link_cost=23,
            alt=1000,
            pictures=Pictures(size=5 * 1024 * 1024, side=4096, mimes=("image/jpeg", "image/png", "image/webp")),
        ),
        target=250,
        # A request held up on its way may arrive later, and X tells nobody how long it remembers words.
        find_lag=timedelta(seconds=150),
        per_day=30,
        price="$0.20 for a post with a link, $0.015 without, $0.005 for a picture's description (2026-08)",
    )

    def body(self, post: Post) -> dict[str, Json]:
        """Write the post; X draws the card itself, from the last address in the words."""
        tweet: Json = {"text": _sent(post)}
        if post.parent:
            tweet["reply"] = {"in_reply_to_tweet_id": post.parent.id}
        return {"tweet": tweet}

    @classmethod
    def measure(cls, post: Post, limits: Limits) -> tuple[Problem, ...]:
        """Count the text as it is sent, by X's weights."""
        counts = [("text", weighted(_sent(post)), limits.text), ("media", len(post.media), limits.media)]
        return tuple(Problem(*count) for count in counts if count[1] > count[2])

    def price(self, post: Post) -> Decimal | None:
        """Reckon the post itself, dearer with a link, and each description."""
        prices = self.settings
        described = sum(1 for media in post.media if media.alt)
        return (prices.link_price if addresses(_sent(post)) else prices.post_price) + described * prices.alt_price

    async def limits(self) -> Limits:
        """Take the length from the settings: X tells nobody which accounts may write longer posts."""
        return replace(self.spec.limits, text=self.settings.max_weighted)

    async def publish(self, post: Post, *, key: str, memo: Memo, intent: Intent) -> Receipt:
        """Note the newest post of the account, so that `find` knows where to begin, then send ours."""
        refuse_media(post, self.spec.title)
        me = await self._me(memo)
        mark = await memo.step("mark", partial(self._newest, me["id"], memo))
        content = fill(self.body(post), memo.read)
        memo.note("channel:last_mark", mark)
        how = self._how("/2/tweets", "post", read=answers.made)
        try:
            sent: str = await self.http.json("POST", visible=Visible(intent, content), json=content["tweet"], **how)
        except Duplicate:
            memo.note("duplicate", "true")
            raise
        return self._receipt(me, sent, memo)

    async def find(self, post: Post, *, key: str, memo: Memo, asked: Asked) -> Receipt | None:
        """Read the account's posts since before the first try; words and addresses must be the same."""
        age = self.clock.now() - asked.last  # as the look begins: it may miss what arrives meanwhile
        me = await self._me(memo)
        mark = (memo.read("mark") or asked.mark or "").strip('"')
        try:
            found = await self._search(me["id"], _sent(post), mark)
        except Rejected as e:
            raise OutcomeUnknown(e.detail) from e
        if found:
            return self._receipt(me, found.id, memo)
        if age < self.spec.find_lag:
            look_again = timedelta(seconds=20 if age < timedelta(seconds=20) else 60)
            rest = self.spec.find_lag - age
            raise NotYet("not on the account so far; it may still arrive", retry_after=min(rest, look_again))
        if memo.read("duplicate"):
            raise OutcomeUnknown("X refuses these words as a repetition, but shows no post of them since the first try")
        return None

    async def delete(self, receipt: Receipt) -> None:
        """Delete the post."""
        path = f"/2/tweets/{quote(receipt.id, safe='')}"
        try:
            await self.http.json("DELETE", **self._how(path, "delete", read=answers.deleted))
        except Missing:
            return

    async def verify(self) -> Identity:
        """Ask whose keys these are; what they may do shows only in a post."""
        me = await self._who()
        return Identity(me["id"], f"@{me['username']}")

    async def _me(self, memo: Memo) -> Json:
        """Tell whose keys these are; the question costs nearly as much as a post, so the answer is kept."""
        of = hashlib.sha256(self.session.tokens["access_token"].encode()).hexdigest()[:16]
        known: Json = json.loads(memo.read("channel:account") or "{}")
        if known.get("of") != of:
            known = await self._who() | {"of": of}
            memo.note("channel:account", json.dumps(known))
        return known

    async def _who(self) -> Json:
        return await self._read("/2/users/me", "account", read=answers.account)

    async def _newest(self, account: str, memo: Memo) -> str:
        """Tell the account's newest post; only those after the last known one are asked for, as each costs."""
        last = json.loads(memo.read("channel:last_mark") or '"1"')
        page = await self._page(account, since_id=last, max_results=5)
        return json.dumps(max([last, *(each.id for each in page.posts)], key=int))

    async def _search(self, account: str, sent: str, mark: str) -> Shown | None:
        if not mark:
            raise OutcomeUnknown("it is not known which posts the account had before")
        more: Json = {}
        for _ in range(_MOST_PAGES):
            page = await self._page(account, since_id=mark, max_results=100, **more)
            for each in page.posts:
                if answers.says(each, sent):
                    return each
            if not page.next:
                return None
            more = {"pagination_token": page.next}
        raise OutcomeUnknown(f"more than {_MOST_PAGES * 100} posts on the account since then")

    async def _page(self, account: str, **asked: Any) -> Page:
        path = f"/2/users/{quote(account, safe='')}/tweets"
        read = partial(self._read, path, "own posts", read=answers.page)
        *others, last = ({**asked, "exclude": "retweets", **fields} for fields in _FIELDS)
        for params in others:
            with contextlib.suppress(NotAsked):
                return await read(params=params)
        return await read(params=last)

    def _receipt(self, me: Json, number: str, memo: Memo) -> Receipt:
        memo.note("channel:last_mark", json.dumps(number))
        return Receipt(number, f"https://x.com/{quote(me['username'], safe='')}/status/{number}", mark=number)

    async def _read(self, path: str, name: str, *, read: Callable[[Any], T], params: Json | None = None) -> T:
        how = self._how(path, name, read=read)
        found: T = await self.http.repeatable("GET", sleep=self.clock.sleep, params=params, **how)
        return found

    def _how(self, path: str, name: str, *, read: Callable[[Any], T]) -> Json:
        return {
            "url": f"{self.settings.base}{path}",
            "what": f"X {name}",
            "read": read,
            "sort": partial(answers.sort, clock=self.clock),
            "secrets": tuple(self.session.tokens.values()),
            "sign": self._sign,
        }

    def _sign(self, method: str, url: str) -> dict[str, str]:
        tokens = self.session.tokens
        keys = Keys(*(tokens.get(name, "") for name in self.Credentials.model_fields))
        nonce, now = self.clock.token_bytes(16).hex(), int(self.clock.now().timestamp())
        return {"authorization": header(method, url, keys, nonce=nonce, timestamp=now)}


def _sent(post: Post) -> str:
    """Return the words as they are sent: an address that words or card only hide is written out."""
    return plain(post.text, post.marks, post.card.url if post.card else "")

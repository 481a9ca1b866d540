"""X: https://docs.x.com/x-api/posts/create-post."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, partial
from typing import ClassVar
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, field_validator

from adapters import x_answers as answers
from adapters.body import carried, fill, problems
from adapters.contract import (
    Adapter,
    Api,
    Asked,
    Consent,
    Fee,
    Granted,
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
    PublishError,
    Rate,
    Receipt,
    Rejected,
    Scope,
    Session,
    Spec,
)
from adapters.http import Visible
from adapters.text import addresses, plain
from adapters.weighted import addresses_in, weighted
from adapters.x_account import UPLOAD_LIVES, Account, is_by_consent
from adapters.x_answers import Duplicate, MediaGone


class X(Adapter):
    """Posts as one account. X has no keys for repeats; it refuses the same words again, and shows what is out."""

    class Settings(BaseModel):
        """What posts cost and how long they may be; the account itself is the place."""

        model_config = ConfigDict(extra="forbid", frozen=True)
        base: str = Field("https://api.x.com", description="the API's address")
        login: str = Field("https://x.com", description="where the account's owner is asked for consent")
        max_weighted: int = Field(280, ge=280, le=25_000, description="the longest text; more with X Premium")
        post_price: Decimal = Field(Decimal("0.015"), ge=0, description="US dollars for a post without a link")
        link_price: Decimal = Field(Decimal("0.200"), ge=0, description="US dollars for a post with a link")
        alt_price: Decimal = Field(Decimal("0.005"), ge=0, description="US dollars for one picture's description")
        read_price: Decimal = Field(
            Decimal("0.001"), ge=0, description="US dollars for each own post read; 0.005 where the app is not yours"
        )
        account_price: Decimal = Field(Decimal("0.010"), ge=0, description="US dollars for asking whose account it is")
        delete_price: Decimal = Field(Decimal("0.010"), ge=0, description="US dollars for taking a post down")

        @field_validator("base")
        @classmethod
        def _bare(cls, value: str) -> str:
            return (value if "://" in value else f"https://{value}").rstrip("/")

    class Credentials(BaseModel):
        """From console.x.com: the app's id, for `jarshy auth`; or four strings, made once the app may write."""

        model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True)
        api_key: str = Field("", repr=False)
        api_secret: str = Field("", repr=False)
        access_token: str = Field("", repr=False)
        access_secret: str = Field("", repr=False)
        client_id: str = ""
        client_secret: str = Field("", repr=False)

    settings: Settings
    spec: ClassVar[Spec] = Spec(
        network="x",
        title="X",
        docs="https://docs.x.com/x-api/posts/create-post",
        checked=date(2026, 11, 22),
        api=Api("2"),
        limits=Limits(
            text=280,
            link_cost=23,
            alt=1000,
            media=4,
            pictures=Pictures(size=5 * 1024 * 1024, side=4096, mimes=("image/jpeg", "image/png", "image/webp")),
        ),
        target=250,
        # A request held up on its way may arrive later, and X tells nobody how long it remembers words.
        find_lag=timedelta(seconds=150),
        per_day=30,
        rates=(Rate(100, timedelta(minutes=15)), Rate(10_000, timedelta(days=1), Scope.APP)),  # sheet of 2026-11-22, 4
        rotates=True,
        warnings=(
            'an access token made before the app was set to "Read and write" may not post: make it anew afterwards',
            "credits are bought ahead: with none left, or at the app's spending limit, X refuses every post",
        ),
        remarks={"renew": "where the app's id is given in place of the four strings"},
        price="$0.20 for a post with a link, $0.015 without, $0.005 for a picture's description, "
        "$0.01 for taking one down (2026-08)",
    )

    def body(self, post: Post) -> dict[str, Json]:
        """Write each picture's description, then the post; its card X draws itself, from the last address in it."""
        made: dict[str, Json] = {
            f"alt {n}": {"id": {"$memo": _upload(media)}, "metadata": {"alt_text": {"text": media.alt}}}
            for n, media in enumerate(post.media, 1)
            if media.alt
        }
        tweet: Json = {"text": _sent(post)}
        if post.media:
            tweet["media"] = {"media_ids": [{"$memo": _upload(media)} for media in post.media]}
        if post.parent:
            tweet["reply"] = {"in_reply_to_tweet_id": post.parent.id}
        return made | {"tweet": tweet}

    @classmethod
    def measure(cls, post: Post, limits: Limits) -> tuple[Problem, ...]:
        """Count the text as it is sent, by X's weights, and what it carries."""
        return problems([("text", weighted(_sent(post)), limits.text), *carried(post, limits)])

    def price(self, post: Post) -> Decimal | None:
        """Reckon the post itself, dearer with a link.

        What X takes for a link is published nowhere; a bare domain in the words becomes one, so it counts.
        """
        prices, sent = self.settings, _sent(post)
        is_linked = addresses(sent) or addresses_in(sent)
        return prices.link_price if is_linked else prices.post_price

    def fees(self, post: Post) -> Decimal:
        """Reckon the descriptions: they are paid for also where no post comes of them."""
        return self.settings.alt_price * sum(1 for media in post.media if media.alt)

    async def limits(self) -> Limits:
        """Take the length from the settings: X tells nobody which accounts may write longer posts."""
        return replace(self.spec.limits, text=self.settings.max_weighted)

    async def publish(self, post: Post, *, key: str, memo: Memo, intent: Intent) -> Receipt:
        """Note the newest post of the account, so that `find` knows where to begin; upload; send."""
        is_doubtful = memo.read("doubt") == "true"  # an earlier try of these words may be out
        me = await self._account.known(memo)
        before = await self._before(me["id"], memo)
        try:
            content = await self._prepared(post, memo)
            memo.note("channel:last_mark", json.dumps(before["post"]))
            memo.note("doubt", "true")
            how = self._account.how("/2/tweets", "post", read=answers.made)
            visible = Visible(intent, content)
            sent: str = await self.http.json("POST", visible=visible, json=content["tweet"], **how)
        except Duplicate as e:
            if is_doubtful:
                memo.note("duplicate", "true")
                raise
            memo.note("doubt", "false")
            raise Rejected(f"X does not take the same words again so soon ({e.detail})") from e
        except PublishError as e:
            if not e.may_exist and not is_doubtful:
                memo.note("doubt", "false")
            if isinstance(e, MediaGone):
                for media in post.media:
                    await memo.forget(_upload(media))
            raise
        return _receipt(me, sent, memo)

    async def find(self, post: Post, *, key: str, memo: Memo, asked: Asked) -> Receipt | None:
        """Read the account's posts since before the first try; words and addresses must be the same."""
        age = self.clock.now() - asked.last  # as the look begins: it may miss what arrives meanwhile
        before = json.loads(memo.read("before") or "null")
        since = before or await self._since(asked, memo)
        found = await self._account.search(since["account"], _sent(post), since["post"])
        if found:
            return _receipt(await self._account.known(memo), found.id, memo)
        if age < self.spec.find_lag:
            look_again = timedelta(seconds=20 if age < timedelta(seconds=20) else 60)
            wait = min(look_again, self.spec.find_lag - age)
            raise NotYet("not on the account so far; it may still arrive", retry_after=wait)
        if before is None:
            raise OutcomeUnknown("it is not on the account in these words, and how it was sent is not known")
        if memo.read("duplicate"):
            raise OutcomeUnknown(
                "X refuses these words as a repetition, but shows no post of them since the first try: "
                "somebody may have posted them before"
            )
        return None

    async def _before(self, number: str, memo: Memo) -> Json:
        """Tell the newest post from before the first try; of the first with these keys, where others came since."""
        ask = partial(self._account.before, number, memo)
        before: Json = json.loads(await memo.step("before", ask))
        if before["account"] == number:
            return before
        await memo.forget("before")
        return dict(json.loads(await memo.step("before", ask)))

    async def _since(self, asked: Asked, memo: Memo) -> Json:
        """Tell where a search may begin for a try whose notes are lost; what it does not find proves nothing."""
        if not asked.mark:
            raise OutcomeUnknown("it is not known which posts the account had before")
        return {"account": (await self._account.known(memo))["id"], "post": asked.mark}

    async def delete(self, receipt: Receipt) -> None:
        """Delete the post."""
        await self._account.delete(receipt.id)

    async def verify(self) -> Identity:
        """Ask whose keys these are; what they may do shows only in a post."""
        return await self._account.identity()

    def renews(self) -> bool:
        """Tell whether the account works by consent: the four strings never end, and go first where both are given."""
        return is_by_consent(self.session)

    def consent(self) -> Consent:
        """Ask for everything a post needs, and for a token that renews the other, which serves two hours."""
        return self._account.consent(self.settings.login)

    async def connect(self, granted: Granted) -> Session:
        """Begin a session."""
        return await self._account.begun(granted)

    async def renew(self, session: Session) -> Session:
        """Make new tokens of the one that serves once."""
        return await self._with(session).renewed()

    async def _prepared(self, post: Post, memo: Memo) -> Json:
        """Upload and describe what the post carries, once a day at most; returns its body filled in."""
        for media in post.media:
            await memo.step(_upload(media), partial(self._account.upload, media), lives=UPLOAD_LIVES)
        content: Json = fill(self.body(post), memo.read)
        for part in list(content.values())[:-1]:
            await memo.step(f"alt {part['id']}", partial(self._account.describe, part), lives=UPLOAD_LIVES)
        return content

    @cached_property
    def _account(self) -> Account:
        return self._with(self.session)

    def _with(self, session: Session) -> Account:
        return Account(self.settings.base, session, self.http, self.clock, paid=self._paid)

    async def _paid(self, fee: Fee, number: int, *, is_sure: bool = True) -> None:
        """Tell what X asks for so many of something beside the post."""
        prices = self.settings
        each: dict[Fee, Decimal] = {
            "account": prices.account_price,
            "posts": prices.read_price,
            "description": prices.alt_price,
            "deletion": prices.delete_price,
        }
        if amount := each[fee] * number:
            await self.charge(fee, amount, is_sure=is_sure)


def _receipt(me: Json, number: str, memo: Memo) -> Receipt:
    memo.note("channel:last_mark", json.dumps(number))
    return Receipt(number, f"https://x.com/{quote(me['username'], safe='')}/status/{number}", mark=number)


def _upload(media: Media) -> str:
    return f"media {media.sha256}"


def _sent(post: Post) -> str:
    """Return the words as they are sent: an address that words or card only hide is written out."""
    return plain(post.text, post.marks, post.card.url if post.card else "")

"""LinkedIn, as a page or a member: https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api."""

import json
import re
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from typing import ClassVar
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from adapters import linkedin_posts as posts
from adapters.accounted import known, note_out
from adapters.body import fill
from adapters.contract import (
    Adapter,
    Api,
    Asked,
    Consent,
    Granted,
    Identity,
    Intent,
    Json,
    Limits,
    Memo,
    NotSent,
    NotYet,
    OutcomeUnknown,
    PictureRefused,
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
    Withdrawn,
)
from adapters.http import Visible
from adapters.linkedin_account import Account
from adapters.linkedin_posts import Duplicate, Missing

_VERSION = "202609"
# LinkedIn does not tell how long it keeps a picture no post has taken; a day is a choice of ours.
_IMAGE_LIVES = timedelta(days=1)
_CLOCKS_MAY_DIFFER = timedelta(hours=1)
# How long taking a picture in may last, LinkedIn does not tell; a picture that lasts longer is uploaded anew once.
_TAKEN_IN_FOR = timedelta(hours=1)
# Each look at a member's is a call of the day's hundred, so that looks grow apart: some eight in the hour.
_LOOK_AGAIN, _LOOKS_APART = timedelta(seconds=15), timedelta(minutes=20)


def _api(version: str) -> Api:
    """Tell a version's end: the 15th of its month, a year later (202604 lives to 2027-04-15, sheet of 2026-11-22)."""
    return Api(version, date(int(version[:4]) + 1, int(version[4:]), 15))


class LinkedIn(Adapter):
    """Posts as one author. LinkedIn has no keys for repeats; it refuses the same words again, and names the first."""

    class Settings(BaseModel):
        """Who posts, and by which version of the API."""

        model_config = ConfigDict(extra="forbid", frozen=True)
        author: str = Field(
            pattern=r"^urn:li:(organization:[0-9]+|person:[A-Za-z0-9_-]+)$",
            description="who posts: urn:li:organization:NUMBER for a page, urn:li:person:ID for a member",
        )
        version: str = Field(
            _VERSION, pattern=r"^20[0-9]{2}(0[1-9]|1[0-2])$", description="the API's version, such as 202609"
        )
        base: str = Field("https://api.linkedin.com", description="the API's address")
        oauth: str = Field("https://www.linkedin.com/oauth/v2", description="where tokens are renewed and asked about")

    class Credentials(BaseModel):
        """The app's id and secret, for `jarshy auth`; or an access token, with a refresh token where there is one."""

        model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True)
        token: str = Field("", repr=False)
        client_id: str = ""
        client_secret: str = Field("", repr=False)
        refresh_token: str = Field("", repr=False)

    settings: Settings
    spec: ClassVar[Spec] = Spec(
        network="linkedin",
        title="LinkedIn",
        docs="https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api",
        checked=date(2026, 11, 22),
        api=_api(_VERSION),
        # 3000 is the app's figure, and counts escapes; 4086 for a description is a belief; pictures are bound by their
        # pixels only, bytes and sides are choices of ours (sheet of 2026-11-22, 3). LinkedIn takes 20, but each costs
        # three calls of a day's quota, which is 100 in the smallest tier: 10 is a choice of ours.
        limits=Limits(
            text=3000,
            alt=4086,
            media=10,
            pictures=Pictures(size=8_000_000, side=4096, area=36_152_319),
            thumb=Pictures(size=4_000_000, side=1200),
        ),
        target=600,
        find_lag=timedelta(seconds=150),  # a request held up on its way may arrive later
        # Tokens live 60 days, and where nobody may refresh them people are told 14 days ahead.
        renew_ahead=timedelta(days=15),
        # An app in the Development tier, the smallest there is; of others the numbers are not published. Calls are
        # counted: one for a post, and three more for each picture (sheet, 1 and 4).
        rates=(
            Rate(100, timedelta(days=1), day_of="UTC", counts="calls"),
            Rate(500, timedelta(days=1), Scope.APP, day_of="UTC", counts="calls"),
        ),
        replies=False,
        warnings=(
            "without a refresh token, which only approved apps get, the account is to be connected every 60 days",
        ),
        remarks={
            "find": "of a page; nobody may read what a member posted",
            "edit": "its words only",
            "renew": "if LinkedIn gave a refresh token, as it does to approved apps",
        },
    )

    def api(self) -> Api:
        """Tell the version that is set, and its end."""
        return _api(self.settings.version)

    def body(self, post: Post) -> dict[str, Json]:
        """Write the one call."""
        return {"post": posts.request(post, self.settings.author)}

    @classmethod
    def measure(cls, post: Post, limits: Limits) -> tuple[Problem, ...]:
        """Count the words with their escapes, and what the post carries."""
        return posts.measure(post, limits)

    async def publish(self, post: Post, *, key: str, memo: Memo, intent: Intent) -> Receipt:
        """Upload, wait until pictures are taken in, send."""
        if post.parent:
            raise Rejected("a post on LinkedIn cannot answer another one")
        await self._prepare(post, memo)
        is_doubtful = memo.read("doubt") == "true"  # an earlier try of this post may be out
        memo.note("began", memo.read("began") or json.dumps(self.clock.now().isoformat()))
        memo.note("doubt", "true")
        try:
            out = await self._send(fill(self.body(post), memo.read), intent)
        except Duplicate as e:
            if is_doubtful:
                return self._noted(await self._ours(post, memo, refusal=e), memo)
            memo.note("doubt", "false")
            where = f": {posts.receipt(e.original).url}" if e.original else ""
            raise Rejected(f"LinkedIn does not take the same words again{where} ({e.detail})") from e
        except PublishError as e:
            if not e.may_exist and not is_doubtful:
                memo.note("doubt", "false")
            if isinstance(e, Rejected):
                is_stuck = self._still_taken_in(post, memo, e)
                await self._pictures_gone(post, memo, e, is_surely=is_stuck)
            raise
        except Withdrawn:
            memo.note("doubt", json.dumps(is_doubtful))
            raise
        return self._noted(out, memo)

    async def find(self, post: Post, *, key: str, memo: Memo, asked: Asked) -> Receipt | None:
        """Read the page's posts since the first try; of a member's nobody can tell."""
        # Reckoned as the look begins: it may miss what arrives meanwhile.
        early = asked.last + self.spec.find_lag - self.clock.now()
        if not self._account.is_page:
            raise OutcomeUnknown(
                "LinkedIn lets nobody read what a member has posted: look at the profile; if the post is not there, "
                "sending it again is safe, since LinkedIn refuses the same words twice"
            )
        source = post.card.url if post.card and not post.media else ""
        accounted, since = set(known(asked.mark)), asked.first - _CLOCKS_MAY_DIFFER
        try:
            words = posts.unescape(posts.commentary(post))
            found = await self._account.search(words, source, since=since, known=accounted)
        except Rejected as e:  # a refusal of the question says nothing about a post
            raise OutcomeUnknown(e.detail) from e
        if found:
            return self._noted(found, memo)
        if early > timedelta(0):
            raise NotYet("not on the page so far; it may still arrive", retry_after=early)
        if other := memo.read("other"):
            raise OutcomeUnknown(json.loads(other))
        return None

    async def edit(self, receipt: Receipt, post: Post, *, memo: Memo) -> Receipt:
        """Change the words; card and pictures stay, as LinkedIn changes neither."""
        changes = {"patch": {"$set": {"commentary": posts.commentary(post)}}}
        how = self._account.how(_path(receipt), "edit", restli="PARTIAL_UPDATE")
        await self.http.json("POST", read=lambda answer: None, json=changes, **how)
        return receipt

    async def delete(self, receipt: Receipt) -> None:
        """Delete the post; LinkedIn answers the same whether it was there or not."""
        try:
            how = self._account.how(_path(receipt), "delete", restli="DELETE")
            await self.http.json("DELETE", read=lambda answer: None, **how)
        except Missing:
            return

    async def verify(self) -> Identity:
        """Ask whose token this is and what it may do."""
        return await self._account.identity()

    def consent(self) -> Consent:
        """Ask for what the author needs to post."""
        return self._account.consent()

    async def connect(self, granted: Granted) -> Session:
        """Begin a session."""
        return self._account.begun(granted)

    async def renew(self, session: Session) -> Session:
        """Take a new access token where there is a refresh token; else tell until when the pasted one serves."""
        return await Account(self.settings, session, self.http, self.clock).renew()

    async def _prepare(self, post: Post, memo: Memo) -> None:
        """Upload all pictures, then wait for each: the first is taken in while the others travel."""
        uploads = posts.pictures(post)
        for name, media in uploads.items():
            await memo.step(name, partial(self._account.upload, media), lives=_IMAGE_LIVES)
        for name in uploads:
            image = json.loads(memo.read(name) or "null")
            await memo.step(f"ready {image}", partial(self._account.settle, image), lives=_IMAGE_LIVES)

    async def _send(self, content: Json, intent: Intent) -> Receipt:
        heard: Json = {}
        return await self.http.json(
            "POST",
            read=lambda answer: posts.created(heard),
            hear=heard.update,
            visible=Visible(intent, content),
            json=content["post"],
            **self._account.how("rest/posts", "post"),
        )

    async def _ours(self, post: Post, memo: Memo, *, refusal: Duplicate) -> Receipt:
        """Tell whether the post LinkedIn names is an earlier try of ours; until that is known it may be."""
        urn, began = refusal.original, datetime.fromisoformat(json.loads(memo.read("began") or '""'))
        at = posts.born(urn) if urn else None
        if urn and self._account.is_page:
            at = await self._made(urn, refusal, born=at)
        others = set(known(memo.read("channel:last_mark"))) - {json.loads(memo.read("out") or '""')}
        if at and urn not in others and at >= began - _CLOCKS_MAY_DIFFER:
            return posts.receipt(urn)
        where = f"at {posts.receipt(urn).url}" if at else "nobody can tell where"
        told = f"LinkedIn refuses these words as a repetition of a post that is not this one, {where}"
        memo.note("other", json.dumps(told))
        raise OutcomeUnknown(f"{told} ({refusal.detail})")

    async def _made(self, urn: str, refusal: Duplicate, *, born: datetime | None) -> datetime:
        """Read when the named post was made; one that is gone may only be hidden as long as it is new."""
        try:
            return (await self._account.get(urn)).at
        except Missing as e:
            if born and self.clock.now() - born > self.spec.find_lag:
                told = "LinkedIn does not take these words again so soon after a post of them was taken down"
                raise Rejected(f"{told} ({refusal.detail})") from e
            raise OutcomeUnknown(f"{refusal.detail}; {e.detail}") from e
        except PublishError as e:
            raise OutcomeUnknown(f"{refusal.detail}; {e.detail}") from e

    def _still_taken_in(self, post: Post, memo: Memo, refusal: Rejected) -> bool:
        """Where a refusal says that a picture is still taken in, wait: of a member's nobody may ask. True: in vain."""
        if not posts.pictures(post) or not posts.is_taking_in(refusal):
            return False
        now, noted = self.clock.now(), json.loads(memo.read("taken in since") or "null")
        since = datetime.fromisoformat(noted) if noted else now
        memo.note("taken in since", json.dumps(since.isoformat()))
        if now - since < _TAKEN_IN_FOR:
            raise NotYet(refusal.detail, retry_after=min(max(now - since, _LOOK_AGAIN), _LOOKS_APART)) from refusal
        return True

    async def _pictures_gone(self, post: Post, memo: Memo, refusal: Rejected, *, is_surely: bool) -> None:
        """Where a refusal names a picture, upload it anew once; then it is the picture that is refused."""
        named = {name: json.loads(memo.read(name) or '""') for name in posts.pictures(post)}
        is_named = any(re.search(rf"{re.escape(image)}(?!\w)", refusal.detail) for image in named.values() if image)
        if not is_named and not is_surely:
            return
        if memo.read("again"):
            raise PictureRefused(refusal.detail) from refusal
        memo.note("again", "true")
        memo.note("taken in since", "null")
        for name, image in named.items():
            await memo.forget(f"ready {image}")
            await memo.forget(name)
        raise NotSent(refusal.detail, is_outage=False) from refusal

    @staticmethod
    def _noted(out: Receipt, memo: Memo) -> Receipt:
        """Keep which posts are accounted for: a look for a lost one that says the same must not take one of them."""
        note_out(memo, out.id)
        memo.note("out", json.dumps(out.id))
        return out

    @cached_property
    def _account(self) -> Account:
        return Account(self.settings, self.session, self.http, self.clock)


def _path(receipt: Receipt) -> str:
    return f"rest/posts/{quote(receipt.id, safe='')}"

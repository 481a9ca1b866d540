"""Facebook Pages, over Meta's Graph API: https://developers.facebook.com/docs/graph-api/reference/page/feed/."""

import asyncio
import json
from datetime import date, datetime, timedelta
from functools import partial
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from adapters import facebook_body as bodies
from adapters import facebook_page as page
from adapters import graph
from adapters.accounted import note_out
from adapters.body import fill, form, uploading
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
    Media,
    Memo,
    NotSent,
    NotYet,
    OutcomeUnknown,
    Pictures,
    Post,
    Problem,
    PublishError,
    Receipt,
    Rejected,
    Scope,
    Session,
    Spec,
)
from adapters.facebook_page import Page
from adapters.graph import Double, Forbidden, Missing, PhotosUsed
from adapters.http import Visible
from adapters.meta_login import login_of

# Short, so that call and look together end before the channel's lease does.
_LOOK = 5.0
# The papers say "about two years" and name no day (sheet of 2026-11-22, 0).
_VERSION = "v26.0"
_ASKED = ("pages_show_list", "pages_read_engagement", "pages_manage_posts")


class Facebook(Adapter):
    """Posts as one page: a draft nobody sees, then one repeatable call that shows it; or directly."""

    class Settings(BaseModel):
        """The page, and how posts get there."""

        model_config = ConfigDict(extra="forbid", frozen=True)
        page: str = Field(pattern=r"^[0-9]+$", description="the page's number")
        mode: Literal["draft_flip", "direct"] = Field(
            "draft_flip",
            description="draft_flip: as a draft that is shown once; direct: where a page keeps drafts hidden",
        )
        base: str = Field("https://graph.facebook.com", description="the API's address")
        app_id: str = Field(
            "",
            pattern=r"^[0-9]*$",
            description="the app's number; beside its secret it lets consent and the token's end be asked",
        )
        login: str = Field("https://www.facebook.com", description="where the page's owner is asked for consent")
        version: str = Field(_VERSION, pattern=r"^v[0-9]+\.[0-9]+$", description="the API's version, such as v26.0")

    class Credentials(BaseModel):
        """The page's own access token, and the secret of the app; without a token `jarshy auth` asks for one."""

        model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True)
        token: str = Field("", repr=False)
        app_secret: str = Field("", repr=False)

    settings: Settings
    spec: ClassVar[Spec] = Spec(
        network="facebook",
        title="Facebook",
        docs="https://developers.facebook.com/docs/graph-api/reference/page/feed/",
        checked=date(2026, 11, 22),
        api=Api(_VERSION),
        # 63,206 is what every tool counts with, and no page of Meta's says it; 10 pictures and 1000 characters of
        # description are choices of ours. The error for a bad picture names 4 MB, JPEG and PNG (sheet, 3).
        limits=Limits(text=63206, alt=1000, media=10, pictures=Pictures(size=4_000_000, side=2048)),
        target=250,
        # Only `direct` needs it: a call held up on its way may arrive later, and nothing keeps it from being a double.
        # The look at the end of it is the one the sheet (5 B) asks for a minute after the first.
        find_lag=timedelta(seconds=150),
        replies=False,
        warnings=("while the app is in development mode, only people with a role in it see its posts",),
        remarks={"edit": "its words only"},
    )

    def api(self) -> Api:
        """Tell the version that is set; of another than ours no end is known."""
        version = self.settings.version
        return self.spec.api if version == self.spec.api.version else Api(version)

    def body(self, post: Post) -> dict[str, Json]:
        """Write the uploads, then the draft and the call that shows it, or the post itself."""
        parts = bodies.photos(post)
        if self.settings.mode == "direct":
            return parts | {"post": bodies.feed(post, published=True)}
        return parts | {"draft": bodies.feed(post, published=False), "flip": {"is_published": True}}

    @classmethod
    def measure(cls, post: Post, limits: Limits) -> tuple[Problem, ...]:
        """Count characters and pictures."""
        return bodies.measure(post, limits)

    async def publish(self, post: Post, *, key: str, memo: Memo, intent: Intent) -> Receipt:
        """Show a draft that is made once, or post directly."""
        if post.parent:
            raise Rejected("a post on a Facebook page cannot answer another one")
        graph.pace(memo, clock=self.clock)
        out = await (self._direct if self.settings.mode == "direct" else self._flip)(post, memo, intent)
        note_out(memo, out.id)
        return out

    async def find(self, post: Post, *, key: str, memo: Memo, asked: Asked) -> Receipt | None:
        """Look at the draft, or where there was none through the page's posts."""
        # Reckoned as the look begins: it may miss what arrives meanwhile.
        early = asked.last + self.spec.find_lag - self.clock.now()
        draft = memo.read("draft")
        try:
            found = await (self._page.look(json.loads(draft), memo) if draft else self._search(post, memo, asked))
        except Rejected as e:
            gone = "the draft is gone, and maybe was shown before: " if draft and isinstance(e, Missing) else ""
            raise OutcomeUnknown(f"{gone}{e.detail}") from e
        if found:
            note_out(memo, found.id)
        elif early > timedelta(0):
            raise NotYet("not on the page so far; it may still arrive", retry_after=early)
        return found

    async def edit(self, receipt: Receipt, post: Post, *, memo: Memo) -> Receipt:
        """Change the words; link and pictures stay, as Facebook changes neither."""
        words = {"message": bodies.message(post)}
        if not await self._page.send("POST", receipt.id, "edit", read=page.success, memo=memo, json=words):
            raise Rejected("Facebook did not take the new words")
        return receipt

    async def delete(self, receipt: Receipt) -> None:
        """Delete the post; "does not exist" is believed only of a page this token may post to."""
        try:
            await self._page.send("DELETE", receipt.id, "delete", read=page.success)
        except Missing as e:
            if missing := (await self.verify()).missing:
                raise Forbidden(f"the token lacks {', '.join(missing)}: {e.detail}", scope=Scope.CHANNEL) from e

    async def verify(self) -> Identity:
        """Ask whose token this is and what it may do; whether its app is live cannot be asked for."""
        return await self._page.identity()

    async def ends(self) -> datetime | None:
        """Ask until when the token serves and may read; only its app may ask, so without its number nobody does."""
        return await self._page.ends(self.settings.app_id)

    async def share(self) -> float | None:
        """Ask how much of the calls the page may make is used: 4800 in 24 hours for each reader who did anything."""
        return await self._page.share()

    def consent(self) -> Consent:
        """Ask for what a post needs."""
        return login_of(self, _ASKED).consent()

    async def connect(self, granted: Granted) -> Session:
        """Take the tokens of all pages the owner named: another channel of the account may post to another of them."""
        tokens = page.tokens_of(await login_of(self, _ASKED).pages(granted), self.settings.page)
        return Session(self.settings.page, {**self.session.tokens, **tokens})

    async def _flip(self, post: Post, memo: Memo, intent: Intent) -> Receipt:
        """Make a draft once, then show it: a call that changes nothing when it comes twice."""
        await self._upload(post, memo)
        draft = json.loads(await memo.step("draft", partial(self._draft, post, memo)))
        graph.pace(memo, clock=self.clock)  # what was just prepared has been counted too
        content = fill(self.body(post), memo.read)
        visible = Visible(intent, content)
        refused: PublishError | None = None
        try:
            sent = self._page.send(
                "POST", draft, "flip", read=page.success, memo=memo, visible=visible, json=content["flip"]
            )
            refused = None if await sent else page.stays_a_draft("Facebook said no")
        except Missing as e:
            await page.forget(memo, "draft", *bodies.photos(post))
            raise Rejected(f"the draft was taken off the page, maybe by somebody: {e.detail}") from e
        except Rejected as e:
            refused = e if isinstance(e, Double) else page.stays_a_draft(e.detail)
        return await self._shown(draft, memo, refused=refused)

    async def _shown(self, draft: str, memo: Memo, *, refused: PublishError | None) -> Receipt:
        """Read whether the draft is out: a no may be about what had been done before, a yes may mean nothing."""
        try:
            async with asyncio.timeout(_LOOK):
                found = await self._page.look(draft, memo)
        except (PublishError, TimeoutError) as e:
            if refused:
                raise OutcomeUnknown(refused.detail) from e
            return page.receipt({"id": draft})
        if found is None:
            raise refused or page.stays_a_draft("although Facebook said yes")
        return found

    async def _direct(self, post: Post, memo: Memo, intent: Intent) -> Receipt:
        if out := await self._withdrawn(post, memo):
            return out
        began = memo.read("began")
        if began is None:
            memo.note("began", json.dumps([self.clock.now().isoformat(), memo.read("channel:last_mark")]))
        await self._upload(post, memo)
        graph.pace(memo, clock=self.clock)
        content = fill(self.body(post), memo.read)
        feed, visible = f"{self.settings.page}/feed", Visible(intent, content)
        also = {"fields": "id,permalink_url"}
        try:
            return await self._page.send(
                "POST", feed, "post", read=page.receipt, memo=memo, visible=visible, params=also, json=content["post"]
            )
        except Double as e:
            return await self._ours(post, memo, began, refusal=e)
        except Missing as e:
            raise await self._nowhere(post, memo, e) from e

    async def _withdrawn(self, post: Post, memo: Memo) -> Receipt | None:
        """Take away a draft of the other mode, so that no call under way can show it; Receipt: it is out already."""
        left = memo.read("draft")
        if left is None:
            return None
        draft = json.loads(left)
        try:
            if out := await self._page.look(draft, memo):
                return out
            await self._page.send("DELETE", draft, "draft", read=page.success, memo=memo)
        except Missing:
            pass
        # Pictures a draft had serve no other post. The draft goes last, so that a crash here only repeats this.
        await page.forget(memo, *bodies.photos(post), "draft")
        return None

    async def _ours(self, post: Post, memo: Memo, began: str | None, *, refusal: Double) -> Receipt:
        """Tell whether what the page has already is this post, from an earlier try; the very first try made none."""
        if began is None or memo.read("doubted"):
            await page.forget(memo, *bodies.photos(post))
            if began is None and post.media and isinstance(refusal, PhotosUsed):  # by a draft whose answer was lost
                raise NotSent(refusal.detail) from refusal
            raise refusal
        at, mark = json.loads(began)
        first = datetime.fromisoformat(at)
        try:
            found = await self._search(post, memo, Asked(first, first, mark))
        except PublishError as e:
            raise OutcomeUnknown(f"{refusal.detail}; {e.detail}") from e
        if found is None:
            memo.note("doubted", "true")
            raise OutcomeUnknown(refusal.detail)
        return found

    async def _search(self, post: Post, memo: Memo, asked: Asked) -> Receipt | None:
        link = post.card.url if post.card and not post.media else ""
        return await self._page.search(bodies.message(post), link, memo=memo, asked=asked)

    async def _upload(self, post: Post, memo: Memo) -> None:
        for media, (name, part) in zip(post.media, bodies.photos(post).items(), strict=True):
            await memo.step(name, partial(self._photo, media, part, memo))

    async def _photo(self, media: Media, part: Json, memo: Memo) -> str:
        photos, upload = f"{self.settings.page}/photos", form(part, "source", media)
        with uploading():
            try:
                sent = self._page.repeat("POST", photos, "photo", read=page.created, memo=memo, **upload)
                return json.dumps(await sent)
            except Missing as e:
                raise self._page.unseen(e) from e

    async def _draft(self, post: Post, memo: Memo) -> str:
        feed, made = f"{self.settings.page}/feed", fill(self.body(post)["draft"], memo.read)
        try:
            return json.dumps(await self._page.send("POST", feed, "draft", read=page.created, memo=memo, json=made))
        except Missing as e:
            raise await self._nowhere(post, memo, e) from e
        except Rejected as e:
            await page.forget(memo, *bodies.photos(post))
            if isinstance(e, Double) and post.media:  # a draft whose answer was lost has them already
                raise NotSent(e.detail) from e
            raise

    async def _nowhere(self, post: Post, memo: Memo, refusal: Missing) -> PublishError:
        """Say what is missing: a picture, which the next try uploads anew, or the page, which that upload names."""
        if not post.media:
            return self._page.unseen(refusal)
        await page.forget(memo, *bodies.photos(post))
        return NotSent(refusal.detail)

    @property
    def _page(self) -> Page:
        base = f"{self.settings.base.rstrip('/')}/{self.settings.version}"
        return Page(self.settings.page, base, self.session, self.http, self.clock)

"""TikTok, a film by upload, as a draft or directly: https://developers.tiktok.com/doc/content-posting-api-get-started."""

import json
from datetime import date, timedelta
from functools import partial
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from adapters import tiktok_account as account
from adapters import tiktok_answers as answers
from adapters.body import fill, problems
from adapters.contract import (
    Adapter,
    Api,
    Asked,
    AuthFailed,
    Consent,
    Films,
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
    Post,
    Problem,
    PublishError,
    Rate,
    Receipt,
    Rejected,
    Scope,
    Session,
    Spec,
    StillWorking,
)
from adapters.http import Visible
from adapters.resumable import Out, Piece, look_after, mark
from adapters.text import plain, utf16
from adapters.tiktok_account import Account
from adapters.tiktok_answers import Lost, OutOfStep, Task

# An upload's address serves for an hour, and orphans end with it (sheet of 2026-11-22, 2 b).
_TASK_LIVES = timedelta(minutes=50)
_CREATOR_LIVES = timedelta(minutes=30)


class Tiktok(Adapter):
    """Uploads as one account, each post as a task of its own that can be asked how it stands."""

    class Settings(BaseModel):
        """Whether films become drafts or posts, and who sees the posts."""

        model_config = ConfigDict(extra="forbid", frozen=True)
        mode: Literal["draft", "direct"] = Field(
            "draft", description="draft: into the app's inbox, to be published there; direct: for audited apps"
        )
        privacy: Literal["PUBLIC_TO_EVERYONE", "FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"] = Field(
            "PUBLIC_TO_EVERYONE", description="who sees what is posted directly"
        )
        comments: bool = Field(False, description="whether readers may comment on what is posted directly")
        reuse: bool = Field(False, description="whether others may make duets and stitches of it")
        base: str = Field("https://open.tiktokapis.com", description="the API's address")
        login: str = Field("https://www.tiktok.com", description="where the account's owner is asked for consent")

    class Credentials(BaseModel):
        """The newsroom's own TikTok app, for `jarshy auth`; or its refresh token besides."""

        model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True)
        client_key: str = Field(min_length=1)
        client_secret: str = Field(min_length=1, repr=False)
        refresh_token: str = Field("", repr=False)

    settings: Settings
    spec: ClassVar[Spec] = Spec(
        network="tiktok",
        title="TikTok",
        docs="https://developers.tiktok.com/doc/content-posting-api-reference-direct-post",
        checked=date(2026, 11, 22),
        api=Api("v2"),
        # 2200 UTF-16 units; up to 4 GB and 10 minutes, of which no film of ours comes near (sheet, 3).
        limits=Limits(
            text=2200, media=1, films=Films(size=256 * 1024 * 1024, shortest=3, longest=180), least=1, bare=True
        ),
        target=250,
        # A task tells at once; a call held up on its way may finish it later, when the post has other words and with
        # them a task of its own.
        find_lag=timedelta(seconds=150),
        # Asked for up to a day (sheet of 2026-11-22, 2 e): moderation can take hours.
        find_for=timedelta(hours=24),
        form="video",
        rates=(Rate(6, timedelta(minutes=1)),),
        replies=False,
        rotates=True,
        warnings=("direct posts of an app TikTok has not audited are seen by the account itself only",),
        remarks={"edit": "in the app only", "delete": "in the app only"},
    )

    def body(self, post: Post) -> dict[str, Json]:
        """Write what is said when the task is opened, then the film, whose last byte starts the posting."""
        film = {"$media": post.media[0].sha256} if post.media else {}
        source = {"source_info": account.source(post.media[0])} if post.media else {}
        words = plain(post.text, post.marks, post.card.url if post.card else "")
        if self.settings.mode == "draft":
            return {"draft": {"post_info": {"title": words}, **source}, "upload": film}
        told = {
            "title": words,
            "privacy_level": self.settings.privacy,
            "disable_comment": not self.settings.comments,
            "disable_duet": not self.settings.reuse,
            "disable_stitch": not self.settings.reuse,
            "brand_content_toggle": False,
            "brand_organic_toggle": False,
        }
        return {"init": {"post_info": told, **source}, "upload": film}

    @classmethod
    def measure(cls, post: Post, limits: Limits) -> tuple[Problem, ...]:
        """Count UTF-16 units, and the film."""
        words = plain(post.text, post.marks, post.card.url if post.card else "")
        counts = [("text", utf16(words), limits.text), ("media", len(post.media), limits.media)]
        for each in post.media if limits.films else ():
            counts.append(("media_format", int(not each.mime.startswith("video/")), 0))
            if limits.films:
                counts.append(("film_bytes", each.size, limits.films.size))
                counts.append(("film_seconds", round(each.seconds), round(limits.films.longest)))
        return problems(counts)

    async def publish(self, post: Post, *, key: str, memo: Memo, intent: Intent) -> Receipt:
        """Open a task once, bring all but the last piece, then the last one."""
        film = account.film(post)
        is_resumed = memo.read("task") is not None
        if self.settings.mode == "direct":
            await memo.step("creator", self._creator, lives=_CREATOR_LIVES)
        try:
            opening = memo.step("task", partial(self._begin, post, memo), lives=_TASK_LIVES, secret=True)
            task = json.loads(await opening)
        except Out as e:
            return e.receipt
        start = _noted(memo, task["id"])
        if is_resumed and account.piece(film, start).end < film.size:
            stands = await self._stands(task, memo)
            if stands.is_out:
                return self._receipt(task, memo, stands)
            start = stands.stored
        while not (part := account.piece(film, start)).is_last:
            start = json.loads(
                await memo.step(f"piece {mark(task['id'])} {start}", partial(self._bring, task, film, part))
            )
        memo.note("began", json.dumps(task["id"]))
        visible = Visible(intent, fill(self.body(post), memo.read))
        try:
            await self._account.bring(task["url"], film, part, visible)
        except OutOfStep as e:
            return await self._sorted_out(task, film, memo, refusal=e)
        return await self._seen(task, memo)

    async def find(self, post: Post, *, key: str, memo: Memo, asked: Asked) -> Receipt | None:
        """Ask the task how it stands; without one there can be no post."""
        early = asked.last + self.spec.find_lag - self.clock.now()
        began = memo.read("began")  # outlives the upload's address
        if began is None:
            raise OutcomeUnknown("the upload is not known any more; look at the account")
        task = {"id": json.loads(began)}
        try:
            stands = await self._account.task(task["id"])
        except Rejected as e:
            raise OutcomeUnknown(e.detail) from e
        if stands.is_out:
            return self._receipt(task, memo, stands)
        if stands.may_begin_anew:
            await memo.forget("task")
            return None
        if stands.state == "FAILED":
            raise answers.failed(stands)
        if stands.stored >= account.film(post).size:
            raise NotYet(answers.WORKING, retry_after=look_after(self.clock.now() - asked.last))
        memo.note("stored", json.dumps([mark(task["id"]), stands.stored]))
        if early > timedelta(0):
            raise NotYet("not on TikTok so far; its last bytes may still arrive", retry_after=early)
        return None

    async def verify(self) -> Identity:
        """Ask whose account this is."""
        return await self._account.identity()

    def consent(self) -> Consent:
        """Ask for what drafts or posts need."""
        return self._account.consent(f"{self.settings.login.rstrip('/')}/v2/auth/authorize/", needs=self._needs)

    async def connect(self, granted: Granted) -> Session:
        """Begin a session."""
        return self._account.begun(granted)

    async def renew(self, session: Session) -> Session:
        """Make new tokens; each refresh token serves once."""
        return await account.renew(Account(self.settings.base, session, self.http, self.clock), needs=self._needs)

    @property
    def _needs(self) -> str:
        return "video.publish" if self.settings.mode == "direct" else "video.upload"

    async def _creator(self) -> str:
        found = await self._account.creator()
        if self.settings.privacy not in found["options"]:
            said = f"this account lets posts be seen by {', '.join(found['options'])}: set `privacy`"
            raise AuthFailed(said, scope=Scope.CHANNEL)
        return json.dumps(found)

    async def _begin(self, post: Post, memo: Memo) -> str:
        """Open a task, unless an earlier one is out, or still worked on. Raises Out."""
        if began := memo.read("began"):
            await self._look_at({"id": json.loads(began)}, post, memo)
        (name, request), *_ = self.body(post).items()
        path = "post/publish/inbox/video/init/" if name == "draft" else "post/publish/video/init/"
        return json.dumps(await self._account.begin(path, request))

    async def _look_at(self, earlier: Json, post: Post, memo: Memo) -> None:
        """Make sure that an earlier task makes no post any more. Raises Out where it did, NotYet where it may."""
        try:
            stands = await self._account.task(earlier["id"])
        except Lost:
            return
        if stands.is_out:
            raise Out(self._receipt(earlier, memo, stands))
        if stands.state != "FAILED" and stands.stored >= account.film(post).size:
            raise NotYet("TikTok still works on an earlier upload of it", retry_after=timedelta(minutes=1))

    async def _bring(self, task: Json, film: Media, part: Piece) -> str:
        try:
            await self._account.bring(task["url"], film, part)
        except OutOfStep as e:
            raise NotSent(f"{e.detail}: the next try asks how it stands", is_outage=False) from e
        return json.dumps(part.end)

    async def _stands(self, task: Json, memo: Memo) -> Task:
        try:
            stands = await self._account.task(task["id"])
        except Lost as e:
            await memo.forget("task")
            raise NotSent(f"{e.detail}; the next try uploads the film anew", is_outage=False) from e
        if stands.state == "FAILED":
            raise await _failed(stands, memo)
        return stands

    async def _sorted_out(self, task: Json, film: Media, memo: Memo, *, refusal: OutOfStep) -> Receipt:
        """Ask the task, where its last piece was refused: an earlier try may have brought it."""
        try:
            stands = await self._account.task(task["id"])
        except PublishError as e:
            raise OutcomeUnknown(f"{refusal.detail}; {e.detail}") from e
        if stands.is_out:
            return self._receipt(task, memo, stands)
        if stands.state == "FAILED":
            raise await _failed(stands, memo)
        if stands.stored >= film.size:
            raise StillWorking(answers.WORKING)
        memo.note("stored", json.dumps([mark(task["id"]), stands.stored]))
        if " 416" not in refusal.detail:
            await memo.forget("task")
        raise NotSent(f"{refusal.detail}: {stands.stored} of {film.size} bytes are there", is_outage=False)

    async def _seen(self, task: Json, memo: Memo) -> Receipt:
        """Look once whether it is out: that TikTok has the film says nothing of that."""
        try:
            stands = await self._account.task(task["id"])
        except PublishError as e:
            raise OutcomeUnknown(f"TikTok has the film, and does not say what became of it: {e.detail}") from e
        if stands.state == "FAILED":
            raise await _failed(stands, memo)
        if not stands.is_out:
            raise StillWorking(answers.WORKING)
        return self._receipt(task, memo, stands)

    def _receipt(self, task: Json, memo: Memo, stands: Task) -> Receipt:
        """Name what is out; a post's own number comes later, so until then its account is named."""
        if self.settings.mode == "draft":
            return Receipt(task["id"], is_draft=True)
        name = json.loads(memo.read("creator") or "{}").get("name", "")
        address = f"https://www.tiktok.com/@{name}" + (f"/video/{stands.posts[0]}" if stands.posts else "")
        return Receipt(task["id"], address if name else None, stands.posts)

    @property
    def _account(self) -> Account:
        return Account(self.settings.base, self.session, self.http, self.clock)


async def _failed(stands: Task, memo: Memo) -> PublishError:
    if stands.may_begin_anew:
        await memo.forget("task")
    return answers.failed(stands)


def _noted(memo: Memo, id_: str) -> int:
    of, there = json.loads(memo.read("stored") or '["", 0]')
    return int(there) if of == mark(id_) else 0

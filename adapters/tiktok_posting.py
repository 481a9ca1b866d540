"""How a post comes about on TikTok: a film by its last byte, photos by the call that names them, both as a task.

https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import ClassVar

from adapters import tiktok_account as account
from adapters.body import fill
from adapters.containers_parts import addressed, is_film
from adapters.contract import (
    Asked,
    Clock,
    Intent,
    Json,
    Media,
    Memo,
    NotSent,
    NotYet,
    OutcomeUnknown,
    Post,
    PublishError,
    Receipt,
    Rejected,
    StillWorking,
)
from adapters.http import Visible
from adapters.resumable import Out, Piece, look_after, mark
from adapters.tiktok_account import Account
from adapters.tiktok_answers import WORKING, Forbidden, Listed, Lost, OutOfStep, Task, failed, sought

# An upload's address serves for an hour, and orphans end with it (sheet of 2026-11-22, 2 b).
_TASK_LIVES = timedelta(minutes=50)
# TikTok gives up fetching after an hour (Media Transfer Guide); later than that nothing comes of a call.
_FETCHES_FOR = timedelta(minutes=70)
_CLOCKS_DIFFER = timedelta(minutes=1)
_NOBODY = "nobody"
"""Who sees a draft until somebody publishes it."""
_LISTS_SIGNS = 100
"""Of longer words the list has only the beginning: 150 signs."""


@dataclass(frozen=True, slots=True)
class Way:
    """One post on its way: what it says, what is remembered of it, and whom to ask. `lag`: of a call held up."""

    account: Account
    clock: Clock
    post: Post
    body: dict[str, Json]
    memo: Memo
    is_draft: bool
    lag: timedelta
    what: ClassVar[str] = ""

    async def came_of(self, id_: str, asked: Asked) -> Receipt | None:
        """Ask what came of a task. Raises what it failed for, NotYet while that is open."""
        try:
            stands = await self.account.task(id_)
        except Rejected as e:
            raise OutcomeUnknown(e.detail) from e
        if stands.is_out:
            return self.receipt(id_, stands)
        if stands.has_failed:
            await self.settled(stands)
            raise sought(stands, what=self.what)
        if self.may_end(stands):
            raise NotYet(WORKING[self.what], retry_after=look_after(self.clock.now() - asked.last))
        self.memo.note("stored", json.dumps([mark(id_), stands.stored]))
        if (early := asked.last + self.lag - self.clock.now()) > timedelta(0):
            raise NotYet("not on TikTok so far; its last bytes may still arrive", retry_after=early)
        return None

    async def look_at(self, id_: str) -> None:
        """Make sure that an earlier task makes no post any more. Raises Out where it did, NotYet where it may."""
        try:
            stands = await self.account.task(id_)
        except Lost:
            return
        if stands.is_out:
            raise Out(self.receipt(id_, stands))
        if not stands.has_failed and self.may_end(stands):
            raise NotYet(f"TikTok still works on an earlier {self.what} of it", retry_after=timedelta(minutes=1))

    def may_end(self, stands: Task) -> bool:
        """Whether a task can become a post without anything more from us."""
        return True

    async def seen(self, id_: str) -> Receipt:
        """Look once whether it is out: that TikTok took it says nothing of that."""
        try:
            stands = await self.account.task(id_)
        except PublishError as e:
            said = f"TikTok has the {self.what}, and does not say what became of it: {e.detail}"
            raise OutcomeUnknown(said) from e
        if stands.has_failed:
            raise await self.ended(stands)
        if not stands.is_out:
            raise StillWorking(WORKING[self.what])
        return self.receipt(id_, stands)

    async def ended(self, stands: Task) -> PublishError:
        """Say what a task failed for; one that may begin anew is forgotten."""
        await self.settled(stands)
        return failed(stands, what=self.what)

    async def settled(self, stands: Task) -> None:
        """Forget a task that failed and may begin anew."""
        if stands.may_begin_anew:
            await self.memo.forget("task")

    def receipt(self, id_: str, stands: Task) -> Receipt:
        """Name what is out; a post's own number comes later, so until then its account and its task are named."""
        if stands.is_draft:  # by the task and not by the settings, which may have changed since it was begun
            return Receipt(id_, is_draft=True)
        name = json.loads(self.memo.read("creator") or "{}").get("name", "")
        number = next(iter(stands.posts), "")
        kind = "photo" if self.what == "photos" else "video"
        address = f"https://www.tiktok.com/@{name}" + (f"/{kind}/{number}" if number else "")
        return Receipt(number or id_, address if name else None, stands.posts)

    def began(self) -> str:
        """Tell the task that may have become the post; "" where none is known."""
        return str(json.loads(self.memo.read("began") or "null") or "")


@dataclass(frozen=True, slots=True)
class Film(Way):
    """A film whose bytes are brought: nothing is out before the last of them."""

    what: ClassVar[str] = "film"

    async def publish(self, intent: Intent) -> Receipt:
        """Open a task once, bring all but the last piece, then the last one."""
        film, memo = self.film, self.memo
        if json.loads(memo.read("task") or "{}").get("as", self._said) != self._said:  # the settings say otherwise now
            await memo.forget("task")
        is_resumed = memo.read("task") is not None
        try:
            task = json.loads(await memo.step("task", self._begin, lives=_TASK_LIVES, secret=True))
        except Out as e:
            return e.receipt
        start = self._noted(task["id"])
        if is_resumed and account.piece(film, start).end < film.size:
            stands = await self._resumed(task)
            if stands.is_out:
                return self.receipt(task["id"], stands)
            start = start if stands.stored is None else stands.stored
        while not (part := account.piece(film, start)).is_last:
            start = json.loads(await memo.step(f"piece {mark(task['id'])} {start}", partial(self._bring, task, part)))
        memo.note("began", json.dumps(task["id"]))
        try:
            await self.account.bring(task["url"], film, part, Visible(intent, fill(self.body, memo.read)))
        except OutOfStep as e:
            return await self._sorted_out(task, refusal=e)
        return await self.seen(task["id"])

    async def find(self, asked: Asked) -> Receipt | None:
        """Ask the task how it stands; without one there can be no post."""
        if not (began := self.began()):  # outlives the upload's address
            raise OutcomeUnknown("the upload is not known any more; look at the account")
        return await self.came_of(began, asked)

    def may_end(self, stands: Task) -> bool:
        """Whether all of the film is there, as far as TikTok says."""
        return stands.stored is None or stands.stored >= self.film.size

    @property
    def film(self) -> Media:
        """The one film. Raises Rejected where there is anything else."""
        if len(self.post.media) != 1:
            raise Rejected("TikTok takes one film, or photos and no film")
        return self.post.media[0]

    async def _begin(self) -> str:
        """Open a task, unless an earlier one is out, or still worked on. Raises Out."""
        if began := self.began():
            await self.look_at(began)
        request = self._request
        path = "post/publish/inbox/video/init/" if self.is_draft else "post/publish/video/init/"
        return json.dumps(await self.account.begin(path, request) | {"as": self._said})

    @property
    def _said(self) -> str:
        """Name all that is said when a task is begun: whatever it was begun as, it becomes."""
        return mark(json.dumps([self.is_draft, self._request], sort_keys=True))

    @property
    def _request(self) -> Json:
        """The request that begins the task."""
        return dict(fill(next(iter(self.body.values())), self.memo.read))

    async def _bring(self, task: Json, part: Piece) -> str:
        try:
            await self.account.bring(task["url"], self.film, part)
        except OutOfStep as e:
            raise NotSent(f"{e.detail}: the next try asks how it stands", is_outage=False) from e
        return json.dumps(part.end)

    async def _resumed(self, task: Json) -> Task:
        try:
            stands = await self.account.task(task["id"])
        except Lost as e:
            await self.memo.forget("task")
            raise NotSent(f"{e.detail}; the next try uploads the film anew", is_outage=False) from e
        if stands.has_failed:
            raise await self.ended(stands)
        return stands

    async def _sorted_out(self, task: Json, *, refusal: OutOfStep) -> Receipt:
        """Ask the task, where its last piece was refused: an earlier try may have brought it."""
        try:
            stands = await self.account.task(task["id"])
        except PublishError as e:
            raise OutcomeUnknown(f"{refusal.detail}; {e.detail}") from e
        if stands.is_out:
            return self.receipt(task["id"], stands)
        if stands.has_failed:
            raise await self.ended(stands)
        if self.may_end(stands):
            raise StillWorking(WORKING[self.what])
        self.memo.note("stored", json.dumps([mark(task["id"]), stands.stored]))
        if " 416" not in refusal.detail:
            await self.memo.forget("task")
        raise NotSent(f"{refusal.detail}: {stands.stored} of {self.film.size} bytes are there", is_outage=False)

    def _noted(self, id_: str) -> int:
        of, there = json.loads(self.memo.read("stored") or '["", 0]')
        return int(there) if of == mark(id_) else 0


@dataclass(frozen=True, slots=True)
class Photos(Way):
    """Photos TikTok fetches by itself: the call that names them is the post."""

    what: ClassVar[str] = "photos"

    async def publish(self, intent: Intent) -> Receipt:
        """Name the photos once, unless an earlier call made the post after all."""
        addressed(list(self.post.media), "TikTok")
        if began := self.began():
            try:
                await self.look_at(began)
            except Out as e:
                return e.receipt
        self.memo.note("seen by", json.dumps(self.said.get("privacy_level", _NOBODY)))
        self.memo.note("began", "null")  # what comes of this call is not what came of an earlier one
        visible = Visible(intent, fill(self.body, self.memo.read))
        id_ = await self.account.post(visible.content["photo"], visible)
        self.memo.note("began", json.dumps(id_))
        return await self.seen(id_)

    async def find(self, asked: Asked) -> Receipt | None:
        """Ask the task, or, where its number was lost with the answer, the list of the account's public posts.

        The list can prove that a post is out, never that it is not.
        """
        if began := self.began():
            return await self.came_of(began, asked)
        seen_by = json.loads(self.memo.read("seen by") or json.dumps(self.said.get("privacy_level", _NOBODY)))
        if seen_by == _NOBODY:
            raise OutcomeUnknown(
                "TikTok's answer was lost, and nobody can ask about a draft: look into the app's inbox"
            )
        if seen_by != "PUBLIC_TO_EVERYONE":
            raise OutcomeUnknown("TikTok's answer was lost, and it lists public posts only: look at the account")
        try:
            newest = await self.account.newest()
        except Forbidden as e:
            raise OutcomeUnknown(f"{e.detail}: without video.list a post that may be out cannot be looked for") from e
        ours = [each for each in newest if each.at >= asked.first - _CLOCKS_DIFFER and self._says(each)]
        if len(ours) == 1:
            return Receipt(ours[0].id, ours[0].url or None, (ours[0].id,))
        if ours:
            raise OutcomeUnknown("TikTok lists more than one post of these words: look at the account")
        self._is_early(asked)
        # The list has what TikTok looked through, which can take hours, and it may lack photos: it proves no absence.
        raise OutcomeUnknown(
            "TikTok does not list it, nor anything it still looks through, so it may be out: look into the app"
        )

    def _is_early(self, asked: Asked) -> None:
        """Raise NotYet, ever more seldom, while TikTok may still fetch."""
        since = self.clock.now() - asked.last
        if (left := _FETCHES_FOR - since) > timedelta(0):
            wait = min(left, max(since, timedelta(minutes=1)))
            raise NotYet("not listed on TikTok so far; it may still fetch the photos", retry_after=wait)

    def _says(self, each: Listed) -> bool:
        told, there = ("".join(words.split()) for words in (self.said["description"], each.words))
        return each.is_photo and (told == there or (len(there) >= _LISTS_SIGNS and told.startswith(there)))

    @property
    def said(self) -> Json:
        """The words and the choices of the request."""
        (request,) = self.body.values()
        return dict(request["post_info"])


def way_of(post: Post) -> type[Film] | type[Photos]:
    """Choose how a post comes about. Raises Rejected for one TikTok has no form for."""
    if post.parent:
        raise Rejected("a post on TikTok cannot answer another one")
    if not post.media:
        raise Rejected("TikTok takes no post without a film or photos")
    return Film if any(map(is_film, post.media)) else Photos

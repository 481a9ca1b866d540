"""YouTube, a film by resumable upload: https://developers.google.com/youtube/v3/docs/videos/insert."""

import json
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from adapters import youtube_channel as channel
from adapters import youtube_words as words
from adapters.accounted import known, note_out
from adapters.body import fill
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
    Metrics,
    NotSent,
    NotYet,
    OutcomeUnknown,
    Pictures,
    Post,
    Problem,
    Rate,
    Receipt,
    Rejected,
    Scope,
    Session,
    Spec,
    StillWorking,
)
from adapters.http import Visible
from adapters.resumable import Incomplete, Out, Piece, SessionGone, Upload, goes_to, mark, opened_as, piece
from adapters.youtube_answers import Forbidden, Missing, Video, gone, out
from adapters.youtube_channel import Account

# Sessions are believed to live about a week (sheet, 2), and a new one costs nothing a reader sees.
_SESSION_LIVES = timedelta(days=6)
# The list of uploads lags by seconds to minutes: 2 to 5 minutes before a second upload (sheet, 5).
_LIST_LAG = timedelta(minutes=5)
# How far back a session of ours may have made a video, where a clock that was set does not tell.
_EARLIER = 2 * _SESSION_LIVES
# How far YouTube's clock and this machine's may differ, in a look through the list.
_CLOCKS = timedelta(hours=1)


class Youtube(Adapter):
    """Uploads as one channel, each post through a session of its own: its last byte makes the video, and only once."""

    class Settings(BaseModel):
        """How videos are published."""

        model_config = ConfigDict(extra="forbid", frozen=True)
        privacy: Literal["public", "unlisted", "private"] = Field("public", description="who sees the videos")
        made_for_kids: bool = Field(False, description="whether the videos are made for kids, which must be declared")
        category: str = Field("25", pattern=r"^[0-9]+$", description="YouTube's category; 25: News & Politics")
        notify_subscribers: bool = Field(True, description="whether subscribers are told of each video")
        chunk: int = Field(2048, ge=256, le=65536, multiple_of=256, description="KiB that are sent in one request")
        base: str = Field("https://www.googleapis.com", description="the API's address")
        oauth: str = Field("https://oauth2.googleapis.com", description="where tokens are renewed")
        login: str = Field("https://accounts.google.com", description="where the channel's owner is asked for consent")

    class Credentials(BaseModel):
        """The newsroom's own Google Cloud client, for `jarshy auth`; or its refresh token besides."""

        model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True)
        client_id: str = Field(min_length=1)
        client_secret: str = Field(min_length=1, repr=False)
        refresh_token: str = Field("", repr=False)

    settings: Settings
    spec: ClassVar[Spec] = Spec(
        network="youtube",
        title="YouTube",
        docs="https://developers.google.com/youtube/v3/docs/videos/insert",
        checked=date(2026, 11, 22),
        api=Api("v3"),
        # Bytes, not letters. 180 seconds make a Short where the film is upright; 256 GB and 12 hours are YouTube's own
        # bounds, and no film of ours comes near them (sheet, 3).
        limits=Limits(
            text=5000,
            media=1,
            # https://developers.google.com/youtube/v3/docs/thumbnails/set: 2 MB in older pages, 50 MB since.
            films=Films(
                size=256 * 1024 * 1024, shortest=1, longest=180, cover=Pictures(size=2 * 1024 * 1024, side=1920)
            ),
            least=1,
            title=words.TITLE,
        ),
        target=1500,
        tags_beside=10,
        # A session tells at once; a call held up on its way may finish it later, when the post has other words and
        # with them a session of its own.
        find_lag=timedelta(seconds=150),
        # YouTube promises no end of its work on a video; a minute's film takes it minutes, rarely hours.
        find_for=timedelta(hours=24),
        form="video",
        # https://developers.google.com/youtube/v3/determine_quota_cost, read 2026-11-22: until midnight, Pacific Time.
        rates=(Rate(100, timedelta(days=1), Scope.APP, day_of="America/Los_Angeles"),),
        replies=False,
        warnings=(
            "what an app uploads that Google has not audited is locked to private (apps made since 28 July 2020)",
            'while the app\'s consent screen is "in testing", a consent lasts 7 days: publish the app',
        ),
        remarks={"edit": "title, description and tags, with the right to manage videos", "delete": "with that right"},
    )

    def body(self, post: Post) -> dict[str, Json]:
        """Write what is said when the session is opened, then the film, whose last byte makes the video.

        Its cover is put over it afterwards, once YouTube has worked on it.
        """
        film, cover = {"$media": post.media[0].sha256} if post.media else {}, _cover(post)
        about: Json = {"snippet": self._snippet(post), "status": self._status()}
        return {"session": about} | ({"thumbnail": {"$media": cover.sha256}} if cover else {}) | {"upload": film}

    @classmethod
    def measure(cls, post: Post, limits: Limits) -> tuple[Problem, ...]:
        """Count the description's bytes, the title, and the film."""
        return words.measure(post, limits)

    async def publish(self, post: Post, *, key: str, memo: Memo, intent: Intent) -> Receipt:
        """Open a session once, bring all but the last piece, then the last one."""
        return await self._account.covered(await self._published(post, memo, intent), _cover(post))

    async def _published(self, post: Post, memo: Memo, intent: Intent) -> Receipt:
        film = words.film(post)
        if made := memo.read("video"):
            began = json.loads(memo.read("began") or "null")
            since = datetime.fromisoformat(began) if began else self.clock.now()
            return await self._seen(json.loads(made), memo, since)
        if (held := memo.read("session")) and opened_as(held) != self._said(post):  # the settings say otherwise now
            await memo.forget("session")
        is_resumed = memo.read("session") is not None
        opening = memo.step("session", partial(self._open, post, film, memo), lives=_SESSION_LIVES, secret=True)
        try:
            upload = self._account.upload(goes_to(await opening), film, unsure=NotSent)
            start = await self._bring(upload, memo, is_resumed=is_resumed)
        except Out as e:
            return e.receipt
        except SessionGone as e:
            await memo.forget("session")
            raise NotSent(f"{e.detail}; the next try uploads the film anew", is_outage=False) from e
        if isinstance(start, Video):
            return self._out(start, memo)
        return await self._finish(post, memo, intent, start)

    async def find(self, post: Post, *, key: str, memo: Memo, asked: Asked) -> Receipt | None:
        """Ask the session, which knows its video for days; without one look through the channel's uploads."""
        found = await self._found(post, memo, asked)
        return found and await self._account.covered(found, _cover(post))

    async def _found(self, post: Post, memo: Memo, asked: Asked) -> Receipt | None:
        early = asked.last + self.spec.find_lag - self.clock.now()
        session = memo.read("session")
        if made := memo.read("video"):
            return await self._seen(json.loads(made), memo, asked.last)
        try:
            if session is None:
                raise SessionGone("the upload is not known any more")
            found = await self._account.upload(goes_to(session), words.film(post), unsure=NotSent).ask()
        except Incomplete as e:
            memo.note("stored", json.dumps([mark(goes_to(session)), e.stored]))
        except SessionGone:
            return await self._search(post, memo, asked)
        except Rejected as e:
            raise OutcomeUnknown(e.detail) from e
        else:
            return await self._seen(found.id, memo, asked.last)
        if early > timedelta(0):
            raise NotYet("not on YouTube so far; its last bytes may still arrive", retry_after=early)
        return None

    async def edit(self, receipt: Receipt, post: Post, *, memo: Memo) -> Receipt:
        """Change title, description and tags; the film stays, as YouTube takes no other one."""
        try:
            await self._account.change(receipt.id, self._snippet(post))
        except Forbidden as e:
            raise _unmanaged(e) from e
        return receipt

    async def delete(self, receipt: Receipt) -> None:
        """Delete the video."""
        try:
            await self._account.remove(receipt.id)
        except Forbidden as e:
            raise _unmanaged(e) from e

    async def metrics(self, receipt: Receipt) -> Metrics:
        """Read views, likes and comments."""
        return Metrics(await self._account.counts(receipt.id))

    async def verify(self) -> Identity:
        """Ask whose channel this is; that uploads are locked private cannot be asked before there is one."""
        return await self._account.identity()

    def consent(self) -> Consent:
        """Ask for uploads and for the list of them, and for a token that lasts."""
        endpoint = f"{self.settings.oauth.rstrip('/')}/token"
        page = f"{self.settings.login.rstrip('/')}/o/oauth2/v2/auth"
        return channel.consent(self.session, page=page, endpoint=endpoint)

    async def connect(self, granted: Granted) -> Session:
        """Begin a session, and ask whose channel it is."""
        return await channel.begun(Account(self.settings.base, self.session, self.http, self.clock), granted)

    async def renew(self, session: Session) -> Session:
        """Make a new access token; it lives for an hour."""
        account = Account(self.settings.base, session, self.http, self.clock)
        return await channel.renew(account, endpoint=f"{self.settings.oauth.rstrip('/')}/token")

    async def _open(self, post: Post, film: Media, memo: Memo) -> str:
        """Open a session, unless one that is gone or too old made the video. Raises Out."""
        if began := memo.read("began"):
            since, now = datetime.fromisoformat(json.loads(began)) - _CLOCKS, self.clock.now()
            since = since if since <= now else now - _EARLIER
            accounted = known(memo.read("channel:last_mark"))
            with suppress(channel.OnlyOlder):  # of a try that was judged before it was let go again
                if found := await self._account.find(post, since, known=accounted):
                    raise Out(self._out(found, memo))
        tells = self.settings.notify_subscribers
        where = await self._account.open(self.body(post)["session"], film, tells=tells)
        return json.dumps([where, self._said(post)])

    async def _bring(self, upload: Upload[Video], memo: Memo, *, is_resumed: bool) -> int | Video:
        """Bring all pieces before the last; tells where that one begins, or the video that is there already."""
        name, chunk = mark(upload.url), self.settings.chunk * 1024
        of, there = json.loads(memo.read("stored") or '["", 0]')
        start: int = there if of == name else 0
        if is_resumed and upload.media.size - start > chunk:
            try:
                return await upload.ask()
            except Incomplete as e:
                start = e.stored
        while upload.media.size - start > chunk:
            part = piece(upload.media, start, chunk)
            start = json.loads(await memo.step(f"piece {name} {start}", partial(_brought, upload, part)))
        return start

    async def _finish(self, post: Post, memo: Memo, intent: Intent, start: int) -> Receipt:
        url, film = goes_to(memo.read("session")), words.film(post)
        memo.note("began", memo.read("began") or json.dumps(self.clock.now().isoformat()))
        visible = Visible(intent, fill(self.body(post), memo.read))
        upload = self._account.upload(url, film, unsure=OutcomeUnknown)
        try:
            found = await upload.finish(piece(film, start, film.size), visible)
        except Incomplete as e:
            memo.note("stored", json.dumps([mark(url), e.stored]))
            raise NotSent(f"YouTube kept {e.stored} of {film.size} bytes; the next try brings the rest") from e
        except SessionGone as e:
            raise OutcomeUnknown(e.detail) from e
        try:
            return self._out(found, memo)
        except NotYet as e:
            raise StillWorking(e.detail, retry_after=e.retry_after) from e

    async def _seen(self, id_: str, memo: Memo, since: datetime) -> Receipt:
        """Ask how our video stands: its session may go on saying how it stood when the last byte came.

        One that was deleted is made anew only once a person says so.
        """
        memo.note("video", json.dumps(id_))
        age = self.clock.now() - since
        try:
            return self._out(await self._account.video(id_), memo, age=age)
        except Missing as e:
            if age < _LIST_LAG:
                raise NotYet(e.detail, retry_after=min(_LIST_LAG - age, _LIST_LAG)) from e
            for name in ("video", "session"):
                await memo.forget(name)
            raise gone(id_) from e

    async def _search(self, post: Post, memo: Memo, asked: Asked) -> Receipt | None:
        age = self.clock.now() - asked.last
        if found := await self._account.find(post, asked.first - _CLOCKS, known=known(asked.mark)):
            return self._out(found, memo, age=age)
        if age < _LIST_LAG:
            raise NotYet("not among the channel's uploads so far; the list may lag", retry_after=_LIST_LAG - age)
        await memo.forget("session")
        return None

    def _out(self, found: Video, memo: Memo, *, age: timedelta = timedelta(0)) -> Receipt:
        """Say that a video is out, and keep that it is accounted for. Raises as `youtube_answers.out` does."""
        memo.note("video", json.dumps(found.id))
        receipt = out(found, wanted=self.settings.privacy, age=age)
        note_out(memo, receipt.id)
        return receipt

    def _said(self, post: Post) -> str:
        """Name all that is said when a session is opened: whatever it was opened with, its video will be."""
        return mark(json.dumps([self.body(post)["session"], self.settings.notify_subscribers], sort_keys=True))

    def _snippet(self, post: Post) -> Json:
        said: Json = {"title": words.title(post), "description": words.description(post)}
        lang = {"defaultLanguage": post.lang} if post.lang else {}
        return said | {"tags": words.tags(post), "categoryId": self.settings.category} | lang

    def _status(self) -> Json:
        return {"privacyStatus": self.settings.privacy, "selfDeclaredMadeForKids": self.settings.made_for_kids}

    @property
    def _account(self) -> Account:
        return Account(self.settings.base, self.session, self.http, self.clock)


def _cover(post: Post) -> Media | None:
    return post.media[0].cover if post.media else None


async def _brought(upload: Upload[Video], part: Piece) -> str:
    return json.dumps(await upload.bring(part))


def _unmanaged(refusal: AuthFailed) -> Rejected:
    return Rejected(f"the channel's owner has not allowed Jarshy to change videos: {refusal.detail}")

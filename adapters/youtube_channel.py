"""What YouTube is asked and told for one channel beside the upload itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from adapters import youtube_answers as answers
from adapters.contract import (
    AuthFailed,
    Clock,
    Consent,
    Granted,
    Identity,
    Json,
    Media,
    NotSent,
    OutcomeUnknown,
    Post,
    PublishError,
    Receipt,
    Rejected,
    Scope,
    Session,
)
from adapters.http import Http, T, Unanswered, bearer
from adapters.resumable import Upload, address
from adapters.text import same_words
from adapters.youtube_answers import Missing, Video
from adapters.youtube_words import description, title

_MOST_PAGES = 4
_SCOPE = "https://www.googleapis.com/auth/"
_UPLOADS = ("youtube.upload", "youtube", "youtube.force-ssl")
_READS = ("youtube.readonly", "youtube", "youtube.force-ssl")


def _says(each: answers.Listed, post: Post) -> bool:
    return same_words(each.title, title(post)) and same_words(each.description, description(post))


class OnlyOlder(OutcomeUnknown):
    """What says the same is older than the call that is sought, by this machine's clock."""


class Account:
    """One consent for one channel; `base` is the API's address."""

    def __init__(self, base: str, session: Session, http: Http, clock: Clock) -> None:
        self.base, self.session, self.http, self.clock = base.rstrip("/"), session, http, clock

    async def open(self, request: Json, film: Media, *, tells: bool) -> str:
        """Open an upload; returns where its bytes are to go, which is a secret."""
        heard: list[str] = []
        where = {
            "uploadType": "resumable",
            "part": "snippet,status",
            "notifySubscribers": "true" if tells else "false",
        }
        headers = {"x-upload-content-length": str(film.size), "x-upload-content-type": film.mime}
        await self._send(
            "POST",
            f"{self.base}/upload/youtube/v3/videos",
            "upload",
            read=answers.nothing,
            hear=lambda told: heard.append(told.get("location", "")),
            params=where,
            json=request,
            headers=self._signed() | headers,
        )
        if not heard or not heard[0]:
            raise NotSent("YouTube upload: the answer does not say where the video is to go", is_outage=False)
        return address(heard[0], self.base)

    def upload(self, url: str, film: Media, *, unsure: type[NotSent] | type[OutcomeUnknown]) -> Upload[Video]:
        """Take an upload up again; `unsure` is what no clear answer to it means."""
        sort = partial(answers.sort, unsure=unsure, clock=self.clock)
        secrets = tuple(self.session.tokens.values())
        return Upload(url, film, self.http, self.clock, "YouTube", answers.video, sort, secrets, self._signed())

    async def find(self, post: Post, since: datetime, *, known: list[str]) -> Video | None:
        """Look through the channel's uploads since a moment for one that says what a post does and is none of `known`.

        Raises NotSent where one is listed that cannot be read: it may be too new, or gone already; OnlyOlder for one
        from before, which proves nothing, as this machine's clock may be wrong.
        """
        try:
            return await self._find(post, since, known)
        except Missing as e:
            raise NotSent(e.detail, is_outage=False) from e

    async def _find(self, post: Post, since: datetime, known: list[str]) -> Video | None:
        channel = await self._read("channels", "channel", read=answers.first, part="contentDetails", mine="true")
        asked = {"playlistId": channel["contentDetails"]["relatedPlaylists"]["uploads"], "maxResults": "50"}
        is_doubtful = False
        for _ in range(_MOST_PAGES):
            found, more = await self._read("playlistItems", "uploads", read=answers.page, part="snippet", **asked)
            ours = [each for each in found if each.id not in known and _says(each, post)]
            for each in ours:
                if each.made >= since:
                    return await self.video(each.id)
            is_doubtful |= bool(ours)
            if not more or any(each.made < since for each in found):
                if is_doubtful:
                    raise OnlyOlder("these very words are on the channel, but from before we sent ours")
                return None
            asked |= {"pageToken": more}
        raise OutcomeUnknown(f"more than {_MOST_PAGES * 50} uploads on the channel since then")

    async def video(self, id_: str) -> Video:
        """Read a video. Raises Missing."""
        return answers.video(await self._read("videos", "video", read=answers.first, part="snippet,status", id=id_))

    async def covered(self, receipt: Receipt, cover: Media | None) -> Receipt:
        """Put a cover over a video that was worked on; it is out whatever comes of that, and the receipt says so.

        Before YouTube has worked on a Short it may take a cover and not show it:
        https://developers.google.com/youtube/v3/docs/thumbnails/set.
        """
        lost: list[bool] = []
        try:
            if cover is not None:
                await self._cover(receipt.id, cover, lambda: lost.append(True))
        except PublishError as e:
            said = answers.UNSURE if lost else answers.UNCOVERED
            return replace(receipt, remark=said.format(why=e.detail))
        return receipt

    async def _cover(self, id_: str, cover: Media, unanswered: Unanswered) -> None:
        if cover.open is None:
            raise NotSent(answers.NOT_KEPT, is_outage=False)
        with cover.open() as file:
            content = file.read()

        def unsure(said: str) -> NotSent:
            unanswered()
            return NotSent(said)

        how = self._how("thumbnail", answers.nothing) | {"sort": partial(answers.sort, unsure=unsure, clock=self.clock)}
        how |= {"headers": self._signed() | {"content-type": cover.mime}}
        how |= {"params": {"videoId": id_, "uploadType": "media"}, "content": content, "unanswered": unanswered}
        url = f"{self.base}/upload/youtube/v3/thumbnails/set"
        await self.http.repeatable("POST", url, sleep=self.clock.sleep, **how)

    async def change(self, id_: str, new: Json) -> None:
        """Change what a video says, and leave what we never write: a part that is sent replaces the whole part."""
        stands = await self._read("videos", "video", read=answers.first, part="snippet", id=id_)
        kept = {k: v for k, v in stands["snippet"].items() if k in ("defaultAudioLanguage",)}
        await self._send(
            "PUT",
            f"{self.base}/youtube/v3/videos",
            "edit",
            read=answers.video,
            params={"part": "snippet"},
            json={"id": id_, "snippet": kept | new},
        )

    async def remove(self, id_: str) -> None:
        """Delete a video; one that is gone is gone."""
        try:
            where = f"{self.base}/youtube/v3/videos"
            await self._send("DELETE", where, "delete", read=answers.nothing, params={"id": id_})
        except Missing:
            return

    async def counts(self, id_: str) -> dict[str, int]:
        """Read what is counted of a video."""
        return await self._read("videos", "statistics", read=answers.counts, part="statistics", id=id_)

    async def identity(self) -> Identity:
        """Ask whose channel this is."""
        try:
            found = await self._read("channels", "channel", read=answers.first, part="snippet", mine="true")
        except Missing as e:
            raise AuthFailed("this Google account has no YouTube channel", scope=Scope.ACCOUNT) from e
        about = found["snippet"]
        title, pictures = str(about["title"]), about.get("thumbnails") or {}
        avatar = next((str(pictures[size]["url"]) for size in ("medium", "high", "default") if size in pictures), "")
        return Identity(str(found["id"]), str(about.get("customUrl") or title), name=title, avatar=avatar)

    async def _read(self, path: str, name: str, *, read: Callable[[Any], T], **asked: str) -> T:
        """Ask; a refusal of a question says nothing about a post."""
        how = self._how(name, read) | {"headers": self._signed()}
        url = f"{self.base}/youtube/v3/{path}"
        try:
            found: T = await self.http.repeatable("GET", url, sleep=self.clock.sleep, params=asked, **how)
        except Missing:
            raise
        except Rejected as e:
            raise NotSent(e.detail, is_outage=False) from e
        return found

    async def _send(self, method: str, url: str, name: str, *, read: Callable[[Any], T], **parts: Any) -> T:
        parts = {"headers": self._signed()} | parts
        return await self.http.json(method, url, **self._how(name, read), **parts)

    def _how(self, name: str, read: Callable[[Any], T]) -> Json:
        return {
            "what": f"YouTube {name}",
            "read": read,
            "sort": partial(answers.sort, unsure=NotSent, clock=self.clock),
            "secrets": tuple(self.session.tokens.values()),
        }

    def _signed(self) -> dict[str, str]:
        if not self.session.subject:
            raise AuthFailed("YouTube: not signed in yet", scope=Scope.ACCOUNT)
        return bearer(self.session.tokens.get("access_token", ""))


def consent(session: Session, *, page: str, endpoint: str) -> Consent:
    """Say how the owner is asked. Raises AuthFailed where the app is not known."""
    held, rights = session.tokens, tuple(f"{_SCOPE}{each}" for each in (_UPLOADS[0], _READS[0]))
    if not held.get("client_id") or not held.get("client_secret"):
        raise AuthFailed("YouTube needs client_id and client_secret", scope=Scope.ACCOUNT)
    return Consent(
        authorize=page,
        token=endpoint,
        client=held["client_id"],
        secret=held["client_secret"],
        rights=rights,
        needed=rights,
        # Without these Google gives no refresh token, or only at the very first consent (sheet of 2026-11-22, 1).
        more={"access_type": "offline", "prompt": "consent"},
        local="any port",
    )


async def begun(account: Account, granted: Granted) -> Session:
    """Begin a session with what a consent gave."""
    refresh = granted.answer.get("refresh_token")
    if not isinstance(refresh, str) or not refresh:
        raise AuthFailed("YouTube gave no token that lasts", scope=Scope.ACCOUNT)
    tokens = {**account.session.tokens, "access_token": granted.token, "refresh": refresh}
    ends = answers.consent_ends(granted.answer, granted.at)
    return await _known(account, Session("not asked yet", tokens, granted.ends, renews_until=ends))


async def renew(account: Account, *, endpoint: str) -> Session:
    """Make a new access token of the refresh token; whose channel it is, is asked the first time."""
    old, names = account.session, ("client_id", "client_secret")
    given = {name: old.tokens.get(name, "") for name in names}
    given["refresh_token"] = old.tokens.get("refresh") or old.tokens.get("refresh_token", "")
    if not all(given.values()):
        lacks = "nobody has consented yet" if all(map(given.get, names)) else "client_id and client_secret are missing"
        raise AuthFailed(f"YouTube: {lacks}", scope=Scope.ACCOUNT)
    now = account.clock.now()
    new = await account.http.json(
        "POST",
        endpoint,
        what="YouTube sign-in",
        read=lambda body: answers.token(body, now),
        sort=answers.sort_token,
        secrets=tuple(old.tokens.values()),
        data={**given, "grant_type": "refresh_token"},
    )
    lacking = [ways[0] for ways in (_UPLOADS, _READS) if new.scopes and not new.scopes & set(ways)]
    if lacking:
        raise AuthFailed(f"the consent lacks {', '.join(lacking)}: consent once more", scope=Scope.ACCOUNT)
    tokens = {**old.tokens, "access_token": new.text}
    until = new.consent_ends or old.renews_until
    session = Session(old.subject or "not asked yet", tokens, now + new.life, renews_until=until)
    return session if old.subject else await _known(account, session)


async def _known(account: Account, new: Session) -> Session:
    """Ask whose channel a session that has just begun is for."""
    asking = Account(account.base, new, account.http, account.clock)
    return replace(new, subject=(await asking.identity()).id)

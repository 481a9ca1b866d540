"""What TikTok is asked for one account, and how an upload is cut.

https://developers.tiktok.com/doc/content-posting-api-reference-direct-post
"""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from adapters import tiktok_answers as answers
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
    PublishError,
    Scope,
    Session,
)
from adapters.http import Http, Sort, T, Visible, bearer
from adapters.resumable import Piece, bytes_of
from adapters.tiktok_answers import Listed, Task

_CHUNK = 10_000_000
_MOST_LISTED = 20


def chunk_of(size: int) -> int:
    """Say how much goes in one piece: the last one takes what is left (developers.tiktok.com, Media Transfer Guide)."""
    return size if size < 2 * _CHUNK else _CHUNK


def source(film: Media) -> Json:
    """Write how a film will come."""
    chunk = chunk_of(film.size)
    whole = {"source": "FILE_UPLOAD", "video_size": film.size}
    return whole | {"chunk_size": chunk, "total_chunk_count": max(1, film.size // chunk)}


def piece(film: Media, start: int) -> Piece:
    """Cut the next piece; the last one takes the remainder."""
    chunk = chunk_of(film.size)
    return Piece(start, film.size if film.size - start < 2 * chunk else start + chunk, film.size)


class Account:
    """One account; `base` is the API's address."""

    def __init__(self, base: str, session: Session, http: Http, clock: Clock) -> None:
        self.base, self.session, self.http, self.clock = base.rstrip("/"), session, http, clock

    def consent(self, page: str, *, needs: str, more: tuple[str, ...]) -> Consent:
        """Say how the owner is asked, for `more` besides. Raises AuthFailed where the app is not known."""
        held = self.session.tokens
        if not held.get("client_key") or not held.get("client_secret"):
            raise AuthFailed("TikTok needs client_key and client_secret", scope=Scope.ACCOUNT)
        return Consent(
            authorize=page,
            token=f"{self.base}/v2/oauth/token/",
            client=held["client_key"],
            secret=held["client_secret"],
            client_name="client_key",
            rights=("user.info.basic", needs, *more),
            needed=(needs,),
            separator=",",
            pkce="hex",
            local="",
        )

    def begun(self, granted: Granted) -> Session:
        """Begin a session with what a consent gave."""
        found = answers.tokens(dict(granted.answer))
        new = {"access_token": found["access_token"], "refresh": found["refresh_token"]}
        tokens = {**self.session.tokens, **new}
        ends = answers.renewable(found, granted.at)
        return Session(str(found["open_id"]), tokens, granted.ends, answers.rights(found), ends)

    async def creator(self) -> Json:
        """Ask who posts and who may see it; TikTok wants this before each direct post."""
        return await self._ask("post/publish/creator_info/query/", "creator", read=answers.creator, again=True)

    async def begin(self, path: str, request: Json) -> Json:
        """Open a task; returns its id and where its bytes go, which is a secret. A lost answer harms nobody."""
        return await self._ask(path, "upload", read=answers.begun, request=request)

    async def post(self, request: Json, visible: Visible) -> str:
        """Open a task whose photos TikTok fetches at once: the post is on its way; returns its id."""
        return await self._ask(
            "post/publish/content/init/",
            "photos",
            read=answers.taken,
            request=request,
            sort=answers.sort_photos,
            visible=visible,
        )

    async def newest(self) -> tuple[Listed, ...]:
        """List the newest public posts. Raises Forbidden."""
        fields = "id,title,video_description,create_time,share_url"
        most = {"max_count": _MOST_LISTED}
        return await self._ask("video/list/", "posts", read=answers.listed, request=most, again=True, fields=fields)

    async def task(self, id_: str) -> Task:
        """Ask how a task stands. Raises Lost."""
        return await self._ask(
            "post/publish/status/fetch/", "state", read=answers.task, request={"publish_id": id_}, again=True
        )

    async def bring(self, url: str, film: Media, part: Piece, visible: Visible | None = None) -> None:
        """Bring a piece; with the last one TikTok begins to post. Raises OutOfStep."""
        unsure: type[PublishError] = OutcomeUnknown if visible else NotSent
        secrets = (url, *re.findall(r"=([^&]+)", url), *self.session.tokens.values())
        await self.http.json(
            "PUT",
            url,
            what="TikTok upload",
            read=answers.nothing,
            visible=visible,
            sort=partial(answers.sort_piece, unsure=unsure),
            secrets=secrets,
            headers={"content-type": film.mime, "content-range": part.content_range},
            content=bytes_of(film, part),
        )

    async def identity(self) -> Identity:
        """Ask whose account this is."""
        return await self._ask(
            "user/info/",
            "account",
            read=answers.user,
            again=True,
            method="GET",
            fields="open_id,display_name,avatar_large_url",
        )

    async def _ask(
        self,
        path: str,
        name: str,
        *,
        read: Callable[[Any], T],
        request: Json | None = None,
        again: bool = False,
        method: str = "POST",
        sort: Sort = answers.sort_prepared,
        visible: Visible | None = None,
        **asked: str,
    ) -> T:
        how: Json = {
            "what": f"TikTok {name}",
            "read": read,
            "sort": sort,
            "secrets": tuple(self.session.tokens.values()),
            "headers": self._signed(),
            "params": asked,
        }
        how |= {"json": request or {}} if method == "POST" else {}
        url = f"{self.base}/v2/{path}"
        if again:
            return await self.http.repeatable(method, url, sleep=self.clock.sleep, **how)
        return await self.http.json(method, url, visible=visible, **how)

    def _signed(self) -> dict[str, str]:
        if not self.session.subject:
            raise AuthFailed("TikTok: not signed in yet", scope=Scope.ACCOUNT)
        return bearer(self.session.tokens.get("access_token", ""))


async def renew(account: Account) -> Session:
    """Make new tokens of the newest refresh token; the one that comes back takes its place, whatever it allows."""
    known = account.session.tokens
    names = ("client_key", "client_secret")
    given = {name: known.get(name, "") for name in names} | {
        "refresh_token": known.get("refresh") or known.get("refresh_token", "")
    }
    if not all(given.values()):
        lacks = "nobody has consented yet" if all(map(known.get, names)) else "client_key and client_secret are missing"
        raise AuthFailed(f"TikTok: {lacks}", scope=Scope.ACCOUNT)
    found = await account.http.json(
        "POST",
        f"{account.base}/v2/oauth/token/",
        what="TikTok sign-in",
        read=answers.tokens,
        secrets=tuple(known.values()),
        data={**given, "grant_type": "refresh_token"},
    )
    rights, now = answers.rights(found), account.clock.now()
    tokens = {**known, "access_token": str(found["access_token"]), "refresh": str(found["refresh_token"])}
    life = timedelta(seconds=int(found["expires_in"]))
    return Session(str(found["open_id"]), tokens, now + life, rights, answers.renewable(found, now))

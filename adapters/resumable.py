"""Uploads in pieces that are taken up where they broke off: what the server has is what it says, never what was sent.

https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from adapters.contract import Clock, Json, Media, NotSent, PublishError, Receipt, Rejected
from adapters.http import Answer, Http, Sort, Visible

T = TypeVar("T")

QUANTUM = 256 * 1024
"""Pieces before the last are multiples of it."""
_UNFINISHED = 308
_NO_SESSION = (404, 410)
_SOON, _RARELY = timedelta(seconds=20), timedelta(minutes=15)


class Incomplete(PublishError):
    """The server lacks the rest: `stored` bytes are there. Never leaves an adapter."""

    def __init__(self, detail: str, stored: int) -> None:
        super().__init__(detail)
        self.stored = stored


class SessionGone(Rejected):
    """Nothing is known of this upload (any more); what became of it must be looked up elsewhere."""


class Out(Exception):
    """Raised where an upload was to be opened anew: an earlier one made the post already. Never leaves an adapter."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt.id)
        self.receipt = receipt


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes `start` until before `end` of a file of `total`."""

    start: int
    end: int
    total: int

    @property
    def is_last(self) -> bool:
        """Whether the file is whole with it."""
        return self.end == self.total

    @property
    def content_range(self) -> str:
        """Name it in the header of its request."""
        return f"bytes {self.start}-{self.end - 1}/{self.total}"


def piece(media: Media, start: int, most: int) -> Piece:
    """Cut the next piece, of `most` bytes or what is left."""
    return Piece(start, min(start + most, media.size), media.size)


def bytes_of(media: Media, part: Piece) -> bytes:
    """Read one piece. Raises NotSent where it is not at hand."""
    try:
        if media.open is None:
            raise FileNotFoundError
        with media.open() as file:
            file.seek(part.start)
            found = file.read(part.end - part.start)
    except OSError as e:
        raise NotSent(f"the film {media.sha256} is not at hand", is_outage=False) from e
    if len(found) != part.end - part.start:
        raise NotSent(f"the film {media.sha256} is shorter than it was", is_outage=False)
    return found


def mark(name: str) -> str:
    """Tell uploads apart without their addresses, which are secrets."""
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def goes_to(opened: str | None) -> str:
    """Read where the bytes of an upload go from what the step that opened it keeps: that, and as what."""
    return str(json.loads(opened or '["", ""]')[0])


def opened_as(opened: str) -> str:
    """Read as what an upload was opened."""
    return str(json.loads(opened)[1])


def address(location: str, base: str) -> str:
    """Take the address of a session as the server named it. Raises NotSent for one no token may be shown to."""
    there, home = urlsplit(location), urlsplit(base)
    host = there.hostname or ""
    is_home = (there.scheme, there.netloc) == (home.scheme, home.netloc)
    if not is_home and not (there.scheme == "https" and host.endswith(".googleapis.com")):
        raise NotSent("the upload was to go to an address that is not the network's own", is_outage=False)
    return location


@dataclass(frozen=True, slots=True)
class Upload(Generic[T]):
    """One session: `read` makes sense of the answer that comes once all is there, `headers` say who asks."""

    url: str
    media: Media
    http: Http
    clock: Clock
    title: str
    read: Callable[[Any], T]
    sort: Sort
    secrets: tuple[str, ...]
    headers: dict[str, str]

    async def ask(self) -> T:
        """Ask what became of it. Raises Incomplete where the rest is lacking, SessionGone."""
        headers = self.headers | {"content-range": f"bytes */{self.media.size}"}
        how = self._how("upload's state", headers)
        return await self.http.repeatable("PUT", self.url, sleep=self.clock.sleep, content=b"", **how)

    async def bring(self, part: Piece) -> int:
        """Bring a piece that is not the last one; returns how many bytes are there now."""
        try:
            await self.http.json("PUT", self.url, content=bytes_of(self.media, part), **self._piece(part))
        except Incomplete as e:
            if e.stored <= part.start:
                raise NotSent(f"{self.title}: nothing of a piece was kept", is_outage=False) from e
            return e.stored
        raise NotSent(f"{self.title}: the upload ended before its last piece", is_outage=False)

    async def finish(self, part: Piece, visible: Visible) -> T:
        """Bring the last piece, which makes the post. Raises Incomplete where some of it is lacking: nothing is out."""
        content = bytes_of(self.media, part)
        return await self.http.json("PUT", self.url, content=content, visible=visible, **self._piece(part))

    def _piece(self, part: Piece) -> Json:
        headers = self.headers | {"content-range": part.content_range, "content-type": self.media.mime}
        return self._how("upload", headers)

    def _how(self, what: str, headers: dict[str, str]) -> Json:
        secrets = (self.url, *self.secrets, *re.findall(r"upload_id=([^&]+)", self.url))
        sort = self._sort
        return {
            "what": f"{self.title} {what}",
            "read": self.read,
            "sort": sort,
            "secrets": secrets,
            "headers": headers,
        }

    def _sort(self, answer: Answer) -> PublishError | None:
        if answer.status == _UNFINISHED:
            return Incomplete(answer.said, stored(answer.headers.get("range", "")))
        if answer.status in _NO_SESSION:
            return SessionGone(f"{answer.said}: the upload is not known any more")
        return self.sort(answer)


def look_after(age: timedelta) -> timedelta:
    """Tell when to look again at a film the network has had for `age`: a minute's work often, a day's seldom."""
    return min(max(age / 4, _SOON), _RARELY)


def stored(said: str) -> int:
    """Read how many bytes are there from a Range header; none, where there is none."""
    found = re.fullmatch(r"\s*(?:bytes=)?0-(\d+)\s*", said)
    return int(found[1]) + 1 if found else 0

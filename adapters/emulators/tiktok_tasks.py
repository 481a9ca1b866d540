"""TikTok's tokens, and its tasks: what an upload is told, the pieces it takes, and the states a post goes through."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from adapters.emulators.kit import Asked, Bucket, Mark, Reply, reply

Json = dict[str, Any]

MB = 1_000_000
SMALLEST, LARGEST, LAST = 5 * MB, 64 * MB, 128 * MB
URL_LIVES = timedelta(hours=1)
PENDING = timedelta(hours=24)
"""For how long a draft counts among those that wait: five within 24 hours (sheet of 2026-11-22, 4)."""
LONGEST_EVER = 600
"""Seconds of the longest film TikTok takes of anybody."""
ACCESS_LIVES, REFRESH_LIVES = timedelta(hours=24), timedelta(days=365)
PUBLIC = "PUBLIC_TO_EVERYONE"
_CAPTION = 2200
_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)»”']")
_TAG = re.compile(r"(?<!\S)#(\w*[^\W\d]\w*)")
_POST_INFO = {
    *("title", "privacy_level", "disable_duet", "disable_comment", "disable_stitch", "video_cover_timestamp_ms"),
    *("brand_content_toggle", "brand_organic_toggle", "is_aigc"),
}
_SOURCE = {"source", "video_size", "chunk_size", "total_chunk_count"}


class No(Exception):
    """A refusal in TikTok's envelope."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(code)
        self.reply = wrapped({}, status=status, code=code, message=message or f"refused: {code}")


def wrapped(data: Json, *, status: int = 200, code: str = "ok", message: str = "") -> Reply:
    """Write an answer; a refusal may come with status 200 too."""
    return reply(status, {"data": data, "error": {"code": code, "message": message, "log_id": "2026112212000001"}})


@dataclass
class Creator:
    """One account and what it allowed."""

    open_id: str
    username: str
    client: tuple[str, str] = field(repr=False)
    scopes: set[str] = field(default_factory=lambda: {"user.info.basic", "video.upload", "video.publish", "video.list"})
    is_private: bool = False
    forbids: set[str] = field(default_factory=set)
    """Of comment, duet and stitch what the account switched off in the app."""
    is_dead: bool = False
    longest: int = 300
    """Seconds of the longest film it may post directly."""
    posts: Bucket = field(default_factory=lambda: Bucket(15, timedelta(days=1)))
    inits: Bucket = field(default_factory=lambda: Bucket(6, timedelta(minutes=1)))
    looks: Bucket = field(default_factory=lambda: Bucket(30, timedelta(minutes=1)))
    questions: Bucket = field(default_factory=lambda: Bucket(20, timedelta(minutes=1)))

    @property
    def options(self) -> list[str]:
        """Say who may see a post of this account."""
        return [
            "FOLLOWER_OF_CREATOR" if self.is_private else PUBLIC,
            "MUTUAL_FOLLOW_FRIENDS",
            "SELF_ONLY",
        ]


def respected(told: Json, creator: Creator) -> None:
    """Refuse a direct post that allows what its creator switched off.

    The UX guidelines want it switched off then (developers.tiktok.com/doc/content-sharing-guidelines); with which code
    TikTok refuses a request that does not is a belief.
    """
    if wrong := sorted(each for each in creator.forbids if told.get(f"disable_{each}") is not True):
        raise No(400, "invalid_params", f"{wrong[0]} is disabled by the creator")


@dataclass
class Task:
    """One upload, or one set of photos to be fetched, on its way to a post or a draft."""

    id: str
    creator: Creator
    is_draft: bool
    title: str
    privacy: str
    source: Json
    made: datetime
    content: bytearray = field(default_factory=bytearray, repr=False)
    taken: int = 0
    done_at: datetime | None = None
    fails: str = ""
    post: str = ""
    """The number of the post it becomes; a draft becomes none."""
    is_published: bool = False
    """Whether somebody published the draft in the app, or threw it away."""

    @property
    def size(self) -> int:
        """How many bytes it is to have."""
        return int(self.source["video_size"])

    def is_pending(self, now: datetime) -> bool:
        """Whether it is a draft that waits: for a day in the inbox, for an hour until its bytes have come."""
        since, lives = (self.made, URL_LIVES) if self.done_at is None else (self.done_at, PENDING)
        return self.is_draft and not (self.fails or self.is_published) and now - since < lives

    @property
    def shown_as(self) -> str:
        """The id under which readers, or the people of the inbox, see it."""
        return self.post or self.id

    def status(self, now: datetime, *, works: timedelta, moderates: timedelta) -> Json:
        """Tell its state; a public post's number comes once it was looked through."""
        is_fetched = "photo_images" in self.source
        told: Json = {"status": "PROCESSING_DOWNLOAD" if is_fetched else "PROCESSING_UPLOAD", "fail_reason": ""}
        told |= {"downloaded_bytes" if is_fetched else "uploaded_bytes": len(self.content)}
        told |= {"publicaly_available_post_id": []}
        if self.done_at is None or now - self.done_at < works:
            return told
        if self.fails:
            return told | {"status": "FAILED", "fail_reason": self.fails}
        if self.is_draft:
            return told | {"status": "SEND_TO_USER_INBOX"}
        is_told = self.privacy == PUBLIC and now - self.done_at >= works + moderates
        numbers = [int(self.post)] if is_told else []
        return told | {"status": "PUBLISH_COMPLETE", "publicaly_available_post_id": numbers}


def planned(body: Json, *, is_draft: bool, creator: Creator) -> tuple[Json, Json]:
    """Check an init's request; returns what is said and where the film comes from."""
    told, source = dict(body.get("post_info") or {}), dict(body.get("source_info") or {})
    if set(body) - {"post_info", "source_info"} or set(told) - _POST_INFO or set(source) != _SOURCE:
        raise No(400, "invalid_params")
    if source["source"] != "FILE_UPLOAD" or not _fits(
        *(source[k] for k in ("video_size", "chunk_size", "total_chunk_count"))
    ):
        raise No(400, "invalid_params", "the chunks do not make up the video")
    if units(told.get("title", "")) > _CAPTION:
        raise No(400, "invalid_params", "title is too long")
    if not is_draft and told.get("privacy_level") not in creator.options:
        raise No(403, "privacy_level_option_mismatch")
    if not is_draft:
        respected(told, creator)
    return told, source


def units(words: Any) -> int:
    """Count as TikTok does: UTF-16."""
    return len(str(words).encode("utf-16-le", "surrogatepass")) // 2


def _fits(size: int, chunk: int, count: int) -> bool:
    if size < SMALLEST:
        return size > 0 and (chunk, count) == (size, 1)
    last = size - chunk * (count - 1)
    return SMALLEST <= chunk <= LARGEST and count == size // chunk and last <= LAST


def taken(task: Task, asked: Asked) -> Reply:
    """Take the next piece in; the last one starts the posting."""
    found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", asked.headers.get("content-range", ""))
    if found is None or int(found[3]) != task.size or int(found[2]) - int(found[1]) + 1 != len(asked.raw):
        return Reply(400, b"")
    task.taken += len(asked.raw)
    if int(found[1]) != len(task.content):
        return Reply(416, b"", _progress(task))
    is_last = int(found[2]) + 1 == task.size
    if not is_last and len(asked.raw) != task.source["chunk_size"]:
        return Reply(400, b"")
    task.content += asked.raw
    return Reply(201 if is_last else 206, b"", _progress(task))


def _progress(task: Task) -> dict[str, str]:
    return {"content-range": f"bytes 0-{len(task.content)}/{task.size}"}


def marks(text: str) -> tuple[Mark, ...]:
    """Find tags, and addresses, which readers see and cannot tap."""
    links = [(m.start(), m.end(), "link", m[0]) for m in _ADDRESS.finditer(text)]
    return tuple(sorted(links + [(m.start(), m.end(), "tag", m[1]) for m in _TAG.finditer(text)]))

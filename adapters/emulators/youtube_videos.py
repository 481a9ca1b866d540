"""What a YouTube channel has: videos, what may be said of them, how they are listed and what readers see."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from adapters.emulators.kit import Mark, Shown
from adapters.emulators.youtube_grants import No

Json = dict[str, Any]

_TITLE, _DESCRIPTION, _TAGS = 100, 5000, 500
_PRIVACY = ("public", "unlisted", "private")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)»”']")
_TAG = re.compile(r"(?<![\w/&#])#(\w*[^\W\d]\w*)")
# Parts and fields of a request, from the discovery document; what is read-only there is refused here.
_SNIPPET = {"title", "description", "tags", "categoryId", "defaultLanguage", "defaultAudioLanguage"}
_STATUS = {
    *("privacyStatus", "selfDeclaredMadeForKids", "embeddable", "license", "containsSyntheticMedia"),
    *("publishAt", "publicStatsViewable"),
}


@dataclass
class Channel:
    """One channel; its uploads are a playlist."""

    id: str
    title: str
    handle: str

    @property
    def uploads(self) -> str:
        """The id of the playlist of its uploads."""
        return f"UU{self.id[2:]}"


@dataclass
class Video:
    """One video."""

    id: str
    channel: Channel
    at: datetime
    snippet: Json
    status: Json
    sha256: str
    size: int
    failure: str = ""
    """What processing will end in, such as "failed codec" or "rejected duplicate"; empty: well."""
    works: timedelta = timedelta(0)
    """How long it is worked on."""
    edited_at: datetime | None = None
    cover: str = ""
    """SHA-256 of the thumbnail its owner gave it."""
    views: int = field(default=3)

    def upload_status(self, now: datetime) -> Json:
        """Tell how far it is worked on, and what came of it."""
        if now - self.at < self.works:
            return {"uploadStatus": "uploaded"}
        kind, _, why = self.failure.partition(" ")
        if not kind:
            return {"uploadStatus": "processed"}
        return {"uploadStatus": kind, ("failureReason" if kind == "failed" else "rejectionReason"): why}

    def written(self, parts: list[str], now: datetime) -> Json:
        """Write the parts asked for."""
        at = self.at.strftime("%Y-%m-%dT%H:%M:%SZ")
        about = {"publishedAt": at, "channelId": self.channel.id, "channelTitle": self.channel.title}
        whole: Json = {
            "snippet": self.snippet | about | {"liveBroadcastContent": "none"},
            "status": self.status | self.upload_status(now) | {"madeForKids": False},
            "statistics": {"viewCount": str(self.views), "likeCount": "1", "commentCount": "0"},
        }
        head = {"kind": "youtube#video", "etag": f"etag-{self.id}", "id": self.id}
        return head | {part: whole[part] for part in parts if part in whole}

    def shown(self) -> Shown:
        """Tell what a reader sees."""
        text = str(self.snippet.get("description", ""))
        privacy = self.status["privacyStatus"]
        return Shown(
            network="youtube",
            place=self.channel.id,
            id=self.id,
            author=self.channel.title,
            handle=self.channel.handle,
            title=str(self.snippet["title"]),
            text=text,
            marks=marks(text),
            lang=str(self.snippet.get("defaultLanguage", "")),
            at=self.at,
            edited_at=self.edited_at,
            media=((self.sha256, ""),),
            cover=self.cover,
            options={"card above": "true", "visibility": privacy},  # the film stands over its title and words
        )


def checked(body: Json, parts: list[str]) -> tuple[Json, Json]:
    """Check what is said of a video: its snippet and its status."""
    snippet, status = dict(body.get("snippet") or {}), dict(body.get("status") or {})
    if set(body) - {"id", *parts} or set(snippet) - _SNIPPET or set(status) - _STATUS:
        raise No(400, "invalidVideoMetadata", "The request metadata is invalid or names a part that was not declared")
    _words(snippet)
    if status.get("privacyStatus", "public") not in _PRIVACY:
        raise No(400, "invalidVideoMetadata")
    if "publishAt" in status and status.get("privacyStatus") != "private":
        raise No(400, "invalidPublishAt")
    if "status" in parts and not isinstance(status.get("selfDeclaredMadeForKids"), bool):
        raise No(400, "invalidVideoMetadata", "selfDeclaredMadeForKids must be said")
    return snippet, {"privacyStatus": "public"} | status


def _words(snippet: Json) -> None:
    title, description = str(snippet.get("title", "")), str(snippet.get("description", ""))
    if not title.strip() or len(title.encode("utf-16-le")) // 2 > _TITLE or set("<>") & set(title):
        raise No(400, "invalidTitle", "The request metadata specifies an invalid or empty video title.")
    if len(description.encode()) > _DESCRIPTION or set("<>") & set(description):
        raise No(400, "invalidDescription", "The request metadata specifies an invalid video description.")
    tags = [str(tag) for tag in snippet.get("tags") or ()]
    length = sum(len(tag) + 2 * (" " in tag) for tag in tags) + max(0, len(tags) - 1)
    if length > _TAGS or any(not tag.strip() or set("<>") & set(tag) for tag in tags):
        raise No(400, "invalidTags", "The request metadata specifies invalid video keywords.")
    if not str(snippet.get("categoryId", "22")).isdigit():
        raise No(400, "invalidCategoryId")


def marks(text: str) -> tuple[Mark, ...]:
    """Find what YouTube makes a link in plain words: addresses and tags."""
    links = [(m.start(), m.end(), "link", m[0]) for m in _ADDRESS.finditer(text)]
    tags = [(m.start(), m.end(), "tag", m[1]) for m in _TAG.finditer(text)]
    return tuple(sorted(links + [tag for tag in tags if not any(a <= tag[0] < b for a, b, _, _ in links)]))

"""What a Mastodon server makes of a file: what it takes, how long it works on it, and when it clears it away."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from adapters.emulators.kit import Upload
from adapters.emulators.pictures import picture

Json = dict[str, Any]

KINDS = ("image/jpeg", "image/png", "image/gif", "image/webp")
PICTURE, AREA = 16_777_216, 33_177_600
"""Bytes and pixels of a picture (image_size_limit, image_matrix_limit)."""
FILM = timedelta(seconds=30)
"""How long the server works on a film."""
_LIVES = timedelta(days=1)
"""How long an upload that stands on no post is kept."""


@dataclass
class Media:
    """One upload."""

    id: str
    mime: str
    at: datetime
    description: str
    sha256: str
    works: timedelta
    on: str = ""
    """The post it stands on."""

    def is_ready(self, now: datetime) -> bool:
        """Tell whether the server is done with it."""
        return now - self.at >= self.works

    def is_gone(self, now: datetime) -> bool:
        """Tell whether it was cleared away."""
        return not self.on and now - self.at >= _LIVES


def refused(file: Upload) -> str:
    """Say why a file is not taken, by what is in it; "" if it is."""
    if file.mime.startswith("video/"):
        return ""
    found = picture(file.content)
    if found is None or found.mime not in KINDS:
        return "File content type is invalid"
    if len(file.content) > PICTURE:
        return "File file size must be less than 16 MB"
    if found.width * found.height > AREA:
        return f"{found.width}x{found.height} images are not supported"
    return ""


def media_json(media: Media, host: str, now: datetime) -> Json:
    """Write a MediaAttachment; its address is known when the server is done with it."""
    kind = "image" if media.mime.startswith("image/") else "video"
    url = f"{host}/media/{media.id}" if media.is_ready(now) else None
    return {"id": media.id, "type": kind, "url": url, "preview_url": url, "description": media.description or None}

"""Uploads that are taken up again where they broke off, as Google's resumable protocol has them."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from adapters.emulators.kit import Asked, Reply, reply
from adapters.emulators.youtube_grants import No

Json = dict[str, Any]

QUANTUM = 256 * 1024
"""Pieces before the last are multiples of it."""
SESSION_LIVES = timedelta(days=7)


@dataclass
class Session:
    """One upload under way, or done."""

    id: str = field(repr=False)
    channel: str
    request: Json
    mime: str
    size: int
    ends: datetime
    content: bytearray = field(default_factory=bytearray, repr=False)
    video: str = ""
    """Set once the last byte is here."""
    taken: int = 0
    """Bytes that came for it, those among them that were here before or not kept."""

    @property
    def progress(self) -> Reply:
        """Say what is here; no Range means nothing."""
        headers = {"range": f"bytes=0-{len(self.content) - 1}"} if self.content else {}
        return Reply(308, b"", headers)


def opened(asked: Asked, number: int, channel: str, now: datetime) -> Session:
    """Open a session as asked; the film's kind and size must be told beforehand."""
    size, mime = asked.headers.get("x-upload-content-length", ""), asked.headers.get("x-upload-content-type", "")
    if not size.isdigit() or int(size) == 0:
        raise No(400, "mediaBodyRequired", "X-Upload-Content-Length is missing")
    if not (mime.startswith("video/") or mime == "application/octet-stream"):
        raise No(400, "invalidFilename", f"Media type '{mime}' is not supported. Valid media types: [video/*]")
    name = f"upload-session-of-the-emulator-{number:06}"
    return Session(name, channel, dict(asked.body), mime, int(size), now + SESSION_LIVES)


def taken(session: Session, asked: Asked, keeps: float = 1.0) -> bool:
    """Take a piece in, or the first share of it; True: it is the last one and all is here."""
    start, end = _range(session, asked)
    piece = asked.raw
    session.taken += len(piece)
    if end - start != len(piece):
        raise No(400, "badRequest", "Content-Range does not match the body", "global")
    if end < session.size and len(piece) % QUANTUM:
        raise No(400, "badRequest", f"Chunks before the last must be multiples of {QUANTUM}", "global")
    if start > len(session.content):
        raise No(400, "badRequest", "Content-Range leaves a gap", "global")
    kept = piece[: int(len(piece) * keeps)]
    session.content += kept[len(session.content) - start :]
    return len(session.content) == session.size


def _range(session: Session, asked: Asked) -> tuple[int, int]:
    said = asked.headers.get("content-range", f"bytes 0-{len(asked.raw) - 1}/{session.size}")
    found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", said)
    if found is None or int(found[3]) != session.size:
        raise No(400, "badRequest", "Invalid Content-Range", "global")
    return int(found[1]), int(found[2]) + 1


def name_of(asked: Asked) -> str:
    """Name a request to a session by what it does: ask, bring a piece, or bring the last one."""
    said = asked.headers.get("content-range", "")
    if said.startswith("bytes */"):
        return "status"
    found = re.fullmatch(r"bytes \d+-(\d+)/(\d+)", said)
    return "chunk" if found and int(found[1]) + 1 < int(found[2]) else "upload"


def gone() -> Reply:
    """Say that there is no such session (any more)."""
    return reply(404, {"error": {"code": 404, "message": "Upload session not found"}})

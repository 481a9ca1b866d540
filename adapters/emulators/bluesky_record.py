"""How a personal data server judges a post record: the lexicon's limits, record keys, content addresses."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import regex

from adapters.emulators.kit import Mark, Shown

Json = dict[str, Any]

POSTS, PROFILE = "app.bsky.feed.post", "app.bsky.actor.profile"
_TID = re.compile(r"[2-7a-j][2-7a-z]{12}")
_TEXT, _TEXT_BYTES = 300, 3000
"""Graphemes and UTF-8 bytes (app.bsky.feed.post)."""
_TAG, _TAG_BYTES = 64, 640
_THUMB, _PICTURE = 1_000_000, 2_000_000
"""Bytes (app.bsky.embed.external, app.bsky.embed.images)."""


@dataclass(frozen=True)
class Blob:
    """One upload; `sha256` is its name in the world's files."""

    sha256: str
    size: int
    mime: str
    at: datetime

    def named(self, link: str) -> Json:
        """Write what a record names it by."""
        return {"$type": "blob", "ref": {"$link": link}, "mimeType": self.mime, "size": self.size}


class Refused(Exception):
    """The server's error name and message."""

    def __init__(self, name: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.name, self.message, self.status = name, message, status


def check_key(key: str) -> None:
    """Refuse a record key that is no TID: https://atproto.com/specs/tid."""
    if not _TID.fullmatch(key):
        raise Refused("InvalidRequest", f"Invalid record key for {POSTS}: Invalid TID string")


def check_record(record: Any, blobs: Mapping[str, Blob]) -> None:
    """Refuse what the lexicon does not allow. As on the real server, facets may point outside the text."""
    if not isinstance(record, dict) or record.get("$type") != POSTS:
        raise Refused("InvalidRequest", f"Invalid $type: expected {POSTS}")
    for name in ("text", "createdAt"):
        if not isinstance(record.get(name), str):
            raise Refused("InvalidRequest", f"Invalid {POSTS} record: missing required key {name!r}")
    _check_size(record["text"], _TEXT, _TEXT_BYTES, "text")
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", record["createdAt"]):
        raise Refused("InvalidRequest", f"Invalid {POSTS} record: invalid datetime at $.createdAt")
    for name, most in (("langs", 3), ("tags", 8)):
        if len(record.get(name, ())) > most:
            raise Refused("InvalidRequest", f"Invalid {POSTS} record: array too big (maximum {most}) at $.{name}")
    for tag in record.get("tags", ()):
        _check_size(tag, _TAG, _TAG_BYTES, "tags")
    _check_facets(record.get("facets", ()))
    _check_reply(record.get("reply"))
    _check_embed(record.get("embed"), blobs)


def _check_size(text: str, graphemes: int, size: int, name: str) -> None:
    have = len(text.encode(errors="surrogatepass"))
    if have > size:
        message = f"string too big (maximum {size}, got {have})"
    elif (have := len(regex.findall(r"\X", text))) > graphemes:
        message = f"grapheme too big (maximum {graphemes}, got {have})"
    else:
        return
    raise Refused("InvalidRequest", f"Invalid {POSTS} record: {message} at $.{name}")


def _check_facets(facets: Any) -> None:
    for facet in facets:
        index, features = facet.get("index", {}), facet.get("features", ())
        if not (isinstance(index.get("byteStart"), int) and isinstance(index.get("byteEnd"), int) and features):
            raise Refused("InvalidRequest", f"Invalid {POSTS} record: invalid facet at $.facets")
        for feature in features:
            if feature.get("$type") == "app.bsky.richtext.facet#tag":
                _check_size(feature["tag"], _TAG, _TAG_BYTES, "facets")


def _check_reply(reply: Any) -> None:
    if reply is None:
        return
    for name in ("root", "parent"):
        if not {"uri", "cid"} <= set(reply.get(name, {})):
            raise Refused("InvalidRequest", f"Invalid {POSTS} record: missing required key at $.reply.{name}")


def _check_embed(embed: Any, blobs: Mapping[str, Blob]) -> None:
    match embed:
        case None:
            return
        case {"$type": "app.bsky.embed.external", "external": dict(external)}:
            if not {"uri", "title", "description"} <= set(external):
                raise Refused("InvalidRequest", f"Invalid {POSTS} record: missing required key at $.embed.external")
            if "thumb" in external:
                _check_blob(external["thumb"], blobs, _THUMB)
        case {"$type": "app.bsky.embed.images", "images": list(images)} if len(images) <= 4:
            for image in images:
                if "alt" not in image:
                    raise Refused("InvalidRequest", f"Invalid {POSTS} record: missing required key 'alt'")
                _check_blob(image.get("image"), blobs, _PICTURE)
                ratio = image.get("aspectRatio", {"width": 1, "height": 1})
                if not all(isinstance(ratio.get(side), int) and ratio[side] >= 1 for side in ("width", "height")):
                    raise Refused("InvalidRequest", f"Invalid {POSTS} record: invalid aspectRatio at $.embed.images")
        case _:
            raise Refused("InvalidRequest", f"Invalid {POSTS} record: invalid value at $.embed")


def _check_blob(blob: Any, blobs: Mapping[str, Blob], most: int) -> None:
    match blob:
        case {"$type": "blob", "ref": {"$link": str(link)}, "mimeType": mime, "size": size}:
            if link not in blobs:
                raise Refused("BlobNotFound", f"Could not find blob: {link}")
            if mime != blobs[link].mime:
                raise Refused("InvalidMimeType", f"Referenced Mimetype does not match stored blob. Expected: {mime}")
            if size != blobs[link].size or not blobs[link].mime.startswith("image/"):
                raise Refused("InvalidRequest", f"Invalid {POSTS} record: invalid blob")
            if size > most:
                message = f"blob too big (maximum {most}, got {size})"
                raise Refused("InvalidRequest", f"Invalid {POSTS} record: {message}")
        case _:
            raise Refused("InvalidRequest", f"Invalid {POSTS} record: invalid blob")


def address(content: Any) -> str:
    """Name a record or a blob by its content."""
    if isinstance(content, bytes):
        return "bafkrei" + _hash(content)
    return "bafyrei" + _hash(json.dumps(content, sort_keys=True).encode())


def title(handle: str) -> str:
    """Tell the name readers see first."""
    return handle.partition(".")[0].replace("-", " ").title()


def profile(handle: str) -> Json:
    """Write how an account shows itself; its picture is a blob that nobody here keeps."""
    picture = {"$type": "blob", "ref": {"$link": address(handle.encode())}, "mimeType": "image/jpeg", "size": 1}
    return {"$type": PROFILE, "displayName": title(handle), "avatar": picture}


def tid(microseconds: int) -> str:
    """Make a record key from a moment."""
    letters = "234567abcdefghijklmnopqrstuvwxyz"
    return "".join(letters[((microseconds << 10) >> shift) & 31] for shift in range(60, -1, -5))


def show(record: Json, blobs: Mapping[str, Blob], *, handle: str, uri: str, at: datetime) -> Shown:
    """Tell what a reader sees of a record."""
    langs, parent = record.get("langs") or [""], record.get("reply", {}).get("parent", {}).get("uri")
    return Shown(
        network="bluesky",
        place=f"@{handle}",
        id=uri,
        author=title(handle),
        handle=f"@{handle}",
        text=record["text"],
        marks=marks(record),
        card=card(record),
        lang=langs[0],
        at=at,
        parent=parent,
        options={"tags": " ".join(record["tags"])} if record.get("tags") else {},
        media=media(record, blobs),
        thumb=thumb(record, blobs),
    )


def marks(record: Json) -> tuple[Mark, ...]:
    """Tell what a reader sees of the facets, in code points; a facet outside the text shows nothing."""
    text, found = record["text"].encode(errors="surrogatepass"), []
    for facet in record.get("facets", ()):
        start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        if not 0 <= start < end <= len(text):
            continue
        first = len(text[:start].decode(errors="replace"))
        last = first + len(text[start:end].decode(errors="replace"))
        for feature in facet["features"]:
            kind = feature.get("$type", "").partition("#")[2]
            value = feature.get({"link": "uri", "tag": "tag", "mention": "did"}.get(kind, ""), "")
            found.append((first, last, kind, value))
    return tuple(found)


def card(record: Json) -> tuple[str, str, str] | None:
    """Tell the card readers see: what the record says, never fetched."""
    external = record.get("embed", {}).get("external")
    return (external["uri"], external["title"], external["description"]) if external else None


def media(record: Json, blobs: Mapping[str, Blob]) -> tuple[tuple[str, str], ...]:
    """Tell the pictures readers see and their descriptions."""
    images = record.get("embed", {}).get("images", ())
    return tuple((blobs[image["image"]["ref"]["$link"]].sha256, image["alt"]) for image in images)


def thumb(record: Json, blobs: Mapping[str, Blob]) -> str:
    """Tell the picture on the card, "" if it has none."""
    found = record.get("embed", {}).get("external", {}).get("thumb")
    return blobs[found["ref"]["$link"]].sha256 if found else ""


def _hash(content: bytes) -> str:
    return base64.b32encode(hashlib.sha256(content).digest()).decode().lower().rstrip("=")

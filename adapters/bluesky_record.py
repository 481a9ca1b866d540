"""What stands in Bluesky's requests and answers: the record of a post, its key, and what refusals mean."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.contract import (
    AuthFailed,
    Card,
    Clock,
    Identity,
    Json,
    Mark,
    Media,
    NotSent,
    NotYet,
    PictureRefused,
    Post,
    PublishError,
    Receipt,
    Rejected,
    Scope,
)
from adapters.http import Answer
from adapters.text import facets, linked, sky_tag

POSTS = "app.bsky.feed.post"
PROFILE = "app.bsky.actor.profile"
_MOST_TAGS = 8
_LONG_AGO = 1 << 50
"""Microseconds since 1970, in September 2005; as much again and half of it later it is July 2023."""
_TID_SIGNS = "234567abcdefghijklmnopqrstuvwxyz"


class Missing(Rejected):
    """There is no record under this key."""


class Taken(Rejected):
    """Another record stands under this key."""


class MediaGone(NotSent):
    """An upload is not there any more: pictures no record names are cleared away after hours."""

    is_outage = False


# By the name in the answer, as the status says little: a dead token is 400 (measured with PDS 0.5.35, 2026-11-22).
_ACCOUNT = frozenset(
    {
        "ExpiredToken",
        "InvalidToken",
        "AuthMissing",
        "AuthenticationRequired",
        "AuthFactorTokenRequired",
        "AccountNotFound",
        "AccountTakedown",
        "AccountDeactivated",
    }
)


def sort(answer: Answer, clock: Clock) -> PublishError | None:
    """Read a refusal by its name; None leaves it to the status."""
    match answer.body.get("error"):
        case str(name) if name in _ACCOUNT:
            return AuthFailed(answer.said, scope=Scope.ACCOUNT)
        case "RecordNotFound":
            return Missing(answer.said)
        case "InvalidSwap":
            return Taken(answer.said)
        case "BlobNotFound":
            return MediaGone(answer.said)
        case "InvalidMimeType":
            return PictureRefused(answer.said)
        case "InvalidRequest" if "blob too big" in answer.said:  # older servers take less
            return PictureRefused(answer.said)
    if answer.status == 429:
        return NotYet(answer.said, scope=Scope.ACCOUNT, retry_after=answer.wait(clock.now()))
    return None


def record(post: Post) -> Json:
    """Write a post's record; the moment and the post it answers come from the memo."""
    text, marks = words(post)
    made: Json = {
        "$type": POSTS,
        "text": text,
        "createdAt": {"$memo": "created"},
        "langs": [post.lang],
    }
    if found := facets(text, marks):
        made["facets"] = found
    if tags := [tag for tag in map(sky_tag, post.tags) if tag][:_MOST_TAGS]:
        made["tags"] = tags
    if post.media:
        made["embed"] = {"$type": "app.bsky.embed.images", "images": [_image(media) for media in post.media]}
    elif post.card:
        made["embed"] = {"$type": "app.bsky.embed.external", "external": _external(post.card)}
    if post.parent:
        made["reply"] = {"$memo": "reply"}
    return made


def words(post: Post) -> tuple[str, tuple[Mark, ...]]:
    """Write the words and their marks; a record has one embed, so pictures leave the address no place but the words."""
    return linked(post.text, post.marks, post.card.url if post.card and post.media else "")


def uploads(post: Post) -> dict[str, Media]:
    """List the pictures to upload by the names of their steps; what they are named by in a record comes from there."""
    thumb = post.card.thumb if post.card and not post.media else None
    return {_blob(media): media for media in (*post.media, *([thumb] if thumb else []))}


def _blob(media: Media) -> str:
    return f"blob {media.sha256}"


def _image(media: Media) -> Json:
    made: Json = {"image": {"$memo": _blob(media)}, "alt": media.alt}
    if media.width and media.height:  # else the app shows a square until the picture is there
        made["aspectRatio"] = {"width": media.width, "height": media.height}
    return made


def _external(card: Card) -> Json:
    thumb = {"thumb": {"$memo": _blob(card.thumb)}} if card.thumb else {}
    return {"uri": card.url, "title": card.title, "description": card.description} | thumb


def tid(key: str) -> str:
    """Make a delivery's record key: 53 bits of microseconds and 10 of chance, all drawn from the delivery's own key.

    Thus every try has the same one, whatever its words, and no two can both be out. The moment in it means nothing
    (https://atproto.com/specs/record-key), but lies in the past, as some may refuse a future one.
    """
    drawn = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])
    number = (_LONG_AGO << 10) + (drawn >> 5)  # 59 bits: 49 of them microseconds
    return "".join(_TID_SIGNS[(number >> shift) & 31] for shift in range(60, -1, -5))


def moment(clock: Clock) -> str:
    """Write the present as a record's createdAt."""
    return clock.now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def receipt(uri: str) -> Receipt:
    """Tell where readers see the post at this address (at://did/collection/key)."""
    scheme, _, did, _, rkey = uri.split("/")
    if scheme != "at:":
        raise ValueError(uri)
    return Receipt(uri, f"https://bsky.app/profile/{did}/post/{rkey}")


def put(answer: Any) -> Receipt:
    """Read the answer to a record written."""
    return receipt(answer["uri"])


def got(answer: Any) -> Json:
    """Read a record: its address, its content hash, what it says."""
    return {"uri": str(answer["uri"]), "cid": str(answer["cid"]), "value": dict(answer["value"])}


@dataclass(frozen=True, slots=True)
class Listed:
    """One record of an account: its address, its words, and when we say it was made."""

    uri: str
    text: str
    made: datetime


def listed(answer: Any) -> tuple[list[Listed], str]:
    """Read a page of an account's records, newest first, and the cursor behind it, "" at the end."""
    found = [(str(each["uri"]), each["value"]) for each in answer["records"]]
    records = [Listed(uri, str(value.get("text") or ""), _made(value.get("createdAt"))) for uri, value in found]
    return records, str(answer.get("cursor") or "")


def _made(said: Any) -> datetime:
    # Whoever wrote a record chose its moment; one that cannot be read is not ours.
    try:
        made = datetime.fromisoformat(str(said))
    except ValueError:
        return datetime(1970, 1, 1, tzinfo=UTC)
    return made if made.tzinfo else made.replace(tzinfo=UTC)


def uploaded(answer: Any) -> Json:
    """Read what a record names an uploaded picture by."""
    blob = answer["blob"]
    if blob["$type"] != "blob" or not blob["ref"]["$link"]:
        raise ValueError("no picture")
    return dict(blob)


def identity(answer: Any) -> Identity:
    """Read whose session this is."""
    is_active = answer.get("active", True)
    missing = () if is_active else (f"account is {answer.get('status') or 'not active'}",)
    return Identity(str(answer["did"]), f"@{answer['handle']}", missing)


def named(profile: Any) -> tuple[str, str]:
    """Read from a profile what readers see as the name, and which blob is the picture; "" where it is not told."""
    picture = profile.get("avatar") or {}
    return str(profile.get("displayName") or ""), str((picture.get("ref") or {}).get("$link") or "")


def reply(parent: Json) -> Json:
    """Name what a reply answers: the post itself and the one that began the thread."""
    this = {"uri": parent["uri"], "cid": parent["cid"]}
    above = parent["value"].get("reply")
    root = above.get("root") if isinstance(above, dict) else None
    return {"root": root or this, "parent": this}

"""LinkedIn's posts, as they are sent and read back: little text, an article card, pictures; and what its refusals mean.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/little-text-format
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import regex

from adapters.body import carried, problems
from adapters.contract import (
    AuthFailed,
    Clock,
    Json,
    Limits,
    Mark,
    Media,
    NotYet,
    Post,
    Problem,
    PublishError,
    Receipt,
    Rejected,
    Scope,
)
from adapters.http import Answer
from adapters.text import same_words, spelled_out, utf16

# All that the page calls reserved: one of these that is not escaped cuts a post short, and the answer is 201 all the
# same (sheet of 2026-11-22, 3).
_RESERVED = re.compile(r"([\\|{}@\[\]()<>#*_~])")
_TAG = regex.compile(r"#([\p{L}\p{N}_]*\p{L}[\p{L}\p{N}_]*)")
NAME = re.compile(r"urn:li:(?:share|ugcPost):[0-9]+")
"""What posts are called."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LEFT_OUT = re.compile(r"\{hashtag\|\\?[#＃]\|((?:\\.|[^|}])+)\}|@\[((?:\\.|[^\]])+)\]\([^)]*\)|\\(.)", re.DOTALL)
_TAKING_IN = re.compile(
    r"\b(?:WAITING_UPLOAD|PROCESSING)\b"
    r"|(?i:\bmedia (?:is )?(?:still )?(?:being )?process(?:ing|ed)\b"
    r"|\b(?:image|picture|asset)\b[^.!?]{0,120}\bis (?:still )?(?:being )?process(?:ing|ed)\b)"
)
"""How a refusal says that a picture is only not ready yet."""
_FAILED = re.compile(r"error|exception|fail", re.IGNORECASE)
"""What it says besides where it will never be."""
_LIMITED = timedelta(minutes=5)
_AFTER_MIDNIGHT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Listed:
    """One post of a page."""

    urn: str
    author: str
    at: datetime
    words: str
    source: str


def escape(text: str) -> str:
    """Write plain words as little text."""
    return _RESERVED.sub(r"\\\1", text)


def unescape(little: str) -> str:
    """Read the plain words of little text."""
    return _LEFT_OUT.sub(_meant, little)


def commentary(post: Post) -> str:
    """Write the words: addresses that only pictures or hidden links hold are written out, tags become hashtags."""
    text, marks = spelled_out(post.text, post.marks, post.card.url if post.card and post.media else "")
    return "".join(_pieces(text, marks))


def pictures(post: Post) -> dict[str, Media]:
    """Name the uploads: pictures, or the one on the card, which LinkedIn never fetches by itself."""
    thumbs = [post.card.thumb] if post.card and post.card.thumb and not post.media else []
    return {f"image {media.sha256}": media for media in (*post.media, *thumbs)}


def request(post: Post, author: str) -> Json:
    """Write the whole post."""
    shown: Json = {"author": author, "commentary": commentary(post), "visibility": "PUBLIC"}
    places = {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []}
    shown |= {"distribution": places, "lifecycleState": "PUBLISHED", "isReshareDisabledByAuthor": False}
    content = _content(post)
    return shown | ({"content": content} if content else {})


def measure(post: Post, limits: Limits) -> tuple[Problem, ...]:
    """Count the words with their escapes, as one client library found LinkedIn does, and what the post carries."""
    return problems([("text", utf16(commentary(post)), limits.text), *carried(post, limits)])


def born(urn: str) -> datetime | None:
    """Tell when a post was made by its number, whose upper bits count milliseconds; None where it cannot be that.

    No page of LinkedIn's says so; numbers of known posts do (7141138937766391808 is of 2023-12-14).
    """
    number = int(urn.rpartition(":")[2]) >> 22
    found = _EPOCH + timedelta(milliseconds=min(number, 1 << 42))
    return found if datetime(2015, 1, 1, tzinfo=UTC) < found < datetime(2100, 1, 1, tzinfo=UTC) else None


def receipt(urn: str) -> Receipt:
    """Tell of a post that is out."""
    return Receipt(urn, f"https://www.linkedin.com/feed/update/{urn}/", mark=urn)


def created(headers: Json) -> Receipt:
    """Read which post was made: only a header names it."""
    urn = headers["x-restli-id"]
    if not NAME.fullmatch(urn):
        raise ValueError("not a post's name")
    return receipt(urn)


def says(each: Listed, words: str, source: str) -> bool:
    """Tell whether a post says what was sent: the same words, or where there are none the same article."""
    if not same_words(each.words, words):
        return False
    return bool(words.strip()) or each.source == source


def page(answer: Any) -> list[Listed]:
    """Read a page of the list."""
    return [listed(each) for each in answer["elements"]]


def listed(each: Any) -> Listed:
    """Read one post; its moment in milliseconds."""
    source = ((each.get("content") or {}).get("article") or {}).get("source", "")
    at = _EPOCH + timedelta(milliseconds=int(each["createdAt"]))
    return Listed(str(each["id"]), str(each["author"]), at, unescape(str(each.get("commentary") or "")), str(source))


def _content(post: Post) -> Json:
    match post.media:
        case (one,):
            return {"media": _shown(one)}
        case (_, *_):
            return {"multiImage": {"images": [_shown(each) for each in post.media]}}
    if post.card is None:
        return {}
    card = post.card
    article: Json = {"source": card.url, "title": card.title.strip() or urlsplit(card.url).hostname or card.url}
    article |= {"description": card.description} if card.description.strip() else {}
    return {"article": article | ({"thumbnail": _of(card.thumb)} if card.thumb else {})}


def _shown(media: Media) -> Json:
    return {"id": _of(media)} | ({"altText": media.alt} if media.alt.strip() else {})


def _of(media: Media) -> Json:
    return {"$memo": f"image {media.sha256}"}


def _pieces(text: str, marks: tuple[Mark, ...]) -> Iterator[str]:
    done = 0
    for mark in marks:
        tag = _TAG.fullmatch(text[mark.start : mark.end]) if mark.kind == "tag" and mark.start >= done else None
        if tag:
            yield escape(text[done : mark.start])
            yield rf"{{hashtag|\#|{escape(tag[1])}}}"
            done = mark.end
    yield escape(text[done:])


def _meant(found: re.Match[str]) -> str:
    tag, name, sign = found.groups()
    return f"#{unescape(tag)}" if tag else unescape(name) if name else sign


class Missing(Rejected):
    """Nothing is known under this name."""


class Forbidden(AuthFailed):
    """The token lives, and may not do this."""


class Duplicate(Rejected):
    """LinkedIn has these words already, in the post `original`; whose it is must be looked up."""

    original = ""


def sort(answer: Answer, *, clock: Clock) -> PublishError | None:
    """Read a refusal by its status and codes; None leaves it to the status."""
    said, body = answer.said, answer.body
    match answer.status:
        case 426:
            told = f"this version of LinkedIn's API serves no more, set a newer `version`: {said}"
            return AuthFailed(told, scope=Scope.ACCOUNT)
        case 401:
            return AuthFailed(said, scope=Scope.ACCOUNT)
        case 403:
            rights = "w_organization_social and r_organization_social and a role on the page, or w_member_social"
            return Forbidden(f"the token may not do this, it needs {rights}: {said}", scope=Scope.CHANNEL)
        case 404:
            return Missing(said)
        case 429:
            return _limited(answer, clock.now())
        case 400 | 409 | 422 if "DUPLICATE_POST" in _codes(body):
            duplicate = Duplicate(said)
            duplicate.original = (NAME.findall(str(body.get("message"))) or [""])[-1]
            return duplicate
    return None


def is_taking_in(refusal: Rejected) -> bool:
    """Whether a post is refused for a picture that LinkedIn still takes in: "media processing" passes (sheet, 4)."""
    return _TAKING_IN.search(refusal.detail) is not None and not _FAILED.search(refusal.detail)


def _limited(answer: Answer, now: datetime) -> NotYet:
    """Tell how long to stay away: what a day allows comes back at midnight UTC, and no header says so."""
    if "DAY limit" not in answer.said:
        return NotYet(answer.said, scope=Scope.ACCOUNT, retry_after=answer.wait(now, usual=_LIMITED))
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    scope = Scope.APP if "APPLICATION DAY" in answer.said else Scope.ACCOUNT
    return NotYet(answer.said, scope=scope, retry_after=midnight + _AFTER_MIDNIGHT - now)


def _codes(body: Json) -> set[str]:
    details = body.get("errorDetails")
    inputs = details.get("inputErrors") if isinstance(details, dict) else None
    found = [body, *(inputs if isinstance(inputs, list) else ())]
    return {str(each.get("code")) for each in found if isinstance(each, dict)}

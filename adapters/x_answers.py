"""What X answers: refusals in both its shapes, and posts as the account's timeline shows them.

Refusals come as problems (`title`, `detail`, `type`) or in the older form (`errors` with a `code`); what they name
decides before the status: https://docs.x.com/x-api/fundamentals/response-codes-and-errors.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

from adapters import waits
from adapters.contract import (
    AuthFailed,
    Clock,
    Identity,
    Json,
    NotSent,
    NotYet,
    OutcomeUnknown,
    PictureRefused,
    PublishError,
    Rejected,
    Scope,
)
from adapters.http import Answer
from adapters.text import same_words

# A person must act: rights, suspension, money. Unknown refusals are about the post.
_PAY = "no credits are left, buy some at console.x.com"
_RAISE = "the limit set for the app is used up, raise it at console.x.com"
_PERMIT = "set the app to Read and write at console.x.com, then make a new access token there"
_SIGN_IN = "the account is locked or suspended, sign in at x.com as it to see why"
_KEYS = (
    "X does not know these keys: if nobody changed them, X may be down or this machine's clock wrong; else put in new "
    "ones from console.x.com"
)
_STOPS = {
    "credits": _PAY,
    "usage-capped": _RAISE,
    "client-forbidden": _PERMIT,
    "unsupported-authentication": _PERMIT,
    "oauth1-permissions": _PERMIT,
    "user-suspended": _SIGN_IN,
}
_STOPPING_CODES = {64: _SIGN_IN, 326: _SIGN_IN}
_STOPPING_WORDS = {"spending limit": _RAISE, "not permitted to access this feature": _PERMIT}
_LIMIT, _DUPLICATE = 88, 187
_WINDOW = timedelta(minutes=15)
_PICTURE = re.compile(r"https://(?:x|twitter)\.com/\S+/status/\d+/(?:photo|video)/\d+")


class Duplicate(OutcomeUnknown):
    """The account has posted these words not long ago: perhaps an earlier try did."""

    is_outage = False


class Missing(Rejected):
    """X knows nothing under this address."""


class Invalid(Rejected):
    """X does not take the request in this form."""


class MediaGone(NotSent):
    """An upload is not there any more."""

    is_outage = False


def sort(answer: Answer, clock: Clock) -> PublishError | None:
    """Read a refusal; None leaves it to the status."""
    told = _Told(answer)
    if told.to_do:
        return AuthFailed(f"{told.to_do}; {answer.said}", scope=Scope.ACCOUNT)
    if told.is_duplicate:
        return Duplicate(answer.said)
    if answer.status == 429 or _LIMIT in told.codes:
        return _limited(answer, clock)
    if told.is_about_media:
        return MediaGone(answer.said)
    match answer.status:
        case 400:
            return Invalid(answer.said)
        case 403:
            return Rejected(answer.said)
        case 404:
            return Missing(answer.said)
    return None


def sort_upload(answer: Answer, clock: Clock) -> PublishError | None:
    """Read a refusal of an upload: what is wrong with "media" is wrong with this picture, which is not there yet."""
    found = sort(answer, clock)
    return PictureRefused(found.detail) if isinstance(found, MediaGone) else found


class _Told:
    """What a refusal names, in either shape."""

    def __init__(self, answer: Answer) -> None:
        body = answer.body
        found = body.get("errors")
        errors = [e for e in found if isinstance(e, dict)] if isinstance(found, list) else []
        self.codes = {e.get("code") for e in errors if isinstance(e.get("code"), int)}
        words = " ".join(str(part.get("detail") or part.get("message") or "") for part in (body, *errors)).lower()
        kind = str(body.get("type") or "").rpartition("/")[2]
        named = [
            _STOPS.get(kind, ""),
            *(to_do for code, to_do in _STOPPING_CODES.items() if code in self.codes),
            *(to_do for phrase, to_do in _STOPPING_WORDS.items() if phrase in words),
            {401: _KEYS, 402: _PAY}.get(answer.status, ""),
        ]
        self.to_do = next(filter(None, named), "") if answer.status in (401, 402, 403, 429) else ""
        """What a person can do about a refusal that no other post would escape; "" for other refusals."""
        self.is_duplicate = answer.status == 403 and (_DUPLICATE in self.codes or "duplicate content" in words)
        self.is_about_media = answer.status == 400 and any(
            str(name).startswith("media") for e in errors for name in _names(e.get("parameters"))
        )


def _names(parameters: Any) -> list[str]:
    return list(parameters) if isinstance(parameters, dict) else []


def _limited(answer: Answer, clock: Clock) -> NotYet:
    asked = waits.asked(answer.headers, clock.now()) or waits.Wait(_WINDOW)
    return NotYet(answer.said, scope=asked.scope or Scope.ACCOUNT, retry_after=asked.length)


def account(answer: Any) -> Json:
    """Read whose keys these are."""
    return {"id": str(answer["data"]["id"]), "username": str(answer["data"]["username"])}


def identity(answer: Any) -> Identity:
    """Read how readers see an account."""
    told = answer["data"]
    # The picture is named at 48 pixels; a suffix names its sizes: https://docs.x.com/x-api/fundamentals/data-dictionary
    avatar = str(told.get("profile_image_url") or "").replace("_normal.", "_400x400.")
    return Identity(str(told["id"]), f"@{told['username']}", name=str(told.get("name") or ""), avatar=avatar)


def made(answer: Any) -> str:
    """Read the id of what was made, a post or an upload; it may come with `errors` beside it."""
    return _number(answer["data"]["id"])


def deleted(answer: Any) -> None:
    """Make sure that a post is gone."""
    if answer["data"]["deleted"] is not True:
        raise ValueError("not deleted")


@dataclass(frozen=True, slots=True)
class Shown:
    """One post as the timeline shows it: its words, and where each short address in them leads."""

    id: str
    text: str
    links: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the account's posts, newest first; `next` is "" on the last."""

    posts: tuple[Shown, ...]
    next: str


def page(answer: Any) -> Page:
    """Read a page of posts; raises Invalid where X left out the fields that were asked for."""
    found = answer.get("data", [])
    meta = answer["meta"]
    if not isinstance(found, list) or (meta["result_count"] and not found):
        raise ValueError("not a page")
    if any("created_at" not in each for each in found):
        raise Invalid("X showed posts without the fields that were asked for")
    return Page(tuple(map(_shown, found)), str(meta.get("next_token") or ""))


def says(shown: Shown, sent: str) -> bool:
    """Tell whether a post shows the words and addresses that were sent, each address where it stood.

    Which words X makes links of does not matter: each is put back as what it leads to.
    """
    words = shown.text
    for short, long in shown.links.items():
        is_own_picture = _PICTURE.fullmatch(long) and long not in sent
        words = words.replace(short, " " if is_own_picture else f" {long} ")
    return same_words(_bare(words), _bare(sent))


def _bare(text: str) -> str:
    return re.sub(r"https?://", " ", unquote(text), flags=re.IGNORECASE)


def _shown(post: Any) -> Shown:
    whole = post.get("note_post") or post.get("note_tweet") or post  # a long post stands here whole
    urls = (whole.get("entities") or {}).get("urls") or []
    links = {str(u["url"]): str(u.get("expanded_url") or u["url"]) for u in urls if u.get("url")}
    return Shown(_number(post["id"]), html.unescape(str(whole["text"])), links)


def _number(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,19}", value):
        raise ValueError("not an id")
    return value

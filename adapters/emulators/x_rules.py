"""What X takes and how it refuses: the keys of each body and query, and the words and headers of a refusal."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.emulators.kit import Asked, Reply, reply
from adapters.emulators.x_posts import Account
from adapters.emulators.x_text import cashtags
from adapters.weighted import weighted

CALLS = (
    ("GET", r"/i/oauth2/authorize", "authorize", 0),
    ("POST", r"/2/oauth2/token", "token", 0),
    ("POST", r"/2/tweets", "createPosts", 100),
    ("DELETE", r"/2/tweets/(\d+)", "deletePosts", 50),
    ("GET", r"/2/users/me", "getUsersMe", 75),
    ("GET", r"/2/users/(\d+)/tweets", "getUsersPosts", 900),
    ("POST", r"/2/media/upload", "mediaUpload", 500),
    ("POST", r"/2/media/metadata", "createMediaMetadata", 500),
)
"""Method, path, name, and how many calls an account has in a quarter of an hour."""
PROBLEMS = "https://api.twitter.com/2/problems/"
NOT_PERMITTED = "You are not permitted to perform this action."
_INVALID = "https://api.x.com/2/problems/invalid-request"
_USER_FIELDS = frozenset(
    {"id", "name", "username", "profile_image_url", "verified", "verified_type", "subscription_type"}
)
_POST_FIELDS = frozenset({"attachments", "created_at", "entities", "id", "lang", "public_metrics", "text"})
_NOTE = {"post.fields": "note_post", "tweet.fields": "note_tweet"}


class No(Exception):
    """A refusal; `code` is its number in the older of the two forms, 0 where it has none."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        title: str = "Forbidden",
        kind: str = "about:blank",
        code: int = 0,
        errors: list[dict[str, Any]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.headers = status, code, headers or {}
        self.problem = {"title": title, "detail": detail, "type": kind, "status": status}
        self.problem |= {"errors": errors} if errors else {}

    def reply(self, *, old_fashioned: bool) -> Reply:
        """Write it in either form."""
        if old_fashioned and self.code:
            body: dict[str, Any] = {"errors": [{"code": self.code, "message": self.problem["detail"]}]}
        else:
            body = self.problem
        found = reply(self.status, body, content_type="application/problem+json")
        return Reply(found.status, found.content, {**found.headers, **self.headers})


def too_many(headers: Mapping[str, str]) -> No:
    """Refuse a call for which no window has room."""
    return No(429, "Too Many Requests", title="Too Many Requests", code=88, headers=headers)


def invalid(name: str, words: str = "") -> No:
    """Refuse a request for one of its parameters."""
    errors = [{"message": words or f"The parameter [{name}] is not valid.", "parameters": {name: []}}]
    words = "One or more parameters to your request was invalid."
    return No(400, words, title="Invalid Request", kind=_INVALID, errors=errors)


def window(name: str, most: int, left: int, resets: datetime) -> dict[str, str]:
    """Write the three headers of a window; its end in whole Unix seconds."""
    until = -int(-resets.timestamp() // 1)
    return {f"{name}-limit": str(most), f"{name}-remaining": str(left), f"{name}-reset": str(until)}


def check_me(query: Mapping[str, str]) -> None:
    """Check the query of /2/users/me."""
    _check(query, {"user.fields": _among(_USER_FIELDS)})


def check_listing(query: Mapping[str, str], fields: str) -> None:
    """Check the query of a timeline; `fields` is what the question for fields is called."""
    _check(query, _LISTING | {fields: _among(_POST_FIELDS | {_NOTE[fields]})})


def check_json(asked: Asked, allowed: Mapping[str, Any]) -> None:
    """Check a JSON body against a table of its keys."""
    if not asked.is_json:
        raise invalid("body")
    if name := _wrong(dict(asked.body), allowed, ""):
        raise invalid(name)


Check = Callable[[Any], bool]


def _check(query: Mapping[str, str], allowed: Mapping[str, Check]) -> None:
    for name, value in query.items():
        if name not in allowed or not allowed[name](value):
            raise invalid(name)


def _wrong(body: Any, allowed: Mapping[str, Any], where: str) -> str:
    """Name the first key a body may not hold, lacks, or holds a wrong value under; "" if there is none."""
    if not isinstance(body, dict):
        return where
    for name in _NEEDED.get(where.rpartition(".")[2], ()):
        if name not in body:
            return f"{where}.{name}"
    for name, value in body.items():
        path = f"{where}.{name}" if where else name
        rule = allowed.get(name, _never)
        if found := _wrong(value, rule, path) if isinstance(rule, dict) else ("" if rule(value) else path):
            return found
    return ""


def _never(value: Any) -> bool:
    return False


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9]{1,19}", value) is not None


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _among(known: frozenset[str]) -> Check:
    return lambda value: set(value.split(",")) <= known


def _ids(least: int, most: int) -> Check:
    return lambda value: isinstance(value, list) and least <= len(value) <= most and all(map(_is_id, value))


_NEEDED = {"media": ("media_ids",), "reply": ("in_reply_to_tweet_id",), "alt_text": ("text",)}
_LISTING: dict[str, Check] = {
    "max_results": lambda value: value.isdigit() and 5 <= int(value) <= 100,
    "since_id": _is_id,
    "until_id": _is_id,
    "pagination_token": lambda value: re.fullmatch(r"p[0-9]{1,19}", value) is not None,
    "exclude": _among(frozenset({"replies", "retweets"})),
}
POST: dict[str, Any] = {
    "text": _is_text,
    "media": {"media_ids": _ids(1, 4), "tagged_user_ids": _ids(0, 10)},
    "reply": {
        "in_reply_to_tweet_id": _is_id,
        "exclude_reply_user_ids": lambda value: isinstance(value, list) and all(map(_is_text, value)),
        "auto_populate_reply_metadata": _is_flag,
    },
    "reply_settings": _among(frozenset({"following", "mentionedUsers", "subscribers", "verified"})),
    "made_with_ai": _is_flag,
    "paid_partnership": _is_flag,
    "nullcast": _is_flag,
    "edit_options": {"previous_post_id": _is_id},
}
"""What a request for a post may hold; other keys of the official list are not emulated."""
METADATA: dict[str, Any] = {
    "id": _is_id,
    "metadata": {"alt_text": {"text": lambda value: isinstance(value, str) and len(value) <= 1000}},
}
"""What a request for a picture's description may hold."""


def check_words(owner: Account, text: str, now: datetime, *, too_long: str, remembers: timedelta) -> None:
    """Take no text that is too long, has two cashtags, or was posted by its account not long ago."""
    if weighted(text) > owner.longest:
        raise No(403, too_long)
    if cashtags(text) > 1:
        raise No(403, "A post may hold a maximum of one cashtag.")
    said = owner.said.get(text)
    if said is not None and now - said < remembers:
        raise No(403, "You are not allowed to create a Tweet with duplicate content.", code=187)

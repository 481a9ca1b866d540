"""Fill the places a pure `body` leaves open."""

import json
from collections.abc import Callable
from typing import Any

from adapters.contract import NotSent, Post, Rejected


def fill(node: Any, read_memo: Callable[[str], str | None]) -> Any:
    """Put the parsed value of each memo where `{"$memo": name}` stands; `{"$media": sha256}` stays for the upload.

    Raises NotSent for a memo nobody has written: this happens before anything is sent.
    """
    match node:
        case {"$memo": str(name), **others} if not others:
            return _value(name, read_memo(name))
        case dict():
            return {key: fill(value, read_memo) for key, value in node.items()}
        case list():
            return [fill(value, read_memo) for value in node]
    return node


def refuse_media(post: Post, title: str) -> None:
    """Raise Rejected rather than leave a post's pictures out without a word."""
    if post.media:
        raise Rejected(f"{title} posts carry no pictures or films of their own yet")


def _value(name: str, text: str | None) -> Any:
    if text is None:
        raise NotSent(f"nothing was prepared under the name {name!r}")
    try:
        return json.loads(text)
    except ValueError:
        raise NotSent(f"what was prepared under the name {name!r} is not JSON") from None

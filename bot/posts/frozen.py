"""Knows how a post is written down once it is frozen, and its digest."""

import hashlib
import json

from pydantic import TypeAdapter

from adapters.contract import Post, Receipt

_POST: TypeAdapter[Post] = TypeAdapter(Post)
_RECEIPT: TypeAdapter[Receipt] = TypeAdapter(Receipt)
_NOT_WORDS = {"media": {"__all__": {"open"}}, "card": {"thumb": {"open"}}}


def dump(post: Post) -> str:
    """Write a post as JSON with sorted keys; how its media are opened is left out."""
    plain = _POST.dump_python(post, mode="json", exclude=_NOT_WORDS)
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def load(written: str) -> Post:
    """Read a post back; equal to the one written."""
    return _POST.validate_json(written)


def digest(post: Post) -> str:
    """Name a post by its content: 32 hex digits."""
    return hashlib.sha256(dump(post).encode()).hexdigest()[:32]


def dump_receipt(receipt: Receipt) -> str:
    """Write a receipt as JSON."""
    return _RECEIPT.dump_json(receipt).decode()


def load_receipt(written: str) -> Receipt:
    """Read a receipt back."""
    return _RECEIPT.validate_json(written)

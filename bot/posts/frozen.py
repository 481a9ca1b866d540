"""A frozen post as text: what is stored, compared and digested is the same canonical JSON."""

import hashlib
import json
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from adapters.contract import Post, Receipt

__all__ = ["digest", "dump", "dump_receipt", "load", "load_receipt"]

_POST = TypeAdapter(Post)
_RECEIPT = TypeAdapter(Receipt)


def dump(post: Post) -> str:
    """Write a post as canonical JSON without the openers of its media.

    Values that are a field's default are left out, so that a field added to Post later changes no stored digest.
    """
    opener: dict[str, Any] = {"open": True, "cover": {"open"}}
    plain = _POST.dump_python(
        post, mode="json", exclude_defaults=True, exclude={"media": {"__all__": opener}, "card": {"thumb": opener}}
    )
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def load(text: str) -> Post:
    """Read what `dump` wrote; media come without openers."""
    return _POST.validate_json(text)


def digest(post: Post) -> str:
    """Name a post by its content: sha256 of its dump, in hex; the post it answers is not part of it.

    An answer is approved before the engine puts its parent in.
    """
    return hashlib.sha256(dump(replace(post, parent=None)).encode()).hexdigest()


def dump_receipt(receipt: Receipt) -> str:
    """Write a receipt as JSON."""
    return _RECEIPT.dump_json(receipt).decode()


def load_receipt(written: str) -> Receipt:
    """Read a receipt back."""
    return _RECEIPT.validate_json(written)

"""Writes a newsroom's first settings: the example with what is known put in, its accounts and channels as comments."""

import json
import re
from collections.abc import Callable, Iterable

_HOW = "# To post, take the first two signs off the lines of an account and of a channel, and make them yours."
_NEXT = re.compile(r"^[a-z#\n]", re.M)


def first_settings(example: str, *, name: str, zone: str, url: str, allow: Iterable[str] = ()) -> str:
    """Fill the example in. What it says of an invented newsroom, and nobody knows of this one, becomes a comment."""
    text = example
    for key, known in (("name", _quoted(name)), ("zone", zone), ("url", _quoted(url))):
        text = _put(text, key, known)
    if allow := list(allow):
        text = _put(text, "allow_hosts", json.dumps(allow))
    for key in ("contact", "language", "sections", "languages"):
        text = _once(rf"^( +)({key}: )", r"\1# \2", text)
    for block in ("accounts", "channels"):
        text = _set_aside(text, block)
    return text.replace("\n# accounts:", f"\n{_HOW}\n# accounts:", 1)


def _put(text: str, key: str, value: str) -> str:
    """Put a value in the place of the first one under this key; what is said about it stays."""
    # A function, since a backslash in a plain replacement would be read as a reference.
    return _once(rf"^( *{key}: )[^ \n]+(?: [^# \n]+)*", lambda found: found[1] + value, text)


def _set_aside(text: str, block: str) -> str:
    """Make a top-level block a comment: taking the first two signs off each line brings it back."""
    start = text.index(f"\n{block}:\n") + 1
    first = text.index("\n", start) + 1
    after = _NEXT.search(text, first)
    end = after.start() if after else len(text)
    return text[:start] + "".join(f"# {line}" for line in text[start:end].splitlines(keepends=True)) + text[end:]


def _once(pattern: str, put: str | Callable[[re.Match[str]], str], text: str) -> str:
    text, times = re.subn(pattern, put, text, count=1, flags=re.M)
    if not times:
        raise ValueError(f"the example settings have no place for {pattern}")
    return text


def _quoted(text: str) -> str:
    # What JSON quotes, YAML reads; signs nobody sees would break the line or hide in it.
    return json.dumps("".join(sign for sign in " ".join(text.split()) if sign.isprintable()), ensure_ascii=False)

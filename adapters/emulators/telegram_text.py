"""How Telegram reads text: its HTML, entities in UTF-16 units, and what it links by itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from adapters.emulators.kit import Mark

Entity = dict[str, Any]
"""A MessageEntity: type, offset and length in UTF-16 units, and what belongs to the type."""

_TAGS = {
    "bold": ("b", "strong"),
    "italic": ("i", "em"),
    "underline": ("u", "ins"),
    "strikethrough": ("s", "strike", "del"),
    "spoiler": ("tg-spoiler", "span"),
    "text_link": ("a",),
    "code": ("code",),
    "pre": ("pre",),
    "blockquote": ("blockquote",),
    "custom_emoji": ("tg-emoji",),
    "date_time": ("tg-time",),
}
_NAMES = {tag: kind for kind, tags in _TAGS.items() for tag in tags}
_CHARACTER = re.compile(rb"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(lt|gt|amp|quot))(?:;|(?![A-Za-z0-9]))")
_KNOWN = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
_LINKED = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]»”]")
_TAGGED = re.compile(r"(?<![\w&/])#(?=\w*[^\W\d_])(\w{1,256})")
_SPACE = b" \t\r\n\v\f"


class Refused(Exception):
    """Telegram's own words why it does not take a text."""


def utf16(text: str) -> int:
    """Count UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Read Telegram's HTML; raises `Refused` in the words of its parser (byte offsets count UTF-8)."""
    parser = _Parser(source.encode())
    try:
        parser.run()
    except Refused as e:
        raise Refused(f"can't parse entities: {e}") from None
    for one in parser.entities:
        if one["type"] == "code":  # a language belongs to a block of code only
            one.pop("language", None)
    return parser.text, sorted(parser.entities, key=lambda e: (e["offset"], -e["length"]))


def check(text: str, given: list[Entity]) -> list[Entity]:
    """Take entities a caller sent; raises `Refused` where they do not fit the text."""
    size, taken = utf16(text), []
    for one in given:
        end = int(one["offset"]) + int(one["length"])
        if one["offset"] < 0 or one["length"] < 0 or end > size:
            raise Refused(f"entity beginning at UTF-16 offset {one['offset']} ends after the end of the text")
        url = checked_url(str(one.get("url", "")))
        if one["type"] != "text_link":
            taken.append(dict(one))
        elif url:
            taken.append(dict(one) | {"url": url})
    return sorted((e for e in taken if e["length"]), key=lambda e: (e["offset"], -e["length"]))


def trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Cut white space off both ends, and the entities with it."""
    cut = utf16(text) - utf16(text.lstrip())
    text = text.strip()
    size, kept = utf16(text), []
    for one in entities:
        start, end = max(0, one["offset"] - cut), min(size, one["offset"] + one["length"] - cut)
        if start < end:
            kept.append(one | {"offset": start, "length": end - start})
    return text, kept


def found_by_itself(text: str, entities: list[Entity]) -> list[Entity]:
    """Add the addresses and hashtags the server finds in plain words."""
    taken = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] not in ("bold", "italic")]
    extra = []
    for kind, pattern in (("url", _LINKED), ("hashtag", _TAGGED)):
        for match in pattern.finditer(text):
            start, length = utf16(text[: match.start()]), utf16(match.group())
            if all(start + length <= a or start >= b for a, b in taken):
                extra.append({"type": kind, "offset": start, "length": length})
                taken.append((start, start + length))
    return sorted(entities + extra, key=lambda e: (e["offset"], -e["length"]))


def marks(text: str, entities: list[Entity]) -> tuple[Mark, ...]:
    """Tell what a reader sees of the entities, in code points."""
    return tuple(_marks(text, entities))


def checked_url(url: str) -> str | None:
    """Tell the address as Telegram keeps it; None where it would drop the link."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "." not in host.strip(".") or " " in url:
        return None
    return parts._replace(path=parts.path or "/").geturl()


def _marks(text: str, entities: list[Entity]) -> Iterator[Mark]:
    units = text.encode("utf-16-le", "surrogatepass")
    for one in entities:
        start = len(units[: 2 * one["offset"]].decode("utf-16-le", "replace"))
        end = len(units[: 2 * (one["offset"] + one["length"])].decode("utf-16-le", "replace"))
        match one["type"]:
            case "bold" | "italic" as kind:
                yield start, end, kind, ""
            case "text_link":
                yield start, end, "link", one["url"]
            case "url":
                yield start, end, "link", text[start:end]
            case "hashtag":
                yield start, end, "tag", text[start + 1 : end]
            case "mention":
                yield start, end, "mention", text[start:end]


@dataclass
class _Open:
    tag: str
    argument: str
    offset: int
    start: int


@dataclass
class _Parser:
    """One pass over bytes, as TDLib's parse_html goes: the offsets in its errors count bytes."""

    source: bytes
    at: int = 0
    out: bytearray = field(default_factory=bytearray)
    entities: list[Entity] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.out.decode()

    def run(self) -> None:
        while self.at < len(self.source):
            if self.source[self.at] != ord("<"):
                self.out += self._character()
            elif self._peek(1) == b"/":
                self._end_tag(self.at)
            else:
                self._start_tag(self.at)
        if self.open:
            raise Refused(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')

    def _peek(self, ahead: int = 0) -> bytes:
        return self.source[self.at + ahead : self.at + ahead + 1]

    def _until(self, stops: bytes) -> bytes:
        start = self.at
        while self._peek() and self._peek() not in stops:
            self.at += 1
        return self.source[start : self.at]

    def _skip_space(self) -> None:
        while self._peek() and self._peek() in _SPACE:
            self.at += 1

    def _character(self) -> bytes:
        """Take one byte, or one character reference; unknown ones stay as they are."""
        match = _CHARACTER.match(self.source, self.at)
        if match:
            hexadecimal, decimal, name = match.groups()
            code = int(hexadecimal, 16) if hexadecimal else int(decimal or b"0")
            if name or (0 < code < 0x10FFFF and not 0xD800 <= code < 0xE000):
                self.at = match.end()
                return (_KNOWN[name] if name else chr(code)).encode()
        self.at += 1
        return self.source[self.at - 1 : self.at]

    def _start_tag(self, begin: int) -> None:
        self.at += 1
        tag = self._until(_SPACE + b">").decode(errors="replace").lower()
        if not self._peek():
            raise Refused(f"Unclosed start tag at byte offset {begin}")
        if tag not in _NAMES:
            raise Refused(f'Unsupported start tag "{tag}" at byte offset {begin}')
        argument = ""
        self._skip_space()
        while self._peek() != b">":
            argument = self._attribute(tag, begin) or argument
            self._skip_space()
        self.at += 1
        if tag == "span" and argument != "spoiler":
            raise Refused(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.open.append(_Open(tag, argument, utf16(self.text), len(self.out)))

    def _attribute(self, tag: str, begin: int) -> str:
        if not self._peek():
            raise Refused(f'Unclosed start tag "{tag}" at byte offset {begin}')
        name = self._until(_SPACE + b"=>/\"'").decode(errors="replace").lower()
        if not name:
            raise Refused(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        self._skip_space()
        if self._peek() != b"=":
            if not self._peek():
                raise Refused(f'Unclosed start tag "{tag}" at byte offset {begin}')
            return "1" if (tag, name) == ("blockquote", "expandable") else ""
        self.at += 1
        self._skip_space()
        if not self._peek():
            raise Refused(f'Unclosed start tag "{tag}" at byte offset {begin}')
        value = self._value(begin)
        match tag, name:
            case ("a", "href") | ("tg-emoji", "emoji-id") | ("tg-time", "unix"):
                return value
            case ("code", "class") if value.startswith("language-"):
                return value.removeprefix("language-")
            case ("span", "class") if value.startswith("tg-"):
                return value.removeprefix("tg-")
            case ("blockquote", "expandable"):
                return "1"
        return ""

    def _value(self, begin: int) -> str:
        quote, start = self._peek(), self.at
        value = bytearray()
        if quote in (b'"', b"'"):
            self.at += 1
            while self._peek() and self._peek() != quote:
                value += self._character()
            self.at += 1
        else:
            while self._peek().isalnum() or self._peek() in (b".", b"-"):
                value += self._peek().lower()
                self.at += 1
            if self._peek() and self._peek() not in _SPACE + b">":
                raise Refused(f"Unexpected end of name token at byte offset {start}")
        if not self._peek():
            raise Refused(f"Unclosed start tag at byte offset {begin}")
        return value.decode(errors="replace")

    def _end_tag(self, begin: int) -> None:
        if not self.open:
            raise Refused(f"Unexpected end tag at byte offset {begin}")
        self.at += 2
        found = self._until(_SPACE + b">").decode(errors="replace").lower()
        self._skip_space()
        if self._peek() != b">":
            raise Refused(f"Unclosed end tag at byte offset {begin}")
        expected = self.open[-1]
        if found and found != expected.tag:
            raise Refused(f'Unmatched end tag at byte offset {begin}, expected "</{expected.tag}>", found "</{found}>"')
        self.at += 1
        self._close(self.open.pop())

    def _close(self, tag: _Open) -> None:
        length = utf16(self.text) - tag.offset
        if not length:
            return
        entity: Entity = {"type": _NAMES[tag.tag], "offset": tag.offset, "length": length}
        last = self.entities[-1] if self.entities else {}
        match tag.tag:
            case "a":
                url = checked_url(tag.argument or self.out[tag.start :].decode())
                if url is None:
                    return
                entity["url"] = url
            case "blockquote" if tag.argument:
                entity["type"] = "expandable_blockquote"
            case "tg-emoji":
                entity["custom_emoji_id"] = tag.argument
            case "tg-time":
                entity["unix_time"] = tag.argument
            case "code" if tag.argument:
                entity["language"] = tag.argument
            case "pre" if (last.get("type"), last.get("offset"), last.get("length")) == ("code", tag.offset, length):
                if "language" in last:
                    entity["language"] = last["language"]
                self.entities.pop()
        self.entities.append(entity)

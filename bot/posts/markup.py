"""Knows the small HTML of templates, how it becomes words and marks, and how the words are tidied."""

import html
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from adapters.contract import Mark
from bot.tongue import phrase

__all__ = ["ADDRESS", "ANY_VALUE", "Styled", "faults", "mark_words", "parse", "spans", "tidy"]

ANY_VALUE, ADDRESS = "\ue000", "\ue001"
"""What stands for the value of an expression while a template is checked: any value, the article's address."""

_KINDS: dict[str, Literal["bold", "italic", "link"]] = {"b": "bold", "i": "italic", "a": "link"}
_INSTEAD = {
    "strong": phrase("write <b>"),
    "em": phrase("write <i>"),
    "br": phrase("start a new line instead"),
    "p": phrase("leave an empty line instead"),
}
_PIECE = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)((?:\s[^<>]*)?)>|<")
_HREF = re.compile(r'\s+href="([^"]*)"\s*')
_SEPARATORS = re.compile(r"[ \t\u00a0]*[|·•—–\-,:;/][|·•—–\-,:;/ \t\u00a0]*")
_LINK = re.compile(r"https?://[^\s<>«»“”]+")
_TAG = re.compile(r"(?<![\w&/#])#([^\W\d_]\w*)")


@dataclass(frozen=True, slots=True)
class Styled:
    """Words and what stretches of them mean."""

    text: str
    marks: tuple[Mark, ...] = ()


def parse(source: str) -> Styled:
    """Turn checked markup into words and marks; entities become characters."""
    words, marks, opened = "", [], list[tuple[str, int, str]]()
    for tag, value in _pieces(source):
        if not tag:
            words += html.unescape(value)
        elif value != "/":
            href = _HREF.fullmatch(value)
            opened.append((tag, len(words), html.unescape(href[1]) if href else ""))
        elif opened:
            name, start, link = opened.pop()
            marks.append(Mark(start, len(words), _KINDS[name], link))
    return Styled(words, _in_order(marks))


def _pieces(source: str) -> Iterator[tuple[str, str]]:
    """Yield (tag, its attributes or "/") and ("", words)."""
    end = 0
    for found in _PIECE.finditer(source):
        if found[2] is None:
            continue
        yield "", source[end : found.start()]
        yield found[2].lower(), found[1] or found[3]
        end = found.end()
    yield "", source[end:]


def _in_order(marks: list[Mark]) -> tuple[Mark, ...]:
    return tuple(sorted(marks, key=lambda mark: (mark.start, -mark.end, mark.kind)))


def faults(source: str) -> list[tuple[int, str]]:
    """Name what is wrong in a stretch of template markup, as (offset, sentence); it must be balanced by itself."""
    found, opened = list[tuple[int, str]](), list[tuple[str, int]]()
    for piece in _PIECE.finditer(source):
        at, tag = piece.start(), (piece[2] or "").lower()
        if tag not in _KINDS:
            found.append((at, _unknown(piece)))
        elif not piece[1]:
            found += [(at, why) for why in _wrong_opening(tag, piece[3], [name for name, _ in opened])]
            opened.append((tag, at))
        elif opened and opened[-1][0] == tag:
            opened.pop()
        else:
            found.append((at, phrase(f"</{tag}> closes nothing that was opened just here")))
    return found + [(at, phrase(f"<{tag}> is not closed here")) for tag, at in opened]


def _unknown(piece: re.Match[str]) -> str:
    if piece[2] is None:
        return "a lone < must be written &lt;"
    hint = _INSTEAD.get(piece[2].lower(), phrase("posts know <b>, <i> and <a href>"))
    return f"<{piece[1]}{piece[2]}> is not allowed: {hint}"


def _wrong_opening(tag: str, attributes: str, opened: list[str]) -> Iterator[str]:
    if tag in opened:
        yield f"<{tag}> stands inside another <{tag}>"
    href = _HREF.fullmatch(attributes)
    if tag != "a":
        if attributes.strip():
            yield f"<{tag}> takes nothing but its name"
    elif not href:
        yield '<a> needs exactly href="…"'
    elif not href[1].startswith((ADDRESS, "https://", "http://")) or ANY_VALUE in href[1]:
        yield 'href takes {{ url }} or a fixed address that begins with "https://"'


def tidy(styled: Styled) -> Styled:
    """Strip, empty line ends, at most one empty line in a row, no line of separators alone, no doubled space, NFC."""
    words, kept, is_apart = list[str](), list[int](), False
    for start, line in _lines(styled.text):
        if not line or _SEPARATORS.fullmatch(line):
            is_apart = is_apart or not line
            continue
        breaks = (2 if is_apart else 1) if words else 0
        inside: Sequence[int] = range(start, start + len(line))
        if "  " in line:
            inside = [i for i in inside if styled.text[i] != " " or styled.text[i - 1] != " "]
            line = "".join(styled.text[i] for i in inside)
        words += ["\n" * breaks, line]
        if styled.marks:
            kept += [*[start - 1] * breaks, *inside]
        is_apart = False
    return _composed("".join(words), _moved(styled.marks, kept))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line's words, and where they begin."""
    at = 0
    for line in text.split("\n"):
        words = line.strip()
        yield at + len(line) - len(line.lstrip()), words
        at += len(line) + 1


def _moved(marks: tuple[Mark, ...], kept: list[int]) -> list[Mark]:
    return [Mark(bisect_left(kept, mark.start), bisect_left(kept, mark.end), mark.kind, mark.value) for mark in marks]


def _composed(text: str, marks: list[Mark]) -> Styled:
    whole = unicodedata.normalize("NFC", text)
    found = []
    for mark in marks:
        start, end = mark.start, mark.end
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        if start < end:
            found.append(Mark(_composed_length(text[:start]), _composed_length(text[:end]), mark.kind, mark.value))
    return Styled(whole, _in_order(found))


def _composed_length(text: str) -> int:
    return len(unicodedata.normalize("NFC", text))


def mark_words(styled: Styled, *, address: str) -> Styled:
    """Mark the hashtags and addresses that stand in the words; `address` is known to the last character."""
    marks = list(styled.marks)

    def is_free(start: int, end: int) -> bool:
        return not any(m.kind in ("link", "tag") and m.start < end and start < m.end for m in marks)

    marks += [Mark(start, end, "link", address) for start, end in spans(styled.text, address) if is_free(start, end)]
    for found in _LINK.finditer(styled.text):
        if is_free(found.start(), found.end()):
            link = _without_tail(found[0])
            marks.append(Mark(found.start(), found.start() + len(link), "link", link))
    marks += [
        Mark(found.start(), found.end(), "tag", found[1])
        for found in (_TAG.finditer(styled.text) if "#" in styled.text else ())
        if is_free(found.start(), found.end())
    ]
    return Styled(styled.text, _in_order(marks))


def spans(text: str, part: str) -> Iterator[tuple[int, int]]:
    """Find where a part stands, as start and end; a pattern made of each address would cost more than it finds."""
    at = text.find(part) if part else -1
    while at >= 0:
        yield at, at + len(part)
        at = text.find(part, at + len(part))


def _without_tail(address: str) -> str:
    """Leave off punctuation that belongs to the sentence; a closing bracket stays when the address opened it."""
    while address[-1] in ".,;:!?'\"…" or (address[-1] == ")" and address.count(")") > address.count("(")):
        address = address[:-1]
    return address

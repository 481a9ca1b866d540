"""The filters of the template language: what each takes, gives, and needs to be told."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import regex

from bot.posts.choose import is_balanced, share
from bot.posts.standin import sentences
from bot.posts.words import Words, words_of

__all__ = ["FILTERS", "Day", "Filter", "Kind", "Names", "Passage", "shorten", "tag_words"]

_FINAL = re.compile(r"[.!?…][”»“’\"')\]]*\Z")
_CLAUSE = re.compile(r",\s+|\s*:\s+|\s+[—–]\s+|;\s+")
_LEAST_HEADLINE = 25
_LONGEST_TAG = 50


class Kind(StrEnum):
    """What a field or the result of a filter is; its value is the word editors read."""

    TEXT = "text"
    PASSAGE = "sentences"
    TAGS = "a list of tags"
    NAMES = "names"
    DAY = "a day"
    FLAG = "yes or no"


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole sentences in order."""

    sentences: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join(self.sentences)

    def __bool__(self) -> bool:
        return bool(self.sentences)


@dataclass(frozen=True, slots=True)
class Names:
    """Several people."""

    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ", ".join(self.names)

    def __bool__(self) -> bool:
        return bool(self.names)


@dataclass(frozen=True, slots=True)
class Day:
    """A moment in the newsroom's zone, in the words of the article's language; None is unknown and prints nothing."""

    moment: datetime | None
    language: str

    def __str__(self) -> str:
        return self.put("day month year")

    def __bool__(self) -> bool:
        return self.moment is not None

    def put(self, pattern: str) -> str:
        """Write "month year", "day month" or "day month year"."""
        if self.moment is None:
            return ""
        words = words_of(self.language)
        months = words.months_of if pattern.startswith("day") else words.months
        shape = {"month year": words.month_year, "day month": words.day_month, "day month year": words.day_month_year}
        return shape[pattern].format(day=self.moment.day, month=months[self.moment.month - 1], year=self.moment.year)


def _language(context: Mapping[str, Any]) -> str:
    return str(context.get("language", ""))


def _sentences(context: Mapping[str, Any], value: Passage | str, most: int) -> Passage:
    whole = value.sentences if isinstance(value, Passage) else tuple(sentences(value, _language(context)))
    return Passage(whole[:most])


def _hashtags(context: Mapping[str, Any], value: tuple[str, ...], most: int) -> str:
    return " ".join(f"#{word}" for word in tag_words(value)[:most])


def tag_words(tags: Iterable[str]) -> tuple[str, ...]:
    """Turn tags into hashtag words without "#": CamelCase, none twice, none that begins with a digit."""
    words = dict[str, str]()
    for tag in tags:
        # An apostrophe ends a hashtag on every network, but not a word: "women's rights" is WomensRights.
        parts = regex.findall(r"[\p{L}\p{M}\p{N}]+", re.sub(r"['’ʼ]", "", unicodedata.normalize("NFC", tag)))
        word = "".join(part[0].upper() + part[1:] for part in parts)
        if 1 < len(word) <= _LONGEST_TAG and word[0].isalpha():
            words.setdefault(word.casefold(), word)
    return tuple(words.values())


def _shorten(context: Mapping[str, Any], value: str, most: int) -> str:
    return shorten(value, most, words_of(_language(context)))


def shorten(text: str, most: int, words: Words) -> str:
    """Cut a headline to `most` characters: at a clause, else at a word with "…"; whole where either would distort it.

    An attribution is never cut off, nor a quotation mark from its pair.
    """
    if len(text) <= most or words.attribution.search(text.lower(), _LEAST_HEADLINE):
        return text
    for found in reversed(list(_CLAUSE.finditer(text))):
        head, tail = text[: found.start()], text[found.end() :]
        is_clause = words.subordinate.match(tail.lower()) if found[0].startswith(",") else len(tail.split()) > 4
        if _LEAST_HEADLINE <= len(head) <= most and is_balanced(head):
            # A clause with another clause after it may stand inside the main one: "Lake X, which feeds Y, will ...".
            if is_clause and not _CLAUSE.search(tail):
                return head
            break
    return _cut_at_word(text, most, words)


def _cut_at_word(text: str, most: int, words: Words) -> str:
    head = text[: most - 1]
    while " " in head:
        head = head.rpartition(" ")[0].rstrip(" ,:;–—-")
        last = head.rpartition(" ")[2].lower()
        if len(head) < _LEAST_HEADLINE:
            break
        if is_balanced(head) and last not in words.empty and not any(c.isdigit() for c in last):
            return f"{head}…"
    return text


def _stop(context: Mapping[str, Any], value: Passage | str) -> str:
    text = str(value).rstrip()
    return f"{text}." if text and not _FINAL.search(text) else text


def _label(context: Mapping[str, Any], value: str, name: str) -> str:
    return words_of(_language(context)).photo + value if value else ""


def _byline(context: Mapping[str, Any], value: Names) -> str:
    words, names = words_of(_language(context)), value.names
    if len(names) < 2:
        return words.by_one + names[0] if names else ""
    return words.by_many + ", ".join(names[:-1]) + words.last_and + names[-1]


def _date(context: Mapping[str, Any], value: Day, pattern: str) -> str:
    return value.put(pattern)


def _unless_same_as_title(context: Mapping[str, Any], value: Passage | str) -> str:
    words = words_of(_language(context))
    return "" if share(str(context.get("title", "")), [], words) == 0 and _is_title(context, str(value)) else str(value)


def _trim(context: Mapping[str, Any], value: Passage | str) -> str:
    return str(value).strip()


def _upper(context: Mapping[str, Any], value: Passage | str) -> str:
    return str(value).upper()

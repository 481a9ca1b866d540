"""The filters of the template language: what each takes, gives, and needs to be told."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from bot.posts.choose import is_balanced, share, statements, stems
from bot.posts.words import Words, words_of

__all__ = ["FILTERS", "Day", "Filter", "Kind", "Names", "Passage", "shorten", "tag_words"]

_FINAL = re.compile(r"[.!?…][”»“’\"')\]]*\Z")
_CLAUSE = re.compile(r",\s+|\s*:\s+|\s+[—–]\s+|;\s+")
_NO_WORD = re.compile(r"[&+@#%$=/]|\d[.,:]\d")
"""What makes a tag more than words: "Q&A", "r/almaty" or "10.1" without its sign would be another tag."""
_APOSTROPHE = re.compile(r"['’ʼ]")
_LEAST_HEADLINE = 25
_LEAST_BEFORE_COLON = 40
_LONGEST_TAG = 50


class Kind(StrEnum):
    """What a field or the result of a filter is; its value is the word editors read."""

    TEXT = "plain text"
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
    whole = value.sentences if isinstance(value, Passage) else statements(value, _language(context))
    return Passage(whole[:most])


def _hashtags(context: Mapping[str, Any], value: tuple[str, ...], most: int) -> str:
    return " ".join(f"#{word}" for word in tag_words(value)[:most])


@lru_cache(maxsize=64)  # a post asks a few times while it is fitted, and its story's other posts ask the same
def tag_words(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Turn tags into hashtag words without "#": CamelCase (but iPad), none twice, none that begins with a digit."""
    words = dict[str, str]()
    for tag in tags:
        if _NO_WORD.search(tag.lstrip("#")):
            continue
        # An apostrophe ends a hashtag on every network, but not a word: "women's rights" is WomensRights.
        letters = _APOSTROPHE.sub("", unicodedata.normalize("NFC", tag))
        parts = "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in letters).split()
        # A name with capitals of its own keeps them: iPad, not IPad.
        word = "".join(part if any(map(str.isupper, part)) else part[0].upper() + part[1:] for part in parts)
        if 1 < len(word) <= _LONGEST_TAG and word[0].isalpha():
            words.setdefault(word.casefold(), word)
    return tuple(words.values())


def _shorten(context: Mapping[str, Any], value: str, most: int) -> str:
    return shorten(value, most, words_of(_language(context)))


def shorten(text: str, most: int, words: Words) -> str:
    """Cut a headline to `most` characters: at a clause, else at a word with "…"; whole where either would distort it.

    An attribution is never cut off, nor a quotation mark from its pair.
    """
    if len(text) <= most:
        return text
    head = _to_clause(text, most, words) or _to_word(text, most, words)
    is_honest = head and not words.attribution.search(text.lower(), len(head.rstrip("…")))
    return head if is_honest else text


def _to_clause(text: str, most: int, words: Words) -> str:
    ends = list(_CLAUSE.finditer(text))
    for end in reversed(ends):
        head, tail = text[: end.start()], text[end.end() :]
        # A clause with another behind it may stand inside the sentence ("Lake X, which feeds Y, will ..."), except
        # after a colon; but what stands before a colon may be no more than the speaker.
        is_last, is_colon = end is ends[-1], ":" in end[0]
        is_clause = bool(words.subordinate.match(tail.lower())) if end[0].startswith(",") else len(tail.split()) > 4
        least = _LEAST_BEFORE_COLON if is_colon else _LEAST_HEADLINE
        if (is_last or is_colon) and is_clause and least <= len(head) <= most and is_balanced(head):
            return head
    return ""


def _to_word(text: str, most: int, words: Words) -> str:
    head = text[: most - 1]
    while " " in head:
        head = head.rpartition(" ")[0].rstrip(" ,:;–—-")
        last = head.rpartition(" ")[2].lower()
        if len(head) < _LEAST_HEADLINE:
            break
        if is_balanced(head) and last not in words.empty and not any(sign.isdigit() for sign in last):
            return f"{head}…"
    return ""


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
    title = stems(str(context.get("title", "")), words)
    return "" if share(str(value), title, words) >= 0.8 else str(value)


def _trim(context: Mapping[str, Any], value: Passage | str) -> str:
    return str(value).strip()


def _upper(context: Mapping[str, Any], value: Passage | str) -> str:
    return str(value).upper()


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: `argument` is None, a range a number must lie in, or the words to choose from."""

    run: Callable[..., Any]
    takes: frozenset[Kind]
    gives: Kind
    argument: range | tuple[str, ...] | None = None


_WORDS_OF_ANY_KIND = frozenset({Kind.TEXT, Kind.PASSAGE})

FILTERS: Mapping[str, Filter] = {
    "sentences": Filter(_sentences, _WORDS_OF_ANY_KIND, Kind.PASSAGE, range(1, 51)),
    "hashtags": Filter(_hashtags, frozenset({Kind.TAGS}), Kind.TEXT, range(1, 31)),
    "shorten": Filter(_shorten, frozenset({Kind.TEXT}), Kind.TEXT, range(40, 1001)),
    "stop": Filter(_stop, _WORDS_OF_ANY_KIND, Kind.TEXT),
    "label": Filter(_label, frozenset({Kind.TEXT}), Kind.TEXT, ("photo",)),
    "byline": Filter(_byline, frozenset({Kind.NAMES}), Kind.TEXT),
    "date": Filter(_date, frozenset({Kind.DAY}), Kind.TEXT, ("month year", "day month", "day month year")),
    "unless_same_as_title": Filter(_unless_same_as_title, _WORDS_OF_ANY_KIND, Kind.TEXT),
    "trim": Filter(_trim, _WORDS_OF_ANY_KIND, Kind.TEXT),
    "upper": Filter(_upper, _WORDS_OF_ANY_KIND, Kind.TEXT),
}

"""How sentences come into another language: first the template, then what fills its places. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

_PLACE = re.compile(r"\{(\w+)\}")
# By the place's name, since a delivery's number is one as well.
_COUNTS = re.compile(r"(?:have|len|used|most|longest|shortest|deepest|reason_most)(?:_|$)")
_JOINT = "; "
_FEWEST = 6
"""Letters a template must have of its own, so that it is known again in words that were stored."""
_KEPT = 2048
"""How many stored words are remembered in a language: a day's network errors are a few dozen."""


def span(length: timedelta) -> str:
    """Write a length of time in the largest unit that is whole."""
    seconds = round(length.total_seconds())
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size} {name}{'' if seconds == size else 's'}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"


def clock(moment: datetime, now: datetime) -> str:
    """Write a moment as the newsroom's clock shows it: the time alone on the same day. Both are of its zone."""
    return moment.strftime("%H:%M" if moment.date() == now.date() else "%-d %B, %H:%M")


def at(moment: datetime, now: datetime) -> str:
    """Say when something is: "at 14:32", or on which day and when."""
    written = clock(moment, now)
    return f"on {written}" if "," in written else f"at {written}"


def _as_it_is(said: str) -> str:
    return said


def _dollars(amount: str) -> str:
    return f"${amount}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """What writes sentences in a language; as it stands here, in English for a terminal."""

    say: Callable[[str], str] = _as_it_is
    """Puts a template, whose places stand in braces, into the language."""
    recall: Callable[[str], str] = _as_it_is
    """Puts words that were stored in English into the language; what it does not know stays as it is."""
    clock: Callable[[datetime, datetime], str] = clock
    at: Callable[[datetime, datetime], str] = at
    span: Callable[[timedelta], str] = span
    number: Callable[[int], str] = str
    money: Callable[[str], str] = _dollars
    """Writes US dollars, given as digits with a point."""
    day: Callable[[date], str] = date.isoformat
    has_buttons: bool = False
    """Whether what a person can do stands beside the sentence as buttons, so that it names no commands."""


ENGLISH = Tongue()


def phrase(said: str) -> str:
    """Mark English words that are stored, or stand within others, for the lists of words.

    The lists are made from the source: what an f-string fills in becomes a place of a template. What a RefusedVerb or
    an alert's Fact is made of needs no mark.
    """
    return said


def without_commands(sentence: str) -> str:
    """Leave out what a sentence says of commands, for whoever has buttons; one that says nothing else stays."""
    kept = []
    for clause in sentence.removesuffix(".").split("; "):
        fact, command, _ = clause.partition("`")
        if not command:
            kept.append(clause)
        elif ": " in fact:
            kept.append(fact.rpartition(": ")[0])
    return "; ".join(kept) or sentence


def recalling(
    templates: Iterable[str], say: Callable[[str], str], measure: Callable[[str], str], amount: Callable[[str], str]
) -> Callable[[str], str]:
    """Make what puts stored words into a language.

    `measure` does so for a moment or a span that stands alone, `amount` for what fills a place that counts something.

    The log, the audit rows and the alerts are English, so that one reads them the same whoever looks; a template is
    found again in them by the words between its places.
    """
    found = [each for each in templates if is_known_again(each)]
    whole = {each for each in found if not _PLACE.search(each)}
    # Of two that fit, the one with more of its own, be it signs: else a bracket would be part of what fills a place.
    known = [
        (_shape(each), each)
        for each in sorted(
            set(found) - whole, key=lambda each: (_own(each), len(_PLACE.sub("", each)), each), reverse=True
        )
    ]

    @lru_cache(maxsize=_KEPT)
    def recall(said: str) -> str:
        if said in whole:
            return say(said)
        # Of clauses in a row each is known by itself, before one template takes them all for what fills its place.
        return shaped(said, is_alone=True) or joined(said) or shaped(said) or headed(said) or measure(said)

    def shaped(said: str, *, is_alone: bool = False) -> str:
        template, places = _matched(said, known, is_alone=is_alone)
        told = {name: (amount if _COUNTS.match(name) else recall)(value) for name, value in places.items()}
        return filled(say(template), told) if template else ""

    def joined(said: str) -> str:
        clauses = said.split(_JOINT)
        told = [recall(each) for each in clauses] if len(clauses) > 1 else clauses
        return _JOINT.join(told) if told != clauses else ""

    def headed(said: str) -> str:
        head, sign, tail = said.partition(": ")
        return f"{say(head)}{sign}{recall(tail)}" if sign and head in whole else ""

    return recall


def _matched(
    said: str, known: Iterable[tuple[re.Pattern[str], str]], *, is_alone: bool
) -> tuple[str, Mapping[str, str]]:
    """Find the template words were made from, and what fills its places; `is_alone`: each with one clause."""
    for shape, template in known:
        found = shape.fullmatch(said)
        if found and not (is_alone and any(_JOINT in value for value in found.groups())):
            return template, found.groupdict()
    return "", {}


def filled(template: str, values: Mapping[str, str]) -> str:
    """Fill a template's places; other braces, such as those of the template language, stay."""
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), template)


def is_known_again(template: str) -> bool:
    """Whether words made from a template are told from others: it has no places, or enough words beside them."""
    return not _PLACE.search(template) or _own(template) >= _FEWEST


def _own(template: str) -> int:
    return sum(map(str.isalpha, _PLACE.sub("", template)))


def _shape(template: str) -> re.Pattern[str]:
    pieces = _PLACE.split(template)
    seen: set[str] = set()
    made = []
    for n, piece in enumerate(pieces):
        if n % 2 == 0:
            made.append(re.escape(piece))
        elif piece in seen:
            made.append(f"(?P={piece})")
        else:
            seen.add(piece)
            made.append(f"(?P<{piece}>.*?)")
    return re.compile("".join(made), re.DOTALL)

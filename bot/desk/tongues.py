"""How the desk says in a reader's language what the command line says in English: sentences, moments, spans."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, Literal

from babel.dates import format_date, format_timedelta

from bot.desk.languages import ENGLISH, LANGUAGES, day_in, money_in, number_in, templates_of, words_of
from bot.desk.measures import measures
from bot.tongue import Tongue, recalling, span

_Unit = Literal["day", "hour", "minute", "second"]
_UNITS: dict[str, _Unit] = {"day": "day", "hour": "hour", "h": "hour", "minute": "minute", "second": "second"}
_LENGTH = re.compile(r"(\d+) (day|hour|minute|second|h)(?:s|\b)")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAY = re.compile(rf"(\d+) ({'|'.join(_MONTHS)})(?:, (\d\d:\d\d))?")
_MONTH = re.compile(rf"({'|'.join(_MONTHS)}) (\d{{4}})")
_TOO_MUCH = re.compile(r"(\w+) ([\d.]+) of ([\d.]+)")
_NAMED = re.compile(r"\b([a-z]+(?:_[a-z]+)+) ([\d.]+) of ([\d.]+)")
_OF = re.compile(r"\b(\d{1,9})( signs)? of (\d{1,9})\b")
_ENGLISH_MEASURES = measures(str)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_NEVER = 10**9
_LEAP_YEAR = 2024
"""Has every day there is."""
_SOFT = frozenset({0, 1, 2, 3, 4, 5, 7, 8, 50})
_VOICELESS = frozenset({3, 4, 5, 40})
"""Numbers by the last word they are read with (14:35 ends in five, 14:40 in forty), which Kazakh endings follow."""


@lru_cache(maxsize=len(LANGUAGES))
def tongue_of(language: str) -> Tongue:
    """Make what says sentences in a language of the desk, where buttons stand in place of commands."""
    if language == ENGLISH or language not in LANGUAGES:
        return Tongue(recall=_named, has_buttons=True, **_figures(ENGLISH))
    say = words_of(language).gettext
    manner = _Manner(language, _AT[language], measures(say), say("%(have)s of %(most)s"))
    recall = recalling(templates_of(language), say, manner.measured, manner.amount)
    how = {"clock": manner.clock, "at": manner.at, "span": manner.span, **_figures(language)}
    return Tongue(say=say, recall=recall, has_buttons=True, **how)


def _figures(language: str) -> dict[str, Any]:
    return {name: partial(write, language) for name, write in _FIGURES.items()}


_FIGURES: Mapping[str, Callable[..., str]] = {"number": number_in, "money": money_in, "day": day_in}


def _named(said: str) -> str:
    """Name what a network measures and write lengths as one reads them: all else that is stored is English."""
    said = _NAMED.sub(lambda it: f"{_ENGLISH_MEASURES.get(it[1], it[1])}: {it[2]} of {it[3]}", said)
    return _OF.sub(lambda it: f"{_amount(ENGLISH, it[1])}{it[2] or ''} of {_amount(ENGLISH, it[3])}", said)


def _amount(language: str, said: str) -> str:
    return number_in(language, Decimal(said)) if _NUMBER.fullmatch(said) else said


@dataclass(frozen=True, slots=True)
class _Manner:
    language: str
    when: Callable[[str, str], str]
    """Says on which day ("" today) and at what time something is."""
    measures: Mapping[str, str]
    of: str
    """How much there is of how much is taken."""

    def clock(self, moment: datetime, now: datetime) -> str:
        day = self._day(moment, now)
        return f"{day}, {moment:%H:%M}" if day else f"{moment:%H:%M}"

    def at(self, moment: datetime, now: datetime) -> str:
        return self.when(self._day(moment, now), f"{moment:%H:%M}")

    def span(self, length: timedelta) -> str:
        return self.measured(span(length))

    def amount(self, said: str) -> str:
        return _amount(self.language, said)

    def measured(self, said: str) -> str:
        """Write a moment, a length of time or a measure that was stored in English; anything else stays as it is."""
        if said in self.measures:
            return self.measures[said]
        if (found := _TOO_MUCH.fullmatch(said)) and found[1] in self.measures:
            return (
                f"{self.measures[found[1]]}: {self.of % {'have': self.amount(found[2]), 'most': self.amount(found[3])}}"
            )
        if found := _LENGTH.fullmatch(said):
            return self._length(int(found[1]), _UNITS[found[2]])
        if found := _MONTH.fullmatch(said):
            return format_date(date(int(found[2]), _MONTHS.index(found[1]) + 1, 1), "LLLL y", locale=self.language)
        if found := _DAY.fullmatch(said):
            day = self._date(date(_LEAP_YEAR, _MONTHS.index(found[2]) + 1, int(found[1])))
            return f"{day}, {found[3]}" if found[3] else day
        return said

    def _day(self, moment: datetime, now: datetime) -> str:
        return "" if moment.date() == now.date() else self._date(moment.date())

    def _date(self, day: date) -> str:
        return format_date(day, "d MMMM", locale=self.language)

    def _length(self, number: int, unit: _Unit) -> str:
        # Babel has no plain days for Kazakh but within a difference of times.
        length = timedelta(**{f"{unit}s": number})
        return format_timedelta(length, granularity=unit, threshold=_NEVER, locale=self.language)


def _in_russian(day: str, time: str) -> str:
    return f"{day} в {time}" if day else f"в {time}"


def _in_kazakh(day: str, time: str) -> str:
    """Write the ending as the last word of the time is read: 14:32-де, 14:30-да, 14:40-та, 14:35-те."""
    read = int(time[3:]) or int(time[:2])
    last = read % 10 or read
    ending = ("т" if last in _VOICELESS else "д") + ("е" if last in _SOFT else "а")
    said = f"сағат {time}-{ending}"
    return f"{day} күні {said}" if day else said


_AT = {"ru": _in_russian, "kk": _in_kazakh}

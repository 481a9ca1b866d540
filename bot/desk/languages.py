"""The languages of the desk: their words, and how each writes moments, spans, numbers and money."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_timedelta
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal
from babel.support import Translations
from babel.units import format_unit
from starlette.requests import Request

from adapters.contract import Clock
from bot.actions.staff import Person

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "ru": "Русский", "kk": "Қазақша"}
"""What the desk can speak, each in its own name; what it says is written in English in the first place."""
WORDS = Path(__file__).parent / "words"
_LOCALES = {ENGLISH: "en_GB"}
"""Whose days and months are written as the command line writes them: 21 November."""

_MOMENT = timedelta(seconds=1)
_UNITS = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}


@lru_cache(maxsize=len(LANGUAGES))
def words_of(language: str) -> NullTranslations:
    """Read a language's words; English, and a language we do not speak, take them as they stand in the source."""
    if language == ENGLISH or language not in LANGUAGES:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, _catalog(language))
    compiled.seek(0)
    return Translations(compiled)


def templates_of(language: str) -> list[str]:
    """List the English sentences that a language has words for."""
    return [each.id for each in _catalog(language) if isinstance(each.id, str) and each.id]


def _catalog(language: str) -> Catalog:
    with (WORDS / f"{language}.po").open("rb") as f:
        return read_po(f, locale=language)


def language_of(person: Person, request: Request) -> str:
    """Tell which language to write in: a person's own, or the browser's where nobody has signed in."""
    if person.name:
        return person.language
    return accepted(request.headers.get("Accept-Language", ""))


def accepted(said: str) -> str:
    """Tell which of our languages a browser asks for first, by what it says it accepts."""
    wanted = re.findall(r"(?:^|,)\s*([a-z]{2})", said.lower())
    return next((each for each in wanted if each in LANGUAGES), ENGLISH)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a language writes figures and moments, by the newsroom's clock."""

    language: str
    zone: str
    clock: Clock

    @property
    def _locale(self) -> Locale:
        return _spoken(self.language)

    def moment(self, at: datetime) -> str:
        """Write a moment: "14:32" today, "21 November, 12:30" this year, with the year in any other."""
        local, today = self.local(at), self.local(self.clock.now()).date()
        clock = _clock(local.time().replace(second=0, microsecond=0), self._locale)
        return clock if local.date() == today else f"{_day(local.date(), today.year, self._locale)}, {clock}"

    def exactly(self, at: datetime) -> str:
        """Write a moment to the second, its year always told: "25 November 2026, 14:32:05"."""
        local = self.local(at)
        time = format_skeleton("Hms", local, locale=self._locale)
        return f"{format_date(local.date(), 'long', locale=self._locale)}, {time}"

    def local(self, at: datetime) -> datetime:
        """Turn a moment into the newsroom's wall time."""
        return at.astimezone(ZoneInfo(self.zone))

    def ago(self, at: datetime) -> str:
        """Write how long ago a moment was, or in how long it will be."""
        left = at - self.clock.now()
        if timedelta(0) <= left < _MOMENT:  # which would be "in 0 seconds"
            left = -_MOMENT
        return format_timedelta(left, add_direction=True, threshold=1.2, locale=self._locale)

    def span(self, length: timedelta) -> str:
        """Write how long something takes, to the second: "1 hour 30 minutes"."""
        left, parts = round(length.total_seconds()), []
        for unit, seconds in _UNITS.items():
            if many := left // seconds:
                parts.append(format_unit(many, unit, locale=self._locale))
            left %= seconds
        return " ".join(parts) or format_unit(0, "second", locale=self._locale)

    def number(self, amount: float | Decimal) -> str:
        """Write a number with the language's signs between its digits."""
        return number_in(self.language, amount)

    def money(self, amount: str | Decimal, currency: str = "USD") -> str:
        """Write an amount; what is less than a cent keeps its digits."""
        return money_in(self.language, amount, currency)


def number_in(language: str, amount: float | Decimal) -> str:
    """Write a number as `Manner.number` does, for whom no zone matters."""
    return format_decimal(amount, locale=_spoken(language))


def money_in(language: str, amount: str | Decimal, currency: str = "USD") -> str:
    """Write an amount as `Manner.money` does."""
    # English of Britain writes US$, and no reader here takes $ for anything else.
    return _money(Decimal(amount), currency, _locale(ENGLISH) if language == ENGLISH else _spoken(language))


def day_in(language: str, day: date) -> str:
    """Write a day with its year."""
    return format_date(day, "long", locale=_spoken(language))


def _spoken(language: str) -> Locale:
    return _locale(_LOCALES.get(language, language))


@lru_cache(maxsize=len(LANGUAGES) + 1)  # by its name each moment of a list would read it anew
def _locale(name: str) -> Locale:
    return Locale.parse(name)


@lru_cache(maxsize=1440)  # a list of fifty posts names a hundred moments of a day or two
def _clock(minute: time, locale: Locale) -> str:
    return format_skeleton("Hm", minute, locale=locale)


@lru_cache(maxsize=64)
def _day(day: date, this_year: int, locale: Locale) -> str:
    return format_date(day, "d MMMM" if day.year == this_year else "long", locale=locale)


@lru_cache(maxsize=256)  # a list of fifty posts has two or three prices
def _money(exact: Decimal, currency: str, locale: Locale) -> str:
    is_whole_cents = exact == exact.quantize(Decimal("0.01"))
    return format_currency(
        exact, currency, locale=locale, currency_digits=is_whole_cents, decimal_quantization=is_whole_cents
    )

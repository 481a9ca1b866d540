"""What a single value of jarshy.yaml may be: durations, addresses, names; each refusal is a sentence."""

import re
from collections.abc import Collection
from datetime import time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from adapters.contract import Rate
from bot.audit.origin import is_name
from bot.store.place import is_place
from config.secrets import NAME

ADAPTIVE = "adaptive"
"""In place of an interval: as often as the feed's own habit asks for."""
_STEPS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_LONGEST = timedelta(days=36_500)
_NAME = r"[a-z0-9][a-z0-9_-]{0,63}"
_LANGUAGE = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"


class Unknown(ValueError):
    """A word that is none of those there are; what is `known` helps to find the one that was meant."""

    def __init__(self, sentence: str, known: Collection[str]) -> None:
        super().__init__(sentence)
        self.known = known


def _duration(value: object) -> timedelta:
    sentence = "must be a duration, such as 60s, 5m, 6h or 1d"
    if isinstance(value, int):
        raise Unknown(sentence, (f"{value}s",) if value > 0 else ())
    if not isinstance(value, str) or not re.fullmatch(r"(?:[0-9]{1,6}[dhms]){1,9}", value):
        raise ValueError(sentence)
    meant = timedelta(seconds=sum(int(n) * _STEPS[step] for n, step in re.findall(r"(\d+)([dhms])", value)))
    if meant > _LONGEST:
        raise ValueError("must be at most 36500d")
    return meant


def _whole(value: object) -> object:
    # Out of the environment, everything comes as text.
    return int(value) if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,9}", value) else value


def _some(value: timedelta) -> timedelta:
    if not value:
        raise ValueError("must be longer than nothing")
    return value


def _poll(value: object) -> timedelta | str:
    if value == ADAPTIVE:
        return ADAPTIVE
    try:
        every = _duration(value)
    except ValueError as e:
        if not isinstance(value, str):
            raise
        raise ValueError("must be a duration, such as 60s, 5m, 6h or 1d, or the word adaptive") from e
    if every < timedelta(seconds=10):
        raise ValueError("must be 10s or more, out of respect for the site")
    return every


def _rate(value: object) -> Rate:
    found = re.fullmatch(r"([1-9]\d{0,5})\s*/\s*(\w+)", value) if isinstance(value, str) else None
    window = _duration(found[2]) if found and re.fullmatch(r"(?:\d{1,6}[dhms])+", found[2]) else timedelta(0)
    if found is None or not timedelta(minutes=1) <= window <= timedelta(days=1):
        raise ValueError("must be so many posts in so much time, a minute to a day, such as 30/1h")
    return Rate(int(found[1]), window)


def _kept(value: timedelta) -> timedelta:
    if value < timedelta(days=7):
        raise ValueError("must be 7d or more: a story may wait that long, and is written from what is kept")
    return value


def _dollars(value: object) -> Decimal:
    # YAML reads 5 and 0.5 as numbers; quotes, as of what the environment sets, make no difference.
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,6})?", str(value)):
        raise ValueError("must be an amount in US dollars, such as 5 or 0.50")
    return Decimal(str(value))


def _hours(value: object) -> tuple[time, time]:
    found = re.fullmatch(r"(\d\d?:\d\d)\s*[-–]\s*(\d\d?:\d\d)", value) if isinstance(value, str) else None
    try:
        start, end = (time.fromisoformat(part.zfill(5)) for part in found.groups()) if found else (time(), time())
    except ValueError:
        start = end = time()
    if start == end:
        raise ValueError('must be two different times of day, such as "22:00-07:00"')
    return start, end


def _web(value: str) -> str:
    try:
        parts = urlsplit(value)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", value)
        _ = parts.port
    except ValueError:
        is_web = False
    if not is_web:
        raise ValueError("must be a web address that begins with https:// or http://")
    return value


def _open_web(value: str) -> str:
    if "@" in urlsplit(_web(value)).netloc:
        raise ValueError("must not carry a name or password")
    return value


def _site(value: str) -> str:
    parts = urlsplit(_open_web(value))
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("must be the beginning of an address, such as https://desk.courier.example, without a path")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _truth(value: object) -> object:
    # Out of the environment, everything comes as text.
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def _address(value: str) -> str:
    if NAME.fullmatch(value):
        return value
    try:
        return _open_web(value)
    except ValueError as e:
        raise ValueError(
            "must be a web address without a password in it, or the name of a secret that holds one"
        ) from e


def _origin(value: str) -> str:
    if not is_name(value) or "://" in value:
        raise ValueError("must be a name without spaces, such as courier.example/jarshy")
    return value


def some_feed(value: dict[str, Any]) -> dict[str, Any]:
    """Refuse a newsroom that watches nothing."""
    if not value:
        raise ValueError("must name at least one feed")
    return value


def one_or_unsaid(value: list[str]) -> list[str]:
    """Refuse a list that would silence its channel."""
    if not value:
        raise ValueError("must name at least one source; leave it out to listen to all")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as e:
        raise Unknown("is not a time zone of the IANA list, such as Asia/Almaty", available_timezones()) from e
    return value


def _name(value: str) -> str:
    return _matching(value, _NAME, "must be a name of small letters, digits, - and _")


def _language(value: str) -> str:
    return _matching(value, _LANGUAGE, "must be a language code, such as en or kk")


def _words(value: str) -> str:
    return _matching(value, r"(?s).*\S.*", "must not be empty")


def _keyword(value: str) -> str:
    return _matching(value, r"(?s)\s*[^\s*][^*]*\*?", "must be a word or phrase; a * may stand at its end")


def _matching(value: str, pattern: str, sentence: str) -> str:
    if not re.fullmatch(pattern, value):
        raise ValueError(sentence)
    return value


def _socket(value: str) -> str:
    found = re.fullmatch(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})", value)
    if not found or not 0 < int(found[1]) < 65_536:
        raise ValueError("must be host:port, such as 127.0.0.1:8090")
    return value


def _store(value: str) -> str:
    if not is_place(_words(value)):
        # The value itself stays unsaid: it may carry a password.
        raise ValueError("must be a file, or a PostgreSQL database such as postgresql://jarshy@db.example/jarshy")
    return value


def _secret_name(value: object) -> str:
    # The value itself stays unsaid: it may be the secret. Some secrets are capitals and digits too, but of no words.
    if not isinstance(value, str) or not NAME.fullmatch(value) or re.fullmatch(r"(?=(?:\D*\d){3})[A-Z0-9]{20,}", value):
        raise ValueError("must be the name of a secret (capitals, digits and _), never the secret itself")
    return value


def _yes_no(value: object) -> bool:
    said = value.casefold() if isinstance(value, str) else value
    if isinstance(said, bool) or said in _YES_NO:
        return _YES_NO.get(str(said).casefold(), False)
    raise Unknown("must be yes or no", ("yes", "no"))


_YES_NO = {"yes": True, "no": False, "true": True, "false": False}


def _text(pattern: str, *examples: str) -> WithJsonSchema:
    shown = {"examples": list(examples)} if examples else {}
    return WithJsonSchema({"type": "string", "pattern": pattern, **shown})


Duration = Annotated[timedelta, BeforeValidator(_duration), _text(r"^([0-9]{1,6}[dhms])+$", "60s", "5m", "6h", "1d")]
SomeDuration = Annotated[Duration, AfterValidator(_some)]
Poll = Annotated[
    timedelta | Literal["adaptive"],
    BeforeValidator(_poll),
    _text(r"^(([0-9]{1,6}[dhms])+|adaptive)$", "60s", "5m", ADAPTIVE),
]
Pace = Annotated[Rate, BeforeValidator(_rate), _text(r"^[0-9]+\s*/\s*([0-9]{1,6}[dhms])+$", "30/1h", "200/1d")]
Dollars = Annotated[
    Decimal,
    BeforeValidator(_dollars),
    WithJsonSchema({"type": ["number", "string"], "minimum": 0, "pattern": r"^[0-9]{1,7}(\.[0-9]{1,6})?$"}),
]
Kept = Annotated[Duration, AfterValidator(_kept)]
QuietHours = Annotated[
    tuple[time, time],
    BeforeValidator(_hours),
    _text(r"^[0-9]{1,2}:[0-9]{2}\s*[-–]\s*[0-9]{1,2}:[0-9]{2}$", "22:00-07:00"),
]
Web = Annotated[str, AfterValidator(_web), _text(r"^https?://\S+$")]
OpenWeb = Annotated[str, AfterValidator(_open_web), _text(r"^https?://[^\s@]+(/\S*)?$")]
Site = Annotated[str, AfterValidator(_site), _text(r"^https?://[^\s/@]+/?$", "https://desk.courier.example")]
Truth = Annotated[bool, Field(strict=True), BeforeValidator(_truth)]
Socket = Annotated[str, AfterValidator(_socket), _text(r"^.+:[0-9]{1,5}$", "127.0.0.1:8090")]
SecretName = Annotated[str, BeforeValidator(_secret_name), _text(rf"^{NAME.pattern}$", "TELEGRAM_TOKEN")]
Zone = Annotated[str, AfterValidator(_zone), WithJsonSchema({"type": "string", "examples": ["Asia/Almaty"]})]
Name = Annotated[str, AfterValidator(_name), _text(rf"^{_NAME}$")]
Language = Annotated[str, AfterValidator(_language), _text(rf"^{_LANGUAGE}$", "en", "ru", "kk")]
Words = Annotated[str, AfterValidator(_words), _text(r"\S")]
Keyword = Annotated[str, AfterValidator(_keyword), _text(r"^[^*]+[*]?$")]
PerDay = Annotated[int, Field(ge=1, strict=True), BeforeValidator(_whole)]
YesNo = Annotated[bool, BeforeValidator(_yes_no), WithJsonSchema({"enum": ["yes", "no", True, False]})]
Tries = Annotated[int, Field(ge=1, le=100, strict=True), BeforeValidator(_whole)]
Backfill = Annotated[int, Field(ge=0, le=20, strict=True), BeforeValidator(_whole)]
Origin = Annotated[str, AfterValidator(_origin)]
Store = Annotated[str, AfterValidator(_store)]
Address = Annotated[str, AfterValidator(_address)]
"""A web address; one that is itself a secret stands there by its secret's name."""

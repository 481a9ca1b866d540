"""The shape of jarshy.yaml: which keys there are and what each may hold."""

import re
from dataclasses import fields
from datetime import time, timedelta
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.model import Genre, Policy
from config.secrets import NAME

_STEPS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
# What is not set is not passed on: bot.model knows the defaults.
_UNSET: Any = None
_POLICY = {one.name for one in fields(Policy)}


def _duration(value: object) -> timedelta:
    if not isinstance(value, str) or not re.fullmatch(r"(?:\d{1,6}[dhms])+", value):
        raise ValueError("must be a duration, such as 60s, 5m, 6h or 1d")
    return timedelta(seconds=sum(int(n) * _STEPS[step] for n, step in re.findall(r"(\d+)([dhms])", value)))


def _some(value: timedelta) -> timedelta:
    if not value:
        raise ValueError("must be longer than nothing")
    return value


def _poll(value: timedelta) -> timedelta:
    if value < timedelta(seconds=10):
        raise ValueError("must be 10s or more, out of respect for the site")
    return value


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


def _any(value: dict[str, Any]) -> dict[str, Any]:
    if not value:
        raise ValueError("must name at least one feed")
    return value


def _one_or_unsaid(value: list[str]) -> list[str]:
    if not value:
        raise ValueError("must name at least one source; leave it out to listen to all")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as e:
        raise ValueError("is not a time zone of the IANA list, such as Asia/Almaty") from e
    return value


def _name(value: str) -> str:
    return _matching(value, r"[a-z0-9][a-z0-9_-]{0,63}", "must be a name of small letters, digits, - and _")


def _language(value: str) -> str:
    return _matching(value, r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "must be a language code, such as en or kk")


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


def _secret_name(value: object) -> str:
    # The value itself stays unsaid: it may be the secret.
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise ValueError("must be the name of a secret (capitals, digits and _), never the secret itself")
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration)]
SomeDuration = Annotated[Duration, AfterValidator(_some)]
QuietHours = Annotated[tuple[time, time], BeforeValidator(_hours)]
OpenWeb = Annotated[str, AfterValidator(_open_web)]
Socket = Annotated[str, AfterValidator(_socket)]
SecretName = Annotated[str, BeforeValidator(_secret_name)]
Name = Annotated[str, AfterValidator(_name)]
Language = Annotated[str, AfterValidator(_language)]
Words = Annotated[str, AfterValidator(_words)]
Keyword = Annotated[str, AfterValidator(_keyword)]
Poll = Annotated[Duration, AfterValidator(_poll)]
PerDay = Annotated[int, Field(ge=1, strict=True)]


class Block(BaseModel):
    """A block of keys of which every one is ours."""

    model_config = ConfigDict(extra="forbid")


class NewsroomBlock(Block):
    """Who publishes."""

    name: Words
    zone: Annotated[str, AfterValidator(_zone)]
    contact: OpenWeb | None = None
    """A page or address that sites may turn to when the fetcher bothers them."""


class SourceBlock(Block):
    """One feed."""

    url: OpenWeb
    language: Language = _UNSET
    poll: Poll = _UNSET
    max_age: SomeDuration = _UNSET
    sections: dict[Words, Genre] = _UNSET
    read: Literal["feed", "page"] = _UNSET
    backfill: Annotated[int, Field(ge=0, le=20, strict=True)] = _UNSET


class AccountBlock(BaseModel):
    """One account at a network; further keys are the network's."""

    model_config = ConfigDict(extra="allow")

    network: Words
    app: str = _UNSET
    credentials: dict[str, SecretName] = {}


class ChannelBlock(BaseModel):
    """One place where an account posts; further keys are the network's."""

    model_config = ConfigDict(extra="allow")

    account: Words
    sources: Annotated[list[Words], AfterValidator(_one_or_unsaid)] = _UNSET
    form: Literal["card", "photo", "text"] = _UNSET
    template: Name = _UNSET
    languages: list[Language] = _UNSET
    sections: list[Words] = _UNSET
    not_sections: list[Words] = _UNSET
    tags: list[Words] = _UNSET
    not_tags: list[Words] = _UNSET
    keywords: list[Keyword] = _UNSET
    not_keywords: list[Keyword] = _UNSET
    grace: Duration = _UNSET
    gap: Duration = _UNSET
    max_per_day: PerDay | None = _UNSET
    quiet_hours: QuietHours | None = _UNSET
    expiry: SomeDuration = _UNSET
    approval: Literal["never", "always"] = _UNSET
    solemn: Literal["approval", "post"] = _UNSET


class DefaultsBlock(Block):
    """What holds for every source and channel that does not say otherwise, and for the whole newsroom."""

    poll: Poll = _UNSET
    max_age: SomeDuration = _UNSET
    form: Literal["card", "photo", "text"] = _UNSET
    grace: Duration = _UNSET
    gap: Duration = _UNSET
    max_per_day: PerDay | None = _UNSET
    quiet_hours: QuietHours | None = _UNSET
    expiry: SomeDuration = _UNSET
    approval: Literal["never", "always"] = _UNSET
    solemn: Literal["approval", "post"] = _UNSET
    backoff_first: SomeDuration = _UNSET
    backoff_most: SomeDuration = _UNSET
    most_tries: Annotated[int, Field(ge=1, le=100, strict=True)] = _UNSET
    lease: SomeDuration = _UNSET
    send_by: SomeDuration = _UNSET
    look_from_age: Duration = _UNSET

    @model_validator(mode="after")
    def _fits(self) -> Self:
        policy = Policy(newsroom="", zone="", **{name: getattr(self, name) for name in self.model_fields_set & _POLICY})
        # A worker that still sends after its lease has ended is one of two: 30 s are the longest exchange.
        if policy.lease < policy.send_by + timedelta(seconds=30):
            raise ValueError("has a lease that ends less than 30s after send_by")
        if policy.backoff_most < policy.backoff_first:
            raise ValueError("has a backoff_most shorter than backoff_first")
        return self


class Layout(BaseSettings):
    """The whole file; JARSHY_LISTEN and the like in the environment stand in place of a top-level value."""

    model_config = SettingsConfigDict(env_prefix="JARSHY_", env_nested_delimiter="__", extra="forbid")

    newsroom: NewsroomBlock
    store: Words = "jarshy.db"
    listen: Socket = "127.0.0.1:8090"
    metrics_token: SecretName | None = None
    secrets: Words = "secrets/"
    templates: Words = "templates/"
    allow_hosts: list[Socket] = []
    proxy: Annotated[str, AfterValidator(_web)] | None = None
    sources: Annotated[dict[Name, SourceBlock], AfterValidator(_any)]
    accounts: dict[Name, AccountBlock] = {}
    channels: dict[Name, ChannelBlock] = {}
    defaults: DefaultsBlock = DefaultsBlock()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what is passed in: `settings.load` has laid the environment over the file, and knows its lines."""
        return (init_settings,)

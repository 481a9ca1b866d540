"""Loads jarshy.yaml: everything people set, checked as a whole, as the values the daemon is built from."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError
from pydantic_settings import EnvSettingsSource
from pydantic_settings import SettingsError as BadVariable

from bot.model import Account, Channel, Policy, Source
from config.layout import AccountBlock, ChannelBlock, Layout
from config.lines import Unreadable, Where, read
from config.networks import Networks, check, theirs
from config.problems import Problems, SettingsError
from config.secrets import NoSecret, Secrets

__all__ = ["NoSecret", "Secrets", "Settings", "SettingsError", "load"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything people set. Paths are absolute; `credentials` holds, by account and field, the names of secrets."""

    policy: Policy
    contact: str
    store: Path
    listen: tuple[str, int]
    metrics_token: str
    """The name of the secret whoever reads the metrics must show; "": none."""
    secrets: Secrets
    templates: Path
    words: Path
    """Where a newsroom's own word lists lie, if it has any."""
    allow_hosts: frozenset[str]
    proxy: str | None = field(repr=False)
    """May carry a password."""
    sources: tuple[Source, ...]
    accounts: tuple[Account, ...]
    channels: tuple[Channel, ...]
    credentials: Mapping[str, Mapping[str, str]]

    def secret(self, name: str) -> str:
        """Return a secret by its name; raises NoSecret."""
        return self.secrets.secret(name)


def load(path: Path, environ: Mapping[str, str], *, networks: Networks) -> Settings:
    """Read the file, lay the environment over it and check both; raises SettingsError with every problem at once."""
    try:
        values, lines = read(path)
    except Unreadable as e:
        raise SettingsError([f"{path}:{e.line}: {e}" if e.line else f"{path}: {e}"]) from e
    problems = Problems(str(path), lines, _overlay(values, environ))
    layout: Layout | None = None
    try:
        layout = Layout(**values)
    except ValidationError as e:
        problems.add_all(e, values)
    check(values, networks, problems)
    _check_addresses(values, problems)
    problems.raise_any()
    assert layout
    return _made(layout, path.absolute().parent, environ, networks)


def _overlay(values: dict[str, Any], environ: Mapping[str, str]) -> dict[Where, str]:
    """Put the environment's values in place of the file's; tell which variable stands at which key."""
    source = EnvSettingsSource(Layout)
    source.env_vars = {name.lower(): value for name, value in environ.items() if value}
    try:
        given = source()
    except BadVariable as e:
        raise SettingsError(["environment: a JARSHY_ variable that stands for a list or block must be JSON"]) from e
    variables: dict[Where, str] = {}
    for key, value in given.items():
        block = values.get(key)
        if isinstance(value, dict) and f"JARSHY_{key.upper()}" not in environ:
            values[key] = {**block, **value} if isinstance(block, dict) else value
            variables |= {(key, inner): f"JARSHY_{key}__{inner}".upper() for inner in value}
        else:
            values[key] = value
            variables[(key,)] = f"JARSHY_{key}".upper()
    return variables


def _check_addresses(values: Mapping[str, Any], problems: Problems) -> None:
    """Check what the guarded client would refuse, and that no password stands in the file."""
    proxy, listed, sources = values.get("proxy"), values.get("allow_hosts"), values.get("sources")
    allowed = {str(one).lower() for one in listed} if isinstance(listed, list) else set()
    if isinstance(proxy, str) and "@" in proxy and ("proxy",) not in problems.variables:
        problems.add(("proxy",), "must not carry a password in this file; set JARSHY_PROXY in the environment")
    for id, source in sources.items() if isinstance(sources, dict) else ():
        netloc = _netloc(source)
        port = netloc.rpartition(":")[2]
        if port.isdigit() and port not in ("80", "443") and netloc not in allowed:
            problems.add(("sources", id, "url"), f"is at port {port}: list its host:port under allow_hosts")


def _netloc(source: object) -> str:
    try:
        return urlsplit(source["url"]).netloc.lower() if isinstance(source, dict) else ""
    except (KeyError, ValueError, TypeError, AttributeError):
        # The layout has said what is wrong with it.
        return ""


def _made(layout: Layout, home: Path, environ: Mapping[str, str], networks: Networks) -> Settings:
    defaults = layout.defaults.model_dump(exclude_unset=True)
    newsroom, accounts = layout.newsroom, layout.accounts
    host, _, port = layout.listen.rpartition(":")
    return Settings(
        policy=Policy(newsroom=newsroom.name, zone=newsroom.zone, **_chosen(Policy, defaults)),
        contact=newsroom.contact or "",
        store=home / layout.store,
        listen=(host.strip("[]"), int(port)),
        metrics_token=layout.metrics_token or "",
        secrets=Secrets(home / layout.secrets, environ),
        templates=home / layout.templates,
        words=home / "words",
        allow_hosts=frozenset(layout.allow_hosts),
        proxy=layout.proxy,
        sources=tuple(Source(id=id, **_chosen(Source, defaults, _set(one))) for id, one in layout.sources.items()),
        accounts=tuple(_account(id, account) for id, account in accounts.items()),
        channels=tuple(
            _channel(id, one, network := accounts[one.account].network, {**networks[network].defaults, **defaults})
            for id, one in layout.channels.items()
        ),
        credentials={id: account.credentials for id, account in accounts.items()},
    )


def _account(id: str, account: AccountBlock) -> Account:
    settings = theirs(account.model_extra or {}, AccountBlock)
    return Account(id=id, network=account.network, app=account.app or "", settings=tuple(settings.items()))


def _channel(id: str, channel: ChannelBlock, network: str, defaults: Mapping[str, Any]) -> Channel:
    place = theirs(channel.model_extra or {}, ChannelBlock)
    return Channel(id=id, network=network, place=tuple(place.items()), **_chosen(Channel, defaults, _set(channel)))


def _set(block: BaseModel) -> dict[str, Any]:
    return block.model_dump(exclude_unset=True)


def _chosen(made: type[Channel | Source | Policy], *layers: Mapping[str, Any]) -> dict[str, Any]:
    """Lay what was set over the defaults, keep what `made` has, and freeze it."""
    names = {one.name for one in fields(made)}
    return {name: _frozen(value) for layer in layers for name, value in layer.items() if name in names}


def _frozen(value: object) -> object:
    match value:
        case list():
            return tuple(value)
        case dict():
            return tuple(value.items())
        case _:
            return value

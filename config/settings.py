"""Loads jarshy.yaml: everything people set, checked as a whole, as the values the daemon is built from."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError
from pydantic_settings import EnvSettingsSource
from pydantic_settings import SettingsError as BadVariable

from adapters.contract import Rate, Scope
from bot.audit.origin import usual
from bot.media.slides import Theme
from bot.model import Account, Channel, Keep, Policy, Source
from bot.store.place import NoPassword, Place, folder_of, passwords_in, place_of
from config.alerts import SinkSettings, check_channels, sinks
from config.cards import check_cards, theme
from config.layout import AccountBlock, AppBlock, ChannelBlock, Layout, SourceBlock
from config.money import budget
from config.networks import Network, Networks, check, plain, theirs
from config.problems import Problems, SettingsError
from config.public import PublicSettings, check_public, public
from config.secrets import NoSecret, Secrets
from config.values import ADAPTIVE

__all__ = ["NoSecret", "Secrets", "Settings", "SettingsError", "load"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything people set. Paths are absolute; `credentials` holds, by account and field, the names of secrets."""

    policy: Policy
    keep: Keep
    theme: Theme = field(default_factory=Theme)
    """How cards look."""
    public: PublicSettings | None = None
    """Where networks fetch media from that fetch them by themselves."""
    contact: str
    origin: str
    """The audit log's name."""
    store: Place
    store_password: str | None
    """The name of the secret that opens a database server."""
    beside: Path
    """Where files beside the database lie."""
    listen: tuple[str, int]
    desk: str | None
    """Where people open the editors' desk, such as https://desk.courier.example; None: it is not served."""
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
    alerts: tuple[SinkSettings, ...] = ()
    alert_channels: tuple[Channel, ...] = ()
    """The channels alerts go to. One that lists no sources is among these only, and gets no stories."""
    heartbeat_url: str = field(default="", repr=False)
    """An address or the name of a secret; "" where there is none."""

    def secret(self, name: str) -> str:
        """Return a secret by its name; raises NoSecret."""
        return self.secrets.secret(name)


def load(path: Path, environ: Mapping[str, str], *, networks: Networks) -> Settings:
    """Read the file, lay the environment over it and check both; raises SettingsError with every problem at once."""
    values, problems = Problems.reading(path, plain(networks))
    _overlay(values, environ, problems)
    layout: Layout | None = None
    try:
        layout = Layout(**values)
    except ValidationError as e:
        problems.add_all(e, values)
    check(values, networks, problems)
    _check_addresses(values, problems)
    check_channels(values, problems)
    check_cards(values, path.absolute().parent, problems)
    check_public(values, problems)
    problems.raise_any()
    assert layout
    return _made(layout, path.absolute().parent, environ, networks)


def _overlay(values: dict[str, Any], environ: Mapping[str, str], problems: Problems) -> None:
    """Put the environment's values in place of the file's, the whole blocks before what stands in them."""
    source = EnvSettingsSource(Layout)
    for name in sorted(name for name, value in environ.items() if value and name.startswith("JARSHY_")):
        where = tuple(name.removeprefix("JARSHY_").lower().split("__"))
        source.env_vars = {name.lower(): environ[name]}
        try:
            given: Any = source()
        except BadVariable:
            problems.add_variable(name, "must be JSON, as it stands for a list or block")
            continue
        for step in where:
            given = given.get(step) if isinstance(given, dict) else None
        if given is not None:
            problems.variables[where] = name
            _put(values, where, given)


def _put(block: dict[str, Any], where: tuple[str, ...], value: Any) -> None:
    for step in where[:-1]:
        inner = block.get(step)
        block[step] = block = {**inner} if isinstance(inner, dict) else {}
    block[where[-1]] = value


def _check_addresses(values: Mapping[str, Any], problems: Problems) -> None:
    """Check what the guarded client would refuse, and that no password stands in the file."""
    proxy, listed, sources = values.get("proxy"), values.get("allow_hosts"), values.get("sources")
    allowed = {str(one).lower() for one in listed} if isinstance(listed, list) else set()
    if isinstance(proxy, str) and "@" in proxy and ("proxy",) not in problems.variables:
        problems.add(("proxy",), "must not carry a password in this file; set JARSHY_PROXY in the environment")
    store = values.get("store")
    if isinstance(store, str) and passwords_in(store) and ("store",) not in problems.variables:
        problems.add(("store",), "must not carry a password in this file; name its secret with store_password")
    alerts = values.get("alerts")
    hooks = [(("alerts", at), one, "webhook") for at, one in enumerate(alerts if isinstance(alerts, list) else ())]
    feeds = [(("sources", id), one, "url") for id, one in (sources.items() if isinstance(sources, dict) else ())]
    for where, block, key in (*feeds, *hooks, ((), values, "heartbeat_url")):
        netloc = _netloc(block, key)
        port = netloc.rpartition(":")[2]
        if port.isdigit() and port not in ("80", "443") and netloc not in allowed:
            problems.add((*where, key), f"is at port {port}: list its host:port under allow_hosts")


def _netloc(block: object, key: str) -> str:
    url = block.get(key) if isinstance(block, dict) else ""
    try:
        return urlsplit(url).netloc.lower() if isinstance(url, str) else ""
    except ValueError:
        # The layout has said what is wrong with it.
        return ""


def _made(layout: Layout, home: Path, environ: Mapping[str, str], networks: Networks) -> Settings:
    defaults = layout.defaults.model_dump(exclude_unset=True)
    newsroom, accounts = layout.newsroom, layout.accounts
    name, _, port = layout.listen.rpartition(":")
    listen = (name.strip("[]"), int(port))
    secrets = Secrets(home / layout.secrets, environ)
    password = partial(_password, secrets, layout.store_password) if layout.store_password else None
    store = place_of(layout.store, home, password)
    told = sinks(layout.alerts)
    channels = {
        id: _channel(id, one, layout, _for(networks[accounts[one.account].network], defaults))
        for id, one in layout.channels.items()
    }
    hearing = [each.to for each in told if each.kind == "channel"]
    return Settings(
        policy=Policy(
            newsroom=newsroom.name,
            zone=newsroom.zone,
            barred=tuple(layout.media.barred),
            **_chosen(Policy, defaults),
        ),
        keep=Keep(**_set(layout.keep)),
        theme=theme(layout.cards, newsroom.name, home),
        public=public(layout.media.public, home),
        contact=newsroom.contact or "",
        origin=newsroom.origin or usual(newsroom.name),
        store=store,
        store_password=layout.store_password,
        beside=folder_of(store, home),
        listen=listen,
        desk=(layout.desk.address or _address_at(*listen)) if layout.desk.serve else None,
        metrics_token=layout.metrics_token or "",
        secrets=secrets,
        templates=home / layout.templates,
        words=home / "words",
        allow_hosts=frozenset(layout.allow_hosts),
        proxy=layout.proxy,
        sources=tuple(_source(id, one, defaults) for id, one in layout.sources.items()),
        accounts=tuple(_account(id, account) for id, account in accounts.items()),
        channels=tuple(each for each in channels.values() if each.id not in hearing or each.sources),
        credentials={id: account.credentials for id, account in accounts.items()},
        alerts=told,
        alert_channels=tuple(channels[id] for id in dict.fromkeys(hearing)),
        heartbeat_url=layout.heartbeat_url or "",
    )


def _for(network: Network, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Lay what people set for all over what suits a network, but no form that it cannot have."""
    chosen = {key: value for key, value in defaults.items() if key != "form" or value in network.forms}
    return {**network.defaults, **chosen, "describes": network.describes}


def _address_at(host: str, port: int) -> str:
    """Write what is listened on as people can open it: "everywhere" is no address."""
    name = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}"


def _password(secrets: Secrets, name: str) -> str:
    try:
        return secrets.secret(name)
    except NoSecret as e:
        raise NoPassword(str(e)) from e


def _source(id: str, source: SourceBlock, defaults: Mapping[str, Any]) -> Source:
    chosen = _chosen(Source, defaults, _set(source))
    if chosen.get("poll") == ADAPTIVE:
        # Until its habit is known: what holds for the others, or the usual interval.
        del chosen["poll"]
        chosen |= {"adapts": True} | ({} if defaults.get("poll", ADAPTIVE) == ADAPTIVE else {"poll": defaults["poll"]})
    return Source(id=id, **chosen)


def _account(id: str, account: AccountBlock) -> Account:
    settings = theirs(account.model_extra or {}, AccountBlock)
    return Account(id=id, network=account.network, app=account.app or "", settings=tuple(settings.items()))


def _channel(id: str, channel: ChannelBlock, layout: Layout, defaults: Mapping[str, Any]) -> Channel:
    place = theirs(channel.model_extra or {}, ChannelBlock)
    account = layout.accounts[channel.account]
    rates = _rates(account, layout.apps.get(account.app or ""), defaults.get("rates", ()))
    own = {"rates": rates, "budget": budget(channel.budget)}
    chosen = _chosen(Channel, defaults, _set(channel), own)
    return Channel(id=id, network=account.network, place=tuple(place.items()), **chosen)


def _rates(account: AccountBlock, app: AppBlock | None, usual: tuple[Rate, ...]) -> tuple[Rate, ...]:
    """Lay what was set over what the network says; an account that names no app is one by itself."""
    own = (account.pace,) if account.pace else tuple(rate for rate in usual if rate.scope is Scope.ACCOUNT)
    shared = (app.pace,) if app else tuple(rate for rate in usual if rate.scope is Scope.APP)
    scope = Scope.APP if account.app else Scope.ACCOUNT
    return own + tuple(replace(rate, scope=scope) for rate in shared)


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

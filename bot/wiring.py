"""What the daemon and the command line are both built from: settings become ports, keys, secrets and templates."""

import asyncio
import base64
import binascii
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from shutil import disk_usage
from typing import TypeVar
from urllib.parse import unquote, urlsplit

import config
from adapters.contract import Adapter, AuthFailed, Clock, Scope
from adapters.http import Http, open_client
from bot.alerts.command import Command
from bot.alerts.desk import Ways
from bot.alerts.sink import NotHeard, Sink
from bot.alerts.telling import Witnesses
from bot.alerts.watch import Senses
from bot.alerts.webhook import Webhook
from bot.articles.page import Body
from bot.articles.wordlists import WordLists, word_lists
from bot.audit.checkpoints import CHECKPOINT
from bot.audit.notes import BadNote, Signer, Verifier
from bot.audit.sealing import Key
from bot.daemon import Newsroom, Ports
from bot.fetch import Fetched, Fetcher, Heard
from bot.media.darkroom import Darkroom
from bot.media.shelf import Shelf
from bot.model import Source
from bot.networks import adapters
from bot.posts.template import LONGEST
from bot.rules.skew import Skew
from bot.sealing import Seal, Witness, nobody
from bot.store.engine import Store
from bot.store.place import passwords_in
from bot.store.templates import FILE, SHIPPED
from bot.vault import Vault
from config.networks import Network
from config.secrets import NAME, Missing
from config.settings import NoSecret, Settings
from config.words import lists

T = TypeVar("T")
KEY = "VAULT_KEY"
"""The secret that seals sessions: 32 bytes as base64, the newest on the first line, older ones below."""
AUDIT_KEY = "AUDIT_KEY"
"""The secret that signs the audit log: 32 bytes as base64; below it older ones, or the verifier keys of such."""
NOT_SEALED = "checkpoints of the audit log are not signed, as there is no AUDIT_KEY"
MAKE_ONE = "`jarshy init` makes one and keeps the rest"


class CannotStart(Exception):
    """Something outside is in the way; the sentence says what, and what helps."""


@asynccontextmanager
async def open_ports(settings: Settings, clock: Clock, store: Store) -> AsyncIterator[Ports]:
    """Open every way to the outside that the settings name."""
    with Darkroom() as darkroom:
        skew = Skew()

        def heard(host: str, headers: Mapping[str, str]) -> None:
            skew.hear(host, headers, clock.now())

        async with open_client(settings.proxy, heard=heard) as client, fetcher(settings, heard) as web:
            yield Ports(
                store=store,
                clock=clock,
                vault=vault(settings),
                web=web,
                http=lambda account: Http(client),
                aside=in_thread,
                develop=darkroom.develop,
                shelf=shelf(settings),
                credentials=lambda account: credentials(settings, account),
                kinds=adapters(),
                templates=lambda: templates(settings),
                body=body(settings.sources),
                seal=seal(settings),
                witness=witnesses(settings, clock, store),
                ways=Ways(
                    sinks=sinks(settings, web, clock),
                    heartbeat=_address(settings, settings.heartbeat_url) if settings.heartbeat_url else None,
                    senses=Senses(disk=lambda: disk_usage(settings.beside), skew=skew),
                ),
            )


def witnesses(settings: Settings, clock: Clock, store: Store) -> Witness:
    """Name who is given each checkpoint of the audit log."""
    names = [each.name for each in settings.alerts if each.is_witness]
    return Witnesses(store, clock, newsroom=settings.policy.newsroom, sinks=names) if names else nobody


async def in_thread(work: Callable[[], T], deadline: float) -> T:
    """Run slow, pure work in a thread; what is not done in time is left to end by itself. Raises TimeoutError."""
    return await asyncio.wait_for(asyncio.to_thread(work), deadline)


def body(sources: Iterable[Source]) -> Body | None:
    """Load what finds the text in a page, where a source is read so. Raises CannotStart where it is not installed."""
    reading = [each.id for each in sources if each.read == "page"]
    if not reading:
        return None
    if find_spec("trafilatura") is None:
        raise CannotStart(
            f"Source {reading[0]} is to read pages (`read: page`); that needs: pip install 'jarshy[extract]'"
        )
    return import_module("bot.sources.extract").body  # type: ignore[no-any-return]  # a module of ours, loaded late


def newsroom(settings: Settings) -> Newsroom:
    """Take from the settings what people set about the newsroom."""
    return Newsroom(
        policy=settings.policy,
        sources=settings.sources,
        accounts=settings.accounts,
        channels=settings.channels,
        alert_channels=settings.alert_channels,
        lists=tuned(settings.words),
        keep=settings.keep,
    )


def tuned(own: Path | None = None) -> WordLists:
    """Read the words editors tune: the shipped lists and a newsroom's own. Raises SettingsError."""
    return word_lists(lists(own))


def fetcher(settings: Settings, heard: Heard | None = None) -> Fetcher:
    """Make the guarded client; `heard` is told the headers of each answer."""
    who, allow = settings.policy.newsroom, settings.allow_hosts
    return Fetcher(newsroom=who, contact=settings.contact, allow=allow, proxy=settings.proxy, heard=heard)


def sinks(settings: Settings, web: Fetcher, clock: Clock) -> tuple[Sink, ...]:
    """Make the ways to people that need no account; the daemon adds its own channels. Raises CannotStart."""
    environ = {name: value for name, value in settings.secrets.environ.items() if not name.startswith("JARSHY_")}
    found: list[Sink] = []
    for each in settings.alerts:
        match each.kind:
            case "webhook":
                to, secret = _address(settings, each.to), _secret(settings, each.secret)
                found.append(Webhook(each.name, web, clock, address=to, secret=secret))
            case "command":
                found.append(Command(each.name, each.argv, environ))
            case "apprise":
                found.append(_apprise(each.name, _secret(settings, each.to)))
    return tuple(found)


def _apprise(name: str, address: Callable[[], str]) -> Sink:
    if find_spec("apprise") is None:
        raise CannotStart(f"Alerts go to {name}; that needs: pip install 'jarshy[alerts]'")
    made: Sink = import_module("bot.alerts.by_apprise").ByApprise(name, address)
    return made


def _address(settings: Settings, said: str) -> Callable[[], str]:
    """Read an address that may stand in the settings by the name of its secret."""
    return _secret(settings, said) if NAME.fullmatch(said) else lambda: said


def _secret(settings: Settings, name: str) -> Callable[[], str]:
    def read() -> str:
        # Anew each time, so that a changed one serves at once.
        try:
            return settings.secret(name)
        except NoSecret as e:
            raise NotHeard(str(e)) from e

    return read


def shelf(settings: Settings) -> Shelf:
    """Name the folder of prints: it stands beside the database, and may be emptied at any time."""
    return Shelf(settings.beside / "media")


class WebForOne:
    """The guarded client, opened for each fetch: a command may need it once, and most never do."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def get(
        self, url: str, *, most: int, deadline: float, headers: Mapping[str, str] | None = None, accept: str = "*/*"
    ) -> Fetched:
        """Fetch. Raises Refused or Unreachable."""
        async with fetcher(self._settings) as web:
            return await web.get(url, most=most, deadline=deadline, headers=headers, accept=accept)


def vault(settings: Settings) -> Vault:
    """Open the vault with the key file. Raises NoSecret where there is none, CannotStart where it holds no key."""
    try:
        return Vault(*(base64.b64decode(line, validate=True) for line in settings.secret(KEY).split()))
    except (binascii.Error, ValueError) as e:
        raise CannotStart(f"The secret {KEY} is no key: put the one back that `jarshy init` made") from e


def seal(settings: Settings) -> Seal | None:
    """Make what signs the audit log; None without its key. Raises NoSecret or CannotStart where the key is no good."""
    if not settings.secrets.has(AUDIT_KEY):
        return None
    newest, *older = settings.secret(AUDIT_KEY).split()
    try:
        key = Key(Signer(settings.origin, _seed(newest)), tuple(_public(settings.origin, each) for each in older))
    except (BadNote, ValueError) as e:
        raise CannotStart(f"The secret {AUDIT_KEY} is no key: put the one back that `jarshy init` made") from e
    return Seal(key=key, beside=settings.beside / CHECKPOINT)


def _public(origin: str, said: str) -> bytes:
    """Read the public half of an older key: from the key itself, or from what verifies it."""
    with suppress(ValueError):
        return Signer(origin, _seed(said)).verifier.public
    return Verifier.parse(said).public


def _seed(said: str) -> bytes:
    return base64.b64decode(said, validate=True)


def credentials(settings: Settings, account: str) -> dict[str, str]:
    """Read an account's secrets anew, so that a changed one serves at once. Raises AuthFailed."""
    try:
        return {field: settings.secret(name) for field, name in settings.credentials.get(account, {}).items()}
    except NoSecret as e:
        raise AuthFailed(str(e), scope=Scope.ACCOUNT) from e


def metrics_token(settings: Settings) -> str | None:
    """Read anew what a reader of the metrics must show; None: nothing; "": it is missing, so nobody can."""
    try:
        return settings.secret(settings.metrics_token) if settings.metrics_token else None
    except NoSecret:
        return ""  # `check` and `doctor` tell


def asked(settings: Settings) -> dict[str, list[str]]:
    """Name every secret the settings ask for, and what each is for."""
    found: dict[str, list[str]] = {KEY: ["seals stored sign-ins"], AUDIT_KEY: ["signs the audit log"]}
    for account, named in settings.credentials.items():
        for field, name in named.items():
            found.setdefault(name, []).append(f"{field} of account {account}")
    if settings.store_password:
        found.setdefault(settings.store_password, []).append("opens the database")
    if settings.metrics_token:
        found.setdefault(settings.metrics_token, []).append("shown by readers of the metrics")
    for sink in settings.alerts:
        for name in sink.secrets:
            found.setdefault(name, []).append(f"of the alerts' {sink.kind}")
    if NAME.fullmatch(settings.heartbeat_url):
        found.setdefault(settings.heartbeat_url, []).append("the heartbeat's address")
    return found


def advised(name: str, error: NoSecret) -> str:
    """Say what is wrong with a secret, and which command puts it in place where it is missing."""
    command = "jarshy init" if name in (KEY, AUDIT_KEY) else f"jarshy secret set {name}"
    return f"{error}; `{command}` does it" if isinstance(error, Missing) else str(error)


def secrets_of(settings: Settings) -> list[str]:
    """List every secret there is, to keep them out of the log."""
    found = [*_of_address(settings.proxy or ""), *passwords_in(settings.store)]
    for name in sorted(asked(settings)):
        try:
            found += [settings.secret(name), *settings.secret(name).split()]
        except NoSecret:
            continue  # what is missing cannot leak; `check` tells
    return found


def _of_address(address: str) -> list[str]:
    """List what is secret in a proxy's address: the whole, its password, and both as its header says them."""
    parts = urlsplit(address)
    if not parts.password:
        return [address]
    user, password = unquote(parts.username or ""), unquote(parts.password)
    return [address, parts.password, password, base64.b64encode(f"{user}:{password}".encode()).decode()]


def templates(settings: Settings) -> dict[str, dict[str, str]]:
    """Read the templates that are shipped and those beside the settings, by origin and name."""
    return {SHIPPED: shipped(), FILE: _texts(settings.templates)}


def shipped() -> dict[str, str]:
    """Read the templates that serve while a newsroom has none of its own."""
    return _texts(Path(next(iter(config.__path__))) / "templates")


def networks(kinds: Mapping[str, type[Adapter]]) -> dict[str, Network]:
    """Name what the settings need to know of each network."""
    return {name: Network(kind.Settings, kind.Credentials, _defaults(kind)) for name, kind in kinds.items()}


def _defaults(kind: type[Adapter]) -> dict[str, object]:
    return {"form": kind.spec.form, "max_per_day": kind.spec.per_day, "rates": kind.spec.rates}


def _texts(folder: Path) -> dict[str, str]:
    try:
        return {path.stem: read_template(path) for path in sorted(folder.glob("*.html"))}
    except OSError as e:
        raise CannotStart(f"The templates in {folder} cannot be read: {e}") from e


def read_template(path: Path) -> str:
    """Read a template file, as far as it can be one. Raises CannotStart."""
    try:
        # Some editors put a mark before the first character, which would stand at the head of every post.
        with path.open(encoding="utf-8-sig") as file:
            return file.read(LONGEST + 1)
    except (OSError, UnicodeDecodeError) as e:
        raise CannotStart(f"the template {path} cannot be read: {getattr(e, 'strerror', e)}") from e

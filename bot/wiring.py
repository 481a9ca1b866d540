"""What the daemon and the command line are both built from: settings become ports, keys, secrets and templates."""

import base64
import binascii
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import config
from adapters.contract import Adapter, AuthFailed, Clock, Scope
from adapters.http import Hear, Http, open_client
from bot.articles.page import Body
from bot.articles.wordlists import WordLists, word_lists
from bot.daemon import Newsroom, Ports, adapters, in_thread
from bot.fetch import Fetched, Fetcher
from bot.media.darkroom import Darkroom
from bot.media.shelf import Shelf
from bot.model import Source
from bot.posts.template import LONGEST
from bot.store.engine import Store
from bot.store.templates import FILE, SHIPPED
from bot.vault import Vault
from config.networks import Network
from config.settings import NoSecret, Settings
from config.words import lists

KEY = "VAULT_KEY"
"""The secret that seals sessions: 32 bytes as base64, the newest on the first line, older ones below."""


class CannotStart(Exception):
    """Something outside is in the way; the sentence says what, and what helps."""


@asynccontextmanager
async def open_ports(
    settings: Settings, clock: Clock, store: Store, *, hear: Hear | None = None
) -> AsyncIterator[Ports]:
    """Open every way to the outside that the settings name; `hear` is told the headers of the networks' answers."""
    with Darkroom() as darkroom:
        async with open_client(settings.proxy, hear=hear) as client, fetcher(settings) as web:
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
            )


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
        lists=tuned(settings.words),
    )


def tuned(own: Path | None = None) -> WordLists:
    """Read the words editors tune: the shipped lists and a newsroom's own. Raises SettingsError."""
    return word_lists(lists(own))


def fetcher(settings: Settings) -> Fetcher:
    """Make the guarded client."""
    who = settings.policy.newsroom
    return Fetcher(newsroom=who, contact=settings.contact, allow=settings.allow_hosts, proxy=settings.proxy)


def shelf(settings: Settings) -> Shelf:
    """Name the folder of prints: it stands beside the database, and may be emptied at any time."""
    return Shelf(settings.store.parent / "media")


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


def secrets_of(settings: Settings) -> list[str]:
    """List every secret there is, to keep them out of the log."""
    names = {name for each in settings.credentials.values() for name in each.values()} | {KEY}
    names |= {settings.metrics_token} if settings.metrics_token else set()
    found = _of_address(settings.proxy or "")
    for name in sorted(names):
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
    return {"form": kind.spec.form, "max_per_day": kind.spec.per_day}


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

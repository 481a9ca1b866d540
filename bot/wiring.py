"""What the daemon and the command line are both built from: settings become ports, keys, secrets and templates."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from shutil import disk_usage
from typing import TypeVar

import config
from adapters.contract import Adapter, Clock, Limits
from adapters.http import Http, open_client
from bot.alerts.command import Command
from bot.alerts.desk import Ways
from bot.alerts.sink import NotHeard, Sink
from bot.alerts.telling import Witnesses
from bot.alerts.watch import Senses
from bot.alerts.webhook import Webhook
from bot.articles.page import Body
from bot.articles.wordlists import WordLists, word_lists
from bot.fetch import Fetched, Fetcher, Heard, trust
from bot.keys import Anew, CannotStart, credentials, naming, seal, vault
from bot.media.cutting import CuttingRoom
from bot.media.darkroom import Darkroom
from bot.media.places import Folder, Place, Shut, Window
from bot.media.shelf import Shelf
from bot.model import Source
from bot.networks import adapters
from bot.ports import Newsroom, Ports
from bot.posts.template import LONGEST
from bot.rules.skew import Skew
from bot.sealing import Witness, nobody
from bot.store.alone import alone
from bot.store.audit import JARSHY
from bot.store.engine import Store
from bot.store.templates import FILE, SHIPPED
from config.networks import Network
from config.public import PublicSettings
from config.secrets import NAME
from config.settings import NoSecret, Settings
from config.words import lists

T = TypeVar("T")


@asynccontextmanager
async def open_ports(settings: Settings, clock: Clock, store: Store, *, actor: str = JARSHY) -> AsyncIterator[Ports]:
    """Open every way to the outside that the settings name; `actor`: whose the process is."""
    with Darkroom() as darkroom, CuttingRoom(shelf(settings)) as cutting:
        skew = Skew()

        def heard(host: str, headers: Mapping[str, str]) -> None:
            skew.hear(host, headers, clock.now())

        # Loading the certificates takes 20 ms and a megabyte, so once is enough.
        tls = trust()
        async with open_client(settings.proxy, tls=tls, heard=heard) as client, fetcher(settings, heard, tls) as web:
            yield Ports(
                store=store,
                clock=clock,
                actor=actor,
                vault=Anew(lambda: vault(settings)),
                alone=lambda account: alone(settings.store, account, clock),
                web=web,
                http=lambda account: Http(client),
                aside=in_thread,
                develop=darkroom.develop,
                draw=darkroom.draw,
                cutting=cutting,
                shelf=shelf(settings),
                window=window(settings),
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
        theme=settings.theme,
    )


def tuned(own: Path | None = None) -> WordLists:
    """Read the words editors tune: the shipped lists and a newsroom's own. Raises SettingsError."""
    return word_lists(lists(own))


def fetcher(settings: Settings, heard: Heard | None = None, tls: ssl.SSLContext | None = None) -> Fetcher:
    """Make the guarded client; `heard` is told the headers of each answer."""
    who, allow = settings.policy.newsroom, settings.allow_hosts
    return Fetcher(newsroom=who, contact=settings.contact, allow=allow, proxy=settings.proxy, tls=tls, heard=heard)


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


def window(settings: Settings) -> Window | None:
    """Open the place networks fetch media from, where the settings name one. Raises CannotStart or NoSecret."""
    public = settings.public
    if public is None:
        return None
    place = Folder(public.folder) if public.folder else _bucket(settings, public)
    return Window(place=place, address=public.address, key=naming(settings), lives=public.keep)


def _bucket(settings: Settings, public: PublicSettings) -> Place:
    if find_spec("obstore") is None:
        raise CannotStart("Media are to lie in a bucket (`media: public:`); that needs: pip install 'jarshy[s3]'")

    def keys() -> tuple[str, str]:
        try:
            return settings.secret(public.key_id), settings.secret(public.key)
        except NoSecret as e:
            raise Shut(str(e), needs_person=True) from e

    made: Place = import_module("bot.media.bucket").Bucket(
        public.bucket,
        keys,
        endpoint=public.endpoint,
        region=public.region,
        prefix=public.prefix,
        proxy=settings.proxy,
    )
    return made


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


def templates(settings: Settings) -> dict[str, dict[str, str]]:
    """Read the templates that are shipped and those beside the settings, by origin and name."""
    return {SHIPPED: shipped(), FILE: _texts(settings.templates)}


def shipped() -> dict[str, str]:
    """Read the templates that serve while a newsroom has none of its own."""
    return _texts(Path(next(iter(config.__path__))) / "templates")


def networks(kinds: Mapping[str, type[Adapter]]) -> dict[str, Network]:
    """Name what the settings need to know of each network."""
    return {
        name: Network(
            kind.Settings,
            kind.Credentials,
            _defaults(kind),
            _forms(kind.spec.limits),
            charges=kind.price is not Adapter.price,
            approves=kind.spec.approves,
            describes=kind.spec.limits.alt is not None,
        )
        for name, kind in kinds.items()
    }


def _defaults(kind: type[Adapter]) -> dict[str, object]:
    return {"form": kind.spec.form, "max_per_day": kind.spec.per_day, "rates": kind.spec.rates}


def _forms(limits: Limits) -> tuple[str, ...]:
    """Name the forms posts may have on a network, as far as its sheet can tell."""
    can = {
        "card": not limits.least,
        "photo": limits.pictures is not None and limits.media > 0,
        "text": not limits.least,
        "video": limits.films is not None,
    }
    return tuple(form for form, is_possible in can.items() if is_possible)


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

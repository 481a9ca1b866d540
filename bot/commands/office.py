"""What a command works with: the settings, the database in short transactions, and the daemon's own rooms."""

import getpass
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from adapters.contract import Adapter, Clock
from bot import logs
from bot.actions.room import Room
from bot.clock import SystemClock
from bot.delivery.composing import Composer, usual
from bot.keys import CannotStart, secrets_of
from bot.media.cutting import CuttingRoom
from bot.media.darkroom import Darkroom
from bot.media.photos import Photos
from bot.media.studio import Studio
from bot.model import Channel
from bot.networks import adapters, unplugged
from bot.ports import Ports
from bot.store.engine import Store, engine_at
from bot.store.migrate import bring_up
from bot.wiring import WebForOne, networks, open_ports, shelf, tuned
from config.settings import Settings, load


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """One command's view of the newsroom; the daemon may be at work on the same file."""

    settings: Settings
    kinds: dict[str, type[Adapter]]
    clock: Clock
    store: Store
    channels: dict[str, Channel]
    composer: Composer

    def room(self, who: str) -> Room:
        """Make the place verbs act from, in the name of a person."""
        return Room(self.store, self.clock, self.channels, self.composer, actor_of(who), sources=self.settings.sources)

    def ports(self, who: str = "") -> AbstractAsyncContextManager[Ports]:
        """Open every way to the outside, in the name of a person: the log tells their questions from the daemon's."""
        return open_ports(self.settings, self.clock, self.store, actor=actor_of(who))

    def adapter(self, who: Channel) -> Adapter:
        """Build a channel's adapter for what it knows by itself."""
        account = next(each for each in self.settings.accounts if each.id == who.account)
        return unplugged(self.kinds[who.network], account, who, self.clock)

    @property
    def zone(self) -> str:
        """The newsroom's time zone."""
        return self.settings.policy.zone


def settings_at(path: Path) -> tuple[Settings, dict[str, type[Adapter]]]:
    """Load the settings, and keep their secrets out of everything that is logged from here on."""
    logs.set_up()
    if not path.exists():
        raise CannotStart(f"there is no {path}: `jarshy init` makes one, --config names another")
    kinds = adapters()
    settings = load(path, os.environ, networks=networks(kinds))
    logs.set_up(lambda: secrets_of(settings))
    return settings, kinds


def settings_again(path: Path) -> Settings:
    """Load the settings as they are now, for a process that runs on earlier ones."""
    if not path.exists():
        raise CannotStart(f"there is no {path} any more")
    return load(path, os.environ, networks=networks(adapters()))


_WHOLE = 100
"""Percent."""


@contextmanager
def open_office(path: Path) -> Iterator[Office]:
    """Open the newsroom of a settings file. Raises what is wrong with it."""
    settings, kinds = settings_at(path)
    bring_up(settings.store)
    store, clock = Store(engine_at(settings.store), inline), SystemClock()
    channels = {each.id: each for each in settings.channels}
    wishes, web = usual(settings.channels, kinds), WebForOne(settings)
    prints, keep = shelf(settings), settings.keep.pictures
    with closing(store), Darkroom() as darkroom, CuttingRoom(prints) as cutting:
        photos = Photos(
            store, clock, web, develop=darkroom.develop, shelf=prints, usual=wishes, barred=settings.policy.barred
        )
        studio = Studio(
            store,
            clock,
            prints,
            draw=darkroom.draw,
            develop=darkroom.develop,
            cutting=cutting,
            theme=settings.theme,
            tell=_tell,
            lives=keep,
        )
        yield Office(
            settings=settings,
            kinds=kinds,
            clock=clock,
            store=store,
            channels=channels,
            composer=Composer(settings.policy, kinds, photos, tuned(settings.words), draws=studio),
        )


def _tell(done: int) -> None:
    """Say how far a film is, as nobody waits that long without a word; a terminal rewrites the line."""
    if sys.stderr.isatty():
        typer.echo(f"\rmaking the film: {done} %", err=True, nl=done == _WHOLE)
    elif done == 0:
        typer.echo("making the film, which takes some seconds", err=True)


def inline(work: Callable[[], Any]) -> Awaitable[Any]:
    """Run a transaction where it is asked for: a command has nothing else to do meanwhile."""

    async def done() -> Any:
        return work()

    return done()


def actor_of(who: str) -> str:
    """Name the person who acts: as said, else $JARSHY_AS, else the login name."""
    return f"cli:{who or os.environ.get('JARSHY_AS') or _login()}"


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number that has no name
        return f"user {os.getuid()}"

"""The networks there are, real and emulated, ours and third parties': found by entry point, and built."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING

from adapters.contract import Adapter, Clock, Session
from adapters.http import Http
from bot.model import Account, Channel

if TYPE_CHECKING:
    from adapters.emulators.kit import Network, World
    from adapters.emulators.timelines import Timelines


def adapters() -> dict[str, type[Adapter]]:
    """Load every installed network: ours and third parties' come through the same door."""
    return {each.name: each.load() for each in _named("jarshy.adapters")}


def unplugged(kind: type[Adapter], account: Account, who: Channel, clock: Clock) -> Adapter:
    """Build a channel's adapter for what it knows by itself, such as what a post costs; it reaches no network."""
    settings = kind.Settings(**{**dict(account.settings), **dict(who.place)})
    return kind(settings, Session(account.id), Http.over(None), clock)


def emulators() -> "dict[str, type[Network]]":
    """Load every installed emulated network: ours and third parties' come through the same door."""
    return {each.name: each.load() for each in _named("jarshy.emulators")}


@cache
def _named(group: str) -> tuple[EntryPoint, ...]:
    """List what is installed by name; once, as each look reads what every package says of itself."""
    return tuple(sorted(entry_points(group=group), key=lambda each: each.name))


def stage(now: Callable[[], datetime], sleep: Callable[[float], Awaitable[None]]) -> "World":
    """Make an empty world for emulated networks, in place of the real one."""
    from adapters.emulators.kit import World  # imported late: the daemon at its work has no use for it

    return World(now, sleep)


def let_fetch(world: "World", shown: Callable[[str], tuple[str, bytes]]) -> None:
    """Show emulated networks that fetch by themselves what stands at an address: its type and its bytes."""
    from adapters.emulators.wire import Upload  # imported late, as above

    world.fetch = lambda url: Upload("", *shown(url))


def wire(network: "Network") -> Http:
    """Carry an account's exchanges to an emulated network in this process."""
    return Http.over(network)


def timelines(world: "World", zone: str) -> "Timelines":
    """Make the page of what readers see, by a zone's clock: an ASGI app."""
    from adapters.emulators.timelines import Timelines  # imported late, as above

    return Timelines(world, zone)

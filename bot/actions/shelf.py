"""What people read of templates: which there are, whom each serves, whose it is, its versions and what waits."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.actions.room import RefusedVerb, Room
from bot.model import Channel
from bot.rules.persons import name_of
from bot.store import alerts
from bot.store import templates as stored
from bot.store.alerts import Alert, Cause
from bot.store.templates import FILE, PERSON, SHIPPED, Version, waiting

__all__ = ["FILE", "PERSON", "SHIPPED", "Listed", "Version", "listed", "opened", "users"]

_CAUSES = (Cause.TEMPLATE_WAITS, Cause.TEMPLATE_REFUSED)


@dataclass(frozen=True, slots=True)
class Listed:
    """One template. `used`: None where none of its versions is in use, or there is none yet."""

    name: str
    used: Version | None
    users: tuple[Channel, ...]
    """The channels that may write with it."""
    alert: Alert | None
    """What is wrong with its file, or why that waits."""

    @property
    def author(self) -> str:
        """Name who wrote what is in use, as colleagues do; "" where nothing is."""
        return name_of(self.used.author) if self.used else ""


@dataclass(frozen=True, slots=True)
class Opened:
    """One template with all of its versions, the newest first; `waits`: the one of its file that waits for a person."""

    listed: Listed
    history: tuple[Version, ...]
    waits: Version | None
    base: Version | None
    """What its channels write with while it is not there: a language's takes its network's place."""

    def version(self, number: int) -> Version:
        """Find a version. Raises RefusedVerb."""
        found = next((each for each in self.history if each.version == number), None)
        if found is None:
            raise RefusedVerb(f"template {self.listed.name} has no version {number}")
        return found


def users(channels: Iterable[Channel], name: str) -> tuple[Channel, ...]:
    """List the channels that may use a template."""
    return tuple(each for each in channels if _may_use(each, name))


async def name_for(room: Room, who: Channel, language: str) -> str:
    """Name the template that writes a channel's posts in a language; where there is none yet, the one to begin."""
    return (await room.store.write(stored.template_for, who, language)).name


async def listed(room: Room) -> tuple[Listed, ...]:
    """List what is in use and what channels ask for by name, those that serve a channel first."""
    used = await room.store.write(stored.serving)
    told = await _told(room)
    wanted = {each.template: None for each in room.channels.values() if each.template}
    names = [*used, *(each for each in wanted if each not in used)]
    found = [Listed(each, used.get(each), users(room.channels.values(), each), told.get(each)) for each in names]
    return tuple(sorted(found, key=lambda each: (not each.users, each.name)))


async def opened(room: Room, name: str) -> Opened:
    """Open a template; one that is not there yet can be begun where a channel may use it. Raises RefusedVerb."""
    history = await room.store.write(stored.history, name)
    theirs = users(room.channels.values(), name)
    if not history and not theirs:
        raise RefusedVerb(f"there is no template {name}, and no channel would use it")
    used = next((each for each in history if each.is_in_use), None)
    base = None if used else (await room.store.write(stored.serving)).get(name.partition(".")[0])
    told = (await _told(room)).get(name)
    return Opened(Listed(name, used, theirs, told), tuple(history), waiting(history), base)


async def _told(room: Room) -> dict[str, Alert]:
    opened = await room.store.write(alerts.open_alerts)
    return {each.scope.partition(":")[2]: each for each in opened if each.cause in _CAUSES}


def _may_use(who: Channel, name: str) -> bool:
    if who.template:
        return name == who.template
    return name == who.network or name.startswith(f"{who.network}.")

"""How the newsroom's channels, accounts and feeds stand, and what is wrong in words: for the desk's first page."""

from dataclasses import dataclass
from datetime import datetime

from bot.actions import reading
from bot.actions.reading import Health
from bot.actions.room import Room
from bot.model import Source
from bot.rules.alert_cases import CASES
from bot.rules.alerts import Cause
from bot.rules.why import person
from bot.store import alerts
from bot.store import health as stored
from bot.store.health import ChannelSeen, SourceSeen

__all__ = ["ChannelSeen", "Health", "SourceSeen", "person"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """One open alert: what is wrong with what and since when, what we do by ourselves, what a person can do."""

    cause: str
    about: str
    what: str
    since: datetime
    we: str
    you: str


@dataclass(frozen=True, slots=True)
class ChannelStands:
    """How one channel stands: what keeps it from sending now, and since when, and when that is asked about again."""

    now: Health
    seen: ChannelSeen


@dataclass(frozen=True, slots=True)
class Newsroom:
    """How everything stands that the settings name, in their order."""

    channels: tuple[ChannelStands, ...]
    sources: tuple[tuple[Source, SourceSeen], ...]

    @property
    def hushed_by(self) -> str:
        """Who hushed everything but breaking news, by name; "" while nobody did."""
        return next((person(each.now.hushed_by) for each in self.channels if each.now.hushed_by), "")


async def health(room: Room) -> Newsroom:
    """Read how channels and feeds stand."""
    seen = {each.id: each for each in await room.store.write(stored.channels_seen)}
    feeds = {each.id: each for each in await room.store.write(stored.sources_seen)}
    return Newsroom(
        tuple(ChannelStands(each, seen[each.channel.id]) for each in await reading.health(room)),
        tuple((each, feeds[each.id]) for each in room.sources if each.id in feeds),
    )


async def troubles(room: Room) -> tuple[Trouble, ...]:
    """Read the open alerts, but for those of posts that are held: these stand among what needs a person."""
    opened = await room.store.write(alerts.open_alerts)
    return tuple(
        Trouble(
            cause=str(each.cause),
            about=_first_large(each.scope.replace(":", " ", 1)),
            what=each.what.rstrip("."),
            since=each.opened_at,
            we=_by_itself(CASES[each.cause].we),
            you=_sentence(each.fix or CASES[each.cause].you),
        )
        for each in opened
        if each.cause is not Cause.DELIVERY_HELD
    )


def _by_itself(said: str) -> str:
    return _sentence(said if said.startswith("nothing") else f"we {said}")


def _sentence(said: str) -> str:
    return f"{_first_large(said).rstrip('.')}."


def _first_large(said: str) -> str:
    return f"{said[:1].upper()}{said[1:]}"

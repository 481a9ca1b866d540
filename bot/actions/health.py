"""How the newsroom's channels, accounts and feeds stand, and what is wrong in words: for the desk's first page."""

from dataclasses import dataclass
from datetime import datetime

from bot.actions.room import Room
from bot.model import Source
from bot.rules.alert_cases import CASES
from bot.rules.alerts import Cause
from bot.rules.persons import name_of
from bot.store import alerts
from bot.store import health as stored
from bot.store.health import ChannelSeen, SourceSeen

__all__ = ["ChannelSeen", "SourceSeen"]


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
class AccountStands:
    """One account and the channels that post by it."""

    id: str
    network: str
    """Its title, as people write it."""
    channels: tuple[ChannelSeen, ...]

    @property
    def access_until(self) -> datetime | None:
        """Until when its session lives, where that is known."""
        return self.channels[0].access_until

    @property
    def refused(self) -> ChannelSeen | None:
        """One of its channels, where the account itself is not let in."""
        return next((each for each in self.channels if each.is_account_refused), None)


@dataclass(frozen=True, slots=True)
class Health:
    """How everything stands that the settings name, in their order."""

    accounts: tuple[AccountStands, ...]
    sources: tuple[tuple[Source, SourceSeen], ...]

    @property
    def channels(self) -> tuple[ChannelSeen, ...]:
        """Every channel."""
        return tuple(each for account in self.accounts for each in account.channels)

    @property
    def hushed_by(self) -> str:
        """Who hushed everything but breaking news, by name; "" while nobody did."""
        found = next((each for each in self.channels if each.hushed_at), None)
        return (name_of(found.hushed_by) or "somebody") if found else ""


async def health(room: Room) -> Health:
    """Read how channels, accounts and feeds stand."""
    seen = {each.id: each for each in await room.store.write(stored.channels_seen)}
    feeds = {each.id: each for each in await room.store.write(stored.sources_seen)}
    groups: dict[str, list[ChannelSeen]] = {}
    for each in room.channels.values():
        if each.id in seen:
            groups.setdefault(each.account, []).append(seen[each.id])
    titles = {each.account: room.composer.title(each) for each in room.channels.values()}
    found = tuple(AccountStands(name, titles[name], tuple(some)) for name, some in groups.items())
    return Health(found, tuple((each, feeds[each.id]) for each in room.sources if each.id in feeds))


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


def person_of(actor: str) -> str:
    """Name who acted, as colleagues do."""
    return name_of(actor) or "somebody"


def _by_itself(said: str) -> str:
    return _sentence(said if said.startswith("nothing") else f"we {said}")


def _sentence(said: str) -> str:
    return f"{_first_large(said).rstrip('.')}."


def _first_large(said: str) -> str:
    return f"{said[:1].upper()}{said[1:]}"

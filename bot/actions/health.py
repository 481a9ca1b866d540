"""How the newsroom's channels, accounts and feeds stand, and what is wrong in words: for the desk's first page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.actions import reading
from bot.actions.reading import Health
from bot.actions.room import Room
from bot.model import Delivery, Source
from bot.rules.alert_words import name_of, parts
from bot.rules.alerts import FOLDED, Alert, Cause, folded
from bot.rules.why import person
from bot.store import alerts, deliveries
from bot.store import health as stored
from bot.store.health import ChannelSeen, SourceSeen
from bot.tongue import ENGLISH, Tongue

__all__ = ["ChannelSeen", "Health", "SourceSeen", "person"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """One open alert: what is wrong with what and since when, what we do by ourselves, what a person can do.

    `about`: the kind of thing it is of, such as "source", and `name` the thing's own. `post`: the first post it is of.
    """

    cause: str
    what: str
    since: datetime
    we: str
    you: str
    about: str = ""
    name: str = ""
    post: Delivery | None = None


@dataclass(frozen=True, slots=True)
class ChannelStands:
    """How one channel stands: what keeps it from sending now, and since when, and when that is asked about again."""

    now: Health
    seen: ChannelSeen
    renewal: str | None = None
    """On what it hangs that its access is renewed by itself; "" on nothing, None where nobody renews it."""


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
        tuple(
            ChannelStands(each, seen[each.channel.id], room.composer.renewal(each.channel))
            for each in await reading.health(room)
        ),
        tuple((each, feeds[each.id]) for each in room.sources if each.id in feeds),
    )


async def troubles(room: Room, tongue: Tongue = ENGLISH) -> tuple[Trouble, ...]:
    """Read the open alerts, but for those of posts that are held: these stand among what needs a person."""
    opened = await room.store.write(alerts.open_alerts)
    unlisted = [each for each in opened if each.cause is not Cause.DELIVERY_HELD]
    posts = await room.store.write(_posts, unlisted)
    return tuple(_trouble(each, posts, tongue) for each in folded(unlisted, posts))


async def at_once(room: Room, opened: Sequence[Alert]) -> list[Alert]:
    """Fold what is said alike of several posts of one article."""
    alike = [each for each in opened if each.cause in FOLDED]
    return folded(opened, await room.store.write(_posts, alike))


def _posts(db: Any, opened: Sequence[Alert]) -> dict[str, Delivery]:
    """Read the posts that alerts are of, by scope."""
    scopes = [each.scope for each in opened if each.scope.startswith(_OF_A_POST)]
    found = {each: deliveries.get(db, int(name_of(each))) for each in scopes}
    return {each: post for each, post in found.items() if post}


_OF_A_POST = "delivery:"


def _trouble(each: Alert, posts: Mapping[str, Delivery], tongue: Tongue) -> Trouble:
    said, name = parts(each, tongue), name_of(each.scope)
    # Folded, it is of several posts of one article.
    post = posts.get(f"{_OF_A_POST}{name.partition(', ')[0]}")
    return Trouble(
        str(each.cause),
        said.what.rstrip("."),
        each.opened_at,
        said.we,
        said.you,
        about=each.scope.partition(":")[0],
        name=name,
        post=post,
    )

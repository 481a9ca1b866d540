"""The commands release and cancel for several posts at once: listed, asked about, then each by itself, oldest first."""

import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console

from bot.actions import deliveries, reading, several
from bot.actions.reading import Told
from bot.actions.room import RefusedVerb, Room
from bot.actions.several import TOGETHER, Came
from bot.commands import show, verbs
from bot.commands.barrier import FAILED
from bot.commands.office import Office, open_office
from bot.model import Channel, Delivery, Reason, State
from bot.tongue import span


@dataclass(frozen=True, slots=True)
class Which:
    """Which posts a person means: by their numbers, or by what holds them, on one channel or on all."""

    ids: tuple[int, ...] = ()
    reason: str = ""
    channel: str = ""
    is_sure: bool = False


@dataclass(frozen=True, slots=True)
class _Verb:
    word: str
    past: str
    one: Callable[[Room, int], Awaitable[Delivery]]
    several: Callable[[Room, Mapping[int, int]], Awaitable[Came]]


_RELEASE = _Verb("release", "Released", deliveries.release, several.release)
_CANCEL = _Verb("cancel", "Cancelled", deliveries.cancel, several.cancel)


async def release(path: Path, who: str, which: Which) -> int:
    """Let posts go on."""
    return await _act(path, who, which, _RELEASE)


async def cancel(path: Path, who: str, which: Which) -> int:
    """Never send posts."""
    return await _act(path, who, which, _CANCEL)


async def _act(path: Path, who: str, which: Which, verb: _Verb) -> int:
    if len(which.ids) == 1:
        return await verbs.act(path, who, which.ids[0], verb.one)
    with open_office(path) as office:
        on, found = show.paper(), await _meant(office, which)
        if not found:
            on.print("Nothing is held so.")
            return 0
        show.deliveries(on, found)
        for sentence in _too_many(office, found) if verb is _RELEASE else ():
            on.print(f"! {sentence}")
        if not _is_wanted(which, f"{verb.word} {len(found)} post{'' if len(found) == 1 else 's'}"):
            return FAILED
        room = office.room(who)
        came = await verb.several(room, {each.delivery.id: each.delivery.moves for each in found})
        _tell(on, came, verb)
        if verb is _RELEASE:
            verbs.tell_idle(on, office)
    return FAILED if any(isinstance(one, str) for one in came.values()) else 0


def _tell(on: Console, came: Came, verb: _Verb) -> None:
    moved = [one for one in came.values() if isinstance(one, Delivery)]
    asked = sum(1 for one in moved if one.state is State.HELD)
    more = f"; {asked} of them wait for approval first" if asked else ""
    on.print(f"{verb.past}: {len(moved)} of {len(came)}, oldest story first{more}.")
    for id, one in came.items():
        if isinstance(one, str):
            on.print(f"! {id} was left as it is: {one}")


async def _meant(office: Office, which: Which) -> list[Told]:
    """Read what a person means, oldest story first. Raises RefusedVerb."""
    room = office.room("")
    if which.channel and which.channel not in office.channels:
        raise RefusedVerb(f"there is no channel {which.channel}; there are {', '.join(office.channels)}")
    if which.reason:
        if which.reason not in TOGETHER:
            raise RefusedVerb(f"--reason takes {', '.join(TOGETHER)}; what is held for anything else goes by number")
        return await several.held(room, Reason(which.reason), channel=which.channel)
    ids = list(dict.fromkeys(which.ids))
    told = [(id, await reading.one(room, id)) for id in ids]
    if missing := [str(id) for id, one in told if one is None]:
        raise RefusedVerb(f"there is no delivery {', '.join(missing)}; nothing was changed")
    return several.by_age(one for _, one in told if one)


def _is_wanted(which: Which, what: str) -> bool:
    """Ask on a terminal; elsewhere only `--yes` will do. Raises RefusedVerb."""
    if which.is_sure:
        return True
    if not sys.stdin.isatty():
        raise RefusedVerb(f"nothing was changed, as nobody can be asked here: `--yes` would {what}")
    return typer.confirm(f"{what.capitalize()}?")


def _too_many(office: Office, found: Sequence[Told]) -> list[str]:
    """Say where more would be released than the channel can send before they expire."""
    return [
        f"{each.channel.id} takes {_pace(each.channel)}: about {each.fits} of these {each.count} go out before they "
        f"expire ({span(each.channel.expiry)})"
        for each in several.too_many(office.channels, found)
    ]


def _pace(who: Channel) -> str:
    cap = f"{who.max_per_day} posts a day and " if who.max_per_day is not None else ""
    return f"{cap}one in {span(who.gap)}"

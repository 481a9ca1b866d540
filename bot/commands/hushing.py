"""The commands hush and unhush: what piled up is decided story by story."""

import sys
from pathlib import Path

import typer

from bot.actions import deliveries, newsroom, reading
from bot.actions.room import RefusedVerb, Room
from bot.commands import show
from bot.commands.office import open_office
from bot.commands.verbs import ensure, tell_idle
from bot.model import Delivery

_CHOICES = "[r]elease, [c]ancel, [l]ater"


async def hush(path: Path, who: str) -> int:
    """Let nothing but breaking news out."""
    with open_office(path) as office:
        await ensure(office)
        ids = await newsroom.hush(office.room(who))
        show.paper().print(
            f"Hushed until `jarshy unhush`: {', '.join(ids)}. "
            "Breaking news goes out (`jarshy mark ARTICLE --breaking`) "
            "and `edit-post` and `delete-post` still work. What is being sent at this moment may still appear."
        )
    return 0


async def unhush(path: Path, who: str) -> int:
    """End the hush; on a terminal each story that piled up is asked about, elsewhere they are listed."""
    with open_office(path) as office:
        room, on = office.room(who), show.paper()
        waits = await newsroom.unhush(room)
        on.print("The hush is over; what comes from now on goes out as ever.")
        if waits:
            on.print(f"{len(waits)} posts piled up and wait, each for a word of its own:")
        for each in waits:
            told = await reading.one(room, each.id)
            show.deliveries(on, [told] if told else [])
            if sys.stdin.isatty():
                on.print(await _decided(room, each))
        tell_idle(on, office)
    return 0


async def _decided(room: Room, each: Delivery) -> str:
    """Ask about one post, do it, and say how it stands."""
    said = typer.prompt(f"       {_CHOICES}", default="l", show_default=False).strip().casefold()[:1]
    verb = {"r": deliveries.release, "c": deliveries.cancel}.get(said)
    if verb is None:
        return "       It waits in `jarshy queue`."
    try:
        await verb(room, each.id)
    except RefusedVerb as e:
        return f"       {e}"
    told = await reading.one(room, each.id)
    return f"       {told.sentence}" if told else ""

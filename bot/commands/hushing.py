"""The commands hush and unhush: what piled up is decided story by story."""

import sys
from pathlib import Path

import typer

from bot.actions import deliveries, hushed, newsroom, reading
from bot.actions.hushed import Kept
from bot.actions.room import RefusedVerb, Room
from bot.commands import show
from bot.commands.office import open_office
from bot.commands.verbs import ensure, tell_idle
from bot.model import Delivery

_CHOICES = "[r]elease, [c]ancel, [l]ater"
_LATER = "       It waits in `jarshy queue`."


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
        told = [found for each in waits if (found := await reading.one(room, each.id)) is not None]
        stories = hushed.kept(told, room.channels)
        together = {each.id for story in stories for each in story.posts}
        if told:
            on.print(f"{len(told)} posts piled up and wait for a word, story by story:")
        for story in stories:
            its = {each.id for each in story.posts}
            show.deliveries(on, [each for each in told if each.delivery.id in its])
            if sys.stdin.isatty():
                on.print(await _decided_whole(room, story))
        for each in told:
            if each.delivery.id not in together:
                show.deliveries(on, [each])
                if sys.stdin.isatty():
                    on.print(await _decided(room, each.delivery))
        tell_idle(on, office)
    return 0


async def _decided_whole(room: Room, story: Kept) -> str:
    """Ask about a story's posts at once, do it, and say how each stands."""
    verb = {"r": hushed.release, "c": hushed.cancel}.get(_answer(f"all {len(story.posts)}: "))
    if verb is None:
        return _LATER
    try:
        await verb(room, story.story, {each.id: each.moves for each in story.posts})
    except RefusedVerb as e:
        return f"       {e}"
    stand = [await reading.one(room, each.id) for each in story.posts]
    return "\n".join(f"       {each.delivery.channel}: {each.sentence}" for each in stand if each)


async def _decided(room: Room, each: Delivery) -> str:
    """Ask about one post, do it, and say how it stands."""
    verb = {"r": deliveries.release, "c": deliveries.cancel}.get(_answer())
    if verb is None:
        return _LATER
    try:
        await verb(room, each.id)
    except RefusedVerb as e:
        return f"       {e}"
    told = await reading.one(room, each.id)
    return f"       {told.sentence}" if told else ""


def _answer(of: str = "") -> str:
    return str(typer.prompt(f"       {of}{_CHOICES}", default="l", show_default=False)).strip().casefold()[:1]

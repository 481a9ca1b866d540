"""The commands around what must stay true of a template."""

from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.actions import examples, reading
from bot.actions.examples import Broken, Example
from bot.commands import show
from bot.commands.barrier import FAILED
from bot.commands.office import open_office
from bot.commands.template_room import write_compared
from bot.store import templates as stored


async def add(path: Path, who: str, name: str, said: str, channel: str) -> int:
    """Keep what a template gives for a story."""
    with open_office(path) as office:
        room = office.room(who)
        kept = await examples.add(room, name, await reading.story_named(room, said), channel=channel)
        _write(show.paper(), kept, None)
    return 0


async def remove(path: Path, who: str, which: int) -> int:
    """Forget an example."""
    with open_office(path) as office:
        gone = await examples.remove(office.room(who), which)
        show.paper().print(f"Template {gone.template} need not give example {which} any more.")
    return 0


async def list_all(path: Path, name: str, *, is_json: bool) -> int:
    """List the examples; 1 where one is not true of the template in use."""
    with open_office(path) as office:
        room = office.room("")
        found = await examples.list_all(room, name)
        used = await office.store.write(stored.serving)
        untrue = {each.example.id: each for each in await examples.broken(room, {n: u.text for n, u in used.items()})}
    bad = [each for each in found if each.id in untrue]
    if is_json:
        rows = [asdict(each) | {"article": each.article.url, "is_true": each.id not in untrue} for each in found]
        show.as_json(rows)
    else:
        on = show.paper()
        for each in found:
            _write(on, each, untrue.get(each.id))
        if not found:
            on.print("No example is kept.")
    return FAILED if bad else 0


def _write(on: Console, each: Example, untrue: Broken | None) -> None:
    head = (f"{each.id:>5}", "bold"), f"  {each.template} on {each.channel}  ", (each.article.title, "bold")
    on.print(Text.assemble(*head))
    for line in each.text.split("\n"):
        on.print(Text(f"       │ {line}"))
    if untrue is not None:
        on.print(Text("       The template in use gives another text:", "red"))
        write_compared(on, ["--- must stay so", "+++ would be", *untrue.difference.split("\n")])

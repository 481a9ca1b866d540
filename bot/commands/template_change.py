"""Commands that change templates: import, rollback; and export, which writes files only."""

import os
from pathlib import Path

from rich.text import Text

from bot.actions import templates as verbs
from bot.actions.room import RefusedVerb
from bot.actions.templates import Change, take_up_shipped
from bot.actions.templates import Text as Draft
from bot.commands import show
from bot.commands.barrier import FAILED
from bot.commands.template_room import Shelf, like, open_shelf, problems_of, write_problems
from bot.commands.verbs import tell_idle
from bot.store.templates import FILE, PERSON
from bot.wiring import read_template


async def bring_in(path: Path, who: str, what: Path) -> int:
    """Put a file's text, or all of a folder's, in use."""
    with open_shelf(path) as shelf:
        files = _files(what)
        drafts = tuple(Draft(each.stem, read_template(each), _origin(shelf, each)) for each in files)
        found = {file: problems_of(each.name, each.text) for file, each in zip(files, drafts, strict=True)}
        if any(found.values()):
            for each, (file, some) in zip(drafts, found.items(), strict=True):
                write_problems(show.paper(is_error=True), str(file), each.text, some)
            return FAILED
        room = shelf.office.room(who)
        await take_up_shipped(room, shelf.shipped)
        _tell(shelf, await verbs.bring_in(room, drafts))
    return 0


async def roll_back(path: Path, who: str, name: str, version: int) -> int:
    """Put an earlier version's text in use again."""
    with open_shelf(path) as shelf:
        room = shelf.office.room(who)
        await take_up_shipped(room, shelf.shipped)
        await shelf.history(name)
        _tell(shelf, await verbs.roll_back(room, name, version))
    return 0


async def export(path: Path, folder: Path) -> int:
    """Write what is in use as files, none over another."""
    with open_shelf(path) as shelf:
        await take_up_shipped(shelf.office.room(""), shelf.shipped)
        used = await shelf.used()
    _write_all(folder, {name: each.text for name, each in used.items()})
    return 0


def _write_all(folder: Path, used: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    inside = {each: folder / f"{each}.html" for each in used}
    other = [str(at) for each, at in inside.items() if at.exists() and read_template(at) != used[each]]
    if other:
        raise RefusedVerb(f"nothing was written: {', '.join(other)} would be overwritten; name another folder")
    for each, at in inside.items():
        _write(at, used[each])
    show.paper().print(f"Wrote to {folder}: {', '.join(at.name for at in inside.values())}.")


def _files(what: Path) -> list[Path]:
    if what.is_dir():
        files = sorted(what.glob("*.html"))
        if not files:
            raise RefusedVerb(f"there is no template in {what}: their files are called NAME.html")
        return files
    if what.suffix != ".html":
        raise RefusedVerb(f"a template's file is called NAME.html, such as telegram.kk.html, and {what} is not")
    return [what]


def _origin(shelf: Shelf, file: Path) -> str:
    """Tell a template's own file, which then goes on ruling it, from any other."""
    return FILE if file.parent.resolve() == shelf.office.settings.templates.resolve() else PERSON


def _tell(shelf: Shelf, change: Change) -> None:
    on = show.paper()
    if not change.versions:
        on.print("Nothing to do: what is in use says so already.")
        return
    for each in change.versions:
        on.print(Text.assemble((each.name, "bold"), f": version {each.version} by {each.author} is in use."))
        if not shelf.users(each.name):
            networks = {one.network: "" for one in shelf.office.settings.channels}
            on.print(Text(f"  No channel uses a template {each.name}{like(each.name, networks)}", "yellow"))
    trial = change.trial
    links = sum(pair.loses_link for pair in trial.pairs)
    if trial.pairs:
        lost = f"; {links} without the link to the story" if links else ""
        differ = f"{len(trial.differing)} of {len(trial.pairs)} posts would have read differently{lost}"
        on.print(f"Tried on the last {trial.looked_at} stories: {differ}.")
    on.print(Text("Posts that are approved, or were tried already, keep their words.", "dim"))
    tell_idle(on, shelf.office)


def _write(at: Path, text: str) -> None:
    # The daemon may read the folder at any moment, and half a template can be a template too.
    half = at.with_suffix(".half")
    half.write_text(text, encoding="utf-8")
    os.replace(half, at)

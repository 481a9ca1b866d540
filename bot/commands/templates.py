"""Commands that show templates: list, show, check, history, diff."""

from pathlib import Path
from typing import Any

import typer
from rich.text import Text

from bot.actions.room import RefusedVerb
from bot.actions.templates import take_up_shipped
from bot.commands import show
from bot.commands.barrier import DEGRADED, FAILED
from bot.commands.template_room import (
    Shelf,
    about,
    as_json,
    compared,
    like,
    open_shelf,
    problems_of,
    write_compared,
    write_problems,
)
from bot.delivery.composing import faults
from bot.store import templates as stored
from bot.store.templates import Version
from bot.wiring import read_template


async def list_all(path: Path, *, is_json: bool) -> int:
    """List what is in use; 3 where a file waits or cannot be used."""
    with open_shelf(path) as shelf:
        await take_up_shipped(shelf.office.room(""), shelf.shipped)
        used = await shelf.used()
        notes = {name: await _note(shelf, name, used.get(name)) for name in sorted({*used, *shelf.own})}
        rows = [_row(shelf, name, used.get(name), note) for name, note in notes.items()]
        if is_json:
            show.as_json(rows)
        else:
            on = show.paper()
            for name, note in notes.items():
                here = used.get(name)
                stands = f"version {here.version}, {about(here, shelf.office)}" if here else "nothing in use"
                on.print(Text.assemble((name, "bold"), f"  {stands}"))
                on.print(Text(f"       {_users(shelf, name)}", "dim"))
                if note:
                    on.print(Text.assemble(("     ! ", "bold yellow"), note))
    return DEGRADED if any(row["needs_a_person"] for row in rows) else 0


async def show_one(path: Path, name: str, version: int | None, *, is_json: bool) -> int:
    """Print a template's text, and nothing else to standard output."""
    with open_shelf(path) as shelf:
        await take_up_shipped(shelf.office.room(""), shelf.shipped)
        known = await shelf.history(name)
        found = _version(name, known, version) if version is not None else _in_use(name, known)
        if is_json:
            show.as_json(as_json(found))
            return 0
        stands = "in use" if found.is_in_use else "not in use"
        head = f"{name}, version {found.version} ({stands}), {about(found, shelf.office)}"
        show.paper(is_error=True).print(Text(head, "dim"))
        typer.echo(found.text, nl=not found.text.endswith("\n"))
    return 0


async def check(path: Path, what: str | None, *, is_json: bool) -> int:
    """Name every mistake; 1 where there is one, 3 where a file waits."""
    with open_shelf(path) as shelf:
        texts = await _meant(shelf, what)
        waits = {name: note for name in texts if (note := await shelf.stopped(name))}
        found = {name: problems_of(name, text) for name, (_, text) in texts.items()}
        if is_json:
            show.as_json([_checked(*texts[name], found[name], waits.get(name, "")) for name in texts])
        else:
            on = show.paper()
            for name, (where, text) in texts.items():
                write_problems(on, where, text, found[name])
                if not found[name]:
                    on.print(Text.assemble(("ok ", "green"), where))
                if name in waits:
                    on.print(Text.assemble(("!  ", "yellow"), waits[name]))
            if not texts:
                on.print(f"There is no file in {shelf.office.settings.templates}: the shipped templates serve.")
    return FAILED if any(found.values()) else DEGRADED if waits else 0


async def list_history(path: Path, name: str, *, is_json: bool) -> int:
    """List versions, the newest first."""
    with open_shelf(path) as shelf:
        await take_up_shipped(shelf.office.room(""), shelf.shipped)
        known = await shelf.history(name)
        waits = stored.waiting(known)
        if is_json:
            show.as_json([as_json(each) | {"waits": each == waits} for each in known])
            return 0
        on = show.paper()
        for each in known:
            stands = "in use" if each.is_in_use else "waits" if each == waits else ""
            on.print(
                Text.assemble((f"{each.version:>5}", "bold"), f"  {about(each, shelf.office)}  ", (stands, "green"))
            )
    return 0


async def diff(path: Path, name: str, a: int | None, b: int | None, *, is_json: bool) -> int:
    """Compare two versions."""
    with open_shelf(path) as shelf:
        await take_up_shipped(shelf.office.room(""), shelf.shipped)
        known = await shelf.history(name)
        first, last = _two(name, known, a, b)
        names = tuple(f"{name} version {each.version}, {about(each, shelf.office)}" for each in (first, last))
        lines = compared(first.text, last.text, (names[0], names[1]))
        if is_json:
            show.as_json({"a": first.version, "b": last.version, "diff": lines})
        else:
            on = show.paper()
            write_compared(on, lines)
            if not lines:
                on.print(f"Versions {first.version} and {last.version} of {name} say the same.")
    return 0


async def _note(shelf: Shelf, name: str, used: Version | None) -> str:
    """Say how a template's file stands to what is in use."""
    text = shelf.own.get(name)
    if text is None or (used is not None and used.text == text):
        return ""
    if faults(name, text):
        return f"{shelf.path(name)} cannot be used: `jarshy template check {name}` says why"
    if stopped := await shelf.stopped(name):
        return stopped
    # A person who went back knew the file as it is.
    return "" if used is not None and used.origin == stored.PERSON else f"{shelf.path(name)}: {_SOON}"


_SOON = "the daemon takes it up within a minute of its start or of the change"


def _row(shelf: Shelf, name: str, used: Version | None, note: str) -> dict[str, Any]:
    stands = as_json(used) if used is not None else {"name": name, "version": None}
    needs = bool(note) and _SOON not in note
    return stands | {"channels": shelf.users(name), "note": note, "needs_a_person": needs}


def _users(shelf: Shelf, name: str) -> str:
    users = shelf.users(name)
    if users:
        return f"for {', '.join(users)}"
    networks = {each.network: "" for each in shelf.office.settings.channels}
    return "no channel uses it" if name in shelf.shipped else f"no channel uses it{like(name, networks)}"


async def _meant(shelf: Shelf, what: str | None) -> dict[str, tuple[str, str]]:
    """Find what is to be checked: name -> (what to call it, its text)."""
    if what is None:
        return {name: (str(shelf.path(name)), text) for name, text in shelf.own.items()}
    if what.endswith(".html"):
        return {Path(what).stem: (what, read_template(Path(what)))}
    if what in shelf.own:
        return {what: (str(shelf.path(what)), shelf.own[what])}
    used = await shelf.used()
    if what in used:
        return {what: (f"{what}, version {used[what].version}", used[what].text)}
    if what in shelf.shipped:
        return {what: (f"{what} as shipped", shelf.shipped[what])}
    raise RefusedVerb(f"there is no template {what}{like(what, {**shelf.shipped, **shelf.own, **used})}")


def _checked(where: str, text: str, found: Any, waits: str) -> dict[str, Any]:
    mistakes = [{"line": each.line, "column": each.column or None, "sentence": each.sentence} for each in found]
    return {"file": where, "mistakes": mistakes, "waits": waits or None}


def _in_use(name: str, known: list[Version]) -> Version:
    found = next((each for each in known if each.is_in_use), None)
    if found is None:
        raise RefusedVerb(f"no version of template {name} is in use; --version shows one that was")
    return found


def _version(name: str, known: list[Version], number: int) -> Version:
    found = next((each for each in known if each.version == number), None)
    if found is None:
        raise RefusedVerb(f"template {name} has no version {number}; it has 1 to {known[0].version}")
    return found


def _two(name: str, known: list[Version], a: int | None, b: int | None) -> tuple[Version, Version]:
    """Choose what to compare: two versions; one with what is in use; that with what waits, or with what was before."""
    if a is not None:
        return _version(name, known, a), _version(name, known, b) if b is not None else _in_use(name, known)
    used = _in_use(name, known)
    if waits := stored.waiting(known):
        return used, waits
    before = next((each for each in known if each.version < used.version), None)
    if before is None:
        raise RefusedVerb(f"template {name} has one version only: there is nothing to compare")
    return before, used

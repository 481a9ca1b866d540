"""What the commands around templates share: the files, the versions, and how mistakes are written."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches, unified_diff
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from bot.actions.room import RefusedVerb
from bot.actions.shelf import users
from bot.commands import show
from bot.commands.office import Office, open_office
from bot.posts.pointing import TemplateProblem, shown
from bot.posts.template import TemplateError
from bot.posts.template import compile as compile_template
from bot.store import alerts
from bot.store import templates as stored
from bot.store.alerts import Cause
from bot.store.templates import FILE, SHIPPED, Version
from bot.wiring import templates

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


@dataclass(frozen=True, slots=True)
class Shelf:
    """All templates there are: as files now, and as versions in the database."""

    office: Office
    files: Mapping[str, Mapping[str, str]]

    @property
    def own(self) -> Mapping[str, str]:
        """The files beside the settings: name -> text."""
        return self.files[FILE]

    @property
    def shipped(self) -> Mapping[str, str]:
        """What came with Jarshy: name -> text."""
        return self.files[SHIPPED]

    def path(self, name: str) -> Path:
        """Where a template's own file lies."""
        return self.office.settings.templates / f"{name}.html"

    async def used(self) -> dict[str, Version]:
        """List what is in use, by name."""
        return await self.office.store.write(stored.serving)

    async def history(self, name: str) -> list[Version]:
        """List the versions of a template, the newest first. Raises RefusedVerb where there is none."""
        known = await self.office.store.write(stored.history, name)
        if not known:
            raise RefusedVerb(f"no version of a template {name} is kept{like(name, await self.used())}")
        return known

    async def stopped(self, name: str) -> str:
        """Say why a template's file, which has no mistake, does not serve; "" where it does, or soon will.

        A file waits behind what a person put in use, or was refused for the posts it would lose.
        """
        scope = f"template:{name}"
        known = await self.office.store.write(stored.history, name)
        used = next((each for each in known if each.is_in_use), None)
        if name not in self.own or (used is not None and used.text == self.own[name]):
            return ""
        if used is None or not stored.is_behind(known, self.own[name]):
            is_refused = await self.office.store.write(alerts.is_open, Cause.TEMPLATE_REFUSED, scope)
            why = f"`jarshy template test {name}` shows the posts it would lose"
            return f"{self.path(name)} was refused, and what was in use stays: {why}" if is_refused else ""
        here = f"{self.path(name)} changed, and waits behind version {used.version}, which {used.author} put in use"
        return f"{here}: `jarshy template import {self.path(name)}` takes the file's"

    def users(self, name: str) -> list[str]:
        """List the channels that may use a template."""
        return [each.id for each in users(self.office.settings.channels, name)]


@contextmanager
def open_shelf(path: Path) -> Iterator[Shelf]:
    """Open the newsroom's templates."""
    with open_office(path) as office:
        yield Shelf(office, templates(office.settings))


def like(name: str, known: Mapping[str, Any]) -> str:
    """Say which of the known names was meant, or which there are."""
    close = get_close_matches(name, known, n=1)
    return f": did you mean {close[0]}?" if close else f"; there are {', '.join(known)}" if known else ""


def problems_of(name: str, text: str) -> tuple[TemplateProblem, ...]:
    """List everything that is wrong in a template."""
    try:
        compile_template(text, name=name)
    except TemplateError as e:
        return e.problems
    return ()


def write_problems(on: Console, where: str, text: str, found: tuple[TemplateProblem, ...]) -> None:
    """Write each mistake as FILE:LINE:COLUMN, then the line and a caret under the place."""
    for problem in found:
        column = f":{problem.column}" if problem.column else ""
        place = (f"{where}:{problem.line}{column}: ", "bold")
        on.print(Text.assemble(place, (problem.sentence, "red")))
        line, caret = shown(text, problem)
        if line:
            on.print(Text(f"  {line}", "dim"))
        if caret:
            on.print(Text(f"  {caret}", "bold red"))


def compared(before: str, after: str, names: tuple[str, str]) -> list[str]:
    """Compare two texts line by line, as `diff -u` writes it."""
    found = unified_diff(before.splitlines(), after.splitlines(), *names, lineterm="")
    return list(found)


def write_compared(on: Console, lines: list[str]) -> None:
    """Write a comparison, in colours where there are any."""
    for number, line in enumerate(lines):
        on.print(Text(line, "bold" if number < 2 else _STYLES.get(line[:1], "")))


def about(each: Version, office: Office) -> str:
    """Say whose a version is and from when."""
    whose = {SHIPPED: "shipped with Jarshy", FILE: "from the file"}.get(each.origin, "")
    by = each.author if each.author != "jarshy" else ""
    told = ", ".join(part for part in (f"by {by}" if by else "", whose) if part)
    return f"{told}, {show.since(each.stored_at, office.zone)}"


def as_json(each: Version) -> dict[str, Any]:
    """Write a version as JSON."""
    return {
        "name": each.name,
        "version": each.version,
        "author": each.author,
        "origin": each.origin,
        "is_in_use": each.is_in_use,
        "stored_at": each.stored_at,
        "text": each.text,
    }

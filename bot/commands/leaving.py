"""The command forget: cancels what waits for what is gone from the settings, once a person said so."""

import sys
from collections.abc import Collection
from pathlib import Path

import typer

from bot.actions.room import RefusedVerb
from bot.commands import show
from bot.commands.office import Office, actor_of, open_office
from bot.store import leaving, listing
from bot.store.lock import holder


async def forget(path: Path, who: str, which: str, *, is_sure: bool) -> int:
    """Cancel what waits, after a question on a terminal; elsewhere only where `--yes` was said."""
    with open_office(path) as office:
        named = named_by(office)
        await office.store.write(leaving.refuse_listed, which, named)
        if holder(office.settings.store) and not await office.store.write(leaving.is_retired, which):
            raise RefusedVerb(f"the daemon still works with {which}: `jarshy reload` first, then forget it")
        found = [each for each in await office.store.write(leaving.left, named) if each.id == which]
        waits = sum(len(each.waits) for each in found)
        on = show.paper()
        for each in found:
            on.print(f"{each.kind.capitalize()} {which}: {each.fact}.")
        if waits and not is_sure:
            if not sys.stdin.isatty():
                raise RefusedVerb(
                    f"nothing was cancelled, as nobody can be asked here; `jarshy forget {which} --yes` does it unasked"
                )
            if not typer.confirm(f"Cancel {waits} that wait?"):
                return 1
        now = office.clock.now()
        cancelled = await office.store.write(leaving.forget, which, named, now, actor=actor_of(who))
        said = f"{cancelled} cancelled" if cancelled else f"Nothing of {which} waits"
        on.print(f"{said}; what is out, and its history, stays.")
    return 0


def named_by(office: Office) -> leaving.Named:
    """Name what the settings list."""
    return listing.named(office.settings)


async def sentences(office: Office, *, told: Collection[str] = ()) -> list[str]:
    """Say what waits in vain, for `check` and `run`; `told`: the scopes an alert has told of."""
    found = await office.store.write(leaving.left, named_by(office))
    return [f"{each.kind} {each.id}: {each.fact}: {each.fix}" for each in found if each.scope not in told]

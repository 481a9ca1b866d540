"""The commands of whoever keeps Jarshy alive: is it well, upgrade, backup, restore; rooms are imported inside each."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.options import SETTINGS, Config, app

CopyFile = Annotated[Path, typer.Argument(metavar="FILE", help="The copy.")]
As = Annotated[str, typer.Option("--as", help="Who acts, for the audit log; else $JARSHY_AS, else the login name.")]


@app.command()
def health(config: Config = SETTINGS) -> None:
    """Ask the running daemon whether it is well.

    One line; ends with 0 where it goes on, with 1 where it does not."""
    from bot.commands import barrier
    from bot.commands import health as room

    barrier.go(lambda: room.health(config))


@app.command()
def backup(
    copy: CopyFile,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
    config: Config = SETTINGS,
) -> None:
    """Copy the database into one file, also while the daemon works.

    Sign-ins stay sealed in it. The copy is read back before it gets its name."""
    from bot.commands import barrier, copies

    barrier.go(lambda: copies.backup(config, copy, may_replace=force))


@app.command()
def restore(
    copy: Annotated[Path | None, typer.Argument(metavar="FILE", help="The copy.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Only read the copy, and say what is in it.")] = False,
    here: Annotated[
        bool, typer.Option("--here", help="An older database is in its place already, by other means: mark it.")
    ] = False,
    is_sure: Annotated[bool, typer.Option("--yes", help="With --here: do not ask first.")] = False,
    who: As = "",
    config: Config = SETTINGS,
) -> None:
    """Put a copy in the place of the database, or mark one that was put there by other means.

    A replaced file is kept. What may have gone out since the copy was made is looked for, and never
    sent again by itself."""
    from bot.commands import barrier, copies

    if here == (copy is not None) or (here and check):
        raise typer.BadParameter("name the copy, or say --here where an older database is in its place already")
    if copy is None:
        barrier.go(lambda: copies.mark_here(config, who, is_sure=is_sure))
    else:
        barrier.go((lambda: copies.check(config, copy)) if check else (lambda: copies.restore(config, copy, who)))

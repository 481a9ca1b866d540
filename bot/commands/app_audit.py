"""The commands around the audit log: list it, prove it, take it out."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.options import SETTINGS, Config, Json, audit_app


@audit_app.command("list")
def audit_list(
    story: Annotated[str | None, typer.Option(help="Only this story's rows.")] = None,
    delivery: Annotated[int | None, typer.Option(help="Only this delivery's rows.")] = None,
    channel: Annotated[str | None, typer.Option(help="Only this channel's rows.")] = None,
    person: Annotated[str, typer.Option(help="Only what this person did; jarshy: what nobody did.")] = "",
    action: Annotated[str, typer.Option(help="Only such rows, as delivery or story.marked.")] = "",
    since: Annotated[str | None, typer.Option(metavar="TIME", help="From then on, by the newsroom's clock.")] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="Before then, such as 2026-12-02 or 18:30.")] = None,
    last: Annotated[int, typer.Option(min=1, help="The newest so many.")] = 50,
    is_json: Json = False,
    config: Config = SETTINGS,
) -> None:
    """List the audit log's newest rows."""
    from bot.actions.log import Asked
    from bot.commands import barrier, reading

    asked = Asked(story=story, delivery=delivery, channel=channel, person=person, action=action)
    barrier.go(lambda: reading.list_audit(config, asked, since=since, until=until, last=last, is_json=is_json))


@audit_app.command("verify")
def audit_verify(
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="A checkpoint that was kept elsewhere; may be said more than once.")
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option(metavar="VKEY", help="Believe this verifier key, not AUDIT_KEY of this machine.")
    ] = None,
    is_json: Json = False,
    config: Config = SETTINGS,
) -> None:
    """Check every row against the signed checkpoints.

    Ends with 1 and names the first bad row if the log is not what it was."""
    from bot.commands import barrier, proving

    barrier.go(lambda: proving.verify(config, checkpoint or [], key or [], is_json=is_json))


@audit_app.command("export")
def audit_export(
    to: Annotated[str, typer.Argument(metavar="FILE|-", help="A file that is not there yet, or - for the screen.")],
    is_csv: Annotated[bool, typer.Option("--csv", help="A table for spreadsheets instead of the exact bytes.")] = False,
    since: Annotated[
        str | None, typer.Option(metavar="DAY", help="From this day on, such as 2026-11-25, by the newsroom's clock.")
    ] = None,
    config: Config = SETTINGS,
) -> None:
    """Write the audit log out: one row a line, as JSON or CSV."""
    from bot.commands import barrier, proving

    barrier.go(lambda: proving.export(config, to, is_csv=is_csv, since=since))


@audit_app.command("prove")
def audit_prove(
    row: Annotated[
        int | None, typer.Argument(metavar="ROW", help="The row's number, as `audit list` shows it.")
    ] = None,
    since: Annotated[
        Path | None, typer.Option(metavar="CHECKPOINT", help="Prove instead that the log goes on from this checkpoint.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="The file, or -; without: ROW.tlog-proof, or witness-request.txt."),
    ] = None,
    config: Config = SETTINGS,
) -> None:
    """Write a file that proves one row to anybody, offline.

    With --since: what a witness (c2sp.org/tlog-witness) is asked with."""
    from bot.commands import barrier, proving

    what = row if since is None else since
    if what is None or (row is not None and since is not None):
        raise typer.BadParameter("name one row, or one checkpoint with --since")
    barrier.go(lambda: proving.prove(config, what, output))

"""The commands around people; their room is imported inside each."""

from typing import Annotated

import typer

from bot.commands.app_verbs import As
from bot.commands.options import SETTINGS, Config, Json, people_app

Name = Annotated[str, typer.Argument(metavar="NAME", help="The name a person signs in by.")]
_ROLES = "viewer (looks), editor (changes), approver (approves too) or admin (all of it)."
Role = Annotated[str, typer.Option("--role", help=_ROLES)]


@people_app.command("list")
def list_(is_json: Json = False, config: Config = SETTINGS) -> None:
    """List who may use the desk, and what waits for them."""
    from bot.commands import barrier, people

    barrier.go(lambda: people.list_all(config, is_json=is_json))


@people_app.command()
def invite(name: Name, role: Role = "editor", who: As = "", config: Config = SETTINGS) -> None:
    """Take a person on: prints an address that works once, for 24 hours."""
    from bot.commands import barrier, people

    barrier.go(lambda: people.invite(config, who, name, role))


@people_app.command()
def reset(name: Name, who: As = "", config: Config = SETTINGS) -> None:
    """Let a person choose a new password; the old one ends at once.

    Prints an address that works once, for 24 hours."""
    from bot.commands import barrier, people

    barrier.go(lambda: people.reset(config, who, name))


@people_app.command("role")
def role_(
    name: Name,
    role: Annotated[str, typer.Argument(metavar="ROLE", help=_ROLES)],
    who: As = "",
    config: Config = SETTINGS,
) -> None:
    """Give a person another role."""
    from bot.commands import barrier, people

    barrier.go(lambda: people.set_role(config, who, name, role))


@people_app.command()
def end(name: Name, who: As = "", config: Config = SETTINGS) -> None:
    """Let a person in no more; the log keeps the name."""
    from bot.commands import barrier, people

    barrier.go(lambda: people.end(config, who, name))


@people_app.command()
def sessions(
    name: Annotated[str, typer.Argument(metavar="NAME", help="One person; without: everybody.")] = "",
    is_ended: Annotated[bool, typer.Option("--revoke", help="Sign NAME out everywhere.")] = False,
    is_json: Json = False,
    who: As = "",
    config: Config = SETTINGS,
) -> None:
    """List the browsers that are signed in, or sign a person out."""
    from bot.commands import barrier, people

    if is_ended and not name:
        raise typer.BadParameter("name the person who is to be signed out")
    if is_ended:
        barrier.go(lambda: people.revoke(config, who, name))
    barrier.go(lambda: people.sessions(config, name, is_json=is_json))

"""The commands around secrets and accounts."""

from typing import Annotated

import typer

from bot.commands.app_verbs import As
from bot.commands.options import SETTINGS, Config, Json, app, secret_app


@secret_app.command("set")
def secret_set(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name that stands in the settings.")],
    config: Config = SETTINGS,
) -> None:
    """Read a secret from standard input and keep it.

    In a terminal it is asked for, and not shown."""
    from bot.commands import barrier, secret

    barrier.go(lambda: secret.put(config, name))


@secret_app.command("list")
def secret_list(is_json: Json = False, config: Config = SETTINGS) -> None:
    """List the secrets the settings ask for, never a value.

    Ends with 3 when one of them cannot be used."""
    from bot.commands import barrier, secret

    barrier.go(lambda: secret.show_all(config, is_json=is_json))


@secret_app.command("rotate")
def secret_rotate(
    is_forgotten: Annotated[bool, typer.Option("--forget", help="Only drop the keys before the newest one.")] = False,
    who: As = "",
    config: Config = SETTINGS,
) -> None:
    """Replace the key that seals stored sign-ins, and seal them anew.

    The old key stays on the line below, for copies of the database, until --forget."""
    from bot.commands import barrier, rotating

    barrier.go(lambda: rotating.forget(config) if is_forgotten else rotating.rotate(config, who))


@app.command()
def auth(
    name: Annotated[str, typer.Argument(metavar="ACCOUNT", help="An account, or a network that has one alone.")],
    port: Annotated[int, typer.Option("--port", help="The port of this machine the answer comes to.")] = 0,
    redirect: Annotated[str, typer.Option("--redirect", help="The https address registered with the app.")] = "",
    also: Annotated[
        list[str] | None, typer.Option("--also", help="A further right to ask for; may be repeated.")
    ] = None,
    is_open: Annotated[bool, typer.Option("--open", help="Open the page in a browser of this machine.")] = False,
    who: As = "",
    config: Config = SETTINGS,
) -> None:
    """Connect an account: its owner is asked at the network whether we may post.

    Prints the page's address, and waits for its answer."""
    from bot.commands import barrier
    from bot.commands.auth import Way
    from bot.commands.auth import auth as connect

    barrier.go(lambda: connect(config, name, who, Way(port, redirect, is_open, tuple(also or ()))))

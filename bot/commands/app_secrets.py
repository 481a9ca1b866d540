"""The commands around secrets."""

from typing import Annotated

import typer

from bot.commands.options import SETTINGS, Config, Json, secret_app


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

"""The commands that stop and start: channels, everything but breaking news, and what left the settings."""

from typing import Annotated

import typer

from bot.commands.app_verbs import As
from bot.commands.options import SETTINGS, Config, app

ChannelOrAll = Annotated[str, typer.Argument(metavar="CHANNEL|all", help="A channel of the settings, or all.")]


@app.command()
def pause(
    channel: ChannelOrAll = "all",
    lasting: Annotated[
        str | None, typer.Option("--for", help="For so long, such as 2h; without: until `resume`.")
    ] = None,
    who: As = "",
    config: Config = SETTINGS,
) -> None:
    """Stop a channel, or all, from sending anything new."""
    from bot.commands import barrier, verbs

    length = verbs.duration(lasting) if lasting else None
    barrier.go(lambda: verbs.pause(config, who, channel, lasting=length))


@app.command()
def resume(channel: ChannelOrAll = "all", who: As = "", config: Config = SETTINGS) -> None:
    """Let a paused channel, or all, go on."""
    from bot.commands import barrier, verbs

    barrier.go(lambda: verbs.resume(config, who, channel))


@app.command()
def hush(who: As = "", config: Config = SETTINGS) -> None:
    """Let nothing but breaking news out, on any channel, until `unhush`."""
    from bot.commands import barrier, hushing

    barrier.go(lambda: hushing.hush(config, who))


@app.command()
def unhush(who: As = "", config: Config = SETTINGS) -> None:
    """Go on after a hush: what piled up is asked about story by story."""
    from bot.commands import barrier, hushing

    barrier.go(lambda: hushing.unhush(config, who))


@app.command("tell-again")
def tell_again(
    sink: Annotated[str, typer.Argument(metavar="SINK", help="Where alerts go, as `queue` names it.")],
    who: As = "",
    config: Config = SETTINGS,
) -> None:
    """Have alerts that did not arrive somewhere told there again at once."""
    from bot.commands import barrier, verbs

    barrier.go(lambda: verbs.tell_again(config, who, sink))


@app.command()
def forget(
    which: Annotated[str, typer.Argument(metavar="ID", help="A channel or source that left the settings.")],
    is_sure: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    who: As = "",
    config: Config = SETTINGS,
) -> None:
    """Cancel what still waits for a channel or source that is gone."""
    from bot.commands import barrier, leaving

    barrier.go(lambda: leaving.forget(config, who, which, is_sure=is_sure))

"""The commands around a channel's rules; their rooms are imported inside each."""

from typing import Annotated

import typer

from bot.commands.options import SETTINGS, Config, Json, rules_app


@rules_app.callback()
def _only() -> None:
    # With one command alone Typer would drop its name.
    pass


@rules_app.command("test")
def try_(
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="A channel of the settings as they stand now.")],
    articles: Annotated[int, typer.Option(min=1, max=1000, help="How many of the newest stories to try it on.")] = 100,
    is_json: Json = False,
    config: Config = SETTINGS,
) -> None:
    """Show what the channel's rules would do with the last stories, and why; changes nothing."""
    from bot.commands import barrier, judging

    barrier.go(lambda: judging.test(config, channel, articles=articles, is_json=is_json))

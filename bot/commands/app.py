"""The command line."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(name="jarshy", add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.callback()
def main() -> None:
    """Publish a post about each article of a feed on social networks, at most once per channel."""


@app.command()
def rehearse(
    feed: Annotated[str, typer.Option(help="A feed's address or file; without: the bundled newsroom's.")] = "",
    articles: Annotated[int | None, typer.Option(min=1, help="Only so many articles (of a feed: 20).")] = None,
    chaos: Annotated[float, typer.Option(min=0, max=0.9, help="How often an exchange goes wrong, 0 to 0.9.")] = 0.0,
    seed: Annotated[int, typer.Option(help="Gives the same course of events again.")] = 1,
    demo: Annotated[bool, typer.Option("--demo", help="Rehearse the bundled newsroom.")] = False,
    config: Annotated[Path | None, typer.Option("--config", "-c", help="Your settings, for your channels.")] = None,
    texts: Annotated[bool, typer.Option("--texts", help="Show every post as readers see it.")] = False,
    is_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Play a feed through emulated networks on virtual time: nothing leaves this machine."""
    from bot.commands.rehearse import Asked, rehearse

    asked = Asked(
        feed="" if demo else feed,
        articles=articles,
        chaos=chaos,
        seed=seed,
        settings=None if demo else config,
        is_json=is_json,
        has_texts=texts,
    )
    raise typer.Exit(rehearse(asked))

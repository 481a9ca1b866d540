"""The commands that set up, publish and answer.

Their rooms are imported inside each: `--help` must not wait for the engine (httpx, SQL and cryptography cost half a
second).
"""

from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.commands.options import SETTINGS, Config, Json, app


@app.command()
def init(
    feed: Annotated[str, typer.Option(help="The site's or feed's address; said here, nothing is asked.")] = "",
    name: Annotated[str, typer.Option(help="The newsroom's name; without: what the feed calls itself.")] = "",
    zone: Annotated[str, typer.Option(help="Its time zone, such as Asia/Almaty; without: this machine's.")] = "",
    config: Config = SETTINGS,
) -> None:
    """Make jarshy.yaml, the keys and the secrets' folder; show the first posts.

    Asks at most three questions in a terminal."""
    from bot.commands import barrier, begin

    barrier.go(lambda: begin.begin(config, begin.Said(feed, name, zone)))


@app.command()
def check(config: Config = SETTINGS) -> None:
    """Check settings, feeds and accounts; posts nothing.

    Ends with 1 when Jarshy cannot run, with 3 when something of it does not work."""
    from bot.commands import barrier, checking

    barrier.go(lambda: checking.check(config))


@app.command()
def doctor(is_json: Json = False, config: Config = SETTINGS) -> None:
    """Say how the newsroom at work is: disk, database, clock, daemon, feeds, accounts, what waits.

    Ends with 0 when all is well, with 3 when something does not work, with 1 when nothing can run."""
    from bot.commands import barrier
    from bot.commands import doctor as room

    barrier.go(lambda: room.doctor(config, is_json=is_json))


@app.command()
def migrate(config: Config = SETTINGS) -> None:
    """Bring the database to this version: a PostgreSQL server's is changed by this command alone."""
    from bot.commands import barrier, migrating

    barrier.go(lambda: migrating.migrate(config))


@app.command()
def networks(is_json: Json = False) -> None:
    """List the networks and what each can."""
    from bot.commands import barrier, setup

    barrier.go(lambda: setup.networks(is_json=is_json))


@app.command()
def schema() -> None:
    """Print the settings' JSON Schema, for editors of code."""
    from bot.commands import barrier, setup

    barrier.go(setup.show_schema)


@app.command()
def preview(
    url: Annotated[
        str | None, typer.Argument(metavar="ADDRESS", help="The article's address; without: the newest.")
    ] = None,
    raw: Annotated[bool, typer.Option("--raw", help="Show the requests the networks would get.")] = False,
    config: Config = SETTINGS,
) -> None:
    """Show the posts an article in the feed now would become."""
    from bot.commands import barrier
    from bot.commands import preview as room

    barrier.go(lambda: room.preview(config, url, is_raw=raw))


@app.command()
def card(
    headline: Annotated[str, typer.Argument(help="The headline; without: the closing card of a film.")] = "",
    sentence: Annotated[str, typer.Option(help="A sentence below the headline.")] = "",
    section: Annotated[str, typer.Option(help="The small line above the headline.")] = "",
    photo: Annotated[Path | None, typer.Option(help="A picture file that is to stand on it.")] = None,
    shape: Annotated[Literal["upright", "tall", "wide"], typer.Option(help="Its shape.")] = "upright",
    out: Annotated[Path, typer.Option(help="The file that is written, a PNG.")] = Path("card.png"),
    config: Config = SETTINGS,
) -> None:
    """Draw a card as `cards:` in the settings says, to look at; nothing is posted."""
    from bot.commands import barrier
    from bot.commands import card as room
    from bot.media.slides import Slide

    slide = Slide(headline=headline, sentence=sentence, kicker=section, is_closing=not headline)
    barrier.go(lambda: room.card(config, slide, shape=shape, photo=photo, out=out))


@app.command()
def run(config: Config = SETTINGS) -> None:
    """Publish: watch the feeds and post, until Ctrl-C or SIGTERM."""
    from bot.commands import barrier, running

    barrier.go(lambda: running.run(config))


@app.command()
def reload(config: Config = SETTINGS) -> None:
    """Have the daemon at work read its settings anew.

    All of them are taken or none; ends with 1 when they are refused."""
    from bot.commands import barrier, reloading

    barrier.go(lambda: reloading.reload(config))


@app.command()
def once(is_json: Json = False, config: Config = SETTINGS) -> None:
    """Read the feeds that are due, post what is due, and end."""
    from bot.commands import barrier, running

    barrier.go(lambda: running.once(config, is_json=is_json))


@app.command()
def rehearse(
    feed: Annotated[str, typer.Option(help="A feed's address or file; without: the bundled newsroom's.")] = "",
    articles: Annotated[
        int | None, typer.Option(min=1, help="Only so many articles; of a feed: 20, unless said otherwise.")
    ] = None,
    chaos: Annotated[float, typer.Option(min=0, max=0.9, help="How often an exchange goes wrong, 0 to 0.9.")] = 0.0,
    seed: Annotated[int, typer.Option(help="The same number gives the same course of events again.")] = 1,
    demo: Annotated[bool, typer.Option("--demo", help="Rehearse the bundled newsroom.")] = False,
    own: Annotated[Path | None, typer.Option("--config", "-c", help="Your settings, for your channels.")] = None,
    texts: Annotated[bool, typer.Option("--texts", help="Show every post as readers see it.")] = False,
    real_time: Annotated[bool, typer.Option("--real-time", help="At the pace of the clock; Ctrl-C ends it.")] = False,
    speed: Annotated[
        float | None, typer.Option(min=0.1, max=1e9, help="So many times the pace of the clock, such as 60.")
    ] = None,
    is_json: Json = False,
) -> None:
    """Play a feed on emulated networks, in seconds.

    No post leaves this machine."""
    from bot.commands import barrier
    from bot.commands import rehearse as room

    asked = room.Asked(
        feed="" if demo else feed,
        articles=articles,
        chaos=chaos,
        seed=seed,
        settings=None if demo else own,
        is_json=is_json,
        has_texts=texts,
        speed=speed or (1.0 if real_time else None),
    )
    barrier.go(lambda: room.rehearse(asked))


@app.command()
def queue(is_json: Json = False, config: Config = SETTINGS) -> None:
    """List alerts, what needs a person, and what is next.

    Ends with 3 when an alert is open."""
    from bot.commands import barrier, reading

    barrier.go(lambda: reading.queue(config, is_json=is_json))


@app.command()
def why(
    article: Annotated[
        str,
        typer.Argument(
            metavar="ARTICLE|ID",
            help="A story's address, id, guid or words of its title; or a number that `queue` shows.",
        ),
    ],
    log: Annotated[bool, typer.Option("--log", help="Show the audit rows behind it.")] = False,
    is_json: Json = False,
    config: Config = SETTINGS,
) -> None:
    """Say how a story stands on each channel, and why."""
    from bot.commands import barrier, reading

    barrier.go(lambda: reading.why(config, article, has_log=log, is_json=is_json))

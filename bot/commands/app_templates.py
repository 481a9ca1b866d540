"""The commands around templates; their rooms are imported inside each."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.app_verbs import As
from bot.commands.options import SETTINGS, Config, Json, example_app, template_app

Name = Annotated[str, typer.Argument(metavar="NAME", help="A template, as `template list` shows it.")]


@template_app.command("list")
def list_(is_json: Json = False, config: Config = SETTINGS) -> None:
    """List the templates in use, whose they are, and which channels use them.

    Ends with 3 when a file waits or cannot be used."""
    from bot.commands import barrier, templates

    barrier.go(lambda: templates.list_all(config, is_json=is_json))


@template_app.command()
def show(
    name: Name,
    version: Annotated[int | None, typer.Option("--version", help="Another version than the one in use.")] = None,
    is_json: Json = False,
    config: Config = SETTINGS,
) -> None:
    """Print a template's text."""
    from bot.commands import barrier, templates

    barrier.go(lambda: templates.show_one(config, name, version, is_json=is_json))


@template_app.command()
def check(
    what: Annotated[
        str | None, typer.Argument(metavar="FILE|NAME", help="One file or template; without: all of your files.")
    ] = None,
    is_json: Json = False,
    config: Config = SETTINGS,
) -> None:
    """Name every mistake with its place.

    Ends with 1 when there is one, with 3 when a file waits behind what a person put in use."""
    from bot.commands import barrier, templates

    barrier.go(lambda: templates.check(config, what, is_json=is_json))


@template_app.command("test")
def try_(
    name: Name,
    file: Annotated[Path | None, typer.Option("--file", help="The changed text; without: your file NAME.html.")] = None,
    articles: Annotated[int, typer.Option(min=1, max=1000, help="How many of the newest stories to try it on.")] = 50,
    number: Annotated[int | None, typer.Option("--show", min=1, help="Print one post before and after.")] = None,
    is_json: Json = False,
    config: Config = SETTINGS,
) -> None:
    """Show which past posts a changed template would change; changes nothing.

    Ends with 1 when a post would be lost, with 3 when one would lose its link."""
    from bot.commands import barrier, template_trial

    asked = template_trial.Asked(name=name, file=file, articles=articles, number=number, is_json=is_json)
    barrier.go(lambda: template_trial.try_on(config, asked))


@template_app.command()
def history(name: Name, is_json: Json = False, config: Config = SETTINGS) -> None:
    """List a template's versions, the newest first."""
    from bot.commands import barrier, templates

    barrier.go(lambda: templates.list_history(config, name, is_json=is_json))


@template_app.command()
def diff(
    name: Name,
    a: Annotated[int | None, typer.Argument(metavar="A", help="A version; without: the one before B.")] = None,
    b: Annotated[int | None, typer.Argument(metavar="B", help="A version; without: the one in use.")] = None,
    is_json: Json = False,
    config: Config = SETTINGS,
) -> None:
    """Compare two versions; without numbers, the one in use with the one that waits or the one before it."""
    from bot.commands import barrier, templates

    barrier.go(lambda: templates.diff(config, name, a, b, is_json=is_json))


@template_app.command()
def rollback(
    name: Name,
    version: Annotated[int, typer.Argument(metavar="VERSION", help="The version whose text to use again.")],
    who: As = "",
    config: Config = SETTINGS,
) -> None:
    """Use an earlier version's text again; your file then waits when it next changes."""
    from bot.commands import barrier, template_change

    barrier.go(lambda: template_change.roll_back(config, who, name, version))


@template_app.command()
def export(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to write NAME.html.")] = Path("exported"),
    config: Config = SETTINGS,
) -> None:
    """Write the templates in use as files; overwrites none."""
    from bot.commands import barrier, template_change

    barrier.go(lambda: template_change.export(config, folder))


@template_app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(metavar="FILE|FOLDER", help="NAME.html, or a folder of such files.")],
    who: As = "",
    config: Config = SETTINGS,
) -> None:
    """Put files in use, all or none; refused where a past post would be lost."""
    from bot.commands import barrier, template_change

    barrier.go(lambda: template_change.bring_in(config, who, path))


@example_app.command("add")
def example_add(
    name: Name,
    article: Annotated[
        str, typer.Argument(metavar="ARTICLE", help="A story's address, id, guid or words of its title.")
    ],
    channel: Annotated[str, typer.Option(help="On this channel; else on the first that uses the template.")] = "",
    who: As = "",
    config: Config = SETTINGS,
) -> None:
    """Keep the text a story has now: a change of the template that gives another one is refused."""
    from bot.commands import barrier, examples

    barrier.go(lambda: examples.add(config, who, name, article, channel))


@example_app.command("list")
def example_list(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A template; without: all.")] = "",
    is_json: Json = False,
    config: Config = SETTINGS,
) -> None:
    """List what must stay true, and whether it is."""
    from bot.commands import barrier, examples

    barrier.go(lambda: examples.list_all(config, name, is_json=is_json))


@example_app.command("remove")
def example_remove(
    which: Annotated[int, typer.Argument(metavar="NUMBER", help="As `template example list` shows it.")],
    who: As = "",
    config: Config = SETTINGS,
) -> None:
    """Let an example be untrue from now on."""
    from bot.commands import barrier, examples

    barrier.go(lambda: examples.remove(config, who, which))

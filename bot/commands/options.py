"""What all commands share: the application, where the settings lie, and the choice of JSON."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands import start

app = typer.Typer(
    name="jarshy",
    help="Publish a post about each article of a feed on social networks, at most once per channel.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    # Its tracebacks show variables, secrets among them.
    pretty_exceptions_enable=False,
)


@app.callback()
def _before() -> None:
    # No docstring: it would stand in `--help`. What a command needs is imported after this and before the barrier.
    start.hurry()


audit_app = typer.Typer(help="Read the audit log, and prove it.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(audit_app, name="audit")
template_app = typer.Typer(help="See, try and change the words of posts.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(template_app, name="template")
example_app = typer.Typer(help="Keep what must stay true.", no_args_is_help=True, rich_markup_mode=None)
template_app.add_typer(example_app, name="example")
rules_app = typer.Typer(help="Try a channel's rules.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(rules_app, name="rules")
secret_app = typer.Typer(help="Put secrets in their place.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(secret_app, name="secret")
app.add_typer(secret_app, name="secrets", hidden=True)  # as people say it, too
people_app = typer.Typer(help="Say who may use the desk.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(people_app, name="people")

Config = Annotated[Path, typer.Option("--config", "-c", envvar="JARSHY_CONFIG", help="The settings file.")]
Json = Annotated[bool, typer.Option("--json", help="Write JSON.")]
SETTINGS = Path("jarshy.yaml")

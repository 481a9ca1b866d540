"""The commands around secrets: put one in its place, and say which there are; a value is never shown."""

import getpass
import os
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from rich.text import Text

from bot.commands import show
from bot.commands.barrier import DEGRADED
from bot.commands.office import settings_at
from bot.keys import AUDIT_KEY, KEY, CannotStart, advised, asked
from config.secrets import NAME, PREFIX
from config.settings import NoSecret, Settings

_MOST = 65_536
_SIGNS = {True: ("ok ", "green"), False: ("!  ", "yellow")}


def put(path: Path, name: str) -> int:
    """Read a secret from standard input and write it where the settings look for it."""
    settings, _ = settings_at(path)
    if name in (KEY, AUDIT_KEY):
        place = settings.secrets.place(name)
        how = "`jarshy secret rotate` replaces it" if name == KEY else f"put a new line above the old one in {place}"
        raise CannotStart(f"{name} is made by `jarshy init`; {how}")
    value = _read(name) if NAME.fullmatch(name) else ""
    try:
        written = settings.secrets.put(name, value)
    except OSError as e:
        raise CannotStart(f"the secret {name} cannot be written to {settings.secrets.folder}: {e.strerror}") from e
    on = show.paper()
    on.print(Text(f"Kept {name} in {written}; only you can read it."))
    for sentence in _hints(settings, name, path):
        on.print(Text(sentence))
    return 0


def show_all(path: Path, *, is_json: bool) -> int:
    """List what the settings ask for, whether it is there, and what lies there unasked."""
    settings, _ = settings_at(path)
    rows = [_row(settings, name, uses) for name, uses in asked(settings).items()]
    unasked = [name for name in settings.secrets.names() if name not in asked(settings)]
    code = 0 if all(row["is_usable"] for row in rows) else DEGRADED
    if is_json:
        show.as_json({"secrets": rows, "unasked": unasked})
        return code
    on = show.paper()
    for row in rows:
        said = f"{', '.join(row['used_by'])}; {row['place']}" if row["is_usable"] else row["problem"]
        on.print(Text.assemble(_SIGNS[row["is_usable"]], (f"{row['name']}: ", "bold"), said))
    if unasked:
        on.print(Text(f"Nothing asks for: {', '.join(unasked)}", "dim"))
    return code


def _read(name: str) -> str:
    if sys.stdin.isatty():
        try:
            return getpass.getpass(f"{name} (it is not shown; then Enter): ")
        except EOFError:
            return ""
    try:
        value = sys.stdin.buffer.read(_MOST + 1).decode()
    except UnicodeDecodeError as e:
        raise NoSecret(f"What came for the secret {name} is no text; nothing was written") from e
    if len(value) > _MOST or "\0" in value:
        raise NoSecret(f"What came for the secret {name} is too long or no text; nothing was written")
    return value


def _hints(settings: Settings, name: str, path: Path) -> list[str]:
    names = asked(settings)
    if name in names:
        told = [f"It is the {' and the '.join(names[name])}; `jarshy check` tries it."]
    else:
        near = get_close_matches(name, names, n=1)
        told = [f"Nothing in {path} asks for it{f' - did you mean {near[0]}?' if near else ' yet.'}"]
    if os.environ.get(PREFIX + name):
        told.append(f"{PREFIX}{name} is set in the environment here, and wins over it.")
    return told


def _row(settings: Settings, name: str, uses: list[str]) -> dict[str, Any]:
    row = {"name": name, "used_by": uses, "place": settings.secrets.place(name), "is_usable": True, "problem": ""}
    try:
        settings.secret(name)
    except NoSecret as e:
        return row | {"is_usable": False, "problem": advised(name, e)}
    return row

"""Commands for the beginning: init makes the files, networks tells what each network can, schema what may be set."""

import base64
import json
import os
from pathlib import Path
from typing import Any

from rich.text import Text

import config
from adapters.contract import Ability, Adapter
from bot.clock import SystemClock
from bot.commands import show
from bot.keys import AUDIT_KEY, KEY, CannotStart
from bot.networks import adapters
from bot.wiring import networks as known
from config.lines import Unreadable, read
from config.schema import FILE, MODELINE, schema

_ABILITIES: tuple[Ability, ...] = ("find", "edit", "delete")
_KEY_BYTES = 32


def example() -> str:
    """Read the settings that explain every key."""
    return (Path(next(iter(config.__path__))) / "jarshy.example.yaml").read_text(encoding="utf-8")


def init(path: Path) -> int:
    """Make what is missing, with the example as settings, and say what comes next."""
    make(path, example())
    tell_steps(path, is_example=True)
    return 0


def make(path: Path, text: str) -> None:
    """Write settings, their schema, the keys and the secrets' folder where they are missing; overwrite nothing."""
    try:
        made = [_write(path, MODELINE + text, 0o644)]
        folder = _secrets_folder(path)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        made += [_write(folder / name, f"{_new_key()}\n", 0o600) for name in (KEY, AUDIT_KEY)]
        made.append(_write(path.parent / FILE, _as_text(described()), 0o644))
        _write(folder / ".gitignore", "*\n", 0o600)
    except OSError as e:
        raise CannotStart(f"{e.filename} cannot be made: {e.strerror}") from e
    on = show.paper()
    for written in made:
        on.print(written)


def tell_steps(path: Path, *, is_example: bool) -> None:
    """Say what a person does next; `is_example`: the settings are nobody's yet."""
    on, folder = show.paper(), _secrets_folder(path)
    yours = (
        "change newsroom, feed and channels" if is_example else "take an account and a channel out of their comments"
    )
    on.print(f"1. In {path}, {yours} (`jarshy networks` lists what there is).")
    on.print(
        "2. `jarshy secret set TELEGRAM_TOKEN` puts a secret in its place; `jarshy secret list` names all it needs."
    )
    on.print("3. `jarshy check` asks every feed and account; `jarshy preview` shows the posts. Nothing goes out yet.")
    on.print(f"4. `jarshy run` publishes. Keep copies of {folder / KEY} (stored sign-ins open with it alone)")
    on.print(f"   and of {folder / AUDIT_KEY} (it signs the audit log).")


def networks(*, is_json: bool) -> int:
    """List every network and what it can, from the adapters themselves."""
    kinds = adapters()
    rows = [_facts(kind) for kind in kinds.values()]
    if is_json:
        show.as_json(rows)
        return 0
    on = show.paper()
    for row in rows:
        on.print(Text.assemble((row["network"], "bold"), f"  {row['title']}, texts up to {row['text']}"))
        for what in ("settings", "secrets"):
            on.print(Text(f"  {what}: {_keys(kinds[row['network']], what)}"))
        on.print(Text("  " + "; ".join(f"{name}: {said}" for name, said in row["can"].items())))
        if row["price"]:
            on.print(Text(f"  costs: {row['price']}"))
        on.print(Text(f"  rules read on {row['checked']}: {row['docs']}", "dim"))
    on.print("find: whether a post whose answer got lost can be looked for; edit, delete: of a post that is out.")
    return 0


def show_schema() -> int:
    """Print the JSON Schema of the settings, with the keys of every network there is."""
    show.as_json(described())
    return 0


def described() -> dict[str, Any]:
    """Describe the settings as JSON Schema, with the keys of every network there is."""
    return schema(known(adapters()))


def _facts(kind: type[Adapter]) -> dict[str, Any]:
    spec = kind.spec
    return {
        "network": spec.network,
        "title": spec.title,
        "text": spec.limits.text,
        "can": {each: _ability(kind, each) for each in _ABILITIES},
        "settings": [_key(name, is_needed=one.is_required()) for name, one in kind.Settings.model_fields.items()],
        "secrets": list(kind.Credentials.model_fields),
        "price": spec.price,
        "docs": spec.docs,
        "checked": spec.checked.isoformat(),
    }


def _ability(kind: type[Adapter], ability: Ability) -> str:
    return kind.spec.remarks.get(ability, "yes") if kind.can(ability) else "no"


def _keys(kind: type[Adapter], what: str) -> str:
    fields = (kind.Settings if what == "settings" else kind.Credentials).model_fields
    needed = [name for name, one in fields.items() if one.is_required()]
    others = [name for name, one in fields.items() if not one.is_required()]
    told = [", ".join(needed)] if needed else []
    told += [f"may be left out: {', '.join(others)}"] if others else []
    return "; ".join(told)


def _key(name: str, *, is_needed: bool) -> str:
    return name if is_needed else f"{name} (may be left out)"


def _new_key() -> str:
    return base64.b64encode(SystemClock().token_bytes(_KEY_BYTES)).decode()


def _write(path: Path, content: str, mode: int) -> str:
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        return f"Kept {path} as it is."
    with os.fdopen(fd, "w", encoding="utf-8") as file:
        file.write(content)
    return f"Made {path}."


def _as_text(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _secrets_folder(path: Path) -> Path:
    """Find where the settings that stand there already keep their secrets, however unfinished they are."""
    try:
        said = read(path)[0].get("secrets")
    except Unreadable:
        said = None
    return path.absolute().parent / (said if isinstance(said, str) and said else "secrets/")

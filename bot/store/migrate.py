"""Brings a database to this version's tables, or says in one sentence why it must not be touched."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from adapters.contract import Clock
from bot.store.append_only import APPEND_ONLY
from bot.store.engine import StoreUnavailable, engine_for
from bot.store.lock import holder, only_one
from bot.store.onefile import copy_file, give_to_folder
from bot.store.place import Place
from bot.store.schema import meta

LATEST = "0019"
"""The newest migration; a file that names another we do not know was written by a newer Jarshy."""
JARSHY = 0x4A525348
"""SQLite's application id of our files: "JRSH"."""
_COPIES = 3
"""How many copies from before an upgrade are kept."""
_KNOWN = (
    "",
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
    "0013",
    "0017",
    LATEST,
)


class BadDatabase(Exception):
    """The file cannot be this version's database; the sentence says why and what helps. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class _Found:
    application: int
    version: str
    is_empty: bool


def create(engine: sa.Engine) -> None:
    """Make every table in an empty database, without the migrations' history: for files that live for one run."""
    with engine.begin() as db:
        _fill(db)


def _fill(db: sa.Connection) -> None:
    if db.dialect.name == "postgresql":
        for index in (each for table in meta.tables.values() for each in table.indexes):
            index.dialect_options["postgresql"]["where"] = index.dialect_options["sqlite"]["where"]
    meta.create_all(db)
    for trigger in APPEND_ONLY[db.dialect.name]:
        db.exec_driver_sql(trigger)


def bring_up(place: Place, *, is_thorough: bool = False, keeps_copy: bool = True) -> Path | None:
    """Have a database ready: a file is made or brought to this version, a server's is only looked at.

    `is_thorough` reads the whole of a file. An older file is copied first; returns where the copy is. Raises
    BadDatabase, or StoreUnavailable where no server answers.
    """
    if isinstance(place, Path):
        return bring_up_file(place, is_thorough=is_thorough, keeps_copy=keeps_copy)
    _on_servers().look(place)
    return None


async def migrate(place: Place, clock: Clock) -> tuple[str, str, Path | None]:
    """Bring a database to this version, of whatever kind.

    Tells the versions before ("": there was none) and after, and where the copy of an older file is. Raises
    BadDatabase, StoreUnavailable, or DaemonRuns: nobody may work on it meanwhile.
    """
    if not isinstance(place, Path):
        before, after = await _on_servers().migrate(place, clock)
        return before, after, None
    async with only_one(place, clock):
        before = _look(place, is_thorough=False).version if place.exists() else ""
        copy = bring_up_file(place, is_thorough=True)
    return before, LATEST, copy


def _on_servers() -> Any:
    if find_spec("psycopg") is None:
        raise BadDatabase("`store` names a PostgreSQL server; that needs: pip install 'jarshy[postgres]'")
    return import_module("bot.store.migrate_server")


def bring_up_file(path: Path, *, is_thorough: bool = False, to: str = LATEST, keeps_copy: bool = True) -> Path | None:
    """Make the file or bring it to version `to`; `is_thorough` reads the whole of it. Raises BadDatabase.

    An older file is copied first; returns where the copy is.
    """
    if not path.parent.is_dir():
        raise BadDatabase(f"{path.parent} is no folder: make it, or change `store` in the settings")
    found = _look(path, is_thorough=is_thorough) if path.exists() else _Found(0, "", is_empty=True)
    _check(path, found, "change `store` in the settings")
    if found.is_empty and to == LATEST:
        _begin(path)
    elif found.is_empty:
        _upgrade(path, to)
    elif found.version != to:
        return _upgrade_safely(path, found.version, to, keeps_copy=keeps_copy)
    return None


def version_of(path: Path, *, is_read_only: bool = False) -> str:
    """Read a whole file, and tell of which version it is. Raises BadDatabase where it is none of ours."""
    found = _look(path, is_thorough=True, mode="ro" if is_read_only else "rw")
    _check(path, found, "choose a copy that `jarshy backup` made")
    if found.is_empty or not found.version:
        raise BadDatabase(f"{path} is empty, no database of Jarshy")
    return found.version


def _check(path: Path, found: _Found, instead: str) -> None:
    if not found.is_empty and found.application != JARSHY:
        raise BadDatabase(f"{path} is a database of another program: {instead}")
    refuse_newer(path, found.version)


def refuse_newer(place: Place, version: str) -> None:
    """Raise BadDatabase where a database has tables this version knows nothing of."""
    if version not in _KNOWN:
        raise BadDatabase(
            f"{place} was written by a newer Jarshy (tables of version {version}, this one knows {LATEST}): "
            "install that version again, or put the backup from before the update in its place"
        )


def _upgrade_safely(path: Path, version: str, to: str, *, keeps_copy: bool) -> Path | None:
    """Upgrade in one transaction, with a copy beside it for whoever wants the older Jarshy back."""
    at_work = holder(path)
    if at_work is not None and at_work.pid != os.getpid():
        raise BadDatabase(
            f"{path} has tables of version {version}, and this Jarshy needs {to}: stop the daemon that still works on "
            f"it (process {at_work.pid}), then `jarshy run` brings it up to date"
        )
    copy = path.with_name(f"{path.name}.before-{to}") if keeps_copy else None
    if copy is not None:
        copy_file(path, copy)
    try:
        _upgrade(path, to)
    except (StoreUnavailable, sa.exc.DatabaseError) as e:
        kept = f"; a copy of it stands at {copy}" if copy else ""
        said = getattr(e.__cause__, "orig", e)
        raise BadDatabase(
            f"{path} could not be brought from version {version} to {to} ({said}), and is as it was{kept}: install the "
            "Jarshy you had before, and tell us"
        ) from e
    for old in sorted(path.parent.glob(f"{path.name}.before-*"))[:-_COPIES]:
        old.unlink()
    return copy


def _look(path: Path, *, is_thorough: bool, mode: str = "rw") -> _Found:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True)) as db:
            tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            application = db.execute("PRAGMA application_id").fetchone()[0]
            versions = db.execute("SELECT version_num FROM alembic_version") if "alembic_version" in tables else ()
            version = next((name for (name,) in versions), "")
            if is_thorough and (said := db.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
                raise BadDatabase(_damaged(path, said))
    except sqlite3.OperationalError as e:
        raise BadDatabase(f"{path} cannot be opened ({e}): check that it is a file you may write to") from e
    except sqlite3.DatabaseError as e:
        raise BadDatabase(_damaged(path, str(e))) from e
    return _Found(application, version, not tables)


def _damaged(path: Path, said: str) -> str:
    return f"{path} is no database or is damaged ({said}): put a backup in its place; `store` in the settings names it"


def _begin(path: Path) -> None:
    # Not through the migrations: they end in the same tables, and loading Alembic takes a quarter of a second.
    with _owned(path) as engine, engine.begin() as db:
        db.exec_driver_sql(f"PRAGMA application_id = {JARSHY}")
        _fill(db)
        # As Alembic does it, so that it finds its place at the next version.
        db.exec_driver_sql(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
            " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
        db.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (LATEST,))


def _upgrade(path: Path, to: str) -> None:
    with _owned(path) as engine, engine.begin() as db:
        upgrade(db, to)


def upgrade(db: sa.Connection, to: str = LATEST) -> None:
    """Run the migrations up to version `to` in the transaction of `db`."""
    # Late, because it is heavy and needed once.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = db
    command.upgrade(config, to)


@contextmanager
def _owned(path: Path) -> Iterator[sa.Engine]:
    """Open a file to make tables in, for its owner alone: it holds sealed sessions and drafts."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        give_to_folder(path)
        engine = engine_for(lambda: path)
        yield engine
        engine.dispose()
    except (OSError, sa.exc.OperationalError) as e:
        raise StoreUnavailable(f"{path} cannot be made: {getattr(e, 'orig', e)}") from e

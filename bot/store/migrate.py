"""Brings a database file to this version's tables, or says in one sentence why it must not be touched."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bot.store.engine import StoreUnavailable, engine_for
from bot.store.schema import APPEND_ONLY, meta

LATEST = "0009"
"""The newest migration; a file that names another we do not know was written by a newer Jarshy."""
JARSHY = 0x4A525348
"""SQLite's application id of our files: "JRSH"."""
_KNOWN = ("", "0001", "0002", "0003", "0004", LATEST)


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
    meta.create_all(db)
    for trigger in APPEND_ONLY:
        db.exec_driver_sql(trigger)


def bring_up(path: Path, *, is_thorough: bool = False, to: str = LATEST) -> None:
    """Make the file or bring it to version `to`; `is_thorough` reads the whole of it. Raises BadDatabase."""
    if not path.parent.is_dir():
        raise BadDatabase(f"{path.parent} is no folder: make it, or change `store` in the settings")
    found = _look(path, is_thorough=is_thorough) if path.exists() else _Found(0, "", is_empty=True)
    if not found.is_empty and found.application != JARSHY:
        raise BadDatabase(f"{path} is a database of another program: change `store` in the settings")
    if found.version not in _KNOWN:
        raise BadDatabase(
            f"{path} was written by a newer Jarshy (tables of version {found.version}, this one knows {LATEST}): "
            "install that version again, or put the backup from before the update in its place"
        )
    if found.is_empty and to == LATEST:
        _begin(path)
    elif found.version != to:
        _upgrade(path, to)


def _look(path: Path, *, is_thorough: bool) -> _Found:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as db:
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
    # Late, because it is heavy and needed once.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    with _owned(path) as engine, engine.begin() as db:
        config.attributes["connection"] = db
        command.upgrade(config, to)


@contextmanager
def _owned(path: Path) -> Iterator[sa.Engine]:
    """Open a file to make tables in, for its owner alone: it holds sealed sessions and drafts."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        engine = engine_for(lambda: path)
        yield engine
        engine.dispose()
    except (OSError, sa.exc.OperationalError) as e:
        raise StoreUnavailable(f"{path} cannot be made: {getattr(e, 'orig', e)}") from e

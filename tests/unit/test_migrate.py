"""Database files: the migrations make exactly the schema, and what is not ours is left alone."""

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.engine import engine_for
from bot.store.lock import DaemonRuns, only_one
from bot.store.migrate import JARSHY, LATEST, BadDatabase, bring_up, bring_up_file, migrate
from bot.store.onefile import copy_file
from tests.unit.test_lock import Patient


def schema(path: Path) -> list[str]:
    """Every table, index and trigger as SQLite keeps it, but for Alembic's own table."""
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version'")
        return sorted(" ".join(sql.split()) for (sql,) in rows)


def marks(path: Path) -> tuple[int, str]:
    """Whose file it is, and of which version."""
    with closing(sqlite3.connect(path)) as db:
        (application,), (version,) = db.execute("PRAGMA application_id"), db.execute("SELECT * FROM alembic_version")
        return application[0], version[0]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "jarshy.db"


def test_the_migrations_make_the_very_schema_the_code_knows(path: Path, tmp_path: Path) -> None:
    bring_up_file(path, to="0001")
    bring_up(path)
    new = tmp_path / "new.db"
    bring_up(new)
    assert schema(path) == schema(new)
    assert marks(path) == marks(new) == (JARSHY, LATEST)


def test_an_older_file_is_brought_to_this_version_with_everything_in_it(path: Path, tmp_path: Path) -> None:
    bring_up_file(path, to="0001")
    with closing(sqlite3.connect(path)) as db:
        db.execute(
            "INSERT INTO story (id, source, url, revision, article, seen_at) VALUES "
            "('s', 'main', '', 1, '{\"title\": \"“Port” – Ақтау\"}', 1)"
        )
        db.commit()
    bring_up(path)
    bring_up(tmp_path / "new.db")
    assert schema(path) == schema(tmp_path / "new.db")
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT id, sought FROM story").fetchall() == [("s", '"port" - ақтау')]


def test_every_table_is_strict(path: Path) -> None:
    bring_up(path)
    assert all(sql.endswith("STRICT") for sql in schema(path) if sql.startswith("CREATE TABLE"))


@pytest.mark.parametrize("verb", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
def test_the_audit_log_is_append_only(path: Path, verb: str) -> None:
    bring_up(path)
    with closing(sqlite3.connect(path)) as db:
        db.execute("INSERT INTO audit (at, actor, action, row) VALUES (1, 'a', 'b', x'00')")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            db.execute(verb)


def test_a_database_is_for_its_owner_alone(path: Path) -> None:
    bring_up(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_up_to_date_is_not_touched(path: Path) -> None:
    bring_up(path)
    before = path.read_bytes()
    bring_up(path, is_thorough=True)
    assert path.read_bytes() == before


def test_a_migration_that_is_cut_off_leaves_nothing(path: Path) -> None:
    path.touch()
    engine = engine_for(lambda: path)
    with engine.begin() as db:
        db.exec_driver_sql("CREATE TABLE alembic_version (version_num TEXT)")
        db.exec_driver_sql(f"PRAGMA application_id = {JARSHY}")
        db.exec_driver_sql("CREATE TABLE audit (id INTEGER)")
    before = schema(path)
    with pytest.raises(BadDatabase, match=r"audit already exists.*is as it was; a copy of it stands at .*before"):
        bring_up(path)
    assert schema(path) == before
    engine.dispose()


def spoil(path: Path, sql: str) -> None:
    bring_up(path)
    with closing(sqlite3.connect(path)) as db:
        db.execute(sql)
        db.commit()


def test_a_newer_database_is_refused(path: Path) -> None:
    spoil(path, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(BadDatabase, match=f"version 9999, this one knows {LATEST}"):
        bring_up(path)


def test_a_foreign_database_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE recipe (name TEXT)")
    with pytest.raises(BadDatabase, match="another program"):
        bring_up(path)


@pytest.mark.parametrize("at", [0, 16, 4096])
def test_a_damaged_database_is_refused(path: Path, at: int) -> None:
    bring_up(path)
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    broken = bytearray(path.read_bytes())
    broken[at : at + 400] = b"\xff" * 400
    path.write_bytes(broken)
    with pytest.raises(BadDatabase, match="damaged"):
        bring_up(path, is_thorough=True)


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadDatabase, match="no folder"):
        bring_up(tmp_path / "nowhere" / "jarshy.db")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_makes_belongs_to_whoever_owns_the_folder(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12346)
    path, copy = tmp_path / "jarshy.db", tmp_path / "copy.db"
    bring_up(path)
    copy_file(path, copy)
    assert {(each.stat().st_uid, each.stat().st_gid) for each in (path, copy)} == {(12345, 12346)}


def test_the_command_brings_a_file_up_as_a_start_does_but_under_no_daemon(path: Path) -> None:
    assert asyncio.run(migrate(path, Patient())) == ("", LATEST, None)
    assert asyncio.run(migrate(path, Patient())) == (LATEST, LATEST, None)

    async def beside_a_daemon() -> None:
        async with only_one(path, Patient()):
            await migrate(path, Patient())

    with pytest.raises(DaemonRuns):
        asyncio.run(beside_a_daemon())


def test_a_start_on_a_file_loads_nothing_of_postgresql() -> None:
    code = "import sys, bot.commands.barrier; print([name for name in sys.modules if 'postgres' in name])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"

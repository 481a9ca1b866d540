"""Every database a released Jarshy left is brought to this version with every row as it was, and its copy kept."""

import asyncio
import re
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.store import migrate
from bot.store.engine import engine_for
from bot.store.lock import only_one
from bot.store.migrate import LATEST, BadDatabase, bring_up
from bot.store.reading import Reader
from tests.schema_fixture import written
from tests.unit.engine import NOW, ONE, POLICY, Clock
from tests.unit.test_migrate import marks, schema

RELEASED = sorted((Path(__file__).parents[1] / "fixtures").glob("schema_*.sql"))


@pytest.fixture(params=RELEASED, ids=lambda path: path.stem)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return built(request.param, tmp_path / "jarshy.db")


def built(sql: Path, path: Path) -> Path:
    return built_from(sql.read_text(encoding="utf-8"), path)


def built_from(sql: str, path: Path) -> Path:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(sql)
    return path


def rows(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, by column."""
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {
            name: [dict(row) for row in db.execute(f"SELECT * FROM {name}")] for name in names if "alembic" not in name
        }


def test_a_fixture_has_rows_in_every_table(old: Path) -> None:
    assert len(RELEASED) >= 1
    assert [name for name, found in rows(old).items() if not found] == []


def test_the_next_release_can_be_written_the_same_way(tmp_path: Path) -> None:
    now = built_from(written(), tmp_path / "now.db")
    assert marks(now) == (migrate.JARSHY, LATEST)
    assert [name for name, found in rows(now).items() if not found] == []
    assert bring_up(now) is None


def test_an_upgrade_keeps_every_row_and_makes_the_very_schema(old: Path, tmp_path: Path) -> None:
    before = rows(old)
    bring_up(old, is_thorough=True)
    after = rows(old)
    for name, found in before.items():
        kept = [{column: row[column] for column in found[0]} for row in after[name]]
        assert kept == found, name
    bring_up(tmp_path / "new.db")
    assert schema(old) == schema(tmp_path / "new.db")
    assert marks(old) == marks(tmp_path / "new.db")


def test_what_was_published_still_reads_well_after_an_upgrade(old: Path) -> None:
    bring_up(old)
    engine = engine_for(lambda: old)
    with engine.begin() as db:
        told = Reader(POLICY, {ONE.id: ONE}, {"fake": "Fake"}).one(db, 1, NOW)
    engine.dispose()
    assert told is not None
    assert told.sentence.startswith("Published at")


def test_the_copy_from_before_is_whole_and_for_its_owner_alone(old: Path) -> None:
    before, version = rows(old), marks(old)[1]
    copy = bring_up(old)
    assert copy == old.with_name(f"jarshy.db.before-{LATEST}")
    assert rows(copy) == before
    assert marks(copy)[1] == version
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_a_file_that_is_up_to_date_is_not_copied(old: Path) -> None:
    bring_up(old)
    old.with_name(f"jarshy.db.before-{LATEST}").unlink()
    assert bring_up(old) is None
    assert not list(old.parent.glob("*.before-*"))


def test_the_last_three_copies_are_kept(old: Path) -> None:
    for n in ("0000", "0001", "0002", "0003"):
        old.with_name(f"jarshy.db.before-{n}").touch()
    bring_up(old)
    assert [path.name[-4:] for path in sorted(old.parent.glob("*.before-*"))] == ["0002", "0003", LATEST]


def test_an_upgrade_that_fails_midway_changes_nothing_and_names_the_copy(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(old)) as db:
        db.execute("CREATE INDEX delivery_copied ON delivery (state)")  # the last step of the way finds its name taken
    before, plan = rows(old), schema(old)
    with pytest.raises(BadDatabase) as refused:
        bring_up(old)
    assert (rows(old), schema(old)) == (before, plan)
    named = re.search(r"a copy of it stands at (\S+):", str(refused.value))
    assert named is not None
    assert rows(Path(named[1])) == before


def test_no_room_for_the_copy_means_no_upgrade(old: Path) -> None:
    before = old.read_bytes()
    old.with_name(f"jarshy.db.before-{LATEST}").mkdir()
    with pytest.raises(migrate.StoreUnavailable, match="cannot be copied"):
        bring_up(old)
    assert old.read_bytes() == before


async def _while_somebody_works(old: Path) -> None:
    async with only_one(old, Clock()):
        bring_up(old)


def test_whoever_holds_the_file_upgrades_it(old: Path) -> None:
    asyncio.run(_while_somebody_works(old))
    assert marks(old)[1] == LATEST

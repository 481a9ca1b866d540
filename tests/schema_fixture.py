"""Writes this version's database, with rows in every table, as SQL: `python -m tests.schema_fixture` at each release.

What it wrote for a released version is never edited; `tests/unit/test_upgrade.py` upgrades each of them for ever.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from adapters.contract import Receipt
from bot.actions import newsroom
from bot.model import Channel
from bot.store.migrate import JARSHY, LATEST
from tests.unit.engine import ONE, Desk, article, seconds

FOLDER = Path(__file__).parent / "fixtures"
TWO = Channel(id="two", account="acme", network="fake", approval="always", place=(("chat", "@two"),))
_HEAD = f"""-- A database as Jarshy of tables version {LATEST} left it, with rows in every table: never edited.
PRAGMA application_id = {JARSHY};
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version VALUES ('{LATEST}');
"""
_SAMPLES = {"TEXT": "a text", "INTEGER": 1, "BLOB": b"\x01\x02"}
_MOMENT = 1764062400000


def lived_in(folder: Path) -> Path:
    """A newsroom that has published, revised, paused and waits for approval."""
    desk = Desk(folder, ONE, TWO)
    desk.publish(article(1))
    desk.wire.steps.append("upload")
    desk.wire.say("publish", Receipt("2", "https://fake.example/2", mark="2"))
    desk.poll(article(2), article(1, title="Port 1 wins a loan of 999 million"))
    while desk.turn():
        desk.go(seconds(61))
    desk.poll(article(3), article(2))
    desk.act(newsroom.pause(desk.room(), "two"))
    desk.engine.dispose()
    return folder / "jarshy.db"


def fill(db: sqlite3.Connection) -> None:
    """Put one row into each table a quiet newsroom leaves empty."""
    named = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name NOT IN ('app', 'person'), name"
    for (table,) in db.execute(named).fetchall():
        if db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():
            continue
        points = {row[3]: (row[2], row[4]) for row in db.execute(f"PRAGMA foreign_key_list({table})")}
        row = {
            name: db.execute("SELECT {1} FROM {0} LIMIT 1".format(*points[name])).fetchone()[0]
            if name in points
            else _MOMENT
            if name.endswith(("_at", "until"))
            else _SAMPLES[kind]
            for _, name, kind, *_ in db.execute(f"PRAGMA table_info({table})")
        }
        if "article" in row:
            row["article"] = db.execute("SELECT article FROM story LIMIT 1").fetchone()[0]
        db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))


def written() -> str:
    """The whole file."""
    with TemporaryDirectory() as folder, closing(sqlite3.connect(lived_in(Path(folder)))) as db:
        db.execute("PRAGMA journal_mode=DELETE")
        fill(db)
        db.commit()
        return _HEAD + "\n".join(db.iterdump()) + "\n"


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    (FOLDER / f"schema_{LATEST}.sql").write_text(written(), encoding="utf-8")

"""The database file: what it refuses, and what happens when the disk is full."""

import asyncio
import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa
import structlog

from adapters.contract import Receipt
from bot.audit.rows import Action, canonical
from bot.store import audit, people
from bot.store.audit import tell
from bot.store.columns import Moment
from bot.store.engine import Store, StoreUnavailable, engine_for
from bot.store.schema import audit as log
from tests.unit.engine import NOW, ONE, Desk, article, inline, minutes, seconds


def fill(desk):
    """Leave no further page to the file."""
    with desk.engine.connect() as db:
        pages = db.exec_driver_sql("PRAGMA page_count").scalar()
        db.exec_driver_sql(f"PRAGMA max_page_count={pages}")


def make_room(desk):
    with desk.engine.connect() as db:
        db.exec_driver_sql("PRAGMA max_page_count=1000000")


def big(desk):
    """Something to post that needs new pages."""
    desk.ask(people.edit, desk.delivery(), ONE, desk_post("x" * 200_000), NOW, actor="cli:aigul")


def desk_post(text):
    from adapters.contract import Post

    return Post(text)


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("when", ["take", "sent"])
def test_a_full_disk_is_told_plainly_loses_nothing_and_goes_on_when_there_is_room(tmp_path, when):
    desk = Desk(tmp_path)
    desk.poll(article())
    big(desk)
    if when == "take":
        desk.ask(lambda db: db.exec_driver_sql("PRAGMA user_version = 1"))
        fill(desk)
    else:
        desk.wire.hooks["sent"] = lambda: fill(desk)
        desk.wire.say("publish", Receipt("9", "https://fake.example/" + "9" * 90_000))
    with structlog.testing.capture_logs() as told:
        assert not desk.turn()
    (line,) = [each for each in told if each["log_level"] == "error"]
    assert (line["event"], line["channel"]) == ("database refused", "one")
    assert "full" in line["said"]
    assert "free disk space" in line["fix"]
    make_room(desk)
    desk.go(seconds(91))
    desk.wire.say("find", Receipt("9"))
    while desk.turn():
        desk.go(minutes(1))
    assert desk.stands() == ("done", "sent" if when == "take" else "found")
    assert len(desk.wire.keys) == 1


@pytest.mark.on("sqlite")
def test_a_locked_or_damaged_file_is_unavailable_and_a_refused_value_is_the_callers(tmp_path):
    path = tmp_path / "broken.db"
    path.write_bytes(b"not a database, but long enough to be read as one" * 100)
    store = Store(engine_for(lambda: path), inline)
    with pytest.raises(StoreUnavailable):
        asyncio.run(store.write(lambda db: db.exec_driver_sql("SELECT * FROM sqlite_master").all()))
    with pytest.raises(StoreUnavailable):
        asyncio.run(store.stamp())
    store.close()
    desk = Desk(tmp_path)
    with pytest.raises(sa.exc.IntegrityError):
        asyncio.run(desk.store.write(lambda db: db.exec_driver_sql("INSERT INTO host (name) VALUES ('a'), ('a')")))


def refuses(desk, words):
    before = desk.log()
    with pytest.raises(sa.exc.IntegrityError, match="append-only"):
        desk.ask(lambda db: db.exec_driver_sql(words))
    assert desk.log() == before


@pytest.mark.parametrize("words", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"])
def test_the_log_can_only_grow(tmp_path, words):
    desk = Desk(tmp_path)
    desk.poll(article())
    refuses(desk, words)


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    "words",
    [
        "REPLACE INTO audit (id, at, actor, action, row) VALUES (1, 0, 'x', 'x', x'00')",
        "INSERT OR REPLACE INTO audit (id, at, actor, action, row) SELECT id, 0, 'x', 'x', x'00' FROM audit",
    ],
)
def test_no_row_of_the_log_is_replaced(tmp_path, words):
    desk = Desk(tmp_path)
    desk.poll(article())
    refuses(desk, words)


def test_a_row_has_one_spelling_and_no_floats(tmp_path):
    assert canonical({"b": [1, "ä"], "a": {"c": None}}) == '{"a":{"c":null},"b":[1,"ä"]}'.encode()
    for wrong in ({"a": 0.5}, {"a": [{"b": (1.5,)}]}):
        with pytest.raises(TypeError, match="no canonical spelling"):
            canonical(wrong)


def test_the_log_is_read_by_story_delivery_channel_and_end(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article(2), article())
    story = desk.delivery(2).story
    assert {row["story"] for row in desk.log(story=story)} == {story}
    assert {row["delivery"] for row in desk.log(delivery=2)} == {2}
    assert {row["channel"] for row in desk.log(channel="one")} == {"one"}
    assert desk.log(most=2) == desk.log()[-2:]
    assert desk.log(after=3) == desk.log()[3:]
    desk.ask(audit.tell_run, Action.DAEMON_STARTED, NOW)
    assert desk.log()[-1] == {"v": 1, "at": 1795597200000, "actor": "jarshy", "action": "daemon.started"}
    desk.ask(tell, Action.SOURCE_ODD, NOW, why="", source=None)
    assert desk.log()[-1].keys() == {"v", "at", "actor", "action"}
    assert desk.ask(lambda db: db.scalar(sa.select(sa.func.count()).select_from(log))) == len(desk.log())


def test_a_moment_without_zone_is_refused():
    with pytest.raises(TypeError, match="without its zone"):
        Moment().process_bind_param(NOW.replace(tzinfo=None), None)


@pytest.mark.on("sqlite")
def test_a_transaction_has_the_writer_s_lock_from_its_beginning(tmp_path):
    """What it reads is still so when it writes: another process can neither write nor begin meanwhile."""
    engine = engine_for(lambda: tmp_path / "lock.db")
    with closing(sqlite3.connect(tmp_path / "lock.db", timeout=0, isolation_level=None)) as other:
        with engine.begin() as db:
            assert db.scalar(sa.select(sa.literal(1))) == 1
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    engine.dispose()


@pytest.mark.on("sqlite")
def test_what_a_transaction_wrote_before_it_broke_is_undone(tmp_path):
    engine = engine_for(lambda: tmp_path / "undone.db")
    with engine.begin() as db:
        db.exec_driver_sql("CREATE TABLE told (word TEXT)")

    def broken():
        with engine.begin() as db:
            db.exec_driver_sql("INSERT INTO told VALUES ('half')")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    with engine.begin() as db:
        assert db.exec_driver_sql("SELECT count(*) FROM told").scalar() == 0
    engine.dispose()

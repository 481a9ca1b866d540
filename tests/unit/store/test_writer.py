"""The writer thread: what waits shares a commit, what fails is undone alone, and nobody hears of it too early."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store.engine import Store, StoreUnavailable, engine_for
from bot.store.writer import Writer
from tests.unit.engine import inline

pytestmark = pytest.mark.filterwarnings("error")


class Refused(Exception):
    """What a question raises by itself."""


@contextmanager
def opened(folder, *, name="group.db"):
    """A file with one table, whose commits are counted."""
    engine = engine_for(lambda: folder / name, durable=False)
    with engine.begin() as db:
        db.exec_driver_sql("CREATE TABLE kept (id INTEGER PRIMARY KEY AUTOINCREMENT, word TEXT UNIQUE NOT NULL) STRICT")
        db.exec_driver_sql("CREATE TABLE child (of INTEGER NOT NULL REFERENCES kept (id)) STRICT")
    commits = []
    sa.event.listen(engine, "commit", lambda db: commits.append(db))
    try:
        yield engine, commits
    finally:
        engine.dispose()


def put(db, word):
    return db.exec_driver_sql("INSERT INTO kept (word) VALUES (?)", (word,)).lastrowid


def put_and_refuse(db, word):
    put(db, word)
    raise Refused(word)


def words(engine):
    with engine.connect() as db:
        return list(db.exec_driver_sql("SELECT word FROM kept ORDER BY id").scalars())


def at_once(engine, *asked):
    """Ask everything in one moment, and tell what came of each."""

    async def run():
        with ThreadPoolExecutor(1) as thread:
            store = Store(engine, Writer(thread))
            return await asyncio.gather(*(store.write(ask, *said) for ask, *said in asked), return_exceptions=True)

    return asyncio.run(run())


def test_what_waits_shares_one_commit_in_the_order_it_was_asked(tmp_path):
    with opened(tmp_path) as (engine, commits):
        assert at_once(engine, *((put, f"w{n}") for n in range(50))) == list(range(1, 51))
        assert words(engine) == [f"w{n}" for n in range(50)]
        assert len(commits) == 1


def test_no_group_is_longer_than_others_may_be_made_to_wait(tmp_path):
    with opened(tmp_path) as (engine, commits):
        at_once(engine, *((put, f"w{n}") for n in range(129)))
        assert len(commits) == 3


def test_one_that_raises_is_undone_alone_and_leaves_no_gap(tmp_path):
    with opened(tmp_path) as (engine, commits):
        one, two, again, four = at_once(engine, (put, "a"), (put_and_refuse, "b"), (put, "a"), (put, "c"))
        assert (one, four) == (1, 2)
        assert (type(two), str(two)) == (Refused, "b")
        assert isinstance(again, sa.exc.IntegrityError)
        assert words(engine) == ["a", "c"]
        assert len(commits) == 1


def test_nobody_is_answered_before_the_commit(tmp_path):
    with opened(tmp_path) as (engine, _):
        early = []

        async def run():
            with ThreadPoolExecutor(1) as thread:
                store = Store(engine, Writer(thread))
                tasks = [asyncio.create_task(store.write(put, f"w{n}")) for n in range(3)]
                sa.event.listen(engine, "commit", lambda db: early.extend(each.done() for each in tasks))
                await asyncio.gather(*tasks)

        asyncio.run(run())
        assert early == [False, False, False]


def test_a_commit_that_fails_is_told_to_all_and_nothing_of_them_happened(tmp_path):
    def orphan(db):
        db.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        db.exec_driver_sql("INSERT INTO child (of) VALUES (99)")

    with opened(tmp_path) as (engine, _):
        came = at_once(engine, (put, "a"), (orphan,), (put_and_refuse, "b"), (put, "c"))
        assert [type(each) for each in came] == [StoreUnavailable] * 4
        assert words(engine) == []
        assert at_once(engine, (put, "a"), (put, "b")) == [1, 2]


def take_all_back(db):
    """As SQLite does by itself on some errors, such as a full disk: not the statement alone is gone."""
    db.exec_driver_sql("INSERT OR ROLLBACK INTO kept (word) VALUES ('a')")


def hide_that_all_is_gone(db):
    with pytest.raises(sa.exc.IntegrityError):
        take_all_back(db)


@pytest.mark.parametrize("gone", [take_all_back, hide_that_all_is_gone])
def test_where_the_database_takes_back_everything_nobody_is_told_it_happened(tmp_path, gone):
    with opened(tmp_path) as (engine, _):
        came = at_once(engine, (put, "a"), (put, "b"), (gone,), (put, "c"))
        assert [type(each) for each in came] == [StoreUnavailable] * 4
        assert words(engine) == []
        assert at_once(engine, (put, "a"), (put, "b")) == [1, 2]


class Broken(BaseException):
    """What no room of ours expects."""


def put_and_break(db, word):
    put(db, word)
    raise Broken


def test_nobody_waits_for_ever_where_a_group_breaks(tmp_path):
    with opened(tmp_path) as (engine, _):
        came = at_once(engine, (put, "a"), (put_and_break, "b"), (put, "c"))
        assert [type(each) for each in came] == [Broken] * 3
        assert words(engine) == []
        assert at_once(engine, (put, "a")) == [1]


def test_a_full_disk_is_told_to_whom_it_concerns_in_its_own_words(tmp_path):
    with opened(tmp_path) as (engine, _):
        with engine.connect() as db:
            pages = db.exec_driver_sql("PRAGMA page_count").scalar()
            db.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        came = at_once(engine, (put, "a"), (put, "x" * 100_000), (put, "b"))
        told = [each for each in came if isinstance(each, StoreUnavailable)]
        assert "full" in str(told[0])
        assert words(engine) == [word for word, each in zip(("a", "x", "b"), came, strict=True) if each not in told]


def test_whoever_stopped_waiting_is_passed_over(tmp_path):
    with opened(tmp_path) as (engine, _):

        async def run():
            with ThreadPoolExecutor(1) as thread:
                store = Store(engine, Writer(thread))
                gone, stays = (asyncio.create_task(store.write(put, word)) for word in ("gone", "stays"))
                await asyncio.sleep(0)
                gone.cancel()
                assert await stays == 1
                with pytest.raises(asyncio.CancelledError):
                    await gone

        asyncio.run(run())
        assert words(engine) == ["stays"]


def test_what_is_no_transaction_has_its_turn_between_them(tmp_path):
    with opened(tmp_path) as (engine, commits):

        async def run():
            with ThreadPoolExecutor(1) as thread:
                store = Store(engine, Writer(thread))
                tasks = [
                    store.write(put, "a"),
                    store.write(put, "b"),
                    store.stamp(),
                    store.write(put, "c"),
                    store.stamp(),
                ]
                return await asyncio.gather(*tasks)

        first, second, between, third, after = asyncio.run(run())
        assert (first, second, third, len(commits)) == (1, 2, 3, 2)
        assert after[1] - between[1] == 1


def test_after_the_thread_has_ended_whoever_asks_is_told(tmp_path):
    with opened(tmp_path) as (engine, _):

        async def run():
            with ThreadPoolExecutor(1) as thread:
                store = Store(engine, Writer(thread))
            await store.write(put, "late")

        with pytest.raises(RuntimeError, match="shutdown"):
            asyncio.run(run())
        assert words(engine) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from([put, put_and_refuse]), st.sampled_from("abcdefgh")), max_size=30))
def test_a_group_gives_what_one_after_the_other_gives(tmp_path_factory, asked):
    folder = tmp_path_factory.mktemp("group")

    async def in_turn(engine):
        store, came = Store(engine, inline), []
        for ask, word in asked:
            came += await asyncio.gather(store.write(ask, word), return_exceptions=True)
        return came

    with opened(folder, name="one.db") as (engine, _):
        alone, left = asyncio.run(in_turn(engine)), words(engine)
    with opened(folder, name="two.db") as (engine, _):
        grouped = at_once(engine, *asked)
        assert [repr(each) for each in grouped] == [repr(each) for each in alone]
        assert words(engine) == left

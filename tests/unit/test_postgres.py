"""A PostgreSQL server in a file's place: one writer, one daemon, its own tables, and what its failures come to."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from adapters.contract import Limits, NotSent
from bot.audit.rows import Action
from bot.commands.barrier import told
from bot.store import accounts
from bot.store.alone import alone
from bot.store.audit import tell
from bot.store.engine import MaybeStored, Store, StoreUnavailable, engine_at
from bot.store.lock import DaemonRuns, holder, only_one
from bot.store.migrate import LATEST, BadDatabase, bring_up, create, migrate
from bot.store.migrate_server import migrate as migrate_to
from bot.store.place import Server
from bot.store.postgres import engine_on
from bot.store.schema import account, host, identity
from tests import postgres
from tests.postgres import asked, cut
from tests.unit.engine import NOW, inline
from tests.unit.test_connected import Passing
from tests.unit.test_lock import Patient


@pytest.fixture
def there() -> Server:
    """An empty schema."""
    return postgres.beside(postgres.needed(postgres.server()), "jarshy_other")


@pytest.fixture
def engine(there: Server) -> Iterator[sa.Engine]:
    engine = engine_on(there)
    create(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def cluster() -> postgres.Cluster:
    return postgres.needed(postgres.cluster())


def shape(there: Server) -> list[object]:
    """Every column, index, trigger and function there."""
    engine = engine_on(there)
    with engine.begin() as db:
        found = [
            tuple(row)
            for question in (
                "SELECT table_name, column_name, data_type, collation_name, is_nullable, column_default "
                "FROM information_schema.columns WHERE table_schema = current_schema()",
                "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
                "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal "
                "AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace)",
                "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace",
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
                "WHERE connamespace = current_schema()::regnamespace",
            )
            for row in db.execute(sa.text(question))
        ]
    engine.dispose()
    return sorted((row for row in found if not str(row[0]).startswith("alembic")), key=str)


def other(there: Server) -> Server:
    """The same server's other schema, emptied."""
    return postgres.beside(there, "jarshy_other")


def test_the_migrations_make_the_very_schema_the_code_knows(engine: sa.Engine, there: Server) -> None:
    known = shape(there)
    engine.dispose()
    asyncio.run(migrate(other(there), Patient()))
    assert shape(there) == known
    asyncio.run(migrate_to(other(there), Patient(), to="0001"))
    assert shape(there) != known
    assert asyncio.run(migrate(there, Patient())) == ("0001", LATEST, None)
    assert shape(there) == known


def test_only_the_command_makes_tables_and_a_start_names_it(there: Server) -> None:
    with pytest.raises(BadDatabase, match="no tables yet: run `jarshy migrate`"):
        bring_up(there)
    asyncio.run(migrate_to(there, Patient(), to="0001"))
    with pytest.raises(BadDatabase, match=f"of version 0001, this Jarshy needs {LATEST}: run `jarshy migrate`"):
        bring_up(there)
    asyncio.run(migrate(there, Patient()))
    bring_up(there)
    assert asyncio.run(migrate(there, Patient())) == (LATEST, LATEST, None)


def test_a_newer_or_foreign_database_is_refused_and_left_alone(there: Server) -> None:
    asyncio.run(migrate(there, Patient()))
    asked(there, "UPDATE alembic_version SET version_num = '9999'")
    for look in (lambda: bring_up(there), lambda: asyncio.run(migrate(there, Patient()))):
        with pytest.raises(BadDatabase, match=f"version 9999, this one knows {LATEST}"):
            look()
    theirs = other(there)
    asked(theirs, "CREATE TABLE alembic_version (version_num text); CREATE TABLE recipe (name text)")
    before = shape(theirs)
    with pytest.raises(BadDatabase, match="another program"):
        asyncio.run(migrate(theirs, Patient()))
    assert shape(theirs) == before


def test_tables_are_changed_only_while_no_daemon_works_on_them(there: Server) -> None:
    async def run() -> None:
        async with only_one(there, Patient()):
            await migrate(there, Patient())

    with pytest.raises(DaemonRuns):
        asyncio.run(run())


def test_the_second_daemon_is_refused_and_told_who_and_where(there: Server) -> None:
    async def run() -> DaemonRuns:
        async with only_one(there, Patient()):
            with pytest.raises(DaemonRuns) as refused:
                async with only_one(there, Patient()):
                    pass
            beside = postgres.beside(there, "jarshy_beside")
            assert holder(beside) is None
            async with only_one(beside, Patient()):
                pass
        return refused.value

    refused = asyncio.run(run())
    assert refused.holder
    assert (refused.holder.pid, refused.holder.machine) == (os.getpid(), os.uname().nodename)
    assert f"process {os.getpid()} on {os.uname().nodename}" in told(refused)[0]
    assert holder(there) is None


def test_a_daemon_that_lost_its_lock_writes_nothing(there: Server) -> None:
    asyncio.run(migrate(there, Patient()))

    async def run() -> None:
        async with only_one(there, Patient()) as engine:
            store = Store(engine, inline)
            await store.write(put("before"))
            cut(there)
            async with only_one(there, Patient()):
                with pytest.raises(StoreUnavailable, match="another daemon works on it"):
                    await store.write(put("meanwhile"))
            await store.write(put("after"))
            assert await store.write(hosts) == ["after", "before"]

    asyncio.run(run())


def put(name: str):  # type: ignore[no-untyped-def]
    return lambda db: db.execute(host.insert(), {"name": name})


def hosts(db: sa.Connection) -> list[str]:
    return list(db.scalars(sa.select(host.c.name).order_by(host.c.name)))


def test_writers_wait_for_each_other_as_on_a_file(engine: sa.Engine, there: Server) -> None:
    second = engine_at(there)

    @sa.event.listens_for(second, "connect")
    def impatient(connection: Any, _: object) -> None:
        connection.execute("SET lock_timeout = '20ms'")
        connection.commit()

    late = Store(second, inline)
    with engine.begin() as db:
        hosts(db)
        with pytest.raises(StoreUnavailable, match="lock timeout") as refused:
            asyncio.run(late.write(hosts))
    assert refused.value.fix == "end the program that keeps the database busy"
    assert asyncio.run(late.write(hosts)) == []
    late.close()


def test_a_stamp_changes_with_every_write_of_anybody_and_with_nothing_else(cluster: postgres.Cluster) -> None:
    there = postgres.schema(cluster.address, "jarshy_stamped")  # where nobody else writes
    asyncio.run(migrate(there, Patient()))
    mine, theirs = (Store(engine_at(there), inline) for _ in range(2))

    async def run() -> None:
        before = await mine.stamp()
        await mine.write(hosts)
        assert await mine.stamp() == before
        await theirs.write(put("theirs"))
        after = await mine.stamp()
        assert after[0] != before[0]
        assert after[1] == before[1]
        await mine.write(put("mine"))
        assert (await mine.stamp())[1] == after[1] + 1

    asyncio.run(run())
    for each in (mine, theirs):
        each.close()


def test_a_write_under_way_is_seen_when_it_is_stored(engine: sa.Engine, there: Server) -> None:
    second = engine_at(there)
    mine = Store(engine, inline)
    with second.begin() as db:
        put("slow")(db)
        asked(there, "SELECT pg_current_xact_id()")  # somebody who begins later and ends sooner
        during = asyncio.run(mine.stamp())
    assert asyncio.run(mine.stamp()) != during
    second.dispose()


def test_a_server_that_is_stopped_refuses_and_is_used_again_when_it_serves(cluster: postgres.Cluster) -> None:
    there = postgres.schema(cluster.address, "jarshy_stopped")
    asyncio.run(migrate(there, Patient()))
    store = Store(engine_at(there), inline)
    asyncio.run(store.write(put("before")))
    cluster.stop()
    try:
        for ask in (lambda: store.write(hosts), store.stamp):
            with pytest.raises(StoreUnavailable) as refused:
                asyncio.run(ask())  # type: ignore[arg-type]
            assert type(refused.value) is StoreUnavailable
            assert "server runs" in refused.value.fix
            assert "\n" not in str(refused.value)
    finally:
        cluster.start()
    assert asyncio.run(store.write(hosts)) == ["before"]
    store.close()


def test_a_server_that_is_started_anew_costs_no_transaction(engine: sa.Engine, there: Server) -> None:
    store = Store(engine, inline)
    asyncio.run(store.write(put("before")))
    cut(there)
    asyncio.run(store.write(put("after")))
    assert asyncio.run(store.write(hosts)) == ["after", "before"]


def test_a_server_that_is_lost_while_it_stores_leaves_it_open(engine: sa.Engine, there: Server) -> None:
    def lost(db: sa.Connection) -> None:
        put("perhaps")(db)
        cut(there)

    with pytest.raises(MaybeStored) as open_:
        asyncio.run(Store(engine, inline).write(lost))
    (said,) = told(open_.value)
    assert "nothing was changed" not in said
    assert "before you do it again" in said


def test_a_server_that_is_lost_before_that_stored_nothing(engine: sa.Engine, there: Server) -> None:
    def lost(db: sa.Connection) -> None:
        cut(there)
        put("never")(db)

    store = Store(engine, inline)
    with pytest.raises(StoreUnavailable) as refused:
        asyncio.run(store.write(lost))
    assert type(refused.value) is StoreUnavailable
    assert asyncio.run(store.write(hosts)) == []


def test_a_copy_that_may_only_be_read_says_so(engine: sa.Engine) -> None:
    def read_only(db: sa.Connection) -> None:
        db.exec_driver_sql("SET TRANSACTION READ ONLY")
        put("x")(db)

    with pytest.raises(StoreUnavailable, match="read-only") as refused:
        asyncio.run(Store(engine, inline).write(read_only))
    assert "not its copy" in told(refused.value)[0]


def test_a_user_without_rights_is_told_and_what_we_asked_wrongly_is_ours(engine: sa.Engine) -> None:
    def give(db: sa.Connection) -> None:
        db.exec_driver_sql(f"GRANT USAGE ON SCHEMA {sa.inspect(db).default_schema_name} TO pg_monitor")

    def as_nobody(db: sa.Connection) -> None:
        db.exec_driver_sql("SET LOCAL ROLE pg_monitor")
        hosts(db)

    store = Store(engine, inline)
    asyncio.run(store.write(give))
    with pytest.raises(StoreUnavailable, match="permission denied") as refused:
        asyncio.run(store.write(as_nobody))
    assert "right" in refused.value.fix
    with pytest.raises(sa.exc.IntegrityError):
        asyncio.run(store.write(lambda db: db.execute(host.insert(), [{"name": "a"}, {"name": "a"}])))


def test_the_log_has_no_holes_where_something_was_rolled_back(engine: sa.Engine) -> None:
    def log(db: sa.Connection, *, fails: bool = False) -> list[int]:
        tell(db, Action.DAEMON_STARTED, NOW)
        if fails:
            raise ValueError
        return list(db.scalars(sa.text("SELECT id FROM audit ORDER BY id")))

    store = Store(engine, inline)
    asyncio.run(store.write(log))
    with pytest.raises(ValueError):  # noqa: PT011
        asyncio.run(store.write(log, fails=True))
    assert asyncio.run(store.write(log)) == [1, 2]


def test_no_row_of_the_log_is_changed_replaced_or_emptied(engine: sa.Engine) -> None:
    with engine.begin() as db:
        tell(db, Action.DAEMON_STARTED, NOW)
    for words in (
        "TRUNCATE audit",
        "INSERT INTO audit (id, at, actor, action, row) VALUES (1, 0, 'x', 'x', '') "
        "ON CONFLICT (id) DO UPDATE SET actor = 'x'",
        "MERGE INTO audit USING (SELECT 1) AS n ON true WHEN MATCHED THEN DELETE",
    ):
        with pytest.raises(sa.exc.IntegrityError, match="append-only"), engine.begin() as db:
            db.exec_driver_sql(words)


def test_words_of_a_network_that_hold_a_sign_no_server_keeps_are_kept_without_it(engine: sa.Engine) -> None:
    with engine.begin() as db:
        db.execute(account.insert(), {"id": "a", "stopped_why": "bad\0words"})
        accounts.keep_limits(db, "a", Limits(text=7), NOW)
        assert db.scalar(sa.select(account.c.stopped_why)) == "bad\N{REPLACEMENT CHARACTER}words"


def test_names_longer_than_an_index_takes_are_found_again_and_told_apart(engine: sa.Engine) -> None:
    names = [os.urandom(4000).hex() for _ in range(2)]
    names.append(f"{names[0]}x")
    where = {"kind": "url", "source": "", "story": "s", "seen_at": NOW}
    with engine.begin() as db:
        db.exec_driver_sql("INSERT INTO story (id, source, url, article, seen_at) VALUES ('s', '', '', '', 0)")
        db.execute(identity.insert(), [where | {"value": each} for each in names])
        found = [db.scalar(sa.select(sa.func.count()).where(identity.c.value == each)) for each in names]
    assert found == [1, 1, 1]


def test_what_is_asked_by_range_is_sorted_as_on_a_file(engine: sa.Engine) -> None:
    question = "SELECT collation_name FROM information_schema.columns WHERE column_name = 'value' AND table_name = "
    with engine.begin() as db:
        assert db.scalar(sa.text(f"{question} 'identity' AND table_schema = current_schema()")) == "C"


def test_nobody_to_ask_is_a_sentence(tmp_path: Path) -> None:
    nowhere = Server(f"postgresql://jarshy@/jarshy?host={tmp_path}")
    with pytest.raises(StoreUnavailable, match="failed"):
        bring_up(nowhere)
    with pytest.raises(StoreUnavailable, match="failed"):
        holder(nowhere)
    assert str(nowhere) == "postgresql://jarshy@/jarshy"


@pytest.mark.parametrize(
    ("code", "helps"),
    [
        ("53100", "free disk space on the database's server"),
        ("53300", "raise its max_connections"),
        ("57P01", "see that the database's server runs"),
        ("25P03", "see that the database's server runs"),
        ("XX001", "see that the database's server runs"),
    ],
)
def test_a_refusal_of_the_server_is_told_with_what_helps(engine: sa.Engine, code: str, helps: str) -> None:
    refuse = f"DO $$ BEGIN RAISE EXCEPTION 'no\nmore' USING ERRCODE = '{code}'; END $$"
    with pytest.raises(StoreUnavailable) as refused:
        asyncio.run(Store(engine, inline).write(lambda db: db.exec_driver_sql(refuse)))
    assert str(refused.value) == "no"
    assert helps in refused.value.fix


@pytest.mark.parametrize(
    ("name", "worse", "held"),
    [
        ("synchronous_commit", "off", "on"),
        ("default_transaction_isolation", "serializable", "read committed"),
        ("idle_in_transaction_session_timeout", "0", "1min"),
        ("lock_timeout", "0", "10s"),
    ],
)
def test_a_server_set_otherwise_changes_no_promise(there: Server, name: str, worse: str, held: str) -> None:
    engine = engine_on(Server(f"{there.address}%20-c{name}%3D{worse}"))
    with engine.begin() as db:
        assert db.exec_driver_sql(f"SHOW {name}").scalar() == held
    engine.dispose()


def test_one_process_at_a_time_works_on_an_accounts_session(there: Server) -> None:
    async def run() -> None:
        async with alone(there, "acme", Passing()):
            async with alone(there, "another", Passing()):
                pass
            with pytest.raises(NotSent, match="session of acme"):
                await alone(there, "acme", Passing()).__aenter__()
        async with alone(there, "acme", Passing()):
            pass

    asyncio.run(run())

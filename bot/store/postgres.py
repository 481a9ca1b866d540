"""PostgreSQL behind the same door: one writer at a time, one daemon for each schema, and what its refusals mean."""

import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.string import StrDumper

from adapters.contract import Clock
from bot.store.engine import MaybeStored, StoreUnavailable, unavailable
from bot.store.lock import DaemonRuns, Holder
from bot.store.place import NoPassword, Server

_WRITES, _WORKS, _SIGNS = 0x4A525348, 0x4A525349, 0x4A52534A
"""The first halves of our advisory locks, "JRSH" and the next two; the second half is the schema's number.

Of the last it is a digest of that number and an account: where two accounts share one, they wait for each other.
"""
_TRIES = 5
_PAUSE = 0.1
_NAME = "jarshy"
_CHANGES = "changes"
# A server that went away without a word is noticed within a minute, by us and, for our lock, by the server.
_USUAL = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
_USUAL |= {"tcp_user_timeout": 60_000}
# What a frozen command holds is given up, so that it cannot keep the daemon out for ever. Read committed: what the
# writer before us committed is seen, although our transaction had begun to wait before that.
_SET_UP = """
SET default_transaction_isolation = 'read committed';
SET lock_timeout = '10s';
SET idle_in_transaction_session_timeout = '60s';
SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3;
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
"""
_SCHEMA = "(SELECT oid FROM pg_namespace WHERE nspname = current_schema())"
_WAIT = f"SELECT pg_advisory_xact_lock({_WRITES}, {_SCHEMA}::int)"
_TRY = f"SELECT pg_try_advisory_lock({_WORKS}, {_SCHEMA}::int)"
_SIGN = f"SELECT pg_try_advisory_lock({_SIGNS}, hashtext({_SCHEMA}::text || ' ' || %s))"
_HOLDER = (
    "SELECT application_name, backend_start FROM pg_locks JOIN pg_stat_activity USING (pid) "
    "WHERE locktype = 'advisory' AND classid = %s AND granted "
    "AND objid = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) "
    "AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_FIX = {
    "53100": "free disk space on the database's server",
    "53300": "let fewer programs use the database at once, or raise its max_connections",
    "55P03": "end the program that keeps the database busy",
    "25006": "let `store` name the server that may be written to, not its copy",
    "42501": "give the user in `store` every right on Jarshy's tables",
}
_OTHERWISE = "see that the database's server runs, and that it knows the user and the database `store` names"


class Held(StoreUnavailable):
    """Another daemon has the lock of this database."""


class _Text(StrDumper):
    """Writes text without the one sign PostgreSQL cannot keep: a network's words may hold it."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))


def engine_on(server: Server, *, is_daemon: bool = False) -> sa.Engine:
    """Make an engine of one connection; transactions follow each other, whoever asks for them, as on a file.

    With `is_daemon` that connection holds the daemon's lock: a daemon that lost its lock can write nothing.
    """

    def opened() -> psycopg.Connection[Any]:
        return _open(server, is_daemon=is_daemon)

    # The ping notices a server that was started anew before a transaction depends on it.
    engine = sa.create_engine(
        "postgresql+psycopg://", creator=opened, pool_size=1, max_overflow=0, pool_timeout=10, pool_pre_ping=True
    )

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(_WAIT)

    @sa.event.listens_for(engine, "after_cursor_execute")
    def count(connection: sa.Connection, cursor: Any, _: str, __: Any, context: Any, ___: bool) -> None:
        if context.isinsert or context.isupdate or context.isdelete:
            connection.info[_CHANGES] = connection.info.get(_CHANGES, 0) + max(cursor.rowcount, 0)

    return engine


def stamp(raw: sa.PoolProxiedConnection) -> tuple[object, int]:
    """Name the transactions that are under way, as no write is stored without changing this, and count our changes."""
    here = raw.driver_connection
    assert isinstance(here, psycopg.Connection)
    try:
        return _asked(here, "SELECT pg_current_snapshot()::text"), raw.info.get(_CHANGES, 0)
    except psycopg.Error as e:
        raise refused(e) from e


def refused(error: BaseException | None, *, may_be_stored: bool = False) -> StoreUnavailable:
    """Put a refusal into the first line of the server's words, with what a person can do."""
    fix = _FIX.get(getattr(error, "sqlstate", None) or "", _OTHERWISE)
    return (MaybeStored if may_be_stored else StoreUnavailable)(next(iter(str(error).splitlines()), ""), fix=fix)


@asynccontextmanager
async def only_one(server: Server, clock: Clock) -> AsyncIterator[sa.Engine]:
    """Be the one process that works on a database, through the engine given. Raises DaemonRuns or StoreUnavailable."""
    engine = engine_on(server, is_daemon=True)
    try:
        # A daemon that was just killed holds its lock until the server notices.
        for left in reversed(range(_TRIES)):
            try:
                engine.connect().close()
                break
            except Held as e:
                if left == 0:
                    raise DaemonRuns(holder(server)) from e
                await clock.sleep(_PAUSE)
            except sa.exc.DBAPIError as e:
                raise unavailable(e) from e
        yield engine
    finally:
        engine.dispose()


def holder(server: Server) -> Holder | None:
    """Tell who works on a database now; None: nobody. Raises StoreUnavailable."""
    try:
        with closing(_open(server)) as connection:
            row = connection.execute(_HOLDER, (_WORKS,)).fetchone()
    except psycopg.Error as e:
        raise refused(e) from e
    if row is None:
        return None
    pid, _, where = row[0].removeprefix(f"{_NAME} ").partition("@")
    return Holder(int(pid) if pid.isdigit() else 0, row[1].astimezone(UTC), where)


class Turn:
    """A place in the queue of those who would renew an account's session; its connection holds the lock."""

    def __init__(self, server: Server, account: str) -> None:
        try:
            self._connection, self._account = _open(server), account
        except psycopg.Error as e:
            raise refused(e) from e

    def take(self) -> bool:
        """Take the lock, unless another has it."""
        try:
            row = self._connection.execute(_SIGN, (self._account,)).fetchone()
            self._connection.commit()
        except psycopg.Error as e:
            raise refused(e) from e
        return bool(row and row[0])

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()


def _open(server: Server, *, is_daemon: bool = False) -> psycopg.Connection[Any]:
    known = {name: value for name, value in conninfo_to_dict(server.address).items() if value is not None}
    asked: dict[str, Any] = _USUAL | known | {"application_name": f"{_NAME} {os.getpid()}@{socket.gethostname()}"}
    try:
        asked |= {} if server.password is None else {"password": server.password()}
    except NoPassword as e:
        raise StoreUnavailable(str(e), fix="put the secret back") from e
    connection = psycopg.connect(**asked, autocommit=True)
    try:
        connection.adapters.register_dumper(str, _Text)
        connection.execute(_SET_UP)
        if not _asked(connection, f"SELECT {_SCHEMA}"):
            raise StoreUnavailable("there is no schema to work in", fix="create the one that `search_path` names")
        if is_daemon and not _asked(connection, _TRY):
            raise Held(
                "another daemon works on it, or the server has not noticed yet that our connection was lost",
                fix="see `jarshy queue` for who works on it, and stop one of the two",
            )
    except BaseException:
        connection.close()
        raise
    connection.autocommit = False
    return connection


def _asked(connection: psycopg.Connection[Any], question: str) -> Any:
    row = connection.execute(question.encode()).fetchone()
    return row and row[0]

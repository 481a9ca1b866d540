"""One file, one writer: runs a function of a connection as one transaction."""

import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar

import sqlalchemy as sa

P = ParamSpec("P")
T = TypeVar("T")
_BUSY_SECONDS = 10.0


class StoreUnavailable(Exception):
    """The database refused a transaction (full disk, locked or damaged file): nothing of it happened."""


class Executor(Protocol):
    """Where a transaction runs: a writer thread for real, inline in simulation and on the command line."""

    def __call__(self, run: Callable[[], T], /) -> Awaitable[T]:
        """Run and answer; what `run` raises is raised here."""
        ...


def engine_for(path: Callable[[], Path], *, durable: bool = True) -> sa.Engine:
    """Make an engine that opens whatever file `path` names now; `dispose` lets go of it.

    An engine is worth keeping: compiled statements are cached per engine and shared with no other.
    """

    def connect() -> sqlite3.Connection:
        # Transactions are begun below; sqlite3 itself would begin late, at the first write.
        connection = sqlite3.connect(path(), isolation_level=None, check_same_thread=False, timeout=_BUSY_SECONDS)
        for pragma in ("journal_mode=WAL", f"synchronous={'FULL' if durable else 'OFF'}", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=sa.pool.StaticPool)

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


class Store:
    """The database file, behind one door."""

    def __init__(self, engine: sa.Engine, execute: Executor) -> None:
        self._engine, self._execute = engine, execute

    async def write(
        self,
        ask: Callable[Concatenate[sa.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `ask` as one transaction; when this raises, nothing of it happened or the process is going.

        Raises StoreUnavailable where the database itself fails, and whatever `ask` raises.
        """

        def run() -> T:
            try:
                with self._engine.begin() as connection:
                    return ask(connection, *args, **kwargs)
            except sa.exc.DatabaseError as e:
                # Of its kinds, "operational" is a full disk or a locked file, and the bare one a damaged file.
                if isinstance(e, sa.exc.OperationalError) or type(e) is sa.exc.DatabaseError:
                    raise StoreUnavailable(str(e.orig)) from e
                raise

        return await self._execute(run)

    async def stamp(self) -> tuple[int, int]:
        """Tell a pair that changes when anybody has written: another process, or this one. Costs no transaction."""

        def run() -> tuple[int, int]:
            try:
                raw = self._engine.raw_connection()
            except sa.exc.DatabaseError as e:
                raise StoreUnavailable(str(e.orig)) from e
            try:
                here = raw.driver_connection
                assert isinstance(here, sqlite3.Connection)
                theirs: int = here.execute("PRAGMA data_version").fetchone()[0]
                return theirs, here.total_changes
            finally:
                raw.close()

        return await self._execute(run)

    def close(self) -> None:
        """Let go of the file; an open transaction is rolled back."""
        self._engine.dispose()

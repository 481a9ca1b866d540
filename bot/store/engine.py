"""One database, one writer: runs a function of a connection as one transaction, on a file or a server."""

import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar

import sqlalchemy as sa

from bot.store.place import Place

P = ParamSpec("P")
T = TypeVar("T")
Stamp = tuple[object, int]
"""A mark that changes when anybody else has written, and how many rows this connection has changed."""
_BUSY_SECONDS = 10.0
_NO_RIGHT = "42501"
"""PostgreSQL's word for a table this user may not touch."""


class StoreUnavailable(Exception):
    """The database refused a transaction (full disk, locked or damaged file, lost server): nothing of it happened.

    `fix`: what a person can do about it.
    """

    def __init__(self, said: str, *, fix: str = "free disk space") -> None:
        super().__init__(said)
        self.fix = fix


class MaybeStored(StoreUnavailable):
    """The server was lost while it stored a transaction: all of it happened, or nothing."""


class Executor(Protocol):
    """Where a transaction runs: a writer thread for real, inline in simulation and on the command line."""

    def __call__(self, run: Callable[[], T], /) -> Awaitable[T]:
        """Run and answer; what `run` raises is raised here."""
        ...


def engine_at(place: Place) -> sa.Engine:
    """Make an engine for a file or a server; nothing is opened before it is asked."""
    if isinstance(place, Path):
        return engine_for(lambda: place)
    from bot.store.postgres import engine_on  # late: its driver is an extra

    return engine_on(place)


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
    """The database, behind one door."""

    def __init__(self, engine: sa.Engine, execute: Executor) -> None:
        self._engine, self._execute = engine, execute

    async def write(
        self,
        ask: Callable[Concatenate[sa.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `ask` as one transaction; when this raises, nothing of it happened or the process is going.

        Raises StoreUnavailable where the database itself fails (of its kinds only MaybeStored leaves open whether it
        happened), and whatever `ask` raises.
        """

        def run() -> T:
            is_asked = False
            try:
                with self._engine.begin() as connection:
                    answer = ask(connection, *args, **kwargs)
                    is_asked = True
            except sa.exc.DatabaseError as e:
                if _is_refusal(e):
                    raise unavailable(e, may_be_stored=is_asked and e.connection_invalidated) from e
                raise
            return answer

        return await self._execute(run)

    async def stamp(self) -> Stamp:
        """Tell what changes when anybody has written: a mark, and how many rows this process has changed.

        Waits for no transaction.
        """

        def run() -> Stamp:
            try:
                with self._engine.connect() as connection:
                    return _stamp(connection.connection)
            except sa.exc.DatabaseError as e:
                raise unavailable(e) from e

        return await self._execute(run)

    def close(self) -> None:
        """Let go of the database; an open transaction is rolled back."""
        self._engine.dispose()


def unavailable(error: sa.exc.DBAPIError, *, may_be_stored: bool = False) -> StoreUnavailable:
    """Put a database's refusal into its own words, on one line, with what a person can do."""
    if isinstance(error.orig, sqlite3.Error):
        return StoreUnavailable(str(error.orig))
    from bot.store.postgres import refused

    return refused(error.orig, may_be_stored=may_be_stored)


def _is_refusal(error: sa.exc.DatabaseError) -> bool:
    # "Operational" is a full disk, a locked file or a lost server, "internal" a server that is read-only or gave a
    # transaction up, and the bare kind a damaged file.
    kinds = (sa.exc.OperationalError, sa.exc.InternalError)
    is_forbidden = getattr(error.orig, "sqlstate", None) == _NO_RIGHT
    return isinstance(error, kinds) or type(error) is sa.exc.DatabaseError or is_forbidden


def _stamp(raw: sa.PoolProxiedConnection) -> Stamp:
    here = raw.driver_connection
    if isinstance(here, sqlite3.Connection):
        return here.execute("PRAGMA data_version").fetchone()[0], here.total_changes
    from bot.store.postgres import stamp

    return stamp(raw)

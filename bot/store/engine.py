"""One database, one writer: runs a function of a connection as one transaction, on a file or a server."""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from bot.store.place import Place
from bot.tongue import phrase

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


class Immediate(SQLiteDialect_pysqlite):
    """SQLite, with the writer's lock taken where a transaction begins: sqlite3 would take it at the first write."""

    supports_statement_cache = True

    def do_begin(self, dbapi_connection: Any) -> None:
        """Begin. Not as a listener to the event `begin`: with any, an engine looks for listeners at each statement."""
        dbapi_connection.execute("BEGIN IMMEDIATE")


registry.register("sqlite.immediate", __name__, Immediate.__name__)


def engine_for(path: Callable[[], Path], *, durable: bool = True) -> sa.Engine:
    """Make an engine that opens whatever file `path` names now; `dispose` lets go of it.

    An engine is worth keeping: compiled statements are cached per engine and shared with no other.
    """

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(path(), isolation_level=None, check_same_thread=False, timeout=_BUSY_SECONDS)
        for pragma in ("journal_mode=WAL", f"synchronous={'FULL' if durable else 'OFF'}", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    return sa.create_engine("sqlite+immediate://", creator=connect, poolclass=sa.pool.StaticPool)


@dataclass(frozen=True, slots=True)
class Transaction(Generic[T]):
    """A question to the database, as an executor gets it: it may be run by itself, or with others `together`."""

    engine: sa.Engine
    ask: Callable[[sa.Connection], T]

    def __call__(self) -> T:
        """Run it as a transaction of its own."""
        is_asked = False
        try:
            with self.engine.begin() as db:
                answer = self.ask(db)
                is_asked = True
        except sa.exc.DatabaseError as e:
            if _is_refusal(e):
                raise unavailable(e, may_be_stored=is_asked and e.connection_invalidated) from e
            raise
        return answer


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one transaction."""

    value: Any = None
    error: BaseException | None = None


def came(run: Callable[[], Any]) -> Came:
    """Run, and take what it raises for an answer."""
    try:
        return Came(run())
    except Exception as e:  # noqa: BLE001 - barrier: it belongs to whoever awaits the answer
        return Came(error=e)


def together(group: Sequence[Transaction[Any]]) -> list[Came]:
    """Run several as one transaction, which costs one wait for the disk. One that raises is undone alone.

    Where the database itself gives up, nothing of any of them happened (or, where a server was lost while it stored
    them, all or nothing), and each is told so.
    """
    is_asked = False
    try:
        with group[0].engine.begin() as db:
            answers = [_within(db, each) for each in group]
            is_asked = True
    except sa.exc.DatabaseError as e:
        may_be_stored = is_asked and e.connection_invalidated
        return [Came(error=unavailable(e, may_be_stored=may_be_stored)) for _ in group]
    return answers


def _within(db: sa.Connection, each: Transaction[Any]) -> Came:
    """Run one of a group. Raises where the group is lost: on a full disk SQLite may undo the whole transaction."""
    alone = db.begin_nested()
    answer = came(lambda: each.ask(db))
    if answer.error is None:
        alone.commit()
        return answer
    refused = answer.error if isinstance(answer.error, sa.exc.DatabaseError) and _is_refusal(answer.error) else None
    if refused is not None and refused.connection_invalidated:
        raise refused
    try:
        alone.rollback()
    except sa.exc.DatabaseError as e:
        raise (refused or e) from answer.error
    return Came(error=unavailable(refused)) if refused is not None else answer


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

        return await self._execute(Transaction(self._engine, lambda db: ask(db, *args, **kwargs)))

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


_REFUSALS = (
    phrase("database or disk is full"),
    phrase("database is locked"),
    phrase("attempt to write a readonly database"),
    phrase("disk I/O error"),
    phrase("database disk image is malformed"),
    phrase("unable to open database file"),
    phrase("file is not a database"),
)
"""What SQLite says when it refuses, as it says it, for the lists of words: editors read it too."""


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

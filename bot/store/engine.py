"""One file, one writer: runs a function of a connection as one transaction."""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar

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


@dataclass(frozen=True, slots=True)
class Transaction(Generic[T]):
    """A question to the database, as an executor gets it: it may be run by itself, or with others `together`."""

    engine: sa.Engine
    ask: Callable[[sa.Connection], T]

    def __call__(self) -> T:
        """Run it as a transaction of its own."""
        try:
            with self.engine.begin() as db:
                return self.ask(db)
        except sa.exc.DatabaseError as e:
            told = _told(e)
            if told is e:
                raise
            raise told from e


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

    Where the database itself gives up, nothing of any of them happened, and each is told so.
    """
    try:
        with group[0].engine.begin() as db:
            return [_within(db, each) for each in group]
    except (sa.exc.DatabaseError, StoreUnavailable) as e:
        said = str(e.orig) if isinstance(e, sa.exc.DatabaseError) else str(e)
        return [Came(error=StoreUnavailable(said)) for _ in group]


def _within(db: sa.Connection, each: Transaction[Any]) -> Came:
    """Run one of a group. Raises where the group is lost: on a full disk SQLite may undo the whole transaction."""
    alone = db.begin_nested()
    answer = came(lambda: each.ask(db))
    if answer.error is None:
        alone.commit()
        return answer
    error = _told(answer.error)
    try:
        alone.rollback()
    except sa.exc.DatabaseError as e:
        raise (error if isinstance(error, StoreUnavailable) else e) from answer.error
    return Came(error=error)


def _told(error: BaseException) -> BaseException:
    # Of its kinds, "operational" is a full disk or a locked file, and the bare one a damaged file.
    if isinstance(error, sa.exc.OperationalError) or type(error) is sa.exc.DatabaseError:
        unavailable = StoreUnavailable(str(error.orig))
        unavailable.__cause__ = error
        return unavailable
    return error


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

        return await self._execute(Transaction(self._engine, lambda db: ask(db, *args, **kwargs)))

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

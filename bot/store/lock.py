"""One daemon for each database: a lock beside a file or on a server, held as long as its holder lives."""

import fcntl
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from adapters.contract import Clock
from bot.store.engine import StoreUnavailable, engine_for
from bot.store.onefile import give_to_folder
from bot.store.place import Place

_TRIES = 5
_PAUSE = 0.1


class DaemonRuns(Exception):
    """Another process already works on the database."""

    def __init__(self, holder: "Holder | None") -> None:
        super().__init__()
        self.holder = holder


@dataclass(frozen=True, slots=True)
class Holder:
    """Who works on a database, and since when. `machine`: where, if that need not be this one."""

    pid: int
    since: datetime
    machine: str = ""


@asynccontextmanager
async def only_one(store: Place, clock: Clock) -> AsyncIterator[sa.Engine]:
    """Be the one process that works on `store`, through the engine given.

    Raises DaemonRuns, or StoreUnavailable where no file can be made or no server answers.
    """
    if isinstance(store, Path):
        async with _only_one(store, clock):
            engine = engine_for(lambda: store)
            yield engine
            engine.dispose()
    else:
        from bot.store import postgres  # late: its driver is an extra

        async with postgres.only_one(store, clock) as engine:
            yield engine


def holder(store: Place) -> Holder | None:
    """Tell who works on `store` now; None: nobody."""
    if isinstance(store, Path):
        return _holder(store)
    from bot.store import postgres

    return postgres.holder(store)


@asynccontextmanager
async def _only_one(store: Path, clock: Clock) -> AsyncIterator[None]:
    try:
        fd = os.open(_beside(store), os.O_RDWR | os.O_CREAT, 0o600)
        give_to_folder(_beside(store))
    except OSError as e:
        raise StoreUnavailable(f"{_beside(store)} cannot be made: {e.strerror}") from e
    try:
        await _hold(fd, clock)
        os.ftruncate(fd, 0)
        os.pwrite(fd, json.dumps({"pid": os.getpid(), "since": clock.now().isoformat()}).encode(), 0)
        yield
        os.ftruncate(fd, 0)
    finally:
        os.close(fd)


def _holder(store: Path) -> Holder | None:
    try:
        fd = os.open(_beside(store), os.O_RDWR)
    except OSError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(fd)
    finally:
        os.close(fd)
    return None


async def _hold(fd: int, clock: Clock) -> None:
    # Somebody who only asks for the holder has the lock for a blink: one refusal is no proof of a daemon.
    for left in reversed(range(_TRIES)):
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as e:
            if left == 0:
                raise DaemonRuns(_read(fd)) from e
            await clock.sleep(_PAUSE)
        else:
            return


def _read(fd: int) -> Holder | None:
    try:
        said = json.loads(os.pread(fd, 200, 0))
        return Holder(int(said["pid"]), datetime.fromisoformat(said["since"]).astimezone(UTC))
    except (ValueError, KeyError):
        return None


def _beside(store: Path) -> Path:
    return Path(f"{store}.lock")

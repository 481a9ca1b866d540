"""One daemon for each database file: a lock beside it, held by the operating system as long as its holder lives."""

import fcntl
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from adapters.contract import Clock
from bot.store.engine import StoreUnavailable
from bot.store.onefile import give_to_folder

_TRIES = 5
_PAUSE = 0.1


class DaemonRuns(Exception):
    """Another process already works on the file."""

    def __init__(self, holder: "Holder | None") -> None:
        super().__init__()
        self.holder = holder


@dataclass(frozen=True, slots=True)
class Holder:
    """Who works on a file, and since when."""

    pid: int
    since: datetime


@asynccontextmanager
async def only_one(store: Path, clock: Clock) -> AsyncIterator[None]:
    """Be the one process that works on `store`. Raises DaemonRuns, or StoreUnavailable where no file can be made."""
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


def holder(store: Path) -> Holder | None:
    """Tell who works on `store` now; None: nobody."""
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

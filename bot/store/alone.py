"""One process at a time works on an account's session: a lock beside a file or on a server."""

import asyncio
import fcntl
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.contract import Clock, NotSent
from bot.store.engine import StoreUnavailable
from bot.store.onefile import give_to_folder
from bot.store.place import Place

_PAUSE = 0.1
_PATIENCE = 35.0
"""Seconds one waits for another: longer than the whole exchange the other is in may take."""


@asynccontextmanager
async def alone(store: Place, account: str, clock: Clock) -> AsyncIterator[None]:
    """Be the one process that works on an account's session while the block lasts.

    Raises NotSent where another does not come to an end, StoreUnavailable where no lock can be made.
    """
    if isinstance(store, Path):
        async with _alone_beside(store, account, clock):
            yield
    else:
        from bot.store import postgres  # late: its driver is an extra

        held = await asyncio.to_thread(postgres.Turn, store, account)
        try:
            await _wait(held.take, account, clock)
            yield
        finally:
            held.close()


@asynccontextmanager
async def _alone_beside(store: Path, account: str, clock: Clock) -> AsyncIterator[None]:
    # A name is free text, so the file goes by its digest. It stays: to unlink it would part those who wait for it.
    path = Path(f"{store}.session-{hashlib.sha256(account.encode()).hexdigest()[:16]}.lock")
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        give_to_folder(path)
    except OSError as e:
        raise StoreUnavailable(f"{path} cannot be made: {e.strerror}") from e
    try:
        await _wait(lambda: _taken(fd), account, clock)
        yield
    finally:
        os.close(fd)


def _taken(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def _wait(take: Callable[[], bool], account: str, clock: Clock) -> None:
    began = clock.monotonic()
    while not take():
        if clock.monotonic() - began > _PATIENCE:
            said = f"another process has been renewing the session of {account} for {_PATIENCE:.0f} s"
            raise NotSent(said, is_outage=False)
        await clock.sleep(_PAUSE)

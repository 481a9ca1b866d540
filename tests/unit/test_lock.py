"""One daemon for each database file: the system's own lock, and who holds it."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.store.engine import StoreUnavailable
from bot.store.lock import DaemonRuns, holder, only_one


class Patient(SystemClock):
    async def sleep(self, seconds: float) -> None:
        return


def test_the_second_is_refused_and_told_who_and_since_when(tmp_path: Path) -> None:
    async def run() -> DaemonRuns:
        async with only_one(tmp_path / "a.db", Patient()):
            with pytest.raises(DaemonRuns) as refused:
                async with only_one(tmp_path / "a.db", Patient()):
                    pass
        return refused.value

    import os

    found = asyncio.run(run()).holder
    assert found is not None
    assert found.pid == os.getpid()


def test_nobody_holds_a_file_once_its_daemon_has_ended(tmp_path: Path) -> None:
    async def run() -> None:
        async with only_one(tmp_path / "a.db", Patient()):
            assert holder(tmp_path / "a.db") is not None

    asyncio.run(run())
    assert holder(tmp_path / "a.db") is None


def test_what_a_killed_daemon_left_in_the_file_is_no_lock(tmp_path: Path) -> None:
    (tmp_path / "a.db.lock").write_text(json.dumps({"pid": 1, "since": "2026-11-22T06:00:00+00:00"}))
    assert holder(tmp_path / "a.db") is None


def test_two_files_have_two_daemons(tmp_path: Path) -> None:
    async def run() -> None:
        async with only_one(tmp_path / "a.db", Patient()), only_one(tmp_path / "b.db", Patient()):
            pass

    asyncio.run(run())


def test_somebody_who_only_asks_keeps_no_daemon_out(tmp_path: Path) -> None:
    """The one who asks holds the lock for a blink; the daemon tries again."""
    import fcntl

    path = tmp_path / "a.db.lock"
    with path.open("w") as asking:
        fcntl.flock(asking, fcntl.LOCK_SH)

        class Waits(SystemClock):
            async def sleep(self, seconds: float) -> None:
                fcntl.flock(asking, fcntl.LOCK_UN)

        async def run() -> None:
            async with only_one(tmp_path / "a.db", Waits()):
                pass

        asyncio.run(run())


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    async def run() -> None:
        async with only_one(tmp_path / "nowhere" / "a.db", Patient()):
            pass

    with pytest.raises(StoreUnavailable, match="nowhere"):
        asyncio.run(run())

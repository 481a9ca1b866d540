"""What a service manager, a monitor and whoever restores a backup meet, with real processes."""

import json
import shutil
import signal
import socket
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

import pytest

from tests.e2e.kit import Newsroom, Outside, newsroom, outside, wait_for


@pytest.fixture
def world() -> Iterator[Outside]:
    # Each newsroom has networks of its own: a second one without the first one's database may send nothing again.
    with outside(stories=2) as served:
        yield served


@pytest.fixture
def paper(world: Outside, tmp_path: Path) -> Newsroom:
    return newsroom(tmp_path, world)


@contextmanager
def manager(folder: Path) -> Iterator[Any]:
    """A service manager's ear: what it heard so far, each time it is asked."""
    heard: list[str] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(folder / "notify"))
        ear.setblocking(False)

        def listen() -> list[str]:
            try:
                while True:
                    heard.extend(ear.recv(4096).decode().splitlines())
            except BlockingIOError:
                return heard

        yield listen


def ask(paper: Newsroom, page: str) -> tuple[int, Any]:
    listen = json.loads((paper.folder / "jarshy.yaml").read_text())["listen"]
    try:
        with build_opener(ProxyHandler({})).open(f"http://{listen}/{page}", timeout=10) as answer:
            return answer.status, json.load(answer)
    except HTTPError as e:
        return e.code, json.load(e)


def test_the_manager_hears_ready_then_the_watchdog_then_stopping(paper: Newsroom) -> None:
    paper.jarshy("pause", "all")
    with manager(paper.folder) as heard, paper.daemon(NOTIFY_SOCKET=str(paper.folder / "notify")) as process:
        wait_for(lambda: "WATCHDOG=1" in heard() and "READY=1" in heard())
        assert "STATUS=Publishing for The Steppe Courier, channels: 3, sources: 1." in heard()
        assert "STOPPING=1" not in heard()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        assert "STOPPING=1" in heard()


def test_health_and_readiness_of_a_daemon_at_work_and_of_none(paper: Newsroom) -> None:
    paper.jarshy("pause", "all")
    gone = paper.jarshy("health")
    assert (gone.returncode, gone.stdout.startswith("not well: no daemon answers at 127.0.0.1")) == (1, True)
    with paper.daemon():
        wait_for(lambda: ask(paper, "readyz")[0] == 200)
        assert ask(paper, "readyz")[1] == {"ready": True, "missing": []}
        well = paper.jarshy("health")
        assert (well.returncode, well.stdout.startswith("well, since ")) == (0, True)
        assert len(well.stdout.splitlines()) == 1
        with closing(sqlite3.connect(paper.folder / "jarshy.db")) as db:
            db.execute("UPDATE alembic_version SET version_num = '9999'")
            db.commit()
        status, told = ask(paper, "readyz")
        assert status == 503
        assert "tables of version 9999" in told["missing"][0]


def test_a_backup_of_a_daemon_at_work_is_restored_and_nothing_is_doubled(tmp_path: Path) -> None:
    with outside(stories=8, every=1.5) as world:
        paper = newsroom(tmp_path, world)
        with paper.daemon() as process:
            wait_for(lambda: count(paper) >= 3)
            copied = paper.jarshy("backup", "copy.db")
            assert copied.returncode == 0, copied.stderr
            at_work = paper.jarshy("restore", "copy.db")
            assert (at_work.returncode, "stop it first" in at_work.stderr) == (1, True)
            wait_for(lambda: count(paper) == 24, seconds=60)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
        shutil.rmtree(paper.folder / "media", ignore_errors=True)
        for path in paper.folder.glob("jarshy.db*"):
            path.unlink()
        assert paper.jarshy("restore", "--check", "copy.db").returncode == 0
        restored = paper.jarshy("restore", "copy.db")
        assert restored.returncode == 0, restored.stderr
        with paper.daemon() as process:  # `once` would stay for the looks, some minutes
            wait_for(lambda: settled(paper))
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
        queue = json.loads(paper.jarshy("queue", "--json").stdout)
        assert [each["cause"] for each in queue["alerts"]] == ["database_restored"]
        posts = Counter((e["network"], e["text"]) for e in world.read("/ledger") if e["act"] == "created")
        assert len(posts) == 24
        assert set(posts.values()) == {1}


def settled(paper: Newsroom) -> bool:
    """Whether each delivery was looked for at least once since the restore."""
    with closing(sqlite3.connect(paper.folder / "jarshy.db")) as db:
        asked = "SELECT count(*) FROM delivery WHERE state = 'due' OR state = 'unknown' AND looks = 0"
        many, open_ones = db.execute(f"SELECT count(*), ({asked}) FROM delivery").fetchone()
        return bool(many >= 24 and not open_ones)


def count(paper: Newsroom) -> int:
    with closing(sqlite3.connect(paper.folder / "jarshy.db")) as db:
        return int(db.execute("SELECT count(*) FROM delivery WHERE state = 'done'").fetchone()[0])

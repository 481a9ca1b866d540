"""A database put back by other means than `jarshy restore` starts nothing; once marked, nothing is doubled."""

import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests import postgres
from tests.e2e.kit import Newsroom, Outside, newsroom, outside, wait_for
from tests.e2e.test_on_postgres import OnServer, on_server
from tests.e2e.test_operations import count, settled


@pytest.fixture
def world() -> Iterator[Outside]:
    with outside(stories=8, every=1.5) as served:
        yield served


@pytest.fixture
def cluster() -> postgres.Cluster:
    return postgres.needed(postgres.cluster())


def test_a_file_copied_back_by_hand_is_refused_then_marked_and_nothing_is_doubled(
    world: Outside, tmp_path: Path
) -> None:
    paper = newsroom(tmp_path, world)
    store, copy = tmp_path / "jarshy.db", tmp_path / "copy.db"

    def put() -> None:
        for journal in tmp_path.glob("jarshy.db-*"):
            journal.unlink()
        shutil.copy(copy, store)

    drill(world, paper, lambda: count(paper), lambda: paper.jarshy("backup", str(copy)), put, lambda: settled(paper))


@pytest.mark.long
def test_a_dump_a_server_took_back_is_refused_then_marked_and_nothing_is_doubled(
    world: Outside, tmp_path: Path, cluster: postgres.Cluster
) -> None:
    paper = on_server(tmp_path, world, postgres.schema(cluster.address, "jarshy_back"))
    assert paper.jarshy("migrate").returncode == 0
    dump, name = tmp_path / "dump", "jarshy_back"
    with psycopg.connect(paper.there.address) as db:
        row = db.execute("SELECT current_schema()").fetchone()
        assert row
        name = row[0]

    def copy() -> None:
        program("pg_dump", "-Fc", "-n", name, "-f", str(dump), "-d", cluster.address)

    def put() -> None:
        with psycopg.connect(cluster.address) as db:
            db.execute(f"DROP SCHEMA {name} CASCADE".encode())
        program("pg_restore", "-d", cluster.address, str(dump))

    drill(world, paper, paper.done, copy, put, lambda: all_looked_for(paper))


def all_looked_for(paper: OnServer) -> bool:
    asked = "SELECT count(*), count(*) FILTER (WHERE state = 'due' OR state = 'unknown' AND looks = 0) FROM delivery"
    with psycopg.connect(paper.there.address) as db:
        row = db.execute(asked).fetchone()
        return bool(row and row[0] >= 24 and not row[1])


def program(name: str, *said: str) -> None:
    came = subprocess.run([postgres.programs() / name, *said], capture_output=True, text=True, check=False, timeout=60)
    assert came.returncode == 0, came.stderr


def drill(
    world: Outside,
    paper: Newsroom,
    done: Callable[[], int],
    copy: Callable[[], object],
    put: Callable[[], None],
    is_settled: Callable[[], bool],
) -> None:
    """Copy at work, go on, stop, put the copy back, start again."""
    with paper.daemon() as process:
        wait_for(lambda: done() >= 3)
        copy()
        wait_for(lambda: done() == 24, seconds=60)
        stop(process)
    put()
    for start in ("run", "once"):
        refused = paper.jarshy(start)
        assert refused.returncode == 1
        assert "audit.checkpoint was signed over " in refused.stderr
        assert "`jarshy restore --here`" in refused.stderr
        assert "Traceback" not in refused.stderr
    told = paper.jarshy("doctor")
    assert (told.returncode, "jarshy restore --here" in told.stdout.replace("\n", " ")) == (1, True)
    unasked = paper.jarshy("restore", "--here")
    assert (unasked.returncode, "nobody can be asked here" in unasked.stderr) == (1, True)
    assert paper.jarshy("run").returncode == 1
    marked = paper.jarshy("restore", "--here", "--yes")
    assert marked.returncode == 0, marked.stderr
    assert list(paper.folder.glob("audit.checkpoint.replaced-*"))
    assert "audit.checkpoint was signed over" in paper.jarshy("audit", "list", "--last", "5").stdout.replace("\n", " ")
    with paper.daemon() as process:
        wait_for(is_settled)
        stop(process)
    assert "is whole" in paper.jarshy("audit", "verify").stdout
    posts = Counter((e["network"], e["text"]) for e in world.read("/ledger") if e["act"] == "created")
    assert len(posts) == 24
    assert set(posts.values()) == {1}


def stop(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)

"""`jarshy test` as its user meets it: beside a daemon, without one, and cut off in the middle."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.kit import Outside, newsroom, outside, wait_for


@pytest.fixture
def world() -> Iterator[Outside]:
    with outside(stories=1) as served:
        yield served


def made(world: Outside, network: str) -> list[str]:
    """What was done to tests on a network, in order."""
    return [e["act"] for e in world.read("/ledger") if e["network"] == network and e["text"].startswith("Test by")]


def stories_of(world: Outside, network: str) -> int:
    return sum(e["network"] == network and "Story" in e["text"] for e in world.read("/ledger"))


def test_without_a_daemon_the_test_alone_goes_out_and_comes_down(world: Outside, tmp_path: Path) -> None:
    paper = newsroom(tmp_path, world)
    paper.jarshy("pause", "all")
    paper.jarshy("once")
    paper.jarshy("resume", "all")
    before = stories_of(world, "bluesky")
    ran = paper.jarshy("test", "bluesky", "--for", "1s")
    assert ran.returncode == 0, ran.stdout
    assert "│ Test by aigul at" in ran.stdout
    assert "ok posted: https://bsky.app/" in ran.stdout
    assert "ok found: by looking" in ran.stdout
    assert "ok removal: taken down" in ran.stdout
    assert made(world, "bluesky") == ["created", "deleted"]
    assert stories_of(world, "bluesky") == before
    assert "Nothing waits." not in paper.jarshy("queue").stdout


def test_beside_a_daemon_it_is_the_daemon_that_posts(world: Outside, tmp_path: Path) -> None:
    paper = newsroom(tmp_path, world)
    with paper.daemon():
        ran = paper.jarshy("test", "mastodon", "--for", "1s")
        assert ran.returncode == 0, ran.stdout
        assert "daemon" not in ran.stderr
    assert made(world, "mastodon") == ["created", "deleted"]


def test_a_test_that_is_cut_off_is_explained_and_taken_down_by_the_next_run(world: Outside, tmp_path: Path) -> None:
    paper = newsroom(tmp_path, world)
    path = tmp_path / "jarshy.db"
    with paper.starts("test", "telegram", "--for", "30s"):
        wait_for(lambda: is_noted(path))  # before that its answer is lost, and looking for it takes minutes
    with closing(sqlite3.connect(path)) as db:
        which = db.execute("SELECT id FROM delivery WHERE kind = 'test'").fetchone()[0]
    said = paper.jarshy("why", str(which)).stdout
    assert said.startswith("Test by aigul at")
    assert "Published as a test" in said
    assert "is taken down" in paper.jarshy("queue").stdout
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE delivery SET due_at = 0 WHERE kind = 'delete'")
        db.execute("UPDATE channel SET wake_at = 0")
    assert paper.jarshy("once").returncode == 0
    assert made(world, "telegram") == ["created", "deleted"]


def is_noted(path: Path) -> bool:
    """Whether the database knows that a test is out."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            return bool(db.execute("SELECT 1 FROM delivery WHERE kind = 'test' AND state = 'done'").fetchone())
    except sqlite3.OperationalError:
        return False


def test_a_network_that_refuses_ends_the_test_with_its_words(world: Outside, tmp_path: Path) -> None:
    paper = newsroom(tmp_path, world)
    (tmp_path / "secrets" / "MASTODON_TOKEN").write_text("wrong")
    ran = paper.jarshy("test", "mastodon")
    assert ran.returncode == 1
    assert "no posted: no: Mastodon post: 401" in ran.stdout
    assert "This test is over" in ran.stdout
    assert "Nothing waits." in paper.jarshy("queue").stdout
    assert paper.jarshy("test", "nowhere").stderr.startswith("There is no channel nowhere; there are bluesky")

"""The process as operators meet it: it ends in good order, is alone, answers for its health, and keeps secrets."""

import json
import re
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote
from urllib.request import ProxyHandler, build_opener

import pytest

from tests.e2e.kit import Newsroom, Outside, newsroom, outside, wait_for

TOKEN = re.compile(r"demo[-a-z]*")


@pytest.fixture(scope="module")
def world() -> Iterator[Outside]:
    with outside(stories=2) as served:
        yield served


@pytest.fixture
def paper(world: Outside, tmp_path: Path) -> Newsroom:
    return newsroom(tmp_path, world)


def count(paper: Newsroom, state: str) -> int:
    with closing(sqlite3.connect(paper.folder / "jarshy.db")) as db:
        return int(db.execute("SELECT count(*) FROM delivery WHERE state = ?", (state,)).fetchone()[0])


def test_a_signal_ends_the_daemon_in_good_order_and_nothing_is_left_in_flight(paper: Newsroom) -> None:
    with paper.daemon() as process:
        wait_for(lambda: count(paper, "done") == 6)
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert [json.loads(line)["event"] for line in said.splitlines()][-2:] == ["daemon is stopping", "daemon stopped"]
    assert "Traceback" not in said
    assert paper.holder() is None
    last = json.loads(paper.jarshy("audit", "list", "--last", "1", "--json").stdout)
    assert last[0]["action"] == "daemon.stopped"


def test_a_second_daemon_on_the_same_file_is_refused_by_name(paper: Newsroom) -> None:
    with paper.daemon() as process:
        for verb in ("run", "once"):
            refused = paper.jarshy(verb)
            assert refused.returncode == 1
            assert f"process {process.pid}, since" in refused.stderr
            assert "Traceback" not in refused.stderr


def test_a_lock_dies_with_its_holder(paper: Newsroom) -> None:
    with paper.daemon() as process:
        process.kill()
        process.wait()
    assert paper.jarshy("once").returncode == 0


def test_health_tells_whether_the_ticks_come(paper: Newsroom) -> None:
    with paper.daemon():
        listen = json.loads((paper.folder / "jarshy.yaml").read_text())["listen"]
        with build_opener(ProxyHandler({})).open(f"http://{listen}/healthz", timeout=10) as answer:
            assert json.load(answer)["status"] == "ok"


def test_the_daemon_notices_within_a_second_or_two_what_the_command_line_does(paper: Newsroom) -> None:
    paper.jarshy("pause", "all")
    with paper.daemon():
        wait_for(lambda: count(paper, "due") == 6)
        assert paper.jarshy("resume").returncode == 0
        wait_for(lambda: count(paper, "done") == 6, seconds=5)


def test_an_open_alert_stands_first_and_queue_then_ends_with_3(paper: Newsroom) -> None:
    (paper.folder / "secrets" / "MASTODON_TOKEN").write_text("demo-wrong-token")
    assert paper.jarshy("once").returncode == 3
    queue = paper.jarshy("queue")
    assert queue.returncode == 3
    assert queue.stdout.startswith("! account:mastodon: ")
    assert "every 10 minutes" in queue.stdout
    assert json.loads(paper.jarshy("queue", "--json").stdout)["alerts"][0]["scope"] == "account:mastodon"


def test_a_secret_is_found_in_nothing_that_is_said(paper: Newsroom) -> None:
    said = []
    for word in (
        ("check",),
        ("preview",),
        ("preview", "--raw"),
        ("once",),
        ("queue", "--json"),
        ("why", "schools", "--log"),
    ):
        ran = paper.jarshy(*word)
        said += [ran.stdout, ran.stderr]
    # The network refuses every token now, and quotes them in the address of its answer.
    for name in ("TELEGRAM_TOKEN", "MASTODON_TOKEN"):
        (paper.folder / "secrets" / name).write_text(f"{paper.secrets[name]}+/wrong")
        paper.secrets[f"WRONG_{name}"] = f"{paper.secrets[name]}+/wrong"
    settings = json.loads((paper.folder / "jarshy.yaml").read_text())
    settings["accounts"]["telegram"]["api"] = "http://127.0.0.1:9/dead"
    (paper.folder / "jarshy.yaml").write_text(json.dumps(settings))
    ran = [paper.jarshy("check"), paper.jarshy("once")]
    said += [text for each in ran for text in (each.stdout, each.stderr)]
    said.append((paper.folder / "jarshy.db").read_bytes().decode(errors="replace"))
    everything = "\n".join(said)
    assert "telegram" in everything
    for name, value in paper.secrets.items():
        if "IDENTIFIER" in name:
            continue  # a handle, which readers see
        for spelled in (value, quote(value, safe=""), json.dumps(value)[1:-1]):
            assert spelled not in everything, name


def test_an_unforeseen_error_shows_its_traceback_without_the_secrets(paper: Newsroom) -> None:
    token = paper.secrets["MASTODON_TOKEN"]
    code = (
        "from pathlib import Path; from bot.commands.office import settings_at; settings_at(Path('jarshy.yaml'));"
        f"raise RuntimeError('sent {token} as {quote(token + '+/')}')"
    )
    from tests.e2e.kit import environ

    how = {"cwd": paper.folder, "env": environ(paper.folder), "capture_output": True, "text": True}
    ran = subprocess.run([__import__("sys").executable, "-c", code], check=False, **how)
    assert "RuntimeError: sent ***" in ran.stderr
    assert token not in ran.stderr


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "newer Jarshy"),
        ("PRAGMA application_id = 5", "another program"),
    ],
)
def test_a_database_that_is_not_ours_to_change_is_refused_in_a_sentence(
    paper: Newsroom, break_it: str, said: str
) -> None:
    paper.jarshy("queue")
    with closing(sqlite3.connect(paper.folder / "jarshy.db")) as db:
        db.execute(break_it)
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = (paper.folder / "jarshy.db").read_bytes()
    for verb in ("run", "once", "queue", "check"):
        refused = paper.jarshy(verb)
        assert refused.returncode == 1
        assert said in refused.stderr
        assert "Traceback" not in refused.stderr
    assert (paper.folder / "jarshy.db").read_bytes() == before


def test_init_never_overwrites(paper: Newsroom) -> None:
    before = {path: path.read_bytes() for path in paper.folder.rglob("*") if path.is_file()}
    again = paper.jarshy("init")
    assert again.returncode == 0
    assert "Kept" in again.stdout
    assert {path: path.read_bytes() for path in before} == before

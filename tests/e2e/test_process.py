"""The process as operators meet it: it ends in good order, is alone, answers for its health, and keeps secrets."""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote
from urllib.request import ProxyHandler, build_opener

import pytest

from bot.store.migrate import bring_up
from tests.e2e.kit import Newsroom, Outside, environ, newsroom, outside, wait_for


@pytest.fixture
def world() -> Iterator[Outside]:
    # Each newsroom has networks of its own: a second one without the first one's database may send nothing again.
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


def test_a_signal_waits_for_the_posts_in_flight(tmp_path: Path) -> None:
    with outside(stories=1, far=3) as world:
        paper = newsroom(tmp_path, world)
        with paper.daemon() as process:
            wait_for(lambda: count(paper, "sending"))
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
        assert count(paper, "done"), "what was on its way when the signal came has its answer"
        assert (count(paper, "sending"), count(paper, "unknown")) == (0, 0)


@pytest.fixture(scope="module")
def at_work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Newsroom, int]]:
    """One daemon for the tests that only look at it; it begins with everything paused."""
    with outside(stories=2) as world:
        paper = newsroom(tmp_path_factory.mktemp("at_work"), world)
        paper.jarshy("pause", "all")
        with paper.daemon() as process:
            yield paper, process.pid


def test_a_second_daemon_on_the_same_file_is_refused_by_name(at_work: tuple[Newsroom, int]) -> None:
    paper, pid = at_work
    refused = paper.jarshy("run")
    assert refused.returncode == 1
    assert f"process {pid}, since" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_health_tells_whether_the_ticks_come(at_work: tuple[Newsroom, int]) -> None:
    listen = json.loads((at_work[0].folder / "jarshy.yaml").read_text())["listen"]
    with build_opener(ProxyHandler({})).open(f"http://{listen}/healthz", timeout=10) as answer:
        assert json.load(answer)["status"] == "ok"
    with build_opener(ProxyHandler({})).open(f"http://{listen}/metrics", timeout=10) as answer:
        assert b"jarshy_audit_unsealed_seconds " in answer.read(), "there is a key, so the log is to be sealed"


def test_the_metrics_of_a_daemon_at_work_tell_of_it(at_work: tuple[Newsroom, int]) -> None:
    listen = json.loads((at_work[0].folder / "jarshy.yaml").read_text())["listen"]
    wait_for(lambda: "jarshy_loop_lag_seconds " in metrics(listen))
    assert 'jarshy_feed_age_seconds{source="main"}' in metrics(listen)


def metrics(listen: str) -> str:
    with build_opener(ProxyHandler({})).open(f"http://{listen}/metrics", timeout=10) as answer:
        return str(answer.read().decode())


def test_the_daemon_notices_within_seconds_what_the_command_line_does(at_work: tuple[Newsroom, int]) -> None:
    paper, _ = at_work
    wait_for(lambda: count(paper, "due") == 6)
    assert paper.jarshy("resume").returncode == 0
    wait_for(lambda: count(paper, "done") == 6, seconds=5)


def test_nobody_waits_for_a_dead_daemon_or_a_channel_that_is_gone(world: Outside, tmp_path: Path) -> None:
    paper = newsroom(tmp_path, world)
    lock = tmp_path / "jarshy.db.lock"
    lock.write_text(json.dumps({"pid": 1, "since": "2026-11-22T06:00:00+00:00"}))
    bring_up(tmp_path / "jarshy.db")
    with closing(sqlite3.connect(tmp_path / "jarshy.db")) as db:
        # As a daemon that was killed in a poll leaves it, with a channel that has left the settings since.
        url = f"http://127.0.0.1:{world.port}/feed.json"
        db.execute("INSERT INTO source (id, url, next_poll_at, leased_until) VALUES ('main', ?, 0, 1 << 50)", (url,))
        db.execute("INSERT INTO account (id) VALUES ('gone')")
        db.execute("INSERT INTO channel (id, account, wake_at) VALUES ('gone', 'gone', 0)")
        db.commit()
    once = paper.jarshy("once")
    assert once.returncode == 0, once.stdout + once.stderr
    assert once.stdout.startswith("2 new stories; 6 published.")


def test_an_open_alert_stands_first_and_queue_then_ends_with_3(paper: Newsroom) -> None:
    (paper.folder / "secrets" / "MASTODON_TOKEN").write_text("demo-wrong-token")
    assert paper.jarshy("once").returncode == 3
    queue = paper.jarshy("queue")
    assert queue.returncode == 3
    assert queue.stdout.startswith("! account mastodon: ")
    assert "every 10 minutes" in queue.stdout
    once = paper.jarshy("once")
    assert (once.returncode, once.stdout.startswith("! account mastodon: ")) == (3, True)
    with paper.daemon() as process:
        wait_for(lambda: "daemon started" in "".join(process.heard()))
        assert "".join(process.heard()).startswith("! account mastodon: ")


def test_a_round_without_a_secret_it_needs_says_so_and_ends_with_3(paper: Newsroom) -> None:
    paper.jarshy("pause", "all")  # nothing is tried, so no network could complain
    assert paper.jarshy("once").returncode == 0
    (paper.folder / "secrets" / "MASTODON_TOKEN").unlink()
    once = paper.jarshy("once")
    assert once.returncode == 3, once.stdout + once.stderr
    assert "account mastodon" in once.stdout
    assert "`jarshy secret set MASTODON_TOKEN` does it" in once.stdout
    (said,) = json.loads(paper.jarshy("once", "--json").stdout)["lacks"]
    assert "MASTODON_TOKEN" in said


def test_a_feed_that_could_not_be_read_is_not_called_a_feed_without_news(paper: Newsroom) -> None:
    settings = json.loads((paper.folder / "jarshy.yaml").read_text())
    settings["sources"]["main"]["url"] += ".gone"
    (paper.folder / "jarshy.yaml").write_text(json.dumps(settings))
    said = paper.jarshy("once").stdout
    assert "Feed main was not read: 127.0.0.1 answered 404" in said
    assert [each["id"] for each in json.loads(paper.jarshy("once", "--json").stdout)["unread"]] == ["main"]


def test_what_has_happened_is_not_said_to_happen_later(paper: Newsroom) -> None:
    paper.jarshy("pause", "all")
    paper.jarshy("once")
    waits = "nothing goes out until `jarshy run`"
    assert waits not in paper.jarshy("cancel", "1").stdout
    assert waits in paper.jarshy("edit", "2", "Other words.").stdout


def test_a_secret_is_found_in_nothing_that_is_said(paper: Newsroom) -> None:
    said = []
    for word in (("check",), ("preview", "--raw"), ("once",)):
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
    how = {"cwd": paper.folder, "env": environ(paper.folder), "capture_output": True, "text": True}
    ran = subprocess.run([sys.executable, "-c", code], check=False, **how)
    assert "RuntimeError: sent ***" in ran.stderr
    assert token not in ran.stderr


def test_a_newer_database_is_refused_in_a_sentence_and_left_alone(paper: Newsroom) -> None:
    path = paper.folder / "jarshy.db"
    bring_up(path)
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()
    refused = paper.jarshy("once")
    assert refused.returncode == 1
    assert "newer Jarshy" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert path.read_bytes() == before


def test_init_never_overwrites(paper: Newsroom) -> None:
    before = {path: path.read_bytes() for path in paper.folder.rglob("*") if path.is_file()}
    again = paper.jarshy("init")
    assert again.returncode == 0
    assert "Kept" in again.stdout
    assert {path: path.read_bytes() for path in before} == before


def test_once_names_the_feeds_that_brought_nothing(paper: Newsroom) -> None:
    settings = json.loads((paper.folder / "jarshy.yaml").read_text())
    settings["sources"]["main"]["poll"] = "1h"  # on a slow machine the default may pass between two commands
    settings["sources"] |= {"dead": {"url": "http://127.0.0.1:9/feed"}}
    settings["allow_hosts"].append("127.0.0.1:9")
    (paper.folder / "jarshy.yaml").write_text(json.dumps(settings))
    assert "Feed dead was not read: 127.0.0.1 could not be reached; it is asked again" in paper.jarshy("once").stdout
    again = json.loads(paper.jarshy("once", "--json").stdout)["unread"]
    assert [(each["id"], bool(each["why"])) for each in again] == [("main", False), ("dead", True)]
    assert "Feed main was read a moment ago" in paper.jarshy("once").stdout


def test_nothing_is_left_to_happen_once_a_post_is_cancelled(paper: Newsroom) -> None:
    paper.jarshy("pause")
    paper.jarshy("once")
    first = json.loads(paper.jarshy("queue", "--json").stdout)["deliveries"][0]["id"]
    assert "No daemon is at work" in paper.jarshy("edit", str(first), "Other words").stdout
    assert "No daemon is at work" not in paper.jarshy("cancel", str(first)).stdout

"""New settings while the daemon runs: all of them at once between two ticks, or none, and said."""

import json
import os
import pty
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from tests.e2e.kit import Newsroom, Outside, command, environ, newsroom, outside, wait_for


@pytest.fixture
def world() -> Iterator[Outside]:
    # Each newsroom has networks of its own: a second one without the first one's database may send nothing again.
    with outside(stories=2) as served:
        yield served


def change(paper: Newsroom, **said: Any) -> None:
    path = paper.folder / "jarshy.yaml"
    path.write_text(json.dumps(json.loads(path.read_text()) | said, indent=1))


def settings(paper: Newsroom) -> Any:
    return json.loads((paper.folder / "jarshy.yaml").read_text())


def actions(paper: Newsroom, *kinds: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(paper.folder / "jarshy.db")) as db:
        rows = [json.loads(row) for (row,) in db.execute("SELECT row FROM audit ORDER BY id")]
    return [row for row in rows if row["action"] in kinds]


def test_changed_settings_are_taken_whole_or_not_at_all(world: Outside, tmp_path: Any) -> None:
    paper = newsroom(tmp_path, world)
    with paper.daemon() as process:
        wait_for(lambda: actions(paper, "daemon.started"))
        wait_for(lambda: paper.jarshy("queue").stdout.strip() != "")
        good = settings(paper)
        channels = good["channels"]
        gone = channels.pop("bluesky")
        channels["mastodon"]["grace"] = "10m"
        change(paper, channels=channels)
        done = paper.jarshy("reload")
        assert done.returncode == 0, done.stderr
        assert "channel bluesky removed; channel mastodon: grace" in done.stdout
        assert process.poll() is None

        # A mistake never reaches the daemon.
        (tmp_path / "jarshy.yaml").write_text(json.dumps(good | {"kepp": {}}))
        refused = paper.jarshy("reload")
        assert refused.returncode == 1
        assert "kepp" in refused.stderr
        assert "jarshy.yaml:" in refused.stderr

        # Nor does one that comes by the signal alone.
        process.send_signal(signal.SIGHUP)
        wait_for(lambda: actions(paper, "settings.refused"))
        (row,) = actions(paper, "settings.refused")
        assert "jarshy.yaml:" in row["why"]
        assert "kepp" in row["why"]
        queue = paper.jarshy("queue", "--config", str(good_file(paper, good)))
        assert "kepp" in queue.stdout

        # What only a start can change is said.
        change(paper, **good | {"listen": "127.0.0.1:1"})
        (tmp_path / "jarshy.yaml").write_text(json.dumps(good | {"listen": "127.0.0.1:1"}))
        refused = paper.jarshy("reload")
        assert refused.returncode == 1
        assert "`listen` cannot change while the daemon runs" in refused.stdout

        # The next good ones end the alert.
        (tmp_path / "jarshy.yaml").write_text(json.dumps(good | {"channels": channels | {"bluesky": gone}}))
        done = paper.jarshy("reload")
        assert done.returncode == 0
        assert "channel bluesky added" in done.stdout
        # What waited on the removed channel may have had an alert of its own meanwhile.
        told = actions(paper, "alert.opened", "alert.closed")
        assert [row["action"] for row in told if row["cause"] == "settings_refused"] == ["alert.opened", "alert.closed"]
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in said


@pytest.fixture(scope="module")
def at_work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """One daemon for the settings it refuses; it begins with everything paused."""
    with outside(stories=2) as world:
        paper = newsroom(tmp_path_factory.mktemp("at_work"), world, more='{"desk": {"serve": true}}')
        paper.jarshy("pause", "all")
        with paper.daemon():
            wait_for(lambda: actions(paper, "daemon.started"))
            wait_for(lambda: paper.jarshy("reload").returncode == 0)
            yield paper


def another(good: Any, **said: Any) -> Any:
    """The settings with something else about the channel telegram."""
    return good | {"channels": good["channels"] | {"telegram": good["channels"]["telegram"] | said}}


def unknown_secret(good: Any) -> Any:
    more = {"network": "mastodon", "credentials": {"token": "NEW_ONE"}, "server": "https://x.example"}
    return good | {"accounts": good["accounts"] | {"x": more}}


def other_network(good: Any) -> Any:
    told = {name: value for name, value in good["channels"]["mastodon"].items() if name == "server"}
    return good | {"channels": {"telegram": {"account": "mastodon", **told}}}


REFUSED: dict[str, tuple[Any, str]] = {
    "desk": (lambda good: good | {"desk": {"serve": False}}, "`desk` cannot change while the daemon runs"),
    "listen": (lambda good: good | {"listen": "127.0.0.1:1"}, "`listen` cannot change while the daemon runs"),
    "secret": (unknown_secret, "The secret NEW_ONE is missing"),
    "template": (lambda good: another(good, template="own"), "templates/own.html, which channel telegram asks for"),
    "network": (other_network, "channel telegram was on telegram until now"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_taken_is_refused_with_its_sentence(at_work: Newsroom, name: str) -> None:
    good = settings(at_work)
    edit, said = REFUSED[name]
    try:
        change(at_work, **edit(good))
        refused = at_work.jarshy("reload")
    finally:
        change(at_work, **good)
    assert refused.returncode == 1
    assert said in refused.stdout
    assert at_work.jarshy("reload").stdout.strip() == "The settings were read anew: nothing changed."


def test_words_and_templates_with_a_mistake_are_refused_by_line(at_work: Newsroom) -> None:
    good = settings(at_work)
    own, words = at_work.folder / "templates" / "own.html", at_work.folder / "words" / "en.yaml"
    for path, text in ((own, "{{ title }}\n{{ titel }}"), (words, "solemn: 7")):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    try:
        by_words = at_work.jarshy("reload")
        words.unlink()
        change(at_work, **another(good, template="own"))
        by_template = at_work.jarshy("reload")
        own.write_text("{{ title }} {{ url }}")
        taken = at_work.jarshy("reload")
    finally:
        change(at_work, **good)
        own.unlink()
        at_work.jarshy("reload")
    assert by_words.returncode == by_template.returncode == 1
    assert "en.yaml" in by_words.stdout + by_words.stderr
    assert "own.html:2:" in by_template.stdout
    assert "channel telegram: template" in taken.stdout


def good_file(paper: Newsroom, good: Any) -> Any:
    path = paper.folder / "good.yaml"
    path.write_text(json.dumps(good))
    return path


def test_what_waits_on_a_channel_that_is_gone_waits_until_a_person_says_so(world: Outside, tmp_path: Any) -> None:
    paper = newsroom(tmp_path, world)
    paper.jarshy("pause", "all")
    with paper.daemon() as process:
        wait_for(lambda: len(actions(paper, "delivery.planned")) == 6)
        channels = settings(paper)["channels"]
        change(paper, channels={name: one for name, one in channels.items() if name != "bluesky"})
        early = paper.jarshy("forget", "bluesky", "--yes")
        assert early.returncode == 1
        assert "The daemon still works with bluesky: `jarshy reload` first" in early.stderr
        assert paper.jarshy("reload").returncode == 0
        gone = "it is gone from the settings, and 2 posts wait on it"
        assert gone in " ".join(paper.jarshy("queue").stdout.split())
        assert gone in " ".join(paper.jarshy("check").stdout.split())
        paper.jarshy("resume", "all")
        wait_for(lambda: sum(row["state"] == "done" for row in actions(paper, "delivery.moved")) == 4)
        unasked = paper.jarshy("forget", "bluesky")
        assert unasked.returncode == 1
        assert "as nobody can be asked here" in unasked.stderr
        assert not actions(paper, "settings.forgotten")
        done = paper.jarshy("forget", "bluesky", "--yes")
        assert "2 cancelled" in done.stdout
        assert "gone from the settings" not in paper.jarshy("queue").stdout
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    moved = [row for row in actions(paper, "delivery.moved") if row["channel"] == "bluesky"]
    assert [row["state"] for row in moved] == ["cancelled"] * 2


def test_without_a_daemon_there_is_nothing_to_reload(world: Outside, tmp_path: Any) -> None:
    said = newsroom(tmp_path, world).jarshy("reload")
    assert said.returncode == 1
    assert "No daemon works on" in said.stderr


def test_a_terminal_that_is_closed_still_ends_the_daemon(world: Outside, tmp_path: Any) -> None:
    paper = newsroom(tmp_path, world)
    made = environ(paper.folder)
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(paper.folder)
        os.execve(command("run")[0], command("run"), made)
    wait_for(lambda: (tmp_path / "jarshy.db").exists() and paper.holder())
    wait_for(lambda: actions(paper, "daemon.started"))
    os.close(terminal)
    end = time.monotonic() + 30
    while os.waitpid(pid, os.WNOHANG) == (0, 0):
        assert time.monotonic() < end
    assert actions(paper, "daemon.stopped")

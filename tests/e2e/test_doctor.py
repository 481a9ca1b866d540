"""Doctor beside a real daemon: what an operator reads, and the code a monitor goes by."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.kit import Newsroom, Outside, newsroom, outside, wait_for


@pytest.fixture
def world() -> Iterator[Outside]:
    # Each newsroom has networks of its own: a second one without the first one's database may send nothing again.
    with outside(stories=1) as served:
        yield served


def told(paper: Newsroom, code: int) -> dict[str, list[tuple[str, str]]]:
    """What doctor says as JSON, by subject."""
    ran = paper.jarshy("doctor", "--json")
    assert (ran.returncode, ran.stderr) == (code, "")
    said: dict[str, list[tuple[str, str]]] = {}
    for each in json.loads(ran.stdout)["findings"]:
        said.setdefault(each["what"], []).append((each["mark"], each["sentence"]))
    assert json.loads(ran.stdout)["exit"] == code
    return said


def test_all_is_well_while_a_daemon_is_at_work_and_not_when_it_is_gone(world: Outside, tmp_path: Path) -> None:
    paper = newsroom(tmp_path, world)
    paper.jarshy("once")
    with paper.daemon() as process:
        wait_for(lambda: "last tick" in paper.jarshy("doctor").stdout)
        said = told(paper, 0)
        assert {mark for some in said.values() for mark, _ in some} == {"ok", "note"}
        assert f"process {process.pid}" in said["daemon"][0][1]
        assert len(said["account"]) == 3
        assert [mark for mark, sentence in said["alerts"] if "go to the log only" in sentence] == ["note"]
        assert ("ok", "Mastodon is spoken to through its API (v1), of which no end is known") in said["api"]
        assert said["clock"] == [("ok", "agrees with the networks'")]
        assert said["posts"] == [("ok", "0 wait; 0 need a person; 3 done in 24 hours")]
        assert paper.jarshy("doctor").stdout.endswith("All is well.\n")
    said = told(paper, 3)
    assert said["daemon"][0][0] == "look"
    assert "it is asked again once the daemon is at work" in said["feed"][0][1]


def test_each_thing_that_is_wrong_is_told_and_nothing_else(world: Outside, tmp_path: Path) -> None:
    paper = newsroom(tmp_path, world)
    (tmp_path / "secrets" / "TELEGRAM_TOKEN").chmod(0o644)
    (tmp_path / "secrets" / "MASTODON_TOKEN").write_text("wrong")
    (tmp_path / "secrets").chmod(0o777)
    said = told(paper, 3)
    wrong = [(what, sentence) for what, some in said.items() for mark, sentence in some if mark not in ("ok", "note")]
    assert [what for what, _ in wrong] == ["secret", "secret", "daemon", "feed", "account", "account"]
    assert "TELEGRAM_TOKEN can be read by others" in wrong[0][1]
    assert "chmod 700" in wrong[1][1]
    assert "was never read" in wrong[3][1]
    assert "jarshy secret set" not in wrong[4][1], "the line of the secret says what to do"
    assert "401" in wrong[5][1]
    assert wrong[5][1].endswith("a token or password that no longer serves: `jarshy secret set MASTODON_TOKEN`")
    checked = " ".join(paper.jarshy("check").stdout.split())
    assert "ok feed: main: " in checked
    assert [f"! account: {sentence}" in checked for what, sentence in wrong if what == "account"] == [True, True]


def test_without_the_key_or_with_a_damaged_file_nothing_can_run(world: Outside, tmp_path: Path) -> None:
    paper = newsroom(tmp_path, world)
    paper.jarshy("once")
    (tmp_path / "secrets" / "VAULT_KEY").unlink()
    said = told(paper, 1)
    assert said["key"][0][0] == "no"
    assert "account" not in said
    assert said["feed"][0][0] == "ok"
    with (tmp_path / "jarshy.db").open("r+b") as file:
        file.seek(5000)
        file.write(b"x" * 9000)
    said = told(paper, 1)
    assert said["database"][0][0] == "no"
    assert "put a backup in its place" in said["database"][0][1]
    assert "feed" not in said

"""`jarshy people` says who may use the desk."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands.app import app
from bot.commands.setup import init


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    init(tmp_path / "jarshy.yaml")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JARSHY_AS", "dana")
    return tmp_path


def ran(*said: str, code: int = 0) -> str:
    came = CliRunner().invoke(app, ["people", *said])
    assert came.exit_code == code, came.output
    return came.output


def test_an_invitation_is_an_address_that_opens_the_desk(folder: Path) -> None:
    said = ran("invite", "Aigul", "--role", "approver")
    assert said.startswith("aigul is taken on as approver. Give them this address")
    assert re.search(r"^  http://127\.0\.0\.1:8090/welcome/[A-Za-z0-9_-]{43}$", said, flags=re.M)
    assert "aigul  approver  has chosen no password yet" in ran("list")
    (found,) = json.loads(ran("list", "--json"))
    assert (found["name"], found["role"], found["has_password"]) == ("aigul", "approver", False)
    assert "password" not in found


def test_the_address_is_the_one_people_open(folder: Path) -> None:
    path = folder / "jarshy.yaml"
    path.write_text(path.read_text() + "\ndesk: {address: https://Desk.courier.example/}\n")
    assert "  https://desk.courier.example/welcome/" in ran("invite", "aigul")


def test_nobody_is_invited_to_a_desk_that_is_not_there(folder: Path) -> None:
    path = folder / "jarshy.yaml"
    path.write_text(path.read_text() + "\ndesk: {serve: false}\n")
    assert "The desk is not served" in ran("invite", "aigul", code=1)
    assert ran("list").startswith("Nobody yet")


def test_every_verb_says_what_it_did_and_stands_in_the_log(folder: Path) -> None:
    ran("invite", "aigul")
    assert ran("role", "aigul", "viewer") == "aigul is viewer from the next click on.\n"
    assert ran("reset", "aigul").startswith("aigul is signed out everywhere, and the old password opens nothing.")
    assert ran("sessions") == "Nobody is signed in.\n"
    assert ran("sessions", "aigul", "--revoke").startswith("Signed out in 0 browsers")
    assert ran("end", "aigul").startswith("aigul is signed out and cannot sign in any more")
    assert "aigul  viewer  left " in ran("list")
    rows = json.loads(CliRunner().invoke(app, ["audit", "list", "--json"]).output)
    named = [(row["actor"], row["action"]) for row in rows if row["action"].startswith("person.")]
    assert named == [
        ("cli:dana", "person.invited"),
        ("cli:dana", "person.changed"),
        ("cli:dana", "person.invited"),
        ("cli:dana", "person.ended"),
    ]


@pytest.mark.parametrize(
    ("said", "sentence", "code"),
    [
        (("invite", "two words"), "'two words' is no name to sign in by", 1),
        (
            ("invite", "aigul", "--role", "boss"),
            "There is no role 'boss'; there are viewer, editor, app",
            1,
        ),
        (("role", "nobody", "admin"), "There is no nobody here", 1),
        (("sessions", "--revoke"), "name the person who is to be signed out", 2),
    ],
)
def test_what_cannot_be_done_is_a_sentence(folder: Path, said: tuple[str, ...], sentence: str, code: int) -> None:
    assert sentence in ran(*said, code=code)
    assert ran("list").startswith("Nobody yet")

"""`jarshy secret` puts secrets in their place for their owner alone, and never shows one."""

import asyncio
import fcntl
import json
import os
import sqlite3
import subprocess
import termios
from base64 import b64decode, b64encode
from contextlib import suppress
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands.app import app
from bot.commands.office import open_office
from bot.commands.setup import init
from bot.model import Account
from bot.store import accounts
from bot.vault import CannotOpen, Vault
from tests.e2e.kit import command, environ

TOKEN = "123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    init(tmp_path / "jarshy.yaml")
    monkeypatch.delenv("JARSHY_SECRET_TELEGRAM_TOKEN", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ran(*said: str, given: bytes | str = "", code: int = 0) -> str:
    """Run a command in the present folder; no secret is ever in what it says."""
    came = CliRunner().invoke(app, ["secret", *said], input=given)
    assert came.exit_code == code, came.output
    assert TOKEN not in came.output
    return came.output


def test_a_secret_from_standard_input_is_its_owners_alone(folder: Path) -> None:
    said = ran("set", "TELEGRAM_TOKEN", given=f"  {TOKEN}\r\n")
    path = folder / "secrets" / "TELEGRAM_TOKEN"
    assert (path.read_text(), path.stat().st_mode & 0o777) == (f"{TOKEN}\n", 0o600)
    assert f"Kept TELEGRAM_TOKEN in {path}" in said
    assert "It is the token of account tg" in said
    assert TOKEN not in (folder / "jarshy.yaml").read_text()


def test_a_new_value_takes_the_place_of_the_old_one_whole(folder: Path) -> None:
    ran("set", "TELEGRAM_TOKEN", given="old")
    (folder / "secrets" / "TELEGRAM_TOKEN").chmod(0o644)
    ran("set", "TELEGRAM_TOKEN", given=TOKEN)
    assert sorted(each.name for each in (folder / "secrets").iterdir()) == [
        ".gitignore",
        "AUDIT_KEY",
        "TELEGRAM_TOKEN",
        "VAULT_KEY",
    ]
    assert (folder / "secrets" / "TELEGRAM_TOKEN").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        (TOKEN, "x", "That is no name of a secret"),
        ("../jarshy", "x", "That is no name of a secret"),
        ("token", "x", "That is no name of a secret"),
        ("TELEGRAM_TOKEN", "", "Nothing came for the secret TELEGRAM_TOKEN; nothing was written"),
        ("TELEGRAM_TOKEN", " \n", "Nothing came for the secret TELEGRAM_TOKEN"),
        ("TELEGRAM_TOKEN", b"\xff\xfe", "is no text"),
        ("TELEGRAM_TOKEN", "a\0b", "too long or no text"),
        ("TELEGRAM_TOKEN", "a" * 70_000, "too long or no text"),
        ("VAULT_KEY", "x", "VAULT_KEY is made by `jarshy init`"),
    ],
)
def test_what_is_no_secret_is_refused_and_nothing_written(
    folder: Path, name: str, given: bytes | str, said: str
) -> None:
    before = {each.name: each.read_bytes() for each in (folder / "secrets").iterdir()}
    assert said in ran("set", "--", name, given=given, code=1)
    assert {each.name: each.read_bytes() for each in (folder / "secrets").iterdir()} == before


def test_a_folder_that_cannot_be_made_is_told(folder: Path) -> None:
    settings = folder / "jarshy.yaml"
    settings.write_text(settings.read_text().replace("secrets: secrets/", "secrets: jarshy.yaml/secrets"))
    assert "The secret TELEGRAM_TOKEN cannot be written to" in ran("set", "TELEGRAM_TOKEN", given=TOKEN, code=1)


@pytest.mark.usefixtures("folder")
def test_a_name_nobody_asks_for_is_told_with_the_one_that_was_meant() -> None:
    assert "Nothing in jarshy.yaml asks for it - did you mean TELEGRAM_TOKEN?" in ran("set", "TELEGRAM_TOKN", given="x")
    assert "Nothing asks for: TELEGRAM_TOKN" in ran("list", code=3)


@pytest.mark.usefixtures("folder")
def test_a_variable_that_wins_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARSHY_SECRET_TELEGRAM_TOKEN", TOKEN)
    assert "JARSHY_SECRET_TELEGRAM_TOKEN is set in the environment" in ran("set", "TELEGRAM_TOKEN", given="x")
    assert "TELEGRAM_TOKEN: token of account tg; $JARSHY_SECRET_TELEGRAM_TOKEN" in ran("list")


def test_the_list_says_what_is_there_and_what_is_wrong(folder: Path) -> None:
    missing = ran("list", code=3)
    assert "ok VAULT_KEY: seals stored sign-ins" in missing
    assert "!  TELEGRAM_TOKEN: The secret TELEGRAM_TOKEN is missing" in missing
    assert "`jarshy secret set TELEGRAM_TOKEN` does it" in missing
    ran("set", "TELEGRAM_TOKEN", given=TOKEN)
    assert "ok TELEGRAM_TOKEN: token of account tg" in ran("list")
    (folder / "secrets" / "TELEGRAM_TOKEN").chmod(0o640)
    (row,) = (each for each in json.loads(ran("list", "--json", code=3))["secrets"] if not each["is_usable"])
    assert (row["name"], row["used_by"]) == ("TELEGRAM_TOKEN", ["token of account tg"])
    assert "can be read by others than its owner: chmod 600" in row["problem"]


def test_a_terminal_shows_nothing_of_what_is_typed(folder: Path) -> None:
    ours, theirs = os.openpty()
    with subprocess.Popen(
        command("secret", "set", "TELEGRAM_TOKEN"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env=environ(folder),
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    ) as process:
        os.close(theirs)
        said = b""
        while b"then Enter" not in said:
            said += os.read(ours, 1024)
        os.write(ours, f"{TOKEN}\n".encode())
        with suppress(OSError):  # so Linux says that the other side of a terminal is gone
            while more := os.read(ours, 1024):
                said += more
        assert process.wait() == 0, said
    os.close(ours)
    assert TOKEN.encode() not in said
    assert (folder / "secrets" / "TELEGRAM_TOKEN").read_text() == f"{TOKEN}\n"


def test_check_names_every_file_that_others_can_read(folder: Path) -> None:
    for name in ("TELEGRAM_TOKEN", "OLD_TOKEN"):
        ran("set", name, given=TOKEN)
        (folder / "secrets" / name).chmod(0o604)
    (folder / "secrets" / "VAULT_KEY").chmod(0o640)
    (folder / "secrets").chmod(0o770)
    said = CliRunner().invoke(app, ["check"]).output
    for name in ("TELEGRAM_TOKEN", "OLD_TOKEN", "VAULT_KEY"):
        assert said.count(f"can be read by others than its owner: chmod 600 {folder}/secrets/{name}\n") == 1
    assert f"Others can change what lies in {folder}/secrets: chmod 700" in said


def of_acme(folder: Path) -> bytes:
    """What is kept sealed of the account, as the database has it."""
    with sqlite3.connect(folder / "jarshy.db") as db:
        return bytes(db.execute("SELECT sealed FROM secret").fetchone()[0])


def test_the_key_is_replaced_and_everything_sealed_anew(folder: Path) -> None:
    key = folder / "secrets" / "VAULT_KEY"
    (old,) = key.read_text().split()
    bound, plain = ("acme", "session"), b"the session"
    sealed = Vault(b64decode(old)).seal(plain, bound_to=bound, nonce=b"n" * 12)
    with open_office(folder / "jarshy.yaml") as office:
        account = Account(id="acme", network="x")
        asyncio.run(office.store.write(accounts.set_up, [account], []))
        asyncio.run(office.store.write(accounts.keep_session, "acme", sealed, office.clock.now(), expires_at=None))
    ran("rotate", "--forget")
    assert "1 sealed anew" in ran("rotate")
    new, kept = key.read_text().split()
    assert (kept, key.stat().st_mode & 0o777) == (old, 0o600)
    with pytest.raises(CannotOpen):
        Vault(b64decode(old)).open(of_acme(folder), bound_to=bound)
    assert Vault(b64decode(new)).open(of_acme(folder), bound_to=bound) == plain
    # Cut off between the file and the database, a newer key lies on top that has sealed nothing.
    key.write_text(f"{b64encode(b'k' * 32).decode()}\n{new}\n{old}\n")
    assert "still needs an older VAULT_KEY" in ran("rotate", "--forget", code=1)
    ran("rotate")
    ran("rotate", "--forget")
    (last,) = key.read_text().split()
    assert Vault(b64decode(last)).open(of_acme(folder), bound_to=bound) == plain
    log = CliRunner().invoke(app, ["audit", "list"]).output
    assert "the key that seals stored sign-ins was replaced" in " ".join(log.split())


def test_a_key_that_is_not_ours_to_write_is_said_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARSHY_SECRET_VAULT_KEY", (folder / "secrets" / "VAULT_KEY").read_text().strip())
    before = (folder / "secrets" / "VAULT_KEY").read_text()
    assert "is not Jarshy's to change" in " ".join(ran("rotate", code=1).split())
    assert (folder / "secrets" / "VAULT_KEY").read_text() == before

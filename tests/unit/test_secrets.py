"""Secrets are found by name, refused when others can read them, and never repeated."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from config.secrets import NoSecret, Secrets

PASTED = "123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


def secrets(tmp_path: Path, environ: Mapping[str, str] | None = None) -> Secrets:
    return Secrets(tmp_path / "secrets", environ or {})


def secret_file(tmp_path: Path, value: str, mode: int = 0o600) -> None:
    (tmp_path / "secrets").mkdir()
    path = tmp_path / "secrets" / "TELEGRAM_TOKEN"
    path.write_text(value)
    path.chmod(mode)


def test_a_secret_comes_from_a_file_of_its_own(tmp_path: Path) -> None:
    secret_file(tmp_path, PASTED + "\n")
    assert secrets(tmp_path).secret("TELEGRAM_TOKEN") == PASTED


def test_a_secret_in_the_environment_wins(tmp_path: Path) -> None:
    secret_file(tmp_path, "old")
    found = secrets(tmp_path, environ={"JARSHY_SECRET_TELEGRAM_TOKEN": PASTED})
    assert found.secret("TELEGRAM_TOKEN") == PASTED
    assert PASTED not in repr(found)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o610, 0o602])
def test_a_secret_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    secret_file(tmp_path, PASTED, mode)
    with pytest.raises(NoSecret, match=r"TELEGRAM_TOKEN can be read by others .* chmod 600"):
        secrets(tmp_path).secret("TELEGRAM_TOKEN")


@pytest.mark.parametrize("name", ["../jarshy.yaml", "/etc/passwd", PASTED, "", "token", "A/B"])
def test_what_is_no_name_is_not_looked_up_or_repeated(tmp_path: Path, name: str) -> None:
    with pytest.raises(NoSecret) as caught:
        secrets(tmp_path).secret(name)
    assert not name or name not in str(caught.value)


def test_a_missing_or_empty_secret_is_named(tmp_path: Path) -> None:
    secret_file(tmp_path, "\n")
    with pytest.raises(NoSecret, match="TELEGRAM_TOKEN is empty"):
        secrets(tmp_path).secret("TELEGRAM_TOKEN")
    with pytest.raises(NoSecret, match="FEDI_TOKEN is missing: set JARSHY_SECRET_FEDI_TOKEN"):
        secrets(tmp_path).secret("FEDI_TOKEN")


@pytest.mark.parametrize("name", ["TELEGRAM_TOKEN", "JARSHY_SECRET_TELEGRAM_TOKEN"])
def test_what_a_service_manager_hands_over_goes_before_the_folder(tmp_path: Path, name: str) -> None:
    secret_file(tmp_path, "old", mode=0o644)
    handed = tmp_path / "handed"
    handed.mkdir()
    (handed / name).write_text(PASTED)
    (handed / name).chmod(0o440)  # as systemd does where it grants by access list
    found = secrets(tmp_path, environ={"CREDENTIALS_DIRECTORY": str(handed)})
    assert found.secret("TELEGRAM_TOKEN") == PASTED
    with pytest.raises(NoSecret, match="is missing"):
        found.secret("OTHER")

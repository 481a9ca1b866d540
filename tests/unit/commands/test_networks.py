"""What a newcomer reads of networks: which keys each needs, and that some ask nobody for consent."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands.app import app
from tests.unit.commands.test_prices import newsroom


def ran(*said: str) -> tuple[int, str]:
    came = CliRunner().invoke(app, said)
    return came.exit_code, came.output


def test_the_keys_a_network_needs_stand_before_those_that_may_be_left_out() -> None:
    _, said = ran("networks")
    assert "\n  settings: chat; may be left out: scratch_chat, newest_post, api\n  secrets: token\n" in said
    assert "\n  settings: may be left out: server\n  secrets: identifier, password\n" in said


def test_who_wants_consent_where_nobody_is_asked_is_told_where_the_token_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom(tmp_path)
    monkeypatch.chdir(tmp_path)
    code, said = ran("auth", "tg")
    assert code == 1
    assert said.startswith(
        "Telegram asks nobody for consent: what signs in there is copied, with `jarshy secret set K`"
    )
    assert "jarshy auth" not in said

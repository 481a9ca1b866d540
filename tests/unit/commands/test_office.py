"""In whose name a command works: what it asks and pays for stands in the log as that person's."""

import asyncio
import os
from pathlib import Path

import pytest

from bot.commands.office import actor_of, open_office
from bot.commands.setup import init
from bot.daemon import Daemon
from bot.wiring import newsroom


def test_what_a_command_asks_is_asked_by_whoever_gave_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    init(tmp_path / "jarshy.yaml")
    monkeypatch.setenv("JARSHY_AS", "dana")

    async def actors() -> list[str]:
        named = []
        with open_office(tmp_path / "jarshy.yaml") as office:
            for who in ("", "aigul"):
                async with office.ports(who) as ports:
                    named.append(Daemon(newsroom(office.settings), ports).accounts.actor)
        return named

    assert asyncio.run(actors()) == ["cli:dana", "cli:aigul"]


def test_a_container_s_user_without_a_name_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JARSHY_AS", "LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 2_000_000_000)
    assert actor_of("") == "cli:user 2000000000"

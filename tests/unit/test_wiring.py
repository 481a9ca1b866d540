"""What the daemon is built from knows every secret there is."""

import asyncio
import base64
import threading
from pathlib import Path

import pytest

from bot import wiring
from bot.clock import SystemClock
from bot.keys import secrets_of
from config.settings import Settings, load
from tests.unit.engine import Desk


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "secrets").mkdir()
    path = tmp_path / "jarshy.yaml"
    who = "{name: The Paper, zone: Asia/Almaty, contact: 'https://p.example/about'}"
    path.write_text(f"newsroom: {who}\nsources: {{main: {{url: 'https://p.example/f'}}}}\n")
    told = {
        "PROXY": "http://aigul:p%40ss-word@proxy.example:3128",
        "SECRET_VAULT_KEY": base64.b64encode(bytes(32)).decode(),
    }
    return load(path, {f"JARSHY_{name}": value for name, value in told.items()}, networks={})


def test_a_proxy_s_password_is_secret_in_each_way_it_travels(settings: Settings) -> None:
    found = secrets_of(settings)
    assert {"p%40ss-word", "p@ss-word", base64.b64encode(b"aigul:p@ss-word").decode()} <= set(found)


def test_sites_are_told_who_asks_and_whom_to_write_to(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    said: dict[str, object] = {}
    monkeypatch.setattr(wiring, "Fetcher", lambda **given: said.update(given))
    wiring.fetcher(settings)
    assert (said["newsroom"], said["contact"]) == ("The Paper", "https://p.example/about")


def test_what_the_daemon_reads_it_reads_beside_its_loop(settings: Settings, tmp_path: Path) -> None:
    async def reader() -> threading.Thread:
        async with wiring.open_ports(settings, SystemClock(), Desk(tmp_path).store) as ports:
            return await ports.aside(threading.current_thread, 5.0)

    assert asyncio.run(reader()) is not threading.current_thread()

"""Accounts that are connected and stay so: real processes against an X that asks for consent."""

import asyncio
import html
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
import uvicorn

from adapters.emulators.kit import Fault, World
from adapters.emulators.x import XNetwork
from bot.clock import SystemClock
from bot.commands.setup import init
from tests.e2e.forked import ROOT, environ
from tests.e2e.kit import Newsroom, command, free_port, wait_for


class Served:
    """X on loopback, in a thread; `fault` is asked before each call, with its name."""

    def __init__(self) -> None:
        self.fault: Callable[[str], Fault | None] = lambda call: None
        clock = SystemClock()
        self.world = World(clock.now, asyncio.sleep, fault=lambda call: self.fault(call))
        self.x = XNetwork(self.world)
        self.settings, self.secrets = XNetwork.applicant(0)
        self.x.admit(self.settings, self.secrets)
        self.door = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self.door.getsockname()[1]}"

    def calls(self, name: str) -> int:
        return [each.call for each in self.world.ledger].count(name)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    x = Served()
    server = uvicorn.Server(uvicorn.Config(x.x, log_level="critical", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [x.door]})
    thread.start()
    yield x
    server.should_exit = True
    thread.join()
    x.door.close()


@pytest.fixture
def paper(served: Served, tmp_path: Path) -> Newsroom:
    served.fault = lambda call: None
    made = Newsroom(tmp_path, {"X_SECRET": served.secrets["client_secret"], "X_ID": served.secrets["client_id"]})
    account = {"network": "x", "credentials": {"client_id": "X_ID", "client_secret": "X_SECRET"}}
    written = {
        "newsroom": {"name": "The Steppe Courier", "zone": "Asia/Almaty"},
        "sources": {"main": {"url": "https://steppecourier.example/feed.json"}},
        "accounts": {"acme": account},
        "channels": {"x-en": {"account": "acme", "base": served.base, "login": served.base}},
    }
    (tmp_path / "jarshy.yaml").write_text(json.dumps(written))
    init(tmp_path / "jarshy.yaml")
    for name, value in made.secrets.items():
        (tmp_path / "secrets" / name).touch(mode=0o600)
        (tmp_path / "secrets" / name).write_text(value)
    return made


@contextmanager
def started(folder: Path, *said: str) -> Iterator[subprocess.Popen[str]]:
    """Start a process one can speak to."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(said, cwd=folder, env=environ(folder), text=True, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


def until(process: subprocess.Popen[str], what: str) -> str:
    """Read lines until one begins with `what`."""
    assert process.stdout
    for line in process.stdout:
        if line.startswith(what):
            return line.strip()
    raise AssertionError(f"it never said {what!r}")


def clicked(address: str, answer: str) -> str:
    """Sit before the page as the account's owner; tells where one is sent."""
    page = httpx.get(address).text
    links = [html.unescape(each) for each in re.findall(r'<a href="([^"]+)"', page)]
    return httpx.get(next(each for each in links if f"answer={answer}" in each)).headers["location"]


def auth(
    paper: Newsroom, answer: str, *, pastes: bool, before: str = "", also: tuple[str, ...] = ()
) -> tuple[int, str]:
    """Run `jarshy auth`, answer the page, and bring the answer back."""
    with started(paper.folder, *command("auth", "x", "--port", str(free_port()), *also)) as process:
        address = until(process, "http")
        sent = clicked(address, answer)
        if pastes:
            said, _ = process.communicate(f"{before}{sent}\n", timeout=60)
        else:
            until(process, "Where that page")
            for path in ("favicon.ico", "", "?code=stolen", f"?code={'x' * 20}&state=another", "?error=access_denied"):
                knock = httpx.get(urljoin(sent, f"/{path}"))
                assert (knock.status_code >= 400, "You can close" in knock.text) == (True, False), path
            assert "You can close this page" in httpx.get(sent).text
            said = process.stdout.read() if process.stdout else ""
        return process.wait(60), said


def kept(paper: Newsroom) -> list[tuple[str, bytes]]:
    with sqlite3.connect(paper.folder / "jarshy.db") as db:
        return db.execute("SELECT name, sealed FROM secret WHERE account = 'acme' ORDER BY name").fetchall()


def test_an_account_is_connected_by_its_owner_here_or_by_what_is_pasted(served: Served, paper: Newsroom) -> None:
    code, said = auth(paper, "allow", pastes=False)
    assert (code, said.strip()) == (
        0,
        "Connected: account acme is @demo_newsroom on X. Kept sealed in the database.",
    )
    first = kept(paper)
    assert auth(paper, "allow", pastes=True, also=("--also", "like.write"))[0] == 0
    second = kept(paper)
    assert [name for name, _ in second] == ["session"]
    assert first != second
    code, said = auth(paper, "refuse", pastes=True)
    assert (code, "did not consent" in said, "Nothing was stored" in said) == (1, True, True)
    assert "its `state` is not ours" not in said
    code, said = auth(paper, "refuse", pastes=True, before="https://steppecourier.example/?code=stolen&state=another\n")
    assert (code, "its `state` is not ours" in said, "did not consent" in said) == (1, True, True)
    assert kept(paper) == second
    told = " ".join(paper.jarshy("audit", "list").stdout.split())
    assert re.findall(r"account acme was connected, it speaks for @demo_newsroom with the rights (\S+)", told) == [
        "media.write,",
        "like.write,",
    ]
    everything = (paper.folder / "jarshy.db").read_bytes() + told.encode() + said.encode()
    assert not [each for each in served.x.grants.tokens if each.encode() in everything]


def renewing(paper: Newsroom) -> list[str]:
    return [sys.executable, str(ROOT / "tests/e2e/renewing.py"), str(paper.folder / "jarshy.yaml"), "x-en"]


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("go\n")
    process.stdin.flush()


def test_two_processes_that_renew_at_once_ask_once(served: Served, paper: Newsroom) -> None:
    auth(paper, "allow", pastes=True)
    before = served.calls("token")
    with started(paper.folder, *renewing(paper)) as one, started(paper.folder, *renewing(paper)) as two:
        for each in (one, two):
            until(each, "ready")

        def both_wait(call: str) -> None:
            if call == "x.token":
                wait_for(lambda: all(_has_the_lock_open(each.pid) for each in (one, two)))

        served.fault = both_wait
        for each in (one, two):
            go(each)
        assert [each.communicate(timeout=60)[0].strip() for each in (one, two)] == ["@demo_newsroom"] * 2
    assert served.calls("token") == before + 1


def _has_the_lock_open(pid: int) -> bool:
    return any("session-" in os.readlink(each) for each in Path(f"/proc/{pid}/fd").iterdir())


@pytest.mark.parametrize("when", ["before its answer is stored", "before it is first used"])
def test_a_renewal_that_is_killed_survives_as_far_as_x_allows(served: Served, paper: Newsroom, when: str) -> None:
    auth(paper, "allow", pastes=True)
    before = kept(paper)
    with started(paper.folder, *renewing(paper)) as process:
        until(process, "ready")

        def kill(call: str) -> Fault | None:
            if call == ("x.token" if when == "before its answer is stored" else "x.getUsersMe"):
                process.send_signal(signal.SIGKILL)
                return "accept_then_drop"
            return None

        served.fault = kill
        go(process)
        assert process.wait(60) == -signal.SIGKILL
    served.fault = lambda call: None
    asked = served.calls("token")
    with started(paper.folder, *renewing(paper)) as process:
        until(process, "ready")
        go(process)
        said = process.communicate(timeout=60)[0].strip()
    if when == "before it is first used":
        assert (said, dict(kept(paper))["session"] != dict(before)["session"]) == ("@demo_newsroom", True)
        return
    assert served.calls("token") == asked + 1
    assert said.startswith("AuthFailed: X renewal: 400")
    assert "was lost before it was stored, and it serves once; `jarshy auth acme` connects it" in said
    assert dict(kept(paper))["session"] == dict(before)["session"], "a refusal deletes nothing"
    assert auth(paper, "allow", pastes=True)[0] == 0
    assert [name for name, _ in kept(paper)] == ["session"]

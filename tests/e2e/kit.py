"""Real processes for end-to-end tests: the world beside the daemon, a newsroom in a folder, and the command line."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

from bot.commands.setup import init
from tests.e2e.forked import ROOT, Process, environ, start
from tests.e2e.outside import newcomer

MAIN = ROOT / "main.py"
WORLD = ROOT / "tests" / "e2e" / "outside.py"
_SECONDS = 30.0
THREE = ("bluesky", "mastodon", "telegram")


@dataclass
class Outside:
    """The site and the networks, in a process of their own."""

    port: int
    speed: float
    began: float
    process: Process | None = None
    """What plays it; None where nobody does."""

    def end(self) -> None:
        """Have nobody answer from now on."""
        assert self.process
        self.process.kill()
        self.process.wait(timeout=_SECONDS)

    def read(self, path: str) -> Any:
        """Fetch JSON from it; proxies of the machine are not asked."""
        with build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{self.port}{path}", timeout=_SECONDS) as answer:
            return json.load(answer)


@dataclass
class Newsroom:
    """A folder with settings and secrets, and a command line that finds them."""

    folder: Path
    secrets: dict[str, str] = field(default_factory=dict)

    def jarshy(self, *said: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        with self.starts(*said, **variables) as process:
            told = process.communicate(timeout=60)
            return subprocess.CompletedProcess(said, process.wait(), *told)

    @contextmanager
    def daemon(self, **variables: str) -> Iterator[Process]:
        """Run the daemon until the block ends; it has started when the block begins."""
        with self.starts("run", is_one=True, **variables) as process:
            wait_for(lambda: self.holder() or process.poll() is not None)
            yield process

    def starts(self, *said: str, is_one: bool = False, **variables: str) -> AbstractContextManager[Process]:
        """Start one command; it is killed where the block ends before it."""
        return start(MAIN, *said, cwd=self.folder, env=environ(self.folder) | variables, is_one=is_one)

    def holder(self) -> int | None:
        """The process that says it works on the database."""
        lock = self.folder / "jarshy.db.lock"
        return json.loads(lock.read_text())["pid"] if lock.exists() and lock.stat().st_size else None


@contextmanager
def outside(
    *, stories: int, every: float = 0, speed: float = 1, began: float | None = None, far: float = 0
) -> Iterator[Outside]:
    """Start the world; one story appears each `every` seconds of its clock."""
    began = time.time() if began is None else began
    said = [str(each) for each in (speed, began, stories, every, far)]
    with start(WORLD, *said, cwd=ROOT, env=os.environ) as process:
        wait_for(lambda: "\n" in process.heard()[0])
        yield Outside(int(process.heard()[0]), speed, began, process)


def newsroom(folder: Path, world: Outside, *, more: str = "", networks: tuple[str, ...] = THREE) -> Newsroom:
    """Write settings and secrets for the world's feed and networks; every story there is gets posted."""
    made = Newsroom(folder)
    accounts, channels = {}, {}
    for name in networks:
        settings, secrets = newcomer(name, f"http://127.0.0.1:{world.port}")
        names = {key: f"{name}_{key}".upper() for key in secrets}
        made.secrets |= {names[key]: value for key, value in secrets.items()}
        accounts[name] = {"network": name, "credentials": names}
        # Without the number to look from, a channel's very first post is undecidable once its answer gets lost.
        first = {"newest_post": "100"} if name == "telegram" else {}
        channels[name] = {"account": name, **settings, **first}
    written = {
        "newsroom": {"name": "The Steppe Courier", "zone": "Asia/Almaty"},
        "listen": f"127.0.0.1:{free_port()}",
        "allow_hosts": [f"127.0.0.1:{world.port}"],
        "sources": {"main": {"url": f"http://127.0.0.1:{world.port}/feed.json", "poll": "10s", "backfill": 20}},
        "accounts": accounts,
        "channels": channels,
        "defaults": {"gap": "0s"},
    }
    # JSON is YAML.
    (folder / "jarshy.yaml").write_text(json.dumps(written | json.loads(more or "{}"), indent=1))
    init(folder / "jarshy.yaml")
    for secret, value in made.secrets.items():
        path = folder / "secrets" / secret
        path.touch(mode=0o600)
        path.write_text(value)
    return made


def command(*said: str) -> list[str]:
    """The command line of this checkout."""
    return [sys.executable, str(MAIN), *said]


def free_port() -> int:
    """A port nobody listens at now."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


def wait_for(is_so: Any, seconds: float = _SECONDS) -> None:
    """Wait for another process, which is the one thing here that cannot be asked to hurry."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "the other process did not come that far"
        time.sleep(0.02)

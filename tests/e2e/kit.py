"""Real processes for end-to-end tests: the world beside the daemon, a newsroom in a folder, and the command line."""

import json
import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

from bot.commands.setup import init
from tests.e2e.outside import newcomer

ROOT = Path(__file__).parents[2]
_SECONDS = 30.0
THREE = ("bluesky", "mastodon", "telegram")


@dataclass
class Outside:
    """The site and the networks, in a process of their own."""

    port: int
    speed: float
    began: float

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
        how = {"cwd": self.folder, "env": environ(self.folder) | variables}
        return subprocess.run(command(*said), capture_output=True, text=True, timeout=60, check=False, **how)

    @contextmanager
    def daemon(self, **variables: str) -> Iterator[subprocess.Popen[str]]:
        """Run the daemon until the block ends; it has started when the block begins."""
        env = environ(self.folder) | variables
        how = {"cwd": self.folder, "env": env, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        with subprocess.Popen(command("run"), text=True, **how) as process:
            try:
                wait_for(lambda: self.holder() or process.poll() is not None)
                yield process
            finally:
                process.kill()

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
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.outside", *said], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with process:
        try:
            assert process.stdout
            yield Outside(int(process.stdout.readline()), speed, began)
        finally:
            process.kill()


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
    return [sys.executable, str(ROOT / "main.py"), *said]


def environ(folder: Path) -> dict[str, str]:
    """What a process needs; the networks' entry points come from this checkout, installed or not."""
    shim = folder / "shim" / "jarshy-0.dist-info"
    if not shim.exists():
        shim.mkdir(parents=True)
        groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
        lines = [
            line
            for group, named in groups.items()
            for line in (f"[{group}]", *(f"{k} = {v}" for k, v in named.items()))
        ]
        (shim / "entry_points.txt").write_text("\n".join(lines))
        (shim / "METADATA").write_text("Metadata-Version: 2.1\nName: jarshy\nVersion: 0\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JARSHY_")}
    return kept | {"PYTHONPATH": f"{ROOT}:{folder / 'shim'}", "PYTHONWARNINGS": "error", "JARSHY_AS": "aigul"}


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

"""Processes from the forge, with the manners of `subprocess.Popen`."""

import atexit
import json
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryFile, mkdtemp
from typing import IO

ROOT = Path(__file__).parents[2]
_NUMBER = struct.Struct("i")


@dataclass
class Process:
    """A process at work."""

    pid: int
    papers: tuple[IO[bytes], IO[bytes]]
    """What it says and what it complains of: files, so that it never waits for a reader."""
    told: int
    """Where its exit code comes."""
    returncode: int | None = None

    def heard(self) -> tuple[str, str]:
        """Tell what it said so far, and what it complained of."""
        said, erred = (os.pread(each.fileno(), 1 << 24, 0).decode() for each in self.papers)
        return said, erred

    def poll(self) -> int | None:
        """Tell its exit code, if it has ended."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end."""
        if (code := self._ended(timeout)) is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return code

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait for its end, and tell what it said and complained of."""
        self.wait(timeout)
        return self.heard()

    def send_signal(self, what: signal.Signals) -> None:
        """Send it a signal, if it has not ended."""
        if self.poll() is None:
            os.kill(self.pid, what)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def _ended(self, within: float | None) -> int | None:
        if self.returncode is None and select.select([self.told], [], [], within)[0]:
            (self.returncode,) = _NUMBER.unpack(os.read(self.told, _NUMBER.size))
        return self.returncode


@contextmanager
def start(program: Path, *said: str, cwd: Path, env: Mapping[str, str], is_one: bool = False) -> Iterator[Process]:
    """Start a program of this checkout, which is killed where the block ends before it.

    With `is_one` both its channels are one, as in a terminal.
    """
    with TemporaryFile() as heard, TemporaryFile() as other, Path(os.devnull).open() as nothing:
        erred = heard if is_one else other
        told, tells = os.pipe()
        asked = json.dumps({"argv": [str(program), *said], "cwd": str(cwd), "env": dict(env)}).encode()
        socket.send_fds(_forge(), [asked], [nothing.fileno(), heard.fileno(), erred.fileno(), tells])
        os.close(tells)
        (pid,) = _NUMBER.unpack(os.read(told, _NUMBER.size))
        process = Process(pid, (heard, erred), told)
        try:
            yield process
        finally:
            process.kill()
            process.wait()
            os.close(told)


@lru_cache(maxsize=1)
def _forge() -> socket.socket:
    """One forge for this process, which ends with it."""
    folder = Path(mkdtemp(prefix="jarshy-forge-"))
    atexit.register(shutil.rmtree, folder)
    ours, theirs = socket.socketpair()
    asked = [sys.executable, "-m", "tests.e2e.forge", str(theirs.fileno())]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    process = subprocess.Popen(asked, cwd=ROOT, env=environ(folder), pass_fds=[theirs.fileno()], **quiet)
    theirs.close()
    atexit.register(process.wait)
    atexit.register(ours.close)
    return ours


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

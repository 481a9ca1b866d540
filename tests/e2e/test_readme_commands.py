"""Every command block of the README runs on a fresh clone, in its order, against the emulated world."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.kit import ROOT, Outside, environ, free_port, outside, wait_for
from tests.e2e.outside import newcomer

EXCUSED = {
    "make demo": "CI runs it by itself: it makes a virtual environment of its own",
    "make test": "CI runs it by itself: it is this very run",
    "jarshy auth": "needs an account at a network that asks its owner; tests/e2e/test_auth.py has them",
    "jarshy reload": "needs a daemon at work; tests/e2e/test_reload.py has one",
    "jarshy forget": "needs a channel that has left the settings; tests/e2e/test_reload.py has one",
    "sudo": "needs root and a machine with systemd; the unit is judged in tests/unit/test_ops_files.py",
    "systemctl": "needs a machine with systemd; what it shows is heard in tests/e2e/test_operations.py",
}
COMMANDS = ("jarshy", "make", "sudo", "systemctl")
DEGRADED = 3


def blocks(text: str) -> list[str]:
    """The lines of every command block, without their remarks; settings and word lists are no commands."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
    found = re.findall(r"(?:^    \S.*\n)+", text, flags=re.M)
    kept = [block for block in found if not re.match(r"    \w+: ", block)]
    return [re.sub(r"\s+# .*", "", line.strip()) for block in kept for line in block.splitlines()]


def excuse(line: str) -> str:
    """Why a line is not run here; "" where it is."""
    return next((why for begins, why in EXCUSED.items() if line.startswith(begins)), "")


@dataclass
class Reader:
    """Somebody who does what the README says, in an empty folder."""

    clone: Path
    folder: Path
    world: Outside
    token: str = ""

    def do(self, line: str) -> subprocess.CompletedProcess[str]:
        """Type one line."""
        how = {"cwd": self.folder, "env": self.env(), "capture_output": True, "text": True, "timeout": 90}
        return subprocess.run(["bash", "-c", line], input=f"{self.token}\n", check=False, **how)

    def env(self) -> dict[str, str]:
        """A shell in which `jarshy` is the clone's."""
        made = environ(self.folder)
        return made | {
            "PYTHONPATH": made["PYTHONPATH"].replace(str(ROOT), str(self.clone)),
            "PATH": f"{self.clone}/shim:{made['PATH']}",
        }

    def settle(self) -> None:
        """Write the README's settings, with the places where the emulated world is."""
        base = f"http://127.0.0.1:{self.world.port}"
        place, secrets = newcomer("telegram", base)
        self.token = secrets["token"]
        (block,) = re.findall(r"```yaml\n(newsroom:.*?)```", (self.clone / "README.md").read_text(), flags=re.S)
        text = block.replace("https://courier.example/feed", f"{base}/feed.json\n    backfill: 2\n    poll: 10s")
        text = text.replace("network: telegram", f"network: telegram\n    api: {place['api']}")
        text = text.replace('"@steppecourier"', json.dumps(place["chat"]))
        text = text.replace('"-1001234567890"', json.dumps(place["scratch_chat"])).replace('"4711"', '"100"')
        here = f"listen: 127.0.0.1:{free_port()}\ndefaults: {{gap: 0s}}\nallow_hosts: ['127.0.0.1:{self.world.port}']\n"
        (self.folder / "jarshy.yaml").write_text(here + text)

    def publish(self, line: str) -> int:
        """Run the daemon until two posts are out, and stop it as the README says."""
        with subprocess.Popen(["bash", "-c", f"exec {line}"], cwd=self.folder, env=self.env()) as process:
            try:
                wait_for(lambda: len(self.world.read("/ledger")) >= 2 or process.poll() is not None)
                process.send_signal(signal.SIGTERM)
                return process.wait(timeout=40)
            finally:
                process.kill()

    def lose_an_answer(self, which: int) -> None:
        """Leave a delivery as a lost answer leaves it: out or not, and nobody can tell."""
        with closing(sqlite3.connect(self.folder / "jarshy.db")) as db:
            db.execute(
                "UPDATE delivery SET state = 'held', reason = 'undecidable', receipt = NULL WHERE id = ?", (which,)
            )
            db.commit()


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("NO GIT HERE, so nothing can be cloned: run this in a clone")
    clone, folder = tmp_path / "clone", tmp_path / "newsroom"
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(clone)], check=True, capture_output=True)
    folder.mkdir()
    (clone / "shim").mkdir()
    (clone / "shim" / "jarshy").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{clone}/main.py" "$@"\n')
    (clone / "shim" / "jarshy").chmod(0o755)
    with outside(stories=2) as world:
        yield Reader(clone, folder, world)


def test_every_line_is_a_command_we_know_or_is_excused() -> None:
    lines = blocks((ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(lines) > 20
    assert [line for line in lines if not line.startswith(COMMANDS)] == []
    assert all(any(line.startswith(begins) for line in lines) for begins in EXCUSED), "an excuse nobody needs"


def test_every_command_of_the_readme_runs_on_a_fresh_clone(reader: Reader) -> None:
    lines = blocks((reader.clone / "README.md").read_text(encoding="utf-8"))
    ran = [line for line in lines if not excuse(line)]
    for line in ran:
        if line == "jarshy secret set TELEGRAM_TOKEN":
            reader.settle()
        if line == "jarshy run":
            assert reader.publish(line) == 0
            continue
        said = reader.do(adapted(reader, line))
        may_be = (0, DEGRADED) if line.startswith(("jarshy check", "jarshy queue", "jarshy doctor")) else (0,)
        assert said.returncode in may_be, f"{line}\n{said.stdout}\n{said.stderr}"
        assert "Traceback" not in said.stderr
    assert os.stat(reader.folder / "secrets" / "TELEGRAM_TOKEN").st_mode & 0o777 == 0o600
    assert len(reader.world.read("/ledger")) >= 2


def adapted(reader: Reader, line: str) -> str:
    """Put what there is in this world in the place of what the README invents."""
    if line.startswith("jarshy resolve"):
        which = 1 if "--sent" in line else 2
        reader.lose_an_answer(which)
        return line.replace("42", str(which))
    if line.startswith("jarshy audit"):
        return line.replace("COPY", "audit.checkpoint").replace("812", "1")
    return line.replace("42", "1").replace("port of aktau", "Story0x")

"""What a large newsroom costs while nothing happens: 200 feeds asked each minute, 200 channels with nothing to post."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.e2e.kit import command, environ, newsroom, outside, wait_for

_MANY = 200
_SETTLES, _WATCHED = 70, 60
"""Seconds: every feed is read once before anything is measured, and once while it is."""


def idle(folder: Path) -> dict[str, Any]:
    """Processor and memory of the daemon, over a minute in which every feed is asked once and says nothing new."""
    with outside(stories=5) as world:
        base = f"http://127.0.0.1:{world.port}"
        more = {
            "sources": {f"s{n}": {"url": f"{base}/feed.json?n={n}"} for n in range(_MANY)},
            "accounts": {f"a{n}": {"network": "telegram", "credentials": {"token": "T"}} for n in range(_MANY)},
            "channels": {f"c{n}": {"account": f"a{n}", "chat": f"@channel{n}", "api": base} for n in range(_MANY)},
        }
        newsroom(folder, world, more=json.dumps(more), networks=())
        with cold(folder) as process:
            wait_for(lambda: len(world.read("/polls")) >= _MANY, seconds=90)
            time.sleep(_SETTLES)
            polls, before, at = len(world.read("/polls")), cpu_seconds(process.pid), time.monotonic()
            time.sleep(_WATCHED)
            spent = (cpu_seconds(process.pid) - before) / (time.monotonic() - at)
            shown = {"cpu_percent": round(spent * 100, 1), "memory_mb": round(memory(process.pid) / 1e6)}
            return {f"idle_{_MANY}_sources_{_MANY}_channels": shown | {"polls": len(world.read("/polls")) - polls}}


@contextmanager
def cold(folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the daemon as people start it: the tests' own daemons are forked from a process that has imported already."""
    with subprocess.Popen(command("run"), cwd=folder, env=environ(folder), stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.terminate()


def cpu_seconds(pid: int) -> float:
    """What a process has spent on the processor, in itself and in the system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> int:
    """How many bytes of a process are in memory."""
    line = next(each for each in Path(f"/proc/{pid}/status").read_text().splitlines() if each.startswith("VmRSS"))
    return int(line.split()[1]) * 1024

"""`make bench`: speed and memory of the real daemon against emulators on loopback, as JSON. Nothing is asserted.

The world runs in a process of its own, so that what is measured is the daemon's alone. Pacing and last looks are off.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import timeit
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from adapters.weighted import weighted
from tests.bench.desk import approvals, desk
from tests.bench.durable import durable
from tests.bench.films import filming
from tests.bench.flood import flooded
from tests.bench.idle import cold, cpu_seconds, idle, memory
from tests.bench.latency import NETWORKS, hurried, latency, posts
from tests.bench.million import million
from tests.bench.pictures import cards, opening
from tests.bench.polling import polling
from tests.bench.proving import proving
from tests.bench.wording import machine
from tests.bench.writing import writing
from tests.e2e.kit import command, environ, newsroom, outside, wait_for


def main() -> None:
    """Measure one thing after the other."""
    figures: dict[str, Any] = {"python": sys.version.split()[0], "cores": os.cpu_count()}
    for measure in _MEASURES:
        with tempfile.TemporaryDirectory() as made, redirect_stdout(sys.stderr):
            figures |= measure(Path(made))
            print(json.dumps(figures), file=sys.stderr, flush=True)
    print(json.dumps(figures, indent=1))


def helping(folder: Path) -> dict[str, Any]:
    """How long a person waits for `jarshy --help`."""
    took = [_timed(command("--help"), folder) for _ in range(9)]
    return {"help_ms": {"median": round(statistics.median(took) * 1000), "worst": round(max(took) * 1000)}}


def counting(folder: Path) -> dict[str, Any]:
    """What counting a post of 280 signs for X costs, and what the first count pays for its tables."""
    story = "Казахстан откроет линию Алматы – Шу в июне, пишет Kazinform.kz: 30 млн тонн в год, 500 млрд ₸. 🇰🇿 "
    text = (story * 3)[:243] + " https://courier.example.kz/2026/11/ab"
    first = timeit.timeit(lambda: weighted(text), number=1)
    each = min(timeit.repeat(lambda: weighted(text), number=200, repeat=9)) / 200
    return {"weighted_280_us": round(each * 1e6), "weighted_first_ms": round(first * 1000)}


def starting(folder: Path) -> dict[str, Any]:
    """From the start of `run` to its first poll, then what it costs while nothing happens."""
    with outside(stories=1) as world:
        newsroom(folder, world, networks=NETWORKS)
        began = time.time()
        with cold(folder) as process:
            wait_for(lambda: world.read("/polls"))
            first = world.read("/polls")[0]["at"] - began
            wait_for(lambda: len(posts(world)) == len(NETWORKS))
            time.sleep(5)
            before, at = cpu_seconds(process.pid), time.monotonic()
            time.sleep(20)
            spent = (cpu_seconds(process.pid) - before) / (time.monotonic() - at)
            return {
                "start_to_first_poll_ms": round(first * 1000),
                "idle_memory_mb": round(memory(process.pid) / 1e6),
                "idle_cpu_percent": round(spent * 100, 2),
            }


def throughput(folder: Path) -> dict[str, Any]:
    """A hundred new items to one Mastodon server: wall time from the feed's answer, and the daemon's processor time.

    They appear once the daemon has long started, as its start, with the desk's, is measured by itself."""
    begins = time.time() + 8
    with outside(stories=100, began=begins) as world:
        newsroom(folder, world, networks=("mastodon",))
        with hurried(folder) as process:
            wait_for(lambda: world.read("/polls"))
            time.sleep(begins - time.time())
            before = cpu_seconds(process.pid)
            wait_for(lambda: len(world.read("/ledger")) == 100, seconds=60)
            spent = cpu_seconds(process.pid) - before
        at = next(poll["at"] for poll in world.read("/polls") if poll["stories"])
        wall = max(post["at"] for post in world.read("/ledger")) - at
        return {"hundred_items": {"wall_s": round(wall, 2), "cpu_s": round(spent, 2)}}


def _timed(run: list[str], folder: Path) -> float:
    began = time.perf_counter()
    subprocess.run(run, cwd=folder, env=environ(folder), capture_output=True, check=True)
    return time.perf_counter() - began


_MEASURES = (
    *(writing, machine, desk, approvals, proving, durable, million),
    *(helping, counting, opening, cards, filming, polling, starting, idle, latency, flooded, throughput),
)

if __name__ == "__main__":
    main()

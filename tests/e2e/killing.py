"""Kills the daemon at random moments, again and again, then lets one finish.

Run as `python -m tests.e2e.killing FOLDER SPEED BEGAN KILLS SEED`; says how many were killed, and how many deliveries
were left open. Each daemon is a fork of this process, so that a kill finds it at work and not importing.
"""

import asyncio
import os
import random
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

from bot import logs
from bot.networks import adapters
from bot.process import run
from bot.wiring import networks
from config.settings import Settings, load
from tests.e2e.outside import Hurried

_LONGEST = 35.0
_OPEN = "SELECT count(*) FROM delivery WHERE state IN ('due','sending','unknown')"


def born(settings: Settings, clock: Hurried) -> int:
    """Fork a daemon."""
    pid = os.fork()
    if pid:
        return pid
    logs.set_up()
    asyncio.run(run(settings, clock, lambda: settings))
    os._exit(0)


def left_open(path: Path) -> int:
    """How many deliveries are not at an end."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return int(db.execute(_OPEN).fetchone()[0])


def has_interrupted(path: Path) -> bool:
    """Whether a kill fell between an intent and its outcome."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return bool(db.execute("SELECT 1 FROM audit WHERE instr(row, 'left_sending') LIMIT 1").fetchone())


def main(folder: Path, speed: float, began: float, kills: int, seed: int) -> None:
    """Kill, then finish."""
    chance, clock = random.Random(seed), Hurried(speed, began)
    settings = load(folder / "jarshy.yaml", {}, networks=networks(adapters()))
    killed = 0
    while killed < kills or not (has_interrupted(settings.store) or killed == 2 * kills):
        pid = born(settings, clock)
        # A busy machine gives a daemon less done in a second: beyond those asked for, each has longer.
        time.sleep(chance.uniform(0.05, 0.9) * (1 + max(0, killed - kills) / 10))
        os.kill(pid, signal.SIGKILL)
        killed += os.WIFSIGNALED(os.waitpid(pid, 0)[1])
    pid, end = born(settings, clock), time.monotonic() + _LONGEST
    time.sleep(2.5)  # two polls of the machine's clock, so that the last stories are in
    while left_open(settings.store) and time.monotonic() < end:
        time.sleep(0.1)
    os.kill(pid, signal.SIGTERM)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    print(killed, left_open(settings.store), code, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))

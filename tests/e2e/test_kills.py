"""The first promise, with real processes, a real database file and real SIGKILLs."""

import re
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from tests.e2e.kit import ROOT, environ, newsroom, outside

STORIES, KILLS, SPEED = 12, 40, 30.0


def test_forty_kills_double_nothing_lose_nothing_and_leave_nothing_stuck(tmp_path: Path) -> None:
    began = time.time()
    with outside(stories=STORIES, every=45, speed=SPEED, began=began, far=0.8) as world:
        newsroom(tmp_path, world)
        said = ["-m", "tests.e2e.killing", *map(str, (tmp_path, SPEED, began, KILLS, 7))]
        log = tmp_path / "daemons.log"
        with log.open("w") as written:
            how = {"cwd": ROOT, "env": environ(tmp_path), "stderr": written, "stdout": subprocess.PIPE}
            done = subprocess.run([sys.executable, *said], text=True, timeout=200, check=False, **how)
        killed, *left = map(int, done.stdout.split())
        assert (killed >= KILLS, left) == (True, [0, 0]), log.read_text()[-3000:]
        ledger = world.read("/ledger")
    with closing(sqlite3.connect(tmp_path / "jarshy.db")) as db:
        interrupted = db.execute("SELECT count(*) FROM audit WHERE instr(row, 'left_sending')").fetchone()[0]
        states = Counter(state for (state,) in db.execute("SELECT state FROM delivery"))
    assert interrupted, "no kill fell between an intent and its outcome: this run proved nothing"
    assert states == {"done": 3 * STORIES}
    created = Counter((e["network"], *re.findall(r"Story\d+x", e["text"])[:1]) for e in ledger if e["act"] == "created")
    networks = ("bluesky", "mastodon", "telegram")
    assert created == {(network, f"Story{n}x"): 1 for network in networks for n in range(STORIES)}

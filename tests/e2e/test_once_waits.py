"""`jarshy once` stays until it is known what came of a post whose answer got lost."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from bot.clock import SystemClock
from bot.networks import adapters
from bot.process import once
from bot.wiring import networks
from config.settings import load
from tests.e2e.kit import newsroom, outside
from tests.e2e.outside import Hurried

_LOST = "UPDATE delivery SET state = 'unknown', reason = 'lost_answer', intent_at = due_at, last_at = due_at"


def state(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "jarshy.db")) as db:
        return str(db.execute("SELECT state FROM delivery").fetchone()[0])


def test_a_round_from_cron_does_not_leave_a_lost_answer_to_the_next_one(tmp_path: Path) -> None:
    began = time.time()
    with outside(stories=1, speed=60, began=began) as world:
        room = newsroom(tmp_path, world, networks=("mastodon",))
        settings = load(tmp_path / "jarshy.yaml", {}, networks=networks(adapters()))
        paused = room.jarshy("pause", "all")
        assert paused.returncode == 0
        asyncio.run(once(settings, SystemClock()))
        with closing(sqlite3.connect(tmp_path / "jarshy.db")) as db, db:
            db.execute("UPDATE channel SET paused_at = NULL")
        approved = room.jarshy("edit", "1", "By hand. https://courier.example/1")
        assert approved.returncode == 0, approved.stderr
        with closing(sqlite3.connect(tmp_path / "jarshy.db")) as db, db:
            db.execute(_LOST)
        asyncio.run(once(settings, Hurried(60, began)))
        assert state(tmp_path) == "done"
        assert [each["text"][:7] for each in world.read("/ledger")] == ["By hand"]

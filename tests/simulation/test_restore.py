"""The drill: back up, publish on, lose the disk, restore, run on. Nothing is doubled, everything is accounted for."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.daemon import Daemon
from bot.model import State
from bot.store import copies
from bot.store.deliveries import JOINED, from_row
from bot.store.migrate import bring_up
from bot.store.onefile import copy_file
from bot.store.reading import Reader
from tests.simulation.conftest import LIVED
from tests.simulation.newsroom import FIVE, NETWORKS, POLICY
from tests.simulation.runs import LOST
from tests.simulation.sim import ENGINES, History, Plan, Sim
from tests.simulation.world import Clock

STORIES = 6
LATER = tuple(sorted({*NETWORKS} - {*FIVE, "tiktok"}))
"""TikTok's tokens serve once: the one in a copy is dead, and only a person's consent connects the account again."""
PLAN: dict[str, Any] = {
    "stories": STORIES,
    "scratch": True,
    "fates": ((1, "revised", 70.0), (2, "revised", 150.0), (4, "renamed", 150.0)),
}
KINDS: dict[str, dict[str, Any]] = {"calm": {}, "lost answers": {"chaos": 0.2, "faults": LOST}}
COPIED_AT = 50.0
"""Two stories are out then, and the third is under way."""


class Drill(Sim):
    """A history whose crash takes the disk with it; what comes back is the copy of `COPIED_AT`."""

    path: Path
    copy: Path | None = None
    copied_at_step = 0
    shown_in_copy: Counter[str]
    shown_before: Counter[str]

    async def tick(self, daemon: Daemon) -> None:
        await super().tick(daemon)
        if self.copy is None and self.time() >= COPIED_AT:
            self.copy = self.path.with_name("copy.db")
            copy_file(self.path, self.copy)
            assert self.loop is not None
            self.copied_at_step, self.shown_in_copy = self.loop.steps, self.shown()

    def daemon(self, clock: Clock, store: Any, ports: Any) -> Daemon:
        if self.crashes == 1 and self.copy is not None:
            for end in ("", "-wal", "-shm"):
                Path(f"{self.path}{end}").unlink(missing_ok=True)
            self.shown_before = self.shown()
            copies.put_back(self.copy, self.path, clock.now(), actor="cli:dana")
        return super().daemon(clock, store, ports)

    def shown(self) -> Counter[str]:
        """What readers ever got: channel and story of each post."""
        made = [entry for entry in self.world.ledger if entry.act == "created" and entry.shown]
        here = {place: channel for channel, place in self.places.items()}
        return Counter(
            f"{here[entry.network, entry.place]} Story{n}x"
            for entry in made
            for n in range(STORIES)
            if entry.shown and f"Story{n}x" in entry.shown.text and (entry.network, entry.place) in here
        )


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("drill")
    bring_up(made / "template.db")
    return made


def drill(disk: Path, seed: int, kind: dict[str, Any], crash_at: tuple[int, ...]) -> tuple[Drill, History]:
    path = disk / "jarshy.db"
    sim = Drill(
        Plan(seed=seed, networks=LATER if seed % 2 else FIVE, crash_at=crash_at, **PLAN, **kind),
        path,
        disk / "template.db",
    )
    sim.path = path
    return sim, sim.run()


def sentences(history: History) -> list[str]:
    reader = Reader(POLICY, {each.id: each for each in history.newsroom.channels}, {})
    with ENGINES[0].begin() as db:
        rows = [from_row(row) for row in db.execute(JOINED)]
        told = [reader.one(db, each.id, each.due_at) for each in rows]
    ENGINES[0].dispose()
    return [each.sentence for each in told if each is not None]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(6))
def test_a_restore_doubles_nothing_and_loses_nothing(disk: Path, kind: str, seed: int) -> None:
    whole, _ = drill(disk, seed, KINDS[kind], ())
    ends = whole.copied_at_step + (whole.steps - whole.copied_at_step) * (seed + 2) // 8
    sim, history = drill(disk, seed, KINDS[kind], (ends,))
    assert sim.crashes == 1
    assert not history.failures
    assert sum(sim.shown_before.values()) > sum(sim.shown_in_copy.values()), "the lost day published nothing"
    after = sim.shown()
    assert {name: n for name, n in after.items() if n > 1} == {}
    assert len(after) == STORIES * len(history.places)
    assert {row.state for row in history.deliveries} == {State.DONE}
    assert len(history.deliveries) == STORIES * len(history.places)
    assert len(sentences(history)) == len(history.deliveries)
    LIVED["restore"] += 1

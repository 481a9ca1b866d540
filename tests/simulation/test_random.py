"""Random histories of every kind, for a minute of one core; a seed that failed once stays here as a test."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from tests.simulation.conftest import LIVED
from tests.simulation.newsroom import FIVE
from tests.simulation.oracle import wrongs
from tests.simulation.runs import FIRST, KINDS, history
from tests.simulation.sim import Plan, Sim, drawn

SECONDS = float(os.environ.get("JARSHY_SIMULATE", "60"))
"""Of processor time, for all kinds together."""
AS_THEN: dict[str, Any] = {"networks": FIRST, "speaks": 0.0}
FAILED_ONCE = [("no keys", 10567), ("no keys", 10877), ("everything", 17659)]

FAILED_ON_TEN = [
    ("clock", 26132),  # three settings of the clock, each told in whole milliseconds, were 3 ms apart
    ("crowd", 26750),  # one crash took the answers of five channels
    ("busy chaos", 32094),
    ("crowd", 32728),
    ("clock", 53180),
    ("clock", 55182),
    ("everything", 71259),
]
FAILED_ON_FIVE = [
    ("busy", 20201),
    ("everything", 20243),
    ("busy", 20309),
    ("busy", 21869),
    ("clock and crash", 21717),
    ("busy chaos", 22896),
]


@pytest.mark.parametrize("kind", KINDS)
def test_random_histories_keep_the_promises(kind: str, folder: Path) -> None:
    until = time.process_time() + SECONDS / len(KINDS)
    seed = 0
    while time.process_time() < until:
        found = wrongs(history(seed, KINDS[kind], folder))
        assert not found, f"{kind}, seed {seed}"
        LIVED[kind] += 1
        seed += 1


@pytest.mark.long
def test_seeds_that_failed_once_do_not_fail_again(folder: Path) -> None:
    for kind, seed in FAILED_ON_FIVE:
        then = {"networks": drawn(seed, FIVE)}
        assert not wrongs(history(seed, KINDS[kind] | then, folder)), f"{kind}, seed {seed}"
    for kind, seed in FAILED_ON_TEN:
        assert not wrongs(history(seed, KINDS[kind], folder)), f"{kind}, seed {seed}"
    for kind, seed in FAILED_ONCE:
        assert not wrongs(history(seed, KINDS[kind] | AS_THEN, folder)), f"{kind}, seed {seed}"


def test_what_a_poll_that_was_cut_off_was_to_bring_comes_with_the_next_one(folder: Path) -> None:
    """Seed 3 ended while the dead daemon's lease still ran, and called the last two stories of eight lost."""
    sim = Sim(Plan(seed=3, networks=("x",), stories=8, chaos=0.2), folder / "history.db", folder / "template.db")
    answers, last = sim.site.fault, max(each.at for each in sim.stories)

    def dies(call: str) -> str | None:
        if call == "site.feed" and sim.time() > last and not sim.crashes:
            assert sim.loop is not None
            sim.loop.crash_at = sim.loop.steps + 1
        return answers(call)

    sim.site.fault = dies
    lived = sim.run()
    LIVED["cut off"] += 1
    assert sim.crashes == 1
    assert not wrongs(lived)
    assert len(lived.deliveries) == 8


def test_a_history_is_the_same_each_time(folder: Path) -> None:
    one, two = (history(7, KINDS["busy chaos"], folder) for _ in range(2))
    assert (one.steps, one.faults, [t.row for t in one.audit]) == (two.steps, two.faults, [t.row for t in two.audit])
    assert [(e.call, e.act, e.at) for e in one.world.ledger] == [(e.call, e.act, e.at) for e in two.world.ledger]

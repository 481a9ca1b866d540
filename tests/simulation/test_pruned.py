"""Histories in which everything that may ever be dropped is dropped after each tick, and no promise breaks by it."""

from collections import Counter
from pathlib import Path

import pytest

from bot.store import pruning
from tests.simulation.conftest import LIVED
from tests.simulation.oracle import wrongs
from tests.simulation.runs import KINDS, history

SEEDS = range(12)
_NOT_HERE = {"pages", "merged"}
"""No source of these histories is read by pages, and no two entries of them are one story."""


@pytest.mark.parametrize(
    "kind",
    [
        "chaos and crash",
        *(pytest.param(kind, marks=pytest.mark.long) for kind in ("busy chaos", "no keys", "everything")),
    ],
)
def test_dropping_all_that_may_be_dropped_breaks_no_promise(kind: str, folder: Path) -> None:
    pruned = Counter[str]()
    for seed in SEEDS:
        lived = history(seed, KINDS[kind] | {"prunes": True}, folder)
        assert not wrongs(lived), f"{kind}, seed {seed}"
        pruned += lived.pruned
        LIVED[kind] += 1
    assert set(pruned) >= set(pruning.STEPS) - _NOT_HERE - {"stories"}

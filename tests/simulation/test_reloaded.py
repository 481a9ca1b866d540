"""Histories in which the daemon takes its settings anew again and again, with turns in flight."""

import json
from pathlib import Path

import pytest

from bot.audit.rows import Action
from tests.simulation.conftest import LIVED
from tests.simulation.oracle import wrongs
from tests.simulation.runs import KINDS, history

SEEDS = range(10)


@pytest.mark.parametrize(
    "kind",
    [
        "lost answers",
        *(pytest.param(kind, marks=pytest.mark.long) for kind in ("busy chaos", "everything", "clock and crash")),
    ],
)
def test_taking_settings_anew_breaks_no_promise(kind: str, folder: Path) -> None:
    times = 0
    for seed in SEEDS:
        lived = history(seed, KINDS[kind] | {"reloads": 0.5}, folder)
        assert not wrongs(lived), f"{kind}, seed {seed}"
        times += sum(json.loads(told.row)["action"] == Action.SETTINGS_LOADED for told in lived.audit)
        LIVED[kind] += 1
    assert times > 2 * len(SEEDS)

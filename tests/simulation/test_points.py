"""Every step is a crash point and a freeze point once: one article, five networks, quiet and with lost answers."""

from pathlib import Path
from typing import Any

import pytest

from tests.simulation.conftest import LIVED
from tests.simulation.oracle import wrongs
from tests.simulation.runs import FIRST, VISIBLE, points

SCRIPTS: dict[str, dict[str, list[str]]] = {
    "quiet": {},
    "lost": {call: ["accept_then_drop", "accept_then_500"] for call in VISIBLE.values()},
}


PARTS = 4
"""Each enumeration in so many tests, so that processes share them."""


LATER = ("x", "facebook")


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize(
    ("networks", "kind"),
    [(FIRST, "crash"), pytest.param(FIRST, "freeze", marks=pytest.mark.long), (LATER, "crash"), (LATER, "freeze")],
    ids=lambda given: given if isinstance(given, str) else "-".join(given),
)
def test_no_step_is_a_bad_moment(networks: tuple[str, ...], script: str, kind: str, part: int, folder: Path) -> None:
    fixed: dict[str, Any] = {"stories": 1, "script": SCRIPTS[script], "networks": networks}
    broken, count = [], 0
    # A freeze lives through minutes on two daemons: on X and Facebook the two scripts take turns.
    every = 1 if networks == FIRST else {"crash": 2, "freeze": 6}[kind]
    start = (1 if script == "quiet" else 1 + every // 2) + part * every
    for history in points(fixed, kind, folder, every=every * PARTS, start=start):
        count += 1
        LIVED[f"{kind} points, {script}"] += 1
        if found := wrongs(history):
            broken.append((history.plan.crash_at, history.plan.freeze_at, found[:3]))
    assert not broken[:5]
    assert count * every * PARTS > 100, "the enumeration lost its points"

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


@pytest.mark.parametrize("kind", ["crash", "freeze"])
@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("networks", [FIRST, ("x", "facebook")], ids="-".join)
def test_no_step_is_a_bad_moment(networks: tuple[str, ...], script: str, kind: str, folder: Path) -> None:
    fixed: dict[str, Any] = {"stories": 1, "script": SCRIPTS[script], "networks": networks}
    broken, count = [], 0
    # A freeze lives through minutes on two daemons: of those on X and Facebook each script takes another quarter.
    every = 4 if kind == "freeze" and networks != FIRST else 1
    for history in points(fixed, kind, folder, every=every, start=1 if script == "quiet" else min(3, every)):
        count += 1
        LIVED[f"{kind} points, {script}"] += 1
        if found := wrongs(history):
            broken.append((history.plan.crash_at, history.plan.freeze_at, found[:3]))
    assert not broken[:5]
    assert count > 100, "the enumeration lost its points"

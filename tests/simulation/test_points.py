"""Every step is a crash point and a freeze point once: one article, ten networks, quiet and with lost answers."""

import os
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
FETCHING = ("threads", "linkedin", "instagram")
FILMS = ("youtube", "tiktok")
EVERY = {"crash": 2, "freeze": 6}
"""A freeze lives through minutes on two daemons: beyond the first networks the two scripts take turns."""
RARELY = {"crash": 24, "freeze": 72}
"""All of them are for `make proof`."""


TAKES_MINUTES = pytest.mark.skipif("JARSHY_SLOW" in os.environ, reason="this machine is said to be slow (JARSHY_SLOW)")
"""Only CI asks for it, which has so many minutes in all: `make test` lives through each of them."""


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize(
    ("networks", "kind"),
    [
        (FIRST, "crash"),
        pytest.param(FIRST, "freeze", marks=TAKES_MINUTES),
        *(pytest.param(new, kind, marks=pytest.mark.long) for new in (LATER, FETCHING, FILMS) for kind in EVERY),
    ],
    ids=lambda given: given if isinstance(given, str) else "-".join(given),
)
def test_no_step_is_a_bad_moment(networks: tuple[str, ...], script: str, kind: str, part: int, folder: Path) -> None:
    every = 1 if networks == FIRST else EVERY[kind]
    start = (1 if script == "quiet" else 1 + every // 2) + part * every
    judge(networks, script, kind, folder, every=every * PARTS, start=start)


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("networks", [FETCHING, FILMS], ids="-".join)
def test_hardly_a_step_is_a_bad_moment_on_the_newest_networks(
    networks: tuple[str, ...], kind: str, folder: Path
) -> None:
    judge(networks, "lost", kind, folder, every=RARELY[kind], start=RARELY[kind] // 2)


def judge(networks: tuple[str, ...], script: str, kind: str, folder: Path, *, every: int, start: int) -> None:
    """Live through every so-manieth point."""
    fixed: dict[str, Any] = {"stories": 1, "script": SCRIPTS[script], "networks": networks}
    broken, count = [], 0
    for history in points(fixed, kind, folder, every=every, start=start):
        count += 1
        LIVED[f"{kind} points, {script}"] += 1
        if found := wrongs(history):
            broken.append((history.plan.crash_at, history.plan.freeze_at, found[:3]))
    assert not broken[:5]
    assert count * every > 100, "the enumeration lost its points"

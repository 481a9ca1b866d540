"""Two bots of one app post to five chats of a network that counts strictly: it never sees more than it allows."""

from pathlib import Path
from typing import Any

import pytest

from tests.simulation.conftest import LIVED
from tests.simulation.oracle import wrongs
from tests.simulation.runs import history, points

CROWD: dict[str, Any] = {"crowd": True, "stories": 2}


@pytest.mark.long
def test_no_step_is_a_bad_moment_to_die_for_what_others_may_still_send(folder: Path) -> None:
    broken, count = [], 0
    for each in points(CROWD, "crash", folder, every=40):
        count += 1
        LIVED["crash points, crowd"] += 1
        if found := wrongs(each):
            broken.append((each.plan.crash_at, found[:3]))
    assert not broken
    assert count > 20, "the enumeration lost its points"


@pytest.mark.parametrize("by", [-7200.0, 7200.0])
def test_a_clock_that_is_set_lets_nobody_send_more_or_wait_for_longer(folder: Path, by: float) -> None:
    lived = history(3, CROWD | {"clock": ((200.0, by),)}, folder)
    assert not wrongs(lived)
    assert lived.ended < 2400

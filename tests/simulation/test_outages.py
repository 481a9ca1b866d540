"""Every network refuses or fails everything for two hours: all comes back by itself, and nothing is deleted."""

from collections import Counter
from pathlib import Path

import pytest

from bot.audit.rows import Action
from tests.simulation.conftest import LIVED
from tests.simulation.newsroom import NETWORKS
from tests.simulation.oracle import wrongs
from tests.simulation.runs import history

HOURS = (50.0, 7250.0)


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
@pytest.mark.parametrize(
    ("fault", "stops", "starts"),
    [
        ("token_revoked", Action.ACCOUNT_STOPPED, Action.ACCOUNT_STARTED),
        ("html_error", Action.CHANNEL_UNANSWERED, Action.CHANNEL_ANSWERED),
        ("drop_before", Action.CHANNEL_UNANSWERED, Action.CHANNEL_ANSWERED),
    ],
)
def test_two_hours_without_any_network_lose_nothing(
    folder: Path, fault: str, stops: Action, starts: Action, seed: int
) -> None:
    plan = {"stories": 3, "networks": tuple(NETWORKS), "scratch": True, "outage": (*HOURS, fault)}
    lived = history(seed, plan, folder)
    LIVED["outages"] += 1
    assert not wrongs(lived)
    assert {row.state for row in lived.deliveries} == {"done"}
    assert max(row.tries for row in lived.deliveries) < 10
    told = Counter(each.action for each in lived.audit)
    assert told[stops] >= 1, "the outage was not noticed"
    assert told[starts] >= told[stops]
    assert told[Action.ALERT_OPENED] == told[Action.ALERT_CLOSED]
    assert lived.ended < HOURS[1] + 2 * 3600

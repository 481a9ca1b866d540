"""Killed at any step between the pictures of a post, the next process takes it up: all of them are out, once.

What was uploaded for nothing stays unseen: on each of these networks it is shown by the call that names it alone.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.simulation.conftest import LIVED
from tests.simulation.oracle import wrongs
from tests.simulation.runs import history
from tests.simulation.sim import History

SOON = ("instagram", "x", "mastodon")
"""Containers that are fetched, uploads named by number, uploads that may be used once."""
LATER = ("bluesky", "facebook", "linkedin", "threads", "tiktok")


@pytest.mark.parametrize("network", [*SOON, *(pytest.param(each, marks=pytest.mark.long) for each in LATER)])
def test_killed_at_any_exchange_all_pictures_are_out_once_and_nothing_else_is(network: str, folder: Path) -> None:
    plan, whole = carousel(network, folder)
    steps = sorted(set(whole.exchanges))
    assert len(steps) >= 8, "the enumeration lost its steps"
    assert not broken(plan, steps, whole, folder)


@pytest.mark.long
@pytest.mark.parametrize("network", SOON)
def test_killed_at_any_step_between_them_as_well(network: str, folder: Path) -> None:
    plan, whole = carousel(network, folder)
    assert not broken(plan, range(whole.exchanges[0], whole.exchanges[-1] + 4), whole, folder)


def carousel(network: str, folder: Path) -> tuple[dict[str, Any], History]:
    """Live through a post of three photos that nothing befalls."""
    plan: dict[str, Any] = {"stories": 1, "networks": (network,), "form": "photo"}
    whole = history(1, plan, folder)
    assert not wrongs(whole)
    assert len(shown(whole)) == 3
    return plan, whole


def broken(plan: dict[str, Any], steps: Iterable[int], whole: History, folder: Path) -> list[Any]:
    """Die at each step; tells where a promise broke, or what is shown otherwise."""
    found = []
    for step in steps:
        lived = history(1, plan | {"crash_at": (step,)}, folder)
        LIVED["carousels"] += 1
        assert lived.crashes == 1
        came = wrongs(lived), len(lived.world.posts), shown(lived)
        if came != ([], 1, shown(whole)):
            found.append((step, *came))
    return found


def shown(lived: History) -> list[str]:
    """Name the pictures of all that is out."""
    return [sha for post in lived.world.posts.values() for sha, _ in post.media]

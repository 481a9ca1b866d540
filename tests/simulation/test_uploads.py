"""Killed at any step of an upload, the next process takes it up: no byte that was kept goes again, and one film is out.

What the networks count is what they took: https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from adapters.emulators.kit import Upload
from tests.simulation.conftest import LIVED
from tests.simulation.oracle import wrongs
from tests.simulation.runs import history
from tests.simulation.sim import History

UPLOADS: dict[str, tuple[str, dict[str, Any]]] = {
    "youtube": ("session", {"film": 3 * 256 * 1024 + 1000, "place": {"chunk": "256"}}),
    "tiktok": ("draft", {"film": 20_001_000}),
    "instagram": ("container", {"film": 700_000, "form": "video"}),
}
"""By network: the call that opens an upload, and a film of several pieces where pieces are sent."""
_BRINGS = ("chunk", "upload")


@pytest.mark.parametrize("network", UPLOADS)
def test_killed_at_any_exchange_of_an_upload_the_rest_goes_and_nothing_twice(network: str, folder: Path) -> None:
    plan, first, whole = upload(network, folder)
    steps = sorted({step for step in whole.exchanges if step >= first})
    assert len(steps) >= 2 * (len(whole.world.ledger) - 3), "the enumeration lost its steps"
    assert not broken(plan, steps, whole, folder)


@pytest.mark.long
@pytest.mark.parametrize("network", UPLOADS)
def test_killed_at_any_step_between_them_as_well(network: str, folder: Path) -> None:
    plan, first, whole = upload(network, folder)
    assert not broken(plan, range(first, whole.exchanges[-1] + 4), whole, folder)


def upload(network: str, folder: Path) -> tuple[dict[str, Any], int, History]:
    """Live through an upload that nothing befalls; tells its plan, and the step at which it is opened."""
    opens, more = UPLOADS[network]
    plan = {"stories": 1, "networks": (network,)} | more
    whole = history(1, plan, folder)
    assert brought(whole) == len(film(whole).content) > plan["film"]
    assert [bool(each) for each in covers(whole)] == [network == "youtube"]
    return plan, whole.exchanges[2 * [each.call for each in whole.world.ledger].index(opens)], whole


def broken(plan: dict[str, Any], steps: Iterable[int], whole: History, folder: Path) -> list[Any]:
    """Die at each step; tells where a promise broke, or by how much too many or too few bytes came."""
    found = []
    for step in steps:
        lived = history(1, plan | {"crash_at": (step,)}, folder)
        LIVED["uploads"] += 1
        assert lived.crashes == 1
        came = wrongs(lived), brought(lived) - brought(whole), len(lived.world.posts)
        if came != ([], 0, 1) or film(lived) != film(whole) or covers(lived) != covers(whole):
            found.append((step, *came))
    return found


def film(lived: History) -> Upload:
    """Take the one film that came."""
    (one,) = (each for each in lived.world.files.values() if each.mime.startswith("video/"))
    return one


def covers(lived: History) -> list[str]:
    """Name what readers see before they play a film."""
    return [shown.cover for shown in lived.world.posts.values()]


def brought(lived: History) -> int:
    """Count the bytes of films that a network was brought, those among them that it had already."""
    return sum(len(each.asked.raw) for each in lived.world.ledger if each.call in _BRINGS)

"""A machine whose clock is hours off: what a network dates before the call may be ours all the same."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from adapters.contract import Asked, OutcomeUnknown, PublishError, Receipt
from tests.contract import cases, play
from tests.contract.cases import WITH_PICTURES
from tests.contract.play import Play
from tests.contract.test_conformance import ready

PHOTOS = {each.name: each for each in WITH_PICTURES if each.form == "photo"}
DIRECT = {"facebook": {"mode": "direct"}}
HANDLES = {"youtube": "session", "instagram": "container", "threads": "container"}
"""What tells without a list, as long as it lives."""


class Off(Play):
    """A play whose adapter reads a clock that is off."""

    off = timedelta(0)


class _Clock(play._Clock):
    def now(self) -> datetime:
        mine = self._play
        assert isinstance(mine, Off)
        return super().now() + mine.off


def lost(name: str, off: timedelta, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lose an answer, with the handle gone by which it could be asked for, and look."""
    case = PHOTOS.get(name) or cases.case(name)
    pages = ready(case).network.pages
    monkeypatch.setattr(play, "_Clock", _Clock)
    here = Off(replace(case, settings=case.settings | DIRECT.get(name, {})))
    here.network.pages |= pages
    here.off = off
    here.lose(here.case.post)
    here.memo.known.pop(HANDLES.get(name, ""), None)
    here.asked = Asked(here.now + off, here.now + off, here.asked.mark)
    here.wait(600)
    assert here.world.posts
    try:
        return here.find(here.case.post)
    except PublishError as e:
        return e


@pytest.mark.parametrize("hours", [-3, 0, 3])
@pytest.mark.parametrize("name", ["facebook", "linkedin", "youtube", "mastodon", "threads", "instagram"])
def test_a_clock_that_is_off_is_no_proof_of_absence(name: str, hours: int, monkeypatch: pytest.MonkeyPatch) -> None:
    found = lost(name, timedelta(hours=hours), monkeypatch)
    assert isinstance(found, Receipt if hours <= 0 else Receipt | OutcomeUnknown), found

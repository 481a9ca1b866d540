"""TikTok's mode changes between two tries: a film becomes what the settings say, and is told as what it became."""

import pytest

from adapters.contract import Receipt
from tests.contract import cases
from tests.contract.play import kind
from tests.contract.test_changed_midway import PHOTOS, deliver, fail
from tests.contract.test_conformance import ready


@pytest.mark.parametrize(("before", "after"), [("direct", "draft"), ("draft", "direct")])
def test_a_film_becomes_a_draft_or_a_post_as_the_settings_say_when_its_last_byte_leaves(
    before: str, after: str
) -> None:
    play = ready(cases.case("tiktok"))
    play.settings |= {"mode": before}
    fail(play)
    play.settings |= {"mode": after}
    receipt = deliver(play)
    assert isinstance(receipt, Receipt)
    out = [task for task in play.network.tasks.values() if task.taken]  # type: ignore[attr-defined] # TikTok's
    assert [task.is_draft for task in out] == [after == "draft"]
    assert receipt.is_draft is (after == "draft")


@pytest.mark.parametrize(("before", "after"), [("direct", "draft"), ("draft", "direct")])
def test_what_went_out_as_one_is_not_told_as_the_other(before: str, after: str) -> None:
    play = ready(cases.case("tiktok"))
    play.settings |= {"mode": before}
    assert kind(play.lose(play.case.post)) == "OutcomeUnknown"
    play.settings |= {"mode": after}
    play.wait(600)
    found = play.find(play.case.post)
    assert found is not None
    assert found.is_draft is (before == "draft")


@pytest.mark.parametrize(("before", "after"), [("direct", "draft"), ("draft", "direct")])
def test_lost_photos_are_looked_for_where_they_went(before: str, after: str) -> None:
    play = ready(PHOTOS["tiktok"])
    play.settings |= {"mode": before}
    assert kind(play.lose(play.case.post)) == "OutcomeUnknown"
    play.settings |= {"mode": after}
    play.wait(600)
    if before == "direct":
        assert play.find(play.case.post) is not None
        return
    assert "inbox" in str(play.error_of(lambda: play.find(play.case.post)))

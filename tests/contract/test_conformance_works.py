"""Networks that go on working on what they took pass these: nothing is called published before they are done."""

from datetime import timedelta

import pytest

from adapters.contract import NotYet, PublishError, Receipt, Rejected, Scope, StillWorking
from tests.contract.cases import CASES
from tests.contract.play import Case, Play
from tests.contract.test_conformance import ready

every_case_that_works_on = pytest.mark.parametrize("case", [c for c in CASES if c.settles_later], ids=lambda c: c.name)


def working(case: Case, works: timedelta, fails: str = "") -> Play:
    """Publish to a network that has it all, and needs so long for it."""
    play = ready(case)
    play.network.works, play.network.fails = works, fails
    error = play.error_of(lambda: play.publish(case.post))
    assert isinstance(error, StillWorking)
    assert not error.is_outage, "a network that works is not out of order"
    assert error.retry_after is None or error.retry_after > timedelta(0)
    return play


def look(play: Play) -> PublishError | Receipt | None:
    try:
        return play.find(play.case.post)
    except PublishError as e:
        return e


def looks(play: Play) -> list[PublishError | Receipt | None]:
    """Look as often as the adapter says, until it is known; the last one is what it is."""
    found: list[PublishError | Receipt | None] = []
    for _ in range(150):
        found.append(one := look(play))
        if not isinstance(one, NotYet):
            return found
        assert one.scope is Scope.DELIVERY
        assert one.retry_after
        play.wait(one.retry_after.total_seconds())
        in_time(play)
    raise AssertionError("never known")


def in_time(play: Play) -> None:
    """Renew the session before it ends, as bot.accounts does."""
    ends = play.account.expires_at
    if ends is not None and play.now >= ends - play.case.adapter.spec.renew_ahead:
        play.account = play.do(lambda a: a.renew(play.account))


@every_case_that_works_on
def test_while_a_network_works_on_a_post_it_is_not_called_published(case: Case) -> None:
    play = working(case, timedelta(seconds=90))
    play.wait(89)
    assert isinstance(play.error_of(lambda: play.find(case.post)), NotYet)
    play.wait(1)
    found = play.find(case.post)
    assert found is not None
    assert [shown.id for shown in play.shown()] == [found.id]
    assert len(play.visible()) == 1


@every_case_that_works_on
def test_a_crash_before_the_answer_is_stored_changes_nothing(case: Case) -> None:
    play = ready(case)
    play.network.works = timedelta(minutes=10)
    known = dict(play.memo.known)
    play.at_intent = lambda: known.update(play.memo.known)
    play.error_of(lambda: play.publish(case.post))
    play.memo.known = known
    *before, last = looks(play)
    assert before
    assert isinstance(last, Receipt)
    assert len(play.visible()) == 1


@every_case_that_works_on
def test_what_a_network_took_and_refuses_an_hour_later_is_told_once_and_not_sent_again(case: Case) -> None:
    play = working(case, timedelta(hours=1), case.fails)
    *before, last = looks(play)
    assert isinstance(last, Rejected)
    assert "took the" in str(last)
    assert 5 < len(before) < 30, "asked often at first, and seldom later"
    assert timedelta(hours=1) <= play.now - play.asked.last < timedelta(hours=1, minutes=15)
    assert not play.shown()
    assert len(play.visible()) == 1


@every_case_that_works_on
def test_a_network_is_given_a_day_for_its_work(case: Case) -> None:
    play = working(case, timedelta(hours=23))
    *before, last = looks(play)
    assert isinstance(last, Receipt)
    assert len(before) < 150
    assert case.adapter.spec.find_for >= timedelta(hours=24)

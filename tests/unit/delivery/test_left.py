"""How long ago a call left is reckoned by the time that passed, never by a clock that may be set."""

from datetime import timedelta

import pytest

from adapters.contract import NotYet, OutcomeUnknown, Scope
from tests.unit.engine import Desk, article, minutes, seconds

LOST = OutcomeUnknown("read timeout")
HOURS = [timedelta(hours=-3), timedelta(hours=3)]


def lost(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.wire.say("publish", LOST)
    desk.turn()
    desk.wire.say("find", *[NotYet("not so far", retry_after=seconds(1))] * 9)
    return desk


def look(desk):
    """Look once more, at once; tell how long ago the call is said to have left."""
    desk.change(1, due_at=desk.clock.now())
    desk.turn()
    return desk.clock.now() - desk.wire.asked[-1].last


@pytest.mark.parametrize("by", HOURS)
def test_a_clock_that_is_set_makes_no_call_older_or_younger(tmp_path, by):
    desk = lost(tmp_path)
    desk.go(seconds(20))
    assert look(desk) == seconds(20)
    desk.clock.time += by
    desk.go(seconds(20))
    assert look(desk) == seconds(40)


@pytest.mark.parametrize("by", [timedelta(0), *HOURS])
def test_who_did_not_see_the_call_reckons_from_the_first_look(tmp_path, by):
    desk = lost(tmp_path)
    desk.worker = desk.another_worker()
    desk.go(minutes(1))
    desk.clock.time += by
    assert look(desk) == -desk.policy.send_by
    desk.go(minutes(2))
    assert look(desk) == minutes(2) - desk.policy.send_by


def test_another_call_of_the_same_delivery_is_reckoned_anew(tmp_path):
    desk = lost(tmp_path)
    stale = desk.worker
    desk.go(minutes(3))
    assert look(desk) == minutes(3)
    desk.worker = desk.another_worker()
    desk.wire.script["find"].clear()
    look(desk)  # absent
    desk.go(minutes(1))
    desk.wire.say("publish", LOST)
    desk.turn()
    assert desk.stands() == ("unknown", "lost_answer")
    desk.worker = stale
    assert look(desk) == -desk.policy.send_by


@pytest.mark.parametrize("by", HOURS)
def test_the_look_up_time_is_time_that_passed(tmp_path, by):
    desk = lost(tmp_path)
    desk.wire.script["find"].clear()
    desk.wire.say("find", *[NotYet("not so far", scope=Scope.DELIVERY, retry_after=seconds(1))] * 2)
    desk.clock.time += by
    desk.go(minutes(4))
    look(desk)
    assert desk.stands() == ("unknown", "look_again")
    desk.go(minutes(1))
    look(desk)
    assert desk.stands() == ("held", "undecidable")

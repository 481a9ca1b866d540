"""What a date that changes does to a story that waits: an embargo moves with it, also where a person holds it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions import deliveries as verbs
from tests.unit.engine import NOW, ONE, Desk, article, minutes

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("first", "then", "stands", "due"),
    [
        (HOUR, 5 * HOUR, ("due", "embargo"), NOW + 5 * HOUR),
        (5 * HOUR, HOUR, ("due", "embargo"), NOW + HOUR),
        (5 * HOUR, -HOUR, ("due", "planned"), NOW),
        (timedelta(0), 5 * HOUR, ("due", "embargo"), NOW + 5 * HOUR),
        (365 * DAY, timedelta(0), ("due", "planned"), NOW),
        (365 * DAY, HOUR, ("due", "embargo"), NOW + HOUR),
        (HOUR, 365 * DAY, ("held", "far_future"), NOW + 365 * DAY),
    ],
)
def test_what_waits_goes_by_the_newest_date_of_its_article(tmp_path, first, then, stands, due):
    desk = Desk(tmp_path)
    desk.poll(article(published=NOW + first))
    desk.poll(article(published=NOW + then))
    found = desk.delivery()
    assert (desk.stands(), found.due_at, found.expires_at) == (stands, due, due + ONE.expiry)
    assert desk.turn() is (due == NOW)
    if stands[0] == "due":
        desk.go(due - NOW)
        desk.turn()
        assert len(desk.wire.shown) == 1


def test_an_embargo_prolonged_during_a_run_stops_the_call(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.wire.hooks["prepare"] = lambda: desk.poll(article(published=NOW + HOUR))
    desk.turn()
    assert (desk.wire.shown, desk.stands(), desk.delivery().due_at) == ([], ("due", "embargo"), NOW + HOUR)


def test_an_approval_outlives_another_date_and_none_is_given_by_one(tmp_path):
    desk = Desk(tmp_path, replace(ONE, approval="always"))
    desk.poll(article(published=NOW + HOUR))
    desk.act(verbs.approve(desk.room(), 1))
    desk.poll(article(published=NOW + 2 * HOUR))
    assert (desk.stands(), desk.delivery().due_at) == (("due", "approved"), NOW + 2 * HOUR)
    desk.poll(article(2, published=NOW + 365 * DAY))
    desk.poll(article(2, published=NOW))
    assert desk.stands(2) == ("held", "approval")


def test_what_a_person_holds_stays_held_and_a_date_that_is_past_moves_nothing(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article(published=NOW + HOUR))
    desk.act(verbs.hold(desk.room(), 1))
    desk.poll(article(published=NOW + 2 * HOUR))
    assert (desk.stands(), desk.delivery().due_at) == (("held", "by_person"), NOW + 2 * HOUR)
    desk.poll(article(2, published=NOW - minutes(5)))
    before = desk.delivery(2)
    desk.poll(article(2, published=NOW - minutes(3)))
    assert desk.delivery(2) == before

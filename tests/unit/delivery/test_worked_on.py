"""A network that takes a post and says later what became of it: nothing is published before it says so."""

from dataclasses import replace
from typing import ClassVar

import pytest

from adapters.contract import CameToNothing, NotSent, NotYet, OutcomeUnknown, Receipt, Rejected, Spec, StillWorking
from adapters.youtube_answers import REFUSED, WHY, WORKING
from bot.actions import deliveries as verbs
from bot.actions.room import RefusedVerb
from tests.unit.delivery.test_films import FILMS
from tests.unit.delivery.test_films import opened as filmed
from tests.unit.delivery.test_photo_posts import HUGE, URL
from tests.unit.delivery.test_turn import opened
from tests.unit.engine import POLICY, Desk, Fake, article, hours, minutes, seconds

AT = "https://www.youtube.com/watch?v=abc"
COPYRIGHT = REFUSED.format(why=WHY["copyright"], address=AT)


class Films(Fake):
    """A network that may need a day for a film."""

    spec: ClassVar[Spec] = replace(Fake.spec, find_for=hours(24))


def taken(folder) -> Desk:
    """Send a post the network has and works on."""
    desk = opened(folder, kind=Films)
    desk.wire.say("publish", StillWorking(WORKING, retry_after=seconds(20)))
    assert desk.turn()
    assert not desk.turn(), "it is looked at when the network may know more"
    assert desk.row().fails == 0, "a network that works is not out of order"
    return desk


def test_what_a_network_works_on_is_published_once_it_says_so(tmp_path):
    desk = taken(tmp_path)
    assert desk.stands() == ("unknown", "worked_on")
    assert (
        desk.why() == f"Fake has all of it and is still at work on it ({WORKING}); we look at 14:00 whether it is out."
    )
    desk.wire.say("find", NotYet(WORKING, retry_after=minutes(1)), Receipt("77", "https://fake.example/77"))
    desk.go(seconds(20))
    desk.turn()
    desk.go(minutes(1))
    desk.turn()
    assert (desk.stands(), desk.delivery().detail) == (("done", "sent"), "")
    assert desk.why() == "Published at 14:01 (https://fake.example/77)."
    assert desk.wire.calls.count("publish") == 1


def test_what_a_network_refuses_an_hour_later_waits_for_a_person_and_goes_nowhere_by_itself(tmp_path):
    desk = taken(tmp_path)
    desk.wire.say("find", *[NotYet(WORKING, retry_after=minutes(15))] * 4, Rejected(COPYRIGHT))
    for _ in range(6):
        desk.go(minutes(15))
        desk.turn()
    assert desk.stands() == ("held", "refused")
    said = "Fake refused it, so nothing was posted: YouTube took the video and refused it afterwards: it says that"
    assert desk.why().startswith(f"{said} the film breaks a copyright ({AT}); change it")
    desk.go(hours(5))
    assert not desk.turn()
    assert (desk.wire.calls.count("publish"), desk.wire.shown) == (1, [])
    assert [each["reason"] for each in desk.log(delivery=1)][-2:] == ["worked_on", "refused"]


def test_a_network_that_never_says_what_became_of_a_post_leaves_it_to_a_person(tmp_path):
    desk = taken(tmp_path)
    desk.wire.say("find", *[NotYet(WORKING, retry_after=hours(5))] * 5)
    for _ in range(5):
        assert desk.stands() == ("unknown", "worked_on")
        desk.go(hours(5))
        desk.turn()
    assert desk.stands() == ("held", "worked_on")
    assert desk.wire.calls.count("publish") == 1
    assert "unless it is out, delete it there before it is sent again" in desk.why()


def left_to_a_person(folder) -> Desk:
    """Let a network say nothing for a day, while the article gets another headline."""
    desk = taken(folder)
    desk.wire.say("find", *[NotYet(WORKING, retry_after=hours(5))] * 5)
    for _ in range(5):
        desk.go(hours(5))
        desk.turn()
    desk.poll(replace(article(1), title="Another headline altogether"))
    assert desk.stands() == ("held", "worked_on")
    return desk


def test_what_the_network_had_is_asked_for_once_more_before_other_words_are_sent(tmp_path):
    desk = left_to_a_person(tmp_path)
    had = desk.delivery().digest
    desk.act(verbs.resolve(desk.room(), 1, sent=None))
    assert (desk.stands(), desk.delivery().digest) == (("unknown", "resolved_absent"), had)
    assert "says that it is not out; we ask Fake once more" in desk.why()
    desk.wire.say("find", Receipt("77", "https://fake.example/77"))
    desk.turn()
    assert (desk.stands(), desk.delivery().digest) == (("done", "sent"), had)
    assert desk.wire.calls.count("publish") == 1


def test_what_the_network_still_works_on_stays_with_the_person(tmp_path):
    desk = left_to_a_person(tmp_path)
    desk.act(verbs.resolve(desk.room(), 1, sent=None))
    with pytest.raises(RefusedVerb, match="is at work on it"):
        desk.act(verbs.resolve(desk.room(), 1, sent=None))
    desk.wire.say("find", NotSent("dns"), NotYet(WORKING))
    for stood in (("unknown", "resolved_absent"), ("held", "worked_on")):
        desk.turn()
        assert desk.stands() == stood
        desk.go(minutes(10))
    assert desk.wire.calls.count("publish") == 1


@pytest.mark.parametrize("said", [None, Rejected("it was deleted"), OutcomeUnknown("the network knows no such task")])
def test_what_the_network_has_no_more_is_sent_in_the_words_of_now(tmp_path, said):
    desk = left_to_a_person(tmp_path)
    desk.act(verbs.resolve(desk.room(), 1, sent=None))
    desk.wire.say("find", said)
    desk.turn()
    assert (desk.stands()[0], desk.delivery().digest) == ("due", "")
    assert [each["reason"] for each in desk.log(delivery=1)][-2:] == ["resolved_absent", "revised"]
    desk.turn()
    assert (desk.stands(), desk.wire.calls.count("publish")) == (("done", "sent"), 2)


def test_what_a_network_makes_nothing_of_costs_tries_and_ends_with_its_reason(tmp_path):
    desk = taken(tmp_path)
    said = "Fake took the photos and refused them afterwards: it could not fetch the file (photo_pull_failed)"
    desk.wire.say("find", *[CameToNothing(said)] * 20)
    desk.wire.say("publish", *[StillWorking(WORKING, retry_after=seconds(20))] * 20)
    desk.go(seconds(20))
    desk.turn()
    assert desk.stands() == ("due", "backoff")
    assert desk.why().startswith(f"Try 1 of 10 failed before anything was posted ({said})")
    for _ in range(50):
        desk.go(minutes(10))
        desk.turn()
    assert desk.stands() == ("held", "gave_up")
    assert said in desk.why()
    assert desk.wire.calls.count("publish") == POLICY.most_tries


def test_what_an_editor_should_know_of_a_post_outlives_the_networks_work(tmp_path):
    desk = filmed(tmp_path, replace(FILMS, approval="always"))
    desk.album.offers[URL] = HUGE
    desk.turn()
    desk.act(verbs.approve(desk.room(), 1))
    remark = f"without its photo: {HUGE}"
    desk.wire.say("publish", StillWorking(WORKING))
    desk.wire.say("find", NotYet("busy; come again"), NotYet(WORKING), Receipt("77", "https://fake.example/77"))
    desk.turn()
    for told in (WORKING, "busy, come again", WORKING):
        assert (desk.stands(), desk.delivery().detail) == (("unknown", "worked_on"), f"{told}; {remark}")
        desk.go(minutes(1))
        desk.turn()
    assert (desk.stands(), desk.delivery().detail) == (("done", "sent"), remark)
    assert desk.why() == f"Published at 14:03 (https://fake.example/77); {remark}."

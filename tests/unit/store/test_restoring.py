"""A database that was brought back from a copy sends nothing the lost one may have sent: it looks, or a person does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.contract import NotYet, OutcomeUnknown, Receipt, Rejected
from bot.actions import deliveries as verbs
from bot.actions import newsroom
from bot.actions.room import RefusedVerb
from bot.model import Kind, Reason, State
from bot.store import housekeeping, restoring
from tests.unit.engine import NOW, ONE, Desk, Plain, article, minutes

MANNERED = replace(ONE, approval="always")
FOUND = Receipt("9", "https://fake.example/9")


def copied(tmp_path, *channels, **more):
    """A newsroom whose copy ends with one story planned; an hour later it is put in the place of the lost database."""
    desk = Desk(tmp_path, *channels, **more)
    desk.poll(article())
    return brought_back(desk)


def brought_back(desk):
    desk.go(minutes(60))
    now = desk.clock.now()
    desk.ask(lambda db: restoring.bring_back(db, now, ends=restoring.ends_at(db), actor="cli:dana"))
    return desk


def work(desk):
    while desk.turn():
        pass


def test_what_was_due_is_looked_for_and_found(tmp_path):
    desk = copied(tmp_path)
    assert desk.stands() == ("unknown", "restored")
    assert "brought back from a copy that ends at 14:00" in desk.why()
    desk.wire.say("find", FOUND)
    work(desk)
    assert desk.stands() == ("done", "restored")
    assert desk.wire.shown == []
    assert desk.delivery().copied_at is None
    assert "our note of it was lost with the database" in desk.why()


def test_the_look_begins_where_the_copy_ends_and_reckons_from_the_first_look(tmp_path):
    desk = copied(tmp_path)
    work(desk)
    (asked,) = desk.wire.asked
    assert asked.first == NOW
    assert asked.last >= desk.clock.now()


@pytest.mark.parametrize("answer", [None, OutcomeUnknown("no scratch chat"), Rejected("gone")])
def test_what_is_not_found_is_for_a_person_and_never_due_by_itself(tmp_path, answer):
    desk = copied(tmp_path)
    desk.wire.say("find", answer)
    work(desk)
    assert desk.stands() == ("held", "restored")
    assert "resolve 1 --not-sent" in desk.why()
    desk.go(timedelta(days=9))
    work(desk)
    desk.ask(housekeeping.expire, desk.clock.now(), listed=desk.channels)
    assert desk.stands() == ("held", "restored")
    assert desk.wire.shown == []


def test_a_look_that_is_put_off_says_why_and_comes_again(tmp_path):
    desk = copied(tmp_path)
    desk.wire.say("find", NotYet("busy", retry_after=minutes(1)), FOUND)
    assert desk.turn()
    assert desk.stands() == ("unknown", "look_again")
    assert "may have gone out since" in desk.why()
    desk.go(minutes(2))
    work(desk)
    assert desk.stands() == ("done", "restored")


def test_a_network_that_cannot_be_asked_leaves_it_to_a_person(tmp_path):
    desk = copied(tmp_path, kind=Plain)
    work(desk)
    assert desk.stands() == ("held", "restored")


def test_a_post_that_cannot_be_written_is_held_for_a_look_and_not_for_its_own_reason(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article(title="x" * 400))
    brought_back(desk)
    work(desk)
    assert desk.stands() == ("held", "restored")
    assert "too long" in desk.why()


@pytest.mark.parametrize("verb", [verbs.release, verbs.cancel, verbs.approve])
def test_nobody_lets_go_what_may_be_out_without_a_look(tmp_path, verb):
    desk = copied(tmp_path)
    work(desk)
    with pytest.raises(RefusedVerb):
        desk.act(verb(desk.room(), 1))
    assert desk.stands() == ("held", "restored")


def test_a_person_who_looked_settles_it(tmp_path):
    desk = copied(tmp_path)
    work(desk)
    desk.act(verbs.resolve(desk.room(), 1, sent=None))
    assert desk.stands() == ("due", "resolved_absent")
    work(desk)
    assert desk.stands() == ("done", "sent")
    assert len(desk.wire.shown) == 1
    assert desk.wire.asked
    assert desk.delivery().copied_at is None


def test_an_approval_is_asked_for_again_before_it_goes(tmp_path):
    desk = Desk(tmp_path, MANNERED)
    desk.poll(article())
    desk.act(verbs.approve(desk.room(), 1))
    brought_back(desk)
    work(desk)
    desk.act(verbs.resolve(desk.room(), 1, sent="https://fake.example/7"))
    assert desk.stands() == ("done", "resolved_sent")
    assert desk.wire.shown == []


def test_what_waited_for_a_person_goes_on_waiting_after_a_look(tmp_path):
    desk = copied(tmp_path, MANNERED)
    assert desk.stands() == ("held", "approval")
    assert "so look first: `resolve 1 --sent` and the post's address" in desk.why()
    for verb in (verbs.approve, verbs.cancel):
        with pytest.raises(RefusedVerb, match="nobody knows whether delivery 1 is out"):
            desk.act(verb(desk.room(), 1))
    desk.act(verbs.resolve(desk.room(), 1, sent=None))
    assert desk.stands() == ("held", "approval")
    desk.act(verbs.approve(desk.room(), 1))
    work(desk)
    assert len(desk.wire.shown) == 1


def test_a_mark_or_a_revision_lets_nothing_go_that_may_be_out(tmp_path):
    desk = Desk(tmp_path, MANNERED)
    desk.poll(article(published=NOW + timedelta(days=30)))
    assert desk.stands() == ("held", "far_future")
    brought_back(desk)
    desk.poll(article(title="Port 1 wins a loan of 999 million", published=NOW))
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, solemn=False))
    assert desk.stands() == ("held", "far_future")
    work(desk)
    assert desk.wire.shown == []


def test_a_skipped_story_is_released_only_after_a_look(tmp_path):
    desk = Desk(tmp_path, replace(ONE, languages=("kk",)))
    desk.poll(article())
    brought_back(desk)
    with pytest.raises(RefusedVerb, match="nobody knows"):
        desk.act(verbs.release(desk.room(), 1))
    desk.act(verbs.resolve(desk.room(), 1, sent=None))
    desk.act(verbs.release(desk.room(), 1))
    work(desk)
    assert len(desk.wire.shown) == 1


def test_whatever_makes_it_due_it_is_looked_for_before_it_is_sent(tmp_path):
    desk = Desk(tmp_path, replace(ONE, languages=("kk",)))
    desk.poll(article())
    brought_back(desk)
    # As a filter that takes a revised story after all would: nobody looked, so nobody knows.
    desk.change(1, state=State.DUE, reason=Reason.PLANNED, due_at=desk.clock.now())
    work(desk)
    assert len(desk.wire.asked) == 1
    assert desk.wire.shown == []
    assert desk.stands() == ("held", "restored")


@pytest.mark.parametrize("kind", [Kind.EDIT, Kind.DELETE])
def test_a_change_of_a_post_is_not_made_again_over_a_newer_one(tmp_path, kind):
    desk = Desk(tmp_path)
    desk.publish()
    desk.act(verbs.delete_post(desk.room(), 1) if kind is Kind.DELETE else verbs.edit_post(desk.room(), 1, "Other."))
    brought_back(desk)
    work(desk)
    assert desk.stands(2) == ("held", "restored")
    assert desk.wire.calls.count(str(kind)) == 0


def test_stories_of_the_lost_time_are_looked_for_and_newer_ones_go_out(tmp_path):
    desk = copied(tmp_path)
    desk.wire.say("find", FOUND)
    lost, undated = article(2, published=NOW + minutes(20)), article(3, published=None)
    desk.poll(undated, lost, article())
    assert desk.stands(2) == desk.stands(3) == ("unknown", "restored")
    work(desk)
    desk.go(minutes(30))
    desk.poll(article(4, published=desk.clock.now()), undated, lost, article())
    work(desk)
    assert desk.stands(4) == ("done", "sent")
    assert len(desk.wire.shown) == 1


def test_a_late_story_of_the_lost_time_is_looked_for_too(tmp_path):
    desk = copied(tmp_path)
    desk.poll(article())
    desk.go(minutes(30))
    desk.poll(article(2, published=NOW + minutes(59)), article())
    assert desk.stands(2) == ("unknown", "restored")


def test_an_answer_that_was_cut_off_is_no_whole_look(tmp_path):
    desk = copied(tmp_path)
    desk.poll(article(), is_complete=False)
    desk.poll(article(2, published=None), article())
    assert desk.stands(2) == ("unknown", "restored")
    desk.poll(article(3, published=None), article(2, published=None), article())
    assert desk.stands(3) == ("due", "planned")


def test_a_lost_morning_is_no_flood(tmp_path):
    desk = Desk(tmp_path)
    for n in range(6):
        desk.poll(article(n))
    brought_back(desk)
    desk.poll(*(article(n) for n in range(40)))
    assert {desk.stands(n) for n in range(1, 41)} == {("unknown", "restored")}


def test_an_embargo_goes_on_waiting(tmp_path):
    desk = copied(tmp_path)
    desk.poll(article(2, published=desk.clock.now() + minutes(90)), article())
    assert desk.stands(2) == ("due", "embargo")


def test_one_alert_lasts_until_everything_is_settled_and_the_log_tells_of_the_restore(tmp_path):
    desk = copied(tmp_path)
    assert desk.alerts() == ["database_restored"]
    assert [row["actor"] for row in desk.log() if row["action"] == "database.restored"] == ["cli:dana"]
    desk.wire.say("find", FOUND)
    work(desk)
    desk.ask(restoring.settle, desk.clock.now())
    assert desk.alerts() == []
    desk.poll(article())
    assert desk.alerts() == []


def test_a_second_restore_looks_for_what_the_first_one_brought(tmp_path):
    desk = copied(tmp_path)
    desk.act(verbs.resolve(desk.room(), 1, sent=None))
    brought_back(desk)
    assert (desk.delivery().state, desk.delivery().reason) == (State.UNKNOWN, Reason.RESTORED)


def test_a_feed_that_is_never_read_whole_posts_news_again_a_day_later(tmp_path):
    desk = copied(tmp_path)
    desk.poll(article(), is_complete=False)
    desk.go(timedelta(days=1, hours=2))
    desk.poll(article(2, published=desk.clock.now()), article(), is_complete=False)
    assert desk.stands(2) == ("due", "planned")

"""A test post goes the way of every post, before all others, and never stays up because somebody was interrupted."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from adapters.contract import NotSent, OutcomeUnknown, Rate, Receipt, Rejected, Scope
from bot.actions import deliveries, trying
from bot.actions.room import RefusedVerb
from bot.model import Kind, Reason, State
from bot.store import housekeeping, people
from bot.store.deliveries import move
from bot.store.trying import LIVES
from tests.unit.engine import NOW, ONE, Desk, Plain, article, hours, minutes, seconds

STAYS = seconds(30)
WORDS = "Test by aigul at 14:00:00, will be removed"


def plan(desk, who="one"):
    return desk.act(trying.plan(desk.room(), who, stays=STAYS))


def test_a_test_goes_the_whole_way_and_is_taken_down_in_time(tmp_path):
    desk = Desk(tmp_path)
    made = plan(desk)
    assert desk.turn()
    out = desk.delivery(made.post.id)
    assert (out.state, out.reason, out.kind, out.story) == (State.DONE, Reason.SENT, Kind.TEST, "")
    assert desk.wire.shown == [WORDS]
    assert not desk.turn(), "readers see it as long as was asked"
    desk.go(STAYS)
    assert desk.turn()
    assert desk.wire.calls[-1] == "delete"
    assert desk.why(made.removal.id) == "Taken down at 14:00 (https://fake.example/1)."


def test_what_takes_it_down_needs_nobody_who_waits(tmp_path):
    desk = Desk(tmp_path)
    made = plan(desk)
    desk.turn()
    desk.go(minutes(5))
    desk.worker = desk.another_worker()  # the one before died
    desk.turn()
    assert desk.stands(made.removal.id) == ("done", "sent")


def test_it_goes_before_the_stories_that_wait_and_leaves_them_as_they_are(tmp_path):
    desk = Desk(tmp_path)
    desk.publish(article(1))
    desk.poll(article(1), article(2))
    before = desk.delivery(2)
    plan(desk)
    desk.turn()
    assert desk.wire.shown[-1] == WORDS
    assert desk.delivery(2) == before


def test_it_counts_against_the_limits_of_its_channel(tmp_path):
    desk = Desk(tmp_path, replace(ONE, max_per_day=1))
    plan(desk)
    desk.turn()
    assert desk.row().sent_today == 1
    with pytest.raises(RefusedVerb, match="the posts of today are used up"):
        plan(desk)


def test_a_channel_that_asks_for_approval_is_not_asked_for_it(tmp_path):
    desk = Desk(tmp_path, replace(ONE, approval="always"))
    made = plan(desk)
    desk.turn()
    assert desk.stands(made.post.id) == ("done", "sent")


@pytest.mark.parametrize(
    ("channel", "meanwhile", "said"),
    [
        (ONE, lambda desk: desk.ask(people.pause, ["one"], NOW, until=None, actor="cli:dana"), "dana paused"),
        (replace(ONE, quiet_hours=(time(13), time(15))), lambda desk: None, "it has quiet hours now"),
        (ONE, lambda desk: lose_an_answer(desk), "may be out or not, and is looked for first"),
    ],
)
def test_a_channel_that_could_not_send_it_now_is_told_and_nothing_is_planned(tmp_path, channel, meanwhile, said):
    desk = Desk(tmp_path, channel)
    meanwhile(desk)
    before = desk.count()
    with pytest.raises(RefusedVerb, match=said):
        plan(desk)
    assert desk.count() == before


def lose_an_answer(desk):
    desk.wire.say("publish", OutcomeUnknown("no answer"))
    desk.poll(article())
    desk.turn()
    desk.change(1, due_at=NOW + minutes(1))


def test_where_the_network_takes_nothing_down_no_removal_is_promised(tmp_path):
    desk = Desk(tmp_path, kind=Plain)
    made = plan(desk)
    assert made.removal is None
    desk.turn()
    assert desk.wire.shown == ["Test by aigul at 14:00:00"]


def test_each_test_has_its_own_removal(tmp_path):
    desk = Desk(tmp_path, replace(ONE, gap=timedelta(0)))
    first = plan(desk)
    desk.turn()
    desk.go(seconds(1))
    second = plan(desk)
    desk.turn()
    desk.go(STAYS)
    assert desk.turn()
    assert desk.turn()
    assert {desk.stands(each.removal.id) for each in (first, second)} == {("done", "sent")}
    assert first.post.key != second.post.key


@pytest.mark.parametrize("error", [NotSent("refused"), Rejected("no")])
def test_a_test_that_did_not_go_out_is_called_off_with_its_removal(tmp_path, error):
    desk = Desk(tmp_path)
    desk.wire.say("publish", error)
    made = plan(desk)
    desk.turn()
    desk.act(trying.call_off(desk.room(), made.post.id))
    assert desk.stands(made.post.id) == ("cancelled", "cancelled")
    assert desk.stands(made.removal.id) == ("cancelled", "superseded")
    assert desk.alerts() == []


def test_a_test_nobody_called_off_expires_with_its_removal(tmp_path):
    desk = Desk(tmp_path)
    desk.wire.say("publish", NotSent("refused"))
    made = plan(desk)
    desk.turn()
    desk.go(LIVES)
    desk.ask(housekeeping.expire, desk.clock.now(), listed=["one"])
    assert desk.stands(made.post.id) == ("expired", "expired")
    assert desk.stands(made.removal.id) == ("cancelled", "superseded")
    assert desk.why(made.removal.id) == "Was dropped at 14:10: the post it belongs to did not go out in time."
    with pytest.raises(RefusedVerb, match="`jarshy test one` makes a new one"):
        desk.act(deliveries.release(desk.room(), made.post.id))


def test_a_test_that_is_taken_too_late_expires_with_its_removal(tmp_path):
    desk = Desk(tmp_path)
    made = plan(desk)
    desk.go(LIVES)
    desk.turn()
    assert desk.wire.shown == []
    assert desk.stands(made.removal.id) == ("cancelled", "superseded")


def test_what_takes_a_post_down_stays_where_that_may_have_gone_out_with_a_lost_database(tmp_path):
    desk = Desk(tmp_path)
    made = plan(desk)
    held = replace(desk.delivery(made.post.id), state=State.HELD, reason=Reason.APPROVAL, copied_at=NOW)
    desk.ask(move, held, NOW)
    desk.go(LIVES)
    desk.ask(housekeeping.expire, desk.clock.now(), listed=["one"])
    assert desk.stands(made.post.id) == ("expired", "expired")
    assert desk.stands(made.removal.id) == ("due", "approved")


@pytest.mark.parametrize(("scope", "said"), [(Scope.ACCOUNT, "its account has sent"), (Scope.APP, "the app of its")])
def test_a_test_is_refused_while_an_account_or_app_may_send_no_more(tmp_path, scope, said):
    desk = Desk(tmp_path, replace(ONE, rates=(Rate(1, hours(1), scope),)))
    plan(desk)
    desk.turn()
    with pytest.raises(RefusedVerb, match=said):
        plan(desk)


def test_a_test_whose_answer_got_lost_is_found_and_then_taken_down(tmp_path):
    desk = Desk(tmp_path)
    desk.wire.say("publish", OutcomeUnknown("no answer"))
    made = plan(desk)
    desk.turn()
    assert desk.act(trying.call_off(desk.room(), made.post.id)).state is State.UNKNOWN
    desk.wire.say("find", Receipt("1", "https://fake.example/1"))
    desk.turn()
    desk.go(STAYS)
    desk.turn()
    assert desk.stands(made.removal.id) == ("done", "sent")


def test_each_of_its_rows_says_that_it_is_a_test(tmp_path):
    desk = Desk(tmp_path)
    made = plan(desk)
    desk.turn()
    rows = desk.log(delivery=made.post.id)
    assert {row["kind"] for row in rows} == {"test"}
    assert rows[0]["actor"] == "cli:aigul"
    assert rows[0]["remark"] == "a test post"
    assert desk.why(made.post.id) == "Published as a test at 14:00 (https://fake.example/1)."


def test_a_look_from_beside_finds_it_and_leaves_nothing_behind(tmp_path):
    desk = Desk(tmp_path)
    made = plan(desk)
    desk.turn()
    stands = desk.delivery(made.post.id)
    desk.wire.say("find", Receipt("1"))
    adapter = desk.act(desk.connect.adapter(ONE))
    assert desk.act(trying.look(desk.room(), desk.connect.steps, adapter, stands)) == Receipt("1")
    assert desk.wire.asked[-1].first == stands.intent_at
    assert desk.delivery(made.post.id) == stands


def test_a_channel_nobody_set_is_named_with_those_there_are(tmp_path):
    desk = Desk(tmp_path)
    with pytest.raises(RefusedVerb, match="there is no channel two; there are one"):
        plan(desk, "two")


def test_its_metrics_are_no_story_s(tmp_path):
    told = []
    desk = Desk(tmp_path)
    desk.worker = desk.another_worker(posted=lambda who, took: told.append(took))
    plan(desk)
    desk.turn()
    assert told == []
    desk.go(hours(1))
    desk.publish(article())
    assert told == [hours(1)]


def test_a_test_nobody_saw_is_not_sent_hours_later(tmp_path):
    desk = Desk(tmp_path)
    made = plan(desk)
    desk.change(made.post.id, state=State.HELD, reason=Reason.UNDECIDABLE)
    desk.go(timedelta(hours=5))
    desk.act(deliveries.resolve(desk.room(), made.post.id, sent=None))
    while desk.turn():
        pass
    assert (desk.wire.shown, desk.stands(made.post.id)) == ([], ("cancelled", "cancelled"))


def test_a_test_that_stayed_up_is_taken_down_by_hand(tmp_path):
    desk = Desk(tmp_path, replace(ONE, gap=timedelta(0)))
    made = plan(desk)
    desk.turn()
    desk.change(made.removal.id, state=State.HELD, reason=Reason.REFUSED)
    desk.act(deliveries.cancel(desk.room(), made.removal.id))
    again = desk.act(deliveries.delete_post(desk.room(), made.post.id))
    desk.turn()
    assert desk.stands(again.id) == ("done", "sent")


def test_what_is_said_of_a_test_that_was_refused_can_be_done(tmp_path):
    desk = Desk(tmp_path)
    made = plan(desk)
    desk.wire.say("publish", Rejected("no such chat"))
    desk.turn()
    which = made.post.id
    assert desk.stands(which) == ("held", "refused")
    assert desk.why(which).endswith(f"; `cancel {which}` ends it, and `test one` makes a new one.")
    desk.act(deliveries.cancel(desk.room(), which))
    assert desk.stands(which) == ("cancelled", "cancelled")
    assert plan(desk).post.id > which

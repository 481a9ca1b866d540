"""An approval may be taken back until the post begins to be sent, a rejection too; a post may be moved."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.contract import NotSent, NotYet, OutcomeUnknown, Receipt, Scope
from bot.actions import deliveries as verbs
from bot.actions import newsroom
from bot.actions.room import RefusedVerb
from bot.store import approving, rescheduling
from bot.store.clockset import clock_was_set
from bot.store.housekeeping import expire
from tests.unit.engine import NOW, ONE, Desk, article, hours, minutes, seconds

ASKS = replace(ONE, approval="always", send_window=seconds(60))


def asking(tmp_path, *channels, **said):
    desk = Desk(tmp_path, *(channels or (ASKS,)))
    desk.poll(article(**said))
    return desk


def undo(desk, actor="cli:aigul"):
    return desk.act(verbs.undo(desk.room(actor), 1))


def test_an_approved_post_waits_for_the_send_window(tmp_path):
    desk = asking(tmp_path)
    before = desk.delivery()
    approved = desk.act(verbs.approve(desk.room(), 1))
    assert approved.due_at == NOW + seconds(60)
    assert approved.expires_at == before.expires_at + seconds(60), "the window costs no life"
    assert desk.why() == ("Was approved by aigul and goes out at 14:01; until then `undo 1` takes the approval back.")
    assert not desk.turn()
    desk.go(seconds(60))
    desk.turn()
    assert desk.wire.shown == [approved.post.text]


def test_an_approval_in_the_last_minute_of_a_life_is_not_lost(tmp_path):
    desk = asking(tmp_path)
    desk.go(hours(6) - seconds(1))
    desk.act(verbs.approve(desk.room(), 1))
    desk.go(seconds(60))
    assert desk.ask(expire, desk.clock.now(), listed=desk.channels) == 0
    desk.turn()
    assert desk.stands() == ("done", "sent")


def test_breaking_news_waits_for_no_window(tmp_path):
    desk = asking(tmp_path)
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, breaking_for=hours(1)))
    assert desk.act(verbs.approve(desk.room(), 1)).due_at == NOW
    assert desk.why() == "Was approved by aigul and goes out now."


def test_an_undone_approval_is_asked_again_in_the_same_words(tmp_path):
    desk = asking(tmp_path)
    approved = desk.act(verbs.approve(desk.room(), 1))
    back = undo(desk, "desk:dana")
    assert (back.post, back.digest, back.approved) == (approved.post, approved.digest, "")
    asks = "Waits for approval (dana took the decision back): `approve 1` or `reject 1 REASON`"
    assert desk.why() == f"{asks}; it expires at 20:00."
    desk.go(minutes(10))
    assert not desk.turn()
    desk.act(verbs.approve(desk.room(), 1))
    desk.go(minutes(1))
    desk.turn()
    assert desk.wire.shown == [approved.post.text]


def test_an_undo_stops_a_turn_that_is_under_way(tmp_path):
    desk = asking(tmp_path)
    desk.act(verbs.approve(desk.room(), 1))
    desk.go(seconds(60))
    desk.wire.hooks["prepare"] = lambda: desk.ask(approving.undo, 1, ASKS, desk.clock.now(), actor="cli:aigul")
    desk.turn()
    assert desk.wire.shown == []
    assert desk.stands() == ("held", "approval")


def test_an_undo_that_meets_sending_is_done_if_nothing_came_of_it(tmp_path):
    desk = asking(tmp_path)
    desk.act(verbs.approve(desk.room(), 1))
    desk.go(seconds(60))
    desk.wire.say("publish", OutcomeUnknown("no answer"))
    desk.turn()
    assert desk.act(verbs.undo(desk.room(), 1)).wish == "undo cli:aigul"
    assert "aigul wants it asked about again if it is not out" in desk.why()
    desk.wire.say("find", None)
    desk.turn()
    assert desk.stands() == ("held", "approval")
    assert not desk.turn()
    assert desk.wire.shown == []


def test_an_undo_that_comes_too_late_says_so(tmp_path):
    desk = asking(tmp_path)
    desk.act(verbs.approve(desk.room(), 1))
    desk.go(seconds(60))
    desk.wire.say("publish", OutcomeUnknown("no answer"))
    desk.turn()
    undo(desk)
    desk.wire.say("find", Receipt("1", "https://fake.example/1"))
    desk.turn()
    assert desk.stands() == ("done", "found")
    assert desk.alerts() == ["wish_too_late"]
    with pytest.raises(RefusedVerb, match="is out, so it is too late: `delete-post 1`"):
        undo(desk)


def test_an_approval_can_be_undone_after_a_failed_try(tmp_path):
    desk = asking(tmp_path)
    desk.act(verbs.approve(desk.room(), 1))
    desk.go(seconds(60))
    desk.wire.say("prepare", NotSent("refused"))
    desk.turn()
    undo(desk)
    assert desk.stands() == ("held", "approval")


def test_what_nobody_approved_has_no_approval_to_take_back(tmp_path):
    desk = asking(tmp_path, ONE)
    with pytest.raises(RefusedVerb, match="has no approval to take back"):
        undo(desk)


def test_a_rejection_keeps_its_reason_in_the_sentence_and_the_log(tmp_path):
    desk = asking(tmp_path)
    desk.act(verbs.reject(desk.room(), 1, " We had this\n yesterday. "))
    assert desk.why() == "Was rejected at 14:00 by aigul: We had this yesterday."
    assert desk.log()[-1]["detail"] == "cli:aigul: We had this yesterday"


@pytest.mark.parametrize(("why", "said"), [(" . ", "say why, for colleagues"), ("x" * 301, "301 signs of 300")])
def test_a_rejection_needs_a_reason_people_can_read(tmp_path, why, said):
    desk = asking(tmp_path)
    with pytest.raises(RefusedVerb, match=said):
        desk.act(verbs.reject(desk.room(), 1, why))
    assert desk.stands() == ("held", "approval")


def test_a_rejection_can_be_undone_and_is_asked_in_the_words_of_now(tmp_path):
    desk = asking(tmp_path)
    desk.act(verbs.reject(desk.room(), 1, "not yet"))
    desk.poll(article(title="Port 1 wins a loan of 900 million"))
    undo(desk)
    assert desk.stands() == ("held", "approval")
    assert "900 million" in desk.act(verbs.approve(desk.room(), 1)).post.text


def test_what_was_withdrawn_since_its_rejection_says_so(tmp_path):
    desk = asking(tmp_path)
    desk.act(verbs.reject(desk.room(), 1, "not yet"))
    desk.poll(article(title="RETRACTED: Port 1 wins a loan of 101 million"))
    undo(desk)
    assert desk.stands() == ("held", "retracted")


def test_a_rejection_whose_time_is_over_stays(tmp_path):
    desk = asking(tmp_path)
    desk.act(verbs.reject(desk.room(), 1, "not yet"))
    desk.go(hours(7))
    with pytest.raises(RefusedVerb, match="its time is over"):
        undo(desk)


def test_a_moved_post_goes_out_when_it_was_moved_to(tmp_path):
    desk = asking(tmp_path, ONE)
    moved = desk.act(verbs.move(desk.room(), 1, NOW + hours(2)))
    assert desk.why() == "Was moved by aigul and goes out at 16:00; it expires at 22:00."
    assert moved.expires_at == NOW + hours(8), "its time to live grows with it"
    assert desk.log()[-1]["remark"] == "now for 25 November, 16:00"
    assert not desk.turn()
    desk.go(hours(2))
    desk.turn()
    assert len(desk.wire.shown) == 1


def test_a_post_moved_ahead_of_its_time_goes_out_then_and_lives_as_long(tmp_path):
    desk = asking(tmp_path, replace(ONE, grace=hours(2)))
    before = desk.delivery()
    desk.act(verbs.move(desk.room(), 1, NOW))
    assert desk.delivery().expires_at == before.expires_at
    desk.turn()
    assert len(desk.wire.shown) == 1


def test_a_move_keeps_the_approval_of_the_same_words(tmp_path):
    desk = asking(tmp_path)
    approved = desk.act(verbs.approve(desk.room(), 1))
    desk.act(verbs.move(desk.room(), 1, NOW + hours(1)))
    desk.go(hours(1))
    desk.turn()
    assert desk.wire.shown == [approved.post.text]


def test_what_was_moved_while_it_waited_goes_out_then_once_it_is_approved(tmp_path):
    desk = asking(tmp_path)
    desk.act(verbs.move(desk.room(), 1, NOW + hours(7)))
    assert desk.why() == (
        "Waits for approval and then goes out at 21:00: `approve 1` or `reject 1 REASON`; "
        "it expires on 26 November, 03:00."
    )
    assert desk.act(verbs.approve(desk.room(), 1)).due_at == NOW + hours(7)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOW - minutes(1), "nothing can go out at 25 November, 13:59, that is over: `move 1 now`"),
        (NOW + timedelta(days=8), "that is more than 7 days ahead"),
    ],
)
def test_a_moment_that_cannot_be_is_refused(tmp_path, at, said):
    desk = asking(tmp_path, ONE)
    with pytest.raises(RefusedVerb, match=said):
        desk.act(verbs.move(desk.room(), 1, at))
    assert desk.stands() == ("due", "planned")


def test_nothing_is_moved_before_its_embargo(tmp_path):
    desk = asking(tmp_path, ONE, published=NOW + hours(3))
    with pytest.raises(RefusedVerb, match="its article is dated 25 November, 17:00"):
        desk.act(verbs.move(desk.room(), 1, NOW + hours(2)))
    desk.act(verbs.move(desk.room(), 1, NOW + hours(4)))
    desk.poll(article(published=NOW + hours(3.5)))
    assert (desk.delivery().due_at, desk.stands()) == (NOW + hours(4), ("due", "moved"))
    desk.poll(article(published=NOW + hours(5)))
    assert (desk.delivery().due_at, desk.stands()) == (NOW + hours(5), ("due", "embargo"))


def test_nothing_is_moved_before_its_network_would_take_it(tmp_path):
    desk = asking(tmp_path, ONE)
    desk.wire.say("prepare", NotYet("not finished", retry_after=minutes(5), scope=Scope.DELIVERY))
    desk.turn()
    with pytest.raises(RefusedVerb, match="its network asked us to wait until 25 November, 14:05"):
        desk.act(verbs.move(desk.room(), 1, NOW + minutes(1)))


def test_a_move_stops_a_turn_that_is_under_way(tmp_path):
    desk = asking(tmp_path, ONE)
    how = {"zone": "Asia/Almaty", "actor": "cli:aigul"}
    desk.wire.hooks["prepare"] = lambda: desk.ask(rescheduling.move_to, 1, ONE, NOW + hours(1), NOW, **how)
    desk.turn()
    assert (desk.wire.shown, desk.stands()) == ([], ("due", "moved"))
    desk.go(hours(1))
    desk.turn()
    assert len(desk.wire.shown) == 1


def test_a_clock_that_is_set_moves_no_time_a_person_named(tmp_path):
    desk = asking(tmp_path, ONE, published=NOW - minutes(1))
    desk.act(verbs.move(desk.room(), 1, NOW + hours(2)))
    desk.ask(clock_was_set, hours(1), NOW + hours(1), since=NOW)
    assert desk.delivery().due_at == NOW + hours(2)

"""Corrections and reposts: what people have said further of a story that is out."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

import pytest

from adapters.contract import OutcomeUnknown, Spec
from bot.actions import deliveries as verbs
from bot.actions import newsroom
from bot.actions.room import RefusedVerb
from bot.model import Kind, Reason, Source, State
from bot.store import audit, templates
from tests.unit.engine import MAIN, NOW, ONE, Desk, Plain, article, broken, minutes

NOTE = "The loan is 900 million tenge, not 90 million."
TEMPLATE = "{{ mark }}{% if is_correction %}{{ correction }}{% else %}{{ title }}{% endif %}\n\n{{ url }}"
TWO = replace(ONE, id="two", place=(("chat", "@two"),))


class Mute(Plain):
    """A network on which a post cannot answer another."""

    spec: ClassVar[Spec] = replace(Plain.spec, replies=False)


def desk_with(tmp_path, *channels, **more):
    desk = Desk(tmp_path, *(channels or (ONE,)), **more)
    desk.ask(templates.offer, {"fake": TEMPLATE}, NOW, origin=templates.FILE)
    return desk


def published(tmp_path, *channels, **more):
    desk = desk_with(tmp_path, *channels, **more)
    desk.poll(article())
    work(desk)
    return desk


def work(desk):
    for who in desk.channels:
        while desk.turn(who):
            pass


def correct(desk, note=NOTE, **more):
    return desk.act(newsroom.correct(desk.room(), desk.delivery().story, note, **more))


def approve(desk, which):
    desk.act(verbs.approve(desk.room(), which))
    desk.go(ONE.gap)
    work(desk)


def test_a_correction_waits_for_approval_and_answers_the_post_it_corrects(tmp_path):
    desk = published(tmp_path)
    (planned,) = correct(desk)
    assert (planned.kind, planned.parent, desk.stands(2)) == (Kind.REPLY, 1, ("held", "approval"))
    assert desk.why(2).startswith("Waits for approval (a correction of what is out): `approve 2` or `reject 2 REASON`")
    assert not desk.turn()
    approve(desk, 2)
    assert desk.wire.shown[-1].startswith(f"CORRECTION: {NOTE}")
    assert desk.delivery(2).post.parent == desk.delivery(1).receipt
    assert desk.why(2).startswith("Published as a reply at 14:01")


def test_the_log_tells_which_post_a_correction_follows(tmp_path):
    desk = published(tmp_path)
    correct(desk)
    told = [json.loads(each.row) for each in desk.ask(lambda db: list(audit.read(db, actions=["delivery.planned"])))]
    assert [row.get("parent") for row in told] == [None, 1]


def test_where_the_network_has_no_replies_a_correction_is_a_post_of_its_own(tmp_path):
    desk = published(tmp_path, replace(ONE, approval="always"), kind=Mute)
    approve(desk, 1)
    (planned,) = correct(desk)
    approve(desk, 2)
    assert (planned.kind, desk.delivery(2).state, desk.delivery(2).post.parent) == (Kind.PART, State.DONE, None)
    assert desk.wire.shown[-1].startswith(f"CORRECTION: {NOTE}")


def test_every_channel_that_has_the_story_is_corrected_and_no_other(tmp_path):
    desk = published(tmp_path, ONE, TWO)
    desk.change(2, state=State.SKIPPED, reason=Reason.LANGUAGE)
    assert [each.channel for each in correct(desk)] == ["one"]


def test_a_post_that_may_be_out_is_corrected_once_it_is_known_to_be(tmp_path):
    desk = published(tmp_path)
    desk.change(1, state=State.HELD, reason=Reason.UNDECIDABLE)
    correct(desk)
    approve(desk, 2)
    assert desk.stands(2) == ("due", "approved")
    assert desk.why(2).endswith("once the post before it is out.")


def test_a_second_note_takes_the_place_of_one_that_still_waits(tmp_path):
    desk = published(tmp_path)
    correct(desk)
    desk.act(verbs.approve(desk.room(), 2))
    (again,) = correct(desk, "The loan is 901 million tenge.")
    assert (again.id, desk.stands(2)) == (2, ("held", "approval"))
    approve(desk, 2)
    assert next(each for each in desk.wire.shown if "CORRECTION" in each).startswith("CORRECTION: The loan is 901")


def test_a_second_correction_of_what_is_corrected_is_asked_for_by_name(tmp_path):
    desk = published(tmp_path)
    correct(desk)
    approve(desk, 2)
    with pytest.raises(RefusedVerb, match="a correction is out already on one: `--again` adds another one"):
        correct(desk, "And it is tenge.")
    (again,) = correct(desk, "And it is tenge.", is_again=True)
    assert (again.id, again.number) == (3, 2)


@pytest.mark.parametrize("state", ["due", "skipped", "cancelled"])
def test_what_is_out_nowhere_is_not_corrected(tmp_path, state):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.change(1, state=State(state))
    with pytest.raises(RefusedVerb, match="is out on no channel"):
        correct(desk)


def test_what_was_taken_down_is_not_corrected(tmp_path):
    desk = published(tmp_path)
    desk.act(verbs.delete_post(desk.room(), 1))
    work(desk)
    with pytest.raises(RefusedVerb, match="is out on no channel"):
        correct(desk)


def test_an_empty_note_is_refused(tmp_path):
    desk = published(tmp_path)
    with pytest.raises(RefusedVerb, match="say what was wrong"):
        correct(desk, "  ")


def test_a_story_goes_out_again_only_because_a_person_said_so_and_once_for_each_time(tmp_path):
    desk = published(tmp_path)
    again = desk.act(verbs.repost(desk.room(), 1))
    assert (again.kind, again.number, desk.stands(2)) == (Kind.REPOST, 1, ("due", "approved"))
    with pytest.raises(RefusedVerb, match="delivery 2 posts this story again already"):
        desk.act(verbs.repost(desk.room(), 1))
    desk.go(ONE.gap)
    work(desk)
    assert len(desk.wire.shown) == 2
    assert desk.why(2).startswith("Published again at 14:01")
    assert len(set(desk.wire.keys)) == 2, "a new wish has a key of its own"


def test_a_repost_asks_for_approval_where_posts_do(tmp_path):
    desk = published(tmp_path, replace(ONE, approval="always"))
    approve(desk, 1)
    desk.act(verbs.repost(desk.room(), 1))
    assert desk.stands(2) == ("held", "approval")


@pytest.mark.parametrize("state", ["due", "unknown", "held"])
def test_only_what_is_out_goes_out_again(tmp_path, state):
    desk = published(tmp_path)
    desk.change(1, state=State(state))
    with pytest.raises(RefusedVerb, match="delivery 1 is no post that is out"):
        desk.act(verbs.repost(desk.room(), 1))


def test_a_correction_is_sent_under_the_very_approval_it_got(tmp_path):
    desk = published(tmp_path)
    correct(desk)
    desk.act(verbs.approve(desk.room(), 2))
    approved = desk.delivery(2).approved
    desk.wire.say("publish", broken())
    for _ in range(2):
        desk.go(minutes(5))
        desk.turn()
    assert desk.stands(2) == ("done", "sent")
    assert [row["digest"] for row in desk.log(delivery=2) if row["action"] == "delivery.intended"] == [approved] * 2
    assert desk.delivery(2).post.parent == desk.delivery(1).receipt


def test_a_correction_whose_approval_is_lost_asks_for_it_again(tmp_path):
    desk = published(tmp_path, kind=Mute)
    correct(desk)
    desk.act(verbs.approve(desk.room(), 2))
    desk.act(verbs.hold(desk.room(), 2))
    desk.poll(article(title="Port 1 wins a loan of 444 million"))
    desk.act(verbs.release(desk.room(), 2))
    assert desk.stands(2) == ("held", "approval")
    desk.go(minutes(5))
    assert not desk.turn()


def test_a_correction_released_after_a_revision_says_what_was_approved(tmp_path):
    desk = published(tmp_path)
    correct(desk)
    desk.act(verbs.approve(desk.room(), 2))
    desk.act(verbs.hold(desk.room(), 2))
    desk.poll(article(title="Port 1 wins a loan of 444 million"))
    approved = desk.delivery(2).approved
    desk.act(verbs.release(desk.room(), 2))
    desk.go(minutes(5))
    desk.turn()
    assert (desk.stands(2), desk.delivery(2).digest) == (("done", "sent"), approved)


@pytest.mark.parametrize("is_wished", [False, True])
def test_a_correction_of_a_post_that_is_cancelled_goes_with_it(tmp_path, is_wished):
    desk = published(tmp_path)
    desk.change(1, state=State.UNKNOWN, reason=Reason.LOST_ANSWER, receipt=None)
    correct(desk)
    desk.act(verbs.approve(desk.room(), 2))
    if is_wished:
        desk.act(verbs.cancel(desk.room(), 1))
    desk.turn()  # it is not there
    desk.act(verbs.cancel(desk.room(), 1)) if not is_wished else None
    assert (desk.stands(1), desk.stands(2)) == (("cancelled", "cancelled"), ("cancelled", "superseded"))
    assert "the post it belongs to will not go out" in desk.why(2)


def test_what_still_waits_with_the_error_is_looked_at_before_it_goes_out(tmp_path):
    desk = published(tmp_path, ONE, replace(TWO, approval="always"))
    desk.act(verbs.approve(desk.room(), 2))
    correct(desk)
    assert desk.stands(2) == ("held", "approval")
    assert "a person said that something in the story is wrong" in desk.why(2)
    desk.go(minutes(5))
    assert not desk.turn("two")


def test_a_correction_does_not_answer_what_only_an_address_is_known_of(tmp_path):
    desk = published(tmp_path)
    desk.change(1, state=State.UNKNOWN, reason=Reason.LOST_ANSWER, receipt=None)
    correct(desk)
    desk.act(verbs.resolve(desk.room(), 1, sent="https://fake.example/1"))
    approve(desk, 2)
    assert (desk.stands(2), desk.delivery(2).post.parent) == (("done", "sent"), None)


def test_a_post_that_is_surely_out_is_corrected_before_one_that_may_be(tmp_path):
    desk = published(tmp_path)
    desk.act(verbs.repost(desk.room(), 1))
    desk.change(2, state=State.HELD, reason=Reason.UNDECIDABLE)
    (planned,) = correct(desk)
    assert planned.parent == 1


def test_the_alert_of_a_changed_story_stays_open_until_its_correction_is_out(tmp_path):
    desk = published(tmp_path)
    desk.poll(article(title="Port 1 wins a loan of 900 million"))
    correct(desk)
    assert desk.alerts() == ["story_revised"]
    approve(desk, 2)
    assert desk.alerts() == []


def test_a_correction_is_not_sent_for_a_post_that_was_taken_down(tmp_path):
    desk = published(tmp_path)
    correct(desk)
    desk.act(verbs.approve(desk.room(), 2))
    desk.act(verbs.delete_post(desk.room(), 1))
    desk.go(ONE.gap)
    work(desk)
    assert (desk.stands(2), desk.delivery(3).state) == (("cancelled", "superseded"), State.DONE)
    assert "was taken down" in desk.why(2)
    assert not [each for each in desk.wire.shown if "CORRECTION" in each]


def test_words_written_by_hand_are_not_replaced_unseen(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.act(verbs.edit(desk.room(), 1, "My own careful words."))
    desk.poll(article(title="Port 1 wins a loan of 900 million"))
    assert desk.stands(1) == ("held", "approval")
    assert "the article changed after its post was written by hand" in desk.why(1)


def test_words_called_wrong_while_nobody_knew_whether_they_are_out_are_not_sent_unasked(tmp_path):
    desk = desk_with(tmp_path)
    desk.wire.say("publish", OutcomeUnknown("read timeout"))
    desk.poll(article())
    desk.turn()
    correct(desk)
    desk.go(minutes(3))
    work(desk)
    assert (desk.wire.shown, desk.stands(1)) == ([], ("held", "approval"))
    assert "a person said that something in the story is wrong" in desk.why(1)


@pytest.mark.parametrize("approval", ["never", "always"])
def test_a_look_by_hand_does_not_send_words_that_were_called_wrong(tmp_path, approval):
    desk = desk_with(tmp_path, replace(ONE, approval=approval))
    desk.poll(article())
    if approval == "always":
        desk.act(verbs.approve(desk.room(), 1))
    desk.change(1, state=State.HELD, reason=Reason.UNDECIDABLE)
    correct(desk)
    desk.act(verbs.resolve(desk.room(), 1, sent=None))
    work(desk)
    assert (desk.wire.shown, desk.stands(1)) == ([], ("held", "approval"))


def test_a_channel_that_comes_late_to_a_corrected_story_asks_first(tmp_path):
    other = Source(id="other", url="https://courier.example/feed2")
    here, there = replace(ONE, sources=("main",)), replace(TWO, sources=("other",))
    desk = desk_with(tmp_path, here, there, listed=(MAIN, other))
    desk.poll(article())
    work(desk)
    correct(desk)
    desk.poll(article(source="other", guid="o1"), source=other)
    work(desk)
    assert len(desk.wire.shown) == 1
    assert "a person said that something in the story is wrong" in desk.why(3)


def test_what_the_source_says_anew_is_not_what_was_called_wrong(tmp_path):
    other = Source(id="other", url="https://courier.example/feed2")
    here, there = replace(ONE, sources=("main",)), replace(TWO, sources=("other",))
    desk = desk_with(tmp_path, here, there, listed=(MAIN, other))
    desk.poll(article())
    work(desk)
    correct(desk)
    desk.poll(article(title="Port 1 wins a loan of 900 million"))
    desk.poll(article(source="other", guid="o1", title="Port 1 wins a loan of 900 million"), source=other)
    work(desk)
    assert len(desk.wire.shown) == 2


def test_a_repost_of_words_called_wrong_asks_first(tmp_path):
    desk = published(tmp_path)
    correct(desk)
    again = desk.act(verbs.repost(desk.room(), 1))
    assert (again.state, again.detail) == (State.HELD, "a person said that something in the story is wrong")


def test_what_was_withdrawn_or_is_months_old_is_not_posted_again(tmp_path):
    desk = published(tmp_path)
    desk.go(timedelta(days=200))
    with pytest.raises(RefusedVerb, match=r"--still-valid`, then `repost 1`"):
        desk.act(verbs.repost(desk.room(), 1))
    desk = published(tmp_path)
    desk.poll(
        article(title="RETRACTED: Port 1 wins a loan of 101 million", paragraphs=("This article was retracted.",))
    )
    with pytest.raises(RefusedVerb, match="withdrew this article"):
        desk.act(verbs.repost(desk.room(), 1))


def test_what_is_called_wrong_again_in_the_same_words_is_held_again(tmp_path):
    """The source said something else meanwhile, and a colleague approved that."""
    desk = Desk(tmp_path, replace(ONE, approval="always"))
    desk.poll(article())
    story = desk.delivery().story
    desk.act(newsroom.mark(desk.room(), story, correction=NOTE))
    desk.poll(article(title="Aktau port wins berth 9"))
    desk.act(verbs.approve(desk.room(), 1))
    assert desk.stands() == ("due", "approved")
    desk.act(newsroom.mark(desk.room(), story, correction=NOTE))
    assert desk.stands() == ("held", "approval")
    assert not desk.turn()


def test_a_rejection_is_taken_back_and_no_later_decision(tmp_path):
    desk = Desk(tmp_path, replace(ONE, approval="always"))
    desk.poll(article())
    desk.act(verbs.reject(desk.room(), 1, "twice"))
    desk.act(verbs.undo_rejection(desk.room(), 1))
    desk.act(verbs.approve(desk.room(), 1))
    with pytest.raises(RefusedVerb, match="is rejected no longer"):
        desk.act(verbs.undo_rejection(desk.room(), 1))
    assert desk.stands() == ("due", "approved")

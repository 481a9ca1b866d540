"""Changes of a post that is out: the newest words win, and what was taken down is not touched again."""

import pytest

from bot.actions import deliveries as verbs
from bot.actions import reading
from bot.actions.room import RefusedVerb
from bot.model import Kind, Reason, State
from tests.unit.engine import NOW, Desk, article, broken, minutes


def test_a_post_that_is_out_is_changed_and_taken_down_through_deliveries_of_their_own(tmp_path):
    desk = Desk(tmp_path)
    desk.publish()
    desk.poll(article(title="Port 1 wins a loan of 900 million"))
    assert desk.alerts() == ["story_revised"]
    edit = desk.act(verbs.edit_post(desk.room(), 1, "Now 900 million."))
    assert (edit.kind, edit.number, edit.parent, desk.alerts()) == (Kind.EDIT, 1, 1, ["story_revised"])
    assert desk.why(2) == "Was asked for by aigul and is changed on the network now."
    work(desk)
    assert (desk.wire.shown, desk.alerts()) == (["Now 900 million."], [])
    assert desk.why(1).endswith("; changed since, as delivery 2 says, at 14:00.")
    delete = desk.act(verbs.delete_post(desk.room(), 2))
    assert (delete.kind, delete.parent) == (Kind.DELETE, 1), "the number of a change means the post it changed"
    with pytest.raises(RefusedVerb, match="delivery 3 is to take it down; `cancel 3` first"):
        desk.act(verbs.edit_post(desk.room(), 1, "Now 901 million."))
    work(desk)
    assert desk.why(3).startswith("Taken down at 14:00")
    assert desk.why(1).endswith("; taken down at 14:00.")
    with pytest.raises(RefusedVerb, match="delivery 3 took this post down"):
        desk.act(verbs.edit_post(desk.room(), 1, "Now 901 million."))
    desk.poll(article(title="Port 1 wins a loan of 902 million"))
    assert desk.alerts() == [], "nobody can read it any more"


def test_of_two_changes_of_a_post_the_later_one_is_what_readers_see(tmp_path):
    desk = Desk(tmp_path)
    desk.publish()
    desk.wire.say("edit", broken("503"))
    desk.act(verbs.edit_post(desk.room(), 1, "The first words."))
    work(desk)
    desk.act(verbs.edit_post(desk.room(), 1, "The second words."))
    work(desk)
    desk.go(minutes(5))
    work(desk)
    assert desk.wire.shown == ["The second words."]
    assert (desk.stands(2), desk.stands(3)) == (("cancelled", "superseded"), ("done", "sent"))
    assert desk.why(2) == "Was dropped at 14:00: delivery 3 changes the same post, and is newer."


def test_a_change_that_was_on_its_way_when_a_later_one_came_is_not_tried_again(tmp_path):
    desk = Desk(tmp_path)
    desk.publish()
    desk.wire.say("edit", broken("503"))
    desk.act(verbs.edit_post(desk.room(), 1, "The first words."))
    desk.change(2, state=State.SENDING, reason=Reason.INTENT)
    desk.act(verbs.edit_post(desk.room(), 1, "The second words."))
    desk.change(2, state=State.DUE, reason=Reason.BACKOFF, due_at=NOW)
    desk.wire.script.clear()
    work(desk)
    assert desk.wire.shown == ["The second words."]
    assert desk.stands(2) == ("cancelled", "superseded")
    desk.change(2, state=State.HELD, reason=Reason.GAVE_UP)
    with pytest.raises(RefusedVerb, match="delivery 3 changes the same post"):
        desk.act(verbs.release(desk.room(), 2))


def work(desk):
    while desk.turn():
        pass


def test_the_words_readers_see_now_are_those_of_the_last_change_that_is_done(tmp_path):
    desk = Desk(tmp_path)
    desk.publish(article())
    assert desk.act(reading.last_change(desk.room(), 1)) is None
    desk.act(verbs.edit_post(desk.room(), 1, "Now 900 million."))
    assert desk.act(reading.last_change(desk.room(), 1)) is None, "it waits"
    desk.turn()
    desk.act(verbs.edit_post(desk.room(), 1, "Now 901 million."))
    changed = desk.act(reading.last_change(desk.room(), 1))
    assert (changed.delivery.id, changed.delivery.post.text) == (2, "Now 900 million.")
    desk.turn()
    assert desk.act(reading.last_change(desk.room(), 1)).delivery.post.text == "Now 901 million."
    desk.act(verbs.delete_post(desk.room(), 1))
    desk.turn()
    assert desk.act(reading.last_change(desk.room(), 1)) is None, "nobody reads it any more"

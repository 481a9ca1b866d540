"""Words nobody looked at: by which doors they might go out, and that each is shut."""

from dataclasses import replace

import pytest

from bot.actions import deliveries as verbs
from bot.actions import newsroom
from bot.actions.room import RefusedVerb
from bot.model import Reason, State
from bot.rules.wishes import granted
from tests.unit.engine import ONE, Desk, article

ASKS = replace(ONE, approval="always")
EYES = replace(ONE, four_eyes=True)
WITHDRAWN = article(title="RETRACTED: Port 1 wins a loan of 101 million", paragraphs=("This article was retracted.",))


def out(tmp_path, who=ONE):
    desk = Desk(tmp_path, who)
    desk.poll(article())
    if desk.delivery().state is State.HELD:
        desk.act(verbs.approve(desk.room(), 1))
    desk.turn()
    assert desk.stands() == ("done", "sent")
    return desk


def test_where_posts_are_approved_so_are_other_words_of_what_is_out(tmp_path):
    desk = out(tmp_path, ASKS)
    desk.act(verbs.edit_post(desk.room(), 1, "By hand."))
    desk.turn()
    assert (desk.stands(2), desk.wire.shown[0] != "By hand.") == (("held", "approval"), True)
    desk.act(verbs.approve(desk.room(), 2))
    desk.turn()
    assert desk.wire.shown == ["By hand."]


def test_whoever_waits_for_the_end_of_a_change_goes_round_no_four_eyes(tmp_path):
    desk = out(tmp_path, EYES)
    desk.act(verbs.edit_post(desk.room(), 1, "By hand."))
    desk.change(2, state=State.EXPIRED, reason=Reason.EXPIRED)
    desk.act(verbs.release(desk.room(), 2))
    assert desk.stands(2) == ("held", "approval")
    with pytest.raises(RefusedVerb):
        desk.act(verbs.approve(desk.room(), 2))


@pytest.mark.parametrize("stood", [(State.SKIPPED, Reason.TOO_OLD), (State.EXPIRED, Reason.EXPIRED)])
def test_whoever_lets_go_what_was_withdrawn_meanwhile_is_told_first(tmp_path, stood):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.change(1, state=stood[0], reason=stood[1])
    desk.poll(WITHDRAWN)
    desk.act(verbs.release(desk.room(), 1))
    assert desk.stands() == ("held", "retracted")
    desk.act(verbs.release(desk.room(), 1))
    assert desk.stands() == ("due", "released")


def test_no_template_speaks_in_place_of_a_person_once_a_story_is_called_not_solemn(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article(title="Former mayor of Port 1 dies at 101"))
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, solemn=True))
    assert desk.stands() == ("held", "approval")
    desk.act(verbs.edit(desk.room(), 1, "By hand."))
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, solemn=False))
    assert desk.stands() == ("held", "approval")
    assert "by hand" in desk.why()


@pytest.mark.parametrize("stood", [(State.HELD, Reason.REFUSED), (State.EXPIRED, Reason.EXPIRED)])
def test_an_undo_takes_the_approval_along_however_the_try_ended(tmp_path, stood):
    desk = Desk(tmp_path, ASKS)
    desk.poll(article())
    desk.act(verbs.approve(desk.room(), 1))
    ended = replace(desk.delivery(), state=stood[0], reason=stood[1], wish="undo cli:dana")
    assert (granted(ended).approved, granted(ended).state) == ("", stood[0])


def test_what_was_seen_of_an_earlier_try_says_nothing_of_the_next(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.change(1, state=State.UNKNOWN, reason=Reason.LOST_ANSWER)
    with pytest.raises(RefusedVerb, match="changed a moment ago"):
        desk.act(verbs.resolve(desk.room(), 1, sent=None, tried="2026-11-25T00:00:00+00:00"))
    desk.act(verbs.resolve(desk.room(), 1, sent=None))
    assert desk.stands() == ("due", "resolved_absent")


@pytest.mark.parametrize("is_at_once", [False, True])
def test_a_draft_nobody_approved_stops_no_approved_change(tmp_path, is_at_once):
    desk = out(tmp_path, EYES)
    mine, colleague = desk.room("cli:aigul"), desk.room("cli:dana")
    desk.act(verbs.edit_post(mine, 1, "A fix."))
    desk.act(verbs.approve(colleague, 2))
    desk.act(verbs.edit_post(mine, 1, "A better fix."))
    assert (desk.stands(2), desk.stands(3)) == (("due", "approved"), ("held", "approval"))
    if not is_at_once:
        desk.turn()
        assert desk.wire.shown == ["A fix."]
    desk.act(verbs.approve(colleague, 3))
    while desk.turn():
        pass
    assert desk.wire.shown == ["A better fix."]
    assert desk.stands(2) == (("cancelled", "superseded") if is_at_once else ("done", "sent"))


def test_a_later_draft_takes_the_place_of_an_earlier_one(tmp_path):
    desk = out(tmp_path, EYES)
    desk.act(verbs.edit_post(desk.room(), 1, "A fix."))
    desk.act(verbs.edit_post(desk.room(), 1, "A better fix."))
    assert (desk.stands(2), desk.stands(3)) == (("cancelled", "superseded"), ("held", "approval"))

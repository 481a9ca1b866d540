"""What waits for approval and what was decided, as whoever approves sees it."""

from dataclasses import replace

import pytest

from bot.actions import approvals, wording
from bot.actions import deliveries as verbs
from bot.actions.room import RefusedVerb, WordsChanged
from tests.unit.engine import ONE, Desk, article, seconds

ASKS = replace(ONE, approval="always", send_window=seconds(60))


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path, ASKS)
    made.poll(*(article(n) for n in (3, 2, 1)))
    return made


def board(desk, **how):
    found = desk.act(approvals.board(desk.room(), **how))
    return [each.delivery.id for each in found.waiting], [each.told.delivery.id for each in found.decided]


def test_what_waits_is_listed_by_its_urgency_and_what_was_decided_by_its_age(desk):
    desk.change(3, is_breaking=True)
    assert board(desk) == ([3, 1, 2], [])
    for n in (1, 2):
        desk.act(verbs.approve(desk.room(), n))
        desk.go(seconds(1))
    assert board(desk) == ([3], [2, 1])


def test_a_rejection_stands_among_the_decisions_where_it_is_asked_for(desk):
    desk.act(verbs.reject(desk.room(), 1, "old"))
    assert board(desk) == ([2, 3], [])
    assert board(desk, also=1) == ([2, 3], [1])
    assert board(desk, also=2) == ([2, 3], [])
    assert board(desk, also=9) == ([2, 3], [])


def test_a_change_of_what_is_out_is_no_approval_to_take_back(tmp_path):
    desk = Desk(tmp_path)
    desk.publish()
    desk.act(verbs.edit_post(desk.room(), 1, "Other words."))
    assert desk.delivery(2).approved
    assert board(desk) == ([], [])


def test_what_is_decided_is_told_so_whatever_words_were_looked_at(desk):
    desk.act(verbs.approve(desk.room(), 1))
    with pytest.raises(RefusedVerb, match="does not wait for approval"):
        desk.act(verbs.approve(desk.room(), 1, shown="0" * 64))


def test_words_made_from_another_post_are_not_kept(desk):
    shown = desk.act(approvals.opened(desk.room(), 1)).shown
    desk.act(verbs.edit(desk.room(), 1, "Mine.", loaded=shown.digest))
    with pytest.raises(WordsChanged, match="was changed while you wrote"):
        desk.act(verbs.edit(desk.room(), 1, "Late.", loaded=shown.digest))
    assert desk.act(verbs.edit(desk.room(), 1, "Whatever it was.")).post.text == "Whatever it was."


def test_a_draft_is_what_would_be_kept_and_is_not_kept(desk):
    made = desk.act(wording.drafted(desk.room(), 1, "Mine.\r\n"))
    assert desk.delivery().post is None
    assert desk.act(verbs.edit(desk.room(), 1, "Mine.\r\n")).post == made.post


def test_there_is_nothing_to_open_where_there_is_no_delivery(desk):
    with pytest.raises(RefusedVerb, match="there is no delivery 9"):
        desk.act(approvals.opened(desk.room(), 9))

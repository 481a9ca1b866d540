"""On a channel with four eyes nobody approves their own words, at whichever door."""

from dataclasses import replace

import pytest

from bot.actions import deliveries as verbs
from bot.actions import newsroom
from bot.actions.room import RefusedVerb
from bot.store import templates
from tests.unit.delivery.test_films import Showy
from tests.unit.delivery.test_photo_posts import SHOT
from tests.unit.engine import NOW, ONE, Desk, article

EYES = replace(ONE, four_eyes=True)
ASKS = replace(EYES, approval="always")


def asking(tmp_path, who=ASKS):
    desk = Desk(tmp_path, who)
    desk.poll(article())
    return desk


def with_photo(tmp_path):
    desk = Desk(tmp_path, replace(ASKS, form="photo"), kind=Showy)
    desk.album.offer(SHOT.url, b"a picture")
    desk.poll(article(photo=SHOT))
    return desk


def refused(desk, actor, which=1):
    said = f"you wrote this or a part of it, and one asks for four eyes: .* `approve {which}`"
    with pytest.raises(RefusedVerb, match=said):
        desk.act(verbs.approve(desk.room(actor), which))
    assert desk.stands(which) == ("held", "approval")


def test_who_edited_a_post_does_not_approve_it_at_another_door_either(tmp_path):
    desk = asking(tmp_path)
    desk.act(verbs.edit(desk.room("cli:aigul"), 1, "By hand."))
    refused(desk, "cli:aigul")
    refused(desk, "desk:Aigul")
    desk.act(verbs.approve(desk.room("desk:dana"), 1))
    desk.turn()
    assert desk.wire.shown == ["By hand."]


def test_who_edited_after_a_colleague_is_the_author(tmp_path):
    desk = asking(tmp_path)
    desk.act(verbs.edit(desk.room("cli:aigul"), 1, "By hand."))
    desk.act(verbs.edit(desk.room("cli:dana"), 1, "By another hand."))
    refused(desk, "cli:dana")
    desk.act(verbs.approve(desk.room("cli:aigul"), 1))


def test_words_of_a_template_anybody_approves(tmp_path):
    desk = asking(tmp_path)
    desk.act(newsroom.mark(desk.room("cli:aigul"), desk.delivery().story, solemn=False))
    assert desk.act(verbs.approve(desk.room("cli:aigul"), 1)).post.text.startswith("Port 1")


def test_a_mark_takes_an_author_s_words_from_nobody_and_makes_nobody_their_approver(tmp_path):
    desk = asking(tmp_path)
    desk.act(verbs.edit(desk.room("cli:aigul"), 1, "By hand."))
    desk.act(newsroom.mark(desk.room("cli:dana"), desk.delivery().story, solemn=False))
    refused(desk, "cli:aigul")
    assert desk.act(verbs.approve(desk.room("cli:dana"), 1)).post.text == "By hand."


def test_an_approver_who_changes_the_words_needs_another_one(tmp_path):
    desk = asking(tmp_path)
    desk.act(verbs.approve(desk.room("cli:aigul"), 1))
    desk.act(verbs.edit(desk.room("cli:aigul"), 1, "By hand."))
    refused(desk, "cli:aigul")


def test_words_by_hand_wait_also_where_nothing_else_is_approved(tmp_path):
    desk = asking(tmp_path, EYES)
    desk.act(verbs.edit(desk.room("cli:aigul"), 1, "By hand."))
    assert desk.why().startswith("Waits for approval (a person wrote it, and another one approves it here)")
    assert not desk.turn()
    refused(desk, "cli:aigul")


def test_a_release_goes_round_no_four_eyes(tmp_path):
    desk = asking(tmp_path, EYES)
    desk.act(verbs.hold(desk.room("cli:aigul"), 1))
    desk.act(verbs.edit(desk.room("cli:aigul"), 1, "By hand."))
    desk.act(verbs.release(desk.room("cli:aigul"), 1))
    desk.turn()
    assert (desk.wire.shown, desk.stands()) == ([], ("held", "approval"))


def test_a_text_for_a_network_has_an_author_too(tmp_path):
    desk = asking(tmp_path, EYES)
    text = ("fake", "A text by hand.")
    desk.act(newsroom.mark(desk.room("desk:aigul"), desk.delivery().story, text=text))
    desk.turn()
    assert (desk.wire.shown, desk.stands()) == ([], ("held", "approval"))
    refused(desk, "cli:aigul")
    desk.act(verbs.approve(desk.room("cli:dana"), 1))
    desk.turn()
    assert desk.wire.shown[0].startswith("A text by hand.")


def test_of_two_who_wrote_a_part_of_a_post_neither_approves_it(tmp_path):
    desk = with_photo(tmp_path)
    story = desk.delivery().story
    desk.act(newsroom.mark(desk.room("desk:aigul"), story, text=("fake", "A text by hand.")))
    desk.act(newsroom.mark(desk.room("desk:dana"), story, alt="A loaded train."))
    refused(desk, "desk:dana")
    refused(desk, "desk:aigul")
    post = desk.act(verbs.approve(desk.room("desk:marat"), 1)).post
    assert (post.text.startswith("A text by hand."), post.media[0].alt) == (True, "A loaded train.")


def test_who_described_the_photo_of_words_by_hand_wrote_a_part_of_them_too(tmp_path):
    desk = with_photo(tmp_path)
    desk.act(newsroom.mark(desk.room("desk:dana"), desk.delivery().story, alt="A loaded train."))
    desk.act(verbs.edit(desk.room("desk:aigul"), 1, "By hand."))
    refused(desk, "desk:dana")
    refused(desk, "desk:aigul")
    post = desk.act(verbs.approve(desk.room("desk:marat"), 1)).post
    assert (post.text, post.media[0].alt) == ("By hand.", "A loaded train.")


def test_who_described_a_photo_after_words_by_hand_were_written_is_no_author_of_them(tmp_path):
    desk = with_photo(tmp_path)
    desk.act(verbs.edit(desk.room("desk:aigul"), 1, "By hand."))
    desk.act(newsroom.mark(desk.room("desk:dana"), desk.delivery().story, alt="A loaded train."))
    post = desk.act(verbs.approve(desk.room("desk:dana"), 1)).post
    assert post.media[0].alt == SHOT.alt


def test_a_correction_is_approved_by_another_than_its_author(tmp_path):
    desk = Desk(tmp_path, EYES)
    wording = "{% if is_correction %}{{ correction }}{% else %}{{ title }}{% endif %}\n\n{{ url }}"
    desk.ask(templates.offer, {"fake": wording}, NOW, origin=templates.FILE)
    desk.publish()
    desk.act(newsroom.correct(desk.room("cli:aigul"), desk.delivery().story, "It was 90 million."))
    refused(desk, "desk:aigul", 2)
    desk.act(verbs.approve(desk.room("cli:dana"), 2))


def test_other_words_for_what_is_out_wait_but_taking_it_down_does_not(tmp_path):
    desk = Desk(tmp_path, EYES)
    desk.publish()
    changed = desk.act(verbs.edit_post(desk.room("cli:aigul"), 1, "By hand."))
    assert not desk.turn()
    refused(desk, "cli:aigul", changed.id)
    desk.act(verbs.approve(desk.room("cli:dana"), changed.id))
    desk.turn()
    assert desk.wire.shown == ["By hand."]
    desk.act(verbs.delete_post(desk.room("cli:aigul"), 1))
    desk.turn()
    assert desk.wire.calls[-1] == "delete"


def test_without_four_eyes_an_author_may_approve(tmp_path):
    desk = asking(tmp_path, replace(ONE, approval="always"))
    desk.act(verbs.edit(desk.room("cli:aigul"), 1, "By hand."))
    desk.act(verbs.approve(desk.room("cli:aigul"), 1))
    assert desk.stands() == ("due", "approved")

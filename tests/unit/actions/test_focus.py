"""The point of its photo that a person wants to be seen: whose photo it is of, what it undoes, and who reads of it."""

from dataclasses import replace

import pytest

from bot.actions import deliveries as verbs
from bot.actions import newsroom
from bot.actions.room import RefusedVerb
from bot.articles.photo import framed
from bot.model import Photo, Reason, State
from tests.unit.delivery.test_photo_posts import PHOTOS, SHOT, URL, opened
from tests.unit.engine import article

QUAY = Photo("https://courier.example/photos/quay.jpg")


def told(folder, point=(0.3, 0.5), **said):
    desk = opened(folder, **said)
    flags = desk.act(newsroom.mark(desk.room(), desk.delivery().story, focus=point))
    return desk, flags


def test_a_point_belongs_to_the_photo_it_was_said_of_and_beats_its_sources(tmp_path):
    desk, flags = told(tmp_path, photo=replace(SHOT, focus=(1.0, 1.0)))
    assert (flags.focus, flags.focus_of) == ((0.3, 0.5), URL)
    assert framed(article(photo=replace(SHOT, focus=(1.0, 1.0)), flags=flags)).focus == (0.3, 0.5)
    resized = Photo(URL.replace(".jpg", "-1024x683.jpg"))
    assert framed(article(photo=resized, flags=flags)).focus == (0.3, 0.5)
    assert framed(article(photo=QUAY, flags=flags)).focus is None
    assert framed(article(photo=None, flags=flags)) is None
    assert "its photo is cut around 0.3,0.5" in [row.get("said") for row in desk.log()]


def test_an_empty_point_leaves_it_to_the_source_again(tmp_path):
    desk, _ = told(tmp_path)
    flags = desk.act(newsroom.mark(desk.room(), desk.delivery().story, focus=()))
    assert (flags.focus, flags.focus_of) == (None, "")
    assert "no point of its photo" in [row.get("said") for row in desk.log()]


def test_another_word_about_the_story_leaves_the_point_where_it_is(tmp_path):
    desk, _ = told(tmp_path)
    flags = desk.act(newsroom.mark(desk.room(), desk.delivery().story, solemn=True, alt="A crane."))
    assert (flags.focus, flags.focus_of, flags.alt_of) == ((0.3, 0.5), URL, URL)


def test_what_was_approved_with_another_cut_is_asked_about_again(tmp_path):
    desk = opened(tmp_path, replace(PHOTOS, approval="always"))
    desk.turn()
    desk.act(verbs.approve(desk.room(), 1))
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, focus=(0.0, 0.0)))
    assert (desk.stands(), desk.delivery().approved) == (("held", "approval"), "")


def test_what_was_said_before_takes_no_approval(tmp_path):
    desk = opened(tmp_path, replace(PHOTOS, approval="always"))
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, focus=(0.0, 0.0)))
    desk.act(verbs.approve(desk.room(), 1))
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, focus=(0.0, 0.0)))
    assert desk.stands() == ("due", "approved")


def test_a_post_by_hand_says_that_its_picture_is_cut_as_before(tmp_path):
    desk = opened(tmp_path, replace(PHOTOS, approval="always"))
    desk.turn()
    desk.act(verbs.edit(desk.room(), 1, "Words by hand."))
    assert desk.delivery().post.media
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, focus=(0.0, 0.0)))
    assert desk.stands() == ("held", "approval")
    assert "its picture is cut as before, and anew only with words for the whole network" in desk.why()


@pytest.mark.parametrize("reason", [Reason.BY_PERSON, Reason.RETRACTED, Reason.FLOOD, Reason.FAR_FUTURE])
def test_what_holds_words_by_hand_for_another_reason_goes_on_holding_them(tmp_path, reason):
    desk = opened(tmp_path, replace(PHOTOS, approval="always"))
    desk.turn()
    desk.act(verbs.edit(desk.room(), 1, "Words by hand."))
    desk.change(1, state=State.HELD, reason=reason, detail="why it was")
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, focus=(0.0, 0.0)))
    assert (desk.delivery().reason, desk.delivery().detail) == (reason, "why it was")


@pytest.mark.parametrize(
    ("point", "said", "why"),
    [
        ((0.3, 1.1), {}, "outside the photo"),
        ((-0.1, 0.5), {}, "outside the photo"),
        ((float("nan"), 0.5), {}, "outside the photo"),
        ((0.3, 0.5), {"photo": None}, "has no photo to cut"),
    ],
)
def test_a_point_that_lies_on_no_photo_is_refused(tmp_path, point, said, why):
    with pytest.raises(RefusedVerb, match=why):
        told(tmp_path, point, **said)

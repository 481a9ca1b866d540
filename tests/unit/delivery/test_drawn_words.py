"""What is drawn of words says what they say: it is drawn anew with them, or who changes them is told that it stays."""

from dataclasses import replace

import pytest

from bot.actions import deliveries as verbs
from bot.actions.room import RefusedVerb
from bot.media.film import MISSING
from bot.media.prints import Unusable
from tests.unit.delivery.test_films import FILMS, PHOTOS, Filming, Showy
from tests.unit.delivery.test_photo_posts import SHOT, URL, sent
from tests.unit.desk.test_articles import opened
from tests.unit.engine import NOW, article, minutes

pytestmark = pytest.mark.on("sqlite")
STAYS = "picture or film shows words of its own"
TWO = "Two people were hurt."


@pytest.mark.parametrize(("who", "kind", "mime"), [(PHOTOS, Showy, "image/jpeg"), (FILMS, Filming, "video/mp4")])
def test_a_person_s_other_words_are_drawn_anew_before_they_go_out(tmp_path, who, kind, mime):
    browser, desk = opened(tmp_path, who, kind=kind)
    desk.easel.offer(b"drawn of twelve", mime)
    desk.act(verbs.post(desk.room(), "one", "Twelve people were hurt.", at=NOW + minutes(30)))
    page = browser.post("/approvals/1/text/measure", {"text": TWO}).text
    assert (f"Drawn once it is sent: {TWO}" in page, STAYS in page, len(desk.easel.asked)) == (True, False, 1)
    desk.easel.offers.clear()
    drawn = desk.easel.offer(b"drawn of two", mime)
    desk.act(verbs.edit(desk.room(), 1, TWO))
    desk.go(minutes(31))
    desk.turn()
    [shown] = sent(desk).media
    assert (desk.stands(), sent(desk).text, shown.alt, shown.sha256) == (("done", "sent"), TWO, TWO, drawn.sha256)
    page = browser.get("/articles/posts/1/text").text
    assert (STAYS in page, "Drawn once it is sent" in page) == (True, False)


def test_words_of_which_nothing_can_be_drawn_take_no_others_place(tmp_path):
    _, desk = opened(tmp_path, PHOTOS, kind=Showy)
    desk.easel.offer(b"drawn of twelve", "image/jpeg")
    before = desk.act(verbs.post(desk.room(), "one", "Twelve people were hurt.", at=NOW + minutes(30)))
    desk.easel.offers[:] = [Unusable(MISSING)]
    with pytest.raises(RefusedVerb, match="the post cannot be written: "):
        desk.act(verbs.edit(desk.room(), 1, TWO))
    assert desk.delivery().post == before.post


@pytest.mark.parametrize(
    ("who", "kind", "photo", "is_told"),
    [(FILMS, Filming, SHOT, True), (PHOTOS, Showy, None, True), (PHOTOS, Showy, SHOT, False)],
)
def test_who_changes_a_story_s_words_is_told_that_those_on_its_picture_stay(tmp_path, who, kind, photo, is_told):
    browser, desk = opened(tmp_path, replace(who, approval="always"), kind=kind)
    desk.easel.offer(b"drawn", "video/mp4" if kind is Filming else "image/jpeg")
    desk.album.offer(URL, b"a picture")
    desk.poll(article(photo=photo))
    assert (STAYS in browser.get("/approvals/1/text").text) == is_told


def test_the_same_words_are_the_same_post_however_they_are_drawn(tmp_path):
    _, desk = opened(tmp_path, PHOTOS, kind=Showy)
    desk.easel.offer(b"drawn in one theme", "image/jpeg")
    first = desk.act(verbs.post(desk.room(), "one", TWO, form="the form"))
    desk.easel.offers.clear()
    desk.easel.offer(b"drawn in another", "image/jpeg")
    assert desk.act(verbs.post(desk.room(), "one", TWO, form="the form")).id == first.id
    with pytest.raises(RefusedVerb, match="these words are on one already, as delivery 1"):
        desk.act(verbs.post(desk.room(), "one", TWO, form="another form"))
    assert desk.count() == 1

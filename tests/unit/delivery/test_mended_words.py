"""Words by hand for a post that could not be written keep its picture, film or card, and begin with what there is."""

from dataclasses import replace

import pytest

from adapters.contract import Problem
from bot.actions import deliveries as verbs
from bot.actions.room import RefusedVerb
from bot.media.under_way import Coming
from tests.unit.delivery.test_films import FILMS, PHOTOS, Filming, Showy
from tests.unit.delivery.test_films import opened as newsroom
from tests.unit.delivery.test_photo_posts import sent
from tests.unit.desk.browser import Browser
from tests.unit.desk.test_entry import taken_on
from tests.unit.engine import ONE, Fake

pytestmark = pytest.mark.on("sqlite")
LEFT = "<script>alert(1)</script> Port wins a loan"
MINE = "The port wins a loan."


@pytest.mark.parametrize(("who", "kind", "mime"), [(PHOTOS, Showy, "image/jpeg"), (FILMS, Filming, "video/mp4")])
def test_words_for_what_could_not_be_sent_keep_what_its_network_takes_no_post_without(tmp_path, who, kind, mime):
    desk = newsroom(tmp_path, who, kind, title=LEFT)
    desk.turn()
    assert desk.stands() == ("held", "defect")
    desk.act(verbs.mend(desk.room(), 1, MINE))
    desk.turn()
    assert (desk.stands(), sent(desk).text) == (("done", "sent"), MINE)
    assert [each.mime for each in sent(desk).media] == [mime]


def test_words_for_what_could_not_be_sent_keep_its_card(tmp_path):
    desk = newsroom(tmp_path, replace(ONE, form="card"), Carded, title=LEFT)
    desk.turn()
    assert desk.stands() == ("held", "defect")
    desk.act(verbs.mend(desk.room(), 1, MINE))
    desk.turn()
    assert sent(desk).card is not None


def test_whoever_mends_a_post_begins_with_the_words_that_were_not_fit(tmp_path):
    desk = newsroom(tmp_path, PHOTOS, Showy, title=LEFT)
    desk.turn()
    browser = Browser(desk)
    taken_on(browser, role="approver")
    assert "alert(1)&lt;/script&gt; Port wins a loan" in browser.get("/approvals/1/text").text


def test_no_words_are_kept_without_the_film_that_is_being_made(tmp_path):
    desk = newsroom(tmp_path, replace(FILMS, approval="always"))
    desk.easel.offers[:0] = [Coming(40)] * 5
    browser = Browser(desk)
    taken_on(browser, role="approver")
    page = browser.get("/approvals?open=1").text
    assert ("There is no post to look at yet" in page, "/approvals/1/text" in page) == (True, False)
    page = browser.get("/approvals/1/text").text
    assert "its film is being made (40 %)" in page.replace("\u202f", " ")
    with pytest.raises(RefusedVerb, match="its film is being made"):
        desk.act(verbs.edit(desk.room(), 1, MINE, loaded=""))
    assert desk.delivery().post is None


def test_a_title_the_network_refuses_is_left_out_as_nobody_can_mend_it(tmp_path):
    desk = newsroom(tmp_path, FILMS, Strict, title="A <b>bold</b> port & a loan")
    desk.turn()
    assert desk.stands() == ("held", "too_long")
    desk.act(verbs.mend(desk.room(), 1, MINE))
    desk.turn()
    assert (desk.stands(), sent(desk).title, len(sent(desk).media)) == (("done", "sent"), "", 1)


class Carded(Fake):
    """A network whose cards are ours."""


class Strict(Filming):
    """A network that takes no title with an ampersand."""

    @classmethod
    def measure(cls, post, limits):
        return (Problem("ampersands", 1, 0),) if "&" in post.title else super().measure(post, limits)

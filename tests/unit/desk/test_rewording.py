"""The words of one post, changed by a person: measured while typing, kept once, and never over a colleague's unseen."""

from dataclasses import replace

import pytest

from bot.actions import deliveries as verbs
from bot.model import Reason, State
from tests.unit.desk.browser import Browser
from tests.unit.desk.test_approvals import ASKS, EYES, at_desk, look, page_of, shown
from tests.unit.desk.test_entry import taken_on
from tests.unit.engine import Desk, article, minutes

AT = "/approvals/1/text"
AS_IT_WAS = "Port 1 wins a loan of 101 million\n\nhttps://courier.example/2026/11/port-1-wins"
PART = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "section#measured"}


@pytest.fixture
def browser(tmp_path):
    return at_desk(tmp_path, role="editor")


def field(page):
    # Browsers leave the first line end of a field out.
    return page.get_element_by_id("text").value.removeprefix("\n")


def loaded(page):
    return page.xpath("//input[@name='loaded']/@value")[0]


def keep(browser, text, page=None):
    return browser.post(AT, {"text": text, "loaded": loaded(look(browser, AT) if page is None else page)})


def count_of(answer):
    return " ".join(page_of(answer).find_class("preview-count")[0].text_content().split())


def test_the_words_stand_in_the_field_with_what_they_become(browser):
    page = look(browser, AT)
    assert field(page) == AS_IT_WAS
    assert "78 of 300" in page.find_class("preview-count")[0].text_content()


def test_typed_words_are_measured_and_nothing_is_kept(browser):
    answer = browser.post(f"{AT}/measure", {"text": "x" * 303}, headers=PART)
    assert answer.text.lstrip().startswith('<section id="measured"')
    assert count_of(answer) == "303 of 300, 3 too many"
    assert "Too much for Fake: length of the text, 303 of 300." in answer.text
    assert browser.newsroom.delivery().post is None


def test_what_is_counted_and_what_is_wrong_is_read_out_in_a_place_that_was_there_before(browser):
    (place,) = look(browser, AT).xpath("//*[@id='measured']/*[@role='status']")
    assert place.text_content().split() == count_of(browser.get(AT)).split()
    (area,) = look(browser, AT).xpath("//textarea")
    assert area.get("hx-swap") == "outerMorph"
    answer = browser.post(f"{AT}/measure", {"text": "x" * 400}, headers=PART)
    (filled,) = page_of(answer).xpath(f"//*[@id='{place.get('id')}']")
    assert "It cannot be kept like this" in filled.text_content() or "400 of 300" in filled.text_content()


def test_without_scripts_a_button_counts_and_the_words_stay(browser):
    digest = loaded(look(browser, AT))
    answer = browser.post(f"{AT}/measure", {"text": "Other words.\r\n", "loaded": digest})
    assert (answer.status_code, count_of(answer)) == (200, "12 of 300")
    assert field(page_of(answer)) == "Other words.\n"
    assert loaded(page_of(answer)) == digest


def test_what_would_hold_the_post_back_is_said_while_typing(browser):
    answer = browser.post(f"{AT}/measure", {"text": "The port {{ title }} grows"}, headers=PART)
    assert "It cannot be kept like this:" in answer.text


def test_kept_words_are_what_is_shown_for_approval(browser):
    answer = keep(browser, "Other words.\r\nAnd more.")
    assert (answer.status_code, answer.headers["location"]) == (303, "/approvals?open=1&kept=text-1")
    stands = browser.newsroom.delivery()
    assert (stands.post.text, stands.author) == ("Other words.\nAnd more.", "desk:aigul")
    assert [row["actor"] for row in browser.newsroom.log() if row["action"] == "delivery.frozen"] == ["desk:aigul"]
    assert "And more." in look(browser).find_class("preview")[0].text_content()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The text is empty."),
        ("  \r\n", "The text is empty."),
        ("x" * 301, "The text is too long for Fake: 301 of 300."),
    ],
)
def test_what_cannot_be_kept_stays_in_the_field_with_the_reason(browser, text, said):
    answer = keep(browser, text)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert field(page_of(answer)) == text.replace("\r\n", "\n")
    assert browser.newsroom.delivery().post is None


def test_the_later_of_two_editors_sees_both_and_chooses(browser):
    page = look(browser, AT)
    browser.newsroom.act(verbs.edit(browser.newsroom.room("desk:dana"), 1, "Dana's words."))
    answer = keep(browser, "Aigul's words.", page)
    late = page_of(answer)
    assert (answer.status_code, field(late)) == (409, "Aigul's words.")
    assert late.get_element_by_id("theirs").text_content() == "Dana's words."
    assert "dana changed this post while you wrote" in late.text_content()
    assert browser.newsroom.delivery().post.text == "Dana's words."
    assert keep(browser, "Aigul's words.", late).status_code == 303
    assert browser.newsroom.delivery().post.text == "Aigul's words."


def test_nobody_chooses_over_a_third_version_unseen(browser):
    page = look(browser, AT)
    browser.newsroom.act(verbs.edit(browser.newsroom.room("desk:dana"), 1, "Dana's words."))
    late = page_of(keep(browser, "Aigul's words.", page))
    browser.newsroom.act(verbs.edit(browser.newsroom.room("desk:dana"), 1, "Dana's second words."))
    answer = keep(browser, "Aigul's words.", late)
    assert (answer.status_code, page_of(answer).get_element_by_id("theirs").text_content()) == (
        409,
        "Dana's second words.",
    )


def test_an_article_that_changed_while_somebody_wrote_counts_as_another_version(browser):
    page = look(browser, AT)
    browser.newsroom.poll(article(1, title="Port 1 loses its loan"))
    answer = keep(browser, "Other words.", page)
    assert (answer.status_code, "Port 1 loses its loan" in answer.text) == (409, True)
    assert "This post changed while you wrote" in answer.text


def test_a_field_without_its_mark_changes_nothing(browser):
    assert browser.post(AT, {"text": "Other words."}).status_code == 409
    assert browser.newsroom.delivery().post is None


def test_what_was_approved_is_asked_again_in_its_new_words(browser):
    browser.newsroom.act(verbs.approve(browser.newsroom.room("desk:dana"), 1))
    keep(browser, "Other words.")
    stands = browser.newsroom.delivery()
    assert (str(stands.state), str(stands.reason), stands.approved) == ("held", "approval", "")


def test_words_of_what_is_out_meanwhile_are_not_lost(browser):
    page = look(browser, AT)
    browser.newsroom.act(verbs.approve(browser.newsroom.room("desk:dana"), 1))
    browser.newsroom.go(minutes(1))
    browser.newsroom.turn()
    answer = keep(browser, "Other words.", page)
    late = page_of(answer)
    assert (answer.status_code, field(late)) == (409, "Other words.")
    assert "Published at 14:01" in late.text_content()
    assert late.get_element_by_id("theirs").text_content() == AS_IT_WAS
    (form,) = late.xpath("//form[@action='/articles/posts/1/text']")
    sent = {"text": field(late), "loaded": loaded(late)}
    assert browser.post(form.get("action"), sent).status_code == 303
    assert browser.newsroom.delivery(browser.newsroom.count()).post.text == "Other words."


def test_words_for_what_may_be_out_stay_in_the_field_with_the_way_to_its_page(browser):
    page = look(browser, AT)
    browser.newsroom.change(1, state=State.UNKNOWN, reason=Reason.LOST_ANSWER, detail="cut")
    answer = keep(browser, "Other words.", page)
    assert (answer.status_code, field(page_of(answer))) == (409, "Other words.")
    assert page_of(answer).xpath("//a[@href='/articles/posts/1']/text()") == ["To the post"]


def test_whoever_is_signed_out_while_typing_may_send_it_again(browser):
    page = look(browser, AT)
    browser.cookies.clear()
    answer = keep(browser, "Other words.", page)
    assert (answer.status_code, "Other words." in answer.text) == (401, True)
    assert browser.post(f"{AT}/measure", {"text": "x"}, headers=PART).headers["hx-retarget"] == "#told"


def test_the_author_of_the_words_needs_a_colleague_where_the_channel_asks_for_four_eyes(tmp_path):
    browser = at_desk(tmp_path, EYES)
    keep(browser, "My own words.")
    page = look(browser)
    assert not page.xpath("//form[@action='/approvals/1/approve']")
    assert "a colleague who did not has to approve it" in page.text_content()


def test_a_post_that_cannot_be_written_is_written_by_hand(tmp_path):
    newsroom = Desk(tmp_path, replace(ASKS))
    newsroom.poll(article(1, title="P" * 400))
    browser = Browser(newsroom)
    taken_on(browser, role="approver")
    page = look(browser)
    assert "There is no post to look at" in page.text_content()
    page = look(browser, AT)
    assert (field(page), loaded(page)) == (f"{'P' * 400}\n\n{article(1).url}", ""), "the shortest that could be made"
    assert keep(browser, "A short one.", page).status_code == 303
    assert browser.post("/approvals/1/approve", {"shown": shown(look(browser))}).status_code == 303


def test_words_for_what_could_not_be_sent_are_not_kept_over_others_unseen(browser):
    desk = browser.newsroom
    desk.change(1, state=State.HELD, reason=Reason.TOO_LONG, detail="312 of 300")
    page = look(browser, AT)
    desk.act(verbs.edit(desk.room("cli:dana"), 1, "A colleague's words."))
    late = keep(browser, "My words.", page)
    assert late.status_code == 409
    assert ("A colleague&#39;s words." in late.text, field(page_of(late))) == (True, "My words.")
    assert desk.stands() == ("held", "too_long")
    answer = keep(browser, "My words.", page_of(late))
    assert answer.headers["location"] == "/articles/posts/1?after=1&kept=text-1"
    assert (desk.delivery().post.text, desk.stands()) == ("My words.", ("held", "approval"))

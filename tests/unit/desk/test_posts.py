"""The page of one delivery: what it shows, each act under its person's name, and the honest answer to a late one."""

import re
from dataclasses import replace

import pytest
from lxml import html

from adapters.contract import OutcomeUnknown
from bot.actions import deliveries
from bot.model import Reason, State
from tests.unit.desk.browser import Browser
from tests.unit.desk.test_articles import opened, place_of
from tests.unit.engine import NOW, ONE, article

PAGE = "/articles/posts/1"
ACTS = "/queue/1"


def loaded(browser, which=1):
    """The name of the words that the page was opened with."""
    page = browser.get(f"/articles/posts/{which}/text").text
    return page.partition('name="loaded" value="')[2].partition('"')[0]


def last(desk, which=1):
    """Who moved a delivery last, and to where."""
    row = desk.log(delivery=which)[-1]
    return row["actor"], row["state"]


@pytest.mark.parametrize(("verb", "state"), [("hold", "held"), ("cancel", "cancelled")])
def test_what_is_due_is_held_back_or_never_sent(tmp_path, verb, state):
    browser, desk = opened(tmp_path)
    desk.poll(article())
    answer = browser.post(f"{ACTS}/{verb}", {"back": PAGE})
    assert answer.headers["location"] == f"{PAGE}?after=1"
    assert last(desk) == ("desk:aigul", state)
    assert (
        article().title in browser.get(answer.headers["location"]).text.partition('id="told"')[2].partition("</div>")[0]
    )


def test_what_was_held_or_skipped_is_let_go(tmp_path):
    browser, desk = opened(tmp_path, replace(ONE, sections=("sport",)))
    desk.poll(article(section="politics"))
    assert desk.stands()[0] == "skipped"
    assert "Let it go out" in browser.get(PAGE).text
    browser.post(f"{ACTS}/release", {"back": PAGE, "seen": str(desk.delivery().moves)})
    assert last(desk) == ("desk:aigul", "due")


def main_button(page):
    """What a row has its person press first: where it leads, or what it sends."""
    (row,) = html.fromstring(page).xpath("//*[@id='d1']")
    first = row.xpath(".//div[@class='acts']//*[self::a or self::button][contains(@class, 'main')]")[0]
    return first.get("href") or first.getparent().get("action")


@pytest.mark.parametrize(
    ("reason", "place"),
    [
        (Reason.TEMPLATE, "/templates/fake"),
        (Reason.NO_CORRECTION, "{article}#note"),
        (Reason.NO_PICTURE, "{article}"),
        (Reason.MISSING_FIELD, "/approvals/1/text"),
        (Reason.TOO_LONG, "/approvals/1/text"),
    ],
)
def test_what_is_held_for_a_fault_leads_to_where_that_is_mended(tmp_path, reason, place):
    browser, desk = opened(tmp_path)
    desk.poll(article())
    desk.change(1, state=State.HELD, reason=reason, detail="line 3")
    page = browser.get(PAGE).text
    assert main_button(page) == place.format(article=place_of(desk))
    assert browser.get(main_button(page)).status_code == 200
    assert "Try again" in page
    assert "Let it go out" not in page


def test_a_rejection_is_taken_back_wherever_it_shows(tmp_path):
    browser, desk = opened(tmp_path, replace(ONE, approval="always"), role="approver")
    desk.poll(article())
    desk.act(deliveries.reject(desk.room("cli:dana"), 1, "not ours"))
    for place in (PAGE, place_of(desk)):
        assert f'action="{ACTS}/undo"' in browser.get(place).text
    answer = browser.post(f"{ACTS}/undo", {"back": place_of(desk)})
    assert answer.headers["location"] == f"{place_of(desk)}?after=1"
    assert desk.stands() == ("held", "approval")


def test_a_rejection_whose_time_is_over_offers_no_way_back(tmp_path):
    browser, desk = opened(tmp_path, replace(ONE, approval="always"), role="approver")
    desk.poll(article())
    desk.act(deliveries.reject(desk.room("cli:dana"), 1, "not ours"))
    desk.change(1, expires_at=NOW)
    assert "/undo" not in browser.get(PAGE).text


def test_only_whoever_may_approve_takes_a_rejection_back(tmp_path):
    browser, desk = opened(tmp_path, replace(ONE, approval="always"))
    desk.poll(article())
    desk.act(deliveries.reject(desk.room("cli:dana"), 1, "not ours"))
    assert "/undo" not in browser.get(PAGE).text
    assert browser.post(f"{ACTS}/undo", {"back": PAGE}).status_code == 403


def test_a_post_that_is_out_goes_out_again_once(tmp_path):
    browser, desk = opened(tmp_path)
    desk.publish()
    answer = browser.post(f"{ACTS}/repost", {"back": place_of(desk)})
    assert answer.headers["location"] == f"{place_of(desk)}?after=2"
    assert last(desk, 2) == ("desk:aigul", "due")
    assert browser.post(f"{ACTS}/repost", {"back": PAGE}).status_code == 409


def test_a_post_that_went_out_again_of_late_does_so_once_more_only_where_that_is_ticked(tmp_path):
    browser, desk = opened(tmp_path)
    desk.publish()
    browser.post(f"{ACTS}/repost", {"back": PAGE})
    desk.go(ONE.gap)
    desk.turn()
    page = browser.get(PAGE).text
    assert 'href="/articles/posts/2"' in page.partition('id="later"')[2]
    assert "It was posted again within the last day" in page
    asked = browser.post(f"{ACTS}/repost", {"back": PAGE})
    assert (asked.status_code, "Tick the box beside the button" in asked.text, "--again" in asked.text) == (
        409,
        True,
        False,
    )
    browser.post(f"{ACTS}/repost", {"back": PAGE, "again": "yes"})
    assert desk.stands(3) == ("due", "approved")


def test_a_row_lets_go_what_it_showed_and_nothing_else(tmp_path):
    browser, desk = opened(tmp_path)
    desk.poll(article())
    desk.act(deliveries.hold(desk.room(), 1))
    seen = {"seen": browser.get("/queue").text.partition('name="seen" value="')[2].partition('"')[0]}
    desk.act(deliveries.edit(desk.room("cli:dana"), 1, "A colleague's words."))
    refused = browser.post(f"{ACTS}/release", seen)
    assert (refused.status_code, "changed a moment ago" in refused.text) == (409, True)
    assert desk.stands() == ("held", "by_person")
    desk.act(deliveries.cancel(desk.room(), 1))


def test_a_post_is_taken_down_and_offers_no_more_of_it(tmp_path):
    browser, desk = opened(tmp_path)
    desk.publish()
    browser.post(f"{ACTS}/delete-post", {"back": PAGE})
    assert last(desk, 2) == ("desk:aigul", "due")
    desk.turn()
    page = browser.get(PAGE).text
    assert "What followed" in page
    assert "Take down" not in page
    assert "/articles/posts/1/text" not in page


def test_where_to_go_back_to_is_a_page_of_ours(tmp_path):
    browser, desk = opened(tmp_path)
    desk.poll(article())
    answer = browser.post(f"{ACTS}/hold", {"back": "https://evil.example/"})
    assert answer.headers["location"] == "/?after=1"


@pytest.mark.parametrize(("verb", "why"), [("hold", "cannot be held"), ("cancel", "cannot be cancelled")])
def test_what_was_just_sent_is_said_to_be_out(tmp_path, verb, why):
    browser, desk = opened(tmp_path)
    desk.publish()
    answer = browser.post(f"{ACTS}/{verb}", {"back": PAGE})
    assert answer.status_code == 409
    assert f"{why}: it is out" in answer.text
    assert desk.delivery().state is State.DONE


@pytest.mark.parametrize("how", [{}, {"headers": {"HX-Request": "true"}}])
def test_an_act_that_comes_too_late_leads_to_what_can_be_done_now(tmp_path, how):
    browser, desk = opened(tmp_path)
    desk.publish()
    answer = browser.post(f"{ACTS}/hold", {"back": "/queue"}, **how)
    assert (answer.status_code, "cannot be held: it is out" in answer.text) == (409, True)
    assert re.search(f'href="{PAGE}"[^>]*>To the post', answer.text)


def test_what_may_be_out_keeps_the_wish_and_says_so(tmp_path):
    browser, desk = opened(tmp_path)
    desk.wire.say("publish", OutcomeUnknown("timeout"))
    desk.poll(article())
    desk.turn()
    browser.post(f"{ACTS}/cancel", {"back": PAGE})
    assert desk.delivery().wish == "cancel desk:aigul"
    assert "It may already be out." in browser.get(PAGE).text


def test_a_post_is_shown_as_it_was_sent_and_one_to_come_as_it_would_read(tmp_path):
    browser, desk = opened(tmp_path)
    desk.poll(article())
    assert "How it would read now" in browser.get(PAGE).text
    desk.turn()
    page = browser.get(PAGE).text
    assert "What was sent" in page
    assert article().title in page.partition('class="words"')[2].partition("</div>")[0]


def test_a_post_that_cannot_be_written_says_why(tmp_path):
    browser, desk = opened(tmp_path)
    desk.poll(article(url="https://courier.example/" + "long" * 100))
    assert "There is no post to show: the post cannot be written" in browser.get(PAGE).text


def test_words_that_are_no_longer_kept_are_said_to_be_gone(tmp_path):
    browser, desk = opened(tmp_path)
    desk.publish()
    desk.change(1, post=replace(desk.delivery().post, text="", marks=(), card=None))
    assert "its words are no longer kept" in browser.get(PAGE).text


def test_a_channel_that_left_the_settings_is_no_stumbling_block(tmp_path):
    browser, desk = opened(tmp_path)
    desk.publish()
    del desk.channels["one"]
    page = browser.get(PAGE)
    assert (page.status_code, "its channel left the settings" in page.text) == (200, True)
    assert browser.get(place_of(desk)).status_code == 200


def test_the_words_of_a_post_that_is_out_are_changed_on_its_network(tmp_path):
    browser, desk = opened(tmp_path)
    desk.publish()
    mark = loaded(browser)
    answer = browser.post(f"{PAGE}/text", {"text": f"Better.\r\n{article().url}", "loaded": mark})
    assert answer.headers["location"] == f"{PAGE}?after=2&kept=out-1&kept=text-1"
    assert last(desk, 2) == ("desk:aigul", "due")
    desk.turn()
    assert desk.wire.shown == [f"Better.\n{article().url}"]
    assert "Better." in browser.get(PAGE).text.partition('class="words"')[2].partition("</div>")[0]
    assert "Better." in browser.get(f"{PAGE}/text").text


def test_two_who_change_the_same_post_see_both_texts(tmp_path):
    browser, desk = opened(tmp_path)
    desk.publish()
    mark = loaded(browser)
    desk.act(deliveries.edit_post(desk.room("desk:dana"), 1, f"Dana's words.\n{article().url}"))
    late = browser.post(f"{PAGE}/text", {"text": f"My words.\n{article().url}", "loaded": mark})
    assert late.status_code == 409
    assert "dana changed this post while you wrote" in late.text
    assert "Dana&#39;s words." in late.text
    assert "My words." in late.text
    assert desk.count() == 2
    anew = late.text.partition('name="loaded" value="')[2].partition('"')[0]
    assert browser.post(f"{PAGE}/text", {"text": f"My words.\n{article().url}", "loaded": anew}).status_code == 303


def test_a_page_says_whose_the_words_are_that_stand(tmp_path):
    browser, desk = opened(tmp_path)
    desk.publish()

    def by():
        return (
            browser.get(f"{PAGE}/text").text.partition('name="loaded"')[2].partition('data-by="')[2].partition('"')[0]
        )

    said = [by()]
    for who in ("dana", "aigul"):
        desk.act(deliveries.edit_post(desk.room(f"desk:{who}"), 1, f"Words of {who}.\n{article().url}"))
        said.append(by())
        desk.turn()
    assert said == ["", "dana", "aigul"]


@pytest.mark.parametrize(("text", "why"), [(" ", "The text is empty."), ("x" * 301, "301")])
def test_words_that_cannot_be_kept_stay_on_the_page(tmp_path, text, why):
    browser, desk = opened(tmp_path)
    desk.publish()
    answer = browser.post(f"{PAGE}/text", {"text": text, "loaded": loaded(browser)})
    assert answer.status_code == 422
    assert why in answer.text
    assert f">\n{text}</textarea>" in answer.text
    assert desk.count() == 1


def test_words_are_counted_while_they_are_typed_and_nothing_is_kept(tmp_path):
    browser, desk = opened(tmp_path)
    desk.publish()
    rows = len(desk.log())
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "section#measured"}
    answer = browser.post(f"{PAGE}/text/measure", {"text": "x" * 310, "loaded": "m"}, headers=headers)
    assert answer.text.lstrip().startswith('<section id="measured"')
    assert "310 of 300, 10 too many" in answer.text
    assert len(desk.log()) == rows


def test_only_what_is_out_is_changed_here(tmp_path):
    browser, desk = opened(tmp_path)
    desk.poll(article())
    assert browser.get(f"{PAGE}/text").status_code == 409
    assert 'href="/approvals/1/text"' in browser.get(PAGE).text


def test_with_four_eyes_a_changed_post_waits_for_a_colleague(tmp_path):
    browser, desk = opened(tmp_path, replace(ONE, four_eyes=True))
    desk.publish()
    browser.post(f"{PAGE}/text", {"text": f"Better.\n{article().url}", "loaded": loaded(browser)})
    assert desk.stands(2) == ("held", "approval")


def numbered(browser):
    """Read the number a form for a post by hand came with."""
    return browser.get("/articles/posts/new").text.partition('name="form" value="')[2].partition('"')[0]


def send(browser, **said):
    fields = {"channel": "one", "text": "Our doors are open today.", "form": numbered(browser), **said}
    return browser.post("/articles/posts/new", fields)


def test_a_person_s_own_words_go_out_on_a_channel(tmp_path):
    browser, desk = opened(tmp_path)
    answer = send(browser)
    assert answer.headers["location"] == f"{PAGE}?after=1&kept=by-hand&kept=by-hand-channel&kept=by-hand-at"
    led = browser.get(answer.headers["location"]).text
    assert all(f'<span data-taken="{each}" hidden>' in led for each in ("by-hand", "by-hand-channel", "by-hand-at"))
    assert last(desk) == ("desk:aigul", "due")
    desk.turn()
    assert desk.wire.shown == ["Our doors are open today."]
    page = browser.get(PAGE).text
    assert '<h1 dir="auto">Our doors are open today.</h1>' in page
    assert 'data-by="aigul"' in browser.get(f"{PAGE}/text").text
    assert "data-taken" not in page, "who comes by another way may have words there that were not sent"


def test_words_may_wait_for_a_time_by_the_newsroom_s_clock(tmp_path):
    browser, desk = opened(tmp_path)
    send(browser, at="2026-11-25T18:30:00")
    assert desk.delivery().due_at.isoformat() == "2026-11-25T13:30:00+00:00"


def test_the_same_words_are_asked_about(tmp_path):
    browser, desk = opened(tmp_path)
    send(browser)
    asked = send(browser)
    assert asked.status_code == 409
    assert "These words are on one already, as delivery 1. Tick the box below to post it once more." in asked.text
    assert (desk.count(), "--again" in asked.text) == (1, False)
    assert send(browser, again="yes").headers["location"].startswith("/articles/posts/2?after=2&")


def test_a_form_sent_twice_is_one_post_also_where_once_more_is_ticked(tmp_path):
    browser, desk = opened(tmp_path)
    numbers = {numbered(browser) for _ in "12"}
    assert len(numbers) == 2
    sent = [send(browser, again="yes", form=min(numbers)).headers["location"] for _ in range(2)]
    assert ([each.partition("&")[0] for each in sent], desk.count()) == (["/articles/posts/1?after=1"] * 2, 1)


def test_a_form_without_its_number_posts_nothing_and_keeps_the_words(tmp_path):
    browser, desk = opened(tmp_path)
    answer = send(browser, form="")
    assert answer.status_code == 422
    assert "The form could not be read, so nothing was changed" in answer.text
    assert ("Our doors are open today." in answer.text, desk.count()) == (True, 0)


def test_own_words_are_checked_while_they_are_typed(tmp_path):
    browser, _ = opened(tmp_path)
    page = browser.post("/articles/posts/new/measure", {"channel": "one", "text": "Grain&nbsp;rises."}).text
    assert "It cannot be sent like this: something of a program is left in it" in page


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"text": "  "}, "The text is empty."),
        ({"text": "x" * 301}, "301"),
        ({"channel": "nowhere"}, "There is no channel nowhere"),
        ({"at": "next week"}, "is no moment"),
        ({"at": "2020-01-01T10:00"}, "2020"),
    ],
)
def test_a_post_that_cannot_be_taken_stays_on_the_page(tmp_path, said, why):
    browser, desk = opened(tmp_path)
    answer = send(browser, **said)
    assert answer.status_code == 422
    assert why in answer.text
    assert said.get("text", "Our doors are open today.") in answer.text
    assert desk.count() == 0


def test_own_words_are_measured_for_the_channel_that_is_chosen(tmp_path):
    browser, desk = opened(tmp_path, ONE, replace(ONE, id="two"))
    page = browser.post("/articles/posts/new/measure", {"channel": "two", "text": "Hello #Almaty"}).text
    assert '<option value="two" selected>' in page
    assert "13 of 300" in page
    assert desk.count() == 0


def test_a_channel_with_approval_asks_for_it(tmp_path):
    browser, desk = opened(tmp_path, replace(ONE, approval="always"))
    send(browser)
    assert desk.stands() == ("held", "approval")
    assert "Look and approve" in browser.get(PAGE).text


def test_whoever_is_signed_out_finds_the_words_on_the_answer(tmp_path):
    _, desk = opened(tmp_path)
    answer = send(Browser(desk))
    assert answer.status_code == 401
    assert "Our doors are open today." in answer.text

"""What one cause holds by the dozen: one line on Today and the queue, seen and decided together, never twice."""

from dataclasses import replace

import pytest
from lxml import html

from bot.actions import deliveries, newsroom
from bot.desk.heaps import MOST
from bot.model import Reason, State
from bot.store import alerts
from bot.store.alerts import Cause
from tests.unit.desk.browser import Browser
from tests.unit.desk.test_entry import taken_on
from tests.unit.engine import NOW, ONE, Desk, article

FLOOD, BY_PERSON = "/queue/held/flood", "/queue/held/by_person"


@pytest.fixture
def browser(tmp_path):
    """The desk of a newsroom in which six stories came at once."""
    here = Browser(Desk(tmp_path, replace(ONE, max_per_day=2)))
    taken_on(here, role="editor")
    here.newsroom.poll(*[article(n) for n in range(1, 7)])
    for n in range(1, 7):
        here.newsroom.change(n, state=State.HELD, reason=Reason.FLOOD)
    return here


def decided(browser, verb, fields):
    """Press a button of the page, and follow where it leads."""
    answer = browser.post(f"{FLOOD}/{verb}", fields)
    return browser.get(answer.headers["location"]) if answer.status_code == 303 else answer


def ticked(page, *, but=()):
    """Read what a browser would send of the page's form, all ticked as it comes."""
    (form,) = html.fromstring(page).xpath("//main//form")
    fields = {each.get("name"): each.get("value") for each in form.iter("input") if each.get("checked") is not None}
    return {name: value for name, value in fields.items() if name not in but}


@pytest.mark.parametrize("place", ["/", "/queue"])
def test_a_flood_is_one_line_with_the_way_to_all_of_it(browser, place):
    page = browser.get(place).text
    assert "6 posts came at once, far more than usual (main)" in page
    assert f'href="{FLOOD}?source=main"' in page


def test_today_shows_no_row_of_what_lies_in_a_heap_and_no_second_line_beside_its_alert(browser):
    assert 'class="row"' not in browser.get("/").text
    browser.newsroom.ask(alerts.open_alert, Cause.SOURCE_FLOOD, "source:main", NOW, what="6 stories came at once")
    assert browser.get("/").text.count(f'href="{FLOOD}?source=main"') == 1


def test_four_posts_are_no_heap(browser):
    for n in (1, 2):
        browser.newsroom.change(n, state=State.DUE, reason=Reason.PLANNED)
    assert "came at once" not in browser.get("/").text


def test_the_page_shows_each_post_and_what_the_channel_cannot_send_in_time(browser):
    page = browser.get(FLOOD).text
    assert page.count('type="checkbox"') == 6
    assert "Port 3 wins" in page
    assert "one can send about 2 of these 6 before they expire (6 hours)." in page


def test_the_ticked_ones_go_and_the_others_stay(browser):
    answer = decided(browser, "release?source=main", ticked(browser.get(FLOOD).text, but=("post-2", "post-5")))
    assert "4 posts go on." in answer.text
    assert [browser.newsroom.stands(n)[0] for n in range(1, 7)] == ["due", "held", "due", "due", "held", "due"]
    assert browser.newsroom.log()[-1]["actor"] == "desk:aigul"
    assert answer.text.count('type="checkbox"') == 2


def test_a_heap_of_no_story_has_none_of_a_story_on_its_page(browser):
    desk = browser.newsroom
    for n in range(5):
        desk.act(deliveries.post(desk.room(), "one", f"The desk wishes you a good day {n}."))
    for n in range(1, 12):
        desk.change(n, state=State.HELD, reason=Reason.BY_PERSON)
    by_hand, of_a_story = (
        html.fromstring(browser.get("/queue").text).xpath(f"//a[text()='Look and decide'][@href='{each}']/@href")
        for each in (f"{BY_PERSON}?source=", f"{BY_PERSON}?source=main")
    )
    assert len(by_hand) == len(of_a_story) == 1
    page = browser.get(by_hand[0])
    assert {*ticked(page.text)} == {f"post-{n}" for n in range(7, 12)}
    assert html.fromstring(page.text).xpath("//main//form/@action") == [f"{BY_PERSON}/release?source="]
    assert {*ticked(browser.get(of_a_story[0]).text)} == {f"post-{n}" for n in range(1, 7)}
    assert len(ticked(browser.get(BY_PERSON).text)) == 11


def test_the_ticked_ones_are_never_sent(browser):
    answer = decided(browser, "cancel", ticked(browser.get(FLOOD).text))
    assert "6 posts are never sent." in answer.text
    assert {browser.newsroom.stands(n)[0] for n in range(1, 7)} == {"cancelled"}


@pytest.mark.parametrize(
    ("verb", "done", "said"),
    [
        ("release", "go=5&wait=1", "5 posts go on. 1 post waits for approval."),
        ("release?source=main", "source=main&go=5&wait=1", "5 posts go on. 1 post waits for approval."),
        ("cancel", "end=6", "6 posts are never sent."),
    ],
)
def test_what_was_decided_leads_to_a_page_that_may_be_opened_once_more(browser, verb, done, said):
    desk = browser.newsroom
    desk.act(newsroom.mark(desk.room(), desk.delivery(1).story, solemn=True))
    answer = browser.post(f"{FLOOD}/{verb}", ticked(browser.get(FLOOD).text))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{FLOOD}?{done}")
    assert [said in browser.get(answer.headers["location"]).text for _ in range(2)] == [True, True]


@pytest.mark.parametrize("query", ["go=x", "go=-1", f"end={10**30}", "wait="])
def test_an_odd_address_says_nothing_was_done(browser, query):
    page = browser.get(f"{FLOOD}?{query}")
    assert (page.status_code, page.text.count('type="checkbox"')) == (200, 6)
    assert html.fromstring(page.text).get_element_by_id("told").text_content().strip() == ""


def test_where_some_were_left_the_address_leads_to_the_page_too(browser):
    seen = ticked(browser.get(FLOOD).text)
    browser.newsroom.change(3, state=State.HELD, reason=Reason.GONE, detail="404")
    assert browser.post(f"{FLOOD}/release?source=main", seen).status_code == 200
    again = browser.get(f"{FLOOD}/release?source=main")
    assert (again.status_code, again.headers["location"]) == (303, f"{FLOOD}?source=main")


def test_what_changed_since_it_was_seen_is_left_as_it_is_with_why(browser):
    seen = ticked(browser.get(FLOOD).text)
    browser.newsroom.change(3, state=State.HELD, reason=Reason.GONE, detail="404")
    answer = browser.post(f"{FLOOD}/release", seen)
    assert "5 posts go on." in answer.text
    assert (
        "(one): Delivery 3 changed a moment ago." in answer.text.partition("Left as they are")[2].partition("</ul>")[0]
    )
    assert browser.newsroom.stands(3) == ("held", "gone")


def test_pressed_twice_it_is_done_once(browser):
    seen = ticked(browser.get(FLOOD).text)
    browser.post(f"{FLOOD}/release", seen)
    rows = len(browser.newsroom.log())
    assert "0 posts go on." in browser.post(f"{FLOOD}/release", seen).text
    assert len(browser.newsroom.log()) == rows


def test_a_form_that_is_none_of_ours_does_nothing(browser):
    assert browser.post(f"{FLOOD}/release", {"post-1": "now"}).status_code == 409
    assert browser.newsroom.stands(1) == ("held", "flood")


def test_what_is_a_question_of_its_own_has_no_such_page(browser):
    assert browser.get("/queue/held/undecidable").status_code == 404
    assert browser.get("/queue/held/nonsense").status_code == 404


def test_a_page_has_no_more_fields_than_a_form_may_have():
    assert MOST < 500


def test_whoever_only_looks_has_no_buttons(tmp_path):
    here = Browser(Desk(tmp_path))
    taken_on(here, role="viewer")
    here.newsroom.poll(article())
    here.newsroom.change(1, state=State.HELD, reason=Reason.FLOOD)
    page = here.get(FLOOD).text
    assert "Port 1 wins" in page
    assert 'type="checkbox"' not in page
    assert here.post(f"{FLOOD}/release", {"post-1": "1"}).status_code == 403


@pytest.mark.parametrize("reason", [Reason.TEMPLATE, Reason.NO_ALT])
def test_what_is_mended_elsewhere_is_no_heap_but_rows_that_lead_there(browser, reason):
    for n in range(1, 7):
        browser.newsroom.change(n, reason=reason, detail="fake: line 1")
    page = browser.get("/").text
    assert f"/queue/held/{reason}" not in page
    assert 'class="row"' in page


def test_during_a_hush_the_page_says_that_each_is_asked_about_again(browser):
    said = "Everything but breaking news is hushed: what is let go here waits for a word of its own again."
    assert said not in browser.get(FLOOD).text
    browser.newsroom.act(newsroom.hush(browser.newsroom.room()))
    assert said in browser.get(FLOOD).text


def test_enter_in_a_box_lets_nothing_go(browser):
    (form,) = html.fromstring(browser.get(FLOOD).text).xpath("//main//form")
    first = form.xpath(".//button")[0]
    assert first.get("disabled") is not None, "a browser presses the first button, and not one that is off"

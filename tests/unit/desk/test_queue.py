"""The queue: by list and by days, and every act from a row with its person in the log."""

from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import html

from bot.actions import deliveries as verbs
from bot.actions import newsroom
from bot.desk import acts
from bot.desk.app import pages
from bot.desk.queue import MOST
from bot.model import Budget, Reason, State
from tests.unit.delivery.test_price import Dear
from tests.unit.desk.browser import Browser
from tests.unit.desk.test_entry import taken_on
from tests.unit.desk.test_today import ASKS, at
from tests.unit.engine import NOW, ONE, Desk, article, hours

TWO = replace(ONE, id="two", place=(("chat", "@two"),))
HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(tmp_path):
    return at(tmp_path, ONE, TWO)


def actors(browser, since=0):
    """Who is in the log, each row of it from one on."""
    return [row["actor"] for row in browser.newsroom.log()[since:]]


def seen(browser, n=1):
    """What a row sends along of how it stood."""
    return {"seen": str(browser.newsroom.delivery(n).moves)}


def test_each_post_to_come_is_held_back_by_one_key_that_the_list_of_keys_names(browser):
    browser.newsroom.poll(article())
    page = html.fromstring(browser.get("/queue").text)
    (button,) = page.xpath("//*[@id='d1']//form[@action='/queue/1/hold']/button")
    assert button.get("data-key") == "h"
    assert "h" in page.xpath("//dialog[@id='keys']//kbd/text()")


def test_each_field_for_a_time_names_its_zone(browser):
    browser.newsroom.poll(article())
    page = browser.get("/queue").text
    zone = browser.newsroom.policy.zone
    assert f"New time ({zone})" in page
    assert f"Until ({zone}; empty: until somebody resumes it)" in page


def test_everything_that_is_still_to_happen_is_listed_by_its_time(browser):
    browser.newsroom.poll(article(1), article(2))
    browser.newsroom.change(1, due_at=NOW + hours(3))
    page = browser.get("/queue").text
    assert page.count('class="row"') == 4
    assert page.index('id="d2"') < page.index('id="d1"')


def test_one_channel_can_be_shown_alone(browser):
    browser.newsroom.poll(article())
    page = browser.get("/queue?channel=two").text
    assert "Posts for two" in page
    assert page.count('class="row"') == 1
    assert browser.get("/queue?channel=none").text.count('class="row"') == 2


def test_a_long_list_is_shown_in_parts(browser):
    browser.newsroom.poll(*[article(n) for n in range(1, MOST)])
    page = browser.get("/queue").text
    assert page.count('class="row"') == MOST
    assert f"Show more ({2 * (MOST - 1) - MOST} left)" in page
    assert browser.get(f"/queue?most={2 * MOST}").text.count('class="row"') == 2 * (MOST - 1)


@pytest.mark.parametrize(
    "asked",
    [
        *("view=month", "from=tomorrow&view=week", "most=-1", "most=x&after=x", "after=999"),
        *("from=9999-12-31&view=week", "from=0001-01-01&view=week", f"after={'9' * 5000}"),
    ],
)
def test_an_address_that_makes_no_sense_shows_the_queue(browser, asked):
    browser.newsroom.poll(article())
    answer = browser.get(f"/queue?{asked}")
    assert answer.status_code == 200
    assert answer.text.count('id="d1"') == 1


def test_the_week_has_seven_days_of_the_newsroom(browser):
    browser.newsroom.poll(article())
    browser.newsroom.change(1, due_at=NOW + hours(9))  # 23:00
    browser.newsroom.change(2, due_at=NOW + hours(11))  # 01:00 of the next day
    page = browser.get("/queue?view=week").text
    assert page.count('class="day') == 7
    assert '<time datetime="2026-11-25">Wed 25 Nov</time> <span class="hint">today' in page
    late, early = (
        page.partition(f'data-day="{day}" data-hour="{hour}"')[2]
        for day, hour in (("2026-11-25", 21), ("2026-11-26", 0))
    )
    assert late.index('id="d1"') < late.index("data-hour")
    assert early.index('id="d2"') < early.index("data-hour")


def test_other_weeks_lie_before_and_after(browser):
    browser.newsroom.poll(article())
    browser.newsroom.change(1, due_at=NOW + hours(8 * 24))
    assert 'id="d1"' not in browser.get("/queue?view=week").text
    page = browser.get("/queue?view=week&from=2026-12-02").text
    assert 'id="d1"' in page
    assert 'href="/queue?view=week&amp;from=2026-12-09"' in page
    assert "From today" in page


def test_what_is_held_past_its_time_stands_on_no_day(browser):
    browser.newsroom.poll(article())
    browser.newsroom.act(verbs.hold(browser.newsroom.room(), 1))
    page = browser.get("/queue?view=week").text
    assert "1 post waits for a person and has no time" in page
    assert 'id="d1"' not in page


@pytest.mark.parametrize(
    ("act", "fields", "stands"),
    [
        ("hold", {}, ("held", "by_person")),
        ("cancel", {}, ("cancelled", "cancelled")),
        ("move", {"at": "2026-11-26T09:30"}, ("due", "moved")),
        ("move", {"at": "2026-11-26T09:30:00.000"}, ("due", "moved")),
    ],
)
def test_an_act_leads_back_says_how_it_stands_and_names_its_person(browser, act, fields, stands):
    browser.newsroom.poll(article())
    before = len(actors(browser))
    answer = browser.post(f"/queue/1/{act}", {"back": "/queue?channel=one"} | fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue?channel=one&after=1")
    assert browser.newsroom.stands() == stands
    assert actors(browser, before) == ["desk:aigul"]
    assert 'class="told"' in browser.get(answer.headers["location"]).text


def test_a_moved_post_goes_at_its_new_time_of_the_newsroom(browser):
    browser.newsroom.poll(article())
    browser.post("/queue/1/move", {"at": "2026-11-26T09:30"})
    assert browser.newsroom.delivery().due_at == NOW + hours(19.5)


@pytest.mark.parametrize(
    ("at_time", "said"),
    [
        ("", "is no moment"),
        ("soon", "is no moment"),
        ("2026-11-25T09:00", "that is over"),
        ("2030-01-01T09:00", "ahead"),
    ],
)
def test_a_time_that_cannot_be_is_refused_in_a_sentence(browser, at_time, said):
    browser.newsroom.poll(article())
    answer = browser.post("/queue/1/move", {"at": at_time})
    assert (answer.status_code, said in answer.text) == (409, True)
    assert browser.newsroom.stands() == ("due", "planned")


def test_released_and_it_goes_on(browser):
    browser.newsroom.poll(article())
    browser.newsroom.act(verbs.hold(browser.newsroom.room(), 1))
    browser.post("/queue/1/release", {"back": "/"} | seen(browser))
    assert browser.newsroom.stands() == ("due", "released")
    assert actors(browser)[-1] == "desk:aigul"


@pytest.mark.parametrize("said", [{}, {"seen": ""}, {"seen": "-1"}, {"seen": "1.0"}, {"seen": "9" * 40}])
def test_what_does_not_say_how_the_row_stood_releases_nothing(browser, said):
    browser.newsroom.poll(article())
    browser.newsroom.act(verbs.hold(browser.newsroom.room(), 1))
    answer = browser.post("/queue/1/release", said)
    assert (answer.status_code, "The form could not be read" in answer.text) == (409, True)
    assert browser.newsroom.stands() == ("held", "by_person")


@pytest.mark.parametrize(("said", "why"), [({}, "could not be read"), ({"tried": ""}, "changed a moment ago")])
def test_what_does_not_say_which_try_was_looked_for_sends_nothing_again(browser, said, why):
    browser.newsroom.poll(article())
    browser.newsroom.change(1, state=State.HELD, reason=Reason.UNDECIDABLE, detail="cut", intent_at=NOW)
    answer = browser.post("/queue/1/not-out", said)
    assert (answer.status_code, why in answer.text) == (409, True)
    assert browser.newsroom.stands() == ("held", "undecidable")


def test_an_act_on_what_was_sent_meanwhile_gets_the_honest_answer(browser):
    browser.newsroom.publish()
    for act in ("hold", "cancel", "move", "release"):
        answer = browser.post(f"/queue/1/{act}", {"at": "2026-11-26T09:30"} | seen(browser), headers=HTMX)
        assert (answer.status_code, answer.headers["hx-retarget"]) == (409, "#told")
        assert "is out" in answer.text
    assert browser.newsroom.stands() == ("done", "sent")


def test_of_what_there_is_not_nothing_is_done(browser):
    answer = browser.post("/queue/7/cancel")
    assert (answer.status_code, "There is no delivery 7." in answer.text) == (409, True)


def test_htmx_gets_a_notice_and_has_the_rows_fetch_themselves(browser):
    browser.newsroom.poll(article())
    answer = browser.post("/queue/1/hold", {"back": "/queue"}, headers=HTMX)
    assert answer.status_code == 200
    assert "Port 1 wins a loan of 101 million (one): Is held back by aigul." in answer.text
    assert [answer.headers[name] for name in ("hx-retarget", "hx-reswap", "hx-trigger")] == [
        "#told",
        "innerHTML",
        "changed",
    ]


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", ""])
def test_nobody_is_led_to_another_site(browser, back):
    browser.newsroom.poll(article())
    assert browser.post("/queue/1/hold", {"back": back}).headers["location"] == "/?after=1"


def test_a_look_at_the_network_ends_what_nobody_knows(browser):
    browser.newsroom.poll(article())
    for n in (1, 2):
        browser.newsroom.change(n, state=State.HELD, reason=Reason.UNDECIDABLE, detail="cut")
    refused = browser.post("/queue/1/out", {"address": "yes"})
    assert (refused.status_code, "Yes is no address" in refused.text) == (409, True)
    browser.post("/queue/1/out", {"address": " https://fake.example/7 "})
    browser.post("/queue/2/not-out", {"tried": ""})
    assert browser.newsroom.stands(1) == ("done", "resolved_sent")
    assert browser.newsroom.delivery(1).receipt.url == "https://fake.example/7"
    assert browser.newsroom.stands(2) == ("due", "resolved_absent")


def test_other_words_mend_what_could_not_be_sent_and_let_it_go(browser):
    browser.newsroom.poll(article())
    browser.newsroom.change(1, state=State.HELD, reason=Reason.TOO_LONG, detail="312 of 300")
    assert 'href="/approvals/1/text"' in browser.get("/queue").text
    page = browser.get("/approvals/1/text").text
    assert "Send with these words" in page
    typed = {"text": "long " * 80, "loaded": page.partition('name="loaded" value="')[2].partition('"')[0]}
    refused = browser.post("/approvals/1/text", typed)
    assert (refused.status_code, "too long" in refused.text) == (422, True)
    assert browser.newsroom.stands() == ("held", "too_long")
    browser.post("/approvals/1/text", typed | {"text": "Port 1 wins a loan of 101 million"})
    assert browser.newsroom.stands() == ("due", "released")
    assert browser.newsroom.delivery().author == "desk:aigul"


def test_a_channel_is_paused_until_a_moment_or_somebody_resumes_it(browser):
    browser.post("/queue/channel/one/pause", {"until": "2026-11-25T18:00", "back": "/queue"})
    assert "Paused by aigul, until 18:00" in browser.get("/queue").text
    browser.post("/queue/channel/one/resume")
    browser.post("/queue/channel/one/pause", {"until": ""})
    row = browser.newsroom.row()
    assert (row.paused_by, row.paused_until) == ("desk:aigul", None)
    assert actors(browser)[-3:] == ["desk:aigul"] * 3


def test_a_pause_that_is_over_is_not_shown(browser):
    browser.post("/queue/channel/one/pause", {"until": "2026-11-25T15:00"})
    browser.newsroom.go(hours(2))
    page = browser.get("/queue").text
    assert "Paused" not in page
    assert 'action="/queue/channel/one/pause"' in page


@pytest.mark.parametrize(
    ("channel", "until", "said"),
    [
        ("none", "", "There is no channel none"),
        ("one", "2026-11-25T09:00", "That moment is over"),
        ("one", "x", "is no moment"),
    ],
)
def test_a_pause_that_cannot_be_is_refused_in_a_sentence(browser, channel, until, said):
    answer = browser.post(f"/queue/channel/{channel}/pause", {"until": until})
    assert (answer.status_code, said in answer.text) == (409, True)
    assert browser.newsroom.row().paused_at is None


def test_a_hush_ends_story_by_story(browser):
    browser.post("/queue/hush")
    browser.newsroom.poll(article())
    browser.newsroom.turn()
    page = browser.get("/queue").text
    assert "aigul hushed everything but breaking news." in page
    assert 'action="/queue/1/release"' not in page
    again = browser.post("/queue/hush")
    assert (again.status_code, "hushed already" in again.text) == (409, True)
    told = browser.post("/queue/unhush", headers=HTMX).text
    assert "The hush is over. 2 posts piled up, and each waits for your word." in told
    assert 'action="/queue/1/release"' in browser.get("/queue").text
    browser.post("/queue/1/release", seen(browser))
    browser.post("/queue/2/cancel")
    assert (browser.newsroom.stands(1), browser.newsroom.stands(2)) == (("due", "released"), ("cancelled", "cancelled"))
    assert browser.newsroom.row().hushed_at is None


def test_what_waits_for_approval_is_not_let_go_from_here(tmp_path):
    browser = at(tmp_path, ASKS)
    browser.newsroom.poll(article())
    assert 'href="/approvals?open=1"' in browser.get("/queue").text
    answer = browser.post("/queue/1/release", seen(browser))
    assert (answer.status_code, "waits for approval" in answer.text) == (409, True)


@pytest.mark.parametrize("way", acts.WAYS, ids=lambda way: way.path)
def test_whoever_only_looks_changes_nothing(tmp_path, way):
    browser = at(tmp_path, role="viewer")
    browser.newsroom.poll(article())
    rows = len(browser.newsroom.log())
    path = way.path.replace("{which:number}", "1").replace("{channel}", "one")
    assert browser.post(path, {"at": "2026-11-26T09:30"}).status_code == 403
    assert len(browser.newsroom.log()) == rows


def test_whoever_only_looks_sees_no_button_to_press(tmp_path):
    browser = at(tmp_path, role="viewer")
    browser.newsroom.poll(article())
    browser.newsroom.act(newsroom.pause(browser.newsroom.room(), "one"))
    for view in ("list", "week"):
        page = browser.get(f"/queue?view={view}").text
        assert 'id="d1"' in page
        assert 'action="/queue' not in page


def test_a_post_shows_what_it_will_cost_where_it_costs_and_the_day_what_is_left(tmp_path):
    browser = Browser(Desk(tmp_path, replace(ONE, budget=Budget(day=Decimal("0.1"))), kind=Dear))
    browser.desk = replace(browser.desk, adapter=lambda who: Dear(Dear.Settings(**dict(who.place)), None, None, None))
    browser.app = pages(browser.desk)
    taken_on(browser)
    browser.newsroom.poll(article())
    for view in ("list", "week"):
        assert '<span class="price">$0.20</span>' in browser.get(f"/queue?view={view}").text
    assert (
        "one: $0.00 of $0.10 spent today and $0.00 this month; still due today: 1, for $0.20, which is more"
    ) in browser.get("/").text
    assert "$0.10 a day; what it does not reach for waits for a person" in browser.get("/channels/one").text


def test_a_browser_that_is_signed_out_gets_its_words_back(tmp_path):
    answer = Browser(at(tmp_path).newsroom).post("/approvals/1/text", {"text": "Three cranes"})
    assert (answer.status_code, "Three cranes" in answer.text) == (401, True)

"""The first page: what needs a person with its one button, what goes out next, and whether everything is well."""

from dataclasses import replace

import pytest
from lxml import html

from bot.actions import newsroom
from bot.desk.app import pages
from bot.desk.today import NEXT, PEOPLE
from bot.model import Reason, State
from bot.rules.alert_words import Words
from bot.store import alerts, breaker, listing, sources, telling
from bot.store.alerts import Cause
from tests.unit.alert_table import EXAMPLES
from tests.unit.desk.browser import Browser
from tests.unit.desk.test_entry import taken_on
from tests.unit.engine import MAIN, NOW, ONE, Desk, article, hours, minutes

TWO = replace(ONE, id="two", place=(("chat", "@two"),))
ASKS = replace(ONE, id="asks", place=(("chat", "@asks"),), approval="always")


def at(tmp_path, *channels, role="editor"):
    """Sit down at the desk of a newsroom."""
    here = Browser(Desk(tmp_path, *channels))
    taken_on(here, role=role)
    return here


@pytest.fixture
def browser(tmp_path):
    return at(tmp_path)


def test_a_calm_day_says_so(browser):
    page = browser.get("/").text
    assert "Nothing needs you." in page
    assert "Nothing waits to go out." in page
    assert "No trouble" in page


def test_the_next_ten_posts_are_shown_and_how_many_more_there_are(browser):
    browser.newsroom.poll(*[article(n) for n in range(1, NEXT + 3)])
    page = browser.get("/").text
    assert page.count('class="row"') == NEXT
    assert "2 more in the queue" in page
    assert "Goes out now." in page


def test_what_needs_a_person_is_told_without_commands_and_with_its_button(browser):
    browser.newsroom.poll(article())
    browser.newsroom.change(1, state=State.HELD, reason=Reason.GAVE_UP, detail="timed out", tries=8)
    page = browser.get("/").text
    assert "Failed 8 times before anything was posted, at last with: timed out." in page
    assert "`" not in page.partition("<main")[2].partition("</main>")[0]
    assert "By itself: nothing. It waits for you and does not expire." in page
    assert 'action="/queue/1/release"' in page


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (Reason.FAR_FUTURE, "it goes by the new date as soon as its feed corrects it"),
        (Reason.NO_ALT, "it is written anew as soon as its feed describes the photo"),
    ],
)
def test_what_a_feed_may_let_go_says_so(browser, reason, said):
    browser.newsroom.poll(article())
    browser.newsroom.change(1, state=State.HELD, reason=reason, detail="2027-01-09")
    assert f"By itself: {said}. Until then it waits for you and does not expire." in browser.get("/").text


@pytest.mark.parametrize(
    ("language", "coming", "held", "alert", "we"),
    [
        ("ru", "Выйдет сейчас.", "Неудачных попыток: 8", "Лента main не читается: 503", "Мы сами спрашиваем снова"),
        ("kk", "Қазір шығады.", "Сәтсіз әрекет саны: 8", "Лента «main» оқылмай тұр: 503", "Біз өзіміз қайта"),
    ],
)
def test_how_things_stand_is_said_in_the_readers_language(browser, language, coming, held, alert, we):
    browser.post("/me/likes", {"language": language})
    browser.newsroom.poll(article(1), article(2))
    browser.newsroom.change(1, state=State.HELD, reason=Reason.GAVE_UP, detail="timed out", tries=8)
    browser.newsroom.ask(alerts.open_alert, Cause.SOURCE_FAILING, "source:main", NOW, what="503")
    page = browser.get("/").text
    assert [said for said in (coming, held, alert, we) if said not in page] == []


@pytest.mark.parametrize(("language", "refused"), [("ru", "Изменённые настройки не"), ("kk", "Өзгертілген баптаулар")])
def test_settings_that_were_refused_are_told_in_the_readers_language_around_their_own_words(browser, language, refused):
    browser.post("/me/likes", {"language": language})
    why = "jarshy.yaml:3:1: `poll_second` is not a known key - did you mean `poll`?"
    browser.newsroom.ask(listing.refuse, NOW, why=why)
    (notice,) = html.fromstring(browser.get("/").text).find_class("notice")
    assert notice.find("h3").text_content().startswith(f"▲ {refused}")
    assert [each.text for each in notice.find("h3").iter("code")] == ["poll_second", "poll"]
    assert "jarshy check" in notice.text_content()


def test_what_waits_for_approval_is_one_line_that_leads_to_the_approvals(tmp_path):
    browser = at(tmp_path, ASKS)
    browser.newsroom.poll(article(1), article(2))
    page = browser.get("/").text
    assert "2 posts wait for approval" in page
    assert "By itself: what nobody approves is dropped, the first at 20:00." in page
    assert 'href="/approvals"' in page
    assert 'class="row"' not in page


def test_an_outcome_nobody_knows_asks_for_a_look_at_the_network(browser):
    browser.newsroom.poll(article())
    browser.newsroom.change(1, state=State.UNKNOWN, reason=Reason.LOST_ANSWER, detail="cut", due_at=NOW + minutes(2))
    page = browser.get("/").text
    assert "we look whether it is out at 14:02, and never send it again before we know." in page
    assert 'action="/queue/1/out"' in page
    assert 'action="/queue/1/not-out"' in page
    assert 'action="/queue/1/cancel"' not in page


def test_only_so_many_that_need_a_person_are_shown(browser):
    browser.newsroom.poll(*[article(n) for n in range(1, PEOPLE + 4)])
    for n in range(1, PEOPLE + 4):
        browser.newsroom.change(n, state=State.HELD, reason=Reason.GONE, detail="404")
    page = browser.get("/").text
    assert page.count('class="row"') == PEOPLE
    assert "3 more in the queue" in page


def test_trouble_has_its_cause_what_happens_by_itself_and_where_it_is_seen_to(browser):
    what = {"what": "it answered <b>503</b>", "since": NOW - hours(2)}
    browser.newsroom.ask(alerts.open_alert, Cause.SOURCE_FAILING, "source:main", NOW, **what)
    browser.newsroom.ask(alerts.open_alert, Cause.TEMPLATE_REFUSED, "template:fake.en", NOW, what="line 3")
    page = browser.get("/").text
    assert "Feed main cannot be read: it answered &lt;b&gt;503&lt;/b&gt;" in page
    assert "12:00" in page
    assert "We ask again by ourselves, at most an hour apart;" in page
    assert "Open the feed&#39;s address in a browser; where it is broken there too, tell the site&#39;s makers." in page
    assert 'href="/channels#source-main">To the source' in page
    assert 'href="/templates/fake.en">To the template' in page
    assert "Nothing needs you." not in page


PLACES = {
    Cause.ACCOUNT_STOPPED: "/channels/one",
    Cause.ACCESS_ENDS: "/channels/one",
    Cause.CHANNEL_STOPPED: "/channels/one",
    Cause.NETWORK_FAILING: "/channels/one",
    Cause.DELIVERY_WAITS: "/articles/posts/1",
    Cause.STORY_REVISED: "/articles/{story}",
    Cause.WISH_TOO_LATE: "/articles/posts/1",
    Cause.NOTHING_POSTED: "/queue",
    Cause.SOURCE_FAILING: "/channels#source-main",
    Cause.SOURCE_SILENT: "/channels#source-main",
    Cause.SOURCE_GAP: "/articles",
    Cause.SOURCE_LACKS: "/channels#source-main",
    Cause.SOURCE_FLOOD: "/queue/held/flood?source=main",
    Cause.TEMPLATE_WAITS: "/templates/fake",
    Cause.TEMPLATE_REFUSED: "/templates/fake",
    Cause.SETTINGS_REFUSED: "/audit?action=settings",
    Cause.GONE_WAITS: "/queue?channel=gone",
    Cause.CLOCK_OFF: "/queue#channels",
    Cause.CHECKPOINT_OLD: "/audit#prove",
    Cause.SEAL_FAILS: "/audit#prove",
    Cause.AUDIT_BROKEN: "/audit#prove",
    Cause.DATABASE_RESTORED: "/queue",
}
OF_WHAT = {"account": "acme", "channel": "one", "source": "main", "delivery": "1", "template": "fake"}
KEEPERS = ("auth", "secret", "check", "reload", "doctor")
"""Commands of what the desk has no button for: whoever keeps Jarshy types them."""


@pytest.mark.parametrize("cause", [each for each in Cause if each not in (Cause.DELIVERY_HELD, Cause.DISK_LOW)])
def test_each_alert_has_one_button_which_leads_to_what_it_is_of(browser, cause):
    browser.newsroom.poll(article())
    scope, fact = EXAMPLES[cause]
    about = scope.partition(":")[0]
    which = "channel:gone" if cause is Cause.GONE_WAITS else f"{about}:{OF_WHAT[about]}" if about in OF_WHAT else scope
    browser.newsroom.ask(alerts.open_alert, cause, which, NOW, what=fact.what, fix=fact.fix)
    (notice,) = html.fromstring(browser.get("/").text).find_class("notice")
    (button,) = notice.find_class("button")
    assert button.get("href") == PLACES[cause].format(story=browser.newsroom.delivery(1).story)
    assert browser.get(button.get("href")).status_code == 200
    commands = [each.text for each in notice.iter("code") if " " in each.text or each.text in ("resolve", "release")]
    assert [each for each in commands if not each.removeprefix("jarshy ").startswith((*KEEPERS, "timedatectl"))] == []


def test_where_nothing_is_to_be_pressed_there_is_no_button(browser):
    scope, fact = EXAMPLES[Cause.DISK_LOW]
    browser.newsroom.ask(alerts.open_alert, Cause.DISK_LOW, scope, NOW, what=fact.what)
    (notice,) = html.fromstring(browser.get("/").text).find_class("notice")
    assert not notice.xpath(".//a | .//button | .//*[@class='acts']")
    assert [each.text for each in notice.iter("dt")] == ["Since", "By itself", "You can"]
    assert "Tell whoever keeps Jarshy, who can free space" in notice.text_content()


def test_a_wrong_clock_leads_to_where_channels_are_paused(browser):
    scope, fact = EXAMPLES[Cause.CLOCK_OFF]
    browser.newsroom.ask(alerts.open_alert, Cause.CLOCK_OFF, scope, NOW, what=fact.what)
    (place,) = html.fromstring(browser.get("/").text).xpath("//*[@class='notice']//a/@href")
    path, _, part = place.partition("#")
    (section,) = html.fromstring(browser.get(path).text).xpath(f"//*[@aria-labelledby='{part}']")
    assert section.xpath(".//form/@action") == ["/queue/hush", "/queue/channel/one/pause"]


def test_what_nobody_approves_leads_to_its_approval(tmp_path):
    browser = at(tmp_path, ASKS)
    browser.newsroom.poll(article())
    browser.newsroom.ask(alerts.open_alert, Cause.DELIVERY_WAITS, "delivery:1", NOW, what="half of its time is over")
    assert 'href="/approvals?open=1">Look and approve' in browser.get("/").text


def test_alerts_that_reach_nobody_are_trouble_of_their_own(tmp_path):
    newsroom = Desk(tmp_path)
    browser = Browser(newsroom)
    browser.desk = replace(browser.desk, sinks=lambda: ("webhook", "chat"))
    browser.app = pages(browser.desk)
    taken_on(browser)
    newsroom.ask(alerts.open_alert, Cause.SOURCE_FAILING, "source:main", NOW, what="it answered 503")
    how = {"write": lambda news: Words("s", "t"), "name": lambda: "msg_1"}
    for each in newsroom.ask(telling.write_news, NOW, sinks=("webhook",), **how):
        newsroom.ask(telling.was_not_heard, each, NOW, why="it answered 404")
    page = browser.get("/").text
    assert "Alerts to webhook do not arrive: it answered 404" in page
    assert "Alerts to chat" not in page
    assert 'action="/alerts/again"' in page.partition("do not arrive")[2].partition("</section>")[0]
    how_now = {"sinks": ("webhook",), **how}
    assert newsroom.ask(telling.write_news, NOW, **how_now) == []
    answer = browser.post("/alerts/again", {"sink": "webhook"}, headers={"HX-Request": "true"})
    assert "1 alert is told to webhook again now." in answer.text
    assert (newsroom.log()[-1]["action"], newsroom.log()[-1]["actor"]) == ("alert.hurried", "desk:aigul")
    (again,) = newsroom.ask(telling.write_news, NOW, **how_now)
    newsroom.ask(telling.was_heard, again, NOW)
    assert "do not arrive" not in browser.get("/").text
    assert browser.post("/alerts/again", {"sink": "webhook"}).status_code == 409


def test_a_hush_and_a_pause_stand_where_everybody_sees_them(browser):
    room = browser.newsroom.room("desk:dana")
    browser.newsroom.act(newsroom.pause(room, "one", until=NOW + hours(3)))
    browser.newsroom.act(newsroom.hush(room))
    page = browser.get("/").text
    assert "dana hushed everything else." in page
    assert "Paused by dana, until 17:00" in page


def test_what_a_hush_holds_leads_to_its_end(browser):
    browser.newsroom.act(newsroom.hush(browser.newsroom.room("desk:dana")))
    browser.newsroom.poll(article(9))
    browser.newsroom.turn()
    assert browser.newsroom.stands(browser.newsroom.count()) == ("held", "hushed")
    assert 'action="/queue/unhush"' in browser.get("/").text.partition('class="rows"')[2]
    assert browser.post("/queue/unhush", {"back": "/"}).status_code == 303
    assert 'action="/queue/unhush"' not in browser.get("/").text


@pytest.mark.parametrize(("word", "told"), [("release", "go on"), ("cancel", "are never sent")])
def test_what_a_hush_held_is_decided_on_story_by_story(tmp_path, word, told):
    browser = at(tmp_path, ONE, TWO)
    room = browser.newsroom.room("desk:dana")
    browser.newsroom.act(newsroom.hush(room))
    browser.newsroom.poll(article())
    while browser.newsroom.turn():
        pass
    browser.newsroom.act(newsroom.unhush(room))
    page = html.fromstring(browser.get("/").text)
    (row,) = page.find_class("row")
    assert "The time of 2 posts came while everything but breaking news was hushed (by dana)" in row.text_content()
    (form,) = [each for each in row.iter("form") if each.get("action").endswith(word)]
    assert form.get("action") in browser.get("/queue").text
    fields = {each.get("name"): each.get("value") for each in form.iter("input")}
    answer = browser.post(form.get("action"), fields, headers={"HX-Request": "true"})
    assert f"2 posts {'of this story ' if word == 'release' else ''}{told}." in answer.text
    assert browser.newsroom.log()[-1]["actor"] == "desk:aigul"
    assert "held" not in {browser.newsroom.stands(which)[0] for which in (1, 2)}


def test_accounts_and_sources_tell_since_when_they_fail(browser):
    for _ in range(5):
        browser.newsroom.ask(breaker.note, "one", NOW, outage=True, why="timed out")
    browser.newsroom.go(minutes(5))
    for _ in range(5):
        browser.newsroom.ask(sources.read_failed, MAIN, NOW + minutes(5), why="it answered 503")
    page = browser.get("/").text
    assert "Its network does not answer since 14:00: timed out" in page
    assert "By itself: we ask again at 14:02." in page
    assert "Cannot be read since 14:05: it answered 503" in page


def test_whoever_only_looks_has_no_buttons(tmp_path):
    browser = at(tmp_path, role="viewer")
    browser.newsroom.poll(article(1), article(2))
    browser.newsroom.change(1, state=State.HELD, reason=Reason.UNDECIDABLE, detail="cut")
    page = browser.get("/").text
    assert "It may or may not be out" in page
    assert 'action="/queue/' not in page


def test_rows_alone_are_sent_to_htmx(browser):
    browser.newsroom.poll(article())
    part = browser.get("/", headers={"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#day"}).text
    assert part.lstrip().startswith('<div id="day"')
    assert "<h1" not in part
    assert "Port 1 wins" in part


@pytest.mark.parametrize(
    ("language", "said"),
    [("ru", "Вашего внимания ничто не требует."), ("kk", "Сіздің назарыңызды қажет ететін ештеңе жоқ.")],
)
def test_the_page_speaks_the_readers_language(browser, language, said):
    browser.post("/me/likes", {"language": language})
    assert said in browser.get("/").text

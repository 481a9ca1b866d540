"""The page of approvals: who may what, what was shown is what is approved, and each act under its person's name."""

import re
from dataclasses import replace

import pytest
from lxml import html

from adapters.contract import Identity, NotSent
from bot.actions import deliveries as verbs
from bot.desk.assets import shelf
from bot.model import Reason, State
from tests.browsers import NOT_BUNDLED
from tests.unit.desk.browser import Browser
from tests.unit.desk.test_entry import taken_on
from tests.unit.engine import ONE, Desk, Fake, article, hours, minutes, seconds

ASKS = replace(ONE, approval="always", send_window=seconds(60))
EYES = replace(ASKS, four_eyes=True)
ACTS = ("Approve", "Reject", "Change the text")


def at_desk(tmp_path, *channels, role="approver", stories=3):
    """A person at the desk of a newsroom where every story waits for approval."""
    newsroom = Desk(tmp_path, *(channels or (ASKS,)))
    newsroom.poll(*(article(n) for n in range(stories, 0, -1)))
    browser = Browser(newsroom)
    taken_on(browser, role=role)
    return browser


@pytest.fixture
def browser(tmp_path):
    return at_desk(tmp_path)


def page_of(answer):
    return html.fromstring(answer.text)


def look(browser, path="/approvals"):
    answer = browser.get(path)
    assert answer.status_code == 200
    return page_of(answer)


def opened(page):
    return [int(row.get("id")[1:]) for row in page.xpath("//li[@data-open]")]


def acts(page):
    """What the open post can be told, in the order of the keys."""
    found = page.xpath("//li[@data-open]//*[@data-key]")
    said = {each.get("data-key"): each.text_content().rsplit(" ", 1)[0].strip() for each in found}
    return tuple(said[key] for key in sorted(said, key="axe".index))


def shown(page):
    return page.xpath("//input[@name='shown']/@value")[0]


def told(page):
    return " ".join(" ".join(page.get_element_by_id("told").xpath(".//p//text()")).split())


def weight(answer):
    """Bytes of an answer as it travels: its body, each header, the line before and the date that a server adds."""
    assert answer.status_code == 200
    head = sum(len(name) + len(value) + len(": \r\n") for name, value in answer.headers.items())
    return int(answer.headers["content-length"]) + head + len("HTTP/1.1 200 OK\r\nDate: " + " " * 29 + "\r\n\r\n")


def approve(browser, which=1, **how):
    digest = shown(look(browser, f"/approvals?open={which}"))
    return browser.post(f"/approvals/{which}/approve", {"shown": digest}, **how)


def moves(browser):
    return [(row["actor"], row["delivery"]) for row in browser.newsroom.log() if row["action"] == "delivery.moved"]


def test_the_first_that_waits_is_open_with_its_post_and_its_article(browser):
    page = look(browser)
    assert opened(page) == [1]
    assert len(page.xpath("//li[@data-row]")) == 3
    (preview,) = page.find_class("preview")
    assert "Port 1 wins a loan" in preview.text_content()
    assert "Story 1 of the pier has 7 berths." in page.text_content()
    assert opened(look(browser, "/approvals?open=2")) == [2]


class Forgetful(Fake):
    def keeps_words(self, post):
        return False


def test_words_that_may_be_lost_on_the_way_are_told_where_they_are_approved(browser):
    said = "Fake does not promise to keep the words of a draft: who publishes it there may have to paste them."
    assert said not in look(browser).text_content()
    forgetful = Browser(browser.newsroom, kind=Forgetful)
    taken_on(forgetful, name="dana")
    assert said in look(forgetful).text_content()


@pytest.mark.parametrize(("role", "may"), [("viewer", ()), ("editor", ACTS[2:]), ("approver", ACTS), ("admin", ACTS)])
def test_a_role_sees_what_it_may_do_and_no_more_is_done(tmp_path, role, may):
    browser = at_desk(tmp_path, role=role)
    page = look(browser)
    assert acts(page) == may
    assert ("To approve takes the role approver" in page.text_content()) == (role in ("viewer", "editor"))
    answers = {
        "Approve": browser.post("/approvals/1/approve", {"shown": "x"}).status_code,
        "Reject": browser.get("/approvals/1/reject").status_code,
        "Change the text": browser.get("/approvals/1/text").status_code,
    }
    assert {name for name, code in answers.items() if code != 403} == set(may)
    refused = [
        browser.post(f"/approvals/1/{verb}").status_code == 403 for verb in ("reject", "undo", "text", "text/measure")
    ]
    assert refused == [*["Approve" not in may] * 2, *["Change the text" not in may] * 2]


def test_what_was_shown_goes_out_and_the_next_one_opens(browser):
    answer = approve(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/approvals?open=2&done=1")
    page = look(browser, answer.headers["location"])
    assert (opened(page), told(page)) == ([2], "Approved for one: Port 1 wins a loan of 101 million")
    assert moves(browser) == [("desk:aigul", 1)]
    browser.newsroom.go(minutes(1))
    browser.newsroom.turn()
    assert browser.newsroom.wire.shown == [
        "Port 1 wins a loan of 101 million\n\nhttps://courier.example/2026/11/port-1-wins"
    ]


def test_the_last_one_leads_back_to_the_one_before_it_and_the_only_one_to_an_empty_list(browser):
    assert approve(browser, 3).headers["location"] == "/approvals?open=2&done=3"
    approve(browser, 2)
    assert approve(browser, 1).headers["location"] == "/approvals?done=1"
    assert "Nothing waits for approval" in look(browser).text_content()


def test_words_that_changed_meanwhile_are_refused_and_shown_anew(browser):
    digest = shown(look(browser))
    browser.newsroom.act(verbs.edit(browser.newsroom.room("cli:dana"), 1, "Other words."))
    answer = browser.post("/approvals/1/approve", {"shown": digest})
    page = page_of(answer)
    assert (answer.status_code, opened(page)) == (409, [1])
    assert "reads differently now: look at it again" in told(page)
    assert "Other words." in page.find_class("preview")[0].text_content()
    assert browser.newsroom.stands() == ("held", "approval")
    assert browser.post("/approvals/1/approve", {"shown": shown(page)}).status_code == 303


def test_an_open_page_says_that_the_words_changed_under_it(browser):
    live = look(browser).get_element_by_id("waiting").get("hx-get")
    assert told(look(browser, live)) == ""
    browser.newsroom.act(verbs.edit(browser.newsroom.room("cli:dana"), 1, "Other words."))
    page = look(browser, live)
    assert told(page) == "The text changed while you looked at it: read it again."
    assert told(look(browser, page.get_element_by_id("waiting").get("hx-get"))) == "", "it is said once"


def test_nothing_is_approved_unseen(browser):
    answer = browser.post("/approvals/1/approve")
    assert (answer.status_code, "Look at the post first" in answer.text) == (409, True)
    assert browser.newsroom.stands() == ("held", "approval")


def test_htmx_is_given_the_list_alone_and_the_notice_beside_it(browser):
    part = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "section#waiting"}
    answer = browser.post("/approvals/1/approve", {"shown": "another"}, headers=part)
    assert answer.status_code == 409
    assert answer.text.lstrip().startswith('<section id="waiting"')
    assert 'id="told" hx-swap-oob' in answer.text
    assert "<nav" not in answer.text


def test_a_colleague_was_faster_and_the_page_says_so(browser):
    page = look(browser)
    browser.newsroom.act(verbs.approve(browser.newsroom.room("desk:dana"), 1))
    answer = browser.post("/approvals/1/approve", {"shown": shown(page)})
    assert (answer.status_code, opened(page_of(answer))) == (409, [2])
    assert "does not wait for approval: it is still to go out" in told(page_of(answer))
    assert told(look(browser, "/approvals?open=1")) == "Approved for one: Port 1 wins a loan of 101 million"


def test_what_has_just_been_sent_gets_an_honest_answer(browser):
    page = look(browser)
    browser.newsroom.act(verbs.approve(browser.newsroom.room("desk:dana"), 1))
    browser.newsroom.go(minutes(1))
    browser.newsroom.turn()
    answer = browser.post("/approvals/1/approve", {"shown": shown(page)})
    assert "does not wait for approval: it is out" in told(page_of(answer))
    late = page_of(browser.post("/approvals/1/undo"))
    assert "Delivery 1 is out, so it is too late" in told(late)
    assert late.xpath("//*[@id='told']//a/@href") == ["/articles/posts/1"]
    for path in ("reject", "text"):
        answer = browser.get(f"/approvals/1/{path}")
        assert (answer.status_code, "Published at 14:01" in answer.text) == (409, True)
        assert 'href="/articles/posts/1">To the post' in answer.text


def test_a_rejection_asks_for_a_reason_and_keeps_it(browser):
    assert "Reject this post?" in browser.get("/approvals/1/reject").text
    for why, said in (("", "Write why, for colleagues."), ("x" * 301, "The reason is too long: 301 signs of 300.")):
        answer = browser.post("/approvals/1/reject", {"why": why})
        assert (answer.status_code, said in answer.text, page_of(answer).get_element_by_id("why").value) == (
            422,
            True,
            why,
        )
    answer = browser.post("/approvals/1/reject", {"why": "  old  news. "})
    assert answer.headers["location"] == "/approvals?open=2&done=1"
    assert told(look(browser, answer.headers["location"])) == "Rejected for one: Port 1 wins a loan of 101 million"
    assert browser.newsroom.delivery().detail == "desk:aigul: old news"
    assert moves(browser) == [("desk:aigul", 1)]


def test_a_reason_that_comes_after_an_approval_takes_it_back_and_rejects(browser):
    browser.newsroom.act(verbs.approve(browser.newsroom.room("desk:dana"), 1))
    answer = browser.post("/approvals/1/reject", {"why": "The loan is 901."})
    assert answer.status_code == 409
    assert "This post does not wait for approval any more" in answer.text
    for place, stands in (("undo", ("held", "approval")), ("reject", ("cancelled", "rejected"))):
        (form,) = page_of(answer).xpath("//main//form")
        assert form.get("action") == f"/approvals/1/{place}"
        answer = browser.post(form.get("action"), dict(form.form_values()))
        assert browser.newsroom.stands() == stands
    assert browser.newsroom.delivery().detail == "desk:aigul: The loan is 901"


def test_a_reason_for_what_went_out_meanwhile_stands_in_the_field_of_its_correction(browser):
    browser.newsroom.act(verbs.approve(browser.newsroom.room("desk:dana"), 1))
    page = page_of(browser.post("/approvals/1/reject", {"why": "The loan is 901."}))
    browser.newsroom.go(minutes(1))
    browser.newsroom.turn()
    (form,) = page.xpath("//main//form")
    for late in (
        browser.post("/approvals/1/reject", {"why": "The loan is 901."}),
        browser.post(form.get("action"), dict(form.form_values())),
    ):
        assert (late.status_code, "Published at 14:01" in late.text) == (409, True)
        assert page_of(late).xpath("//main//a[@href='/articles/posts/1']/text()") == ["To the post"]
        (form,) = page_of(late).xpath("//main//form")
        assert form.fields["note"].strip() == "The loan is 901."
    (button,) = form.xpath(".//button")
    browser.post(form.get("action"), {**dict(form.form_values()), button.get("name"): button.get("value")})
    assert browser.newsroom.stands(browser.newsroom.count()) == ("held", "approval")
    assert browser.newsroom.log()[-1]["actor"] == "desk:aigul"
    assert "The loan is 901." in str(browser.newsroom.log())


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (State.CANCELLED, Reason.REJECTED),
        (State.UNKNOWN, Reason.LOST_ANSWER),
        (State.HELD, Reason.BY_PERSON),
        (State.EXPIRED, Reason.EXPIRED),
    ],
)
def test_a_reason_that_nothing_can_be_done_with_is_not_lost_all_the_same(browser, state, reason):
    browser.newsroom.change(1, state=state, reason=reason, detail="desk:dana: old")
    late = browser.post("/approvals/1/reject", {"why": "The loan <is> 901."})
    assert late.status_code == 409
    assert page_of(late).get_element_by_id("yours").text_content() == "The loan <is> 901."
    assert page_of(late).xpath("//main//a[@href='/articles/posts/1']/text()") == ["To the post"]
    assert not page_of(late).xpath("//main//form")


@pytest.mark.parametrize("decide", ["approve", "reject"])
def test_a_decision_is_taken_back_by_the_key_of_who_took_it(browser, decide):
    answer = approve(browser) if decide == "approve" else browser.post("/approvals/1/reject", {"why": "old"})
    page = look(browser, answer.headers["location"])
    assert page.xpath("//button[@data-key='u']/ancestor::form/@action") == ["/approvals/1/undo"] * 2
    assert page.get_element_by_id("told").xpath(".//button[@data-key='u']")
    back = browser.post("/approvals/1/undo")
    page = look(browser, back.headers["location"])
    assert (opened(page), told(page)) == ([1], "Waits for approval again on one: Port 1 wins a loan of 101 million")
    assert browser.newsroom.stands() == ("held", "approval")
    assert moves(browser) == [("desk:aigul", 1)] * 2


def test_what_a_colleague_decided_has_a_button_and_no_key(browser):
    browser.newsroom.act(verbs.approve(browser.newsroom.room("desk:dana"), 1))
    page = look(browser)
    assert page.xpath("//form[@action='/approvals/1/undo']")
    assert not page.xpath("//*[@data-key='u']")


def test_the_time_to_undo_is_what_is_left_and_never_more(browser):
    approve(browser)
    browser.newsroom.go(seconds(41))
    assert look(browser).xpath("//*[@data-left]/@data-left") == ["19"]
    browser.newsroom.go(seconds(19))
    assert not look(browser).xpath("//*[@data-left]")
    assert look(browser).xpath("//form[@action='/approvals/1/undo']"), "it is not sent yet"


def test_nothing_is_to_undo_once_it_is_out(browser):
    approve(browser)
    browser.newsroom.go(minutes(1))
    browser.newsroom.turn()
    assert not look(browser).xpath("//form[@action='/approvals/1/undo']")


def test_breaking_news_stands_first(browser):
    browser.newsroom.change(3, is_breaking=True)
    page = look(browser)
    assert opened(page) == [3]
    assert "Breaking" in page.get_element_by_id("d3").text_content()


def test_who_wrote_it_reads_why_the_button_is_not_theirs(tmp_path):
    browser = at_desk(tmp_path, EYES)
    browser.newsroom.act(verbs.edit(browser.newsroom.room("cli:Aigul"), 1, "My own words."))
    page = look(browser)
    assert acts(page) == ACTS[1:]
    assert "one asks for four eyes: a colleague who did not has to approve it" in page.text_content()
    assert acts(look(browser, "/approvals?open=2")) == ACTS
    answer = browser.post("/approvals/1/approve", {"shown": "x"})
    assert answer.status_code == 409


def test_a_post_that_cannot_be_written_is_said_to_be_so_and_offers_no_approval(browser):
    browser.newsroom.go(hours(1))
    room = browser.newsroom.room()
    room.channels.pop("one")
    page = look(browser)
    assert "There is no post to look at" in page.text_content()
    assert acts(page) == ACTS[1:]


@pytest.mark.parametrize("query", ["open=9", "open=x", "open=-1", f"open={9**40}", "done=9", "was=9", "open=1&done=2"])
def test_an_odd_address_breaks_nothing(browser, query):
    assert opened(look(browser, f"/approvals?{query}")) == [1]


@pytest.mark.parametrize("path", ["text", "reject"])
def test_a_delivery_that_is_not_there_is_said_not_to_be(browser, path):
    answer = browser.get(f"/approvals/9/{path}")
    assert (answer.status_code, "There is no delivery 9." in answer.text) == (409, True)
    assert browser.get(f"/approvals/{9**40}/{path}").status_code == 404


def test_other_channels_of_the_story_are_told(tmp_path):
    browser = at_desk(tmp_path, ASKS, replace(ONE, id="two", place=(("chat", "@two"),)))
    assert "two: Goes out now." in look(browser).text_content()


def test_a_preview_finds_out_whose_it_is_there_and_its_network_is_asked_once_a_day(browser):
    wire = browser.newsroom.wire
    told = Identity("1", "@fake", name="Port Paper", avatar="https://pictures.example/face.jpg")
    wire.say("verify", NotSent("down"), told, told)
    browser.newsroom.album.offer(told.avatar, b"\xff\xd8\xff a face")
    [face] = look(browser).xpath("//*[contains(@class, 'avatar')]/img/@src")
    answers = []
    for wait in (0, 0, 1, 8, 8, 8):
        browser.newsroom.go(hours(wait))
        answers.append((browser.get(face).headers["content-type"], wire.calls.count("verify")))
    nothing, it = "image/gif", "image/jpeg"
    assert answers == [(nothing, 1), (nothing, 1), (it, 2), (it, 2), (it, 2), (it, 3)], "in an hour after no answer"
    page = look(browser)
    assert [page.find_class(each)[0].text for each in ("name", "handle")] == ["Port Paper", "@fake"]
    assert page.xpath("//*[contains(@class, 'avatar')]/img/@src") == [face], "and never where it lies"


def test_what_a_person_had_verified_is_shown_and_no_picture_is_asked_for_where_there_is_none(browser):
    assert browser.post("/channels/one/verify").status_code == 200
    page = look(browser)
    assert [each.text for each in page.find_class("handle")] == ["@fake"]
    assert not page.xpath("//*[contains(@class, 'avatar')]/img")
    for channel in ("one", "none", "https://pictures.example/face.jpg"):
        assert browser.get(f"/picture?channel={channel}").headers["content-type"] == "image/gif"


def test_the_same_story_stands_beside_as_its_other_channels_will_show_it(tmp_path):
    other = replace(ONE, id="two", place=(("chat", "@two"),))
    muted = replace(ONE, id="three", place=(("chat", "@three"),), keywords=("horse",))
    browser = at_desk(tmp_path, ASKS, other, muted, stories=1)
    page = look(browser)
    (beside,) = page.find_class("beside")
    assert page.xpath("//form[@action='/approvals/1/approve']/following::ul[@class='beside']"), (
        "no scrolling to approve"
    )
    assert [each.get("href") for each in beside.xpath("./li/p//a")] == ["/articles/posts/2", "/articles/posts/3"]
    assert [bool(each.find_class("preview")) for each in beside.xpath("./li")] == [True, False], (
        "skipped: nothing comes"
    )
    assert "Port 1 wins a loan" in beside.find_class("preview")[0].text_content()
    [fold] = beside.xpath(".//*[contains(@class, 'preview')]/ancestor::details")
    assert fold.get("open") is None, "what is folded fetches no pictures"


def test_hostile_words_of_an_article_stay_words(tmp_path):
    newsroom = Desk(tmp_path, ASKS)
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    newsroom.poll(article(1, title=f"Port {hostile}", dek=hostile, paragraphs=(hostile,) * 5))
    browser = Browser(newsroom)
    taken_on(browser, role="approver")
    for path in ("/approvals", "/approvals/1/reject", "/approvals/1/text"):
        page = look(browser, path)
        assert not page.xpath("//script[contains(., 'alert')] | //*[@onerror]")
        assert hostile in page.text_content()


def test_two_pages_of_one_account_are_each_shown_by_their_own_name(tmp_path):
    browser = at_desk(tmp_path, ASKS, replace(ASKS, id="two", place=(("chat", "@two"),)), stories=1)
    browser.newsroom.wire.say("verify", Identity("1", "@port"), Identity("2", "@courier"))
    for channel in ("one", "two"):
        browser.post(f"/channels/{channel}/verify")
    assert [look(browser, f"/approvals?open={n}").find_class("handle")[0].text for n in (1, 2)] == ["@port", "@courier"]


@pytest.mark.skipif(not shelf().address("desk.js"), reason=NOT_BUNDLED)
def test_fifty_posts_take_twenty_five_kilobytes_to_a_browser_that_has_nothing_yet(tmp_path):
    browser = at_desk(tmp_path, ASKS, replace(ASKS, id="two"), replace(ASKS, id="three"), stories=17)
    packed = {"headers": {"accept-encoding": "gzip, deflate, br, zstd"}}
    page = browser.get("/approvals", **packed)
    files = re.findall(r'"(/static/[^"]+)"', page.text)
    assert [each.rpartition(".")[2] for each in files] == ["css", "js"]
    assert (page.text.count("data-row"), page.text.count("<article")) == (51, 3), "fifty rows, and a story on all three"
    room_for_portraits = 700
    assert weight(page) + sum(weight(browser.get(each, **packed)) for each in files) + room_for_portraits < 25 * 1024

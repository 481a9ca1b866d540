"""The page of templates: looked at, tried, saved, taken back; mistakes and a faster colleague lose no words."""

import re
from dataclasses import replace
from html import unescape

import pytest
from lxml import html
from structlog.testing import capture_logs

from bot.actions import examples, templates, trial
from bot.actions.templates import Text
from bot.store import templates as stored
from bot.store.alerts import Cause, open_alert
from bot.store.templates import Draft
from tests.unit.delivery.test_films import Filming, Showy
from tests.unit.delivery.test_photo_posts import SHOT
from tests.unit.desk.browser import Browser
from tests.unit.desk.test_entry import taken_on
from tests.unit.engine import NOW, ONE, TEMPLATE, Desk, article, minutes

OTHER = "Other: {{ title }}\n\n{{ url }}"
THEIRS = "Theirs: {{ title }}\n\n{{ url }}"
HUGE = "{{ title }}" * 12 + "{{ url }}"
UNLINKED = "{{ title }}"
AT = "/templates/fake"
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def browser(tmp_path):
    return opened(tmp_path)


def opened(tmp_path, role="editor", *channels):
    newsroom = Desk(tmp_path, *(channels or (replace(ONE, form="text"),)))
    newsroom.poll(article(3), article(2), article(1))
    here = Browser(newsroom)
    taken_on(here, role=role)
    return here


def write(browser, text, *, over=1, at="", **how):
    return browser.post(f"{AT}{at}", {"text": text.replace("\n", "\r\n"), "over": str(over)}, **how)


def used(browser, name="fake"):
    return browser.newsroom.ask(stored.serving)[name]


def typed(answer):
    """What stands in the editor."""
    return unescape(re.search(r"<textarea[^>]*>\n(.*?)</textarea>", answer.text, re.DOTALL)[1])


def colleague(browser, text=THEIRS):
    room = browser.newsroom.room("desk:dana")
    browser.newsroom.go(minutes(1))
    browser.newsroom.act(templates.bring_in(room, (Text("fake", text),)))


def test_a_template_that_does_not_compile_is_opened_and_its_trial_ahead_breaks_nothing(browser):
    browser.newsroom.ask(stored.put, [Draft("fake", "{% if %}", stored.PERSON, 1)], NOW, actor="cli:dana")
    with capture_logs() as logs:
        assert browser.get(AT).status_code == 200
    assert [each["event"] for each in logs if "template" in each] == ["template not tried ahead"]


def test_the_list_says_whom_each_serves_and_whose_it_is(browser):
    first = browser.get("/templates").text
    assert "For one" in first
    assert "shipped with Jarshy" in first
    colleague(browser)
    assert "version 2, by dana" in browser.get("/templates").text


def test_the_list_names_what_a_channel_asks_for_in_vain_and_what_keeps_a_file_back(tmp_path):
    browser = opened(tmp_path, "editor", ONE, replace(ONE, id="own", template="paper"))
    browser.newsroom.ask(open_alert, Cause.TEMPLATE_REFUSED, "template:fake", NOW, what="the file cannot be used")
    page = browser.get("/templates").text
    assert "not there" in page
    assert "the file cannot be used" in page
    assert "the posts of its channels wait until it is" in browser.get("/templates/paper").text


def test_the_editor_holds_what_is_in_use_and_shows_the_newest_stories(browser):
    page = browser.get(AT)
    assert typed(page) == TEMPLATE
    assert page.text.count('<article class="preview') == 3
    assert "78 of 300" in page.text


def test_every_field_and_filter_is_told_with_what_it_prints(browser):
    page = browser.get(AT).text
    assert "{{ title | shorten(60) }}" in unescape(page)
    assert page.count("<dd dir=") == 29
    assert "Port 3 wins a loan of 103 million." in page


def test_a_look_shows_the_text_as_it_is_typed_and_changes_nothing(browser):
    answer = write(browser, OTHER, at="/look", headers=PART | {"HX-Target": "section#looked"})
    assert answer.text.lstrip().startswith('<section id="looked"')
    assert "Other: Port" in answer.text
    assert used(browser).text == TEMPLATE


def test_a_mistake_is_named_with_its_place_and_what_was_meant(browser):
    answer = write(browser, "{{ url }}\n{{ titel }}", at="/look", headers=PART | {"HX-Target": "section#looked"})
    assert 'data-line="2" data-column="4" data-length="5"' in answer.text
    assert "Line 2, sign 4: there is no field titel: did you mean title?" in answer.text


def test_a_template_with_mistakes_is_not_saved_and_stays_in_the_editor(browser):
    answer = write(browser, "{{ titel }}")
    assert (answer.status_code, typed(answer)) == (422, "{{ titel }}")
    assert "Not saved: there is something to mend" in answer.text
    assert used(browser).version == 1


def test_what_would_change_is_read_out_in_a_place_that_was_there_before(browser):
    (place,) = html.fromstring(browser.get(AT).text).xpath("//*[@id='machine']/*[@role='status']")
    assert (place.get("id"), place.text_content(), place.xpath("ancestor-or-self::*[@hidden]")) == (
        "machine-said",
        "",
        [],
    )
    answer = write(browser, OTHER, at="/trial", headers=PART | {"HX-Target": "section#machine"})
    (filled,) = html.fromstring(answer.text).xpath("//*[@id='machine-said']")
    assert "differ" in filled.text_content()


def test_the_time_machine_counts_and_opens_what_would_change(browser):
    answer = write(browser, OTHER, at="/trial", headers=PART | {"HX-Target": "section#machine"})
    assert answer.text.lstrip().startswith('<section id="machine"')
    assert "3 of 3" in answer.text
    assert "<ins>Other: </ins>" in answer.text
    assert "cannot be saved" not in answer.text


def test_the_time_machine_finds_half_its_work_done_when_the_page_was_opened(browser):
    browser.get(AT)
    known = trial._post.cache_info().misses
    write(browser, OTHER, at="/trial")
    assert trial._post.cache_info().misses == known + 3


def test_the_time_machine_works_as_a_whole_page_too(browser):
    answer = write(browser, UNLINKED, at="/trial")
    assert "loses the link" in answer.text
    assert typed(answer) == UNLINKED


def test_the_time_machine_asks_for_mistakes_to_be_mended_first(browser):
    answer = write(browser, "{{ titel }}", at="/trial", headers=PART | {"HX-Target": "section#machine"})
    assert "First mend what is wrong in the template: line 1, there is no field titel" in answer.text


def test_every_post_of_a_long_list_can_be_opened(tmp_path):
    browser = opened(tmp_path)
    browser.newsroom.poll(*(article(n) for n in range(4, 27)))
    first = write(browser, OTHER, at="/trial").text
    second = browser.post(f"{AT}/trial", {"text": OTHER, "over": "1", "page": "2"}).text
    rows = [re.findall(r"</span> (Port \d+)", each) for each in (first, second)]
    assert [len(each) for each in rows] == [20, 6]
    assert len({*rows[0], *rows[1]}) == 26


def test_saving_puts_it_in_use_under_the_person_s_name(browser):
    answer = write(browser, OTHER)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{AT}?saved=2&kept=template:fake")
    assert used(browser).text == OTHER
    told = browser.newsroom.log()[-1]
    assert (told["action"], told["actor"], told["version"]) == ("template.stored", "desk:aigul", 2)
    led = browser.get(answer.headers["location"]).text
    assert "Version 2 is in use from the next post on." in led
    assert ('data-taken="template:fake"' in led, 'data-draft="template:fake"' in led) == (True, True)


def test_saving_what_is_in_use_says_so(browser):
    assert write(browser, TEMPLATE).headers["location"] == f"{AT}?saved=same&kept=template:fake"
    assert "Nothing was changed" in browser.get(f"{AT}?saved=same").text


def test_saving_is_refused_while_a_limit_breaks(browser):
    answer = write(browser, HUGE)
    assert (answer.status_code, typed(answer)) == (409, HUGE)
    assert "It cannot be saved: 3 posts would be lost." in answer.text
    assert used(browser).version == 1


def test_a_limit_that_broke_before_is_listed_as_why_nothing_is_saved(browser):
    browser.newsroom.ask(stored.put, [Draft("fake", HUGE, stored.PERSON, 1)], NOW, actor="cli:dana")
    answer = write(browser, f"New: {HUGE}", over=2)
    assert (answer.status_code, "3 posts are too long now and would stay so" in answer.text) == (409, True)
    assert answer.text.count("breaks a limit</span>") == 3


def test_a_story_far_back_can_forbid_a_change_too(tmp_path):
    newsroom = Desk(tmp_path, replace(ONE, form="text"))
    newsroom.poll(article(1, title="A port that is so long a name that it fits once " * 3))
    for n in range(60):
        newsroom.go(minutes(1))
        newsroom.poll(article(n + 2))
    browser = Browser(newsroom)
    taken_on(browser)
    answer = write(browser, "{{ title }} {{ title }} {{ title }} {{ url }}")
    assert (answer.status_code, "1 post would be lost" in answer.text) == (409, True)


def test_the_time_machine_and_a_save_look_at_the_last_200_stories(tmp_path):
    newsroom = Desk(tmp_path, replace(ONE, form="text"))
    newsroom.poll(article(1, title="A port that is so long a name that it fits once " * 3))
    for n in (2, 101):
        newsroom.go(minutes(1))
        newsroom.poll(*(article(n + more) for more in range(99)))
    browser = Browser(newsroom)
    taken_on(browser)
    twice = "{{ title }} {{ title }} {{ title }} {{ url }}"
    for newest, is_lost in ((200, True), (201, False)):
        newsroom.go(minutes(1))
        newsroom.poll(article(newest))
        shown = write(browser, twice, at="/trial").text
        assert ("200 of 200" in shown, "1 post would be lost" in shown) == (True, is_lost)
        assert write(browser, twice).status_code == (409 if is_lost else 303)


def test_the_later_of_two_editors_sees_both_and_chooses(browser):
    colleague(browser)
    answer = write(browser, OTHER, over=1)
    assert (answer.status_code, typed(answer)) == (409, OTHER)
    assert "Not saved: somebody was faster" in answer.text
    assert "<del>Theirs</del>" in answer.text
    assert "<ins>Other</ins>" in answer.text
    assert used(browser).text == THEIRS
    over = re.search(r'name="over" value="(\d+)"', answer.text)[1]
    assert write(browser, OTHER, over=int(over)).headers["location"] == f"{AT}?saved=3&kept=template:fake"
    assert used(browser).text == OTHER


def test_the_editor_says_whose_words_its_draft_would_take_the_place_of(browser):
    assert 'name="over" value="1" data-by="jarshy"' in browser.get(AT).text
    colleague(browser)
    assert 'name="over" value="2" data-by="dana"' in browser.get(AT).text


def test_history_compares_and_an_earlier_version_can_be_used_again(browser):
    colleague(browser)
    page = browser.get(f"{AT}/history?a=1")
    assert "Versions 1 and 2" in page.text
    assert "<ins>Theirs: </ins>" in page.text
    answer = browser.post(f"{AT}/history", {"version": "1", "over": "2"})
    assert answer.headers["location"] == f"{AT}?saved=3"
    assert used(browser).text == TEMPLATE
    assert browser.newsroom.log()[-1]["action"] == "template.rolled_back"
    assert browser.newsroom.log()[-1]["actor"] == "desk:aigul"


def test_an_earlier_version_that_is_a_mistake_by_now_is_shown_with_its_mistake(browser):
    browser.newsroom.ask(stored.put, [Draft("fake", "{% if %}", stored.PERSON, 1)], NOW, actor="cli:dana")
    write(browser, OTHER, over=2)
    answer = browser.post(f"{AT}/history", {"version": "2", "over": "3"})
    assert (answer.status_code, typed(answer), used(browser).text) == (422, "{% if %}", OTHER)
    assert "line 1" in answer.text.lower()


def test_nobody_goes_back_over_a_version_they_have_not_seen(browser):
    colleague(browser)
    answer = browser.post(f"{AT}/history", {"version": "1", "over": "1"})
    assert (answer.status_code, "version 2 by desk:dana is in use" in answer.text) == (409, True)
    assert used(browser).text == THEIRS


@pytest.mark.parametrize("query", ["a=9", "a=1&b=77"])
def test_a_version_that_is_not_there_is_a_sentence(browser, query):
    answer = browser.get(f"{AT}/history?{query}")
    assert (answer.status_code, "has no version" in answer.text) == (409, True)


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000, "²"])
def test_a_number_that_nothing_has_breaks_no_page(browser, number):
    assert browser.get(f"{AT}/history?a={number}&b=1").status_code == 200
    fields = {"text": THEIRS, "version": number, "over": number, "page": number}
    for at in ("", "/trial", "/history"):
        assert browser.post(f"{AT}{at}", fields).status_code in (200, 409)


def test_an_example_that_is_kept_forbids_what_would_change_it(browser):
    story = browser.newsroom.delivery().story
    answer = browser.post(f"{AT}/examples", {"story": story, "channel": "one"})
    assert answer.headers["location"] == f"{AT}#examples"
    refused = write(browser, OTHER)
    assert (refused.status_code, typed(refused)) == (409, OTHER)
    assert "Not saved: an example would no longer be true" in refused.text
    assert "<ins>Other: </ins>" in refused.text
    browser.post(f"{AT}/examples/1/remove")
    assert write(browser, OTHER).status_code == 303
    said = [(row["action"], row["actor"]) for row in browser.newsroom.log() if "example" in row["action"]]
    assert said == [("template.example_added", "desk:aigul"), ("template.example_removed", "desk:aigul")]
    assert browser.newsroom.act(examples.list_all(browser.newsroom.room())) == []


def test_a_template_for_one_language_begins_with_its_network_s(browser):
    answer = browser.get("/templates/new?network=fake&language=kk")
    assert answer.headers["location"] == "/templates/fake.kk"
    page = browser.get("/templates/fake.kk")
    assert typed(page) == TEMPLATE
    assert "until you save it, fake serves in its place" in page.text
    saved = browser.post("/templates/fake.kk", {"text": OTHER, "over": "0"})
    assert saved.headers["location"] == "/templates/fake.kk?saved=1&kept=template:fake.kk"
    assert used(browser, "fake.kk").text == OTHER


@pytest.mark.parametrize(("path", "code"), [("/templates/none", 404), ("/templates/new?network=fake&language=", 409)])
def test_what_is_not_there_is_a_sentence(browser, path, code):
    assert browser.get(path).status_code == code


CHANGING = ["", "/look", "/trial", "/history", "/examples", "/examples/1/remove"]


@pytest.mark.parametrize("place", CHANGING)
def test_a_viewer_looks_and_changes_nothing(tmp_path, place):
    viewer = opened(tmp_path, "viewer")
    page = viewer.get(AT)
    assert (page.status_code, "readonly" in page.text, ">Save<" in page.text) == (200, True, False)
    assert viewer.get(f"{AT}/history").status_code == 200
    answer = viewer.post(f"{AT}{place}", {"text": OTHER, "over": "1", "version": "1"})
    assert (answer.status_code, used(viewer).version) == (403, 1)


@pytest.mark.parametrize("role", ["editor", "approver", "admin"])
def test_everybody_else_may_save(tmp_path, role):
    assert write(opened(tmp_path, role), OTHER).status_code == 303


@pytest.mark.parametrize(
    ("form", "kind", "photo", "is_drawn"),
    [
        ("video", Filming, SHOT, True),
        ("photo", Showy, None, True),
        ("photo", Showy, SHOT, False),
    ],
    ids=["film", "card", "photo"],
)
def test_the_editor_shows_what_a_post_would_show_and_no_photo_in_its_place(tmp_path, form, kind, photo, is_drawn):
    newsroom = Desk(tmp_path, replace(ONE, form=form), kind=kind)
    newsroom.poll(article(photo=photo))
    browser = Browser(newsroom)
    taken_on(browser)
    page = browser.get(AT).text.partition('id="looked"')[2]
    assert ("Drawn once it is sent: Port 1" in page, "/picture?story=" in page) == (is_drawn, not is_drawn)


def test_words_of_a_hostile_article_stay_words(tmp_path):
    browser = opened(tmp_path)
    evil = '<script>alert(1)</script> "><img src=x onerror=alert(1)>'
    browser.newsroom.poll(article(9, title=f"Port {evil} grows", section=evil, authors=(evil,)))
    for page in (browser.get(AT).text, write(browser, OTHER, at="/trial").text):
        assert "<script>alert" not in page
        assert "<img src=x" not in page

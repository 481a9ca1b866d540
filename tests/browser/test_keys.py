"""Single keys, drafts and the stream, in a real browser on a page that answers as the desk would."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.kit import Seat, show
from tests.unit.desk.gallery import asked, write

ROWS = """{% extends "base.html" %}{% block title %}Rows{% endblock %}
{% block scripts %}{{ ui.script("drafts.js") }}{% endblock %}{% block body %}<h1>Rows</h1>
<ul class="rows" id="rows">{% for n in range(many) %}
{% call ui.delivery_row(n, "held", "channel", "Story " ~ n, "Waits.", level=2) %}
{% call ui.act("/approve/" ~ n, "Approve", key="a", target="closest [data-row]") %}{% endcall %}
{{ ui.link("Change", "/change/" ~ n, key="e") }}{% endcall %}{% endfor %}</ul>
<form method="post" action="/save"><label for="t">Text</label>
{% if over %}<input type="hidden" name="loaded" value="{{ over }}" data-by="{{ by }}">{% endif %}
{% for name in networks %}<input type="hidden" name="loaded-{{ name }}" value="over-{{ name }}" data-by="">{% endfor %}
{% if networks %}<label for="n">Network</label><select id="n" name="network" data-draft="n-7">
{% for name in networks %}<option>{{ name }}</option>{% endfor %}</select>{% endif %}
<textarea id="t" name="t" data-draft="t-7">{{ words }}</textarea><button>Save</button></form>{% endblock %}"""


def page_of(
    words: str = "as it was",
    many: int = 3,
    over: str = "",
    by: str = "",
    networks: tuple[str, ...] = (),
    query: str = "",
    is_unkept: bool = False,
    **person: object,
) -> str:
    named = {"many": many, "words": words, "over": over, "by": by, "networks": networks, "is_unkept": is_unkept}
    return write(ROWS, asked(query=query), named, **person)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


@pytest.fixture
def approved(seat: Seat) -> list[str]:
    """The addresses that were asked to approve, in order; each answer takes its row away."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url.rpartition("/")[2])
        route.fulfill(status=200, body="", content_type="text/html")

    show(seat.page, page_of(many=20))
    seat.page.route("**/approve/*", answer)
    return asked


def test_twenty_posts_are_approved_by_twenty_keys(seat: Seat, approved: list[str]) -> None:
    for _ in range(20):
        seat.page.keyboard.press("a")
    expect(seat.page.locator("[data-row]")).to_have_count(0)
    assert approved == [str(n) for n in range(20)]


def test_j_and_k_move_and_stop_at_the_ends(seat: Seat) -> None:
    show(seat.page, page_of())
    seen = []
    for key in ("j", "j", "j", "j", "k", "k", "k"):
        seat.page.keyboard.press(key)
        seen.append(focused(seat.page))
    assert seen == ["d0", "d1", "d2", "d2", "d1", "d0", "d0"]


def test_a_key_presses_the_chosen_rows_button(seat: Seat, approved: list[str]) -> None:
    for key in ("j", "j", "a"):
        seat.page.keyboard.press(key)
    seat.page.wait_for_selector("#d1", state="detached")
    assert approved == ["1"]
    assert focused(seat.page) == "d2"


def test_keys_on_a_cyrillic_keyboard_count_by_their_place(seat: Seat) -> None:
    show(seat.page, page_of())
    seat.page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'о', code: 'KeyJ', bubbles: true}))"
    )
    assert focused(seat.page) == "d0"


def test_nothing_is_approved_while_typing(seat: Seat, approved: list[str]) -> None:
    seat.page.locator("#t").press_sequentially("jaxe")
    assert approved == []
    assert seat.page.locator("#t").input_value() == "jaxeas it was"


@pytest.mark.parametrize("key", ["Control+a", "Alt+a", "Meta+a"])
def test_the_browsers_own_keys_are_left_to_it(seat: Seat, approved: list[str], key: str) -> None:
    seat.page.keyboard.press(key)
    assert approved == []


def test_whoever_switched_single_keys_off_has_none(seat: Seat) -> None:
    show(seat.page, page_of(has_shortcuts=False))
    seat.page.keyboard.press("j")
    assert focused(seat.page) == ""


def test_a_question_mark_lists_the_keys_and_meanwhile_they_do_nothing(seat: Seat, approved: list[str]) -> None:
    seat.page.keyboard.press("?")
    assert seat.page.get_by_role("dialog", name="Keys").is_visible()
    seat.page.keyboard.press("a")
    seat.page.keyboard.press("Escape")
    assert not seat.page.get_by_role("dialog").is_visible()
    assert approved == []


def test_a_refusal_is_read_out_and_the_row_stays(seat: Seat) -> None:
    show(seat.page, page_of())
    refusal = {"HX-Retarget": "#told", "HX-Reswap": "innerHTML"}
    seat.page.route("**/approve/*", lambda route: route.fulfill(status=409, body="<p>Just sent.</p>", headers=refusal))
    seat.page.keyboard.press("a")
    seat.page.get_by_text("Just sent.").wait_for()
    assert seat.page.locator("#d0").is_visible()
    assert seat.page.locator("#d0[data-pending]").count() == 0


WATCH = """
  window.read = [];
  const watch = () => {
    const place = document.getElementById("told");
    if (!place) return requestAnimationFrame(watch);
    const note = () => read.push(place.querySelector("p")?.textContent ?? "");
    new MutationObserver(note).observe(place, { childList: true });
  };
  document.addEventListener("readystatechange", watch, { once: true });
"""
"""Notes what a screen reader is told of: changes within the place of notices, never what stands there at first."""


def test_a_notice_on_a_page_that_opens_is_read_out_and_stands_there_once(seat: Seat) -> None:
    seat.page.add_init_script(WATCH)
    page = write(
        ROWS, asked(), {"many": 1, "words": "", "over": "", "by": "", "networks": (), "told": "Version 7 is in use."}
    )
    assert "Version 7 is in use." in page
    show(seat.page, page)
    seat.page.wait_for_timeout(500)
    assert seat.page.evaluate("read.at(-1)") == "Version 7 is in use."
    expect(seat.page.locator("#told")).to_have_text(re.compile(r"^\s*Version 7 is in use\.\s*Close\s*$"))


HIDDEN = """() => {
  const notice = document.querySelector(".told").getBoundingClientRect();
  const { top, bottom } = document.activeElement.getBoundingClientRect();
  return top < notice.bottom && bottom > notice.top || top < 0 || bottom > innerHeight;
}"""
"""Whether what has the focus stands behind the notice, in part or whole, or off the screen."""


@pytest.mark.parametrize("height", [640, 256])  # 256 px are left of a screen that is enlarged four times
def test_a_notice_hides_nothing_that_has_the_focus(seat: Seat, height: int) -> None:
    page = seat.page
    page.set_viewport_size({"width": 320, "height": height})
    show(page, page_of(many=12))
    refusal = {"HX-Retarget": "#told", "HX-Reswap": "innerHTML"}
    told = f'<div class="told" data-kind="alert"><p>{"This post was just sent by a colleague. " * 6}</p></div>'
    page.route("**/approve/*", lambda route: route.fulfill(status=409, body=told, headers=refusal))
    page.locator("#d6 button").focus()
    page.locator("#d6 button").evaluate("each => scrollTo(0, scrollY + each.getBoundingClientRect().top - 4)")
    page.keyboard.press("Enter")
    page.locator(".told [data-close]").wait_for()
    expect(page.locator("#d6 button")).to_be_focused()
    assert not page.evaluate(HIDDEN), "the notice came over it"
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        assert not page.evaluate(HIDDEN), page.evaluate("document.activeElement.outerHTML")


def test_no_answer_is_not_called_a_failure(seat: Seat) -> None:
    show(seat.page, page_of())
    seat.page.route("**/approve/*", lambda route: route.abort())
    seat.page.keyboard.press("a")
    seat.page.get_by_text("it may or may not have been done").wait_for()
    assert [each for each in seat.said if "Failed to fetch" not in each] == []
    seat.said.clear()


def typed(seat: Seat, words: str, then: Callable[[Page], None] = lambda page: None) -> Page:
    show(seat.page, page_of("as it was"))
    seat.page.locator("#t").fill(words)
    then(seat.page)
    return seat.page


def saves(page: Page) -> None:
    """Press Save, and have no answer lead to another page: what is shown next is the answer."""
    page.route("**/*", lambda route: route.fulfill(status=204))
    page.get_by_role("button", name="Save").click()


def reopened(page: Page, words: str, *, query: str = "", **person: object) -> str:
    page.unroute_all()
    show(page, page_of(words, query=query, **person), asked=f"?{query}")
    return page.locator("#t").input_value()


def test_what_was_typed_survives_the_page(seat: Seat) -> None:
    page = typed(seat, "my own words")
    assert reopened(page, "as it was") == "my own words"
    expect(page.get_by_text("Your unsaved words were brought back.")).to_be_visible()


def test_what_was_typed_survives_a_save_that_was_refused(seat: Seat) -> None:
    page = typed(seat, "my own words", lambda page: page.get_by_role("button", name="Save").click())
    assert reopened(page, "as it was") == "my own words"


@pytest.mark.parametrize("typed_on", ["", " and more"])
def test_words_a_save_refused_outlive_the_page_on_which_they_stand(seat: Seat, typed_on: str) -> None:
    show(seat.page, page_of("as it was", over="before"))
    seat.page.locator("#t").fill("my own words")
    save(seat.page)
    assert reopened(seat.page, "my own words", over="before", is_unkept=True) == "my own words"
    expect(seat.page.locator("form [role=status]")).to_have_count(0)
    if typed_on:
        seat.page.locator("#t").fill(f"my own words{typed_on}")
    assert reopened(seat.page, "as it was", over="before") == f"my own words{typed_on}"
    expect(seat.page.get_by_text("Your unsaved words were brought back.")).to_be_visible()


def test_words_refused_since_a_colleague_was_faster_are_shown_beside_theirs(seat: Seat) -> None:
    show(seat.page, page_of("as it was", over="before"))
    seat.page.locator("#t").fill("my own words")
    save(seat.page)
    assert reopened(seat.page, "my own words", over="after", by="dana", is_unkept=True) == "my own words"
    assert reopened(seat.page, "dana's words", over="after", by="dana") == "dana's words"
    expect(seat.page.locator("form [role=status]")).to_contain_text("my own words")


def test_what_was_saved_is_not_brought_back(seat: Seat) -> None:
    page = typed(seat, "my own words ", saves)
    assert reopened(page, "my own words", query="kept=t-7") == "my own words"
    expect(page.locator(".hint[role=status]")).to_have_count(0)
    assert reopened(page, "as it was") == "as it was"


def test_words_sent_in_vain_from_a_page_that_showed_others_come_back_to_an_empty_field(seat: Seat) -> None:
    page = typed(seat, "my own words", saves)
    assert reopened(page, "") == "my own words"


def test_another_editors_words_are_not_overwritten_and_ones_own_are_shown_beside_them(seat: Seat) -> None:
    page = typed(seat, "my own words")
    assert reopened(page, "another editor's words") == "another editor's words"
    expect(page.get_by_text("Somebody changed this text meanwhile")).to_be_visible()
    expect(page.get_by_text("my own words")).to_be_visible()


def save(page: Page) -> None:
    """Send the form; no page answers, which would bring the words back."""
    page.route("**/save", lambda route: route.fulfill(status=204))
    with page.expect_request("**/save"):
        page.get_by_role("button", name="Save").click()


@pytest.mark.parametrize("then", [lambda page: None, save])
def test_words_brought_back_are_sent_over_what_they_were_written_over(seat: Seat, then: Callable[[Page], None]) -> None:
    show(seat.page, page_of("", over="before"))
    seat.page.locator("#t").fill("my own words")
    then(seat.page)
    assert reopened(seat.page, "", over="after", by="dana") == "my own words"
    assert seat.page.locator("[name=loaded]").input_value() == "before"
    seat.page.locator("#t").fill("my better words")
    assert reopened(seat.page, "", over="after", by="dana") == "my better words"
    assert seat.page.locator("[name=loaded]").input_value() == "before", "typing on does not make them newer"


@pytest.mark.parametrize("over", ["before", "after"])
def test_words_the_server_says_it_took_are_gone(seat: Seat, over: str) -> None:
    show(seat.page, page_of("", over="before"))
    seat.page.locator("#t").fill("my own words")
    save(seat.page)
    assert reopened(seat.page, "", query="done=marked&kept=t-7", over=over, by="aigul") == ""
    assert seat.page.url.endswith("/?done=marked"), "the next words sent from here are not taken with them"
    assert seat.page.locator("form [role=status]").count() == 0


@pytest.mark.parametrize(("then", "query"), [(lambda page: None, "kept=t-7"), (save, "kept=t-8"), (save, "")])
def test_words_the_server_did_not_take_are_brought_back(seat: Seat, then: Callable[[Page], None], query: str) -> None:
    show(seat.page, page_of("", over="before"))
    seat.page.locator("#t").fill("my own words")
    then(seat.page)
    assert reopened(seat.page, "", query=query, over="before") == "my own words"


@pytest.mark.parametrize("words", ["", "what I kept in another tab"])
def test_words_sent_in_vain_are_shown_beside_ones_own_that_stand_since(seat: Seat, words: str) -> None:
    show(seat.page, page_of("", over="before"))
    seat.page.locator("#t").fill("my own words")
    save(seat.page)
    assert reopened(seat.page, words, over="after", by="aigul") == words
    expect(seat.page.locator("form [role=status]")).to_have_text("Your words:my own words")


def test_words_for_a_network_come_back_beside_no_other(seat: Seat) -> None:
    show(seat.page, page_of("", networks=("a", "b")))
    seat.page.locator("#t").fill("words for a")
    assert reopened(seat.page, "", networks=("b", "a")) == "words for a"
    assert seat.page.locator("#n").input_value() == "a"


def test_words_for_a_network_that_is_gone_are_only_shown(seat: Seat) -> None:
    show(seat.page, page_of("", networks=("a", "b")))
    seat.page.locator("#t").fill("words for a")
    assert reopened(seat.page, "", networks=("b",)) == ""
    expect(seat.page.locator("form [role=status]")).to_have_text("Your words:words for a")


def test_words_sent_in_vain_are_shown_beside_a_colleagues_that_took_their_place(seat: Seat) -> None:
    show(seat.page, page_of("as it was", over="before"))
    seat.page.locator("#t").fill("my own words")
    save(seat.page)
    assert reopened(seat.page, "dana's words", over="after", by="dana") == "dana's words"
    expect(seat.page.get_by_text("my own words")).to_be_visible()


def test_nobody_else_in_this_browser_sees_what_was_typed(seat: Seat) -> None:
    page = typed(seat, "my own words")
    assert reopened(page, "as it was", name="dana") == "as it was"


def test_whoever_signs_out_leaves_nothing_behind(seat: Seat) -> None:
    page = typed(seat, "my own words", lambda page: page.get_by_role("button", name="Sign out").click())
    assert reopened(page, "as it was") == "as it was"

"""Whatever a mouse does the keyboard does: every element of every page, and what people come to do, without a click."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.actions import staff
from tests.browser.kit import Office, all_out, press, reach, seated, show, visit
from tests.unit.desk.full_newsroom import built
from tests.unit.desk.test_every_page import opened, pages

WEEK = "/queue?view=week"

RECORD = """
  const add = EventTarget.prototype.addEventListener;
  window.pressed = [];
  EventTarget.prototype.addEventListener = function (type, ...how) {
    if (/^(click|dblclick|mousedown|mouseup|touch|pointerdown|pointerup)/.test(type) && this instanceof Element)
      pressed.push(this);
    return add.call(this, type, ...how);
  };
"""
"""Notes which elements wait for a press."""
WRONG = """() => {
  const native = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const said = (what, each) => wrong.push(`${what}: ${each.outerHTML.slice(0, 120)}`);
  const looks = (each) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(each);
    return outlineStyle === "none" ? boxShadow : [outlineStyle, outlineWidth, outlineColor].join();
  };
  const wrong = [];
  for (const each of document.querySelectorAll("details")) each.open = true;
  for (const each of pressed)
    if (each.isConnected && !each.matches(`${native}, label, .cm-editor, .cm-editor *`)) said("only for a mouse", each);
  for (const each of document.querySelectorAll("[tabindex]")) if (each.tabIndex > 0) said("out of turn", each);
  for (const each of document.querySelectorAll("[data-movable]"))
    if (!each.querySelector("[data-move] form")) said("only to be dragged", each);
  for (const each of document.querySelectorAll(`${native}, [contenteditable=true], [tabindex='0']`)) {
    // What stands behind the code editor is for pages without a script.
    if (each.matches(":disabled, textarea.hidden") || !each.checkVisibility({ visibilityProperty: true })) continue;
    if (each.tabIndex !== 0 && !each.isContentEditable) said("not in the row of tabs", each);
    document.activeElement.blur();
    const before = looks(each);
    each.focus({ focusVisible: true });
    if (document.activeElement !== each) said("takes no focus", each);
    // The code editor marks its focus a moment later; the test that writes a template looks at it.
    else if (looks(each) === before && !each.isContentEditable) said("its focus is not seen", each);
  }
  return [document.querySelectorAll(native).length, wrong];
}"""
"""Gives how many elements there are to use, and what is wrong with them."""


@pytest.fixture(scope="module", autouse=True)  # so that it comes before the browser, which holds the event loop
def every_page(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Every page of a newsroom in which everything stands on some page, as text."""
    newsroom = built(tmp_path_factory.mktemp("full"))
    admin = opened(newsroom, "admin", "en")
    found = [at for at, _, page in pages(admin, 1) if page is not None]
    texts = {at: admin.get(at).text for at in (*found, WEEK)}
    newsroom.act(staff.end(newsroom.room(), "alma"))
    return texts | {"/sign-in": admin.get("/sign-in").text}


def test_each_element_of_every_page_is_reached_and_shows_its_focus(
    every_page: dict[str, str], browser: Browser
) -> None:
    wrong, used = {}, 0
    for width, ats in ((1440, every_page.keys()), (390, ("/", "/queue"))):
        with seated(browser, viewport={"width": width, "height": 900}) as seat:
            seat.page.add_init_script(RECORD)
            for at in ats:
                nonce = re.search(r'"style-nonce" content="([^"]+)"', every_page[at])
                show(seat.page, every_page[at], nonce=nonce[1] if nonce else "")
                many, found = seat.page.evaluate(WRONG)
                wrong |= {(width, at): found} if found else {}
                used += many
                seat.page.unroute_all()
    assert wrong == {}
    assert used > 1000, "the pages had something to use"


@pytest.fixture(scope="module")
def at_work(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Office]:
    """A newsroom whose stories are out."""
    with all_out(tmp_path_factory.mktemp("office")) as made:
        yield made


def test_what_people_come_to_do_is_done_without_a_mouse(at_work: Office, browser: Browser) -> None:
    with seated(browser) as seat:
        at_work.let_in(seat.page, "aigul")
        post_again(seat.page)
        move_it_in_the_week(seat.page)
        try_a_channel(seat.page)
        keep_an_example_and_remove_it(seat.page)
        read_the_log_and_take_it_along(seat.page)


def post_again(page: Page) -> None:
    visit(page, "Articles")
    press(page, page.locator("#stories h2 a").first.inner_text())
    page.wait_for_selector("#deliveries")
    press(page, "Post again")
    press(page, "Post it once more")
    expect(page.locator("#told")).to_contain_text("pause")
    expect(page.locator("#deliveries [data-state=due]")).to_have_count(1)


def move_it_in_the_week(page: Page) -> None:
    visit(page, "Queue")
    press(page, "Week")
    page.wait_for_selector(".day")
    page.keyboard.press("j")
    page.keyboard.press("t")
    expect(page.locator("[data-movable] input[name=at]")).to_be_focused()
    tomorrow = datetime.now(ZoneInfo("Asia/Almaty")) + timedelta(days=1)  # whose zone the daemon outside goes by
    page.keyboard.type(f"{tomorrow:%m%d%Y}")
    page.keyboard.press("Tab")
    page.keyboard.type("1015AM")
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_contain_text("Was moved by aigul")
    expect(page.locator(f"[data-movable='{tomorrow:%Y-%m-%d}T10:15']")).to_have_count(1)


def try_a_channel(page: Page) -> None:
    visit(page, "Channels")
    press(page, "mastodon")
    page.wait_for_selector("#test-heading")
    press(page, "Resume")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    press(page, "Post a test")
    expect(page.get_by_role("link", name="See it there")).to_be_visible()
    press(page, "Look for it")
    expect(page.locator("#told")).to_contain_text("It is found by looking")


def keep_an_example_and_remove_it(page: Page) -> None:
    visit(page, "Templates")
    press(page, "telegram")
    page.wait_for_selector(".cm-editor")
    press(page, "Keep as an example")
    expect(page.locator("#examples summary")).to_have_count(1)
    page.wait_for_selector("body[data-ready]")
    press(page, page.locator("#examples summary").inner_text())
    press(page, "Remove this example")
    expect(page.locator("#examples summary")).to_have_count(0)


def read_the_log_and_take_it_along(page: Page) -> None:
    choose_rows(page, "aigul", "delivery moved")
    expect(page.locator("table tbody tr")).to_have_count(1)
    press(page, "Verify the log")
    expect(page.locator("#verdict")).to_contain_text("No fault was found")
    with page.expect_download() as given:
        press(page, "Exact rows (JSONL)")
    assert "delivery.moved" in Path(given.value.path()).read_text("utf-8")
    choose_rows(page, "jarshy", "template stored")  # of the daemon's beginning, and sealed since
    press(page, page.locator("table td a").first.inner_text())
    page.wait_for_selector("#proof")
    with page.expect_download() as given:
        press(page, "Download the proof")
    assert given.value.suggested_filename.endswith(".tlog-proof")


def choose_rows(page: Page, person: str, action: str) -> None:
    visit(page, "Audit")
    reach(page, "Person")
    page.keyboard.press("Control+a")
    page.keyboard.type(person)
    reach(page, "Action")
    page.keyboard.type(action)
    press(page, "Show")
    page.wait_for_url(f"**person={person}**")
    page.wait_for_selector("body[data-ready]")

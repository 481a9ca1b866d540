"""The first page and the queue in a real browser: read well, kept up to date, and worked by keyboard and by hand."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.kit import Office, seated
from tests.e2e.kit import wait_for


@pytest.fixture(scope="module")
def person(browser: Browser, at_work: Office) -> Iterator[Page]:
    """One editor, signed in, for the module; nine posts wait, all channels are paused."""
    with seated(browser) as seat:
        at_work.let_in(seat.page, "aigul", "editor")
        wait_for(lambda: "Nothing waits" not in at_work.paper.jarshy("queue").stdout)
        yield seat.page


def open_page(person: Page, at_work: Office, path: str) -> None:
    person.goto(at_work.address + path)
    person.wait_for_selector("body[data-ready]")


def let_go(at_work: Office) -> None:
    """Release what a test left held; everything stays paused."""
    for each in json.loads(at_work.paper.jarshy("queue", "--json").stdout)["deliveries"]:
        if each["state"] == "held":
            at_work.paper.jarshy("release", str(each["id"]))


def first_row(person: Page) -> str:
    """The id of the first row on the page."""
    return person.locator("[data-row]").first.get_attribute("id") or ""


def test_a_change_made_elsewhere_shows_by_itself(person: Page, at_work: Office) -> None:
    open_page(person, at_work, "/queue")
    row = first_row(person)
    at_work.paper.jarshy("hold", row[1:])
    expect(person.locator(f"#{row} .state")).to_have_attribute("data-state", "held")
    person.locator(f"#{row}").get_by_role("button", name="Let it go out").click()
    expect(person.locator("#told")).to_contain_text("Was released by aigul")
    expect(person.locator(f"#{row} .state")).to_have_attribute("data-state", "due")


def test_a_post_is_held_back_by_one_key(person: Page, at_work: Office) -> None:
    open_page(person, at_work, "/queue")
    person.keyboard.press("j")
    row = person.evaluate("() => document.activeElement.id")
    person.keyboard.press("h")
    expect(person.locator("#told")).to_contain_text("Is held back by aigul")
    expect(person.locator(f"#{row} .state")).to_have_attribute("data-state", "held")
    let_go(at_work)


def test_a_post_is_moved_by_keyboard_alone(person: Page, at_work: Office) -> None:
    open_page(person, at_work, "/queue")
    person.keyboard.press("j")
    row = person.evaluate("() => document.activeElement.id")
    person.keyboard.press("t")
    expect(person.locator(f"#at-{row[1:]}")).to_be_focused()
    person.evaluate(TOMORROW, row)
    person.keyboard.press("Enter")
    expect(person.locator("#told")).to_contain_text("Was moved by aigul")
    expect(person.locator(f"#{row} details[open]")).to_have_count(0)
    expect(person.locator(f"#{row}")).to_be_focused()


TOMORROW = """(row) => {
  const field = document.querySelector(`#${row} input[type=datetime-local]`);
  const day = new Date(Date.parse(`${field.value}Z`) + 86400000);
  field.value = day.toISOString().slice(0, 16);
}"""


def test_what_somebody_types_outlives_rows_that_refresh(person: Page, at_work: Office) -> None:
    open_page(person, at_work, "/queue")
    rows = person.locator("[data-row]")
    row, other = (rows.nth(n).get_attribute("id") or "" for n in (0, 1))
    person.locator(f"#{row} [data-move] summary").click()
    person.locator(f"#at-{row[1:]}").fill("2027-01-02T03:04")
    person.locator(f"#at-{row[1:]}").blur()
    at_work.paper.jarshy("hold", other[1:])
    expect(person.locator(f"#{other} .state")).to_have_attribute("data-state", "held")
    expect(person.locator(f"#at-{row[1:]}")).to_be_visible()
    assert person.locator(f"#at-{row[1:]}").input_value() == "2027-01-02T03:04"
    at_work.paper.jarshy("release", other[1:])


def test_a_post_is_dragged_to_another_day(person: Page, at_work: Office) -> None:
    person.set_viewport_size({"width": 1440, "height": 3000})  # so that nothing scrolls under the hand
    open_page(person, at_work, "/queue?view=week")
    card = person.locator("[data-movable]").first
    row, was = card.get_attribute("id"), card.get_attribute("data-movable") or ""
    day = person.locator(".day").nth(3).locator("[data-hour='18']")
    card.drag_to(day)
    expect(person.locator("#told")).to_contain_text("Was moved by aigul")
    expect(day.locator(f"#{row}")).to_have_count(1)
    now = day.locator(f"#{row}").get_attribute("data-movable") or ""
    assert now[13:] == was[13:], "the minutes stay"
    assert int(now[11:13]) - 18 == int(was[11:13]) % 3


def test_a_key_opens_the_time_of_a_card_that_is_folded(person: Page, at_work: Office) -> None:
    open_page(person, at_work, "/queue?view=week")
    person.locator("[data-movable]").first.focus()
    person.keyboard.press("t")
    expect(person.locator("[data-movable]").first.locator("input[name=at]")).to_be_focused()
    person.keyboard.press("Escape")
    assert person.evaluate("() => document.activeElement.tagName") == "SUMMARY"


def test_a_hush_is_begun_and_ended_by_keyboard(person: Page, at_work: Office) -> None:
    open_page(person, at_work, "/queue")
    person.locator("#hush > summary").focus()
    person.keyboard.press("Enter")
    person.get_by_role("button", name="Hush everything but breaking news").focus()
    person.keyboard.press("Enter")
    expect(person.locator("#told")).to_contain_text("Nothing but breaking news goes out now.")
    end = person.get_by_role("button", name="End the hush")
    end.focus()
    person.keyboard.press("Enter")
    expect(person.locator("#told")).to_contain_text("The hush is over.")
    let_go(at_work)


def test_what_cannot_be_taken_back_asks_twice(person: Page, at_work: Office) -> None:
    open_page(person, at_work, "/queue")
    row = first_row(person)
    person.locator(f"#cancel-{row[1:]} > summary").click()
    person.get_by_role("button", name="Never send it").click()
    expect(person.locator("#told")).to_contain_text("Was cancelled by aigul")
    expect(person.locator(f"#{row}")).to_have_count(0)


def test_everything_works_without_scripts(browser: Browser, person: Page, at_work: Office) -> None:
    with seated(browser, java_script_enabled=False) as seat:
        seat.page.context.add_cookies(person.context.cookies())
        seat.page.goto(f"{at_work.address}/queue?channel=mastodon")
        row = first_row(seat.page)
        seat.page.locator(f"#{row}").get_by_role("button", name="Hold back").click()
        assert seat.page.url == f"{at_work.address}/queue?channel=mastodon&after={row[1:]}"
        assert "Is held back by aigul." in (seat.page.locator("#told").text_content() or "")
        seat.page.locator(f"#{row}").get_by_role("button", name="Let it go out").click()
        assert "Was released by aigul" in (seat.page.locator("#told").text_content() or "")

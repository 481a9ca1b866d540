"""Channels, their rules, a test post and the audit log, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.kit import Office, look, reach, seated
from tests.e2e.kit import wait_for


@pytest.fixture(scope="module")
def person(browser: Browser, at_work: Office) -> Iterator[Page]:
    """One approver, signed in, for the module; the feed was read once."""
    with seated(browser) as seat:
        at_work.let_in(seat.page, "aigul")
        wait_for(lambda: "story.seen" in at_work.paper.jarshy("audit", "list", "--json").stdout)
        yield seat.page


def test_a_network_is_asked_and_a_channel_resumed_by_keyboard_alone(person: Page, at_work: Office) -> None:
    person.goto(f"{at_work.address}/channels")
    person.wait_for_selector("body[data-ready]")
    reach(person, "Verify telegram")
    person.keyboard.press("Enter")
    expect(person.locator("#told")).to_contain_text("and lacks no right.")
    person.goto(f"{at_work.address}/channels")
    person.wait_for_selector("body[data-ready]")
    reach(person, "Resume")
    person.keyboard.press("Enter")
    expect(person.locator("#told")).to_contain_text("goes on.")
    expect(person.locator("#c-bluesky").get_by_role("button", name="Pause")).to_be_visible()


def test_a_test_goes_out_and_is_found_and_its_page_keeps_up(person: Page, at_work: Office) -> None:
    at_work.paper.jarshy("resume", "mastodon")
    person.goto(f"{at_work.address}/channels/mastodon")
    person.get_by_role("button", name="Post a test").click()
    expect(person.get_by_role("link", name="See it there")).to_be_visible()
    look(person, "test")
    person.get_by_role("button", name="Look for it").click()
    expect(person.locator("#told")).to_contain_text("It is found by looking")
    person.goto(f"{at_work.address}/audit?person=aigul&action=delivery")
    expect(person.locator("table")).to_contain_text("a test post")


def test_rows_are_chosen_by_keyboard_and_the_log_is_written_out(person: Page, at_work: Office) -> None:
    person.goto(f"{at_work.address}/audit")
    person.get_by_label("Action").select_option("daemon")
    person.get_by_label("Action").press("Tab")
    person.keyboard.press("Enter")
    person.wait_for_url("**action=daemon**")
    expect(person.locator("table tbody tr")).to_have_count(1)
    with person.expect_download() as given:
        person.get_by_role("button", name="For spreadsheets (CSV)").click()
    assert given.value.suggested_filename.endswith(".csv")

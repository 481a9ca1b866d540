"""Open pages of a real daemon hear of what changes, also over its restart."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.kit import Office, office, seated
from tests.e2e.kit import wait_for

HEARS = "() => document.body.addEventListener('changed', () => { document.body.dataset.heard = 'yes'; })"
HEARD = "body[data-heard]"


@pytest.fixture(scope="module")
def person(browser: Browser, at_work: Office) -> Iterator[Page]:
    """One person, signed in, for the module."""
    with seated(browser) as seat:
        at_work.let_in(seat.page, "aigul")
        yield seat.page


def test_an_open_page_hears_of_a_change_made_elsewhere(person: Page, at_work: Office) -> None:
    person.goto(f"{at_work.address}/me")
    person.evaluate(HEARS)
    at_work.paper.jarshy("people", "invite", "dana")
    person.wait_for_selector(HEARD)


def test_the_stream_is_no_page_load_and_comes_unpacked(person: Page, at_work: Office) -> None:
    with person.expect_response("**/events?seen=*") as opened:
        person.goto(f"{at_work.address}/me")
    headers = opened.value.headers
    assert headers["content-type"].startswith("text/event-stream")
    assert headers["x-accel-buffering"] == "no"
    assert "content-encoding" not in headers


def test_rows_catch_up_by_asking_where_there_is_no_stream(browser: Browser, person: Page, at_work: Office) -> None:
    with seated(browser) as seat:
        page = seat.page
        page.context.add_cookies(person.context.cookies())
        page.clock.install()
        page.route("**/events?seen=*", lambda route: route.fulfill(status=503))
        row, which = a_row(page, at_work)
        at_work.paper.jarshy("hold", which)
        page.clock.fast_forward(15_000)
        expect(row.locator(".state")).to_have_attribute("data-state", "held")
        at_work.paper.jarshy("release", which)


def test_a_page_whose_session_ended_says_so_and_asks_no_more_until_somebody_looks_at_it(
    browser: Browser, at_work: Office
) -> None:
    with seated(browser) as seat:
        page = seat.page
        asked: list[str] = []
        at_work.let_in(page, "leaver")
        page.goto(f"{at_work.address}/me")
        page.wait_for_selector("body[data-ready]")
        cookies = page.context.cookies()
        page.context.clear_cookies()
        page.on("request", lambda request: asked.append(request.url))
        page.clock.install()
        look_away_and_back(page)
        expect(page.locator("#told")).to_contain_text("You are signed out.")
        page.clock.fast_forward(60_000)
        assert len([each for each in asked if "/events" in each]) == 1
        page.context.add_cookies(cookies)  # as if signed in again in another tab
        look_away_and_back(page)
        expect(page.locator("#told")).to_contain_text("The connection is back.")


def test_a_page_that_stood_beside_another_window_goes_on_once_somebody_turns_to_it(
    browser: Browser, at_work: Office
) -> None:
    with seated(browser) as seat:
        page = seat.page
        at_work.let_in(page, "neighbour")
        page.goto(f"{at_work.address}/me")
        page.wait_for_selector("body[data-ready]")
        cookies = page.context.cookies()
        page.context.clear_cookies()
        look_away_and_back(page)
        expect(page.locator("#told")).to_contain_text("You are signed out.")
        page.context.add_cookies(cookies)  # as if signed in again in the window beside it
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.evaluate("dispatchEvent(new Event('focus'))")
        expect(page.locator("#told")).to_contain_text("The connection is back.")
        page.evaluate("dispatchEvent(new Event('focus'))")
        page.evaluate("dispatchEvent(new Event('focus'))")
        page.evaluate(HEARS)
        at_work.paper.jarshy("people", "invite", "neighbour-too")
        page.wait_for_selector(HEARD)
        assert len([each for each in asked if "/events" in each]) == 1, "an open page is not opened once more"


def test_a_page_that_reaches_nothing_says_so_once_and_says_when_it_is_back(browser: Browser, at_work: Office) -> None:
    with seated(browser) as seat:
        page = seat.page
        at_work.let_in(page, "traveller")
        page.clock.install()
        page.route("**/events?seen=*", lambda route: route.fulfill(status=503))
        page.goto(f"{at_work.address}/me")
        page.wait_for_selector("body[data-ready]")
        page.context.set_offline(True)
        page.clock.fast_forward(15_000)
        told = page.locator("#told")
        expect(told).to_contain_text("The connection is gone. This page catches up by itself when it is back.")
        told.get_by_role("button", name="Close").click()
        page.clock.fast_forward(15_000)
        page.wait_for_timeout(300)  # in which it would be said again
        expect(told).to_be_empty()
        page.context.set_offline(False)
        page.clock.fast_forward(15_000)
        expect(told).to_contain_text("The connection is back.")
        seat.said.clear()  # that the connection was refused meanwhile


def look_away_and_back(page: Page) -> None:
    for is_hidden in ("true", "false"):
        page.evaluate(
            f"Object.defineProperty(document, 'hidden', {{ value: {is_hidden}, configurable: true }});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )


def test_rows_catch_up_after_a_restart_under_an_open_page(browser: Browser, tmp_path: Path) -> None:
    with seated(browser) as seat, office(tmp_path, stories=1) as first:
        first.let_in(seat.page, "aigul")
        row, which = a_row(seat.page, first)
        first.end()
        first.paper.jarshy("hold", which)
        with first.paper.daemon():
            expect(row.locator(".state")).to_have_attribute("data-state", "held", timeout=30_000)
        seat.said.clear()  # that the connection was refused meanwhile


def a_row(page: Page, at: Office) -> tuple[Locator, str]:
    """Open the queue once something waits; its first row, and the number of its delivery."""
    wait_for(lambda: "Nothing waits" not in at.paper.jarshy("queue").stdout)
    page.goto(f"{at.address}/queue")
    page.wait_for_selector("body[data-ready]")
    name = page.locator("[data-row]").first.get_attribute("id") or ""
    expect(page.locator(f"#{name} .state")).to_have_attribute("data-state", "due")
    return page.locator(f"#{name}"), name[1:]

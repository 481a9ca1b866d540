"""Open pages of a real daemon hear of what changes, also over its restart."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.kit import Office, look, office, seated

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


def test_the_first_pages_are_read_well(person: Page, at_work: Office) -> None:
    for path in ("/me", "/none"):
        person.goto(at_work.address + path)
        look(person, f"page-{path.strip('/')}")


def test_an_open_page_catches_up_after_a_restart(browser: Browser, tmp_path: Path) -> None:
    with seated(browser) as seat, office(tmp_path, stories=0) as first:
        first.let_in(seat.page, "aigul")
        seat.page.goto(f"{first.address}/me")
        seat.page.evaluate(HEARS)
        first.end()
        with first.paper.daemon():
            seat.page.wait_for_selector(HEARD, timeout=30_000)
        seat.said.clear()  # that the connection was refused meanwhile

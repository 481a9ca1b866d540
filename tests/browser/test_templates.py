"""The page of templates in a real browser: read well, quick while typing, and done by keyboard alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.kit import Office, look, seated


@pytest.fixture(scope="module")
def person(browser: Browser, at_work: Office) -> Iterator[Page]:
    """One editor, signed in, for the module."""
    with seated(browser) as seat:
        at_work.let_in(seat.page, "aigul", "editor")
        yield seat.page


def speak(page: Page, at_work: Office, language: str) -> None:
    """Choose a language on the person's own page."""
    page.goto(f"{at_work.address}/me")
    page.locator("#language").select_option(language)
    page.locator("form[action='/me/likes'] button").click()


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_the_pages_are_read_well_in_every_theme_width_and_language(
    person: Page, at_work: Office, language: str
) -> None:
    speak(person, at_work, language)
    person.goto(f"{at_work.address}/templates")
    look(person, f"templates-{language}")
    person.goto(f"{at_work.address}/templates/telegram")
    person.locator(".cm-content").wait_for()
    look(person, f"template-{language}")

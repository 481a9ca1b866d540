"""The way into the desk and a person's own page, in a real browser."""

import pytest
from playwright.sync_api import Page

from tests.browser.kit import PASSWORD, Office, Seat, look

LANGUAGES = ["en", "ru", "kk"]


def choose(page: Page, office: Office, language: str) -> None:
    """Have the desk speak a language with whoever is signed in."""
    page.goto(f"{office.address}/me")
    page.locator("#language").select_option(language)
    page.locator("form[action='/me/likes'] button").click()
    page.wait_for_function("language => document.documentElement?.lang === language", arg=language)


def test_whoever_was_invited_comes_in_by_keyboard_alone(at_work: Office, seat: Seat) -> None:
    page, keys = seat.page, seat.page.keyboard
    invited = at_work.paper.jarshy("people", "invite", "keyboard").stdout.split()[-1]
    page.goto(invited)
    look(page, "welcome")
    page.locator("#password").focus()
    keys.type(PASSWORD)
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    page.wait_for_url(f"{at_work.address}/")
    page.goto(f"{at_work.address}/me")
    assert page.get_by_role("heading", level=1).inner_text() == "keyboard"


def test_a_wrong_password_is_told_beside_the_name_that_was_typed(at_work: Office, seat: Seat) -> None:
    page = seat.page
    page.goto(f"{at_work.address}/me?from=a&to=b")
    page.get_by_label("Name").fill("nobody")
    page.get_by_label("Password").fill("no password of anybody")
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_role("alert").inner_text().endswith("Name or password is wrong.")
    assert page.get_by_label("Name").input_value() == "nobody"
    look(page, "sign-in")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_persons_own_page_reads_well_in_every_language(at_work: Office, seat: Seat, language: str) -> None:
    at_work.let_in(seat.page, f"reader-{language}")
    choose(seat.page, at_work, language)
    look(seat.page, f"me-{language}")


def test_a_draft_outlives_the_sign_in_that_ended_while_it_was_typed(at_work: Office, seat: Seat) -> None:
    page = seat.page
    at_work.let_in(page, "drafter")
    choose(page, at_work, "ru")
    page.locator("#language").select_option("kk")
    at_work.paper.jarshy("people", "sessions", "drafter", "--revoke")
    page.locator("form[action='/me/likes'] button").click()
    page.wait_for_selector("a[target=_blank]")
    look(page, "signed-out")
    with page.context.expect_page() as opened:
        page.locator("a[target=_blank]").click()
    other = opened.value
    other.locator("#name").fill("drafter")
    other.locator("#password").fill(PASSWORD)
    other.locator("main form button").click()
    other.wait_for_url(f"{at_work.address}/me")
    page.locator("main form button").click()
    page.wait_for_url(f"{at_work.address}/me")
    assert page.locator("html").get_attribute("lang") == "kk"


def test_pages_that_are_not_for_a_role_or_not_there_say_so(at_work: Office, seat: Seat) -> None:
    at_work.let_in(seat.page, "looker", "viewer")
    seat.page.goto(f"{at_work.address}/none")
    assert seat.page.get_by_role("heading", level=1).inner_text() == "No such page"
    look(seat.page, "none")

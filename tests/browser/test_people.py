"""The way into the desk and a person's own page, in a real browser."""

import json

from playwright.sync_api import Page, expect

from tests.browser.kit import PASSWORD, Office, Seat, look, reach
from tests.e2e.kit import wait_for


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


def test_the_day_a_persons_page_and_people_are_worked_by_keyboard_alone(at_work: Office, seat: Seat) -> None:
    page, keys = seat.page, seat.page.keyboard
    for name in ("boss", "guest"):
        at_work.let_in(page, name, "admin")
        page.goto("about:blank")
        page.context.clear_cookies()
    held = first_held(at_work)
    sign_in(page, at_work, "boss")
    # Past the menu, then to the row that needs somebody, and its first button.
    keys.press("Tab")
    keys.press("Enter")
    keys.press("j")
    expect(page.locator(f"#d{held}")).to_be_focused()
    reach(page, "Let it go out")
    keys.press("Enter")
    expect(page.locator("#told")).to_contain_text("Was released by boss")
    reach(page, "boss")
    keys.press("Enter")
    page.wait_for_url("**/me")
    page.locator("input[name=shortcuts]").focus()
    keys.press("Space")
    keys.press("Enter")
    expect(page.locator("body[data-shortcuts]")).to_have_count(0)
    reach(page, "People and where they are signed in")
    keys.press("Enter")
    page.wait_for_url("**/people")
    look(page, "people", widths=(320, 1440))
    reach(page, "Sign guest out everywhere")
    keys.press("Enter")
    expect(page.get_by_role("button", name="Sign guest out everywhere")).to_have_count(0)


def first_held(at: Office) -> int:
    """Hold the first post of the queue."""
    wait_for(lambda: "Nothing waits" not in at.paper.jarshy("queue").stdout)
    which = json.loads(at.paper.jarshy("queue", "--json").stdout)["deliveries"][0]["id"]
    at.paper.jarshy("hold", str(which))
    return int(which)


def sign_in(page: Page, at: Office, name: str) -> None:
    """Sign in without touching the mouse; the first page opens."""
    page.goto(f"{at.address}/sign-in")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{at.address}/")
    page.wait_for_selector("body[data-ready]")

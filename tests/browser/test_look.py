"""What the macros and the style draw, in every theme, width and language; and what scripts do with it."""

import pytest
from playwright.sync_api import Browser

from tests.browser.kit import Seat, look, seated, shoot, show
from tests.unit.desk.gallery import draw


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_everything_is_read_well_in_every_theme_width_and_language(seat: Seat, language: str) -> None:
    show(seat.page, draw(language))
    seat.page.wait_for_selector("#told [data-close]")
    look(seat.page, f"gallery-{language}")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_chosen_colours_hold_whatever_the_device_has(seat: Seat, theme: str) -> None:
    show(seat.page, draw(theme=theme))
    paper = {}
    for device in ("light", "dark"):
        seat.page.emulate_media(color_scheme=device)  # type: ignore[arg-type]
        paper[device] = seat.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper["light"] == paper["dark"]
    assert (paper["light"] == "rgb(245, 246, 248)") == (theme == "light")


def test_pages_fold_on_a_phone_and_open_without_a_script(browser: Browser) -> None:
    with seated(browser, java_script_enabled=False, viewport={"width": 390, "height": 800}, has_touch=True) as seat:
        show(seat.page, draw())
        assert not seat.page.get_by_role("link", name="Approvals").is_visible()
        seat.page.get_by_role("button", name="Menu").click()
        assert seat.page.get_by_role("link", name="Approvals").is_visible()
        shoot(seat.page, "menu-390")


def test_a_thumb_hits_what_it_means(browser: Browser) -> None:
    with seated(browser, viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True) as seat:
        show(seat.page, draw())
        small = seat.page.evaluate(
            """() => [...document.querySelectorAll("main button, main .button, main input, main select, .fold")]
               .filter((e) => e.checkVisibility() && !["checkbox", "radio", "hidden"].includes(e.type))
               .filter((e) => e.getBoundingClientRect().height < 44 || e.getBoundingClientRect().width < 44)
               .map((e) => e.outerHTML)"""
        )
        assert small == []


def test_a_notice_is_put_where_screen_readers_listen_and_can_be_closed(seat: Seat) -> None:
    show(seat.page, draw())
    place = seat.page.locator("#told")
    assert (place.get_attribute("role"), place.get_attribute("aria-live")) == ("status", "polite")
    place.get_by_role("button", name="Close").click()
    assert place.inner_text() == ""


def test_the_keyboard_reaches_the_page_past_the_menu(seat: Seat) -> None:
    show(seat.page, draw().replace(" autofocus", ""))  # only what was not taken takes the keyboard to itself
    seat.page.keyboard.press("Tab")
    assert seat.page.evaluate("document.activeElement.textContent") == "Skip to the page"
    seat.page.keyboard.press("Enter")
    assert seat.page.evaluate("document.activeElement.id") == "main"

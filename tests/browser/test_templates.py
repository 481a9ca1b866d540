"""The page of templates in a real browser: read well, drawn anew while typing, and worked by keyboard alone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.kit import Office, come_back, look, seated

IN_USE = re.compile(r"Version \d+ is in use from the next post on\.")
HUGE = "{{ title }} " * 40


@pytest.fixture(scope="module")
def person(browser: Browser, at_work: Office) -> Iterator[Page]:
    """One editor, signed in, for the module."""
    with seated(browser) as seat:
        at_work.let_in(seat.page, "aigul", "editor")
        yield seat.page


def edit(page: Page, at_work: Office, name: str) -> None:
    """Open a template and stand at its beginning."""
    page.goto(f"{at_work.address}/templates/{name}")
    if page.evaluate("sessionStorage.length"):
        page.evaluate("sessionStorage.clear()")
        page.reload()
    page.locator("body[data-ready]").wait_for()
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+Home")


def write_anew(page: Page, text: str) -> None:
    """Put a text in the place of all there is, as one paste."""
    page.keyboard.press("Control+a")
    # Over a selection Chromium itself would write styles into the line, which the policy forbids it.
    page.keyboard.press("Backspace")
    page.keyboard.insert_text(text)


def test_previews_follow_what_is_typed(person: Page, at_work: Office) -> None:
    edit(person, at_work, "telegram")
    person.keyboard.insert_text("News: ")
    expect(person.locator("#looked .words").first).to_contain_text("News:")
    expect(person.locator(".cm-content")).to_be_focused()


def test_a_mistake_stands_under_its_line_and_goes_when_it_is_mended(person: Page, at_work: Office) -> None:
    edit(person, at_work, "telegram")
    write_anew(person, "{{ url }}\n{{ titel }}\nmore")
    note = person.locator(".cm-line:has-text('titel') + .cm-note")
    expect(note).to_contain_text("did you mean title?")
    look(person, "template-mistake", widths=(320, 1440))
    write_anew(person, "{{ url }}\n{{ title }}")
    expect(person.locator(".cm-note")).to_have_count(0)
    expect(person.locator("#looked .preview")).to_have_count(3)


def test_what_breaks_a_limit_is_listed_and_not_saved(person: Page, at_work: Office) -> None:
    edit(person, at_work, "mastodon")
    write_anew(person, HUGE)
    person.get_by_role("button", name="What would change?").click()
    expect(person.locator("#machine")).to_contain_text("It cannot be saved: 3 posts would be lost.")
    person.get_by_role("button", name="Save", exact=True).click()
    expect(person.get_by_role("heading", name="Not saved: posts would be lost")).to_be_visible()
    assert person.locator("#text").input_value() == HUGE
    look(person, "template-lost", widths=(320, 1440))


def test_a_template_is_changed_and_taken_back_by_keyboard_alone(person: Page, at_work: Office) -> None:
    edit(person, at_work, "bluesky")
    person.keyboard.type("Now: ")
    expect(person.locator("#looked .words").first).to_contain_text("Now:")
    person.keyboard.press("Tab")
    expect(person.get_by_role("button", name="Save", exact=True)).to_be_focused()
    person.keyboard.press("Tab")
    person.keyboard.press("Enter")
    expect(person.locator("#machine")).to_contain_text("3 of 3")
    person.keyboard.press("Shift+Tab")
    person.keyboard.press("Enter")
    expect(person.locator("#told")).to_contain_text(IN_USE)
    changed = person.url
    person.get_by_role("link", name=re.compile("History")).focus()
    person.keyboard.press("Enter")
    person.get_by_role("button", name="Use this one again").first.focus()
    person.keyboard.press("Enter")
    expect(person.locator("#told")).to_contain_text(IN_USE)
    assert person.url != changed
    assert not person.locator("#text").input_value().startswith("Now: ")


def be_faster(office: Office, file: Path, begins: str) -> None:
    """Put another version of the template of a file's name in use, from the command line."""
    file.write_text(begins + "{{ title }}\n\n{{ url }}", "utf-8")
    office.paper.jarshy("template", "import", str(file))


def test_the_later_of_two_editors_sees_both_and_loses_nothing(person: Page, at_work: Office, tmp_path: Path) -> None:
    edit(person, at_work, "bluesky")
    person.keyboard.insert_text("Mine: ")
    be_faster(at_work, tmp_path / "bluesky.html", "Theirs: ")
    person.get_by_role("button", name="Save", exact=True).click()
    expect(person.get_by_role("heading", name="Not saved: somebody was faster")).to_be_visible()
    expect(person.locator(".sides del").first).to_contain_text("Theirs")
    look(person, "template-rival", widths=(320, 1440))
    person.get_by_role("button", name="Save", exact=True).click()
    expect(person.locator("#told")).to_contain_text(IN_USE)
    assert person.locator("#text").input_value().startswith("Mine: ")


def test_a_draft_sent_past_the_end_of_a_session_is_not_lost_to_a_newer_version(
    browser: Browser, at_work: Office, tmp_path: Path
) -> None:
    with seated(browser) as seat:
        page = seat.page
        at_work.let_in(page, "sender", "editor")
        edit(page, at_work, "mastodon")
        page.keyboard.insert_text("Sent in vain: ")
        page.context.clear_cookies()
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_role("heading", name="You are signed out").wait_for()
        be_faster(at_work, tmp_path / "mastodon.html", "Faster: ")
        come_back(page, f"{at_work.address}/templates/mastodon", "sender")
        assert page.locator("#text").input_value().startswith("Faster: ")
        expect(page.locator(".hint[role=status] pre")).to_contain_text("Sent in vain: ")


def test_what_was_saved_is_not_called_unsaved_once_a_newer_version_is_in_use(
    browser: Browser, at_work: Office, tmp_path: Path
) -> None:
    with seated(browser) as seat:
        page = seat.page
        at_work.let_in(page, "saver", "editor")
        edit(page, at_work, "mastodon")
        page.keyboard.insert_text("Saved: ")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#told")).to_contain_text(IN_USE)
        be_faster(at_work, tmp_path / "mastodon.html", "Newer: ")
        page.reload()
        page.wait_for_selector("body[data-ready]")
        assert page.locator("#text").input_value().startswith("Newer: ")
        page.wait_for_timeout(300)  # in which it would be said
        expect(page.locator(".hint[role=status]")).to_have_count(0)


def test_an_example_is_kept_and_forbids_a_change(person: Page, at_work: Office) -> None:
    edit(person, at_work, "telegram")
    person.get_by_role("button", name="Keep as an example").first.click()
    expect(person.locator("#examples summary")).to_have_count(1)
    person.locator(".cm-content").focus()
    person.keyboard.insert_text("News: ")
    person.get_by_role("button", name="Save", exact=True).click()
    expect(person.get_by_role("heading", name="Not saved: an example would no longer be true")).to_be_visible()
    look(person, "template-untrue", widths=(320, 1440))


def test_without_scripts_everything_is_a_form(browser: Browser, at_work: Office) -> None:
    with seated(browser, java_script_enabled=False) as seat:
        at_work.let_in(seat.page, "dana", "editor")
        seat.page.goto(f"{at_work.address}/templates/mastodon")
        seat.page.get_by_label("Template").fill("Plain: {{ title }}\n\n{{ url }}")
        seat.page.get_by_role("button", name="Preview").click()
        expect(seat.page.locator("#looked .words").first).to_contain_text("Plain:")
        seat.page.get_by_role("button", name="What would change?").click()
        expect(seat.page.locator("#machine")).to_contain_text("3 of 3")
        seat.page.get_by_role("button", name="Save", exact=True).click()
        expect(seat.page.locator("#told")).to_contain_text(IN_USE)

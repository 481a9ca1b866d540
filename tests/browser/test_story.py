"""An editor's whole story: from the one-time address to the verified log, against a real daemon and its networks."""

import json
import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.kit import Office, office, once, seated, shoot
from tests.e2e.kit import wait_for

_MORE = json.dumps({"defaults": {"gap": "0s", "approval": "always", "send_window": "0s"}})
_EVERY = 5
"""Seconds between the two stories: the second comes while the editor works."""
ACTS = [
    "mastodon 5 is due (approved)",
    "mastodon 5 has other words: Just in, and checked: ",
    "template mastodon version 2 stored (person) and is in use",
    "dana signed in",
    "dana changed: a password was chosen",
]
"""What the log has under the editor's name, the newest first."""


def test_a_template_is_changed_and_the_next_article_edited_approved_seen_and_proven(
    browser: Browser, tmp_path: Path
) -> None:
    with office(tmp_path, stories=2, every=_EVERY, is_paused=False, more=_MORE) as at, seated(browser) as seat:
        page = seat.page
        sign_in_for_the_first_time(page, at)
        change_the_template(page, at)
        edit_and_approve_the_next_article(page, at)
        see_it_on_its_timeline(page, at)
        find_each_act_and_verify(page, at)


def sign_in_for_the_first_time(page: Page, at: Office) -> None:
    page.goto(once(at.process.heard()[0]))
    page.get_by_label("Your name here").fill("dana")
    at.welcomed(page)
    expect(page.get_by_role("heading", name="Today")).to_be_visible()


def change_the_template(page: Page, at: Office) -> None:
    page.get_by_role("link", name="Templates").click()
    page.get_by_role("link", name="mastodon").click()
    page.wait_for_selector("body[data-ready]")
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.insert_text("Just in: ")
    expect(page.locator("#looked .words").first).to_contain_text("Just in: ")
    page.get_by_role("button", name="What would change?").click()
    expect(page.locator("#machine .effect").first).to_have_text("reads differently")
    page.locator("#machine summary").first.click()
    expect(page.locator("#machine ins").first).to_contain_text("Just in:")
    shoot(page, "story-machine")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#told")).to_contain_text("is in use from the next post on.")


def edit_and_approve_the_next_article(page: Page, at: Office) -> None:
    page.get_by_role("link", name="Approvals").click()
    page.wait_for_selector("body[data-ready]")
    # The page hears by itself of the story that comes now.
    expect(page.locator("[data-row]")).to_have_count(6, timeout=30_000)
    page.locator("[data-row]", has_text="Story1x").filter(has_text="mastodon").get_by_role("link").first.click()
    expect(page.locator("[data-open] .words").first).to_contain_text("Just in: ")
    page.keyboard.press("e")
    page.wait_for_url("**/text")
    words = page.get_by_label("Text of the post")
    words.fill(words.input_value().replace("Just in: ", "Just in, and checked: "))
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("[data-open] .words").first).to_contain_text("Just in, and checked: ")
    shoot(page, "story-edited")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#told")).to_contain_text("Story1x")  # approved, on its way or out


def see_it_on_its_timeline(page: Page, at: Office) -> None:
    wait_for(lambda: at.world.read("/ledger"))
    page.goto(f"http://127.0.0.1:{at.world.port}/")
    expect(page.get_by_text(re.compile("Just in, and checked: .*Story1x"))).to_be_visible()
    assert [(each["network"], each["act"]) for each in at.world.read("/ledger")] == [("mastodon", "created")]


def find_each_act_and_verify(page: Page, at: Office) -> None:
    page.goto(f"{at.address}/audit?person=dana")
    shoot(page, "story-audit")
    acts = page.locator("table tbody tr")
    expect(acts.locator("td:nth-child(3)")).to_have_text(["dana"] * len(ACTS))
    expect(acts.locator("td:nth-child(4)")).to_contain_text(ACTS)
    assert page.locator("thead").bounding_box()["height"] < 50, "its words are broken"  # type: ignore[index]
    acts.first.get_by_role("link").click()
    expect(page.locator("pre")).to_contain_text('"actor": "desk:dana"')
    page.goto(f"{at.address}/audit?person=jarshy&channel=mastodon")
    expect(acts.locator("td:nth-child(4)").first).to_contain_text("mastodon 5 is done")
    page.get_by_role("button", name="Verify the log").click()
    expect(page.locator("#verdict")).to_contain_text("No fault was found")

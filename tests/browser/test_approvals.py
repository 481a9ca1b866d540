"""The page of approvals in a real browser: read well everywhere, and worked by keys, by thumb and without scripts."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.kit import PASSWORD, Office, Seat, look, office, seated, shoot
from tests.e2e.kit import wait_for

STORIES = 7
"""On three networks: 21 posts."""
_MORE = json.dumps({"defaults": {"gap": "0s", "approval": "always", "send_window": "10m"}})
_HIGH = """() => [...document.querySelectorAll(".thumbs button, .thumbs .button")]
  .map((e) => e.getBoundingClientRect()).filter((r) => r.bottom <= innerHeight).map((r) => [r.width, r.height])"""


# The next post comes under the finger that is still tapping.
_TAP_AGAIN = """() => document.addEventListener("htmx:after:swap", () => {
  const again = new MouseEvent("click", { detail: 2, bubbles: true, cancelable: true });
  document.querySelector("[data-open] [data-key=a]").dispatchEvent(again);
}, { once: true })"""


# Said anew until it holds: the page may have asked the server once more in between.
_AT_THE_END = """() => {
  const left = document.querySelector(".decided .left");
  if (left.textContent === "It may go out any moment.") return true;
  left.dataset.left = "0";
}"""


def asking(folder: Path) -> Iterator[Office]:
    """A daemon whose every post waits for approval."""
    with office(folder, stories=STORIES, is_paused=False, more=_MORE) as made:
        wait_for(lambda: len(waiting(made)) == 3 * STORIES)
        yield made


@pytest.fixture
def alone(browser: Browser, tmp_path: Path) -> Iterator[Office]:
    yield from asking(tmp_path)


@pytest.fixture(scope="module")
def shared(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    yield from asking(tmp_path_factory.mktemp("asking"))


@pytest.fixture(scope="module")
def names() -> Iterator[str]:
    """A name for each person of the module."""
    return (f"person{n}" for n in range(1, 100))


def waiting(at: Office) -> list[str]:
    """What waits for approval, by the command line."""
    found = json.loads(at.paper.jarshy("queue", "--json").stdout)
    return [f"d{each['id']}" for each in found["deliveries"] if each["reason"] == "approval"]


@pytest.fixture
def page(seat: Seat, shared: Office, names: Iterator[str]) -> Page:
    """An approver, on the page."""
    return enter(seat.page, shared, next(names))


def enter(page: Page, at: Office, name: str) -> Page:
    at.let_in(page, name)
    page.goto(f"{at.address}/approvals")
    return page


def ready(page: Page) -> None:
    page.wait_for_selector("body[data-ready]")


def opened(page: Page) -> str:
    return str(page.locator("[data-open]").get_attribute("id"))


def rows(page: Page) -> list[str]:
    return [str(each.get_attribute("id")) for each in page.locator("[data-row]").all()]


def go(page: Page, which: str) -> None:
    """Open a row, by its heading."""
    page.locator(f"#{which} a").first.click()
    page.wait_for_selector(f"#{which}[data-open]")


def gone(page: Page, which: str) -> None:
    expect(page.locator(f"#{which}")).to_have_count(0)


def test_twenty_posts_are_approved_with_twenty_keys(seat: Seat, alone: Office) -> None:
    page = enter(seat.page, alone, "aigul")
    ready(page)
    for _ in range(20):
        here = opened(page)
        page.keyboard.press("a")
        gone(page, here)
        page.wait_for_selector("[data-open]")
    assert waiting(alone) == rows(page)
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.locator(".decided")).to_have_count(20)
    shoot(page, "approvals-twenty")


def test_the_chosen_row_opens_and_the_next_one_follows_a_decision(page: Page) -> None:
    ready(page)
    ids = rows(page)
    for _ in range(3):
        page.keyboard.press("j")
    page.wait_for_selector(f"#{ids[2]}[data-open]")
    expect(page.locator(f"#{ids[2]}")).to_be_focused()
    page.keyboard.press("a")
    gone(page, ids[2])
    page.wait_for_selector(f"#{ids[3]}[data-open]")
    expect(page.locator(f"#{ids[3]}")).to_be_focused()
    page.keyboard.press("k")
    page.wait_for_selector(f"#{ids[1]}[data-open]")


def test_an_approval_is_taken_back_with_one_key(page: Page) -> None:
    ready(page)
    here = opened(page)
    page.keyboard.press("a")
    gone(page, here)
    page.get_by_text("Approved for").wait_for()
    page.keyboard.press("u")
    page.wait_for_selector(f"#{here}[data-open]")
    page.get_by_text("Waits for approval again on").wait_for()


def test_a_post_is_rejected_by_keyboard_alone(page: Page, shared: Office) -> None:
    ready(page)
    here = opened(page)
    page.keyboard.press("x")
    page.wait_for_url("**/reject")
    page.keyboard.type("Old news")
    page.keyboard.press("Enter")
    page.wait_for_url("**/approvals?open=*")
    page.get_by_text("Rejected for").wait_for()
    assert here not in waiting(shared)


def test_words_are_changed_by_keyboard_alone_and_counted_while_typing(page: Page) -> None:
    ready(page)
    here = opened(page)
    page.keyboard.press("e")
    page.wait_for_url("**/text")
    ready(page)
    page.get_by_label("Text of the post").focus()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("ш" * 5000)
    page.get_by_text("too many").wait_for()
    page.keyboard.press("Control+A")
    page.keyboard.type("Written by hand.")
    page.locator("#measured .words").get_by_text("Written by hand.").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/approvals?open={here[1:]}")
    expect(page.locator("[data-open] .columns .words")).to_contain_text("Written by hand.")


def test_the_later_of_two_editors_sees_both_and_chooses(page: Page, shared: Office) -> None:
    ready(page)
    here = opened(page)
    page.keyboard.press("e")
    page.wait_for_url("**/text")
    page.get_by_label("Text of the post").fill("What I wrote.")
    shared.paper.jarshy("edit", here[1:], "What a colleague wrote.")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("#theirs")).to_have_text("What a colleague wrote.")
    expect(page.get_by_label("Text of the post")).to_have_value("What I wrote.")
    look(page, "approvals-late")
    page.get_by_role("button", name="Keep my text instead").click()
    expect(page.locator("[data-open] .columns .words")).to_contain_text("What I wrote.")
    assert not page.evaluate("Object.keys(sessionStorage).some((name) => name.startsWith('draft:'))")
    page.wait_for_url(f"**/approvals?open={here[1:]}")
    shared.paper.jarshy("edit", here[1:], "What the colleague wrote then.")
    page.goto(f"{shared.address}/approvals/{here[1:]}/text")
    ready(page)
    assert page.locator("form [role=status]").count() == 0, "what was taken is called unsaved once a colleague goes on"


def test_a_draft_outlives_the_sign_in(page: Page, shared: Office) -> None:
    ready(page)
    page.keyboard.press("e")
    page.wait_for_url("**/text")
    at, name = page.url, str(page.locator("body").get_attribute("data-person"))
    page.get_by_label("Text of the post").fill("Half\na sentence")
    page.context.clear_cookies()
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_label("What you typed")).to_have_value("Half\na sentence")
    page.goto(at)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(at)
    expect(page.get_by_label("Text of the post")).to_have_value("Half\na sentence")
    page.get_by_text("Your unsaved words were brought back.").wait_for()


def test_a_colleagues_decision_shows_by_itself(page: Page, shared: Office) -> None:
    ready(page)
    here = rows(page)[-1]
    go(page, here)
    shared.paper.jarshy("reject", here[1:], "Old", "news")
    gone(page, here)
    page.get_by_text("Rejected for").wait_for()


def test_a_thumb_finds_two_big_buttons_and_a_second_tap_hits_nothing_else(
    browser: Browser, shared: Office, names: Iterator[str]
) -> None:
    with seated(browser, viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True) as seat:
        page = enter(seat.page, shared, next(names))
        ready(page)
        shoot(page, "approvals-390")
        sizes = page.evaluate(_HIGH)
        assert len(sizes) == 2
        assert all(width > 150 and height >= 52 for width, height in sizes)
        here, following = rows(page)[:2]
        page.evaluate(_TAP_AGAIN)
        page.locator("[data-open] [data-key=a]").tap()
        gone(page, here)
        page.get_by_text("Approved for").wait_for()
        assert following in waiting(shared)
        assert opened(page) == following


def test_the_time_to_undo_runs_down_and_promises_nothing_at_its_end(page: Page) -> None:
    ready(page)
    here = opened(page)
    page.keyboard.press("a")
    gone(page, here)
    left = page.locator(".decided .left").first
    expect(left).to_contain_text("Time to undo: 9:")
    page.wait_for_function(_AT_THE_END)


def test_everything_works_without_scripts(browser: Browser, shared: Office, names: Iterator[str]) -> None:
    with seated(browser, java_script_enabled=False) as seat:
        page = enter(seat.page, shared, next(names))
        here = opened(page)
        page.get_by_role("link", name="Change the text").click()
        page.get_by_label("Text of the post").fill("By hand, without scripts.")
        page.get_by_role("button", name="Count and check").click()
        expect(page.locator("#measured .words")).to_contain_text("By hand, without scripts.")
        page.get_by_role("button", name="Keep").click()
        expect(page.locator("[data-open] .columns .words")).to_contain_text("By hand, without scripts.")
        page.get_by_role("button", name="Approve").click()
        gone(page, here)
        page.get_by_role("button", name="Undo").first.click()
        assert opened(page) == here
        page.get_by_role("link", name="Reject").click()
        page.get_by_label("Why").fill("Old news")
        page.get_by_role("button", name="Reject").click()
        page.get_by_text("Rejected for").wait_for()

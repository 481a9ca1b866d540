"""What an editor's day brings, without a click: merged entries, lost answers, a hush that ends, other browsers."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser.kit import PASSWORD, Office, office, press, reach, seated, visit
from tests.browser.test_people import sign_in
from tests.e2e.kit import wait_for

_ALONE = "Nine cranes stand by the pier"
_TWICE = "The port gets a second pier"
"""Its entry comes twice, under two addresses."""
_NEW = "four cranes by the new pier"

ACTS = (
    "bluesky paused",
    "bluesky resumed",
    "is due (released)",
    "is held (hushed)",
    "bluesky hushed: nothing but breaking news goes out",
    "is due (resolved absent)",
    "is done (resolved sent) https://mastodon.example/@courier/110",
    "was split off: it is story ",
)
"""What the log has of the day, the newest first."""


def entry(number: int, title: str, **more: Any) -> dict[str, Any]:
    """One entry of the feed."""
    return more | {
        "id": f"entry-{number}",
        "url": f"https://courier.example/2026/11/entry-{number}",
        "title": title,
        "content_text": f"{title}, the port said on Sunday. It takes two years and opens for ships of all sizes.",
        "date_published": datetime.now(UTC).isoformat(),
        "language": "en",
    }


@contextmanager
def feed(*entries: dict[str, Any]) -> Iterator[str]:
    """Serve a feed; tell its address."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # named by the standard library
            self.send_response(200)
            self.send_header("Content-Type", "application/feed+json")
            self.end_headers()
            about = {"version": "https://jsonfeed.org/version/1.1", "title": "The Steppe Courier"}
            self.wfile.write(json.dumps(about | {"items": entries}).encode())

        def log_message(self, format: str, *args: object) -> None:  # named by the standard library
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


def test_an_editors_day_goes_by_without_a_mouse(browser: Browser, tmp_path: Path) -> None:
    with feed(entry(1, _ALONE), entry(2, _TWICE), entry(3, _TWICE)) as host:
        source = {"url": f"http://{host}/feed.json", "poll": "10s", "backfill": 20}
        more = json.dumps({"sources": {"main": source}, "allow_hosts": [host]})
        with office(tmp_path, more=more) as at, seated(browser) as seat:
            wait_for(lambda: len(deliveries(at)) == 6)
            at.let_in(seat.page, "aigul")
            split_an_entry_off(seat.page)
            wait_for(lambda: len(deliveries(at)) == 9)
            clear_up_what_nobody_knows(seat.page, at)
            end_a_hush_story_by_story(seat.page)
            pause_a_channel_again(seat.page)
            find_each_act(seat.page)
            leave_other_browsers_and_this_one(seat.page, browser, at)


def test_what_is_out_is_mended_without_a_mouse(browser: Browser, tmp_path: Path) -> None:
    with feed(entry(1, _ALONE, image="https://courier.example/cranes.jpg"), entry(2, _TWICE)) as host:
        source = {"url": f"http://{host}/feed.json", "poll": "10s", "backfill": 20}
        more = json.dumps({"sources": {"main": source}, "allow_hosts": [host], "defaults": {"gap": "0s"}})
        with office(tmp_path, is_paused=False, more=more) as at, seated(browser) as seat:
            wait_for(lambda: len([each for each in at.world.read("/ledger") if each["act"] == "created"]) == 6)
            at.let_in(seat.page, "aigul")
            open_article(seat.page, _TWICE)
            take_a_post_down(seat.page)
            correct_it_where_it_is_out(seat.page)
            write_for_one_network(seat.page)
            say_that_it_still_holds(seat.page)
            open_article(seat.page, _ALONE)
            describe_its_photo(seat.page)
            choose_another_password(seat.page)
            call_a_test_off(seat.page, at)


def open_article(page: Page, title: str) -> None:
    visit(page, "Articles")
    press(page, title)
    page.wait_for_selector("#deliveries")
    page.wait_for_selector("body[data-ready]")


def take_a_post_down(page: Page) -> None:
    press(page, "Take down")
    press(page, "Take it down")
    expect(page.locator("#told")).to_contain_text("Was asked for by aigul and is taken down now.")
    expect(page.locator("#deliveries .why", has_text="; taken down at")).to_have_count(1, timeout=20_000)


def correct_it_where_it_is_out(page: Page) -> None:
    reach(page, "What was wrong and what is right")
    page.keyboard.type("It opens in three years, not in two.")
    press(page, "Correct it where it is out")
    expect(page.locator("#told")).to_contain_text("The corrections are planned below, and wait for approval.")
    expect(page.locator("#deliveries [data-state=held]")).to_have_count(2)


def write_for_one_network(page: Page) -> None:
    reach(page, "Network")
    page.keyboard.type("tele")
    reach(page, "Text")
    page.keyboard.type("A second pier, in the words of Telegram.")
    press(page, "Keep this text")
    expect(page.locator("#told")).to_contain_text("Kept.")
    expect(page.locator(".marks li")).to_contain_text("Telegram: A second pier, in the words of Telegram.")


def say_that_it_still_holds(page: Page) -> None:
    press(page, "It still holds")
    expect(page.locator("#told")).to_contain_text("Kept.")
    expect(page.locator(".marks")).to_contain_text("Still valid: it may go out until")


def describe_its_photo(page: Page) -> None:
    reach(page, "In a sentence, for people who cannot see it")
    page.keyboard.type("Nine cranes above a pier at dawn")
    press(page, "Keep this description")
    expect(page.locator("#told")).to_contain_text("Kept.")
    expect(page.locator("#alt")).to_have_value("Nine cranes above a pier at dawn")


def choose_another_password(page: Page) -> None:
    press(page, "aigul")
    page.wait_for_url("**/me")
    for label, typed in (("The password now", PASSWORD), ("A new one", _NEW), ("The new one once more", _NEW)):
        reach(page, label)
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="The password is changed.")).to_be_visible()


def call_a_test_off(page: Page, at: Office) -> None:
    at.world.end()
    visit(page, "Channels")
    press(page, "mastodon")
    page.wait_for_selector("#test-heading")
    press(page, "Post a test")
    page.wait_for_url("**/tests/*")
    expect(page.locator("#progress")).to_contain_text("failed before anything was posted")  # no longer "sending"
    press(page, "Call it off")
    expect(page.locator("#told")).to_contain_text("The test is called off.")
    expect(page.locator("#progress [data-state=cancelled]")).to_have_count(2)


def deliveries(at: Office) -> list[dict[str, Any]]:
    """What waits in the queue, by the command line."""
    found: list[dict[str, Any]] = json.loads(at.paper.jarshy("queue", "--json").stdout)["deliveries"]
    return found


def split_an_entry_off(page: Page) -> None:
    visit(page, "Articles")
    expect(page.locator("#stories h2")).to_have_count(2)
    press(page, _TWICE)
    page.wait_for_selector("#deliveries")
    press(page, "It is another article")
    expect(page.locator("#told")).to_contain_text("This is an article of its own now, and planned like a new one.")
    expect(page.get_by_role("heading", level=1)).to_have_text(_TWICE)
    expect(page.locator("#deliveries [data-state=due]")).to_have_count(3)
    visit(page, "Articles")
    expect(page.locator("#stories h2", has_text=_TWICE)).to_have_count(2)


def clear_up_what_nobody_knows(page: Page, at: Office) -> None:
    lost = [each["id"] for each in deliveries(at) if each["channel"] == "mastodon"][:2]
    for each in lost:
        lose(at, each)
    visit(page, "Today")
    expect(page.get_by_label("Its address on the network")).to_have_count(2)
    reach(page, "Its address on the network")
    out = int(page.evaluate("() => document.activeElement.id").removeprefix("address-"))
    lost.remove(out)
    page.keyboard.type("https://mastodon.example/@courier/110")
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_contain_text("aigul")
    expect(page.locator(f"#d{out}")).to_have_count(0)
    reach(page, "It is not out")
    page.keyboard.press("Enter")
    press(page, "It is not out")
    expect(page.locator(f"#d{lost[0]} .state")).to_have_attribute("data-state", "due")


def lose(at: Office, which: int) -> None:
    """Have it look as if the answer to a post was lost and looking did not help."""
    at.paper.jarshy("edit", str(which), "Nine cranes, one pier.")
    with closing(sqlite3.connect(at.paper.folder / "jarshy.db", timeout=10)) as db, db:
        db.execute("UPDATE delivery SET state = 'held', reason = 'undecidable' WHERE id = ?", (which,))


def end_a_hush_story_by_story(page: Page) -> None:
    visit(page, "Queue")
    press(page, "Hush")
    press(page, "Hush everything but breaking news")
    expect(page.locator("#told")).to_contain_text("Nothing but breaking news goes out now.")
    press(page, "End the hush")
    expect(page.locator("#told")).to_contain_text("each waits for your word")
    stories = page.locator("[data-row][id^=k]")
    expect(stories).to_have_count(3)
    for _ in range(4):  # past the stories, to the first post
        page.keyboard.press("j")
    row = page.evaluate("() => document.activeElement.id")
    assert row.startswith("d")
    expect(page.locator(f"#{row} .state")).to_have_attribute("data-state", "held")
    press(page, "Let it go out")
    expect(page.locator("#told")).to_contain_text("Was released by aigul")
    expect(page.locator(f"#{row} .state")).to_have_attribute("data-state", "due")


def pause_a_channel_again(page: Page) -> None:
    visit(page, "Queue")
    press(page, "Resume")
    expect(page.locator("#told")).to_contain_text("goes on")
    press(page, "Pause bluesky")
    press(page, "Pause")
    expect(page.locator("#told")).to_contain_text("bluesky")
    expect(page.locator(".strip")).to_contain_text("Paused by aigul")


def find_each_act(page: Page) -> None:
    visit(page, "Audit")
    reach(page, "Person")
    page.keyboard.type("aigul")
    press(page, "Show")
    page.wait_for_url("**person=aigul**")
    said = "\n".join(page.locator("table tbody tr").all_inner_texts())
    assert [each for each in ACTS if each not in said] == []
    assert [said.index(each) for each in ACTS] == sorted(said.index(each) for each in ACTS)


def leave_other_browsers_and_this_one(page: Page, browser: Browser, at: Office) -> None:
    with seated(browser) as other:
        sign_in(other.page, at, "aigul")
        page.reload()
        press(page, "aigul")
        page.wait_for_url("**/me")
        expect(page.locator("main .row")).to_have_count(2)
        press(page, "Sign out everywhere else")
        expect(page.locator("main .row")).to_have_count(1)
        other.page.goto(f"{at.address}/queue")
        expect(other.page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.reload()
    press(page, "Sign out")
    page.wait_for_url("**/sign-in**")
    page.goto(f"{at.address}/queue")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    sign_in(page, at, "aigul")

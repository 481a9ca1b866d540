"""Articles, the page of one, its posts, and a post by hand, in a real browser."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.kit import Office, Seat, all_out, come_back, look, reach


@pytest.fixture(scope="module")
def at_work(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Office]:
    """A newsroom whose stories are out."""
    with all_out(tmp_path_factory.mktemp("office")) as made:
        yield made


def first_article(page: Page, office: Office) -> None:
    page.goto(f"{office.address}/articles")
    page.locator("#stories h2 a").first.click()
    page.wait_for_selector("#deliveries")


def test_own_words_are_measured_as_typed_and_posted_by_keyboard_alone(at_work: Office, seat: Seat) -> None:
    page, keys = seat.page, seat.page.keyboard
    at_work.let_in(page, "writer")
    page.goto(f"{at_work.address}/articles")
    page.get_by_role("link", name="Post by hand").focus()
    keys.press("Enter")
    page.wait_for_url("**/articles/posts/new")
    page.get_by_label("Channel").focus()
    keys.type("mast")
    keys.press("Tab")
    keys.type("Our doors are open today.")
    expect(page.locator("#measured .preview-count")).to_have_text("25 of 500")
    expect(page.locator("#measured .preview-mastodon .words")).to_have_text("Our doors are open today.")
    look(page, "by-hand-typed")
    page.reload()
    expect(page.locator("#measured .preview-mastodon .words")).to_have_text("Our doors are open today.")
    page.get_by_label("Text of the post").focus()
    reach(page, "Post it")
    keys.press("Enter")
    page.wait_for_url(re.compile(r"/articles/posts/\d+\?after=\d+$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Our doors are open today.")
    page.goto(f"{at_work.address}/articles/posts/new")
    assert page.get_by_label("Text of the post").input_value() == "", "what was taken is not brought back"
    assert not page.get_by_label("Channel").input_value().startswith("mast")


def test_a_mark_and_an_act_are_told_and_read_out(at_work: Office, seat: Seat) -> None:
    page = seat.page
    at_work.let_in(page, "marker")
    first_article(page, at_work)
    page.get_by_role("button", name="Solemn", exact=True).click()
    expect(page.locator("#told")).to_contain_text("Kept.")
    expect(page.get_by_text("So a person said.")).to_be_visible()
    page.get_by_role("button", name="Not solemn").click()
    expect(page.get_by_text("Not solemn.")).to_be_visible()
    page.locator("#deliveries summary", has_text="Post again").first.click()
    page.locator("#deliveries button", has_text="Post it once more").first.click()
    expect(page.locator("#told")).to_contain_text("pause")
    expect(page.locator("#deliveries [data-state=due]")).to_have_count(1)
    page.get_by_role("button", name="Hold back").click()
    expect(page.locator("#deliveries [data-state=held]")).to_have_count(1)
    expect(page.locator(".log li").first).to_contain_text("marker")
    look(page, "article-acted", widths=(320, 1440))


def test_a_changed_post_reaches_its_network(at_work: Office, seat: Seat) -> None:
    page = seat.page
    at_work.let_in(page, "changer")
    page.goto(f"{at_work.address}/articles")
    page.locator("#stories .channel", has_text="mastodon").last.click()
    page.wait_for_selector("#post")
    page.get_by_role("link", name="Change the text").click()
    words = page.get_by_label("Text of the post")
    words.fill(f"Better words. {words.input_value()}")
    expect(page.locator("#measured .words")).to_contain_text("Better words.")
    page.get_by_role("button", name="Change it on the network").click()
    page.wait_for_url(re.compile(r"/articles/posts/\d+\?after=\d+$"))
    expect(page.locator("#later")).to_be_visible()
    expect(page.locator("#post .stands [data-state=done]")).to_have_count(1, timeout=20_000)


def test_articles_are_found_by_words(at_work: Office, seat: Seat) -> None:
    page = seat.page
    at_work.let_in(page, "finder", "viewer")
    page.goto(f"{at_work.address}/articles")
    title = page.locator("#stories h2").first.inner_text()
    page.get_by_role("searchbox").fill(title)
    page.keyboard.press("Enter")
    expect(page.locator("#stories h2")).to_have_count(1)
    page.get_by_role("searchbox").fill("no such words")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="No article fits")).to_be_visible()
    look(page, "articles-none", widths=(320, 1440))


def write_for(page: Page, network: str, words: str) -> None:
    page.get_by_label("Network").select_option(network)
    page.get_by_label("Text", exact=True).fill(words)


def test_a_post_by_hand_keeps_its_time_past_the_end_of_a_session(at_work: Office, seat: Seat) -> None:
    page = seat.page
    at_work.let_in(page, "planner")
    at = f"{at_work.address}/articles/posts/new"
    page.goto(at)
    page.wait_for_selector("body[data-ready]")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT23:30")
    page.get_by_label("Channel").select_option("mastodon")
    page.get_by_label("Text of the post").fill("Our doors open at six tomorrow.")
    page.get_by_label("Not before").fill(tomorrow)
    come_back(page, at, "planner")
    expect(page.get_by_label("Not before")).to_have_value(tomorrow)
    page.get_by_role("button", name="Post it").click()
    page.wait_for_url(re.compile(r"/articles/posts/\d+\?after=\d+$"))
    waits = json.loads(at_work.paper.jarshy("queue", "--json").stdout)["deliveries"]
    due = [each["due_at"] for each in waits if each["title"] == "Our doors open at six tomorrow."]
    assert due == [f"{tomorrow[:10]}T18:30:00+00:00"], "by the newsroom's clock"
    page.goto(at)
    expect(page.get_by_label("Not before")).to_have_value("")


def test_a_draft_that_was_brought_back_meets_a_colleagues_words_and_both_are_shown(at_work: Office, seat: Seat) -> None:
    page = seat.page
    at_work.let_in(page, "slow")
    first_article(page, at_work)
    story = page.url.rpartition("/")[2]
    write_for(page, "mastodon", "Words of the slow one.")
    at_work.paper.jarshy("mark", story, "--text", "mastodon", "Words of the quick one.")
    come_back(page, page.url, "slow")
    assert page.get_by_label("Network").input_value() == "mastodon"
    assert page.get_by_label("Text", exact=True).input_value() == "Words of the slow one."
    page.get_by_role("button", name="Keep this text").click()
    expect(page.locator("#theirs")).to_have_text("Words of the quick one.")
    expect(page.get_by_label("Text", exact=True)).to_be_focused()
    assert page.get_by_label("Text", exact=True).input_value() == "Words of the slow one."
    look(page, "article-late")
    page.get_by_role("button", name="Keep this text").click()
    expect(page.get_by_text("Words of the slow one.").first).to_be_visible()
    assert page.get_by_label("Text", exact=True).input_value() == "", "what was taken is not brought back"


def test_words_that_were_sent_past_the_end_of_a_session_are_not_lost_to_a_colleague(
    at_work: Office, seat: Seat
) -> None:
    page = seat.page
    at_work.let_in(page, "sender")
    page.goto(f"{at_work.address}/articles")
    page.locator("#stories h2 a").nth(1).click()  # the first goes out once more in another test, and this one is wrong
    page.wait_for_selector("#deliveries")
    at, story = page.url, page.url.rpartition("/")[2]
    page.get_by_label("What was wrong and what is right").fill("It was 180, not 810.")
    page.context.clear_cookies()
    page.get_by_role("button", name="Hold its posts to come").click()
    page.get_by_role("heading", name="You are signed out").wait_for()
    at_work.paper.jarshy("mark", story, "--correction", "It was in May.")
    come_back(page, at, "sender")
    assert page.get_by_label("What was wrong and what is right").input_value() == "It was 180, not 810."
    page.get_by_role("button", name="Hold its posts to come").click()
    expect(page.locator("#theirs")).to_have_text("It was in May.")

"""Every page there is, in every language, theme and width: a page that nobody looks at fails here."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from starlette.routing import compile_path

from bot.desk.routes import ROUTES
from tests.browser.kit import Office, look, office, seated
from tests.e2e.kit import wait_for

LANGUAGES = ("en", "ru", "kk")
NO_PAGES = {"/static/{name}", "/events", "/film", "/picture", "/audit/export", "/audit/rows/{which:number}/proof"}
"""What answers with something else than a page."""
PLACES = {
    "/": ("/",),
    "/queue": ("/queue", "/queue?view=week"),
    "/queue/held/{reason}": ("/queue/held/flood",),
    "/approvals": ("/approvals",),
    "/approvals/{which:number}/reject": ("/approvals/{waits}/reject",),
    "/approvals/{which:number}/text": ("/approvals/{waits}/text",),
    "/articles": ("/articles",),
    "/articles/{story}": ("/articles/{story}",),
    "/articles/posts/new": ("/articles/posts/new",),
    "/articles/posts/{which:number}": ("/articles/posts/{out}",),
    "/articles/posts/{which:number}/text": ("/articles/posts/{out}/text",),
    "/templates": ("/templates",),
    "/templates/new": ("/templates/new?network=telegram&language=de",),
    "/templates/{name}": ("/templates/telegram",),
    "/templates/{name}/history": ("/templates/telegram/history?a=1&b=2",),
    "/channels": ("/channels",),
    "/channels/{channel}": ("/channels/telegram",),
    "/channels/{channel}/rules": ("/channels/telegram/rules",),
    "/channels/{channel}/tests/{which:number}": ("/channels/mastodon/tests/{test}",),
    "/audit": ("/audit?article=rain&person=aigul", "/audit"),
    "/audit/rows/{which:number}": ("/audit/rows/3",),
    "/me": ("/me",),
    "/people": ("/people",),
    "/sign-in": ("/sign-in",),
    "/welcome/{token}": ("/welcome/{token}",),
}
"""Where each way in ROUTES that answers with a page is looked at."""


def approve_one(page: Page) -> None:
    page.locator("[data-key=a]").click()
    page.wait_for_selector("#told [data-close]")


def change_the_words(page: Page) -> None:
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.insert_text("News: ")
    page.locator("#looked .words:has-text('News:')").first.wait_for()
    page.locator("[formaction$='/trial']").click()
    page.locator("#machine summary").first.click()


def measure_words(page: Page) -> None:
    page.wait_for_selector("#measured .preview")


def verify(page: Page) -> None:
    page.locator("form[action='/audit/verify'] button").click()
    page.wait_for_selector("#verdict .notice")


STIRRED: dict[str, Callable[[Page], None]] = {
    "/approvals": approve_one,
    "/articles/posts/{out}/text": measure_words,
    "/templates/telegram": change_the_words,
    "/audit": verify,
}
"""What is done on a page before it is looked at, so that all of it shows."""


def test_every_page_there_is_is_looked_at() -> None:
    asked = {way.path for way in ROUTES if way.method == "GET"}
    assert asked == PLACES.keys() | NO_PAGES
    for path, addresses in PLACES.items():
        for address in addresses:
            assert compile_path(path)[0].match(address.partition("?")[0].format(**dict.fromkeys(KNOWN, "1")))


KNOWN = ("waits", "out", "story", "test", "token")
"""What is only known of a newsroom at work."""


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Office]:
    """A newsroom where some posts are out, others wait, a template was changed, and one channel is not paused."""
    more = json.dumps({"defaults": {"gap": "0s", "approval": "always", "send_window": "0s"}})
    folder = tmp_path_factory.mktemp("busy")
    with office(folder, is_paused=False, more=more) as made:
        wait_for(lambda: len(deliveries(made)) == 9)
        for each in deliveries(made)[:3]:
            made.paper.jarshy("approve", str(each["id"]))
        wait_for(lambda: len(deliveries(made)) == 6)
        for each in ("bluesky", "telegram"):
            made.paper.jarshy("pause", each)
        first = str(deliveries(made)[0]["id"])
        made.paper.jarshy("approve", first)
        made.paper.jarshy("hold", first)
        changed = folder / "telegram.html"
        changed.write_text("{{ title }}\n\n{{ url }}", "utf-8")
        made.paper.jarshy("template", "import", str(changed))
        allow_second_thoughts(folder / "jarshy.yaml")
        made.paper.jarshy("reload")
        yield made


def allow_second_thoughts(path: Path) -> None:
    """From now on an approval can be taken back for a while, so that pages offer it."""
    said = json.loads(path.read_text("utf-8"))
    said["defaults"]["send_window"] = "10m"
    path.write_text(json.dumps(said), "utf-8")


def deliveries(at: Office) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(at.paper.jarshy("queue", "--json").stdout)["deliveries"]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_read_well_in_every_language_theme_and_width(busy: Office, browser: Browser, language: str) -> None:
    with seated(browser, locale=language) as seat:
        page, turn = seat.page, LANGUAGES.index(language)
        known = {"token": busy.invited(f"reader-{language}", "admin").rpartition("/")[2]}
        see(page, busy, "/welcome/{token}", known, turn)
        busy.welcomed(page)
        known |= found(page, busy)
        for addresses in PLACES.values():
            for address in addresses:
                if address not in ("/welcome/{token}", "/sign-in"):
                    see(page, busy, address, known, turn)
        page.context.clear_cookies()
        see(page, busy, "/sign-in", known, turn)


@pytest.mark.parametrize("language", LANGUAGES)
def test_refusals_are_read_well_in_every_language_and_theme(busy: Office, browser: Browser, language: str) -> None:
    with seated(browser, locale=language) as seat:
        page = seat.page
        page.goto(busy.invited(f"stranger-{language}", "viewer"))
        busy.welcomed(page)
        for path, code in (("/no-such-page", 404), ("/people", 403)):
            answer = page.goto(busy.address + path)
            assert (answer and answer.status) == code
            read_well(page, str(code), language)
        with page.expect_response("**/events**"):  # whose stream, asked for later, would be a page to sign in on
            page.goto(f"{busy.address}/me")
        page.context.clear_cookies()
        with page.expect_navigation():
            page.locator("form[action='/me/likes'] button").click()
        page.wait_for_selector("input[type=hidden][name=language]", state="attached")
        read_well(page, "signed-out", language)


def read_well(page: Page, name: str, language: str) -> None:
    """Look at a page that says no, wide and narrow."""
    page.wait_for_selector("body[data-ready]")
    assert page.locator("html").get_attribute("lang") == language
    look(page, f"{name}-{language}", widths=(320, 1440), turn=LANGUAGES.index(language))


def found(page: Page, at: Office) -> dict[str, str]:
    """Learn what addresses of this newsroom hold, and post a test."""
    story = deliveries(at)[0]["story"]
    page.goto(f"{at.address}/channels/mastodon")
    page.locator("form[action$='/test'] button").click()
    page.wait_for_url("**/tests/*")
    test = page.url.partition("?")[0].rpartition("/")[2]
    # The first story's on mastodon, which can change a post.
    return {"waits": str(deliveries(at)[-1]["id"]), "out": "2", "story": story, "test": test}


def see(page: Page, at: Office, address: str, known: dict[str, str], turn: int) -> None:
    """Open a page, and look at it."""
    answer = page.goto(at.address + address.format(**known))
    assert answer is not None
    assert answer.status in (200, 422), address
    language = LANGUAGES[turn]
    assert page.locator("html").get_attribute("lang") == language
    page.wait_for_selector("body[data-ready]")
    STIRRED.get(address, lambda page: None)(page)
    look(page, f"{address.strip('/').translate(str.maketrans('/?&={}', '------')) or 'today'}-{language}", turn=turn)

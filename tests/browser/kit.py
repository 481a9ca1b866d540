"""A real browser for tests of the desk: found or loudly missed, kept on this machine, and hard to please.

Modules take the fixtures of `conftest.py`. Playwright holds the thread's event loop while it is open, so a module that
drives a browser runs no asyncio of its own.
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, sync_playwright

from bot.desk.assets import STATIC, shelf
from bot.desk.guards import POLICY
from tests.browsers import NONE_HERE, NOT_BUNDLED, chromium, needed
from tests.e2e.forked import Process
from tests.e2e.kit import Newsroom, Outside, newsroom, outside, wait_for

PASSWORD = "three cranes by the pier"
WIDTHS = (320, 768, 1440)
THEMES = ("light", "dark")
_AXE = Path(__file__).parents[2] / "bot/desk/web/node_modules/axe-core/axe.min.js"
# Debian's Chromium cannot build its sandbox in a container; and whatever a page names, only this machine is there.
_HOW = ("--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
_FAULTS = """async (rules) => (await axe.run(document, rules)).violations
  .map((each) => [each.id, each.help, each.nodes.slice(0, 3).map((node) => node.html.slice(0, 150))])"""
_STEPS = 150
_NAMED = """() => {
  const at = document.activeElement;
  const bare = [...(at.labels?.[0] ?? at).childNodes].filter((e) => e.nodeName !== "KBD").map((e) => e.textContent);
  return bare.join("").trim();
}"""
_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest("pre"))
  .filter((e) => getComputedStyle(e).position !== "absolute").slice(0, 5).map((e) => e.outerHTML.slice(0, 120))"""


@contextmanager
def browsing() -> Iterator[Browser]:
    """Open a browser."""
    path = needed(chromium(), NONE_HERE)
    with sync_playwright() as tool:
        made = tool.chromium.launch(executable_path=path, args=list(_HOW))
        try:
            yield made
        finally:
            made.close()


@dataclass
class Seat:
    """One person's browser window, and everything its console complained of."""

    page: Page
    said: list[str]

    def check_console(self) -> None:
        """Fail where the browser complained: of a broken script, or of something the policy forbids."""
        assert not self.said, "\n".join(self.said)


@contextmanager
def seated(browser: Browser, **how: Any) -> Iterator[Seat]:
    """Open a window; at its end its console must be empty."""
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce", **how})
    context.set_default_timeout(30_000)  # a machine that does much else is slow, not wrong
    with _closing(context):
        seat = Seat(context.new_page(), [])
        seat.page.on("console", lambda said: _note(seat, said))
        seat.page.on("pageerror", lambda error: seat.said.append(str(error)))
        yield seat
        seat.check_console()


@contextmanager
def _closing(context: BrowserContext) -> Iterator[None]:
    try:
        yield
    finally:
        context.close()


def _note(seat: Seat, said: ConsoleMessage) -> None:
    # That an answer was a refusal, tests look at themselves.
    if said.type in ("error", "warning") and "Failed to load resource" not in said.text:
        seat.said.append(said.text)


@dataclass
class Office:
    """A daemon at work on emulated networks, with the desk open."""

    paper: Newsroom
    world: Outside
    address: str
    process: Process

    def end(self) -> None:
        """End the daemon, in good order."""
        self.process.terminate()
        self.process.wait(timeout=30)

    def let_in(self, page: Page, name: str, role: str = "approver") -> None:
        """Invite a person and have them choose a password in this window; it then shows the first page."""
        page.goto(self.invited(name, role))
        self.welcomed(page)

    def invited(self, name: str, role: str = "approver") -> str:
        """Invite a person; tell the address that lets them in once."""
        said = self.paper.jarshy("people", "invite", name, "--role", role).stdout
        return once(said)

    def welcomed(self, page: Page) -> None:
        """Choose a password on the page that is open, whatever its language."""
        page.locator("#password").fill(PASSWORD)
        page.locator("#again").fill(PASSWORD)
        page.locator("#again").press("Enter")
        page.wait_for_url(f"{self.address}/")


def once(said: str) -> str:
    """Find the address that works once in what was said."""
    found = re.search(r"http[^\s\"']+/welcome/[\w-]+", said)
    assert found, said
    return found[0]


@contextmanager
def office(
    folder: Path, *, stories: int = 3, every: float = 0, is_paused: bool = True, more: str = ""
) -> Iterator[Office]:
    """Start networks, a feed and the daemon; paused, nothing goes out before the test wants it."""
    with outside(stories=stories, every=every) as world:
        paper = newsroom(folder, world, more=more)
        if is_paused:
            paper.jarshy("pause", "all")
        with paper.daemon() as process:
            address = f"http://{json.loads((folder / 'jarshy.yaml').read_text('utf-8'))['listen']}"
            wait_for(lambda: _answers(f"{address}/healthz"))
            yield Office(paper, world, address, process)


@contextmanager
def all_out(folder: Path) -> Iterator[Office]:
    """A newsroom whose three stories are out on its three networks, and everything paused since."""
    with office(folder, is_paused=False) as made:
        wait_for(lambda: len([each for each in made.world.read("/ledger") if each["act"] == "created"]) == 9)
        made.paper.jarshy("pause", "all")
        yield made


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def show(page: Page, text: str, *, nonce: str = "", asked: str = "") -> None:
    """Open a page that nobody serves, with the desk's files and its policy; `asked`: what its address asks for."""
    allowed = f" 'nonce-{nonce}'" if nonce else ""

    def answer(route: Route) -> None:
        name = route.request.url.partition("//")[2].partition("/")[2].partition("?")[0]
        found = shelf().files.get(f"/{name}".removeprefix(STATIC))
        headers = {"content-security-policy": POLICY.format(nonce=allowed)}
        if found:
            route.fulfill(body=found.path.read_bytes(), headers=headers | {"content-type": found.type})
        elif route.request.is_navigation_request():
            route.fulfill(body=text, headers=headers | {"content-type": "text/html; charset=utf-8"})
        else:
            route.fulfill(status=204, headers=headers)

    page.route("http://desk.example/**", answer)
    page.goto(f"http://desk.example/{asked}")
    # Nothing of ours is awaited where scripts are switched off.
    if page.evaluate("() => matchMedia('(scripting: enabled)').matches"):
        page.wait_for_selector("body[data-ready]")


def look(page: Page, name: str, *, widths: tuple[int, ...] = WIDTHS, turn: int = 0) -> None:
    """Look at a page: at each width it fits, axe finds nothing wide or narrow, and pictures are taken of all.

    One theme is judged wide and the other narrow, as axe is dear; an odd `turn` changes them over.
    """
    wide, narrow = THEMES if turn % 2 == 0 else THEMES[::-1]
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        check_fits(page)
        if width in (widths[0], widths[-1]):
            wear(page, wide if width == widths[-1] else narrow)
            check_axe(page)
        for theme in THEMES if shots() else ():
            wear(page, theme)
            shoot(page, f"{name}-{theme}-{width}")


def wear(page: Page, theme: str) -> None:
    """Have the device prefer light or dark."""
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of THEMES


def check_fits(page: Page) -> None:
    """Fail where a page can be moved sideways."""
    wide, room = page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
    assert wide <= room, f"{wide} px on {room} px, because of {page.evaluate(_WIDE)}"


def check_axe(page: Page) -> None:
    """Fail on whatever axe-core finds against WCAG 2.2 AA."""
    needed(_AXE.exists() or None, NOT_BUNDLED)
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(_AXE.read_text("utf-8"))
    told = [f"{name}: {rule}: {places}" for name, rule, places in page.evaluate(_FAULTS, _RULES)]
    assert not told, "\n".join(told)


def reach(page: Page, name: str) -> None:
    """Go on by the tab key until what has this name, or is a field of this label, has the focus."""
    for _ in range(_STEPS):
        page.keyboard.press("Tab")
        if page.evaluate(_NAMED) == name:
            return
    raise AssertionError(f"{name} cannot be reached by the keyboard")


def press(page: Page, name: str) -> None:
    """Go on to what has this name by the tab key, and press it."""
    reach(page, name)
    page.keyboard.press("Enter")


def visit(page: Page, name: str) -> None:
    """Go to a page by the menu, by keyboard alone."""
    page.reload()  # to begin at the top, as whoever comes back does
    page.wait_for_selector("body[data-ready]")
    press(page, name)
    page.wait_for_selector(f"h1:text-is('{name}'), h1:text-is('{name} and accounts')")
    page.wait_for_selector("body[data-ready]")


def come_back(page: Page, at: str, name: str) -> None:
    """Lose the session, come back to a page and sign in on the way."""
    page.context.clear_cookies()
    page.goto(at)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(at)
    page.wait_for_selector("body[data-ready]")


def shots() -> str:
    """Name the folder that pictures are wanted in; "" for none."""
    return os.environ.get("JARSHY_SHOTS", "")


def shoot(page: Page, name: str) -> None:
    """Take a picture of the whole page, where JARSHY_SHOTS names a folder."""
    if folder := shots():
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

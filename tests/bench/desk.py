"""The desk as an editor's browser has it: a real daemon over loopback, 51 posts in the queue, real HTTP."""

import re
import statistics
import time
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page

from bot.desk.assets import shelf
from tests.bench.idle import cold, cpu_seconds
from tests.browser.kit import PASSWORD, browsing
from tests.browsers import chromium
from tests.e2e.kit import Newsroom, newsroom, outside, wait_for

_STORIES = 17
"""On three networks."""
_TIMES = 60
_KEYS = 15
_PAGES = ("/queue", "/", "/approvals", "/articles", "/audit", "/templates/mastodon")
# From the last key to the preview that shows it, as the page itself has it.
_WATCH = """() => {
  window.took = []; let at = 0;
  document.querySelector(".cm-content").addEventListener("keydown", () => { at = performance.now(); });
  new MutationObserver(() => { if (at) window.took.push(performance.now() - at); at = 0; })
    .observe(document.getElementById("looked"), { subtree: true, childList: true, characterData: true });
}"""


def desk(folder: Path) -> dict[str, Any]:
    """Pages by their server's time; what a first visit takes over the wire; how soon a preview follows the last key."""
    with outside(stories=_STORIES) as world:
        paper = newsroom(folder, world)
        paper.jarshy("pause", "all")
        with cold(folder) as process:
            address = f"http://{_listen(folder)}"
            wait_for(lambda: paper.jarshy("queue", "--json").stdout.count('"due"') >= 3 * _STORIES)
            with httpx.Client(base_url=address, headers={"origin": address}, trust_env=False) as client:
                _sign_in(paper, client)
                said: dict[str, Any] = {"desk_pages": {path: _asked(client, path, process.pid) for path in _PAGES}}
                if chromium() and shelf().address("desk.js"):
                    said |= _in_a_browser(address, dict(client.cookies))
            return said


def approvals(folder: Path) -> dict[str, Any]:
    """The page of approvals while all of it waits there: its server's time, and what a first visit takes."""
    with outside(stories=_STORIES) as world:
        paper = newsroom(folder, world, more='{"defaults": {"gap": "0s", "approval": "always"}}')
        with cold(folder) as process:
            address = f"http://{_listen(folder)}"
            wait_for(lambda: paper.jarshy("queue", "--json").stdout.count('"approval"') >= 3 * _STORIES)
            with httpx.Client(base_url=address, headers={"origin": address}, trust_env=False) as client:
                _sign_in(paper, client)
                _show_accounts(client, "/approvals")
                said: dict[str, Any] = {"approvals": _asked(client, "/approvals", process.pid)}
                if chromium() and shelf().address("desk.js"):
                    with browsing() as browser:
                        said["approvals_first_visit"] = _first_visit(
                            browser, address, dict(client.cookies), "/approvals"
                        )
            return said


def _listen(folder: Path) -> str:
    found = re.search(r'"listen": "([^"]+)"', (folder / "jarshy.yaml").read_text("utf-8"))
    assert found
    return found[1]


def _sign_in(paper: Newsroom, client: httpx.Client) -> None:
    found = re.search(r"/welcome/\S+", paper.jarshy("people", "invite", "dana", "--role", "admin").stdout)
    assert found
    client.post(found[0], data={"password": PASSWORD, "again": PASSWORD})


def _show_accounts(client: httpx.Client, path: str) -> None:
    """Ask for the accounts' pictures on a page: a daemon at work has learned already who has one."""
    for each in set(re.findall(r"/picture\?channel=[\w-]+", client.get(path).text)):
        client.get(each)


def _asked(client: httpx.Client, path: str, pid: int) -> dict[str, float]:
    took, spent = list[float](), cpu_seconds(pid)
    for _ in range(_TIMES):
        began = time.perf_counter()
        answer = client.get(path)
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, path
        time.sleep(0.02)
    cpu = (cpu_seconds(pid) - spent) / _TIMES * 1000
    late = sorted(took)[int(_TIMES * 0.95)]
    return {"median_ms": round(statistics.median(took), 1), "p95_ms": round(late, 1), "daemon_cpu_ms": round(cpu, 1)}


def _in_a_browser(address: str, cookies: dict[str, str]) -> dict[str, Any]:
    with browsing() as browser:
        first = {path: _first_visit(browser, address, cookies, path) for path in _PAGES}
        return {"desk_first_visit": first, "desk_preview_after_last_key_ms": _typed(browser, address, cookies)}


def _first_visit(browser: Browser, address: str, cookies: dict[str, str], path: str) -> dict[str, float]:
    """Visit twice and give the smaller: where something changes meanwhile, a page's rows come once more."""
    return min((_visit(browser, address, cookies, path) for _ in range(2)), key=lambda said: said["kb"])


def _visit(browser: Browser, address: str, cookies: dict[str, str], path: str) -> dict[str, float]:
    """Count all that comes over the wire to a browser that has nothing yet, headers with it, and what is asked for.

    Pictures of stories and accounts, which come on top of a page, are counted apart.
    """
    page, sizes = _window(browser, address, cookies), {"page": 0, "pictures": 0}
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    asked = dict[str, str]()

    def loaded(said: dict[str, Any]) -> None:
        sizes["pictures" if "/picture?" in asked[said["requestId"]] else "page"] += said["encodedDataLength"]

    wire.on("Network.requestWillBeSent", lambda said: asked.update({said["requestId"]: said["request"]["url"]}))
    wire.on("Network.loadingFinished", loaded)
    page.goto(address + path)
    page.wait_for_timeout(700)
    page.context.close()
    own = [each for each in asked.values() if each.startswith("http")]
    return {
        "kb": round(sizes["page"] / 1024, 1),
        "pictures_kb": round(sizes["pictures"] / 1024, 1),
        "requests": len(own),
    }


def _typed(browser: Browser, address: str, cookies: dict[str, str]) -> dict[str, float]:
    page = _window(browser, address, cookies)
    page.goto(f"{address}/templates/mastodon")
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+Home")
    page.evaluate(_WATCH)
    for _ in range(_KEYS):
        page.keyboard.type("abc", delay=30)
        page.wait_for_timeout(600)
    took = sorted(page.evaluate("() => window.took"))
    page.context.close()
    return {"keys": len(took), "median": round(statistics.median(took)), "worst": round(took[-1])}


def _window(browser: Browser, address: str, cookies: dict[str, str]) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    return context.new_page()

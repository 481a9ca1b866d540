"""Every page as each role reads it: each link leads somewhere, and all that is said is in the reader's language."""

import re
from dataclasses import replace
from urllib.parse import urljoin

import pytest
from lxml import html

from bot.actions import staff
from bot.desk import dress, paper
from bot.desk.assets import Shelf
from tests.unit.desk.browser import ADDRESS, Browser
from tests.unit.desk.full_newsroom import built
from tests.unit.desk.test_entry import taken_on
from tests.unit.desk.test_reading import PLACES
from tests.unit.engine import POLICY, Desk

NAMES = re.compile(
    r"https?://\S*|[\w./-]+\.(?:example|html|yaml|checkpoint)\S*|`[^`]*`|“[^”]*”|«[^»]*»|@\w+|Asia/Almaty|"
    r"\b(?:aigul|alma|dana|[Jj]arshy|one|two|three|acme|other|tg|fb|main|[Ff]ake|chat|[Tt]elegram(?:-\w+)?|kk|ru|"
    r"CSV|JSONL|UTC|AUDIT_KEY|NFC|Ctrl|Esc|Enter|python-httpx)\b",
)
"""What is called the same in every language, or quoted: channels, people, addresses, files, commands, keys, formats."""
LATIN = re.compile(r"[A-Za-z]{2,}(?:[ ,'’-]+[A-Za-z]+)*")
GLUED = re.compile(r"\w+[.!?:;][А-ЯӘҒҚҢӨҰҮҺІ]\w*")
EXACT = ("script", "style", "code", "pre", "kbd", "textarea", "option[@lang]", "p[contains(@class, 'worded')]")
"""What is shown letter by letter, such as a template."""
HEARD = ("title", "aria-label", "placeholder", "alt", "data-over")
VARIES = re.compile(r"(?<=/)(?:\d+|[0-9a-f]{8}|one|two|three)\b")


NEEDS = re.compile(r"{(?:waits|out|test|story|token)}")
"""What an empty newsroom has none of."""
NO_PAGES = ("/audit/export", "/audit/rows/3/proof", "/picture", "/film", "/static/", "/sign-in")
"""What answers with no page, or leads on whoever is signed in."""


def opened(newsroom, role, language):
    browser = Browser(newsroom)
    taken_on(browser, "alma", role)
    browser.post("/me/likes", {"language": language, "shortcuts": "yes"})
    return browser


def unsaid(page):
    """What stands on a page in Latin letters and is no name, or where one sentence runs into the next."""
    heard = [each for name in HEARD for each in page.xpath(f"//@{name}")]
    for each in page.xpath("|".join(f"//{name}" for name in EXACT)):
        each.drop_tree()
    said = [NAMES.sub("", each) for each in (*page.itertext(), *heard)]
    return {found for each in said for pattern in (LATIN, GLUED) for found in pattern.findall(each)}


def pages(browser, few):
    """Follow every link of our own from the first page on, `few` of a kind, and give what it leads to."""
    waiting, seen = ["/"], {"/": 1}
    while waiting:
        at = waiting.pop(0)
        answer = browser.get(at)
        page = html.fromstring(answer.text) if answer.headers["content-type"].startswith("text/html") else None
        yield at, answer.status_code, page
        for link in [] if page is None else page.xpath("//a/@href"):
            to = urljoin(ADDRESS + at, link).partition("#")[0].removeprefix(ADDRESS)
            kind = VARIES.sub("", to.partition("?")[0])
            if to.startswith("/") and to not in seen and seen.get(kind, 0) < few:
                seen |= {kind: seen.get(kind, 0) + 1, to: 1}
                waiting.append(to)


def test_each_link_leads_somewhere_and_nothing_is_said_in_english(tmp_path):
    newsroom, wrong, shown = built(tmp_path), {}, 0
    for role, language, few in (("viewer", "ru", 1), ("editor", "kk", 1), ("approver", "ru", 1), ("admin", "kk", 3)):
        for at, status, page in pages(opened(newsroom, role, language), few):
            said = unsaid(page) if page is not None else set()
            wrong |= {(role, at): said or status} if said or status != 200 else {}
            shown += 1
        newsroom.act(staff.end(newsroom.room(), "alma"))
    assert wrong == {}
    assert shown > 90, "the pages were looked at"


@pytest.fixture
def no_bundle(tmp_path, monkeypatch):
    """An installation where `make desk` was never run: nothing but what the page templates bring."""
    bare = Shelf(dist=tmp_path / "never made")
    for each in (paper, dress):
        monkeypatch.setattr(each, "shelf", lambda: bare)
    paper.sheets.cache_clear()  # pages that were opened before know the files of this installation
    yield bare
    paper.sheets.cache_clear()


@pytest.mark.usefixtures("no_bundle")
@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_each_page_stands_where_there_are_no_stories_and_no_bundle(tmp_path, language):
    newsroom = Desk(tmp_path, policy=replace(POLICY, newsroom="Степной вестник"))
    browser = opened(newsroom, "admin", language)
    found = {at: (status, page) for at, status, page in pages(browser, 1)}
    for place in PLACES.values():
        if not NEEDS.search(place) and not place.startswith(NO_PAGES) and place not in found:
            answer = browser.get(place, follow_redirects=True)
            found[place] = answer.status_code, html.fromstring(answer.text)
    assert {at: status for at, (status, _) in found.items() if status != 200} == {}
    lacks = {at: lacking(page, language) for at, (_, page) in found.items() if page is not None}
    assert {at: what for at, what in lacks.items() if what} == {}
    assert len(found) >= 20, "the pages were looked at"


def lacking(page, language):
    """Name what a page lacks of a heading, words below it, all in the reader's language, with no script to wait for."""
    below = "".join(page.xpath("//main//*[not(self::h1)]/text()")).strip()
    scripts = page.xpath("//script/@src")
    wrong = set() if page.xpath("//main//h1") and below else {"no words"}
    return wrong | set(scripts) | (unsaid(page) if language != "en" else set())

"""Every page as each role reads it: each link leads somewhere, and all that is said is in the reader's language."""

import re
from urllib.parse import urljoin

from lxml import html

from bot.actions import staff
from tests.unit.desk.browser import ADDRESS, Browser
from tests.unit.desk.full_newsroom import built
from tests.unit.desk.test_entry import taken_on

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

"""Opening a page changes nothing: each is opened by whoever may open all, and every table is as it was."""

import re

import pytest
import sqlalchemy as sa

from bot.actions import newsroom as newsroom_verbs
from bot.actions import staff
from bot.desk.routes import ROUTES
from tests.unit.desk.browser import Browser
from tests.unit.desk.full_newsroom import built
from tests.unit.desk.test_entry import taken_on
from tests.unit.engine import Desk, hours

PLACES = {
    "/": "/",
    "/queue": "/queue?view=week",
    "/queue/held/{reason}": "/queue/held/flood",
    "/approvals": "/approvals",
    "/approvals/{which:number}/reject": "/approvals/{waits}/reject",
    "/approvals/{which:number}/text": "/approvals/{waits}/text",
    "/articles": "/articles?q=порт",
    "/articles/{story}": "/articles/{story}",
    "/articles/posts/new": "/articles/posts/new",
    "/articles/posts/{which:number}": "/articles/posts/{out}",
    "/articles/posts/{which:number}/text": "/articles/posts/{out}/text",
    "/templates": "/templates",
    "/templates/new": "/templates/new?network=fake&language=kk",
    "/templates/{name}": "/templates/fake",
    "/templates/{name}/history": "/templates/fake/history",
    "/channels": "/channels",
    "/channels/{channel}": "/channels/one",
    "/channels/{channel}/rules": "/channels/one/rules",
    "/channels/{channel}/tests/{which:number}": "{test}",
    "/audit": "/audit?person=aigul",
    "/audit/export": "/audit/export",
    "/audit/rows/{which:number}": "/audit/rows/3",
    "/audit/rows/{which:number}/proof": "/audit/rows/3/proof",
    "/me": "/me",
    "/people": "/people",
    "/picture": "/picture?story={story}",
    "/film": "/film?sha256=0",
    "/static/{name}": "/static/icon.svg",
    "/sign-in": "/sign-in",
    "/welcome/{token}": "/welcome/{token}",
}
"""Where each way in ROUTES that only shows is opened; the stream of `/events` has tests of its own."""
ELSEWHERE = {"/events"}
NO_PAGE = {
    "/audit/rows/{which:number}/proof": 409,
    "/film": 404,
    "/picture": 404,
    "/sign-in": 303,
    "/templates/new": 303,
}
"""What this newsroom has not, as no key signs and no picture came; and what leads on."""


def rows(newsroom):
    """Everything the database holds, by table."""
    names = sa.inspect(newsroom.engine).get_table_names()
    return newsroom.ask(
        lambda db: {name: [*map(tuple, db.execute(sa.text(f"SELECT * FROM {name}")))] for name in names}
    )


def opened(newsroom):
    """Whoever runs the desk, signed in and just now seen."""
    browser = Browser(newsroom)
    taken_on(browser, "alma", "admin")
    return browser


@pytest.mark.parametrize("number", ["9" * 18, "9" * 5000, "²"])
def test_at_a_number_that_nothing_has_there_is_no_page(tmp_path, number):
    browser = opened(Desk(tmp_path))
    for way in ROUTES:
        if "{which:number}" in way.path:
            place = re.sub(r"\{\w+\}", "one", way.path.replace("{which:number}", number))
            answer = browser.get(place) if way.method == "GET" else browser.post(place)
            assert (answer.status_code, "The address may be old." in answer.text) == (404, True), place


def test_every_way_that_shows_something_is_opened_here():
    assert {way.path for way in ROUTES if way.method == "GET"} == PLACES.keys() | ELSEWHERE


def known(newsroom, browser):
    """What addresses of a full newsroom hold."""
    stand = {newsroom.stands(n): n for n in range(1, newsroom.count() + 1)}
    invited = newsroom.act(staff.invite(newsroom.room(), "timur", "viewer"))
    newsroom.act(newsroom_verbs.resume(newsroom.room(), "two"))
    answer = browser.post("/channels/two/test", {"sure": "yes"})
    return {
        "waits": stand["held", "approval"],
        "out": next(n for (state, _), n in stand.items() if state == "done"),
        "story": newsroom.delivery().story,
        "test": answer.headers["location"],
        "token": invited.token,
    }


def test_no_page_changes_anything_by_being_opened(tmp_path):
    newsroom = built(tmp_path)
    browser = opened(newsroom)
    here, changed, answers = known(newsroom, browser), {}, {}
    newsroom.go(hours(1))  # so that whatever falls due by being looked at would show
    browser.get("/me")  # when a browser was last seen is kept, every few minutes
    before = rows(newsroom)
    for path, place in PLACES.items():
        answers[path] = browser.get(place.format(**here)).status_code
        after = rows(newsroom)
        changed |= {(path, name): after[name] for name in after if after[name] != before[name]}
    assert changed == {}
    assert {path: code for path, code in answers.items() if code != 200} == NO_PAGE

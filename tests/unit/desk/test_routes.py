"""The one table of ways: every one has a right, and no role gets further than its own."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot import desk
from bot.actions import staff
from bot.actions.staff import Role
from bot.desk.here import Right, Way
from bot.desk.routes import RIGHTS, ROUTES, may
from tests.unit.desk.browser import Browser
from tests.unit.desk.test_entry import PASSWORD
from tests.unit.engine import Desk

PLACES = {f"{each.method} {each.path}": each for each in ROUTES}
CLOSED = [each for each in ROUTES if each.right > Right.OPEN]


def at(way: Way) -> str:
    return re.sub(r"{[^}]*}", "1", way.path)


def test_every_way_that_any_file_lists_stands_in_the_table_once():
    listed = [
        way
        for path in sorted(Path(desk.__path__[0]).glob("*.py"))
        for way in getattr(__import__(f"bot.desk.{path.stem}", fromlist=["WAYS"]), "WAYS", ())
    ]
    assert sorted(map(repr, listed)) == sorted(map(repr, ROUTES))
    assert len(PLACES) == len(ROUTES)


def test_what_is_served_is_the_table_and_nothing_else(tmp_path):
    served = Browser(Desk(tmp_path)).app._app.routes
    assert all(type(each) is Route for each in served)
    assert sorted(each.path for each in served) == sorted(each.path for each in ROUTES)


def test_little_is_open_to_whoever_has_not_signed_in():
    known = {"/sign-in", "/welcome/{token}", "/static/{name}", "/theme"}
    assert {each.path for each in ROUTES if each.right is Right.OPEN} <= known


ABOVE_EDIT = {
    Right.APPROVE: [
        "GET /approvals/{which:number}/reject",
        "POST /approvals/{which:number}/approve",
        "POST /approvals/{which:number}/reject",
        "POST /approvals/{which:number}/undo",
        "POST /articles/{story}/not-solemn",
        "POST /channels/{channel}/test",
        "POST /channels/{channel}/tests/{which:number}/call-off",
        "POST /channels/{channel}/tests/{which:number}/look",
        "POST /channels/{channel}/verify",
        "POST /queue/{which:number}/undo",
    ],
    Right.RUN: ["GET /people", "POST /people/{name}/sign-out"],
}
"""What may put a post out, or asks a network by the newsroom's account, is an approver's; people are an admin's."""
WRITING = [
    "GET /approvals/{which:number}/text",
    "GET /articles/posts/new",
    "GET /articles/posts/{which:number}/text",
    "GET /templates/new",
]
"""Pages that hold nothing but a form an editor sends."""
OWN = [
    "POST /audit/verify",
    "POST /me/browsers/others/end",
    "POST /me/browsers/{which:number}/end",
    "POST /me/likes",
    "POST /me/password",
    "POST /sign-out",
]
"""What changes nothing, or nobody's but whoever does it."""


def test_every_way_has_the_right_that_its_kind_of_act_asks_for():
    above = {name: right for right, names in ABOVE_EDIT.items() for name in names}
    usual = {"GET": Right.LOOK, "POST": Right.EDIT}
    wanted = {
        name: Right.LOOK if name in OWN else Right.EDIT if name in WRITING else above.get(name, usual[way.method])
        for name, way in PLACES.items()
        if way.right is not Right.OPEN
    }
    assert {*above, *WRITING, *OWN} <= set(wanted)
    assert [name for name, right in wanted.items() if PLACES[name].right is not right] == []


@pytest.mark.parametrize("way", CLOSED, ids=lambda way: f"{way.method} {way.path}")
def test_whoever_is_not_signed_in_gets_nowhere(tmp_path, way):
    answer = Browser(Desk(tmp_path)).ask(way.method, at(way))
    if way.method == "GET":
        assert (answer.status_code, answer.headers["location"].startswith("/sign-in?next=/")) == (303, True)
    else:
        assert answer.status_code == 401


FORMS = sorted(
    {each.path for each in ROUTES if each.method == "POST"} - {each.path for each in ROUTES if each.method == "GET"}
)


@pytest.mark.parametrize("path", FORMS)
def test_the_address_of_a_form_leads_to_a_page_where_it_is_opened(tmp_path, path):
    answer = Browser(Desk(tmp_path)).get(re.sub(r"{[^}]*}", "1", path) + "?source=main")
    page = answer.headers["location"]
    assert answer.status_code == 303
    assert page == "/" or page.endswith("?source=main")
    assert path.startswith(page.partition("?")[0].partition("1")[0])


@pytest.mark.parametrize(
    ("form", "page"),
    [
        ("/queue/held/flood/release?source=main", "/queue/held/flood?source=main"),
        ("/approvals/1/approve", "/approvals"),
        ("/approvals/1/text/measure", "/approvals/1/text"),
        ("/articles/a%3Fb/mark", "/articles/a%3Fb"),
        ("/theme", "/"),
    ],
)
def test_that_page_is_the_nearest_one_above(tmp_path, form, page):
    assert Browser(Desk(tmp_path)).get(form).headers["location"] == page


async def reached(request, here):
    return PlainTextResponse("reached")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("right", Right)
def test_a_role_gets_as_far_as_its_right(tmp_path, role, right):
    newsroom = Desk(tmp_path)
    browser = Browser(newsroom, ways=(*ROUTES, Way("GET", "/probe", reached, right)))
    token = newsroom.act(staff.invite(newsroom.room(), "aigul", role)).token
    browser.post(f"/welcome/{token}", {"password": PASSWORD, "again": PASSWORD})
    answer = browser.get("/probe")
    if right <= RIGHTS[role]:
        assert answer.text == "reached"
    else:
        assert answer.status_code == 403
        assert f"Your role ({role}) does not allow this; nothing was changed." in answer.text


def test_a_role_that_changed_counts_from_the_next_click_on(tmp_path):
    newsroom = Desk(tmp_path)
    browser = Browser(newsroom)
    token = newsroom.act(staff.invite(newsroom.room(), "aigul", "viewer")).token
    browser.post(f"/welcome/{token}", {"password": PASSWORD, "again": PASSWORD})
    newsroom.act(staff.set_role(newsroom.room(), "aigul", "approver"))
    assert "approver (approves)" in browser.get("/me").text
    newsroom.act(staff.end(newsroom.room(), "aigul"))
    assert browser.get("/me").status_code == 303


def test_a_guest_may_nothing_but_what_is_open(tmp_path):
    here = SimpleNamespace(person=staff.GUEST)
    assert [right for right in Right if may(here, right)] == [Right.OPEN]

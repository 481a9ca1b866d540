"""Who works here, as whoever runs it sees it."""

import pytest

from tests.unit.desk.browser import Browser
from tests.unit.desk.test_entry import PASSWORD, taken_on
from tests.unit.engine import Desk


@pytest.fixture
def newsroom(tmp_path):
    return Desk(tmp_path)


def browser(newsroom, name, role):
    here = Browser(newsroom)
    taken_on(here, name, role)
    return here


@pytest.mark.parametrize("role", ["viewer", "editor", "approver"])
def test_only_who_runs_it_sees_where_others_are_signed_in(newsroom, role):
    here = browser(newsroom, "dana", role)
    assert here.get("/people").status_code == 403
    assert here.post("/people/dana/sign-out").status_code == 403
    assert 'href="/people"' not in here.get("/me").text
    assert here.get("/me").status_code == 200


def test_a_person_is_signed_out_everywhere_in_the_name_of_who_did_it(newsroom):
    admin, dana = browser(newsroom, "erlan", "admin"), browser(newsroom, "dana", "editor")
    assert 'href="/people"' in admin.get("/me").text
    assert "Sign dana out everywhere" in admin.get("/people").text
    assert admin.post("/people/dana/sign-out").headers["location"] == "/people"
    assert dana.get("/me").status_code == 303
    assert "Signed in nowhere." in admin.get("/people").text
    again = admin.post("/people/dana/sign-out")
    assert (again.status_code, "dana is signed in nowhere any more" in again.text.lower()) == (409, True)
    ended = [row for row in newsroom.log() if row["action"] == "person.signed_out"]
    assert [(row["person"], row["actor"]) for row in ended] == [("dana", "desk:erlan")]


def test_a_browsers_name_is_never_markup(newsroom):
    admin, other = browser(newsroom, "erlan", "admin"), Browser(newsroom)
    how = {"headers": {"user-agent": "<b>mine</b>"}}
    other.post("/sign-in", {"name": "erlan", "password": PASSWORD}, **how)
    shown = admin.get("/people").text
    assert "<b>mine" not in shown
    assert "&lt;b&gt;mine" in shown

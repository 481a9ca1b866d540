"""A person's own page."""

import pytest

from bot.actions import staff
from bot.desk.agents import known_as
from tests.unit.desk.browser import Browser
from tests.unit.desk.test_entry import PASSWORD, taken_on
from tests.unit.engine import Desk

NEW = "another four words here"


@pytest.fixture
def browser(tmp_path):
    here = Browser(Desk(tmp_path))
    taken_on(here)
    return here


def another(browser):
    """One more browser of the same person."""
    other = Browser(browser.newsroom, door=browser.desk.door)
    assert other.post("/sign-in", {"name": "aigul", "password": PASSWORD}).status_code == 303
    return other


def test_language_and_single_keys_are_as_the_person_likes_them(browser):
    assert browser.post("/me/likes", {"language": "kk"}).headers["location"] == "/me"
    page = browser.get("/me").text
    assert '<html lang="kk"' in page
    assert "data-shortcuts" not in page
    browser.post("/me/likes", {"language": "ru", "shortcuts": "yes"})
    assert "data-shortcuts" in browser.get("/me").text
    assert browser.post("/me/likes", {"language": "de"}).status_code == 409
    said = [row["said"] for row in browser.newsroom.log() if row["action"] == "person.changed"]
    assert said[1:] == ["language kk, single-key shortcuts off", "language ru, single-key shortcuts on"]


def test_a_new_password_takes_the_old_one_and_signs_every_other_browser_out(browser):
    other = another(browser)
    answer = browser.post("/me/password", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert (answer.status_code, "Every other browser was signed out." in answer.text) == (200, True)
    assert browser.get("/me").status_code == 200
    assert other.get("/me").status_code == 303
    assert other.post("/sign-in", {"name": "aigul", "password": PASSWORD}).status_code == 422
    assert other.post("/sign-in", {"name": "aigul", "password": NEW}).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("wrong", NEW, NEW, "The password now is another one."),
        (PASSWORD, NEW, PASSWORD, "The two passwords differ"),
        (PASSWORD, "short", "short", "needs 10"),
        ("", "", "", "The password now is another one."),
    ],
)
def test_a_password_that_cannot_be_changed_stays(browser, old, new, again, said):
    answer = browser.post("/me/password", {"old": old, "new": new, "again": again})
    assert (answer.status_code, said in answer.text) == (422, True)
    assert another(browser).get("/me").status_code == 200


def test_whoever_found_a_browser_open_cannot_guess_the_password_for_long(browser):
    tries = [browser.post("/me/password", {"old": f"{n}", "new": NEW, "again": NEW}).status_code for n in range(11)]
    assert tries == [422] * 10 + [429]


def test_another_browser_can_be_signed_out_and_nobody_elses(browser):
    other, dana = another(browser), Browser(browser.newsroom)
    taken_on(dana, "dana")
    room = browser.newsroom.room()
    theirs = browser.newsroom.act(staff.sign_ins(room, "dana"))[0].id
    refused = browser.post(f"/me/browsers/{theirs}/end")
    assert (refused.status_code, "signed out already" in refused.text) == (409, True)
    mine = browser.newsroom.act(staff.sign_ins(room, "aigul"))
    assert browser.post(f"/me/browsers/{mine[1].id}/end").headers["location"] == "/me"
    assert [each.get("/me").status_code for each in (browser, other, dana)] == [200, 303, 200]
    assert browser.post(f"/me/browsers/{mine[0].id}/end").headers["location"] == "/sign-in"


def test_every_other_browser_can_be_signed_out_at_once(browser):
    others = [another(browser) for _ in range(2)]
    assert "Sign out everywhere else" in browser.get("/me").text
    browser.post("/me/browsers/others/end")
    assert [each.get("/me").status_code for each in (browser, *others)] == [200, 303, 303]
    assert "Sign out everywhere else" not in browser.get("/me").text


@pytest.mark.parametrize(
    ("agent", "known"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537 (KHTML, like Gecko) Chrome/150 Safari/537", "Chrome, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/150 Safari/537 Edg/150", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Android 16; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0", "Firefox, Android"),
        ("a program of ours", "a program of ours"),
    ],
)
def test_a_browser_is_named_as_people_know_it(agent, known):
    assert known_as(agent) == known


def test_what_a_browser_calls_itself_is_never_markup(browser):
    other = Browser(browser.newsroom, door=browser.desk.door)
    how = {"headers": {"user-agent": "<script>alert(1)</script>" * 20}}
    other.post("/sign-in", {"name": "aigul", "password": PASSWORD}, **how)
    page = browser.get("/me").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert max(len(each.agent) for each in browser.newsroom.act(staff.sign_ins(browser.newsroom.room()))) == 200

"""Who comes in: one-time addresses, passwords, and for how long a browser stays signed in."""

import asyncio
from datetime import timedelta

import pytest

from bot.actions import staff
from bot.actions.door import Caller, NotLetIn, TooManyTries
from bot.desk.here import own_path
from tests.unit.desk.browser import Browser
from tests.unit.engine import Desk, hours

PASSWORD = "three cranes by the pier"


@pytest.fixture
def newsroom(tmp_path):
    return Desk(tmp_path)


@pytest.fixture
def browser(newsroom):
    return Browser(newsroom)


def taken_on(browser, name="aigul", role="editor"):
    """Invite a person and have them choose a password; they are signed in then."""
    room = browser.newsroom.room("cli:dana")
    token = browser.newsroom.act(staff.invite(room, name, role)).token
    answer = browser.post(f"/welcome/{token}", {"password": PASSWORD, "again": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    return token


def _invite(room):
    return staff.invite(room, "aigul", "editor")


def _reset(room):
    return staff.reset(room, "aigul")


def test_nothing_is_shown_to_whoever_is_not_signed_in(browser):
    answer = browser.get("/me?a=b")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/me%3Fa%3Db")


def test_an_invited_person_chooses_a_password_once_and_is_in(browser):
    token = taken_on(browser)
    assert "aigul" in browser.get("/me").text
    used = Browser(browser.newsroom).get(f"/welcome/{token}")
    assert used.status_code == 409
    assert "used already or is older than a day" in used.text


@pytest.mark.parametrize(
    ("language", "used", "short"),
    [
        ("ru", "Эта ссылка уже использована или старше суток", "Такой пароль не подходит: знаков 5, а нужно 10"),
        ("kk", "Бұл сілтеме қолданылған не бір тәуліктен ескі", "Бұл құпиясөз жарамайды: 5 таңба, ал кемінде 10 керек"),
    ],
)
def test_what_is_refused_is_said_in_the_readers_language(browser, language, used, short):
    how, token = (
        {"headers": {"accept-language": language}},
        browser.newsroom.act(_invite(browser.newsroom.room())).token,
    )
    assert short in browser.post(f"/welcome/{token}", {"password": "short", "again": "short"}, **how).text
    browser.post(f"/welcome/{token}", {"password": PASSWORD, "again": PASSWORD}, **how)
    assert used in Browser(browser.newsroom).get(f"/welcome/{token}", **how).text


def test_whoever_is_new_reads_what_their_browser_reads(browser):
    room = browser.newsroom.room()
    for token in (browser.newsroom.act(each(room)).token for each in (_invite, _reset)):
        how = {"headers": {"accept-language": "kk" if browser.cookies else "ru-RU,ru;q=0.9"}}
        browser.post(f"/welcome/{token}", {"password": PASSWORD, "again": PASSWORD}, **how)
        assert '<html lang="ru"' in browser.get("/me").text, "a person's own choice outlives another password"


def test_to_look_at_a_one_time_address_does_not_use_it_up(browser):
    token = browser.newsroom.act(staff.invite(browser.newsroom.room(), "aigul", "viewer")).token
    for _ in range(2):
        assert "You sign in as aigul." in browser.get(f"/welcome/{token}").text


def test_a_one_time_address_opens_for_a_day(browser):
    token = browser.newsroom.act(staff.invite(browser.newsroom.room(), "aigul", "viewer")).token
    browser.newsroom.go(hours(25))
    assert browser.get(f"/welcome/{token}").status_code == 409
    refused = browser.post(f"/welcome/{token}", {"password": PASSWORD, "again": PASSWORD})
    assert refused.status_code == 409


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("short", "short", "it has 5 signs and needs 10"),
        (PASSWORD, f"{PASSWORD}s", "The two passwords differ"),
        ("aaaaaaaaaaaaa", "aaaaaaaaaaaaa", "the same again and again"),
        ("aigulaigul", "aigulaigul", "the same again and again"),
        ("x1y2z3" * 50, "x1y2z3" * 50, "more than 256 signs"),
    ],
)
def test_a_weak_password_is_refused_and_the_address_still_opens(browser, password, again, said):
    token = browser.newsroom.act(staff.invite(browser.newsroom.room(), "aigul", "viewer")).token
    refused = browser.post(f"/welcome/{token}", {"password": password, "again": again})
    assert refused.status_code == 422
    assert said in refused.text
    assert password not in refused.text
    assert browser.post(f"/welcome/{token}", {"password": PASSWORD, "again": PASSWORD}).status_code == 303


def test_the_first_to_come_becomes_admin_by_a_name_of_their_own(browser):
    room = browser.newsroom.room("jarshy")
    first = browser.newsroom.act(staff.invite_first(room))
    again = browser.newsroom.act(staff.invite_first(room))
    assert browser.get(f"/welcome/{first}").status_code == 409, "of two such addresses the newer one opens"
    how = {"name": " Dana ", "password": PASSWORD, "again": PASSWORD}
    assert browser.post(f"/welcome/{again}", how | {"name": "d a"}).status_code == 422
    assert browser.post(f"/welcome/{again}", how).status_code == 303
    assert [(each.name, each.role) for each in browser.newsroom.act(staff.everybody(room))] == [("dana", "admin")]
    assert browser.newsroom.act(staff.invite_first(room)) is None


def test_the_address_for_the_first_opens_nothing_once_somebody_is_there(browser):
    first = browser.newsroom.act(staff.invite_first(browser.newsroom.room("jarshy")))
    browser.newsroom.act(staff.invite(browser.newsroom.room(), "aigul", "admin"))
    refused = browser.post(f"/welcome/{first}", {"name": "eve", "password": PASSWORD, "again": PASSWORD})
    assert "Somebody else was first" in refused.text
    assert [each.name for each in browser.newsroom.act(staff.everybody(browser.newsroom.room()))] == ["aigul"]


def test_the_right_password_leads_back_to_the_page_that_was_asked_for(browser):
    taken_on(browser)
    other = Browser(browser.newsroom)
    answer = other.post("/sign-in", {"name": "AIGUL", "password": PASSWORD, "next": "/me?a=b"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/me?a=b")
    assert other.get("/me").status_code == 200
    assert other.get("/sign-in?next=/me").headers["location"] == "/me"


@pytest.mark.parametrize("name", ["aigul", "nobody", "", "никто!", "left"])
def test_a_wrong_try_is_told_the_same_whether_the_name_exists_or_not(browser, name):
    taken_on(browser)
    taken_on(Browser(browser.newsroom), "left")
    browser.newsroom.act(staff.end(browser.newsroom.room(), "left"))
    other = Browser(browser.newsroom)
    refused = other.post("/sign-in", {"name": name, "password": "not the password"})
    assert refused.status_code == 422
    assert "Name or password is wrong." in refused.text
    assert "not the password" not in refused.text
    assert not other.cookies


@pytest.mark.parametrize("name", ["aigul", "nobody"])
def test_whoever_guesses_waits_longer_each_time_and_learns_nothing_from_it(browser, name):
    taken_on(browser)
    said = [browser.post("/sign-in", {"name": name, "password": f"guess {n}"}) for n in range(12)]
    assert [each.status_code for each in said] == [422] * 10 + [429] * 2
    assert (said[-1].headers["retry-after"], "Too many tries; again in 2 seconds." in said[-1].text) == ("2", True)
    browser.newsroom.go(timedelta(seconds=2))
    assert browser.post("/sign-in", {"name": name, "password": "guess"}).status_code == 422
    assert browser.post("/sign-in", {"name": name, "password": "guess"}).headers["retry-after"] == "4"


def test_a_name_waits_a_minute_at_most_so_that_nobody_is_kept_out_by_others(browser):
    taken_on(browser)
    for n in range(40):
        browser.post("/sign-in", {"name": "aigul", "password": f"guess {n}"}, client=f"192.0.2.{n}")
        browser.newsroom.go(timedelta(seconds=61))
    assert browser.post("/sign-in", {"name": "aigul", "password": PASSWORD}).status_code == 303
    again = Browser(browser.newsroom, door=browser.desk.door)
    assert again.post("/sign-in", {"name": "aigul", "password": "wrong"}).status_code == 422, "all is forgiven"


def test_an_address_that_tries_one_name_after_the_other_waits_too(browser):
    codes = [browser.post("/sign-in", {"name": f"name{n}", "password": "a"}).status_code for n in range(32)]
    assert codes == [422] * 30 + [429] * 2
    assert browser.post("/sign-in", {"name": "x", "password": "a"}, client="192.0.2.9").status_code == 422


def test_the_whole_of_an_ipv6_network_is_one_address(browser):
    codes = [
        browser.post("/sign-in", {"name": f"name{n}", "password": "a"}, client=f"2001:db8::{n:x}").status_code
        for n in range(31)
    ]
    assert codes == [422] * 30 + [429]


def test_passwords_are_checked_one_at_a_time_and_not_all_wait(browser):
    taken_on(browser)
    room, door = browser.newsroom.room(), browser.desk.door

    async def flood():
        tries = [door.sign_in(room, f"name{n}", "a", Caller(f"192.0.2.{n}", "")) for n in range(60)]
        return await asyncio.gather(*tries, return_exceptions=True)

    came = [type(each) for each in asyncio.run(flood())]
    assert came == [NotLetIn] * 20 + [TooManyTries] * 40


def test_a_sign_in_ends_when_it_is_not_used(browser):
    taken_on(browser)
    for _ in range(3):
        browser.newsroom.go(hours(11))
        assert browser.get("/me").status_code == 200
    browser.newsroom.go(hours(12))
    assert browser.get("/me").status_code == 303


def test_a_sign_in_ends_after_a_week_however_much_it_is_used(browser):
    taken_on(browser)
    for _ in range(16):
        browser.newsroom.go(hours(10))
        assert browser.get("/me").status_code == 200
    browser.newsroom.go(hours(8))
    assert browser.get("/me").status_code == 303


def test_whoever_signs_out_is_out_also_with_the_old_cookie(browser):
    taken_on(browser)
    kept = dict(browser.cookies)
    assert browser.post("/sign-out").headers["location"] == "/sign-in"
    assert browser.get("/me", headers={"cookie": "; ".join(f"{k}={v}" for k, v in kept.items())}).status_code == 303


def test_signing_in_anew_gives_another_token_and_ends_the_old_one(browser):
    taken_on(browser)
    before = dict(browser.cookies)
    browser.post("/sign-in", {"name": "aigul", "password": PASSWORD})
    assert dict(browser.cookies).keys() == before.keys()
    assert dict(browser.cookies) != before
    assert len(browser.newsroom.act(staff.sign_ins(browser.newsroom.room()))) == 1


@pytest.mark.parametrize(
    ("address", "name", "is_secure"),
    [("http://127.0.0.1:8090", "jarshy-8090", False), ("https://desk.courier.example", "__Host-jarshy", True)],
)
def test_the_cookie_is_for_this_host_and_no_script(newsroom, address, name, is_secure):
    browser = Browser(newsroom, address=address)
    token = newsroom.act(staff.invite(newsroom.room(), "aigul", "editor")).token
    said = browser.post(f"/welcome/{token}", {"password": PASSWORD, "again": PASSWORD}).headers["set-cookie"].lower()
    assert said.startswith(f"{name.lower()}=")
    assert all(each in said for each in ("httponly", "path=/", "samesite=lax", "max-age=604800"))
    assert ("secure" in said, "domain" in said) == (is_secure, False)


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ("/audit?story=1", "/audit?story=1"),
        ("", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/\t/evil.example", "/"),
        ("/%0d%0aset-cookie:a=b", "/%0d%0aset-cookie:a=b"),
        ("/a\r\nb: c", "/"),
        ("javascript:alert(1)", "/"),
        ("///evil.example", "/"),
    ],
)
def test_a_link_leads_nobody_to_another_site(said, path):
    assert own_path(said) == path


def test_what_was_typed_when_a_sign_in_ended_stands_on_the_answer(browser):
    taken_on(browser)
    browser.newsroom.go(hours(13))
    text = "Now 900 million.\n\nThe <ministry> says so."
    answer = browser.post("/me/likes", {"language": "ru", "text": text})
    assert answer.status_code == 401
    assert "Now 900 million.\n\nThe &lt;ministry&gt; says so.</textarea>" in answer.text
    assert '<input type="hidden" name="language" value="ru">' in answer.text
    assert 'action="/me/likes"' in answer.text


def test_passwords_that_were_typed_when_a_sign_in_ended_are_not_given_back(browser):
    answer = browser.post("/me/password", {"old": "what a secret", "new": "another secret", "again": "another secret"})
    assert (answer.status_code, "Passwords are not kept" in answer.text) == (401, True)
    assert "secret" not in answer.text


def test_a_part_of_a_page_says_that_the_sign_in_ended_and_takes_no_words_away(browser):
    answer = browser.post("/me/likes", {"language": "ru"}, headers={"hx-request": "true"})
    assert (answer.status_code, answer.headers["hx-retarget"]) == (401, "#told")
    assert "Sign in again in another tab, then press the button again here." in answer.text
    assert browser.get("/me", headers={"hx-request": "true"}).status_code == 401


def test_every_sign_in_and_change_stands_in_the_log_under_its_person(browser):
    taken_on(browser)
    browser.post("/sign-out")
    browser.newsroom.act(staff.set_role(browser.newsroom.room("cli:dana"), "aigul", "approver"))
    rows = [(row["actor"], row["action"]) for row in browser.newsroom.log() if row["action"].startswith("person.")]
    assert rows == [
        ("cli:dana", "person.invited"),
        ("desk:aigul", "person.changed"),
        ("desk:aigul", "person.signed_in"),
        ("desk:aigul", "person.signed_out"),
        ("cli:dana", "person.changed"),
    ]


def test_neither_token_nor_password_lies_in_the_database(browser, tmp_path):
    token = taken_on(browser)
    browser.newsroom.engine.dispose()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"aigul" in kept
    for secret in (token, PASSWORD, *dict(browser.cookies).values()):
        assert secret.encode() not in kept

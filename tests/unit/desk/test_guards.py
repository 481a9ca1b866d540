"""What stands before every page of the desk."""

import pytest
from starlette.responses import PlainTextResponse, Response

from bot.actions.room import MaybeStored, StoreUnavailable
from bot.desk.guards import MOST_BYTES, style_nonce
from bot.desk.here import Right, Way, form
from bot.desk.routes import ROUTES
from tests.unit.desk.browser import Browser
from tests.unit.engine import Desk

CHANGING = [each for each in ROUTES if each.method != "GET"]
DONE = []


async def change(request, here):
    DONE.append(await form(request))
    return PlainTextResponse("done")


async def code(request, here):
    style_nonce(request, "abc")
    return PlainTextResponse("code")


async def file(request, here):
    return Response(b"x", media_type=request.query_params["type"])


async def maybe(request, here):
    raise MaybeStored("gone")


async def refuses(request, here):
    raise StoreUnavailable("database or disk is full")


async def breaks(request, here):
    raise KeyError("a secret thing")


WAYS = (
    Way("POST", "/change", change, Right.OPEN),
    Way("GET", "/code", code, Right.OPEN),
    Way("GET", "/file", file, Right.OPEN),
    Way("GET", "/breaks", breaks, Right.OPEN),
    Way("GET", "/maybe", maybe, Right.OPEN),
    Way("GET", "/refuses", refuses, Right.OPEN),
)


@pytest.fixture
def browser(tmp_path):
    DONE.clear()
    return Browser(Desk(tmp_path), ways=(*ROUTES, *WAYS))


@pytest.mark.parametrize("way", [*CHANGING, WAYS[0]], ids=lambda way: way.path)
@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "anything"])
def test_what_another_site_has_a_browser_send_is_not_done(browser, way, site):
    answer = browser.ask(way.method, way.path, like=site, data={"a": "b"})
    assert (answer.status_code, DONE) == (403, [])
    assert "came from another site" in answer.text


@pytest.mark.parametrize("way", [*CHANGING, WAYS[0]], ids=lambda way: way.path)
@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:8091", "null", ""])
def test_a_browser_that_says_less_must_name_our_own_origin(browser, way, origin):
    headers = {"origin": origin} if origin else {}
    answer = browser.ask(way.method, way.path, like=None, headers=headers, data={"a": "b"})
    assert (answer.status_code, DONE) == (403, [])


def test_our_own_pages_may_change_things(browser):
    assert browser.post("/change", {"a": "b"}).text == "done"
    assert browser.post("/change", {"a": "c"}, like=None, headers={"origin": "http://127.0.0.1:8090"}).text == "done"
    assert DONE == [{"a": "b"}, {"a": "c"}]


def test_behind_tls_the_desks_own_address_is_the_origin(tmp_path):
    browser = Browser(Desk(tmp_path), address="https://desk.courier.example", ways=WAYS)
    asked = {"like": None, "headers": {"origin": "https://desk.courier.example", "host": "127.0.0.1:8090"}}
    assert browser.post("/change", **asked).text == "done"
    foreign = {"like": None, "headers": {"origin": "https://desk.courier.example.evil.example"}}
    assert browser.post("/change", **foreign).status_code == 403


@pytest.mark.parametrize(
    ("name", "listens", "code"),
    [
        ("127.0.0.1:8090", "127.0.0.1", 404),
        ("localhost:8090", "127.0.0.1", 404),
        ("[::1]:8090", "::1", 404),
        ("rebound.evil.example:8090", "127.0.0.1", 421),
        ("192.168.1.5:8090", "127.0.0.1", 421),
        ("192.168.1.5:8090", "0.0.0.0", 404),
        ("rebound.evil.example", "0.0.0.0", 421),
        ("localhost:9000", "0.0.0.0", 404),
        ("[::1", "127.0.0.1", 421),
        ("", "127.0.0.1", 421),
    ],
)
def test_a_foreign_name_that_was_pointed_at_us_opens_nothing(tmp_path, name, listens, code):
    browser = Browser(Desk(tmp_path), host=listens)
    assert browser.get("/none", headers={"host": name}).status_code == code


@pytest.mark.parametrize(
    ("asks", "says"), [("ru-RU,ru;q=0.9", "пришло с другого сайта"), ("kk", "басқа сайттан"), ("", "another site")]
)
def test_a_refusal_is_said_in_a_language_the_browser_asks_for(browser, asks, says):
    answer = browser.ask("POST", "/sign-in", like="cross-site", data={}, headers={"accept-language": asks})
    assert (answer.status_code, says in answer.text) == (403, True)
    elsewhere = browser.get("/none", headers={"host": "evil.example", "accept-language": asks})
    assert (elsewhere.status_code, "another address" in elsewhere.text) == (421, asks == "")


@pytest.mark.parametrize("path", ["/", "/sign-in", "/none", "/code", "/breaks"])
def test_every_answer_says_what_may_run_on_it(browser, path):
    headers = browser.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "same-origin")
    assert (headers["cross-origin-opener-policy"], headers["cache-control"]) == ("same-origin", "no-store")


@pytest.mark.parametrize(
    "kind", ["image/svg+xml", "text/html", "text/plain", "application/xml", "application/json", "application/pdf", ""]
)
def test_whatever_a_browser_might_open_as_a_page_says_what_may_run_on_it(browser, kind):
    headers = browser.get("/file", params={"type": kind}).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
    assert (headers["cross-origin-opener-policy"], headers["cache-control"]) == ("same-origin", "no-store")


@pytest.mark.parametrize("kind", ["text/css", "text/javascript", "image/jpeg", "image/png", "image/webp", "image/gif"])
def test_what_never_runs_by_itself_says_only_what_it_is_and_whose(browser, kind):
    headers = dict(browser.get("/file", params={"type": kind}).headers)
    headers.pop("content-length")
    assert headers.pop("content-type").startswith(kind)
    assert headers == {
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
    }


def test_a_nonce_for_styles_stands_on_the_page_that_asked_for_it_alone(browser):
    assert "style-src 'self' 'nonce-abc';" in browser.get("/code").headers["content-security-policy"]
    assert "nonce" not in browser.get("/sign-in").headers["content-security-policy"]


def test_a_refusal_is_dressed_like_a_page(browser):
    refused = browser.post("/change", like="cross-site")
    assert "default-src 'none'" in refused.headers["content-security-policy"]


def test_a_body_that_is_too_large_is_not_read_to_its_end(browser):
    assert browser.post("/change", {"a": "x" * MOST_BYTES}).status_code == 413

    async def endless():
        for _ in range(100):
            yield b"x" * 10_000
        raise AssertionError("read to its end")

    how = {"content": endless(), "headers": {"content-type": "application/x-www-form-urlencoded"}}
    assert browser.ask("POST", "/change", **how).status_code == 413
    assert DONE == []


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("multipart/form-data; boundary=b", b"--b\r\n", 415),
        ("application/json", b"{}", 415),
        ("application/x-www-form-urlencoded", b"a=%ff", 400),
        ("application/x-www-form-urlencoded", b"\xff=1", 400),
        ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 501), 400),
    ],
)
def test_what_no_page_of_ours_sends_is_refused_in_a_sentence(browser, kind, content, code):
    answer = browser.ask("POST", "/change", content=content, headers={"content-type": kind})
    assert (answer.status_code, DONE) == (code, [])
    assert "nothing was changed" in answer.text


def test_a_page_that_breaks_names_a_number_and_nothing_of_what_broke(browser):
    answer = browser.get("/breaks")
    assert answer.status_code == 500
    assert "Number in the log: 0" in answer.text
    assert "secret" not in answer.text


def test_a_database_lost_while_it_stored_is_not_told_as_nothing_done(browser):
    lost, refused = browser.get("/maybe"), browser.get("/refuses")
    assert (lost.status_code, refused.status_code) == (503, 503)
    assert "it may or may not be done (gone)" in lost.text
    assert "Look whether it was done before you do it again." in lost.text
    assert "Nothing was changed" not in lost.text
    assert "Nothing was changed: database or disk is full." in refused.text
    russian = browser.get("/refuses", headers={"accept-language": "ru"})
    assert "база или диск переполнены" in russian.text


def test_nothing_is_changed_by_opening_a_page():
    assert {each.method for each in ROUTES} <= {"GET", "POST"}

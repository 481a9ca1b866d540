"""The files of the desk and the colours a reader chose."""

import gzip
import json

import pytest
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES

from bot.desk.assets import Shelf, shelf
from tests.unit.desk.browser import Browser
from tests.unit.engine import Desk


@pytest.fixture
def browser(tmp_path):
    return Browser(Desk(tmp_path))


@pytest.fixture
def built(tmp_path):
    """A bundle as `make desk` leaves it."""
    dist = tmp_path / "dist"
    dist.mkdir()
    (dist / "desk-AB12.js").write_text("1")
    # httpx unpacks no Brotli here, so that anything will do.
    (dist / "desk-AB12.js.br").write_bytes(b"1")
    (dist / "desk-AB12.js.gz").write_bytes(gzip.compress(b"1"))
    (dist / "manifest.json").write_text(json.dumps({"desk.js": "desk-AB12.js"}))
    return dist


def test_without_a_bundle_pages_have_their_style_and_no_script(tmp_path):
    found = Shelf(dist=tmp_path / "none")
    assert found.address("desk.css").startswith("/static/desk.css?v=")
    assert found.address("desk.js") == ""


def test_with_a_bundle_pages_name_its_files(built):
    found = Shelf(dist=built)
    assert found.address("desk.js") == "/static/desk-AB12.js"
    assert found.files["desk-AB12.js"].is_named_by_content


def test_the_plain_style_sheet_can_be_had_under_its_content_for_ever(browser):
    answer = browser.get("/static/icon.svg", params={"v": shelf().address("icon.svg").partition("=")[2]})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("coding", ["br", "gzip", ""])
def test_a_bundled_file_travels_as_small_as_the_browser_takes_it(browser, built, monkeypatch, coding):
    monkeypatch.setattr("bot.desk.dress.shelf", lambda: Shelf(dist=built))
    taken = {"br": "gzip, deflate, br, zstd", "gzip": "gzip, deflate", "": "identity"}[coding]
    headers = browser.get("/static/desk-AB12.js", headers={"accept-encoding": taken}).headers
    assert headers.get("content-encoding", "") == coding
    assert (headers["vary"], headers["x-content-type-options"]) == ("Accept-Encoding", "nosniff")
    assert "content-security-policy" not in headers, "it says nothing of what is no document"


def test_a_file_under_an_old_name_is_asked_for_again_next_time(browser):
    assert browser.get("/static/icon.svg", params={"v": "old"}).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("name", ["base.html", "..%2fpaper.py", "%2e%2e/paper.py", "manifest.json", "desk.css.gz", ""])
def test_nothing_but_the_shelf_is_served(browser, name):
    assert browser.get(f"/static/{name}").status_code == 404


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_colours_are_kept_on_the_device(browser, theme):
    answer = browser.post("/theme", {"theme": theme, "next": "/queue"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue")
    assert f"theme={theme};" in answer.headers["set-cookie"]
    assert f'data-theme="{theme}"' in browser.get("/none").text


def test_colours_nobody_offers_are_not_kept(browser):
    assert "set-cookie" not in browser.post("/theme", {"theme": "x; Domain=evil"}).headers


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", ""])
def test_whoever_chooses_colours_is_not_led_elsewhere(browser, path):
    assert browser.post("/theme", {"theme": "dark", "next": path}).headers["location"] == "/"


def test_pages_travel_packed_and_the_stream_does_not(browser):
    assert browser.get("/sign-in", headers={"accept-encoding": "gzip"}).headers["content-encoding"] == "gzip"
    assert "content-encoding" not in browser.get("/sign-in", headers={"accept-encoding": "identity"}).headers
    assert "text/event-stream" in DEFAULT_EXCLUDED_CONTENT_TYPES

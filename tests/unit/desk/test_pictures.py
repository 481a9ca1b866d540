"""Pictures on our pages: only those we keep and the article's own, re-made by our darkroom, and never as a page."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.contract import Pictures
from bot.actions import pictures as actions
from bot.actions.pictures import NoPicture
from bot.delivery.composing import Composer
from bot.desk.pictures import film_at, kept_at, story_at
from bot.fetch import Refused
from bot.media.develop import develop
from bot.media.photos import Photos
from bot.media.prints import Print
from bot.media.shelf import Shelf
from bot.model import Photo
from tests.unit.desk.browser import Browser
from tests.unit.desk.test_entry import taken_on
from tests.unit.engine import POLICY, Desk, article
from tests.unit.media.pictures import photo, written
from tests.unit.media.test_photos import URL, Site


async def opened(content: bytes, wanted: Sequence[Pictures], focus: object) -> Sequence[Print]:
    """Open a picture here, which is else done in a process apart."""
    return develop(content, wanted, None)


class World:
    """A newsroom with one story, whose picture lies where `site` says."""

    def __init__(self, folder: Path, site: Site | None = None, *, url: str = URL) -> None:
        self.desk = Desk(folder)
        self.desk.poll(article(photo=Photo(url)))
        self.site, self.shelf = site or Site(), Shelf(folder / "media")
        photos = Photos(self.desk.store, self.desk.clock, self.site, develop=opened, shelf=self.shelf, usual=())
        self.desk.composer = Composer(POLICY, {}, photos, draws=self.desk.easel)
        self.story = self.desk.delivery().story
        self.browser = Browser(self.desk)
        taken_on(self.browser, role="viewer")

    def get(self, address: str) -> httpx.Response:
        return self.browser.get(address)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_story_s_own_picture_is_fetched_once_and_served_as_our_own_print(world: World) -> None:
    for _ in range(2):
        answer = world.get(story_at(world.story))
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
        assert answer.content.startswith(b"\xff\xd8\xff")
    assert world.site.asked == {URL: 1}


def test_a_kept_picture_is_served_by_its_hash_for_ever(world: World) -> None:
    content = written(photo())
    answer = world.get(kept_at(world.shelf.put(content)))
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, content, "image/jpeg")
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"


def test_a_story_s_picture_is_believed_for_minutes_and_a_missing_one_not_at_all(world: World) -> None:
    assert world.get(story_at(world.story)).headers["cache-control"] == "private, max-age=600"
    assert world.get(story_at("none")).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("address", ["story", "sha256"])
def test_whatever_is_served_can_do_nothing_in_a_browser(world: World, address: str) -> None:
    for which in (world.story, world.shelf.put(written(photo())), "x"):
        headers = world.get(f"/picture?{address}={which}").headers
        if headers["content-type"].startswith("image/"):
            assert headers["content-security-policy"] == "default-src 'none'; sandbox", "once, and no page's"
        assert "sandbox" in headers["content-security-policy"]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "location" not in headers


@pytest.mark.parametrize(
    "query",
    ["", "url=https://evil.example/x.png", "story=https://evil.example/x.png", "sha256=https://evil.example/x.png"],
)
def test_there_is_no_way_to_ask_for_an_address(world: World, query: str) -> None:
    assert world.get(f"/picture?{query}").status_code == 404
    assert not world.site.asked


@pytest.mark.parametrize(
    "name", ["%00", "../jarshy.db", "..%2Fjarshy.db", "/etc/passwd", "0" * 63, "0" * 64 + "%0A", "A" * 64]
)
def test_a_name_that_is_no_hash_opens_no_file(world: World, name: str) -> None:
    assert world.get(f"/picture?sha256={name}").status_code == 404


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"<html><script>", b"%PDF-1.7", b""])
def test_a_file_that_is_no_picture_is_not_served(world: World, content: bytes) -> None:
    answer = world.get(kept_at(world.shelf.put(content)))
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/plain; charset=utf-8")
    assert content not in answer.content or not content


@pytest.mark.parametrize(
    ("lies", "why"),
    [
        (Refused("10.0.0.1 is a private address"), "private address"),
        (404, "its address answers 404"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "The story has no picture: "),
    ],
)
def test_a_picture_that_cannot_be_had_is_a_sentence(tmp_path: Path, lies: Any, why: str) -> None:
    world = World(tmp_path, Site(**{URL: lies}))
    answer = world.get(story_at(world.story))
    assert answer.status_code == 404
    assert why in answer.text


@pytest.mark.parametrize("url", ["file:///etc/passwd", "data:image/png;base64,AA", "https://courier.example/x.svg"])
def test_an_address_that_is_none_of_a_picture_is_not_asked(tmp_path: Path, url: str) -> None:
    world = World(tmp_path, url=url)
    assert world.get(story_at(world.story)).status_code == 404
    assert not world.site.asked


def test_a_picture_whose_file_is_gone_is_said_to_be_gone(world: World) -> None:
    with pytest.raises(NoPicture, match="not kept any more"):
        asyncio.run(actions.kept(world.desk.room(), "0" * 64))


def test_a_film_shows_its_first_picture_and_is_served_to_be_saved(world: World) -> None:
    film = world.shelf.put(b"\x00\x00\x00\x20ftypisom and so on")
    shown = world.get(kept_at(film))
    assert (film.encode() in shown.content, shown.headers["content-type"]) == (True, "image/jpeg")
    whole = world.get(film_at(film))
    assert (whole.headers["content-type"], whole.content[4:8]) == ("video/mp4", b"ftyp")
    assert whole.headers["content-disposition"] == 'attachment; filename="jarshy.mp4"'
    assert "sandbox" in whole.headers["content-security-policy"]
    for name in (world.shelf.put(written(photo())), "0" * 64, "../jarshy.db"):
        assert world.get(film_at(name)).status_code == 404

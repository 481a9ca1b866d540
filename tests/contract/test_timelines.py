"""The page of all timelines shows what readers see, and nothing a post says can break out of it."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
import uvicorn

from adapters.emulators.bluesky import BlueskyNetwork
from adapters.emulators.kit import Shown, Upload
from adapters.emulators.mastodon import MastodonNetwork
from adapters.emulators.telegram import TelegramNetwork
from adapters.emulators.timelines import Timelines, render, within
from tests.contract.pictures import drawn
from tests.contract.stage import NOON, Stage


@pytest.fixture
def stage() -> Stage:
    stage = Stage(TelegramNetwork)
    MastodonNetwork(stage.world)
    BlueskyNetwork(stage.world)
    return stage


def put(stage: Stage, **fields: Any) -> str:
    plain = {"network": "telegram", "place": "@x", "id": "1", "author": "A B", "handle": "@x", "text": "", "at": NOON}
    shown = Shown(**(plain | fields))
    stage.world.posts[(shown.network, shown.place, shown.id)] = shown
    return render(stage.world)


def test_every_network_has_a_column_even_without_posts(stage: Stage) -> None:
    page = render(stage.world)
    assert re.findall(r"<h2>(\w+)</h2>", page) == ["Telegram", "Mastodon", "Bluesky"]
    assert page.count("Nothing posted yet.") == 3


def test_a_post_shows_words_card_language_time_and_what_became_of_it(stage: Stage) -> None:
    card = ("https://a.example/x", "Railway", "It opens")
    page = put(stage, text="Жол", lang="kk", card=card, edited_at=NOON + timedelta(hours=1), parent="5")
    for words in ("Жол", "a.example", "Railway", "It opens", ">kk<", "12:00", "edited 13:00", "in reply to", ">AB<"):
        assert words in page


def test_the_page_goes_by_the_newsrooms_clock_and_names_the_day_of_older_posts(stage: Stage) -> None:
    put(stage, id="1", text="today")
    put(stage, id="2", text="yesterday", at=NOON - timedelta(days=1))
    page = render(stage.world, "Asia/Almaty")
    assert re.findall(r"<time[^>]*>([^<]+)<", page) == ["17:00", f"{NOON - timedelta(days=1):%-d %b}, 17:00"]
    assert "17:00 (Asia/Almaty)" in page


def test_marks_may_overlap(stage: Stage) -> None:
    page = put(stage, text="One two", marks=((0, 7, "bold", ""), (4, 7, "link", "https://a.example/?a=1&b=2")))
    assert '<b>One </b><a href="https://a.example/?a=1&amp;b=2"><b>two</b></a>' in page


@pytest.mark.parametrize("field", ["text", "author", "handle", "lang"])
def test_words_of_a_post_are_never_markup(stage: Stage, field: str) -> None:
    assert "<script" not in put(stage, **{field: '"><script>alert(1)</script>'})


def test_only_web_addresses_become_links(stage: Stage) -> None:
    page = put(stage, text="x", marks=((0, 1, "link", "javascript:alert(1)"),), card=("javascript:alert(1)", "T", ""))
    assert 'href="javascript' not in page


def test_the_page_needs_nothing_from_elsewhere(stage: Stage) -> None:
    name = stage.world.keep(Upload("x", "image/jpeg", drawn()))
    for page in (put(stage, media=((name, "A train"),)), render(stage.world, address=within(stage.world))):
        assert not re.search(r"<(?:link|script)|@import|url\(", page)
        assert re.findall(r'src="(files/|data:image/jpeg;base64,)', page)
        assert page.count("<img") == page.count('src="files/') + page.count('src="data:')


def test_pictures_are_shown_with_their_descriptions_and_on_cards(stage: Stage) -> None:
    names = [stage.world.keep(Upload("x", "image/jpeg", drawn(n))) for n in (1, 2)]
    page = put(stage, media=((names[0], 'A "train"'), ("elsewhere", "")), card=("https://a.example/x", "T", ""))
    assert f'<img src="files/{names[0]}" alt="A &quot;train&quot;" title="A &quot;train&quot;"' in page
    assert "<figcaption" in page
    assert page.count("<figure>") == 2
    assert page.count("<img") == 1
    page = put(stage, card=("https://a.example/x", "T", ""), thumb=names[1])
    assert f'<img src="files/{names[1]}" alt=""' in page


@pytest.mark.parametrize(
    ("content", "status", "kind"),
    [(drawn(), 200, "image/jpeg"), (drawn(1, "PNG"), 200, "image/png"), (b"<script>alert(1)</script>", 404, None)],
    ids=["JPEG", "PNG", "no picture"],
)
def test_a_file_is_served_as_the_picture_it_is_or_not_at_all(
    stage: Stage, content: bytes, status: int, kind: str | None
) -> None:
    name = stage.world.keep(Upload("x", "text/html", content))

    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(Timelines(stage.world))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
            assert (await client.get("/files/unknown")).status_code == 404
            return await client.get(f"/files/{name}")

    answer = asyncio.run(go())
    assert (answer.status_code, answer.headers.get("content-type")) == (status, kind)
    assert answer.content == (content if status == 200 else b"")


@asynccontextmanager
async def served(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    """Serve all timelines over a real socket."""
    server = uvicorn.Server(uvicorn.Config(Timelines(stage.world), log_config=None, lifespan="off", ws="none"))
    door = socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve(sockets=[door]))
    port = door.getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        yield client
    server.should_exit = True
    await serving


def test_over_a_socket_networks_answer_under_their_names_and_a_lost_answer_is_a_cut(stage: Stage) -> None:
    send = f"/telegram/bot{stage.credentials['token']}/sendMessage"

    async def go() -> tuple[int, str]:
        async with served(stage) as client:
            words = {"chat_id": stage.place, "text": "Railway opens"}
            answer = await client.post(send, json=words)
            stage.only("sendMessage", "accept_then_drop")
            with pytest.raises(httpx.RemoteProtocolError):
                await client.post(send, json=words)
            return answer.status_code, (await client.get("/")).text

    status, page = asyncio.run(go())
    assert status == 200
    assert page.count("Railway opens") == 2


def test_under_a_name_the_home_server_of_a_session_is_there_too(stage: Stage) -> None:
    credentials = BlueskyNetwork.newcomer(0)
    stage.world.networks[2].admit(*credentials)

    async def go() -> str:
        transport = httpx.ASGITransport(Timelines(stage.world))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
            answer = await client.post("/bluesky/xrpc/com.atproto.server.createSession", json=credentials[1])
            return str(answer.json()["didDoc"]["service"][0]["serviceEndpoint"])

    assert asyncio.run(go()) == "http://127.0.0.1:8000/bluesky"

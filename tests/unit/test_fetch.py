"""How the guarded client fetches: caps, deadlines, redirects, headers and the last look, against a loopback server."""

import asyncio
import gzip
import logging
import tracemalloc

import httpx
import pytest

from bot.fetch import Refused, Unreachable
from tests.unit.web import PUBLIC, Answer, Names, Site, fetch, moved, opened, reply

# --- how much and how long --------------------------------------------------------------------------------------------


def packed(body: bytes, **headers: str) -> bytes:
    return reply(200, body, content_encoding="gzip", **headers)


async def drip(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
    while True:
        writer.write(b".")
        await writer.drain()
        await asyncio.sleep(0.01)


async def silence(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


@pytest.mark.parametrize("body", [b"x" * 100, b""])
def test_an_answer_of_exactly_the_cap_is_whole(body: bytes) -> None:
    assert fetch(Site({"/": reply(200, body)}), most=len(body)).body == body
    assert fetch(Site({"/": packed(gzip.compress(body))}), most=len(body)).body == body


@pytest.mark.parametrize("answer", [reply(200, b"x" * 101), packed(gzip.compress(b"x" * 101, mtime=0))])
def test_one_byte_more_than_the_cap_is_refused(answer: bytes) -> None:
    with pytest.raises(Refused, match=r"paper\.example sent more than 100 bytes"):
        fetch(Site({"/": answer}), most=100)


def test_a_packed_bomb_never_unfolds() -> None:
    bomb = packed(gzip.compress(b"\0" * 50_000_000, 9))
    tracemalloc.start()
    try:
        with pytest.raises(Refused):
            fetch(Site({"/": bomb}), most=100_000)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_packed_members_that_follow_each_other_are_one_answer() -> None:
    assert fetch(Site({"/": packed(gzip.compress(b"first ") + gzip.compress(b"second"))})).body == b"first second"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (packed(gzip.compress(b"x" * 999, mtime=0)[:-9]), Unreachable),
        (packed(b"this was never packed"), Unreachable),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this", Unreachable),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello", Unreachable),
        (b"SSH-2.0-OpenSSH_9.2\r\n", Unreachable),
        (b"", Unreachable),
        (reply(200, b"x", content_encoding="br"), Refused),
    ],
)
def test_half_an_answer_is_no_answer(answer: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        fetch(Site({"/": answer}))


def test_a_dripping_answer_ends_at_the_deadline() -> None:
    with pytest.raises(Refused, match=r"paper\.example was too slow"):
        fetch(Site({"/": drip}), deadline=0.2)


def test_silence_ends_at_the_deadline() -> None:
    with pytest.raises(Unreachable, match=r"paper\.example did not answer within 0\.2 seconds"):
        fetch(Site({"/": silence}), deadline=0.2)


def test_a_dead_port_is_unreachable() -> None:
    with pytest.raises(Unreachable, match=r"paper\.example could not be reached"):
        fetch(Site({"/": reply()}), dead=frozenset({PUBLIC}))


# --- redirects and headers --------------------------------------------------------------------------------------------


def test_five_redirects_are_followed_and_six_are_not() -> None:
    site = Site({f"/{n}": moved(302, f"/{n + 1}") for n in range(6)} | {"/6": reply()})
    assert [hop for _, hop in fetch(site, "http://paper.example/1").redirects] == [
        f"http://paper.example/{n}" for n in range(2, 7)
    ]
    with pytest.raises(Refused, match="redirected more than 5 times"):
        fetch(site, "http://paper.example/0")


@pytest.mark.parametrize(
    ("statuses", "permanent_to"),
    [
        ((), None),
        ((302,), None),
        ((301,), "/1"),
        ((308, 301), "/2"),
        ((301, 302), "/1"),
        ((307, 301), None),
        ((301, 303, 301), "/1"),
    ],
)
def test_only_leading_permanent_redirects_are_a_new_home(statuses: tuple[int, ...], permanent_to: str | None) -> None:
    hops = {f"/{n}": moved(status, f"/{n + 1}") for n, status in enumerate(statuses)}
    got = fetch(Site(hops | {f"/{len(statuses)}": reply()}), "http://paper.example/0")
    assert tuple(status for status, _ in got.redirects) == statuses
    assert (got.permanent_to or "").removeprefix("http://paper.example") == (permanent_to or "")
    assert got.url == f"http://paper.example/{len(statuses)}"


@pytest.mark.parametrize("status", [301, 302, 304, 404, 410, 429, 500, 503])
def test_every_status_is_an_answer(status: int) -> None:
    got = fetch(Site({"/": reply(status, b"", Retry_After="30", ETag='W/"a"')}))
    assert (got.status, got.headers["retry-after"], got.headers["etag"]) == (status, "30", 'W/"a"')


def test_a_secret_header_does_not_follow_to_another_host() -> None:
    site = Site({"/": moved(302, "/same"), "/same": moved(302, "http://other.example/far"), "/far": reply()})
    fetch(site, headers={"Authorization": "word", "If-None-Match": '"e"'}, resolve=Names({"other.example": [PUBLIC]}))
    assert ["authorization: word" in request.lower() for request in site.asked] == [True, True, False]
    assert all('if-none-match: "e"' in request.lower() for request in site.asked)


def test_a_validator_goes_back_as_it_came() -> None:
    site = Site({"/": reply(304, b"")})
    fetch(site, headers={"If-None-Match": '"жаңа"'})
    assert '"жаңа"' in site.asked[0].encode("latin-1").decode()


def test_no_cookie_is_kept() -> None:
    site = Site({"/": reply(302, b"", location="/2", set_cookie="a=b; Path=/"), "/2": reply()})
    fetch(site)
    assert all("cookie" not in request.lower() for request in site.asked)


@pytest.mark.parametrize(
    ("newsroom", "contact", "agent"),
    [
        ("The Steppe Courier", "", "Jarshy (The Steppe Courier)"),
        ("Дала", "https://dala.example/bot", "Jarshy (%D0%94%D0%B0%D0%BB%D0%B0; +https://dala.example/bot)"),
        ("A) (B\r\nX: y", "", "Jarshy (A%29 %28B%0D%0AX: y)"),
    ],
)
def test_each_request_says_who_asks(newsroom: str, contact: str, agent: str) -> None:
    site = Site({"/": reply()})
    fetch(site, newsroom=newsroom, contact=contact)
    assert f"\r\nuser-agent: {agent}\r\n" in site.asked[0].replace("User-Agent", "user-agent")


def test_no_address_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        fetch(Site({"/feed?key=hidden": reply()}), "http://paper.example/feed?key=hidden")
    assert "hidden" not in caplog.text


def test_a_rehearsal_puts_its_own_web_in_place() -> None:
    web = httpx.MockTransport(lambda request: httpx.Response(200, content=request.url.path.encode()))
    assert fetch(Site(), "https://demo.example/feed", transport=web).body == b"/feed"


# --- the last look ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "seen"),
    [
        ({"HEAD /a": reply(200, b"")}, "there"),
        ({"HEAD /a": reply(405, b""), "GET /a": reply(200)}, "there"),
        ({"HEAD /a": reply(404, b""), "GET /a": reply(200)}, "there"),
        ({"HEAD /a": moved(301, "/b"), "HEAD /b": reply(200, b"")}, "there"),
        ({"/a": reply(404, b"")}, "gone"),
        ({"/a": reply(410, b"")}, "gone"),
        ({"/a": moved(301, "/b"), "/b": reply(404, b"")}, "gone"),
        ({"/a": moved(302, "/"), "/": reply(200, b"")}, "unclear"),
        ({"HEAD /a": reply(404, b""), "GET /a": reply(503)}, "unclear"),
        ({"HEAD /a": reply(404, b""), "GET /a": b""}, "unclear"),
        *(({"/a": reply(status, b"")}, "unclear") for status in (300, 401, 403, 429, 451, 500, 502, 503)),
        ({"/a": moved(302, "http://10.0.0.1/")}, "unclear"),
        ({"/a": silence}, "unclear"),
        ({"/a": b""}, "unclear"),
    ],
)
def test_only_a_clear_answer_makes_a_page_gone(answers: dict[str, Answer], seen: str) -> None:
    async def run() -> None:
        async with opened(Site(answers)) as (fetcher, _):
            assert await fetcher.look("http://paper.example/a", deadline=0.3) == seen

    asyncio.run(run())


def test_a_front_page_that_is_the_article_is_there() -> None:
    async def run() -> None:
        async with opened(Site({"/": reply(200, b"")})) as (fetcher, _):
            assert await fetcher.look("http://paper.example/") == "there"

    asyncio.run(run())

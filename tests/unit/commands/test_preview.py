"""`jarshy preview` on networks that fetch by address: it shows the very address, and lays nothing there."""

import asyncio
import base64
import json
import re
from pathlib import Path

import pytest

from adapters.contract import Mark, Post
from bot.commands import show
from bot.commands.preview import preview
from tests.unit.articles.given import rss
from tests.unit.commands.test_prices import STORY
from tests.unit.web import Site, reply

SETTINGS = """
newsroom: {{name: The Steppe Courier, zone: Asia/Almaty}}
allow_hosts: ["127.0.0.1:{port}"]
sources: {{main: {{url: "http://127.0.0.1:{port}/feed", max_age: 9000d}}}}
accounts: {{ig: {{network: instagram, credentials: {{token: K}}}}}}
channels: {{ig: {{account: ig}}}}
"""
PLACE = "media: {public: {address: https://media.courier.example/social, folder: www}}\n"


def looked(folder: Path, more: str, *, is_raw: bool = True) -> None:
    async def look() -> None:
        site = Site({"/feed": reply(200, rss(STORY), content_type="application/rss+xml")})
        async with await asyncio.start_server(site.serve, "127.0.0.1", 0) as server:
            path = folder / "jarshy.yaml"
            path.write_text(SETTINGS.format(port=server.sockets[0].getsockname()[1]) + more)
            (folder / "secrets").mkdir()
            for name, value in (("K", "secret"), ("VAULT_KEY", base64.b64encode(bytes(32)).decode())):
                (folder / "secrets" / name).touch(mode=0o600)
                (folder / "secrets" / name).write_text(value)
            assert await preview(path, None, is_raw=is_raw) == 0

    (folder / "www").mkdir()
    asyncio.run(look())


def test_the_address_a_network_would_fetch_from_stands_in_the_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    looked(tmp_path, PLACE)
    shown = capsys.readouterr().out
    body = json.loads(shown[shown.index("{") :])
    named = re.compile(r"https://media\.courier\.example/social/[0-9a-f]{64}-[0-9a-f]{32}\.jpg")
    assert named.findall(json.dumps(body)) == [body["container"]["image_url"]]
    assert list((tmp_path / "www").iterdir()) == []


def test_without_a_place_the_look_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    looked(tmp_path, "")
    said = " ".join(capsys.readouterr().out.split())
    assert (
        "Cannot be posted: no place, Instagram fetches pictures by itself, and `media: public:` names no place" in said
    )


def test_a_link_that_readers_tap_is_shown_with_where_it_leads(capsys: pytest.CaptureFixture[str]) -> None:
    url = "https://courier.example/rain"
    show.post(show.paper(), Post(text="Rain over the port", lang="en", marks=(Mark(0, 4, "link", url),)))
    assert "[link: Rain | https://courier.example/rain]" in capsys.readouterr().out
    show.post(show.paper(), Post(text=url, lang="en", marks=(Mark(0, len(url), "link", url),)))
    assert "[link:" not in capsys.readouterr().out, "what stands in the words needs no second line"

"""Our count for Bluesky against a server of theirs, which tells how many characters it found in a text too long."""

import os
import re
from collections.abc import Iterator
from itertools import islice
from uuid import uuid4

import httpx
import pytest

from adapters.bluesky import Bluesky
from adapters.contract import Post
from adapters.text import graphemes, utf8
from tests.contract.tweets import tweets

pytestmark = pytest.mark.judge

FAMILY = "👨‍👩‍👧‍👦"
SAMPLE = 300


class Server:
    """A personal data server on this machine, with an account of its own for these tests."""

    def __init__(self, client: httpx.Client) -> None:
        name = f"count{uuid4().hex[:10]}.test"
        account = {"handle": name, "email": f"{name}@courier.example", "password": uuid4().hex}
        made = client.post("/xrpc/com.atproto.server.createAccount", json=account).raise_for_status().json()
        self._client, self._did = client, made["did"]
        self._signed = {"authorization": f"Bearer {made['accessJwt']}"}

    def says(self, text: str) -> str:
        """Return the server's complaint about a post with this text, or "" where it took the post."""
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-11-25T10:00:00.000Z"}
        sent = {"repo": self._did, "collection": "app.bsky.feed.post", "record": record}
        answer = self._client.post("/xrpc/com.atproto.repo.createRecord", json=sent, headers=self._signed)
        return "" if answer.status_code == 200 else str(answer.json()["message"])


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    address = os.environ.get("JARSHY_PDS", "")
    if not address:
        pytest.skip(
            "NOT JUDGED: no real Bluesky server; start a PDS on this machine and name it in JARSHY_PDS (http://localhost:PORT)"
        )
    with httpx.Client(base_url=address, trust_env=False, timeout=20) as client:
        yield Server(client)


def test_bluesky_takes_what_fits_by_our_count_and_nothing_more(server: Server) -> None:
    table = [("a" * 300, True), ("Қ" * 300, True), ("Қ" * 301, False), (FAMILY * 120, True), (FAMILY * 121, False)]
    for text, fits in table:
        assert (server.says(text) == "") is fits, text
        assert (Bluesky.measure(Post(text), Bluesky.spec.limits) == ()) is fits, text


def test_our_characters_are_the_servers_characters(server: Server) -> None:
    wrong = {}
    for text in _too_long(SAMPLE):
        told = re.search(r"grapheme too big \(maximum 300, got (\d+)\)", server.says(text))
        if told is None or int(told[1]) != graphemes(text):
            wrong[text] = (told and told[1], graphemes(text))
    assert wrong == {}


def test_our_bytes_are_the_servers_bytes(server: Server) -> None:
    text = "".join(tweets(100))
    assert f"got {utf8(text)})" in server.says(text)


def _too_long(count: int) -> Iterator[str]:
    """Join texts until they are longer than Bluesky takes in characters, but not in bytes."""

    def joined() -> Iterator[str]:
        text = ""
        for more in tweets(count * 100):
            text += more
            if graphemes(text) > 300:
                if utf8(text) <= 3000:
                    yield text
                text = ""

    return islice(joined(), count)

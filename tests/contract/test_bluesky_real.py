"""Our Bluesky adapter against a personal data server of theirs: what it makes of pictures."""

import asyncio
import base64
import hashlib
import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import httpx
import pytest

from adapters.bluesky import Bluesky
from adapters.contract import Adapter, Asked, Json, Post, Session
from adapters.http import Http
from bot.clock import SystemClock
from tests.contract.cases import POST
from tests.contract.pictures import drawn, forms, media, picture
from tests.contract.play import Memory, Play, kind

pytestmark = pytest.mark.judge

FORMS = forms(Bluesky, POST)


@dataclass(frozen=True)
class Server:
    address: str
    session: Session


@pytest.fixture(scope="module")
def server() -> Server:
    address = os.environ.get("JARSHY_PDS", "")
    if not address:
        pytest.skip(
            "NOT JUDGED: no real Bluesky server; start a PDS on this machine and name it in JARSHY_PDS (http://localhost:PORT)"
        )
    name = f"photo{uuid4().hex[:10]}.test"
    account = {"handle": name, "email": f"{name}@courier.example", "password": uuid4().hex}
    with httpx.Client(base_url=address, trust_env=False, timeout=20) as client:
        client.post("/xrpc/com.atproto.server.createAccount", json=account).raise_for_status()
    fresh = Server(address, Session("", {"identifier": name, "password": account["password"]}))
    return replace(fresh, session=do(fresh, lambda a: a.renew(fresh.session)))


def do(server: Server, act: Callable[[Adapter], Awaitable[Any]]) -> Any:
    async def go() -> Any:
        async with httpx.AsyncClient(trust_env=False) as client:
            settings = Bluesky.Settings(server=server.address)
            return await act(Bluesky(settings, server.session, Http(client), SystemClock()))

    return asyncio.run(go())


async def allow(content: Json) -> None:
    return None


def embed(server: Server, uri: str) -> Json:
    repo, collection, rkey = uri.removeprefix("at://").split("/")
    which = {"repo": repo, "collection": collection, "rkey": rkey}
    found = httpx.get(f"{server.address}/xrpc/com.atproto.repo.getRecord", params=which, trust_env=False)
    return dict(found.json()["value"]["embed"])


def kept(server: Server, blob: Json) -> str:
    """Tell the SHA-256 of what the server keeps under a name."""
    which = {"did": server.session.subject, "cid": blob["ref"]["$link"]}
    found = httpx.get(f"{server.address}/xrpc/com.atproto.sync.getBlob", params=which, trust_env=False)
    return hashlib.sha256(found.raise_for_status().content).hexdigest()


@pytest.mark.parametrize("form", ["photo", "album"])
def test_pictures_go_out_whole_and_described_and_a_repeated_call_changes_nothing(server: Server, form: str) -> None:
    post, memo = FORMS[form], Memory()
    first, second = (do(server, lambda a: a.publish(post, key="k", memo=memo, intent=allow)) for _ in range(2))
    assert first == second
    images = embed(server, first.id)["images"]
    assert [each["alt"] for each in images] == [each.alt for each in post.media]
    assert [kept(server, each["image"]) for each in images] == [each.sha256 for each in post.media]
    asked = Asked(SystemClock().now(), SystemClock().now())
    assert do(server, lambda a: a.find(post, key="k", memo=memo, asked=asked)).id == first.id


def test_a_card_has_its_picture(server: Server) -> None:
    receipt = do(server, lambda a: a.publish(FORMS["thumb"], key="k", memo=Memory(), intent=allow))
    assert kept(server, embed(server, receipt.id)["external"]["thumb"]) == picture().sha256


def test_pictures_of_the_size_we_allow_are_taken(server: Server) -> None:
    takes = Bluesky.spec.limits.pictures
    assert takes is not None
    large = media(drawn() + bytes(takes.size - len(drawn())))
    post = Post("Large.", media=(large,))
    assert not Bluesky.measure(post, Bluesky.spec.limits)
    assert do(server, lambda a: a.publish(post, key="k", memo=Memory(), intent=allow)).id


def test_an_upload_the_server_does_not_know_is_told_and_made_again(server: Server) -> None:
    one, memo = media(drawn(7)), Memory()
    post = Post("Cleared away.", media=(one,))
    # A content address: version 1, raw bytes, SHA-256 of 32 bytes.
    link = base64.b32encode(b"\x01\x55\x12\x20" + bytes.fromhex(one.sha256)).decode().lower().rstrip("=")
    blob = {"$type": "blob", "ref": {"$link": f"b{link}"}, "mimeType": one.mime, "size": one.size}
    memo.note(f"blob {one.sha256}", json.dumps(blob))

    def publish() -> Any:
        return do(server, lambda a: a.publish(post, key="k", memo=memo, intent=allow))

    assert kind(Play.error_of(publish)) == "NotSent"
    assert embed(server, publish().id)["images"][0]["image"] == blob, "the server names it just so"

"""Our Mastodon adapter against a real server that speaks the language: snac, on this machine."""

import asyncio
import hashlib
import re
import socket
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.contract import Adapter, Asked, Json, OutcomeUnknown, Post, Session
from adapters.http import Http
from adapters.mastodon import Mastodon
from bot.clock import SystemClock
from tests.contract.cases import LINK, POST
from tests.contract.pictures import picture
from tests.contract.play import Memory, Play, kind

pytestmark = pytest.mark.judge

# Without < and >: snac 2.75 writes them out unescaped, and what stands between them is a tag to every reader.
STORY = replace(POST, text=f"Railway & port: Қазақстан 🇰🇿\n\nThe first train left at 6 a.m.\n\n{LINK}", marks=())
_SCRIPT = Path(__file__).parents[1] / "servers" / "snac.sh"
_PATIENCE = 60.0
_OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


@dataclass(frozen=True)
class Server:
    address: str
    token: str


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Start snac on a free port, and end it by its own process id."""
    folder = tmp_path_factory.mktemp("snac")
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    tools = tmp_path_factory.getbasetemp().parent / "snac-tools"  # unpacked once for all runs
    command = ["bash", str(_SCRIPT), str(folder), str(port), "jarshy", str(tools)]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            if not _answers(process, port):
                words = (folder / "log").read_text(errors="replace")[-300:]
                pytest.skip(f"NOT JUDGED: no real server could be started here: {words}")
            address = f"http://localhost:{port}"
            yield Server(address, _sign_in(address, "jarshy", (folder / "password").read_text().strip()))
        finally:
            process.terminate()


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    until = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < until:
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)  # a real server takes real time to start
    return False


def _sign_in(address: str, user: str, password: str) -> str:
    """Walk through the consent page as a person would, and bring back a token."""
    # The server may close a connection it kept, just as the next request leaves on it.
    fresh = {"connection": "close"}
    with httpx.Client(base_url=address, trust_env=False, timeout=20, headers=fresh) as client:
        scopes = {"client_name": "jarshy", "redirect_uris": _OUT_OF_BAND, "scopes": "read write"}
        app = client.post("/api/v1/apps", data=scopes).json()
        asked = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": _OUT_OF_BAND}
        page = client.get("/oauth/authorize", params=asked | {"scope": "read write"}).text
        form = dict(re.findall(r'name="([^"]+)"[^>]*value="([^"]*)"', page))
        action = re.search(r'action="([^"]+)"', page)
        path = httpx.URL(action[1]).path if action else "/oauth/authorize"
        done = client.post(path, data=form | {"login": user, "passwd": password})
        code = re.search(r"[0-9a-f]{24,}", done.headers.get("location", "") or done.text)
        assert code is not None
        secret = {"client_id": app["client_id"], "client_secret": app["client_secret"], "code": code[0]}
        grant = {"grant_type": "authorization_code", "redirect_uri": _OUT_OF_BAND}
        return str(client.post("/oauth/token", data=secret | grant).json()["access_token"])


def do(server: Server, act: Callable[[Adapter], Awaitable[Any]], *, token: str = "") -> Any:
    async def go() -> Any:
        async with httpx.AsyncClient(trust_env=False, timeout=_PATIENCE) as client:
            session = Session("", {"token": token or server.token})
            return await act(Mastodon(Mastodon.Settings(server=server.address), session, Http(client), SystemClock()))

    return asyncio.run(go())


async def allow(content: Json) -> None:
    return None


def shown(server: Server, number: str) -> str:
    found = httpx.get(
        f"{server.address}/api/v1/statuses/{number}",
        headers={"authorization": f"Bearer {server.token}"},
        trust_env=False,
        timeout=_PATIENCE,
    )
    return str(found.json()["content"])


def test_the_account_and_its_limits_are_told(server: Server) -> None:
    identity, limits = do(server, lambda a: a.verify()), do(server, lambda a: a.limits())
    assert identity.handle == f"@jarshy@{server.address.partition('://')[2]}"
    assert identity.missing == ()
    assert (limits.text, limits.link_cost) == (100000, None)


def test_a_dead_token_is_told_although_the_answer_is_empty(server: Server) -> None:
    def publish() -> Any:
        return do(server, lambda a: a.publish(STORY, key="k", memo=Memory(), intent=allow), token="nobodys")

    assert kind(Play.error_of(publish)) == "AuthFailed"


def test_a_post_goes_out_is_found_and_changed(server: Server) -> None:
    memo, key = Memory(), "delivery-1"
    receipt = do(server, lambda a: a.publish(STORY, key=key, memo=memo, intent=allow))
    assert "Қазақстан 🇰🇿" in shown(server, receipt.id)
    assert f'href="{LINK}"' in shown(server, receipt.id)
    assert receipt.url.startswith(server.address)

    asked = Asked(SystemClock().now(), SystemClock().now())
    found = do(server, lambda a: a.find(STORY, key=key, memo=memo, asked=asked))
    assert (found.id, found.url) == (receipt.id, receipt.url)

    new = replace(STORY, text=STORY.text.replace("6 a.m.", "7 a.m."))
    assert do(server, lambda a: a.edit(receipt, new, memo=memo)).id == receipt.id
    assert "7 a.m." in shown(server, receipt.id)


def attached(server: Server, number: str) -> list[tuple[str, str]]:
    """Tell the description of each picture on a post, and the SHA-256 of what lies at its address."""
    headers = {"authorization": f"Bearer {server.token}", "connection": "close"}
    with httpx.Client(headers=headers, trust_env=False) as client:
        found = client.get(f"{server.address}/api/v1/statuses/{number}").json()["media_attachments"]
        return [(each["description"], hashlib.sha256(client.get(each["url"]).content).hexdigest()) for each in found]


def test_pictures_go_out_whole_and_described_and_stay_when_the_words_change(server: Server) -> None:
    pictures = (picture(1), picture(2))
    post, memo = replace(STORY, text=f"Two trains.\n\n{LINK}", media=pictures), Memory()
    receipt = do(server, lambda a: a.publish(post, key="delivery-2", memo=memo, intent=allow))
    assert attached(server, receipt.id) == [(each.alt, each.sha256) for each in pictures]
    do(server, lambda a: a.edit(receipt, replace(post, text=f"Two long trains.\n\n{LINK}"), memo=Memory()))
    assert "Two long trains" in shown(server, receipt.id)
    assert attached(server, receipt.id) == [(each.alt, each.sha256) for each in pictures]


def test_what_was_never_sent_is_not_found(server: Server) -> None:
    """Here the list cannot be paged, so a young account's may be too short to prove anything."""
    now = SystemClock().now() - timedelta(minutes=10)
    other = replace(STORY, text=STORY.text.replace("6 a.m.", "8 a.m."))
    try:
        found = do(server, lambda a: a.find(other, key="k", memo=Memory(), asked=Asked(now, now)))
    except OutcomeUnknown:
        found = None
    assert found is None


def test_a_reply_stands_under_its_parent(server: Server) -> None:
    parent = do(server, lambda a: a.publish(Post("The first part."), key="p1", memo=Memory(), intent=allow))
    child = Post("The second part.", parent=parent)
    receipt = do(server, lambda a: a.publish(child, key="p2", memo=Memory(), intent=allow))
    assert receipt.id != parent.id


def test_a_server_that_cannot_delete_says_so(server: Server) -> None:
    receipt = do(server, lambda a: a.publish(Post("To be deleted."), key="d", memo=Memory(), intent=allow))
    assert kind(Play.error_of(lambda: do(server, lambda a: a.delete(receipt)))) == "Rejected"
    assert "To be deleted." in shown(server, receipt.id)

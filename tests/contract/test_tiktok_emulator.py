"""The emulated TikTok keeps to its sheet; asked by plain requests, as any client could."""

from typing import Any

import httpx
import pytest

from adapters.emulators.tiktok import TiktokNetwork
from tests.contract.stage import Stage

_MB = 1_000_000
_FILM = b"\0\0\0\x18ftypmp42" + b"film" * 5_000_000
_TOLD = {"title": "Rail #astana", "privacy_level": "PUBLIC_TO_EVERYONE"}


class Tok(Stage):
    """One account at TikTok, signed in."""

    network: TiktokNetwork

    def __init__(self) -> None:
        super().__init__(TiktokNetwork)
        self.settings = {"mode": "direct"}
        self.tokens = self.renew()

    def renew(self, refresh: str = "") -> dict[str, Any]:
        given = {"refresh_token": refresh} if refresh else {}
        form = {**self.credentials, "grant_type": "refresh_token", **given}
        return dict(self.ask("POST", "/v2/oauth/token/", data=form).json())

    def call(self, path: str, **body: Any) -> httpx.Response:
        head = {"authorization": f"Bearer {self.tokens['access_token']}"}
        return self.ask("POST", f"/v2/post/publish/{path}", headers=head, json=body)

    def init(self, size: int, chunk: int, count: int, *, where: str = "video/init/", **told: Any) -> httpx.Response:
        source = {"source": "FILE_UPLOAD", "video_size": size, "chunk_size": chunk, "total_chunk_count": count}
        return self.call(where, post_info=_TOLD | told, source_info=source)

    def put(self, url: str, start: int, end: int, size: int = 20 * _MB) -> httpx.Response:
        said = {"content-range": f"bytes {start}-{end - 1}/{size}", "content-type": "video/mp4"}
        return self.ask("PUT", url, content=_FILM[start:end], headers=said)

    def state(self, id_: str) -> dict[str, Any]:
        return dict(self.call("status/fetch/", publish_id=id_).json()["data"])


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["error"]["code"])


def test_a_film_comes_in_order_and_is_posted_with_its_last_byte() -> None:
    tok = Tok()
    made = tok.init(20 * _MB, 10 * _MB, 2).json()["data"]
    url, id_ = made["upload_url"], made["publish_id"]
    assert tok.put(url, 10 * _MB, 20 * _MB).status_code == 416
    first = tok.put(url, 0, 10 * _MB)
    assert (first.status_code, first.headers["content-range"]) == (206, f"bytes 0-{10 * _MB}/{20 * _MB}")
    assert tok.state(id_) | {"publicaly_available_post_id": []} == tok.state(id_)
    assert (tok.state(id_)["status"], tok.state(id_)["uploaded_bytes"]) == ("PROCESSING_UPLOAD", 10 * _MB)
    assert not tok.shown()
    assert tok.put(url, 10 * _MB, 20 * _MB).status_code == 201
    assert tok.state(id_)["status"] == "PROCESSING_UPLOAD", "it is worked on"
    tok.wait(20)
    assert tok.state(id_)["status"] == "PUBLISH_COMPLETE"
    (shown,) = tok.shown()
    assert (shown.id, shown.text) == (id_, "Rail #astana")
    assert tok.put(url, 0, 10 * _MB).status_code == 416
    tok.wait(3600)
    assert tok.put(url, 0, 10 * _MB).status_code == 403


@pytest.mark.parametrize(
    ("size", "chunk", "count"),
    [
        (4 * _MB, 4 * _MB, 2),
        (4 * _MB, 5 * _MB, 1),
        (20 * _MB, 4 * _MB, 5),
        (20 * _MB, 10 * _MB, 3),
        (200 * _MB, 65 * _MB, 3),
    ],
)
def test_chunks_that_do_not_make_up_the_film_are_refused(size: int, chunk: int, count: int) -> None:
    assert code(Tok().init(size, chunk, count)) == (400, "invalid_params")


def test_who_may_see_a_post_is_the_accounts_to_say_and_unaudited_apps_post_for_themselves() -> None:
    tok = Tok()
    tok.network.is_audited = False
    said = (403, "unaudited_client_can_only_post_to_private_accounts")
    assert code(tok.init(9, 9, 1)) == said
    assert tok.init(9, 9, 1, privacy_level="SELF_ONLY").status_code == 200
    next(iter(tok.network.creators.values())).is_private = True
    assert code(tok.init(9, 9, 1)) == (403, "privacy_level_option_mismatch")
    tok.network.blocks = "spam_risk_too_many_posts"
    assert code(tok.call("creator_info/query/")) == (200, "spam_risk_too_many_posts")


def test_calls_drafts_and_posts_are_counted() -> None:
    tok = Tok()
    drafts = [tok.init(9, 9, 1, where="inbox/video/init/") for _ in range(5)]
    for each in drafts:
        tok.put(each.json()["data"]["upload_url"], 0, 9, 9)
    assert not tok.world.timeline("tiktok"), "drafts are for the account's people"
    assert len(tok.world.timeline("tiktok", "open-0 inbox")) == 5
    assert code(tok.init(9, 9, 1, where="inbox/video/init/")) == (403, "spam_risk_too_many_pending_share")
    assert code(tok.init(9, 9, 1)) == (429, "rate_limit_exceeded")
    codes = []
    for _ in range(16):
        tok.wait(60)
        codes.append(code(tok.init(9, 9, 1)))
    assert codes == [(200, "ok")] * 15 + [(403, "spam_risk_too_many_posts")]


def test_a_refresh_token_ends_when_what_came_of_it_is_used() -> None:
    tok = Tok()
    again = tok.renew()
    assert again["refresh_token"] != tok.tokens["refresh_token"], "an answer that was lost loses no account"
    tok.tokens = again
    assert code(tok.call("creator_info/query/")) == (200, "ok")
    assert tok.renew()["error"] == "invalid_grant"
    assert tok.renew(again["refresh_token"])["access_token"]

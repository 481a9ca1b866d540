"""The emulated TikTok keeps to its sheet; asked by plain requests, as any client could."""

import struct
from datetime import timedelta
from typing import Any

import httpx
import pytest

from adapters.emulators.kit import Upload
from adapters.emulators.tiktok import TiktokNetwork
from tests.contract.pictures import drawn, picture
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
    (shown,) = tok.shown()
    out = {"status": "PUBLISH_COMPLETE", "publicaly_available_post_id": [int(shown.id)]}
    assert tok.state(id_) | out == tok.state(id_)
    tok.network.moderates = timedelta(hours=2)
    assert tok.state(id_)["publicaly_available_post_id"] == [], "hours may pass until it is public"
    assert shown.text == "Rail #astana"
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
    assert code(tok.init(9, 9, 1, privacy_level="SELF_ONLY")) == said, "the account itself must be private too"
    next(iter(tok.network.creators.values())).is_private = True
    assert tok.init(9, 9, 1, privacy_level="SELF_ONLY").status_code == 200
    assert code(tok.init(9, 9, 1)) == (403, "privacy_level_option_mismatch")
    tok.network.blocks = "spam_risk_too_many_posts"
    assert code(tok.call("creator_info/query/")) == (200, "spam_risk_too_many_posts")


def test_what_the_account_switched_off_must_be_off_in_each_direct_post() -> None:
    tok = Tok()
    (creator,) = tok.network.creators.values()
    creator.forbids = {"comment", "stitch"}
    told = tok.call("creator_info/query/").json()["data"]
    assert [told[f"{each}_disabled"] for each in ("comment", "duet", "stitch")] == [True, False, True]
    assert code(tok.init(9, 9, 1, disable_comment=True)) == (400, "invalid_params")
    assert code(tok.init(9, 9, 1, disable_comment=True, disable_stitch=True)) == (200, "ok")
    assert code(photos(tok, [picture().url])) == (400, "invalid_params")
    assert code(photos(tok, [picture().url], disable_comment=True)) == (200, "ok")
    assert code(tok.init(9, 9, 1, where="inbox/video/init/")) == (200, "ok"), "of drafts a person decides in the app"


def test_a_creator_is_asked_about_twenty_times_a_minute_at_most() -> None:
    tok = Tok()
    codes = [code(tok.call("creator_info/query/")) for _ in range(21)]
    assert codes == [(200, "ok")] * 20 + [(429, "rate_limit_exceeded")]
    tok.wait(60)
    assert code(tok.call("creator_info/query/")) == (200, "ok")


def test_calls_drafts_and_posts_are_counted() -> None:
    tok = Tok()
    drafts = [tok.init(9, 9, 1, where="inbox/video/init/") for _ in range(5)]
    for each in drafts:
        tok.put(each.json()["data"]["upload_url"], 0, 9, 9)
    assert not tok.world.timeline("tiktok"), "drafts are for the account's people"
    assert len(tok.world.timeline("tiktok", "open-0 inbox")) == 5
    assert code(tok.init(9, 9, 1, where="inbox/video/init/")) == (403, "spam_risk_too_many_pending_share")
    assert code(photos(tok, [picture().url], "MEDIA_UPLOAD")) == (429, "rate_limit_exceeded")
    assert code(tok.init(9, 9, 1)) == (429, "rate_limit_exceeded")
    codes = []
    for _ in range(16):
        tok.wait(60)
        codes.append(code(tok.init(9, 9, 1)))
    assert codes == [(200, "ok")] * 15 + [(403, "spam_risk_too_many_posts")]


def test_a_draft_waits_for_a_day_or_until_somebody_publishes_it_and_one_without_bytes_for_an_hour() -> None:
    tok, full = Tok(), (403, "spam_risk_too_many_pending_share")

    def draft() -> httpx.Response:
        return tok.init(9, 9, 1, where="inbox/video/init/")

    begun = [draft() for _ in range(5)]
    assert code(draft()) == full, "also those that were only begun"
    tok.wait(3599)
    assert code(draft()) == full
    tok.wait(1)
    for _ in begun:
        tok.put(draft().json()["data"]["upload_url"], 0, 9, 9)
    tok.wait(3600)
    assert code(draft()) == code(photos(tok, [picture().url], "MEDIA_UPLOAD")) == full
    tok.wait(23 * 3600)
    tok.tokens = tok.renew(tok.tokens["refresh_token"])
    for _ in begun:
        tok.put(draft().json()["data"]["upload_url"], 0, 9, 9)
    tok.wait(60)
    assert code(draft()) == full
    tok.network.clear(next(iter(tok.network.creators.values())))
    assert draft().status_code == 200


def test_a_refresh_token_serves_once_and_for_a_year() -> None:
    tok = Tok()
    assert tok.renew()["error"] == "invalid_grant", "its answer may have been lost: the account is, too"
    newest = tok.renew(tok.tokens["refresh_token"])
    tok.wait(365 * 86400 - 1)
    newest = tok.renew(newest["refresh_token"])
    assert newest["access_token"]
    tok.wait(365 * 86400)
    assert tok.renew(newest["refresh_token"])["error"] == "invalid_grant"


def test_an_old_refresh_token_may_serve_until_the_new_ones_are_used() -> None:
    tok = Tok()
    tok.network.tokens.keeps_old = True
    first = tok.tokens["refresh_token"]
    tok.renew(first)
    tok.tokens = tok.renew(first)
    assert code(tok.call("creator_info/query/")) == (200, "ok")
    assert tok.renew(first)["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("lasts", "where", "ends"),
    [
        (300, "video/init/", "PUBLISH_COMPLETE"),
        (301, "video/init/", "FAILED"),
        (600, "inbox/video/init/", "SEND_TO_USER_INBOX"),
        (601, "inbox/video/init/", "FAILED"),
    ],
)
def test_a_film_is_no_longer_than_its_creator_may_post(lasts: int, where: str, ends: str) -> None:
    tok = Tok()
    assert tok.call("creator_info/query/").json()["data"]["max_video_post_duration_sec"] == 300
    film = b"\0\0\0\x18ftypmp42\0\0\0\x6cmoovmvhd" + struct.pack(">IIIII", 0, 0, 0, 1000, lasts * 1000)
    made = tok.init(len(film), len(film), 1, where=where).json()["data"]
    said = {"content-range": f"bytes 0-{len(film) - 1}/{len(film)}", "content-type": "video/mp4"}
    assert tok.ask("PUT", made["upload_url"], content=film, headers=said).status_code == 201
    tok.wait(20)
    told = tok.state(made["publish_id"])
    assert (told["status"], told["fail_reason"]) == (ends, "duration_check_failed" if ends == "FAILED" else "")


_SITE = "https://files.courier.example/"
_SAID = {
    "description": "Rail",
    "privacy_level": "PUBLIC_TO_EVERYONE",
    **dict.fromkeys(("disable_comment", "auto_add_music", "brand_content_toggle", "brand_organic_toggle"), False),
}


def photos(tok: Tok, urls: list[str], mode: str = "DIRECT_POST", **told: Any) -> httpx.Response:
    named = {"source": "PULL_FROM_URL", "photo_cover_index": 0, "photo_images": urls}
    said = (_SAID if mode == "DIRECT_POST" else {"description": "Rail"}) | told
    return tok.call("content/init/", media_type="PHOTO", post_mode=mode, post_info=said, source_info=named)


def test_photos_are_fetched_once_they_are_named() -> None:
    tok = Tok()
    made = photos(tok, [picture(n).url for n in (1, 3)]).json()["data"]["publish_id"]
    (shown,) = tok.shown()
    assert made.startswith("p_pub_url~v2")
    assert [sha for sha, _ in shown.media] == [picture(n).sha256 for n in (1, 3)]
    draft = photos(tok, [picture().url], "MEDIA_UPLOAD").json()["data"]["publish_id"]
    assert tok.state(draft)["status"] == "PROCESSING_DOWNLOAD"
    tok.wait(20)
    assert tok.state(draft)["status"] == "SEND_TO_USER_INBOX"
    assert len(tok.world.timeline("tiktok")) == 1


@pytest.mark.parametrize(
    ("urls", "told", "says"),
    [
        ([], {}, (400, "invalid_param")),
        ([f"{_SITE}{n}" for n in range(36)], {}, (400, "invalid_param")),
        (["http://files.courier.example/1"], {}, (400, "invalid_param")),
        (["https://elsewhere.example/1"], {}, (403, "url_ownership_unverified")),
        ([picture().url], {"description": "x" * 4001}, (400, "invalid_param")),
        ([picture().url], {"title": "x" * 91}, (400, "invalid_param")),
        ([picture().url], {"privacy_level": "FOLLOWER_OF_CREATOR"}, (403, "privacy_level_option_mismatch")),
        ([picture().url], {"disable_duet": True}, (400, "invalid_param")),
    ],
)
def test_what_no_photo_post_may_say_is_refused(urls: list[str], told: dict[str, Any], says: tuple[int, str]) -> None:
    tok = Tok()
    tok.network.hosts = {"files.courier.example"}
    assert code(photos(tok, urls, **told)) == says
    assert not tok.shown()


def test_only_jpeg_and_webp_of_1080p_that_can_be_fetched_become_a_post() -> None:
    tok = Tok()
    shelf = {"png": drawn(kind="PNG"), "large": drawn(size=(1200, 1100)), "webp": drawn(kind="WEBP")}
    tok.world.fetch = lambda url: Upload("1", "", shelf[name]) if (name := url.rpartition("/")[2]) in shelf else None
    made = {name: photos(tok, [f"{_SITE}{name}"]).json()["data"]["publish_id"] for name in (*shelf, "moved")}
    tok.wait(20)
    assert {name: tok.state(id_)["fail_reason"] for name, id_ in made.items()} == {
        "png": "file_format_check_failed",
        "large": "picture_size_check_failed",
        "webp": "",
        "moved": "photo_pull_failed",
    }
    assert len(tok.shown()) == 1


def test_the_list_has_public_posts_only_the_newest_first_and_the_beginning_of_their_words() -> None:
    tok = Tok()
    photos(tok, [picture().url], description="x" * 200)
    tok.wait(60)
    photos(tok, [picture().url])
    photos(tok, [picture().url], privacy_level="SELF_ONLY")
    photos(tok, [picture().url], "MEDIA_UPLOAD")
    tok.wait(20)
    head = {"authorization": f"Bearer {tok.tokens['access_token']}"}
    path = "/v2/video/list/?fields=id,video_description,share_url"
    found = tok.ask("POST", path, headers=head, json={"max_count": 20}).json()["data"]["videos"]
    assert [each["video_description"] for each in found] == ["Rail", "x" * 150]
    assert "/photo/" in found[0]["share_url"]
    next(iter(tok.network.creators.values())).scopes.discard("video.list")
    assert code(tok.ask("POST", path, headers=head, json={})) == (401, "scope_not_authorized")

"""The emulated personal data server does what the real one was seen to do (the sheet's ticks)."""

import hashlib
from datetime import timedelta
from typing import Any

import httpx
import pytest

from adapters.emulators.bluesky import BlueskyNetwork
from tests.contract.pictures import drawn
from tests.contract.plain import KEY, POSTS, put, record, sign_in, xrpc
from tests.contract.stage import Stage

FAMILY = "👨‍👩‍👧‍👦"
OTHER_KEY = "3m6ahqhyoa23b"

PICTURE = drawn()


@pytest.fixture
def stage() -> Stage:
    stage = Stage(BlueskyNetwork)
    sign_in(stage)
    return stage


def said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def create(stage: Stage, key: str = KEY) -> httpx.Response:
    body = {"repo": stage.session["did"], "collection": POSTS, "rkey": key, "record": record()}
    return xrpc(stage, "POST", "repo.createRecord", json=body)


def get(stage: Stage, key: str = KEY) -> httpx.Response:
    where = {"repo": stage.session["did"], "collection": POSTS, "rkey": key}
    return stage.ask("GET", "/xrpc/com.atproto.repo.getRecord", params=where)


def delete(stage: Stage) -> httpx.Response:
    return xrpc(
        stage,
        "POST",
        "repo.deleteRecord",
        json={"repo": stage.session["did"], "collection": POSTS, "rkey": KEY},
    )


def log_in(stage: Stage, **changes: str) -> httpx.Response:
    return stage.ask("POST", "/xrpc/com.atproto.server.createSession", json=stage.credentials | changes)


def refresh(stage: Stage, token: str) -> httpx.Response:
    return xrpc(stage, "POST", "server.refreshSession", token=token)


def blob(stage: Stage, size: int, content: bytes = PICTURE, mime: str = "image/jpeg") -> dict[str, Any]:
    whole = content + bytes(max(0, size - len(content)))
    answer = xrpc(stage, "POST", "repo.uploadBlob", content=whole, content_type=mime)
    return dict(answer.json()["blob"])


def test_a_put_creates_under_our_own_key(stage: Stage) -> None:
    answer = put(stage, {}).json()
    assert answer["uri"] == f"at://{stage.session['did']}/{POSTS}/{KEY}"
    assert answer["cid"].startswith("bafyrei")
    assert "commit" in answer
    assert get(stage).json()["value"] == record()


def test_a_repeated_put_of_the_same_record_is_nothing_new(stage: Stage) -> None:
    first, second = put(stage, {}).json(), put(stage, {}, swapRecord=None).json()
    assert first["cid"] == second["cid"]
    assert "commit" not in second
    assert [entry.act for entry in stage.ledger[1:]] == ["created", ""]


def test_a_put_that_may_only_create_refuses_another_record_under_its_key(stage: Stage) -> None:
    cid = put(stage, {}).json()["cid"]
    answer = put(stage, {"text": "Other"}, swapRecord=None)
    assert said(answer) == (400, "InvalidSwap")
    assert answer.json()["message"] == f"Record was at {cid}"
    assert [s.text for s in stage.shown()] == ["Railway opens"]


def test_a_put_over_a_record_is_stored_but_readers_see_the_first(stage: Stage) -> None:
    cid = put(stage, {}).json()["cid"]
    assert put(stage, {"text": "Edited"}, swapRecord=cid).status_code == 200
    assert get(stage).json()["value"]["text"] == "Edited"
    assert [s.text for s in stage.shown()] == ["Railway opens"]


def test_creating_under_a_key_in_use_looks_like_an_inner_error(stage: Stage) -> None:
    assert create(stage).status_code == 200
    assert said(create(stage)) == (500, "InternalServerError")
    assert len(stage.shown()) == 1


def test_writes_are_applied_all_or_none(stage: Stage) -> None:
    def write(*keys: str) -> httpx.Response:
        kind = "com.atproto.repo.applyWrites#create"
        writes = [{"$type": kind, "collection": POSTS, "rkey": key, "value": record()} for key in keys]
        return xrpc(stage, "POST", "repo.applyWrites", json={"repo": stage.session["did"], "writes": writes})

    assert write(KEY).status_code == 200
    assert write(OTHER_KEY, KEY).status_code == 500
    assert len(stage.shown()) == 1


@pytest.mark.parametrize("key", ["jarshy-123", "not/ok", "zzzzzzzzzzzzz", "3m6ahqhyoa22", "3m6ahqhyoa221"])
def test_a_key_must_be_a_tid(stage: Stage, key: str) -> None:
    answer = put(stage, {}, key=key)
    assert answer.json()["message"] == f"Invalid record key for {POSTS}: Invalid TID string"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("я" * 300, ""),
        ("я" * 301, "grapheme too big (maximum 300, got 301)"),
        (FAMILY * 120, ""),
        (FAMILY * 300, "string too big (maximum 3000, got 7500)"),
    ],
)
def test_text_has_at_most_300_graphemes_and_3000_bytes(stage: Stage, text: str, words: str) -> None:
    answer = put(stage, {"text": text})
    assert answer.is_success is not bool(words)
    assert words in answer.text
    assert len(stage.shown()) == (0 if words else 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"$type": "app.bsky.feed.like"},
        {"createdAt": "yesterday"},
        {"createdAt": None},
        {"langs": ["en", "ru", "kk", "uz"]},
        {"tags": ["x"] * 9},
        {"tags": ["x" * 65]},
        {"embed": {"$type": "app.bsky.embed.external", "external": {"uri": "https://a.example/x"}}},
        {"reply": {"root": {"uri": "at://x"}}},
        {"facets": [{"index": {"byteStart": 0, "byteEnd": 5}, "features": []}]},
    ],
)
def test_what_the_lexicon_does_not_allow_is_an_invalid_request(stage: Stage, wrong: dict[str, Any]) -> None:
    assert said(put(stage, wrong)) == (400, "InvalidRequest")


def facet(start: int, end: int, **feature: str) -> dict[str, Any]:
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}


def test_facets_count_bytes_and_are_shown_in_code_points(stage: Stage) -> None:
    link = facet(7, 11, **{"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example/x"})
    put(stage, {"text": "Жол 🚄🚄", "facets": [link]})
    assert stage.shown()[0].marks == ((4, 5, "link", "https://a.example/x"),)


def test_a_facet_outside_the_text_is_taken_and_shows_nothing(stage: Stage) -> None:
    tag = facet(0, 99, **{"$type": "app.bsky.richtext.facet#tag", "tag": "x"})
    assert put(stage, {"facets": [tag]}).status_code == 200
    assert stage.shown()[0].marks == ()


def test_addresses_in_plain_words_stay_dead(stage: Stage) -> None:
    put(stage, {"text": "See https://a.example/x #Astana"})
    assert (stage.shown()[0].marks, stage.shown()[0].card) == ((), None)


def test_the_card_shows_what_the_record_says_whatever_the_page_says(stage: Stage) -> None:
    stage.network.pages["https://a.example/x"] = ("Page", "Words of the page")
    external = {"uri": "https://a.example/x", "title": "Railway", "description": "It opens"}
    put(stage, {"embed": {"$type": "app.bsky.embed.external", "external": external}})
    assert stage.shown()[0].card == ("https://a.example/x", "Railway", "It opens")


def test_deleting_twice_is_fine(stage: Stage) -> None:
    put(stage, {})
    assert "commit" in delete(stage).json()
    assert (delete(stage).status_code, delete(stage).json()) == (200, {})
    assert not stage.shown()


def test_a_missing_record_is_a_bad_request_not_a_404(stage: Stage) -> None:
    assert said(get(stage)) == (400, "RecordNotFound")


def test_a_lagging_read_shows_a_new_record_thirty_seconds_later(stage: Stage) -> None:
    put(stage, {})
    stage.only("getRecord", "lag")
    assert said(get(stage)) == (400, "RecordNotFound")
    stage.wait(30)
    assert get(stage).status_code == 200


def test_records_are_listed_by_newest_key_first_and_paged(stage: Stage) -> None:
    put(stage, {})
    put(stage, {}, key=OTHER_KEY)
    where = {"repo": stage.session["handle"], "collection": POSTS, "limit": 1}
    path = "/xrpc/com.atproto.repo.listRecords"
    page = stage.ask("GET", path, params=where).json()
    assert (page["records"][0]["uri"][-13:], page["cursor"]) == (OTHER_KEY, OTHER_KEY)
    rest = stage.ask("GET", path, params=where | {"cursor": page["cursor"]}).json()
    assert [r["uri"][-13:] for r in rest["records"]] == [KEY]


def test_a_session_names_the_account_and_its_home_server(stage: Stage) -> None:
    assert stage.session["handle"] == "demo-newsroom.bluesky.example"
    assert stage.session["didDoc"]["service"][0] == {
        "id": "#atproto_pds",
        "type": "AtprotoPersonalDataServer",
        "serviceEndpoint": "https://net.example",
    }
    assert xrpc(stage, "GET", "server.getSession").json()["did"] == stage.session["did"]


@pytest.mark.parametrize("changes", [{"password": "wrong"}, {"identifier": "nobody.example"}])
def test_a_wrong_password_or_name_is_refused_alike(stage: Stage, changes: dict[str, str]) -> None:
    answer = log_in(stage, **changes)
    assert said(answer) == (401, "AuthenticationRequired")
    assert answer.json()["message"] == "Invalid identifier or password"


@pytest.mark.parametrize(("minutes", "is_alive"), [(119, True), (120, False)])
def test_an_access_token_lives_120_minutes(stage: Stage, minutes: int, is_alive: bool) -> None:
    stage.now += timedelta(minutes=minutes)
    answer = put(stage, {})
    assert answer.is_success is is_alive
    if not is_alive:
        assert (*said(answer), answer.json()["message"]) == (400, "ExpiredToken", "Token has expired")


def test_a_refresh_token_lives_90_days(stage: Stage) -> None:
    stage.now += timedelta(days=89)
    assert refresh(stage, stage.session["refreshJwt"]).status_code == 200
    stage.now += timedelta(days=1)
    assert said(refresh(stage, stage.session["refreshJwt"])) == (400, "ExpiredToken")


def test_a_used_refresh_token_serves_for_two_more_hours(stage: Stage) -> None:
    old = stage.session["refreshJwt"]
    stage.session = refresh(stage, old).json()
    assert put(stage, {}).status_code == 200
    stage.now += timedelta(hours=2)
    assert refresh(stage, old).status_code == 200
    stage.now += timedelta(seconds=1)
    assert refresh(stage, old).json()["message"] == "Token has been revoked"


def test_tokens_that_are_missing_forged_or_of_the_other_kind_are_refused(stage: Stage) -> None:
    assert said(stage.ask("POST", "/xrpc/com.atproto.repo.putRecord", json={})) == (401, "AuthMissing")
    for token in ("x.y.z", stage.session["accessJwt"] + "x", stage.session["refreshJwt"]):
        assert said(xrpc(stage, "POST", "repo.putRecord", token=token, json={})) == (400, "InvalidToken")
    assert said(refresh(stage, stage.session["accessJwt"])) == (400, "InvalidToken")


def test_the_31st_sign_in_within_five_minutes_is_told_to_wait(stage: Stage) -> None:
    stage.now += timedelta(minutes=5)
    answers = [log_in(stage) for _ in range(31)]
    assert [a.status_code for a in answers[-2:]] == [200, 429]
    assert said(answers[-1]) == (429, "RateLimitExceeded")
    assert (answers[-1].headers["retry-after"], answers[-1].headers["ratelimit-policy"]) == ("300", "30;w=300")


def test_a_day_has_300_sign_ins(stage: Stage) -> None:
    for _ in range(10):
        stage.now += timedelta(minutes=5)
        statuses = {log_in(stage).status_code for _ in range(30)}
    assert statuses == {200, 429}


def test_answers_carry_the_limit_of_requests(stage: Stage) -> None:
    headers = put(stage, {}).headers
    assert headers["ratelimit-policy"] == "3000;w=300"
    assert headers["ratelimit-reset"] == str(int((stage.now + timedelta(minutes=5)).timestamp()))


def test_another_accounts_repository_is_closed(stage: Stage) -> None:
    answer = put(stage, {}, repo="did:plc:aaaaaaaaaaaaaaaaaaaaaaaa")
    assert said(answer) == (403, "AccountNotFound")


@pytest.mark.parametrize(("size", "is_taken"), [(1_000_000, True), (1_000_001, False)])
def test_a_thumb_has_at_most_a_million_bytes(stage: Stage, size: int, is_taken: bool) -> None:
    external = {"uri": "https://a.example/x", "title": "T", "description": "D", "thumb": blob(stage, size)}
    answer = put(stage, {"embed": {"$type": "app.bsky.embed.external", "external": external}})
    assert answer.is_success is is_taken


def test_pictures_have_at_most_two_million_bytes_and_show_their_alt_text(stage: Stage) -> None:
    def embed(size: int) -> dict[str, Any]:
        return {"$type": "app.bsky.embed.images", "images": [{"image": blob(stage, size), "alt": "A train"}]}

    assert "blob too big (maximum 2000000, got 2000001)" in put(stage, {"embed": embed(2_000_001)}).text
    assert put(stage, {"embed": embed(2_000_000)}).status_code == 200
    assert stage.shown()[0].media[0][1] == "A train"


def images(*pictures: dict[str, Any]) -> dict[str, Any]:
    return {"embed": {"$type": "app.bsky.embed.images", "images": [{"alt": "A train", **one} for one in pictures]}}


def test_what_was_uploaded_is_what_readers_see(stage: Stage) -> None:
    ratio = {"width": 384, "height": 256}
    assert put(stage, images({"image": blob(stage, 0), "aspectRatio": ratio})).status_code == 200
    external = {"uri": "https://a.example/x", "title": "T", "description": "D", "thumb": blob(stage, 0)}
    put(stage, {"embed": {"$type": "app.bsky.embed.external", "external": external}}, key=OTHER_KEY)
    name = hashlib.sha256(PICTURE).hexdigest()
    assert [(s.media, s.thumb) for s in stage.shown()] == [(((name, "A train"),), ""), ((), name)]
    assert stage.world.files[name].content == PICTURE


def test_a_picture_is_what_its_bytes_say(stage: Stage) -> None:
    assert blob(stage, 0, mime="text/plain")["mimeType"] == "image/jpeg"
    text = blob(stage, 0, content=b"words", mime="text/plain")
    assert said(put(stage, images({"image": text}))) == (400, "InvalidRequest")


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"mimeType": "image/png"}, "InvalidMimeType"),
        ({"size": 5}, "InvalidRequest"),
        ({"ref": {"$link": "bafkreinothing"}}, "BlobNotFound"),
        ({"$type": "picture"}, "InvalidRequest"),
    ],
    ids=["kind", "size", "name", "type"],
)
def test_a_record_names_a_blob_as_the_server_did(stage: Stage, changes: dict[str, Any], name: str) -> None:
    assert said(put(stage, images({"image": blob(stage, 0) | changes}))) == (400, name)
    assert not stage.shown()


@pytest.mark.parametrize("ratio", [{}, {"width": 0, "height": 1}, {"width": 1.5, "height": 1}, {"width": 3}])
def test_a_ratio_is_two_whole_numbers(stage: Stage, ratio: dict[str, Any]) -> None:
    assert said(put(stage, images({"image": blob(stage, 0), "aspectRatio": ratio}))) == (400, "InvalidRequest")


def test_an_embed_has_at_most_four_pictures(stage: Stage) -> None:
    one = {"image": blob(stage, 0)}
    assert said(put(stage, images(*[one] * 5))) == (400, "InvalidRequest")
    assert put(stage, images(*[one] * 4)).status_code == 200


def test_an_upload_over_five_mebibytes_is_refused(stage: Stage) -> None:
    answer = xrpc(stage, "POST", "repo.uploadBlob", content=b"x" * (5 * 1024 * 1024 + 1))
    assert said(answer) == (413, "PayloadTooLarge")


def test_a_blob_nobody_uses_is_gone_after_hours(stage: Stage) -> None:
    picture = {"image": blob(stage, 0), "alt": "A train"}
    embed = {"embed": {"$type": "app.bsky.embed.images", "images": [picture]}}
    stage.now += timedelta(minutes=100)
    assert put(stage, embed).status_code == 200
    stage.now += timedelta(hours=6)
    sign_in(stage)
    assert put(stage, embed, key=OTHER_KEY).status_code == 200
    delete(stage)
    xrpc(
        stage, "POST", "repo.deleteRecord", json={"repo": stage.session["did"], "collection": POSTS, "rkey": OTHER_KEY}
    )
    assert said(put(stage, embed)) == (400, "BlobNotFound")


def test_a_method_that_is_not_there_is_not_implemented(stage: Stage) -> None:
    assert said(stage.ask("GET", "/xrpc/com.atproto.sync.getRepo")) == (501, "MethodNotImplemented")

"""The emulated Facebook pages keep the laws of their contract sheet."""

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from adapters.emulators.facebook import FacebookNetwork
from adapters.emulators.facebook_graph import Token
from adapters.emulators.facebook_posts import Page
from adapters.emulators.kit import Bucket, Fault
from tests.contract.stage import NOON, Stage

LINK = "https://steppecourier.example/2026/11/railway-opens"
JPEG, PNG = b"\xff\xd8\xff\xe0" + b"a train", b"\x89PNG\r\n\x1a\n" + b"a train"


@pytest.fixture
def stage() -> Stage:
    return Stage(FacebookNetwork)


def network(stage: Stage) -> FacebookNetwork:
    assert isinstance(stage.network, FacebookNetwork)
    return stage.network


def token(stage: Stage) -> Token:
    return network(stage).tokens.known[stage.credentials["token"]]


def page(stage: Stage) -> Page:
    return network(stage).by_id[stage.place]


def graph(stage: Stage, method: str, path: str, *, version: str = "v26.0", **request: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {stage.credentials['token']}"}
    return stage.ask(method, f"/{version}/{path}", headers=headers, **request)


def feed(stage: Stage, **body: Any) -> httpx.Response:
    return graph(stage, "POST", f"{stage.place}/feed", json=body)


def posted(stage: Stage, message: str = "Railway opens", **more: Any) -> str:
    answer = feed(stage, message=message, **more)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def upload(stage: Stage, content: bytes = JPEG, **fields: str) -> httpx.Response:
    form = {"published": "false"} | fields
    return graph(stage, "POST", f"{stage.place}/photos", files={"source": ("a", content, "image/jpeg")}, data=form)


def flip(stage: Stage, post: str, **body: Any) -> httpx.Response:
    return graph(stage, "POST", post, json={"is_published": True} | body)


def refused(answer: httpx.Response) -> tuple[int, int]:
    """Tell code and subcode; a refusal is a 400, whatever it is about."""
    assert answer.status_code == 400, answer.text
    error = answer.json()["error"]
    assert {"message", "type", "fbtrace_id"} <= error.keys()
    return error["code"], error.get("error_subcode", 0)


def listed(stage: Stage, **query: Any) -> dict[str, Any]:
    answer = graph(stage, "GET", f"{stage.place}/published_posts", params={"fields": "id,created_time"} | query)
    return dict(answer.json())


def test_a_post_has_an_id_of_page_and_number_and_unfolds_its_link(stage: Stage) -> None:
    stage.network.pages[LINK] = ("Railway", "It opens")
    post = posted(stage, link=LINK)
    assert post.startswith(f"{stage.place}_")
    (shown,) = stage.shown()
    assert (shown.id, shown.text, shown.card) == (post, "Railway opens", (LINK, "Railway", "It opens"))


def test_a_create_answers_with_the_fields_asked_for(stage: Stage) -> None:
    body = {"message": "Railway opens"}
    answer = graph(stage, "POST", f"{stage.place}/feed", json=body, params={"fields": "id,permalink_url"}).json()
    assert answer["permalink_url"] == f"https://www.facebook.com/{stage.place}/posts/{answer['id'].split('_')[1]}"


def test_a_form_is_read_as_json_is(stage: Stage) -> None:
    form = {"message": "Railway opens", "published": "false"}
    assert graph(stage, "POST", f"{stage.place}/feed", data=form).json()["id"]
    assert not stage.shown()


@pytest.mark.parametrize(
    ("version", "is_served"), [("v26.0", True), ("v21.0", True), ("v20.0", False), ("v99.0", False)]
)
def test_an_unknown_or_retired_version_is_refused(stage: Stage, version: str, is_served: bool) -> None:
    answer = graph(stage, "GET", "me", version=version)
    assert answer.is_success is is_served
    if not is_served:
        assert refused(answer) == (2635, 0)


def test_a_version_ends_on_its_day(stage: Stage) -> None:
    stage.now = datetime.fromisoformat("2027-01-21T00:00:00+00:00")
    assert refused(graph(stage, "GET", "me", version="v21.0")) == (2635, 0)


@pytest.mark.parametrize("name", ["pretty", "debug", "date_format", "ids"])
def test_parameters_that_version_26_retired_are_refused(stage: Stage, name: str) -> None:
    assert refused(graph(stage, "GET", "me", params={name: "1"})) == (100, 0)


@pytest.mark.parametrize(
    ("headers", "code"), [({}, (104, 0)), ({"authorization": "Bearer wrong"}, (190, 0))], ids=["none", "wrong"]
)
def test_a_call_needs_a_known_token(stage: Stage, headers: dict[str, str], code: tuple[int, int]) -> None:
    assert refused(stage.ask("GET", "/v26.0/me", headers=headers)) == code


def test_a_token_serves_until_it_expires(stage: Stage) -> None:
    token(stage).expires_at = NOON + timedelta(seconds=1)
    posted(stage)
    stage.wait(1)
    assert refused(feed(stage, message="More")) == (190, 463)
    assert len(stage.shown()) == 1


def test_a_token_can_die_in_the_middle_of_a_run_and_be_restored(stage: Stage) -> None:
    stage.only("post", "token_revoked")
    assert refused(feed(stage, message="Railway opens")) == (190, 463)
    stage.calm()
    assert refused(feed(stage, message="Railway opens")) == (190, 463)
    stage.world.restore()
    posted(stage)


def test_a_proof_must_be_right_where_there_is_one_and_be_there_where_the_app_asks(stage: Stage) -> None:
    secret, text = stage.credentials["app_secret"], stage.credentials["token"]
    right = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    assert graph(stage, "GET", "me").is_success
    token(stage).app.requires_proof = True
    assert refused(graph(stage, "GET", "me")) == (100, 0)
    assert refused(graph(stage, "GET", "me", params={"appsecret_proof": "0" * 64})) == (100, 0)
    assert graph(stage, "GET", "me", params={"appsecret_proof": right}).is_success


@pytest.mark.parametrize("lacking", ["pages_manage_posts", "CREATE_CONTENT"])
def test_posting_needs_scope_and_task(stage: Stage, lacking: str) -> None:
    assert graph(stage, "GET", stage.place, params={"fields": "can_post"}).json()["can_post"] is True
    token(stage).scopes.discard(lacking)
    token(stage).tasks.discard(lacking)
    assert refused(feed(stage, message="Railway opens")) == (200, 0)
    assert refused(upload(stage)) == (200, 0)
    assert graph(stage, "GET", stage.place, params={"fields": "can_post"}).json()["can_post"] is False
    assert not stage.shown()


def test_reading_posts_needs_a_scope_of_its_own(stage: Stage) -> None:
    post = posted(stage)
    token(stage).scopes.discard("pages_read_engagement")
    assert refused(graph(stage, "GET", post)) == (10, 0)
    assert refused(graph(stage, "GET", f"{stage.place}/published_posts")) == (10, 0)


def test_another_page_cannot_be_told_from_none() -> None:
    stage = Stage(FacebookNetwork, newcomers=2)
    other, _ = FacebookNetwork.newcomer(1)
    for number in (other["page"], "5"):
        assert refused(graph(stage, "POST", f"{number}/feed", json={"message": "x"})) == (100, 33)


def test_a_person_has_no_category(stage: Stage) -> None:
    token(stage).is_page = False
    assert graph(stage, "GET", "me", params={"fields": "id,name"}).json()["name"] == "Aigul"
    assert refused(graph(stage, "GET", "me", params={"fields": "id,name,category"})) == (100, 0)


def test_what_an_app_in_development_mode_posts_nobody_sees_and_the_network_says_yes(stage: Stage) -> None:
    token(stage).app.is_live = False
    post = posted(stage)
    assert graph(stage, "GET", post, params={"fields": "is_published"}).json()["is_published"] is True
    assert [each["id"] for each in listed(stage)["data"]] == [post]
    assert not stage.shown()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, (100, 0)),
        ({"message": ""}, (197, 0)),
        ({"message": " \n"}, (197, 0)),
        ({"message": "x" * 63207}, (100, 0)),
        ({"link": "https://www.facebook.com/steppe"}, (100, 1609008)),
        ({"message": "x", "attached_media": [{"media_fbid": "5"}]}, (100, 0)),
    ],
)
@pytest.mark.parametrize("published", [True, False])
def test_a_post_needs_words_a_link_or_pictures(
    stage: Stage, body: dict[str, Any], code: tuple[int, int], published: bool
) -> None:
    assert refused(feed(stage, **body, published=published)) == code
    assert not stage.shown()


@pytest.mark.parametrize("body", [{"message": "x" * 63206}, {"link": LINK}])
def test_words_or_a_link_are_enough(stage: Stage, body: dict[str, Any]) -> None:
    assert feed(stage, **body).is_success
    assert len(stage.shown()) == 1


def test_words_and_link_of_the_last_post_are_refused_until_another_came_between(stage: Stage) -> None:
    posted(stage, link=LINK)
    assert refused(feed(stage, message="Railway opens", link=LINK)) == (506, 0)
    posted(stage)
    stage.wait(1)
    assert refused(feed(stage, message="Railway opens")) == (506, 0)
    posted(stage, link=LINK)


def test_a_draft_is_seen_when_it_is_published_and_that_can_be_said_twice(stage: Stage) -> None:
    draft = posted(stage, published=False)
    assert not stage.shown()
    stage.wait(60)
    for _ in range(2):
        assert flip(stage, draft).json() == {"success": True}
    (shown,) = stage.shown()
    assert (shown.id, shown.at) == (draft, stage.now)
    assert refused(flip(stage, draft, is_published=False)) == (100, 0)
    assert [entry.act for entry in stage.ledger if entry.call == "flip"] == ["created", "", ""]


def test_a_page_may_take_drafts_and_never_publish_them(stage: Stage) -> None:
    draft = posted(stage, published=False)
    network(stage).flips = "do nothing"
    assert flip(stage, draft).json() == {"success": True}
    network(stage).flips = "are refused"
    assert refused(flip(stage, draft)) == (100, 0)
    assert graph(stage, "GET", draft, params={"fields": "is_published"}).json()["is_published"] is False
    assert not stage.shown()


def test_pictures_wait_unseen_for_the_one_post_that_takes_them(stage: Stage) -> None:
    photos = [upload(stage, alt_text_custom="A train").json()["id"], upload(stage, PNG).json()["id"]]
    assert not stage.shown()
    media = [{"media_fbid": photo} for photo in photos]
    posted(stage, link=LINK, attached_media=media)
    (shown,) = stage.shown()
    assert [alt for _, alt in shown.media] == ["A train", ""]
    assert [stage.world.files[sha].content for sha, _ in shown.media] == [JPEG, PNG]
    assert shown.card is None
    assert refused(feed(stage, message="Again", attached_media=media)) == (100, 1366051)


def test_a_draft_uses_pictures_up_too(stage: Stage) -> None:
    media = [{"media_fbid": upload(stage).json()["id"]}]
    posted(stage, published=False, attached_media=media)
    assert refused(feed(stage, message="Again", published=False, attached_media=media)) == (100, 1366051)


def test_a_picture_published_by_itself_is_a_post(stage: Stage) -> None:
    answer = upload(stage, published="true", message="Railway opens").json()
    (shown,) = stage.shown()
    assert (shown.id, shown.text, len(shown.media)) == (answer["post_id"], "Railway opens", 1)


@pytest.mark.parametrize(
    ("content", "is_taken"),
    [(JPEG, True), (PNG, True), (JPEG.ljust(4_000_000), True), (JPEG.ljust(4_000_001), False), (b"GIF89a", False)],
    ids=["jpeg", "png", "4 MB", "more", "gif"],
)
def test_a_picture_is_jpeg_or_png_of_at_most_4_mb_whatever_its_name(
    stage: Stage, content: bytes, is_taken: bool
) -> None:
    answer = upload(stage, content)
    assert answer.is_success is is_taken
    if not is_taken:
        assert refused(answer) == (100, 1366046)


def test_every_answer_tells_how_much_of_the_quota_is_used_and_it_grows(stage: Stage) -> None:
    page(stage).calls = Bucket(4, timedelta(hours=24))
    shares = []
    for _ in range(4):
        headers = graph(stage, "GET", "me").headers
        (one,) = json.loads(headers["x-business-use-case-usage"])[stage.place]
        shares.append(one["call_count"])
        assert json.loads(headers["x-app-usage"])["call_count"] == one["call_count"]
    assert shares == [25, 50, 75, 100]


def test_a_quota_used_up_is_a_400_that_tells_minutes_in_a_header_only(stage: Stage) -> None:
    page(stage).calls = Bucket(1, timedelta(hours=24))
    graph(stage, "GET", "me")
    stage.wait(3600)
    answer = feed(stage, message="Railway opens")
    assert refused(answer) == (80001, 0)
    assert "retry-after" not in answer.headers
    (one,) = json.loads(answer.headers["x-business-use-case-usage"])[stage.place]
    assert one["estimated_time_to_regain_access"] == 23 * 60
    stage.wait(23 * 3600)
    posted(stage)


def test_the_list_ignores_since_and_until(stage: Stage) -> None:
    posts = {posted(stage, f"Number {n}") for n in range(3)}
    assert {each["id"] for each in listed(stage, since="2030-01-01", until="2020-01-01")["data"]} == posts


def test_the_list_is_only_nearly_in_order_and_goes_on_by_cursor(stage: Stage) -> None:
    posts = []
    for n in range(7):
        posts.append(posted(stage, f"Number {n}"))
        stage.wait(1)
    posted(stage, "A draft", published=False)
    first = listed(stage, limit=4)
    second = listed(stage, limit=4, after=first["paging"]["cursors"]["after"])
    found = [each["id"] for each in first["data"] + second["data"]]
    assert found != posts[::-1]
    assert sorted(found) == sorted(posts)
    assert "next" in first["paging"]
    assert "next" not in second["paging"]


def test_only_fields_that_exist_can_be_asked_for_and_only_they_are_told(stage: Stage) -> None:
    post = posted(stage)
    found = graph(stage, "GET", post, params={"fields": "message,created_time,attachments{media_type,unshimmed_url}"})
    assert found.json() == {"id": post, "message": "Railway opens", "created_time": "2026-11-22T12:00:00+0000"}
    assert refused(graph(stage, "GET", post, params={"fields": "id,likes_of_mine"})) == (100, 0)


def test_a_lagging_list_shows_a_new_post_later_and_its_id_finds_it_at_once(stage: Stage) -> None:
    stage.only("post", "lag")
    post = posted(stage)
    stage.calm()
    assert listed(stage)["data"] == []
    assert graph(stage, "GET", post).is_success
    stage.wait(4)
    assert len(listed(stage)["data"]) == 1


def test_an_edit_changes_words_and_nothing_else(stage: Stage) -> None:
    post = posted(stage, link=LINK)
    stage.wait(60)
    edit = {"message": "Railway opened", "link": "https://other.example/"}
    assert graph(stage, "POST", post, json=edit).json() == {"success": True}
    (shown,) = stage.shown()
    assert (shown.id, shown.text, shown.edited_at) == (post, "Railway opened", stage.now)
    assert shown.card is not None
    assert shown.card[0] == LINK


def test_a_deleted_post_does_not_exist_any_more(stage: Stage) -> None:
    post = posted(stage)
    assert graph(stage, "DELETE", post).json() == {"success": True}
    assert not stage.shown()
    for answer in (graph(stage, "DELETE", post), graph(stage, "GET", post), flip(stage, post)):
        assert refused(answer) == (100, 33)


def test_a_blocked_page_says_368_and_shows_nothing(stage: Stage) -> None:
    token(stage).is_blocked = True
    assert refused(feed(stage, message="Railway opens")) == (368, 0)
    assert not stage.shown()


@pytest.mark.parametrize(("fault", "status", "code", "shown"), [("accept_then_500", 500, 2, 1), ("429", 400, 80001, 0)])
def test_an_inner_error_may_hide_a_post_and_a_quota_never_does(
    stage: Stage, fault: Fault, status: int, code: int, shown: int
) -> None:
    stage.only("post", fault)
    answer = feed(stage, message="Railway opens")
    assert (answer.status_code, answer.json()["error"]["code"], len(stage.shown())) == (status, code, shown)


def test_an_inner_error_may_also_come_before_anything_is_done(stage: Stage) -> None:
    network(stage).fails_first = 1
    answer = feed(stage, message="Railway opens")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, 1)
    assert not stage.shown()
    posted(stage)


def test_a_lost_answer_hides_a_post(stage: Stage) -> None:
    stage.only("post", "accept_then_drop")
    with pytest.raises(ConnectionResetError):
        feed(stage, message="Railway opens")
    assert len(stage.shown()) == 1


@pytest.mark.parametrize("path", ["5/nothing", "me/accounts/x", ""])
def test_an_unknown_path_is_refused(stage: Stage, path: str) -> None:
    assert refused(graph(stage, "POST", path))[0] == 2500

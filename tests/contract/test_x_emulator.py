"""The emulated X keeps the laws of its contract sheet."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from adapters.emulators.kit import Fault
from adapters.emulators.x import XNetwork
from tests.contract.stage import NOON, Stage
from tests.contract.x_client import JPEG, PNG, Client, blamed, client, ids, network, said, sent

REAL = "https://a.example.com/2026/11/a-very-long-slug-about-railways-and-bridges/"
"""X counts no address flat whose top-level domain it does not know."""
LINK = "https://www.a.example/2026/11/a-very-long-slug-about-railways-and-bridges/"
FIELDS = {"post.fields": "created_at,entities,attachments"}
CENT = Decimal("0.01")


@pytest.fixture
def stage() -> Stage:
    return Stage(XNetwork, newcomers=2)


@pytest.fixture
def x(stage: Stage) -> Client:
    return client(stage)


def test_a_post_is_answered_with_its_id_and_words(stage: Stage, x: Client) -> None:
    made = sent(x)
    assert made["text"] == "Railway opens"
    assert made["edit_history_post_ids"] == [made["id"]]
    assert [(s.id, s.text, s.handle) for s in stage.shown()] == [(made["id"], "Railway opens", "@demo_newsroom")]


def test_ids_grow_with_time_as_snowflakes_do(stage: Stage, x: Client) -> None:
    first, second = int(sent(x, "One")["id"]), int(sent(x, "Two")["id"])
    stage.wait(60)
    third = int(sent(x, "Three")["id"])
    assert first < second < third
    assert (third >> 22) - (first >> 22) == 60_000


@pytest.mark.parametrize(
    ("claims", "keys"),
    [
        ({}, {"access_token": "unknown"}),
        ({}, {"api_key": "unknown"}),
        ({}, {"api_secret": "wrong"}),
        ({}, {"access_secret": "wrong"}),
        ({"oauth_signature": "bm9uc2Vuc2U="}, {}),
        ({"oauth_signature_method": "PLAINTEXT"}, {}),
        ({"oauth_timestamp": str(int(NOON.timestamp()) - 301)}, {}),
        ({"oauth_timestamp": str(int(NOON.timestamp()) + 301)}, {}),
        ({"oauth_timestamp": "soon"}, {}),
        ({"oauth_nonce": ""}, {}),
    ],
    ids=str,
)
def test_a_call_that_is_not_signed_rightly_is_refused(
    stage: Stage, x: Client, claims: dict[str, str], keys: dict[str, str]
) -> None:
    wrong = Client(stage, x.keys | keys, claims)
    assert said(wrong.ask("GET", "/2/users/me")) == (401, "Unauthorized")
    assert x.ask("GET", "/2/users/me").status_code == 200


@pytest.mark.parametrize("skew", [-300, 300])
def test_clocks_may_differ_by_five_minutes(stage: Stage, x: Client, skew: int) -> None:
    x.claims = {"oauth_timestamp": str(int(NOON.timestamp()) + skew)}
    assert x.ask("GET", "/2/users/me").status_code == 200


def test_a_nonce_serves_once(x: Client) -> None:
    x.claims = {"oauth_nonce": "again"}
    assert x.ask("GET", "/2/users/me").status_code == 200
    assert x.ask("GET", "/2/users/me").status_code == 401


def test_the_query_is_signed_and_the_body_is_not(stage: Stage, x: Client) -> None:
    header = {"authorization": x.header("GET", "/2/users/me", {"user.fields": "username"})}
    assert stage.ask("GET", "/2/users/me?user.fields=name", headers=header).status_code == 401
    header = {"authorization": x.header("POST", "/2/tweets", {})}
    assert stage.ask("POST", "/2/tweets", headers=header, json={"text": "Anything"}).status_code == 201


def test_a_call_without_a_header_is_refused_and_a_bearer_may_not_post(stage: Stage) -> None:
    assert stage.ask("POST", "/2/tweets", json={"text": "x"}).status_code == 401
    answer = stage.ask("POST", "/2/tweets", json={"text": "x"}, headers={"authorization": "Bearer app-only"})
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("/problems/unsupported-authentication")


def test_a_token_made_before_the_app_might_write_only_reads(x: Client) -> None:
    x.me().writes = False
    answer = x.post("Railway opens")
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (403, "oauth1-permissions")
    assert x.ask("GET", "/2/users/me").status_code == 200


def test_who_the_keys_speak_for(x: Client) -> None:
    found = x.ask("GET", "/2/users/me", params={"user.fields": "username,verified"}).json()["data"]
    assert found == {"id": "1700000000000000001", "name": "Demo Newsroom", "username": "demo_newsroom"}
    assert blamed(x.ask("GET", "/2/users/me", params={"user.fields": "shoe_size"})) == "user.fields"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({}, "text"),
        ({"text": " \n"}, "text"),
        ({"text": 1}, "text"),
        ({"text": "x", "colour": "red"}, "colour"),
        ({"text": "x", "media_ids": ["1"]}, "media_ids"),
        ({"text": "x", "media": {}}, "media.media_ids"),
        ({"text": "x", "media": {"media_ids": []}}, "media.media_ids"),
        ({"text": "x", "media": {"media_ids": [1]}}, "media.media_ids"),
        ({"text": "x", "media": {"media_ids": ["1"] * 5}}, "media.media_ids"),
        ({"text": "x", "media": {"media_ids": ["1"], "alt": "x"}}, "media.alt"),
        ({"text": "x", "media": {"media_ids": ["1"], "tagged_user_ids": ["1"] * 11}}, "media.tagged_user_ids"),
        ({"text": "x", "reply": {}}, "reply.in_reply_to_tweet_id"),
        ({"text": "x", "reply": {"in_reply_to_tweet_id": "one"}}, "reply.in_reply_to_tweet_id"),
        ({"text": "x", "reply": "1"}, "reply"),
        ({"text": "x", "reply_settings": "everybody"}, "reply_settings"),
        ({"text": "x", "nullcast": "false"}, "nullcast"),
    ],
    ids=str,
)
def test_a_body_outside_the_schema_is_refused_by_name(stage: Stage, x: Client, body: Any, name: str) -> None:
    assert blamed(x.ask("POST", "/2/tweets", json=body)) == name
    assert not stage.shown()


def test_a_form_is_no_body_for_a_post(x: Client) -> None:
    assert blamed(x.ask("POST", "/2/tweets", data={"text": "x"})) == "body"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("x" * 280, 201),
        ("x" * 281, 403),
        ("Қ" * 280, 201),
        ("文" * 140, 201),
        ("文" * 141, 403),
        ("x" * 256 + f" {REAL}", 201),
        ("x" * 257 + f" {REAL}", 403),
    ],
    ids=lambda value: str(value)[:3] + str(len(str(value))),
)
def test_words_are_weighed_and_280_is_the_most(x: Client, text: str, status: int) -> None:
    assert x.post(text).status_code == status


def test_a_premium_account_writes_longer_and_what_too_long_is_called_can_be_set(stage: Stage, x: Client) -> None:
    network(stage).too_long = "Your Tweet text is too long."
    assert said(x.post("x" * 281)) == (403, "Your Tweet text is too long.")
    x.me().longest = 4000
    assert x.post("x" * 281).status_code == 201


def test_the_same_words_of_one_account_are_refused_for_a_day(stage: Stage, x: Client) -> None:
    sent(x)
    assert said(x.post("Railway opens")) == (
        403,
        "You are not allowed to create a Tweet with duplicate content.",
    )
    assert client(stage, 1).post("Railway opens").status_code == 201
    stage.wait(timedelta(hours=24).total_seconds() - 1)
    assert x.post("Railway opens").status_code == 403
    stage.wait(1)
    assert x.post("Railway opens").status_code == 201


def test_deleting_does_not_make_it_forget_the_words(x: Client) -> None:
    number = sent(x)["id"]
    x.ask("DELETE", f"/2/tweets/{number}")
    assert x.post("Railway opens").status_code == 403


def test_words_posted_by_hand_count_as_said(stage: Stage, x: Client) -> None:
    stage.network.editor_posts(stage.place, "Railway opens")
    assert x.post("Railway opens").status_code == 403


@pytest.mark.parametrize(
    ("text", "status"),
    [("$KZT falls", 201), ("$KZT and $RUB fall", 403), ("$100 and $200 go", 201), ("$BRK.A and $KZT", 403)],
)
def test_a_post_holds_one_cashtag_at_most(x: Client, text: str, status: int) -> None:
    assert x.post(text).status_code == status


def test_a_reply_stands_under_a_post_of_ones_own_only(stage: Stage, x: Client) -> None:
    mine, other = sent(x)["id"], sent(client(stage, 1), "Another")["id"]
    assert x.post("More", reply={"in_reply_to_tweet_id": mine}).status_code == 201
    assert stage.shown()[-1].parent == mine
    assert x.post("Well", reply={"in_reply_to_tweet_id": other}).status_code == 403
    assert x.post("Hm", reply={"in_reply_to_tweet_id": "1"}).status_code == 403


@pytest.mark.parametrize(
    ("content", "category", "name"),
    [
        (PNG, "", "media_category"),
        (PNG, "dm_image", "media"),
        (b"<svg/>", "tweet_image", "media"),
        (PNG + bytes(5 * 1024 * 1024), "tweet_image", "media"),
    ],
    ids=["no category", "another category", "no picture", "too large"],
)
def test_an_upload_must_be_a_picture_of_five_megabytes_at_most(
    x: Client, content: bytes, category: str, name: str
) -> None:
    assert blamed(x.upload(content, category)) == name


@pytest.mark.parametrize(
    ("content", "mime"), [(PNG, "png"), (JPEG, "jpeg"), (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"), (b"GIF89a", "gif")]
)
def test_what_a_picture_is_stands_in_its_bytes(x: Client, content: bytes, mime: str) -> None:
    found = x.upload(content).json()["data"]
    assert found["image"]["image_type"] == f"image/{mime}"
    assert (found["media_key"], found["size"], found["expires_after_secs"]) == (f"3_{found['id']}", len(content), 86400)


def test_readers_see_the_picture_and_its_description_and_no_card(stage: Stage, x: Client) -> None:
    stage.network.pages[LINK] = ("Railway", "It opens")
    number = x.upload().json()["data"]["id"]
    assert x.describe(number, "A train").json()["data"]["associated_metadata"] == {"alt_text": {"text": "A train"}}
    sent(x, f"Read {LINK}", media={"media_ids": [number]})
    (shown,) = stage.shown()
    ((sha256, alt),) = shown.media
    assert (stage.world.files[sha256].content, alt, shown.card) == (PNG, "A train", None)


def test_a_picture_may_stand_without_words(stage: Stage, x: Client) -> None:
    number = x.upload().json()["data"]["id"]
    assert x.ask("POST", "/2/tweets", json={"media": {"media_ids": [number]}}).status_code == 201


def test_four_pictures_or_one_moving_one(x: Client) -> None:
    four = [x.upload().json()["data"]["id"] for _ in range(4)]
    assert x.post("Four", media={"media_ids": four}).status_code == 201
    moving = x.upload(b"GIF89a", "tweet_gif").json()["data"]["id"]
    assert x.post("Moving", media={"media_ids": [moving]}).status_code == 201
    assert x.post("Both", media={"media_ids": [four[0], moving]}).status_code == 403


def test_an_upload_serves_its_owner_for_a_day(stage: Stage, x: Client) -> None:
    number = x.upload().json()["data"]["id"]
    assert blamed(client(stage, 1).post("Mine", media={"media_ids": [number]})) == "media.media_ids"
    assert blamed(x.post("What", media={"media_ids": ["12"]})) == "media.media_ids"
    stage.wait(86399)
    assert x.post("Late", media={"media_ids": [number]}).status_code == 201
    stage.wait(1)
    assert blamed(x.post("Too late", media={"media_ids": [number]})) == "media.media_ids"
    assert blamed(x.describe(number, "A train")) == "media_id"


def test_a_description_has_at_most_1000_characters(x: Client) -> None:
    number = x.upload().json()["data"]["id"]
    assert x.describe(number, "x" * 1000).status_code == 200
    assert blamed(x.describe(number, "x" * 1001)) == "metadata.alt_text.text"
    assert blamed(x.describe("12", "A train")) == "media_id"


def test_deleting_answers_true_then_404_and_never_for_another(stage: Stage, x: Client) -> None:
    number = sent(x)["id"]
    assert client(stage, 1).ask("DELETE", f"/2/tweets/{number}").status_code == 403
    assert x.ask("DELETE", f"/2/tweets/{number}").json() == {"data": {"deleted": True}}
    assert x.ask("DELETE", f"/2/tweets/{number}").status_code == 404
    assert not stage.shown()
    assert ids(x.timeline()) == []


@pytest.mark.parametrize(
    ("fault", "status", "shown"),
    [("accept_then_500", 503, 1), ("429", 429, 0), ("html_error", 502, 0), ("token_revoked", 401, 0), ("lag", 201, 1)],
)
def test_each_answered_fault_says_and_shows_what_it_should(
    stage: Stage, x: Client, fault: Fault, status: int, shown: int
) -> None:
    stage.only("createPosts", fault)
    assert x.post("Railway opens").status_code == status
    assert len(stage.shown()) == shown
    stage.calm()
    stage.world.restore()
    assert x.post("Something else").status_code == 201


@pytest.mark.parametrize(("fault", "shown"), [("drop_before", 0), ("accept_then_drop", 1)])
def test_a_cut_connection_may_have_posted(stage: Stage, x: Client, fault: Fault, shown: int) -> None:
    stage.only("createPosts", fault)
    with pytest.raises(ConnectionError):
        x.post("Railway opens")
    assert len(stage.shown()) == shown


def test_the_card_is_the_last_addresss(stage: Stage, x: Client) -> None:
    stage.network.pages |= {LINK: ("Railway", "It opens"), "https://b.example/y": ("Other", "")}
    sent(x, f"https://b.example/y and {LINK}")
    assert stage.shown()[0].card == (LINK, "Railway", "It opens")


@pytest.mark.parametrize(("method", "path"), [("GET", "/2/tweets"), ("POST", "/2/media/upload/initialize")])
def test_what_is_not_emulated_says_so(x: Client, method: str, path: str) -> None:
    status, words = said(x.ask(method, path))
    assert (status, words) == (404, f"{method} {path} is not emulated")


def test_an_edit_is_not_emulated_and_says_so(x: Client) -> None:
    number = sent(x)["id"]
    assert said(x.post("New", edit_options={"previous_post_id": number})) == (403, "Editing is not emulated.")

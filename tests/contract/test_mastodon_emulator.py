"""The emulated Mastodon server keeps the laws of its contract sheet."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from adapters.emulators.mastodon import MastodonNetwork
from tests.contract.pictures import drawn
from tests.contract.plain import mastodon, post
from tests.contract.stage import Stage

LINK = "https://www.a.example/2026/11/a-very-long-slug-about-railways-and-bridges/"

PICTURE = drawn()
NAME = hashlib.sha256(PICTURE).hexdigest()
_NOT_FOUND = "not found or already attached to another post"


@pytest.fixture
def stage() -> Stage:
    return Stage(MastodonNetwork)


def server(stage: Stage) -> MastodonNetwork:
    assert isinstance(stage.network, MastodonNetwork)
    return stage.network


def sent(stage: Stage, text: str = "Railway opens", **more: Any) -> dict[str, Any]:
    answer = post(stage, text, **more)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def keyed(stage: Stage, key: str = "k", text: str = "Railway opens") -> httpx.Response:
    return mastodon(stage, "POST", "/api/v1/statuses", key=key, json={"status": text})


def listed(stage: Stage, **query: Any) -> list[str]:
    me = mastodon(stage, "GET", "/api/v1/accounts/verify_credentials").json()["id"]
    found = mastodon(stage, "GET", f"/api/v1/accounts/{me}/statuses", params={"exclude_reblogs": "true"} | query)
    return [status["id"] for status in found.json()]


def upload(
    stage: Stage, mime: str = "image/jpeg", alt: str = "A train", content: bytes = PICTURE, version: int = 2
) -> httpx.Response:
    files = {"file": ("a", content, mime)}
    return mastodon(stage, "POST", f"/api/v{version}/media", files=files, data={"description": alt})


def test_a_status_has_the_fields_of_the_sheet(stage: Stage) -> None:
    status = sent(stage, language="kk", visibility="unlisted")
    assert status["created_at"] == "2026-11-22T12:00:00.000Z"
    assert status["url"] == f"https://mastodon.example/@demo_newsroom/{status['id']}"
    assert (status["language"], status["visibility"], status["card"]) == ("kk", "unlisted", None)
    assert status["application"]["name"] == "Jarshy"
    assert (stage.shown()[0].lang, stage.shown()[0].options) == ("kk", {"visibility": "unlisted"})


def test_a_form_is_read_as_json_is(stage: Stage) -> None:
    media = [upload(stage).json()["id"], upload(stage).json()["id"]]
    form = {"status": "Railway opens", "media_ids[]": media}
    assert len(mastodon(stage, "POST", "/api/v1/statuses", data=form).json()["media_attachments"]) == 2


@pytest.mark.parametrize(
    ("after", "posts"), [(timedelta(0), 1), (timedelta(minutes=59, seconds=59), 1), (timedelta(hours=1), 2)]
)
def test_a_key_is_remembered_for_one_hour_only(stage: Stage, after: timedelta, posts: int) -> None:
    first = keyed(stage)
    stage.now += after
    second = keyed(stage)
    assert (first.json()["id"] == second.json()["id"]) is (posts == 1)
    assert len(stage.shown()) == posts


def test_another_key_is_another_post(stage: Stage) -> None:
    keyed(stage, "one")
    keyed(stage, "two")
    assert len(stage.shown()) == 2


@pytest.mark.parametrize(("keys", "status", "posts"), [("forgotten", 200, 2), ("broken", 500, 1)])
def test_other_servers_forget_keys_or_fail_on_them(stage: Stage, keys: Any, status: int, posts: int) -> None:
    server(stage).keys = keys
    keyed(stage)
    assert keyed(stage).status_code == status
    assert len(stage.shown()) == posts


def test_every_answer_counts_down_and_resets_at_an_iso_moment(stage: Stage) -> None:
    first, second = post(stage, "One"), post(stage, "Two")
    assert [a.headers["x-ratelimit-remaining"] for a in (first, second)] == ["299", "298"]
    assert second.headers["x-ratelimit-reset"] == "2026-11-22T12:05:00.000000Z"


def test_too_many_requests_name_the_reset_and_no_retry_after(stage: Stage) -> None:
    numbers = [sent(stage, f"Number {n}")["id"] for n in range(31)]
    answers = [mastodon(stage, "DELETE", f"/api/v1/statuses/{number}") for number in numbers]
    assert said(answers[-1]) == (429, "Too many requests")
    assert "retry-after" not in answers[-1].headers
    reset = datetime.fromisoformat(answers[-1].headers["x-ratelimit-reset"])
    assert reset - stage.now == timedelta(minutes=30)
    assert len(stage.shown()) == 1


@pytest.mark.parametrize(
    ("text", "is_taken"),
    [
        ("x" * 500, True),
        ("x" * 501, False),
        ("👨‍👩‍👧‍👦" * 500, True),
        (f"{'x' * 476} {LINK}", True),
        (f"{'x' * 477} {LINK}", False),
        (f"{'x' * 476} {LINK.upper()}", True),
        (f"{'x' * 494} @desk@mastodon.example", True),
    ],
)
def test_length_counts_graphemes_links_as_23_and_mentions_without_host(stage: Stage, text: str, is_taken: bool) -> None:
    answer = post(stage, text)
    assert answer.is_success is is_taken
    if not is_taken:
        assert said(answer) == (422, "Validation failed: Text character limit of 500 exceeded")


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"status": "  "}, 422, "Validation failed: Text can't be blank"),
        ({"status": "x", "spoiler_text": "y" * 500}, 422, "Validation failed: Text character limit of 500 exceeded"),
        ({"status": "x", "in_reply_to_id": "5"}, 404, "Record not found"),
        ({"status": "x", "media_ids": ["5"]}, 422, f"Validation failed: Media 5 {_NOT_FOUND}"),
    ],
)
def test_what_the_server_will_not_take_is_refused_in_its_words(
    stage: Stage, body: dict[str, Any], status: int, words: str
) -> None:
    assert said(mastodon(stage, "POST", "/api/v1/statuses", json=body)) == (status, words)
    assert not stage.shown()


def test_content_is_escaped_and_links_are_wrapped_in_invisible_spans(stage: Stage) -> None:
    content = sent(stage, f'A <b> & "c"\nNew line\n\n{LINK}?a=1&b=2 #Астана')["content"]
    assert content.startswith("<p>A &lt;b&gt; &amp; &quot;c&quot;<br />New line</p><p>")
    assert f'<a href="{LINK}?a=1&amp;b=2" ' in content
    assert '<span class="invisible">https://www.</span><span class="ellipsis">a.example/2026/11' in content
    assert 'class="mention hashtag" rel="tag">#<span>Астана</span></a>' in content
    assert [mark[2] for mark in stage.shown()[0].marks] == ["link", "tag"]


def test_an_address_in_capitals_is_a_link_that_hides_nothing_at_its_beginning(stage: Stage) -> None:
    content = sent(stage, LINK.upper())["content"]
    assert '<span class="invisible"></span><span class="ellipsis">HTTPS://WWW.A.EXAMPLE/2026/11/</span>' in content
    assert [mark[2] for mark in stage.shown()[0].marks] == ["link"]


def test_the_card_is_fetched_from_the_page_after_the_answer(stage: Stage) -> None:
    stage.network.pages[LINK] = ("Railway", "It opens")
    status = sent(stage, f"Read {LINK}")
    assert status["card"] is None
    stage.wait(5)
    card = mastodon(stage, "GET", f"/api/v1/statuses/{status['id']}").json()["card"]
    assert (card["url"], card["title"]) == (LINK, "Railway")
    assert stage.shown()[0].card == (LINK, "Railway", "It opens")


def test_pictures_take_the_place_of_the_card(stage: Stage) -> None:
    stage.network.pages[LINK] = ("Railway", "It opens")
    sent(stage, f"Read {LINK}", media_ids=[upload(stage).json()["id"]])
    assert (stage.shown()[0].card, stage.shown()[0].media) == (None, ((NAME, "A train"),))
    assert stage.world.files[NAME].content == PICTURE


def test_a_film_is_processed_for_a_while_and_cannot_be_attached_before(stage: Stage) -> None:
    film = upload(stage, "video/mp4")
    number = film.json()["id"]
    assert (film.status_code, film.json()["url"]) == (202, None)
    assert mastodon(stage, "GET", f"/api/v1/media/{number}").status_code == 206
    status, words = said(post(stage, "Film", media_ids=[number]))
    assert status == 422
    assert "have not finished processing" in words
    stage.wait(30)
    assert mastodon(stage, "GET", f"/api/v1/media/{number}").json()["url"]
    assert sent(stage, "Film", media_ids=[number])["media_attachments"]


def test_a_picture_is_ready_at_once_and_its_description_is_at_most_1500(stage: Stage) -> None:
    assert upload(stage, alt="x" * 1500).json()["url"]
    assert upload(stage, alt="x" * 1501).status_code == 422


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"BYTES", "File content type is invalid"),
        (PICTURE[:20], "File content type is invalid"),
        (PICTURE + bytes(16_777_217 - len(PICTURE)), "File file size must be less than 16 MB"),
        (drawn(1, "PNG", (6000, 5530)), "6000x5530 images are not supported"),
    ],
    ids=["no picture", "broken off", "too many bytes", "too many pixels"],
)
def test_a_picture_outside_the_limits_is_refused_by_what_is_in_it(stage: Stage, content: bytes, words: str) -> None:
    assert said(upload(stage, content=content)) == (422, f"Validation failed: {words}")


def test_the_limits_it_tells_are_those_it_keeps(stage: Stage) -> None:
    media = mastodon(stage, "GET", "/api/v2/instance").json()["configuration"]["media_attachments"]
    assert (media["image_size_limit"], media["image_matrix_limit"]) == (16_777_216, 33_177_600)
    assert upload(stage, content=PICTURE + bytes(16_777_216 - len(PICTURE))).status_code == 200


def test_a_slow_server_works_on_a_picture_for_a_while(stage: Stage) -> None:
    assert isinstance(stage.network, MastodonNetwork)
    stage.network.processing = timedelta(seconds=3)
    found = upload(stage)
    where = f"/api/v1/media/{found.json()['id']}"
    assert (found.status_code, mastodon(stage, "GET", where).status_code) == (202, 206)
    stage.wait(3)
    assert mastodon(stage, "GET", where).json()["url"]


@pytest.mark.parametrize(("hours", "is_kept"), [(23, True), (24, False)])
def test_an_upload_no_post_took_is_cleared_away_after_a_day(stage: Stage, hours: int, is_kept: bool) -> None:
    number = upload(stage).json()["id"]
    stage.wait(hours * 3600)
    assert mastodon(stage, "GET", f"/api/v1/media/{number}").is_success is is_kept
    answer = post(stage, "Railway opens", media_ids=[number])
    assert answer.is_success is is_kept
    assert is_kept or said(answer) == (422, f"Validation failed: Media {number} {_NOT_FOUND}")


def test_a_picture_stands_on_one_post_only(stage: Stage) -> None:
    number = upload(stage).json()["id"]
    status = sent(stage, media_ids=[number])
    assert said(post(stage, "Again", media_ids=[number]))[0] == 422
    again = {"status": "Railway opened", "media_ids": [number]}
    edited = mastodon(stage, "PUT", f"/api/v1/statuses/{status['id']}", json=again)
    assert [media["id"] for media in edited.json()["media_attachments"]] == [number]


def test_an_edit_keeps_the_id_and_drops_media_that_are_not_sent_again(stage: Stage) -> None:
    status = sent(stage, media_ids=[upload(stage).json()["id"]])
    stage.wait(60)
    edited = mastodon(stage, "PUT", f"/api/v1/statuses/{status['id']}", json={"status": "Railway opened"}).json()
    assert (edited["id"], edited["media_attachments"]) == (status["id"], [])
    assert edited["edited_at"] == "2026-11-22T12:01:00.000Z"
    assert (stage.shown()[0].text, stage.shown()[0].edited_at) == ("Railway opened", stage.now)


def test_deleting_gives_the_text_back_and_a_second_time_404(stage: Stage) -> None:
    path = f"/api/v1/statuses/{sent(stage)['id']}"
    assert mastodon(stage, "DELETE", path).json()["text"] == "Railway opens"
    assert said(mastodon(stage, "DELETE", path)) == (404, "Record not found")
    assert not stage.shown()


def test_the_list_is_newest_first_and_min_id_counts_forward(stage: Stage) -> None:
    numbers = [sent(stage, f"Number {n}")["id"] for n in range(5)]
    assert listed(stage) == numbers[::-1]
    assert listed(stage, limit=2) == [numbers[4], numbers[3]]
    assert listed(stage, limit=2, min_id=numbers[0]) == [numbers[2], numbers[1]]
    assert listed(stage, limit=2, max_id=numbers[3]) == [numbers[2], numbers[1]]


def test_a_lagging_list_shows_a_new_status_twenty_seconds_later(stage: Stage) -> None:
    sent(stage)
    stage.only("listStatuses", "lag")
    assert listed(stage) == []
    stage.wait(20)
    assert len(listed(stage)) == 1


@pytest.mark.parametrize(("token", "words"), [("wrong", "The access token is invalid"), ("", "")])
def test_an_unknown_token_is_refused(stage: Stage, token: str, words: str) -> None:
    answer = stage.ask(
        "GET", "/api/v1/accounts/verify_credentials", headers={"authorization": f"Bearer {token}"} if token else {}
    )
    assert answer.status_code == 401
    assert words in answer.text


def test_a_token_without_the_right_scope_may_read_only(stage: Stage) -> None:
    server(stage).accounts[stage.credentials["token"]].scopes = {"read"}
    assert said(post(stage, "x")) == (403, "This action is outside the authorized scopes")
    assert mastodon(stage, "GET", "/api/v1/accounts/verify_credentials").status_code == 200


def test_limits_are_told_at_v2_and_on_older_servers_at_v1_only(stage: Stage) -> None:
    statuses = stage.ask("GET", "/api/v2/instance").json()["configuration"]["statuses"]
    assert (statuses["max_characters"], statuses["characters_reserved_per_url"]) == (500, 23)
    server(stage).has_v2 = False
    assert stage.ask("GET", "/api/v2/instance").status_code == 404
    assert stage.ask("GET", "/api/v1/instance").json()["configuration"]["statuses"] == statuses

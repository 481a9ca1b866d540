"""What the emulated X tells: timelines, windows, prices and refusals, as its contract sheet has them."""

from decimal import Decimal
from typing import Any

import pytest

from adapters.emulators.x import XNetwork
from tests.contract.stage import NOON, Stage
from tests.contract.x_client import Client, blamed, client, ids, network, said, sent

LINK = "https://www.a.example/2026/11/a-very-long-slug-about-railways-and-bridges/"
FIELDS = {"post.fields": "created_at,entities,attachments"}
CENT = Decimal("0.01")


@pytest.fixture
def stage() -> Stage:
    return Stage(XNetwork, newcomers=2)


@pytest.fixture
def x(stage: Stage) -> Client:
    return client(stage)


def test_the_timeline_is_newest_first_and_pages(stage: Stage, x: Client) -> None:
    numbers = [sent(x, f"Number {n}")["id"] for n in range(12)][::-1]
    first = x.timeline(max_results="5")
    assert ids(first) == numbers[:5]
    assert first.json()["meta"] | {"next_token": ""} == {
        "result_count": 5,
        "newest_id": numbers[0],
        "oldest_id": numbers[4],
        "next_token": "",
    }
    second = x.timeline(max_results="5", pagination_token=first.json()["meta"]["next_token"])
    third = x.timeline(max_results="5", pagination_token=second.json()["meta"]["next_token"])
    assert ids(second) + ids(third) == numbers[5:]
    assert "next_token" not in third.json()["meta"]
    assert ids(x.timeline(since_id=numbers[2])) == numbers[:2]
    assert ids(x.timeline(until_id=numbers[9])) == numbers[10:]
    assert x.timeline(since_id=numbers[0]).json() == {"meta": {"result_count": 0}}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_results", "4"),
        ("max_results", "101"),
        ("since_id", "x"),
        ("pagination_token", "?"),
        ("exclude", "ads"),
        ("post.fields", "created_at,shoe_size"),
        ("tweet.fields", "created_at"),
        ("limit", "5"),
    ],
)
def test_a_question_outside_the_lists_is_refused_by_name(x: Client, name: str, value: str) -> None:
    assert blamed(x.timeline(**{name: value})) == name


def test_the_question_for_fields_can_be_the_one_of_the_guides(stage: Stage, x: Client) -> None:
    network(stage).fields = "tweet.fields"
    sent(x)
    assert "created_at" in x.timeline(**{"tweet.fields": "created_at"}).json()["data"][0]
    assert blamed(x.timeline(**FIELDS)) == "post.fields"


def test_the_timeline_shortens_addresses_and_escapes(stage: Stage, x: Client) -> None:
    sent(x, f"<b> & Kazinform.kz: {LINK}.")
    (post,) = x.timeline(**FIELDS).json()["data"]
    bare, full = post["entities"]["urls"]
    assert post["text"] == f"&lt;b&gt; &amp; {bare['url']}: {full['url']}."
    assert (bare["expanded_url"], full["expanded_url"]) == ("http://Kazinform.kz", LINK)
    assert full["display_url"] == "a.example/2026/11/a-very-l…"
    assert full["url"].startswith("https://t.co/")
    assert post["text"][full["start"] : full["end"]] == full["url"]
    assert post["created_at"] == "2026-11-22T12:00:00.000Z"


def test_without_asking_a_post_is_shown_without_its_fields(x: Client) -> None:
    sent(x, LINK)
    assert set(x.timeline().json()["data"][0]) == {"id", "text", "edit_history_post_ids"}


def test_pictures_follow_the_words_under_a_short_address(x: Client) -> None:
    number = x.upload().json()["data"]["id"]
    made = sent(x, "A train", media={"media_ids": [number]})
    (post,) = x.timeline(**FIELDS).json()["data"]
    (url,) = post["entities"]["urls"]
    assert post["text"] == f"A train {url['url']}"
    assert url["expanded_url"] == f"https://x.com/demo_newsroom/status/{made['id']}/photo/1"
    assert post["attachments"]["media_keys"] == [url["media_key"]] == [f"3_{number}"]


def test_a_long_post_is_cut_in_the_list_and_whole_in_its_note(x: Client) -> None:
    x.me().longest = 4000
    text = "word " * 80 + LINK
    sent(x, text)
    (post,) = x.timeline(**{"post.fields": "created_at,entities,note_post"}).json()["data"]
    assert (len(post["text"]), post["text"][-1]) == (280, "…")
    assert post["note_post"]["text"].startswith("word " * 80)
    assert post["note_post"]["entities"]["urls"][0]["expanded_url"] == LINK


def test_a_lagging_timeline_shows_a_new_post_twenty_seconds_later(stage: Stage, x: Client) -> None:
    sent(x)
    stage.only("getUsersPosts", "lag")
    assert ids(x.timeline()) == []
    stage.wait(20)
    assert len(ids(x.timeline())) == 1


def test_replies_can_be_left_out(x: Client) -> None:
    first = sent(x)["id"]
    sent(x, "More", reply={"in_reply_to_tweet_id": first})
    assert ids(x.timeline(exclude="replies,retweets")) == [first]


def test_every_call_has_a_window_of_fifteen_minutes_and_tells_of_it(stage: Stage, x: Client) -> None:
    for left in range(74, -1, -1):
        answer = x.ask("GET", "/2/users/me")
        assert answer.headers["x-rate-limit-remaining"] == str(left)
    assert answer.headers["x-rate-limit-limit"] == "75"
    assert answer.headers["x-rate-limit-reset"] == str(int(NOON.timestamp()) + 900)
    refused = x.ask("GET", "/2/users/me")
    assert said(refused) == (429, "Too Many Requests")
    assert refused.headers["x-rate-limit-remaining"] == "0"
    assert client(stage, 1).ask("GET", "/2/users/me").status_code == 200
    stage.wait(900)
    assert x.ask("GET", "/2/users/me").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "most"),
    [
        ("POST", "/2/tweets", 100),
        ("DELETE", "/2/tweets/1", 50),
        ("GET", "/2/users/1/tweets", 900),
        ("POST", "/2/media/upload", 500),
        ("POST", "/2/media/metadata", 500),
    ],
)
def test_the_windows_are_those_of_the_sheet_and_refusals_count_too(
    x: Client, method: str, path: str, most: int
) -> None:
    answer = x.ask(method, path)
    assert answer.headers["x-rate-limit-limit"] == str(most)
    assert answer.headers["x-rate-limit-remaining"] == str(most - 1)


def test_posts_have_a_window_of_a_day_for_the_app_and_may_have_one_for_the_account(stage: Stage, x: Client) -> None:
    network(stage).user_day = 2
    for n in range(2):
        answer = x.post(f"Number {n}")
    assert answer.headers["x-app-limit-24hour-remaining"] == "9998"
    assert answer.headers["x-user-limit-24hour-remaining"] == "0"
    refused = x.post("Number 3")
    assert refused.status_code == 429
    assert refused.headers["x-user-limit-24hour-reset"] == str(int(NOON.timestamp()) + 86400)
    assert refused.headers["x-rate-limit-remaining"] != "0"
    stage.wait(901)
    assert x.post("Number 3").status_code == 429
    stage.wait(86400)
    assert x.post("Number 3").status_code == 201


def test_the_price_of_every_call_is_on_the_bill(stage: Stage, x: Client) -> None:
    sent(x, "No link")
    sent(x, f"A link {LINK}")
    sent(x, "Kazinform.kz reports")
    number = x.upload().json()["data"]["id"]
    x.describe(number, "A train")
    x.timeline()
    x.ask("GET", "/2/users/me")
    x.ask("DELETE", f"/2/tweets/{ids(x.timeline(max_results='5'))[0]}")
    bill = [(charge.call, charge.cost) for charge in network(stage).bill]
    assert bill == [
        ("createPosts", CENT * 3 / 2),
        ("createPosts", CENT * 20),
        ("createPosts", CENT * 20),
        ("createMediaMetadata", CENT / 2),
        ("getUsersPosts", CENT * 3 / 10),
        ("getUsersMe", CENT),
        ("getUsersPosts", CENT * 3 / 10),
        ("deletePosts", CENT),
    ]
    assert network(stage).credits == 1000 - sum(cost for _, cost in bill)


def test_posts_of_others_cost_more_to_read(stage: Stage, x: Client) -> None:
    sent(client(stage, 1))
    x.ask("GET", f"/2/users/{client(stage, 1).me().id}/tweets")
    x.me().owns_app = False
    sent(x)
    x.timeline()
    reads = [charge.cost for charge in network(stage).bill if charge.call == "getUsersPosts"]
    assert reads == [CENT / 2, CENT / 2]


def test_without_credits_every_call_is_refused(stage: Stage, x: Client) -> None:
    network(stage).credits = CENT
    sent(x)
    for answer in (x.post("More"), x.ask("GET", "/2/users/me")):
        assert (answer.status_code, answer.json()["title"]) == (402, "CreditsDepleted")
        assert answer.json()["detail"].startswith("Your enrolled account [1700000000000000001] does not have")
    assert len(stage.shown()) == 1


def test_refusals_with_a_code_can_come_in_the_older_form(stage: Stage, x: Client) -> None:
    network(stage).old_fashioned = True
    sent(x)
    answer = x.post("Railway opens")
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == 187
    assert "detail" not in answer.json()
    stage.draw = lambda call: "429"
    assert x.post("More").json()["errors"][0]["code"] == 88


def test_a_suspended_account_is_told_so(x: Client) -> None:
    x.me().is_suspended = True
    answer = x.post("Railway opens")
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (403, "user-suspended")


@pytest.mark.parametrize("status", ["503", "401"])
def test_an_outage_answers_everybody_alike_and_does_nothing(stage: Stage, x: Client, status: Any) -> None:
    network(stage).outage = status
    assert x.post("Railway opens").status_code == int(status)
    assert x.ask("GET", "/2/users/me").status_code == int(status)
    network(stage).outage = ""
    assert x.post("Railway opens").status_code == 201
    assert len(stage.shown()) == 1

from datetime import timedelta

import httpx
import pytest

from adapters.contract import (
    Asked,
    AuthFailed,
    NotSent,
    NotYet,
    OutcomeUnknown,
    PublishError,
    Receipt,
    Rejected,
    Scope,
)
from adapters.http import Answer
from adapters.x_answers import sort
from tests.unit.adapters.kit import START, Clock, Memory, later
from tests.unit.adapters.x_server import LINK, MARKED, POST, POSTS, Server, find, page, publish, refused, shown


def test_a_lost_answer_is_found_by_words_and_address() -> None:
    posts = page(shown(1003, "Another"), shown(1002), shown(1001, f"Бюджет {LINK}"))
    receipt, network = find(Server(**{POSTS: posts}))
    assert receipt == Receipt("1002", "https://x.com/steppe/status/1002", mark="1002")
    assert dict(network.seen[-1].url.params) == {
        "since_id": "1000",
        "max_results": "20",
        "exclude": "retweets",
        "post.fields": "created_at,entities,note_post",
    }


@pytest.mark.parametrize(
    "one",
    [
        shown(1002),
        shown(1002, links=[(LINK, LINK.replace("steppe", "STEPPE")), ("Kazinform.kz", "http://kazinform.kz/")]),
        shown(1002, links=[(LINK, LINK)]),
        shown(1002, links=[(LINK, LINK + "%2F/")]),
        shown(1002, f"{POST.text} PIC", [(LINK, LINK), ("PIC", "https://x.com/steppe/status/1002/photo/1")]),
        shown(1002, "Бюдж…", note_post=None) | {"note_post": {n: shown(1002)[n] for n in ("text", "entities")}},
        shown(1002, "Бюдж…", note_tweet=None) | {"note_tweet": {n: shown(1002)[n] for n in ("text", "entities")}},
    ],
    ids=["plain", "folded", "bare domain no link", "escaped", "with a picture", "long", "long, by its older name"],
)
def test_a_post_is_ours_however_x_shows_it(one) -> None:
    assert find(Server(**{POSTS: page(shown(1003, "<b> &bogus;"), one)}))[0].id == "1002"


@pytest.mark.parametrize(
    "other",
    [
        shown(1002, f"By hand: budgets\n\n{LINK}"),
        shown(1002, f"{POST.text} and more"),
        shown(1002, links=[(LINK, LINK.replace("budgets", "other")), ("Kazinform.kz", "http://Kazinform.kz")]),
        shown(1002, POST.text.replace(LINK, ""), [("Kazinform.kz", "http://Kazinform.kz")]),
        shown(1002, entities=None),
    ],
    ids=["the same address", "more words", "another address", "no address", "addresses not told"],
)
def test_another_post_is_not_ours(other) -> None:
    assert find(Server(**{POSTS: page(other)}), at=later(seconds=200))[0] is None


def test_the_search_turns_pages_until_there_are_no_more() -> None:
    pages = [page(shown(1009, "Another"), token="p2"), page(shown(1002))]
    receipt, network = find(Server(**{POSTS: pages}))
    assert receipt.id == "1002"
    assert network.seen[-1].url.params["pagination_token"] == "p2"


def test_too_many_posts_since_then_are_not_read_to_the_end() -> None:
    with pytest.raises(OutcomeUnknown, match="more than 1000 posts"):
        find(Server(**{POSTS: page(shown(1009, "Another"), token="p2")}))


@pytest.mark.parametrize(("age", "wait"), [(-40, 20), (0, 20), (25, 60), (100, 50), (149, 1)])
def test_a_look_that_sees_nothing_is_repeated_until_the_lag_is_over(age: int, wait: int) -> None:
    with pytest.raises(NotYet) as caught:
        find(Server(), at=later(seconds=age))
    assert caught.value.retry_after == timedelta(seconds=wait)


def test_after_the_lag_a_post_nobody_sees_is_absent() -> None:
    assert find(Server(), at=later(seconds=150))[0] is None


def test_without_a_mark_nothing_is_concluded() -> None:
    with pytest.raises(OutcomeUnknown, match="not known which posts"):
        find(Server(), memo=Memory(), at=later(hours=1))


def test_without_notes_of_the_try_only_what_is_found_counts() -> None:
    asked = Asked(START, START, "1000")
    found, network = find(Server(**{POSTS: page(shown(1002))}), memo=Memory(), asked=asked)
    assert found.id == "1002"
    assert network.seen[1].url.params["since_id"] == "1000"
    with pytest.raises(NotYet):
        find(Server(), memo=Memory(), asked=asked)
    with pytest.raises(OutcomeUnknown, match="how it was sent is not known"):
        find(Server(), memo=Memory(), asked=asked, at=later(hours=1))


def test_a_post_is_looked_for_where_it_was_sent_even_if_the_keys_are_anothers_by_now() -> None:
    memo = Memory(**MARKED | {"channel:account": '{"id": "8", "username": "other", "of": "-"}'})
    server = Server(**{"GET /2/users/me": {"data": {"id": "8", "username": "other"}}, POSTS: page(shown(1002))})
    receipt, network = find(server, memo=memo)
    assert receipt.id == "1002"
    assert network.seen[0].url.path == "/2/users/7/tweets"


DUPLICATE = refused(403, "You are not allowed to create a Tweet with duplicate content.")


def test_words_refused_as_a_repetition_may_be_out_if_a_try_of_them_was_unclear() -> None:
    memo = Memory()
    with pytest.raises(OutcomeUnknown):
        publish(Server(**{"POST /2/tweets": httpx.ReadError("lost")}), memo=memo)
    with pytest.raises(OutcomeUnknown, match="duplicate content"):
        publish(Server(**{"POST /2/tweets": DUPLICATE}), memo=memo)
    assert find(Server(**{POSTS: page(shown(1002))}), memo=memo)[0].id == "1002"
    with pytest.raises(NotYet):
        find(Server(), memo=memo)
    with pytest.raises(OutcomeUnknown, match="refuses these words as a repetition"):
        find(Server(), memo=memo, at=later(seconds=151))


@pytest.mark.parametrize("first", [refused(400, "not one of"), page(shown(1002, created_at=None))])
def test_x_is_asked_in_the_words_of_its_guides_where_it_does_not_know_those_of_its_contract(first) -> None:
    receipt, network = find(Server(**{POSTS: [first, page(shown(1002))]}))
    assert receipt.id == "1002"
    assert network.seen[-1].url.params["tweet.fields"] == "created_at,entities,note_tweet"
    assert "post.fields" not in network.seen[-1].url.params


@pytest.mark.parametrize(
    "answer",
    [
        refused(400),
        refused(403),
        refused(404),
        refused(500),
        {"errors": [{"title": "Forbidden"}]},
        {"meta": {"result_count": 3}},
    ],
    ids=range(6),
)
def test_a_question_that_cannot_be_asked_says_nothing_about_a_post(answer) -> None:
    with pytest.raises(NotSent):
        find(Server(**{POSTS: answer}), at=later(hours=1))
    with pytest.raises(NotSent):
        publish(Server(**{POSTS: answer}))


def test_a_post_that_came_with_errors_beside_it_is_out() -> None:
    answer = {"data": {"id": "1001", "text": "…"}, "errors": [{"title": "Not Found Error"}]}
    assert publish(Server(**{"POST /2/tweets": answer}))[0].id == "1001"


@pytest.mark.parametrize("number", [1001, "", "1001/../1", None, "9" * 20])
def test_an_answer_without_a_true_id_is_no_answer(number) -> None:
    with pytest.raises(OutcomeUnknown):
        publish(Server(**{"POST /2/tweets": {"data": {"id": number, "text": "…"}}}))


def answer(status, body, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, body, httpx.Headers(named), "X post: said")


NOW = int(START.timestamp())


@pytest.mark.parametrize(
    ("headers", "scope", "wait"),
    [
        ({}, Scope.ACCOUNT, 900),
        ({"x_rate_limit_reset": str(NOW + 60)}, Scope.ACCOUNT, 60),
        ({"x_rate_limit_reset": str(NOW - 60)}, Scope.ACCOUNT, 1),
        ({"x_rate_limit_reset": "soon"}, Scope.ACCOUNT, 900),
        ({"x_rate_limit_reset": "9" * 11}, Scope.ACCOUNT, 86460),
        ({"x_app_limit_24hour_remaining": "0", "x_app_limit_24hour_reset": str(NOW + 7200)}, Scope.APP, 7200),
        ({"x_user_limit_24hour_remaining": "0", "x_user_limit_24hour_reset": str(NOW + 7200)}, Scope.ACCOUNT, 7200),
        (
            {
                "x_rate_limit_remaining": "0",
                "x_rate_limit_reset": str(NOW + 60),
                "x_user_limit_24hour_remaining": "0",
                "x_user_limit_24hour_reset": str(NOW + 7200),
                "x_app_limit_24hour_remaining": "12",
                "x_app_limit_24hour_reset": str(NOW + 9999),
            },
            Scope.ACCOUNT,
            7200,
        ),
    ],
    ids=range(8),
)
def test_the_window_that_is_used_up_says_how_long_and_for_whom(headers, scope, wait) -> None:
    error = sort(answer(429, {"title": "Too Many Requests"}, **headers), Clock())
    assert isinstance(error, NotYet)
    assert (error.scope, error.retry_after) == (scope, timedelta(seconds=wait))


@pytest.mark.parametrize("legacy", [True, False])
@pytest.mark.parametrize(
    ("status", "code", "detail", "kind"),
    [
        (403, 187, "You are not allowed to create a Tweet with duplicate content.", OutcomeUnknown),
        (429, 88, "Too Many Requests", NotYet),
        (403, 326, "Your account is not permitted to access this feature", AuthFailed),
        (403, 0, "Words nobody knows", Rejected),
    ],
)
def test_both_forms_of_a_refusal_are_read_alike(status, code, detail, kind, legacy: bool) -> None:
    old = {"errors": [{"code": code, "message": "words" if code else detail}]}
    error = sort(answer(status, old if legacy else {"title": "Forbidden", "detail": detail, "status": status}), Clock())
    assert isinstance(error, kind)


@pytest.mark.parametrize(
    "body", [{}, {"errors": None}, {"errors": ["x", 1]}, {"errors": [{"code": "88"}]}, {"type": 5}]
)
def test_a_refusal_of_any_shape_is_read(body) -> None:
    for status in range(300, 600):
        assert sort(answer(status, body), Clock()) is None or isinstance(
            sort(answer(status, body), Clock()), PublishError
        )


def test_words_tell_what_x_found_wrong() -> None:
    body = {"title": "Invalid Request", "detail": "One or more parameters", "errors": [{"message": "text is too odd"}]}
    with pytest.raises(Rejected, match=r"X post: 400 .*One or more parameters.*text is too odd"):
        publish(Server(**{"POST /2/tweets": httpx.Response(400, json=body)}))

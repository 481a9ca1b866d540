import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from adapters import graph
from adapters.contract import AuthFailed, NotSent, NotYet, OutcomeUnknown, Rejected, Scope
from adapters.http import Answer
from tests.unit.adapters.kit import START, Clock, Memory, later

BUSINESS, APP = "x-business-use-case-usage", "x-app-usage"


def refusal(code=100, subcode=None, status=400, headers=None, **more):
    error = {"message": "No.", "code": code} | ({"error_subcode": subcode} if subcode else {}) | more
    return Answer(status, {"error": error}, headers or {}, f"Facebook draft: {status} {error}")


def sort(answer, unsure=OutcomeUnknown):
    return graph.sort(answer, unsure=unsure, rights="a right")


def business(percent=0, minutes=0, **more):
    shares = {"type": "pages", "call_count": percent, "estimated_time_to_regain_access": minutes}
    return {BUSINESS: json.dumps({"7": [shares | more]})}


def heard(headers, clock=None):
    memo = Memory()
    graph.hear(headers, memo=memo, clock=clock or Clock())
    return memo


def waits(memo, at=START):
    try:
        graph.pace(memo, clock=Clock(at))
    except NotYet as e:
        return e.retry_after
    return timedelta(0)


def test_a_proof_is_the_tokens_hmac_under_the_apps_secret_and_nothing_without_one():
    right = hmac.new(b"secret", b"token", hashlib.sha256).hexdigest()
    assert graph.proof("token", "secret") == {"appsecret_proof": right}
    assert graph.proof("token", "") == {}


@pytest.mark.parametrize(
    ("answer", "error", "scope"),
    [
        # A small subcode is no code: 100/10 is about a parameter, not about rights.
        (refusal(100, 10), Rejected, Scope.DELIVERY),
        (refusal(100, 1), Rejected, Scope.DELIVERY),
        (refusal(190, 492), graph.Forbidden, Scope.CHANNEL),
        (refusal(190, 200), AuthFailed, Scope.ACCOUNT),
        (refusal(100, 33), graph.Missing, Scope.DELIVERY),
        (refusal(506), graph.Double, Scope.DELIVERY),
        (refusal(100, 1366051), graph.PhotosUsed, Scope.DELIVERY),
        (refusal(368, message="You've already posted this"), graph.Double, Scope.DELIVERY),
        (refusal(368, message="Deemed abusive"), AuthFailed, Scope.CHANNEL),
        (refusal(100, 1609005), NotSent, Scope.DELIVERY),
        (refusal(4, is_transient=True), NotYet, Scope.APP),
        (refusal(2635), AuthFailed, Scope.ACCOUNT),
        (refusal("190"), Rejected, Scope.DELIVERY),
        (refusal(None), Rejected, Scope.DELIVERY),
    ],
)
def test_codes_decide_before_the_status(answer, error, scope):
    found = sort(answer)
    assert type(found) is error
    assert found.scope is scope


@pytest.mark.parametrize("unsure", [OutcomeUnknown, NotSent])
@pytest.mark.parametrize(
    "answer", [refusal(1), refusal(2, status=500), refusal(5, is_transient=True), refusal(5, status=503)]
)
def test_an_inner_error_means_what_silence_means_for_that_call(answer, unsure):
    assert type(sort(answer, unsure)) is unsure


@pytest.mark.parametrize("body", [{}, {"error": "words"}, {"error": None}, {"error": []}])
def test_an_answer_in_another_form_is_left_to_its_status(body):
    assert sort(Answer(400, body, {}, "said")) is None


@pytest.mark.parametrize("status", [401, 403, 429])
def test_an_unknown_code_leaves_a_clear_status_its_meaning(status):
    assert sort(refusal(99999, status=status)) is None


def test_a_refusal_is_told_in_the_words_meant_for_people_with_what_support_asks_for():
    answer = refusal(100, 1366046, error_user_title="Too big", error_user_msg="4 MB at most.", fbtrace_id="AbC")
    assert sort(answer).detail == "Facebook draft: Too big: 4 MB at most. (code 100/1366046, fbtrace_id AbC)"
    assert sort(refusal(100)).detail == "Facebook draft: No. (code 100)"


def test_a_missing_right_is_told_with_what_to_give():
    assert sort(refusal(200)).detail.startswith("the token may not do this, it needs a right: ")


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        (business(100, 7), timedelta(minutes=7)),
        (business(100, 0), timedelta(hours=1)),
        ({}, timedelta(hours=1)),
        ({BUSINESS: "not JSON"}, timedelta(hours=1)),
        ({BUSINESS: "[1]"}, timedelta(hours=1)),
        (business(100, 1e300), timedelta(days=1, minutes=1)),
    ],
)
def test_a_quota_waits_the_minutes_the_header_tells_else_an_hour(headers, wait):
    assert sort(refusal(80001, headers=headers)).retry_after == wait


@pytest.mark.parametrize(
    ("percent", "wait"),
    [(0, 0), (79, 0), (80, 0), (81, 1), (90, 10), (94, 14), (95, 60), (100, 60)],
)
def test_a_page_slows_down_from_80_percent_and_parks_at_95(percent, wait):
    assert waits(heard(business(percent))) == timedelta(minutes=wait)


def test_a_parked_page_waits_the_minutes_it_was_told_and_then_tries_again():
    memo = heard(business(97, 30))
    assert waits(memo, later(minutes=10)) == timedelta(minutes=20)
    assert waits(memo, later(minutes=30)) == timedelta(0)


@pytest.mark.parametrize(
    "headers",
    [
        business(10, total_cputime=90),
        business(10, total_time=90),
        {APP: json.dumps({"call_count": 90})},
        business(10) | {APP: json.dumps({"total_time": 90})},
        {BUSINESS: json.dumps({"7": [{"call_count": 1}], "8": [{"call_count": 2}, {"call_count": 90}]})},
    ],
    ids=range(5),
)
def test_the_fullest_of_all_quotas_counts(headers):
    assert waits(heard(headers)) == timedelta(minutes=10)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {APP: "{}"},
        {APP: "x"},
        {APP: "[]"},
        {BUSINESS: '{"7": 5}'},
        {APP: '{"call_count": NaN}'},
        {APP: '{"call_count": "x"}'},
    ],
)
def test_headers_that_say_nothing_change_nothing(headers):
    memo = heard(business(90))
    graph.hear(headers, memo=memo, clock=Clock())
    assert waits(memo) == timedelta(minutes=10)


def test_nothing_known_is_no_reason_to_wait():
    assert waits(Memory()) == timedelta(0)


def test_a_full_quota_keeps_back_the_whole_account():
    with pytest.raises(NotYet, match="97 % of the calls") as caught:
        graph.pace(heard(business(97)), clock=Clock())
    assert caught.value.scope is Scope.ACCOUNT

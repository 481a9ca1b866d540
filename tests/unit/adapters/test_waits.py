"""One table says what each header means, whoever sent it."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.contract import Scope
from adapters.waits import Wait, asked, used

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
EPOCH = int(NOW.timestamp())


def after(seconds, scope=None):
    return Wait(timedelta(seconds=seconds), scope)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"retry-after": "7"}, after(7)),
        ({"retry-after": "Wed, 25 Nov 2026 09:01:00 GMT"}, after(60)),
        ({"retry-after": "7", "ratelimit-reset": str(EPOCH + 90)}, after(7)),
        ({"retry-after": "soon", "ratelimit-reset": str(EPOCH + 90)}, after(90, Scope.ACCOUNT)),
        ({"ratelimit-reset": "90"}, after(90, Scope.ACCOUNT)),
        ({"x-ratelimit-reset": "2026-11-25T09:02:00.000000Z"}, after(120, Scope.ACCOUNT)),
        ({"x-ratelimit-reset": "2026-11-25T09:02:00"}, None),
        ({"x-rate-limit-reset": str(EPOCH + 60), "x-rate-limit-remaining": "3"}, after(60, Scope.ACCOUNT)),
        (
            {
                "x-rate-limit-remaining": "0",
                "x-rate-limit-reset": str(EPOCH + 60),
                "x-app-limit-24hour-remaining": "0",
                "x-app-limit-24hour-reset": str(EPOCH + 7200),
            },
            after(7200, Scope.APP),
        ),
        ({"x-app-usage": '{"call_count": 99, "estimated_time_to_regain_access": 3}'}, after(180)),
        ({"x-app-usage": '{"call_count": 99}'}, None),
    ],
)
def test_a_header_means_the_same_whoever_reads_it(headers, wait):
    assert asked(headers, NOW) == wait


def test_a_reset_is_reckoned_by_the_clock_of_whoever_named_it():
    headers = {"date": "Wed, 25 Nov 2026 08:59:00 GMT", "ratelimit-reset": str(EPOCH)}
    assert asked(headers, NOW + timedelta(hours=3)) == after(60, Scope.ACCOUNT)


def test_a_moment_says_nothing_where_no_clock_is_known():
    assert asked({"ratelimit-reset": str(EPOCH)}) is None


def test_no_wait_is_shorter_than_a_second_or_longer_than_its_window():
    assert asked({"retry-after": "0"}) == after(1)
    assert asked({"retry-after": "999999999"}) == after(7 * 86_400)
    assert asked({"x-rate-limit-reset": "9" * 11}, NOW) == after(86_460, Scope.ACCOUNT)


@pytest.mark.parametrize("odd", ["[1]", "null", "{", '{"1": [null]}', '{"call_count": NaN}', "[" * 10_000])
def test_odd_usage_says_nothing(odd):
    assert used({"x-app-usage": odd}, ("call_count",)) == []

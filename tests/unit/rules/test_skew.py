"""A wrong clock shows by everybody else's."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.rules.skew import Skew

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def heard(**seconds: float) -> Skew:
    skew = Skew()
    for host, ahead in seconds.items():
        shown = (NOW + timedelta(seconds=ahead)).replace(microsecond=0)
        skew.hear(host, {"date": format_datetime(shown, usegmt=True)}, NOW)
    return skew


@pytest.mark.parametrize(
    ("hosts", "seconds"),
    [
        ({"a": 3600}, None),  # one host may itself be wrong
        ({"a": 3600, "b": 3590}, 3590),
        ({"a": 3600, "b": 0}, 0),
        ({"a": 3600, "b": -30}, 0),
        ({"a": 3600, "b": 0, "c": 1}, 1),
        ({"a": -3600, "b": -3601, "c": 0}, -3600),
    ],
)
def test_the_middle_of_several_hosts_counts(hosts: dict[str, float], seconds: float | None) -> None:
    off = heard(**hosts).off(NOW)
    if seconds is None:
        assert off is None
    else:
        assert off is not None
        assert abs(off.total_seconds() - seconds) <= 1


def test_an_answer_out_of_a_cache_is_as_old_as_it_says() -> None:
    skew = Skew()
    for host in "ab":
        skew.hear(host, {"date": format_datetime(NOW - timedelta(hours=1), usegmt=True), "age": "3600"}, NOW)
    assert skew.off(NOW) == timedelta(seconds=0.5)


def test_what_was_heard_an_hour_ago_counts_no_more() -> None:
    assert heard(a=90, b=90).off(NOW + timedelta(hours=1, seconds=1)) is None


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Foo 2026 99:99:99 GMT", "0"])
def test_what_is_no_date_says_nothing(date: str) -> None:
    skew = heard(a=90)
    skew.hear("b", {"date": date, "age": "x"}, NOW)
    skew.hear("c", {"age": "1"}, NOW)
    assert skew.off(NOW) is None

"""What is told together, what is told once, and how long something must be over before that is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Reason, State
from bot.rules.alerts import Alert, Cause, Untold, calm, folded, to_tell
from tests.unit.why_table import delivery

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def untold(
    cause: Cause = Cause.SOURCE_FAILING, *, closed: float | None = None, told: bool = False, **more: int
) -> Untold:
    n = more.get("n", 1)
    at = None if closed is None else NOW - closed * MINUTE
    return Untold(Alert(n, cause, f"x:{n}", "broken", "", NOW - 60 * MINUTE, at), told, more.get("recent", 1))


def told(*some: Untold, **last: float) -> list[tuple[str, bool, int]]:
    times = {(Cause.SOURCE_FAILING, name == "over"): NOW - ago * MINUTE for name, ago in last.items()}
    return [(str(news.cause), news.is_over, len(news.alerts)) for news in to_tell(some, times, NOW)]


def test_one_cause_is_one_message_however_many_it_hits() -> None:
    storm = [untold(n=n) for n in range(40)] + [untold(Cause.DISK_LOW, n=99)]
    assert told(*storm) == [("source_failing", False, 40), ("disk_low", False, 1)]


@pytest.mark.parametrize(("ago", "count"), [(0, 0), (9.9, 0), (10, 1), (-3, 1)])
def test_what_follows_within_ten_minutes_is_told_together(ago: float, count: int) -> None:
    assert len(told(untold(), opened=ago)) == count


@pytest.mark.parametrize(
    ("closed", "recent", "count"), [(9.9, 1, 0), (10, 1, 1), (19, 2, 0), (20, 2, 1), (239, 9, 0), (240, 9, 1)]
)
def test_what_heals_by_itself_must_be_well_for_a_while(closed: float, recent: int, count: int) -> None:
    assert len(told(untold(closed=closed, told=True, recent=recent))) == count


def test_what_a_person_decided_is_over_at_once() -> None:
    assert told(untold(Cause.DELIVERY_HELD, closed=0, told=True)) == [("delivery_held", True, 1)]
    assert told(untold(Cause.DELIVERY_HELD, closed=0)) == [("delivery_held", True, 1)], "one message, not two"


def test_what_was_over_before_it_was_told_is_told_all_the_same() -> None:
    assert told(untold(closed=0.5)) == [("source_failing", False, 1)]


def test_calm_grows_with_each_return_up_to_four_hours() -> None:
    assert [calm(n) / MINUTE for n in (1, 2, 3, 5, 6, 900)] == [10, 20, 40, 160, 240, 240]


def test_what_is_said_otherwise_of_a_post_is_not_folded() -> None:
    def of(n: int, what: str) -> Alert:
        return Alert(n, Cause.STORY_REVISED, f"delivery:{n}", what, "", NOW, None)

    posts = {
        f"delivery:{n}": replace(delivery(State.DONE, Reason.SENT), id=n, channel=who)
        for n, who in ((1, "one"), (2, "two"), (3, "two"))
    }
    opened = [
        of(1, "changed on one: 1 became 2"),
        of(2, "changed on two: 1 became 2"),
        of(3, "changed on two: all of it"),
    ]
    assert [each.scope for each in folded(opened, posts)] == ["deliveries:1, 2", "delivery:3"]
    assert [each.scope for each in folded(opened, {})] == ["delivery:1", "delivery:2", "delivery:3"]

"""What is told together, what is told once, and how long something must be over before that is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.contract import Receipt
from bot.model import Article, Delivery, Reason, State
from bot.rules.alert_facts import wish_too_late
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


def late(n: int, channel: str, url: str | None, *, story: str = "s1", verb: str = "cancel") -> tuple[Alert, Delivery]:
    receipt = Receipt(str(n), url)
    out = replace(delivery(State.DONE, Reason.SENT), id=n, channel=channel, story=story, receipt=receipt)
    known = Article("Port on tg wins", "https://courier.example/1") if story else None
    fact = wish_too_late(out, known, verb=verb, actor="cli:aigul")
    return Alert(n, Cause.WISH_TOO_LATE, f"delivery:{n}", fact.what, fact.fix, NOW - n * MINUTE, None), out


def at_once(*made: tuple[Alert, Delivery]) -> list[tuple[str, str, str]]:
    found = folded([each for each, _ in made], {each.scope: out for each, out in made})
    return [(each.scope, each.what, each.fix) for each in found]


def test_a_wish_that_came_too_late_on_several_channels_is_told_once() -> None:
    made = late(1, "tg", "https://t.me/1"), late(2, "x", None), late(3, "fb", "https://fb.example/3")
    assert at_once(*made) == [
        (
            "deliveries:1, 2, 3",
            "“Port on tg wins” was out on tg, x, fb before aigul could cancel it: "
            "https://t.me/1, https://courier.example/1, https://fb.example/3",
            "look at it; `delete-post ID` takes it down, where the network can",
        )
    ]


@pytest.mark.parametrize("other", [{"story": "s2"}, {"verb": "hold"}])
def test_wishes_of_several_stories_or_sorts_are_told_apart(other: dict[str, str]) -> None:
    assert len(at_once(late(1, "tg", None), late(2, "x", None, **other))) == 2


def test_posts_of_no_story_are_told_apart() -> None:
    assert len(at_once(late(1, "tg", None, story=""), late(2, "x", None, story=""))) == 2


def test_a_channel_is_named_once_however_many_posts_it_has() -> None:
    ((_, what, _),) = at_once(late(1, "tg", "https://t.me/1"), late(2, "tg", "https://t.me/2"))
    assert "was out on tg before aigul" in what

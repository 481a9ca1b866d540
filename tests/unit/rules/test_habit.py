"""A feed's silence is news only where its own habit says so."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from bot.rules.habit import habit

ZONE = "Asia/Almaty"  # UTC+5
MONDAY = datetime(2026, 10, 26, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def stories(weeks: int, *, a_day: float = 30, weekend: float = 0.4, seed: int = 1) -> list[datetime]:
    """Stories at chance between 8 and 22 o'clock by the newsroom's clock, fewer at weekends."""
    chance, found = random.Random(seed), []
    for minute in range(weeks * 7 * 24 * 60):
        at = MONDAY + timedelta(minutes=minute)
        wall = at + 5 * HOUR
        share = (weekend if wall.weekday() >= 5 else 1) if 8 <= wall.hour < 22 else 0
        if chance.random() < share * a_day / 14 / 60:
            found.append(at)
    return found


def first_alarm(came: list[datetime], cut: datetime) -> datetime | None:
    """When the silence after `cut` is told."""
    known = [at for at in came if at < cut]
    for step in range(24 * 20):
        now = cut + step * HOUR / 2
        found = habit(known, now, zone=ZONE)
        if found and found.is_broken:
            return now
    return None


def test_a_feed_that_falls_silent_in_the_morning_is_told_the_same_day() -> None:
    cut = MONDAY + timedelta(weeks=3, days=2, hours=5)  # Wednesday, 10 o'clock there
    told = first_alarm(stories(4), cut)
    assert told is not None
    assert 2 * HOUR <= told - cut <= 10 * HOUR


def test_nobody_is_woken_by_a_feed_that_is_always_silent_at_night() -> None:
    cut = MONDAY + timedelta(weeks=3, days=2, hours=16)  # Wednesday, 21 o'clock there
    told = first_alarm(stories(4), cut)
    assert told is not None
    assert 8 <= (told + 5 * HOUR).hour < 22
    assert told - cut > 10 * HOUR, "the night does not count"


def test_a_daemon_that_starts_at_night_waits_for_the_morning_too() -> None:
    cut = MONDAY + timedelta(weeks=3, days=2, hours=3)
    known = [at for at in stories(4) if at < cut]
    night, morning = (habit(known, cut + hours * HOUR, zone=ZONE) for hours in (19, 26))  # 3 and 10 o'clock there
    assert night is not None
    assert morning is not None
    assert (night.expected >= night.bar, night.is_broken, morning.is_broken) == (True, False, True)


@pytest.mark.parametrize("seed", range(3))
def test_an_ordinary_month_raises_no_alarm(seed: int) -> None:
    came = stories(7, seed=seed)
    for step in range(4 * 7 * 24):
        now = MONDAY + timedelta(weeks=3) + step * HOUR
        found = habit([at for at in came if at <= now], now, zone=ZONE)
        assert found is not None
        assert not found.is_broken, now


@pytest.mark.parametrize(("days", "is_known"), [(13, False), (15, True)])
def test_a_feed_has_a_habit_after_two_weeks(days: int, is_known: bool) -> None:
    now = MONDAY + timedelta(days=days)
    assert (habit([at for at in stories(3) if at <= now], now, zone=ZONE) is not None) is is_known


def test_a_feed_that_hardly_ever_speaks_has_no_habit() -> None:
    weekly = [MONDAY + timedelta(weeks=n) for n in range(4)]
    assert habit(weekly, MONDAY + timedelta(weeks=4), zone=ZONE) is None


def test_a_hundred_stories_at_once_are_one_sign_of_life() -> None:
    came = stories(4)
    at_once = [came[50]] * 100
    now = came[-1] + HOUR
    assert habit(came + at_once, now, zone=ZONE) == habit(came, now, zone=ZONE)

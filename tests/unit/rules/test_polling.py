"""When a feed is asked again: by its habit, after a failure, and where."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.rules.polling import HISTORY, Moving, Trouble, after_failure, fresh_for, habit, has_moved, interval, led
from tests.unit.engine import NOW, minutes, seconds

ALMATY = "Asia/Almaty"
MONDAY = datetime(2026, 11, 30, 0, 0, tzinfo=ZoneInfo(ALMATY))


def newsroom():
    """Four weeks of 25 stories a weekday from 8 to 22 o'clock, and 8 a day of a weekend."""
    came = []
    for day in range(28):
        morning = MONDAY - HISTORY + timedelta(days=day, hours=8)
        count = 8 if morning.weekday() >= 5 else 25
        came += [morning + timedelta(hours=14) * n / count for n in range(count)]
    return came


def polls(known, begin, days):
    at, found = begin, []
    while at < begin + timedelta(days=days):
        found.append(at)
        at += interval(known, at.astimezone(UTC), zone=ALMATY)
    return found


def test_a_newsroom_is_asked_often_when_its_stories_come_and_seldom_at_night():
    known = habit(newsroom(), zone=ALMATY)
    asked = polls(known, MONDAY, 1)
    by_hour = [sum(each.hour == hour for each in asked) for hour in range(24)]
    assert (min(by_hour[8:22]), max(by_hour[8:22])) == (21, 30)
    assert max(by_hour[0:7]) == 4
    assert len(asked) < 430, "a fixed interval of a minute asks 1440 times"
    late = [min(at for at in asked if at >= story) - story for story in newsroom_of(MONDAY)]
    assert sum(late, timedelta(0)) / len(late) < minutes(1.5)


def newsroom_of(day):
    return [each + HISTORY for each in newsroom() if (each + HISTORY).date() == day.date()]


def test_a_quiet_hour_does_not_reach_into_a_busy_one():
    known = habit(newsroom(), zone=ALMATY)
    before = MONDAY + timedelta(hours=7, minutes=58)
    assert interval(known, before, zone=ALMATY) == minutes(2) + interval(known, before + minutes(2), zone=ALMATY)


def test_weekends_have_a_habit_of_their_own():
    known = habit(newsroom(), zone=ALMATY)
    noon = MONDAY + timedelta(hours=12)
    assert interval(known, noon + timedelta(days=5), zone=ALMATY) > interval(known, noon, zone=ALMATY)


@pytest.mark.parametrize(
    ("stories", "fresh", "wait"),
    [
        (100_000, timedelta(0), minutes(1)),
        (100_000, minutes(5), minutes(5)),
        (100_000, timedelta(hours=9), minutes(60)),
        (0, seconds(5), seconds(1100)),
    ],
)
def test_the_interval_stays_between_a_minute_and_an_hour_and_heeds_the_site(stories, fresh, wait):
    noon = MONDAY + timedelta(hours=12)
    assert interval(habit([noon] * stories, zone=ALMATY), noon, zone=ALMATY, fresh=fresh) == wait


@pytest.mark.parametrize(
    ("said", "seconds_"),
    [("max-age=300", 300), ("public, Max-Age=60, s-maxage=9", 60), ("s-maxage=9", 0), ("no-cache", 0), ("", 0)],
)
def test_an_answer_says_how_long_it_is_good_for(said, seconds_):
    assert fresh_for(said) == seconds(seconds_)


def again(trouble, fails, ago=timedelta(0), *, source="news", wait=None):
    since = NOW - ago
    return after_failure(trouble, source=source, fails=fails, since=since, now=NOW, poll=minutes(1), wait=wait)


@pytest.mark.parametrize(
    ("trouble", "fails", "ago", "least", "is_alert"),
    [
        (Trouble.USUAL, 2, timedelta(0), minutes(2), False),
        (Trouble.USUAL, 3, timedelta(0), minutes(4), True),
        (Trouble.FORBIDDEN, 1, timedelta(0), minutes(15), True),
        (Trouble.FORBIDDEN, 6, timedelta(0), minutes(32), True),
        (Trouble.MISSING, 20, timedelta(hours=23), minutes(60), False),
        (Trouble.MISSING, 30, timedelta(hours=24), minutes(60), True),
        (Trouble.GONE, 1, timedelta(0), timedelta(days=1), True),
    ],
)
def test_each_kind_of_failure_has_its_manners(trouble, fails, ago, least, is_alert):
    found = again(trouble, fails, ago)
    assert least <= found.after <= min(least * 1.2, least + minutes(10))
    assert found.is_alert is is_alert


@pytest.mark.parametrize("wait", [None, minutes(30)])
@pytest.mark.parametrize("trouble", [Trouble.USUAL, Trouble.FORBIDDEN])
def test_feeds_that_failed_together_do_not_come_back_together(trouble, wait):
    waits = [again(trouble, 3, source=f"feed{n}", wait=wait).after for n in range(50)]
    assert max(waits) - min(waits) > min(waits) * 0.15
    assert len(set(waits)) > 35
    assert waits == [again(trouble, 3, source=f"feed{n}", wait=wait).after for n in range(50)]


def test_a_move_is_believed_after_three_polls_over_a_day():
    stands, believed = Moving(), []
    for hours in (0, 1, 23, 24):
        now = NOW + timedelta(hours=hours)
        stands = led(stands, "https://new.example/feed", now)
        believed.append(has_moved(stands, now))
    assert believed == [False, False, False, True]
    assert not has_moved(Moving("https://new.example/feed", 2, NOW), NOW + timedelta(days=9))


@pytest.mark.parametrize("otherwise", [None, "https://portal.example/login"])
def test_another_end_in_between_begins_anew(otherwise):
    before = Moving("https://new.example/feed", 9, NOW - timedelta(days=3))
    assert led(before, otherwise, NOW) == (Moving(otherwise, 1, NOW) if otherwise else Moving())

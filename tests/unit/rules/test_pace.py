"""When a channel may send next: gap, daily cap and quiet hours, on the newsroom's clock."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.contract import Rate, Scope
from bot.model import Channel, Kind
from bot.rules.pace import UNDER_WAY, Free, Pace, Steps, free_at, lives_until, steps, taken
from tests.unit.engine import NOW, minutes, seconds

CHANNEL = Channel(id="one", account="acme", network="fake")
ALMATY, BERLIN = "Asia/Almaty", "Europe/Berlin"


def at(said, zone=BERLIN, fold=0):
    return datetime.fromisoformat(said).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def free(pace=None, *, channel=CHANNEL, zone=ALMATY, now=NOW, is_breaking=False, kind=Kind.POST):
    return free_at(channel, pace or Pace(), zone=zone, now=now, is_breaking=is_breaking, kind=kind)


def test_a_first_post_goes_at_once_and_the_next_after_the_gap():
    pace = taken(CHANNEL, Pace(), zone=ALMATY, now=NOW, kind=Kind.POST)
    assert free() == Free(NOW)
    assert free(pace) == Free(NOW + seconds(60), "gap")
    assert free(pace, now=NOW + seconds(60)) == Free(NOW + seconds(60))


def test_breaking_skips_the_gap_and_uses_it_up():
    pace = taken(CHANNEL, Pace(NOW + seconds(30)), zone=ALMATY, now=NOW, kind=Kind.POST)
    assert free(Pace(NOW + seconds(30)), is_breaking=True) == Free(NOW)
    assert pace.tat == NOW + seconds(90)


@pytest.mark.parametrize("is_breaking", [True, False])
def test_the_daily_cap_holds_for_all_until_midnight_in_the_newsroom(is_breaking):
    capped = replace(CHANNEL, max_per_day=2)
    pace = Pace(None, "2026-11-25", 2)
    assert free(pace, channel=capped, is_breaking=is_breaking) == Free(at("2026-11-26T00:00", ALMATY), "max_per_day")
    assert free(replace(pace, sent_today=1), channel=capped) == Free(NOW)
    assert free(replace(pace, day="2026-11-24"), channel=capped) == Free(NOW)


def test_the_count_begins_anew_each_day():
    assert taken(CHANNEL, Pace(None, "2026-11-24", 9), zone=ALMATY, now=NOW, kind=Kind.POST).sent_today == 1
    assert taken(CHANNEL, Pace(None, "2026-11-25", 9), zone=ALMATY, now=NOW, kind=Kind.POST).sent_today == 10


@pytest.mark.parametrize("kind", [Kind.EDIT, Kind.DELETE])
def test_a_change_of_what_is_out_waits_for_no_pace_and_uses_none(kind):
    full = Pace(NOW + minutes(30), "2026-11-25", 5)
    busy = replace(CHANNEL, max_per_day=5, quiet_hours=(time(0), time(23, 59)))
    assert free(full, channel=busy, kind=kind) == Free(NOW)
    assert taken(busy, full, zone=ALMATY, now=NOW, kind=kind) == full


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        ((time(22), time(7)), "2026-11-25T23:30", "2026-11-26T07:00"),
        ((time(22), time(7)), "2026-11-25T06:59", "2026-11-25T07:00"),
        ((time(22), time(7)), "2026-11-25T07:00", None),
        ((time(22), time(7)), "2026-11-25T21:59", None),
        ((time(22), time(7)), "2026-11-25T22:00", "2026-11-26T07:00"),
        ((time(13), time(15)), "2026-11-25T14:00", "2026-11-25T15:00"),
        ((time(13), time(13)), "2026-11-25T13:00", None),
        ((time(22), time(7)), "2026-10-24T23:00", "2026-10-25T07:00"),  # the night has 25 hours
        ((time(22), time(7)), "2026-03-28T23:00", "2026-03-29T07:00"),  # the night has 23 hours
        ((time(1), time(2, 30)), "2026-03-29T01:30", "2026-03-29T03:30"),  # 02:30 does not exist
    ],
)
@pytest.mark.parametrize("is_breaking", [True, False])
def test_quiet_hours_end_by_the_clock_on_the_newsrooms_wall(hours, now, until, is_breaking):
    found = free(channel=replace(CHANNEL, quiet_hours=hours), zone=BERLIN, now=at(now), is_breaking=is_breaking)
    assert found == (Free(at(until), "quiet_hours") if until else Free(at(now)))


def test_an_hour_that_comes_twice_waits_for_its_second_end():
    quiet = replace(CHANNEL, quiet_hours=(time(23), time(2, 30)))
    first, again = at("2026-10-25T02:10"), at("2026-10-25T02:10", fold=1)
    assert free(channel=quiet, zone=BERLIN, now=first).at == at("2026-10-25T02:30")
    assert free(channel=quiet, zone=BERLIN, now=again).at == at("2026-10-25T02:30", fold=1)


def test_quiet_hours_do_not_count_as_time_to_live():
    quiet = replace(CHANNEL, quiet_hours=(time(22), time(7)))
    assert lives_until(quiet, at("2026-11-25T23:00"), zone=BERLIN) == at("2026-11-26T13:00")
    assert lives_until(CHANNEL, NOW, zone=BERLIN) == NOW + CHANNEL.expiry


@settings(max_examples=200, deadline=None)
@given(
    now=st.integers(0, 730 * 24 * 60).map(lambda n: at("2026-01-01T00:00") + minutes(n)),
    hours=st.tuples(st.times(), st.times()),
    zone=st.sampled_from(["Europe/Berlin", "Asia/Almaty", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe"]),
    tat=st.none() | st.integers(-90, 90),
    cap=st.none() | st.integers(1, 3),
)
def test_what_is_free_is_never_earlier_than_now_and_then_really_free(now, hours, zone, tat, cap):
    channel = replace(CHANNEL, quiet_hours=hours, max_per_day=cap)
    day = now.astimezone(ZoneInfo(zone)).date().isoformat()
    pace = Pace(None if tat is None else now + timedelta(minutes=tat), day, 2)
    moment, waits = now, 0
    while (found := free(pace, channel=channel, zone=zone, now=moment)).at > moment:
        moment, waits = found.at, waits + 1
    assert waits <= 4
    assert found == Free(moment)


RATES = (Rate(4, minutes(5)), Rate(6, minutes(10)), Rate(5, minutes(5), Scope.APP))


@given(
    asked=st.lists(st.integers(0, 90_000), min_size=1, max_size=60),
    late=st.lists(st.integers(0, UNDER_WAY // timedelta(milliseconds=1)), min_size=60, max_size=60),
    most=st.integers(1, 40),
    window=st.integers(60, 1200),
)
@settings(max_examples=200, deadline=None)
def test_no_window_sees_more_calls_than_a_rate_allows_however_late_they_arrive(asked, late, most, window):
    rated = replace(CHANNEL, rates=(Rate(most, seconds(window)), Rate(most * 3, seconds(window * 4))), gap=seconds(0))
    now, pace, arrived = NOW, Pace(), []
    for after, delay in zip(asked, late, strict=False):
        now = free(pace, channel=rated, now=now + timedelta(milliseconds=after)).at
        pace = taken(rated, pace, zone=ALMATY, now=now, kind=Kind.POST)
        arrived.append(now + timedelta(milliseconds=delay))
    arrived.sort()
    for rate in rated.rates:
        spans = [end - begin for begin, end in zip(arrived, arrived[rate.most :], strict=False)]
        assert all(span >= rate.window for span in spans)


def test_a_quarter_of_a_rate_may_come_together():
    assert steps((Rate(100, minutes(15)), Rate(10_000, timedelta(days=1)))) == Steps(timedelta(milliseconds=12_764), 25)
    assert steps((Rate(1, minutes(1)),)) == Steps(seconds(130), 1)
    assert steps(()) is None


@pytest.mark.parametrize("kind", [Kind.POST, Kind.EDIT, Kind.DELETE])
@pytest.mark.parametrize(("rule", "tats"), [("account", {"account_tat": 90}), ("app", {"app_tat": 90})])
def test_whatever_goes_out_waits_for_its_account_and_app_even_breaking_news(kind, rule, tats):
    rated = replace(CHANNEL, rates=RATES)
    pace = Pace(**{name: NOW + seconds(at) for name, at in tats.items()})
    assert free(pace, channel=rated, is_breaking=True, kind=kind) == Free(NOW + seconds(90), rule)
    assert free(pace, kind=kind) == Free(NOW)


def test_a_call_uses_up_one_of_each():
    pace = taken(replace(CHANNEL, rates=RATES), Pace(), zone=ALMATY, now=NOW, kind=Kind.DELETE)
    assert (pace.tat, pace.account_tat, pace.app_tat) == (
        None,
        NOW + timedelta(milliseconds=111_667),
        NOW + seconds(74),
    )

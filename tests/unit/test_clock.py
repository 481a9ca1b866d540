"""A machine's clock may be set at any moment; what the daemon reckons by it must not notice until it is ready to."""

from datetime import timedelta

import pytest

from bot.clock import Steady, SystemClock
from tests.unit.engine import NOW, Clock


@pytest.mark.parametrize("by", [timedelta(hours=3), timedelta(hours=-3), timedelta(seconds=2)])
def test_a_clock_that_is_set_goes_on_as_time_passes_until_it_is_followed(by):
    below = Clock()
    steady = Steady(below)
    below.go(timedelta(minutes=1))
    below.time += by
    below.go(timedelta(minutes=1))
    assert (steady.now(), steady.off()) == (NOW + timedelta(minutes=2), by)
    steady.follow()
    assert (steady.now(), steady.off()) == (below.now(), timedelta(0))


def test_what_a_time_server_mends_is_taken_as_it_is():
    below = Clock()
    steady = Steady(below)
    below.time += timedelta(seconds=1)
    assert (steady.now(), steady.off()) == (below.now(), timedelta(0))


def test_a_turn_keeps_its_time_while_the_daemon_follows():
    below = Clock()
    daemon = Steady(below)
    turn = Steady(daemon)
    below.time += timedelta(hours=3)
    daemon.follow()
    assert (daemon.now() - turn.now(), turn.off()) == (timedelta(hours=3), timedelta(hours=3))


def test_the_time_that_passes_is_counted_in_seconds():
    clock = SystemClock()
    before = clock.monotonic()
    assert 0 <= clock.monotonic() - before < 60

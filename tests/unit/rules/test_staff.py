"""Names people sign in by, and how long whoever guesses has to wait."""

from datetime import timedelta

import pytest

from bot.rules.staff import Throttle, bad_password, named, neighbourhood
from tests.unit.engine import NOW, minutes, seconds


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("aigul", "aigul"),
        (" Aigul ", "aigul"),
        ("a.nurlanova-2", "a.nurlanova-2"),
        ("Әйгүл", "әйгүл"),
        ("и\u0306ван", "йван"),
        ("", None),
        (".hidden", None),
        ("_a", None),
        ("two words", None),
        ("a/b", None),
        ("a:b", None),
        ("a" * 41, None),
        ("a\nb", None),
    ],
)
def test_a_name_is_written_one_way(said, name):
    assert named(said) == name


def test_a_password_of_the_persons_own_name_is_none():
    assert bad_password("aigulaigul", "aigul")
    assert not bad_password("aigul at the pier", "aigul")


def throttle(**how):
    return Throttle(**({"free": 3, "longest": minutes(1)} | how))


def test_the_first_tries_are_free_and_each_further_one_waits_twice_as_long():
    door, now, waits = throttle(), NOW, []
    for _ in range(10):
        waits.append(door.failed("aigul", now).total_seconds())
        now += timedelta(seconds=waits[-1])
    assert waits == [0, 0, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_wait_ends_when_it_was_said_to_end():
    door = throttle(free=1)
    assert door.failed("aigul", NOW) == seconds(2)
    assert door.wait("aigul", NOW + seconds(1)) == seconds(1)
    assert door.wait("aigul", NOW + seconds(2)) == seconds(0)
    assert door.wait("dana", NOW) == seconds(0)


def test_what_is_long_ago_is_forgiven_and_so_is_whoever_knew_the_password():
    door = throttle(free=1)
    door.failed("aigul", NOW)
    assert door.failed("aigul", NOW + minutes(3)) == seconds(2)
    door.forget("aigul")
    assert door.wait("aigul", NOW + minutes(3)) == seconds(0)


def test_a_clock_that_was_set_back_keeps_nobody_out_for_longer():
    door = throttle(free=1)
    door.failed("aigul", NOW)
    assert door.wait("aigul", NOW - minutes(600)) == minutes(1)


def test_a_flood_of_names_takes_no_more_than_so_much_memory():
    door = throttle(free=1, most=100)
    for n in range(1_000):
        door.failed(f"name {n}", NOW)
    assert sum(bool(door.wait(f"name {n}", NOW)) for n in range(1_000)) == 100


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("a socket", "a socket"),
        ("", ""),
    ],
)
def test_who_has_one_address_of_a_network_has_them_all(address, near):
    assert neighbourhood(address) == near

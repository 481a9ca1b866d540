"""When posts stop going to a network that is out of order, and how they begin again."""

from datetime import timedelta

from bot.rules.breaker import OPEN_AFTER, Breaker, answered, failed
from tests.unit.engine import NOW, minutes


def after(fails, breaker=None):
    stands, waits = breaker or Breaker(), []
    for n in range(fails):
        now = NOW + minutes(n)
        stands = failed(stands, f"fail {n}", now)
        waits.append(stands.asked_at - now if stands.asked_at else None)
    return stands, waits


def test_posts_wait_after_five_failures_in_a_row_and_not_before():
    stands, waits = after(OPEN_AFTER)
    assert waits == [None] * 4 + [minutes(2)]
    assert (stands.is_open, stands.since, stands.why) == (True, NOW, "fail 4")


def test_the_network_is_asked_less_and_less_often_but_each_quarter_of_an_hour():
    assert after(10)[1][4:] == [minutes(n) for n in (2, 4, 8, 15, 15, 15)]
    assert after(5000)[1][-1] == minutes(15)


def test_a_good_answer_forgets_all_where_nothing_failed_waits():
    assert answered(after(7)[0], on_trial=False) == Breaker()


def test_on_trial_one_more_failure_is_enough_and_the_wait_grows():
    trial = answered(after(6)[0], on_trial=True)
    assert not trial.is_open
    again = failed(trial, "502", NOW + timedelta(hours=1))
    assert (again.asked_at, again.since) == (NOW + timedelta(hours=1, minutes=8), NOW)

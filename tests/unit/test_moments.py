"""People write moments as they say them; what is no moment gets a sentence."""

from datetime import UTC, datetime

import pytest

from bot.actions.moments import moment
from bot.actions.room import RefusedVerb

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)  # 14:00 in Almaty
ZONE = "Asia/Almaty"


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("now", NOW),
        ("15:30", datetime(2026, 11, 25, 10, 30, tzinfo=UTC)),
        ("9:00", datetime(2026, 11, 26, 4, 0, tzinfo=UTC)),
        ("today 9:00", datetime(2026, 11, 25, 4, 0, tzinfo=UTC)),
        ("Tomorrow 9:00", datetime(2026, 11, 26, 4, 0, tzinfo=UTC)),
        ("2026-12-02T18:30", datetime(2026, 12, 2, 13, 30, tzinfo=UTC)),
        ("2026-12-02", datetime(2026, 12, 1, 19, 0, tzinfo=UTC)),
    ],
)
def test_a_moment_to_come_is_read_by_the_newsrooms_clock(said, at):
    assert moment(said, ZONE, NOW, is_to_come=True) == at


def test_a_time_of_day_is_todays_where_nothing_is_to_come():
    assert moment("9:00", ZONE, NOW) == datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize("said", ["", "soon", "25:00", "2026-13-01", "9", "2026-12-02 9:00 sharp", "0001-01-01 00:00"])
def test_what_is_no_moment_gets_a_sentence(said):
    with pytest.raises(RefusedVerb, match="write it like 18:30"):
        moment(said, ZONE, NOW)


def test_a_time_that_the_clocks_leap_over_is_none():
    with pytest.raises(RefusedVerb, match="the clocks are set forward over it"):
        moment("2026-03-29 02:30", "Europe/Berlin", NOW)

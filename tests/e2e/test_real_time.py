"""A rehearsal at the pace of the wall: the same course of events, and Ctrl-C ends it with an honest account."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands.rehearse import Asked, prepared, rehearse
from bot.networks import emulators
from tests.e2e.terminal import terminal

pytestmark = pytest.mark.skipif(
    not emulators(), reason="JARSHY IS NOT INSTALLED HERE, so no network can be rehearsed: use `make test`"
)
FAST = 1e9
"""So many times the wall's pace that nothing is waited for."""


def test_at_the_pace_of_the_wall_it_ends_as_on_virtual_time(capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for speed in (None, FAST):
        assert rehearse(Asked(articles=3, is_json=True, speed=speed)) == 0
        told.append(json.loads(capsys.readouterr().out))
    assert told[0] == told[1]
    assert told[1]["published"] > 0


class Ends:
    """Somebody who presses Ctrl-C at the nth look."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, now: object, look: object) -> None:
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


@pytest.mark.parametrize("at", [1, 4, 39, 55])
def test_whenever_it_is_ended_nothing_counts_as_lost_or_double(at: int) -> None:
    came = replace(prepared(Asked(chaos=0.3, speed=FAST)), watch=Ends(at)).run()
    assert came.is_cut
    assert came.is_good
    assert (came.reckoning.lost, came.reckoning.duplicates, came.broken) == (0, 0, ())


def test_on_virtual_time_ctrl_c_is_ctrl_c() -> None:
    with pytest.raises(KeyboardInterrupt):
        replace(prepared(Asked(articles=1)), watch=Ends(2)).run()


def test_ctrl_c_ends_with_the_last_line(tmp_path: Path) -> None:
    with terminal(tmp_path, "rehearse", "--speed", "600", TERM="xterm") as person:
        person.until("Aktau port wins")
        person.presses_ctrl_c()
        person.until("Ended by hand")
        person.until("accounted for ")
    assert person.process.returncode == 0
    assert "Traceback" not in person.seen

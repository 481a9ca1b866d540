"""What the service manager hears: whatever is said reaches its socket, and the watchdog lives by the ticks alone."""

import socket
from pathlib import Path

import pytest

from bot.notify import Pulse, notifier

TICKS = ("poll", "wake", "housekeep")


class Machine:
    """Seconds that pass when told, and what was said meanwhile."""

    def __init__(self) -> None:
        self.now, self.said = 100.0, []
        self.pulse = Pulse(self.note, lambda: self.now, TICKS, patience=300)

    def note(self, **said: str) -> None:
        self.said.append(said)

    def run(self, seconds: int, *ticks: str) -> int:
        """Let ticks end each second; tell how often the watchdog was fed."""
        self.said.clear()
        for _ in range(seconds):
            self.now += 1
            for each in ticks:
                self.pulse.beat(each)
        return len(self.said)


@pytest.mark.parametrize("spelled", ["{}", "@{}"])
def test_what_is_said_reaches_the_socket_of_the_manager(tmp_path: Path, spelled: str) -> None:
    where = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(where if spelled == "{}" else f"\0{where}")
        manager.settimeout(5)
        notifier({"NOTIFY_SOCKET": spelled.format(where)})(READY="1", STATUS="Publishing for The Steppe Courier.")
        assert manager.recv(1000) == b"READY=1\nSTATUS=Publishing for The Steppe Courier."


def test_without_a_manager_nothing_is_said_and_a_dead_one_disturbs_nobody(tmp_path: Path) -> None:
    assert notifier({})(READY="1") is None
    assert notifier({"NOTIFY_SOCKET": str(tmp_path / "nobody")})(READY="1") is None


def test_the_watchdog_is_fed_every_five_seconds_while_all_ticks_end() -> None:
    machine = Machine()
    assert machine.run(60, *TICKS) == 12
    assert machine.said[0] == {"WATCHDOG": "1"}


@pytest.mark.parametrize("hangs", TICKS)
def test_a_tick_that_hangs_starves_the_watchdog(hangs: str) -> None:
    machine = Machine()
    others = [each for each in TICKS if each != hangs]
    assert machine.run(290, *others) > 50
    assert machine.run(600, *others) <= 3
    assert machine.pulse.overdue() == [hangs]


def test_without_any_tick_nothing_is_fed() -> None:
    assert Machine().run(60) == 0

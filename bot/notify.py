"""Tells the service manager how the process is, by systemd's own protocol: one datagram to a socket it names.

https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html (read 2026-12-01)
"""

import socket
from collections.abc import Callable, Mapping
from contextlib import suppress

_FEED_EVERY = 5.0
Notify = Callable[..., None]


def notifier(environ: Mapping[str, str]) -> Notify:
    """Make what says `NAME=value` pairs to the manager that started us; it says nothing where there is none."""
    where = environ.get("NOTIFY_SOCKET", "")

    def notify(**said: str) -> None:
        # A manager that does not listen must not disturb the work.
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
            door.connect(f"\0{where[1:]}" if where.startswith("@") else where)
            door.sendall("\n".join(f"{name}={value}" for name, value in said.items()).encode())

    return notify if where else lambda **said: None


class Pulse:
    """Feeds the watchdog with the ticks themselves: when one of them hangs, the manager starts the process anew.

    A tick the database refused has ended too: a full disk is told of, and nothing is won by a restart.
    """

    def __init__(
        self, notify: Notify, monotonic: Callable[[], float], ticks: tuple[str, ...], *, patience: float
    ) -> None:
        self._notify, self._monotonic, self._patience = notify, monotonic, patience
        self._ended = dict.fromkeys(ticks, monotonic())
        self._fed = monotonic() - _FEED_EVERY

    def beat(self, tick: str) -> None:
        """Note that a tick has ended; all is well while none of them is overdue."""
        now = self._monotonic()
        self._ended[tick] = now
        if now - self._fed >= _FEED_EVERY and not self.overdue():
            self._notify(WATCHDOG="1")
            self._fed = now

    def overdue(self) -> list[str]:
        """Name the ticks that have not ended for too long."""
        now = self._monotonic()
        return [name for name, at in self._ended.items() if now - at > self._patience]

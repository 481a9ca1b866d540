"""A person at a real terminal: reads up to some words, types, and presses Ctrl-C."""

import os
import pty
import select
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.e2e.kit import command, environ

_SECONDS = 60
_PATIENCE = 15
"""Seconds before a person presses again: who ends, but slowly, would be killed by the second time."""


class Terminal:
    """What a person sees of a process, and does to it."""

    def __init__(self, fd: int, process: subprocess.Popen[bytes]) -> None:
        self.fd, self.process, self.seen, self.read = fd, process, "", 0

    def until(self, words: str) -> None:
        """Read on until these words stand there."""
        end = time.monotonic() + _SECONDS
        while words not in self.seen[self.read :]:
            assert time.monotonic() < end, f"never said {words!r}: {self.seen}"
            if select.select([self.fd], [], [], 0.5)[0]:
                try:
                    more = os.read(self.fd, 65536)
                except OSError:  # how Linux tells that the other side is closed
                    more = b""
                assert more, f"ended before {words!r}: {self.seen}"
                self.seen += more.decode(errors="replace")
        self.read = self.seen.index(words, self.read) + len(words)

    def types(self, line: str) -> None:
        """Type a line."""
        os.write(self.fd, f"{line}\n".encode())

    def presses_ctrl_c(self) -> None:
        """End the process; Python may miss a signal in the moment before it waits, and a person presses again."""
        end = time.monotonic() + _SECONDS
        while self.process.poll() is None:
            assert time.monotonic() < end, f"heard no Ctrl-C: {self.seen}"
            os.killpg(self.process.pid, signal.SIGINT)  # as a terminal does: to all that were begun in it
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(_PATIENCE)


def _hears_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def terminal(folder: Path, *said: str, **variables: str) -> Iterator[Terminal]:
    """Run one command of ours in a terminal; it has ended when the block ends."""
    with at_terminal(folder, command(*said), **variables) as person:
        yield person


@contextmanager
def at_terminal(folder: Path, argv: Sequence[str], **variables: str) -> Iterator[Terminal]:
    """Run any command so."""
    ours, theirs = pty.openpty()
    asks = {"COLUMNS": "200", "TERM": "dumb"} | variables
    how = {"cwd": folder, "env": environ(folder) | asks, "stdin": theirs, "stdout": theirs, "stderr": theirs}
    # What was begun in a shell's background ignores Ctrl-C, and so would all it begins; nobody's terminal does.
    with subprocess.Popen(argv, start_new_session=True, preexec_fn=_hears_ctrl_c, **how) as process:
        os.close(theirs)
        try:
            yield Terminal(ours, process)
            process.wait(_SECONDS)
        finally:
            process.kill()
            os.close(ours)

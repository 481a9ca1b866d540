"""Runs one program within limits, and ends with it as soon as whoever started it is gone.

Started as a file of its own, `python leash.py BYTES_OF_MEMORY SECONDS BYTES_OF_A_FILE PROGRAM ...`, at the head of a
process group, by `bot.media.cutting`. Its standard input says nothing: that it ends means that nobody waits any more.
"""

import os
import resource
import signal
import subprocess
import sys
import threading


def main(memory: int, seconds: int, largest: int, program: list[str]) -> int:
    """Run until the program ends, and say how it ended."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, largest),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    threading.Thread(target=_end_with_starter, daemon=True).start()
    ended = subprocess.call(program, stdin=subprocess.DEVNULL)
    return 128 - ended if ended < 0 else ended


def _end_with_starter() -> None:
    while os.read(0, 1024):
        continue
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    most_memory, most_seconds, most_bytes = map(int, sys.argv[1:4])
    sys.exit(main(most_memory, most_seconds, most_bytes, sys.argv[4:]))

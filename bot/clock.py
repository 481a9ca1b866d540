"""The real clock behind the contract's `Clock`: the one place that asks the machine for time and chance."""

import asyncio
import os
import time
from datetime import UTC, datetime, timedelta

from adapters.contract import Clock

# Linux counts a suspended machine's time only here; elsewhere the ordinary one does.
_PASSED = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
SET = timedelta(seconds=2)
"""From here on a wall clock that differs from the time that passed was set, by a person or a time server."""


class SystemClock:
    """This machine's time. Moments are whole milliseconds, as they are stored."""

    def now(self) -> datetime:
        """Tell the aware UTC time in whole milliseconds, so that stored and live moments compare equal."""
        return datetime.fromtimestamp(time.time_ns() // 1_000_000 / 1000, UTC)

    def monotonic(self) -> float:
        """Tell seconds that never go back, also while the wall clock is set or the machine sleeps."""
        return time.clock_gettime(_PASSED)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    def token_bytes(self, n: int) -> bytes:
        """Draw `n` unpredictable bytes."""
        return os.urandom(n)


_NAP = 0.2
"""Seconds a person waits at the longest after Ctrl-C."""


class Metronome:
    """Lets time that is not the machine's pass as fast as the wall's, or `speed` times as fast, from now on."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed, self._began = speed, time.clock_gettime(_PASSED)
        self._is_stopped = False

    def stop(self, *signalled: object) -> None:
        """Have the next wait end with KeyboardInterrupt; raised where a signal comes, it could get lost."""
        self._is_stopped = True

    def until(self, seconds: float) -> None:
        """Wait, with everything else, until so many seconds of that time have passed."""
        while True:
            if self._is_stopped:
                raise KeyboardInterrupt
            left = seconds / self._speed - (time.clock_gettime(_PASSED) - self._began)
            if left <= 0:
                return
            time.sleep(min(left, _NAP))


class Steady:
    """A clock that goes on as time passes when the one below it is set, until it is told to `follow`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.follow()

    def now(self) -> datetime:
        """Tell the time below while it agrees with the time that passed, else what it would be."""
        shown = self._clock.now()
        off = self._off(shown)
        return shown - off if off else shown

    def monotonic(self) -> float:
        """Tell the seconds below."""
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._clock.sleep(seconds)

    def token_bytes(self, n: int) -> bytes:
        """Draw `n` bytes."""
        return self._clock.token_bytes(n)

    def off(self) -> timedelta:
        """Tell by how much the clock below was set since `follow`; zero where that is too little to matter."""
        return self._off(self._clock.now())

    def _off(self, shown: datetime) -> timedelta:
        passed = timedelta(milliseconds=round((self._clock.monotonic() - self._at) * 1000))
        off = shown - (self._wall + passed)
        return off if abs(off) >= SET else timedelta(0)

    def follow(self) -> None:
        """Take the time below as it is from now on."""
        self._at, self._wall = self._clock.monotonic(), self._clock.now()

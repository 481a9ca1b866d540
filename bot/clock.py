"""The real clock behind the contract's `Clock`: the one place that asks the machine for time and chance."""

import asyncio
import os
import time
from datetime import UTC, datetime


class SystemClock:
    """This machine's time. Moments are whole milliseconds, as they are stored."""

    def now(self) -> datetime:
        """Tell the aware UTC time in whole milliseconds, so that stored and live moments compare equal."""
        return datetime.fromtimestamp(time.time_ns() // 1_000_000 / 1000, UTC)

    def monotonic(self) -> float:
        """Tell seconds that never go back, also while the wall clock is set."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    def token_bytes(self, n: int) -> bytes:
        """Draw `n` unpredictable bytes."""
        return os.urandom(n)

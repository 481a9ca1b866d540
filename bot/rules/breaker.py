"""Knows when a channel's network counts as out of order, and when it is asked again. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

OPEN_AFTER = 5
"""Failed tries in a row, of whichever deliveries, after which posts wait; one alone takes eight minutes for them."""
FIRST_ASK = timedelta(minutes=2)
MOST_ASK = timedelta(minutes=15)
"""How long after that the network is asked, by a harmless question: at first, and at the longest."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """How a channel's network answers: `asked_at` is None while posts go out, else when it is asked again."""

    fails: int = 0
    since: datetime | None = None
    why: str = ""
    asked_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether posts wait."""
        return self.asked_at is not None


def failed(breaker: Breaker, why: str, now: datetime) -> Breaker:
    """Count a try or a question that found the network out of order."""
    counted = replace(breaker, fails=breaker.fails + 1, since=breaker.since or now, why=why)
    if counted.fails < OPEN_AFTER:
        return counted
    wait: timedelta = min(FIRST_ASK * 2 ** min(counted.fails - OPEN_AFTER, 10), MOST_ASK)
    return replace(counted, asked_at=now + wait)


def answered(breaker: Breaker, *, on_trial: bool) -> Breaker:
    """Let posts go out again after a good answer to a question.

    `on_trial`: a post that failed still waits, and proves more than a question does. Until it went out, one more
    failure is enough, and the wait grows.
    """
    return replace(breaker, asked_at=None) if on_trial else Breaker()

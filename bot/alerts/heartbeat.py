"""Fetches one address each minute while all goes well, so that an outside watch notices a daemon that is dead."""

from collections.abc import Callable
from typing import Protocol

import structlog

from bot.alerts.errands import Errands
from bot.alerts.sink import NotHeard
from bot.fetch import Fetched, Refused, Unreachable

log = structlog.get_logger()
_SECONDS = 10.0
_MOST_BYTES = 65_536
_ERRAND = "heartbeat"


class GetBytes(Protocol):
    """The guarded client, as far as a heartbeat needs it."""

    async def get(self, url: str, *, most: int, deadline: float) -> Fetched:
        """Fetch. Raises Refused or Unreachable."""
        ...


class Heartbeat:
    """One beat is one GET; its failure is a line in the log and no alert, since the outside watch itself tells."""

    def __init__(self, web: GetBytes, errands: Errands, address: Callable[[], str] | None) -> None:
        self._web, self._errands, self._address = web, errands, address
        self._is_failing = False

    def beat(self) -> None:
        """Fetch the address, if one is set, where it keeps nobody waiting."""
        if self._address is not None and not self._errands.is_busy(_ERRAND):
            self._errands.start(_ERRAND, self._fetch(self._address))

    async def _fetch(self, address: Callable[[], str]) -> None:
        try:
            answer = await self._web.get(address(), most=_MOST_BYTES, deadline=_SECONDS)
            why = "" if 200 <= answer.status < 300 else f"it answered {answer.status}"
        except (Refused, Unreachable, NotHeard) as e:
            why = str(e)
        if why and not self._is_failing:
            log.warning("heartbeat not heard", said=why, fix="look at `heartbeat_url`; it is tried again each minute")
        elif self._is_failing and not why:
            log.warning("heartbeat heard again")
        self._is_failing = bool(why)

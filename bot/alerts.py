"""SHELL. Tells each alert once when it opens and once when it closes: to the log now, to further sinks later."""

import structlog

from bot.store import alerts as stored
from bot.store.engine import Store

log = structlog.get_logger()


class Alerts:
    """Reads what the transactions opened and closed."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def tell_new(self) -> None:
        """Log what nobody was told yet."""
        for each in await self._store.write(stored.take_untold):
            facts = {"cause": str(each.cause), "scope": each.scope, "since": each.opened_at.isoformat()}
            if each.closed_at is None:
                log.error("alert opened", what=each.what, fix=each.fix or "see `jarshy why` or `jarshy queue`", **facts)
            else:
                log.warning("alert closed", until=each.closed_at.isoformat(), **facts)

"""Everything that watches and tells, as one: what the daemon's housekeeping calls."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from adapters.contract import Clock
from bot.accounts import Accounts
from bot.alerts.channel import ToChannel
from bot.alerts.errands import Errands
from bot.alerts.heartbeat import GetBytes, Heartbeat
from bot.alerts.sink import Sink
from bot.alerts.telling import Alerts
from bot.alerts.watch import Senses, Watch, Watched
from bot.model import Channel, Policy
from bot.store.engine import Store


@dataclass(frozen=True, kw_only=True)
class Ways:
    """How alerts leave this machine, and what is sensed of it."""

    sinks: tuple[Sink, ...] = ()
    """Beside the log and our own channels."""
    heartbeat: Callable[[], str] | None = None
    """The address to fetch while all goes well."""
    senses: Senses = field(default_factory=Senses)


class AlertDesk:
    """Watches, tells and beats; use it as `async with`."""

    def __init__(self, alerts: Alerts, watch: Watch, heart: Heartbeat, errands: Errands) -> None:
        self._alerts, self._watch, self._heart, self._errands = alerts, watch, heart, errands

    @property
    def sinks(self) -> tuple[str, ...]:
        """Whom alerts are told beside the log, by name."""
        return self._alerts.names

    async def __aenter__(self) -> Self:
        await self._errands.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self._errands.__aexit__(kind, error, where)

    async def look(self, *, is_well: bool) -> None:
        """Look at everything, tell what is new, and beat where all ticks are well."""
        await self._watch.look()
        await self.tell_new()
        if is_well:
            self._heart.beat()

    async def tell_new(self) -> None:
        """Tell what nobody was told yet."""
        await self._alerts.tell_new()

    async def stop(self, within: float) -> None:
        """Give messages that are under way `within` seconds; the next run tells the others."""
        await self._errands.stop(within)


def open_desk(
    store: Store,
    clock: Clock,
    policy: Policy,
    *,
    ways: Ways,
    web: GetBytes,
    accounts: Accounts,
    alert_channels: Sequence[Channel],
    watched: Watched,
    errands: Errands,
) -> AlertDesk:
    """Put the alert desk together; one that takes the place of another gets its errands."""
    sinks = [*ways.sinks, *(ToChannel(each, accounts) for each in alert_channels)]
    alerts = Alerts(store, clock, policy, sinks=sinks, errands=errands)
    watch = Watch(store, clock, policy, watched=watched, senses=ways.senses)
    return AlertDesk(alerts, watch, Heartbeat(web, errands, ways.heartbeat), errands)

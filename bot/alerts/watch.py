"""Notices what is wrong where no single change says so: silence, failing tries, a full disk, a wrong clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import sqlalchemy as sa

from adapters.contract import Adapter, Clock
from bot.model import Account, Channel, Policy
from bot.rules import alert_facts, skew
from bot.rules.alerts import Cause
from bot.rules.habit import MEMORY, habit
from bot.rules.skew import Skew
from bot.store import checkpoints, watching
from bot.store.alerts import close_alert, is_open, keep_true, open_alerts, tell_anew
from bot.store.engine import Store

_DAYS = (14, 3, 1)
_LEAST_FREE, _LEAST_SHARE = 500 * 10**6, 0.02
_HABITS_EVERY = timedelta(minutes=10)
_SHORTEST_SILENCE = timedelta(minutes=30)
_LONG_UNSEALED = timedelta(hours=2)
"""Rows are sealed each hour: one that waits so long was left out twice."""
_THE_DISK, _THE_CLOCK, _ALL = "disk", "clock", "newsroom"


class Disk(Protocol):
    """How full the disk is, in bytes."""

    @property
    def total(self) -> int:
        """Tell its size."""
        ...

    @property
    def free(self) -> int:
        """Tell what is free."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Senses:
    """What the watch knows beside the database. None: it cannot be known here."""

    disk: Callable[[], Disk] | None = None
    skew: Skew | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What of the settings is watched. `stages`: account -> how many days before its access ends people are told."""

    sources: Sequence[str]
    channels: Sequence[Channel]
    stages: Mapping[str, Sequence[int]]
    is_sealed: bool = False
    """Whether there is a key to seal the audit log with."""


class Watch:
    """Looks at everything once a minute, and keeps the alerts true."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        policy: Policy,
        *,
        watched: Watched,
        senses: Senses,
    ) -> None:
        self._store, self._clock, self._policy, self._senses = store, clock, policy, senses
        self._sources, self._channels, self._stages = watched.sources, watched.channels, watched.stages
        self._is_sealed = watched.is_sealed
        self._habits_at: datetime | None = None

    async def look(self) -> None:
        """Open what is wrong and close what is well again."""
        await self._store.write(self._look, self._clock.now())

    def _look(self, db: sa.Connection, now: datetime) -> None:
        listed = [each.id for each in self._channels]
        self._access(db, now)
        keep_true(db, Cause.DELIVERY_WAITS, watching.waiting(db, listed, now), now)
        self._posting(db, now)
        self._disk(db, now)
        self._clocks(db, now)
        self._sealing(db, now)
        # Reading weeks of stories is the dear part of it.
        if self._habits_at is None or not timedelta(0) <= now - self._habits_at < _HABITS_EVERY:
            self._habits_at = now
            self._silence(db, now)

    def _access(self, db: sa.Connection, now: datetime) -> None:
        ending = watching.ending(db, self._stages, now)
        for name, (at, days) in ending.items():
            what = alert_facts.access_ends(at, days, zone=self._policy.zone).what
            tell_anew(db, Cause.ACCESS_ENDS, f"account:{name}", now, what=what)
        for each in open_alerts(db):
            if each.cause is Cause.ACCESS_ENDS and each.scope.partition(":")[2] not in ending:
                close_alert(db, each.cause, each.scope, now)

    def _posting(self, db: sa.Connection, now: datetime) -> None:
        zone, within = self._policy.zone, self._policy.nothing_posted
        found: watching.Found = {}
        if missing := watching.unposted(db, self._channels, now, within=within, zone=zone):
            count, since = missing
            found[_ALL] = alert_facts.nothing_posted(count).what, since
        keep_true(db, Cause.NOTHING_POSTED, found, now)

    def _disk(self, db: sa.Connection, now: datetime) -> None:
        if self._senses.disk is None:
            return
        disk = self._senses.disk()
        found: watching.Found = {}
        if disk.free < max(_LEAST_FREE, disk.total * _LEAST_SHARE):
            found[_THE_DISK] = alert_facts.disk_low(disk.free, disk.total).what, None
        keep_true(db, Cause.DISK_LOW, found, now)

    def _clocks(self, db: sa.Connection, now: datetime) -> None:
        # Told by the others' clocks, so asked by the very clock that was compared with them.
        off = self._senses.skew.off(now) if self._senses.skew else None
        if off is None:
            return
        found: watching.Found = {}
        if abs(off) > skew.MOST:
            found[_THE_CLOCK] = alert_facts.clock_off(off).what, None
        keep_true(db, Cause.CLOCK_OFF, found, now)

    def _sealing(self, db: sa.Connection, now: datetime) -> None:
        # Without a key, or over a log that is not what it was, nothing is sealed: what is told of it stays true.
        told = (Cause.AUDIT_BROKEN, Cause.SEAL_FAILS)
        if not self._is_sealed or any(is_open(db, each, checkpoints.SCOPE) for each in told):
            return
        found: watching.Found = {}
        since = checkpoints.unsealed_since(db)
        if since is not None and now - since > _LONG_UNSEALED:
            last = checkpoints.newest(db)
            what = alert_facts.checkpoint_old(last.at if last else None, zone=self._policy.zone).what
            found[checkpoints.SCOPE] = what, since
        keep_true(db, Cause.CHECKPOINT_OLD, found, now)

    def _silence(self, db: sa.Connection, now: datetime) -> None:
        quiet = watching.quiet_sources(db, self._sources, now - _SHORTEST_SILENCE)
        silent: watching.Found = {}
        came = watching.came(db, quiet, now - MEMORY) if quiet else {}
        for name, last in quiet.items():
            scope, zone = f"source:{name}", self._policy.zone
            known = habit(came[name], now, zone=zone)
            # Once told, only a new story ends it: what is expected of a feed fades with its memory.
            if is_open(db, Cause.SOURCE_SILENT, scope):
                silent[scope] = alert_facts.source_silent(last, None, zone=zone).what, last
            elif known and known.is_broken:
                silent[scope] = alert_facts.source_silent(last, known.expected, zone=zone).what, last
        keep_true(db, Cause.SOURCE_SILENT, silent, now)


def stages(accounts: Sequence[Account], kinds: Mapping[str, type[Adapter]]) -> dict[str, tuple[int, ...]]:
    """Tell for each account how many days before its access ends people are told.

    Where we renew it ourselves, only after the time at which that should have been done.
    """
    found = {}
    for each in accounts:
        kind = kinds[each.network]
        found[each.id] = tuple(
            days for days in _DAYS if not kind.can("renew") or timedelta(days=days) < kind.spec.renew_ahead
        )
    return found

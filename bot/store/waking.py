"""When somebody must look at a channel next, and at which of its deliveries: `wake_at` is worked out here only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from adapters.contract import Scope
from bot.audit.rows import Action
from bot.model import Channel, Delivery, Kind, Reason
from bot.rules.approval import hushes
from bot.rules.breaker import Breaker
from bot.rules.outcome import STEP_ASIDE, probe_after
from bot.rules.pace import Pace, free_at
from bot.rules.standing import REPEATABLE
from bot.store.alerts import Cause, close_alert, open_alert, reword
from bot.store.audit import tell
from bot.store.deliveries import JOINED, from_row, lower_wake
from bot.store.schema import account, app, channel, delivery
from bot.tongue import phrase

_HERE = (
    sa.select(
        channel,
        account.c.app,
        account.c.wait_until.label("account_wait"),
        account.c.tat.label("account_tat"),
        account.c.stopped_at.label("account_stopped"),
        account.c.stopped_why.label("account_why"),
        app.c.wait_until.label("app_wait"),
        app.c.tat.label("app_tat"),
    )
    .join(account, account.c.id == channel.c.account)
    .join(app, app.c.id == account.c.app, isouter=True)
    .where(channel.c.id == given("who"))
)
_UNKNOWN = JOINED.where(delivery.c.channel == given("who"), sa.text("state = 'unknown'")).order_by(
    delivery.c.due_at, delivery.c.id
)
_parent = delivery.alias("parent_row")
_FOLLOWS = sa.or_(
    delivery.c.parent.is_(None),
    sa.exists(sa.select(1).where(_parent.c.id == delivery.c.parent, sa.text("parent_row.state = 'done'"))),
)
_READY = (  # what changes or removes a post that is out goes before any further post
    JOINED.where(
        delivery.c.channel == given("who"),
        sa.text("delivery.state = 'due'"),
        delivery.c.due_at <= given("now"),
        _FOLLOWS,
    )
    .order_by(
        # As in the index `delivery_ready`, which gives them in this order.
        sa.text("delivery.kind NOT IN ('edit','delete')"),
        delivery.c.is_breaking.desc(),
        sa.func.coalesce(delivery.c.published_at, delivery.c.created_at),
        delivery.c.id,
    )
    .limit(1)
)
_SOON = sa.select(sa.func.min(delivery.c.due_at, type_=delivery.c.due_at.type)).where(
    delivery.c.channel == given("who"), sa.text("state = 'due'"), delivery.c.due_at > given("now"), _FOLLOWS
)
_ON_TRIAL = {
    table: table.update()
    .where(table.c.id == given("which"), table.c.probes > 0, table.c.stopped_at.is_(None))
    .values(probes=0)
    for table in (channel, account)
}
_LET_GO = channel.update().where(channel.c.id == given("who")).values(leased_until=None, wake_at=given("at"))
_REFUSED = (
    sa.select(delivery.c.id)
    .where(
        delivery.c.channel.in_(given("here", expanding=True)),
        sa.text("state = 'due'"),
        delivery.c.reason == str(Reason.NO_ACCESS),
    )
    .limit(1)
)
_LOOK_NOW = delivery.update().where(
    delivery.c.channel.in_(given("here", expanding=True)),
    sa.text("state = 'unknown'"),
    delivery.c.due_at > given("now"),
)
_TO_WAKE = sa.select(channel.c.id).where(
    channel.c.wake_at <= given("now"),
    sa.or_(channel.c.leased_until.is_(None), channel.c.leased_until <= given("now")),
    channel.c.retired_at.is_(None),
)
_LOOKS = sa.select(delivery.c.due_at).where(
    delivery.c.channel.in_(given("here", expanding=True)), sa.text("state = 'unknown'")
)
_NEXT = sa.select(channel.c.wake_at, channel.c.leased_until).where(
    channel.c.wake_at.is_not(None), channel.c.retired_at.is_(None)
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds a channel back, from whichever scope."""

    channel: str
    account: str
    app: str
    pace: Pace
    is_stopped: bool
    stopped_why: str
    wait_until: datetime | None
    paused_at: datetime | None
    paused_until: datetime | None
    paused_by: str
    breaker: Breaker
    hushed_by: str
    """Who hushed everything but breaking news here; "" while nobody did."""
    is_listed: bool
    """Whether the settings have it."""
    stands_for: str
    """What it stands for by the settings that were taken last, as `bot.store.faces` names it; "" where nobody noted."""

    def hushes(self, stands: Delivery) -> bool:
        """Whether a hush keeps a delivery back here."""
        return bool(self.hushed_by) and hushes(stands)

    def is_paused(self, now: datetime, kind: Kind = Kind.POST) -> bool:
        """Whether a person's pause holds at `now`; it never holds what mends or takes down a post that is out."""
        if kind in REPEATABLE:
            return False
        return self.paused_at is not None and (self.paused_until is None or self.paused_until > now)

    def holds_back(self, now: datetime, kind: Kind = Kind.POST) -> str:
        """Say what keeps the whole channel from sending; "" when nothing does."""
        if self.is_stopped:
            return f"{_NO_ACCESS}: {self.stopped_why}" if self.stopped_why else _NO_ACCESS
        if self.is_paused(now, kind):
            return phrase(f"{self.paused_by or 'somebody'} paused the channel")
        return phrase(f"its network did not answer: {self.breaker.why}") if self.breaker.is_open else ""


_NO_ACCESS = phrase("there was no access")


def standing(db: sa.Connection, channel_id: str) -> Standing:
    """Read what holds a channel back."""
    row = db.execute(_HERE, {"who": channel_id}).one()
    waits = [at for at in (row.wait_until, row.account_wait, row.app_wait) if at is not None]
    return Standing(
        channel=channel_id,
        account=row.account,
        app=row.app or "",
        pace=Pace(row.tat, row.day, row.sent_today, row.account_tat, row.app_tat),
        is_stopped=row.stopped_at is not None or row.account_stopped is not None,
        stopped_why=row.stopped_why or row.account_why,
        wait_until=max(waits) if waits else None,
        paused_at=row.paused_at,
        paused_until=row.paused_until,
        paused_by=row.paused_by,
        breaker=Breaker(row.fails, row.failing_since, row.failing_why, row.open_until),
        hushed_by=(row.hushed_by or "somebody") if row.hushed_at is not None else "",
        is_listed=row.retired_at is None,
        stands_for=row.stands_for or "",
    )


def head(db: sa.Connection, who: Channel, now: datetime, *, zone: str) -> Delivery | datetime | None:
    """Choose the delivery to work on now; else tell when there may be one; None: nothing is open.

    A look at an unknown waits for neither pause nor pace, and nothing new is tried while one is still blocking.
    """
    unknown = [from_row(row) for row in db.execute(_UNKNOWN, {"who": who.id})]
    if unknown and unknown[0].due_at <= now:
        return unknown[0]
    looks = unknown[0].due_at if unknown else None
    if blocking := _blocking(unknown, now):
        return _sooner(looks, blocking)
    here = standing(db, who.id)
    if here.is_stopped or here.breaker.is_open:
        return looks
    ready = db.execute(_READY, {"who": who.id, "now": now}).first()
    first = None if ready is None else from_row(ready)
    at: datetime | None = None
    if here.is_paused(now, first.kind if first else Kind.POST):
        at = here.paused_until
    elif first is not None:
        at = free_at(who, here.pace, zone=zone, now=now, is_breaking=first.is_breaking, kind=first.kind).at
        at = max(at, here.wait_until) if here.wait_until else at
        if at <= now:
            return first
    return _sooner(looks, db.scalar(_SOON, {"who": who.id, "now": now}), at)


def blocked_until(db: sa.Connection, channel_id: str, now: datetime) -> datetime | None:
    """Tell how long an unknown outcome holds up everything else on a channel; None: it does not."""
    return _blocking([from_row(row) for row in db.execute(_UNKNOWN, {"who": channel_id})], now)


def _blocking(unknown: list[Delivery], now: datetime) -> datetime | None:
    return max((until for each in unknown if (until := _blocks_until(each)) > now), default=None)


def let_go(db: sa.Connection, who: Channel, now: datetime, *, zone: str) -> None:
    """End the lease and set `wake_at` from what is open; for the run that holds the channel, and nobody else."""
    chosen = head(db, who, now, zone=zone)
    db.execute(_LET_GO, {"who": who.id, "at": now if isinstance(chosen, Delivery) else chosen})


def due_channels(db: sa.Connection, now: datetime) -> list[str]:
    """List the channels somebody must look at now."""
    return list(db.scalars(_TO_WAKE, {"now": now}))


def free_leases(db: sa.Connection, now: datetime) -> None:
    """Let go of what a dead daemon held. Only for whoever holds the lock of the file, and so knows that it is dead."""
    db.execute(channel.update().where(channel.c.leased_until > now).values(leased_until=None, wake_at=now))


def next_wake(db: sa.Connection) -> datetime | None:
    """Tell when somebody must look at any channel."""
    moments = [max(row.wake_at, row.leased_until or row.wake_at) for row in db.execute(_NEXT)]
    return min(moments, default=None)


def next_look(db: sa.Connection, listed: Collection[str]) -> datetime | None:
    """Tell when a post of unknown outcome on a `listed` channel is looked for next; None: there is none."""
    found = db.execute(_LOOKS, {"here": list(listed)})
    return min((row.due_at for row in found), default=None)


def stop(db: sa.Connection, here: Standing, scope: Scope, now: datetime, *, why: str, fix: str = "") -> None:
    """Stop a channel or an account until `verify` answers. One alert.

    Where nothing went out since it was last started, its good answer proved nothing, and the next is waited for longer.
    """
    table, which = (account, here.account) if scope in (Scope.ACCOUNT, Scope.APP) else (channel, here.channel)
    in_vain = db.scalar(sa.select(table.c.probes).where(table.c.id == which, table.c.stopped_at.is_(None)))
    if in_vain is None:
        return
    values = {"stopped_at": now, "stopped_why": why, "probe_at": now + probe_after(in_vain)}
    db.execute(table.update().where(table.c.id == which).values(**values))
    if table is account:
        tell(db, Action.ACCOUNT_STOPPED, now, account=which, why=why)
    else:
        tell(db, Action.CHANNEL_STOPPED, now, channel=which, why=why)
    open_alert(db, *_about(table, which), now, what=why, fix=fix)
    reword(db, *_about(table, which), why)


def start(db: sa.Connection, scope: Scope, which: str, now: datetime, *, listed: Collection[str], actor: str) -> None:
    """Start a stopped channel or account again and wake its channels; what may be out there is looked for at once.

    While a post that was refused waits on a `listed` one, its alert stays open: only what goes out proves more than
    `verify` says (`served`).
    """
    table = account if scope is Scope.ACCOUNT else channel
    why = db.scalar(sa.select(table.c.stopped_why).where(table.c.id == which))
    started = {"stopped_at": None, "stopped_why": "", "probe_at": None, "probes": table.c.probes + 1}
    db.execute(table.update().where(table.c.id == which).values(**started))
    if scope is Scope.ACCOUNT:
        tell(db, Action.ACCOUNT_STARTED, now, actor=actor, account=which)
        woken = list(db.scalars(sa.select(channel.c.id).where(channel.c.account == which)))
    else:
        tell(db, Action.CHANNEL_STARTED, now, actor=actor, channel=which)
        woken = [which]
    if db.scalar(_REFUSED, {"here": [each for each in woken if each in listed]}) is None:
        close_alert(db, *_about(table, which), now)
    else:
        reword(db, *_about(table, which), f"answers well again, but nothing went out yet (before: {why})")
    db.execute(_LOOK_NOW.values(due_at=now), {"here": woken, "now": now})
    for each in woken:
        lower_wake(db, each, now)


def stopped(db: sa.Connection, who: Channel) -> list[Scope]:
    """Tell what is stopped of a channel: its account, itself."""
    named = ((Scope.ACCOUNT, account, who.account), (Scope.CHANNEL, channel, who.id))
    rows = [(scope, sa.select(table.c.stopped_at).where(table.c.id == which)) for scope, table, which in named]
    return [scope for scope, question in rows if db.scalar(question) is not None]


def served(db: sa.Connection, who: Channel, now: datetime) -> None:
    """Note that something went out here: whatever was started on trial serves, and its alert is over."""
    for table, which in ((channel, who.id), (account, who.account)):
        if db.execute(_ON_TRIAL[table], {"which": which}).rowcount:
            close_alert(db, *_about(table, which), now)


def _about(table: sa.Table, which: str) -> tuple[Cause, str]:
    """Name the cause and scope of the alert that something is stopped."""
    is_account = table is account
    return (Cause.ACCOUNT_STOPPED if is_account else Cause.CHANNEL_STOPPED), f"{table.name}:{which}"


def _blocks_until(unknown: Delivery) -> datetime:
    asked = unknown.last_at or unknown.intent_at
    return asked + STEP_ASIDE if asked else unknown.due_at


def _sooner(*moments: datetime | None) -> datetime | None:
    return min((at for at in moments if at is not None), default=None)

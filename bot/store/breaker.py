"""Channels whose network is out of order: counted with each try, let through again by a question that is answered."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from bot.audit.rows import Action
from bot.model import Reason
from bot.rules.breaker import OPEN_AFTER, Breaker, answered, failed
from bot.store.alerts import Cause, close_alert, open_alert, reword
from bot.store.audit import tell
from bot.store.deliveries import lower_wake
from bot.store.schema import channel, delivery
from bot.store.waking import standing

_FAILED = (
    sa.select(delivery.c.id)
    .where(
        delivery.c.channel == sa.bindparam("who"),
        sa.text("state = 'due'"),
        delivery.c.reason == str(Reason.BACKOFF),
    )
    .limit(1)
)
_TO_ASK = (
    sa.select(channel.c.id)
    .where(channel.c.open_until <= sa.bindparam("now"), channel.c.stopped_at.is_(None))
    .order_by(channel.c.id)
)
_CALM = sa.select(channel.c.id).where(
    channel.c.id == sa.bindparam("who"), channel.c.fails == 0, channel.c.open_until.is_(None)
)


def note(db: sa.Connection, channel_id: str, now: datetime, *, outage: bool, why: str) -> None:
    """Note what a try said of the network: `outage`, or an answer of whatever kind."""
    if not outage and db.execute(_CALM, {"who": channel_id}).first():
        return
    here = standing(db, channel_id)
    if outage:
        _fail(db, channel_id, failed(here.breaker, why, now), now)
    else:
        _keep(db, channel_id, Breaker())
        _recover(db, channel_id, here.account, now)


def to_ask(db: sa.Connection, now: datetime, listed: Collection[str]) -> list[str]:
    """List the channels whose posts wait and whose network is due to be asked."""
    return [each for each in db.scalars(_TO_ASK, {"now": now}) if each in listed]


def still_out(db: sa.Connection, channel_id: str, now: datetime, *, why: str) -> None:
    """Note that the network did not answer a question either."""
    _fail(db, channel_id, failed(standing(db, channel_id).breaker, why, now), now)


def let_through(db: sa.Connection, channel_id: str, now: datetime) -> None:
    """Note that the network answered a question: posts go out again."""
    here = standing(db, channel_id)
    if not here.breaker.is_open:
        return
    on_trial = db.scalar(_FAILED, {"who": channel_id}) is not None
    _keep(db, channel_id, answered(here.breaker, on_trial=on_trial))
    tell(db, Action.CHANNEL_ANSWERED, now, channel=channel_id)
    if not on_trial:
        _recover(db, channel_id, here.account, now)
    lower_wake(db, channel_id, now)


def _fail(db: sa.Connection, channel_id: str, now_stands: Breaker, now: datetime) -> None:
    was = standing(db, channel_id)
    _keep(db, channel_id, now_stands)
    if not now_stands.is_open:
        return
    if not was.breaker.is_open:
        tell(db, Action.CHANNEL_UNANSWERED, now, channel=channel_id, why=now_stands.why, fails=now_stands.fails)
    open_alert(db, Cause.NETWORK_FAILING, _about(was.account), now, what=now_stands.why, since=now_stands.since)
    reword(db, Cause.NETWORK_FAILING, _about(was.account), now_stands.why)


def _recover(db: sa.Connection, channel_id: str, account: str, now: datetime) -> None:
    """Close the account's alert, unless another of its channels finds the network out of order still."""
    others = sa.select(channel.c.id).where(
        channel.c.account == account, channel.c.id != channel_id, channel.c.fails >= OPEN_AFTER
    )
    if db.scalar(others.limit(1)) is None:
        close_alert(db, Cause.NETWORK_FAILING, _about(account), now)


def _keep(db: sa.Connection, channel_id: str, stands: Breaker) -> None:
    values = {"fails": stands.fails, "failing_since": stands.since, "failing_why": stands.why}
    db.execute(channel.update().where(channel.c.id == channel_id).values(**values, open_until=stands.asked_at))


def _about(account: str) -> str:
    return f"account:{account}"

"""How channels, their accounts and feeds stand: since when something is wrong, why, and when we ask again."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.store.figures import SourceSeen, sources_seen
from bot.store.schema import account, channel, delivery

__all__ = ["ChannelSeen", "SourceSeen", "channels_seen", "sources_seen"]

_CHANNELS = sa.select(
    channel,
    account.c.stopped_at.label("account_stopped_at"),
    account.c.stopped_why.label("account_why"),
    account.c.probe_at.label("account_probe_at"),
    account.c.expires_at,
).join(account, account.c.id == channel.c.account)
LAST_OUT = (
    sa.select(delivery.c.moved_at)
    .where(delivery.c.channel == sa.bindparam("who"), sa.text("state = 'done' AND kind NOT IN ('edit','delete')"))
    .order_by(delivery.c.moved_at.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSeen:
    """How a channel stands, with its account."""

    id: str
    account: str
    access_until: datetime | None
    """Until when the account's session lives, where that is known."""
    refused_at: datetime | None
    """Since when its network takes nothing from the account, or not in this place."""
    is_account_refused: bool
    failing_since: datetime | None
    why: str
    """What the network said when it refused or failed."""
    asked_at: datetime | None
    """When we ask a network again that refuses or fails."""
    paused_at: datetime | None
    paused_until: datetime | None
    paused_by: str
    hushed_at: datetime | None
    hushed_by: str
    out_at: datetime | None
    """When something was last posted."""


def channels_seen(db: sa.Connection) -> tuple[ChannelSeen, ...]:
    """Tell how each channel stands, also those that left the settings."""
    return tuple(_seen(db, row) for row in db.execute(_CHANNELS).all())


def _seen(db: sa.Connection, row: sa.Row[tuple[object, ...]]) -> ChannelSeen:
    stands = row._mapping
    is_account = stands["account_stopped_at"] is not None
    refused_at = stands["account_stopped_at"] or stands["stopped_at"]
    said = stands["account_why"] if is_account else stands["stopped_why"]
    probe = stands["account_probe_at"] if is_account else stands["probe_at"]
    return ChannelSeen(
        id=stands["id"],
        account=stands["account"],
        access_until=stands["expires_at"],
        refused_at=refused_at,
        is_account_refused=is_account,
        # One failed try is no outage: the breaker says when it is.
        failing_since=stands["failing_since"] if stands["open_until"] else None,
        why=said if refused_at else stands["failing_why"],
        asked_at=probe if refused_at else stands["open_until"],
        paused_at=stands["paused_at"],
        paused_until=stands["paused_until"],
        paused_by=stands["paused_by"],
        hushed_at=stands["hushed_at"],
        hushed_by=stands["hushed_by"],
        out_at=db.scalar(LAST_OUT, {"who": stands["id"]}),
    )

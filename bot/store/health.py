"""What accounts, feeds and channels say of how they are: since when, when we ask again, and when a post was out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.store.figures import SourceSeen, sources_seen
from bot.store.schema import account, channel, delivery

__all__ = ["ChannelSeen", "SourceSeen", "channels_seen", "sources_seen"]

_CHANNELS = sa.select(
    channel,
    account.c.stopped_at.label("account_stopped_at"),
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
    """What a channel's account and its past say of it, beside what keeps it from sending now."""

    id: str
    access_until: datetime | None
    """Until when the account's session lives, where that is known."""
    refused_since: datetime | None
    """Since when its network takes nothing from the account, or not in this place."""
    failing_why: str
    asked_at: datetime | None
    """When we ask a network again that refuses or fails."""
    out_at: datetime | None
    """When something was last posted."""


def channels_seen(db: sa.Connection) -> tuple[ChannelSeen, ...]:
    """Read it of each channel, also of those that left the settings."""
    return tuple(_seen(db, row._mapping) for row in db.execute(_CHANNELS).all())


def _seen(db: sa.Connection, row: Mapping[Any, Any]) -> ChannelSeen:
    refused = row["account_stopped_at"] or row["stopped_at"]
    probe = row["account_probe_at"] if row["account_stopped_at"] else row["probe_at"]
    return ChannelSeen(
        id=row["id"],
        access_until=row["expires_at"],
        refused_since=refused,
        failing_why=row["failing_why"],
        asked_at=probe if refused else row["open_until"],
        out_at=db.scalar(LAST_OUT, {"who": row["id"]}),
    )

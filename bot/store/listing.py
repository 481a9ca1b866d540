"""What the settings list, as the database knows it: taken up at a start and a reload; what left them is kept."""

from dataclasses import replace
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa

from bot.audit.rows import Action
from bot.model import Account, Channel, Delivery, Kind, Reason, Source, State
from bot.rules.alert_facts import settings_refused
from bot.store import accounts, leaving, sources
from bot.store.alerts import Cause, close_alert, open_alert, open_alerts, reword
from bot.store.audit import tell
from bot.store.deliveries import JOINED, from_row, lower_wake, move
from bot.store.schema import account, channel, delivery, sighting, source
from bot.store.schema import story as story_table

SETTINGS = "settings"
"""The scope of what is wrong with the settings."""
_HELD_FOR_SOURCE = JOINED.where(sa.text("state = 'held' AND reason = 'source_left'"))
_SEEN_IN = (
    sa.select(source.c.id, source.c.retired_at)
    .join(sighting, sighting.c.source == source.c.id)
    .where(sighting.c.story == sa.bindparam("which"))
    .order_by(sighting.c.seen_at)
)
_HUSH = sa.select(channel.c.hushed_at, channel.c.hushed_by).where(channel.c.hushed_at.is_not(None)).limit(1)


class Listed(Protocol):
    """What the settings name."""

    @property
    def sources(self) -> tuple[Source, ...]:
        """The feeds."""
        ...

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The accounts."""
        ...

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The places."""
        ...


def take_up(db: sa.Connection, listed: Listed, now: datetime, *, said: str | None = None) -> None:
    """Let everything that is listed be at work, and nothing else. Raises AnotherNetwork.

    `said`: what changed, where the daemon runs on.
    """
    accounts.set_up(db, listed.accounts, listed.channels)
    sources.set_up_sources(db, listed.sources, now)
    _list_channels(db, [each.id for each in listed.channels], now)
    _hush_too(db, [each.id for each in listed.channels], now)
    for table, some in ((source, listed.sources), (account, listed.accounts), (channel, listed.channels)):
        _retire(db, table, [each.id for each in some], now)
    _close_of_gone(db, [each.id for each in listed.sources], now)
    _let_on(db, now)
    leaving.tell_left(db, named(listed), now)
    close_alert(db, Cause.SETTINGS_REFUSED, SETTINGS, now)
    if said is not None:
        tell(db, Action.SETTINGS_LOADED, now, said=said)


def named(listed: Listed) -> leaving.Named:
    """Name what is listed."""
    return leaving.Named(tuple(each.id for each in listed.sources), tuple(each.id for each in listed.channels))


def refuse(db: sa.Connection, now: datetime, *, why: str) -> None:
    """Note that changed settings were refused; the old ones stay."""
    fact = settings_refused(why)
    open_alert(db, Cause.SETTINGS_REFUSED, SETTINGS, now, what=fact.what, fix=fact.fix)
    reword(db, Cause.SETTINGS_REFUSED, SETTINGS, fact.what)
    tell(db, Action.SETTINGS_REFUSED, now, why=why)


def late_for(db: sa.Connection, story: str) -> set[str]:
    """Name the channels the settings have only since after a story was seen: to them it is no news."""
    seen = sa.select(story_table.c.seen_at).where(story_table.c.id == story).scalar_subquery()
    return set(db.scalars(sa.select(channel.c.id).where(channel.c.listed_at > seen)))


def source_gone(db: sa.Connection, story: str) -> str:
    """Name the source a story came from if every source it was seen in has left the settings; "" if one has not."""
    rows = db.execute(_SEEN_IN, {"which": story}).all()
    return "" if any(row.retired_at is None for row in rows) or not rows else str(rows[0].id)


def without_source(db: sa.Connection, chosen: Delivery) -> Delivery:
    """Hold a post whose source has left the settings: nothing of it is sent until somebody says what it shall be."""
    if chosen.kind is not Kind.POST or chosen.state is not State.DUE or not (gone := source_gone(db, chosen.story)):
        return chosen
    return replace(chosen, state=State.HELD, reason=Reason.SOURCE_LEFT, detail=gone)


def _let_on(db: sa.Connection, now: datetime) -> None:
    """Let go what was held for a source that is back."""
    for row in db.execute(_HELD_FOR_SOURCE).all():
        held = from_row(row)
        if not source_gone(db, held.story):
            move(db, replace(held, state=State.DUE, reason=Reason.PLANNED, detail=""), now)
            lower_wake(db, held.channel, now)


def _list_channels(db: sa.Connection, ids: list[str], now: datetime) -> None:
    """Note since when the settings have each channel; one with posts that nobody noted was always there."""
    is_new = sa.and_(channel.c.listed_at.is_(None), ~sa.exists().where(delivery.c.channel == channel.c.id))
    is_back = sa.or_(is_new, channel.c.retired_at.is_not(None))
    db.execute(channel.update().where(channel.c.id.in_(ids), is_back).values(listed_at=now))


def _hush_too(db: sa.Connection, ids: list[str], now: datetime) -> None:
    """Let a hush hold for the channels that came, or came back, since somebody said it."""
    hush = db.execute(_HUSH).first()
    if hush is None:
        return
    loud = sa.select(channel.c.id).where(channel.c.id.in_(ids), channel.c.hushed_at.is_(None))
    for each in db.scalars(loud.order_by(channel.c.id)).all():
        held = {"hushed_at": hush.hushed_at, "hushed_by": hush.hushed_by}
        db.execute(channel.update().where(channel.c.id == each).values(held))
        tell(db, Action.CHANNEL_HUSHED, now, channel=each, by=hush.hushed_by)


def _close_of_gone(db: sa.Connection, sources: list[str], now: datetime) -> None:
    """Close what only the next poll of a feed would close, where there is none: the feed left the settings."""
    for each in open_alerts(db):
        if each.cause in _BY_POLLS and each.scope.removeprefix("source:") not in sources:
            close_alert(db, each.cause, each.scope, now)


_BY_POLLS = frozenset({Cause.SOURCE_GAP, Cause.SOURCE_LACKS})


def _retire(db: sa.Connection, table: sa.Table, ids: list[str], now: datetime) -> None:
    db.execute(table.update().where(table.c.id.in_(ids)).values(retired_at=None))
    left = table.update().where(table.c.id.not_in(ids), table.c.retired_at.is_(None))
    db.execute(left.values(retired_at=now))

"""What waits although its channel or source has left the settings: who is told, and how a person ends it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from bot.audit.rows import Action
from bot.rules.alert_facts import left_settings
from bot.rules.outcome import left_sending
from bot.store.alerts import Cause, close_alert, open_alert, open_alerts, reword
from bot.store.audit import tell
from bot.store.deliveries import JOINED, from_row
from bot.store.people import RefusedVerb, cancel
from bot.store.revising import conclude
from bot.store.schema import channel, delivery, delivery_story, sighting, source, story

# The literals let both partial indices serve (see schema.OPEN).
_MAY_BE_HELD = (
    "(delivery.state = 'held' AND (delivery.reason IN ('undecidable','unshown','worked_on') "
    "OR delivery.copied_at IS NOT NULL))"
)
# Surely not out and may still go.
_WAITS = sa.text(f"(delivery.state = 'due' OR delivery.state = 'held') AND NOT {_MAY_BE_HELD}")
_MAY_BE_OUT = sa.text(f"(delivery.state = 'sending' OR delivery.state = 'unknown' OR {_MAY_BE_HELD})")
_LISTED = sighting.c.source.in_(given("sources", expanding=True))
_OF_STORY = sighting.c.story == story.c.id
_BY_CHANNEL = sa.select(delivery.c.id, delivery.c.channel.label("name")).where(
    delivery.c.channel.not_in(given("channels", expanding=True))
)
_BY_SOURCE = (  # what follows a post that is out may still mend it
    sa.select(delivery.c.id, story.c.source.label("name"))
    .join(delivery_story, delivery_story.c.delivery == delivery.c.id)
    .join(story, story.c.id == delivery_story.c.story)
    .where(
        sa.text("delivery.kind = 'post'"),
        sa.exists().where(_OF_STORY),
        ~sa.exists().where(_OF_STORY, _LISTED),
    )
)
_LEFT = sa.select(channel.c.id).where(channel.c.id.not_in(given("channels", expanding=True))).limit(1)
_LEFT_SENDING = JOINED.where(
    sa.text("delivery.state = 'sending'"),
    delivery.c.channel.in_(
        sa.select(channel.c.id).where(
            channel.c.id.not_in(given("channels", expanding=True)),
            sa.or_(channel.c.leased_until.is_(None), channel.c.leased_until <= given("now")),
        )
    ),
)
_LEFT_SOURCE = sa.select(source.c.id).where(source.c.id.not_in(given("sources", expanding=True))).limit(1)


@dataclass(frozen=True, slots=True)
class Named:
    """What the settings list, by its ids."""

    sources: tuple[str, ...]
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """A channel or source that is gone from the settings: the deliveries that wait, and those that may be out."""

    kind: Literal["channel", "source"]
    id: str
    waits: tuple[int, ...]
    unclear: int = 0

    @property
    def scope(self) -> str:
        """Name what an alert about it is about."""
        return f"{self.kind}:{self.id}"

    @property
    def fact(self) -> str:
        """Say that it is gone and what waits, as a part of a sentence."""
        return left_settings(self.kind, self.id, waits=len(self.waits), unclear=self.unclear).what

    @property
    def fix(self) -> str:
        """Say what ends it."""
        return left_settings(self.kind, self.id, waits=len(self.waits), unclear=self.unclear).fix


def left(db: sa.Connection, named: Named) -> list[Left]:
    """List what waits for channels, and posts of sources, that are not among those of the settings."""
    sources, channels, found = {"sources": named.sources}, {"channels": named.channels}, []
    if db.scalar(_LEFT, channels) is not None:
        unclear = _ids(db, _BY_CHANNEL.where(_MAY_BE_OUT), channels)
        waits = _ids(db, _BY_CHANNEL.where(_WAITS), channels)
        found += [
            Left("channel", id, tuple(waits.get(id, ())), len(unclear.get(id, ()))) for id in sorted({*waits, *unclear})
        ]
    if db.scalar(_LEFT_SOURCE, sources) is not None:
        of = _ids(db, _BY_SOURCE.where(_WAITS), sources)
        found += [Left("source", id, tuple(ids)) for id, ids in sorted(of.items())]
    return found


def tell_left(db: sa.Connection, named: Named, now: datetime) -> None:
    """Keep the alerts true that something waits in vain."""
    _end_runs(db, named, now)
    found = {each.scope: each for each in left(db, named) if each.waits or each.unclear}
    for scope, each in found.items():
        open_alert(db, Cause.GONE_WAITS, scope, now, what=each.fact, fix=each.fix)
        reword(db, Cause.GONE_WAITS, scope, each.fact)
    for alert in open_alerts(db):
        if alert.cause is Cause.GONE_WAITS and alert.scope not in found:
            close_alert(db, Cause.GONE_WAITS, alert.scope, now)


def _end_runs(db: sa.Connection, named: Named, now: datetime) -> None:
    """Have known for unclear what was being sent when its run died: no later run of a channel that is gone does."""
    for row in db.execute(_LEFT_SENDING, {"channels": named.channels, "now": now}).all():
        conclude(db, left_sending(from_row(row), now), now)


def forget(db: sa.Connection, which: str, named: Named, now: datetime, *, actor: str) -> int:
    """Cancel what waits for a channel, or of a source, that left the settings; return how much. History stays."""
    refuse_listed(db, which, named)
    mine = [each for each in left(db, named) if each.id == which]
    waits = sorted({id for each in mine for id in each.waits})
    for id in waits:
        _cancel(db, id, now, actor)
    for each in mine:
        if not each.unclear:
            close_alert(db, Cause.GONE_WAITS, each.scope, now)
    if not mine:
        return 0
    where = {each.kind: which for each in mine}  # a name may be a channel's and a source's at once
    tell(db, Action.LEFT_FORGOTTEN, now, actor=actor, waited=len(waits), **where)
    return len(waits)


def refuse_listed(db: sa.Connection, which: str, named: Named) -> None:
    """Refuse to forget what the settings have, or nobody ever had. Raises RefusedVerb."""
    if which in {*named.sources, *named.channels}:
        raise RefusedVerb(f"the settings have {which}: take it out there, `jarshy reload`, then forget it")
    known = [db.scalar(sa.select(table.c.id).where(table.c.id == which)) for table in (channel, source)]
    if known == [None, None]:
        raise RefusedVerb(f"there never was a channel or source {which}")


def is_retired(db: sa.Connection, which: str) -> bool:
    """Whether the daemon knows that a channel or source has left the settings."""
    at_work = [
        db.scalar(sa.select(table.c.id).where(table.c.id == which, table.c.retired_at.is_(None)))
        for table in (channel, source)
    ]
    return at_work == [None, None]


def _cancel(db: sa.Connection, id: int, now: datetime, actor: str) -> None:
    try:
        cancel(db, id, now, actor=actor)
    except RefusedVerb:
        return  # it went with the post it follows


def _ids(
    db: sa.Connection, question: sa.Select[tuple[int, str]], named: dict[str, tuple[str, ...]]
) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row in db.execute(question.order_by(delivery.c.id), named):
        found.setdefault(row.name, []).append(row.id)
    return found

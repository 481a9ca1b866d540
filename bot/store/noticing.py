"""What a poll shows beside its stories: far too many of them, a gap before them, oddities of the feed."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.articles.feed import BROKEN_OFF, Feed
from bot.audit.rows import Action
from bot.model import Article, Source
from bot.rules.alert_facts import source_away, source_flood, source_gap, source_lacks
from bot.store.alerts import Cause, close_alert, is_open, open_alert, reword
from bot.store.audit import tell
from bot.store.identities import flood_waits, lists_any, note_oddity
from bot.tongue import span

_FEW = 5


def floods(
    fresh: Sequence[Article], articles: Sequence[Article], state: sa.Row[Any], who: Source, now: datetime
) -> bool:
    """Whether far more is new than ever comes at once: a moved site, not a busy day or hours in which we were away."""
    counts = json.loads(state.new_counts)
    usual = sorted(counts)[int(len(counts) * 0.99)] if counts else 0
    missed = max(1, (now - state.polled_at) // who.poll) if state.polled_at else 1
    if len(fresh) > max(_FEW, 4 * usual) * missed and len(counts) >= _FEW:
        return True
    dated = [each.published for each in fresh if each.published is not None]
    old = [at for at in dated if now - at > timedelta(days=2)]
    return len(fresh) > _FEW and len(fresh) * 2 > len(articles) and len(old) * 2 > len(fresh)


def tell_flood(db: sa.Connection, source_id: str, fresh: int, now: datetime) -> None:
    """Have people look at a flood, until none of its stories waits for them any more."""
    scope = f"source:{source_id}"
    if fresh:
        fact = source_flood(fresh)
        open_alert(db, Cause.SOURCE_FLOOD, scope, now, what=fact.what, fix=fact.fix)
    elif is_open(db, Cause.SOURCE_FLOOD, scope) and not flood_waits(db, source_id):
        close_alert(db, Cause.SOURCE_FLOOD, scope, now)


def tell_gap(
    db: sa.Connection,
    who: Source,
    articles: Sequence[Article],
    state: sa.Row[Any],
    now: datetime,
    *,
    zone: str,
    is_all_new: bool,
) -> None:
    """Say that stories may be missing, where nothing a feed lists was known from before."""
    scope = f"source:{who.id}"
    if not articles or state.first_read_at is None or not lists_any(db, who.id):
        return
    if not is_all_new:
        close_alert(db, Cause.SOURCE_GAP, scope, now)
        return
    dates = [each.published for each in articles if each.published is not None]
    fact = source_gap(state.polled_at, min(dates, default=None), zone=zone)
    open_alert(db, Cause.SOURCE_GAP, scope, now, what=fact.what, fix=fact.fix)


def tell_away(db: sa.Connection, who: Source, stories: int, away: timedelta, now: datetime) -> None:
    """Have people look at what came while nobody read a feed for long; `tell_gap` closes it with the next poll."""
    fact = source_away(stories, span(timedelta(days=away.days)))
    open_alert(db, Cause.SOURCE_GAP, f"source:{who.id}", now, what=fact.what, fix=fact.fix)


def tell_odd(db: sa.Connection, who: Source, feed: Feed, state: sa.Row[Any], now: datetime) -> None:
    """Write each oddity down once, however often the feed repeats it, and have people see to what is missing.

    An entry that cannot be posted is missing while it would be news: not what was there before the first look.
    """
    unpostable, missing = {said for _, said in feed.unpostable}, list[str]()
    for said in dict.fromkeys(feed.odd):
        if said not in unpostable and note_oddity(db, who.id, said, now) is None:
            tell(db, Action.SOURCE_ODD, now, source=who.id, why=said)
    for entry, said in feed.unpostable:
        since = note_oddity(db, who.id, f"{said}\n{entry}", now)
        if since is None:
            tell(db, Action.SOURCE_ODD, now, source=who.id, why=said, entry=entry)
        came = since or now
        if state.first_read_at is not None and came > state.first_read_at and now - came <= who.max_age:
            missing.append(said)
    breaks_off, scope = BROKEN_OFF in feed.odd, f"source:{who.id}"
    if not breaks_off and not missing:
        close_alert(db, Cause.SOURCE_LACKS, scope, now)
        return
    fact = source_lacks(missing, breaks_off=breaks_off)
    open_alert(db, Cause.SOURCE_LACKS, scope, now, what=fact.what, fix=fact.fix)
    reword(db, Cause.SOURCE_LACKS, scope, fact.what)

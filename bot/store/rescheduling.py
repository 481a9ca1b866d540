"""What a person says of when a post goes out."""

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from bot.model import Channel, Delivery, Kind, Reason, State
from bot.rules.alert_words import moment
from bot.rules.approval import approved_by, remark_of
from bot.rules.pace import lives_until
from bot.rules.plan import EMBARGO_MOST, is_ahead
from bot.rules.standing import ANNOUNCES
from bot.store.people import OUT, RefusedVerb, as_it_is, find, put, refuse_undecided
from bot.store.stories import article_of
from bot.tongue import phrase, span


def move_to(
    db: sa.Connection, which: int, who: Channel, at: datetime, now: datetime, *, zone: str, actor: str
) -> Delivery:
    """Let a delivery that waits go out at `at` instead. Its words and its approval stay; its time to live grows."""
    found = find(db, which)
    if found.state in OUT:
        raise RefusedVerb(f"delivery {which} may already be out, so it cannot be moved; `why {which}` says more")
    refuse_undecided(found)
    if found.state not in (State.DUE, State.HELD) or found.kind is Kind.TEST:
        raise RefusedVerb(f"delivery {which} cannot be moved: {as_it_is(found)}")
    refuse_moment(at, now, zone, instead=f"`move {which} now` sends it at once")
    if why_not := _why_not(db, found, at, now, zone):
        raise RefusedVerb(f"delivery {which} cannot go out at {moment(at, zone)}: {why_not}")
    moved = replace(found, due_at=at, expires_at=max(found.expires_at, lives_until(who, at, zone=zone)))
    if found.state is State.DUE:
        by = approved_by(actor, remark_of(found))
        moved = replace(moved, reason=Reason.MOVED, detail=by, renewals=0)
    return put(db, moved, now, actor, remark=phrase(f"now for {moment(at, zone)}"))


def refuse_moment(at: datetime, now: datetime, zone: str, *, instead: str) -> None:
    """Refuse to plan for a moment that is over, or so far ahead that it looks like a mistake."""
    if at < now:
        raise RefusedVerb(f"nothing can go out at {moment(at, zone)}, that is over: {instead}")
    if at > now + EMBARGO_MOST:
        raise RefusedVerb(f"nothing is planned for {moment(at, zone)}, that is more than {span(EMBARGO_MOST)} ahead")


def _why_not(db: sa.Connection, found: Delivery, at: datetime, now: datetime, zone: str) -> str:
    """Say what forbids a moment; "" where nothing does."""
    article = article_of(db, found.story) if found.story and found.kind in ANNOUNCES else None
    if article and article.published and is_ahead(article, now) and at < article.published:
        return phrase(f"its article is dated {moment(article.published, zone)}")
    if found.reason is Reason.ASKED_TO_WAIT and at < found.due_at:
        return phrase(f"its network asked us to wait until {moment(found.due_at, zone)}")
    return ""

"""A post a person writes for one channel, of no article: a delivery without a row of `delivery_story`."""

from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from adapters.contract import Post
from bot.model import Channel, Delivery, Reason, State
from bot.posts.frozen import digest, load
from bot.rules.approval import needs_approval
from bot.rules.pace import lives_until
from bot.rules.standing import BY_HAND
from bot.store.deliveries import add, get
from bot.store.people import AskAgain
from bot.store.rescheduling import refuse_moment
from bot.store.schema import delivery

SAME = timedelta(hours=24)
"""How long the same words on the same channel look like a button that was pressed twice."""
_LATELY = (
    sa.select(delivery.c.id, delivery.c.post)
    .where(
        delivery.c.channel == sa.bindparam("who"),
        delivery.c.moved_at > sa.bindparam("since"),
        delivery.c.template == BY_HAND,
        delivery.c.post.is_not(None),
        delivery.c.state.not_in([str(State.CANCELLED), str(State.SKIPPED), str(State.EXPIRED)]),
    )
    .order_by(delivery.c.id)
)
_KNOWN = sa.select(delivery.c.id).where(delivery.c.key == sa.bindparam("key"))


def plan_written(
    db: sa.Connection,
    who: Channel,
    post: Post,
    now: datetime,
    *,
    at: datetime,
    key: str,
    zone: str,
    is_again: bool,
    actor: str,
) -> Delivery:
    """Plan a post in a person's own words, frozen as it reads, for `at`; it waits for approval where its channel asks.

    A second call with the same `key` plans nothing: it is the first one once more. Raises AskAgain where the channel
    has these words already, unless `is_again`.
    """
    if (known := db.scalar(_KNOWN, {"key": key})) is not None and (planned := get(db, known)) is not None:
        return planned
    same = _same(db, who, post, now)
    if same is not None and not is_again:
        raise AskAgain(f"these words are on {who.id} already, as delivery {same}", "`--again` posts them once more")
    refuse_moment(at, now, zone, instead="leave out --at to post it now")
    planned = Delivery(
        id=0,
        key=key,
        story="",
        channel=who.id,
        state=State.DUE,
        reason=Reason.WRITTEN,
        detail=actor,
        due_at=at,
        expires_at=lives_until(who, at, zone=zone),
        template=BY_HAND,
        post=post,
        digest=digest(post),
        author=actor,
    )
    if (why := needs_approval(planned, who, is_solemn=False, authors=(actor,))) is not None:
        planned = replace(planned, state=State.HELD, reason=Reason.APPROVAL, detail=why)
    return add(db, planned, now, actor=actor, text=post.text)


def _same(db: sa.Connection, who: Channel, post: Post, now: datetime) -> int | None:
    """Find what a channel has in these words; what is drawn of them differs with the theme and the tools."""
    found = db.execute(_LATELY, {"who": who.id, "since": now - SAME})
    return next((each.id for each in found if replace(load(each.post), media=()) == replace(post, media=())), None)

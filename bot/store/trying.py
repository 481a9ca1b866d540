"""A test post: a delivery without a story, planned together with its removal, so that a crash leaves none behind."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from adapters.contract import Post
from bot.model import Channel, Delivery, Kind, Reason, State
from bot.posts.frozen import digest
from bot.rules.pace import free_at
from bot.rules.standing import BY_HAND
from bot.store.changing import following
from bot.store.deliveries import add
from bot.store.people import RefusedVerb
from bot.store.schema import channel_fact, delivery, memo
from bot.store.turns import Kept
from bot.store.waking import head, standing
from bot.tongue import phrase

LIVES = timedelta(minutes=10)
"""How long a test is tried: what was to be seen at once must surprise nobody later."""
_RULES = {
    "max_per_day": phrase("the posts of today are used up"),
    "quiet_hours": phrase("it has quiet hours now"),
    "account": phrase("its account has sent as much as it may for now"),
    "app": phrase("the app of its account has sent as much as it may for now"),
}

_UNDER_WAY = (
    sa.select(delivery.c.id)
    .where(delivery.c.channel == sa.bindparam("who"), sa.text("(state = 'due' OR state = 'sending') AND kind = 'test'"))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Trial:
    """A test post and what takes it down; None where the network cannot."""

    post: Delivery
    removal: Delivery | None


def plan(
    db: sa.Connection,
    who: Channel,
    post: Post,
    now: datetime,
    *,
    key: str,
    removal_at: datetime | None,
    zone: str,
    actor: str,
) -> Trial:
    """Plan a test post, frozen as it reads, before everything else on its channel, and its removal.

    Raises RefusedVerb where the channel could not send it now; then nothing was stored.
    """
    if (under_way := db.scalar(_UNDER_WAY, {"who": who.id})) is not None:
        raise RefusedVerb(f"a test of {who.id} is on its way already, as delivery {under_way}")
    words = digest(post)
    asked = Delivery(
        id=0,
        key=key,
        story="",
        channel=who.id,
        kind=Kind.TEST,
        state=State.DUE,
        reason=Reason.APPROVED,
        detail=actor,
        due_at=now,
        expires_at=now + LIVES,
        is_breaking=True,
        template=BY_HAND,
        post=post,
        digest=words,
        approved=words,
    )
    stored = add(db, asked, now, actor=actor, text=post.text, remark=phrase("a test post"))
    _refuse_what_waits(db, who, stored, now, zone)
    if removal_at is None:
        return Trial(stored, None)
    down = following(db, stored, Kind.DELETE, now)
    # Its words stand with it so that a list can name what is taken down.
    named = replace(down, state=State.DUE, detail=actor, due_at=removal_at, post=post, digest=words)
    named = replace(named, reason=Reason.APPROVED, template=BY_HAND)
    return Trial(stored, add(db, named, now, actor=actor, remark=phrase("takes the test post down")))


def _refuse_what_waits(db: sa.Connection, who: Channel, test: Delivery, now: datetime, zone: str) -> None:
    here = standing(db, who.id)
    why = here.holds_back(now)
    if not why and here.wait_until is not None and here.wait_until > now:
        why = phrase("its network asked us to wait")
    if not why:
        free = free_at(who, here.pace, zone=zone, now=now, is_breaking=True, kind=test.kind)
        why = _RULES.get(free.rule, "")
    first = head(db, who, now, zone=zone)
    if not why and not isinstance(first, Delivery):
        why = phrase("an earlier post there may be out or not, and is looked for first")
    if why:
        raise RefusedVerb(f"nothing can be tested on {who.id} now: {why}")


def remembered(db: sa.Connection, stands: Delivery) -> tuple[dict[str, Kept], dict[str, str]]:
    """Read what is kept of a delivery's post, and of its channel, by name."""
    kept = sa.select(memo).where(memo.c.delivery == stands.id, memo.c.digest == stands.digest)
    facts = sa.select(channel_fact.c.name, channel_fact.c.value).where(channel_fact.c.channel == stands.channel)
    steps = {each.name: (each.value, each.until_at, each.is_secret) for each in db.execute(kept)}
    return steps, {each.name: each.value for each in db.execute(facts)}

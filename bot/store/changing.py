"""What changes a post that is out, or takes it down: a delivery of its own that follows it."""

from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from adapters.contract import Post
from bot.model import Channel, Delivery, Kind, Reason, State
from bot.posts.frozen import digest
from bot.rules.approval import CORRECTION, CORRECTS, FOUR_EYES
from bot.rules.standing import BY_HAND, REPEATABLE
from bot.store.deliveries import add, key_of, move, next_number
from bot.store.people import RefusedVerb, as_it_is, find
from bot.store.revising import followers, is_waiting, superseded
from bot.tongue import phrase

CHANGE_EXPIRY = timedelta(days=7)
"""How long a person's edit or delete of a post that is out is tried before it expires."""


_TO_TAKE = phrase("is to take it down")


def change_post(
    db: sa.Connection, which: int, who: Channel, kind: Kind, post: Post | None, now: datetime, *, actor: str
) -> Delivery:
    """Plan an edit, a delete or a reply of a post that is out, as a delivery that follows it.

    Other words wait for approval where posts do, and a correction's everywhere; what is to be taken down waits for
    nobody.
    """
    out = root_of(db, which)
    if out.state is not State.DONE or out.receipt is None:
        raise RefusedVerb(f"delivery {out.id} is not out: {as_it_is(out)}")
    if out.reason is Reason.RESOLVED_SENT:
        raise RefusedVerb(f"only the address of delivery {out.id} is known, not its number: change it there by hand")
    told = followers(db, out.id)
    for each in told:
        if each.kind is Kind.DELETE and (each.state is State.DONE or is_waiting(each)):
            then = (
                phrase("took this post down") if each.state is State.DONE else f"{_TO_TAKE}; `cancel {each.id}` first"
            )
            raise RefusedVerb(f"nothing was changed: delivery {each.id} {then}")
    words = digest(post) if post else ""
    asked = replace(following(db, out, kind, now), state=State.DUE, reason=Reason.APPROVED, detail=actor)
    planned = replace(asked, template=BY_HAND, post=post, digest=words, approved=words, author=actor)
    if post is not None and (who.four_eyes or who.approval == "always" or out.kind in CORRECTS):
        why = FOUR_EYES if who.four_eyes else CORRECTION if out.kind in CORRECTS else ""
        planned = replace(planned, state=State.HELD, reason=Reason.APPROVAL, detail=why, approved="")
    stored = add(db, planned, now, actor=actor, text=post.text if post else "")
    for each in told:
        # What is approved and on its way mends what readers see now: a draft that nobody approved stops it not.
        stays = stored.state is State.HELD and each.state is State.DUE and each.approved
        if each.kind is Kind.EDIT and is_waiting(each) and not stays:
            move(db, superseded(each, stored), now, actor=actor)
    return stored


def root_of(db: sa.Connection, which: int) -> Delivery:
    """Find the post a number means: of a change, the post it changes. Raises RefusedVerb."""
    found = find(db, which)
    return find(db, found.parent) if found.kind in REPEATABLE and found.parent is not None else found


def following(db: sa.Connection, out: Delivery, kind: Kind, now: datetime) -> Delivery:
    """Make a delivery that follows a post that is out, held for approval and not stored yet."""
    number = next_number(db, out.story, out.channel, kind)
    if not out.story:  # without a story its numbers stand nowhere but in what follows it
        number = 1 + max((each.number for each in followers(db, out.id) if each.kind is kind), default=0)
    return Delivery(
        id=0,
        # Posts without a story have no name but their own key: two tests' removals must not be one.
        key=key_of(out.story or out.key, out.channel, kind, number),
        story=out.story,
        channel=out.channel,
        kind=kind,
        number=number,
        state=State.HELD,
        reason=Reason.APPROVAL,
        due_at=now,
        expires_at=now + CHANGE_EXPIRY,
        published_at=out.published_at,
        revision=out.revision,
        parent=out.id,
    )

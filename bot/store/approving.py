"""What a person says to a post that waits for approval: yes, no, and "wait, not yet"."""

from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from adapters.contract import Post
from bot.model import Channel, Delivery, Kind, Reason, State
from bot.posts.frozen import digest
from bot.rules.approval import approved_by, is_author, taken_back
from bot.rules.plan import in_lane
from bot.rules.standing import ANNOUNCES, BY_HAND, REPEATABLE
from bot.store.people import (
    OUT,
    RefusedVerb,
    as_it_is,
    find,
    put,
    refuse_changed,
    refuse_undecided,
    wish,
)
from bot.store.revising import NEVER_OUT, caught_up, drop_followers
from bot.store.stories import article_of


def approve(
    db: sa.Connection,
    seen: Delivery,
    who: Channel,
    post: Post,
    template: str,
    now: datetime,
    *,
    actor: str,
    remark: str = "",
) -> Delivery:
    """Let exactly `post`, written for the delivery as it was `seen`, go out: it is frozen here.

    It goes out after the channel's send window, in which `undo` takes the approval back; breaking news at once.
    `remark`: what an editor should know of how the post came to be.
    """
    found = waiting(db, seen.id)
    refuse_changed(found, seen)
    _refuse_author(db, found, who, actor)
    if found.kind in ANNOUNCES and (article := article_of(db, found.story)):
        found = in_lane(found, article, who, now)
    named = digest(post)
    frozen = replace(found, post=post, digest=named, approved=named, template=template)
    window = timedelta(0) if found.is_breaking else who.send_window
    due = replace(frozen, state=State.DUE, reason=Reason.APPROVED, detail=approved_by(actor, remark))
    due = replace(due, due_at=max(now + window, found.due_at), expires_at=found.expires_at + window)
    return put(db, due, now, actor, digest=due.digest, text=post.text, remark=remark)


def reject(db: sa.Connection, which: int, why: str, now: datetime, *, actor: str) -> Delivery:
    """Never send what waits for approval; `why` is kept for colleagues."""
    found = waiting(db, which)
    gone = replace(found, state=State.CANCELLED, reason=Reason.REJECTED, detail=f"{actor}: {why}")
    put(db, gone, now, actor)
    drop_followers(db, gone, now, NEVER_OUT, actor)
    return gone


def undo(db: sa.Connection, which: int, who: Channel, now: datetime, *, actor: str) -> Delivery:
    """Have an approval, or a rejection, asked again; of what may be out already it is only wished for."""
    found = find(db, which)
    if found.state in OUT and found.approved and found.kind not in REPEATABLE:
        return wish(db, found, "undo", now, actor)
    if (found.state, found.reason) == (State.CANCELLED, Reason.REJECTED):
        return _asked_again(db, found, now, actor)
    if found.state is State.DONE and found.approved:
        raise RefusedVerb(f"delivery {which} is out, so it is too late: `delete-post {which}` where the network can")
    refuse_undecided(found)
    if found.state is not State.DUE or not found.approved or found.kind is Kind.TEST or found.kind in REPEATABLE:
        raise RefusedVerb(f"delivery {which} has no approval to take back: {as_it_is(found)}")
    return put(db, taken_back(_without_window(found, who), actor), now, actor)


def _without_window(found: Delivery, who: Channel) -> Delivery:
    """Give back what an approval added to a delivery's times, where nothing has moved it since."""
    window = who.send_window
    if found.reason is not Reason.APPROVED or found.moved_at is None or found.due_at != found.moved_at + window:
        return found
    return replace(found, due_at=found.moved_at, expires_at=found.expires_at - window)


def waiting(db: sa.Connection, which: int) -> Delivery:
    """Find what waits for approval; whatever else has become of it is said (RefusedVerb)."""
    found = find(db, which)
    if (found.state, found.reason) != (State.HELD, Reason.APPROVAL):
        raise RefusedVerb(f"delivery {which} does not wait for approval: {as_it_is(found)}")
    refuse_undecided(found)
    return found


def _refuse_author(db: sa.Connection, found: Delivery, who: Channel, actor: str) -> None:
    """Have another person approve what this one wrote, where the channel asks for it."""
    article = article_of(db, found.story) if found.story else None
    if is_author(actor, found, who, article):
        raise RefusedVerb(
            f"you wrote this or a part of it, and {who.id} asks for four eyes: a colleague who did not has to "
            f"`approve {found.id}`"
        )


def _asked_again(db: sa.Connection, found: Delivery, now: datetime, actor: str) -> Delivery:
    """Ask again about what was rejected, in the words it has now: the story may have changed meanwhile."""
    if found.kind not in ANNOUNCES:
        raise RefusedVerb(f"delivery {found.id} was rejected, and what it belongs to may be gone: plan it anew")
    refuse_undecided(found)
    if found.expires_at <= now:
        raise RefusedVerb(f"delivery {found.id} was rejected, and its time is over; `why {found.id}` says more")
    loose = found if found.template == BY_HAND else replace(found, post=None, digest="", template="")
    return put(db, caught_up(db, taken_back(loose, actor)), now, actor)

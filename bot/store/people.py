"""What people decide about deliveries, channels and stories: each verb is one transaction with its audit row."""

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from adapters.contract import Post, Receipt
from bot.articles.wordlists import WordLists, is_solemn
from bot.audit.rows import Action
from bot.model import Change, Channel, Delivery, Kind, Reason, State
from bot.posts.fields import is_archive
from bot.posts.frozen import digest
from bot.rules.approval import FOUR_EYES, asked, is_called_wrong, outlived, thawed
from bot.rules.described import released_bare
from bot.rules.outcome import asked_once_more
from bot.rules.pace import lives_until
from bot.rules.persons import name_of
from bot.rules.plan import in_lane
from bot.rules.standing import ANNOUNCES, BY_HAND, REPEATABLE, is_at_work, is_had, is_undecided
from bot.rules.wishes import also_wished
from bot.store.audit import tell
from bot.store.deliveries import get, lower_wake, move
from bot.store.revising import (
    NEVER_OUT,
    conclude,
    drop_followers,
    newer_change,
    revised,
    superseded,
)
from bot.store.schema import channel
from bot.store.spending import cost_of
from bot.store.stories import article_of, changed_since
from bot.store.waking import standing
from bot.tongue import phrase

OUT = (State.SENDING, State.UNKNOWN)
"""Of these nobody knows whether readers see them."""
_OVER = (State.DONE, State.CANCELLED)


class RefusedVerb(Exception):
    """The verb does not fit how the delivery stands; the message says what does. Nothing was changed."""


class WordsChanged(RefusedVerb):
    """What stands reads differently than when the person looked at it. Nothing was changed."""


class AskAgain(RefusedVerb):
    """Somebody did it already, or did what it would undo, as `said` tells; whoever asks again gets it.

    Nothing was changed.
    """

    def __init__(self, said: str, then: str) -> None:
        self.said = said
        super().__init__(f"{said}: {then}")


def hold(db: sa.Connection, which: int, now: datetime, *, actor: str) -> Delivery:
    """Keep a delivery back until it is released; one that may be out already is only wished for."""
    found = find(db, which)
    if found.state in OUT:
        return wish(db, found, "hold", now, actor)
    if found.state is not State.DUE:
        raise RefusedVerb(f"delivery {which} cannot be held: {as_it_is(found)}")
    return put(db, replace(found, state=State.HELD, reason=Reason.BY_PERSON, detail=actor), now, actor)


def release(
    db: sa.Connection, which: int, who: Channel, now: datetime, *, zone: str, actor: str, lists: WordLists
) -> Delivery:
    """Let a held, skipped or expired delivery go on, with a new time to live and its tries forgiven."""
    found = find(db, which)
    refuse_undecided(found)
    if found.reason is Reason.APPROVAL:
        raise RefusedVerb(f"delivery {which} waits for approval: `approve {which}`")
    if found.state not in (State.HELD, State.SKIPPED, State.EXPIRED):
        raise RefusedVerb(f"there is nothing to release: {as_it_is(found)}")
    if found.kind is Kind.TEST:
        raise RefusedVerb(f"its moment is over: `jarshy test {found.channel}` makes a new one")
    if found.kind is Kind.EDIT and (newer := newer_change(db, found)):
        raise RefusedVerb(f"{superseded(found, newer).detail}; `why {newer.id}` says more")
    if found.reason is Reason.HUSHED and (by := standing(db, found.channel).hushed_by):
        now_too = f", or `mark {found.story} --breaking`" if found.story else ""
        raise RefusedVerb(f"{name_of(by)} hushed everything but breaking news: `unhush` first{now_too}")
    refuse_outdated(db, found, now)
    article = article_of(db, found.story) if found.story else None
    if article and found.kind in ANNOUNCES:
        found = in_lane(found, article, who, now)
    at, told = max(now, found.due_at), released_bare(found, actor)
    changed = changed_since(db, found.story, found.revision) if found.kind in ANNOUNCES else None
    if changed and changed.kind is Change.RETRACTION and found.reason is not Reason.RETRACTED:
        # While nothing was to be sent nobody was told: whoever lets it go shall know first.
        return put(db, revised(found, changed.kind, changed.number), now, actor)
    is_outlived = changed is not None and found.template == BY_HAND
    if changed:  # while nothing was to be sent nobody wrote it anew
        found = replace(thawed(found), revision=changed.number)
    expires = lives_until(who, at, zone=zone)
    fresh = replace(found, tries=0, gone_looks=0, renewals=0, due_at=at, expires_at=expires, detail=told)
    fresh = replace(fresh, may_overspend=found.may_overspend or found.reason is Reason.BUDGET)
    if is_outlived:
        return put(db, outlived(fresh), now, actor)
    due = replace(fresh, state=State.DUE, reason=Reason.RELEASED)
    mourns, is_wrong = (
        (article is not None and is_solemn(article, lists)),
        (article is not None and is_called_wrong(article)),
    )
    return put(db, asked(due, who, is_solemn=mourns, is_wrong=is_wrong), now, actor)


def refuse_outdated(db: sa.Connection, found: Delivery, now: datetime, *, verb: str = "release") -> None:
    """Ask for a person's word before a story of months ago is posted: much of it may no longer be so."""
    article = article_of(db, found.story) if found.story else None
    if article is None or article.published is None or not is_archive(article, now):
        return
    until = article.flags.still_valid_until
    if until is None or until <= now:
        month, mark = f"{article.published:%B %Y}", f"`mark {found.story} --still-valid`"
        raise RefusedVerb(f"this story is from {month}: if it still holds, {mark}, then `{verb} {found.id}`")


def cancel(db: sa.Connection, which: int, now: datetime, *, actor: str) -> Delivery:
    """Never send it; one that may be out already is only wished for."""
    found = find(db, which)
    if found.state in OUT:
        return wish(db, found, "cancel", now, actor)
    refuse_undecided(found)
    if found.state in _OVER:
        raise RefusedVerb(f"delivery {which} cannot be cancelled: {as_it_is(found)}")
    gone = put(db, replace(found, state=State.CANCELLED, reason=Reason.CANCELLED, detail=actor), now, actor)
    drop_followers(db, gone, now, NEVER_OUT, actor)
    return gone


def resolve(
    db: sa.Connection,
    which: int,
    who: Channel | None,
    now: datetime,
    *,
    sent: str | None,
    zone: str,
    actor: str,
    tried: str | None = None,
) -> Delivery:
    """Say what a look at the network showed: it is out at address `sent`, or (None) it is not out.

    `tried`: when the try began that the person looked for (as `try_of` writes it), None where that is not known: what
    is said of an earlier try says nothing of this one.
    `who`: the channel; None where it has left the settings, and what is not out waits for it to come back.

    "Not out" sends it again with the same key, and the same post unless the article changed meanwhile; it is refused
    while the network works on it and somebody asks the network. What the network had is asked for once more first, as
    other words would bring another one beside it. What did not wait for an answer when the database was lost goes on
    waiting as it did.
    """
    found = find(db, which)
    if found.state is not State.UNKNOWN and not is_undecided(found) and found.copied_at is None:
        raise RefusedVerb(f"the outcome of delivery {which} is known: {as_it_is(found)}")
    if tried is not None and tried != try_of(found):
        raise RefusedVerb(f"delivery {found.id} changed a moment ago: look at it again (`why {found.id}`)")
    if sent is None and is_at_work(found) and who is not None:
        # It shows to nobody as yet. Sent anew, perhaps with other words, there would be two of it.
        raise RefusedVerb(
            f"the network of {found.channel} has all of delivery {found.id} and is at work on it: wait, or delete it "
            "there; we see either by ourselves, and then it is out or held for you"
        )
    if sent is not None:
        receipt = Receipt(sent, sent)
        done = replace(found, state=State.DONE, reason=Reason.RESOLVED_SENT, detail=actor, receipt=receipt)
        price, done = cost_of(db, found.id), replace(done, copied_at=None)
        stands = conclude(db, done, now, actor=actor, url=sent, price=price)
    elif found.kind is Kind.TEST:  # its moment is over: readers would wonder
        over = replace(found, state=State.CANCELLED, reason=Reason.CANCELLED, detail=actor, copied_at=None)
        stands = conclude(db, over, now, actor=actor)
    elif found.copied_at is not None and found.state is not State.UNKNOWN and found.reason is not Reason.RESTORED:
        stands = conclude(db, replace(found, copied_at=None), now, actor=actor)
    elif is_had(found) and who is not None:
        expires = max(found.expires_at, lives_until(who, now, zone=zone))
        stands = put(db, replace(asked_once_more(found, actor, now), expires_at=expires), now, actor)
    else:
        again = replace(found, state=State.DUE, reason=Reason.RESOLVED_ABSENT, detail=actor, due_at=now, tries=0)
        lives = lives_until(who, now, zone=zone) if who else now
        again = replace(again, copied_at=None, expires_at=max(found.expires_at, lives))
        stands = conclude(db, again, now, actor=actor, who=who)
    lower_wake(db, stands.channel, now)  # what it blocked, and what follows it, may go
    return stands


def try_of(stands: Delivery) -> str:
    """Name a delivery's latest try."""
    return stands.intent_at.isoformat() if stands.intent_at else ""


def edit(db: sa.Connection, seen: Delivery, who: Channel, post: Post, now: datetime, *, actor: str) -> Delivery:
    """Put other words in place of what waits; frozen as they are. What may be out cannot be edited here."""
    found, which = find(db, seen.id), seen.id
    if found.state in OUT:
        raise RefusedVerb(f"delivery {which} may already be out; when it is, `edit-post {which}` changes it")
    if found.state not in (State.DUE, State.HELD):
        raise RefusedVerb(f"delivery {which} cannot be edited: {as_it_is(found)}")
    refuse_undecided(found)
    refuse_changed(found, seen)
    changed = replace(found, post=post, digest=digest(post), template=BY_HAND, approved="", author=actor)
    since = changed_since(db, found.story, found.revision) if found.kind in ANNOUNCES else None
    if since and since.kind is not Change.RETRACTION:  # whoever writes now has the story before them as it is now
        changed = replace(changed, revision=since.number)
    if found.approved:  # what was approved were other words
        asks = "the words were changed after approval"
        changed = replace(changed, state=State.HELD, reason=Reason.APPROVAL, detail=asks)
    elif who.four_eyes and found.state is State.DUE:
        changed = replace(changed, state=State.HELD, reason=Reason.APPROVAL, detail=FOUR_EYES)
    return put(db, changed, now, actor, action=Action.DELIVERY_FROZEN, digest=changed.digest, text=post.text)


def pause(db: sa.Connection, ids: list[str], now: datetime, *, until: datetime | None, actor: str) -> None:
    """Stop channels from sending anything new; looks at unknown outcomes go on."""
    for each in ids:
        db.execute(
            channel.update().where(channel.c.id == each).values(paused_at=now, paused_until=until, paused_by=actor)
        )
        tell(db, Action.CHANNEL_PAUSED, now, actor=actor, channel=each)


def resume(db: sa.Connection, ids: list[str], now: datetime, *, actor: str) -> None:
    """Let paused channels go on."""
    for each in ids:
        db.execute(channel.update().where(channel.c.id == each).values(paused_at=None, paused_until=None, paused_by=""))
        tell(db, Action.CHANNEL_RESUMED, now, actor=actor, channel=each)
        lower_wake(db, each, now)


def refuse_undecided(found: Delivery) -> None:
    """Ask for a look at the network where a delivery may be out already."""
    if is_undecided(found) or found.copied_at is not None:
        raise RefusedVerb(f"nobody knows whether delivery {found.id} is out: look, then `resolve {found.id}`")


def as_it_is(found: Delivery) -> str:
    """Say in a clause how a delivery stands, for a verb that does not fit, and which verb does."""
    done = phrase("it is out") if found.receipt else phrase("it is done")
    is_known = found.receipt and found.reason is not Reason.RESOLVED_SENT  # else we know its address alone
    if found.state is State.DONE and is_known and found.kind not in REPEATABLE:
        return (
            f"{done}; `edit-post {found.id} TEXT` changes it if its network can, `delete-post {found.id}` takes it down"
        )
    return f"{_STANDS.get(found.state, done)}; `why {found.id}` says more"


_STANDS = {
    State.DUE: phrase("it is still to go out"),
    State.SENDING: phrase("it is being sent"),
    State.UNKNOWN: phrase("it is unclear whether it is out"),
    State.HELD: phrase("it is held"),
    State.SKIPPED: phrase("it is skipped by a rule"),
    State.EXPIRED: phrase("it is past its time"),
    State.CANCELLED: phrase("it is cancelled"),
}


def find(db: sa.Connection, which: int) -> Delivery:
    """Read a delivery a person named. Raises RefusedVerb."""
    found = get(db, which)
    if found is None:
        raise RefusedVerb(f"there is no delivery {which}")
    return found


def wish(db: sa.Connection, found: Delivery, verb: str, now: datetime, actor: str) -> Delivery:
    """Keep what a person wants of a delivery whose outcome is not known: done as soon as it is."""
    old = "" if verb == "mark" else next((line for line in found.wish.splitlines() if _is_other(line, verb)), "")
    earlier, _, by = old.partition(" ")
    instead = phrase(f"instead of {earlier} by {by}") if old else ""
    wished = replace(found, wish=also_wished(found.wish, verb, actor))
    return put(db, wished, now, actor, action=Action.DELIVERY_WISHED, wish=verb, instead=instead)


def _is_other(line: str, verb: str) -> bool:
    return not line.startswith(("mark ", f"{verb} "))


def refuse_changed(found: Delivery, seen: Delivery) -> None:
    """Refuse what was decided on sight of something else."""
    if found.moves != seen.moves:
        raise RefusedVerb(f"delivery {found.id} changed a moment ago: look at it again (`why {found.id}`)")


def put(
    db: sa.Connection,
    stands: Delivery,
    now: datetime,
    actor: str,
    *,
    action: Action = Action.DELIVERY_MOVED,
    **facts: str,
) -> Delivery:
    """Store how a delivery stands after what a person did, and have its channel woken when it is due."""
    move(db, stands, now, action=action, actor=actor, **facts)
    if stands.state is State.DUE:
        lower_wake(db, stands.channel, stands.due_at)
    return stands

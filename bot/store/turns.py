"""One turn on one channel: take, remember, intend, settle. Channel rows first, then deliveries."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from adapters.contract import Json, Receipt, Withdrawn
from bot.articles.wordlists import NO_LISTS, WordLists, is_solemn
from bot.audit.rows import Action
from bot.model import Article, Channel, Delivery, Kind, Next, Policy, Reason, State
from bot.rules.approval import asked, authors_of, hushed, hushes, is_called_wrong, thawed
from bot.rules.outcome import expired, left_sending
from bot.rules.plan import in_lane
from bot.rules.standing import ANNOUNCES, BY_HAND
from bot.store import breaker
from bot.store.audit import tell
from bot.store.deliveries import JOINED, from_row, get, mark_of, move
from bot.store.faces import stands_for
from bot.store.listing import without_source
from bot.store.pacing import pause, take_token
from bot.store.restoring import as_lost
from bot.store.revising import conclude, drop_late, newer_change, superseded
from bot.store.schema import attempt, channel, channel_fact, delivery, memo
from bot.store.spending import refuse_dear
from bot.store.stories import article_of
from bot.store.templates import InUse, template_for
from bot.store.waking import Standing, head, let_go, served, standing
from bot.tongue import phrase

Kept = tuple[str, datetime | None, bool]
"""A value, until when it serves, and whether it is a secret, sealed."""
Notes = Mapping[str, Kept]

_TAKE = (
    channel.update()
    .where(
        channel.c.id == given("who"),
        channel.c.wake_at <= given("now"),
        sa.or_(channel.c.leased_until.is_(None), channel.c.leased_until <= given("now")),
    )
    .values(fence=channel.c.fence + 1, wake_at=given("until"), leased_until=given("until"))
    .returning(channel.c.fence, channel.c.hushed_at, channel.c.hushed_by)
)
_RENEW = (
    channel.update().where(channel.c.id == given("who")).values(leased_until=given("until"), wake_at=given("until"))
)
_LEFT = JOINED.where(delivery.c.channel == given("who"), sa.text("state = 'sending'"))
_KEPT = sa.select(memo).where(memo.c.delivery == given("which"))
_FACTS = sa.select(channel_fact).where(channel_fact.c.channel == given("who"))
_KNOWN = (
    channel_fact.update()
    .where(channel_fact.c.channel == given("new_channel"), channel_fact.c.name == given("new_name"))
    .values(value=given("new_value"))
)
_NEW_FACT = channel_fact.insert()
_NOTED = (
    memo.update()
    .where(
        memo.c.delivery == given("new_delivery"), memo.c.digest == given("new_digest"), memo.c.name == given("new_name")
    )
    .values(value=given("new_value"), until_at=given("new_until_at"), is_secret=given("new_is_secret"))
)
_NEW_NOTE = memo.insert()
_NAMES = sa.select(memo.c.name).where(memo.c.delivery == given("delivery"), memo.c.digest == given("digest"))
_BEGIN = attempt.insert()
_END = (
    attempt.update()
    .where(attempt.c.delivery == given("which"), attempt.c.fence == given("by"), attempt.c.ended_at.is_(None))
    .values(ended_at=given("now"), outcome=given("came"), detail=given("said"))
)
_FENCE = sa.select(channel.c.fence).where(channel.c.id == given("who"))


NO_LONGER = phrase("its story is called breaking news no longer")


class LostFence(Withdrawn):
    """Another run holds the channel now; nothing was written."""


@dataclass(frozen=True, slots=True)
class Run:
    """One worker's hold on one channel: every write under it names its fence."""

    channel: Channel
    fence: int


@dataclass(frozen=True, slots=True)
class Job:
    """What a run is to do: one delivery, with its story and everything remembered for it."""

    run: Run
    delivery: Delivery
    article: Article | None
    template: InUse
    memo: Mapping[tuple[str, str], Kept] = field(repr=False)
    """(digest of the post, name) -> (value, until)."""
    facts: Mapping[str, str] = field(default_factory=dict)
    parent: Receipt | None = None


def take(db: sa.Connection, who: Channel, now: datetime, *, policy: Policy, lists: WordLists = NO_LISTS) -> Job | None:
    """Take a due channel under a new fence, with the one delivery to work on now.

    What an earlier run left `sending` is unknown, and an unknown goes before anything due. With nothing to do now
    the channel is set to wake when there is. `lists`: the words that make a story solemn.
    """
    row = db.execute(_TAKE, {"who": who.id, "now": now, "until": now + policy.lease}).first()
    if row is None:
        return None
    run = Run(who, row.fence)
    for left in db.execute(_LEFT, {"who": who.id}).all():
        conclude(db, left_sending(from_row(left), now), now, fence=run.fence)
    chosen = head(db, who, now, zone=policy.zone)
    while isinstance(chosen, Delivery):
        # What the story says now is what this job's post will be made of; the intent goes on only if nothing changed.
        article = article_of(db, chosen.story) if chosen.story else None
        newer = newer_change(db, chosen) if chosen.kind is Kind.EDIT else None
        instead = superseded(chosen, newer) if newer else _as_it_may_go(chosen, article, who, now, lists)
        if row.hushed_at is not None and chosen.state is State.DUE and hushes(chosen):
            instead = hushed(chosen, row.hushed_by)  # also what would expire: it waits for a person
        if chosen.state is State.DUE and chosen.copied_at is not None:  # whoever let it go did not look first
            instead = as_lost(db, chosen, chosen.copied_at, now)
        instead = without_source(db, chosen) if instead is chosen else instead
        if instead is chosen:
            return _job(db, run, chosen, article)
        is_over = chosen.is_breaking and not instead.is_breaking
        facts: dict[str, Any] = {"remark": NO_LONGER} if is_over else {}
        move(db, instead, now, fence=run.fence, **facts)
        if instead.state is State.EXPIRED:
            drop_late(db, instead, now)
        chosen = head(db, who, now, zone=policy.zone)
    let_go(db, run.channel, now, zone=policy.zone)
    return None


def _as_it_may_go(chosen: Delivery, article: Article | None, who: Channel, now: datetime, lists: WordLists) -> Delivery:
    """Tell how a due delivery stands instead, where its time is over or nobody approved what it would say."""
    if chosen.state is State.DUE and chosen.expires_at <= now:
        return expired(chosen)
    if chosen.state is State.DUE and chosen.is_breaking and article and not article.flags.is_breaking(now):
        slow = in_lane(chosen, article, who, now)  # and chosen again in its turn
        is_kept = chosen.approved or chosen.intent_at or chosen.template == BY_HAND
        return slow if is_kept else thawed(slow)  # its words may call it breaking
    authors = authors_of(chosen, who, article)
    if article is None or chosen.kind not in ANNOUNCES:
        return asked(chosen, who, is_solemn=False, authors=authors)
    mourns, is_wrong = is_solemn(article, lists), is_called_wrong(article)
    return asked(chosen, who, is_solemn=mourns, is_wrong=is_wrong, authors=authors)


def keep_step(db: sa.Connection, job: Job, digest: str, notes: Notes, now: datetime, *, policy: Policy) -> None:
    """Keep the answer of a step, and hold the channel a full lease longer. Raises LostFence."""
    _guard(db, job.run)
    _remember(db, job, digest, notes)
    db.execute(_RENEW, {"who": job.run.channel.id, "until": now + policy.lease})


def _remember(db: sa.Connection, job: Job, digest: str, notes: Notes) -> None:
    of_post, which = list[dict[str, Any]](), {"delivery": job.delivery.id, "digest": digest}
    for name, (value, until, is_secret) in notes.items():
        if name.startswith("channel:"):
            _put(db, _KNOWN, _NEW_FACT, {"channel": job.run.channel.id, "name": name, "value": value})
        else:
            of_post.append(which | {"name": name, "value": value, "until_at": until, "is_secret": is_secret})
    if not of_post:
        return
    there = frozenset(db.scalars(_NAMES, which))
    for row in of_post:
        if row["name"] in there:
            db.execute(_NOTED, {f"new_{name}": value for name, value in row.items()})
    if new := [row for row in of_post if row["name"] not in there]:
        db.execute(_NEW_NOTE, new)


def intend(
    db: sa.Connection,
    job: Job,
    stands: Delivery,
    content: Json,
    notes: Notes,
    now: datetime,
    *,
    policy: Policy,
    price: str = "",
) -> Delivery:
    """Commit that the visible call is next, with its frozen post and content, and take the rate token.

    Goes on only if the delivery is still due with this post, its channel and account are running, and the budget
    reaches for it. Raises Withdrawn (LostFence and OverBudget among them) or NotYet; then nothing was written.
    """
    run, who = job.run, job.run.channel
    _guard(db, run)
    here = standing(db, who.id)
    _still_wanted(db, job, here, now)
    take_token(db, who, here, stands, now, zone=policy.zone)
    refuse_dear(db, who, stands, price, now, zone=policy.zone)
    _remember(db, job, stands.digest, notes)
    # What was noted with this intent is newer than what was known when the turn began; a first post has nothing else.
    mark = notes["channel:last_mark"][0] if "channel:last_mark" in notes else job.facts.get("channel:last_mark")
    sending = replace(
        stands,
        state=State.SENDING,
        reason=Reason.INTENT,
        intent_at=now,
        last_at=now + policy.send_by,
        mark=mark_of(mark),
    )
    told = json.dumps(content, sort_keys=True, ensure_ascii=False)
    facts: dict[str, Any] = {"fence": run.fence, "digest": stands.digest, "content": told, "price": price}
    move(db, sending, now, action=Action.DELIVERY_INTENDED, **facts)
    begun = {"delivery": stands.id, "started_at": now, "intent_at": now, "content": told, "fence": run.fence}
    db.execute(_BEGIN, begun | {"cost": Decimal(price or 0)})
    return sending


def settle(
    db: sa.Connection, job: Job, step: Next, notes: Notes, now: datetime, *, policy: Policy, came: str, price: str = ""
) -> Delivery:
    """Store what follows a try or a look, and when the channel wakes next. Raises LostFence.

    What a person did to the delivery meanwhile stands; what a person wished while it was out is done now.
    """
    run, stands = job.run, step.delivery
    _guard(db, run)
    _remember(db, job, stands.digest, notes)
    found = get(db, stands.id)
    assert found is not None
    db.execute(_END, {"which": stands.id, "by": run.fence, "now": now, "came": came, "said": stands.detail})
    if step.pause:
        pause(db, run.channel.id, step.pause, stands.detail, now)
    if step.outage is not None:
        breaker.note(db, run.channel.id, now, outage=step.outage, why=stands.detail)
    if stands.state is State.DONE and stands.reason is Reason.SENT:
        served(db, run.channel, now)
    if _is_ours(found, job.delivery, stands):
        found = conclude(
            db,
            replace(stands, wish=found.wish),
            now,
            who=run.channel,
            fence=run.fence,
            came=came,
            **_proof(stands, price),
        )
    let_go(db, run.channel, now, zone=policy.zone)
    return found


def release(db: sa.Connection, run: Run, now: datetime, *, policy: Policy) -> None:
    """Let go of the channel without an outcome. Raises LostFence."""
    _guard(db, run)
    let_go(db, run.channel, now, zone=policy.zone)


def _job(db: sa.Connection, run: Run, chosen: Delivery, article: Article | None) -> Job:
    kept = {(m.digest, m.name): (m.value, m.until_at, m.is_secret) for m in db.execute(_KEPT, {"which": chosen.id})}
    facts = {f.name: f.value for f in db.execute(_FACTS, {"who": run.channel.id})}
    parent = get(db, chosen.parent) if chosen.parent is not None else None
    language = article.language if article else ""
    return Job(
        run,
        chosen,
        article,
        template_for(db, run.channel, language),
        kept,
        facts,
        parent.receipt if parent else None,
    )


def _still_wanted(db: sa.Connection, job: Job, here: Standing, now: datetime) -> None:
    found, taken_as = get(db, job.delivery.id), job.delivery
    if found is None or found.state is not State.DUE:
        raise Withdrawn("it is no longer due")
    if found.moves != taken_as.moves:
        raise Withdrawn("somebody or a revision changed it meanwhile")
    if found.expires_at <= now:
        raise Withdrawn("its time is over")
    if here.is_stopped or here.is_paused(now, found.kind) or (here.wait_until is not None and here.wait_until > now):
        raise Withdrawn("its channel or account was stopped")
    if not here.is_listed or (here.stands_for and here.stands_for != stands_for(job.run.channel)):
        raise Withdrawn("other settings were taken meanwhile")
    if here.hushes(found):
        raise Withdrawn("everything but breaking news was hushed")


def _is_ours(found: Delivery, taken_as: Delivery, stands: Delivery) -> bool:
    """Whether the row still stands as this run left it, so that a person's change is not written over.

    Proof that it is out outweighs whatever was said meanwhile, or it would go out again.
    """
    if stands.state is State.DONE:
        return found.state is not State.DONE
    return found.state in (State.SENDING, State.UNKNOWN) or found.moves == taken_as.moves


def _proof(stands: Delivery, price: str) -> dict[str, Any]:
    if stands.state is not State.DONE or stands.receipt is None:
        return {}
    return {"post": stands.receipt.id, "url": stands.receipt.url or "", "price": price}


def _guard(db: sa.Connection, run: Run) -> None:
    """Refuse a write of a run that lost its channel."""
    if db.scalar(_FENCE, {"who": run.channel.id}) != run.fence:
        raise LostFence(run.channel.id)


def _put(db: sa.Connection, where: sa.Update, new: sa.Insert, row: dict[str, Any]) -> None:
    """Overwrite one row, or insert it, in words both databases have."""
    if db.execute(where, {f"new_{name}": value for name, value in row.items()}).rowcount == 0:
        db.execute(new, row)


def told_lost(db: sa.Connection, run: Run, now: datetime) -> None:
    """Write down that another run took this channel while this one was still at it."""
    tell(db, Action.CHANNEL_LOST, now, channel=run.channel.id, fence=run.fence)

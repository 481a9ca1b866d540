"""Delivery rows: read, add, move. Each move writes its one audit row and keeps the alerts true."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from bot.audit.rows import Action
from bot.model import Article, Delivery, Kind, Reason, State
from bot.posts.frozen import dump, dump_receipt, load, load_receipt
from bot.rules.alert_facts import delivery_held, story_revised
from bot.rules.standing import ANNOUNCES, REPEATABLE
from bot.store.alerts import Cause, close_alert, open_alert
from bot.store.audit import JARSHY, tell_move
from bot.store.schema import channel, delivery, delivery_story
from bot.store.stories import article_of, changed_since

# Statements are built once: building one costs three to eight times as much as running it.
JOINED = sa.select(delivery, delivery_story.c.story).join(
    delivery_story, delivery_story.c.delivery == delivery.c.id, isouter=True
)
_ONE = JOINED.where(delivery.c.id == given("which"))
_WRITTEN = (
    *("state", "reason", "detail", "due_at", "expires_at", "is_breaking", "tries", "looks", "renewals", "gone_looks"),
    *("intent_at", "last_at", "mark", "revision", "template", "post", "digest", "approved", "receipt", "wish"),
    *("copied_at", "author", "may_overspend"),
)
_GIVEN = ("id", "key", "channel", "number", "published_at", "created_at", "parent", "moved_at", "moves")
_CHANGE = (
    delivery.update()
    .where(delivery.c.id == given("which"))
    .values(
        {name: given(f"new_{name}") for name in _WRITTEN} | {"moved_at": given("moved"), "moves": delivery.c.moves + 1}
    )
)
_ADD, _NAME = delivery.insert(), delivery_story.insert()
_LOWER = (
    channel.update()
    .where(channel.c.id == given("who"), sa.or_(channel.c.wake_at.is_(None), channel.c.wake_at > given("at")))
    .values(wake_at=given("at"))
)
_TAKEN_DOWN = sa.select(delivery.c.id).where(
    delivery.c.parent == given("which"), sa.text("kind = 'delete' AND state = 'done'")
)
_MENDS = frozenset({Kind.EDIT, Kind.DELETE, Kind.REPLY, Kind.PART})
# A person decides these as a matter of course; every other hold is news.
_QUIET_HOLDS = frozenset(
    {Reason.APPROVAL, Reason.BY_PERSON, Reason.FLOOD, Reason.RESTORED, Reason.SOURCE_LEFT, Reason.HUSHED}
)


def key_of(story: str, channel_id: str, kind: Kind, number: int) -> str:
    """Name a delivery for the network, once for all tries; the same again after a lost database."""
    return hashlib.sha256(f"{story}/{channel_id}/{kind}/{number}".encode()).hexdigest()[:32]


def mark_of(fact: str | None) -> str | None:
    """Read a network's watermark as its channel's fact keeps it."""
    return None if fact is None else str(json.loads(fact))


def lower_wake(db: sa.Connection, channel_id: str, at: datetime) -> None:
    """Have the channel looked at no later than `at`."""
    db.execute(_LOWER, {"who": channel_id, "at": at})


def next_number(db: sa.Connection, story: str, channel_id: str, kind: Kind) -> int:
    """Tell the next free number of a kind that people may ask for again and again."""
    mine = (delivery_story.c.story == story, delivery_story.c.channel == channel_id, delivery_story.c.kind == str(kind))
    latest = db.scalar(sa.select(sa.func.max(delivery_story.c.number)).where(*mine))
    return 1 if latest is None else latest + 1


def get(db: sa.Connection, delivery_id: int) -> Delivery | None:
    """Read one delivery."""
    row = db.execute(_ONE, {"which": delivery_id}).first()
    return None if row is None else from_row(row)


def from_row(row: Any) -> Delivery:
    """Turn a row of `JOINED` into a Delivery."""
    known = row._mapping
    return Delivery(
        **{name: known[name] for name in _GIVEN},
        **{name: known[name] for name in _WRITTEN if name not in ("state", "reason", "post", "receipt")},
        story=known["story"] or "",
        kind=Kind(known["kind"]),
        state=State(known["state"]),
        reason=Reason(known["reason"]),
        post=load(known["post"]) if known["post"] else None,
        receipt=load_receipt(known["receipt"]) if known["receipt"] else None,
    )


def add(db: sa.Connection, stands: Delivery, now: datetime, *, actor: str = JARSHY, **facts: Any) -> Delivery:
    """Store a new delivery (its `id` is given here) and have its channel woken when it is due.

    Raises IntegrityError where the channel has this story, kind and number already.
    """
    values = _written(stands) | {
        "key": stands.key,
        "channel": stands.channel,
        "kind": str(stands.kind),
        "number": stands.number,
        "published_at": stands.published_at,
        "parent": stands.parent,
        "created_at": now,
        "moved_at": now,
    }
    number = db.execute(_ADD, values).inserted_primary_key
    assert number is not None
    stored = replace(stands, id=int(number[0]))
    if stands.story:
        names = {"delivery": stored.id, "story": stands.story, "channel": stands.channel}
        db.execute(_NAME, names | {"kind": str(stands.kind), "number": stands.number})
    facts |= {"number": stands.number, "parent": stands.parent}
    tell_move(db, stored, now, action=Action.DELIVERY_PLANNED, actor=actor, **facts)
    if stored.state not in (State.DUE, State.SENDING):  # there can be no alert yet that would be over
        _keep_alerts(db, stored, now)
    if stored.state in (State.DUE, State.UNKNOWN):
        lower_wake(db, stored.channel, stored.due_at)
    return stored


def move(
    db: sa.Connection,
    stands: Delivery,
    now: datetime,
    *,
    action: Action = Action.DELIVERY_MOVED,
    actor: str = JARSHY,
    **facts: Any,
) -> None:
    """Store how a delivery now stands. The channel's `wake_at` is the caller's to set."""
    changed = {f"new_{name}": value for name, value in _written(stands).items()}
    db.execute(_CHANGE, {"which": stands.id, "moved": now} | changed)
    tell_move(db, stands, now, action=action, actor=actor, **facts)
    if stands.state is not State.SENDING:  # it was due, and whatever needed a person was over then
        _keep_alerts(db, stands, now)


def _keep_alerts(db: sa.Connection, stands: Delivery, now: datetime) -> None:
    scope = f"delivery:{stands.id}"
    if stands.state is State.HELD and stands.reason not in _QUIET_HOLDS:
        fact = delivery_held(stands, about(db, stands))
        open_alert(db, Cause.DELIVERY_HELD, scope, now, what=fact.what, fix=fact.fix)
    else:
        close_alert(db, Cause.DELIVERY_HELD, scope, now)
    if stands.state is State.DONE and stands.kind in _MENDS and stands.parent is not None:
        close_alert(db, Cause.STORY_REVISED, f"delivery:{stands.parent}", now)  # readers know now
    if stands.state is State.DONE and stands.kind in REPEATABLE and stands.parent is not None:
        close_alert(db, Cause.WISH_TOO_LATE, f"delivery:{stands.parent}", now)
    # Also one that was on its way while the article changed, and was told to be out only now.
    if stands.state is State.DONE and (changed := changed_since(db, stands.story, stands.revision)):
        alert_revised(db, stands, now, why=changed.why)


def alert_revised(db: sa.Connection, out: Delivery, now: datetime, *, why: str) -> None:
    """Tell people that the article of a post that is out says something else now; not of a post taken down."""
    if out.kind not in ANNOUNCES or db.execute(_TAKEN_DOWN, {"which": out.id}).first() is not None:
        return
    fact = story_revised(out, about(db, out), why)
    open_alert(db, Cause.STORY_REVISED, f"delivery:{out.id}", now, what=fact.what, fix=fact.fix)


def about(db: sa.Connection, stands: Delivery) -> Article | None:
    """Read the article a delivery is about, as it is told now; None: it has none."""
    return article_of(db, stands.story) if stands.story else None


def _written(stands: Delivery) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(stands, name) for name in _WRITTEN}
    values |= {"state": str(stands.state), "reason": str(stands.reason)}
    values["post"] = dump(stands.post) if stands.post else None
    values["receipt"] = dump_receipt(stands.receipt) if stands.receipt else None
    return values

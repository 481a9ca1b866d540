"""How readers see a channel on its network: what the network last told, and when it is to be asked again."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from adapters.contract import Identity
from bot.model import Channel
from bot.store.schema import channel

_AGAIN, _EVERY = timedelta(hours=1), timedelta(days=1)
"""How soon a network is asked again that gave no answer, and one that gave one: names and pictures change seldom, but
some networks' addresses of pictures serve only for days."""
_LONGEST_NAME, _LONGEST_ADDRESS = 200, 2000
_FACE = sa.select(channel.c.handle, channel.c.shown_name, channel.c.avatar, channel.c.ask_face_at).where(
    channel.c.id == given("which")
)
_UNKNOWN = {"handle": "", "shown_name": "", "avatar": "", "ask_face_at": None}


@dataclass(frozen=True, slots=True)
class Face:
    """Whom a network takes a channel for; each is "" where it was not told.

    `is_due`: nobody asked lately, so that there may be more to know.
    """

    handle: str = ""
    name: str = ""
    avatar: str = ""
    is_due: bool = True


def read_face(db: sa.Connection, channel_id: str, now: datetime) -> Face:
    """Tell what is known."""
    found = db.execute(_FACE, {"which": channel_id}).first()
    if found is None:
        return Face()
    # What lies further ahead than we ever wait was written before the clock was set back.
    is_due = found.ask_face_at is None or not now < found.ask_face_at <= now + _EVERY
    return Face(found.handle, found.shown_name, found.avatar, is_due)


def take_question(db: sa.Connection, channel_id: str, now: datetime) -> Face:
    """Tell what is known, and whether it falls to the caller to ask (`is_due`).

    Whoever looks meanwhile need not, and where no answer comes it is asked for again later.
    """
    known = read_face(db, channel_id, now)
    if known.is_due:
        db.execute(channel.update().where(channel.c.id == channel_id).values(ask_face_at=now + _AGAIN))
    return known


def keep_face(db: sa.Connection, channel_id: str, told: Identity, now: datetime) -> Face:
    """Keep what a network told."""
    face = Face(told.handle, told.name.strip()[:_LONGEST_NAME], _address(told.avatar), is_due=False)
    values = {"handle": face.handle, "shown_name": face.name, "avatar": face.avatar, "ask_face_at": now + _EVERY}
    db.execute(channel.update().where(channel.c.id == channel_id).values(**values))
    return face


def forget_faces(db: sa.Connection, account_id: str) -> None:
    """Drop what is known of an account's channels: it is on another network now."""
    db.execute(channel.update().where(channel.c.account == account_id).values(**_UNKNOWN))


def forget_moved(db: sa.Connection, listed: Iterable[Channel]) -> None:
    """Drop what is known of channels that stand for another account or place than when this was last asked.

    Of all others it stays: a start or a reload is no reason to ask, and some networks are paid for each question.
    """
    for each in listed:
        stands = stands_for(each)
        before = db.scalar(sa.select(channel.c.stands_for).where(channel.c.id == each.id))
        if before != stands:
            forgets = _UNKNOWN if before else {}
            db.execute(channel.update().where(channel.c.id == each.id).values(stands_for=stands, **forgets))


def stands_for(who: Channel) -> str:
    """Name what a channel stands for: an account, and what is chosen of it."""
    return hashlib.sha256(json.dumps([who.account, *who.place]).encode()).hexdigest()


def ask_anew(db: sa.Connection, account_id: str) -> None:
    """Have a network be asked when somebody looks next: a person has just let us in, perhaps to another account."""
    db.execute(channel.update().where(channel.c.account == account_id).values(ask_face_at=None))


def _address(told: str) -> str:
    is_web = told.partition(":")[0].lower() in ("http", "https")
    return told if is_web and len(told) <= _LONGEST_ADDRESS else ""

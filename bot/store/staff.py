"""The staff in the database: who may come in, which browsers are signed in, and the one-time addresses.

Tokens and passwords come in and lie here as fingerprints only. Each change is one transaction with its audit row.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.audit.rows import Action
from bot.rules.staff import IDLE, INVITED_FOR, LONGEST, Invitation, Kind, Language, Person, Role, SignIn
from bot.store.audit import tell
from bot.store.people import RefusedVerb
from bot.store.schema import invitation, person, sign_in
from bot.tongue import phrase

_SEEN_EVERY = timedelta(minutes=5)
"""How exactly the last use of a sign-in is known: a page that is only looked at should cost no wait for the disk."""
_ALL = sa.select(person).order_by(person.c.name)
_ONE = sa.select(person).where(person.c.name == sa.bindparam("name"))
_LIVE = (sign_in.c.ends_at > sa.bindparam("now"), sign_in.c.seen_at > sa.bindparam("idle"))
_USABLE = sa.select(invitation).where(
    invitation.c.token == sa.bindparam("token"),
    invitation.c.ends_at > sa.bindparam("now"),
    invitation.c.used_at.is_(None),
)
GONE = phrase("this address was used already or is older than a day: ask an admin for a new one")


@dataclass(frozen=True, slots=True)
class Known:
    """A person who may sign in, and the fingerprint of the password."""

    person: Person
    password: str


def persons(db: sa.Connection) -> list[Person]:
    """List everybody who ever worked here."""
    return [_person(row) for row in db.execute(_ALL)]


def invite(db: sa.Connection, name: str, role: Role, now: datetime, *, token: str, actor: str) -> Person:
    """Take a person on, or back, who then chooses a password behind the address of `token`."""
    found = _find(db, name)
    if found is not None and found.ended_at is None and found.has_password:
        raise RefusedVerb(f"{name} is here already, as {found.role}; `people reset {name}` lets them choose a password")
    if found is None:
        db.execute(person.insert(), {"name": name, "role": str(role), "made_at": now})
    else:
        _set(db, name, role=str(role), ended_at=None)
    _add_invitation(db, name, Kind.INVITED, now, token)
    tell(db, Action.PERSON_INVITED, now, actor=actor, person=name, kind=str(Kind.INVITED), role=str(role))
    return _here(db, name)


def invite_first(db: sa.Connection, now: datetime, *, token: str) -> bool:
    """Let whoever opens the address of `token` become the first admin; False where anybody is here already."""
    if db.scalar(sa.select(sa.func.count()).select_from(person).where(person.c.ended_at.is_(None))):
        return False
    _add_invitation(db, "", Kind.FIRST, now, token)
    tell(db, Action.PERSON_INVITED, now, person=phrase("whoever opens it"), kind=str(Kind.FIRST), role=str(Role.ADMIN))
    return True


def reset(db: sa.Connection, name: str, now: datetime, *, token: str, actor: str) -> Person:
    """Let a person choose a new password; the old one and every sign-in end at once."""
    found = _here(db, name)
    _set(db, name, password="")
    db.execute(sign_in.delete().where(sign_in.c.person == name))
    _add_invitation(db, name, Kind.RESET, now, token)
    tell(db, Action.PERSON_INVITED, now, actor=actor, person=name, kind=str(Kind.RESET), role=str(found.role))
    return _here(db, name)


def set_role(db: sa.Connection, name: str, role: Role, now: datetime, *, actor: str) -> Person:
    """Give a person another role; it counts from the next click on."""
    _here(db, name)
    _set(db, name, role=str(role))
    tell(db, Action.PERSON_CHANGED, now, actor=actor, person=name, said=phrase(f"works as {role} now"))
    return _here(db, name)


def end(db: sa.Connection, name: str, now: datetime, *, actor: str) -> None:
    """Let a person in no more; the name stays, since the log names it."""
    _here(db, name)
    _set(db, name, ended_at=now, password="")
    db.execute(sign_in.delete().where(sign_in.c.person == name))
    db.execute(invitation.delete().where(invitation.c.person == name))
    tell(db, Action.PERSON_ENDED, now, actor=actor, person=name)


def prefer(db: sa.Connection, name: str, now: datetime, *, language: Language, has_shortcuts: bool) -> Person:
    """Keep how a person likes the desk."""
    before = _here(db, name)
    _set(db, name, language=language, has_shortcuts=has_shortcuts)
    if (after := _here(db, name)) != before:
        keys = phrase("on") if has_shortcuts else phrase("off")
        said = phrase(f"language {language}, single-key shortcuts {keys}")
        tell(db, Action.PERSON_CHANGED, now, actor=f"desk:{name}", person=name, said=said)
    return after


def open_invitation(db: sa.Connection, token: str, now: datetime) -> Invitation | None:
    """Read a one-time address that still opens; looking at it does not use it up."""
    row = db.execute(_USABLE, {"token": token, "now": now}).first()
    return None if row is None else Invitation(row.person, Kind(row.kind), row.ends_at)


def accept(db: sa.Connection, token: str, name: str, now: datetime, *, password: str, language: Language) -> Person:
    """Use a one-time address up: its person has this password now. `name` counts where the address has none.

    `language`: what the desk speaks with whoever is new.
    """
    found = open_invitation(db, token, now)
    if found is None:
        raise RefusedVerb(GONE)
    name = found.person or name
    if found.kind is Kind.FIRST:
        _make_first(db, name, now)
    likes = {} if found.kind is Kind.RESET else {"language": language}
    _set(db, name, password=password, **likes)
    db.execute(sign_in.delete().where(sign_in.c.person == name))
    db.execute(invitation.update().where(invitation.c.token == token).values(used_at=now))
    tell(db, Action.PERSON_CHANGED, now, actor=f"desk:{name}", person=name, said=phrase("a password was chosen"))
    return _here(db, name)


def known(db: sa.Connection, name: str) -> Known | None:
    """Find a person who may sign in."""
    row = db.execute(_ONE, {"name": name}).first()
    if row is None or row.ended_at is not None or not row.password:
        return None
    return Known(_person(row), row.password)


def signed_in(
    db: sa.Connection, who: Known, now: datetime, *, token: str, instead_of: str, address: str, agent: str
) -> Person:
    """Sign a person in, if the password is still the one that was checked; `instead_of`: the browser's old token."""
    _refuse_changed(db, who)
    db.execute(sign_in.delete().where(sa.or_(sign_in.c.ends_at <= now, sign_in.c.seen_at <= now - IDLE)))
    db.execute(sign_in.delete().where(sign_in.c.token == instead_of))
    name = who.person.name
    moments = {"made_at": now, "seen_at": now, "ends_at": now + LONGEST}
    db.execute(sign_in.insert(), {"token": token, "person": name, "address": address, "agent": agent, **moments})
    tell(db, Action.PERSON_SIGNED_IN, now, actor=f"desk:{name}", person=name)
    return who.person


def whose(db: sa.Connection, token: str, now: datetime) -> tuple[Person, SignIn] | None:
    """Find who a token is of, while the sign-in lasts, and note that it was used."""
    asked = sa.select(sign_in).where(sign_in.c.token == sa.bindparam("token"), *_LIVE)
    row = db.execute(asked, {"token": token, "now": now, "idle": now - IDLE}).first()
    found = None if row is None else _find(db, row.person)
    if row is None or found is None or found.ended_at is not None:
        return None
    if now - row.seen_at >= _SEEN_EVERY:
        db.execute(sign_in.update().where(sign_in.c.id == row.id).values(seen_at=now))
    return found, _sign_in(row)


def sign_ins(db: sa.Connection, now: datetime, name: str | None = None) -> list[SignIn]:
    """List the browsers that are signed in, of one person or of all."""
    asked = sa.select(sign_in).where(*_LIVE).order_by(sign_in.c.person, sign_in.c.made_at, sign_in.c.id)
    if name is not None:
        asked = asked.where(sign_in.c.person == name)
    return [_sign_in(row) for row in db.execute(asked, {"now": now, "idle": now - IDLE})]


def sign_out(
    db: sa.Connection, name: str, now: datetime, *, actor: str, only: int | None = None, but: int | None = None
) -> int:
    """End a person's sign-ins: all, `only` one, or all `but` one; returns how many there were."""
    chosen = sign_in.delete().where(sign_in.c.person == name)
    if only is not None:
        chosen = chosen.where(sign_in.c.id == only)
    if but is not None:
        chosen = chosen.where(sign_in.c.id != but)
    ended = db.execute(chosen).rowcount
    if ended:
        where = "" if ended == 1 else phrase(f"in {ended} browsers")
        tell(db, Action.PERSON_SIGNED_OUT, now, actor=actor, person=name, said=where)
    return ended


def change_password(db: sa.Connection, who: Known, now: datetime, *, password: str, but: int) -> None:
    """Give a person another password, if the old one is still the one that was checked; other sign-ins end."""
    _refuse_changed(db, who)
    name = who.person.name
    _set(db, name, password=password)
    said = phrase("another password was chosen")
    tell(db, Action.PERSON_CHANGED, now, actor=f"desk:{name}", person=name, said=said)
    sign_out(db, name, now, actor=f"desk:{name}", but=but)


def end_all(db: sa.Connection) -> None:
    """End every sign-in and one-time address: in a copy brought back there may be some that were ended since."""
    db.execute(sign_in.delete())
    db.execute(invitation.delete())


def _make_first(db: sa.Connection, name: str, now: datetime) -> None:
    if db.scalar(sa.select(sa.func.count()).select_from(person).where(person.c.ended_at.is_(None))):
        raise RefusedVerb("somebody else was first: ask them to invite you")
    if _find(db, name) is None:
        db.execute(person.insert(), {"name": name, "role": str(Role.ADMIN), "made_at": now})
    else:
        _set(db, name, role=str(Role.ADMIN), ended_at=None)


def _add_invitation(db: sa.Connection, name: str, kind: Kind, now: datetime, token: str) -> None:
    """Make a one-time address; an earlier one of the same person opens no more."""
    db.execute(invitation.delete().where(sa.or_(invitation.c.person == name, invitation.c.ends_at <= now)))
    db.execute(invitation.insert(), {"token": token, "person": name, "kind": str(kind), "ends_at": now + INVITED_FOR})


def _refuse_changed(db: sa.Connection, who: Known) -> None:
    now_known = known(db, who.person.name)
    if now_known is None or now_known.password != who.password:
        raise RefusedVerb("the password was changed a moment ago: sign in with the new one")


def _here(db: sa.Connection, name: str) -> Person:
    found = _find(db, name)
    if found is None or found.ended_at is not None:
        raise RefusedVerb(f"there is no {name} here; `jarshy people list` names everybody")
    return found


def _find(db: sa.Connection, name: str) -> Person | None:
    row = db.execute(_ONE, {"name": name}).first()
    return None if row is None else _person(row)


def _set(db: sa.Connection, name: str, **values: Any) -> None:
    db.execute(person.update().where(person.c.name == name).values(**values))


def _person(row: sa.Row[Any]) -> Person:
    return Person(
        name=row.name,
        role=Role(row.role),
        language=row.language,
        has_shortcuts=row.has_shortcuts,
        has_password=bool(row.password),
        made_at=row.made_at,
        ended_at=row.ended_at,
    )


def _sign_in(row: sa.Row[Any]) -> SignIn:
    names = ("id", "person", "made_at", "seen_at", "ends_at", "address", "agent")
    return SignIn(**{name: getattr(row, name) for name in names})

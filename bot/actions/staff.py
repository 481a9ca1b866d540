"""What people do about people: invite, reset, change a role, end, and look who is signed in."""

import base64
import hashlib
from dataclasses import dataclass

from adapters.contract import Clock
from bot.actions.room import RefusedVerb, Room
from bot.rules.staff import GUEST, INVITED_FOR, LANGUAGES, LONGEST, Invitation, Language, Person, Role, SignIn, named
from bot.store import staff

__all__ = ["GUEST", "INVITED_FOR", "LANGUAGES", "LONGEST", "Invitation", "Language", "Person", "Role", "SignIn"]

_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who is to choose a password, and what opens the page for it, once."""

    person: Person
    token: str


async def everybody(room: Room) -> list[Person]:
    """List everybody who ever worked here."""
    return await room.store.write(staff.persons)


async def invite(room: Room, name: str, role: str) -> Invited:
    """Take a person on, or back."""
    token = new_token(room.clock)
    here = {"token": fingerprint(token), "actor": room.actor}
    return Invited(await room.store.write(staff.invite, _named(name), _role(role), room.clock.now(), **here), token)


async def invite_first(room: Room) -> str | None:
    """Make what opens the page for the first admin; None where somebody is here already."""
    token = new_token(room.clock)
    is_made = await room.store.write(staff.invite_first, room.clock.now(), token=fingerprint(token))
    return token if is_made else None


async def reset(room: Room, name: str) -> Invited:
    """Let a person choose a new password; the old one and every sign-in end at once."""
    token = new_token(room.clock)
    here = {"token": fingerprint(token), "actor": room.actor}
    return Invited(await room.store.write(staff.reset, _named(name), room.clock.now(), **here), token)


async def set_role(room: Room, name: str, role: str) -> Person:
    """Give a person another role."""
    now = room.clock.now()
    return await room.store.write(staff.set_role, _named(name), _role(role), now, actor=room.actor)


async def end(room: Room, name: str) -> str:
    """Let a person in no more; returns the name."""
    who = _named(name)
    await room.store.write(staff.end, who, room.clock.now(), actor=room.actor)
    return who


async def sign_ins(room: Room, name: str = "") -> list[SignIn]:
    """List the browsers that are signed in, of one person or of all."""
    return await room.store.write(staff.sign_ins, room.clock.now(), _named(name) if name else None)


async def sign_out(room: Room, name: str, *, only: int | None = None, but: int | None = None) -> int:
    """End a person's sign-ins: all, `only` one, or all `but` one; returns how many there were."""
    who, now = _named(name), room.clock.now()
    return await room.store.write(staff.sign_out, who, now, actor=room.actor, only=only, but=but)


async def prefer(room: Room, name: str, *, language: str, has_shortcuts: bool) -> Person:
    """Keep how a person likes the desk."""
    chosen = next((each for each in LANGUAGES if each == language), None)
    if chosen is None:
        raise RefusedVerb(f"the desk does not speak {language!r}; it speaks {', '.join(LANGUAGES)}")
    now = room.clock.now()
    return await room.store.write(staff.prefer, name, now, language=chosen, has_shortcuts=has_shortcuts)


async def whose(room: Room, token: str) -> tuple[Person, SignIn] | None:
    """Find who a browser is signed in as."""
    return await room.store.write(staff.whose, fingerprint(token), room.clock.now()) if token else None


async def invitation(room: Room, token: str) -> Invitation:
    """Read a one-time address that still opens. Raises RefusedVerb."""
    found = await room.store.write(staff.open_invitation, fingerprint(token), room.clock.now())
    if found is None:
        raise RefusedVerb(staff.GONE)
    return found


def new_token(clock: Clock) -> str:
    """Make what opens something: 256 bits, as they can stand in an address."""
    return base64.urlsafe_b64encode(clock.token_bytes(_TOKEN_BYTES)).decode().rstrip("=")


def fingerprint(token: str) -> str:
    """Name a token without telling it: it is random throughout, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _named(said: str) -> str:
    name = named(said)
    if name is None:
        raise RefusedVerb(f"{said!r} is no name to sign in by: letters, digits, points and dashes, 40 at the most")
    return name


def _role(said: str) -> Role:
    try:
        return Role(said.strip().lower())
    except ValueError as e:
        raise RefusedVerb(f"there is no role {said!r}; there are {', '.join(Role)}") from e

"""What a view is given: the desk all pages share, and here: who asks, and the room to act from in that name."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from gettext import NullTranslations
from urllib.parse import parse_qsl, urlsplit

from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from adapters.contract import Adapter, Clock
from bot.actions.access import Connect
from bot.actions.begin import Begin
from bot.actions.door import Doorkeeper
from bot.actions.proving import Prover
from bot.actions.room import RefusedVerb, Room
from bot.actions.staff import Person, SignIn
from bot.desk.changes import Changes
from bot.model import Channel, Policy
from bot.tongue import Tongue, phrase, without_commands

_MOST_FIELDS = 500
_ENGLISH = Tongue(has_buttons=True)


class Right(IntEnum):
    """What a page asks of whoever opens it; each right holds those before it."""

    OPEN = 0
    """Nothing, not even to be signed in."""
    LOOK = 1
    EDIT = 2
    APPROVE = 3
    RUN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What all pages share; what settings rule is asked for anew each time, so that a reload is followed."""

    room: Callable[[str], Room]
    """Makes the room of an actor, as it stands in the audit log ("desk:aigul")."""
    adapter: Callable[[Channel], Adapter]
    """Builds a channel's adapter for what it knows by itself (`body()`, `price`); it reaches no network."""
    connect: Callable[[], Connect]
    """Gives what builds adapters that do reach their networks."""
    policy: Callable[[], Policy]
    clock: Clock
    door: Doorkeeper
    prover: Prover
    changes: Changes
    """Wakes open pages when something has changed."""
    begin: Begin
    """Begins what a page need not wait for, once at a time."""
    address: str
    """Where people open the desk, such as https://desk.courier.example or http://127.0.0.1:8090."""
    sinks: Callable[[], tuple[str, ...]] = tuple
    """Names whom alerts are told beside the log."""

    @property
    def zone(self) -> str:
        """The newsroom's time zone."""
        return self.policy().zone

    @property
    def newsroom(self) -> str:
        """The newsroom's name."""
        return self.policy().newsroom

    @property
    def is_secure(self) -> bool:
        """Whether people reach the desk by https."""
        return urlsplit(self.address).scheme == "https"


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """One request, as a view sees it."""

    request: Request
    person: Person
    """Has the name "" while nobody is signed in, which only pages of the right OPEN meet."""
    room: Room
    desk: Desk
    seen: str = ""
    """The mark of `changes` before anything was read: what comes later, the page is told of."""
    t: NullTranslations = field(default_factory=NullTranslations)
    """Puts the desk's own words into the person's language."""
    tongue: Tongue = _ENGLISH
    """Says in it what the command line says too: `told.said(here.tongue)`."""
    sign_in: SignIn | None = None
    """Which of the person's browsers this is."""


View = Callable[[Request, Here], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Way:
    """One way into the desk: what is asked for by `method` at `path`, and the right it takes."""

    method: str
    path: str
    view: View
    right: Right


_DIGITS = 17
"""Of a number: more would not fit the database."""


class _Number(Convertor[int]):
    """A number in an address; of one that nothing of ours can have, there is no page."""

    regex = f"[0-9]{{1,{_DIGITS}}}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("number", _Number())


def whole(said: str) -> int | None:
    """Read a whole number as a form or an address says it; None: it is none, or none of ours."""
    return int(said) if said.isdecimal() and said.isascii() and len(said) <= _DIGITS else None


UNREAD = phrase("the form could not be read, so nothing was changed")
"""A form that does not say what its page showed is none of ours: nothing is done unseen."""


async def form(request: Request) -> Mapping[str, str]:
    """Read a form's fields; of a name that comes twice the last counts. There are no uploads.

    Raises HTTPException (400, 415) for what no page of ours sends.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if not body:
        return {}
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS))
    except ValueError as e:
        raise HTTPException(400) from e


def sentence(error: RefusedVerb | str, tongue: Tongue = _ENGLISH) -> str:
    """Write why a verb was refused, or another clause, as a sentence in the reader's language, without commands."""
    said = tongue.recall(without_commands(str(error)))
    return f"{said[:1].upper()}{said[1:].rstrip('.')}."


def own_path(said: str) -> str:
    """Keep to our own pages: whoever signs in must not be led to another site by a link."""
    parts = urlsplit(said) if said.startswith("/") and said.isprintable() and "\\" not in said else None
    return said if parts and not parts.scheme and not parts.netloc and not said.startswith("//") else "/"

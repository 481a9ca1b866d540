"""What a network's papers say, as data: its limits, its rates, the version of its API. Part of `adapters.contract`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from adapters.errors import Scope

Form = Literal["card", "photo", "text", "video"]
Pkce = Literal["S256", "hex", ""]
"""How a verifier is hidden: SHA-256 as base64url, SHA-256 as hex, or none is taken (RFC 7636, 4.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """What a network takes as a still picture: bytes, pixels of the longer side, pixels in all, and its formats.

    `narrowest` and `widest`: how many times its height its width is, at least and at most; None: any.
    """

    size: int
    side: int
    area: int | None = None
    mimes: tuple[str, ...] = ("image/jpeg", "image/png")
    narrowest: float | None = None
    widest: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Films:
    """What a network takes as a film: bytes, and seconds at least and at most.

    `text`: what stands for `Limits.text` beside a film, None where that is the same. `cover`: what the picture may be
    that stands for it until it is played, None where the network takes none from us.
    """

    size: int
    shortest: float
    longest: float
    text: int | None = None
    cover: Pictures | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an account may post now: plain data, so that discovered limits can be stored.

    `text` counts in the network's own unit (see the adapter's `measure`); `link_cost` is what an address counts
    whatever its length, None where it counts in full. `media` is how many a post may carry, `pictures` what each may
    be. `thumb`: what the picture on a card may be, None where the network draws its cards by itself. `caption`: what
    stands for `text` in a post that carries media, None where that is the same. `films`: what a film may be, None where
    it takes none. `least`: how many media a post must carry. `alike`: it cuts all of them to the first one's shape.
    `title`: how long the title beside the words may be, None where posts have none. `alt`: how long a picture's
    description may be, None where it carries none. `bare`: nothing drawn for it may show a name, logo or address of
    ours.
    """

    text: int
    text_bytes: int | None = None
    link_cost: int | None = None
    alt: int | None = None
    media: int = 0
    pictures: Pictures | None = None
    thumb: Pictures | None = None
    caption: int | None = None
    films: Films | None = None
    least: int = 0
    alike: bool = False
    title: int | None = None
    bare: bool = False

    def words(self, mimes: Sequence[str]) -> int:
        """Tell how long the words may be beside media of these types."""
        if self.films and self.films.text is not None and any(each.startswith("video/") for each in mimes):
            return self.films.text
        return self.caption if mimes and self.caption is not None else self.text

    def saying(self, most: int) -> "Limits":
        """Tell the same limits for words of at most so many units."""
        caption = None if self.caption is None else min(most, self.caption)
        films = self.films and (replace(self.films, text=min(most, self.films.text)) if self.films.text else self.films)
        return replace(self, text=min(most, self.text), caption=caption, films=films)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many visible calls in any so much time, as a network counts them for each account, or for all of an app.

    `day_of`: the zone at whose midnight a network that goes by the calendar begins to count anew; "": it counts back.
    `counts`: what the network itself counts: of calls each post takes one at least.
    """

    most: int
    window: timedelta
    scope: Scope = Scope.ACCOUNT
    day_of: str = ""
    counts: Literal["posts", "calls"] = "posts"


@dataclass(frozen=True, slots=True)
class Used:
    """How many posts a network counts of an account within a time, and how many it takes then, as it told just now."""

    many: int
    most: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Api:
    """The version of its API a network is spoken to in.

    `ends`: the first day on which it may no longer serve; None: the network's papers name none.
    """

    version: str
    ends: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """How a network asks the owner of an account whether an app may post for it: OAuth 2.0's consent by a code.

    `authorize`: the page people are sent to; `token`: where its code becomes tokens, by `method`. `rights` are asked
    for, joined by `separator`; without those in `needed` nothing could be posted. `client` and `secret` are the app's,
    its id goes by the name `client_name`, and it proves itself in the form or in a header. `more`: what else the page
    is told. `local`: whether the page sends people back to this machine: to any port, to the one that is registered,
    or only to a registered address under https ("").
    """

    authorize: str
    token: str
    client: str
    secret: str = field(default="", repr=False)
    rights: tuple[str, ...]
    needed: tuple[str, ...] = ()
    separator: str = " "
    pkce: Pkce = "S256"
    client_name: str = "client_id"
    proof: Literal["form", "header"] = "form"
    method: Literal["POST", "GET"] = "POST"
    more: Mapping[str, str] = field(default_factory=dict)
    local: Literal["any port", "one port", ""] = "one port"


@dataclass(frozen=True, slots=True)
class Granted:
    """What a network gave for a code: its answer, the rights it names (None: it names none), and when that was."""

    answer: Mapping[str, Any] = field(repr=False)
    rights: frozenset[str] | None
    at: datetime

    @property
    def token(self) -> str:
        """The access token."""
        return str(self.answer["access_token"])

    @property
    def ends(self) -> datetime | None:
        """When the access token ends, where that is said."""
        seconds = self.answer.get("expires_in")
        return self.at + timedelta(seconds=int(seconds)) if seconds else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """A network's published rules, as data; `docs` and `checked` say where and when they were read."""

    network: str
    title: str
    docs: str
    checked: date
    api: Api
    limits: Limits
    target: int
    """The length default posts aim for, in the unit of `limits.text`; whole sentences are added until here."""
    tags_beside: int = 0
    """How many tags default posts put beside the text, where the network keeps them there."""
    find_lag: timedelta = timedelta(0)
    """How long after a call the network may still show nothing of it."""
    find_for: timedelta = timedelta(minutes=5)
    """The look-up time: how long `find` may go on answering `NotYet` before a person is asked."""
    renew_ahead: timedelta = timedelta(minutes=10)
    """How long before `Session.expires_at` a session is renewed."""
    rotates: bool = False
    """Whether what renews a session serves once: then an answer that is lost takes the session with it."""
    warnings: tuple[str, ...] = ()
    """What the network's papers warn of and nobody can ask for, for whoever looks after the accounts."""
    form: Form = "card"
    """What a channel that says nothing posts: "photo" where the network's card would not carry the credit."""
    fetches: bool = False
    """Whether the network fetches pictures by itself, from the public address in `Media.url`."""
    fetches_films: bool = False
    """Whether it fetches films as well; where not, their bytes are sent to it."""
    fetches_from_known: bool = False
    """Whether it fetches only from addresses that were proved to it to be the app's: those of our place for media."""
    per_day: int | None = None
    """How many posts a day a channel that says nothing may send."""
    rates: tuple[Rate, ...] = ()
    """How many visible calls the network takes, as far as it names numbers and counts over a minute or more."""
    limits_untold: bool = False
    """Whether it takes no more than so many posts a day, and its papers name no number."""
    drafts: Rate | None = None
    """How many drafts may wait in its app until a person publishes them, and how long one counts; nobody can ask."""
    replies: bool = True
    """Whether a post may answer another of ours; where not, a correction is a post of its own."""
    approves: Mapping[str, str] = field(default_factory=dict)
    """Settings, by their value, with which its rules want a person to approve each post ("mode": "direct")."""
    price: str = ""
    """What posting costs, for people; see `Adapter.price`."""
    remarks: Mapping[str, str] = field(default_factory=dict)
    """Ability -> its condition, for people ("find": "with a scratch chat")."""

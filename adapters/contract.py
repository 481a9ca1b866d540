"""Every type the engine and a network adapter speak in, and nothing else."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, Literal, Protocol

from pydantic import BaseModel

from adapters.errors import (
    AuthFailed,
    CameToNothing,
    LeftToPerson,
    NotFetched,
    NotSent,
    NotYet,
    OutcomeUnknown,
    PictureRefused,
    PublishError,
    Rejected,
    Scope,
    StillWorking,
    Withdrawn,
)
from adapters.spec import Api, Consent, Films, Form, Granted, Limits, Pictures, Rate, Spec, Used

if TYPE_CHECKING:
    from adapters.http import Http

__all__ = [
    "Ability",
    "Adapter",
    "Api",
    "Asked",
    "AuthFailed",
    "CameToNothing",
    "Card",
    "Charge",
    "Clock",
    "Consent",
    "Fee",
    "Films",
    "Form",
    "Granted",
    "Identity",
    "Intent",
    "Json",
    "LeftToPerson",
    "Limits",
    "Mark",
    "Media",
    "Memo",
    "Metrics",
    "NotFetched",
    "NotSent",
    "NotYet",
    "OutcomeUnknown",
    "PictureRefused",
    "Pictures",
    "Post",
    "Problem",
    "PublishError",
    "Rate",
    "Receipt",
    "Rejected",
    "Scope",
    "Session",
    "Spec",
    "StillWorking",
    "Used",
    "Withdrawn",
]

Json = dict[str, Any]
Fee = Literal["account", "posts", "description", "deletion"]
"""What a network may ask money for beside a post: to say whose an account is, to show its posts, to keep a picture's
description, to take a post down."""


class Charge(Protocol):
    """Awaited after a call that costs something beside the post itself, with the US dollars."""

    async def __call__(self, fee: Fee, amount: Decimal, *, is_sure: bool = True) -> None:
        """Count `amount`; where its answer got lost, nobody knows more than that it cost no more."""
        ...


Ability = Literal["find", "edit", "delete", "limits", "metrics", "renew", "ends", "used", "share", "connect"]
Intent = Callable[[Json], Awaitable[None]]
"""Awaited once per try, directly before the visible call, with the whole of `body()` filled in (media by hash, no
secrets). Raises `Withdrawn` or `NotYet` to stop the try; an adapter lets both pass."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One stretch of text with a meaning; offsets in code points, end exclusive.

    `value` is the address of a link, the bare word of a tag, the network's own id of a mention, else empty.
    """

    start: int
    end: int
    kind: Literal["bold", "italic", "link", "tag", "mention"]
    value: str = ""


@dataclass(frozen=True, slots=True)
class Media:
    """One picture or film, named by its content. `alt` and `credit` are final words; `url` where a network fetches.

    For rules, and never shown: `whose` is every word known of whose picture it is or shows when it was made, `photo`
    names the story's photo it shows, whatever its size ("" where none). `is_drawn`: it was made of words, which can be
    read on it. `cover`: the picture that stands for a film until it is played, where the network takes one. `remark`:
    what readers miss of it, in a clause.
    """

    sha256: str
    mime: str
    size: int
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    alt: str = ""
    credit: str = ""
    whose: str = ""
    photo: str = ""
    url: str = ""
    is_drawn: bool = False
    cover: "Media | None" = None
    remark: str = ""
    open: Callable[[], BinaryIO] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Card:
    """What a link unfolds to under a post."""

    url: str
    title: str
    description: str = ""
    thumb: Media | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a post is out.

    `ids` are all items of an album, `mark` the network's watermark after this post (where it has one). `is_draft`: it
    lies in the network's app, where a person publishes it. `place`: where it is out, as the engine names places.
    `remark`: what readers miss of it, in a clause; "" where nothing is missing.
    """

    id: str
    url: str | None = None
    ids: tuple[str, ...] = ()
    mark: str | None = None
    is_draft: bool = False
    place: tuple[str, ...] = field(default=(), compare=False)
    remark: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Post:
    """The final words and things to show. `text` is NFC and holds any link that is shown in words."""

    text: str
    marks: tuple[Mark, ...] = ()
    lang: str = "en"
    card: Card | None = None
    media: tuple[Media, ...] = ()
    title: str = ""
    tags: tuple[str, ...] = ()
    parent: Receipt | None = None
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a network would refuse a post: `field` has `have`, and may have `most`."""

    field: str
    have: int
    most: int


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the credentials speak for, and which rights they lack, in the network's words.

    `name` is what readers see over a post, `avatar` the address of the picture beside it; "" where nobody tells. The
    address serves without credentials and holds none, for it is kept.
    """

    id: str
    handle: str
    missing: tuple[str, ...] = ()
    name: str = ""
    avatar: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """An account's live tokens by name, its credentials among them; `subject` is its id at the network.

    Where a network renews, an empty `subject` means: never signed in; `bot.accounts` renews before first use.
    `rights`: what its owner allows, in the network's words, where it names them. `renews_until`: when what renews it
    ends, so that its owner must be asked anew; None: never, or the network does not tell.
    """

    subject: str
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    expires_at: datetime | None = None
    rights: tuple[str, ...] = ()
    renews_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of the visible call whose outcome is sought.

    `first`: its intent. `last`: the latest moment it can have left; absence is reckoned from there. `mark`: the
    network's watermark as it stood at the intent.
    """

    first: datetime
    last: datetime
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Metrics:
    """What readers did with a post, by the network's own names."""

    counts: Mapping[str, int]


class Clock(Protocol):
    """Time and chance, from outside."""

    def now(self) -> datetime:
        """Tell the aware UTC time in whole milliseconds."""
        ...

    def monotonic(self) -> float:
        """Tell seconds that never go back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...

    def token_bytes(self, n: int) -> bytes:
        """Draw `n` unpredictable bytes."""
        ...


class Memo(Protocol):
    """What one frozen post remembers between tries. Values are JSON texts; a changed post starts with none.

    Names that begin with "channel:" are facts about the channel and outlive the post.
    """

    async def step(
        self,
        name: str,
        run: Callable[[], Awaitable[str]],
        *,
        lives: timedelta | None = None,
        secret: bool = False,
    ) -> str:
        """Run once, store the answer, then return it; run again only when `lives` has passed.

        For steps readers cannot see and that are harmless when repeated: a crash may lose the stored answer.
        """
        ...

    def note(self, name: str, value: str) -> None:
        """Overwrite; stored with the intent, or when the turn ends."""
        ...

    def read(self, name: str) -> str | None:
        """Return what was stored or noted."""
        ...

    async def forget(self, name: str) -> None:
        """Drop a handle the network no longer knows."""
        ...


async def _uncounted(fee: Fee, amount: Decimal, *, is_sure: bool = True) -> None:
    """Count nothing: whoever hands adapters out to the engine sees to that."""


class Adapter(ABC):
    """One channel on one network, built anew for each turn; keeps nothing between calls, and each call is one try."""

    spec: ClassVar[Spec]
    Settings: ClassVar[type[BaseModel]]
    """A channel's place and choices."""
    Credentials: ClassVar[type[BaseModel]]
    """An account's secrets; its field names are the names under which a session holds them."""

    def __init__(self, settings: Any, session: Session, http: "Http", clock: Clock) -> None:
        self.settings, self.session, self.http, self.clock = settings, session, http, clock
        self.charge: Charge = _uncounted

    @abstractmethod
    def body(self, post: Post) -> dict[str, Json]:
        """Write every request that carries words or choices, by step name, in order; the last is the visible call.

        Pure. Media stand as `{"$media": sha256}`, handles and moments as `{"$memo": name}`.
        """

    @classmethod
    @abstractmethod
    def measure(cls, post: Post, limits: Limits) -> tuple[Problem, ...]:
        """Name every way in which `post` is too much, counted as the network counts. Pure."""

    @abstractmethod
    async def publish(self, post: Post, *, key: str, memo: Memo, intent: Intent) -> Receipt:
        """Try once: prepare, then send `body` filled in. Raises one of the five."""

    @abstractmethod
    async def verify(self) -> Identity:
        """Ask whom the credentials speak for and what rights are missing; posts nothing."""

    def api(self) -> Api:
        """Tell which version of the network's API this channel speaks, where the settings may choose one. Pure."""
        return self.spec.api

    def place(self) -> tuple[str, ...]:
        """Tell where posts go: whose account ("" where only the network can tell), then what must be set. Pure."""
        must = [name for name, each in self.Settings.model_fields.items() if each.is_required()]
        return (self.session.subject, *(str(getattr(self.settings, name)) for name in must))

    def price(self, post: Post) -> Decimal | None:
        """Reckon what the network asks for the visible call of `post`, in US dollars by the settings' rates. Pure.

        None: it asks for nothing.
        """
        return None

    def fees(self, post: Post) -> Decimal:
        """Reckon what it asks for on the way there, in US dollars; `publish` charges each as it comes. Pure."""
        return Decimal(0)

    def keeps_words(self, post: Post) -> bool:
        """Tell whether the network promises that the words of `post` arrive with the rest of it. Pure."""
        return True

    async def limits(self) -> Limits:
        """Ask the network for the limits of this account; stored for a day."""
        return self.spec.limits

    async def find(self, post: Post, *, key: str, memo: Memo, asked: Asked) -> Receipt | None:
        """Look for a post whose call got no answer.

        Receipt: it is out. None: proven absent, the lag has passed. Raises NotYet: look again then; OutcomeUnknown:
        cannot be known here; Rejected: taken, then failed; CameToNothing: the same, and it may be sent again.
        """
        raise OutcomeUnknown(f"{self.spec.title} cannot be asked whether a post is out")

    async def edit(self, receipt: Receipt, post: Post, *, memo: Memo) -> Receipt:
        """Change a post in place. Repeatable: an unknown outcome is simply repeated."""
        raise Rejected(f"{self.spec.title} cannot change a post that is out")

    async def delete(self, receipt: Receipt) -> None:
        """Take a post down; already gone counts as done. Repeatable."""
        raise Rejected(f"{self.spec.title} cannot take a post down")

    async def metrics(self, receipt: Receipt) -> Metrics:
        """Read what readers did with a post."""
        return Metrics({})

    async def renew(self, session: Session) -> Session:
        """Sign in or extend `session`; called by `bot.accounts` only, one at a time, stored before use."""
        raise AuthFailed(f"{self.spec.title} has nothing to renew", scope=Scope.ACCOUNT)

    def renews(self) -> bool:
        """Tell whether this account works by a session that ends; else its credentials serve as they are. Pure."""
        return self.can("renew")

    def consent(self) -> Consent:
        """Tell how the account's owner is asked to let us post. Pure. Raises AuthFailed where the app is not known."""
        raise AuthFailed(f"{self.spec.title} asks nobody for consent: its credentials are copied", scope=Scope.ACCOUNT)

    async def connect(self, granted: Granted) -> Session:
        """Make a session of what the owner's consent gave; `bot.accounts` stores it. Raises one of the five."""
        raise AuthFailed(f"{self.spec.title} asks nobody for consent: its credentials are copied", scope=Scope.ACCOUNT)

    async def ends(self) -> datetime | None:
        """Ask until when the credentials serve, where nobody renews them; None: without end, or it cannot be asked."""
        return None

    async def used(self) -> Used | None:
        """Ask how many posts the network itself counts of this account; None: it does not tell."""
        return None

    async def share(self) -> float | None:
        """Ask which share of the calls it takes the network counts as used now, in percent; None: it does not tell."""
        return None

    @classmethod
    def can(cls, ability: Ability) -> bool:
        """Whether this network offers an optional ability: true iff overridden, so it cannot drift."""
        return getattr(cls, ability) is not getattr(Adapter, ability)

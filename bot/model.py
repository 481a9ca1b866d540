"""The words of the trade, as frozen values: articles, channels, deliveries and the closed lists they use."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from adapters.contract import Form, Post, Rate, Receipt, Scope


class Genre(StrEnum):
    """What kind of text an article is, by the source's section map."""

    NEWS = "news"
    OPINION = "opinion"
    ANALYSIS = "analysis"
    LIVE = "live"


class Change(StrEnum):
    """What a revision changed."""

    TRIVIAL = "trivial"
    SIGNIFICANT = "significant"
    CORRECTION = "correction"
    RETRACTION = "retraction"


@dataclass(frozen=True, slots=True)
class Photo:
    """One of an article's photos as the source offers it; `caption` is without the credit.

    `focus`: what an editor wants to be seen, from (0, 0) at the upper left to (1, 1); None: nobody said. `beside`: what
    else stands near it and may say whose it is, in words that stand in no other field.
    """

    url: str
    alt: str = ""
    caption: str = ""
    credit: str = ""
    focus: tuple[float, float] | None = None
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Flags:
    """What a person said about a story. None and empty: nothing was said."""

    breaking_until: datetime | None = None
    is_solemn: bool | None = None
    correction: str = ""
    still_valid_until: datetime | None = None
    texts: tuple[tuple[str, str], ...] = ()
    """(network, words): a text written by hand for one network."""
    wrong_until: int = 0
    """The newest of the article's revisions whose words a person called wrong (`correct`)."""
    authors: tuple[tuple[str, str], ...] = ()
    """(network, or "correction"; actor): who wrote the text or the correction above."""
    alt: str = ""
    """What its photo shows, in a person's words."""
    alt_of: str = ""
    """The photo they were said of, by its address: another one is not described by them."""
    focus: tuple[float, float] | None = None
    """The point of its photo that a person wants to be seen, as in Photo: it counts before the source's."""
    focus_of: str = ""
    """The photo it is a point of, by its address: it says nothing of another one."""

    def is_breaking(self, now: datetime) -> bool:
        """Whether a person's word that the story is breaking news still holds."""
        return self.breaking_until is not None and now < self.breaking_until


@dataclass(frozen=True, slots=True)
class Article:
    """One story at one revision, as the source tells it, cleaned of markup and boilerplate.

    `story` is our id of the story and "" until the store has given one. `guid` is the source's own name for it.
    """

    title: str
    url: str
    source: str = ""
    story: str = ""
    guid: str = ""
    dek: str = ""
    paragraphs: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    section: str = ""
    genre: Genre = Genre.NEWS
    tags: tuple[str, ...] = ()
    language: str = "en"
    published: datetime | None = None
    modified: datetime | None = None
    photo: Photo | None = None
    """The one that stands for it."""
    further: tuple[Photo, ...] = ()
    """What else it shows, in its order; none of them is the lead in another size."""
    correction: str = ""
    """The article's own correction line, without its opening word."""
    revision: int = 1
    flags: Flags = Flags()

    @property
    def lead(self) -> str:
        """The first paragraph."""
        return self.paragraphs[0] if self.paragraphs else ""

    @property
    def photos(self) -> tuple[Photo, ...]:
        """Every photo, the lead first."""
        return (self.photo, *self.further) if self.photo else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One feed."""

    id: str
    url: str
    language: str = ""
    """What an article without a declared language is written in; "" leaves it to the script."""
    poll: timedelta = timedelta(seconds=60)
    adapts: bool = False
    """Whether it is polled by its own habit, once that is known, instead of every `poll`."""
    max_age: timedelta = timedelta(hours=24)
    sections: tuple[tuple[str, Genre], ...] = ()
    """(section, genre), compared without case."""
    read: Literal["feed", "page"] = "feed"
    """Whether the feed holds whole stories, or their pages are to be read for the text."""
    backfill: int = 0
    """How many of the newest stories the very first poll may post."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Network + credentials + app: tokens, renewal, verify and AuthFailed belong to it."""

    id: str
    network: str
    app: str = ""
    settings: tuple[tuple[str, str], ...] = ()
    """Account-wide settings of the network, such as its server's address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a channel may spend in US dollars; None: no limit. `near`: what becomes of a post it does not reach for.

    `hold`: it waits for a person. `unlinked`: it goes out without its link, if that is cheap enough; else it waits.
    """

    day: Decimal | None = None
    month: Decimal | None = None
    near: Literal["hold", "unlinked"] = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Account + place + rules + template + form: order and pacing belong to it."""

    id: str
    account: str
    network: str
    place: tuple[tuple[str, str], ...] = ()
    """The network's own settings of the place, by name ("chat": "@astanatimes")."""
    sources: tuple[str, ...] = ()
    """Empty: all."""
    form: Form = "card"
    template: str = ""
    """The name of a template of its own; "" takes the network's."""
    languages: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    not_sections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    not_tags: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    """Words or phrases of which headline, dek or lead must hold one; a * at the end stands for any ending."""
    not_keywords: tuple[str, ...] = ()
    grace: timedelta = timedelta(0)
    gap: timedelta = timedelta(seconds=60)
    max_per_day: int | None = None
    quiet_hours: tuple[time, time] | None = None
    """Local wall times in the newsroom's zone; may run over midnight."""
    expiry: timedelta = timedelta(hours=6)
    approval: Literal["never", "always"] = "never"
    send_window: timedelta = timedelta(seconds=60)
    """How long an approved post waits, so that its approval can be taken back."""
    rates: tuple[Rate, ...] = ()
    """What its account and its app may send, all their channels together."""
    four_eyes: bool = False
    """Whether words a person wrote wait for another person's approval."""
    solemn: Literal["approval", "post"] = "approval"
    """Whether stories of death and disaster wait for a person's approval, or are posted like others."""
    alt_text: Literal["optional", "hold", "drop"] = "optional"
    """What becomes of a post whose photo nobody described: it shows it, waits for a description, or does without."""
    describes: bool = True
    """Its network carries alternative text of a photo."""
    budget: Budget | None = None
    """What its posts may cost; None: whatever they do."""


class State(StrEnum):
    """Where a delivery stands. Nothing else exists."""

    DUE = "due"
    SENDING = "sending"
    UNKNOWN = "unknown"
    DONE = "done"
    HELD = "held"
    SKIPPED = "skipped"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Kind(StrEnum):
    """What a delivery does to its channel."""

    POST = "post"
    PART = "part"
    EDIT = "edit"
    REPLY = "reply"
    DELETE = "delete"
    REPOST = "repost"
    TEST = "test"


class Reason(StrEnum):
    """Why a delivery stands where it stands; the closed list. `rules/why.py` has a sentence for each."""

    # due
    PLANNED = "planned"
    EMBARGO = "embargo"
    GRACE = "grace"
    BREAKING = "breaking"
    APPROVED = "approved"
    MOVED = "moved"
    WRITTEN = "written"
    RELEASED = "released"
    ABSENT = "absent"
    RESOLVED_ABSENT = "resolved_absent"
    BACKOFF = "backoff"
    ASKED_TO_WAIT = "asked_to_wait"
    NO_ACCESS = "no_access"
    RENEWED = "renewed"
    PACE = "pace"
    TOO_LATE = "too_late"
    REVISED = "revised"
    LOOKS_GONE = "looks_gone"
    NOT_LEFT = "not_left"
    PICTURE_REFUSED = "picture_refused"
    UNLINKED = "unlinked"
    FILMING = "filming"
    # sending
    INTENT = "intent"
    # unknown
    LOST_ANSWER = "lost_answer"
    LEFT_SENDING = "left_sending"
    LOOK_AGAIN = "look_again"
    WORKED_ON = "worked_on"
    """Of held too: the network has all of it, and has not said yet what becomes of it."""
    RESTORED = "restored"
    """Of unknown, done and held alike: the database was brought back from an older copy of itself."""
    # done
    SENT = "sent"
    FOUND = "found"
    RESOLVED_SENT = "resolved_sent"
    # held
    APPROVAL = "approval"
    REFUSED = "refused"
    UNDECIDABLE = "undecidable"
    UNSHOWN = "unshown"
    """The network has it, and shows it to nobody."""
    GAVE_UP = "gave_up"
    GONE = "gone"
    RETRACTED = "retracted"
    BY_PERSON = "by_person"
    FAR_FUTURE = "far_future"
    FLOOD = "flood"
    TEMPLATE = "template"
    MISSING_FIELD = "missing_field"
    TOO_LONG = "too_long"
    DEFECT = "defect"
    NO_CORRECTION = "no_correction"
    NO_PLACE = "no_place"
    SOURCE_LEFT = "source_left"
    HUSHED = "hushed"
    BUDGET = "budget"
    NO_FILM = "no_film"
    NO_PICTURE = "no_picture"
    NO_ALT = "no_alt"
    ELSEWHERE = "elsewhere"
    # skipped
    FIRST_RUN = "first_run"
    LONG_AWAY = "long_away"
    """It was in the feed when that was read again after more than a week."""
    TOO_OLD = "too_old"
    LANGUAGE = "language"
    SECTION = "section"
    TAG = "tag"
    KEYWORD = "keyword"
    # expired, cancelled
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One story on its way to one channel.

    `key` belongs to the delivery, not to the try. `due_at`: when it may be worked on next (of an unknown: when to
    look again). `intent_at` and `last_at` bracket the visible call (see `Asked`).
    """

    id: int
    key: str
    story: str
    channel: str
    kind: Kind = Kind.POST
    number: int = 0
    state: State
    reason: Reason
    detail: str = ""
    due_at: datetime
    expires_at: datetime
    is_breaking: bool = False
    published_at: datetime | None = None
    created_at: datetime | None = None
    tries: int = 0
    looks: int = 0
    renewals: int = 0
    gone_looks: int = 0
    """How often the article's page was found gone since it was last there."""
    intent_at: datetime | None = None
    last_at: datetime | None = None
    mark: str | None = None
    revision: int = 1
    template: str = ""
    """Name and version of the template the post was composed with."""
    post: Post | None = None
    digest: str = ""
    """Of the frozen post; "" while it is not frozen."""
    approved: str = ""
    """The digest a person approved; "" while nobody did."""
    receipt: Receipt | None = None
    parent: int | None = None
    moved_at: datetime | None = None
    """Since when it stands so."""
    wish: str = ""
    """A verb that met `sending` or `unknown` and waits for the outcome, and who said it ("cancel cli:aigul")."""
    moves: int = 0
    """How often the row was written: a run or a person that saw it before another's change notices by it."""
    copied_at: datetime | None = None
    """Of the copy the database was brought back from, while nobody knows what was done with it since."""
    author: str = ""
    """Who wrote the words of a post that is written by hand."""
    may_overspend: bool = False
    """A person let it go although its channel's budget does not reach for it."""


@dataclass(frozen=True, slots=True)
class Pause:
    """How long more than one delivery has to wait. `stops`: until `verify` answers or a person acts."""

    scope: Scope
    until: datetime
    stops: bool = False
    fix: str = ""
    """What a person can do, where it is not the usual."""


@dataclass(frozen=True, slots=True)
class Next:
    """What follows a try or a look: the delivery as it now stands, and who else waits."""

    delivery: Delivery
    pause: Pause | None = None
    renew: bool = False
    """The account's session is to be renewed before the next try."""
    outage: bool | None = None
    """Whether the try met a network that is out of order; None: it says nothing of the network."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds for the whole newsroom."""

    newsroom: str
    zone: str
    """An IANA name."""
    backoff_first: timedelta = timedelta(seconds=30)
    backoff_most: timedelta = timedelta(hours=1)
    most_tries: int = 10
    """With the backoff above they last two hours and a half or more: a network may be out for an hour."""
    lease: timedelta = timedelta(seconds=90)
    send_by: timedelta = timedelta(seconds=40)
    look_from_age: timedelta = timedelta(minutes=2)
    """Articles younger than this are sent without a last look at their page."""
    nothing_posted: timedelta = timedelta(hours=3)
    """Stories that come for so long without one going out are told to people."""
    barred: tuple[str, ...] = ()
    """Words of which none may stand in what is said of whose a picture is, or it never leaves."""


@dataclass(frozen=True, slots=True)
class Keep:
    """How long what is over is kept; stories' names, deliveries and the log stay for ever."""

    bodies: timedelta = timedelta(days=90)
    """Stories' whole texts, also earlier ones; headline, dek, first paragraph and address stay."""
    texts: timedelta = timedelta(days=365)
    """The words of posts; their addresses stay."""
    attempts: timedelta = timedelta(days=90)
    """What was sent in each try and what came back."""
    pictures: timedelta = timedelta(days=1)
    """Prepared pictures that no waiting post needs."""

"""The shape of jarshy.yaml: which keys there are, what each may hold, and what it means."""

from dataclasses import fields
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.model import Genre, Policy
from config.cards import CardsBlock
from config.money import BudgetBlock
from config.public import MediaBlock
from config.values import (
    Address,
    Backfill,
    Duration,
    Kept,
    Keyword,
    Language,
    Name,
    OpenWeb,
    Origin,
    Pace,
    PerDay,
    Poll,
    QuietHours,
    SecretName,
    Site,
    Socket,
    SomeDuration,
    Store,
    Tries,
    Truth,
    Web,
    Words,
    YesNo,
    Zone,
    one_or_unsaid,
    some_feed,
)

# What is not set is not passed on: bot.model knows the defaults.
_UNSET: Any = None
_POLICY = {one.name for one in fields(Policy)}

_Poll = Annotated[Poll, Field(description="how often the feed is asked, 10s or more; adaptive: by its own habit")]
_MaxAge = Annotated[SomeDuration, Field(description="stories older than this are never posted")]
FORMS = ("card", "photo", "text", "video")
_Form = Annotated[
    Literal["card", "photo", "text", "video"],
    Field(
        description="card (a link preview), photo (uploaded, with its credit), text or video (a short film of the "
        "story; needs jarshy[video] or ffmpeg); as suits the network"
    ),
]
_Grace = Annotated[Duration, Field(description="how long a new story waits, so that its author can still mend it")]
_Gap = Annotated[Duration, Field(description="time between two posts of one channel")]
_MaxPerDay = Annotated[PerDay | None, Field(description="posts a day; empty: as many as there are")]
_Quiet = Annotated[QuietHours | None, Field(description='nothing goes out then, such as "22:00-07:00"; empty: never')]
_Expiry = Annotated[SomeDuration, Field(description="a post that could not go out by then never does")]
_Approval = Annotated[Literal["never", "always"], Field(description="whether every post waits for a person")]
_Window = Annotated[
    Duration,
    Field(description="how long an approved post waits, so that `undo` can take it back; breaking goes at once"),
]
_FourEyes = Annotated[
    YesNo, Field(description="yes: whoever wrote a post's words by hand may not approve them; another person has to")
]
_Solemn = Annotated[
    Literal["approval", "post"],
    Field(description="approval: stories of death or disaster wait for a person; post: they go out like others"),
]

_AltText = Annotated[
    Literal["optional", "hold", "drop"],
    Field(
        description="of a photo that is uploaded; hold: a post whose photo has none waits until somebody describes it; "
        "drop: it goes out without that photo"
    ),
]


class Block(BaseModel):
    """A block of keys of which every one is ours."""

    model_config = ConfigDict(extra="forbid")


class NewsroomBlock(Block):
    """Who publishes."""

    name: Words = Field(description="the newsroom's name")
    zone: Zone = Field(description="the time zone that rules quiet hours and every time you see")
    contact: OpenWeb | None = Field(None, description="a page that sites may turn to when the fetcher bothers them")
    origin: Origin | None = Field(None, description="the audit log's name, which its checkpoints carry")


class SourceBlock(Block):
    """One feed."""

    url: OpenWeb = Field(description="the feed's address")
    language: Language = Field(_UNSET, description="the stories' language, where the feed does not say it")
    poll: _Poll = _UNSET
    max_age: _MaxAge = _UNSET
    sections: dict[Words, Genre] = Field(_UNSET, description="section: news, opinion, analysis or live")
    read: Literal["feed", "page"] = Field(
        _UNSET, description="page: read each story's page, where the feed has only excerpts (needs jarshy[extract])"
    )
    backfill: Backfill = Field(_UNSET, description="how many of the newest stories the very first poll may post")


class AppBlock(Block):
    """What several accounts share at a network."""

    pace: Pace = Field(description="how much all accounts of the app may send, such as 200/1d")


class AccountBlock(BaseModel):
    """One account at a network; further keys are the network's."""

    model_config = ConfigDict(extra="allow")

    network: Words = Field(description="the network; `jarshy networks` lists them")
    app: str = Field(_UNSET, description="a name for the app whose limits several accounts share")
    pace: Pace = Field(_UNSET, description="how much the account may send, such as 30/1h; as its network allows")
    credentials: dict[str, SecretName] = Field({}, description="the NAMES of secrets, never the secrets themselves")


class ChannelBlock(BaseModel):
    """One place where an account posts; further keys are the network's."""

    model_config = ConfigDict(extra="allow")

    account: Words = Field(description="one of the accounts above")
    sources: Annotated[list[Words], AfterValidator(one_or_unsaid)] = Field(
        _UNSET, description="the sources it listens to; left out: all"
    )
    form: _Form = _UNSET
    template: Name = Field(_UNSET, description="a file in templates/, without .html")
    languages: list[Language] = Field(_UNSET, description="stories in these languages only")
    sections: list[Words] = Field(_UNSET, description="stories of these sections only")
    not_sections: list[Words] = Field(_UNSET, description="no stories of these sections")
    tags: list[Words] = Field(_UNSET, description="stories with one of these tags only")
    not_tags: list[Words] = Field(_UNSET, description="no stories with one of these tags")
    keywords: list[Keyword] = Field(
        _UNSET, description="one of these must stand in headline, dek or lead; * at the end: any ending"
    )
    not_keywords: list[Keyword] = Field(_UNSET, description="none of these may stand in headline, dek or lead")
    grace: _Grace = _UNSET
    gap: _Gap = _UNSET
    max_per_day: _MaxPerDay = _UNSET
    quiet_hours: _Quiet = _UNSET
    expiry: _Expiry = _UNSET
    approval: _Approval = _UNSET
    send_window: _Window = _UNSET
    four_eyes: _FourEyes = _UNSET
    solemn: _Solemn = _UNSET
    alt_text: _AltText = _UNSET
    budget: BudgetBlock = Field(_UNSET, description="what its posts may cost, where its network charges for them")


class AlertBlock(Block):
    """One way by which alerts reach people, beside the log."""

    webhook: Address | None = Field(None, description="an address that is sent each message, or its secret's name")
    secret: SecretName | None = Field(None, description="the name of what a webhook is signed with: whsec_ and base64")
    command: Annotated[list[Words], Field(min_length=1)] | None = Field(
        None, description="a program and its words; the message comes on its standard input"
    )
    channel: Words | None = Field(None, description="one of the channels; without sources it gets alerts alone")
    apprise: SecretName | None = Field(None, description="the name of an Apprise address (needs jarshy[alerts])")
    witness: bool = Field(
        False, strict=True, description="true: is given each checkpoint of the audit log too, to keep it elsewhere"
    )

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(each is not None for each in (self.webhook, self.command, self.channel, self.apprise)) != 1:
            raise ValueError("must name exactly one of webhook, command, channel, apprise")
        if (self.webhook is None) != (self.secret is None):
            raise ValueError("must have a secret (the name of one) if it is a webhook, and only then")
        return self


class DefaultsBlock(Block):
    """What holds for every source and channel that does not say otherwise, and for the whole newsroom."""

    poll: _Poll = _UNSET
    max_age: _MaxAge = _UNSET
    form: _Form = _UNSET
    grace: _Grace = _UNSET
    gap: _Gap = _UNSET
    max_per_day: _MaxPerDay = _UNSET
    quiet_hours: _Quiet = _UNSET
    expiry: _Expiry = _UNSET
    approval: _Approval = _UNSET
    send_window: _Window = _UNSET
    four_eyes: _FourEyes = _UNSET
    solemn: _Solemn = _UNSET
    alt_text: _AltText = _UNSET
    backoff_first: SomeDuration = Field(_UNSET, description="the wait after a first failed try; it doubles each time")
    backoff_most: SomeDuration = Field(_UNSET, description="the longest wait between two tries")
    most_tries: Tries = Field(_UNSET, description="failed tries after which a post waits for a person")
    lease: SomeDuration = Field(
        _UNSET, description="how long a channel is one worker's; 30s more than send_by at least"
    )
    send_by: SomeDuration = Field(_UNSET, description="how late after its start a try may still send")
    look_from_age: Duration = Field(_UNSET, description="older stories have their page looked at once more before")
    nothing_posted: SomeDuration = Field(
        _UNSET, description="stories that come for so long without one going out are told"
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        policy = Policy(newsroom="", zone="", **{name: getattr(self, name) for name in self.model_fields_set & _POLICY})
        # A worker that still sends after its lease has ended is one of two: 30 s are the longest exchange.
        if policy.lease < policy.send_by + timedelta(seconds=30):
            raise ValueError("has a lease that ends less than 30s after send_by")
        if policy.backoff_most < policy.backoff_first:
            raise ValueError("has a backoff_most shorter than backoff_first")
        return self


class DeskBlock(Block):
    """The editors' pages, at the address of `listen`."""

    serve: Truth = Field(True, description="false: no desk, only the pages for health and metrics")
    address: Site | None = Field(
        None, description="where people open it, such as https://desk.courier.example, if a web server stands before it"
    )


class KeepBlock(Block):
    """How long what is over is kept; stories' names, deliveries and the log stay for ever."""

    bodies: Kept = Field(_UNSET, description="stories' whole texts; headline, dek, first paragraph and address stay")
    texts: Kept = Field(_UNSET, description="the words of posts; their addresses stay")
    attempts: Kept = Field(_UNSET, description="what was sent in each try, and what came back")
    pictures: SomeDuration = Field(_UNSET, description="prepared pictures that no waiting post needs")


class Layout(BaseSettings):
    """The whole file; JARSHY_LISTEN and the like in the environment stand in place of its values."""

    model_config = SettingsConfigDict(env_prefix="JARSHY_", env_nested_delimiter="__", extra="forbid")

    newsroom: NewsroomBlock
    store: Store = Field(
        "jarshy.db",
        description="the database: a file (prepared pictures lie beside it in media/), or a PostgreSQL address",
    )
    store_password: SecretName | None = Field(
        None, description="the name of the secret that opens a PostgreSQL database"
    )
    listen: Socket = Field(
        "127.0.0.1:8090", description="where the desk and the pages for health and metrics are served"
    )
    desk: DeskBlock = DeskBlock()
    metrics_token: SecretName | None = Field(
        None, description="the name of the secret that whoever reads /metrics must show"
    )
    secrets: Words = Field("secrets/", description="the folder with one file for each secret")
    templates: Words = Field("templates/", description="the folder with your own wording")
    allow_hosts: list[Socket] = Field([], description="private hosts a feed may live on, such as cms.internal:8080")
    proxy: Web | None = Field(None, description="the web proxy; one with a password is set as JARSHY_PROXY instead")
    sources: Annotated[dict[Name, SourceBlock], AfterValidator(some_feed)] = Field(description="the feeds, by name")
    accounts: dict[Name, AccountBlock] = Field({}, description="the accounts, by name")
    apps: dict[Name, AppBlock] = Field({}, description="what accounts share at a network, by the app's name")
    channels: dict[Name, ChannelBlock] = Field({}, description="the places where posts appear, by name")
    defaults: DefaultsBlock = DefaultsBlock()
    keep: KeepBlock = KeepBlock()
    cards: CardsBlock = CardsBlock()
    media: MediaBlock = MediaBlock()
    alerts: list[AlertBlock] = Field([], description="the ways by which alerts reach people, beside the log")
    heartbeat_url: Address | None = Field(
        None, description="fetched each minute while all goes well: an address, or its secret's name"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what is passed in: `settings.load` has laid the environment over the file, and knows its places."""
        return (init_settings,)

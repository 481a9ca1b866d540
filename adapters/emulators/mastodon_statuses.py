"""What a Mastodon server remembers: accounts and statuses, and how it writes them as JSON."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from adapters.emulators.kit import Bucket, Shown
from adapters.emulators.mastodon_media import Media, media_json
from adapters.emulators.mastodon_text import content, marks

Json = dict[str, Any]
Pages = dict[str, tuple[str, str]]


@dataclass
class Account:
    """One token's owner."""

    id: str
    username: str
    host: str
    """The server's address, without a slash at its end."""
    portrait: str = ""
    scopes: set[str] = field(default_factory=lambda: {"read", "write"})
    is_dead: bool = False
    calls: Bucket = field(default_factory=lambda: Bucket(300, timedelta(minutes=5)))
    uploads: Bucket = field(default_factory=lambda: Bucket(30, timedelta(minutes=30)))
    deletes: Bucket = field(default_factory=lambda: Bucket(30, timedelta(minutes=30)))
    """The limits of Mastodon's rack_attack.rb."""

    @property
    def handle(self) -> str:
        """The full name, as readers elsewhere see it."""
        return f"@{self.username}@{self.host.partition('://')[2]}"

    @property
    def title(self) -> str:
        """The name readers see first."""
        return self.username.replace("_", " ").title()

    @property
    def url(self) -> str:
        """The public page."""
        return f"{self.host}/@{self.username}"

    @property
    def brief(self) -> Json:
        """The account as it stands in a status."""
        name = self.title
        named = {"username": self.username, "acct": self.username, "display_name": name}
        return {"id": self.id, "url": self.url, "avatar": self.portrait, "avatar_static": self.portrait, **named}


@dataclass
class Status:
    """One post."""

    id: str
    account: Account
    at: datetime
    text: str
    visibility: str = "public"
    language: str = "en"
    spoiler: str = ""
    is_sensitive: bool = False
    reply_to: str | None = None
    media: tuple[Media, ...] = ()
    edited_at: datetime | None = None
    app: str = "Jarshy"


def iso(moment: datetime) -> str:
    """Write a moment with milliseconds, as statuses do."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def as_json(status: Status, pages: Pages, now: datetime) -> Json:
    """Write a Status; the card is fetched after the answer to the post itself."""
    host, card = status.account.host, None if now == status.at else find_card(status, pages)
    return {
        "id": status.id,
        "created_at": iso(status.at),
        "edited_at": iso(status.edited_at) if status.edited_at else None,
        "uri": f"{host}/users/{status.account.username}/statuses/{status.id}",
        "url": f"{status.account.url}/{status.id}",
        "content": content(status.text, host),
        "spoiler_text": status.spoiler,
        "sensitive": status.is_sensitive,
        "visibility": status.visibility,
        "language": status.language,
        "in_reply_to_id": status.reply_to,
        "reblog": None,
        "account": status.account.brief,
        "application": {"name": status.app, "website": None},
        "media_attachments": [media_json(m, host, now) for m in status.media],
        "card": card and {"url": card[0], "title": card[1], "description": card[2], "type": "link"},
        "replies_count": 0,
        "reblogs_count": 0,
        "favourites_count": 0,
        "quotes_count": 0,
    }


def find_card(status: Status, pages: Pages) -> tuple[str, str, str] | None:
    """Unfold the first link; pictures take the card's place."""
    links = [value for _, _, kind, value in marks(status.text) if kind == "link"]
    if status.media or not links or links[0] not in pages:
        return None
    return (links[0], *pages[links[0]])


def show(status: Status, pages: Pages) -> Shown:
    """Tell what a reader sees."""
    options = {"visibility": status.visibility}
    if status.spoiler:
        options["spoiler"] = status.spoiler
    return Shown(
        network="mastodon",
        place=status.account.handle,
        id=status.id,
        author=status.account.title,
        handle=status.account.handle,
        text=status.text,
        marks=marks(status.text),
        card=find_card(status, pages),
        lang=status.language,
        at=status.at,
        edited_at=status.edited_at,
        parent=status.reply_to,
        options=options,
        media=tuple((m.sha256, m.description) for m in status.media),
    )

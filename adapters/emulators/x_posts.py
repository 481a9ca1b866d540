"""What X remembers: accounts, uploads and posts, and how it writes posts as JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from adapters.emulators.kit import Bucket, Shown
from adapters.emulators.x_text import links, marks, rewritten

Json = dict[str, Any]
_UPLOAD_LIVES = timedelta(hours=24)
_KINDS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF8", "image/gif"))
_LONGEST_SHORT = 280

RATES = {
    "post": Decimal("0.015"),
    "post_with_link": Decimal("0.200"),
    "createMediaMetadata": Decimal("0.005"),
    "own_post_read": Decimal("0.001"),
    "post_read": Decimal("0.005"),
    "getUsersMe": Decimal("0.010"),
    "deletePosts": Decimal("0.010"),
}
"""US dollars a call or a resource, as the price list of 2026 has them."""


@dataclass(frozen=True, slots=True)
class Charge:
    """What one call cost, in US dollars."""

    at: datetime
    call: str
    cost: Decimal


@dataclass
class Account:
    """One user, and the four strings that prove it and the app that acts for it."""

    id: str
    username: str
    keys: Mapping[str, str] = field(repr=False)
    longest: int = 280
    """More for a Premium account."""
    owns_app: bool = True
    writes: bool = True
    """Whether the app had the permission when the token was made."""
    is_dead: bool = False
    is_suspended: bool = False
    windows: dict[str, Bucket] = field(default_factory=dict)
    """By call: its quarter hour."""
    said: dict[str, datetime] = field(default_factory=dict)
    """Text -> when it was last posted; deleting does not make X forget."""

    @property
    def handle(self) -> str:
        """The name readers see."""
        return f"@{self.username}"

    @property
    def title(self) -> str:
        """The name readers see first."""
        return self.username.replace("_", " ").title()


@dataclass
class Upload:
    """One picture somebody uploaded; `sha256` names its bytes."""

    id: str
    owner: Account
    sha256: str
    mime: str
    at: datetime
    alt: str = ""

    def serves(self, owner: Account, now: datetime) -> bool:
        """Tell whether this account may still attach it."""
        return self.owner is owner and now - self.at < _UPLOAD_LIVES


@dataclass(frozen=True)
class Tweet:
    """One post."""

    id: str
    owner: Account
    at: datetime
    text: str
    media: tuple[Upload, ...] = ()
    reply_to: str | None = None
    reply_settings: str = ""

    @property
    def url(self) -> str:
        """Its page."""
        return f"https://x.com/{self.owner.username}/status/{self.id}"


def kind_of(content: bytes) -> str:
    """Tell by its first bytes what a file is; "" for what X takes as no picture."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((mime for magic, mime in _KINDS if content.startswith(magic)), "")


def as_json(tweet: Tweet, fields: set[str]) -> Json:
    """Write a post: the default fields, and those of `created_at`, `entities`, `attachments` and the long text."""
    pictures = {f"{tweet.url}/photo/1": f"3_{m.id}" for m in tweet.media[:1]}
    text, urls = rewritten(tweet.text, tweet.id, pictures)
    made: Json = {"id": tweet.id, "text": text, "edit_history_post_ids": [tweet.id]}
    if "created_at" in fields:
        made["created_at"] = tweet.at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{tweet.at.microsecond // 1000:03d}Z"
    entities = {"urls": urls} if urls else {}
    if len(text) > _LONGEST_SHORT and tweet.owner.longest > _LONGEST_SHORT:
        made["text"] = f"{text[: _LONGEST_SHORT - 1]}…"
        whole = {"text": text} | ({"entities": entities} if entities else {})
        made |= {name: whole for name in ("note_post", "note_tweet") if name in fields}
        entities = {}
    if entities and "entities" in fields:
        made["entities"] = entities
    if tweet.media and "attachments" in fields:
        made["attachments"] = {"media_keys": [f"3_{m.id}" for m in tweet.media]}
    return made


def page_of(tweets: Iterable[Tweet], query: Mapping[str, str]) -> tuple[list[Tweet], Json]:
    """Take a page, newest first, and write its `meta`; a page token is where the next one begins."""
    most, above = int(query.get("max_results", 10)), int(query.get("since_id", 0))
    below = int(query.get("until_id", 1 << 63))
    below = min(below, int(query.get("pagination_token", f"p{below}")[1:]))
    skips_replies = "replies" in query.get("exclude", "")
    found = [t for t in tweets if above < int(t.id) < below and not (skips_replies and t.reply_to)]
    found.sort(key=lambda t: int(t.id), reverse=True)
    page = found[:most]
    meta: Json = {"result_count": len(page)}
    if page:
        meta |= {"newest_id": page[0].id, "oldest_id": page[-1].id}
    if len(found) > most:
        meta["next_token"] = f"p{page[-1].id}"
    return page, meta


def show(tweet: Tweet, pages: Mapping[str, tuple[str, str]]) -> Shown:
    """Tell what a reader sees; the card is the last address's, and pictures take its place."""
    found = [link.url for link in links(tweet.text) if link.url in pages]
    card = None if tweet.media or not found else (found[-1], *pages[found[-1]])
    return Shown(
        network="x",
        place=tweet.owner.handle,
        id=tweet.id,
        author=tweet.owner.title,
        handle=tweet.owner.handle,
        text=tweet.text,
        marks=marks(tweet.text),
        card=card,
        at=tweet.at,
        parent=tweet.reply_to,
        options={"who may reply": tweet.reply_settings} if tweet.reply_settings else {},
        media=tuple((m.sha256, m.alt) for m in tweet.media),
    )

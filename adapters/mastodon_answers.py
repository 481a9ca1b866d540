"""What Mastodon and its kin answer: refusals, limits, and posts as readers see them.

Bodies may be HTML, empty or in any language, so the status decides and words only where there is nothing else.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

from adapters.contract import (
    AuthFailed,
    Clock,
    Identity,
    Json,
    Limits,
    NotYet,
    OutcomeUnknown,
    Pictures,
    PublishError,
    Receipt,
    Rejected,
    Scope,
)
from adapters.http import Answer
from adapters.text import addresses, fold_address, same_words, spoken

# Where the version says more or begins lower, it is another server that only speaks the same language.
_MASTODON = re.compile(r"[2-9]\d*\.\d+\.\d+(?:-(?:alpha|beta|rc|nightly)[\w.-]*)?(?:\+glitch[\w.-]*)?")
# "Media 1, 2 not found or already attached to another post" (mastodon config/locales/en.yml).
_MEDIA_GONE = re.compile(r"\bmedia\b.*\bnot (?:be )?found\b", re.IGNORECASE)
_STILL_PROCESSING = timedelta(seconds=30)


class Missing(Rejected):
    """The server knows nothing under this address."""


class MediaGone(OutcomeUnknown):
    """An upload was cleared away, or stands on a post already: perhaps on ours, from an earlier try."""

    is_outage = False


def sort(answer: Answer, clock: Clock) -> PublishError | None:
    """Read a refusal; None leaves it to the status."""
    match answer.status:
        case 404 | 410:
            return Missing(answer.said)
        case 401 | 403:
            return AuthFailed(answer.said, scope=Scope.ACCOUNT)
        case 422 if "not finished processing" in answer.said.lower():
            return NotYet(answer.said, retry_after=_STILL_PROCESSING)
        case 422 if _MEDIA_GONE.search(answer.said):
            return MediaGone(answer.said)
        case 429:
            return NotYet(answer.said, scope=Scope.ACCOUNT, retry_after=answer.wait(clock.now()))
    return None


def limits(answer: Any, *, default: Limits) -> Limits:
    """Read an instance's limits, version 2 or 1; only a true Mastodon is trusted to count addresses flat."""
    configuration = answer.get("configuration") or {}
    statuses = configuration.get("statuses") or {}
    media = configuration.get("media_attachments") or {}
    kinds = tuple(str(kind) for kind in media.get("supported_mime_types") or () if str(kind).startswith("image/"))
    usual = default.pictures
    assert usual is not None
    is_mastodon = _MASTODON.fullmatch(str(answer["version"]).strip())
    return Limits(
        text=int(statuses.get("max_characters") or answer.get("max_toot_chars") or default.text),
        link_cost=int(statuses.get("characters_reserved_per_url") or default.link_cost or 0) if is_mastodon else None,
        alt=int(media.get("description_limit") or default.alt or 0),
        media=int(statuses.get("max_media_attachments") or default.media),
        pictures=Pictures(
            size=int(media.get("image_size_limit") or usual.size),
            side=usual.side,
            area=int(media.get("image_matrix_limit") or usual.area or 0) or None,
            mimes=kinds or usual.mimes,
        ),
    )


def account(answer: Any) -> Json:
    """Read whose token this is."""
    return {"id": str(answer["id"]), "acct": str(answer["acct"])}


def identity(answer: Any, *, host: str) -> Identity:
    """Read how readers see the token's account; an animated picture is told of as a still one."""
    name, avatar = (str(answer.get(each) or "") for each in ("display_name", "avatar_static"))
    return Identity(str(answer["id"]), f"@{answer['acct']}@{host}", name=name, avatar=avatar)


def attachment(answer: Any) -> Json:
    """Read an upload's id; while the server still works on it, it has no address yet."""
    return {"id": str(answer["id"]), "is_ready": bool(answer["url"])}


def media_ids(answer: Any) -> list[str]:
    """Read which pictures stand on a post."""
    return [str(each["id"]) for each in answer.get("media_attachments") or ()]


@dataclass(frozen=True, slots=True)
class Status:
    """One post as the server shows it."""

    id: str
    url: str
    account: str
    at: datetime
    content: str
    card_url: str
    media: tuple[str, ...] = ()

    @property
    def receipt(self) -> Receipt:
        """Proof that it is out."""
        return Receipt(self.id, self.url, mark=self.id)


def status(answer: Any) -> Status:
    """Read one post; `url` may be missing on it, `uri` never is."""
    at = datetime.fromisoformat(answer["created_at"])
    return Status(
        id=str(answer["id"]),
        url=str(answer.get("url") or answer["uri"]),
        account=str((answer.get("account") or {}).get("id", "")),
        at=at if at.tzinfo else at.replace(tzinfo=UTC),
        content=str(answer.get("content") or ""),
        card_url=str((answer.get("card") or {}).get("url") or ""),
        media=tuple(media_ids(answer)),
    )


def statuses(answer: Any) -> list[Status]:
    """Read a page of posts."""
    if not isinstance(answer, list):
        raise TypeError("not a page")
    return [status(each) for each in answer]


def shows(shown: Status, sent: Json) -> bool:
    """Tell whether a post is what was sent: its words, and its uploads."""
    return list(shown.media) == sent.get("media_ids", []) and says(shown, sent["status"])


def says(shown: Status, sent: str) -> bool:
    """Tell whether a post shows the words and every address of the text that was sent."""
    ours = {fold_address(a) for a in addresses(sent)}
    page = _Page(ours)
    page.feed(shown.content.replace("<!", "&lt;!"))  # a declaration no post has, and the parser stumbles over
    page.close()
    words = "".join(page.words)
    theirs = page.links | {fold_address(a) for a in (shown.card_url, *addresses(words)) if a}
    return ours <= theirs and same_words(spoken(words), spoken(sent))


class _Page(HTMLParser):
    """Collects words and links; the words of a link to one of `ours` are its address, however shortened."""

    def __init__(self, ours: Iterable[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.links: set[str] = set()
        self._ours = frozenset(ours)
        self._is_in_ours = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a link."""
        if tag == "a":
            link = fold_address(dict(attrs).get("href") or "")
            self.links.add(link)
            self._is_in_ours = link in self._ours
        elif tag in ("br", "p"):
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Leave a link."""
        if tag == "a":
            self._is_in_ours = False

    def handle_data(self, data: str) -> None:
        """Keep words."""
        if not self._is_in_ours:
            self.words.append(data)

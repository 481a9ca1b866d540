"""The newsroom's web site in a rehearsal: a feed that changes at given moments, and the pages behind it."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from adapters.contract import Clock
from bot.fetch import Fetched, Unreachable
from bot.rehearsal.drawing import drawn
from bot.rehearsal.hall import Hall


@dataclass(frozen=True, slots=True)
class Edition:
    """The site from a moment on."""

    at: datetime
    body: bytes
    """The feed."""
    pages: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """url -> (title, description), as link previews show them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """Everything a site says in the course of a rehearsal."""

    feed: str
    """The feed's address."""
    kind: str
    """Its content type."""
    editions: tuple[Edition, ...]
    """At least one; by time."""
    unpostable: tuple[str, ...] = ()
    """A sentence for each entry of the feed of which no story can come."""


class Site:
    """Answers in the guarded client's place; `fault` draws what goes wrong with an exchange.

    `hall` holds what the newsroom laid out for networks to fetch.
    """

    def __init__(self, paper: Paper, clock: Clock, fault: Callable[[str], str | None], hall: Hall) -> None:
        self._paper, self._clock, self._fault, self._hall = paper, clock, fault, hall
        self._told = b""

    async def get(
        self, url: str, *, most: int, deadline: float, headers: Mapping[str, str] | None = None, accept: str = "*/*"
    ) -> Fetched:
        """Serve the feed, conditionally, or a picture."""
        if url != self._paper.feed:
            return self._picture(url)
        match self._fault("site.feed"):
            case "drop_before" | "accept_then_drop" | "accept_late" | "slow":
                raise Unreachable("the site did not answer")
            case "429":
                return Fetched(429, url, {"retry-after": "7"}, b"")
            case "accept_then_500" | "html_error":
                return Fetched(502, url, {}, b"<html>")
        self._told = self._now().body
        etag = f'"{hashlib.sha256(self._told).hexdigest()[:16]}"'
        if (headers or {}).get("If-None-Match") == etag:
            return Fetched(304, url, {"etag": etag}, b"")
        return Fetched(200, url, {"etag": etag, "content-type": self._paper.kind}, self._told)

    def _picture(self, url: str) -> Fetched:
        """Draw what lies at any other address: the real web is not asked in a rehearsal."""
        if self._fault("site.picture"):
            raise Unreachable("the site did not answer")
        mime, content = self.shown(url)
        return Fetched(200, url, {"content-type": mime}, content)

    def shown(self, url: str) -> tuple[str, bytes]:
        """Tell what anybody is shown at an address that is not the feed's: its type and its bytes."""
        return self._hall.at(url) or ("image/jpeg", drawn(url))

    async def look(self, url: str) -> Literal["there", "gone", "unclear"]:
        """Tell whether a page is there: in a rehearsal all are."""
        return "unclear" if self._fault("site.page") else "there"

    def pages(self) -> Mapping[str, tuple[str, str]]:
        """Tell what link previews show now."""
        return self._now().pages

    def has_news(self) -> bool:
        """Whether the feed stands otherwise than it was last told."""
        return self._now().body != self._told

    def next_change(self) -> datetime | None:
        """Tell when the feed changes next."""
        now = self._clock.now()
        return next((each.at for each in self._paper.editions if each.at > now), None)

    def _now(self) -> Edition:
        now, editions = self._clock.now(), self._paper.editions
        return next((each for each in reversed(editions) if each.at <= now), editions[0])

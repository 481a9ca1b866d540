"""What readers of an emulated network see, and what its ledger tells of each exchange."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from adapters.emulators.wire import Asked

Act = Literal["", "created", "edited", "deleted"]
Mark = tuple[int, int, str, str]
"""(start, end, kind, value) in code points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One post as a reader sees it now."""

    network: str
    place: str
    id: str
    author: str
    handle: str
    text: str
    marks: tuple[Mark, ...] = ()
    card: tuple[str, str, str] | None = None
    """(url, title, description)"""
    lang: str = ""
    at: datetime
    edited_at: datetime | None = None
    parent: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    media: tuple[tuple[str, str], ...] = ()
    """(SHA-256 of what was uploaded, its alternative text); the bytes lie in `World.files`."""
    thumb: str = ""
    """SHA-256 of the picture on the card, where it was uploaded with the post."""
    title: str = ""
    """What stands over the words, where the network has titles."""
    cover: str = ""
    """SHA-256 of the picture that stands for a film until it is played, where one was uploaded."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger: one exchange the network answered; an exchange that made several posts has several."""

    at: datetime
    network: str
    place: str
    call: str
    act: Act
    post_id: str
    shown: Shown | None
    asked: Asked
    status: int

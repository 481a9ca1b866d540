"""What a daemon is made of: what people set, and every way to the outside."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from adapters.contract import Adapter, Clock
from adapters.http import Http
from bot.accounts import Credentials
from bot.alerts.desk import Ways
from bot.articles.page import Body
from bot.articles.wordlists import NO_LISTS, WordLists
from bot.delivery.ports import Posted, not_counted
from bot.media.places import Window
from bot.media.prints import Develop
from bot.media.shelf import Shelf
from bot.media.slides import Draw, Theme
from bot.media.studio import Cutting, Uncut
from bot.model import Account, Channel, Keep, Policy, Source
from bot.sealing import Seal, Witness, nobody
from bot.sessions import Alone, by_itself
from bot.sources.feed import Aside, Fetch
from bot.store import audit
from bot.store.engine import Store
from bot.vault import Seals

__all__ = ["Newsroom", "Ports", "Web"]


class Web(Fetch, Protocol):
    """The guarded client, as far as the daemon needs it."""

    async def look(self, url: str) -> Literal["there", "gone", "unclear"]:
        """Tell whether an article's page is still there."""
        ...


@dataclass(frozen=True, kw_only=True)
class Newsroom:
    """What people set."""

    policy: Policy
    sources: tuple[Source, ...]
    accounts: tuple[Account, ...]
    channels: tuple[Channel, ...]
    lists: WordLists = NO_LISTS
    """The words editors tune."""
    alert_channels: tuple[Channel, ...] = ()
    """Where alerts are posted."""
    keep: Keep = field(default_factory=Keep)
    theme: Theme = field(default_factory=Theme)
    """How cards look."""


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Every way to the outside; simulation and rehearsal give their own."""

    store: Store
    clock: Clock
    vault: Seals
    web: Web
    http: Callable[[Account], Http]
    aside: Aside
    credentials: Credentials
    kinds: Mapping[str, type[Adapter]]
    develop: Develop
    draw: Draw
    shelf: Shelf
    templates: Callable[[], Mapping[str, Mapping[str, str]]]
    """origin -> (name -> text): what is shipped, then what lies beside the settings."""
    window: Window | None = None
    """Where networks fetch media from that fetch them by themselves."""
    cutting: Cutting = field(default_factory=Uncut)
    """Makes films."""
    body: Body | None = None
    """Finds the text in an article's page, where a source is read so."""
    posted: Posted = not_counted
    """Told of each article that goes out, for whoever counts."""
    seal: Seal | None = None
    """Signs the audit log; without it the log is kept and not sealed."""
    witness: Witness = nobody
    """Is given each new checkpoint of the log."""
    alone: Alone = by_itself
    """Keeps other processes from an account's session while it is renewed."""
    ways: Ways = field(default_factory=Ways)
    """How alerts reach people."""
    actor: str = audit.JARSHY
    """Whose the process is: the daemon's own, or that of whoever gave a command."""

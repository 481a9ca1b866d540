"""`jarshy rehearse`: the newsroom's feed on emulated networks, told as a table, as lines or as JSON."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import typer
import uvicorn
from rich.console import Console
from rich.live import Live

import config
from bot.articles.feed import Unreadable
from bot.clock import SystemClock
from bot.commands import rehearse_show as show
from bot.fetch import Fetcher, Refused, Unreachable
from bot.keys import CannotStart
from bot.model import Policy, Source
from bot.networks import adapters, timelines
from bot.ports import Newsroom
from bot.rehearsal.cast import CannotRehearse
from bot.rehearsal.demo import demo
from bot.rehearsal.outcome import Outcome, Stories
from bot.rehearsal.replay import replay
from bot.rehearsal.run import Rehearsal, Watch, unwatched
from bot.rehearsal.site import Paper
from bot.sources.feed import FETCH_SECONDS, MOST_BYTES
from bot.store.templates import SHIPPED
from bot.wiring import fetcher, networks, newsroom, shipped, templates, tuned
from config.settings import Settings, SettingsError, load

PORT = 8091
"""Where the timelines are shown afterwards, on this machine only."""
_HOME = Path(config.__file__).parent
_FRAME = 0.1
"""Seconds between two looks at the table."""
_PLACELESS = "https://feed.example/"
"""Where relative addresses of a feed from a file lead to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person asked for on the command line."""

    feed: str = ""
    """An address or a file; "" is the bundled newsroom."""
    articles: int | None = None
    chaos: float = 0.0
    seed: int = 1
    settings: Path | None = None
    is_json: bool = False
    has_texts: bool = False
    speed: float | None = None
    """How many seconds pass for each on the wall; None: no waiting."""


def rehearse(asked: Asked) -> int:
    """Rehearse; 0 if every promise was kept, else 1."""
    is_screen = sys.stdout.isatty()
    page = Console(highlight=False, markup=False, emoji=False, soft_wrap=not is_screen, force_terminal=is_screen)
    try:
        rehearsal = prepared(asked)
        with _shown(page, rehearsal, is_live=page.is_terminal and not asked.is_json) as watch:
            came = replace(rehearsal, watch=watch).run()
    except SettingsError as e:
        return _refused(*e.shown)
    except (CannotRehearse, CannotStart, Unreadable, Refused, Unreachable) as e:
        return _refused(str(e))
    if asked.is_json:
        typer.echo(json.dumps(show.as_json(came), ensure_ascii=False, indent=2))
        return 0 if came.is_good else 1
    is_wanted = page.is_terminal and not came.is_cut
    is_served = is_wanted and _is_free(PORT)
    at = f"What readers see: http://127.0.0.1:{PORT} (Ctrl-C ends)"
    at = (
        at
        if is_served
        else f"Another program holds port {PORT}, so what readers see is not shown: end it, and try again."
    )
    tell(page, came, has_texts=asked.has_texts, timelines_at=at if is_wanted else "")
    if is_served:
        _serve(came)
    return 0 if came.is_good else 1


def _refused(*sentences: str) -> int:
    for sentence in sentences:
        typer.echo(sentence, err=True)
    return 1


def prepared(asked: Asked) -> Rehearsal:
    """Gather what is to be played. Raises what is wrong with the settings or the feed."""
    kinds = adapters()
    made = None
    if asked.settings or not asked.feed:
        made = load(asked.settings or _HOME / "demo" / "jarshy.yaml", os.environ, networks=networks(kinds))
    played, paper = _at_feed(asked, made) if asked.feed else _at_home(asked, made)
    texts = templates(made) if made else {SHIPPED: shipped()}
    return Rehearsal(
        newsroom=played, paper=paper, templates=texts, chaos=asked.chaos, seed=asked.seed, speed=asked.speed
    )


def _at_home(asked: Asked, made: Settings | None) -> tuple[Newsroom, Paper]:
    assert made is not None
    paper = demo(_HOME / "demo" / "articles.json", most=asked.articles)
    return newsroom(made), paper


def _at_feed(asked: Asked, made: Settings | None) -> tuple[Newsroom, Paper]:
    """Put a feed in the place of the newsroom's own; without settings every network gets one demo account."""
    is_address = asked.feed.startswith(("http://", "https://"))
    body, kind, url = (
        asyncio.run(_fetched(asked.feed, made)) if is_address else (_file(Path(asked.feed)), "", _PLACELESS)
    )
    own = made.sources[0] if made else Source(id="feed", url="")
    # Everything in the feed is news here: there was no time before the rehearsal.
    source = replace(own, url=url, backfill=len(body))
    paper = replay(body, source, kind=kind, most=asked.articles or 20, now=SystemClock().now())
    if made is None:
        alone = Newsroom(policy=Policy("Rehearsal", "UTC"), sources=(source,), accounts=(), channels=(), lists=tuned())
        return alone, paper
    channels = tuple(replace(each, sources=()) for each in made.channels)
    return replace(newsroom(made), sources=(source,), channels=channels), paper


def _file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as e:
        raise CannotRehearse(f"{path} cannot be read: {e.strerror}") from e


async def _fetched(feed: str, made: Settings | None) -> tuple[bytes, str, str]:
    """Fetch a feed once, as the newsroom's settings allow: its bytes, content type and address."""
    async with fetcher(made) if made else Fetcher(newsroom="rehearsal", contact="", allow=frozenset()) as web:
        answer = await web.get(feed, most=MOST_BYTES, deadline=FETCH_SECONDS)
    if answer.status != 200:
        raise CannotRehearse(f"{feed} answered {answer.status} instead of a feed.")
    return answer.body, answer.headers.get("content-type", ""), answer.url


def _shown(page: Console, rehearsal: Rehearsal, *, is_live: bool) -> Any:
    """Show the table while it fills, in a terminal; elsewhere nothing is shown before the end."""
    return _Table(page, rehearsal) if is_live else nullcontext(unwatched)


class _Table:
    """A table that is drawn anew when something may have changed, but not more often than an eye can follow."""

    def __init__(self, page: Console, rehearsal: Rehearsal) -> None:
        self._page, self._live = page, Live(console=page, auto_refresh=False, transient=True)
        self._policy, self._clock, self._next = rehearsal.newsroom.policy, SystemClock(), 0.0

    def __enter__(self) -> Watch:
        self._live.__enter__()
        return self._watch

    def __exit__(self, *error: Any) -> None:
        self._live.__exit__(*error)

    def _watch(self, now: datetime, look: Callable[[], Stories]) -> None:
        if self._clock.monotonic() >= self._next:
            self._live.update(show.table(look(), self._policy.zone, now, width=self._page.width), refresh=True)
            self._next = self._clock.monotonic() + _FRAME


def tell(page: Console, came: Outcome, *, has_texts: bool = False, timelines_at: str = "") -> None:
    """Write what came of a rehearsal; the last line is the account. `timelines_at`: a line on where they are shown."""
    zone = came.newsroom.policy.zone
    if page.is_terminal:
        page.print(show.table(came.stories, zone, came.ended, width=page.width))
        page.print(show.reasons(came.stories))
    else:
        page.print(show.lines(came.stories))
    if has_texts:
        page.print(show.texts(came.world, zone))
    page.print(show.further(came))
    if timelines_at:
        page.print(timelines_at)
    if came.is_cut:
        page.print(
            "Ended by hand: what is undecided was still to go out, and what the feed would have said later is left out."
        )
    page.print(str(came.reckoning), style="bold green" if came.is_good else "bold red")


def _serve(came: Outcome) -> None:
    with suppress(KeyboardInterrupt):
        uvicorn.run(
            timelines(came.world, came.newsroom.policy.zone),
            host="127.0.0.1",
            port=PORT,
            log_level="warning",
            ws="none",
        )


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True

"""The command init: finds the feed, asks at most three questions, writes settings that work, shows the first posts."""

import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfoNotFoundError, available_timezones

import typer
import tzlocal
from rich.console import Console
from rich.text import Text

from bot.articles.address import absolute
from bot.commands import preview, setup, show
from bot.commands.feed_search import Found, find_feed
from bot.commands.feeds import NoFeed
from bot.fetch import Fetcher
from bot.keys import CannotStart
from config.first import first_settings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said on the command line; "" where nothing."""

    feed: str = ""
    name: str = ""
    zone: str = ""


class _Unclear(Exception):
    """What a person said cannot be meant; the sentence says why."""


def begin(path: Path, said: Said) -> int:
    """Make the files of a newsroom; what exists is never overwritten, and then nothing is asked.

    Questions are asked in a terminal, and only where nothing was said. Raises CannotStart before anything is made.
    """
    is_asking = said == Said() and sys.stdin.isatty() and sys.stdout.isatty()
    if path.exists() or not (is_asking or said != Said()):
        return _kept(path, said)
    if not (is_asking or said.feed):
        raise CannotStart("--feed says where the articles are, and --name and --zone mean nothing without it")
    on = show.paper()
    try:
        found, name, zone = _asked(on) if is_asking else _taken(on, said)
    except _Unclear as e:
        raise CannotStart(f"{e}. Nothing was made") from e
    text = first_settings(setup.example(), name=name, zone=zone, url=found.url, allow=sorted(found.allow))
    setup.make(path, text)
    if found.feed is None:
        on.print(
            "\nThe feed did not answer, so there is nothing to show yet: `jarshy preview` shows the posts once it does."
        )
    else:
        on.print("")
        asyncio.run(preview.preview(path, None, is_raw=False))
        on.print(f"\nNothing was posted, and nothing will be before {path} names an account and a channel.")
    # Last: what is above them fills several screens.
    setup.tell_steps(path, is_example=False)
    return 0


def _kept(path: Path, said: Said) -> int:
    if said != Said():
        on = show.paper(is_error=True)
        on.print(Text(f"{path} is there already and stays as it is: --feed, --name and --zone change nothing."))
    return setup.init(path)


def _asked(on: Console) -> tuple[Found, str, str]:
    """Ask, each question until its answer can be used."""
    on.print("Three questions; Enter takes what stands in brackets, Ctrl-C ends without a trace.\n")
    found = _until_clear(on, "Where are your articles? The address of the site or its feed", "", lambda it: _at(on, it))
    name = _until_clear(on, "What is the newsroom called?", _title(found), _name)
    zone = _until_clear(on, "In which time zone does it work?", _zone_here(), _zone)
    on.print("")
    return found, name, zone


def _until_clear(on: Console, question: str, usual: str, read: Callable[[str], T]) -> T:
    while True:
        answer = typer.prompt(question, default=usual or None, prompt_suffix=" " if question.endswith("?") else ": ")
        try:
            return read(str(answer))
        except _Unclear as e:
            on.print(Text(f"  {e}.", "yellow"))


def _taken(on: Console, said: Said) -> tuple[Found, str, str]:
    """Take what was said on the command line, and for the rest what would have stood in brackets."""
    zone = _zone(said.zone or _zone_here())
    found = _at(on, said.feed)
    name = _name(said.name or _title(found))
    on.print(Text(f"The newsroom is called {name}, and works by the clock of {zone}."))
    return found, name, zone


def _at(on: Console, address: str) -> Found:
    """Look at an address, and say what is there. Raises _Unclear for what can be no feed of anybody's."""
    url = _completed(address)
    with on.status("Looking there ..."):
        try:
            found = asyncio.run(find_feed(url, _web))
        except NoFeed as e:
            raise _Unclear(str(e)) from e
    if found.feed is None:
        on.print(Text(f"  {found.trouble}: it is written down as it is, and `jarshy check` asks again.", "yellow"))
    for sentence in _about(found):
        on.print(Text(f"  {sentence}", "dim"))
    return found


def _title(found: Found) -> str:
    return (found.feed and found.feed.title) or urlsplit(found.url).hostname or ""


def _about(found: Found) -> list[str]:
    told = []
    if found.feed:
        stories = show.so_many(len(found.feed.articles), "story", "stories")
        told.append(f"{found.url}: “{found.feed.title}”, {stories}.")
    if found.others:
        told.append(f"The page also names {', '.join(found.others[:5])}; further feeds stand under `sources`.")
    if found.allow:
        told.append(f"{', '.join(found.allow)} is not public; `allow_hosts` lets Jarshy read it.")
    if found.url.startswith("http:") and not found.allow:
        told.append("It is read over http, where anybody on the way could change it; https is better.")
    return told


def _completed(address: str) -> str:
    address = address.strip()
    url = absolute("", address if "://" in address else f"https://{address}")
    parts = urlsplit(url)
    if not url or "@" in parts.netloc or not ("." in parts.netloc or ":" in parts.netloc):
        raise _Unclear(_NO_ADDRESS)
    return url


_NO_ADDRESS = "That is no address of a site or feed, such as courier.example or https://courier.example/feed"


def _web(allow: frozenset[str]) -> Fetcher:
    # As the settings will have it: a proxy in the environment wins over the file, which is not there yet.
    return Fetcher(newsroom="setting up", allow=allow, proxy=os.environ.get("JARSHY_PROXY") or None)


def _name(answer: str) -> str:
    if not answer.strip():
        raise _Unclear("A newsroom needs a name")
    return answer.strip()


def _zone(answer: str) -> str:
    """Read a time zone, also from its city alone."""
    known, wanted = available_timezones(), answer.strip().replace(" ", "_").casefold()
    exact = [each for each in known if each.casefold() == wanted]
    cities = [each for each in known if each.casefold().rpartition("/")[2] == wanted]
    if len(exact or cities) == 1:
        return (exact or cities)[0]
    near = sorted(cities) or get_close_matches(answer, known, n=3) or ["Asia/Almaty", "Europe/London"]
    raise _Unclear(f"There is no time zone {answer}; did you mean {' or '.join(near)}?".rstrip("?"))


def _zone_here() -> str:
    # A machine whose own zone is broken still has a newsroom in some zone.
    with suppress(ZoneInfoNotFoundError, ValueError, UserWarning):
        return tzlocal.get_localzone_name() or "UTC"
    return "UTC"

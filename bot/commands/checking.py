"""The command check: asks everything that can be asked before the first post, and says it all at once.

Of a newsroom at work `doctor` tells more: check asks what is set, doctor what has become of it.
"""

import asyncio
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from bot.commands import leaving, machine, show
from bot.commands.barrier import DEGRADED, FAILED
from bot.commands.feeds import NoFeed, feed_now, host_of, is_thin, newest
from bot.commands.findings import (
    Finding,
    Report,
    by_account,
    look_at_account,
    look_at_channels,
    look_at_films,
    look_at_secrets,
    look_at_sinks,
)
from bot.commands.office import Office, open_office
from bot.commands.public import look_at_public
from bot.commands.template_room import Shelf
from bot.daemon import Daemon
from bot.media.darkroom import Darkroom
from bot.media.prints import Unusable
from bot.media.slides import WIDE, Slide, Theme
from bot.model import Source
from bot.posts.template import TemplateError
from bot.posts.template import compile as compile_template
from bot.store import accounts
from bot.store.templates import SHIPPED
from bot.wiring import newsroom, templates


async def check(path: Path) -> int:
    """Check settings, secrets, database, templates, feeds and accounts."""
    with open_office(path) as office:
        on = show.paper()
        report = Report(on)
        settings = office.settings
        report.add("settings", f"{path}, feeds: {len(settings.sources)}, channels: {len(settings.channels)}")
        for sentence in await leaving.sentences(office):
            report.add("settings", sentence, DEGRADED)
        look_at_channels(office, path, report)
        look_at_films(office, report)
        look_at_secrets(office, report)
        report.take(await machine.database(office))
        _check_templates(office, report)
        if settings.theme.logo or settings.theme.font:
            report.take(await _card(settings.theme))
        await _check_stopped(office, report)
        await look_at_sinks(office, report)
        if not report.counts[FAILED]:
            await _check_outside(office, report)
    _sum_up(on, report)
    return report.worst


def _check_templates(office: Office, report: Report) -> None:
    texts = templates(office.settings)
    for origin, named in texts.items():
        folder = "shipped" if origin == SHIPPED else office.settings.templates
        for name, text in named.items():
            try:
                compile_template(text, name=name)
            except TemplateError as e:
                for problem in e.problems:
                    report.add(
                        "template",
                        f"{folder}/{name}.html:{problem.line}:{problem.column}: {problem.sentence}",
                        DEGRADED,
                    )
            else:
                if origin != SHIPPED:
                    report.add("template", f"{folder}/{name}.html")
    known = {name for named in texts.values() for name in named}
    for who in office.settings.channels:
        if who.template and who.template not in known:
            near = f"there is no {office.settings.templates}/{who.template}.html"
            report.add("template", f"{near}, which channel {who.id} asks for", DEGRADED)
        elif who.network not in known:
            report.add("template", f"network {who.network} of channel {who.id} has none", DEGRADED)


async def _check_stopped(office: Office, report: Report) -> None:
    shelf = Shelf(office, templates(office.settings))
    for name in shelf.own:
        if stopped := await shelf.stopped(name):
            report.add("template", stopped, DEGRADED)


async def _check_outside(office: Office, report: Report) -> None:
    settings = office.settings
    await office.store.write(accounts.set_up, settings.accounts, settings.channels)
    async with office.ports() as ports:
        daemon = Daemon(newsroom(settings), ports)
        # One after the other would make a person wait for each network that is slow.
        async with asyncio.TaskGroup() as tasks:
            feeds = [tasks.create_task(_feed(office, daemon, each)) for each in settings.sources]
            through = by_account(office, report).values()
            asked = [tasks.create_task(look_at_account(office, daemon, each)) for each in through]
            place = tasks.create_task(look_at_public(office, daemon))
        for done in (*feeds, *asked):
            report.take(done.result())
        for found in place.result():
            report.take(found)


async def _feed(office: Office, daemon: Daemon, who: Source) -> Finding:
    try:
        feed = await feed_now(daemon.ports.web, who)
    except NoFeed as e:
        return Finding("feed", f"{who.id}: {e}", DEGRADED)
    first = newest(feed.articles)
    if first is None:
        return Finding(
            "feed", f"{who.id}: {host_of(who)} has a feed ({feed.title!r}) without a story that can be posted", DEGRADED
        )
    if who.read == "feed" and is_thin(feed.articles):
        said = (
            f"{who.id}: {feed.title!r} has only excerpts, so posts will be thin; `read: page` reads each story's page"
        )
        return Finding("feed", f"{said} (that needs: pip install 'jarshy[extract]')", DEGRADED)
    local = first.published.astimezone(ZoneInfo(office.zone)) if first.published else None
    at = f", {local:%-d %B %H:%M}" if local else ""
    stories = show.so_many(len(feed.articles), "story", "stories")
    return Finding("feed", f"{who.id}: {feed.title!r}, {stories}, newest {first.title!r}{at}")


async def _card(theme: Theme) -> Finding:
    """Draw what needs the newsroom's own files: only who opens them knows whether they serve."""
    try:
        with Darkroom() as room:
            await room.draw(Slide(is_closing=True), theme, WIDE)
    except Unusable as e:
        return Finding("cards", f"none can be drawn: {e}", DEGRADED)
    return Finding("cards", "drawn with the newsroom's own logo or font; `jarshy card` shows one")


def _sum_up(on: Console, report: Report) -> None:
    good, poor, bad = report.counts[0], report.counts[DEGRADED], report.counts[FAILED]
    on.print(f"\n{good} in order, {poor} to look at, {bad} that must be mended first.")
    match report.worst:
        case 0:
            on.print("Everything is ready: `jarshy preview` shows the posts, `jarshy run` publishes.")
        case code if code == DEGRADED:
            on.print("Jarshy can run. What is marked ! does not work now: what is down is asked again by itself.")
        case _:
            on.print("Jarshy cannot run until what is marked `no` is mended; feeds and accounts were not asked.")

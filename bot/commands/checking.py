"""The command check: asks everything that can be asked before the first post, and says it all at once."""

import asyncio
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from adapters.contract import PublishError
from bot.commands import leaving, show
from bot.commands.barrier import DEGRADED, FAILED
from bot.commands.feeds import NoFeed, feed_now, is_thin, newest
from bot.commands.office import Office, open_office
from bot.commands.template_room import Shelf
from bot.daemon import Daemon
from bot.model import Channel, Source
from bot.posts.template import TemplateError
from bot.posts.template import compile as compile_template
from bot.store import accounts, telling
from bot.store.migrate import bring_up
from bot.store.templates import SHIPPED
from bot.wiring import (
    AUDIT_KEY,
    KEY,
    MAKE_ONE,
    NOT_SEALED,
    CannotStart,
    advised,
    asked,
    newsroom,
    open_ports,
    seal,
    templates,
    vault,
)
from config.settings import NoSecret

_SIGNS = {0: ("ok ", "green"), DEGRADED: ("!  ", "yellow"), FAILED: ("no ", "bold red")}


class _Report:
    """What was found so far; the worst of it is the exit code: 1 nothing can run, 3 something of it cannot."""

    def __init__(self, on: Console) -> None:
        self._on = on
        self.counts = {0: 0, DEGRADED: 0, FAILED: 0}

    def add(self, what: str, said: str, code: int = 0) -> None:
        """Write one line."""
        self.counts[code] += 1
        sign, style = _SIGNS[code]
        self._on.print(Text.assemble((sign, style), (f"{what}: ", "bold"), said))

    @property
    def worst(self) -> int:
        """The exit code."""
        return FAILED if self.counts[FAILED] else DEGRADED if self.counts[DEGRADED] else 0


async def check(path: Path) -> int:
    """Check settings, secrets, database, templates, feeds and accounts."""
    with open_office(path) as office:
        on = show.paper()
        report = _Report(on)
        settings = office.settings
        report.add("settings", f"{path}, feeds: {len(settings.sources)}, channels: {len(settings.channels)}")
        for sentence in await leaving.sentences(office):
            report.add("settings", sentence, DEGRADED)
        if not settings.channels:
            said = f"none yet, so nothing is posted: {path} needs an account and a channel"
            report.add("channels", f"{said} (`jarshy networks` lists what there is)", DEGRADED)
        _check_secrets(office, report)
        bring_up(settings.store, is_thorough=True)
        report.add("database", f"{settings.store}")
        _check_templates(office, report)
        await _check_stopped(office, report)
        await _check_sinks(office, report)
        if not report.counts[FAILED]:
            await _check_outside(office, report)
    _sum_up(on, report)
    return report.worst


def _check_secrets(office: Office, report: _Report) -> None:
    settings = office.settings
    try:
        vault(settings)
        report.add("key", "seals stored sign-ins")
    except NoSecret as e:
        report.add("key", advised(KEY, e), FAILED)
    except CannotStart as e:
        report.add("key", str(e), FAILED)
    try:
        ours = seal(settings)
        said = (f"sealed as {settings.origin}", 0) if ours else (f"{NOT_SEALED}; {MAKE_ONE}", DEGRADED)
        report.add("audit log", *said)
    except (NoSecret, CannotStart) as e:
        report.add("audit log", str(e), FAILED)
    told = set()
    for name, uses in asked(settings).items():
        try:
            settings.secret(name)
            if name not in (KEY, AUDIT_KEY):
                report.add("secret", f"{name}, {' and '.join(uses)}")
        except NoSecret as e:
            told.add(str(e))
            if name not in (KEY, AUDIT_KEY):
                report.add("secret", advised(name, e), DEGRADED)
    for sentence in settings.secrets.loose():
        if sentence not in told:
            report.add("secret", sentence, DEGRADED)


def _check_templates(office: Office, report: _Report) -> None:
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


async def _check_stopped(office: Office, report: _Report) -> None:
    shelf = Shelf(office, templates(office.settings))
    for name in shelf.own:
        if stopped := await shelf.stopped(name):
            report.add("template", stopped, DEGRADED)


async def _check_sinks(office: Office, report: _Report) -> None:
    """Say which ways alerts have, and which of them lack something; nobody is told anything for it."""
    settings = office.settings
    deaf = {each.sink: each for each in await office.store.write(telling.deaf, [one.name for one in settings.alerts])}
    for each in settings.alerts:
        try:
            for name in each.secrets:
                settings.secret(name)
        except NoSecret as e:
            report.add("alerts", f"to {each.name}: {e}", DEGRADED)
            continue
        lacks = deaf.get(each.name)
        report.add(
            "alerts",
            f"to {show.deafness(lacks, office.zone)}" if lacks else f"to {each.name}",
            DEGRADED if lacks else 0,
        )
    if not settings.alerts:
        report.add(
            "alerts", "go to the log only; `alerts` in the settings names a webhook, command, channel or apprise"
        )


async def _check_outside(office: Office, report: _Report) -> None:
    settings = office.settings
    await office.store.write(accounts.set_up, settings.accounts, settings.channels)
    async with open_ports(settings, office.clock, office.store) as ports:
        daemon = Daemon(newsroom(settings), ports)
        # One after the other would make a person wait for each network that is slow.
        async with asyncio.TaskGroup() as tasks:
            feeds = [tasks.create_task(_feed(office, daemon, each)) for each in settings.sources]
            through = {each.account: each for each in reversed((*settings.channels, *settings.alert_channels))}
            asked = [tasks.create_task(_account(daemon, each)) for each in through.values()]
        for done in (*feeds, *asked):
            report.add(*done.result())
    for account in settings.accounts:
        if account.id not in through:
            report.add("account", f"{account.id}: no channel uses it, so it was not asked")


async def _feed(office: Office, daemon: Daemon, who: Source) -> tuple[str, str, int]:
    try:
        feed = await feed_now(daemon.ports.web, who)
    except NoFeed as e:
        return "feed", f"{who.id}: {e}", DEGRADED
    first = newest(feed.articles)
    if first is None:
        return "feed", f"{who.id}: {who.url} is a feed ({feed.title!r}) without a story that can be posted", DEGRADED
    if who.read == "feed" and is_thin(feed.articles):
        said = (
            f"{who.id}: {feed.title!r} has only excerpts, so posts will be thin; `read: page` reads each story's page"
        )
        return "feed", f"{said} (that needs: pip install 'jarshy[extract]')", DEGRADED
    local = first.published.astimezone(ZoneInfo(office.zone)) if first.published else None
    at = f", {local:%-d %B %H:%M}" if local else ""
    return "feed", f"{who.id}: {feed.title!r}, {len(feed.articles)} stories, newest {first.title!r}{at}", 0


async def _account(daemon: Daemon, who: Channel) -> tuple[str, str, int]:
    try:
        identity = await (await daemon.accounts.adapter(who)).verify()
    except PublishError as e:
        return "account", f"{who.account}: {e.detail}", DEGRADED
    if identity.missing:
        rights = ", ".join(identity.missing)
        return "account", f"{who.account}: is {identity.handle}, but lacks the right to: {rights}", DEGRADED
    return "account", f"{who.account}: is {identity.handle}", 0


def _sum_up(on: Console, report: _Report) -> None:
    good, poor, bad = report.counts[0], report.counts[DEGRADED], report.counts[FAILED]
    on.print(f"\n{good} in order, {poor} to look at, {bad} that must be mended first.")
    match report.worst:
        case 0:
            on.print("Everything is ready: `jarshy preview` shows the posts, `jarshy run` publishes.")
        case code if code == DEGRADED:
            on.print("Jarshy can run; what is marked ! does not work until it is mended.")
        case _:
            on.print("Jarshy cannot run until what is marked `no` is mended; feeds and accounts were not asked.")

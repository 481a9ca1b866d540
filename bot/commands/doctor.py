"""The command doctor: how the newsroom at work is, one line each; the exit code is for monitoring.

`check` asks before running what is set (feeds and templates as they are now). Doctor asks what has become of it: what
the daemon last did, what it waits for, how long the disk lasts. Both ask secrets and accounts, with the same code.
"""

from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console

from adapters.contract import Api
from bot.actions import reading
from bot.commands import machine, show
from bot.commands.barrier import DEGRADED, FAILED
from bot.commands.findings import (
    Finding,
    Report,
    look_at_channels,
    look_at_films,
    look_at_secrets,
    look_at_sinks,
)
from bot.commands.office import Office, open_office
from bot.commands.standing import ask_accounts
from bot.keys import AUDIT_KEY
from bot.model import Source, State
from bot.store import alerts, figures
from bot.store.alerts import Alert
from bot.store.figures import Figures, SourceSeen

_LATE = timedelta(minutes=5)
"""A feed that was to be read so long ago should have been read."""
_STUCK = timedelta(minutes=30)
"""Something that has been due so long is stuck."""
_UNSEALED = timedelta(minutes=65)
"""Rows are sealed each hour, by a tick that comes each minute."""
_ENDS_SOON = 60
"""How long before the end of an API's version a person should see to it."""
_NEWER = "a newer Jarshy speaks a newer one; where the network has a setting `version`, that does it at once"
_MOST = 10
"""How many alerts have a line of their own."""


async def doctor(path: Path, *, is_json: bool) -> int:
    """Look at everything and say it; 0 well, 3 something does not work, 1 nothing can run."""
    with open_office(path) as office:
        on = show.paper()
        report = Report(None if is_json else on)
        settings = office.settings
        report.add("settings", f"{path}, feeds: {len(settings.sources)}, channels: {len(settings.channels)}")
        look_at_channels(office, path, report)
        look_at_films(office, report)
        look_at_secrets(office, report)
        report.take(await machine.database(office))
        if report.found[-1].code == 0:
            await _look(office, report)
    if is_json:
        told = [{"what": each.what, "mark": each.mark, "sentence": each.said} for each in report.found]
        show.as_json({"exit": report.worst, "findings": told})
    else:
        _sum_up(on, report)
    return report.worst


async def _look(office: Office, report: Report) -> None:
    report.take(await machine.disk(office))
    at_work = machine.daemon(office)
    report.take(at_work)
    now = office.clock.now()
    found = await office.store.write(figures.read, list(office.channels), now)
    seen = {each.id: each for each in found.sources}
    for source in office.settings.sources:
        report.take(feed(source, seen.get(source.id), now, zone=office.zone, is_at_work=not at_work.code))
    if not report.counts[FAILED]:  # without the key nobody can sign in
        await ask_accounts(office, report, found.paces)
    for told in apis(office, now):
        report.take(told)
    report.take(waiting(found, now, zone=office.zone))
    await look_at_pauses(office, report)
    await look_at_sinks(office, report)
    for alert in await _alerts(office):
        report.take(alert)
    has_key = office.settings.secrets.has(AUDIT_KEY)
    report.take(log(found, now, zone=office.zone, has_key=has_key))


async def look_at_pauses(office: Office, report: Report) -> None:
    """Note what people stopped: it is as they want it, and still why nothing goes out."""
    for sentence in show.pauses(await reading.health(office.room("")), office.zone):
        report.note("channel", sentence)


def feed(source: Source, seen: SourceSeen | None, now: datetime, *, zone: str, is_at_work: bool) -> Finding:
    """Say when a feed was last read, last brought news, and is read next."""
    if seen is None or (seen.polled_at is None and not seen.failing_why):
        return Finding("feed", f"{source.id}: was never read; `jarshy run` or `jarshy once` reads it", DEGRADED)
    again = (
        f"it is asked again {show.at(seen.next_poll_at, now, zone)}"
        if is_at_work
        else "it is asked again once the daemon is at work"
    )
    if seen.failing_why:
        since = show.since(seen.failing_since or now, zone)
        fix = "open its address in a browser"  # unsaid: it may hold a key
        return Finding("feed", f"{source.id}: fails since {since}: {seen.failing_why}; {again}; {fix}", DEGRADED)
    news = f"last new story {show.at(seen.last_new_at, now, zone)}" if seen.last_new_at else "no new story yet"
    said = f"{source.id}: read {show.at(seen.polled_at, now, zone)}, {news}"
    if is_at_work and seen.next_poll_at is not None and now - seen.next_poll_at > _LATE:
        due = show.at(seen.next_poll_at, now, zone)
        return Finding("feed", f"{said}; it should have been asked {due}: see the daemon's log", DEGRADED)
    return Finding("feed", f"{said}; {again}")


def apis(office: Office, now: datetime) -> list[Finding]:
    """Say in which version of its API each network is spoken to, and until when that serves."""
    spoken = {(each.network, office.adapter(each).api()): each for each in office.settings.channels}
    return [api(office.kinds[network].spec.title, version, now) for network, version in spoken]


def api(title: str, spoken: Api, now: datetime) -> Finding:
    """Say until when a version of an API serves, and be heard in time."""
    said = f"{title} is spoken to through its API ({spoken.version})"
    if spoken.ends is None:
        return Finding("api", f"{said}, of which no end is known")
    end, left = f"{spoken.ends:%-d %B %Y}", (spoken.ends - now.date()).days
    if left <= 0:
        return Finding("api", f"{said}, which ended on {end}: {_NEWER}", DEGRADED)
    if left <= _ENDS_SOON:
        told = f"{said}, which may serve no more from {end} on, in {show.so_many(left, 'day', 'days')}: {_NEWER}"
        return Finding("api", told, DEGRADED)
    return Finding("api", f"{said}, which serves until {end}, for {show.so_many(left, 'day', 'days')} more")


def waiting(found: Figures, now: datetime, *, zone: str) -> Finding:
    """Say what waits, what needs a person, and what is in doubt."""
    counts = {state: sum(many for (_, one), many in found.deliveries.items() if one is state) for state in State}
    due = f"{counts[State.DUE]} wait"
    if found.oldest is not None:
        due += f", the oldest due since {show.since(found.oldest, zone)}"
    said = f"{due}; {counts[State.HELD]} need a person; {counts[State.DONE]} done in 24 hours"
    if found.at_work:
        said += f"; {found.at_work} are at their networks, which work on them"
    if in_doubt := counts[State.UNKNOWN] - found.at_work:
        doubt = f"{in_doubt} may be out or not, and are looked for"
        return Finding("posts", f"{said}; {doubt}: `jarshy queue` names them", DEGRADED)
    if found.oldest is not None and now - found.oldest > _STUCK:
        return Finding("posts", f"{said}: `jarshy queue` says what holds it back", DEGRADED)
    return Finding("posts", said)


async def _alerts(office: Office) -> list[Finding]:
    opened = await office.store.write(alerts.open_alerts)
    if not opened:
        return [Finding("alert", "none is open")]
    told = [Finding("alert", _alert(each, office.zone), DEGRADED) for each in opened[:_MOST]]
    more = f"and {len(opened) - _MOST} more; " if len(opened) > _MOST else ""
    return [*told, Finding("alert", f"{more}`jarshy queue` says what you can do about each", DEGRADED)]


def _alert(each: Alert, zone: str) -> str:
    return f"{each.scope.replace(':', ' ', 1)}: {each.what}, since {show.since(each.opened_at, zone)}"


def log(found: Figures, now: datetime, *, zone: str, has_key: bool) -> Finding:
    """Say when the audit log was last sealed, and whether rows wait longer than they should."""
    last = f"last sealed {show.at(found.checkpoint_at, now, zone)}" if found.checkpoint_at else "never sealed"
    since = found.unsealed_since
    if since is None:
        return Finding(
            "log",
            f"the audit log was {last}, and no row waits" if found.checkpoint_at else "the audit log has no row yet",
        )
    waits = f"{last}; rows since {show.since(since, zone)} are not"
    if not has_key:  # that there is none is told above
        return Finding("log", waits, is_note=True)
    if now - since > _UNSEALED:
        return Finding(
            "log", f"{waits}: the daemon seals them while it is at work; its log says what is wrong", DEGRADED
        )
    return Finding("log", f"{waits} yet; the daemon seals them each hour")


def _sum_up(on: Console, report: Report) -> None:
    good, poor, bad = (report.counts[code] for code in (0, DEGRADED, FAILED))
    on.print(f"\n{good} well, {poor} to look at, {bad} that must be mended.")
    match report.worst:
        case 0:
            on.print("All is well.")
        case code if code == FAILED:
            on.print("Jarshy cannot work until what is marked `no` is mended.")

"""How each account stands, as doctor tells it: whom its network takes us for, what is left of its limits, how long."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from adapters.contract import Rate, Scope, Spec
from bot.actions import access
from bot.actions.access import Standing
from bot.commands import machine, show
from bot.commands.barrier import DEGRADED
from bot.commands.findings import Finding, Report, by_account, look_at_account
from bot.commands.office import Office
from bot.commands.public import look_at_public
from bot.daemon import Daemon
from bot.model import Channel
from bot.rules.pace import Pace, left_today
from bot.store import accounts, figures
from bot.store.figures import AccountSeen
from bot.wiring import newsroom

_CONSENT_ENDS_SOON = timedelta(days=30)
"""How long before nothing renews a session any more a person should ask its owner anew."""
_HOUR = timedelta(hours=1)

Counted = Callable[[Rate], int]
"""How many posts were sent that count for a rate."""


async def ask_accounts(office: Office, report: Report, paces: Mapping[str, Pace]) -> None:
    """Ask the network of each account, all at once, and tell what it answered and what we know of it."""
    settings = office.settings
    await office.store.write(accounts.set_up, settings.accounts, settings.channels)
    through = by_account(office, report)
    async with office.ports() as ports:
        daemon = Daemon(newsroom(settings), ports)
        async with asyncio.TaskGroup() as tasks:
            asked = {name: tasks.create_task(_ask(office, daemon, who)) for name, who in through.items()}
            place = tasks.create_task(look_at_public(office, daemon))
    answers = {name: done.result() for name, done in asked.items()}
    await _tell(office, report, answers, through, paces)
    for found in place.result():
        report.take(found)
    if (skew := ports.ways.senses.skew) is not None:
        report.take(machine.clock(skew, office.clock.now()))


async def _ask(office: Office, daemon: Daemon, who: Channel) -> tuple[Finding, Standing]:
    found = await look_at_account(office, daemon, who)
    return found, Standing() if found.code else await access.standing(daemon.accounts, who)


async def _tell(
    office: Office,
    report: Report,
    answers: Mapping[str, tuple[Finding, Standing]],
    through: Mapping[str, Channel],
    paces: Mapping[str, Pace],
) -> None:
    """Tell of each account what its network answered and what we know of it, and of each network what it warns of."""
    now = office.clock.now()
    seen = {each.id: each for each in await office.store.write(figures.accounts_seen)}
    for name, (answer, stands) in answers.items():
        who = through[name]
        told = account(answer, seen.get(name), now, zone=office.zone, renews=renewal(office, who))
        told = consent(told, stands, now, zone=office.zone, account=name)
        spec = office.kinds[who.network].spec
        left = counts(stands, spec.title)
        if not left or who.rates != spec.rates:  # those of the settings hold besides
            left += quota(who, await _counted(office, who, through), now, zone=office.zone)
        left += await _unnamed(office, name, spec)
        left += caps([each for each in office.settings.channels if each.account == name], paces, now, zone=office.zone)
        report.take(replace(told, said=f"{told.said}{left}"))
    for network in dict.fromkeys(who.network for who in through.values()):
        spec = office.kinds[network].spec
        for warning in spec.warnings:
            report.note("network", f"{spec.title}: {warning}")


async def _counted(office: Office, who: Channel, through: Mapping[str, Channel]) -> Counted:
    """Count what an account and its app sent of late, for each rate as its network does."""
    now, sent = office.clock.now(), dict[datetime, dict[str, int]]()
    for rate in _daily(who):
        sent[began(rate, now)] = await office.store.write(figures.sent_since, began(rate, now))

    def counted(rate: Rate) -> int:
        of = sent[began(rate, now)]
        if rate.scope is not Scope.APP:
            return of.get(who.account, 0)
        return sum(of.get(name, 0) for name, each in through.items() if each.network == who.network)

    return counted


async def _unnamed(office: Office, name: str, spec: Spec) -> str:
    """Tell what was sent of late where a network names no number, and how many drafts wait at most."""
    now, said = office.clock.now(), ""
    if spec.limits_untold:
        said = unnamed((await office.store.write(figures.sent_since, now - figures.LATELY)).get(name, 0), spec.title)
    if spec.drafts:
        here, since = [each.id for each in office.settings.channels if each.account == name], now - spec.drafts.window
        came = await office.store.write(figures.drafts_since, here, since)
        said += drafts(came, spec.drafts)
    return said


def renewal(office: Office, who: Channel) -> str:
    """Say how a channel's session is renewed, and on what that hangs; "" where it is not."""
    condition = office.composer.renewal(who)
    return "" if condition is None else ", ".join(filter(None, ("is renewed by itself", condition)))


def account(asked: Finding, seen: AccountSeen | None, now: datetime, *, zone: str, renews: str) -> Finding:
    """Add to what an account's network answered what we know of it: that it is stopped, and when its access ends.

    `renews`: how its session is renewed; "": not at all.
    """
    said = asked.said
    if seen and seen.expires_at is not None and (left := seen.expires_at - now) > timedelta(0):
        until = f"until {show.since(seen.expires_at, zone)}"
        more = f", for {show.so_many(left.days, 'day', 'days')} more" if left.days > 0 else ""
        how_long = show.so_many(left.days, "day", "days") if left.days else until
        said += f"; its session lives {how_long} and {renews}" if renews else f"; its access lasts {until}{more}"
    if seen and seen.stopped_at is not None:
        since = show.since(seen.stopped_at, zone)
        again = "we ask again by ourselves, from every 10 minutes to every 2 hours"
        return Finding(asked.what, f"{said}; sends nothing since {since} ({seen.stopped_why}); {again}", DEGRADED)
    return Finding(asked.what, said, asked.code)


def consent(told: Finding, stands: Standing, now: datetime, *, zone: str, account: str) -> Finding:
    """Add when nothing renews an account's session any more, and be heard in time."""
    if stands.renews_until is None:
        return told
    left = stands.renews_until - now
    day = f"{show.day(stands.renews_until, zone):%-d %B %Y}"
    said = f"{told.said}; its consent ends on {day}, in {show.so_many(max(left.days, 0), 'day', 'days')}"
    if left > _CONSENT_ENDS_SOON:
        return replace(told, said=said)
    return replace(told, said=f"{said}: `jarshy auth {account}` asks its owner anew", code=DEGRADED)


def counts(stands: Standing, title: str) -> str:
    """Say how much is left by the network's own count; "" where it has none."""
    if stands.untold:
        return f"; how much is left of its limit was not told: {stands.untold}"
    if stands.share is not None:
        return f"; {stands.share:g} % of its quota is used, as {title} counts them"
    if stands.used is None:
        return ""
    used = stands.used
    left, span = max(0, used.most - used.many), f"{used.window // _HOUR} hours"
    return f"; {left} of {used.most} posts of {span} are left, as {title} counts them"


def quota(who: Channel, counted: Counted, now: datetime, *, zone: str) -> str:
    """Say how much is left of what a network takes in a day, or the settings say it does; "" where none is named."""
    rates = [(max(0, each.most - counted(each)), each.most, each) for each in _daily(who)]
    if not rates:
        return ""
    left, most, rate = min(rates, key=lambda one: one[:2])
    if rate.counts == "calls":
        since, sent = show.since(began(rate, now), zone), show.so_many(most - left, "try", "tries")
        takes = f"{most} calls a day, of which each try needs one or more, and does not tell how many are left"
        return f"; {sent} to post or change something since {since}; its network takes {takes}"
    if not rate.day_of:
        return f"; {left} of {most} posts of 24 hours are left"
    return f"; {left} of {most} posts are left of its day, which ends {show.at(ended(rate, now), now, zone)}"


def unnamed(sent: int, title: str) -> str:
    """Say what was sent in a day of which nobody knows how much a network takes."""
    posts = show.so_many(sent, "try", "tries")
    return f"; {posts} to post in 24 hours, and {title} names no number of those it takes"


def drafts(came: int, rate: Rate) -> str:
    """Say how many drafts may wait in a network's app, and how many came there."""
    span = f"{rate.window // _HOUR} hours"
    lets = f"of drafts {rate.most} may wait in its app"
    if not came:
        return f"; {lets}"
    of_them = f"{came} came in {span}"
    return f"; {lets}, and {of_them}: publish or delete there what still waits" + (
        ", or it takes no more" * (came >= rate.most)
    )


def caps(channels: list[Channel], paces: Mapping[str, Pace], now: datetime, *, zone: str) -> str:
    """Say what is left of `max_per_day` on each of an account's channels; "" where none has it."""
    said = ""
    for who in channels:
        left = left_today(who, paces.get(who.id, Pace()), zone=zone, now=now)
        said += "" if left is None else f"; {left} of {who.max_per_day} posts of today are left on {who.id}"
    return said


def began(rate: Rate, now: datetime) -> datetime:
    """Tell since when a day's posts count: since its network's midnight, or for 24 hours."""
    return _midnight(rate, now, days=0) if rate.day_of else now - rate.window


def ended(rate: Rate, now: datetime) -> datetime:
    """Tell when a network that goes by the calendar begins to count anew."""
    return _midnight(rate, now, days=1)


def _midnight(rate: Rate, now: datetime, *, days: int) -> datetime:
    zone = ZoneInfo(rate.day_of)
    day = now.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, time(0), zone).astimezone(now.tzinfo)


def _daily(who: Channel) -> list[Rate]:
    return [each for each in who.rates if each.window == figures.LATELY]

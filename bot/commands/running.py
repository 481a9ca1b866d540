"""Commands that publish: run is the daemon, once does what is due and ends."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from rich.text import Text

from bot import process
from bot.actions import reading
from bot.actions.reading import Alert
from bot.audit.rows import Action
from bot.commands import leaving, show
from bot.commands.barrier import DEGRADED
from bot.commands.office import Office, open_office, settings_again
from bot.keys import advised
from bot.model import Kind, State
from bot.rules.standing import REPEATABLE
from bot.store import alerts, audit, sources
from bot.store.sources import Unread
from config.settings import NoSecret, Settings

_HAPPENED: dict[str, str] = {State.DONE: "published", Kind.EDIT: "changed on the network", Kind.DELETE: "taken down"}
_HAPPENED |= {State.HELD: "held for a person", State.UNKNOWN: "without a clear answer"}
_HAPPENED |= {State.SKIPPED: "skipped by a rule", State.EXPIRED: "expired"}


async def run(path: Path) -> int:
    """Be the daemon until a signal; open alerts are told first."""
    with open_office(path) as office:
        on = show.paper(is_error=True)
        opened = await office.store.write(alerts.open_alerts)
        show.alerts(on, opened, office.zone)
        for sentence in await leaving.sentences(office, told=[each.scope for each in opened]):
            on.print(sentence)
        settings, clock = office.settings, office.clock
    await process.run(settings, clock, partial(settings_again, path))
    return 0


async def once(path: Path, *, is_json: bool) -> int:
    """Poll what is due, do what is due, and sum it up; 3 where an alert is open or an account lacks a secret."""
    with open_office(path) as office:
        last, began = await office.store.write(_last_row), office.clock.now()
        await process.once(office.settings, office.clock)
        rows = await office.store.write(lambda db: [json.loads(told.row) for told in audit.read(db, after=last)])
        found = await reading.queue(office.room(""))
        seen, states = _count(rows)
        waits = sum(each.delivery.state in (State.DUE, State.UNKNOWN) for each in found.coming)
        listed = [each.id for each in office.settings.sources]
        unread = await office.store.write(sources.unread, listed, began)
        lacks = _lacks(office.settings)
        _write(office, found.alerts, unread, lacks, seen=seen, states=states, waits=waits, is_json=is_json)
    return DEGRADED if found.alerts or lacks else 0


def _lacks(settings: Settings) -> list[str]:
    """Say which secrets of channels' accounts cannot be had: their turn may not have come, and then no alert tells."""
    found = dict[str, str]()
    for account in {each.account: each for each in settings.channels}:
        for name in settings.credentials[account].values():
            try:
                settings.secret(name)
            except NoSecret as e:
                found.setdefault(name, f"account {account}: {advised(name, e)}")
    return list(found.values())


def _last_row(db: sa.Connection) -> int:
    return max((told.id for told in audit.read(db, most=1)), default=0)


def _count(rows: list[dict[str, Any]]) -> tuple[int, Counter[str]]:
    """Count what came in, and how each delivery that was touched stands now; changes that are done by their kind."""
    seen = sum(row["action"] == Action.STORY_SEEN for row in rows)
    stands = {row["delivery"]: _came(row) for row in rows if "delivery" in row and "state" in row}
    return seen, Counter(stands.values())


def _came(row: dict[str, Any]) -> str:
    return str(row["kind"]) if row["state"] == State.DONE and row.get("kind") in REPEATABLE else str(row["state"])


def _write(
    office: Office,
    opened: Sequence[Alert],
    unread: list[Unread],
    lacks: list[str],
    *,
    seen: int,
    states: Counter[str],
    waits: int,
    is_json: bool,
) -> None:
    if is_json:
        counts = dict(states)
        feeds = [asdict(each) for each in unread]
        alarms = [show.alert(each) for each in opened]
        show.as_json({"alerts": alarms, "unread": feeds, "lacks": lacks, "new": seen, "states": counts, "waits": waits})
        return
    on = show.paper()
    show.alerts(on, opened, office.zone)
    happened = [f"{states[state]} {said}" for state, said in _HAPPENED.items() if states[state]]
    on.print(f"{seen} new {'story' if seen == 1 else 'stories'}; {', '.join(happened) or 'nothing had to be sent'}.")
    for sentence in lacks:
        on.print(Text.assemble(("! ", "bold red"), f"{sentence}."))
    for each in unread:
        what = f"was not read: {each.why}; it is" if each.why else "was read a moment ago: it is"
        again = f"{each.next_poll_at.astimezone(ZoneInfo(office.zone)):%H:%M:%S}"
        on.print(f"Feed {each.id} {what} asked again from {again} on.")
    if waits:
        on.print(f"{waits} wait for their time: `jarshy queue` says when; the next `jarshy once` or `run` goes on.")

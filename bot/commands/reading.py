"""Commands that answer: queue, why, audit list."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from adapters.contract import Post
from bot.actions import log, reading, spending
from bot.actions.health import at_once
from bot.actions.log import Asked, Row
from bot.actions.moments import moment
from bot.actions.proving import clock_time
from bot.actions.reading import Told, title
from bot.actions.room import Room
from bot.commands import show
from bot.commands.barrier import DEGRADED
from bot.commands.office import open_office
from bot.rules.alerts import Cause
from bot.rules.unplanned import Unplanned
from bot.store.lock import Holder, holder


async def queue(path: Path, *, is_json: bool) -> int:
    """List alerts, what needs a person, and what is next; 3 where an alert is open."""
    with open_office(path) as office:
        room = office.room("")
        found = await reading.queue(room, sinks=[each.name for each in office.settings.alerts])
        prices = await reading.prices(room, office.adapter, (*found.people, *found.coming))
        costs = await spending.forecasts(room, found.coming, prices)
        stands = await reading.health(room)
        # What is held is listed below, with the whole sentence.
        unlisted = await at_once(room, [each for each in found.alerts if each.cause is not Cause.DELIVERY_HELD])
        at_work = holder(office.settings.store)
    code = DEGRADED if found.alerts or found.deaf else 0
    if is_json:
        show.as_json(_queue_as_json(found, stands, prices, costs, at_work))
        return code
    on = show.paper()
    show.alerts(on, unlisted, office.zone)
    show.deaf(on, found.deaf, office.zone)
    for sentence in show.pauses(stands, office.zone):
        on.print(f"{sentence}.", markup=False)
    for heading, some in (("Needs a person", found.people), ("Next", found.coming)):
        if some:
            on.print(Text(heading, "bold underline"))
            show.deliveries(on, some, prices)
    if not found.people and not found.coming:
        on.print("Nothing waits.")
    if costs:
        on.print(Text("Costs", "bold underline"))
        for each in costs:
            on.print(Text(f"       {spending.said(each)}"))
    show.daemon(on, at_work, office.zone)
    return code


def _queue_as_json(
    found: reading.Queue,
    stands: list[reading.Health],
    prices: dict[int, str],
    costs: list[spending.Forecast],
    at_work: Holder | None,
) -> dict[str, Any]:
    return {
        "alerts": [show.alert(each) for each in found.alerts],
        "deaf": [asdict(each) for each in found.deaf],
        "paused": [show.paused(each) for each in stands if each.paused_by or each.hushed_by],
        "deliveries": [show.told(each, prices) for each in (*found.people, *found.coming)],
        "costs": [show.money(each) for each in costs],
        "daemon": {"pid": at_work.pid, "since": at_work.since} if at_work else None,
    }


async def why(path: Path, said: str, *, has_log: bool, is_json: bool) -> int:
    """Say how each channel stands with a story (by address, id, guid or words), or one delivery by its number."""
    with open_office(path) as office:
        room, on = office.room(""), show.paper()
        groups = await reading.why(room, said)
        answer = []
        one = _meant(groups, said)
        for story, found in groups:
            which = found[0].delivery.id if len(found) == 1 and not story else None
            rows = await log.rows_of(room, story, which) if has_log else []
            told = [row.whole for row in rows]
            others = await reading.unplanned(room, story) if story and one is None else ()
            answer.append(
                {
                    "story": story,
                    "deliveries": [show.told(each) for each in found],
                    "unplanned": [
                        {"channel": name, "sentence": each.said()} for each in others for name in each.channels
                    ],
                    "log": told,
                }
            )
            if not is_json:
                _write_story(on, story, found, others)
                if one is not None:
                    await _write_words(on, room, one)
                _write_rows(on, rows, office.zone)
        if is_json:
            show.as_json(answer)
    return 0


def _meant(groups: list[tuple[str, list[Told]]], said: str) -> Told | None:
    """Tell the one delivery a number means; a number may also be a word of a title, and then it means none."""
    found = [each for _, told in groups for each in told]
    return found[0] if len(found) == 1 and said.isdecimal() and found[0].delivery.id == int(said) else None


async def _write_words(on: Console, room: Room, asked: Told) -> None:
    changed = await reading.last_change(room, asked.delivery.id)
    if post := await reading.post_of(room, changed or asked):
        if changed is not None and post.text:
            on.print("       It reads now:")
        _write_post(on, post)


def _write_post(on: Console, post: Post) -> None:
    if post.text:
        show.post(on, post)
    else:
        on.print("       Its words are no longer kept (`keep: texts` in the settings); `--log` shows what was sent.")


async def list_audit(
    path: Path, asked: Asked, *, since: str | None = None, until: str | None = None, last: int, is_json: bool
) -> int:
    """List the audit log's newest rows that fit, oldest of them first; `since` and `until` by the newsroom's clock."""
    with open_office(path) as office:
        room, now = office.room(""), office.clock.now()
        begin, end = (moment(said, office.zone, now) if said else None for said in (since, until))
        rows = (await log.rows(room, replace(asked, since=begin, until=end), most=last))[::-1]
    if is_json:
        show.as_json([row.whole for row in rows])
        return 0
    on = show.paper()
    _write_rows(on, rows, office.zone)
    if not rows:
        on.print("The audit log has no such rows.")
    return 0


def _write_story(on: Any, story: str, found: list[Told], others: tuple[Unplanned, ...]) -> None:
    name = title(found[0]) if found else "(no article)"
    on.print(Text.assemble((name, "bold"), f"  ({story})" if story else ""))
    for each in found:
        on.print(Text(f"  {each.delivery.channel} ({each.delivery.id}): {each.sentence}"))
    for some in others:
        on.print(Text(f"  {', '.join(some.channels)}: {some.said()}"))


def _write_rows(on: Any, rows: list[Row], zone: str) -> None:
    for row in rows:
        at = clock_time(row.whole["at"], ZoneInfo(zone))
        on.print(Text.assemble((f"{row.id:>6}  {at}  {row.whole['actor']:<12}  ", "dim"), row.said))

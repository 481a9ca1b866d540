"""Reads a moment as people write it, by the newsroom's clock."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.actions.room import RefusedVerb

_FORMS = "18:30, tomorrow 9:00, 2026-12-02 18:30, 2026-12-02 or now"
_WRITTEN = re.compile(
    r"(?:(?P<day>today|tomorrow|\d{4}-\d\d-\d\d)(?:[ T]+|$))?(?P<clock>\d{1,2}:\d\d)?", re.ASCII | re.IGNORECASE
)


def moment(said: str, zone: str, now: datetime, *, is_to_come: bool = False) -> datetime:
    """Read a moment; a day alone is its first minute. Raises RefusedVerb.

    `is_to_come`: a time of day that is over today means tomorrow's.
    """
    if said.strip().casefold() == "now":
        return now
    local = ZoneInfo(zone)
    found = _WRITTEN.fullmatch(said.strip())
    if found is None or not (found["day"] or found["clock"]):
        raise RefusedVerb(f"{said!r} is no moment: write it like {_FORMS}")
    today = now.astimezone(local).date()
    try:
        wall = datetime.combine(_day(found["day"], today), _time(found["clock"]))
    except ValueError as e:
        raise RefusedVerb(f"there is no {said}: write it like {_FORMS}") from e
    at = _at(wall, local, said)
    if is_to_come and not found["day"] and at <= now:
        at = _at(wall + timedelta(days=1), local, said)
    return at


def _at(wall: datetime, local: ZoneInfo, said: str) -> datetime:
    try:
        at = wall.replace(tzinfo=local).astimezone(UTC)
        is_there = at.astimezone(local).replace(tzinfo=None) == wall
    except OverflowError as e:  # before the first day or after the last that calendars have
        raise RefusedVerb(f"there is no {said}: write it like {_FORMS}") from e
    if not is_there:
        raise RefusedVerb(f"there is no {said} on that day: the clocks are set forward over it")
    return at


def _day(said: str | None, today: date) -> date:
    match (said or "today").casefold():
        case "today":
            return today
        case "tomorrow":
            return today + timedelta(days=1)
        case day:
            return date.fromisoformat(day)


def _time(said: str | None) -> time:
    return time.fromisoformat(said.zfill(5)) if said else time(0)

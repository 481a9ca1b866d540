"""The queue: everything that is still to happen, as a list or by days, and what keeps channels from sending."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from babel.dates import format_date
from starlette.requests import Request
from starlette.responses import Response

from bot.actions import hushed, reading, several
from bot.actions.health import health, person
from bot.actions.offering import has_no_time
from bot.actions.reading import Told
from bot.desk.heaps import piles
from bot.desk.here import Here, Right, Way
from bot.desk.languages import language_of
from bot.desk.paper import render
from bot.desk.rows import Line, can_edit, lines, said_after, wall

MOST = 50
"""How many rows a list begins with."""
_DAYS = 7
_HOURS = 3
"""Of a day, how many stand in one cell of the week."""
_FARTHEST = timedelta(days=3660)
"""From today, of a day to begin at: the weeks beside it have to be in the calendar too."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page was asked for: a view, one channel or all (""), from which day, how many rows."""

    view: str
    channel: str
    begins: date
    most: int
    today: date

    def address(self, **other: object) -> str:
        """Write the address of this page, or of one that differs from it."""
        here: dict[str, object] = {"view": self.view, "channel": self.channel, "from": self.begins, "most": self.most}
        said = {name: str(value) for name, value in (here | other).items()}
        usual = {"view": "list", "channel": "", "from": str(self.today), "most": str(MOST)}
        kept = {name: value for name, value in said.items() if value != usual.get(name)}
        return f"/queue?{urlencode(kept)}" if kept else "/queue"


@dataclass(frozen=True, slots=True)
class Cell:
    """Some hours of one day, and what happens in them."""

    hour: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """One column of the week."""

    date: date
    name: str
    is_today: bool
    cells: tuple[Cell, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing happens on it."""
        return not any(each.lines for each in self.cells)


async def page(request: Request, here: Here) -> Response:
    """Show the queue."""
    found, stands = await reading.queue(here.room), await health(here.room)
    everything = (*found.people, *found.coming)
    asked = _asked(here, {*here.room.channels, *(each.delivery.channel for each in everything)})
    is_whole = asked.view == "list" and not asked.channel
    whole = [each for each in everything if asked.channel in ("", each.delivery.channel)]
    whole.sort(key=lambda each: (max(each.at, here.desk.clock.now()), each.delivery.id))
    timed = [each for each in whole if not has_no_time(each, here.desk.clock.now())]
    chosen = _in_week(here, timed, asked.begins) if asked.view == "week" else whole[: asked.most]
    shown = await lines(here, chosen, is_hushed=bool(stands.hushed_by))
    return render(
        here,
        "queue.html",
        told=await said_after(here),
        asked=asked,
        lines=shown,
        kept=hushed.kept(found.people, here.room.channels) if is_whole else (),
        piles=piles(here, several.heaps(found.people, here.room.channels)) if is_whole else (),
        timeless=len(whole) - len(timed),
        more=len(whole) - len(chosen) if asked.view == "list" else 0,
        most=MOST,
        days=_days(here, shown, asked.begins) if asked.view == "week" else (),
        week=timedelta(days=_DAYS),
        health=stands,
        person=person,
        can_edit=can_edit(here),
        soonest=wall(here, here.desk.clock.now()),
    )


def _asked(here: Here, channels: Collection[str]) -> Asked:
    """Read the address; what makes no sense in it counts as not said. `channels`: all that posts wait on, also gone."""
    said = here.request.query_params
    view = "week" if said.get("view") == "week" else "list"
    channel = said.get("channel", "")
    today = _today(here)
    try:
        begins = date.fromisoformat(said.get("from", ""))
    except ValueError:
        begins = today
    if abs(begins - today) > _FARTHEST:
        begins = today
    most = int(said["most"]) if said.get("most", "").isdecimal() and len(said["most"]) < 6 else MOST
    return Asked(view, channel if channel in channels else "", begins, max(MOST, most), today)


def _today(here: Here) -> date:
    return date.fromisoformat(wall(here, here.desk.clock.now())[:10])


def _in_week(here: Here, found: Iterable[Told], begins: date) -> list[Told]:
    last = begins + timedelta(days=_DAYS - 1)
    return [each for each in found if str(begins) <= wall(here, each.at)[:10] <= str(last)]


def _days(here: Here, shown: list[Line], begins: date) -> tuple[Day, ...]:
    locale, days = language_of(here.person, here.request), [begins + timedelta(days=n) for n in range(_DAYS)]
    return tuple(
        Day(each, format_date(each, "EEE d MMM", locale=locale), each == _today(here), _cells(shown, each))
        for each in days
    )


def _cells(shown: list[Line], day: date) -> tuple[Cell, ...]:
    hers = [each for each in shown if each.wall.startswith(str(day))]
    return tuple(
        Cell(hour, tuple(each for each in hers if int(each.wall[11:13]) // _HOURS * _HOURS == hour))
        for hour in range(0, 24, _HOURS)
    )


WAYS = (Way("GET", "/queue", page, Right.LOOK),)

"""What channels have spent, and what is still to go out today would cost."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.actions.reading import Told
from bot.actions.room import Room
from bot.model import Budget, State
from bot.rules.budget import Forecast, said
from bot.store import spending

__all__ = ["Forecast", "due_today", "forecasts", "said"]


async def forecasts(room: Room, found: Collection[Told], prices: Mapping[int, str]) -> list[Forecast]:
    """Tell it of each channel with a budget, and of each other one that has spent anything or is about to.

    `found`: what waits; `prices`: what each of it will cost.
    """
    now, zone, made = room.clock.now(), room.composer.zone, []
    for name, who in room.channels.items():
        if not room.composer.charges(who):
            continue
        due = [Decimal(prices[each.delivery.id]) for each in due_today(room, found) if _costs(each, name, prices)]
        spent = await room.store.write(spending.spent, name, now, zone=zone)
        if who.budget or spent.month or due:
            made.append(Forecast(name, spent, who.budget or Budget(), len(due), sum(due, Decimal(0))))
    return made


def due_today(room: Room, found: Collection[Told]) -> list[Told]:
    """List what is still to go out today by the newsroom's clock, as far as can be known."""
    zone = ZoneInfo(room.composer.zone)
    today = _day(room.clock.now(), zone)
    return [each for each in found if each.delivery.state is State.DUE and _day(each.at, zone) <= today]


def _costs(each: Told, channel: str, prices: Mapping[int, str]) -> bool:
    return each.delivery.channel == channel and each.delivery.id in prices


def _day(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).date().isoformat()

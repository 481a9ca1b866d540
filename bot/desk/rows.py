"""One delivery as a row of a page: what stands on it, and the buttons that fit whoever looks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.actions import offering, reading, shelf
from bot.actions.offering import ByItself, Offer
from bot.actions.reading import Told
from bot.actions.staff import Role
from bot.desk.here import Here, whole

MAY_APPROVE = (Role.APPROVER, Role.ADMIN)
_FIELD = "%Y-%m-%dT%H:%M"
"""How browsers write a moment in a field of the type datetime-local."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What stands on a row."""

    id: int
    state: str
    channel: str
    network: str
    title: str
    address: str
    """The page of its article, or its own where it has none."""
    sentence: str
    at: datetime
    """When something happens to it at the earliest."""
    is_over: bool
    """Whether that moment is over: it goes as soon as it can, or waits for somebody."""
    offers: tuple[Offer, ...]
    """Nothing for whoever only looks."""
    by_itself: ByItself | None
    """What becomes of it while nobody decides; None where its sentence says so."""
    price: str
    wall: str
    """`at`, or now where that is over, by the newsroom's clock as a form's field has it."""
    moves: int
    """Which version of it the row shows."""
    may_come_yet: bool
    """Whether its network had all of it, so that it may come, or be shown, yet."""
    tried: str
    """Which try it was whose outcome is asked for."""
    template: str = ""
    """The template to be mended; "" where that is not offered."""


def can_edit(here: Here) -> bool:
    """Whether buttons are shown; that they do nothing for others is for the table of routes to see to."""
    return here.person.role is not Role.VIEWER


def can_approve(here: Here) -> bool:
    """Whether who asks may decide what waits for approval."""
    return here.person.role in MAY_APPROVE


async def lines(here: Here, found: Collection[Told], *, is_hushed: bool) -> list[Line]:
    """Make rows of deliveries, with what each will cost."""
    prices = await reading.prices(here.room, here.desk.adapter, found)
    made = [_line(here, each, prices, is_hushed=is_hushed) for each in found]
    return [await _with_template(here, each, line) for each, line in zip(found, made, strict=True)]


async def _with_template(here: Here, told: Told, line: Line) -> Line:
    """Name the template a row leads to, where it does."""
    if Offer.TEMPLATE not in line.offers:
        return line
    language = told.article.language if told.article else ""
    return replace(line, template=await shelf.name_for(here.room, here.room.channels[line.channel], language))


def _line(here: Here, told: Told, prices: Mapping[int, str], *, is_hushed: bool) -> Line:
    stands, who = told.delivery, here.room.channels.get(told.delivery.channel)
    offers = offering.offers(stands, is_hushed=is_hushed, is_listed=who is not None) if can_edit(here) else ()
    may_undo = can_approve(here) and stands.expires_at > here.desk.clock.now()
    return Line(
        id=stands.id,
        state=str(stands.state),
        channel=stands.channel,
        network=here.room.composer.title(who) if who else "",
        title=reading.title(told),
        address=f"/articles/{told.article.story}" if told.article else f"/articles/posts/{stands.id}",
        sentence=told.said(here.tongue),
        at=told.at,
        is_over=told.at <= here.desk.clock.now(),
        offers=tuple(each for each in offers if each is not Offer.UNDO or may_undo),
        by_itself=offering.by_itself(told),
        price=prices.get(stands.id, ""),
        wall=wall(here, told.at),
        moves=stands.moves,
        may_come_yet=offering.may_come_yet(told),
        tried=stands.intent_at.isoformat() if stands.intent_at else "",
    )


async def said_after(here: Here) -> str:
    """Say how the delivery stands that a form without JavaScript was about, which led back here."""
    which = whole(here.request.query_params.get("after", ""))
    return await said_of(here, which) if which is not None else ""


async def said_of(here: Here, which: int) -> str:
    """Say in a line how a delivery stands; "" where there is none."""
    told = await reading.one(here.room, which)
    return f"{reading.title(told)} ({told.delivery.channel}): {told.said(here.tongue)}" if told else ""


def wall(here: Here, at: datetime) -> str:
    """Write a moment as a form's field has it; one that is over becomes the next minute."""
    soonest = here.desk.clock.now() + timedelta(minutes=1)
    return max(at, soonest).astimezone(ZoneInfo(here.desk.zone)).strftime(_FIELD)

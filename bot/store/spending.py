"""What posts cost: what a channel has spent, whether its budget reaches for one more, and what became known since."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from adapters.contract import Withdrawn
from bot.model import Channel, Delivery
from bot.posts.price import dollars
from bot.rules.budget import Spent, begins, share_of, shortfall
from bot.store.columns import Money
from bot.store.schema import PAID, attempt, delivery

_SPENT = (
    sa.select(
        sa.func.sum(attempt.c.cost, type_=Money()).filter(attempt.c.intent_at >= given("day")).label("day"),
        sa.func.sum(attempt.c.cost, type_=Money()).label("month"),
    )
    .join(delivery, delivery.c.id == attempt.c.delivery)
    .where(sa.text(PAID), attempt.c.intent_at >= given("month"), delivery.c.channel == given("who"))
)
_FORGIVE = attempt.update().where(attempt.c.delivery == given("which"), sa.text(PAID)).values(cost=Decimal(0))
_last = sa.select(sa.func.max(attempt.c.id)).where(attempt.c.delivery == given("which")).scalar_subquery()
_CHARGE = attempt.update().where(attempt.c.id == _last).values(cost=given("price", type_=Money()))
_COST = sa.select(sa.func.sum(attempt.c.cost, type_=Money())).where(attempt.c.delivery == given("which"), sa.text(PAID))


class OverBudget(Withdrawn):
    """The channel's budget does not reach for the post; nothing was written. `why` says so in figures."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def spent(db: sa.Connection, who: str, now: datetime, *, zone: str) -> Spent:
    """Sum up what a channel's posts cost today and this month."""
    today = now.astimezone(ZoneInfo(zone)).date()
    day, month = begins(today, zone)
    found = db.execute(_SPENT, {"who": who, "day": day, "month": month}).one()
    return Spent(today, found.day or Decimal(0), found.month or Decimal(0))


def lacking(db: sa.Connection, who: Channel, stands: Delivery, price: str, now: datetime, *, zone: str) -> str:
    """Say in figures why the channel's budget does not reach for a post at `price`; "" where it does.

    A post that a person let go all the same is asked for nothing.
    """
    if who.budget is None or not price or stands.may_overspend:
        return ""
    known = spent(db, who.id, now, zone=zone)
    return shortfall(who.budget, known, Decimal(price), share=share_of(stands, who))


def refuse_dear(db: sa.Connection, who: Channel, stands: Delivery, price: str, now: datetime, *, zone: str) -> None:
    """Stop what the budget does not reach for, in the transaction of the intent that would spend it."""
    if why := lacking(db, who, stands, price, now, zone=zone):
        raise OverBudget(why)


def forgive(db: sa.Connection, which: int) -> None:
    """Take back what a delivery's tries were thought to cost: it is surely not out."""
    db.execute(_FORGIVE, {"which": which})


def charge(db: sa.Connection, which: int, price: str) -> None:
    """Count a delivery that was found out there, also where somebody had said that it was not."""
    db.execute(_CHARGE, {"which": which, "price": Decimal(price)})


def cost_of(db: sa.Connection, which: int) -> str:
    """Tell what a delivery counts for, as its price is written; "" where that is nothing."""
    cost = db.scalar(_COST, {"which": which})
    return dollars(cost) if cost else ""

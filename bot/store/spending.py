"""What posts cost: what a channel has spent, whether its budget reaches for one more, and what became known since."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import bindparam as given

from adapters.contract import Withdrawn
from bot.audit.rows import Action
from bot.model import Channel, Delivery
from bot.posts.price import dollars
from bot.rules.budget import Spent, begins, share_of, shortfall
from bot.store.audit import JARSHY, tell
from bot.store.columns import Money
from bot.store.schema import PAID, attempt, channel, channel_fact, delivery

_FEE = "fees:"
"""How the names of those facts of a channel begin that hold a day's fees."""
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


_FEES = sa.select(channel_fact.c.name, channel_fact.c.value).where(
    channel_fact.c.channel == given("who"), channel_fact.c.name.startswith(_FEE)
)
_FEE_OF = sa.and_(channel_fact.c.channel == given("whose"), channel_fact.c.name == given("which"))
_ADD_FEE, _SET_FEE = channel_fact.insert(), channel_fact.update().where(_FEE_OF)
_DROP_FEE = channel_fact.delete().where(_FEE_OF)
_HERE = sa.select(channel.c.id).where(channel.c.id == given("who")).with_for_update()


class OverBudget(Withdrawn):
    """The channel's budget does not reach for the post; nothing was written. `why` says so in figures."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def spent(db: sa.Connection, who: str, now: datetime, *, zone: str) -> Spent:
    """Sum up what a channel's posts cost today and this month, and what its network asked for beside them."""
    today = now.astimezone(ZoneInfo(zone)).date()
    day, month = begins(today, zone)
    found = db.execute(_SPENT, {"who": who, "day": day, "month": month}).one()
    fees = _fees(db, who, today)
    return Spent(
        today,
        (found.day or Decimal(0)) + fees.get(_fee_at(today), Decimal(0)),
        (found.month or Decimal(0)) + sum(fees.values(), Decimal(0)),
    )


def pay(
    db: sa.Connection,
    who: str,
    fee: str,
    amount: Decimal,
    now: datetime,
    *,
    zone: str,
    actor: str = JARSHY,
    is_sure: bool = True,
) -> None:
    """Count what a channel's network asked for beside its posts. It is told, not asked: the call is over.

    What it may have asked for at the most counts too, as a post does that may be out; the row says which of the two.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    cost = {"price" if is_sure else "most": dollars(amount)}
    tell(db, Action.CHANNEL_CHARGED, now, actor=actor, channel=who, fee=fee, **cost)
    if db.scalar(_HERE, {"who": who}) is None:  # a channel of alerts alone has no budget
        return
    known, name = _fees(db, who, today), _fee_at(today)
    if name in known:
        db.execute(_SET_FEE, {"whose": who, "which": name, "value": str(known[name] + amount)})
        return
    db.execute(_ADD_FEE, {"channel": who, "name": name, "value": str(amount)})
    for older in db.execute(_FEES, {"who": who}).all():
        if older.name < _fee_at(today.replace(day=1)):
            db.execute(_DROP_FEE, {"whose": who, "which": older.name})


def _fees(db: sa.Connection, who: str, today: date) -> dict[str, Decimal]:
    """Read the fees of this month, by day."""
    since = _fee_at(today.replace(day=1))
    return {each.name: Decimal(each.value) for each in db.execute(_FEES, {"who": who}) if each.name >= since}


def _fee_at(day: date) -> str:
    return f"{_FEE}{day.isoformat()}"


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

"""Knows whether a channel's budget reaches for a post, and what becomes of one it does not reach for. Pure."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.model import Budget, Channel, Delivery, Next, Reason, State
from bot.posts.price import dollars
from bot.rules.outcome import ANNOUNCES, BY_HAND
from bot.tongue import phrase


@dataclass(frozen=True, slots=True)
class Spent:
    """What a channel's posts cost today and this month; one that may be out counts until it is known not to be."""

    today: date
    day: Decimal = Decimal(0)
    month: Decimal = Decimal(0)


def begins(today: date, zone: str) -> tuple[datetime, datetime]:
    """Tell when a day and its month began by the newsroom's clock."""
    days = (today, today.replace(day=1))
    day, month = (datetime.combine(each, time(0), ZoneInfo(zone)).astimezone(UTC) for each in days)
    return day, month


def shortfall(budget: Budget, spent: Spent, price: Decimal) -> str:
    """Say in figures why a budget does not reach for a post; "" where it does."""
    limits = ((budget.day, spent.day, f"{spent.today:%-d %B}"), (budget.month, spent.month, f"{spent.today:%B %Y}"))
    for limit, so_far, when in limits:
        if limit is not None and so_far + price > limit:
            costs, used, most = dollars(price), dollars(so_far), dollars(limit)
            return phrase(f"the post costs ${costs}, and ${used} of the ${most} for {when} were spent")
    return ""


def may_go_unlinked(stands: Delivery, who: Channel) -> bool:
    """Whether a post the budget does not reach for may lose its link: never one whose words are a person's."""
    is_ours = stands.kind in ANNOUNCES and not stands.approved and stands.template != BY_HAND
    return is_ours and who.budget is not None and who.budget.near == "unlinked"


def unlinked(stands: Delivery, why: str, remark: str, now: datetime) -> Next:
    """Decide once a post stands without its link; the next turn sends it."""
    said = "; ".join(filter(None, (phrase(f"without its link: with it {why}"), remark)))
    return Next(replace(stands, state=State.DUE, reason=Reason.UNLINKED, detail=said, due_at=now))

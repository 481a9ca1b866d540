"""Knows whether a channel's budget reaches for a post, and what becomes of one it does not reach for. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.model import Budget, Channel, Delivery, Next, Reason, State
from bot.posts.price import dollars, unlinked
from bot.rules.standing import ANNOUNCES, BY_HAND
from bot.tongue import ENGLISH, Tongue, phrase

UNLINKED_FROM = Decimal("0.9")
"""From which share of a budget on posts lose their links, where they may: the rest pays for many that have none."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a channel's posts cost today and this month; one that may be out counts until it is known not to be."""

    today: date
    day: Decimal = Decimal(0)
    month: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a channel has spent, and what so many `posts` that are still to go out today would cost."""

    channel: str
    spent: Spent
    budget: Budget
    posts: int
    price: Decimal

    @property
    def is_short(self) -> bool:
        """Whether the budget does not reach for all of them."""
        return bool(shortfall(self.budget, self.spent, self.price))


def begins(today: date, zone: str) -> tuple[datetime, datetime]:
    """Tell when a day and its month began by the newsroom's clock."""
    days = (today, today.replace(day=1))
    day, month = (datetime.combine(each, time(0), ZoneInfo(zone)).astimezone(UTC) for each in days)
    return day, month


def shortfall(budget: Budget, spent: Spent, price: Decimal, *, share: Decimal = Decimal(1)) -> str:
    """Say in figures why a budget does not reach for a post; "" where it does.

    `share`: how much of the budget the post may use up.
    """
    limits = ((budget.day, spent.day, f"{spent.today:%-d %B}"), (budget.month, spent.month, f"{spent.today:%B %Y}"))
    for limit, so_far, when in limits:
        if limit is None or so_far + price <= limit * share:
            continue
        costs, used, most = dollars(price), dollars(so_far), dollars(limit)
        if so_far + price > limit:
            return phrase(f"the post costs ${costs}, and ${used} of the ${most} for {when} were spent")
        return phrase(
            f"the post costs ${costs}, ${used} of the ${most} for {when} were spent, and the last tenth is for posts "
            "without links"
        )
    return ""


def share_of(stands: Delivery, who: Channel) -> Decimal:
    """Tell how much of the budget a post may use: one that could do without its link leaves some for those that do."""
    is_linked = stands.post is not None and unlinked(stands.post) != stands.post
    return UNLINKED_FROM if is_linked and may_go_unlinked(stands, who) else Decimal(1)


def may_go_unlinked(stands: Delivery, who: Channel) -> bool:
    """Whether a post the budget does not reach for may lose its link: never one whose words are a person's."""
    is_ours = stands.kind in ANNOUNCES and not stands.approved and stands.template != BY_HAND
    return is_ours and who.budget is not None and who.budget.near == "unlinked"


def go_unlinked(stands: Delivery, why: str, remark: str, now: datetime) -> Next:
    """Decide once a post stands without its link; the next turn sends it."""
    said = "; ".join(filter(None, (phrase(f"without its link: with it {why}"), remark)))
    return Next(replace(stands, state=State.DUE, reason=Reason.UNLINKED, detail=said, due_at=now))


def priced(amount: Decimal) -> str:
    """Write US dollars as a terminal shows them."""
    return f"${dollars(amount)}"


def said(known: Forecast, tongue: Tongue = ENGLISH, money: Callable[[Decimal], str] = priced) -> str:
    """Say in a sentence what a channel has spent, and what today would still cost; `money` writes amounts."""
    sums = ((known.spent.day, known.budget.day), (known.spent.month, known.budget.month))
    of = tongue.say("{used} of {most}")
    today, month = (
        money(used) if most is None else of.format(used=money(used), most=money(most)) for used, most in sums
    )
    told = tongue.say("{channel}: {today} spent today and {month} this month")
    more = tongue.say("; still due today: {posts}, for {price}") if known.posts else ""
    short = tongue.say(", which is more than is left") if known.posts and known.is_short else ""
    facts = {"channel": known.channel, "today": today, "month": month, "posts": known.posts}
    return f"{told}{more}{short}.".format(**facts, price=money(known.price))

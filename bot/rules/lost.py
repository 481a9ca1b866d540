"""Knows what a database that was brought back from a copy means for deliveries and stories. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.model import Article, Delivery, Reason, State
from bot.rules.outcome import REPEATABLE
from bot.rules.plan import EMBARGO_FROM, is_ahead


@dataclass(frozen=True, slots=True)
class LostTime:
    """From the last thing a copy knows to the moment it was put in the place of the database."""

    copied_at: datetime
    restored_at: datetime


def restored(stands: Delivery, copied_at: datetime, restored_at: datetime, mark: str | None) -> Delivery:
    """Tell how an open delivery stands in a database brought back from a copy that ends at `copied_at`.

    Whoever worked on the lost database may have sent it: that is looked for, from where the copy ends. `mark`: the
    network's watermark then.
    """
    lost = replace(stands, state=State.UNKNOWN, reason=Reason.RESTORED, detail="", copied_at=copied_at)
    lost = replace(lost, due_at=restored_at, last_at=restored_at, looks=0, renewals=0)
    if stands.kind in REPEATABLE:
        return replace(lost, state=State.HELD, detail="a change of a post cannot be looked for")
    return lost if stands.intent_at is not None else replace(lost, intent_at=copied_at, mark=mark)


def since_copy(article: Article, lost: LostTime | None, now: datetime, *, is_first_look: bool) -> datetime | None:
    """Tell where the copy ends, if the lost database may have known and sent a story this one does not know.

    That is whatever stands in a feed when it is first read whole again, and whatever is dated up to the restore and a
    little beyond, as clocks differ. What is dated well ahead was waiting then as it is now.
    """
    if lost is None or is_ahead(article, now):
        return None
    is_dated_so = article.published is not None and article.published <= lost.restored_at + EMBARGO_FROM
    return lost.copied_at if is_first_look or is_dated_so else None

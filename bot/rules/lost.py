"""Knows what a database that was brought back from a copy means for deliveries and stories. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.model import Article, Delivery, Reason, State
from bot.rules.plan import EMBARGO_FROM, is_ahead
from bot.rules.standing import REPEATABLE
from bot.tongue import phrase


@dataclass(frozen=True, slots=True)
class LostTime:
    """From the last thing a copy knows to the moment it was put in the place of the database."""

    copied_at: datetime
    restored_at: datetime


@dataclass(frozen=True, slots=True)
class PutBack:
    """What shows that a database was put back by other hands than ours.

    `signed`: so many rows of its log were signed, and this log does not have them; None: the file itself says that it
    is a copy. `rows`: so many the log has; `ends_at`: the last thing the daemon wrote there.
    """

    signed: int | None
    rows: int
    ends_at: datetime | None

    def sentence(self, store: str, checkpoint: str, zone: str) -> str:
        """Say it; `checkpoint` is the name of the file with what was signed."""
        ends = f", the daemon's last of {_moment(self.ends_at, zone)}" if self.ends_at else ""
        last = f"{self.rows:,}{ends}"
        if self.signed is None:
            return f"{store} is a copy that `jarshy backup` made; its log has {last}"
        others = "" if self.signed > self.rows else " of another log"
        return f"{checkpoint} was signed over {self.signed:,} rows{others}, and the log of {store} has {last}"


def _moment(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%-d %B %Y, %H:%M}"


def restored(stands: Delivery, copied_at: datetime, restored_at: datetime, mark: str | None) -> Delivery:
    """Tell how an open delivery stands in a database brought back from a copy that ends at `copied_at`.

    Whoever worked on the lost database may have sent it: that is looked for, from where the copy ends. `mark`: the
    network's watermark then.
    """
    lost = replace(stands, state=State.UNKNOWN, reason=Reason.RESTORED, detail="", copied_at=copied_at)
    lost = replace(lost, due_at=restored_at, last_at=restored_at, looks=0, renewals=0)
    if stands.kind in REPEATABLE:
        return replace(lost, state=State.HELD, detail=phrase("a change of a post cannot be looked for"))
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

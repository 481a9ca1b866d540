"""Knows what becomes of posts that wait for somebody to describe their photo. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.model import Delivery, Reason, State
from bot.rules.approval import approved_by, remark_of, thawed
from bot.rules.standing import BY_HAND
from bot.tongue import phrase

__all__ = [
    "MOST",
    "UNDESCRIBED",
    "WITHOUT",
    "described",
    "goes_bare",
    "looked_at_anew",
    "of_another_photo",
    "released_bare",
    "remarked",
]

MOST = 2000
"""Signs of a description: the most that is read to anybody in one go, and what most networks take."""


def _waits(stands: Delivery) -> bool:
    # Words a person wrote meanwhile are a post without the photo.
    return (stands.state, stands.reason) == (State.HELD, Reason.NO_ALT) and stands.template != BY_HAND


def described(stands: Delivery, actor: str, now: datetime, *, lives: timedelta) -> Delivery:
    """Let a post go, written anew, once a person described its photo; it has time to live again."""
    return _let_go(stands, Reason.RELEASED, actor, now, lives) if _waits(stands) else stands


def looked_at_anew(stands: Delivery, revision: int, now: datetime, *, lives: timedelta) -> Delivery:
    """Have a post written anew, with time to live, after its article changed: the photo may be described now."""
    if not _waits(stands):
        return stands
    return replace(_let_go(stands, Reason.REVISED, "", now, lives), revision=revision)


def _let_go(stands: Delivery, why: Reason, detail: str, now: datetime, lives: timedelta) -> Delivery:
    at = max(now, stands.due_at)
    due = replace(thawed(stands), state=State.DUE, reason=why, detail=detail, due_at=at)
    return replace(due, expires_at=max(stands.expires_at, at + lives))


WITHOUT = phrase("without its photo")
UNDESCRIBED = phrase("it has no alternative text")
_BARE = f"{WITHOUT}: {UNDESCRIBED}"


def released_bare(stands: Delivery, actor: str) -> str:
    """Write who released a post, and that it goes without the photo where it waited for its description."""
    return approved_by(actor, _BARE) if _waits(stands) else actor


def goes_bare(stands: Delivery) -> bool:
    """Whether a person let a post go without its photo, whatever it is written anew for."""
    told = remark_of(replace(stands, reason=Reason.RELEASED))
    return stands.reason in (Reason.RELEASED, Reason.REVISED) and told == _BARE


def of_another_photo(fresh: Delivery) -> Delivery:
    """Have a description asked for anew where the article shows another photo than a person let the post go without."""
    is_kept = fresh.state is State.DUE and goes_bare(fresh)
    return replace(fresh, detail="") if is_kept else fresh


def remarked(told: str, remark: str) -> str:
    """Join what was said of a post before and what is said now it is written anew; its photo is judged anew."""
    return "; ".join(each for each in (told.removeprefix(_BARE).removeprefix("; "), remark) if each)

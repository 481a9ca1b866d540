"""Knows what becomes of posts that wait for somebody to describe their photo. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.model import Delivery, Reason, State
from bot.rules.outcome import BY_HAND, thawed

__all__ = ["MOST", "described", "looked_at_anew"]

MOST = 2000
"""Signs of a description: the most that is read to anybody in one go, and what most networks take."""


def _waits(stands: Delivery) -> bool:
    # Words a person wrote meanwhile are a post without the photo.
    return (stands.state, stands.reason) == (State.HELD, Reason.NO_ALT) and stands.template != BY_HAND


def described(stands: Delivery, actor: str, now: datetime, *, lives: timedelta) -> Delivery:
    """Let a post go, written anew, once a person described its photo; it has time to live again."""
    if not _waits(stands):
        return stands
    at = max(now, stands.due_at)
    let_go = replace(thawed(stands), state=State.DUE, reason=Reason.RELEASED, detail=actor, due_at=at)
    return replace(let_go, expires_at=max(stands.expires_at, at + lives))


def looked_at_anew(stands: Delivery, revision: int) -> Delivery:
    """Have a post written anew after its article changed: the photo may be described now, or another."""
    if not _waits(stands):
        return stands
    return replace(thawed(stands), state=State.DUE, reason=Reason.REVISED, detail="", revision=revision)

"""Which alerts there are, which are told together, and how long one must be over before that is told. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model import Delivery

TOGETHER = timedelta(minutes=10)
"""Alerts of one cause within this time are one message: a storm has one cause and many scopes."""
CALM = timedelta(minutes=10)
"""How long something that heals by itself must be well before that is told; twice as long each time it came back."""
MOST_CALM = timedelta(hours=4)


class Cause(StrEnum):
    """What an alert is about; its scope names the thing. `rules/alert_cases.py` has the words for each."""

    ACCOUNT_STOPPED = "account_stopped"
    ACCESS_ENDS = "access_ends"
    CHANNEL_STOPPED = "channel_stopped"
    NETWORK_FAILING = "network_failing"
    DELIVERY_HELD = "delivery_held"
    DELIVERY_WAITS = "delivery_waits"
    STORY_REVISED = "story_revised"
    WISH_TOO_LATE = "wish_too_late"
    NOTHING_POSTED = "nothing_posted"
    SOURCE_FAILING = "source_failing"
    SOURCE_SILENT = "source_silent"
    SOURCE_GAP = "source_gap"
    SOURCE_LACKS = "source_lacks"
    SOURCE_FLOOD = "source_flood"
    TEMPLATE_WAITS = "template_waits"
    TEMPLATE_REFUSED = "template_refused"
    SETTINGS_REFUSED = "settings_refused"
    GONE_WAITS = "gone_waits"
    DISK_LOW = "disk_low"
    CLOCK_OFF = "clock_off"
    CHECKPOINT_OLD = "checkpoint_old"
    SEAL_FAILS = "seal_fails"
    AUDIT_BROKEN = "audit_broken"
    DATABASE_RESTORED = "database_restored"


DECIDED = frozenset(
    {
        Cause.DELIVERY_HELD,
        Cause.STORY_REVISED,
        Cause.WISH_TOO_LATE,
        Cause.TEMPLATE_WAITS,
        Cause.TEMPLATE_REFUSED,
        Cause.SETTINGS_REFUSED,
        Cause.GONE_WAITS,
    }
)
"""What a person ends by deciding. It never flaps: if it comes again it is news, also within minutes."""


FOLDED: Mapping[Cause, str] = {Cause.STORY_REVISED: " on {}", Cause.WISH_TOO_LATE: " was out on {} before "}
"""Causes that hit several posts of one article alike, and where their facts name the channel."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One cause in one scope. `what` is the fact in words; `fix` what a person can do.

    `opened_at` is since when; `times` how often it came, where it went and came back before anybody was told.
    """

    id: int
    cause: Cause
    scope: str
    what: str
    fix: str
    opened_at: datetime
    closed_at: datetime | None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Untold:
    """An alert of which something is still to be told; `recent`: how often it came within a day."""

    alert: Alert
    is_entry_told: bool
    recent: int = 1


@dataclass(frozen=True, slots=True)
class News:
    """What one message tells: alerts of one cause that came, or that are over."""

    cause: Cause
    is_over: bool
    alerts: tuple[Alert, ...]


def to_tell(untold: Iterable[Untold], told: Mapping[tuple[Cause, bool], datetime], now: datetime) -> list[News]:
    """Gather what is to be told now. `told`: when each cause was last told, by whether it was over."""
    groups: defaultdict[tuple[Cause, bool], list[Alert]] = defaultdict(list)
    for each in untold:
        if (is_over := _turn(each, now)) is not None:
            groups[each.alert.cause, is_over].append(each.alert)
    return [News(*key, tuple(some)) for key, some in groups.items() if not _was_just_told(told.get(key), now)]


def folded(opened: Iterable[Alert], posts: Mapping[str, Delivery]) -> list[Alert]:
    """Make one alert of those that say the same of several posts of one article; `posts`: by scope."""
    groups: defaultdict[object, list[Alert]] = defaultdict(list)
    for each in opened:
        post = posts.get(each.scope) if each.cause in FOLDED else None
        groups[_alike(each, post) if post and post.story else each.id].append(each)
    return [_one_of(some, posts) for some in groups.values()]


def _alike(each: Alert, post: Delivery) -> object:
    """Name what an alert says but for its channel, and for where readers see its post."""
    said, _ = _seen_at(each)
    return each.cause, post.story, said.replace(FOLDED[each.cause].format(post.channel), "", 1)


def _one_of(some: list[Alert], posts: Mapping[str, Delivery]) -> Alert:
    first = some[0]
    if len(some) == 1:
        return first
    out, on = [posts[each.scope] for each in some], FOLDED[first.cause]
    channels = ", ".join(dict.fromkeys(each.channel for each in out))
    seen = ", ".join(dict.fromkeys(filter(None, (_seen_at(each)[1] for each in some))))
    what = _seen_at(first)[0].replace(on.format(out[0].channel), on.format(channels), 1)
    return replace(
        first,
        scope=f"deliveries:{', '.join(str(each.id) for each in out)}",
        what=f"{what}: {seen}" if seen else what,
        fix=first.fix.replace(f"-post {out[0].id}`", "-post ID`"),
        opened_at=min(each.opened_at for each in some),
    )


def _seen_at(each: Alert) -> tuple[str, str]:
    """Part what an alert says from the address of a post it ends in; "" where it ends in none."""
    found = _SEEN.search(each.what) if each.cause is Cause.WISH_TOO_LATE else None
    return (each.what[: found.start()], found[1]) if found else (each.what, "")


_SEEN = re.compile(r": (https?://\S+)$")


def calm(recent: int) -> timedelta:
    """Tell how long an alert that came `recent` times within a day must be over before it counts as over."""
    return min(CALM * (1 << min(recent - 1, 10)), MOST_CALM)


def _turn(each: Untold, now: datetime) -> bool | None:
    """Tell whether an alert's end is to be told now (True), its beginning (False), or nothing yet (None)."""
    alert = each.alert
    if alert.cause in DECIDED:
        # Who decided within the minute knows; one message says so to everybody else.
        return True if alert.closed_at else None if each.is_entry_told else False
    if not each.is_entry_told:
        return False
    return True if alert.closed_at and now - alert.closed_at >= calm(each.recent) else None


def _was_just_told(at: datetime | None, now: datetime) -> bool:
    return at is not None and timedelta(0) <= now - at < TOGETHER

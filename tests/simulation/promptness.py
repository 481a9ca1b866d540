"""Whether everything waits only as long as it must, and once nothing goes wrong any more goes out by itself."""

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.audit.rows import Action
from bot.model import Policy
from bot.rules.breaker import MOST_ASK
from bot.rules.outcome import FILM_EVERY, FIRST_PROBE, STEP_ASIDE
from tests.simulation.newsroom import GAP, QUIET, RATES
from tests.simulation.world import EPOCH

if TYPE_CHECKING:
    from tests.simulation.sim import History

_ZERO = EPOCH.timestamp()
_TICK = 35.0
"""Seconds between two looks of a daemon at what is due, at most, with what a look takes."""
_REST = GAP.total_seconds() + 2 * _TICK
"""Seconds a channel may rest that has something to send."""
_ASKED = 15 * 60.0
"""Seconds a network asks to be left alone, at most."""
_FULL_INBOX = 3600.0
"""Seconds a draft waits while five others wait in TikTok's app: begun ones whose bytes never came count for an hour."""
_GONE = 10 * 60.0
_LEASES = 150.0
"""Seconds until what a dead or frozen process held is anybody's again, and its call is looked for."""
_FINDS_NOTHING = (
    "Telegram tells a bot nothing of its posts",
    "no earlier post is known to look behind",
    "TikTok's answer was lost, and nobody can ask about a draft",
)
"""What the sheets say: without a scratch chat, or a post to look behind, nobody can tell; TikTok lists no drafts."""
_SHUTS = {Action.ACCOUNT_STOPPED, Action.CHANNEL_STOPPED, Action.CHANNEL_UNANSWERED}
_OPENS = {Action.ACCOUNT_STARTED, Action.CHANNEL_STARTED, Action.CHANNEL_ANSWERED}


def late(history: "History", log: list[dict[str, Any]], *, wall: timedelta, slack: timedelta) -> list[str]:
    """Say what waited too long; `wall` is how far two readings of the wall clock may be apart."""
    off = wall.total_seconds()
    if off > 3600:  # nobody knows by how much the clock was set meanwhile
        return []
    return _long(history, log, off + slack.total_seconds()) + _Watch(history, off).watch(log)


def found(history: "History", moves: list[dict[str, Any]]) -> list[str]:
    """Say what was left to a person although its sheet says that it can be found, and what came to nothing."""
    wrong = []
    for row in moves:
        if row["state"] == "expired" and not (history.plan.jumps or history.plan.clock):
            wrong.append(f"late: delivery {row['delivery']} was still due when its time was over")
        if row["state"] != "held" or row["reason"] not in ("undecidable", "unshown", "worked_on", "gave_up"):
            continue
        if (history.plan.jumps or history.plan.clock) and row["reason"] == "undecidable":
            continue  # a post the network dates hours away from its intent is for a person
        if not str(row.get("detail", "")).startswith(_FINDS_NOTHING):
            wrong.append(f"held: delivery {row['delivery']} {row['reason']} {row.get('detail')}")
    return wrong


def _long(history: "History", log: list[dict[str, Any]], slack: float) -> list[str]:
    """No wait is longer than its reason allows: of backoffs, the one that belongs to the try."""
    wrong, tries, policy = [], defaultdict[int, int](int), history.newsroom.policy
    most = {"filming": FILM_EVERY.total_seconds(), "looks_gone": _GONE, "asked_to_wait": _ASKED}
    quiet = (QUIET[1].minute - QUIET[0].minute) * 60.0
    rates = max(each.window.total_seconds() for each in RATES)
    most["pace"] = rates if history.plan.crowd else GAP.total_seconds() + quiet * history.plan.busy
    for row in log:
        if row.get("state") != "due" or "due" not in row:
            continue
        if (reason := row["reason"]) == "backoff":
            tries[row["delivery"]] += 1
            most["backoff"] = backoff(policy, tries[row["delivery"]]).total_seconds()
        wait = (row["due"] - row["at"]) / 1000
        may = _FULL_INBOX if "too_many_pending_share" in str(row.get("detail")) else most.get(reason, wait)
        if Action(row["action"]) is Action.DELIVERY_MOVED and wait > may + slack:
            wrong.append(f"slow: delivery {row['delivery']} waits {wait:.0f} s for {reason}, and may {may:.0f}")
    return wrong


def backoff(policy: Policy, tries: int) -> timedelta:
    """Tell how long the wait after so many tries may be."""
    return min(policy.backoff_first * 2 ** min(tries - 1, 20), policy.backoff_most)


class _Watch:
    """Reads the log from its beginning, and knows of each channel what it could send and what kept it from that."""

    def __init__(self, history: "History", off: float) -> None:
        self.history, self.off, self.wrong = history, off, list[str]()
        self.owners = {each.id: each.account for each in history.newsroom.channels}
        self.calm = history.calm_at + (_LEASES if history.crashes or history.frozen else 0)
        self.rest = _REST + off + (max(each.window.total_seconds() for each in RATES) if history.plan.crowd else 0)
        self.stands = dict[int, dict[str, Any]]()
        self.parents = dict[int, int]()
        self.unknown = dict[int, float]()
        self.shut = dict[str, float]()
        self.first = dict[str, float]()
        self.moved = defaultdict[str, float](float)
        """When something last happened on a channel, or it was opened."""
        self.asked = defaultdict[str, float](float)
        """Until when its network asked an account or a channel to wait."""
        self.shows, self.set_at = 0.0, 0.0
        """By how much the clock has been set, and when it last was."""

    def watch(self, log: list[dict[str, Any]]) -> list[str]:
        for row in log:
            at = row["at"] / 1000 - _ZERO
            match Action(row["action"]):
                case Action.CLOCK_SET:
                    for channel in self.owners:
                        self.judge(channel, at)
                    self.shows, self.set_at = self.shows + row["by"] / 1000, at
                case action if action in _SHUTS:
                    which = row.get("account") or row["channel"]
                    self.shut[which] = at
                    self.first.setdefault(which, at)
                case action if action in _OPENS:
                    self.open(row.get("account") or row["channel"], at, action)
                case _ if "delivery" in row and "state" in row:
                    self.judge(row["channel"], at)
                    self.note(row, at)
        for channel in self.owners:
            self.judge(channel, self.history.ended)
        return self.wrong

    def open(self, which: str, at: float, action: Action) -> None:
        """Judge how long an account or channel was shut, and let its channels rest anew."""
        was_shut, first = self.shut.pop(which, None), self.first.get(which, at)
        most = MOST_ASK if action is Action.CHANNEL_ANSWERED else FIRST_PROBE
        doubled = 0.0 if action is Action.CHANNEL_ANSWERED else max(self.calm - first, 0)
        until = self.calm + doubled + most.total_seconds() + self.rest
        if was_shut is not None and at > max(until, was_shut + most.total_seconds() + self.rest):
            self.wrong.append(f"shut: {which} until {at:.0f}, {at - self.calm:.0f} s after all went well again")
        for channel, owner in self.owners.items():
            if which in (channel, owner):
                self.moved[channel] = at

    def note(self, row: dict[str, Any], at: float) -> None:
        number, channel = row["delivery"], row["channel"]
        self.stands[number] = row
        self.moved[channel] = at
        if "parent" in row:
            self.parents[number] = row["parent"]
        if row["action"] == Action.DELIVERY_INTENDED:
            self.unknown[number] = at
        elif row["state"] != "unknown":
            self.unknown.pop(number, None)
        if row["state"] == "due" and row["reason"] == "asked_to_wait":
            for each, owner in self.owners.items():
                if owner == self.owners[channel]:
                    self.asked[each] = max(self.asked[each], row["due"] / 1000 - _ZERO)

    def judge(self, channel: str, now: float) -> None:
        """Say where a channel rested until `now` although something of it was due."""
        if channel in self.shut or self.owners[channel] in self.shut:
            if now == self.history.ended:
                self.open(channel if channel in self.shut else self.owners[channel], now, Action.CHANNEL_STARTED)
            return
        ready = [
            (self.ready(row), number)
            for number, row in self.stands.items()
            if row["channel"] == channel and row["state"] == "due" and self.goes(number)
        ]
        if not ready:
            return
        since, number = min(ready)
        blocks = (
            at + STEP_ASIDE.total_seconds() for n, at in self.unknown.items() if self.stands[n]["channel"] == channel
        )
        began = max([since, self.calm, self.moved[channel], self.asked[channel], self.quiet(channel), *blocks])
        if now - began > self.rest:
            said = f"{channel} rested for {now - began:.0f} s until {now:.0f}"
            self.wrong.append(f"idle: {said} with delivery {number} due ({self.stands[number]['reason']})")

    def ready(self, row: dict[str, Any]) -> float:
        """When a delivery was due: a date that its story names is one of the clock, however often that is set."""
        at = row["at"] / 1000 - _ZERO
        if row["reason"] != "embargo":
            return max(row["due"] / 1000 - _ZERO, at)
        named = row["due"] / 1000 - _ZERO + (row["shown"] - row["at"]) / 1000
        return max(named - self.shows, self.set_at, at)

    def goes(self, number: int) -> bool:
        """Whether a delivery waits for no other."""
        parent = self.parents.get(number)
        return parent is None or self.stands[parent]["state"] == "done"

    def quiet(self, channel: str) -> float:
        """When its quiet hours are over."""
        hours = {each.id: each.quiet_hours for each in self.history.newsroom.channels}[channel]
        return (hours[1].minute * 60.0 + self.off) if hours else 0.0

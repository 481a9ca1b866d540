"""Puts what a channel's rules decide about an article into words. Pure."""

from bot.model import Channel, Reason, State
from bot.rules.plan import Planned
from bot.rules.why import span

_SKIPPED = {
    Reason.TOO_OLD: "was {} old when it came",
    Reason.LANGUAGE: "its language ({}) is not for this channel",
    Reason.SECTION: "its section ({}) is not for this channel",
    Reason.TAG: "its tags ({}) are not for this channel",
    Reason.KEYWORD: "by its words ({}) it is not for this channel",
}
_POSTED = {
    Reason.EMBARGO: "posted at its date",
    Reason.BREAKING: "posted at once, as breaking news",
}


def verdict(planned: Planned, who: Channel) -> str:
    """Say in a clause what would become of an article, and which rule says so."""
    match planned.state, planned.reason:
        case State.SKIPPED, reason:
            return f"skipped: {_SKIPPED[reason].format(planned.detail)}"
        case State.HELD, Reason.FAR_FUTURE:
            return f"held: it is dated more than a week ahead ({planned.detail})"
        case State.HELD, _:
            return f"waits for approval{f' ({planned.detail})' if planned.detail else ''}"
        case _, Reason.GRACE:
            return f"posted after {span(who.grace)}"
        case _, reason:
            return _POSTED.get(reason, "posted")

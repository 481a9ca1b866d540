"""Puts what a channel's rules decide about an article into words. Pure."""

from bot.model import Channel, Reason, State
from bot.rules.plan import Planned
from bot.tongue import phrase, span

_SKIPPED = {
    Reason.LONG_AWAY: phrase("it came while its feed was not read for {detail}"),
    Reason.TOO_OLD: phrase("was {detail} old when it came"),
    Reason.LANGUAGE: phrase("its language ({detail}) is not for this channel"),
    Reason.SECTION: phrase("its section ({detail}) is not for this channel"),
    Reason.TAG: phrase("its tags ({detail}) are not for this channel"),
    Reason.KEYWORD: phrase("by its words ({detail}) it is not for this channel"),
}
_POSTED = {
    Reason.EMBARGO: phrase("posted at its date"),
    Reason.BREAKING: phrase("posted at once, as breaking news"),
}


def verdict(planned: Planned, who: Channel) -> str:
    """Say in a clause what would become of an article, and which rule says so."""
    match planned.state, planned.reason:
        case State.SKIPPED, reason:
            return f"skipped: {_SKIPPED[reason].format(detail=planned.detail)}"
        case State.HELD, Reason.FAR_FUTURE:
            return phrase(f"held: it is dated more than a week ahead ({planned.detail})")
        case State.HELD, _:
            why = planned.detail
            return phrase(f"waits for approval ({why})") if why else phrase("waits for approval")
        case _, Reason.GRACE:
            return phrase(f"posted after {span(who.grace)}")
        case _, reason:
            return _POSTED.get(reason, phrase("posted"))

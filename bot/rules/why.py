"""One sentence for any state: what happened and why, or what happens next and when. Pure."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from adapters.contract import Scope
from bot.model import Channel, Delivery, Kind, Reason, State
from bot.rules.breaker import Breaker
from bot.rules.outcome import REPEATABLE, wishes
from bot.rules.pace import Free, tightest
from bot.rules.persons import name_of

SENTENCES: dict[tuple[State, Reason], str] = {
    (State.DUE, Reason.PLANNED): "{Goes}{when}.",
    (State.DUE, Reason.EMBARGO): "The article is dated ahead, so it {goes}{when}.",
    (State.DUE, Reason.GRACE): "Waits {grace} for last changes to the article, and {goes}{when}.",
    (State.DUE, Reason.BREAKING): "Is breaking news and {goes}{when}, ahead of everything else.",
    (State.DUE, Reason.APPROVED): "Was {approved} by {who} and {goes}{when}.",
    (State.DUE, Reason.MOVED): "Was moved by {who} and {goes}{when}; it expires{expires}.",
    (State.DUE, Reason.WRITTEN): "Was written by {who} and {goes}{when}.",
    (State.DUE, Reason.RELEASED): "Was released by {who} and {goes}{when}.",
    (State.DUE, Reason.ABSENT): "An earlier try got no answer, but {network} shows that nothing came of it, so it {goes}{when}.",
    (State.DUE, Reason.RESOLVED_ABSENT): "Was not out when {who} looked, so it {goes}{when}.",
    (State.DUE, Reason.BACKOFF): "Try {tries} of {most} failed{before} ({detail}); the next one comes{when}.",
    (State.DUE, Reason.ASKED_TO_WAIT): "{network} asked us to wait ({detail}), so it {goes}{when}.",
    (State.DUE, Reason.NO_ACCESS): "{network} takes nothing from us now ({detail}); we ask again by ourselves, from every 10 minutes to every 2 hours, and it {goes} once {network} does.",
    (State.DUE, Reason.RENEWED): "The login had run out and is being renewed, and it {goes}{when}.",
    (State.DUE, Reason.PACE): "Waits its turn on this channel and {goes}{when}.",
    (State.DUE, Reason.TOO_LATE): "This machine was too slow to send it safely, so nothing was {posted}, and it {goes}{when}.",
    (State.DUE, Reason.REVISED): "The article changed before it was sent, so the post is written anew and {goes}{when}.",
    (State.DUE, Reason.LOOKS_GONE): "The article's page was gone when we looked, so nothing was {posted}, and we look again{when}.",
    (State.DUE, Reason.NOT_LEFT): "Something changed just before it was sent, so it was stopped in time and {goes}{when}.",
    (State.DUE, Reason.PICTURE_REFUSED): "Is written anew and {goes}{when}{remark}.",
    (State.DUE, Reason.LEFT_SENDING): "We were interrupted in the middle of it, and because that harms nothing it {goes} once more{when}.",
    (State.SENDING, Reason.INTENT): "Is being sent right now.",
    (State.UNKNOWN, Reason.LOST_ANSWER): "Was sent, but no clear answer came ({detail}); we look whether it is out{when}, and never send it again before we know.",
    (State.UNKNOWN, Reason.LEFT_SENDING): "We were interrupted while sending it; we look whether it is out{when}, and never send it again before we know.",
    (State.UNKNOWN, Reason.LOOK_AGAIN): "Was sent without a clear answer, and we cannot tell yet whether it is out ({detail}); we look again{when}.",
    (State.UNKNOWN, Reason.RENEWED): "Was sent without a clear answer; the login has run out since and is being renewed, and then we look whether it is out.",
    (State.UNKNOWN, Reason.RESTORED): "The database was brought back from a copy that ends {copied}, and it may have gone out since; we look whether it is out{when}, and never send it before we know.",
    (State.DONE, Reason.SENT): "{Done}{at}{url}{remark}.",
    (State.DONE, Reason.FOUND): "{Done}; the answer got lost, but we looked and found it on {network}{at}{url}.",
    (State.DONE, Reason.RESTORED): "{Done}; our note of it was lost with the database, but we looked and found it on {network}{at}{url}.",
    (State.DONE, Reason.RESOLVED_SENT): "{Done}, as {who} saw{at}{url}.",
    (State.HELD, Reason.APPROVAL): "Waits for approval{because}{then}: `approve {id}` or `reject {id} REASON`; it expires{expires}.",
    (State.HELD, Reason.REFUSED): "{network} refused it, so nothing was {posted}: {detail}; change it (`edit {id} TEXT`) and {mended}, or `cancel {id}`.",
    (State.HELD, Reason.UNDECIDABLE): "It may or may not be out: no clear answer came, and our looking did not settle it ({detail}); look on {network}: if it is there, `resolve {id} --sent` and the post's address; only if it surely is not, `resolve {id} --not-sent`, which sends it.",
    (State.HELD, Reason.RESTORED): "The database was brought back from a copy that ends {copied}, and it may have gone out since; our looking did not settle it ({detail}); look on {network}: if it is there, `resolve {id} --sent` and the post's address; only if it surely is not, `resolve {id} --not-sent`, which sends it.",
    (State.HELD, Reason.GAVE_UP): "Failed {tries} times{before}, at last with: {detail}; `release {id}` tries again.",
    (State.HELD, Reason.GONE): "The article's page is gone ({detail}), so nothing was {posted}; `release {id}` if it should go out all the same.",
    (State.HELD, Reason.RETRACTED): "The newsroom withdrew the article before it was sent, so nothing was {posted}, and nothing will be unless you say so; `cancel {id}`, as a rule: `release {id}` would post what was withdrawn.",
    (State.HELD, Reason.BY_PERSON): "Is held back by {who}; `release {id}` lets it go.",
    (State.HELD, Reason.FAR_FUTURE): "Is dated more than a week ahead ({detail}), which looks like a mistake; `release {id}` lets it go on that day.",
    (State.HELD, Reason.FLOOD): "Came with far more stories at once than this feed ever brings, so a person should look first; `release {id}` or `cancel {id}`, or all of them with `--reason flood`.",
    (State.HELD, Reason.TEMPLATE): "Its template cannot be used: {detail}; mend the template, then `release {id}`.",
    (State.HELD, Reason.MISSING_FIELD): "The article has no {detail}, which its post needs; `edit {id} TEXT` writes the post by hand, then {mended}.",
    (State.HELD, Reason.TOO_LONG): "Not even its shortest form fits {network}: {detail}; `edit {id} TEXT` writes a shorter one, then {mended}.",
    (State.HELD, Reason.DEFECT): "Its post is not fit to be sent: {detail}; `edit {id} TEXT` writes it by hand, then {mended}.",
    (State.HELD, Reason.NO_CORRECTION): "Is to correct a post, but nobody said what was wrong: `mark {story} --correction TEXT`, then `release {id}`.",
    (State.HELD, Reason.SOURCE_LEFT): "Its source ({detail}) is gone from the settings, so nothing was {posted}; it goes on when the source is back, or `cancel {id}`.",
    (State.HELD, Reason.HUSHED): "Its time came while everything but breaking news was hushed (by {who}), so a person decides; `release {id}` or `cancel {id}`.",
    (State.SKIPPED, Reason.FIRST_RUN): "Was there before we first read this feed{there}, so it is not news to post; `release {id}` posts it all the same.",
    (State.SKIPPED, Reason.TOO_OLD): "Was {detail} old when we saw it, too old to be posted by itself; `release {id}` posts it all the same.",
    (State.SKIPPED, Reason.LANGUAGE): "Its language ({detail}) is not for this channel; `release {id}` posts it all the same.",
    (State.SKIPPED, Reason.SECTION): "Its section ({detail}) is not for this channel; `release {id}` posts it all the same.",
    (State.SKIPPED, Reason.TAG): "Its tags ({detail}) are not for this channel; `release {id}` posts it all the same.",
    (State.SKIPPED, Reason.KEYWORD): "By its words ({detail}) it is not for this channel; `release {id}` posts it all the same.",
    (State.EXPIRED, Reason.EXPIRED): "Could not go out by {expiry}{because}; `release {id}` gives it new time.",
    (State.CANCELLED, Reason.CANCELLED): "Was cancelled by {who}{at}.",
    (State.CANCELLED, Reason.REJECTED): "Was rejected{at} by {who}.",
    (State.CANCELLED, Reason.SUPERSEDED): "Was dropped{at}: {detail}.",
}  # fmt: skip

_GOES = {Kind.EDIT: "is changed on the network", Kind.DELETE: "is taken down"}
_DONE = {
    Kind.POST: "Published",
    Kind.PART: "Published as a further post",
    Kind.EDIT: "Changed on the network",
    Kind.REPLY: "Published as a reply",
    Kind.DELETE: "Taken down",
    Kind.REPOST: "Published again",
    Kind.TEST: "Published as a test",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a sentence needs to know beside the delivery."""

    now: datetime
    zone: str
    channel: Channel
    network: str
    """The network's name as people write it."""
    most_tries: int = 10
    free: Free | None = None
    """When the channel's pace allows it, where that is later than its own time."""
    wait_until: datetime | None = None
    paused_by: str = ""
    paused_until: datetime | None = None
    hushed_by: str = ""
    """Who hushed everything but breaking news, where that keeps this delivery back."""
    stopped_why: str = ""
    breaker: Breaker = field(default_factory=Breaker)
    is_waiting_for_parent: bool = False
    blocked_until: datetime | None = None
    """How long at most an earlier post of unknown outcome holds the channel up."""
    later: Delivery | None = None
    """The newest change of a post that is out, or its taking down, once done."""
    is_listed: bool = True
    """Whether its channel still stands in the settings."""


def why(stands: Delivery, seen: Seen) -> str:
    """Say in one sentence how a delivery stands, and what comes next."""
    goes = _GOES.get(stands.kind, "goes out")
    is_change = stands.kind in REPEATABLE
    # What the latest probe heard is newer than what the try heard.
    detail = (seen.stopped_why if stands.reason is Reason.NO_ACCESS else "") or stands.detail
    is_lost = stands.state is State.UNKNOWN and stands.copied_at is not None
    said = _sentence(stands, Reason.RESTORED if is_lost else stands.reason).format(
        Goes=goes[0].upper() + goes[1:],
        goes=goes,
        Done=_DONE[stands.kind],
        when=_when(stands, seen),
        at=f" {_on(stands.moved_at, seen)}" if stands.moved_at else "",
        url=f" ({stands.receipt.url})" if stands.receipt and stands.receipt.url else "",
        remark=f"; {stands.detail.rstrip('.')}" if stands.detail else "",
        because=f" ({stands.detail})" if stands.detail else "",
        expires=f" {_on(stands.expires_at, seen)}",
        then=f" and then goes out {_on(stands.due_at, seen)}" if stands.due_at > seen.now else "",
        expiry=clock(stands.expires_at, seen),
        who=person(stands.detail),
        there=f" {stands.detail}" if stands.detail else "",
        posted="changed" if is_change else "posted",
        approved="asked for" if is_change or stands.kind in _ASKED_FOR else "approved",
        before="" if is_change else " before anything was posted",
        grace=span(seen.channel.grace),
        detail=detail.rstrip(".") or "no reason given",
        network=seen.network,
        tries=stands.tries,
        most=seen.most_tries,
        id=stands.id,
        mended=_mended(stands),
        story=stands.story,
        channel=stands.channel,
        copied=_on(stands.copied_at or seen.now, seen),
    )
    more = [_wished(stands.wish)] if stands.wish else []
    more += [_since(seen.later, seen)] if seen.later else []
    if _can_be_undone(stands, seen.now):
        more.append(f"until then `undo {stands.id}` takes the approval back")
    if stands.state is State.UNKNOWN and not seen.is_listed:
        more.append(f"or look yourself: {_resolve(stands)}")
    if stands.copied_at is not None and stands.state in _STOOD and stands.reason is not Reason.RESTORED:
        ends = f"but the database was brought back from a copy that ends {_on(stands.copied_at, seen)}"
        more.append(f"{ends}, so look first: {_resolve(stands)}")
    return f"{'; '.join([said[:-1], *more])}."


def _mended(stands: Delivery) -> str:
    """Name the verb that lets edited words go: what was approved were other words."""
    return f"`approve {stands.id}` once more" if stands.approved else f"`release {stands.id}`"


def _sentence(stands: Delivery, reason: Reason) -> str:
    """Find the sentence; a test has had its moment, so that nothing lets it go any more."""
    said = SENTENCES[stands.state, reason]
    if stands.kind is not Kind.TEST:
        return said
    fact, _, ends = said.rpartition("; " if "; " in said else ": ")
    if "`release" in ends or "{mended}" in ends:
        cancel = "`cancel {id}` ends it, and " if stands.state is State.HELD else ""
        return f"{fact}; {cancel}`test {{channel}}` makes a new one."
    return said.replace(", which sends it.", ", which cancels it.")


def _resolve(stands: Delivery) -> str:
    return f"`resolve {stands.id} --sent` and the post's address, or `resolve {stands.id} --not-sent`"


_ASKED_FOR = (Kind.REPOST, Kind.TEST)
"""What a person asks for instead of approving it."""
_STOOD = (State.HELD, State.SKIPPED, State.EXPIRED)
"""What a person may have let go with the lost database."""


def _can_be_undone(stands: Delivery, now: datetime) -> bool:
    """Whether there is still time to think again: of what goes out now there is not."""
    is_approved = stands.state is State.DUE and stands.reason is Reason.APPROVED and bool(stands.approved)
    return is_approved and stands.due_at > now and stands.kind not in REPEATABLE and stands.kind not in _ASKED_FOR


def _since(later: Delivery, seen: Seen) -> str:
    what = "taken down" if later.kind is Kind.DELETE else f"changed since, as delivery {later.id} says,"
    return f"{what} {_on(later.moved_at, seen)}" if later.moved_at else what


def comes_at(stands: Delivery, seen: Seen) -> datetime:
    """Tell when something happens to an open delivery at the earliest, as far as its sentence can know."""
    if stands.state is not State.DUE:
        return stands.due_at
    free = seen.free.at if seen.free else None
    held = (seen.wait_until, seen.paused_until, seen.blocked_until, seen.breaker.asked_at)
    moments = (stands.due_at, *held, free, seen.now)
    return max(moment for moment in moments if moment is not None)


def person(actor: str) -> str:
    """Name who acted as colleagues do: the log keeps by which door."""
    return name_of(actor) or "somebody"


def _wished(wish: str) -> str:
    """Say whose wish will be done, and whose not."""
    asked = wishes(wish)
    told = [each for each in asked if each[0] != "mark"] or asked
    verb, actor = told[0]
    instead = "".join(f", instead of the {old} that {person(who)} asked for" for old, who in told[1:])
    return f"{person(actor)} wants it {_WISHES.get(verb, verb)} if it is not out{instead}"


_WISHES = {"cancel": "cancelled", "hold": "held back", "mark": "written anew", "undo": "asked about again"}


def clock(moment: datetime, seen: Seen) -> str:
    """Write a moment as the newsroom's clock shows it: the time alone on the same day."""
    local = moment.astimezone(ZoneInfo(seen.zone))
    today = seen.now.astimezone(ZoneInfo(seen.zone)).date()
    return local.strftime("%H:%M") if local.date() == today else local.strftime("%-d %B, %H:%M")


def span(length: timedelta) -> str:
    """Write a length of time in the largest unit that is whole."""
    seconds = round(length.total_seconds())
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size} {name}{'' if seconds == size else 's'}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"


def _when(stands: Delivery, seen: Seen) -> str:
    """Tell when, and what it still waits for beside its own time."""
    if not seen.is_listed:
        return f" once channel {stands.channel} stands in the settings again"
    if stands.state is State.UNKNOWN:
        return _at(stands.due_at, seen)
    if seen.is_waiting_for_parent:
        return " once the post before it is out"
    if seen.stopped_why:
        return f" once {seen.network} takes something from us again ({seen.stopped_why.rstrip('.')})"
    if seen.breaker.asked_at and seen.breaker.since:
        again = _at(seen.breaker.asked_at, seen)
        return f" once {seen.network} answers again (it has not since {clock(seen.breaker.since, seen)}, and is asked{again})"
    if seen.paused_by:
        until = f"until {clock(seen.paused_until, seen)}" if seen.paused_until else "until somebody resumes it"
        return f" after the pause of this channel (by {person(seen.paused_by)}, {until})"
    if seen.blocked_until and seen.blocked_until > max(stands.due_at, seen.now):
        last = _on(seen.blocked_until, seen)
        return f" once it is known whether the post before it is out, {last} at the latest"
    at = max(moment for moment in (stands.due_at, seen.wait_until, seen.now) if moment is not None)
    if seen.hushed_by:
        by = f"the hush (by {person(seen.hushed_by)})"
        return (
            f"{_at(at, seen)}, if {by} is over by then" if at > seen.now else f" once {by} is over and somebody says so"
        )
    if seen.free is None or seen.free.at <= at:
        return _at(at, seen)
    # Others may wait for the same moment, and only one of them goes then.
    return f"{_at(seen.free.at, seen)} at the earliest{_RULES.get(seen.free.rule, _no_rule)(seen.channel)}"


def _at(moment: datetime, seen: Seen) -> str:
    return " now" if moment <= seen.now else f" {_on(moment, seen)}"


def _on(moment: datetime, seen: Seen) -> str:
    written = clock(moment, seen)
    return f"on {written}" if "," in written else f"at {written}"


def _no_rule(channel: Channel) -> str:
    return ""


def _gap(channel: Channel) -> str:
    return f" ({span(channel.gap)} between two posts)"


def _cap(channel: Channel) -> str:
    return f" (the {channel.max_per_day} posts of today are used up)"


def _account(channel: Channel) -> str:
    return f" (account {channel.account} {_rate(channel, Scope.ACCOUNT)})"


def _app(channel: Channel) -> str:
    return f" (the app of account {channel.account} {_rate(channel, Scope.APP)})"


def _rate(channel: Channel, scope: Scope) -> str:
    rate = tightest(channel, scope)
    return f"may send {rate.most} in {span(rate.window)}"


def _quiet(channel: Channel) -> str:
    return " (after the quiet hours)"


_RULES = {"account": _account, "app": _app, "gap": _gap, "max_per_day": _cap, "quiet_hours": _quiet}

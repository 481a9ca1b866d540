"""One sentence for any state: what happened and why, or what happens next and when. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from adapters.contract import Scope
from bot.model import Channel, Delivery, Kind, Reason, State
from bot.rules.breaker import Breaker
from bot.rules.pace import Free, tightest
from bot.rules.persons import name_of
from bot.rules.sentences import DONE, DRAFTED, GOES, GOES_OUT, INSTEAD, SENTENCES, WISHED, Says
from bot.rules.standing import REPEATABLE
from bot.rules.wishes import wishes
from bot.tongue import ENGLISH, Tongue


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


def why(stands: Delivery, seen: Seen, tongue: Tongue = ENGLISH) -> str:
    """Say in one sentence how a delivery stands, and what comes next."""
    is_lost = stands.state is State.UNKNOWN and stands.copied_at is not None
    says = _says(stands, Reason.RESTORED if is_lost else stands.reason)
    you = "" if tongue.has_buttons else _you(says, stands, seen)
    sentence = tongue.say(says.stands)
    facts = _facts(stands, seen, tongue) | _moments(sentence, stands, seen, tongue)
    said = sentence.format(**facts, you=you).removesuffix(".").strip()
    if "{you}" not in says.stands:
        said += you
    return f"{'; '.join([said[:1].upper() + said[1:], *_more(stands, seen, tongue)])}."


def _facts(stands: Delivery, seen: Seen, tongue: Tongue) -> dict[str, object]:
    """Write what fills the places of a sentence; what may be empty brings its own sign or space before it."""
    say, told = tongue.say, tongue.recall(stands.detail.rstrip("."))
    is_change = stands.kind in REPEATABLE
    is_asked_for = is_change or stands.kind in _ASKED_FOR
    # What the latest probe heard is newer than what the try heard.
    heard = tongue.recall(seen.stopped_why.rstrip(".")) if stands.reason is Reason.NO_ACCESS else ""
    return {
        "goes": say(GOES.get(stands.kind, GOES_OUT)),
        "done": say(DONE[stands.kind]),
        "url": f" ({stands.receipt.url})" if stands.receipt and stands.receipt.url else "",
        "remark": f"; {told}" if told else "",
        "because": f" ({told})" if told else "",
        "who": _who(stands.detail, tongue),
        "there": f" {told}" if told else "",
        "nothing": say("nothing was changed") if is_change else say("nothing was posted"),
        "approved": say("asked for") if is_asked_for else say("approved"),
        "before": "" if is_change else say(" before anything was posted"),
        "detail": heard or told or say("no reason given"),
        "network": seen.network,
        "tries": stands.tries,
        "most": seen.most_tries,
    }


def _moments(sentence: str, stands: Delivery, seen: Seen, tongue: Tongue) -> dict[str, object]:
    """Write the moments a sentence has places for: each costs more than the rest of it."""

    def then() -> str:
        if stands.due_at <= seen.now:
            return ""
        return tongue.say(" and then goes out {at}").format(at=_at(stands.due_at, seen, tongue))

    written: dict[str, Callable[[], str]] = {
        "when": lambda: f" {_when(stands, seen, tongue)}",
        "then": then,
        "at": lambda: f" {_at(stands.moved_at, seen, tongue)}" if stands.moved_at else "",
        "expires": lambda: f" {_at(stands.expires_at, seen, tongue)}",
        "expiry": lambda: _clock(stands.expires_at, seen, tongue),
        "grace": lambda: tongue.span(seen.channel.grace),
        "copied": lambda: _at(stands.copied_at or seen.now, seen, tongue),
    }
    return {name: write() for name, write in written.items() if f"{{{name}}}" in sentence}


def _more(stands: Delivery, seen: Seen, tongue: Tongue) -> list[str]:
    """Say what holds beside the state: wishes, later changes, and what a person should look at first."""
    more = [_wished(stands.wish, tongue)] if stands.wish else []
    more += [_since(seen.later, seen, tongue)] if seen.later else []
    by_commands = not tongue.has_buttons
    if _can_be_undone(stands, seen.now) and by_commands:
        more.append(f"until then `undo {stands.id}` takes the approval back")
    if stands.state is State.UNKNOWN and not seen.is_listed and by_commands:
        more.append(f"or look yourself: {_resolve(stands)}")
    if stands.copied_at is not None and stands.state in _STOOD and stands.reason is not Reason.RESTORED:
        ends = tongue.say("but the database was brought back from a copy that ends {copied}, so look first")
        look = ends.format(copied=_at(stands.copied_at, seen, tongue))
        more.append(f"{look}: {_resolve(stands)}" if by_commands else look)
    return more


def _you(says: Says, stands: Delivery, seen: Seen) -> str:
    names = {"id": stands.id, "story": stands.story, "channel": stands.channel, "network": seen.network}
    return says.you.format(**names, mended=_mended(stands))


def _mended(stands: Delivery) -> str:
    """Name the verb that lets edited words go: what was approved were other words."""
    return f"`approve {stands.id}` once more" if stands.approved else f"`release {stands.id}`"


def _says(stands: Delivery, reason: Reason) -> Says:
    """Find the sentence; a test has had its moment, so that nothing lets it go any more."""
    if stands.state is State.DONE and stands.receipt and stands.receipt.is_draft:
        return DRAFTED
    says = SENTENCES[stands.state, reason]
    if stands.kind is not Kind.TEST:
        return says
    if "`release" in says.you or "{mended}" in says.you:
        cancel = "`cancel {id}` ends it, and " if stands.state is State.HELD else ""
        return says._replace(you=f"; {cancel}`test {{channel}}` makes a new one")
    return says._replace(you=says.you.replace(", which sends it", ", which cancels it"))


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


def _since(later: Delivery, seen: Seen, tongue: Tongue) -> str:
    at = f" {_at(later.moved_at, seen, tongue)}" if later.moved_at else ""
    if later.kind is Kind.DELETE:
        return tongue.say("taken down{at}").format(at=at)
    return tongue.say("changed since, as delivery {id} says,{at}").format(id=later.id, at=at)


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


def _who(actor: str, tongue: Tongue) -> str:
    """Name who acted, with the remark that may stand in brackets behind the name."""
    name, remark, said = name_of(actor).partition(" (")
    named = name or tongue.say("somebody")
    return f"{named} ({tongue.recall(said.removesuffix(')'))})" if remark else named


def _wished(wish: str, tongue: Tongue) -> str:
    """Say whose wish will be done, and whose not."""
    asked = wishes(wish)
    told = [each for each in asked if each[0] != "mark"] or asked
    verb, actor = told[0]
    instead = "".join(
        tongue.say(INSTEAD.get(old, INSTEAD[""])).format(who=_who(who, tongue), verb=old) for old, who in told[1:]
    )
    return tongue.say(WISHED.get(verb, WISHED[""])).format(verb=verb, who=_who(actor, tongue), instead=instead)


def _when(stands: Delivery, seen: Seen, tongue: Tongue) -> str:
    """Tell when, and what it still waits for beside its own time."""
    say = tongue.say
    if not seen.is_listed:
        return say("once channel {channel} stands in the settings again").format(channel=stands.channel)
    if stands.state is State.UNKNOWN:
        return _from(stands.due_at, seen, tongue)
    if seen.is_waiting_for_parent:
        return say("once the post before it is out")
    if kept := _kept_back(seen, tongue):
        return kept
    if seen.blocked_until and seen.blocked_until > max(stands.due_at, seen.now):
        last = _at(seen.blocked_until, seen, tongue)
        return say("once it is known whether the post before it is out, {last} at the latest").format(last=last)
    at = max(moment for moment in (stands.due_at, seen.wait_until, seen.now) if moment is not None)
    if seen.hushed_by:
        who, then = _who(seen.hushed_by, tongue), _from(at, seen, tongue)
        later = say("{at}, if the hush (by {who}) is over by then")
        return (later if at > seen.now else say("once the hush (by {who}) is over and somebody says so")).format(
            at=then, who=who
        )
    if seen.free is None or seen.free.at <= at:
        return _in_time(_from(at, seen, tongue), at, stands, seen, tongue)
    # Others may wait for the same moment, and only one of them goes then.
    free, rule = _from(seen.free.at, seen, tongue), _RULES.get(seen.free.rule, _no_rule)(seen.channel, tongue)
    said = say("{at} at the earliest{rule}").format(at=free, rule=f" ({rule})" if rule else "")
    return _in_time(said, seen.free.at, stands, seen, tongue)


def _in_time(said: str, at: datetime, stands: Delivery, seen: Seen, tongue: Tongue) -> str:
    """Promise no moment at which its time is over."""
    if at < stands.expires_at or at <= seen.now:
        return said
    ends = _at(stands.expires_at, seen, tongue)
    return tongue.say("{at}, but its time ends {ends}, before that").format(at=said, ends=ends)


def _kept_back(seen: Seen, tongue: Tongue) -> str:
    """Say what keeps a whole channel back, in place of the time; "" where nothing does."""
    say, why = tongue.say, tongue.recall(seen.stopped_why.rstrip("."))
    if seen.stopped_why:
        return say("once {network} takes something from us again ({why})").format(network=seen.network, why=why)
    if seen.breaker.asked_at and seen.breaker.since:
        again, since = _from(seen.breaker.asked_at, seen, tongue), _clock(seen.breaker.since, seen, tongue)
        silent = say("once {network} answers again (it has not since {since}, and is asked {again})")
        return silent.format(network=seen.network, since=since, again=again)
    if not seen.paused_by:
        return ""
    who = _who(seen.paused_by, tongue)
    if seen.paused_until is None:
        return say("after the pause of this channel (by {who}, until somebody resumes it)").format(who=who)
    until = _clock(seen.paused_until, seen, tongue)
    return say("after the pause of this channel (by {who}, until {until})").format(who=who, until=until)


def _from(moment: datetime, seen: Seen, tongue: Tongue) -> str:
    return tongue.say("now") if moment <= seen.now else _at(moment, seen, tongue)


def _at(moment: datetime, seen: Seen, tongue: Tongue) -> str:
    return tongue.at(*_walls(moment, seen))


def _clock(moment: datetime, seen: Seen, tongue: Tongue) -> str:
    return tongue.clock(*_walls(moment, seen))


def _walls(moment: datetime, seen: Seen) -> tuple[datetime, datetime]:
    """Turn a moment and now into the newsroom's wall time."""
    zone = ZoneInfo(seen.zone)
    return moment.astimezone(zone), seen.now.astimezone(zone)


def _no_rule(channel: Channel, tongue: Tongue) -> str:
    return ""


def _gap(channel: Channel, tongue: Tongue) -> str:
    return tongue.say("{gap} between two posts").format(gap=tongue.span(channel.gap))


def _cap(channel: Channel, tongue: Tongue) -> str:
    return tongue.say("the {most} posts of today are used up").format(most=channel.max_per_day)


def _account(channel: Channel, tongue: Tongue) -> str:
    rate = tightest(channel, Scope.ACCOUNT)
    said = tongue.say("account {account} may send {most} in {span}")
    return said.format(account=channel.account, most=rate.most, span=tongue.span(rate.window))


def _app(channel: Channel, tongue: Tongue) -> str:
    rate = tightest(channel, Scope.APP)
    said = tongue.say("the app of account {account} may send {most} in {span}")
    return said.format(account=channel.account, most=rate.most, span=tongue.span(rate.window))


def _quiet(channel: Channel, tongue: Tongue) -> str:
    return tongue.say("after the quiet hours")


_RULES = {"account": _account, "app": _app, "gap": _gap, "max_per_day": _cap, "quiet_hours": _quiet}

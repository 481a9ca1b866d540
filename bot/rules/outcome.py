"""Knows what follows a try or a look. Pure: facts in, decision out."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from tenacity import RetryCallState, Retrying, wait_exponential

from adapters.contract import (
    AuthFailed,
    CameToNothing,
    LeftToPerson,
    NotSent,
    NotYet,
    OutcomeUnknown,
    PublishError,
    Receipt,
    Rejected,
    Scope,
    StillWorking,
)
from bot.articles.photo import told_by_person
from bot.model import Article, Channel, Delivery, Kind, Next, Pause, Policy, Reason, State
from bot.rules.persons import name_of
from bot.tongue import phrase

FIRST_PROBE = timedelta(minutes=10)
MOST_PROBE = timedelta(hours=2)
"""How often what is stopped is asked whether it serves again: at first, and at the longest."""
LOOK_EVERY = timedelta(seconds=15)
LOOK_MOST = timedelta(hours=24)
"""How long a look that cannot even be made is tried again, before a person is asked."""
FILM_EVERY = timedelta(seconds=10)
"""How often it is looked whether a film is ready: it takes about as long."""
STEP_ASIDE = timedelta(minutes=5)
"""How long a delivery whose outcome is unknown may block its channel."""

Outcome = Receipt | PublishError | None
REPEATABLE = frozenset({Kind.EDIT, Kind.DELETE})
"""Repeatable by contract: an unknown outcome is simply repeated."""
BY_HAND = "by hand"
"""In place of a template's name: the words are a person's."""
ANNOUNCES = frozenset({Kind.POST, Kind.PART, Kind.REPOST})
"""Kinds whose words come from the article, so that they change with it until they are out."""


def after(
    delivery: Delivery,
    outcome: Outcome,
    now: datetime,
    *,
    policy: Policy,
    find_for: timedelta = STEP_ASIDE,
    asked: datetime | None = None,
    can_renew: bool = False,
) -> Next:
    """Decide after `publish`, `edit` or `delete` (the delivery is due or sending) or `find` (it is unknown).

    `find_for` is the network's look-up time, from `asked` on: the latest moment the call can have left, as far as the
    process that looks can know. `can_renew`: the account's session can be renewed without a person.
    """
    if delivery.state is State.UNKNOWN:  # reads may well be answered where posts are not: a look says nothing of that
        if delivery.reason is Reason.RESOLVED_ABSENT and (ended := _after_last_look(delivery, outcome, now)):
            return Next(ended)
        if isinstance(outcome, CameToNothing) and delivery.copied_at is None:  # known as after a try, and told as there
            return _again(replace(delivery, looks=delivery.looks + 1), outcome, now, policy)
        return _after_look(delivery, outcome, now, find_for, asked, can_renew=can_renew)
    step = _after_try(delivery, outcome, now, policy, can_renew=can_renew)
    return replace(step, outage=isinstance(outcome, PublishError) and outcome.is_outage)


def _after_try(delivery: Delivery, outcome: Outcome, now: datetime, policy: Policy, *, can_renew: bool) -> Next:
    match outcome:
        case Receipt():
            return Next(_done(delivery, outcome, Reason.SENT))
        case LeftToPerson():
            return Next(_held(delivery, Reason.UNSHOWN, outcome.detail))
        case OutcomeUnknown() if delivery.kind not in REPEATABLE:
            return Next(_unknown(delivery, outcome, now))
        case NotYet():
            return _wait(delivery, outcome, now)
        case AuthFailed():
            return _no_access(delivery, outcome, now, can_renew=can_renew)
        case Rejected():
            return Next(_held(delivery, Reason.REFUSED, outcome.detail))
        case NotSent() | OutcomeUnknown():
            return _again(delivery, outcome, now, policy)
        case None | PublishError():
            raise ValueError(f"no try ends in {outcome!r}")


def _unknown(delivery: Delivery, outcome: OutcomeUnknown, now: datetime) -> Delivery:
    reason, look, detail = Reason.LOST_ANSWER, now, outcome.detail
    if isinstance(outcome, StillWorking):
        reason, look = Reason.WORKED_ON, now + (outcome.retry_after or LOOK_EVERY)
        detail = _with_remark(detail, delivery.detail)
        delivery = replace(delivery, renewals=0)  # the session served
    sought = replace(delivery, state=State.UNKNOWN, reason=reason, detail=detail)
    return replace(sought, due_at=look, last_at=now)


def _with_remark(said: str, remark: str) -> str:
    """Write what a network that works on a post says, then what an editor should know of the post once it is out."""
    return "; ".join(filter(None, (said.replace("; ", ", "), remark)))


def put_back(delivery: Delivery, reason: Reason, at: datetime) -> Next:
    """Decide after an intent that stopped the try: nothing left, so nothing counts."""
    return Next(_due(delivery, reason, at))


def filming(delivery: Delivery, done: int, now: datetime) -> Next:
    """Decide while a post's film is still being made, of which `done` percent are: it takes longer than a turn may."""
    return Next(_due(delivery, Reason.FILMING, now + FILM_EVERY, f"{done} %"))


def unpictured(delivery: Delivery, remark: str, now: datetime) -> Next:
    """Decide once a post whose picture the network refused stands without it: who approved it is asked again."""
    if delivery.approved:
        return Next(_held(replace(delivery, approved=""), Reason.APPROVAL, remark))
    return Next(_due(delivery, Reason.PICTURE_REFUSED, now, remark))


def hold(delivery: Delivery, reason: Reason, detail: str) -> Next:
    """Decide for what only a person can settle."""
    return Next(_held(delivery, reason, detail))


def left_sending(left: Delivery, now: datetime) -> Delivery:
    """Tell how a delivery stands whose run ended in the middle of it."""
    if left.kind in REPEATABLE:  # repeatable by contract: it is simply done again
        return replace(left, state=State.DUE, reason=Reason.LEFT_SENDING, due_at=now)
    return replace(left, state=State.UNKNOWN, reason=Reason.LEFT_SENDING, detail="", due_at=now)


def expired(delivery: Delivery, why: str = "") -> Delivery:
    """Tell how a delivery stands once its time is over; `why` is what held back its channel, where something did."""
    if delivery.state is State.HELD:
        return _expired(delivery, phrase("nobody approved it"))
    return _expired(delivery, why or (delivery.detail if delivery.reason in _TROUBLES else ""))


_TROUBLES = frozenset({Reason.BACKOFF, Reason.ASKED_TO_WAIT, Reason.NO_ACCESS})
"""Reasons whose detail is what went wrong; that of the others is a name, or nothing."""


def is_undecided(stands: Delivery) -> bool:
    """Whether only a person can tell whether a delivery that waits is out."""
    return stands.state is State.HELD and (stands.reason in UNDECIDED or stands.copied_at is not None)


UNDECIDED = frozenset({Reason.UNDECIDABLE, Reason.UNSHOWN, Reason.WORKED_ON})
"""Why only a person can tell whether what is held is out."""


def is_at_work(stands: Delivery) -> bool:
    """Whether its network has all of a delivery and says what becomes of it: nothing is lost, and nobody need look."""
    return stands.state is State.UNKNOWN and stands.reason in (Reason.WORKED_ON, Reason.RESOLVED_ABSENT)


def is_had(stands: Delivery) -> bool:
    """Whether a delivery waits for a person although its network had all of it: it may come, or be shown, yet."""
    return stands.state is State.HELD and stands.reason in (Reason.UNSHOWN, Reason.WORKED_ON)


def asks_to_renew(stands: Delivery) -> bool:
    """Whether the account's session is renewed before the next try or look; what a network works on stays told so."""
    return stands.reason is Reason.RENEWED or (is_at_work(stands) and stands.renewals == _RENEW)


_RENEW, _RENEWED = 1, 2
"""How often a delivery's session was renewed: it is about to be, and it was, of what a network works on."""


def granted(delivery: Delivery) -> Delivery:
    """Do what a person wished while nobody knew whether it is out, as soon as that is known; until then keep it."""
    if not delivery.wish or delivery.state in _OPEN_QUESTION or is_undecided(delivery):
        return delivery
    asked = wishes(delivery.wish)
    verb, actor = next((each for each in asked if each[0] != "mark"), asked[0])
    free = replace(delivery, wish="")
    if any(each[0] == "mark" for each in asked) and delivery.state in (State.DUE, State.HELD):
        free = thawed(free)
    match verb, free.state:
        case "cancel", (State.DUE | State.HELD):
            return replace(free, state=State.CANCELLED, reason=Reason.CANCELLED, detail=actor)
        case "hold", State.DUE:
            return _held(free, Reason.BY_PERSON, actor)
        case "undo", State.DUE:
            return taken_back(free, actor)
        case "undo", (State.HELD | State.EXPIRED):  # whoever lets it go has the words approved anew
            return replace(free, approved="")
    return free


def wishes(wish: str) -> list[tuple[str, str]]:
    """Read what people wished, the latest first, as (verb, actor); the first that is no mark is what will be done."""
    found = (line.partition(" ") for line in wish.splitlines())
    return [(verb, actor) for verb, _, actor in found]


def also_wished(wish: str, verb: str, actor: str) -> str:
    """Add a wish: a mark is kept beside the others, each other one takes the place of those before it."""
    others = [line for line in wish.splitlines() if not line.startswith(f"{verb} ")]
    new = f"{verb} {actor}"
    return "\n".join([*others, new] if verb == "mark" else [new, *others])


CORRECTS = frozenset({Kind.REPLY, Kind.PART})
"""Kinds that correct what is out: whatever the channel, nobody gets one that was not approved as it reads."""
CORRECTION = phrase("a correction of what is out")
"""The detail of a hold for approval that every correction asks for."""
CALLED_WRONG = phrase("a person said that something in the story is wrong")
"""The detail of a hold for approval of words that a person called wrong since."""
FOUR_EYES = phrase("a person wrote it, and another one approves it here")
"""The detail of a hold for approval of a person's words on a channel with four eyes."""
CORRECTED = "correction"
"""Under what a story's flags name the author of its correction."""
DESCRIBED = "alt"
"""Under what a story's flags name the author of its photo's description."""
SOLEMN = phrase("a solemn story")
"""The detail of a hold for approval that a solemn story alone asks for."""
SOLEMN_FILM = phrase("a solemn story never becomes a film by itself")
"""The same on a channel of films, whatever its settings say."""


def asks(who: Channel, *, is_solemn: bool) -> str | None:
    """Say why a channel asks for approval of a story, "" where it asks for all; None: it does not."""
    if is_solemn and who.form == "video":
        return SOLEMN_FILM
    if is_solemn and (who.solemn == "approval" or who.approval == "always"):
        return SOLEMN
    return "" if who.approval == "always" else None


def author_of(stands: Delivery, who: Channel, article: Article | None) -> str:
    """Name who wrote what a delivery would say; "" where a template does. `article`: its story, where it has one."""
    if stands.template == BY_HAND or article is None:
        return stands.author
    flags, named = article.flags, dict(article.flags.authors)
    by_network = "" if stands.kind in CORRECTS else named.get(who.network, "")
    # A template may show what is said to be wrong in any post of the story.
    by_note = named.get(CORRECTED, "") if flags.correction or stands.kind in CORRECTS else ""
    by_alt = named.get(DESCRIBED, "") if who.form == "photo" and who.describes and told_by_person(article) else ""
    return by_network or by_note or by_alt


def needs_approval(
    delivery: Delivery, who: Channel, *, is_solemn: bool, is_wrong: bool = False, author: str = ""
) -> str | None:
    """Say why a channel asks for approval where nobody gave it to these very words; None: nothing is to be asked.

    `is_wrong`: a person called wrong what the article says (see `is_called_wrong`). `author`: as of `author_of`.
    """
    is_approved = bool(delivery.approved) and delivery.approved == delivery.digest
    if is_approved or delivery.kind is Kind.DELETE:
        return None
    if delivery.kind is Kind.EDIT:  # of its own it has a person's words, and they were approved or never asked for
        return FOUR_EYES if who.four_eyes else ""
    if delivery.kind in CORRECTS:
        return CORRECTION
    if who.four_eyes and author:
        return FOUR_EYES
    return CALLED_WRONG if is_wrong else asks(who, is_solemn=is_solemn)


def asked(stands: Delivery, who: Channel, *, is_solemn: bool, is_wrong: bool = False, author: str = "") -> Delivery:
    """Hold a due delivery that asks for an approval nobody gave."""
    if stands.state is not State.DUE:
        return stands
    why = needs_approval(stands, who, is_solemn=is_solemn, is_wrong=is_wrong, author=author)
    return stands if why is None else _held(stands, Reason.APPROVAL, why)


def is_called_wrong(article: Article) -> bool:
    """Whether a person corrected what the article says, and its source said nothing new since."""
    return article.flags.wrong_until > 0 and article.revision <= article.flags.wrong_until


def approved_by(actor: str, remark: str) -> str:
    """Write who approved a post into the delivery's detail, and what an editor should know of the post."""
    return f"{actor} ({remark})" if remark else actor


def taken_back(stands: Delivery, actor: str) -> Delivery:
    """Tell how a delivery stands once a person took an approval or a rejection back: its words are asked again."""
    return _held(replace(stands, approved=""), Reason.APPROVAL, phrase(f"{name_of(actor)} took the decision back"))


def hushes(stands: Delivery) -> bool:
    """Whether a hush keeps a delivery back: not breaking news, nor what mends or takes down a post that is out."""
    return not stands.is_breaking and stands.kind not in REPEATABLE


def hushed(delivery: Delivery, actor: str) -> Delivery:
    """Tell how a delivery stands whose time came while everything but breaking news was hushed by `actor`."""
    return _held(delivery, Reason.HUSHED, actor)


def remark_of(stands: Delivery) -> str:
    """Read from a delivery what an editor should know of its post until it is out, such as why it has no picture."""
    if stands.reason in (Reason.PICTURE_REFUSED, Reason.UNLINKED):
        return stands.detail
    return stands.detail.partition(" (")[2].removesuffix(")") if stands.reason in _BY_WHOM else ""


_BY_WHOM = frozenset({Reason.APPROVED, Reason.MOVED, Reason.WRITTEN, Reason.RELEASED})
"""Reasons whose detail is who acted, and a remark in brackets."""


def let_on(stands: Delivery, who: Channel, actor: str, now: datetime) -> Delivery:
    """Let go what waited for approval for being solemn only, once a person said that the story is not."""
    waits = (stands.state, stands.reason) == (State.HELD, Reason.APPROVAL) and stands.detail in (SOLEMN, SOLEMN_FILM)
    if not waits or needs_approval(stands, who, is_solemn=False) is not None:
        return stands
    return _due(stands, Reason.RELEASED, max(now, stands.due_at), actor)


def thawed(waiting: Delivery, *, why: Reason | None = None) -> Delivery:
    """Tell how a waiting delivery stands once its words must be written anew: an approval dies with its post.

    What was approved is asked about again. Words that a person wrote stay, whatever became of the story, and are asked
    about too.
    """
    is_due, is_by_hand = waiting.state is State.DUE, waiting.template == BY_HAND
    loose = replace(waiting, gone_looks=0, approved="")
    if not is_by_hand:
        loose = replace(loose, post=None, digest="", template="", author="")
    if (is_due and (waiting.approved or is_by_hand)) or (is_by_hand and (waiting.state, waiting.reason) in _LET_GO):
        since = phrase("approval") if waiting.approved else _WRITTEN
        marked = phrase(f"somebody marked the story after {since}")
        return _held(loose, Reason.APPROVAL, _changed_after(since) if why is Reason.REVISED else marked)
    if waiting.state is State.HELD and why is Reason.REVISED and (waiting.reason, waiting.detail) == _ASKS_FOR_ALL:
        return replace(loose, detail=phrase("the article changed since it first asked"))
    return replace(loose, reason=why) if waiting.state is State.DUE and why is not None else loose


def outlived(stands: Delivery) -> Delivery:
    """Ask about words of a person that outlived a change of their article, before they are let go."""
    return _held(stands, Reason.APPROVAL, _changed_after(_WRITTEN))


def _changed_after(since: str) -> str:
    return phrase(f"the article changed after {since}")


_WRITTEN = phrase("its post was written by hand")
_ASKS_FOR_ALL = (Reason.APPROVAL, "")
_LET_GO = frozenset({(State.HELD, Reason.APPROVAL), (State.HELD, Reason.HUSHED)})
"""Holds that end without anybody looking at the words: by a mark that says that the story needs none."""


def probe_after(probes: int) -> timedelta:
    """Tell how long to wait before something stopped is asked again, after so many questions in vain."""
    wait: timedelta = min(FIRST_PROBE * 2 ** min(probes, 10), MOST_PROBE)
    return wait


_OPEN_QUESTION = frozenset({State.SENDING, State.UNKNOWN})


def _after_look(
    delivery: Delivery, outcome: Outcome, now: datetime, find_for: timedelta, asked: datetime | None, *, can_renew: bool
) -> Next:
    began = delivery.last_at or delivery.intent_at or now
    looked = replace(delivery, looks=delivery.looks + 1)
    if delivery.copied_at is not None and (ended := _after_look_for_lost(looked, outcome)) is not None:
        return Next(ended)
    is_worked_on = is_at_work(delivery)
    remark = delivery.detail.partition("; ")[2] if is_worked_on else ""
    undecided = Reason.UNDECIDABLE if delivery.copied_at is None else Reason.RESTORED
    still = Reason.WORKED_ON if is_worked_on and delivery.copied_at is None else undecided
    match outcome:
        case Receipt():
            # Nothing was lost where the network had it all along: it went out as posts do.
            return Next(_done(replace(looked, detail=remark), outcome, Reason.SENT if is_worked_on else Reason.FOUND))
        case None:
            return Next(_due(looked, Reason.ABSENT, now))
        case Rejected():
            return Next(_held(looked, Reason.REFUSED, outcome.detail))
        case LeftToPerson() if delivery.copied_at is None:
            return Next(_held(looked, Reason.UNSHOWN, outcome.detail))
        case OutcomeUnknown():
            return Next(_held(looked, undecided, outcome.detail))
        case NotYet(scope=Scope.DELIVERY) if now - (asked or began) >= find_for:
            return Next(_held(looked, still, outcome.detail))
        case PublishError() if now - began >= LOOK_MOST and delivery.reason is not Reason.RESOLVED_ABSENT:
            return Next(_held(looked, still, outcome.detail))
        case AuthFailed() if _is_renewable(delivery, outcome, can_renew=can_renew):
            renewed = replace(looked, due_at=now, renewals=_RENEW)
            if not is_worked_on:
                renewed = replace(renewed, reason=Reason.RENEWED, detail=outcome.detail)
            return Next(renewed, renew=True)
        case AuthFailed():
            # What is stopped by it is probed; the look itself is made once it answers (see bot.store.waking.start).
            later = replace(looked, due_at=now + MOST_PROBE, renewals=_RENEWED if looked.renewals else 0)
            if not is_worked_on:  # which a login that ended takes nothing from
                later = replace(later, reason=Reason.LOOK_AGAIN, detail=outcome.detail)
            return Next(later, _stop(outcome, now))
        case PublishError():
            wait = outcome.retry_after or min(LOOK_EVERY * (looked.looks + 1), STEP_ASIDE)
            later = replace(looked, due_at=now + wait)
            if not is_worked_on:
                later = replace(later, reason=Reason.LOOK_AGAIN, detail=outcome.detail)
            else:
                later = _at_work_still(later, outcome)
            return Next(later, _pause(outcome, now + wait) if isinstance(outcome, NotYet) else None)


def _at_work_still(looked: Delivery, said: PublishError) -> Delivery:
    """Tell how what a network works on stands after one more look; an answer shows that the session serves."""
    is_answered = isinstance(said, NotYet) and said.scope is Scope.DELIVERY
    looked = replace(looked, renewals=0 if is_answered or not looked.renewals else _RENEWED)
    if looked.reason is Reason.RESOLVED_ABSENT:  # who said so stands there
        return looked
    return replace(looked, detail=_with_remark(said.detail, looked.detail.partition("; ")[2]))


def asked_once_more(held: Delivery, actor: str, now: datetime) -> Delivery:
    """Have the network asked once more, in the words it had, before what it had is sent anew on a person's word."""
    return replace(
        held, state=State.UNKNOWN, reason=Reason.RESOLVED_ABSENT, detail=actor, due_at=now, tries=0, renewals=0
    )


def _after_last_look(asked: Delivery, outcome: Outcome, now: datetime) -> Delivery | None:
    """Decide on what a person says is not out: the network's word outweighs theirs. None: nothing was learnt."""
    looked = replace(asked, looks=asked.looks + 1)
    match outcome:
        case Receipt():
            return _done(replace(looked, detail=""), outcome, Reason.SENT)
        case LeftToPerson():
            return _held(looked, Reason.UNSHOWN, outcome.detail)
        case NotYet(scope=Scope.DELIVERY):
            return _held(looked, Reason.WORKED_ON, outcome.detail)
        case None | Rejected() | CameToNothing() | OutcomeUnknown():
            return _due(looked, Reason.RESOLVED_ABSENT, now, asked.detail)
    return None


def _after_look_for_lost(looked: Delivery, outcome: Outcome) -> Delivery | None:
    """Decide for a delivery the lost database may have sent, in words nobody knows; None: as for any other."""
    match outcome:
        case Receipt():
            return replace(_done(looked, outcome, Reason.RESTORED), copied_at=None)
        case None:
            # No proof: the story, the template or a person's edit may have given it other words than ours.
            return _held(looked, Reason.RESTORED, "no post in the words it has now was found")
        case Rejected() | CameToNothing():
            return _held(looked, Reason.RESTORED, outcome.detail)
    return None


def _wait(delivery: Delivery, asked: NotYet, now: datetime) -> Next:
    """Wait, also for longer than its time: until that is over a person may still do something about it."""
    until = now + (asked.retry_after or timedelta(minutes=1))
    return Next(_due(delivery, Reason.ASKED_TO_WAIT, until, asked.detail), _pause(asked, until))


def _pause(asked: NotYet, until: datetime) -> Pause | None:
    return None if asked.scope is Scope.DELIVERY else Pause(asked.scope, until)


def _no_access(delivery: Delivery, refused: AuthFailed, now: datetime, *, can_renew: bool) -> Next:
    if _is_renewable(delivery, refused, can_renew=can_renew):
        again = replace(_due(delivery, Reason.RENEWED, now, refused.detail), renewals=1)
        return Next(again, renew=True)
    return Next(_due(delivery, Reason.NO_ACCESS, now, refused.detail), _stop(refused, now))


def _is_renewable(delivery: Delivery, refused: AuthFailed, *, can_renew: bool) -> bool:
    """Whether a new session may help: once for a delivery, because a second refusal is not about the session."""
    return can_renew and refused.scope is Scope.ACCOUNT and delivery.renewals == 0


def _stop(refused: AuthFailed, now: datetime) -> Pause:
    scope = Scope.CHANNEL if refused.scope is Scope.DELIVERY else refused.scope
    return Pause(scope, now + FIRST_PROBE, stops=True, fix=refused.fix)


def _again(delivery: Delivery, failed: PublishError, now: datetime, policy: Policy) -> Next:
    tried = replace(delivery, tries=delivery.tries + 1)
    if tried.tries >= policy.most_tries:
        return Next(_held(tried, Reason.GAVE_UP, failed.detail))
    due = now + max(failed.retry_after or timedelta(0), backoff(tried, policy))
    if due >= delivery.expires_at:
        return Next(_expired(tried, failed.detail))
    return Next(_due(tried, Reason.BACKOFF, due, failed.detail))


def backoff(delivery: Delivery, policy: Policy) -> timedelta:
    """Tell how long to wait after the delivery's latest counted try; the same for the same key and try.

    Up to a fifth is taken off by the key, so that channels that failed together do not come back together.
    """
    waits = wait_exponential(multiplier=policy.backoff_first.total_seconds(), max=policy.backoff_most.total_seconds())
    counted = RetryCallState(Retrying(), None, (), {})
    counted.attempt_number = max(delivery.tries, 1)
    spread = hashlib.sha256(f"{delivery.key}/{delivery.tries}".encode()).digest()[0] / 255 / 5
    return timedelta(milliseconds=round(waits(counted) * (1 - spread) * 1000))


def _done(delivery: Delivery, receipt: Receipt, reason: Reason) -> Delivery:
    # What a person asked for has their name here; else it is what they should know of this post.
    detail = delivery.detail if reason is Reason.SENT and delivery.kind not in REPEATABLE else ""
    return replace(delivery, state=State.DONE, reason=reason, detail=detail, receipt=receipt, renewals=0)


def _due(delivery: Delivery, reason: Reason, at: datetime, detail: str = "") -> Delivery:
    return replace(delivery, state=State.DUE, reason=reason, detail=detail, due_at=at)


def _held(delivery: Delivery, reason: Reason, detail: str) -> Delivery:
    return replace(delivery, state=State.HELD, reason=reason, detail=detail)


def _expired(delivery: Delivery, detail: str) -> Delivery:
    return replace(delivery, state=State.EXPIRED, reason=Reason.EXPIRED, detail=detail)

"""Knows what follows a try or a look. Pure: facts in, decision out."""

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
from bot.model import Delivery, Next, Pause, Policy, Reason, State
from bot.rules.spread import spread
from bot.rules.standing import REPEATABLE, is_at_work, to_done, to_due, to_expired, to_held
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
            return Next(to_done(delivery, outcome, Reason.SENT))
        case LeftToPerson():
            return Next(to_held(delivery, Reason.UNSHOWN, outcome.detail))
        case OutcomeUnknown() if delivery.kind not in REPEATABLE:
            return Next(_unknown(delivery, outcome, now))
        case NotYet():
            return _wait(delivery, outcome, now)
        case AuthFailed():
            return _no_access(delivery, outcome, now, can_renew=can_renew)
        case Rejected():
            return Next(to_held(delivery, Reason.REFUSED, outcome.detail))
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
    return Next(to_due(delivery, reason, at))


def filming(delivery: Delivery, done: int, now: datetime) -> Next:
    """Decide while a post's film is still being made, of which `done` percent are: it takes longer than a turn may."""
    return Next(to_due(delivery, Reason.FILMING, now + FILM_EVERY, f"{done} %"))


def unpictured(delivery: Delivery, remark: str, now: datetime, *, asks: bool = False) -> Next:
    """Decide once a post whose picture the network refused stands without it: who approved it is asked again.

    `asks`: its words, a person's, are to be read again by somebody.
    """
    if delivery.approved or asks:
        return Next(to_held(replace(delivery, approved=""), Reason.APPROVAL, remark))
    return Next(to_due(delivery, Reason.PICTURE_REFUSED, now, remark))


def hold(delivery: Delivery, reason: Reason, detail: str) -> Next:
    """Decide for what only a person can settle."""
    return Next(to_held(delivery, reason, detail))


def left_sending(left: Delivery, now: datetime) -> Delivery:
    """Tell how a delivery stands whose run ended in the middle of it."""
    if left.kind in REPEATABLE:  # repeatable by contract: it is simply done again
        return replace(left, state=State.DUE, reason=Reason.LEFT_SENDING, due_at=now)
    return replace(left, state=State.UNKNOWN, reason=Reason.LEFT_SENDING, detail="", due_at=now)


def expired(delivery: Delivery, why: str = "") -> Delivery:
    """Tell how a delivery stands once its time is over; `why` is what held back its channel, where something did."""
    if delivery.state is State.HELD:
        return to_expired(delivery, phrase("nobody approved it"))
    return to_expired(delivery, why or (delivery.detail if delivery.reason in _TROUBLES else ""))


_TROUBLES = frozenset({Reason.BACKOFF, Reason.ASKED_TO_WAIT, Reason.NO_ACCESS})
"""Reasons whose detail is what went wrong; that of the others is a name, or nothing."""


def asks_to_renew(stands: Delivery) -> bool:
    """Whether the account's session is renewed before the next try or look; what a network works on stays told so."""
    return stands.reason is Reason.RENEWED or (is_at_work(stands) and stands.renewals == _RENEW)


_RENEW, _RENEWED = 1, 2
"""How often a delivery's session was renewed: it is about to be, and it was, of what a network works on."""


def probe_after(probes: int) -> timedelta:
    """Tell how long to wait before something stopped is asked again, after so many questions in vain."""
    wait: timedelta = min(FIRST_PROBE * 2 ** min(probes, 10), MOST_PROBE)
    return wait


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
            return Next(to_done(replace(looked, detail=remark), outcome, Reason.SENT if is_worked_on else Reason.FOUND))
        case None:
            return Next(to_due(looked, Reason.ABSENT, now))
        case Rejected():
            return Next(to_held(looked, Reason.REFUSED, outcome.detail))
        case LeftToPerson() if delivery.copied_at is None:
            return Next(to_held(looked, Reason.UNSHOWN, outcome.detail))
        case OutcomeUnknown():
            return Next(to_held(looked, undecided, outcome.detail))
        case NotYet(scope=Scope.DELIVERY) if now - (asked or began) >= find_for:
            return Next(to_held(looked, still, outcome.detail))
        case PublishError() if now - began >= LOOK_MOST and delivery.reason is not Reason.RESOLVED_ABSENT:
            return Next(to_held(looked, still, outcome.detail))
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
            return to_done(replace(looked, detail=""), outcome, Reason.SENT)
        case LeftToPerson():
            return to_held(looked, Reason.UNSHOWN, outcome.detail)
        case NotYet(scope=Scope.DELIVERY):
            return to_held(looked, Reason.WORKED_ON, outcome.detail)
        case None | Rejected() | CameToNothing() | OutcomeUnknown():
            return to_due(looked, Reason.RESOLVED_ABSENT, now, asked.detail)
    return None


def _after_look_for_lost(looked: Delivery, outcome: Outcome) -> Delivery | None:
    """Decide for a delivery the lost database may have sent, in words nobody knows; None: as for any other."""
    match outcome:
        case Receipt():
            return replace(to_done(looked, outcome, Reason.RESTORED), copied_at=None)
        case None:
            # No proof: the story, the template or a person's edit may have given it other words than ours.
            return to_held(looked, Reason.RESTORED, "no post in the words it has now was found")
        case Rejected() | CameToNothing():
            return to_held(looked, Reason.RESTORED, outcome.detail)
    return None


def _wait(delivery: Delivery, asked: NotYet, now: datetime) -> Next:
    """Wait, also for longer than its time: until that is over a person may still do something about it."""
    until = now + (asked.retry_after or timedelta(minutes=1))
    return Next(to_due(delivery, Reason.ASKED_TO_WAIT, until, asked.detail), _pause(asked, until))


def _pause(asked: NotYet, until: datetime) -> Pause | None:
    return None if asked.scope is Scope.DELIVERY else Pause(asked.scope, until)


def _no_access(delivery: Delivery, refused: AuthFailed, now: datetime, *, can_renew: bool) -> Next:
    if _is_renewable(delivery, refused, can_renew=can_renew):
        again = replace(to_due(delivery, Reason.RENEWED, now, refused.detail), renewals=1)
        return Next(again, renew=True)
    return Next(to_due(delivery, Reason.NO_ACCESS, now, refused.detail), _stop(refused, now))


def _is_renewable(delivery: Delivery, refused: AuthFailed, *, can_renew: bool) -> bool:
    """Whether a new session may help: once for a delivery, because a second refusal is not about the session."""
    return can_renew and refused.scope is Scope.ACCOUNT and delivery.renewals == 0


def _stop(refused: AuthFailed, now: datetime) -> Pause:
    scope = Scope.CHANNEL if refused.scope is Scope.DELIVERY else refused.scope
    return Pause(scope, now + FIRST_PROBE, stops=True, fix=refused.fix)


def _again(delivery: Delivery, failed: PublishError, now: datetime, policy: Policy) -> Next:
    tried = replace(delivery, tries=delivery.tries + 1)
    if tried.tries >= policy.most_tries:
        return Next(to_held(tried, Reason.GAVE_UP, failed.detail))
    due = now + max(failed.retry_after or timedelta(0), backoff(tried, policy))
    if due >= delivery.expires_at:
        return Next(to_expired(tried, failed.detail))
    return Next(to_due(tried, Reason.BACKOFF, due, failed.detail))


def backoff(delivery: Delivery, policy: Policy) -> timedelta:
    """Tell how long to wait after the delivery's latest counted try; the same for the same key and try.

    Up to a fifth is taken off by the key, so that channels that failed together do not come back together.
    """
    waits = wait_exponential(multiplier=policy.backoff_first.total_seconds(), max=policy.backoff_most.total_seconds())
    counted = RetryCallState(Retrying(), None, (), {})
    counted.attempt_number = max(delivery.tries, 1)
    less = 1 - spread(f"{delivery.key}/{delivery.tries}")
    return timedelta(milliseconds=round(waits(counted) * less * 1000))

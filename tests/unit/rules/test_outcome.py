"""What follows a try or a look: the table of the five errors, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
from bot.model import Delivery, Kind, Pause, Reason, State
from bot.rules.approval import thawed
from bot.rules.outcome import after, asks_to_renew, backoff, expired
from bot.rules.wishes import granted
from tests.unit.engine import NOW, POLICY, minutes, seconds

HOUR = timedelta(hours=1)
DUE = Delivery(
    id=1, key="k", story="s", channel="one", state=State.DUE, reason=Reason.PLANNED, due_at=NOW, expires_at=NOW + HOUR
)
SENDING = replace(DUE, state=State.SENDING, reason=Reason.INTENT, intent_at=NOW, last_at=NOW + seconds(40))
UNKNOWN = replace(SENDING, state=State.UNKNOWN, reason=Reason.LOST_ANSWER, last_at=NOW)
WORKED_ON = replace(UNKNOWN, reason=Reason.WORKED_ON, detail="not processed yet")
ONCE_MORE = replace(UNKNOWN, reason=Reason.RESOLVED_ABSENT, detail="cli:aigul")
RECEIPT = Receipt("1")


def then(stands, outcome, now=NOW, **known):
    return after(stands, outcome, now, policy=POLICY, **known)


@pytest.mark.parametrize(
    ("stands", "outcome", "state", "reason"),
    [
        (SENDING, RECEIPT, State.DONE, Reason.SENT),
        (SENDING, OutcomeUnknown("cut"), State.UNKNOWN, Reason.LOST_ANSWER),
        (SENDING, StillWorking("not processed yet"), State.UNKNOWN, Reason.WORKED_ON),
        (SENDING, LeftToPerson("locked"), State.HELD, Reason.UNSHOWN),
        (SENDING, NotSent("dns"), State.DUE, Reason.BACKOFF),
        (SENDING, NotYet("busy"), State.DUE, Reason.ASKED_TO_WAIT),
        (SENDING, AuthFailed("dead", scope=Scope.ACCOUNT), State.DUE, Reason.NO_ACCESS),
        (SENDING, Rejected("policy"), State.HELD, Reason.REFUSED),
        (DUE, NotSent("dns"), State.DUE, Reason.BACKOFF),
        (UNKNOWN, RECEIPT, State.DONE, Reason.FOUND),
        (UNKNOWN, None, State.DUE, Reason.ABSENT),
        (UNKNOWN, Rejected("failed later"), State.HELD, Reason.REFUSED),
        (UNKNOWN, OutcomeUnknown("cannot say"), State.HELD, Reason.UNDECIDABLE),
        (UNKNOWN, NotYet("lag"), State.UNKNOWN, Reason.LOOK_AGAIN),
        (UNKNOWN, NotSent("dns"), State.UNKNOWN, Reason.LOOK_AGAIN),
        (UNKNOWN, AuthFailed("dead", scope=Scope.ACCOUNT), State.UNKNOWN, Reason.LOOK_AGAIN),
        (UNKNOWN, LeftToPerson("locked"), State.HELD, Reason.UNSHOWN),
        (replace(UNKNOWN, copied_at=NOW), LeftToPerson("locked"), State.HELD, Reason.RESTORED),
        (ONCE_MORE, RECEIPT, State.DONE, Reason.SENT),
        (ONCE_MORE, None, State.DUE, Reason.RESOLVED_ABSENT),
        (ONCE_MORE, Rejected("deleted"), State.DUE, Reason.RESOLVED_ABSENT),
        (ONCE_MORE, CameToNothing("in trouble"), State.DUE, Reason.RESOLVED_ABSENT),
        (ONCE_MORE, OutcomeUnknown("forgotten"), State.DUE, Reason.RESOLVED_ABSENT),
        (ONCE_MORE, LeftToPerson("locked"), State.HELD, Reason.UNSHOWN),
        (ONCE_MORE, NotYet("not processed yet"), State.HELD, Reason.WORKED_ON),
        (ONCE_MORE, NotYet("busy", scope=Scope.ACCOUNT), State.UNKNOWN, Reason.RESOLVED_ABSENT),
        (ONCE_MORE, NotSent("dns"), State.UNKNOWN, Reason.RESOLVED_ABSENT),
        (ONCE_MORE, AuthFailed("dead", scope=Scope.ACCOUNT), State.UNKNOWN, Reason.RESOLVED_ABSENT),
        (WORKED_ON, RECEIPT, State.DONE, Reason.SENT),
        (WORKED_ON, NotYet("not processed yet"), State.UNKNOWN, Reason.WORKED_ON),
        (WORKED_ON, NotSent("dns"), State.UNKNOWN, Reason.WORKED_ON),
        (WORKED_ON, AuthFailed("dead", scope=Scope.ACCOUNT), State.UNKNOWN, Reason.WORKED_ON),
        (WORKED_ON, Rejected("failed later"), State.HELD, Reason.REFUSED),
        (WORKED_ON, CameToNothing("in trouble"), State.DUE, Reason.BACKOFF),
        (replace(WORKED_ON, tries=POLICY.most_tries - 1), CameToNothing("in trouble"), State.HELD, Reason.GAVE_UP),
        (replace(WORKED_ON, copied_at=NOW), CameToNothing("in trouble"), State.HELD, Reason.RESTORED),
    ],
)
def test_each_outcome_leads_to_its_state(stands, outcome, state, reason):
    found = then(stands, outcome).delivery
    assert (found.state, found.reason) == (state, reason)


@pytest.mark.parametrize("kind", [Kind.EDIT, Kind.DELETE])
def test_an_unknown_edit_or_delete_is_simply_repeated(kind):
    found = then(replace(SENDING, kind=kind), OutcomeUnknown("cut")).delivery
    assert (found.state, found.reason, found.tries) == (State.DUE, Reason.BACKOFF, 1)


@pytest.mark.parametrize("outcome", [None, PublishError("bare")])
def test_no_try_ends_in_nothing(outcome):
    with pytest.raises(ValueError, match="no try ends in"):
        then(SENDING, outcome)


ERRORS = st.sampled_from([NotSent, NotYet, OutcomeUnknown, AuthFailed, Rejected, PublishError])


@settings(max_examples=200, deadline=None)
@given(ERRORS, st.sampled_from(list(Scope)), st.integers(0, 10_000), st.booleans(), st.integers(0, 200_000))
def test_nothing_but_proof_of_absence_makes_an_unknown_due(kind, scope, wait, can_renew, later):
    error = kind("said", scope=scope, retry_after=seconds(wait))
    found = then(UNKNOWN, error, NOW + seconds(later), can_renew=can_renew).delivery
    assert found.state is State.UNKNOWN or found.reason in (Reason.UNDECIDABLE, Reason.REFUSED)


def test_an_answer_that_got_lost_is_looked_for_at_once_and_reckoned_from_its_end():
    found = then(SENDING, OutcomeUnknown("cut"), NOW + seconds(31)).delivery
    assert (found.due_at, found.last_at) == (NOW + seconds(31), NOW + seconds(31))


def test_a_network_that_works_on_a_post_is_looked_at_when_it_says_and_is_not_out_of_order():
    step = then(SENDING, StillWorking("not processed yet", retry_after=minutes(1)))
    assert (step.delivery.due_at, step.outage) == (NOW + minutes(1), False)
    assert then(SENDING, StillWorking("not processed yet")).delivery.due_at > NOW
    assert then(WORKED_ON, RECEIPT).delivery.detail == ""


@pytest.mark.parametrize("outcome", [NotYet("busy"), OutcomeUnknown("cut"), Rejected("no"), RECEIPT])
def test_only_what_was_not_sent_costs_a_try(outcome):
    assert then(SENDING, outcome).delivery.tries == 0
    assert then(SENDING, NotSent("dns")).delivery.tries == 1


def test_backoff_doubles_from_half_a_minute_to_an_hour():
    waits = [backoff(replace(DUE, tries=n), POLICY) for n in range(1, 12)]
    for n, wait in enumerate(waits):
        whole = min(seconds(30) * 2**n, HOUR)
        assert whole * 0.8 <= wait <= whole


def test_jitter_comes_from_key_and_try_so_that_a_run_can_be_repeated():
    assert backoff(DUE, POLICY) == backoff(DUE, POLICY)
    assert len({backoff(replace(DUE, key=str(n)), POLICY) for n in range(20)}) > 10
    assert len({backoff(replace(DUE, tries=n), POLICY) / 2 ** (n - 1) for n in range(1, 7)}) == 6


def test_the_tenth_counted_try_is_the_last():
    assert then(replace(DUE, tries=8), NotSent("dns")).delivery.reason is Reason.BACKOFF
    found = then(replace(DUE, tries=9), NotSent("dns")).delivery
    assert (found.state, found.reason, found.tries) == (State.HELD, Reason.GAVE_UP, 10)


def test_a_network_that_names_a_longer_wait_is_obeyed():
    assert then(DUE, NotSent("503", retry_after=minutes(20))).delivery.due_at == NOW + minutes(20)


def test_what_would_be_tried_again_only_after_its_time_expires_and_says_why():
    found = then(DUE, NotSent("503", retry_after=HOUR)).delivery
    assert (found.state, found.detail) == (State.EXPIRED, "503")


def test_a_wait_that_is_longer_than_its_time_leaves_people_the_time_there_is():
    found = then(DUE, NotYet("busy", retry_after=HOUR)).delivery
    assert (found.state, found.due_at >= found.expires_at) == (State.DUE, True)


@pytest.mark.parametrize("stands", [DUE, replace(DUE, expires_at=NOW + minutes(1)), UNKNOWN])
@pytest.mark.parametrize("scope", [Scope.CHANNEL, Scope.ACCOUNT, Scope.APP])
def test_not_yet_pauses_exactly_its_scope_whatever_becomes_of_the_delivery(stands, scope):
    asked = NotYet("busy", scope=scope, retry_after=minutes(2))
    assert then(stands, asked).pause == Pause(scope, NOW + minutes(2))


@pytest.mark.parametrize("stands", [DUE, UNKNOWN])
def test_not_yet_for_one_delivery_pauses_nothing_else(stands):
    step = then(stands, NotYet("processing", retry_after=minutes(2)))
    assert (step.pause, step.delivery.due_at) == (None, NOW + minutes(2))


def test_a_wait_without_a_time_is_a_minute():
    assert then(DUE, NotYet("busy")).delivery.due_at == NOW + minutes(1)


@pytest.mark.parametrize("stands", [SENDING, UNKNOWN])
def test_a_session_is_renewed_once_and_a_second_refusal_stops(stands):
    refused = AuthFailed("expired", scope=Scope.ACCOUNT)
    first = then(stands, refused, can_renew=True)
    assert (first.renew, first.pause, first.delivery.reason) == (True, None, Reason.RENEWED)
    assert first.delivery.due_at == NOW
    second = then(replace(stands, renewals=1), refused, can_renew=True)
    assert (second.renew, second.pause) == (False, Pause(Scope.ACCOUNT, NOW + minutes(10), stops=True))


@pytest.mark.parametrize("stands", [WORKED_ON, ONCE_MORE])
def test_what_a_network_works_on_stays_so_while_the_session_is_renewed_for_a_look(stands):
    refused, told = AuthFailed("expired", scope=Scope.ACCOUNT), (stands.state, stands.reason, stands.detail)
    first = then(stands, refused, can_renew=True)
    assert (first.renew, first.pause, asks_to_renew(first.delivery)) == (True, None, True)
    assert (first.delivery.state, first.delivery.reason, first.delivery.detail) == told
    second = then(first.delivery, refused, can_renew=True)
    assert (second.renew, second.pause is not None, asks_to_renew(second.delivery)) == (False, True, False)
    silent = then(first.delivery, NotSent("dns")).delivery
    assert not asks_to_renew(silent), "it was renewed for that look"
    answered = then(replace(WORKED_ON, renewals=1), NotYet("not processed yet")).delivery
    assert then(answered, refused, can_renew=True).renew, "the session served, and ran out again hours later"


@pytest.mark.parametrize(
    ("scope", "stopped"),
    [(Scope.ACCOUNT, Scope.ACCOUNT), (Scope.CHANNEL, Scope.CHANNEL), (Scope.DELIVERY, Scope.CHANNEL)],
)
@pytest.mark.parametrize("stands", [SENDING, UNKNOWN])
def test_no_access_stops_channel_or_account_and_keeps_the_delivery_open(stands, scope, stopped):
    step = then(stands, AuthFailed("kicked", scope=scope))
    assert step.pause == Pause(stopped, NOW + minutes(10), stops=True)
    assert step.delivery.state in (State.DUE, State.UNKNOWN)


def test_a_place_that_refuses_is_not_helped_by_a_new_session():
    assert not then(SENDING, AuthFailed("kicked", scope=Scope.CHANNEL), can_renew=True).renew


def test_looks_end_with_the_networks_look_up_time():
    lag = NotYet("lag", retry_after=seconds(30))
    assert then(UNKNOWN, lag, NOW + minutes(5) - seconds(1)).delivery.state is State.UNKNOWN
    assert then(UNKNOWN, lag, NOW + minutes(5)).delivery.reason is Reason.UNDECIDABLE
    assert then(UNKNOWN, lag, NOW + minutes(5), find_for=HOUR).delivery.state is State.UNKNOWN


@pytest.mark.parametrize("error", [NotSent("down"), NotYet("busy", scope=Scope.ACCOUNT), AuthFailed("dead")])
def test_a_look_that_cannot_be_made_is_tried_for_a_day(error):
    assert then(UNKNOWN, error, NOW + timedelta(hours=23)).delivery.state is State.UNKNOWN
    assert then(UNKNOWN, error, NOW + timedelta(hours=24)).delivery.reason is Reason.UNDECIDABLE


def test_looks_come_ever_less_often_and_at_least_every_five_minutes():
    waits = [then(replace(UNKNOWN, looks=n), NotSent("down")).delivery.due_at - NOW for n in range(40)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (seconds(30), minutes(5))


@pytest.mark.parametrize(
    ("stands", "why", "detail"),
    [
        (replace(DUE, state=State.HELD, reason=Reason.APPROVAL), "", "nobody approved it"),
        (replace(DUE, reason=Reason.BACKOFF, detail="dns"), "", "dns"),
        (replace(DUE, reason=Reason.APPROVED, detail="cli:aigul"), "", ""),
        (replace(DUE, reason=Reason.APPROVED, detail="cli:aigul"), "the channel was paused", "the channel was paused"),
    ],
)
def test_what_expires_says_what_held_it_back_and_never_who_approved_it(stands, why, detail):
    found = expired(stands, why)
    assert (found.state, found.reason, found.detail) == (State.EXPIRED, Reason.EXPIRED, detail)


@pytest.mark.parametrize("state", [State.DUE, State.HELD])
def test_an_approval_dies_with_its_post(state):
    reason = Reason.BACKOFF if state is State.DUE else Reason.BY_PERSON
    approved = replace(DUE, state=state, reason=reason, approved="d", digest="d", template="t@1")
    found = thawed(approved, why=Reason.REVISED)
    assert (found.state, found.approved, found.digest, found.post) == (State.HELD, "", "", None)


def test_what_needs_no_approval_is_written_anew_and_goes():
    found = thawed(replace(DUE, digest="d"), why=Reason.REVISED)
    assert (found.state, found.reason, found.digest) == (State.DUE, Reason.REVISED, "")


@pytest.mark.parametrize("state", [State.SENDING, State.UNKNOWN])
def test_a_wish_waits_while_nobody_knows(state):
    wished = replace(DUE, state=state, wish="cancel cli:aigul")
    assert granted(wished) == wished

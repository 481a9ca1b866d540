"""What a row offers is what its delivery takes: no button leads to a refusal while nothing changed."""

from dataclasses import replace

import pytest

from bot.actions import deliveries as verbs
from bot.actions import newsroom, reading
from bot.actions.offering import ByItself, Offer, by_itself, has_no_time, needs_person, offers, waits_for_approval
from bot.actions.room import RefusedVerb
from bot.model import Kind, Photo, Reason, State
from bot.rules.standing import is_at_work
from bot.rules.why import SENTENCES
from tests.unit.engine import NOW, Desk, article, hours

OPEN = [each for each in SENTENCES if each[0] in (State.DUE, State.HELD, State.UNKNOWN)]
_LATER = NOW + hours(30)


ACTS = {
    Offer.APPROVE: lambda room, which: verbs.approve(room, which),
    Offer.RESOLVE: lambda room, which: verbs.resolve(room, which, sent=None),
    Offer.WORDS: lambda room, which: verbs.mend(room, which, "The port opens on Monday."),
    Offer.AGAIN: lambda room, which: verbs.release(room, which),
    Offer.RELEASE: lambda room, which: verbs.release(room, which),
    Offer.HOLD: lambda room, which: verbs.hold(room, which),
    Offer.MOVE: lambda room, which: verbs.move(room, which, _LATER),
    Offer.CANCEL: lambda room, which: verbs.cancel(room, which),
    Offer.DESCRIBE: lambda room, which: describe(room, which),
}

ELSEWHERE = (Offer.TEMPLATE, Offer.CORRECT, Offer.ARTICLE)
"""What leads to a page and changes nothing by itself."""


async def describe(room, which):
    told = await reading.one(room, which)
    await newsroom.mark(room, told.delivery.story, alt="A crane.")


def stood(tmp_path, state, reason, **said):
    """A newsroom with one delivery that stands so."""
    desk = Desk(tmp_path)
    desk.poll(article(photo=Photo("https://courier.example/a.jpg")))
    desk.change(1, state=state, reason=reason, **said)
    return desk


def told(desk):
    return desk.act(reading.one(desk.room(), 1))


@pytest.mark.parametrize(("state", "reason"), OPEN, ids=lambda each: str(each))
def test_every_verb_that_is_offered_is_taken(tmp_path, state, reason):
    stands = stood(tmp_path, state, reason).delivery()
    offered = offers(stands)
    assert bool(offered) == (not is_at_work(stands))
    for each in (each for each in offered if each not in ELSEWHERE):
        desk = stood(tmp_path, state, reason)
        desk.act(ACTS[each](desk.room(), 1))
        assert desk.delivery().moves > 1


@pytest.mark.parametrize("state", [State.SENDING, State.DONE, State.CANCELLED])
def test_what_is_over_or_being_sent_offers_nothing(tmp_path, state):
    reason = next(reason for each, reason in SENTENCES if each is state)
    assert offers(stood(tmp_path, state, reason).delivery()) == ()


@pytest.mark.parametrize("state", [State.SKIPPED, State.EXPIRED])
def test_what_a_rule_or_the_clock_kept_back_may_be_let_go(tmp_path, state):
    reason = next(reason for each, reason in SENTENCES if each is state)
    assert offers(stood(tmp_path, state, reason).delivery()) == (Offer.RELEASE,)
    assert offers(stood(tmp_path, state, reason).delivery(), is_listed=False) == ()


def test_of_what_may_be_out_only_a_look_at_the_network_is_asked(tmp_path):
    desk = stood(tmp_path, State.HELD, Reason.UNDECIDABLE)
    assert offers(desk.delivery()) == (Offer.RESOLVE,)
    for state in (State.HELD, State.DUE):  # as the lost database left it: nobody knows what was done since
        assert offers(replace(desk.delivery(), state=state, reason=Reason.RELEASED, copied_at=NOW)) == (Offer.RESOLVE,)


@pytest.mark.parametrize(
    ("reason", "first"),
    [
        (Reason.TEMPLATE, Offer.TEMPLATE),
        (Reason.NO_CORRECTION, Offer.CORRECT),
        (Reason.MISSING_FIELD, Offer.WORDS),
        (Reason.TOO_LONG, Offer.WORDS),
        (Reason.NO_PICTURE, Offer.ARTICLE),
    ],
)
def test_what_is_held_for_a_fault_offers_its_cure_first(tmp_path, reason, first):
    offered = offers(stood(tmp_path, State.HELD, reason).delivery())
    assert offered[0] is first
    assert Offer.RELEASE not in offered


def test_what_was_rejected_may_be_asked_about_again(tmp_path):
    desk = stood(tmp_path, State.CANCELLED, Reason.REJECTED, detail="cli:dana: no")
    assert offers(desk.delivery()) == (Offer.UNDO,)
    assert offers(replace(desk.delivery(), kind=Kind.REPLY)) == ()
    assert offers(desk.delivery(), is_listed=False) == ()
    desk.act(verbs.undo(desk.room(), 1))
    assert desk.stands() == ("held", "approval")


def test_a_hush_keeps_what_it_holds(tmp_path):
    desk = Desk(tmp_path)
    desk.act(newsroom.hush(desk.room()))
    desk.poll(article())
    desk.turn()
    assert offers(desk.delivery(), is_hushed=True) == (Offer.UNHUSH, Offer.CANCEL)
    assert offers(desk.delivery())[0] is Offer.RELEASE


def test_a_test_and_what_left_the_settings_can_only_be_cancelled(tmp_path):
    stands = stood(tmp_path, State.DUE, Reason.PLANNED).delivery()
    assert offers(replace(stands, kind=Kind.TEST)) == (Offer.CANCEL,)
    assert offers(stands, is_listed=False) == (Offer.CANCEL,)


def test_what_needs_a_person_is_what_is_held_or_unknown(tmp_path):
    needs = {state for state, reason in OPEN if needs_person(told(stood(tmp_path, state, reason)))}
    assert needs == {State.HELD, State.UNKNOWN}


def test_what_its_network_works_on_needs_nobody_and_is_not_called_absent_while_somebody_asks_the_network(tmp_path):
    desk = stood(tmp_path, State.UNKNOWN, Reason.WORKED_ON, detail="not processed yet")
    assert not needs_person(told(desk))
    said = "is at work on it: wait, or delete it there; we see either by ourselves, and then it is out or held"
    with pytest.raises(RefusedVerb, match=said):
        desk.act(verbs.resolve(desk.room(), 1, sent=None))
    assert desk.stands() == ("unknown", "worked_on")
    del desk.channels["one"]  # it has left the settings: nobody else looks
    assert needs_person(told(desk))
    assert offers(desk.delivery(), is_listed=False) == (Offer.RESOLVE,)
    desk.act(verbs.resolve(desk.room(), 1, sent=None))
    assert desk.stands() == ("due", "resolved_absent")


def test_what_waits_for_approval_expires_and_everything_else_that_is_held_waits(tmp_path):
    asks = told(stood(tmp_path, State.HELD, Reason.APPROVAL))
    assert (waits_for_approval(asks), by_itself(asks)) == (True, None)
    held = told(stood(tmp_path, State.HELD, Reason.BY_PERSON))
    assert (waits_for_approval(held), by_itself(held)) == (False, ByItself.NOTHING)
    assert by_itself(told(stood(tmp_path, State.DUE, Reason.PLANNED))) is None


@pytest.mark.parametrize(
    ("reason", "how"), [(Reason.FAR_FUTURE, ByItself.REDATED), (Reason.NO_ALT, ByItself.DESCRIBED)]
)
def test_what_its_feed_may_let_go_on_is_not_said_to_wait_for_people_alone(tmp_path, reason, how):
    assert by_itself(told(stood(tmp_path, State.HELD, reason))) is how


def test_only_what_is_held_past_its_time_stands_on_no_day(tmp_path):
    held = told(stood(tmp_path, State.HELD, Reason.BY_PERSON))
    assert has_no_time(held, NOW)
    assert not has_no_time(told(stood(tmp_path, State.HELD, Reason.BY_PERSON, due_at=_LATER)), NOW)
    assert not has_no_time(told(stood(tmp_path, State.DUE, Reason.PLANNED)), NOW)


def test_other_words_of_what_was_approved_are_asked_about_again(tmp_path):
    desk = stood(tmp_path, State.HELD, Reason.DEFECT, approved="digest")
    desk.act(verbs.mend(desk.room(), 1, "The port opens on Monday."))
    assert desk.stands() == ("held", "approval")

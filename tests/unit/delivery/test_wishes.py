"""What a person asked for while nobody knew whether a post is out, and what the article changed meanwhile."""

from dataclasses import replace

import pytest

from adapters.contract import NotSent, OutcomeUnknown, Receipt, Rejected
from bot.actions import deliveries as verbs
from bot.actions import newsroom
from bot.audit.words import words
from bot.model import Reason, State
from bot.rules.wishes import granted
from bot.store import people
from bot.store.alerts import open_alerts
from tests.unit.engine import NOW, ONE, Desk, Plain, article, minutes, seconds

LOST = OutcomeUnknown("read timeout")
REVISED = article(title="Port 1 wins a loan of 900 million")
RETRACTED = article(title="Retracted: Port 1 wins a loan of 101 million")


def lost(tmp_path, *channels, **more):
    """A desk whose first post left without an answer."""
    desk = Desk(tmp_path, *channels, **more)
    desk.poll(article())
    if desk.delivery().state is State.HELD:
        desk.act(verbs.approve(desk.room(), 1))
    desk.wire.say("publish", LOST)
    desk.turn()
    assert desk.stands() == ("unknown", "lost_answer")
    return desk


@pytest.mark.parametrize(
    ("verb", "found", "stands"),
    [
        ("cancel", None, ("cancelled", "cancelled")),
        ("hold", None, ("held", "by_person")),
        ("cancel", Receipt("7"), ("done", "found")),
        ("hold", Receipt("7"), ("done", "found")),
        ("cancel", Rejected("taken, then failed"), ("cancelled", "cancelled")),
        ("hold", Rejected("taken, then failed"), ("held", "refused")),
        ("cancel", OutcomeUnknown("cannot be asked"), ("held", "undecidable")),
    ],
)
def test_a_wish_is_stored_and_done_once_the_outcome_is_known(tmp_path, verb, found, stands):
    desk = lost(tmp_path)
    answered = desk.act(getattr(verbs, verb)(desk.room(), 1))
    assert (str(answered.state), answered.wish) == ("unknown", f"{verb} cli:aigul")
    desk.wire.say("find", found)
    desk.turn()
    assert desk.stands() == stands
    assert len(desk.wire.keys) == 1


def test_a_wish_during_the_call_itself_is_done_afterwards(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.wire.hooks["sent"] = lambda: desk.ask(people.cancel, 1, NOW, actor="cli:aigul")
    desk.wire.say("publish", NotSent("503"))
    desk.turn()
    assert (desk.stands(), desk.delivery().detail) == (("cancelled", "cancelled"), "cli:aigul")
    assert desk.why() == "Was cancelled by aigul at 14:00."


@pytest.mark.parametrize("verb", ["cancel", "hold"])
def test_who_asked_too_late_is_told_and_told_what_can_be_done(tmp_path, verb):
    desk = lost(tmp_path)
    desk.act(getattr(verbs, verb)(desk.room(), 1))
    desk.wire.say("find", Receipt("7"))
    desk.turn()
    assert desk.alerts() == ["wish_too_late"]
    desk.act(verbs.delete_post(desk.room(), 1))
    assert desk.alerts() == ["wish_too_late"], "it is still out"
    desk.turn()
    assert desk.alerts() == []


@pytest.mark.parametrize(("verb", "asked"), [("cancel", "cancel"), ("hold", "hold back")])
def test_who_asked_too_late_learns_which_article_it_is_and_where_readers_see_it(tmp_path, verb, asked):
    desk = lost(tmp_path)
    desk.act(getattr(verbs, verb)(desk.room(), 1))
    desk.wire.say("find", Receipt("7", "https://fake.example/7"))
    desk.turn()
    (told,) = desk.ask(open_alerts)
    by = desk.room().actor.removeprefix("cli:")
    assert told.what == f"“{article().title}” was out on one before {by} could {asked} it: https://fake.example/7"


def test_a_person_who_looked_finds_the_wish_kept(tmp_path):
    desk = lost(tmp_path, kind=Plain)
    desk.act(verbs.cancel(desk.room(), 1))
    desk.turn()
    assert desk.stands() == ("held", "undecidable")
    desk.act(verbs.resolve(desk.room(), 1, sent=None))
    assert desk.stands() == ("cancelled", "cancelled")
    assert not desk.turn()


def test_a_wish_is_answered_in_the_sentence(tmp_path):
    desk = lost(tmp_path)
    desk.act(verbs.cancel(desk.room(), 1))
    assert "aigul wants it cancelled" in desk.why()


def test_a_revision_that_met_a_call_opens_the_alert_when_the_post_is_known_to_be_out(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.wire.hooks["sent"] = lambda: desk.poll(REVISED)
    desk.turn()
    assert (desk.stands(), desk.alerts()) == (("done", "sent"), ["story_revised"])


@pytest.mark.parametrize("how", ["found", "resolved"])
def test_a_revision_that_met_an_unknown_opens_the_alert_when_it_was_out(tmp_path, how):
    desk = lost(tmp_path, kind=Plain if how == "resolved" else type("Finds", (Plain,), {}))
    desk.poll(REVISED)
    assert desk.alerts() == []
    desk.turn()
    desk.act(verbs.resolve(desk.room(), 1, sent="https://fake.example/7"))
    assert desk.alerts() == ["story_revised"]


@pytest.mark.parametrize("trivial", [True, False])
def test_what_was_absent_goes_out_in_the_words_of_the_changed_article(tmp_path, trivial):
    desk = lost(tmp_path)
    desk.poll(article(tags=("ports",)) if trivial else REVISED)
    desk.turn()
    assert desk.stands() == (("due", "absent") if trivial else ("due", "revised"))
    desk.go(minutes(1))
    desk.turn()
    assert desk.wire.shown[0].splitlines()[0] == (article() if trivial else REVISED).title
    assert [row["reason"] for row in desk.log(delivery=1)].count("absent") == 1


def test_the_log_says_that_a_mark_made_while_nobody_knew_writes_the_post_anew(tmp_path):
    desk = lost(tmp_path)
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, text=("fake", "What the desk wants said.")))
    desk.turn()
    desk.go(minutes(1))
    desk.turn()
    assert desk.wire.shown == ["What the desk wants said."]
    told = [row["action"] for row in desk.log(delivery=1)]
    first, last = (at for at, action in enumerate(told) if action == "delivery.intended")
    assert told[first:last].count("delivery.thawed") == 1


def test_what_was_absent_and_is_withdrawn_stays_in(tmp_path):
    desk = lost(tmp_path)
    desk.poll(RETRACTED)
    desk.turn()
    assert desk.stands() == ("held", "retracted")


def test_a_retraction_outweighs_the_revision_after_it(tmp_path):
    desk = lost(tmp_path)
    desk.poll(RETRACTED)
    desk.poll(article(title="Retracted: Port 1 wins a loan of 900 million"))
    desk.turn()
    assert desk.stands() == ("held", "retracted")


def test_an_approval_of_what_was_absent_dies_with_its_words(tmp_path):
    desk = lost(tmp_path, replace(ONE, approval="always"))
    desk.poll(REVISED)
    desk.turn()
    assert desk.stands() == ("held", "approval")


def test_a_mark_that_met_an_unknown_is_in_the_post_that_goes_out_later(tmp_path):
    desk = lost(tmp_path)
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, text=("fake", "Said by hand.")))
    desk.turn()
    desk.go(minutes(1))
    desk.turn()
    assert desk.wire.shown == ["Said by hand."]


def test_a_mark_does_not_take_the_place_of_a_wish(tmp_path):
    desk = lost(tmp_path)
    desk.act(verbs.cancel(desk.room(), 1))
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, solemn=True))
    desk.turn()
    assert desk.stands() == ("cancelled", "cancelled")


def test_the_later_of_two_wishes_is_done_and_says_whose_it_replaces(tmp_path):
    desk = lost(tmp_path)
    desk.act(verbs.cancel(desk.room(), 1))
    answered = desk.act(verbs.hold(desk.room("cli:bolat"), 1))
    assert answered.state is State.UNKNOWN
    assert desk.why().endswith("bolat wants it held back if it is not out, instead of the cancel that aigul asked for.")
    (one, two) = [row for row in desk.log() if row["action"] == "delivery.wished"]
    assert words(one).endswith("the wish to cancel is kept")
    assert words(two).endswith("the wish to hold is kept instead of cancel by cli:aigul")
    desk.turn()
    assert (desk.stands(), desk.delivery().detail, desk.delivery().wish) == (("held", "by_person"), "cli:bolat", "")


def test_the_same_wish_twice_takes_the_place_of_nobodys(tmp_path):
    desk = lost(tmp_path)
    for who in ("cli:aigul", "cli:bolat"):
        desk.act(verbs.cancel(desk.room(who), 1))
    assert desk.why().endswith("bolat wants it cancelled if it is not out.")


@pytest.mark.parametrize("first", ["mark", "hold"])
def test_a_mark_is_kept_beside_a_wish_whichever_came_first(tmp_path, first):
    desk = lost(tmp_path)
    for each in ("mark", "hold") if first == "mark" else ("hold", "mark"):
        if each == "mark":
            desk.act(newsroom.mark(desk.room(), desk.delivery().story, text=("fake", "Said by hand.")))
        else:
            desk.act(verbs.hold(desk.room(), 1))
    assert desk.why().endswith("aigul wants it held back if it is not out.")
    desk.turn()
    assert desk.stands() == ("held", "by_person")
    desk.act(verbs.release(desk.room(), 1))
    desk.go(minutes(1))
    desk.turn()
    assert desk.wire.shown == ["Said by hand."]


def test_proof_that_it_is_out_outweighs_what_a_person_said_during_the_look(tmp_path):
    desk = lost(tmp_path)
    room = desk.room()
    desk.wire.say("find", Receipt("7"))
    desk.wire.hooks["find"] = lambda: desk.ask(
        people.resolve, 1, ONE, NOW, sent=None, zone=room.composer.zone, actor=room.actor
    )
    desk.turn()
    assert desk.stands() == ("done", "found")
    assert not desk.turn()
    assert len(desk.wire.keys) == 1


def test_a_person_who_knows_is_not_written_over_by_a_look_that_does_not(tmp_path):
    desk = lost(tmp_path)
    desk.wire.say("find", OutcomeUnknown("cannot be asked"))
    desk.wire.hooks["find"] = lambda: desk.ask(
        people.resolve, 1, ONE, NOW, sent="https://fake.example/7", zone="UTC", actor="cli:aigul"
    )
    desk.turn()
    assert desk.stands() == ("done", "resolved_sent")


def test_an_unknown_blocks_its_channel_for_five_minutes_and_then_steps_aside(tmp_path):
    desk = lost(tmp_path)
    desk.poll(article(2), article())
    desk.wire.say("find", *[NotSent("the network is down")] * 50)
    for _ in range(59):
        desk.go(seconds(5))
        desk.turn()
        assert len(desk.wire.shown) == 0
    desk.go(seconds(5))
    while desk.turn():
        pass
    assert desk.wire.shown == [f"{article(2).title}\n\n{article(2).url}"]
    assert desk.stands(1) == ("unknown", "look_again")


def test_a_look_goes_on_while_its_channel_is_paused_or_stopped(tmp_path):
    desk = lost(tmp_path)
    desk.act(newsroom.pause(desk.room(), "one"))
    desk.wire.say("find", Receipt("7"))
    desk.turn()
    assert desk.stands() == ("done", "found")


def test_an_unknown_is_never_due_and_never_expires(tmp_path):
    desk = lost(tmp_path)
    desk.wire.say("find", OutcomeUnknown("cannot be asked"))
    desk.turn()
    desk.go(minutes(60 * 24 * 30))
    from bot.store.housekeeping import expire

    assert desk.ask(expire, desk.clock.now(), listed=desk.channels) == 0
    assert not desk.turn()
    assert desk.stands() == ("held", "undecidable")


def test_a_wish_nobody_knows_is_forgotten():
    desk = replace(STANDS, wish="sing cli:aigul")
    assert granted(desk) == STANDS


STANDS = people.Delivery(
    id=1, key="k", story="s", channel="one", state=State.DUE, reason=Reason.ABSENT, due_at=NOW, expires_at=NOW
)

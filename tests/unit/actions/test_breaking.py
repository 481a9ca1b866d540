"""The lane of breaking news: past grace and gap, whatever a post waits for besides, and only while the word holds."""

from dataclasses import replace

import pytest

from adapters.contract import NotSent, OutcomeUnknown
from bot.actions import deliveries as verbs
from bot.actions import newsroom
from bot.model import Reason, State
from bot.store import templates
from tests.unit.engine import NOW, ONE, Desk, article, hours, minutes, seconds

HOUR = hours(1)
SLOW = replace(ONE, grace=minutes(30))


def breaking(desk, n=1, *, until=HOUR):
    desk.act(newsroom.mark(desk.room(), desk.delivery(n).story, breaking_for=until))
    return desk.delivery(n)


def test_what_was_held_in_its_grace_goes_out_as_soon_as_it_is_released(tmp_path):
    desk = Desk(tmp_path, SLOW)
    desk.poll(article())
    desk.act(verbs.hold(desk.room(), 1))
    assert breaking(desk).due_at == NOW
    desk.act(verbs.release(desk.room(), 1))
    assert desk.why() == "Was released by aigul and goes out now."


def test_what_was_released_in_its_grace_goes_out_at_the_mark(tmp_path):
    desk = Desk(tmp_path, SLOW)
    desk.poll(article())
    desk.act(verbs.hold(desk.room(), 1))
    desk.act(verbs.release(desk.room(), 1))
    assert desk.delivery().due_at == NOW + minutes(30)
    assert breaking(desk).due_at == NOW


def test_what_was_revised_in_its_grace_goes_out_at_the_mark(tmp_path):
    desk = Desk(tmp_path, SLOW)
    desk.poll(article())
    desk.poll(article(title="Aktau port wins berth 9"))
    assert desk.stands() == ("due", "revised")
    breaking(desk)
    assert desk.why() == "Is breaking news and goes out now, ahead of everything else."


def test_what_asks_for_approval_in_its_grace_goes_out_once_approved(tmp_path):
    desk = Desk(tmp_path, replace(SLOW, approval="always", send_window=seconds(60)))
    desk.poll(article())
    breaking(desk)
    assert desk.act(verbs.approve(desk.room(), 1)).due_at == NOW


@pytest.mark.parametrize("is_revised", [False, True])
def test_no_embargo_is_broken_for_it(tmp_path, is_revised):
    desk = Desk(tmp_path, SLOW)
    desk.poll(article(published=NOW + minutes(20)))
    if is_revised:
        desk.poll(article(title="Aktau port wins berth 9", published=NOW + minutes(20)))
    assert breaking(desk).due_at == NOW + minutes(20)
    desk.act(verbs.hold(desk.room(), 1))
    assert desk.act(verbs.release(desk.room(), 1)).due_at == NOW + minutes(20)


def test_nor_a_moment_that_a_person_named(tmp_path):
    desk = Desk(tmp_path, SLOW)
    desk.poll(article())
    desk.act(verbs.move(desk.room(), 1, NOW + minutes(20)))
    assert breaking(desk).due_at == NOW + minutes(20)


def test_nor_what_its_network_asks_for(tmp_path):
    desk = Desk(tmp_path)
    desk.wire.say("publish", NotSent("busy"))
    desk.publish()
    waits = desk.delivery()
    assert waits.reason is Reason.BACKOFF
    assert waits.due_at > NOW
    assert breaking(desk).due_at == waits.due_at


def test_a_word_that_is_over_hurries_nothing(tmp_path):
    """Of two that were breaking while the network was away, the second waits out the gap like any other."""
    desk = Desk(tmp_path, replace(ONE, gap=minutes(20)))
    desk.act(newsroom.pause(desk.room(), "all", until=NOW + hours(2)))
    desk.poll(article(2), article(1))
    breaking(desk, 1)
    breaking(desk, 2)
    desk.go(hours(2))
    while desk.turn():
        pass
    assert desk.stands(1)[0] == "done"
    assert not desk.delivery(2).is_breaking
    assert desk.delivery(2).state is State.DUE
    assert desk.why(2) == "Goes out at 16:20 at the earliest (20 minutes between two posts)."
    desk.go(minutes(20))
    desk.turn()
    assert desk.stands(2)[0] == "done"


def test_an_approval_after_its_end_waits_for_the_send_window(tmp_path):
    desk = Desk(tmp_path, replace(ONE, approval="always", send_window=seconds(60)))
    desk.poll(article())
    breaking(desk, until=minutes(5))
    desk.go(minutes(5))
    approved = desk.act(verbs.approve(desk.room(), 1))
    assert (approved.is_breaking, approved.due_at) == (False, NOW + minutes(5) + seconds(60))


def test_a_mark_while_nobody_knew_whether_it_is_out_counts_once_it_is_not(tmp_path):
    desk = Desk(tmp_path)
    desk.wire.say("publish", OutcomeUnknown("cut off"))
    desk.poll(article())
    desk.turn()
    assert desk.delivery().state is State.UNKNOWN
    assert not breaking(desk).is_breaking
    desk.act(verbs.resolve(desk.room(), 1, sent=None))
    assert desk.delivery().is_breaking


def test_a_word_taken_back_no_longer_says_so(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    breaking(desk)
    breaking(desk, until=hours(0))
    assert desk.stands() == ("due", "planned")
    assert "reaking" not in desk.why()


ASKS = replace(SLOW, approval="always")
NAMED = minutes(20)
"""A moment that a person named, within the grace."""


def moved(desk):
    desk.act(verbs.move(desk.room(), 1, NOW + NAMED))


def held(desk):
    desk.act(verbs.hold(desk.room(), 1))


def released(desk):
    desk.act(verbs.release(desk.room(), 1))


def revised(desk):
    desk.poll(article(title="Aktau port wins berth 9"))


@pytest.mark.parametrize(
    "acts",
    [
        (moved, held, breaking, released),
        (moved, revised, breaking),
        (held, moved, released, breaking),
        (held, breaking, moved, released),
    ],
    ids=lambda acts: "-".join(each.__name__ for each in acts),
)
def test_a_moment_that_a_person_named_stays_whatever_the_order(tmp_path, acts):
    desk = Desk(tmp_path, SLOW)
    desk.poll(article())
    for act in acts:
        act(desk)
    assert desk.delivery().due_at == NOW + NAMED
    assert not desk.turn()


@pytest.mark.parametrize("acts", [(breaking, moved), (moved, breaking)], ids=["mark first", "move first"])
def test_nor_is_one_that_waits_for_approval_hurried_past_it(tmp_path, acts):
    desk = Desk(tmp_path, ASKS)
    desk.poll(article())
    for act in acts:
        act(desk)
    assert desk.act(verbs.approve(desk.room(), 1)).due_at == NOW + NAMED


def test_what_a_hush_held_goes_no_earlier_than_its_embargo(tmp_path):
    desk = Desk(tmp_path)
    desk.act(newsroom.hush(desk.room()))
    desk.poll(article())
    desk.turn()
    assert desk.stands() == ("held", "hushed")
    desk.poll(article(published=NOW + hours(2)))
    assert breaking(desk).due_at == NOW + hours(2)


@pytest.mark.parametrize("goes_on", [minutes(0), minutes(1)])
def test_a_word_that_ends_within_the_grace_gives_it_back(tmp_path, goes_on):
    desk = Desk(tmp_path, SLOW)
    desk.poll(article())
    if goes_on:
        desk.act(newsroom.pause(desk.room(), "all", until=NOW + minutes(5)))
    breaking(desk, until=goes_on or HOUR)
    if not goes_on:
        breaking(desk, until=hours(0))
    desk.go(minutes(5))
    desk.turn()
    assert desk.stands() == ("due", "grace")
    assert desk.delivery().due_at == NOW + minutes(30)


def test_what_was_written_while_it_held_is_written_anew_after_it(tmp_path):
    desk = Desk(tmp_path)
    desk.ask(
        templates.offer, {"fake": "{% if is_breaking %}BREAKING: {% endif %}{{ title }} {{ url }}"}, NOW, origin="file"
    )
    desk.poll(article())
    breaking(desk, until=minutes(5))
    desk.wire.say("prepare", NotSent("busy"))
    desk.turn()
    assert desk.delivery().post.text.startswith("BREAKING")
    desk.go(hours(1))
    desk.turn()
    desk.turn()
    assert [text.startswith("BREAKING") for text in desk.wire.shown] == [False]


def test_the_sentence_forgets_it_as_soon_as_it_is_over(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.act(newsroom.pause(desk.room(), "all"))
    breaking(desk, until=minutes(5))
    desk.go(hours(1))
    assert "reaking" not in desk.why()


def test_a_word_that_a_post_goes_without_its_photo_outlives_the_mark(tmp_path):
    desk = Desk(tmp_path, SLOW)
    desk.poll(article())
    desk.change(1, state=State.DUE, reason=Reason.REVISED, detail="cli:aigul (x)")
    assert breaking(desk).detail == "cli:aigul (x)"
    assert desk.stands() == ("due", "revised")


def test_a_story_that_no_filter_bars_any_more_is_in_the_lane(tmp_path):
    desk = Desk(tmp_path, replace(ONE, sections=("news",)))
    desk.poll(article(section="sport"))
    breaking(desk)
    desk.poll(article(section="news"))
    assert desk.delivery().is_breaking


def test_that_somebody_looked_stands_in_the_log_beside_a_mark_made_before(tmp_path):
    desk = Desk(tmp_path, replace(ONE, approval="always"))
    desk.poll(article())
    desk.act(verbs.approve(desk.room(), 1))
    desk.wire.say("publish", OutcomeUnknown("cut off"))
    desk.turn()
    breaking(desk)
    desk.act(verbs.resolve(desk.room("cli:dana"), 1, sent=None))
    *_, looked, anew = [row for row in desk.log() if row.get("delivery") == 1 and row["action"] == "delivery.moved"]
    assert (looked["reason"], looked["actor"]) == ("resolved_absent", "cli:dana")
    assert (anew["state"], anew["reason"]) == ("held", "approval")

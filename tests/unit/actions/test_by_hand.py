"""A post a person writes for a channel, of no article, goes the way of all others."""

from dataclasses import replace

import pytest

from adapters.contract import OutcomeUnknown, Receipt
from bot.actions import deliveries as verbs
from bot.actions import newsroom
from bot.actions.room import RefusedVerb
from bot.store.clockset import clock_was_set
from bot.store.housekeeping import expire
from tests.unit.engine import NOW, ONE, Desk, hours, minutes

WORDS = "Our newsroom is open today. Come and see us: https://courier.example/open"
ASKS = replace(ONE, approval="always")


def written(tmp_path, *channels, text=WORDS, **more):
    desk = Desk(tmp_path, *channels)
    desk.act(verbs.post(desk.room(), "one", text, **more))
    return desk


def test_a_person_s_own_words_go_out_as_they_are(tmp_path):
    desk = written(tmp_path)
    assert desk.why() == "Was written by aigul and goes out now."
    desk.turn()
    assert desk.wire.shown == [WORDS]
    assert desk.why() == "Published at 14:00 (https://fake.example/1)."
    assert desk.log(delivery=1)[0]["actor"] == "cli:aigul"


def test_its_links_and_language_are_marked(tmp_path):
    desk = written(tmp_path, text="Приходите к нам: https://courier.example/open")
    post = desk.delivery().post
    assert (post.lang, [mark.kind for mark in post.marks]) == ("ru", ["link"])


def test_it_waits_for_its_time_whatever_the_clock_does(tmp_path):
    desk = written(tmp_path, at=NOW + hours(2))
    assert desk.delivery().expires_at == NOW + hours(8)
    desk.ask(clock_was_set, hours(1), NOW + hours(1), since=NOW)
    assert desk.delivery().due_at == NOW + hours(2)
    assert not desk.turn()
    desk.go(hours(2))
    desk.turn()
    assert desk.wire.shown == [WORDS]


def test_one_that_is_due_now_is_not_put_off_by_a_clock_that_is_set_back(tmp_path):
    desk = written(tmp_path)
    desk.ask(clock_was_set, -hours(1), NOW - hours(1), since=NOW)
    assert desk.delivery().due_at == NOW - hours(1)


def test_its_channel_asks_for_approval_as_of_any_post(tmp_path):
    desk = written(tmp_path, ASKS)
    assert desk.stands() == ("held", "approval")
    desk.act(verbs.approve(desk.room(), 1))
    desk.turn()
    assert desk.wire.shown == [WORDS]


def test_four_eyes_see_it(tmp_path):
    desk = written(tmp_path, replace(ONE, four_eyes=True))
    with pytest.raises(RefusedVerb, match="you wrote this"):
        desk.act(verbs.approve(desk.room("desk:aigul"), 1))
    desk.act(verbs.approve(desk.room("desk:dana"), 1))
    desk.turn()
    assert desk.wire.shown == [WORDS]


def test_a_button_pressed_twice_is_one_post(tmp_path):
    desk = written(tmp_path)
    for _ in range(2):
        with pytest.raises(RefusedVerb, match="these words are on one already, as delivery 1: `--again`"):
            desk.act(verbs.post(desk.room(), "one", WORDS))
        desk.turn()
    desk.act(verbs.post(desk.room(), "one", WORDS, is_again=True))
    desk.act(verbs.cancel(desk.room(), 2))
    desk.go(hours(25))
    desk.act(verbs.post(desk.room(), "one", WORDS))
    assert desk.count() == 3


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        (" \n", {}, "the text is empty"),
        ("x" * 301, {}, "too long for Fake: 301 of 300"),
        (WORDS, {"at": NOW - minutes(1)}, "that is over: leave out --at"),
        (WORDS, {"at": NOW + hours(200)}, "more than 7 days ahead"),
    ],
)
def test_what_cannot_be_posted_gets_a_sentence(tmp_path, text, more, said):
    desk = Desk(tmp_path)
    with pytest.raises(RefusedVerb, match=said):
        desk.act(verbs.post(desk.room(), "one", text, **more))
    assert desk.count() == 0


def test_a_channel_nobody_knows_is_named(tmp_path):
    desk = Desk(tmp_path)
    with pytest.raises(RefusedVerb, match="there is no channel nowhere; there are one"):
        desk.act(verbs.post(desk.room(), "nowhere", WORDS))


def test_a_lost_answer_is_looked_for_as_ever(tmp_path):
    desk = written(tmp_path)
    desk.wire.say("publish", OutcomeUnknown("no answer"))
    desk.turn()
    desk.wire.say("find", Receipt("9", "https://fake.example/9"))
    desk.turn()
    assert (desk.stands(), desk.wire.shown) == (("done", "found"), [])


def test_every_verb_serves_it_too(tmp_path):
    desk = written(tmp_path)
    desk.act(verbs.edit(desk.room(), 1, "Other words."))
    desk.act(verbs.move(desk.room(), 1, NOW + hours(1)))
    desk.act(verbs.hold(desk.room(), 1))
    desk.go(hours(1))
    desk.act(verbs.release(desk.room(), 1))
    desk.turn()
    desk.act(verbs.edit_post(desk.room(), 1, "Still other words."))
    desk.turn()
    assert desk.wire.shown == ["Still other words."]
    desk.act(verbs.delete_post(desk.room(), 1))
    desk.turn()
    assert desk.wire.calls[-1] == "delete"
    with pytest.raises(RefusedVerb, match="cannot go out again"):
        desk.act(verbs.repost(desk.room(), 1))


def test_a_hush_and_a_life_hold_for_it(tmp_path):
    desk = written(tmp_path)
    desk.act(newsroom.hush(desk.room()))
    desk.turn()
    assert desk.stands() == ("held", "hushed")
    desk.act(newsroom.unhush(desk.room()))
    desk.act(verbs.release(desk.room(), 1))
    desk.go(hours(7))
    desk.ask(expire, desk.clock.now(), listed=desk.channels)
    assert desk.stands() == ("expired", "expired")

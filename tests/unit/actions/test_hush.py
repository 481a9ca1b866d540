"""Hushed, nothing but breaking news goes out; what piles up meanwhile waits for a word of its own, never lost."""

from dataclasses import replace

import pytest

from adapters.contract import OutcomeUnknown
from bot.actions import deliveries as verbs
from bot.actions import hushed as kept_back
from bot.actions import newsroom, reading
from bot.actions.room import RefusedVerb
from bot.store import hushing
from bot.store.housekeeping import expire
from tests.unit.engine import NOW, ONE, Desk, article, hours, minutes

TWO = replace(ONE, id="two", place=(("chat", "@two"),))
ASKS = replace(ONE, approval="always")
BY_HAND = "The port opens on Monday."


def hushed(tmp_path, *channels):
    desk = Desk(tmp_path, *channels)
    desk.act(newsroom.hush(desk.room()))
    return desk


def unhush(desk):
    return [each.id for each in desk.act(newsroom.unhush(desk.room("desk:dana")))]


def test_nothing_goes_out_and_each_post_waits_for_a_person(tmp_path):
    desk = hushed(tmp_path)
    desk.poll(article(2), article())
    assert desk.why() == "Goes out once the hush (by aigul) is over and somebody says so."
    assert not desk.turn()
    assert (desk.wire.shown, desk.stands(1), desk.stands(2)) == ([], ("held", "hushed"), ("held", "hushed"))
    assert desk.why().startswith("Its time came while everything but breaking news was hushed (by aigul)")
    assert desk.alerts() == []


def test_no_pause_ends_before_it_begins(tmp_path):
    desk = Desk(tmp_path)
    with pytest.raises(RefusedVerb, match="that moment is over"):
        desk.act(newsroom.pause(desk.room(), "one", until=NOW))
    assert desk.act(newsroom.pause(desk.room(), "one", until=NOW + minutes(1))) == ["one"]


def test_breaking_news_goes_out(tmp_path):
    desk = hushed(tmp_path)
    desk.poll(article(2), article())
    desk.turn()
    desk.act(newsroom.mark(desk.room(), desk.delivery(1).story, breaking_for=hours(1)))
    desk.turn()
    assert (desk.stands(1), desk.stands(2)) == (("done", "sent"), ("held", "hushed"))


def test_what_mends_a_post_that_is_out_goes_on(tmp_path):
    desk = Desk(tmp_path)
    desk.publish()
    desk.act(newsroom.hush(desk.room()))
    desk.act(verbs.edit_post(desk.room(), 1, BY_HAND))
    desk.turn()
    assert desk.wire.shown == [BY_HAND]


def test_what_piled_up_goes_on_story_by_story(tmp_path):
    desk = hushed(tmp_path)
    desk.poll(article(2), article())
    desk.turn()
    assert unhush(desk) == [1, 2]
    desk.go(minutes(10))
    assert not desk.turn()
    desk.act(verbs.release(desk.room(), 1))
    desk.act(verbs.cancel(desk.room(), 2))
    desk.turn()
    assert (desk.stands(1), desk.stands(2)) == (("done", "sent"), ("cancelled", "cancelled"))
    assert len(desk.wire.shown) == 1


def test_what_comes_after_a_hush_goes_out_as_ever(tmp_path):
    desk = hushed(tmp_path)
    assert unhush(desk) == []
    desk.publish()
    assert desk.stands() == ("done", "sent")


def test_what_no_daemon_was_there_to_hold_does_not_burst_out(tmp_path):
    desk = hushed(tmp_path, ONE, TWO)
    desk.poll(article())
    assert unhush(desk) == [1, 2]
    assert not desk.turn("one")
    assert not desk.turn("two")
    assert desk.wire.shown == []


def test_what_is_due_after_the_hush_goes_out_then(tmp_path):
    desk = hushed(tmp_path)
    desk.poll(article(published=NOW + hours(2)))
    assert desk.why().endswith("goes out at 16:00, if the hush (by aigul) is over by then.")
    assert unhush(desk) == []
    desk.go(hours(2))
    desk.turn()
    assert desk.stands() == ("done", "sent")


@pytest.mark.parametrize("way", ["turn", "housekeeping"])
def test_nothing_expires_for_a_hush(tmp_path, way):
    desk = hushed(tmp_path)
    desk.poll(article())
    desk.go(hours(7))
    if way == "turn":
        desk.turn()
    else:
        desk.ask(expire, desk.clock.now(), listed=desk.channels)
    assert desk.stands() == ("held", "hushed")
    unhush(desk)
    desk.act(verbs.release(desk.room(), 1))
    desk.turn()
    assert desk.stands() == ("done", "sent")


def test_a_hush_stops_a_turn_that_is_under_way(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.wire.hooks["prepare"] = lambda: desk.ask(hushing.hush, ["one"], NOW, actor="cli:aigul")
    desk.turn()
    desk.turn()
    assert (desk.wire.shown, desk.stands()) == ([], ("held", "hushed"))


def test_what_may_be_out_is_still_looked_for(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.wire.say("publish", OutcomeUnknown("no answer"))
    desk.turn()
    desk.act(newsroom.hush(desk.room()))
    desk.turn()
    assert desk.wire.calls[-1] == "find"
    desk.go(minutes(2))
    desk.turn()
    assert (desk.wire.shown, desk.stands()) == ([], ("held", "hushed"))


def test_an_approval_outlives_a_hush(tmp_path):
    desk = hushed(tmp_path, ASKS)
    desk.poll(article())
    approved = desk.act(verbs.approve(desk.room(), 1))
    desk.turn()
    assert desk.stands() == ("held", "hushed")
    unhush(desk)
    desk.act(verbs.release(desk.room(), 1))
    desk.turn()
    assert desk.wire.shown == [approved.post.text]


def test_during_a_hush_what_it_holds_is_not_released(tmp_path):
    desk = hushed(tmp_path)
    desk.poll(article())
    desk.turn()
    with pytest.raises(RefusedVerb, match="aigul hushed everything but breaking news: `unhush` first, or `mark "):
        desk.act(verbs.release(desk.room(), 1))


def test_a_hush_is_said_once_and_ended_once(tmp_path):
    desk = hushed(tmp_path)
    with pytest.raises(RefusedVerb, match="hushed already; `unhush` ends it"):
        desk.act(newsroom.hush(desk.room()))
    unhush(desk)
    with pytest.raises(RefusedVerb, match="nothing is hushed; `resume` ends a pause"):
        unhush(desk)
    assert [row["actor"] for row in desk.log() if row["action"].startswith("channel.")] == ["cli:aigul", "desk:dana"]


def test_breaking_news_still_asks_for_the_approval_its_channel_wants(tmp_path):
    desk = hushed(tmp_path, ASKS)
    desk.poll(article())
    desk.act(verbs.approve(desk.room(), 1))
    desk.turn()
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, breaking_for=hours(1)))
    desk.turn()
    assert (desk.wire.shown, desk.stands()) == ([], ("held", "approval"))


def piled_up(tmp_path, *channels):
    """Two stories that a hush kept back on every channel, once it is over."""
    desk = hushed(tmp_path, *channels)
    desk.poll(article(2), article())
    while desk.turn():
        pass
    unhush(desk)
    return desk


def stories(desk):
    found = desk.act(reading.queue(desk.room()))
    return kept_back.kept([*found.people, *found.coming], desk.room().channels)


def seen(story):
    return {each.id: each.moves for each in story.posts}


def test_one_word_lets_all_posts_of_a_story_go_or_ends_them(tmp_path):
    desk = piled_up(tmp_path, ONE, TWO)
    first, second = stories(desk)
    assert (first.channels, second.channels, first.by) == (("one", "two"), ("one", "two"), "aigul")
    desk.act(kept_back.release(desk.room("desk:dana"), first.story, seen(first)))
    desk.act(kept_back.cancel(desk.room("desk:dana"), second.story, seen(second)))
    assert {desk.stands(each.id) for each in first.posts} == {("due", "released")}
    assert {desk.stands(each.id) for each in second.posts} == {("cancelled", "cancelled")}
    assert stories(desk) == ()


def test_a_storys_posts_go_all_or_none(tmp_path):
    desk = piled_up(tmp_path, ONE, TWO)
    story = stories(desk)[0]
    last = story.posts[-1].id
    desk.act(verbs.cancel(desk.room(), last))
    for word in (kept_back.release, kept_back.cancel):
        with pytest.raises(RefusedVerb, match="changed a moment ago"):
            desk.act(word(desk.room(), story.story, seen(story)))
    assert {desk.stands(each.id) for each in story.posts} == {("held", "hushed"), ("cancelled", "cancelled")}


@pytest.mark.parametrize("chosen", [{}, {1: 0, 2: 0, 3: 0, 4: 0}])
def test_what_is_none_of_a_story_is_not_touched_with_it(tmp_path, chosen):
    desk = piled_up(tmp_path, ONE, TWO)
    with pytest.raises(RefusedVerb, match="nothing was changed"):
        desk.act(kept_back.release(desk.room(), stories(desk)[0].story, chosen))


def test_the_only_post_of_a_story_is_decided_on_by_itself(tmp_path):
    assert stories(piled_up(tmp_path, ONE)) == ()


def test_while_everything_is_hushed_nothing_is_decided_on_by_the_story(tmp_path):
    desk = hushed(tmp_path, ONE, TWO)
    desk.poll(article())
    while desk.turn():
        pass
    assert stories(desk) == ()

"""What both faces read: the queue, pages of stories, one story, and rows of the log by who, what and when."""

from dataclasses import replace

import pytest

from bot.actions import deliveries as verbs
from bot.actions import log, newsroom, reading
from bot.actions.log import Asked
from bot.actions.room import RefusedVerb
from bot.audit.rows import Action
from bot.rules.persons import is_same, name_of
from tests.unit.engine import NOW, ONE, Desk, article, hours

TWO = replace(ONE, id="two", place=(("chat", "@two"),), approval="always")


def rows(desk, most=50, **asked):
    return desk.act(log.rows(desk.room(), Asked(**asked), most=most))


def test_the_queue_parts_what_needs_a_person_from_what_comes(tmp_path):
    desk = Desk(tmp_path, ONE, TWO)
    desk.poll(article())
    found = desk.act(reading.queue(desk.room()))
    assert [each.delivery.channel for each in found.people] == ["two"]
    assert [each.sentence for each in found.coming] == ["Goes out now."]
    assert (found.alerts, found.deaf) == ((), ())


def test_each_channel_tells_what_keeps_it_from_sending(tmp_path):
    desk = Desk(tmp_path, TWO, ONE)
    desk.act(newsroom.pause(desk.room(), "two", until=NOW + hours(1)))
    desk.act(newsroom.hush(desk.room("desk:dana")))
    desk.ask(lambda db: db.exec_driver_sql("UPDATE channel SET stopped_at = 1, stopped_why = '401' WHERE id = 'one'"))
    two, one = desk.act(reading.health(desk.room()))
    assert (two.channel, two.network, two.paused_by, two.paused_until) == (TWO, "Fake", "cli:aigul", NOW + hours(1))
    assert (one.paused_by, one.hushed_by, one.stopped_why) == ("", "desk:dana", "401")
    desk.go(hours(2))
    assert desk.act(reading.health(desk.room()))[0].paused_by == ""


def test_stories_come_in_pages_the_newest_first(tmp_path):
    desk = Desk(tmp_path)
    for n in (1, 2, 3):
        desk.poll(article(n))
        desk.go(hours(0.1))
    first = desk.act(reading.newest(desk.room(), most=2))
    second = desk.act(reading.newest(desk.room(), page=2, most=2))
    titles = [each.article.title for page in (first, second) for each in page.stories]
    assert titles == [article(n).title for n in (3, 2, 1)]
    assert [(page.number, page.has_more) for page in (first, second)] == [(1, True), (2, False)]
    assert first.stories[0].told[0].delivery.id == 3
    assert first.stories[0].seen_at == NOW + hours(0.2)


def test_words_choose_among_the_stories_and_come_in_pages_too(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article(2), article(1), article(3, title="Rain over the pier"))
    assert [each.article.title for each in desk.act(reading.newest(desk.room(), " rain ")).stories] == [
        "Rain over the pier"
    ]
    pages = [desk.act(reading.newest(desk.room(), "port", page=n, most=1)) for n in (1, 2)]
    assert len({page.stories[0].id for page in pages}) == 2
    assert [page.has_more for page in pages] == [True, False]
    assert desk.act(reading.newest(desk.room(), "no such words")).stories == ()


def test_a_story_names_what_it_swallowed(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.poll(article(guid="another"))
    (found,) = desk.act(reading.newest(desk.room())).stories
    assert found == desk.act(reading.story(desk.room(), found.id))
    assert [each.guid for each in found.swallowed] == ["another"]
    assert desk.act(reading.story(desk.room(), "nowhere")) is None


def test_a_list_says_of_a_changed_post_what_why_says(tmp_path):
    desk = Desk(tmp_path)
    desk.publish()
    desk.act(verbs.edit_post(desk.room(), 1, f"Better.\n{article().url}"))
    while desk.turn():
        pass
    (found,) = desk.act(reading.newest(desk.room())).stories
    assert [each.sentence for each in found.told] == [desk.why(1), desk.why(2)]
    assert "changed since" in desk.why(1)


def test_a_number_names_a_delivery_and_words_a_story(tmp_path):
    desk = Desk(tmp_path, ONE, TWO)
    desk.poll(article())
    story = desk.delivery().story
    assert [(n, len(told)) for n, told in desk.act(reading.why(desk.room(), "2"))] == [(story, 1)]
    assert [(n, len(told)) for n, told in desk.act(reading.why(desk.room(), "port"))] == [(story, 2)]
    with pytest.raises(RefusedVerb, match="we never saw it in a feed"):
        desk.act(reading.why(desk.room(), "99"))


def test_an_entry_that_could_not_be_posted_was_seen_all_the_same(tmp_path):
    desk = Desk(tmp_path, ONE)
    lost = "“Port of Aktau opens a new pier” has no link and cannot be posted."
    named = ("tag:courier,2026:77", "tag:courier,2026:78")
    desk.poll(article(), odd=(lost, lost, "“Rain” is late."), unpostable=tuple((each, lost) for each in named))
    for said in ("new pier", *named):
        with pytest.raises(RefusedVerb, match="a feed listed this: “Port of Aktau opens a new pier” "):
            desk.act(reading.why(desk.room(), said))
    with pytest.raises(RefusedVerb, match="we never saw it in a feed"):
        desk.act(reading.why(desk.room(), "rain"))


def test_words_that_fit_several_stories_name_them(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article(2), article())
    with pytest.raises(RefusedVerb, match=r"2 stories fit 'port'; name one by its id:\n  .*  Port"):
        desk.act(reading.story_named(desk.room(), "port"))
    with pytest.raises(RefusedVerb, match="no story is known by"):
        desk.act(reading.story_named(desk.room(), "rain"))


def test_the_log_is_chosen_by_person_at_whichever_door(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.act(verbs.hold(desk.room("cli:aigul"), 1))
    desk.act(verbs.release(desk.room("desk:aigul"), 1))
    desk.act(newsroom.pause(desk.room("desk:dana"), "one"))
    assert [(row.actor, row.person) for row in rows(desk, person="aigul")] == [
        ("desk:aigul", "aigul"),
        ("cli:aigul", "aigul"),
    ]
    assert {row.actor for row in rows(desk, person="jarshy")} == {"jarshy"}
    assert [row.said for row in rows(desk, person="desk:dana")] == ["one paused"]
    assert rows(desk, person="nobody") == []


def test_the_log_is_chosen_by_action_or_by_its_kind(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.act(verbs.hold(desk.room(), 1))
    assert [row.action for row in rows(desk, action="delivery")] == [Action.DELIVERY_MOVED, Action.DELIVERY_PLANNED]
    assert [row.action for row in rows(desk, action="story.seen")] == [Action.STORY_SEEN]
    with pytest.raises(RefusedVerb, match="the log has no action stories; it has story, delivery"):
        rows(desk, action="stories")


def test_the_log_is_chosen_by_time_and_comes_in_pages(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.go(hours(1))
    desk.act(verbs.hold(desk.room(), 1))
    desk.go(hours(1))
    desk.act(verbs.release(desk.room(), 1))
    later = NOW + hours(1)
    assert [row.facts["state"] for row in rows(desk, since=later)] == ["due", "held"]
    assert [row.facts["state"] for row in rows(desk, since=later, until=NOW + hours(2))] == ["held"]
    newest = rows(desk, most=1)
    assert [row.facts["state"] for row in rows(desk, most=1, before=newest[0].id)] == ["held"]
    assert [row.facts["state"] for row in rows(desk, delivery=1)] == ["due", "held", "due"]


def test_a_story_has_all_its_rows_oldest_first(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    assert [row.id for row in desk.act(log.rows_of(desk.room(), desk.delivery().story, None))] == sorted(
        row.id for row in rows(desk, story=desk.delivery().story)
    )


def test_a_person_is_one_at_both_doors():
    assert is_same("cli:aigul", "desk:Aigul")
    assert not is_same("cli:aigul", "cli:dana")
    assert not is_same("", "")
    assert name_of("desk:dana") == "dana"

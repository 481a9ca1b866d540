"""Undoing a merge: the entry becomes a story of its own, is planned once, and stays apart at every later poll."""

from dataclasses import replace

import pytest

from bot.actions import deliveries as verbs
from bot.actions import newsroom
from bot.actions.room import RefusedVerb
from bot.model import Source
from bot.store.stories import article_of
from tests.unit.engine import MAIN, ONE, Desk, article, minutes

OTHER = Source(id="other", url="https://other.example/feed")
PAGE = "https://courier.example/daily"
MONDAY = article(1, guid="mon", url=f"{PAGE}/mon", title="Rates of the day", paragraphs=article().paragraphs)
TUESDAY = replace(MONDAY, guid="tue", url=f"{PAGE}/tue", paragraphs=(*MONDAY.paragraphs, "The dollar is at 530."))


def split(desk, story, address=None):
    return desk.act(newsroom.split(desk.room(), story, address))


def told(desk, story):
    return desk.ask(lambda db: article_of(db, story))


def a_daily_column(tmp_path):
    desk = Desk(tmp_path)
    desk.publish(MONDAY)
    desk.go(minutes(60))
    desk.poll(TUESDAY, MONDAY)
    assert desk.count() == 1, "the two were taken for one story"
    return desk, desk.delivery().story


def test_an_entry_taken_for_another_story_is_posted_once_it_is_split_and_only_then(tmp_path):
    desk, monday = a_daily_column(tmp_path)
    tuesday = split(desk, monday)
    assert (tuesday.url, desk.count(), desk.stands(2)) == (f"{PAGE}/tue", 2, ("due", "planned"))
    for _ in range(2):
        desk.poll(TUESDAY, MONDAY)
    while desk.turn():
        pass
    assert (desk.count(), len(desk.wire.shown)) == (2, 2)
    assert told(desk, monday).url == f"{PAGE}/mon"
    assert told(desk, tuesday.story).paragraphs[-1] == "The dollar is at 530."


def test_the_old_story_gets_its_own_words_back(tmp_path):
    desk, monday = a_daily_column(tmp_path)
    assert told(desk, monday).url == f"{PAGE}/tue", "the newer entry's words had taken over"
    split(desk, monday)
    assert (told(desk, monday).url, told(desk, monday).paragraphs) == (MONDAY.url, MONDAY.paragraphs)


def test_an_entry_of_another_source_is_split_with_the_words_it_came_with(tmp_path):
    desk = Desk(tmp_path, replace(ONE, sources=("other",)), listed=(MAIN, OTHER))
    desk.poll(article())
    theirs = article(guid="t", url="https://other.example/a", source="other", title="Their own words")
    desk.poll(theirs, source=OTHER)
    assert desk.count() == 1
    apart = split(desk, desk.delivery().story, "https://other.example/a")
    assert (apart.title, desk.count(), desk.delivery(2).story) == ("Their own words", 2, apart.story)
    desk.poll(theirs, source=OTHER)
    desk.poll(article())
    assert desk.count() == 2


def test_two_entries_of_one_address_are_kept_apart_by_their_guids(tmp_path):
    desk = Desk(tmp_path)
    first, second = replace(MONDAY, url=PAGE), replace(TUESDAY, url=PAGE)
    desk.publish(first)
    desk.poll(second, first)
    split(desk, desk.delivery().story)
    for _ in range(2):
        desk.poll(second, first)
    assert desk.count() == 2


def test_entries_without_a_name_of_their_own_are_not_split_and_nothing_is_changed(tmp_path):
    desk = Desk(tmp_path, listed=(MAIN, OTHER))
    desk.publish(replace(MONDAY, url=PAGE, guid=""))
    desk.poll(replace(TUESDAY, url=PAGE, guid="", source="other"), source=OTHER)
    before = len(desk.log())
    with pytest.raises(RefusedVerb, match="nothing tells them apart"):
        split(desk, desk.delivery().story)
    assert (desk.count(), len(desk.log())) == (1, before)


def test_where_nothing_was_merged_there_is_nothing_to_split(tmp_path):
    desk = Desk(tmp_path)
    desk.publish(MONDAY)
    with pytest.raises(RefusedVerb, match="nothing to split"):
        split(desk, desk.delivery().story)


def test_of_several_entries_a_person_names_one(tmp_path):
    desk, monday = a_daily_column(tmp_path)
    wednesday = replace(TUESDAY, guid="wed", url=f"{PAGE}/wed")
    desk.poll(wednesday, TUESDAY, MONDAY)
    with pytest.raises(RefusedVerb, match="say which entry") as said:
        split(desk, monday)
    assert f"{PAGE}/tue  Rates of the day (same headline and text" in str(said.value)
    assert split(desk, monday, f"{PAGE}/wed").guid == "wed"
    with pytest.raises(RefusedVerb, match="say which entry"):
        split(desk, monday, "https://elsewhere.example/")


def test_the_log_says_who_split_what_and_by_which_rule_they_had_been_one(tmp_path):
    desk, monday = a_daily_column(tmp_path)
    apart = split(desk, monday)
    (row,) = [row for row in desk.log() if row["action"] == "story.split"]
    assert (row["actor"], row["story"], row["into"], row["url"]) == ("cli:aigul", monday, apart.story, f"{PAGE}/tue")
    assert row["rule"].startswith("same headline and text")


def test_what_went_out_under_the_other_story_is_not_posted_again_unseen(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(MONDAY)
    desk.poll(TUESDAY, MONDAY)
    while desk.turn():
        pass
    assert f"{PAGE}/tue" in desk.wire.shown[0]
    monday = desk.delivery().story
    split(desk, monday)
    assert desk.stands(2) == ("held", "approval")
    assert f"its words are out here already, as story {monday}" in desk.why(2)
    assert desk.alerts() == ["story_revised"], "Monday's own words never went out"


def test_an_approved_post_with_the_other_entry_s_words_is_looked_at_again(tmp_path):
    desk = Desk(tmp_path, replace(ONE, approval="always"))
    desk.poll(MONDAY)
    desk.poll(TUESDAY, MONDAY)
    desk.act(verbs.approve(desk.room(), 1))
    split(desk, desk.delivery().story)
    assert (desk.stands(1), desk.delivery(1).post) == (("held", "approval"), None)

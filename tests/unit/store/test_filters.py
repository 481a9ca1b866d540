"""Filters are asked again where a revision answers them otherwise, and never against a person's word."""

from dataclasses import replace

import pytest

from bot.actions import deliveries as verbs
from bot.store.reading import find_stories
from tests.unit.engine import ONE, Desk, article, broken, minutes

PAID = {"title": "[Sponsor] Port 1 wins a loan of 101 million", "dek": "Paid for by the port."}


def work(desk):
    while desk.turn():
        pass


@pytest.mark.parametrize("change", [PAID, {"section": "Advertisement"}])
def test_what_a_revision_turns_into_an_advertisement_is_not_sent(tmp_path, change):
    rules = {"not_keywords": ("[Sponsor]",), "not_sections": ("advertisement",)}
    desk = Desk(tmp_path, replace(ONE, grace=minutes(10), **rules))
    desk.poll(article())
    desk.go(minutes(1))
    desk.poll(article(**change))
    desk.go(minutes(15))
    work(desk)
    assert (desk.wire.shown, desk.delivery().state) == ([], "skipped")
    assert "is not for this channel" in desk.why()


def test_what_was_skipped_by_an_excerpt_goes_out_once_the_text_says_otherwise(tmp_path):
    desk = Desk(tmp_path, replace(ONE, keywords=("economy",)))
    desk.poll(article(paragraphs=("An excerpt.",)))
    assert desk.stands() == ("skipped", "keyword")
    desk.go(minutes(1))
    desk.poll(article(paragraphs=("The economy of the region grew by 5 percent, the ministry said.",)))
    work(desk)
    assert desk.stands() == ("done", "sent")


def test_what_a_person_released_is_not_skipped_again_for_the_same_words(tmp_path):
    desk = Desk(tmp_path, replace(ONE, not_keywords=("loan",), grace=minutes(10)))
    desk.poll(article())
    desk.act(verbs.release(desk.room(), 1))
    desk.poll(article(title="Port 1 wins a loan of 900 million"))
    desk.go(minutes(15))
    work(desk)
    assert desk.wire.shown[0].startswith("Port 1 wins a loan of 900 million")


def test_a_story_that_is_out_is_not_skipped_by_what_it_says_later(tmp_path):
    desk = Desk(tmp_path, replace(ONE, not_keywords=("[Sponsor]",)))
    desk.publish()
    desk.poll(article(**PAID))
    assert desk.stands() == ("done", "sent")
    assert desk.alerts() == ["story_revised"]


@pytest.mark.parametrize("said", ["48.6 billion tenge", "Kazakhstan's first", '"Silk Road"'])
def test_a_story_is_found_by_words_as_people_type_them(tmp_path, said):
    desk = Desk(tmp_path)
    desk.poll(article(title="Kazakhstan’s first “Silk Road” loan of 48.6\u00a0billion\u00a0tenge"))
    assert desk.ask(find_stories, said) == [desk.delivery().story]


def test_what_turns_into_an_advertisement_during_its_try_is_not_sent_by_the_next_one(tmp_path):
    desk = Desk(tmp_path, replace(ONE, not_sections=("advertisement",)))
    desk.poll(article())
    desk.wire.say("publish", broken("503"))
    desk.wire.hooks["sent"] = lambda: desk.poll(article(section="Advertisement"))
    work(desk)
    desk.go(minutes(30))
    work(desk)
    assert (desk.wire.shown, desk.stands()) == ([], ("skipped", "section"))

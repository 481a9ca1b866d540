"""What must stay true of a template: no change that breaks an example is put in use, whoever brings it."""

from dataclasses import replace

import pytest

from bot.actions import examples
from bot.actions.room import RefusedVerb
from bot.model import Channel
from tests.unit.actions.test_templates import OTHER, Shelf
from tests.unit.engine import NOW, ONE, article, hours

SAME = "{{ title }}\n\n{% if url %}{{ url }}{% endif %}"
KAZAKH = Channel(id="kk", account="acme", network="fake", template="kk", place=(("chat", "@kk"),))
GIVES = "Port 1 wins a loan of 101 million\n\nhttps://courier.example/2026/11/port-1-wins"


@pytest.fixture
def shelf(tmp_path):
    made = Shelf(tmp_path)
    made.desk.poll(article())
    return made


def keep(shelf, name="fake", **more):
    return shelf.desk.act(examples.add(shelf.desk.room(), name, shelf.desk.delivery().story, **more))


def test_an_example_is_what_the_template_gives_now(shelf):
    kept = keep(shelf)
    assert (kept.id, kept.text, kept.channel, kept.author) == (1, GIVES, "one", "cli:aigul")
    assert shelf.desk.act(examples.list_all(shelf.desk.room(), "fake")) == [kept]
    assert shelf.desk.log()[-1]["action"] == "template.example_added"


def test_a_change_that_breaks_an_example_is_refused_with_what_differs(shelf):
    keep(shelf)
    with pytest.raises(RefusedVerb) as refused:
        shelf.bring(OTHER)
    told = str(refused.value)
    assert "example 1 of template fake (“Port 1 wins a loan of 101 million” on one) would read differently" in told
    assert "-Port 1 wins a loan of 101 million\n+Other: Port 1 wins a loan of 101 million" in told
    assert "`jarshy template example remove 1`" in told
    assert shelf.used() != OTHER


def test_a_change_that_keeps_its_example_true_is_put_in_use(shelf):
    keep(shelf)
    shelf.bring(SAME)
    assert shelf.used() == SAME


def test_a_file_that_breaks_an_example_is_refused_and_told(shelf):
    keep(shelf)
    shelf.save(OTHER)
    assert shelf.used() != OTHER
    assert "would read differently; `jarshy template test fake` shows how" in shelf.alerts()[0]


def test_a_rollback_that_breaks_an_example_is_refused(shelf):
    shelf.bring(OTHER)
    keep(shelf)
    with pytest.raises(RefusedVerb, match="nothing was changed: example 1"):
        shelf.back(1)


def test_a_template_that_gives_no_post_breaks_its_example(shelf):
    keep(shelf)
    (found,) = shelf.desk.act(examples.broken(shelf.desk.room(), {"fake": "{{ credit }}"}))
    assert found.gives.startswith("(no post: ")


def test_an_example_outlives_the_story_it_was_made_of(shelf):
    keep(shelf)
    shelf.desk.poll(article(title="Port 1 wins a loan of 900 million"))
    shelf.desk.go(hours(24 * 100))
    shelf.bring(SAME)
    assert shelf.used() == SAME


def test_what_need_not_be_true_any_more_is_removed(shelf):
    keep(shelf)
    shelf.desk.act(examples.remove(shelf.desk.room(), 1))
    shelf.bring(OTHER)
    assert shelf.used() == OTHER
    with pytest.raises(RefusedVerb, match="there is no example 1"):
        shelf.desk.act(examples.remove(shelf.desk.room(), 1))


def test_an_example_of_a_channel_that_left_says_nothing(shelf):
    keep(shelf)
    shelf.desk.channels["else"] = replace(shelf.desk.channels.pop("one"), id="else")
    assert shelf.desk.act(examples.broken(shelf.desk.room(), {"fake": OTHER})) == []


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("nowhere", {}, "no template nowhere is in use; there are fake"),
        ("fake", {"channel": "two"}, "there is no channel two"),
        ("fake", {"channel": "kk"}, "channel kk does not write this story with template fake"),
    ],
)
def test_an_example_that_cannot_be_gets_a_sentence(tmp_path, name, more, said):
    shelf = Shelf(tmp_path, ONE, KAZAKH)
    shelf.desk.poll(article())
    with pytest.raises(RefusedVerb, match=said):
        keep(shelf, name, **more)


def test_the_same_example_is_kept_once(shelf):
    keep(shelf)
    with pytest.raises(RefusedVerb, match="that is example 1 of template fake already"):
        keep(shelf)
    assert shelf.desk.act(examples.list_all(shelf.desk.room()))[0].seen_at == NOW

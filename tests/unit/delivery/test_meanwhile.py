"""What persons and revisions do to a delivery while a run is at it."""

from dataclasses import replace

import pytest

from adapters.contract import Limits
from bot.actions import deliveries as verbs
from bot.actions import newsroom
from bot.articles.wordlists import NO_LISTS
from bot.store import marking, people, templates, turns
from tests.unit.engine import NOW, ONE, Desk, article, seconds


def opened(tmp_path, *channels, **more):
    desk = Desk(tmp_path, *channels, **more)
    desk.poll(article())
    return desk


MEANWHILE = {
    "cancel": (lambda desk: people.cancel, ("cancelled", "cancelled")),
    "hold": (lambda desk: people.hold, ("held", "by_person")),
}


@pytest.mark.parametrize("name", MEANWHILE)
def test_what_a_person_decides_during_a_run_stands(tmp_path, name):
    verb, stands = MEANWHILE[name]
    desk = opened(tmp_path)
    desk.wire.hooks["prepare"] = lambda: desk.ask(verb(desk), 1, NOW, actor="cli:aigul")
    desk.turn()
    assert (desk.stands(), desk.wire.keys) == (stands, [])


def test_words_changed_during_a_run_are_what_is_sent(tmp_path):
    desk = opened(tmp_path)
    words = desk.delivery()

    template = desk.ask(templates.template_for, ONE, "en")
    post = desk.act(desk.composer.write(article(), template, ONE, Limits(text=300), NOW)).post

    def edit():
        desk.ask(people.edit, words, ONE, replace(post, text="By hand."), NOW, actor="cli:aigul")

    desk.wire.hooks["prepare"] = edit
    desk.turn()
    assert desk.wire.shown == []
    desk.turn()
    assert desk.wire.shown == ["By hand."]


def test_a_mark_made_during_a_run_is_not_overtaken_by_the_post_without_it(tmp_path):
    desk = opened(tmp_path)
    story = desk.delivery().story

    def mark():
        desk.ask(
            marking.mark,
            story,
            lambda article: replace(article.flags, texts=(("fake", "What the desk wants said."),)),
            NOW,
            channels=desk.channels,
            zone="UTC",
            lists=NO_LISTS,
            actor="cli:aigul",
            said="text",
        )

    desk.wire.hooks["prepare"] = mark
    desk.turn()
    assert desk.wire.shown == []
    desk.turn()
    assert desk.wire.shown == ["What the desk wants said."]


def test_a_revision_during_a_run_is_not_overtaken_by_the_old_words(tmp_path):
    desk = opened(tmp_path)
    desk.wire.hooks["prepare"] = lambda: desk.poll(article(title="Port 1 wins a loan of 900 million"))
    desk.turn()
    assert desk.wire.shown == []
    desk.turn()
    assert desk.wire.shown[0].startswith("Port 1 wins a loan of 900 million")


def test_a_pause_during_a_run_stops_it_before_the_call(tmp_path):
    desk = opened(tmp_path)
    desk.wire.hooks["prepare"] = lambda: desk.ask(people.pause, ["one"], NOW, until=None, actor="cli:aigul")
    desk.turn()
    assert (desk.stands(), desk.wire.keys) == (("due", "not_left"), [])
    assert desk.row().wake_at is None
    desk.act(newsroom.resume(desk.room(), "one"))
    desk.turn()
    assert desk.stands() == ("done", "sent")


def changing(tmp_path, verb, meanwhile):
    """A desk on which a change of a post that is out meets something between take and intent."""
    desk = Desk(tmp_path)
    desk.publish(article())
    verb(desk)
    real = desk.connect.adapter

    async def connect(who, *, renew=False):
        meanwhile(desk)
        return await real(who, renew=renew)

    desk.connect.adapter = connect
    desk.turn()
    return desk


CHANGES = {
    "edit": lambda desk: desk.act(verbs.edit_post(desk.room(), 1, "By hand.")),
    "delete": lambda desk: desk.act(verbs.delete_post(desk.room(), 1)),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    ("meanwhile", "stands"),
    [
        (lambda desk: desk.ask(people.cancel, 2, NOW, actor="cli:aigul"), ("cancelled", "cancelled")),
        (lambda desk: desk.go(seconds(41)), ("due", "too_late")),
        (
            lambda desk: (desk.go(seconds(91)), desk.ask(turns.take, ONE, desk.clock.now(), policy=desk.policy)),
            ("due", "approved"),
        ),
    ],
)
def test_a_change_of_a_post_that_is_out_is_stopped_like_a_post(tmp_path, change, meanwhile, stands):
    desk = changing(tmp_path, CHANGES[change], meanwhile)
    assert desk.stands(2) == stands
    assert change not in desk.wire.calls

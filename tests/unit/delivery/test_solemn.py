"""A story of death or disaster waits for a person, unless its channel says otherwise; and is never sent before."""

import asyncio
from dataclasses import replace

import pytest

from bot.actions import deliveries, newsroom
from bot.articles.wordlists import word_lists
from bot.model import State
from bot.rules.approval import SOLEMN
from bot.store import marking
from tests.unit.engine import NOW, ONE, TEXT, Desk, article, minutes

LISTS = word_lists([("en", {"solemn": ["killed", "die*"]})])
SAD = "Nine killed at the old pier in Aktau"
POSTS = replace(ONE, solemn="post")
WAITS = ("held", "approval")


def opened(tmp_path, who=ONE, *stories, lists=LISTS):
    desk = Desk(tmp_path, who, lists=lists)
    desk.poll(*(stories or (article(),)))
    return desk


def mark(desk, **said):
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, **said))


@pytest.mark.parametrize(
    ("who", "stands", "detail"),
    [
        (ONE, WAITS, SOLEMN),
        (replace(ONE, approval="always"), WAITS, SOLEMN),
        (replace(ONE, approval="always", solemn="post"), WAITS, SOLEMN),
        (POSTS, ("due", "planned"), ""),
    ],
)
def test_a_solemn_story_waits_for_approval_unless_its_channel_says_otherwise(tmp_path, who, stands, detail):
    desk = opened(tmp_path, who, article(title=SAD))
    assert (desk.stands(), desk.delivery().detail) == (stands, detail)
    desk.turn()
    assert bool(desk.wire.shown) is (stands[0] == "due")


def test_its_sentence_says_why_it_waits(tmp_path):
    desk = opened(tmp_path, ONE, article(title=SAD))
    assert desk.why().startswith("Waits for approval (a solemn story): `approve 1` or `reject 1 REASON`; it expires")


def test_approved_it_goes_out_as_it_read(tmp_path):
    desk = opened(tmp_path, ONE, article(title=SAD))
    desk.act(deliveries.approve(desk.room(), 1))
    desk.turn()
    assert desk.stands() == ("done", "sent")
    assert desk.wire.shown[0].startswith(SAD)


def test_released_from_another_hold_it_still_waits_for_approval(tmp_path):
    desk = opened(tmp_path, POSTS, article(title=SAD))
    desk.act(deliveries.hold(desk.room(), 1))
    desk.channels["one"] = ONE
    desk.act(deliveries.release(desk.room(), 1))
    assert desk.stands() == WAITS


def test_marked_solemn_while_it_waits_it_is_held_at_once(tmp_path):
    desk = opened(tmp_path)
    mark(desk, solemn=True)
    assert (desk.stands(), desk.delivery().detail) == (WAITS, SOLEMN)
    desk.turn()
    assert desk.wire.shown == []


def test_marked_not_solemn_it_goes_on(tmp_path):
    desk = opened(tmp_path, ONE, article(title=SAD))
    mark(desk, solemn=False)
    assert desk.stands() == ("due", "released")
    desk.turn()
    assert desk.stands() == ("done", "sent")


@pytest.mark.parametrize("who", [replace(ONE, approval="always"), replace(ONE, approval="always", solemn="post")])
def test_marked_not_solemn_it_still_waits_where_every_post_is_approved(tmp_path, who):
    desk = opened(tmp_path, who, article(title=SAD))
    mark(desk, solemn=False)
    assert desk.stands() == WAITS


def test_another_mark_does_not_let_a_solemn_story_go(tmp_path):
    desk = opened(tmp_path, ONE, article(title=SAD))
    mark(desk, breaking_for=minutes(30))
    assert desk.stands() == WAITS


def test_a_correction_that_waits_is_not_let_go_by_a_mark(tmp_path):
    desk = opened(tmp_path, POSTS, article(title=SAD))
    desk.turn()
    desk.act(newsroom.correct(desk.room(), desk.delivery().story, "Eight, not nine."))
    mark(desk, solemn=False)
    assert desk.stands(2) == WAITS


@pytest.mark.parametrize("when", ["while it waits", "in the middle of its turn"])
def test_a_revision_that_makes_it_solemn_holds_it_before_it_is_sent(tmp_path, when):
    desk = opened(tmp_path, ONE, article(published=NOW + minutes(20) if when == "while it waits" else NOW))
    sad = article(title=SAD, paragraphs=(f"Nine died. {TEXT.format(n=1)}",), published=desk.delivery().published_at)
    if when == "in the middle of its turn":
        desk.wire.hooks["prepare"] = lambda: desk.poll(sad)
        desk.turn()
    else:
        desk.poll(sad)
    assert (desk.stands(), desk.delivery().detail) == (WAITS, SOLEMN)
    desk.go(minutes(30))
    desk.turn()
    assert desk.wire.shown == []


def test_a_mark_in_the_middle_of_its_turn_comes_in_time(tmp_path):
    desk = opened(tmp_path)

    def mark_it():
        desk.ask(
            marking.mark,
            desk.delivery().story,
            lambda article: replace(article.flags, is_solemn=True),
            NOW,
            channels=desk.channels,
            zone="UTC",
            lists=LISTS,
            actor="cli:aigul",
            said="solemn",
        )

    desk.wire.hooks["prepare"] = mark_it
    desk.turn()
    assert (desk.stands(), desk.wire.shown) == (WAITS, [])


def test_what_was_planned_before_the_words_were_listed_is_held_when_its_turn_comes(tmp_path):
    desk = opened(tmp_path, POSTS, article(title=SAD))
    desk.channels["one"] = ONE
    asyncio.run(desk.another_worker().work_channel("one"))
    assert (desk.stands(), desk.delivery().detail, desk.wire.shown) == (WAITS, SOLEMN, [])


def test_a_solemn_story_posted_again_waits_too(tmp_path):
    desk = opened(tmp_path, POSTS, article(title=SAD))
    desk.turn()
    desk.channels["one"] = ONE
    desk.act(deliveries.repost(desk.room(), 1))
    assert (desk.stands(2), desk.delivery(2).detail) == (WAITS, SOLEMN)


def test_an_embargo_that_moves_does_not_let_a_solemn_story_go(tmp_path):
    far = article(title=SAD, published=NOW + minutes(60 * 24 * 9))
    desk = opened(tmp_path, ONE, far)
    assert desk.stands() == ("held", "far_future")
    desk.poll(replace(far, published=NOW + minutes(30)))
    assert (desk.stands(), desk.delivery().detail) == (WAITS, SOLEMN)


def test_a_story_of_its_own_made_by_split_waits_if_it_is_solemn(tmp_path):
    desk = opened(tmp_path, ONE, article(1))
    desk.poll(article(1, guid="guid-9", title=SAD, paragraphs=(TEXT.format(n=9),)), article(1))
    assert desk.count() == 1
    apart = desk.act(newsroom.split(desk.room(), desk.delivery().story, None))
    assert apart.title == SAD
    assert [(each["state"], each["detail"]) for each in desk.log(story=apart.story) if "state" in each] == [
        (State.HELD, SOLEMN)
    ]

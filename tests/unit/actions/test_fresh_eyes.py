"""What whoever came new to the desk found: words that were lost, posts that were doubled, holds that confused."""

from dataclasses import replace

import pytest

from bot.actions import deliveries as verbs
from bot.actions import newsroom, posts, trying
from bot.actions.own_words import own_words
from bot.actions.room import AskAgain, RefusedVerb
from bot.model import Reason, State
from bot.posts.frozen import digest
from bot.store import templates
from bot.store.audit import read
from tests.unit.engine import MAIN, NOW, ONE, Desk, article, hours, minutes
from tests.unit.store.test_leaving import Listed, take_up

pytestmark = pytest.mark.on("sqlite")

ASKS = replace(ONE, approval="always")
EYES = replace(ONE, four_eyes=True)
TWO = replace(ONE, id="two", place=(("chat", "@two"),))
CHANGED = article(title="Port 1 wins a loan of 444 million")
WITHDRAWN = article(title="RETRACTED: Port 1 wins a loan of 101 million", paragraphs=("This article was retracted.",))
MINE = "My own careful words."


def with_words(tmp_path, who=ONE, **stood):
    """A post in a person's words that stands so."""
    desk = Desk(tmp_path, who)
    desk.poll(article())
    desk.act(verbs.edit(desk.room(), 1, MINE))
    if stood:
        desk.change(1, **stood)
    return desk


@pytest.mark.parametrize(
    "stood",
    [
        {"state": State.EXPIRED, "reason": Reason.EXPIRED},
        {"state": State.HELD, "reason": Reason.BY_PERSON},
        {"state": State.HELD, "reason": Reason.REFUSED},
    ],
    ids=str,
)
def test_a_person_s_words_outlive_a_revision_and_are_asked_about_before_they_go(tmp_path, stood):
    desk = with_words(tmp_path, **stood)
    desk.poll(CHANGED)
    assert desk.stands() == (str(stood["state"]), str(stood["reason"]))
    desk.act(verbs.release(desk.room(), 1))
    assert not desk.turn()
    assert "the article changed after its post was written by hand" in desk.why()
    desk.act(verbs.approve(desk.room(), 1))
    desk.turn()
    assert desk.wire.shown == [MINE]


def test_a_person_s_words_of_a_withdrawn_story_go_only_once_that_is_said(tmp_path):
    desk = with_words(tmp_path, state=State.EXPIRED, reason=Reason.EXPIRED)
    desk.poll(WITHDRAWN)
    desk.act(verbs.release(desk.room(), 1))
    assert desk.stands() == ("held", "retracted")
    desk.act(verbs.release(desk.room(), 1))
    desk.turn()
    assert desk.wire.shown == [MINE]


def test_an_undone_rejection_brings_a_person_s_words_back(tmp_path):
    desk = with_words(tmp_path, ASKS)
    desk.act(verbs.reject(desk.room(), 1, "not now"))
    desk.poll(CHANGED)
    desk.act(verbs.undo(desk.room(), 1))
    assert (desk.stands(), desk.delivery().post.text) == (("held", "approval"), MINE)


def test_whoever_writes_anew_has_the_article_as_it_is_now_before_them(tmp_path):
    desk = with_words(tmp_path, state=State.HELD, reason=Reason.REFUSED)
    desk.poll(CHANGED)
    desk.act(verbs.mend(desk.room(), 1, "Now 444 million."))
    desk.turn()
    assert desk.wire.shown == ["Now 444 million."]


def test_what_is_called_wrong_is_still_wrong_after_a_trivial_change(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.act(verbs.hold(desk.room(), 1))
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, correction="It was 90 million."))
    told = article()
    desk.poll(replace(told, paragraphs=(*told.paragraphs, "Nobody objected.")))
    desk.act(verbs.release(desk.room(), 1))
    desk.turn()
    assert (desk.wire.shown, desk.stands()) == ([], ("held", "approval"))


def test_what_is_called_wrong_holds_the_posts_to_come_until_the_article_changes(tmp_path):
    desk = Desk(tmp_path, ONE, TWO)
    desk.poll(article())
    story = desk.delivery().story
    desk.act(newsroom.mark(desk.room(), story, correction="It was 90 million."))
    assert not desk.turn()
    assert "a person said that something in the story is wrong" in desk.why()
    desk.act(verbs.approve(desk.room(), 1))
    desk.turn()
    assert desk.stands() == ("done", "sent")
    desk.act(newsroom.mark(desk.room(), story, correction=""))
    desk.act(verbs.approve(desk.room(), 2))
    assert desk.act(verbs.repost(desk.room(), 1)).state is State.DUE, "taken back, nothing more is asked"


def test_whoever_said_what_was_wrong_approves_no_post_that_may_say_it(tmp_path):
    desk = Desk(tmp_path, EYES)
    desk.ask(templates.offer, {"fake": "{{ title }} {{ correction }}\n\n{{ url }}"}, NOW, origin=templates.FILE)
    desk.poll(article())
    desk.act(newsroom.mark(desk.room("cli:aigul"), desk.delivery().story, correction="It was 90 million."))
    desk.poll(CHANGED)
    desk.turn()
    assert (desk.wire.shown, desk.stands()) == ([], ("held", "approval"))
    with pytest.raises(RefusedVerb, match="you wrote this"):
        desk.act(verbs.approve(desk.room("desk:aigul"), 1))
    desk.act(verbs.approve(desk.room("cli:dana"), 1))
    desk.turn()
    assert "It was 90 million." in desk.wire.shown[0]


def test_two_people_with_one_idea_repost_once_unless_they_say_so(tmp_path):
    desk = Desk(tmp_path)
    desk.publish()
    desk.act(verbs.repost(desk.room(), 1))
    desk.go(minutes(5))
    desk.turn()
    for which in (1, 2):
        with pytest.raises(AskAgain, match="delivery 2 posted this story again within the last day"):
            desk.act(verbs.repost(desk.room("cli:dana"), which))
    look = desk.act(posts.look(desk.room(), 1))
    assert ([each.delivery.id for each in look.later], look.is_again) == ([2], True)
    desk.act(verbs.repost(desk.room("cli:dana"), 1, is_again=True))
    desk.act(verbs.cancel(desk.room(), 3))
    desk.go(hours(24))
    assert not desk.act(posts.look(desk.room(), 2)).is_again
    assert desk.act(verbs.repost(desk.room(), 1)).id == 4


def test_words_are_mended_and_let_go_together_or_not_at_all(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.act(newsroom.hush(desk.room()))
    desk.turn()
    before = desk.delivery()
    with pytest.raises(RefusedVerb, match="hushed everything but breaking news"):
        desk.act(verbs.mend(desk.room(), 1, MINE))
    assert desk.delivery() == before


def test_words_made_from_others_than_those_that_stand_there_are_not_sent(tmp_path):
    desk = with_words(tmp_path, state=State.HELD, reason=Reason.REFUSED)
    loaded = digest(desk.delivery().post)
    desk.act(verbs.edit(desk.room("cli:dana"), 1, "A colleague's words."))
    with pytest.raises(verbs.WordsChanged):
        desk.act(verbs.mend(desk.room(), 1, "Mine.", loaded=loaded))
    assert desk.delivery().post.text == "A colleague's words."


def test_one_form_is_one_post_however_often_it_is_sent(tmp_path):
    desk = Desk(tmp_path, ONE, TWO)
    said = {"is_again": True, "form": "f1"}
    ids = [desk.act(verbs.post(desk.room(), "one", MINE, **said)).id for _ in range(2)]
    assert ids == [1, 1]
    desk.turn()
    assert desk.act(verbs.post(desk.room(), "one", MINE, form="f1")).state is State.DONE
    others = [("one", "Other words.", "f1"), ("two", MINE, "f1"), ("one", MINE, "f2")]
    assert [desk.act(verbs.post(desk.room(), *each[:2], is_again=True, form=each[2])).id for each in others] == [
        2,
        3,
        4,
    ]


def test_a_post_by_hand_is_looked_over_like_one_that_is_approved(tmp_path):
    desk = Desk(tmp_path)
    with pytest.raises(RefusedVerb, match="something of a program is left in it"):
        desk.act(verbs.post(desk.room(), "one", "Grain&nbsp;rises."))
    assert [each.is_hard for each in desk.act(own_words(desk.room(), "one", "Grain&nbsp;rises.")).defects] == [True]
    assert desk.act(own_words(desk.room(), "one", "Grain rises.")).defects == (), "there is no article to lead to"


def test_a_rejection_before_a_restore_is_not_undone_unlooked(tmp_path):
    desk = Desk(tmp_path, ASKS)
    desk.poll(article())
    desk.act(verbs.reject(desk.room(), 1, "not now"))
    desk.change(1, copied_at=NOW)
    with pytest.raises(RefusedVerb, match="nobody knows whether delivery 1 is out"):
        desk.act(verbs.undo(desk.room(), 1))
    desk.act(verbs.resolve(desk.room(), 1, sent=None))
    desk.act(verbs.undo(desk.room(), 1))
    assert desk.stands() == ("held", "approval")


def test_what_a_hush_held_for_long_has_its_time_again_as_breaking_news(tmp_path):
    desk = Desk(tmp_path)
    desk.act(newsroom.hush(desk.room()))
    desk.poll(article())
    desk.turn()
    desk.go(hours(7))
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, breaking_for=hours(1)))
    desk.turn()
    assert desk.stands() == ("done", "sent")


def test_a_row_lets_go_only_what_it_showed(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.act(verbs.hold(desk.room(), 1))
    seen = desk.delivery().moves
    desk.act(verbs.edit(desk.room("cli:dana"), 1, MINE))
    with pytest.raises(RefusedVerb, match="changed a moment ago"):
        desk.act(verbs.release(desk.room(), 1, seen=seen))
    desk.act(verbs.release(desk.room(), 1, seen=desk.delivery().moves))
    assert desk.stands() == ("due", "released")


@pytest.mark.parametrize("is_back", [False, True])
def test_a_channel_that_comes_during_a_hush_is_hushed_too(tmp_path, is_back):
    desk = Desk(tmp_path, ONE, TWO)
    if is_back:
        take_up(desk, Listed((MAIN,), [ONE, TWO]))
    take_up(desk, Listed((MAIN,), [ONE]))
    room = replace(desk.room(), channels={"one": ONE})
    desk.act(newsroom.hush(room))
    for _ in range(2):
        take_up(desk, Listed((MAIN,), [ONE, TWO]))
    desk.poll(article())
    desk.turn("two")
    assert desk.stands(2) == ("held", "hushed")
    assert {each.id for each in desk.act(newsroom.unhush(desk.room()))} == {1, 2}
    told = [row.row for row in desk.ask(lambda db: list(read(db, channel="two"))) if row.action == "channel.hushed"]
    assert len(told) == 1


@pytest.mark.parametrize(("text", "reads"), [("A text for all.", "A text for all."), ("", "Port 1 wins")])
def test_a_text_for_the_network_is_newer_than_words_by_hand_and_an_empty_one_leads_to_the_template(
    tmp_path, text, reads
):
    desk = with_words(tmp_path)
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, text=("fake", text), is_again=True))
    assert desk.stands() == ("held", "approval")
    assert "other words took the place of those written by hand" in desk.why()
    assert desk.act(verbs.approve(desk.room(), 1)).post.text.startswith(reads)


def test_words_by_hand_that_a_person_holds_give_way_and_stay_held(tmp_path):
    desk = with_words(tmp_path)
    desk.act(verbs.hold(desk.room(), 1))
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, text=("fake", "A text."), is_again=True))
    assert (desk.stands(), desk.delivery().post) == (("held", "by_person"), None)


def test_a_test_that_is_asked_for_twice_at_once_is_one(tmp_path):
    desk = Desk(tmp_path)
    desk.act(trying.plan(desk.room(), "one", stays=minutes(1)))
    with pytest.raises(RefusedVerb, match="a test of one is on its way already, as delivery 1"):
        desk.act(trying.plan(desk.room(), "one", stays=minutes(1)))
    desk.turn()
    desk.go(minutes(2))
    desk.turn()
    assert desk.act(trying.plan(desk.room(), "one", stays=minutes(1))).post.id == 3

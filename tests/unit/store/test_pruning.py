"""What is dropped once its time is over, and what is kept because something open still needs it."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from adapters.contract import Card, Mark, Post
from bot.articles.wordlists import is_solemn, word_lists
from bot.model import Keep, Kind, Reason, Source, State
from bot.store import changing, pages, pruning, splitting, stories
from bot.store.schema import attempt, memo, merged, page, revision
from tests.unit.engine import MAIN, ONE, Desk, article

KEEP = Keep(bodies=timedelta(days=10), texts=timedelta(days=20), attempts=timedelta(days=10))
LATER = timedelta(days=40)
OTHER = Source(id="other", url="https://courier.example/all")


def prune(desk: Desk, keep: Keep = KEEP) -> dict[str, int]:
    dropped = {}
    for name in pruning.STEPS:
        came = pruning.Came(0, is_more=True)
        while came.is_more:
            came = desk.ask(pruning.step, name, keep, desk.clock.now())
            dropped[name] = dropped.get(name, 0) + came.dropped
    return {name: n for name, n in dropped.items() if n}


def texts(desk: Desk, table: sa.Table, column: str) -> list[str]:
    return [str(each) for each in desk.ask(lambda db: db.scalars(sa.select(table.c[column])).all())]


def paragraphs(desk: Desk, story: str) -> int:
    found = desk.ask(stories.article_of, story)
    assert found is not None
    return len(found.paragraphs)


def gone_out(tmp_path, **said) -> Desk:
    """A story that was posted and has left its feed."""
    desk = Desk(tmp_path)
    desk.publish(article(1, **said))
    desk.poll(article(2))
    desk.change(2, state=State.CANCELLED, reason=Reason.CANCELLED, post=None)
    return desk


def test_what_is_over_is_dropped_after_its_time_and_not_before(tmp_path):
    desk = gone_out(tmp_path)
    story, before = desk.delivery().story, desk.delivery()
    desk.go(timedelta(days=9))
    assert prune(desk) == {"memos": 1}, "where it was sent"
    assert paragraphs(desk, story) == 2
    desk.go(LATER)
    assert prune(desk) == {"revisions": 2, "stories": 1, "posts": 1, "attempts": 1}
    assert paragraphs(desk, story) == 1
    assert texts(desk, attempt, "content") == [""]
    stands = desk.delivery()
    assert replace(stands, post=None) == replace(before, post=None)
    assert stands.post is not None
    assert stands.post.text == ""
    assert stands.receipt is not None
    assert prune(desk) == {}


def test_why_still_has_its_sentence(tmp_path):
    desk = gone_out(tmp_path)
    before = desk.why()
    desk.go(LATER)
    prune(desk)
    assert before.startswith("Published at 14:00")
    assert desk.why().startswith("Published")
    assert before.split("(")[1] == desk.why().split("(")[1]


@pytest.mark.parametrize(
    "how",
    [
        {"state": State.DUE, "reason": Reason.PLANNED},
        {"state": State.UNKNOWN, "reason": Reason.LOOK_AGAIN},
        {"state": State.HELD, "reason": Reason.UNDECIDABLE},
        {"state": State.HELD, "reason": Reason.BY_PERSON},
        {"state": State.SENDING, "reason": Reason.INTENT},
    ],
)
def test_nothing_is_dropped_that_an_open_delivery_needs(tmp_path, how):
    desk = gone_out(tmp_path)
    before = desk.change(1, **how)
    desk.ask(lambda db: db.execute(memo.insert(), {"delivery": 1, "digest": "d", "name": "n", "value": "1"}))
    desk.go(LATER)
    assert prune(desk) == {"revisions": 2}
    assert desk.delivery().post == before.post
    assert paragraphs(desk, before.story) == 2
    assert texts(desk, attempt, "content") != [""]
    assert "1" in texts(desk, memo, "value")


def test_a_story_its_feed_still_lists_keeps_its_text(tmp_path):
    desk = Desk(tmp_path)
    desk.publish(article(1))
    desk.go(LATER)
    assert "stories" not in prune(desk)
    assert paragraphs(desk, desk.delivery().story) == 2
    desk.poll(article(1, published=None))
    assert desk.alerts() == []


def test_a_story_that_comes_back_after_its_text_was_dropped_changed_nothing(tmp_path):
    desk = gone_out(tmp_path)
    story = desk.delivery().story
    desk.go(LATER)
    prune(desk)
    taken = desk.poll(article(2), article(1))
    assert (taken.new, taken.revised, desk.alerts()) == (0, 0, [])
    assert paragraphs(desk, story) == 2
    assert not desk.ask(stories.is_short, story)
    assert "story.revised" not in [row["action"] for row in desk.log(story=story)]


def test_a_story_that_comes_back_with_other_facts_is_told_of(tmp_path):
    desk = gone_out(tmp_path)
    desk.go(LATER)
    prune(desk)
    assert desk.poll(article(2), article(1, title="Port 1 wins a loan of 900 million")).revised == 1
    assert desk.alerts() == ["story_revised"]


def test_however_short_texts_are_kept_stories_of_three_days_are_still_compared(tmp_path):
    desk = Desk(tmp_path, listed=(MAIN, OTHER))
    desk.poll(article(1))
    desk.change(1, state=State.CANCELLED, reason=Reason.CANCELLED)
    desk.poll()
    desk.go(timedelta(hours=40))
    assert "stories" not in prune(desk, Keep(*[timedelta(0)] * 4))
    again = article(1, source="other", guid="another", url="https://courier.example/other-address")
    assert desk.poll(again, source=OTHER).new == 0


def test_a_solemn_story_is_still_solemn_without_its_text(tmp_path):
    lists = word_lists([("en", {"solemn": ["died"]})])
    desk = gone_out(tmp_path, paragraphs=("Nine people died at the pier.", "The cranes stand still.", "More."))
    desk.go(LATER)
    prune(desk)
    found = desk.ask(stories.article_of, desk.delivery().story)
    assert found is not None
    assert is_solemn(found, lists)


def test_an_edit_of_a_post_whose_words_are_gone_keeps_its_card(tmp_path):
    desk = gone_out(tmp_path)
    card = Card("https://courier.example/1", "Port", "A loan")
    desk.change(1, post=Post("Words", marks=(Mark(0, 5, "bold"),), card=card))
    desk.go(LATER)
    prune(desk)
    assert desk.delivery().post == Post("", card=card)
    planned = desk.ask(changing.change_post, 1, ONE, Kind.DELETE, None, desk.clock.now(), actor="cli:aigul")
    assert planned.parent == 1


def test_a_split_after_the_words_are_gone_does_not_post_them_again(tmp_path):
    desk = Desk(tmp_path, listed=(MAIN, OTHER))
    desk.publish(article(1))
    desk.poll(article(1, source="other", guid="b", url="https://courier.example/b"), source=OTHER)
    assert texts(desk, merged, "rule")
    desk.go(timedelta(days=4))
    assert prune(desk, Keep(texts=timedelta(0))) == {"posts": 1, "memos": 1}
    story = desk.delivery().story
    room = {"zone": desk.policy.zone, "lists": desk.lists, "actor": "cli:aigul"}
    channels = tuple(desk.channels.values())
    made = article(1, published=desk.clock.now(), source="other", guid="b", url="https://courier.example/b")
    desk.ask(lambda db: db.execute(merged.update().values(article=stories._ARTICLE.dump_json(made).decode())))
    desk.ask(splitting.split, story, None, desk.listed, channels, desk.clock.now(), **room)
    assert desk.stands(2) == ("held", "approval")


def test_while_an_entry_can_be_split_off_revisions_keep_their_words(tmp_path):
    desk = Desk(tmp_path, listed=(MAIN, OTHER))
    desk.publish(article(1))
    desk.go(timedelta(days=8))
    desk.poll(article(1, source="other", guid="b", url="https://courier.example/2026/11/port-1-wins"), source=OTHER)
    desk.go(timedelta(days=5))
    assert "revisions" not in prune(desk)
    desk.go(timedelta(days=6))
    assert prune(desk)["merged"] == 1
    assert texts(desk, merged, "id") == []
    assert len(texts(desk, revision, "number")) == 1


def test_memos_go_a_day_after_their_delivery_ended(tmp_path):
    desk = gone_out(tmp_path)
    desk.ask(lambda db: db.execute(memo.insert(), {"delivery": 1, "digest": "d", "name": "n", "value": "1"}))
    desk.go(timedelta(hours=23))
    assert prune(desk) == {}
    desk.go(timedelta(hours=2))
    assert prune(desk) == {"memos": 2}, "that, and where it was sent"


def test_pages_of_what_a_feed_still_lists_are_kept(tmp_path):
    desk = Desk(tmp_path)
    here, gone = article(1), article(2)
    desk.poll(here, gone)
    for each in (here, gone):
        desk.ask(pages.keep, "main", each.url.removeprefix("https://"), "entry", each, desk.clock.now())
    desk.poll(here)
    desk.go(timedelta(days=15))
    assert prune(desk)["pages"] == 1
    assert texts(desk, page, "url") == ["courier.example/2026/11/port-1-wins"]


def test_a_transaction_drops_few_rows(tmp_path):
    desk = Desk(tmp_path, replace(ONE, gap=timedelta(0)))
    desk.poll(*(article(n) for n in range(1, pruning.MOST + 31)))
    desk.poll()
    for n in range(1, desk.count() + 1):
        desk.change(n, state=State.CANCELLED, reason=Reason.CANCELLED)
    desk.go(LATER)
    came = [desk.ask(pruning.step, "stories", KEEP, desk.clock.now()) for _ in range(3)]
    assert came == [pruning.Came(pruning.MOST, is_more=True), pruning.Came(30), pruning.Came(0)]

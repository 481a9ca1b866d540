"""A paragraph that three stories of a source carry is the site's: left out of all of them, and no news to anybody."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.actions import deliveries
from bot.model import Channel, Source
from bot.store import paragraphs
from bot.store.schema import paragraph
from bot.store.stories import article_of
from tests.unit.engine import ONE, TEXT, Desk, article, minutes

NOTE = "The Courier is read in forty countries. Write to us about it."
ASKED = replace(ONE, approval="always")


def noted(n, **said):
    own = f"Story {n} of the pier has {n * 7} berths of type {'abcdef'[n]}."
    return article(n, **{"paragraphs": (TEXT.format(n=n), own, NOTE)} | said)


def told(desk, n):
    found = desk.ask(article_of, desk.delivery(n).story)
    assert found is not None
    return found.paragraphs


def carrying(desk):
    return [n for n in range(1, desk.count() + 1) if NOTE in told(desk, n)]


def actions(desk):
    return [row["action"] for row in desk.log()]


def test_the_third_story_shows_it_and_what_is_read_again_loses_it(tmp_path):
    desk = Desk(tmp_path, ASKED)
    desk.poll(noted(1))
    desk.poll(noted(2), noted(1))
    assert carrying(desk) == [1, 2]
    desk.poll(noted(3), noted(2), noted(1))
    assert carrying(desk) == []
    assert all(len(told(desk, n)) == 2 for n in (1, 2, 3))


def test_stories_that_come_together_all_lose_it(tmp_path):
    desk = Desk(tmp_path, ASKED)
    desk.poll(noted(3), noted(2), noted(1))
    assert carrying(desk) == []


def test_stories_that_left_the_feed_count(tmp_path):
    desk = Desk(tmp_path, ASKED)
    for n in (1, 2, 3):
        desk.poll(noted(n))
    assert carrying(desk) == [1, 2]  # what was not read again stays as it came
    desk.poll(noted(4))
    assert carrying(desk) == [1, 2]


def test_two_stories_keep_it_however_often_they_are_read(tmp_path):
    desk = Desk(tmp_path, ASKED)
    for _ in range(4):
        desk.poll(noted(2), noted(1))
    assert carrying(desk) == [1, 2]


def test_leaving_it_out_is_no_revision_and_touches_no_delivery(tmp_path):
    desk = Desk(tmp_path, ASKED)
    desk.poll(noted(2), noted(1))
    desk.act(deliveries.approve(desk.room(), 1))
    before = desk.delivery(1)
    for _ in range(3):
        desk.poll(noted(3), noted(2), noted(1))
    assert "story.revised" not in actions(desk)
    assert desk.delivery(1) == before
    assert desk.ask(article_of, before.story).revision == 1


def test_what_the_source_changes_meanwhile_is_a_revision_as_ever(tmp_path):
    desk = Desk(tmp_path, ASKED)
    desk.poll(noted(2), noted(1))
    more = noted(1, title="Port 1 wins a loan of 444 million")
    desk.poll(noted(3), noted(2), more)
    revised = [row for row in desk.log() if row["action"] == "story.revised"]
    assert [row["change"] for row in revised] == ["significant"]
    assert carrying(desk) == []


def test_a_lead_stays_although_many_stories_open_with_it(tmp_path):
    desk = Desk(tmp_path, ASKED)
    opened = [noted(n, paragraphs=(NOTE, TEXT.format(n=n), f"Pier {'abcdef'[n]}.")) for n in (1, 2, 3)]
    for _ in range(2):
        desk.poll(*opened)
    assert carrying(desk) == [1, 2, 3]


def test_another_source_does_not_count(tmp_path):
    wire = Source(id="wire", url="https://wire.example/feed")
    main = Source(id="main", url="https://courier.example/feed")
    two = Channel(id="two", account="acme", network="fake", sources=("wire",))
    desk = Desk(tmp_path, replace(ASKED, sources=("main",)), two, listed=(main, wire))
    desk.poll(noted(2), noted(1))
    desk.poll(noted(3, url="https://wire.example/3", source="wire"), source=wire)
    assert carrying(desk) == [1, 2, 3]


def test_one_story_under_three_names_is_not_boilerplate(tmp_path):
    desk = Desk(tmp_path, ASKED)
    again = [noted(1, guid=f"guid-{n}", url=f"https://courier.example/{n}") for n in range(3)]
    desk.poll(*again)
    desk.poll(*again)
    assert desk.count() == 1
    assert len(told(desk, 1)) == 3


@pytest.mark.parametrize(("rest", "is_known"), [(59, True), (61, False)])
def test_it_is_forgotten_sixty_days_after_it_was_last_seen(tmp_path, rest, is_known):
    desk = Desk(tmp_path, ASKED)
    desk.poll(noted(2), noted(1))
    desk.go(timedelta(days=30))
    desk.poll(noted(2))
    desk.go(timedelta(days=rest))
    desk.ask(paragraphs.prune, desk.clock.now())
    desk.poll(noted(3, published=desk.clock.now()))
    assert (NOTE in told(desk, 3)) is not is_known


def test_a_poll_asks_once_and_writes_once(tmp_path):
    desk = Desk(tmp_path, ASKED)
    said = []

    def hear(db, cursor, statement, parameters, context, is_many):
        if "paragraph" in statement:
            said.append((statement.split()[0], is_many or statement.startswith("SELECT")))

    sa.event.listen(desk.engine, "before_cursor_execute", hear)
    try:
        desk.poll(noted(5), noted(4), noted(3), noted(2), noted(1))
        first = list(said)
        desk.go(minutes(1))
        desk.poll(noted(5), noted(4), noted(3), noted(2), noted(1))
    finally:
        sa.event.remove(desk.engine, "before_cursor_execute", hear)
    assert first == [("SELECT", True), ("INSERT", True)]
    assert said[2:] == [("SELECT", True)]
    assert desk.ask(lambda db: db.scalar(sa.select(sa.func.count()).select_from(paragraph))) == 15

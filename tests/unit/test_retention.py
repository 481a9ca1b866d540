"""The day's round of pruning: when it comes, in how small parts, and what the log says of it."""

from datetime import timedelta

import pytest

from bot.model import Keep, Reason, State
from bot.retention import Retention
from bot.store import pruning
from tests.unit.engine import Desk, article

DAY = timedelta(days=1)
SHORT = Keep(bodies=4 * DAY, texts=4 * DAY, attempts=4 * DAY)


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    desk.publish(article(1))
    desk.poll(article(2))
    desk.change(2, state=State.CANCELLED, reason=Reason.CANCELLED)
    return desk


def pruned(desk: Desk) -> list[dict[str, object]]:
    return [row for row in desk.log() if row["action"] == "store.pruned"]


def test_what_was_dropped_is_one_row_a_day(desk):
    retention = Retention(desk.store, desk.clock, SHORT)
    for _ in range(6):
        for _ in range(4):
            desk.act(retention.prune_due())
        desk.go(DAY)
    names = ("stories", "revisions", "posts", "attempts", "memos")
    said = [{name: row[name] for name in names if name in row} for row in pruned(desk)]
    assert said == [{"memos": 1}, {"stories": 1, "revisions": 2, "posts": 1, "attempts": 1}]


def test_a_day_on_which_nothing_was_dropped_has_no_row(desk):
    retention = Retention(desk.store, desk.clock, SHORT)
    desk.act(retention.prune_due())
    assert pruned(desk) == []


def test_it_is_done_once_a_day_whatever_the_clock_is_set_to(desk):
    retention = Retention(desk.store, desk.clock, SHORT)
    desk.act(retention.prune_due())
    desk.clock.time += 9 * DAY
    desk.clock.time -= 30 * DAY
    desk.act(retention.prune_due())
    desk.clock.time += 60 * DAY
    desk.act(retention.prune_due())
    assert len(pruned(desk)) == 1


def test_a_large_round_is_done_in_parts(desk, monkeypatch):
    monkeypatch.setattr("bot.retention._AT_ONCE", 2)
    desk.go(5 * DAY)
    retention = Retention(desk.store, desk.clock, SHORT)
    desk.act(retention.prune_due())
    assert [sorted(row.keys() & set(pruning.STEPS)) for row in pruned(desk)] == [["revisions"]]
    for _ in range(3):
        desk.act(retention.prune_due())
    assert sum("stories" in row for row in pruned(desk)) == 1

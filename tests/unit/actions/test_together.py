"""Many posts that are held for one reason are decided together, each by itself and oldest first."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions import deliveries as verbs
from bot.model import Reason, State
from bot.store import people, together
from tests.unit.engine import NOW, ONE, Desk, article, minutes

CAPPED = replace(ONE, max_per_day=3, gap=timedelta(0))


def flooded(tmp_path, *channels, n=6):
    """A desk with posts that are held as a flood; the newest story has the smallest number."""
    desk = Desk(tmp_path, *channels)
    desk.poll(*(article(i, published=NOW - minutes(i)) for i in range(1, n + 1)))
    for i in range(1, n + 1):
        desk.change(i, state=State.HELD, reason=Reason.FLOOD)
    return desk


def held(desk, *channels):
    return desk.ask(together.held, Reason.FLOOD, channels or list(desk.channels))


def release_all(desk):
    for each in held(desk):
        desk.act(verbs.release_seen(desk.room(), each))


def test_what_is_held_for_one_reason_is_listed_oldest_story_first(tmp_path):
    desk = flooded(tmp_path)
    desk.change(4, reason=Reason.RETRACTED)
    titles = [desk.delivery(each.id).published_at for each in held(desk)]
    assert titles == sorted(titles)
    assert len(titles) == 5


def test_only_the_channels_meant_are_listed(tmp_path):
    desk = flooded(tmp_path, ONE, replace(ONE, id="two", account="two"), n=2)
    assert {each.channel for each in held(desk, "two")} == {"two"}


def test_the_oldest_goes_out_first_and_no_more_than_a_day_may_have(tmp_path):
    desk = flooded(tmp_path, CAPPED)
    release_all(desk)
    while desk.turn():
        pass
    assert [text.split(" wins")[0] for text in desk.wire.shown] == ["Port 6", "Port 5", "Port 4"]
    waits = next(n for n in range(1, 7) if desk.stands(n)[0] == "due")
    assert "the 3 posts of today are used up" in desk.why(waits)


def test_each_is_a_row_of_the_log_with_the_person_who_decided(tmp_path):
    desk = flooded(tmp_path)
    release_all(desk)
    rows = [row for row in desk.log() if row.get("reason") == "released"]
    assert sorted((row["delivery"], row["actor"]) for row in rows) == [(n, "cli:aigul") for n in range(1, 7)]


@pytest.mark.parametrize("verb", [verbs.release_seen, verbs.cancel_seen])
def test_what_became_something_else_meanwhile_is_left_to_be_looked_at(tmp_path, verb):
    desk = flooded(tmp_path)
    seen = held(desk)
    desk.change(seen[0].id, reason=Reason.RETRACTED)
    with pytest.raises(people.RefusedVerb, match="changed a moment ago"):
        desk.act(verb(desk.room(), seen[0]))
    assert desk.stands(seen[0].id) == ("held", "retracted")

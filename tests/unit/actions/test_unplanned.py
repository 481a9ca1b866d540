"""A channel that has nothing of a story says why too: it listens elsewhere, or came later."""

import asyncio
from dataclasses import replace

from bot.actions import reading
from bot.model import Source
from bot.store import accounts, listing
from tests.unit.engine import NOW, ONE, Desk, article, minutes

MAIN = Source(id="main", url="https://courier.example/feed")
SPORT = Source(id="sport", url="https://sport.example/feed")


def told(desk):
    desk_story = asyncio.run(reading.newest(desk.room())).stories[0]
    by_itself = asyncio.run(reading.unplanned(desk.room(), desk_story.id))
    assert by_itself == desk_story.unplanned
    return [f"{', '.join(each.channels)}: {each.said()}" for each in by_itself]


def test_one_that_listens_to_another_source(tmp_path):
    away = [replace(ONE, id=name, sources=("sport",)) for name in ("two", "three")]
    desk = Desk(tmp_path, ONE, *away, listed=(MAIN, SPORT))
    desk.poll(article())
    assert told(desk) == [
        "two, three: Is not planned here: it came from main, and nothing from there is posted here; "
        "`post CHANNEL TEXT` posts words by hand."
    ]


def test_one_that_is_newer_than_the_story(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.go(minutes(5))
    later = replace(ONE, id="two")
    desk.channels["two"] = later
    before = (
        "two: Is not planned here: the settings have this channel only since after the story came; "
        "`post CHANNEL TEXT` posts words by hand."
    )
    assert told(desk) == [before], "before any daemon took it up"
    desk.ask(accounts.set_up, [], [later])
    desk.ask(listing._list_channels, ["two"], NOW + minutes(5))
    assert told(desk) == [before]


def test_one_that_listened_elsewhere_when_the_story_came(tmp_path):
    desk = Desk(tmp_path, ONE, replace(ONE, id="two", sources=("sport",)), listed=(MAIN, SPORT))
    desk.poll(article())
    desk.channels["two"] = replace(ONE, id="two")
    (line,) = told(desk)
    assert line.startswith("two: Is not planned here: it came from main, and nothing from there was posted here then; ")


def test_nothing_is_said_where_all_have_it(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    assert told(desk) == []

"""Which entries of a real feed a rehearsal lets appear, and when."""

import json
from datetime import timedelta

import pytest

from bot.rehearsal.replay import replay
from tests.unit.articles.given import SOURCE
from tests.unit.engine import NOW

AHEAD, TODAY = NOW + timedelta(days=400), NOW - timedelta(hours=1)


def shown(*days: str, most: int) -> list[str]:
    """List which entries of a feed appear in the end; each is named by its day and its place."""
    dates = {"today": TODAY.isoformat(), "ahead": AHEAD.isoformat(), "none": None}
    items = [
        {"id": f"{day} {n}", "url": f"https://courier.example/{n}", "title": f"{day} {n}", "date_published": dates[day]}
        for n, day in enumerate(days)
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Courier", "items": items}
    paper = replay(json.dumps(feed).encode(), SOURCE, kind="application/feed+json", most=most, now=NOW)
    assert all(each.at < AHEAD for each in paper.editions)
    return [each["title"] for each in json.loads(paper.editions[-1].body)["items"]]


@pytest.mark.parametrize(
    ("days", "most", "names"),
    [
        (("ahead", "ahead", "today", "today"), 2, ["today 2", "today 3"]),
        (("ahead", "ahead", "today", "none"), 2, ["today 2", "none 3"]),
        (("ahead", "ahead", "today"), 2, ["ahead 0", "today 2"]),
        (("today", "today", "today"), 2, ["today 1", "today 2"]),
        (("ahead", "ahead"), 1, ["ahead 0"]),
    ],
)
def test_entries_dated_far_ahead_take_no_room_of_the_others(days: tuple[str, ...], most: int, names: list[str]) -> None:
    assert shown(*days, most=most) == names

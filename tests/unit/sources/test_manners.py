"""Feeds that move, vanish or shut us out, and feeds that are polled by their habit."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.audit.words import words
from bot.fetch import Fetched, Unreachable
from bot.model import Source
from bot.rules.polling import recalled, unsaid
from bot.store.schema import source, story
from bot.store.sources import set_up_sources
from tests.unit.engine import MAIN, NOW, minutes, seconds
from tests.unit.sources.test_poller import FEED, Room, answer

NEW = "https://new.example/feed?key=s3cret"
DAY = timedelta(days=1)


def moved(to=NEW, status=301, body=FEED, code=200):
    permanent = to if status in (301, 308) else None
    return Fetched(code, to, {"etag": '"1"'}, body, ((status, to),), permanent)


def live(room, *answers, every=timedelta(hours=12)):
    """Poll once for each answer, and tell which addresses were asked."""
    for each in answers:
        where = recalled(room.row().moved_to, MAIN.url) or MAIN.url
        room.web.answers.setdefault(where, []).append(each)
        room.poll(every)
    return [url for url, _ in room.web.asked]


@pytest.mark.parametrize("status", [301, 308])
def test_a_feed_that_moved_for_good_is_asked_at_its_new_address_after_three_polls_over_a_day(tmp_path, status):
    room = Room(tmp_path)
    asked = live(
        room, moved(status=status), moved(status=status, body=b"", code=304), moved(status=status), answer(304)
    )
    assert asked == [MAIN.url] * 3 + [NEW]
    told = [row for row in room.desk.log() if row["action"] == "source.moved"]
    assert words(told[0]) == "source main moved from https://courier.example to https://new.example"


@pytest.mark.parametrize(
    ("known", "address"),
    [
        ("http://courier.example/feed/k3y?key=s3cret", "https://courier.example/feed/k3y?key=s3cret"),
        ("https://courier.example/feed?key=s3cret", "https://new.example/rss.xml?key=s3cret&page=1"),
        ("https://courier.example", "https://new.example"),
        ("https://courier.example/k3y", "https://new.example/k3y"),
    ],
)
def test_where_a_feed_has_moved_is_kept_without_what_its_address_says_already(known, address):
    kept = unsaid(address, known)
    assert recalled(kept, known) == address
    assert "k3y" not in kept
    assert ("s3cret" in kept) == ("page=1" in kept), "only what the set address does not say is kept"


def test_no_key_of_a_feed_that_moved_stands_in_the_database_or_the_log(tmp_path):
    keyed = replace(MAIN, url="https://courier.example/k3y/feed?key=s3cret")
    room, to = Room(tmp_path, listed=(keyed,)), "https://courier.example/k3y/feed?key=s3cret".replace("courier", "new")
    room.web.answers[keyed.url] = [moved(to)] * 3
    room.web.answers[to] = [answer(304)]
    for _ in range(4):
        room.poll(timedelta(hours=12))
    assert room.web.asked[-1][0] == to
    said = f"{room.row()} {room.desk.log()}"
    assert "new.example" in said
    assert not re.search("k3y|s3cret", said)


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_redirect_for_now_never_moves_a_feed(tmp_path, status):
    room = Room(tmp_path)
    assert live(room, *[moved(status=status)] * 9) == [MAIN.url] * 9


def test_three_polls_within_a_day_move_nothing(tmp_path):
    room = Room(tmp_path)
    assert live(room, *[moved()] * 9, every=minutes(60)) == [MAIN.url] * 9


def test_what_is_no_feed_at_the_new_address_counts_for_nothing(tmp_path):
    room = Room(tmp_path)
    portal = moved(body=b"<html><body>Please log in</body></html>")
    assert live(room, portal, portal, portal, portal) == [MAIN.url] * 4
    assert (room.row().target_polls, room.row().fails) == (0, 4)


def test_a_new_address_that_fails_is_given_up_for_the_one_in_the_settings(tmp_path):
    room = Room(tmp_path)
    live(room, *[moved()] * 3)
    asked = live(room, *[Unreachable("new.example did not answer")] * 3, answer())
    assert asked[-4:] == [NEW] * 3 + [MAIN.url]
    assert "moved from https://new.example to https://courier.example, as" in words(
        [row for row in room.desk.log() if row["action"] == "source.moved"][-1]
    )


def test_another_address_in_the_settings_forgets_where_the_old_one_had_moved(tmp_path):
    room = Room(tmp_path)
    live(room, *[moved()] * 3)
    room.desk.ask(set_up_sources, [replace(MAIN, url="https://other.example/feed")], NOW)
    assert room.row().moved_to == ""


def test_a_feed_that_is_gone_for_good_is_told_at_once_and_asked_once_a_day(tmp_path):
    room = Room(tmp_path, answer(410), answer())
    room.poll()
    room.poll(DAY - seconds(1))
    assert (len(room.web.asked), room.desk.alerts()) == (1, ["source_failing"])
    room.poll(minutes(11))
    assert (len(room.web.asked), room.desk.alerts()) == (2, [])


@pytest.mark.parametrize(("after", "asked"), [(minutes(5), 1), (timedelta(hours=2), 2)])
def test_a_start_asks_again_what_was_gone_but_not_every_minute(tmp_path, after, asked):
    room = Room(tmp_path, answer(410), answer(410))
    room.poll()
    room.desk.go(after)
    room.desk.ask(set_up_sources, [MAIN], room.desk.clock.now())
    room.poll()
    assert len(room.web.asked) == asked


def test_a_missing_feed_is_told_after_a_day(tmp_path):
    room = Room(tmp_path)
    live(room, *[answer(404)] * 24, every=timedelta(hours=1))
    assert room.desk.alerts() == []
    live(room, answer(404), every=timedelta(hours=1))
    assert room.desk.alerts() == ["source_failing"]


@pytest.mark.parametrize("status", [401, 403])
def test_a_site_that_shuts_us_out_is_told_at_once_and_not_hammered(tmp_path, status):
    room = Room(tmp_path, answer(status))
    room.poll()
    assert NOW + minutes(15) <= room.row().next_poll_at <= NOW + minutes(18)
    assert room.desk.alerts() == ["source_failing"]


ADAPTIVE = Source(id="main", url=MAIN.url, adapts=True)


def test_a_new_source_is_polled_at_the_set_interval_and_then_by_its_habit(tmp_path):
    room = Room(tmp_path, answer(), answer(304), answer(304), listed=(ADAPTIVE,))
    room.poll()
    assert room.row().next_poll_at == NOW + seconds(60)
    room.poll(27 * DAY)
    assert room.row().next_poll_at == NOW + 27 * DAY + seconds(60)
    room.poll(DAY)
    assert minutes(2) < room.row().next_poll_at - NOW - 28 * DAY < minutes(60)


def test_a_habit_is_learned_from_the_source_s_own_stories_of_four_weeks(tmp_path):
    room = Room(tmp_path, answer(304), answer(304, b"", cache_control="max-age=900"), listed=(ADAPTIVE,))
    busy = {"url": "https://courier.example/x", "article": "{}", "published_at": None}
    rows = [busy | {"id": f"s{n}", "source": "main", "seen_at": NOW - n * DAY / 200} for n in range(4000)]
    rows += [busy | {"id": f"o{n}", "source": "other", "seen_at": NOW} for n in range(4000)]

    def fill(db):
        db.execute(story.insert(), rows)
        db.execute(source.update().values(first_read_at=NOW - 28 * DAY))

    room.desk.ask(fill)
    room.poll()
    every = room.row().next_poll_at - NOW
    assert minutes(1) <= every < minutes(1.5)
    room.poll(every)
    assert room.row().next_poll_at - room.desk.clock.now() == minutes(15), "the site's own word is heeded"

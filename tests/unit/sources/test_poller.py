"""Polling with manners: conditional requests, hosts that ask for rest, and failures that are told and harm nobody."""

import asyncio
from dataclasses import replace

import pytest
import sqlalchemy as sa

from bot.articles.feed import read
from bot.fetch import Fetched, Unreachable
from bot.model import Source
from bot.sources.feed import Poller
from bot.store.engine import StoreUnavailable
from bot.store.schema import source
from bot.store.sources import next_poll, set_up_sources
from tests.unit.articles.given import entry, rss
from tests.unit.engine import MAIN, NOW, ONE, Desk, minutes, seconds

OTHER = Source(id="other", url="https://courier.example/other")
FEED = rss(entry(), entry("Bank opens", link="https://courier.example/bank"))


def answer(status=200, body=FEED, **headers):
    return Fetched(status, MAIN.url, {name.replace("_", "-"): value for name, value in headers.items()}, body)


class Web:
    """Answers each address by a script, and keeps what was asked."""

    def __init__(self):
        self.answers, self.asked, self.most = {}, [], set()

    async def get(self, url, *, most, deadline, headers=None, accept="*/*"):
        self.asked.append((url, dict(headers or {})))
        self.most.add(most)
        said = self.answers[url].pop(0)
        if isinstance(said, BaseException):
            raise said
        return said


class Room:
    def __init__(self, tmp_path, *answers, listed=(MAIN,), aside=None):
        self.desk = Desk(tmp_path, ONE, listed=listed, is_open=False)
        self.web, self.parsed = Web(), 0
        self.web.answers[MAIN.url] = list(answers)
        self.poller = Poller(
            self.desk.store,
            self.desk.clock,
            self.web,
            listed=listed,
            channels=(ONE,),
            aside=aside or self.aside,
            zone="Asia/Almaty",
        )

    async def aside(self, work, deadline):
        self.parsed += 1
        return work()

    def poll(self, after=None):
        self.desk.go(after or minutes(0))
        asyncio.run(self.poller.poll_due())

    def row(self, who="main"):
        return self.desk.ask(lambda db: db.execute(sa.select(source).where(source.c.id == who)).one())


def test_validators_go_back_byte_for_byte_and_304_is_read_by_nobody(tmp_path):
    room = Room(tmp_path, answer(etag='W/"a b"', last_modified="Wed, 25 Nov 2026 09:00:00 GMT"), answer(304, b""))
    room.poll()
    room.poll(minutes(1))
    assert room.web.asked[0][1] == {}
    assert room.web.asked[1][1] == {
        "If-None-Match": 'W/"a b"',
        "If-Modified-Since": "Wed, 25 Nov 2026 09:00:00 GMT",
    }
    assert (room.parsed, room.row().etag, room.desk.count()) == (1, 'W/"a b"', 2)


def test_the_same_bytes_are_not_read_again_but_their_newer_validators_kept(tmp_path):
    room = Room(tmp_path, answer(etag='"1"'), answer(etag='"2"'))
    room.poll()
    room.poll(minutes(1))
    assert (room.parsed, room.row().etag) == (1, '"2"')


def test_a_source_is_asked_when_it_is_due_and_not_before(tmp_path):
    room = Room(tmp_path, answer(), answer(304))
    room.poll()
    room.poll(seconds(59))
    assert len(room.web.asked) == 1
    room.poll(seconds(1))
    assert len(room.web.asked) == 2
    assert room.desk.ask(next_poll) == NOW + minutes(2)


def test_a_clock_that_was_set_back_lets_no_source_wait_for_hours(tmp_path):
    room = Room(tmp_path, answer(), answer(304))
    room.poll()
    room.poll(minutes(-180))
    room.poll(seconds(59))
    assert len(room.web.asked) == 2
    assert room.desk.ask(next_poll) == NOW - minutes(179)


def test_nobody_else_polls_a_source_meanwhile(tmp_path):
    room = Room(tmp_path, answer(), answer())

    async def aside(work, deadline):
        await room.poller.poll_due()
        return work()

    room.poller._aside = aside
    room.poll()
    assert len(room.web.asked) == 1


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("120", seconds(120)),
        ("Wed, 25 Nov 2026 09:05:00 GMT", minutes(5)),
        ("0", minutes(1)),
        ("soon", minutes(1)),
        ("99999999", minutes(24 * 60)),
    ],
)
def test_a_host_that_asks_for_rest_gets_it(tmp_path, status, said, wait):
    room = Room(tmp_path, answer(status, b"", retry_after=said), answer())
    room.poll()
    assert NOW + wait <= room.row().next_poll_at <= NOW + min(wait * 1.2, wait + minutes(10))


def test_rest_is_for_the_whole_host(tmp_path):
    room = Room(tmp_path, answer(429, b"", retry_after="120"), listed=(MAIN, OTHER))
    room.poll()
    assert [url for url, _ in room.web.asked] == [MAIN.url]
    assert room.row("other").failing_why == "courier.example asked us to stay away until 09:02 UTC"
    assert NOW + minutes(2) <= room.row("other").next_poll_at <= NOW + minutes(2.4)


FAILURES = {
    "no answer": Unreachable("courier.example did not answer"),
    "404": answer(404, b"gone"),
    "not a feed": answer(body=b"<html><body>Hello</body></html>"),
    "empty": answer(body=b""),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_poll_that_fails_changes_nothing_but_its_own_next_time(tmp_path, name):
    room = Room(tmp_path, answer(etag='"1"'), FAILURES[name])
    room.poll()
    room.poll(minutes(1))
    row = room.row()
    assert (row.etag, row.polled_at, row.fails, room.desk.count()) == ('"1"', NOW, 1, 2)
    assert room.desk.log()[-1]["action"] == "source.failed"


def test_failures_back_off_to_an_hour_and_alert_after_the_third_and_recover_aloud(tmp_path):
    room = Room(tmp_path, *[Unreachable("down")] * 9, answer(), answer(304))
    waits = []
    for n in range(9):
        room.poll()
        waits.append(room.row().next_poll_at - room.desk.clock.now())
        assert room.desk.alerts() == (["source_failing"] if n >= 2 else [])
        room.desk.go(waits[-1])
    least = [minutes(n) for n in (1, 2, 4, 8, 16, 32, 60, 60, 60)]
    assert all(n <= wait <= n * 1.2 for n, wait in zip(least, waits, strict=True)), waits
    room.poll()
    assert (room.desk.alerts(), room.row().fails) == ([], 0)
    actions = [row["action"] for row in room.desk.log() if row["action"].startswith("source.")]
    assert actions == ["source.failed", "source.recovered"]


def test_a_feed_that_was_cut_off_is_asked_for_whole_again(tmp_path):
    room = Room(tmp_path, answer(etag='"1"'), answer(body=FEED[: FEED.index(b"Bank") + 40], etag='"2"'), answer(304))
    room.poll()
    room.poll(minutes(1.2))
    room.poll(minutes(1.2))
    assert room.web.asked[2][1] == {"If-None-Match": '"1"'}


def test_a_feed_that_takes_too_long_to_read_is_a_failed_poll(tmp_path):
    async def slow(work, deadline):
        raise TimeoutError

    room = Room(tmp_path, answer(), aside=slow)
    room.poll()
    assert room.row().failing_why == "the feed could not be read within 20 seconds"


def test_what_breaks_on_one_feed_keeps_no_other_from_being_read(tmp_path):
    room = Room(tmp_path, ZeroDivisionError("bug"), listed=(MAIN, OTHER))
    room.web.answers[OTHER.url] = [answer()]
    room.poll()
    assert room.row().failing_why == "reading it broke with ZeroDivisionError; the log has more"
    assert room.desk.count() == 2


def test_a_feed_that_hangs_keeps_no_other_waiting(tmp_path):
    room = Room(tmp_path, answer(), listed=(MAIN, OTHER))
    room.web.answers[OTHER.url] = [answer()]
    served, get = asyncio.Event(), room.web.get

    async def hangs(url, **asked):
        found = await get(url, **asked)
        if url == OTHER.url:
            served.set()
        else:  # the first feed answers only once the second was served
            await asyncio.wait_for(served.wait(), 5)
        return found

    room.web.get = hangs
    room.poll()
    assert [row.failing_why for row in (room.row(), room.row("other"))] == ["", ""]


def test_a_database_without_room_ends_the_poll_and_the_next_one_begins_anew(tmp_path):
    room = Room(tmp_path, answer(), answer())
    real = room.desk.store.write

    async def full(ask, *args, **named):
        if ask.__name__ == "take_in":
            raise StoreUnavailable("disk full")
        return await real(ask, *args, **named)

    room.desk.store.write = full
    with pytest.raises(StoreUnavailable):
        room.poll()
    room.desk.store.write = real
    room.poll(minutes(2))
    assert room.desk.count() == 2


def test_another_address_makes_a_source_a_new_feed(tmp_path):
    room = Room(tmp_path, answer(etag='"1"'))
    room.poll()
    room.desk.ask(set_up_sources, [replace(MAIN, url="https://courier.example/new")], NOW)
    row = room.row()
    assert (row.etag, row.body_sha, row.first_read_at) == ("", "", None)


def test_a_source_that_left_the_settings_is_not_polled(tmp_path):
    room = Room(tmp_path, answer(), listed=(MAIN, OTHER))
    room.poller._sources.pop("other")
    room.poll()
    assert [url for url, _ in room.web.asked] == [MAIN.url]
    assert read(FEED, MAIN).is_complete


def test_a_feed_may_have_five_mebibytes(tmp_path):
    room = Room(tmp_path, answer())
    room.poll()
    assert room.web.most == {5 * 2**20}

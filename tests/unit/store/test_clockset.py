"""What happens to stored moments when the machine's clock is set."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from adapters.contract import NotSent, NotYet, OutcomeUnknown, Receipt, Scope
from bot.audit.words import words
from bot.model import Reason, State
from bot.store import clockset, sources
from bot.store.schema import channel, source
from tests.unit.engine import NOW, ONE, Desk, article, minutes, seconds

BACK, AHEAD = timedelta(hours=-3), timedelta(hours=3)


def set_clock(desk, by, **more):
    """Set the clock and let the daemon notice."""
    before = desk.clock.now()
    desk.clock.time += by
    return desk.ask(clockset.clock_was_set, by, desk.clock.now(), since=more.get("since", before + by))


@pytest.mark.parametrize("by", [BACK, AHEAD])
def test_a_post_that_waits_its_turn_goes_when_it_would_have_gone(tmp_path, by):
    desk = Desk(tmp_path)
    desk.poll(article(1), article(2, published=NOW - minutes(1)))
    while desk.turn():
        pass
    set_clock(desk, by)
    desk.go(seconds(59))
    assert not desk.turn()
    assert len(desk.wire.shown) == 1
    desk.go(seconds(1))
    desk.turn()
    assert len(desk.wire.shown) == 2


@pytest.mark.parametrize("by", [BACK, AHEAD])
def test_what_is_due_lives_as_long_as_it_would_have_lived(tmp_path, by):
    desk = Desk(tmp_path, replace(ONE, grace=minutes(5)))
    desk.poll(article())
    due, expires = desk.delivery().due_at, desk.delivery().expires_at
    set_clock(desk, by)
    stands = desk.delivery()
    assert (stands.due_at, stands.expires_at) == (due + by, expires + by)


@pytest.mark.parametrize("by", [BACK, AHEAD])
def test_an_embargo_is_a_date_and_stays(tmp_path, by):
    desk = Desk(tmp_path)
    desk.poll(article(published=NOW + timedelta(hours=5)))
    before = desk.delivery()
    assert before.reason is Reason.EMBARGO
    set_clock(desk, by)
    assert (desk.delivery().due_at, desk.delivery().expires_at) == (before.due_at, before.expires_at)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (NotSent("connection refused"), Reason.BACKOFF),
        (NotYet("Too many requests", retry_after=minutes(5), scope=Scope.CHANNEL), Reason.ASKED_TO_WAIT),
    ],
    ids=["backoff", "asked"],
)
def test_a_second_try_waits_no_longer_where_the_clock_is_set_back_twice(tmp_path, answer, reason):
    desk = Desk(tmp_path)
    desk.poll(article())
    set_clock(desk, BACK)  # the story's date lies ahead of this clock, and its turn comes all the same
    desk.wire.say("prepare", answer)
    desk.turn()
    before = desk.delivery()
    assert before.reason is reason
    assert before.published_at > desk.clock.now()
    set_clock(desk, BACK)
    assert (desk.delivery().due_at, desk.delivery().expires_at) == (before.due_at + BACK, before.expires_at + BACK)


@pytest.mark.parametrize("reason", [Reason.PACE, Reason.LOOKS_GONE, Reason.FILMING])
def test_nor_does_what_else_a_turn_has_put_back(tmp_path, reason):
    desk = Desk(tmp_path)
    desk.poll(article())
    set_clock(desk, BACK)
    before = desk.change(1, reason=reason, due_at=desk.clock.now() + minutes(5))
    set_clock(desk, BACK)
    assert (desk.delivery().due_at, desk.delivery().expires_at) == (before.due_at + BACK, before.expires_at + BACK)


@pytest.mark.parametrize("by", [BACK, AHEAD])
def test_an_unknown_goes_on_being_looked_for_and_blocks_no_longer_than_it_would_have(tmp_path, by):
    desk = Desk(tmp_path)
    desk.poll(article(1), article(2, published=NOW + minutes(1)))
    desk.wire.say("publish", OutcomeUnknown("read timeout"))
    desk.turn()
    before = desk.delivery()
    set_clock(desk, by)
    stands = desk.delivery()
    assert (stands.due_at, stands.last_at) == (before.due_at + by, before.last_at + by)
    assert stands.intent_at == min(before.intent_at, before.intent_at + by)
    desk.wire.say("find", Receipt("7"))
    desk.turn()
    assert desk.stands() == ("done", "found")


@pytest.mark.parametrize("by", [BACK, AHEAD])
def test_a_turn_under_way_does_not_write_moments_of_the_clock_before(tmp_path, by):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.wire.hooks["prepare"] = lambda: set_clock(desk, by)
    desk.turn()
    assert (desk.stands(), desk.wire.keys) == (("due", "planned"), [])
    assert desk.turn()
    assert desk.stands() == ("done", "sent")


def test_every_wait_moves_with_the_clock(tmp_path):
    desk = Desk(tmp_path)
    later = NOW + minutes(30)
    desk.ask(lambda db: db.execute(channel.update().values(wait_until=later, probe_at=later, paused_until=later)))
    desk.ask(sources.keep_host_wait, "courier.example", later)
    set_clock(desk, BACK)
    row = desk.row()
    assert {row.wait_until, row.probe_at, row.paused_until} == {later + BACK}
    assert desk.ask(sources.host_waits, "courier.example", desk.clock.now()) == later + BACK
    assert desk.ask(lambda db: db.scalar(sa.select(source.c.next_poll_at))) < desk.clock.now() + minutes(2)


@pytest.mark.parametrize(
    ("by", "said"),
    [(BACK, "back by 3 hours"), (minutes(95.2), "forward by 95 minutes"), (seconds(90), "by 90 seconds")],
)
def test_the_log_says_so_in_a_sentence(tmp_path, by, said):
    desk = Desk(tmp_path)
    set_clock(desk, by)
    (row,) = [each for each in desk.log() if each["action"] == "clock.set"]
    assert f"{said}; waiting times were set anew" in words(row)


def test_two_processes_that_notice_move_the_waits_once(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    since = NOW + BACK
    assert set_clock(desk, BACK)
    expires = desk.delivery().expires_at
    assert not desk.ask(clockset.clock_was_set, BACK + seconds(1), desk.clock.now(), since=since)
    assert desk.delivery().expires_at == expires
    desk.go(minutes(1))
    assert set_clock(desk, BACK)


def test_a_log_that_lies_ahead_shows_that_the_clock_went_back_while_no_daemon_ran(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    assert desk.ask(clockset.set_while_down, NOW + minutes(5)) == timedelta(0)
    assert desk.ask(clockset.set_while_down, NOW + BACK) == BACK
    assert desk.delivery().state is State.DUE

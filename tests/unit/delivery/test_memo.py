"""What a post remembers between tries, and the waker that has channels worked."""

import asyncio
import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
import structlog

from adapters.contract import NotSent
from bot.delivery.embedded import Embedded
from bot.delivery.memo import TurnMemo
from bot.model import State
from bot.store import turns, waking
from bot.vault import Steps, Vault
from tests.unit.engine import NOW, ONE, Clock, Desk, Plain, article, minutes, seconds

FACTS = "SELECT name, value FROM channel_fact WHERE name <> 'stands_for'"
STEPS = Steps(Vault(b"k" * 32), Clock().token_bytes)


def opened(tmp_path, **more):
    desk = Desk(tmp_path, **more)
    desk.poll(article())
    return desk


def rows(desk, words="SELECT name, value, is_secret FROM memo WHERE name <> 'where'"):
    return desk.ask(lambda db: [tuple(row) for row in db.exec_driver_sql(words)])


def test_a_stored_step_is_not_run_again_by_the_next_try(tmp_path):
    desk = opened(tmp_path)
    desk.wire.steps = ["upload"]
    desk.wire.say("prepare", NotSent("dns"))
    desk.turn()
    desk.go(minutes(1))
    desk.turn()
    assert (desk.wire.calls.count("upload"), desk.stands()) == (1, ("done", "sent"))
    assert rows(desk) == [("upload", '"handle"', 0)]


def test_a_secret_step_lies_sealed_and_serves_the_next_try(tmp_path):
    desk = opened(tmp_path)
    desk.wire.steps = ["secret session"]
    desk.wire.say("prepare", NotSent("dns"))
    desk.turn()
    ((name, value, is_secret),) = rows(desk)
    assert (name, is_secret, "handle" in value) == ("secret session", 1, False)
    desk.go(minutes(1))
    desk.turn()
    assert (desk.wire.calls.count("upload"), desk.stands()) == (1, ("done", "sent"))


@pytest.mark.parametrize("found", ["'\"plain\"'", "'AAAA'"])
def test_a_secret_step_that_cannot_be_opened_is_begun_anew(tmp_path, found):
    desk = opened(tmp_path)
    desk.wire.steps = ["secret session"]
    desk.wire.say("prepare", NotSent("dns"))
    desk.turn()
    desk.ask(lambda db: db.exec_driver_sql(f"UPDATE memo SET value = {found} WHERE is_secret = 1"))
    desk.go(minutes(1))
    desk.turn()
    assert (desk.wire.calls.count("upload"), desk.stands()) == (2, ("done", "sent"))


def test_another_post_starts_with_a_clean_memo(tmp_path):
    desk = opened(tmp_path)
    desk.wire.steps = ["upload"]
    desk.wire.say("prepare", NotSent("dns"))
    desk.turn()
    desk.poll(article(title="Port 1 wins a loan of 900 million"))
    desk.go(minutes(1))
    desk.turn()
    assert desk.wire.calls.count("upload") == 2


def test_notes_are_stored_with_the_intent_and_when_a_turn_ends(tmp_path):
    desk = opened(tmp_path)
    desk.wire.notes = {"handle": "h", "channel:last_mark": "m1"}
    stored = []
    desk.wire.hooks["sent"] = lambda: stored.extend(rows(desk))
    desk.turn()
    assert stored == [("handle", '"h"', 0)]
    assert rows(desk, FACTS) == [("channel:last_mark", '"m1"')]
    desk.poll(article(2), article())
    desk.wire.notes = {"channel:last_mark": "m2"}
    desk.wire.say("prepare", NotSent("dns"))
    desk.go(minutes(1))
    desk.turn()
    assert rows(desk, FACTS) == [("channel:last_mark", '"m2"')]


def test_the_watermark_asked_from_is_what_was_last_known_at_the_intent(tmp_path):
    desk = opened(tmp_path)
    desk.wire.notes = {"channel:last_mark": "m1"}
    desk.turn()
    desk.poll(article(3), article(2), article())
    desk.wire.notes = {}
    desk.go(minutes(1))
    desk.turn()
    desk.wire.notes = {"channel:last_mark": "m2"}
    desk.go(minutes(1))
    desk.turn()
    assert [desk.delivery(n).mark for n in (1, 2, 3)] == ["m1", "m1", "m2"]


def memo(clock, kept, facts=None, **known):
    class Job:
        memo = {("d", name): (json.dumps(value), None, False) for name, value in known.items()}
        delivery = SimpleNamespace(key="k")

    Job.facts = facts or {}

    async def keep(notes):
        kept.append(notes)

    return TurnMemo(Job, "d", clock, keep, STEPS)


async def _made():
    return '"made"'


def test_a_step_that_has_outlived_its_time_is_run_again():
    clock, kept = Clock(), []
    mind = memo(clock, kept)

    async def twice():
        await mind.step("token", _made, lives=timedelta(minutes=5), secret=True)
        clock.go(minutes(5) - seconds(1))
        await mind.step("token", _made, lives=timedelta(minutes=5), secret=True)
        assert len(kept) == 1
        clock.go(seconds(1))
        await mind.step("token", _made, lives=timedelta(minutes=5), secret=True)

    asyncio.run(twice())
    sealed, *about = kept[0]["token"]
    assert about == [NOW + minutes(5), True]
    assert STEPS.open("k", "token", sealed) == '"made"'
    assert len(kept) == 2


def test_a_forgotten_handle_is_gone_and_its_value_with_it():
    clock, kept = Clock(), []
    mind = memo(clock, kept, chat="secret handle")
    assert mind.read("chat") == '"secret handle"'
    mind.note("chat", '"new"')
    asyncio.run(mind.forget("chat"))
    assert (mind.read("chat"), mind.take_notes()) == (None, {})
    assert kept == [{"chat": ("null", NOW, False)}]


def test_a_fact_that_stands_is_not_written_again_unless_it_was_another_meanwhile():
    kept = []
    mind = memo(Clock(), kept, {"channel:mark": '"a"', "channel:gone": '"a"'})
    mind.note("channel:mark", '"a"')
    assert mind.take_notes() == {}
    for value in ('"b"', '"a"'):
        mind.note("channel:mark", value)
    assert mind.take_notes() == {"channel:mark": ('"a"', None, False)}
    asyncio.run(mind.forget("channel:gone"))
    mind.note("channel:gone", '"a"')
    assert mind.take_notes() == {"channel:gone": ('"a"', None, False)}


def test_a_fact_that_was_another_meanwhile_goes_on_with_the_memo_of_another_post():
    mind = memo(Clock(), [], {"channel:mark": '"a"'})
    mind.note("channel:mark", '"b"')
    assert mind.take_notes()
    mind.note("channel:mark", '"a"')
    assert mind.of_another("e").take_notes() == {"channel:mark": ('"a"', None, False)}


class Hand:
    """A worker that notes what it was given and ends as told."""

    def __init__(self, turns=(False,)):
        self.turns, self.worked, self.gate = list(turns), [], asyncio.Event()

    async def work_channel(self, who):
        self.worked.append(who)
        await self.gate.wait()
        return self.turns.pop(0) if self.turns else False


def test_a_channel_is_worked_by_one_task_until_it_has_nothing_to_do_now(tmp_path):
    desk = opened(tmp_path)

    async def run():
        hand = Hand([True, True, False])
        async with Embedded(desk.store, desk.clock, hand) as waker:
            await waker.wake_due()
            await waker.wake_due()
            await asyncio.sleep(0)
            assert (hand.worked, waker.is_idle()) == (["one"], False)
            hand.gate.set()
        assert waker.is_idle()
        return hand.worked

    assert asyncio.run(run()) == ["one"] * 3


def test_a_stop_takes_no_further_turn_and_leaves_what_hangs_to_the_next_run(tmp_path):
    desk = opened(tmp_path)

    async def run():
        hand = Hand([True])
        async with Embedded(desk.store, desk.clock, hand) as waker:
            await waker.wake_due()
            await asyncio.sleep(0)
            await waker.stop(0)
            await waker.wake_due()
        assert waker.is_idle()
        return hand.worked

    assert asyncio.run(run()) == ["one"]


def test_what_breaks_one_channel_ends_no_other(tmp_path):
    desk = opened(tmp_path)
    desk.change(1, state=State.DUE)
    desk.ask(lambda db: db.exec_driver_sql("UPDATE delivery SET post = 'not json'"))
    with structlog.testing.capture_logs() as told:
        assert not desk.turn()
    assert [each["event"] for each in told] == ["channel failed"]


def test_a_step_of_a_run_that_lost_its_channel_is_refused(tmp_path):
    desk = opened(tmp_path)
    job = desk.ask(turns.take, ONE, NOW, policy=desk.policy)
    desk.go(seconds(91))
    desk.ask(turns.take, ONE, desk.clock.now(), policy=desk.policy)
    for write in (
        lambda: desk.ask(turns.keep_step, job, "d", {"a": ("1", None, False)}, NOW, policy=desk.policy),
        lambda: desk.ask(turns.release, job.run, NOW, policy=desk.policy),
    ):
        with pytest.raises(turns.LostFence):
            write()
    assert rows(desk) == []


def test_who_lets_go_without_an_outcome_leaves_the_channel_due(tmp_path):
    desk = opened(tmp_path, kind=Plain)
    job = desk.ask(turns.take, ONE, NOW, policy=desk.policy)
    desk.ask(turns.release, job.run, NOW, policy=desk.policy)
    assert desk.ask(waking.due_channels, NOW) == ["one"]
    assert desk.ask(waking.next_wake) == NOW

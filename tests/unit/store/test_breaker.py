"""A network that is out of order costs no tries, is asked harmless questions, and gets its posts when it answers."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from adapters.contract import AuthFailed, Identity, NotSent, NotYet, OutcomeUnknown, Rejected, Scope
from bot.accounts import Accounts
from bot.store import accounts, housekeeping
from bot.store.schema import channel
from bot.vault import Vault
from tests.unit.engine import ONE, Desk, article, broken, minutes, seconds

TWO = replace(ONE, id="two", place=(("chat", "@two"),))


class Room:
    def __init__(self, tmp_path, *channels):
        self.desk = Desk(tmp_path, *(channels or (replace(ONE, gap=seconds(0)),)))
        desk = self.desk

        def build(who, session):
            return desk.connect.kind(desk.connect.kind.Settings(**dict(who.place)), session, desk.wire, desk.clock)

        self.accounts = Accounts(
            desk.store,
            desk.clock,
            Vault(b"k" * 32),
            build=build,
            credentials=lambda account: {"token": "t"},
            zone="Asia/Almaty",
        )

    def fail(self, times=5, how=None):
        """Let as many stories fail once each."""
        self.desk.wire.say("publish", *[how or broken("502 Bad Gateway") for _ in range(times)])
        self.desk.poll(*(article(n) for n in range(1, times + 1)))
        for _ in range(times):
            self.desk.turn()

    def ask(self, *answers):
        self.desk.wire.say("verify", *answers)
        asyncio.run(self.accounts.probe_due(self.desk.channels))

    def asked(self):
        return self.desk.wire.calls.count("verify")


def test_posts_wait_while_a_network_is_out_of_order_and_their_tries_are_kept(tmp_path):
    room = Room(tmp_path)
    room.fail()
    room.desk.poll(article(6))
    room.desk.go(minutes(1))
    while room.desk.turn():
        pass
    assert [room.desk.delivery(n).tries for n in range(1, 7)] == [1] * 5 + [0]
    assert room.desk.wire.calls.count("publish") == 5
    assert "network_failing" in room.desk.alerts()


def test_the_sentence_says_since_when_and_when_it_is_asked_again(tmp_path):
    room = Room(tmp_path)
    room.fail()
    room.desk.poll(article(6))
    told = "once Fake answers again (it has not since 14:00, and is asked at 14:02)."
    assert room.desk.why(6) == f"Goes out {told}"
    assert room.desk.why(1) == (
        f"Try 1 of 10 failed before anything was posted (502 Bad Gateway); the next one comes {told}"
    )


def test_it_is_asked_by_a_harmless_question_and_not_before_its_time(tmp_path):
    room = Room(tmp_path)
    room.fail()
    room.desk.go(seconds(119))
    room.ask()
    assert room.asked() == 0
    room.desk.go(seconds(1))
    room.ask(broken("still 502"))
    assert (room.asked(), room.desk.row().open_until - room.desk.clock.now()) == (1, minutes(4))
    assert room.desk.wire.calls.count("publish") == 5


@pytest.mark.parametrize(
    "answer",
    [Identity("1", "@fake"), Identity("1", "@fake", ("post",)), AuthFailed("401"), NotYet("429"), Rejected("404")],
)
def test_any_answer_lets_posts_through_and_the_alert_stays_until_one_is_out(tmp_path, answer):
    room = Room(tmp_path)
    room.fail()
    room.desk.go(minutes(2))
    room.ask(answer)
    assert room.desk.row().open_until is None
    assert room.desk.alerts() == ["network_failing"]
    room.desk.turn()
    assert (len(room.desk.wire.shown), room.desk.alerts(), room.desk.row().fails) == (1, [], 0)


def test_a_network_that_answers_questions_and_fails_posts_is_tried_less_and_less_often(tmp_path):
    room = Room(tmp_path)
    room.fail()
    room.desk.wire.say("publish", *[broken()] * 3)
    waits = []
    for _ in range(3):
        room.desk.go(room.desk.row().open_until - room.desk.clock.now())
        room.ask()
        room.desk.turn()
        waits.append(room.desk.row().open_until - room.desk.clock.now())
    assert waits == [minutes(4), minutes(8), minutes(15)]
    assert len([row for row in room.desk.log() if row["action"] == "alert.opened"]) == 1


def test_a_network_whose_failed_posts_are_gone_begins_anew(tmp_path):
    room = Room(tmp_path, replace(ONE, gap=seconds(0), expiry=minutes(5)))
    room.fail()
    room.desk.go(minutes(5))
    room.desk.ask(housekeeping.expire, room.desk.clock.now(), listed=["one"])
    assert room.desk.why(1).startswith("Could not go out by 14:05 (its network did not answer: 502 Bad Gateway)")
    room.ask()
    assert (room.desk.alerts(), room.desk.row().fails, room.desk.row().failing_since) == ([], 0, None)


@pytest.mark.parametrize("clear", [Rejected("too long"), NotYet("429", scope=Scope.DELIVERY), AuthFailed("401")])
def test_an_answer_of_whatever_kind_begins_the_count_anew(tmp_path, clear):
    room = Room(tmp_path)
    room.fail(4)
    room.desk.wire.say("publish", clear)
    room.desk.poll(article(9))
    room.desk.turn()
    assert room.desk.row().fails == 0


@pytest.mark.parametrize(
    ("how", "fails"),
    [
        (NotSent("502"), 1),
        (OutcomeUnknown("cut"), 1),
        (NotSent("the upload is gone", is_outage=False), 0),
        (OutcomeUnknown("a duplicate", is_outage=False), 0),
        (KeyError("a bug of ours"), 0),
    ],
)
def test_only_what_says_that_the_network_is_out_of_order_counts(tmp_path, how, fails):
    room = Room(tmp_path)
    room.fail(1, how)
    assert room.desk.row().fails == fails


def test_a_look_says_nothing_of_whether_posts_are_taken(tmp_path):
    room = Room(tmp_path)
    room.fail(1, OutcomeUnknown("cut"))
    room.desk.turn()  # found absent
    assert (room.desk.stands(), room.desk.row().fails) == (("due", "absent"), 1)


def test_two_channels_of_an_account_are_one_alert_that_ends_with_the_last(tmp_path):
    room = Room(tmp_path, replace(ONE, gap=seconds(0)), replace(TWO, gap=seconds(0)))
    room.desk.wire.say("publish", *[broken()] * 10)
    room.desk.poll(*(article(n) for n in range(1, 6)))
    for who in ("one", "two"):
        for _ in range(5):
            room.desk.turn(who)
    assert room.desk.alerts() == ["network_failing"]
    room.desk.go(minutes(2))
    room.ask()
    room.desk.turn("one")
    assert room.desk.alerts() == ["network_failing"]
    room.desk.turn("two")
    assert room.desk.alerts() == []


def test_a_start_asks_at_once(tmp_path):
    room = Room(tmp_path)
    room.fail()
    room.desk.ask(accounts.set_up, [], [ONE])
    room.ask()
    assert (room.asked(), room.desk.row().open_until) == (1, None)


def test_a_channel_no_longer_listed_is_not_asked_about(tmp_path):
    room = Room(tmp_path)
    room.fail()
    room.desk.go(timedelta(hours=1))
    room.desk.channels.clear()
    room.ask()
    assert room.asked() == 0
    assert room.desk.ask(lambda db: db.scalar(sa.select(channel.c.open_until))) is not None

"""Alerts are told once when they begin and once when they are over, to every sink, until it took them."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa
import structlog

from bot.actions import deliveries as verbs
from bot.alerts.errands import Errands
from bot.alerts.telling import Alerts, Witnesses
from bot.model import Reason, State
from bot.rules.alerts import Cause
from bot.store import schema, telling
from bot.store.alerts import tell_anew
from bot.store.telling import deaf
from tests.unit.alerts.room import Night, Scripted
from tests.unit.engine import article

NOTE = "courier.example/log\n812\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— courier.example/log Az3grlgtzPIC\n"


@pytest.fixture
def night(tmp_path):
    return Night(tmp_path)


def test_an_alert_is_told_once_when_it_begins_and_once_when_it_is_over(night):
    night.desk.poll(article())
    night.desk.change(1, state=State.HELD, reason=Reason.REFUSED, detail="policy")
    night.tick()
    night.tick(1)
    assert night.logged() == ["alert opened"]
    night.desk.act(verbs.release(night.desk.room(), 1))
    night.tick(11)
    night.tick(1)
    assert night.logged() == ["alert closed"]
    assert night.sink.subjects() == ["a post is held", "the post is decided"]


def test_a_storm_of_one_cause_is_one_message_and_its_stragglers_are_the_next(night):
    for n in range(30):
        night.open(f"source:{n}")
    night.tick()
    for n in range(30, 40):
        night.open(f"source:{n}")
        night.tick(0.5)
    night.tick(6)
    for n in range(40):
        night.close(f"source:{n}")
    night.tick(10)
    assert night.sink.subjects() == [
        "30 feeds cannot be read",
        "10 feeds cannot be read",
        "40 feeds can be read again",
    ]


def witnessed(night, *sinks):
    return Witnesses(night.desk.store, night.clock, newsroom="Paper", sinks=[each.name for each in sinks])


def test_a_checkpoint_is_told_whole_to_witnesses_alone_until_they_took_it(tmp_path):
    keeps, other = Scripted("channel chat"), Scripted("command page")
    night, keeps.fails = Night(tmp_path, keeps, other), "down"
    night.desk.act(witnessed(night, keeps)(NOTE))
    night.open()
    night.tick()
    assert [each.cause for each in other.heard] == [Cause.SOURCE_FAILING]
    assert night.desk.ask(deaf, [keeps.name])[0].why == "down"
    keeps.fails = ""
    night.tick(1)
    night.tick(1)
    told = {each.subject: each for each in keeps.heard}
    assert sorted(told) == [
        "Paper: checkpoint of the audit log, 812 rows",
        "The Steppe Courier: feed main cannot be read",
    ]
    said = told["Paper: checkpoint of the audit log, 812 rows"]
    assert (f"{said.text}\n", said.cause, said.is_over) == (NOTE, None, False)
    assert len(keeps.heard) == 2
    assert night.logged() == ["alert opened", "alert sink failed", "alert sink hears again"]


def test_a_checkpoint_keeps_no_alert_from_being_told(night):
    night.desk.act(witnessed(night, night.sink)(NOTE))
    night.tick()
    night.open()
    night.tick(1)
    assert night.sink.subjects() == ["checkpoint of the audit log, 812 rows", "feed main cannot be read"]


def test_a_database_that_refuses_a_checkpoint_s_message_does_not_stop_the_sealer(night):
    with night.desk.engine.begin() as db:
        db.exec_driver_sql("DROP TABLE alert_told")
    with structlog.testing.capture_logs() as lines:
        night.desk.act(witnessed(night, night.sink)(NOTE))
    assert [each["event"] for each in lines] == ["checkpoint not handed on"]


def test_what_comes_back_before_its_end_was_told_is_the_same_alert(night):
    night.open()
    night.tick()
    for _ in range(3):
        night.close()
        night.tick(9)
        night.open()
        night.tick(9)
    night.close()
    night.tick(39)
    assert night.sink.subjects() == ["feed main cannot be read"]
    night.tick(1 + 40)
    assert night.sink.subjects() == ["feed main cannot be read", "feed main can be read again"]
    assert "it came and went 4 times" in night.sink.heard[-1].text


@pytest.mark.parametrize("minutes", [5, 15, 45, 120])
def test_a_week_of_flapping_is_a_handful_of_messages(night, minutes):
    for n in range(7 * 24 * 60 // minutes):
        (night.open if n % 2 == 0 else night.close)()
        for _ in range(-(-minutes // 30)):  # housekeeping comes more often; nothing depends on it
            night.tick(minutes / -(-minutes // 30))
    night.close()
    night.tick(300)
    entries = night.sink.subjects().count("feed main cannot be read")
    assert entries == night.sink.subjects().count("feed main can be read again")
    assert 1 <= entries <= 5


def test_what_was_refused_again_after_a_person_let_it_go_is_told_again(night):
    night.desk.poll(article())
    for n in range(2):
        night.desk.change(1, state=State.HELD, reason=Reason.REFUSED, detail=f"policy {n}")
        night.tick(11)
        night.desk.act(verbs.release(night.desk.room(), 1))
        night.tick(11)
    assert night.sink.subjects() == ["a post is held", "the post is decided"] * 2


def test_what_was_refused_again_within_a_minute_is_told_again_too(night):
    night.open("delivery:1", Cause.DELIVERY_HELD)
    night.tick()
    night.close("delivery:1", Cause.DELIVERY_HELD)
    night.open("delivery:1", Cause.DELIVERY_HELD, "refused again")
    night.tick(11)
    assert sorted(night.sink.subjects()) == ["a post is held", "a post is held", "the post is decided"]


def test_what_stands_otherwise_than_told_is_told_anew_and_over_once(night):
    for what in ("14 days", "14 days", "3 days", "1 day"):
        night.desk.ask(tell_anew, Cause.ACCESS_ENDS, "account:fb", night.clock.now(), what=what)
        night.tick(30)
    night.close("account:fb", Cause.ACCESS_ENDS)
    night.tick(300)
    assert [each.is_over for each in night.sink.heard] == [False, False, False, True]


def test_what_a_sink_lacks_comes_as_soon_as_it_takes_something(night):
    night.sink.fails = "it answered 500"
    night.open()
    for minutes in (0, 1, 2, 4, 8):
        night.tick(minutes)  # the next try would be in a quarter of an hour
    night.sink.fails = ""
    night.open("disk", Cause.DISK_LOW)
    night.tick(1)
    night.tick(1)
    assert night.sink.subjects() == ["the disk is nearly full", "feed main cannot be read"]


def test_a_sink_that_takes_nothing_is_told_again_for_a_day_and_logged_once(night):
    night.sink.fails = "it answered 500"
    night.open()
    for _ in range(30):
        night.tick(60)
    assert night.logged() == ["alert opened", "alert sink failed"]
    assert 20 <= night.sink.tried <= 24
    (lacking,) = night.desk.ask(deaf, [night.sink.name])
    assert (lacking.why, lacking.waiting, lacking.given_up) == ("it answered 500", 0, 1)


def test_a_sink_that_hears_again_gets_all_it_lacks_with_the_names_they_had(night):
    other = Scripted("command page")
    night.sinks = (night.sink, other)
    night.sinks[0].fails = "it answered 500"
    night.open()
    night.tick()
    night.open("disk", Cause.DISK_LOW)
    night.tick(30)
    night.sinks[0].fails = ""
    night.tick(60)
    night.tick(1)
    assert [each.name for each in night.sinks[0].heard] == [each.name for each in other.heard]
    assert len({each.name for each in other.heard}) == 2
    assert night.logged() == ["alert opened", "alert sink failed", "alert opened", "alert sink hears again"]
    assert night.desk.ask(deaf, [night.sinks[0].name]) == []


def test_what_a_crash_kept_from_being_struck_off_is_told_again_rather_than_never(night):
    night.open()

    async def crash():
        raise KeyboardInterrupt

    night.sink.then = crash
    with pytest.raises(KeyboardInterrupt):
        night.tick()
    night.sink.then = None
    night.tick(1)
    night.tick(1)
    assert night.sink.subjects() == ["feed main cannot be read"]


def test_a_restart_tells_nothing_anew(night):
    night.open()
    for _ in range(5):
        night.tick(15)  # each by another daemon
    assert len(night.sink.heard) == 1


def test_a_sink_that_hangs_holds_up_neither_the_tick_nor_another_sink(tmp_path):
    hangs, hears = Scripted("webhook slow.example"), Scripted("command page")
    night = Night(tmp_path, hangs, hears)

    async def run():
        forever = asyncio.Event()
        hangs.then = forever.wait
        async with Errands() as errands:
            alerts = Alerts(night.desk.store, night.clock, night.desk.policy, sinks=night.sinks, errands=errands)
            await alerts.tell_new()
            for _ in range(20):
                await asyncio.sleep(0)
            assert len(hears.heard) == 1
            night.open("disk", Cause.DISK_LOW)
            await alerts.tell_new()  # the slow one is still at it: it is not told beside itself
            for _ in range(20):
                await asyncio.sleep(0)
            assert (hangs.tried, len(hears.heard)) == (1, 2)
            await errands.stop(0)

    night.open()
    with structlog.testing.capture_logs():
        asyncio.run(run())


def test_a_sink_that_breaks_is_a_sink_that_did_not_hear(night):
    async def broken():
        raise RuntimeError("boo")

    night.sink.then = broken
    night.open()
    night.tick()
    assert night.logged() == ["alert opened", "alert sink broke", "alert sink failed"]
    night.sink.then = None
    night.tick(1)
    assert len(night.sink.heard) == 1


def test_a_sink_that_is_new_hears_what_comes_from_now_on(night):
    night.open()
    night.tick()
    night.sinks = (Scripted("command page"),)
    night.open("disk", Cause.DISK_LOW)
    night.tick(1)
    assert night.sink.subjects() == ["the disk is nearly full"]


def test_what_is_over_and_told_is_forgotten_after_a_month_and_what_is_open_is_not(night):
    def rows(table):
        return night.desk.ask(lambda db: db.scalar(sa.select(sa.func.count()).select_from(table)))

    night.open()
    night.open("disk", Cause.DISK_LOW)
    night.tick()
    night.close("disk", Cause.DISK_LOW)
    night.tick(10)
    night.clock.go(timedelta(days=31))
    night.desk.ask(telling.prune, night.clock.now())
    night.tick()
    assert (rows(schema.alert), rows(schema.alert_told), len(night.sink.heard)) == (1, 0, 3)

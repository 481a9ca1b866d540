"""What is wrong without one change that says so is noticed, told since when, and over when it is over."""

import asyncio
from collections import namedtuple
from dataclasses import replace
from datetime import time, timedelta
from email.utils import format_datetime

import pytest

from adapters.contract import AuthFailed, NotYet, OutcomeUnknown, Receipt, Scope
from bot.actions import deliveries as verbs
from bot.actions import newsroom
from bot.alerts.watch import Senses, Watch, Watched, stages
from bot.model import Account, Reason, State
from bot.rules.alerts import Cause
from bot.rules.skew import Skew
from bot.store import alerts, checkpoints, sources, waking
from bot.store.accounts import keep_session
from tests.unit.engine import MAIN, ONE, Desk, Fake, Renewing, article, minutes
from tests.unit.test_sealing import KEY

Disk = namedtuple("Disk", "total free")
GB = 10**9


class Room:
    """A desk that is watched."""

    def __init__(self, folder, *channels, disk=None, skew=None, days=(14, 3, 1), **more):
        self.desk = Desk(folder, *(channels or (ONE,)))
        listed = tuple(self.desk.channels.values())
        watched = Watched(sources=["main"], channels=listed, stages={"acme": days}, **more)
        senses = Senses(disk=disk, skew=skew)
        self.watch = Watch(self.desk.store, self.desk.clock, self.desk.policy, watched=watched, senses=senses)

    def look(self, after=0.0):
        self.desk.go(timedelta(minutes=after))
        asyncio.run(self.watch.look())
        return {each.cause: each for each in self.desk.ask(alerts.open_alerts)}


@pytest.fixture
def room(tmp_path):
    return Room(tmp_path)


def test_a_post_of_which_nobody_knows_for_long_is_told(room):
    room.desk.poll(article())
    room.desk.change(
        1, state=State.UNKNOWN, reason=Reason.LOOK_AGAIN, detail="503", intent_at=room.desk.clock.now()
    )  # fmt: skip
    assert room.look(14) == {}
    told = room.look(1)[Cause.DELIVERY_WAITS]
    assert told.what == "“Port 1 wins a loan of 101 million” may or may not be out on one, and we cannot tell yet: 503"
    room.desk.change(1, state=State.DONE, reason=Reason.FOUND)
    assert room.look() == {}


def test_a_film_at_work_is_told_late_and_as_what_it_is(room):
    began = room.desk.clock.now()
    room.desk.poll(article())
    room.desk.change(1, state=State.UNKNOWN, reason=Reason.WORKED_ON, detail="not processed yet", intent_at=began)
    assert room.look(119) == {}
    told = room.look(1)[Cause.DELIVERY_WAITS]
    assert told.what == (
        "the network of one has all of “Port 1 wins a loan of 101 million” and is still at work on it: not processed"
        " yet; we go on asking, and you need do nothing before we say so"
    )
    assert told.opened_at == began


def test_a_post_nobody_can_look_for_without_access_is_no_alert_beside_that_of_its_account(room):
    desk = room.desk
    desk.poll(article())
    desk.wire.say("publish", OutcomeUnknown("read timeout"))
    desk.wire.say("find", AuthFailed("dead token", scope=Scope.ACCOUNT), Receipt("7"))
    desk.turn()
    desk.turn()
    assert {each.scope for each in room.look(60).values()} == {"account:acme"}
    assert not desk.turn(), "it is not looked for again before the account answers"
    desk.ask(waking.start, Scope.ACCOUNT, "acme", desk.clock.now(), listed=["one"], actor="cli:dana")
    assert desk.turn()
    assert desk.stands() == ("done", "found")
    assert room.look() == {}


def test_a_post_nobody_approves_is_told_when_half_of_its_time_is_over(room):
    room.desk.poll(article())
    expires = room.desk.clock.now() + minutes(120)
    room.desk.change(1, state=State.HELD, reason=Reason.APPROVAL, expires_at=expires)
    assert room.look(59) == {}
    assert room.look(1)[Cause.DELIVERY_WAITS].scope == "delivery:1"


def test_a_post_its_network_keeps_waiting_for_longer_than_it_has_is_told_until_it_may_go(room):
    room.desk.poll(article(1), article(2))
    room.desk.wire.say("publish", NotYet("quota is gone", scope=Scope.ACCOUNT, retry_after=minutes(400)))
    room.desk.turn()
    assert set(room.look()) == {Cause.DELIVERY_WAITS}
    said = "“Port {} wins a loan of 10{} million” cannot go out on one in time, as its network asked us to wait"
    told = {each.what for each in room.desk.ask(alerts.open_alerts)}
    assert told == {f"{said.format(2, 2)}: quota is gone", said.format(1, 1)}
    room.desk.act(verbs.cancel(room.desk.room(), 1))
    room.desk.act(verbs.cancel(room.desk.room(), 2))
    assert room.look() == {}


def seal(room):
    return room.desk.ask(checkpoints.extend, KEY, room.desk.clock.now(), most=1000)


def test_a_log_that_is_not_sealed_for_long_is_told_until_it_is(tmp_path):
    room = Room(tmp_path, is_sealed=True)
    room.desk.ask(sources.read_failed, MAIN, room.desk.clock.now(), why="503")
    assert room.look(120) == {}
    told = room.look(1)[Cause.CHECKPOINT_OLD]
    assert (told.scope, told.what, told.opened_at) == ("audit", "it never was", room.desk.clock.now() - minutes(121))
    assert seal(room)
    assert room.look() == {}
    room.desk.ask(sources.read_failed, MAIN, room.desk.clock.now(), why="404")
    assert room.look(121)[Cause.CHECKPOINT_OLD].what == "the last checkpoint is of 25 November, 16:01"


def test_a_log_without_news_is_never_old(tmp_path):
    room = Room(tmp_path, is_sealed=True)
    room.look()
    seal(room)
    assert room.look(60 * 24) == {}


def test_without_a_key_no_log_is_old(room):
    room.desk.ask(sources.read_failed, MAIN, room.desk.clock.now(), why="503")
    assert room.look(121) == {}


def test_a_log_that_is_not_what_it_was_is_no_second_alert_and_ends_none(tmp_path):
    room = Room(tmp_path, is_sealed=True)
    room.desk.ask(sources.read_failed, MAIN, room.desk.clock.now(), why="503")
    broken = Cause.AUDIT_BROKEN, "audit"
    room.desk.ask(alerts.open_alert, *broken, room.desk.clock.now(), what="row 3 is missing")
    assert set(room.look(121)) == {Cause.AUDIT_BROKEN}
    room.desk.ask(alerts.close_alert, *broken, room.desk.clock.now())
    assert set(room.look()) == {Cause.CHECKPOINT_OLD}
    room.desk.ask(alerts.open_alert, *broken, room.desk.clock.now(), what="row 3 is missing")
    seal(room)
    room.desk.ask(alerts.open_alert, *broken, room.desk.clock.now(), what="row 3 is missing")
    assert Cause.CHECKPOINT_OLD in room.look(), "nobody is told that it is sealed again while it is not"


@pytest.mark.parametrize(("count", "hours", "is_told"), [(3, 3, True), (2, 3, False), (3, 2.9, False), (3, 60, True)])
def test_stories_that_wait_while_nothing_goes_out_are_told(room, count, hours, is_told):
    room.desk.publish(article(99))
    room.desk.go(minutes(300))
    began = room.desk.clock.now()
    room.desk.poll(*(article(n, published=began) for n in range(count)))
    told = room.look(60 * hours).get(Cause.NOTHING_POSTED)
    assert (told is not None) is is_told
    if told:
        assert (told.what, told.opened_at) == ("3 stories have come, and no channel has posted one since", began)


def test_one_post_that_goes_out_is_a_sign_that_all_do(room):
    room.desk.poll(*(article(n) for n in range(3)))
    assert Cause.NOTHING_POSTED in room.look(200)
    room.desk.turn()
    assert Cause.NOTHING_POSTED not in room.look(1)


def test_a_change_of_an_older_post_is_no_sign_that_stories_go_out(room):
    room.desk.publish(article(99))
    room.desk.go(minutes(300))
    room.desk.poll(*(article(n, published=room.desk.clock.now()) for n in range(3)))
    room.desk.act(verbs.edit_post(room.desk.room(), 1, "By hand."))
    room.desk.change(5, state=State.DONE, reason=Reason.SENT)
    assert Cause.NOTHING_POSTED in room.look(200)


@pytest.mark.parametrize("why", ["paused", "quiet", "capped"])
def test_a_channel_that_need_not_post_raises_no_alert(tmp_path, why):
    quiet = (time(13), time(18)) if why == "quiet" else None
    room = Room(tmp_path, replace(ONE, quiet_hours=quiet, max_per_day=1 if why == "capped" else None))
    if why == "paused":
        room.desk.act(newsroom.pause(room.desk.room(), "one", until=None))
    if why == "capped":
        room.desk.publish(article(99))
    room.desk.poll(*(article(n, published=room.desk.clock.now()) for n in range(5)))
    assert Cause.NOTHING_POSTED not in room.look(240)


@pytest.mark.parametrize(
    ("free", "total", "is_told"),
    [(499 * 10**6, 10 * GB, True), (501 * 10**6, 10 * GB, False), (1 * GB, 100 * GB, True), (3 * GB, 100 * GB, False)],
)
def test_a_disk_is_low_below_500_mb_or_2_percent(tmp_path, free, total, is_told):
    now = Disk(total, free)
    room = Room(tmp_path, disk=lambda: now)
    assert (Cause.DISK_LOW in room.look()) is is_told
    now = Disk(total, total)
    assert room.look() == {}


def test_a_clock_that_differs_from_all_others_is_told_until_it_is_right(tmp_path):
    skew = Skew()
    room = Room(tmp_path, skew=skew)

    def hear(seconds):
        at = room.desk.clock.now()
        for host in ("feed", "network"):
            skew.hear(host, {"date": format_datetime(at + timedelta(seconds=seconds), usegmt=True)}, at)

    hear(3600)
    assert room.look()[Cause.CLOCK_OFF].what.startswith("it is 1 hour behind the clocks")
    assert Cause.CLOCK_OFF in room.look(90), "who hears nobody knows nothing new"
    hear(0)
    assert room.look() == {}
    hear(-61)
    assert "ahead of" in room.look()[Cause.CLOCK_OFF].what


def test_access_that_ends_is_told_14_3_and_1_days_before_and_when_it_ended(room):
    def until(days):
        at = room.desk.clock.now() + timedelta(days=days)
        room.desk.ask(keep_session, "acme", b"", room.desk.clock.now(), expires_at=at)

    until(20)
    assert room.look() == {}
    words = []
    for _ in range(22 * 4):
        found = room.look(6 * 60).get(Cause.ACCESS_ENDS)
        if found and found.what not in words:
            words.append(found.what)
    assert [each.rpartition(", ")[2] for each in words] == ["within 14 days", "within 3 days", "within 1 day", "14:00"]
    assert sum(row["action"] == "alert.opened" for row in room.desk.log()) == 4
    until(60)
    assert room.look() == {}


def test_what_we_renew_ourselves_is_told_only_where_that_was_not_done():
    accounts = [Account(id="plain", network="fake"), Account(id="short", network="renewing")]
    assert stages(accounts, {"fake": Fake, "renewing": Renewing}) == {"plain": (14, 3, 1), "short": ()}


def _hourly(room, days):
    """A story each hour of the day, by the newsroom's clock from 8 to 22."""
    last = article(9000)
    for hour in range(days * 24):
        room.desk.go(minutes(60))
        if 8 <= (room.desk.clock.now() + minutes(300)).hour < 22:
            room.desk.poll(newest := article(hour, published=room.desk.clock.now()), last)
            last = newest
        else:
            room.desk.ask(sources.read_ok, MAIN, room.desk.clock.now(), kept=None)


def test_a_feed_that_is_silent_against_its_habit_is_told_once_until_it_speaks(room):
    _hourly(room, 15)
    assert Cause.SOURCE_SILENT not in room.look()
    silent_since = None
    for half in range(80):
        found = room.look(30)
        if Cause.SOURCE_SILENT in found:
            silent_since = half
            break
    assert silent_since is not None
    assert 8 <= (room.desk.clock.now() + minutes(300)).hour < 22
    for _ in range(40):
        assert Cause.SOURCE_SILENT in room.look(24 * 60), "what is expected fades, the alert does not"
    room.desk.poll(article(9999, published=room.desk.clock.now()))
    assert Cause.SOURCE_SILENT not in room.look(20)

"""What doctor says of a newsroom: when each thing was last well, and what to do where it is not."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from functools import partial
from types import SimpleNamespace

import pytest

from adapters.contract import Api, Identity, Rate, Receipt, Scope, Used
from bot.actions import access
from bot.actions.access import Standing
from bot.commands import findings, machine, show, standing
from bot.commands.barrier import DEGRADED
from bot.commands.checking import check
from bot.commands.doctor import api, doctor, feed, log, waiting
from bot.commands.findings import Finding, Report, look_at_channels, look_at_films, look_at_sinks
from bot.commands.standing import account, began, caps, consent, counts, drafts, quota, renewal, unnamed
from bot.delivery.composing import Composer
from bot.media.film import MISSING
from bot.model import State
from bot.networks import adapters
from bot.rules.alert_words import Words
from bot.rules.pace import Pace
from bot.rules.skew import Skew
from bot.store import figures, telling
from bot.store.figures import AccountSeen, Figures, Growth, SourceSeen
from config.alerts import SinkSettings
from tests.unit.engine import MAIN, NOW, ONE, POLICY, Album, Desk, article, hours, minutes

ZONE = "Asia/Almaty"
SEEN = SourceSeen("main", NOW - minutes(1), NOW - minutes(30), NOW + minutes(1), None, "")
NONE = Figures({}, None, (), (), {}, {}, None, None)
FINE = Finding("account", "tg: is @courier_bot")
DAY = timedelta(days=1)
FILMS = """\
newsroom: {name: The Courier, zone: Asia/Almaty}
sources: {main: {url: "https://courier.example/feed"}}
accounts: {yt: {network: youtube, credentials: {client_id: ID, client_secret: SECRET}}}
channels: {yt: {account: yt, form: video}}
"""


def say(seen, is_at_work=True):
    return feed(MAIN, seen, NOW, zone=ZONE, is_at_work=is_at_work)


def test_a_feed_tells_when_it_was_read_brought_news_and_is_asked_again():
    assert say(SEEN) == Finding("feed", "main: read at 13:59, last new story at 13:30; it is asked again at 14:01")


def test_a_feed_of_another_day_is_told_with_its_day():
    told = say(replace(SEEN, polled_at=NOW - 2 * DAY, last_new_at=None), is_at_work=False)
    assert told == Finding(
        "feed", "main: read on 23 November, 14:00, no new story yet; it is asked again once the daemon is at work"
    )


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (None, "main: was never read; `jarshy run` or `jarshy once` reads it"),
        (replace(SEEN, polled_at=None), "main: was never read; `jarshy run` or `jarshy once` reads it"),
        (
            replace(SEEN, failing_since=NOW - minutes(20), failing_why="courier.example answered 404"),
            "main: fails since 25 November, 13:40: courier.example answered 404; it is asked again at 14:01; "
            "open its address in a browser",
        ),
        (
            replace(SEEN, next_poll_at=NOW - minutes(6)),
            "main: read at 13:59, last new story at 13:30; it should have been asked at 13:54: see the daemon's log",
        ),
    ],
)
def test_a_feed_that_does_not_serve_says_since_when_and_what_to_do(seen, said):
    assert say(seen) == Finding("feed", said, DEGRADED)


def test_an_account_tells_how_long_its_session_lives():
    told = account(
        FINE, AccountSeen("tg", NOW + 12 * DAY + hours(1), None, ""), NOW, zone=ZONE, renews="is renewed by itself"
    )
    assert told.said == "tg: is @courier_bot; its session lives 12 days and is renewed by itself"
    assert (
        account(FINE, AccountSeen("tg", NOW - hours(1), None, ""), NOW, zone=ZONE, renews="is renewed by itself")
        == FINE
    )
    assert account(FINE, None, NOW, zone=ZONE, renews="is renewed by itself") == FINE


def test_an_account_nobody_renews_tells_until_when_its_access_lasts():
    told = account(FINE, AccountSeen("tg", NOW + 12 * DAY, None, ""), NOW, zone=ZONE, renews="")
    assert told == replace(FINE, said="tg: is @courier_bot; its access lasts until 7 December, 14:00, for 12 days more")


def left(rates, sent, of_app):
    def counted(rate):
        return of_app if rate.scope is Scope.APP else sent

    return quota(replace(ONE, rates=rates), counted, NOW, zone=ZONE)


def test_an_account_tells_what_is_left_of_a_day():
    rates = (Rate(100, DAY), Rate(500, DAY, Scope.APP), Rate(6, minutes(1)))
    assert left(rates, 3, of_app=9) == "; 97 of 100 posts of 24 hours are left"
    assert left(rates, 3, of_app=450) == "; 50 of 500 posts of 24 hours are left"
    assert left(rates[2:], 3, of_app=3) == ""


def test_a_day_of_the_calendar_begins_at_its_networks_midnight():
    rate = Rate(100, DAY, Scope.APP, day_of="America/Los_Angeles")
    assert left((rate,), 0, of_app=9) == "; 91 of 100 posts are left of its day, which ends on 26 November, 13:00"
    assert began(rate, NOW) == NOW - hours(1), "at 14:00 in Almaty it is 01:00 there"
    assert began(rate, NOW - hours(2)) == NOW - hours(25)
    assert began(Rate(100, DAY), NOW) == NOW - DAY


def test_what_the_network_counts_itself_is_told_as_its_word():
    said = counts(Standing(Used(4, 250, DAY)), "Threads")
    assert said == "; 246 of 250 posts of 24 hours are left, as Threads counts them"
    assert counts(Standing(untold="502"), "Threads") == "; how much is left of its limit was not told: 502"
    assert counts(Standing(), "Telegram") == ""


def test_where_calls_are_counted_posts_are_not_called_what_is_left():
    rates = (Rate(100, DAY, day_of="UTC", counts="calls"), Rate(500, DAY, Scope.APP, day_of="UTC", counts="calls"))
    assert left(rates, 3, of_app=3) == (
        "; 3 tries to post or change something since 25 November, 05:00; its network takes 100 calls a day, "
        "of which each try needs one or more, "
        "and does not tell how many are left"
    )


def test_a_share_of_calls_is_told_as_the_networks_word():
    assert counts(Standing(share=33.0), "Facebook") == "; 33 % of its quota is used, as Facebook counts them"


@pytest.mark.parametrize(
    ("came", "said"),
    [
        (0, "; of drafts 5 may wait in its app"),
        (4, "; of drafts 5 may wait in its app, and 4 came in 24 hours: publish or delete there what still waits"),
        (5, "and 5 came in 24 hours: publish or delete there what still waits, or it takes no more"),
    ],
)
def test_drafts_that_may_wait_in_an_app_are_told_before_it_takes_no_more(came, said):
    assert said in drafts(came, Rate(5, DAY))


def test_a_limit_without_a_number_is_told_with_what_was_sent():
    assert unnamed(1, "Fake") == "; 1 try to post in 24 hours, and Fake names no number of those it takes"


def test_drafts_that_came_lately_are_counted_by_account(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article(1), article(2), article(3))
    for n, is_draft in ((1, True), (2, True), (3, False)):
        desk.change(n, state=State.DONE, receipt=Receipt(f"{n}", is_draft=is_draft))
    assert desk.ask(figures.drafts_since, ["one"], NOW - DAY) == 2
    assert desk.ask(figures.drafts_since, ["one"], NOW + DAY) == 0
    assert desk.ask(figures.drafts_since, ["two"], NOW - DAY) == 0


def test_what_the_settings_allow_of_a_day_is_told_by_channel():
    capped = [replace(ONE, max_per_day=30), replace(ONE, id="two", max_per_day=5), replace(ONE, id="three")]
    paces = {"one": Pace(day="2026-11-25", sent_today=3), "two": Pace(day="2026-11-24", sent_today=5)}
    said = "; 27 of 30 posts of today are left on one; 5 of 5 posts of today are left on two"
    assert caps(capped, paces, NOW, zone=ZONE) == said


@pytest.mark.parametrize(
    ("left", "said", "code"),
    [
        (365 * DAY, "its consent ends on 25 November 2027, in 365 days", 0),
        (30 * DAY, "its consent ends on 25 December 2026, in 30 days: `jarshy auth tok` asks its owner anew", DEGRADED),
    ],
)
def test_a_consent_that_ends_is_told_in_days_and_in_time(left, said, code):
    told = consent(FINE, Standing(renews_until=NOW + left), NOW, zone=ZONE, account="tok")
    assert told == replace(FINE, said=f"tg: is @courier_bot; {said}", code=code)
    assert consent(FINE, Standing(), NOW, zone=ZONE, account="tok") == FINE


def test_what_was_sent_lately_is_counted_by_account(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.turn()
    assert desk.ask(figures.sent_since, NOW - DAY) == {"acme": 1}
    assert desk.ask(figures.sent_since, NOW + DAY) == {}


def test_an_account_that_is_stopped_is_not_well_though_it_answers():
    told = account(FINE, AccountSeen("tg", None, NOW - hours(2), "403 Forbidden"), NOW, zone=ZONE, renews="")
    assert told.code == DEGRADED
    assert "sends nothing since 25 November, 12:00 (403 Forbidden); we ask again by ourselves" in told.said


def test_what_waits_in_good_order_is_well():
    counts = {("one", State.DUE): 2, ("two", State.DUE): 1, ("one", State.HELD): 1, ("one", State.DONE): 7}
    told = waiting(replace(NONE, deliveries=counts, oldest=NOW - minutes(3)), NOW, zone=ZONE)
    said = "3 wait, the oldest due since 25 November, 13:57; 1 need a person; 7 done in 24 hours"
    assert told == Finding("posts", said)


def test_what_networks_work_on_is_well():
    told = waiting(replace(NONE, deliveries={("one", State.UNKNOWN): 2}, at_work=2), NOW, zone=ZONE)
    assert told == Finding(
        "posts", "0 wait; 0 need a person; 0 done in 24 hours; 2 are at their networks, which work on them"
    )


@pytest.mark.parametrize(
    ("counts", "oldest", "said"),
    [
        ({("one", State.UNKNOWN): 2}, None, "2 may be out or not, and are looked for: `jarshy queue` names them"),
        ({("one", State.DUE): 1}, NOW - minutes(31), "`jarshy queue` says what holds it back"),
    ],
)
def test_what_is_in_doubt_or_stuck_is_not_well(counts, oldest, said):
    told = waiting(replace(NONE, deliveries=counts, oldest=oldest), NOW, zone=ZONE)
    assert told.code == DEGRADED
    assert said in told.said


@pytest.mark.parametrize(
    ("sealed", "unsealed", "has_key", "said", "code"),
    [
        (None, minutes(9), True, "never sealed; rows since 25 November, 13:51 are not yet; the daemon seals", 0),
        (minutes(300), None, True, "the audit log was last sealed at 09:00, and no row waits", 0),
        (minutes(90), minutes(65), True, "last sealed at 12:30; rows since 25 November, 12:55 are not yet", 0),
        (minutes(90), minutes(66), True, "rows since 25 November, 12:54 are not: the daemon seals", DEGRADED),
        (None, hours(30), True, "never sealed; rows since 24 November, 08:00 are not: the daemon", DEGRADED),
        (None, hours(30), False, "never sealed; rows since 24 November, 08:00 are not", 0),
    ],
)
def test_the_log_says_when_it_was_sealed_and_what_waits_too_long(sealed, unsealed, has_key, said, code):
    seen = replace(NONE, checkpoint_at=sealed and NOW - sealed, unsealed_since=unsealed and NOW - unsealed)
    told = log(seen, NOW, zone=ZONE, has_key=has_key)
    assert (said in told.said, told.code) == (True, code)


def test_the_growth_of_a_week_is_what_came_in_it(tmp_path):
    desk = Desk(tmp_path)
    before = desk.ask(figures.growth, NOW - 7 * DAY)
    desk.go(10 * DAY)
    desk.publish(article(1), article(2))
    now = desk.clock.now()
    after = desk.ask(figures.growth, now - 7 * DAY)
    every = len(desk.log())
    assert (before.rows, before.since) == (every - after.since, every - after.since)
    assert (after.rows, after.began) == (every, NOW)
    assert after.since > 0
    assert desk.ask(figures.growth, now + DAY).since == 0


@pytest.mark.parametrize(
    ("grown", "days", "said"),
    [
        (Growth(1000, 700, NOW - 30 * DAY), 100, "it grows by 100 KB a day, full in 100 days"),
        (Growth(1000, 1000, NOW - 2 * DAY), 20, "it grows by 500 KB a day, full in 20 days"),
        (Growth(1000, 7, NOW - 30 * DAY), 10_000, "it grows by 1.0 KB a day, that lasts for more than ten years"),
        (Growth(1000, 1000, NOW - hours(2)), None, "how fast it grows shows after a day"),
        (Growth(0, 0, None), None, "how fast it grows shows after a day"),
    ],
)
def test_the_days_until_the_disk_is_full_follow_from_what_came_lately(grown, days, said):
    assert machine._until_full(1_000_000, grown, 10_000_000, NOW) == (days, said)


def test_a_way_that_does_not_take_alerts_is_told_as_in_the_queue(tmp_path):
    desk = Desk(tmp_path)
    settings = SimpleNamespace(
        alerts=[SinkSettings(kind="command", name=f"command {name}") for name in ("page", "log")]
    )
    desk.ask(telling.write_checkpoint, NOW, sinks=["command page"], said=Words("subject", "text"), name="msg_1")
    (message,) = desk.ask(telling.write_news, NOW, sinks=["command page"], write=str, name=str)
    desk.ask(telling.was_not_heard, message, NOW, why="page ended with 1")
    report = Report(None)
    desk.act(look_at_sinks(SimpleNamespace(settings=settings, store=desk.store, zone=ZONE), report))
    (lacks,) = desk.ask(telling.deaf, ["command page"])
    assert report.found == [
        Finding("alerts", f"to {show.deafness(lacks, ZONE)}", DEGRADED),
        Finding("alerts", "to command log"),
    ]
    assert "command page do not arrive: page ended with 1 (since 25 November, 14:00; 1 waiting)" in report.found[0].said


@pytest.mark.parametrize("free", [40_000_000, 900_000_000])
def test_a_disk_that_is_nearly_full_is_told(tmp_path, monkeypatch, free):
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda path: SimpleNamespace(free=free))
    desk = Desk(tmp_path)
    settings = SimpleNamespace(store=tmp_path / "jarshy.db", beside=tmp_path)
    office = SimpleNamespace(settings=settings, store=desk.store, clock=desk.clock)
    told = desk.act(machine.disk(office))
    assert told.code == (1 if free < 50_000_000 else DEGRADED)
    assert "free some space" in told.said


@pytest.mark.parametrize(
    ("offs", "said", "code"),
    [
        ((), "no network told the time, so this machine's clock was not compared", 0),
        ((0, 1, 2), "agrees with the networks'", 0),
        ((0, 0, 3600), "agrees with the networks'", 0),
        ((3600, 3600, 0), "behind the networks' clocks", DEGRADED),
        ((-90,), "ahead of the networks' clocks", DEGRADED),
    ],
)
def test_the_clock_is_judged_by_what_most_networks_say(offs, said, code):
    skew = Skew()
    for number, off in enumerate(offs):
        shown = format_datetime(NOW + timedelta(seconds=off), usegmt=True)
        skew.hear(f"network{number}.example", {"date": shown}, NOW)
    skew.hear("silent.example", {}, NOW)
    told = machine.clock(skew, NOW)
    assert (told.code, told.is_note) == (code, "not compared" in said)
    assert said in told.said


def test_a_newsroom_without_a_channel_is_not_well(tmp_path):
    report = Report(None)
    look_at_channels(SimpleNamespace(settings=SimpleNamespace(channels=())), tmp_path / "jarshy.yaml", report)
    assert [(each.what, each.mark) for each in report.found] == [("channels", "look")]
    assert report.worst == DEGRADED


def test_what_could_not_be_judged_is_neither_well_nor_wrong(tmp_path, capsys):
    report = Report(show.paper())
    report.add("feed", "main: read")
    report.note("clock", "was not compared")
    assert capsys.readouterr().out == "ok feed: main: read\n-  clock: was not compared\n"
    assert (report.worst, report.counts[0]) == (0, 1)


@pytest.mark.parametrize(
    ("left", "said", "code"),
    [
        (None, "of which no end is known", 0),
        (61, "which serves until 25 January 2027, for 61 days more", 0),
        (60, "which may serve no more from 24 January 2027 on, in 60 days: a newer Jarshy", DEGRADED),
        (1, "which may serve no more from 26 November 2026 on, in 1 day: a newer Jarshy", DEGRADED),
        (0, "which ended on 25 November 2026: a newer Jarshy", DEGRADED),
    ],
)
def test_the_end_of_an_apis_version_is_told_60_days_before(left, said, code):
    ends = None if left is None else (NOW + timedelta(days=left)).date()
    told = api("LinkedIn", Api("202605", ends), NOW)
    assert told.said.startswith(f"LinkedIn is spoken to through its API (202605), {said}")
    assert told.code == code


@pytest.mark.parametrize(
    ("network", "said"),
    [("x", "is renewed by itself"), ("linkedin", "if LinkedIn gave a refresh token"), ("facebook", "")],
)
def test_on_what_a_renewal_hangs_is_said_only_where_nobody_knows_it(network, said):
    who, office = replace(ONE, network=network), SimpleNamespace(composer=Composer(POLICY, adapters(), Album()))
    told = renewal(office, who)
    assert (said in told, bool(told)) == (True, bool(said))
    assert "four strings" not in told


@pytest.mark.parametrize("found", [None, "/usr/bin/ffmpeg"])
def test_a_machine_that_makes_no_films_is_told_with_the_command_that_mends_it(monkeypatch, found):
    monkeypatch.setattr(findings, "found_ffmpeg", lambda: found)
    report, film = Report(None), replace(ONE, id="tok", form="video")
    look_at_films(SimpleNamespace(settings=SimpleNamespace(channels=(ONE, film))), report)
    [told] = report.found
    assert (told.what, told.code) == ("films", 0 if found else DEGRADED)
    assert found or ("jarshy[video]" in told.said and "channel tok would post waits for a person" in told.said)


@pytest.mark.parametrize("command", [check, partial(doctor, is_json=False)], ids=["check", "doctor"])
def test_check_and_doctor_say_that_films_cannot_be_made_before_one_is_due(tmp_path, monkeypatch, capsys, command):
    monkeypatch.setattr(findings, "found_ffmpeg", lambda: None)
    (tmp_path / "jarshy.yaml").write_text(FILMS)
    asyncio.run(command(tmp_path / "jarshy.yaml"))
    assert f"! films: {MISSING}; until then what channel yt" in " ".join(capsys.readouterr().out.split())


def test_rights_that_an_account_lacks_are_named(monkeypatch):
    async def ask(connect, who):
        return access.Answer("tok", Identity("1", "@courier", ("video.publish", "video.list")))

    monkeypatch.setattr(access, "ask", ask)
    told = asyncio.run(findings.look_at_account(None, SimpleNamespace(accounts=None), ONE))
    assert told == Finding(
        "account", f"{ONE.account}: is @courier, but lacks the right to: video.publish, video.list", DEGRADED
    )


def test_what_is_left_and_what_a_network_warns_of_stand_beside_an_account(monkeypatch):
    kinds, rate = adapters(), Rate(30, DAY, Scope.ACCOUNT)
    who = replace(ONE, network="youtube", rates=(rate,))

    async def counted(*asked):
        return lambda rate: 4

    async def unseen(*asked):
        return []

    monkeypatch.setattr(standing, "_counted", counted)
    monkeypatch.setattr(standing, "renewal", lambda *asked: "")
    office = SimpleNamespace(
        clock=SimpleNamespace(now=lambda: NOW),
        store=SimpleNamespace(write=unseen),
        kinds=kinds,
        zone=ZONE,
        settings=SimpleNamespace(channels=(who,)),
    )
    report = Report(None)
    asyncio.run(standing._tell(office, report, {"yt": (FINE, Standing())}, {"yt": who}, {}))
    told, *warned = report.found
    assert "; 26 of 30 posts of 24 hours are left" in told.said
    assert [each.said for each in warned] == [f"YouTube: {each}" for each in kinds["youtube"].spec.warnings] != []

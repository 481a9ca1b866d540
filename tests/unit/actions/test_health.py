"""How channels, accounts and feeds stand is read as it is: what fails since when and why, and when we ask again."""

import re
from dataclasses import replace

from adapters.contract import AuthFailed, Scope
from bot.actions import newsroom
from bot.actions.health import health, person, troubles
from bot.desk.tongues import tongue_of
from bot.store import alerts, breaker
from bot.store.alerts import Cause
from bot.store.health import channels_seen
from tests.unit.engine import NOW, ONE, Desk, article, hours, minutes

TWO = replace(ONE, id="two", account="other", place=(("chat", "@two"),))


def read(desk):
    return desk.act(health(desk.room()))


def test_channels_and_feeds_stand_in_the_order_of_the_settings(tmp_path):
    found = read(Desk(tmp_path, TWO, ONE))
    assert [(each.seen.id, each.now.channel.id, each.now.network) for each in found.channels] == [
        ("two", "two", "Fake"),
        ("one", "one", "Fake"),
    ]
    assert [(source.id, seen.failing_since) for source, seen in found.sources] == [("main", None)]
    assert found.hushed_by == ""


def test_what_left_the_settings_is_not_shown(tmp_path):
    desk = Desk(tmp_path, ONE, TWO)
    desk.channels.pop("two")
    assert [each.seen.id for each in read(desk).channels] == ["one"]
    assert len(desk.ask(channels_seen)) == 2


def test_the_last_post_is_told_and_no_later_change_of_it(tmp_path):
    desk = Desk(tmp_path)
    assert read(desk).channels[0].seen.out_at is None
    desk.publish()
    desk.go(hours(1))
    assert read(desk).channels[0].seen.out_at == NOW


def test_an_account_that_is_not_let_in_says_why_and_when_we_ask_again(tmp_path):
    desk = Desk(tmp_path)
    desk.wire.say("publish", AuthFailed("the token was taken back", scope=Scope.ACCOUNT))
    desk.publish()
    (seen,) = read(desk).channels
    assert (seen.now.stopped_why, seen.seen.refused_since) == ("the token was taken back", NOW)
    assert seen.seen.asked_at == NOW + minutes(10)


def test_one_failed_try_is_no_outage_and_five_are(tmp_path):
    desk = Desk(tmp_path)
    for n in range(5):
        assert read(desk).channels[0].now.failing_since is None, n
        desk.ask(breaker.note, "one", desk.clock.now(), outage=True, why="timed out")
    (seen,) = read(desk).channels
    assert (seen.now.failing_since, seen.seen.failing_why) == (NOW, "timed out")
    assert seen.seen.asked_at == NOW + minutes(2)


def test_a_pause_and_a_hush_name_who_asked_for_them(tmp_path):
    desk = Desk(tmp_path)
    desk.act(newsroom.pause(desk.room("desk:dana"), "one", until=NOW + hours(2)))
    desk.act(newsroom.hush(desk.room("desk:aigul")))
    (seen,) = read(desk).channels
    assert (person(seen.now.paused_by), seen.now.paused_until) == ("dana", NOW + hours(2))
    assert read(desk).hushed_by == "aigul"


def test_trouble_is_told_in_sentences(tmp_path):
    desk = Desk(tmp_path)
    desk.ask(
        alerts.open_alert, Cause.SOURCE_FAILING, "source:main", NOW, what="it answered 503", fix="look at the site"
    )
    desk.ask(alerts.open_alert, Cause.STORY_REVISED, "delivery:1", NOW, what="It changed.")
    desk.ask(alerts.open_alert, Cause.DELIVERY_HELD, "delivery:2", NOW, what="held")
    failing, revised = desk.act(troubles(desk.room()))
    assert (failing.what, failing.since) == ("Feed main cannot be read: it answered 503", NOW)
    assert failing.we.startswith("We ask again by ourselves, at most an hour apart;")
    assert failing.you == "Look at the site."
    assert revised.we.startswith("Nothing; what readers see")
    assert revised.what == "An article changed after its post was out: It changed"


def test_one_changed_article_on_several_channels_is_one_trouble_that_names_them(tmp_path):
    desk = Desk(tmp_path, ONE, TWO)
    desk.poll(article(1), article(2))
    for who in ("one", "two", "one", "two"):
        desk.turn(who)
        desk.go(ONE.gap)
    desk.poll(*(replace(article(n), paragraphs=("The loan is 901 million, it turned out.",)) for n in (1, 2)))
    assert desk.alerts() == ["story_revised"] * 4
    first, second = desk.act(troubles(desk.room()))
    assert "on one, two (“Port 2 wins" in first.what
    assert "on one, two (“Port 1 wins" in second.what
    assert "take down the post there, where the network can" in first.you
    assert "`" not in first.you
    assert (first.about, first.name.partition(", ")[0]) == ("deliveries", str(first.post.id))
    (russian, _) = desk.act(troubles(desk.room(), tongue_of("ru")))
    assert "one, two" in russian.what
    assert "уберите там пост" in russian.you
    assert not re.search("changed|where the", russian.what + russian.you)

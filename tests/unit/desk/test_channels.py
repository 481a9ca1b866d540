"""Channels and accounts on the desk: how they stand, what their rules do, and a test of the whole path."""

from dataclasses import replace
from datetime import time
from typing import ClassVar

import pytest

from adapters.contract import AuthFailed, Identity, NotSent, Rate, Scope, Spec
from bot.actions import newsroom
from bot.model import Source
from bot.store import accounts
from tests.unit.desk.browser import Browser
from tests.unit.desk.test_entry import taken_on
from tests.unit.engine import NOW, ONE, Desk, Fake, Plain, Renewing, article, hours, minutes

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#standing"}


def browser(tmp_path, *channels, role="approver", **how):
    here = Browser(Desk(tmp_path, *channels, **how))
    taken_on(here, "dana", role)
    return here


def acts(here):
    return [(row["action"], row["actor"]) for row in here.newsroom.log() if row["actor"] == "desk:dana"]


@pytest.mark.parametrize("role", ["viewer", "editor", "approver", "admin"])
def test_each_role_looks_and_only_some_press(tmp_path, role):
    here = browser(tmp_path, role=role)
    for path in ("/channels", "/channels/one", "/channels/one/rules"):
        assert here.get(path).status_code == 200, path
    shown = here.get("/channels/one").text
    assert ("/queue/channel/one/pause" in shown) is (role != "viewer")
    for verb in ("verify", "test"):
        may = role in ("approver", "admin")
        assert (f"/channels/one/{verb}" in shown) is may, verb
        assert (here.post(f"/channels/one/{verb}").status_code != 403) is may, verb


def test_a_channel_is_paused_and_resumed_by_name(tmp_path):
    here = browser(tmp_path, role="editor")
    assert 'action="/queue/channel/one/pause"' in here.get("/channels").text
    assert here.post("/queue/channel/one/pause", {"back": "/channels"}).headers["location"] == "/channels"
    assert "Paused by dana." in here.get("/channels").text
    assert 'action="/queue/channel/one/resume"' in here.get("/channels/one").text
    assert acts(here)[-1] == ("channel.paused", "desk:dana")


def test_a_pause_that_has_ended_is_none(tmp_path):
    here = browser(tmp_path)
    here.newsroom.act(newsroom.pause(here.newsroom.room(), "one", until=NOW + hours(1)))
    assert "Goes on at 15:00." in here.get("/channels").text
    here.newsroom.go(hours(2))
    assert "at work" in here.get("/channels").text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (Identity("1", "@courier"), "acme is @courier and lacks no right."),
        (Identity("1", "@courier", ("pin", "post")), "acme is @courier, but lacks the right to: pin, post."),
        (AuthFailed("dead token", scope=Scope.ACCOUNT), "acme: its network does not take us for anybody: dead token."),
    ],
)
def test_a_network_that_is_asked_is_quoted(tmp_path, said, told):
    here = browser(tmp_path)
    here.newsroom.wire.say("verify", said)
    assert told in here.post("/channels/one/verify").text


def test_what_was_stopped_says_why_and_goes_on_once_it_is_mended(tmp_path):
    here = browser(tmp_path)
    here.newsroom.wire.say("publish", AuthFailed("the token was taken back", scope=Scope.ACCOUNT))
    here.newsroom.publish(article())
    shown = here.get("/channels").text
    assert "takes nothing from us since 14:00: the token was taken back." in shown
    assert "we ask again at 14:10." in shown
    assert "What was stopped goes on." in here.post("/channels/one/verify", headers=PARTIAL).text
    assert acts(here)[-1] == ("account.started", "desk:dana")
    assert "at work" in here.get("/channels").text


@pytest.mark.parametrize(("kind", "told"), [(Fake, "▲ ends in 3 hours (17:00)"), (Renewing, "renewed by itself")])
def test_access_that_ends_is_told_where_nobody_renews_it(tmp_path, kind, told):
    here = browser(tmp_path, kind=kind)
    here.newsroom.ask(accounts.keep_session, "acme", b"sealed", NOW, expires_at=NOW + hours(3))
    shown = here.get("/channels").text
    assert told in shown
    assert ("Access until" in here.get("/").text) is (kind is Fake)
    here.newsroom.go(hours(4))
    assert ("▲ ended at 17:00" in here.get("/channels").text) is (kind is Fake)


class Granting(Renewing):
    """A network that lets some apps renew, as LinkedIn does."""

    spec: ClassVar[Spec] = replace(Renewing.spec, remarks={"renew": "if it gave a refresh token"})


def test_a_renewal_is_promised_neither_where_access_has_no_end_nor_where_it_hangs_on_the_network(tmp_path):
    here = browser(tmp_path, kind=Renewing)
    assert "no end known" in here.get("/channels").text
    here = browser(tmp_path, kind=Granting)
    here.newsroom.ask(accounts.keep_session, "acme", b"sealed", NOW, expires_at=NOW + hours(3))
    shown = here.get("/channels").text
    assert "renewed by itself if its network gave the right to" in shown
    assert "▲ ends in 3 hours (17:00)" in shown
    assert "Access until" in here.get("/").text


@pytest.mark.parametrize(("language", "named"), [("en", "chat"), ("ru", "чат"), ("kk", "чат")])
def test_what_a_channel_sets_is_named_in_the_readers_language(tmp_path, language, named):
    here = browser(tmp_path)
    here.post("/me/likes", {"language": language})
    assert named in here.get("/channels/one").text.partition("@one")[0][-200:]


def test_settings_and_rules_are_told_in_words(tmp_path):
    who = replace(
        ONE,
        sections=("Politics",),
        not_tags=("advert",),
        quiet_hours=(time(23), time(7)),
        max_per_day=1,
        gap=minutes(90),
        approval="always",
        four_eyes=True,
        alt_text="hold",
        rates=(Rate(30, hours(1)),),
    )
    shown = browser(tmp_path, who).get("/channels/one").text
    for said in (
        "@one",
        "only Politics",
        "never advert",
        "from 23:00 to 07:00, for breaking news too",
        "1 post at most",
        "1 hour 30 minutes at least",
        "Each post waits for it",
        "approved by somebody else",
        "Posts wait for a description",
        "30 posts in 1 hour",
    ):
        assert said in shown, said


def test_rules_are_tried_on_the_last_articles_with_the_reason(tmp_path):
    here = browser(tmp_path, replace(ONE, sections=("Politics",)))
    here.newsroom.poll(article(1, section="Sport"), article(2, section="Politics"), article(3, title="<b>Port</b>"))
    before = here.newsroom.count()
    shown = here.get("/channels/one/rules").text
    assert "Skipped: its section (Sport) is not for this channel." in shown
    assert "&lt;b&gt;Port&lt;/b&gt;" in shown
    posted = here.get("/channels/one/rules?state=posted").text
    assert "Port 2 wins" in posted
    assert "Port 1 wins" not in posted
    assert here.newsroom.count() == before


def test_rules_are_tried_on_the_last_100_articles(tmp_path):
    here = browser(tmp_path, replace(ONE, sections=("Politics",)))
    here.newsroom.poll(article(1, section="Sport"))
    here.newsroom.go(minutes(1))
    here.newsroom.poll(*(article(n, section="Politics") for n in range(2, 101)))
    assert "its section (Sport)" in here.get("/channels/one/rules?state=skipped").text
    here.newsroom.go(minutes(1))
    here.newsroom.poll(article(101, section="Politics"))
    assert "its section (Sport)" not in here.get("/channels/one/rules?state=skipped").text


def test_a_test_goes_the_whole_way_and_its_page_tells(tmp_path):
    here = browser(tmp_path)
    at = here.post("/channels/one/test").headers["location"]
    assert "Test by dana at 14:00:00, will be removed" in here.get(at).text
    assert "Call it off" in here.get(at).text
    assert here.newsroom.turn()
    shown = here.get(at).text
    assert 'href="https://fake.example/1"' in shown
    assert "Call it off" not in shown
    here.newsroom.wire.say("find", here.newsroom.delivery(1).receipt)
    assert "It is found by looking" in here.post(f"{at}/look").text
    assert "It is not found by looking (nothing was found)" in here.post(f"{at}/look").text
    late = here.post(f"{at}/call-off")
    assert (late.status_code, "too late to call it off" in late.text) == (409, True)
    here.newsroom.go(minutes(1))
    assert here.newsroom.turn()
    assert "Taken down at" in here.get(at).text
    gone = here.post(f"{at}/look")
    assert (gone.status_code, "There is nothing to look for" in gone.text) == (409, True)
    assert acts(here)[-2:] == [("delivery.planned", "desk:dana")] * 2


def test_a_test_that_does_not_go_out_is_called_off_by_name(tmp_path):
    here = browser(tmp_path)
    here.newsroom.wire.say("publish", NotSent("refused"))
    at = here.post("/channels/one/test").headers["location"]
    here.newsroom.turn()
    assert "The test is called off." in here.post(f"{at}/call-off").text
    assert here.newsroom.stands(1) == ("cancelled", "cancelled")
    assert acts(here)[-1][1] == "desk:dana"
    assert "Call it off" not in here.get(at).text


def test_where_nobody_takes_a_test_down_a_person_says_yes_first(tmp_path):
    here = browser(tmp_path, kind=Plain)
    assert "readers keep it until you do" in here.get("/channels/one").text
    answer = here.post("/channels/one/test")
    assert (answer.status_code, "tick that you want that." in answer.text) == (409, True)
    assert here.newsroom.count() == 0
    at = here.post("/channels/one/test", {"sure": "yes"}).headers["location"]
    assert "do it there by hand" in here.get(at).text


def test_a_paused_channel_is_not_tested(tmp_path):
    here = browser(tmp_path)
    here.newsroom.act(newsroom.pause(here.newsroom.room("desk:dana"), "one"))
    answer = here.post("/channels/one/test")
    assert (answer.status_code, "dana paused the channel" in answer.text) == (409, True)


@pytest.mark.parametrize("path", ["/channels/three", "/channels/three/rules", "/channels/one/tests/1"])
def test_what_is_not_there_is_said_to_be_not_there(tmp_path, path):
    here = browser(tmp_path)
    here.newsroom.publish(article())
    answer = here.get(path)
    assert (answer.status_code, "There is no " in answer.text) == (409, True)


def test_sources_tell_when_they_were_read_and_are_read_next(tmp_path):
    here = browser(tmp_path, listed=(Source(id="main", url="https://courier.example/feed?key=s3cret"),))
    here.newsroom.poll(article())
    shown = here.get("/channels").text
    assert "Last story" in shown
    assert "s3cret" not in shown

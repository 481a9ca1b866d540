"""What a channel waits for: pauses of every scope, its order, pages that are gone; and when its time is over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.contract import NotYet, Post, Scope
from bot.actions import newsroom
from bot.model import Channel, Pause, Reason, State
from bot.store import turns
from bot.store.housekeeping import expire
from bot.store.schema import account
from tests.unit.engine import NOW, ONE, Desk, article, broken, minutes, seconds

TWO = Channel(id="two", account="acme", network="fake", place=(("chat", "@two"),))
THREE = replace(TWO, id="three", account="else")


@pytest.mark.parametrize(
    ("scope", "waiting"),
    [
        (Scope.DELIVERY, set()),
        (Scope.CHANNEL, {"one"}),
        (Scope.ACCOUNT, {"one", "two"}),
        (Scope.APP, {"one", "two", "three"}),
    ],
)
def test_not_yet_pauses_exactly_its_scope(tmp_path, scope, waiting):
    desk = Desk(tmp_path, ONE, TWO, THREE)
    desk.poll(article(2), article(1, published=NOW - seconds(1)))
    desk.wire.say("publish", NotYet("busy", scope=scope, retry_after=minutes(5)))
    desk.turn("one")
    desk.go(minutes(1))
    sent = {who for who in desk.channels if desk.turn(who)}
    assert sent == set(desk.channels) - waiting
    desk.go(minutes(4))
    assert all(desk.turn(who) for who in desk.channels)


def test_a_shorter_wait_does_not_cut_a_longer_one(tmp_path):
    desk = Desk(tmp_path, ONE, TWO)
    desk.poll(article())
    jobs = [desk.ask(turns.take, who, NOW, policy=desk.policy) for who in (ONE, TWO)]
    for job, wait in zip(jobs, (minutes(60), minutes(5)), strict=True):
        pause = Pause(Scope.ACCOUNT, NOW + wait)
        step = turns.Next(replace(job.delivery, due_at=NOW), pause)
        desk.ask(turns.settle, job, step, {}, NOW, policy=desk.policy, came="NotYet")
    assert desk.row("two").wake_at == NOW + minutes(60)


def test_an_app_wide_pause_of_an_account_without_app_is_the_accounts(tmp_path):
    desk = Desk(tmp_path, ONE, TWO)
    desk.ask(lambda db: db.exec_driver_sql("UPDATE account SET app = ''"))
    desk.poll(article())
    desk.wire.say("publish", NotYet("busy", scope=Scope.APP, retry_after=minutes(5)))
    desk.turn("one")
    assert not desk.turn("two")


def test_a_wait_that_is_longer_than_its_time_promises_nothing_and_is_kept_although_it_expires(tmp_path):
    desk = Desk(tmp_path, replace(ONE, expiry=minutes(4)), TWO)
    desk.poll(article())
    desk.wire.say("publish", NotYet("busy", scope=Scope.ACCOUNT, retry_after=minutes(5)))
    desk.turn("one")
    assert desk.why() == (
        "Fake asked us to wait (busy), so it goes out at 14:05, but its time ends at 14:04, before that."
    )
    assert desk.why(2) == "Goes out at 14:05."
    desk.go(minutes(4))
    desk.ask(expire, desk.clock.now(), listed=["one", "two"])
    assert desk.why() == "Could not go out by 14:04 (busy); `release 1` gives it new time."
    assert not desk.turn("two")


def test_of_what_is_ready_breaking_comes_first_then_the_earlier_published(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(
        article(1, published=NOW - minutes(1)),
        article(2, published=NOW - minutes(3)),
        article(3, published=NOW),
        hot := article(4, published=NOW - minutes(2)),
    )
    told = next(each for n in (1, 2, 3, 4) if (each := desk.delivery(n)).published_at == hot.published)
    desk.act(newsroom.mark(desk.room(), told.story, breaking_for=minutes(60)))
    while desk.turn():
        pass
    for _ in range(4):
        desk.go(minutes(1))
        desk.turn()
    assert [text.split()[1] for text in desk.wire.shown] == ["4", "2", "1", "3"]


def test_a_page_that_was_gone_is_looked_at_again_and_lets_the_post_go_when_it_is_back(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article(published=NOW - minutes(5)))
    desk.wire.say("look", "gone", "there")
    desk.turn()
    assert (desk.stands(), desk.delivery().due_at) == (("due", "looks_gone"), NOW + minutes(10))
    assert desk.why().endswith("so nothing was posted, and we look again at 14:10.")
    desk.go(minutes(10))
    desk.turn()
    assert (desk.stands(), desk.delivery().gone_looks) == (("done", "sent"), 0)


@pytest.mark.parametrize(("published", "looked"), [(NOW - seconds(119), 0), (NOW - minutes(3), 1), (None, 1)])
def test_an_article_is_looked_at_unless_it_is_known_to_be_brand_new(tmp_path, published, looked):
    desk = Desk(tmp_path)
    desk.poll(article(published=published))
    desk.turn("one")
    assert (len(desk.looks), desk.stands()) == (looked, ("done", "sent"))


def test_a_page_that_is_gone_twice_holds_the_post(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article(published=NOW - minutes(5)))
    desk.wire.say("look", "gone", "gone")
    desk.turn()
    desk.go(minutes(10))
    desk.turn()
    assert (desk.stands(), desk.wire.keys) == (("held", "gone"), [])


def test_a_page_that_cannot_be_checked_lets_the_post_go_and_says_so(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article(published=NOW - minutes(5)))
    desk.wire.say("look", "unclear")
    desk.turn()
    (intent,) = [row for row in desk.log(delivery=1) if row["action"] == "delivery.intended"]
    assert intent["detail"] == "the article's page could not be checked"
    assert desk.stands() == ("done", "sent")


@pytest.mark.parametrize(
    ("channel", "before", "says"),
    [
        (ONE, None, "Could not go out by 20:00; `release 1` gives it new time."),
        (replace(ONE, approval="always"), None, "Could not go out by 20:00 (nobody approved it); "),
        (ONE, "pause", "Could not go out by 20:00 (cli:aigul paused the channel); "),
        (ONE, "stop", "Could not go out by 20:00 (there was no access: dead token); "),
        (ONE, "backoff", "Could not go out by 20:00 (dns); "),
        (ONE, "wait", "Could not go out by 20:00 (its network asked us to wait); "),
    ],
)
def test_what_expires_says_what_kept_it(tmp_path, channel, before, says):
    desk = Desk(tmp_path, channel)
    desk.poll(article())
    if before == "pause":
        desk.act(newsroom.pause(desk.room(), "one"))
    elif before == "stop":
        desk.ask(lambda db: db.exec_driver_sql("UPDATE account SET stopped_at = 1, stopped_why = 'dead token'"))
    elif before == "backoff":
        desk.wire.say("prepare", broken("dns"))
        desk.turn()
    elif before == "wait":
        until = desk.clock.now() + timedelta(days=1)
        desk.ask(lambda db: db.execute(account.update().values(wait_until=until)))
    desk.go(timedelta(hours=6) - seconds(1))
    assert desk.ask(expire, desk.clock.now(), listed=desk.channels) == 0
    desk.go(seconds(1))
    assert desk.ask(expire, desk.clock.now(), listed=desk.channels) == 1
    assert desk.why().startswith(says)


def test_a_worker_too_expires_what_it_meets_too_late(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.go(timedelta(hours=7))
    assert not desk.turn()
    assert (desk.stands(), desk.wire.keys) == (("expired", "expired"), [])


def test_what_expires_during_a_run_does_not_go_out(tmp_path):
    desk = Desk(tmp_path, replace(ONE, expiry=seconds(30)))
    desk.poll(article())
    desk.wire.hooks["prepare"] = lambda: desk.go(seconds(30))
    desk.turn()
    assert (desk.stands(), desk.wire.keys) == (("due", "not_left"), [])
    desk.turn()
    assert desk.stands() == ("expired", "expired")


def test_a_template_that_serves_nobody_holds_the_post_and_says_so(tmp_path):
    desk = Desk(tmp_path)
    desk.ask(lambda db: db.exec_driver_sql("UPDATE template SET text = '{{ nothing }}'"))
    desk.poll(article())
    desk.turn()
    assert desk.stands() == ("held", "template")
    assert desk.alerts() == ["delivery_held"]


def test_a_story_that_is_lost_is_a_missing_field_and_words_by_hand_go_out_without_it(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.ask(lambda db: db.exec_driver_sql("DELETE FROM delivery_story"))
    desk.turn()
    assert desk.stands() == ("held", "missing_field")
    desk.change(1, state=State.DUE, reason=Reason.RELEASED, post=Post("By hand."), digest="d")
    desk.turn()
    assert desk.wire.shown == ["By hand."]


def test_a_follower_without_a_receipt_to_change_waits(tmp_path):
    desk = Desk(tmp_path)
    desk.publish()
    desk.ask(
        lambda db: db.exec_driver_sql(
            "UPDATE delivery SET kind = 'edit', state = 'due', parent = NULL, approved = digest"
        )
    )
    desk.ask(lambda db: db.exec_driver_sql("UPDATE channel SET wake_at = 0"))
    desk.turn()
    assert desk.delivery().detail == "there is no post yet to change"

"""A channel that stands for another account or place than when its post was prepared or sent."""

from dataclasses import replace

import pytest

from adapters.contract import NotSent, OutcomeUnknown, Session
from bot.actions import deliveries as verbs
from bot.delivery.place import MOVED, are_two
from bot.model import Account
from bot.store import accounts
from tests.unit.engine import ONE, Connect, Desk, article, hours, minutes

LOST = OutcomeUnknown("read timeout")
ELSEWHERE = [replace(ONE, place=(("chat", "@two"),)), replace(ONE, account="other")]
"""Of the second nobody tells whose it is, so that our own name of it counts."""


def opened(tmp_path):
    desk = Desk(tmp_path)
    sign_in(desk, "")
    desk.poll(article())
    desk.wire.steps = ["upload", "secret session"]
    return desk


def move(desk, who):
    """Take settings that have the channel post elsewhere, as a reload does."""
    desk.ask(accounts.set_up, [Account(id=who.account, network="fake")], [who])
    desk.channels = {who.id: who}
    desk.worker.channels = desk.channels


class SignedIn(Connect):
    """Accounts of which the network tells whose they are."""

    subject = "me"

    async def adapter(self, who, *, renew=False):
        made = await super().adapter(who, renew=renew)
        made.session = Session(self.subject, made.session.tokens)
        return made


def sign_in(desk, whose):
    """Let a person's consent give the account to another, or to the same, as `jarshy auth` does."""
    found = SignedIn(desk.connect.kind, desk.wire, desk.clock)
    found.subject = whose
    desk.worker.connect = found


def ask(desk, verb):
    """Ask for a change of the post that is out."""
    room = desk.room()
    desk.act(verbs.delete_post(room, 1) if verb == "delete" else verbs.edit_post(room, 1, "Now 900 million."))


@pytest.mark.parametrize("who", ELSEWHERE)
def test_what_was_prepared_for_one_place_serves_no_other(tmp_path, who):
    desk = opened(tmp_path)
    desk.wire.say("prepare", NotSent("dns"))
    desk.turn()
    move(desk, who)
    desk.go(minutes(1))
    desk.turn()
    assert (desk.wire.calls.count("upload"), desk.stands()) == (4, ("done", "sent"))


def test_what_was_prepared_before_a_crash_serves_no_other_place_either(tmp_path):
    desk = opened(tmp_path)
    desk.wire.hooks["prepare"] = lambda: (_ for _ in ()).throw(KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        desk.turn()
    move(desk, ELSEWHERE[0])
    desk.go(minutes(2))
    desk.turn()
    assert (desk.wire.calls.count("upload"), desk.stands()) == (4, ("done", "sent"))


def test_what_was_begun_anew_stays_so(tmp_path):
    desk = opened(tmp_path)
    desk.wire.say("prepare", NotSent("dns"), NotSent("dns"))
    desk.turn()
    move(desk, ELSEWHERE[0])
    desk.wire.steps = ["upload"]
    desk.go(minutes(1))
    desk.turn()
    desk.wire.steps = ["upload", "secret session"]
    desk.go(minutes(2))
    desk.turn()
    assert (desk.wire.calls.count("upload"), desk.stands()) == (4, ("done", "sent"))


@pytest.mark.parametrize(("then", "now", "uploads"), [("me", "you", 4), ("me", "me", 2), ("", "me", 2), ("me", "", 2)])
def test_another_member_of_an_account_is_another_place(tmp_path, then, now, uploads):
    desk = opened(tmp_path)
    desk.wire.say("prepare", NotSent("dns"))
    sign_in(desk, then)
    desk.turn()
    sign_in(desk, now)
    desk.go(minutes(1))
    desk.turn()
    assert (desk.wire.calls.count("upload"), desk.stands()) == (uploads, ("done", "sent"))


@pytest.mark.parametrize("who", ELSEWHERE)
def test_a_lost_post_is_not_looked_for_where_it_was_never_sent(tmp_path, who):
    desk = opened(tmp_path)
    desk.wire.say("publish", LOST)
    desk.turn()
    move(desk, who)
    for _ in range(3):
        desk.go(hours(1))
        desk.turn()
    assert desk.wire.calls.count("publish") == 1
    assert "find" not in desk.wire.calls
    assert (desk.stands(), desk.delivery().detail) == (("held", "undecidable"), MOVED)


def test_a_lost_post_is_looked_for_where_only_a_choice_was_changed(tmp_path):
    desk = opened(tmp_path)
    desk.wire.say("publish", LOST)
    desk.turn()
    move(desk, replace(ONE, place=(*ONE.place, ("quiet", "yes"))))
    desk.go(minutes(3))
    desk.turn()
    assert "find" in desk.wire.calls


@pytest.mark.parametrize("who", ELSEWHERE)
@pytest.mark.parametrize("verb", ["edit", "delete"])
def test_what_is_out_in_one_place_is_not_changed_in_another(tmp_path, who, verb):
    desk = Desk(tmp_path)
    sign_in(desk, "")
    desk.publish()
    move(desk, who)
    ask(desk, verb)
    desk.turn()
    assert verb not in desk.wire.calls
    assert desk.stands(2) == ("held", "elsewhere")
    assert "has another one now, so nothing was changed" in desk.why(2)
    move(desk, ONE)
    desk.act(verbs.release(desk.room(), 2))
    desk.turn()
    assert (desk.wire.calls.count(verb), desk.stands(2)) == (1, ("done", "sent"))


def test_what_a_person_found_by_hand_is_changed_wherever_the_channel_posts(tmp_path):
    desk = Desk(tmp_path)
    sign_in(desk, "")
    desk.publish()
    desk.ask(lambda db: db.exec_driver_sql("""UPDATE delivery SET receipt = '{"id": "1"}'"""))
    move(desk, ELSEWHERE[0])
    ask(desk, "delete")
    desk.turn()
    assert desk.stands(2) == ("done", "sent")


@pytest.mark.parametrize(
    ("then", "now", "are"),
    [
        ((), ("x", "me"), False),
        (("x", "me"), ("x", "me"), False),
        (("x", "me"), ("y", "me"), False),
        (("x", "me"), ("x", "you"), True),
        (("x", ""), ("x", "me"), False),
        (("x", ""), ("y", ""), True),
        (("x", "", "@one"), ("x", "", "@two"), True),
        (("x", "me", "@one"), ("x", "me", "@two"), True),
    ],
)
def test_places_differ_by_whose_they_are_and_by_what_must_be_set(then, now, are):
    assert are_two(then, now) is are

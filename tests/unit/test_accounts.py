"""Sessions: renewed ahead of time and once, sealed before use, and what is stopped starts again by itself."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.contract import AuthFailed, Identity, Limits, NotSent, OutcomeUnknown, Scope, Session, Used
from bot.accounts import Accounts
from bot.actions.access import Standing, standing
from bot.model import Account, Channel
from bot.store import accounts as stored
from bot.store import waking
from bot.store.alerts import open_alerts
from bot.vault import Vault
from tests.unit.engine import NOW, ONE, Desk, Fake, Renewing, article, minutes, seconds

TWO = Channel(id="two", account="acme", network="fake", place=(("chat", "@two"),))
HOUR = timedelta(hours=1)


def session(n, ends=HOUR):
    return Session("me", {"access": f"token {n}"}, NOW + ends if ends is not None else None)


class Room:
    def __init__(self, tmp_path, kind=Renewing, key=b"k" * 32):
        self.desk = Desk(tmp_path, replace(ONE, expiry=24 * HOUR), TWO, kind=kind)
        self.kind, self.secrets, self.tokens = kind, {"token": "secret"}, []
        self.vault = Vault(key)
        self.accounts = self.anew()
        self.desk.worker = self.desk.another_worker(connect=self.accounts)

    def anew(self):
        return Accounts(
            self.desk.store,
            self.desk.clock,
            self.vault,
            build=self.build,
            credentials=lambda account: self.secrets,
            zone="Asia/Almaty",
        )

    def build(self, who, session):
        self.tokens.append(dict(session.tokens))
        return self.kind(self.kind.Settings(**dict(who.place)), session, self.desk.wire, self.desk.clock)

    def adapter(self, who=ONE, **how):
        return asyncio.run(self.accounts.adapter(who, **how))

    def probe(self):
        asyncio.run(self.accounts.probe_due(self.desk.channels))

    def renewals(self):
        return self.desk.wire.calls.count("renew")


def test_a_network_that_renews_nothing_gets_its_credentials_as_they_are(tmp_path):
    room = Room(tmp_path, kind=Fake)
    assert room.adapter().session == Session("", {"token": "secret"})


def test_an_account_that_never_signed_in_signs_in_before_first_use_and_keeps_it_sealed(tmp_path):
    room = Room(tmp_path)
    room.desk.wire.say("renew", session(1))
    assert room.adapter().session.tokens == {"access": "token 1", "token": "secret"}
    assert room.adapter().session.tokens == {"access": "token 1", "token": "secret"}
    sealed = room.desk.ask(stored.read_session, "acme")
    assert room.renewals() == 1
    assert b"token 1" not in sealed
    assert b"secret" not in sealed


def test_a_session_is_stored_before_it_is_used(tmp_path):
    room = Room(tmp_path)
    room.desk.wire.say("renew", session(1))
    real = room.desk.store.write

    async def full(ask, *args, **named):
        if ask is stored.keep_session:
            raise NotSent("disk full")
        return await real(ask, *args, **named)

    room.desk.store.write = full
    with pytest.raises(NotSent):
        room.adapter()
    assert {"access": "token 1", "token": "secret"} not in room.tokens


@pytest.mark.parametrize(("left", "renewed"), [(minutes(10), 1), (minutes(10) + seconds(1), 0), (None, 0)])
def test_a_session_is_renewed_ahead_of_its_end(tmp_path, left, renewed):
    room = Room(tmp_path)
    room.desk.wire.say("renew", session(1, left), session(2))
    room.adapter()
    room.adapter()
    assert room.renewals() == 1 + renewed


def test_two_channels_at_once_renew_once(tmp_path):
    room = Room(tmp_path)
    room.desk.wire.say("renew", session(1), session(2))
    room.adapter()

    async def both():
        return await asyncio.gather(room.accounts.adapter(ONE, renew=True), room.accounts.adapter(TWO, renew=True))

    real = room.desk.store._execute

    async def in_turns(run):
        await asyncio.sleep(0)
        return await real(run)

    room.desk.store._execute = in_turns
    found = asyncio.run(both())
    assert room.renewals() == 2
    assert [each.session.tokens["access"] for each in found] == ["token 2"] * 2


@pytest.mark.parametrize(
    ("left", "error", "serves"),
    [
        (minutes(9), NotSent("down"), True),
        (minutes(9), AuthFailed("revoked", scope=Scope.ACCOUNT), True),
        (minutes(0), NotSent("down"), False),
    ],
)
def test_a_renewal_that_fails_ahead_of_time_leaves_the_session_that_still_serves(tmp_path, left, error, serves):
    room = Room(tmp_path)
    room.desk.wire.say("renew", session(1, left), error)
    room.adapter()
    if serves:
        assert room.adapter().session.tokens["access"] == "token 1"
    else:
        with pytest.raises(type(error)):
            room.adapter()


def test_a_session_that_did_not_serve_is_not_used_again_when_its_renewal_fails(tmp_path):
    room = Room(tmp_path)
    room.desk.wire.say("renew", session(1), NotSent("down"))
    room.adapter()
    with pytest.raises(NotSent):
        room.adapter(renew=True)


def test_changed_credentials_drop_the_session_that_was_not_theirs(tmp_path):
    room = Room(tmp_path)
    room.desk.wire.say("renew", session(1), session(2))
    room.adapter()
    room.secrets = {"token": "another"}
    assert room.adapter().session.tokens == {"access": "token 2", "token": "another"}


def test_a_wrong_key_refuses_with_a_sentence_and_stops_the_account(tmp_path):
    room = Room(tmp_path)
    room.desk.wire.say("renew", session(1))
    room.adapter()
    room.vault = Vault(b"x" * 32)
    room.desk.worker = room.desk.another_worker(connect=room.anew())
    room.desk.poll(article())
    room.desk.turn()
    assert room.desk.stands() == ("due", "no_access")
    assert "the stored session of acme cannot be opened" in room.desk.why()
    assert room.desk.alerts() == ["account_stopped"]


def test_a_refused_session_is_renewed_once_and_a_second_refusal_stops_the_account(tmp_path):
    room = Room(tmp_path)
    refused = AuthFailed("expired", scope=Scope.ACCOUNT)
    room.desk.wire.say("renew", session(1), session(2))
    room.desk.wire.say("publish", refused, refused)
    room.desk.poll(article())
    room.desk.turn()
    assert (room.desk.stands(1), room.desk.alerts()) == (("due", "renewed"), [])
    room.desk.go(minutes(1))
    room.desk.turn()
    assert (room.desk.stands(1), room.renewals(), room.desk.alerts()) == (("due", "no_access"), 2, ["account_stopped"])
    assert not room.desk.turn("two"), "the whole account waits"
    assert room.desk.delivery(1).tries == 0


def test_a_look_with_a_dead_session_renews_too(tmp_path):
    room = Room(tmp_path)
    room.desk.wire.say("renew", session(1), session(2))
    room.desk.wire.say("publish", OutcomeUnknown("cut"))
    room.desk.wire.say("find", AuthFailed("expired", scope=Scope.ACCOUNT), None)
    room.desk.poll(article())
    for _ in range(3):
        room.desk.turn()
    assert (room.desk.stands(), room.renewals()) == (("due", "absent"), 2)


def stopped(tmp_path, scope=Scope.ACCOUNT, **how):
    room = Room(tmp_path, **{"kind": Fake} | how)
    room.desk.wire.say("publish", AuthFailed("dead token", scope=scope))
    room.desk.poll(article())
    room.desk.turn()
    return room


@pytest.mark.parametrize("scope", [Scope.ACCOUNT, Scope.CHANNEL, Scope.APP])
def test_what_is_stopped_is_probed_ever_less_often_and_starts_by_itself(tmp_path, scope):
    room = stopped(tmp_path, scope)
    cause = "channel_stopped" if scope is Scope.CHANNEL else "account_stopped"
    assert room.desk.alerts() == [cause]
    room.desk.wire.say("verify", *[AuthFailed("still dead", scope=Scope.ACCOUNT)] * 5)
    asked = []
    for _ in range(60 * 8):
        room.desk.go(minutes(1))
        before = room.desk.wire.calls.count("verify")
        room.probe()
        if room.desk.wire.calls.count("verify") > before:
            asked.append(room.desk.clock.now() - NOW)
    assert asked[:6] == [minutes(n) for n in (10, 30, 70, 150, 270, 390)]
    assert room.desk.row().stopped_at is None
    assert room.desk.alerts() == [cause], "nothing went out yet"
    assert room.desk.turn()
    assert room.desk.alerts() == []
    assert [row["action"] for row in room.desk.log() if row["action"].startswith("alert")] == [
        "alert.opened",
        "alert.closed",
    ]


def test_what_stops_again_before_anything_went_out_is_one_alert_and_waits_longer(tmp_path):
    room = stopped(tmp_path, Scope.CHANNEL)
    room.desk.wire.say("publish", *[AuthFailed("set another mode", scope=Scope.CHANNEL)] * 3)
    asked = []
    for _ in range(60 * 6):
        room.desk.go(minutes(1))
        before = room.desk.wire.calls.count("verify")
        room.probe()
        if room.desk.wire.calls.count("verify") > before:
            asked.append(room.desk.clock.now() - NOW)
            (told,) = room.desk.ask(open_alerts)
            assert told.what.startswith("answers well again, but nothing went out yet (before: ")
            room.desk.turn()
    assert asked == [minutes(n) for n in (10, 30, 70, 150)]
    assert room.desk.stands() == ("done", "sent")
    assert room.desk.alerts() == []
    room.desk.wire.say("publish", AuthFailed("again", scope=Scope.CHANNEL))
    room.desk.poll(article(n=2))
    room.desk.turn()
    assert room.desk.ask(stored.to_probe, room.desk.clock.now() + minutes(10), ["one"]), "it begins anew"


def test_missing_rights_keep_it_stopped_and_are_named(tmp_path):
    room = stopped(tmp_path)
    room.desk.wire.say("verify", Identity("1", "@fake", missing=("post",)))
    room.desk.go(minutes(10))
    room.probe()
    assert room.desk.alerts() == ["account_stopped"]
    assert "missing rights: post" in room.desk.why()


def test_a_place_that_refuses_does_not_keep_its_account_stopped(tmp_path):
    room = stopped(tmp_path)
    room.desk.wire.say("verify", AuthFailed("kicked from @one", scope=Scope.CHANNEL))
    room.desk.go(minutes(10))
    room.probe()
    room.desk.turn()
    assert room.desk.alerts() == []


def test_an_account_is_probed_through_a_channel_that_is_still_listed(tmp_path):
    room = stopped(tmp_path)
    del room.desk.channels["one"]
    room.desk.go(minutes(10))
    room.probe()
    assert room.desk.alerts() == []


def test_a_new_start_probes_what_is_stopped_at_once(tmp_path):
    room = stopped(tmp_path)
    room.desk.ask(stored.probe_later, stored.Stopped(Scope.ACCOUNT, "acme", "one", 9), NOW, why="dead")
    room.desk.ask(stored.set_up, [], [])
    room.probe()
    room.desk.go(minutes(1))
    room.desk.turn()
    assert room.desk.alerts() == []


def test_one_cause_is_one_alert_however_many_run_into_it(tmp_path):
    room = stopped(tmp_path)
    here = room.desk.ask(waking.standing, "two")
    room.desk.ask(waking.stop, here, Scope.ACCOUNT, NOW, why="again")
    assert room.desk.alerts() == ["account_stopped"]
    assert [row["why"] for row in room.desk.log() if row["action"] == "account.stopped"] == ["dead token"]


class Limited(Fake):
    async def limits(self):
        return self.http.answer("limits", Limits(text=100))


def limits(room):
    adapter = room.build(ONE, Session("me"))
    return asyncio.run(room.accounts.limits(ONE, adapter)).text


def test_limits_are_asked_once_a_day_and_the_old_ones_kept_when_the_question_fails(tmp_path):
    room = Room(tmp_path, kind=Limited)
    room.desk.wire.say("limits", NotSent("down"), Limits(text=100), NotSent("down"), Limits(text=200))
    with pytest.raises(NotSent):
        limits(room)
    assert [limits(room), limits(room)] == [100, 100]
    room.desk.go(timedelta(days=1))
    assert [limits(room), limits(room)] == [100, 200]


def test_a_network_without_limits_of_its_own_is_not_asked(tmp_path):
    assert limits(Room(tmp_path, kind=Fake)) == 300


def test_no_secret_is_in_the_log(tmp_path):
    room = Room(tmp_path)
    room.desk.wire.say("renew", session(1))
    room.adapter()
    assert "secret" not in str(room.desk.log())
    assert "token 1" not in str(room.desk.log())


def moved(desk, network, who=ONE):
    other = Account(id="acme", network=network, app="app")
    desk.ask(stored.set_up, [other], [replace(who, network=network)])


def test_a_channel_takes_its_posts_to_no_other_network(tmp_path):
    desk = Desk(tmp_path)
    moved(desk, "other")  # nothing was ever planned for it
    moved(desk, "fake")
    desk.poll(article())
    with pytest.raises(stored.AnotherNetwork, match="channel one was on fake until now"):
        moved(desk, "other")
    with pytest.raises(stored.AnotherNetwork):
        desk.ask(stored.set_up, [Account(id="new", network="other")], [replace(ONE, account="new", network="other")])
    moved(desk, "other", replace(ONE, id="another"))


def test_what_one_network_allows_says_nothing_of_another(tmp_path):
    desk = Desk(tmp_path)
    desk.ask(stored.keep_limits, "acme", Limits(text=5000), NOW + HOUR)
    moved(desk, "fake")
    assert desk.ask(stored.read_limits, "acme")[0] == Limits(text=5000)
    moved(desk, "other")
    assert desk.ask(stored.read_limits, "acme") == (None, None)


class Counting(Renewing):
    """A network that counts what it takes, and whose sessions are renewed for a year."""

    async def used(self):
        return self.http.answer("used", None)


def test_an_account_tells_what_its_network_counts_and_until_when_it_is_renewed(tmp_path):
    room = Room(tmp_path, kind=Counting)
    kept = replace(session(1), rights=("post",), renews_until=NOW + 365 * 24 * HOUR)
    room.desk.wire.say("renew", kept)
    room.desk.wire.say("used", Used(4, 250, HOUR), NotSent("502"))
    stands = Standing(Used(4, 250, HOUR), renews_until=kept.renews_until)
    assert asyncio.run(standing(room.accounts, ONE)) == stands
    assert asyncio.run(standing(room.anew(), ONE)) == replace(stands, used=None, untold="502"), "as it was stored"
    assert room.adapter().session.rights == ("post",)

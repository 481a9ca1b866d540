"""Accounts that were connected: what a consent gave serves, and a renewal that fails loses nothing it need not."""

import asyncio
from dataclasses import replace

import pytest

from adapters.contract import AuthFailed, NotSent, Scope, Session
from bot.store import accounts as stored
from bot.store.alone import alone
from tests.unit.engine import ONE, Fake, Renewing, article, hours, minutes
from tests.unit.test_accounts import TWO, Room, session

REFUSED = AuthFailed("invalid_grant", scope=Scope.ACCOUNT)
LOST = "the answer to a renewal of 25 November, 09:00 UTC was lost before it was stored, and it serves once"


class Once(Renewing):
    """A network with a consent page, whose refresh tokens serve once."""

    spec = replace(Renewing.spec, rotates=True)

    async def connect(self, granted):
        return session(1)


class Consented(Fake):
    """A network with a consent page, whose sessions nobody renews."""

    async def connect(self, granted):
        return session(1, None)


HOUR = hours(1)


def connected(tmp_path, kind=Once, ends=HOUR):
    room = Room(tmp_path, kind=kind)
    made = session(1, ends)
    keeping = room.accounts.keep(ONE, made, stored.Consented("@me", ("write",)), actor="cli:aigul")
    asyncio.run(keeping)
    return room


def kept(room):
    return room.desk.ask(stored.read_session, "acme")


def test_what_a_consent_gave_serves_every_channel_of_the_account(tmp_path):
    room = connected(tmp_path, kind=Consented, ends=None)
    for who in (ONE, TWO):
        assert room.adapter(who).session.tokens == {"access": "token 1", "token": "secret"}
    (row,) = [row for row in room.desk.log() if row["action"] == "account.connected"]
    assert (row["actor"], row["subject"], row["rights"]) == ("cli:aigul", "@me", "write")
    assert "token 1" not in str(room.desk.log())
    room.secrets = {"token": "another"}
    assert room.adapter().session == Session("", {"token": "another"}), "changed credentials win"


def test_a_refused_renewal_is_one_alert_that_names_the_command_and_deletes_nothing(tmp_path):
    room = connected(tmp_path, ends=minutes(0))
    before = kept(room)
    room.desk.wire.say("renew", REFUSED, REFUSED)
    room.desk.poll(article())
    room.desk.turn()
    room.desk.go(minutes(10))
    room.probe()
    assert room.desk.alerts() == ["account_stopped"]
    assert "invalid_grant; `jarshy auth acme` connects it" in room.desk.why()
    assert kept(room) == before
    room.desk.go(minutes(30))
    room.desk.wire.say("renew", session(2))  # it was an outage that said 401 to everybody
    room.probe()
    room.desk.turn()
    assert (room.desk.alerts(), room.desk.stands()) == ([], ("done", "sent"))


def test_a_blip_is_no_dead_token(tmp_path):
    room = connected(tmp_path, ends=minutes(0))
    room.desk.wire.say("renew", NotSent("timeout"), session(2))
    room.desk.poll(article())
    room.desk.turn()
    assert (room.desk.alerts(), room.desk.stands()[0]) == ([], "due")
    room.desk.go(hours(1))
    room.desk.turn()
    assert room.desk.stands() == ("done", "sent")


def test_what_a_lost_answer_took_with_it_is_told_for_as_long_as_it_is_refused(tmp_path):
    room = connected(tmp_path)
    room.desk.wire.say("renew", NotSent("the connection broke off"), REFUSED, REFUSED)
    with pytest.raises(NotSent):
        room.adapter(renew=True)
    room.desk.go(minutes(30))
    for _ in range(2):
        with pytest.raises(AuthFailed, match=LOST):
            room.adapter(renew=True)
    asyncio.run(room.accounts.keep(ONE, session(3), stored.Consented("@me"), actor="cli:aigul"))
    room.desk.wire.say("renew", REFUSED)
    with pytest.raises(AuthFailed) as caught:
        room.adapter(renew=True)
    assert "lost" not in str(caught.value), "a clear refusal of the newest token lost nothing"


class Passing:
    """A clock on which waiting is over at once."""

    at = 0.0

    def monotonic(self):
        return self.at

    async def sleep(self, seconds):
        self.at += seconds


def test_who_holds_the_lock_too_long_is_told_of_and_nothing_is_asked(tmp_path):
    room = connected(tmp_path)

    async def both():
        async with alone(tmp_path / "jarshy.db", "acme", Passing()):
            async with alone(tmp_path / "jarshy.db", "another", Passing()):
                pass
            async with alone(tmp_path / "jarshy.db", "acme", Passing()):
                pass

    with pytest.raises(NotSent, match="another process has been renewing the session of acme for 35 s"):
        asyncio.run(both())
    asyncio.run(_free(tmp_path))
    assert room.renewals() == 0


async def _free(tmp_path):
    async with alone(tmp_path / "jarshy.db", "acme", Passing()):
        pass

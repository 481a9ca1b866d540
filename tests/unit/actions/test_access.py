"""What a network says when a person has it asked, and what goes on because it answers well."""

import asyncio
from dataclasses import replace

import pytest

from adapters.contract import AuthFailed, Identity, OutcomeUnknown, Scope
from bot.actions import access, pictures
from bot.actions.access import Answer
from bot.actions.room import RefusedVerb
from bot.alerts.errands import Errands
from bot.model import Account
from bot.store import accounts
from bot.store.accounts import Consented
from bot.store.engine import Store
from tests.unit.engine import NOW, Desk, article, minutes


def verify(desk, channel="one"):
    return desk.act(access.verify(desk.room("desk:dana"), desk.connect, channel))


def actions(desk):
    return [(row["action"], row["actor"]) for row in desk.log() if row["action"].endswith(".started")]


def stop(desk, scope):
    desk.wire.say("publish", AuthFailed("the token was taken back", scope=scope))
    desk.publish(article())


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (Identity("1", "@courier"), Answer("acme", Identity("1", "@courier"))),
        (Identity("1", "@courier", ("post",)), Answer("acme", Identity("1", "@courier", ("post",)))),
        (
            AuthFailed("the token is dead", scope=Scope.ACCOUNT),
            Answer("acme", refused="the token is dead", is_shut=True),
        ),
        (OutcomeUnknown("timed out"), Answer("acme", refused="timed out")),
    ],
)
def test_a_network_that_is_asked_says_who_and_what_is_missing(tmp_path, said, answer):
    desk = Desk(tmp_path)
    desk.wire.say("verify", said)
    assert verify(desk) == answer
    assert desk.connect.renewed == [False]
    assert actions(desk) == []


@pytest.mark.parametrize(("scope", "action"), [(Scope.ACCOUNT, "account.started"), (Scope.CHANNEL, "channel.started")])
def test_what_was_stopped_goes_on_at_once_in_the_name_of_whoever_asked(tmp_path, scope, action):
    desk = Desk(tmp_path)
    stop(desk, scope)
    assert not desk.turn()
    asked = len(desk.connect.renewed)
    assert verify(desk).started
    assert desk.connect.renewed[asked:] == [scope is Scope.ACCOUNT], "a session that did not serve is got anew"
    assert actions(desk) == [(action, "desk:dana")]
    desk.go(minutes(1))  # of the gap between two posts
    assert desk.turn()
    assert desk.stands() == ("done", "sent")


def test_what_still_does_not_answer_well_stays_stopped(tmp_path):
    desk = Desk(tmp_path)
    stop(desk, Scope.ACCOUNT)
    desk.wire.say("verify", Identity("1", "@courier", ("post",)))
    assert not verify(desk).started
    assert actions(desk) == []
    assert not desk.turn()


def test_there_is_no_channel_by_a_name_nobody_gave(tmp_path):
    with pytest.raises(RefusedVerb, match="there is no channel three; there are one"):
        verify(Desk(tmp_path), "three")


class Slow:
    """A network that answers when it is let."""

    def __init__(self, desk):
        self.desk, self.answers, self.steps = desk, asyncio.Event(), desk.connect.steps

    async def adapter(self, who, *, renew=False):
        await self.answers.wait()
        return await self.desk.connect.adapter(who)


def test_two_who_look_at_once_ask_a_network_once(tmp_path):
    desk = Desk(tmp_path)

    async def in_turns(run):
        await asyncio.sleep(0)  # as the writer's thread does: others go on between two transactions
        return run()

    desk.store = Store(desk.engine, in_turns)

    async def both():
        looks = [access.looked_up(desk.room(), desk.connect, desk.channels["one"]) for _ in range(2)]
        await asyncio.gather(*looks)

    desk.act(both())
    assert desk.wire.calls.count("verify") == 1


def test_a_network_that_hangs_holds_no_page_up_and_its_answer_is_kept_when_it_comes(tmp_path):
    desk = Desk(tmp_path)
    told = Identity("1", "@fake", avatar="https://pictures.example/face.jpg")
    desk.wire.say("verify", told)
    desk.album.offer(told.avatar, b"\xff\xd8\xff a face")
    there = Slow(desk)

    async def look():
        async with Errands() as errands:
            for _ in range(2):  # the second finds the question under way
                with pytest.raises(pictures.NoPicture):
                    await pictures.of_channel(desk.room(), there, "one", begin=errands.begin, within=0)
            there.answers.set()
        async with Errands() as errands:
            return await pictures.of_channel(desk.room(), there, "one", begin=errands.begin)

    assert desk.act(look()).content == b"\xff\xd8\xff a face"
    assert desk.wire.calls.count("verify") == 1


def asked_when_looked_at(desk, *moves):
    """Count how often the network was asked after each move, with a look before the first and after each."""
    counts = []
    for move in (lambda: None, *moves):
        move()
        desk.act(access.looked_up(desk.room(), desk.connect, desk.channels["one"]))
        counts.append(desk.wire.calls.count("verify"))
    return counts


def test_a_start_asks_no_network_anew_and_another_place_or_consent_does(tmp_path):
    desk = Desk(tmp_path)
    elsewhere = replace(desk.channels["one"], place=(("chat", "@elsewhere"),))

    def start(who):
        desk.ask(accounts.set_up, [Account(id="acme", network="fake", app="app")], [who])

    def consent():
        said = {"expires_at": None, "actor": "cli:dana", "consent": Consented("@fake")}
        desk.ask(accounts.keep_session, "acme", b"sealed", NOW, **said)

    told = Identity("1", "@fake", name="Port Paper")
    desk.wire.say("verify", *[told] * 4)
    again = [lambda: start(desk.channels["one"]), lambda: start(elsewhere), lambda: start(elsewhere), consent]
    assert asked_when_looked_at(desk, *again) == [1, 1, 2, 2, 3]


def test_what_a_channel_was_called_in_another_place_is_not_shown(tmp_path):
    desk = Desk(tmp_path)
    desk.wire.say("verify", Identity("1", "@fake", name="Port Paper"))
    assert asked_when_looked_at(desk) == [1]
    moved = replace(desk.channels["one"], place=(("chat", "@elsewhere"),))
    desk.ask(accounts.set_up, [Account(id="acme", network="fake", app="app")], [moved])
    assert desk.act(access.face_of(desk.room(), moved)).name == ""

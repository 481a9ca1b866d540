"""The end of an access nobody renews is asked of its network, kept, and told to people in time."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.contract import NotSent
from bot.alerts.watch import Senses, Watch, Watched, stages
from bot.model import Account
from bot.rules.alerts import Cause
from bot.store import figures
from bot.store.alerts import open_alerts
from tests.unit.engine import NOW, Fake, Renewing, hours
from tests.unit.test_accounts import Room, session

DAY = timedelta(days=1)


class Telling(Fake):
    """A network that tells until when its tokens serve."""

    async def ends(self):
        return self.http.answer("ends", None)


class Both(Renewing, Telling):
    """A network that tells it, and renews all the same."""


class Weekly(Renewing):
    """A network whose tokens can be renewed only while they live, and are so long before their end."""

    spec = replace(Renewing.spec, renew_ahead=53 * DAY)


def ask(room):
    asyncio.run(room.accounts.ask_ends(room.desk.channels))


def end(room):
    (seen,) = room.desk.ask(figures.accounts_seen)
    return seen.expires_at


def test_it_is_asked_at_start_and_once_a_day_whatever_the_channels(tmp_path):
    room = Room(tmp_path, kind=Telling)
    room.desk.wire.say("ends", NOW + 10 * DAY, NOW + 60 * DAY)
    ask(room)
    room.desk.go(hours(23))
    ask(room)
    assert end(room) == NOW + 10 * DAY
    room.desk.go(hours(1))
    ask(room)
    assert (end(room), room.desk.wire.calls.count("ends")) == (NOW + 60 * DAY, 2)


def test_a_new_token_that_never_ends_has_no_end(tmp_path):
    room = Room(tmp_path, kind=Telling)
    room.desk.wire.say("ends", NOW + 10 * DAY, None)
    ask(room)
    room.desk.go(DAY)
    ask(room)
    assert end(room) is None


def test_no_answer_leaves_what_is_known_and_is_asked_again_in_an_hour(tmp_path):
    room = Room(tmp_path, kind=Telling)
    room.desk.wire.say("ends", NOW + 10 * DAY, NotSent("502"), NOW + 60 * DAY)
    ask(room)
    room.desk.go(DAY)
    ask(room)
    assert end(room) == NOW + 10 * DAY
    room.desk.go(hours(1))
    ask(room)
    assert end(room) == NOW + 60 * DAY


@pytest.mark.parametrize("kind", [Fake, Both])
def test_what_does_not_tell_or_is_renewed_is_not_asked(tmp_path, kind):
    room = Room(tmp_path, kind=kind)
    ask(room)
    assert (end(room), "ends" in room.desk.wire.calls) == (None, False)


@pytest.mark.parametrize(("kind", "times"), [(Weekly, 3), (Renewing, 1)])
def test_a_quiet_account_is_renewed_where_its_access_would_run_out_unseen(tmp_path, kind, times):
    room = Room(tmp_path, kind=kind)
    ask(room)
    assert room.renewals() == 0, "what never signed in waits for its first post"
    room.desk.wire.say("renew", session(1, 60 * DAY), session(2, 68 * DAY), session(3, 76 * DAY))
    room.adapter()
    for _ in range(16):
        room.desk.go(DAY)
        ask(room)
    assert room.renewals() == times


def test_people_are_told_14_3_and_1_days_before_and_once_a_new_token_is_there(tmp_path):
    room = Room(tmp_path, kind=Telling)
    listed = tuple(room.desk.channels.values())
    days = stages([Account(id="acme", network="fake")], {"fake": Telling})
    watched = Watched(sources=["main"], channels=listed, stages=days)
    watch = Watch(room.desk.store, room.desk.clock, room.desk.policy, watched=watched, senses=Senses())
    room.desk.wire.say("ends", *[NOW + 20 * DAY] * 20, NOW + 80 * DAY)
    said = []
    for day in range(21):
        ask(room)
        asyncio.run(watch.look())
        found = [each.what for each in room.desk.ask(open_alerts) if each.cause is Cause.ACCESS_ENDS]
        said += [(day, found[0].rpartition(", ")[2])] if found and (not said or said[-1][1] not in found[0]) else []
        room.desk.go(DAY)
    assert said == [(6, "within 14 days"), (17, "within 3 days"), (19, "within 1 day")]
    assert not found

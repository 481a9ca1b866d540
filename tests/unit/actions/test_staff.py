"""What people do about people, on both databases."""

import asyncio
import threading

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from bot.actions import staff
from bot.actions.door import Caller, Doorkeeper
from bot.actions.room import RefusedVerb
from bot.store import restoring, schema
from bot.store import staff as stored
from tests.unit.desk.browser import CHEAP
from tests.unit.engine import NOW, Desk, hours

PASSWORD = "three cranes by the pier"
HERE = Caller("192.0.2.1", "Firefox")


@pytest.fixture
def newsroom(tmp_path):
    return Desk(tmp_path)


@pytest.fixture
def door(newsroom):
    return Doorkeeper(newsroom.clock, CHEAP)


def take_on(newsroom, door, name="aigul", role="editor"):
    token = newsroom.act(staff.invite(newsroom.room(), name, role)).token
    return newsroom.act(door.accept(newsroom.room(), token, "", PASSWORD, caller=HERE))


def test_a_person_is_taken_on_changed_and_let_go(newsroom, door):
    person, token = take_on(newsroom, door)
    assert (person.name, person.role, person.has_password, person.made_at) == ("aigul", "editor", True, NOW)
    assert newsroom.act(staff.set_role(newsroom.room(), "AIGUL", "Admin")).role == "admin"
    assert newsroom.act(staff.end(newsroom.room(), "aigul")) == "aigul"
    assert newsroom.act(staff.whose(newsroom.room(), token)) is None
    (left,) = newsroom.act(staff.everybody(newsroom.room()))
    assert (left.ended_at, left.has_password) == (NOW, False)


def test_whoever_left_can_be_taken_back_and_chooses_a_new_password(newsroom, door):
    take_on(newsroom, door)
    newsroom.act(staff.end(newsroom.room(), "aigul"))
    with pytest.raises(RefusedVerb, match="wrong"):
        newsroom.act(door.sign_in(newsroom.room(), "aigul", PASSWORD, HERE))
    back, _ = take_on(newsroom, door, role="viewer")
    assert (back.role, back.ended_at) == ("viewer", None)


def test_nobody_is_invited_twice_who_is_here(newsroom, door):
    take_on(newsroom, door)
    with pytest.raises(RefusedVerb, match="aigul is here already, as editor; `people reset aigul`"):
        newsroom.act(staff.invite(newsroom.room(), "Aigul", "admin"))


@pytest.mark.parametrize("verb", ["reset", "end", "set_role"])
def test_whoever_is_not_here_is_named(newsroom, verb):
    more = ["viewer"] if verb == "set_role" else []
    with pytest.raises(RefusedVerb, match="there is no nobody here; `jarshy people list` names everybody"):
        newsroom.act(getattr(staff, verb)(newsroom.room(), "nobody", *more))


def test_a_reset_ends_the_old_password_and_every_sign_in_at_once(newsroom, door):
    _, token = take_on(newsroom, door)
    first = newsroom.act(staff.reset(newsroom.room(), "aigul")).token
    assert newsroom.act(staff.whose(newsroom.room(), token)) is None
    with pytest.raises(RefusedVerb, match="wrong"):
        newsroom.act(door.sign_in(newsroom.room(), "aigul", PASSWORD, HERE))
    second = newsroom.act(staff.reset(newsroom.room(), "aigul")).token
    with pytest.raises(RefusedVerb, match="used already"):
        newsroom.act(staff.invitation(newsroom.room(), first))
    newsroom.act(door.accept(newsroom.room(), second, "", "another four words here", caller=HERE))
    assert newsroom.act(door.sign_in(newsroom.room(), "aigul", "another four words here", HERE))


def test_of_two_who_open_the_same_address_one_gets_in(newsroom, door):
    token = newsroom.act(staff.invite(newsroom.room(), "aigul", "editor")).token
    mark = staff.fingerprint(token)
    newsroom.ask(stored.accept, mark, "", NOW, password="a", language="en")
    with pytest.raises(RefusedVerb, match="used already"):
        newsroom.ask(stored.accept, mark, "", NOW, password="b", language="en")
    assert newsroom.ask(stored.known, "aigul").password == "a"


def test_a_password_that_was_changed_while_it_was_checked_lets_nobody_in(newsroom, door):
    take_on(newsroom, door)
    seen = newsroom.ask(stored.known, "aigul")
    newsroom.act(staff.reset(newsroom.room(), "aigul"))
    with pytest.raises(RefusedVerb, match="changed a moment ago"):
        newsroom.ask(stored.signed_in, seen, NOW, token="t", instead_of="", address="", agent="")
    with pytest.raises(RefusedVerb, match="changed a moment ago"):
        newsroom.ask(stored.change_password, seen, NOW, password="b", but=1)


def test_the_last_use_of_a_browser_is_known_to_five_minutes(newsroom, door):
    _, token = take_on(newsroom, door)
    seen = []
    for _ in range(3):
        newsroom.go(hours(0.05))
        newsroom.act(staff.whose(newsroom.room(), token))
        seen.append(newsroom.act(staff.sign_ins(newsroom.room()))[0].seen_at - NOW)
    assert seen == [hours(0), hours(0.1), hours(0.1)]


def test_sign_ins_that_ended_are_not_kept(newsroom, door):
    take_on(newsroom, door)
    newsroom.go(hours(13))
    newsroom.act(door.sign_in(newsroom.room(), "aigul", PASSWORD, HERE))
    assert newsroom.ask(lambda db: db.exec_driver_sql("SELECT count(*) FROM sign_in").scalar()) == 1


def test_a_copy_that_is_brought_back_lets_nobody_in_who_was_signed_out_since(newsroom, door):
    _, token = take_on(newsroom, door)
    invited = newsroom.act(staff.invite(newsroom.room(), "dana", "admin")).token
    newsroom.ask(restoring.bring_back, NOW, actor="cli:dana", ends=NOW)
    assert newsroom.act(staff.whose(newsroom.room(), token)) is None
    with pytest.raises(RefusedVerb):
        newsroom.act(staff.invitation(newsroom.room(), invited))
    assert newsroom.act(door.sign_in(newsroom.room(), "aigul", PASSWORD, HERE))


def test_nobody_is_nobody(newsroom):
    assert newsroom.act(staff.whose(newsroom.room(), "")) is None
    assert newsroom.act(staff.whose(newsroom.room(), "a token of no one")) is None
    assert newsroom.act(staff.sign_out(newsroom.room(), "nobody")) == 0


class Watched(PasswordHasher):
    """Counts what it checks, and whether two checks ever run at the same time."""

    def __init__(self):
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.checked, self.met, self.on_loop = 0, 0, 0
        self._meeting = threading.Barrier(2, timeout=0.02)

    def verify(self, hash, password):
        self.checked += 1
        self.on_loop += threading.current_thread() is threading.main_thread()
        try:
            self._meeting.wait()
            self.met += 1
        except threading.BrokenBarrierError:
            self._meeting.reset()
        return super().verify(hash, password)


@pytest.mark.parametrize("name", ["aigul", "nobody", "left", "invited", ""])
def test_a_try_costs_the_same_whether_a_name_exists_or_not(newsroom, name):
    hasher = Watched()
    door = Doorkeeper(newsroom.clock, hasher)
    take_on(newsroom, door)
    take_on(newsroom, door, "left")
    newsroom.act(staff.end(newsroom.room(), "left"))
    newsroom.act(staff.invite(newsroom.room(), "invited", "viewer"))
    with pytest.raises(RefusedVerb, match="name or password is wrong"):
        newsroom.act(door.sign_in(newsroom.room(), name, "nobody has this one", HERE))
    assert hasher.checked == 1


def test_passwords_are_checked_beside_the_event_loop_and_one_at_a_time(newsroom):
    hasher = Watched()
    door = Doorkeeper(newsroom.clock, hasher)

    async def several():
        tries = [door.sign_in(newsroom.room(), f"name{n}", "a", Caller(f"192.0.2.{n}", "")) for n in range(5)]
        await asyncio.gather(*tries, return_exceptions=True)

    asyncio.run(several())
    assert (hasher.checked, hasher.met, hasher.on_loop) == (5, 0, 0)


class Slow(PasswordHasher):
    """Takes two seconds for each, and tells when it began."""

    def __init__(self, clock):
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.clock, self.began = clock, []

    def verify(self, hash, password):
        self.began.append(self.clock.ticks)
        self.clock.ticks += 2
        return super().verify(hash, password)


def test_between_passwords_the_machine_has_as_long_for_other_work(newsroom):
    hasher = Slow(newsroom.clock)
    door = Doorkeeper(newsroom.clock, hasher)

    async def several():
        tries = [door.sign_in(newsroom.room(), f"name{n}", "a", Caller(f"192.0.2.{n}", "")) for n in range(3)]
        await asyncio.gather(*tries, return_exceptions=True)

    asyncio.run(several())
    assert hasher.began == [0, 4, 8]


def test_whoever_left_is_nobody_whatever_was_left_of_their_sign_ins(newsroom, door):
    _, token = take_on(newsroom, door)
    newsroom.ask(lambda db: db.execute(sa.update(schema.person).values(ended_at=NOW)))
    assert newsroom.act(staff.whose(newsroom.room(), token)) is None

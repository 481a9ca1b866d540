"""The log is sealed hourly, every thousand rows and at the end; what contradicts an earlier word is never signed."""

import base64
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.audit.checkpoints import Checkpoint, opened
from bot.audit.notes import Signer, Verifier
from bot.audit.rows import Action
from bot.audit.sealing import Key
from bot.audit.tree import continues
from bot.audit.verify import Check, Outside
from bot.proving import NoProof, prove, prove_since, verify
from bot.sealing import Seal, Sealer
from bot.store import alerts, audit, checkpoints, housekeeping, paragraphs
from bot.store.alerts import Cause
from tests.unit.audit.independent import NotProven, proven
from tests.unit.engine import NOW, Desk, article, minutes

KEY = Key(Signer("courier.example/log", bytes(range(32))))
NEW = Signer("courier.example/log", bytes(32))


async def aside(work, deadline):
    return work()


class House:
    """A newsroom's log, whose sealer hands checkpoints to a witness."""

    def __init__(self, folder, key=KEY):
        self.desk, self.file = Desk(folder), folder / "audit.checkpoint"
        self.seen = []
        self.open(key)

    def open(self, key=KEY):
        async def witness(note):
            self.seen.append(note)

        seal = Seal(key=key, beside=self.file)
        self.sealer = Sealer(self.desk.store, self.desk.clock, seal, aside=aside, witness=witness)

    def write(self, count):
        self.desk.ask(lambda db: [audit.tell(db, Action.CHANNEL_PAUSED, NOW, channel="one", n=n) for n in range(count)])

    def seal(self):
        self.desk.act(self.sealer.seal())

    def tick(self):
        self.desk.act(self.sealer.seal_due())

    def sizes(self):
        return self.desk.ask(checkpoints.sizes)

    def count(self):
        return self.desk.ask(checkpoints.last_row)

    def check(self, *outside, publics=KEY.publics):
        check = Check(publics, outside)
        self.desk.act(verify(self.desk.store, check))
        return check

    def forge(self, *said):
        with self.desk.engine.begin() as db:
            for (name,) in db.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
                db.exec_driver_sql(f"DROP TRIGGER {name}")
            for each in said:
                db.exec_driver_sql(each)

    def trouble(self):
        found = [each for each in self.desk.ask(alerts.open_alerts) if each.cause is Cause.AUDIT_BROKEN]
        return found[0].what.removeprefix("The audit log is not what it was: ") if found else ""


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


def test_the_log_is_sealed_at_once_then_hourly_and_only_when_there_is_something_new(house):
    house.tick()
    first = house.count()
    assert house.sizes() == [first]
    house.write(1)
    house.desk.go(minutes(59))
    house.tick()
    assert house.sizes() == [first]
    house.desk.go(minutes(1))
    house.tick()
    assert house.sizes() == [first, first + 1]
    house.desk.go(minutes(120))
    house.tick()
    assert house.sizes() == [first, first + 1]


def test_a_thousand_rows_do_not_wait_for_the_hour_and_are_sealed_in_stretches(house):
    house.tick()
    first = house.count()
    house.write(999)
    house.tick()
    assert house.sizes() == [first]
    house.write(1301)
    house.tick()
    assert house.sizes() == [first, first + 1000, first + 2000, first + 2300]
    assert len(house.seen) == 2, "the witness is given the newest of them"


def test_a_clock_that_was_set_back_does_not_keep_the_log_from_being_sealed(house):
    house.tick()
    house.desk.go(-minutes(600))
    house.write(1)
    house.tick()
    assert len(house.sizes()) == 2


def test_each_checkpoint_is_signed_and_stands_in_the_database_the_file_and_with_the_witness(house):
    house.write(5)
    house.seal()
    note = house.desk.ask(checkpoints.newest).note
    assert house.file.read_text() == note == house.seen[-1]
    assert opened(note, KEY.publics).size == house.count()
    assert [each.name for each in house.file.parent.iterdir() if "checkpoint" in each.name] == ["audit.checkpoint"]


def test_a_file_that_cannot_be_written_stops_nothing(house, tmp_path):
    house.file.mkdir()
    house.seal()
    assert len(house.sizes()) == len(house.seen) == 1
    assert not list(house.file.parent.glob(".*.new"))


def test_without_a_key_nothing_is_sealed_and_nothing_fails(tmp_path):
    desk = Desk(tmp_path)
    sealer = Sealer(desk.store, desk.clock, None, aside=aside)
    desk.act(sealer.seal_due())
    desk.act(sealer.seal())
    assert desk.ask(checkpoints.sizes) == []


def test_stories_posts_and_every_other_row_are_sealed_and_the_whole_log_verifies(house):
    house.desk.publish(article(1), article(2))
    house.seal()
    kept = Outside("elsewhere", opened(house.file.read_text(), KEY.publics))
    house.desk.publish(article(3))
    check = house.check(kept)
    assert (check.faults, check.rows) == ([], house.count())
    assert check.sealed == kept.stands.size < check.rows


def test_pruning_never_breaks_what_was_sealed(house):
    house.desk.publish(article(1), article(2))
    house.seal()
    later = NOW + timedelta(days=400)
    house.desk.ask(paragraphs.prune, later)
    house.desk.ask(housekeeping.expire, later, listed=house.desk.channels)
    # Whatever may be pruned one day, down to everything: only the log and its checkpoints are kept for ever.
    kept = ("audit", "checkpoint")
    with house.desk.engine.begin() as db:
        db.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for (name,) in db.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").all():
            if name not in kept and not name.startswith("sqlite_"):
                db.exec_driver_sql(f"DELETE FROM {name}")
    house.seal()
    assert not house.check().faults
    assert house.trouble() == ""


@pytest.mark.parametrize(
    ("forgery", "sentence"),
    [
        ("DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)", "was sealed and is missing now"),
        ("UPDATE audit SET row = x'7b7d' WHERE id = (SELECT max(id) FROM audit)", "was sealed and is another now"),
        ("UPDATE checkpoint SET peaks = x''", "another number of full subtrees"),
        ("UPDATE checkpoint SET peaks = zeroblob(length(peaks))", "stored with the last checkpoint"),
        ("UPDATE checkpoint SET note = replace(note, 'courier', 'c0urier')", "is not ours"),
        ("DELETE FROM checkpoint", "that is not in the database"),
    ],
)
def test_nothing_is_signed_that_contradicts_an_earlier_checkpoint(house, forgery, sentence):
    house.write(5)
    house.seal()
    signed = list(house.seen)
    house.forge(forgery)
    house.seal()
    assert sentence in house.trouble()
    assert house.seen == signed
    house.seal()
    assert house.desk.alerts().count("audit_broken") == 1


def test_a_sealed_row_that_is_gone_is_told_also_where_others_came_after_it(house):
    house.seal()
    house.write(2)
    house.forge(f"DELETE FROM audit WHERE id = {house.sizes()[-1]}")
    house.seal()
    assert house.trouble() == f"row {house.sizes()[-1]} was sealed and is missing now"


def test_a_log_that_became_shorter_is_told_without_waiting_for_the_hour(house):
    house.write(5)
    house.tick()
    house.forge("DELETE FROM audit WHERE id > 3")
    house.tick()
    assert "was sealed and is missing now" in house.trouble()


def test_two_checkpoints_of_ours_over_as_many_rows_must_agree(house):
    house.seal()
    house.file.write_text(KEY.signer.sign(f"courier.example/log\n{house.count()}\n{'A' * 43}=\n"))
    house.write(1)
    house.seal()
    assert "audit.checkpoint has another checkpoint over" in house.trouble()
    assert len(house.sizes()) == 1


def test_a_missing_row_is_not_sealed_over(house):
    house.seal()
    house.write(3)
    gone = house.count() - 1
    house.forge(f"DELETE FROM audit WHERE id = {gone}")
    house.seal()
    assert house.trouble() == f"row {gone} is missing"
    assert len(house.sizes()) == 1


def test_a_shorter_database_in_the_place_of_a_longer_is_told_and_sealed_on_once_the_file_is_put_aside(house):
    house.seal()
    house.write(5)
    longer = Outside("elsewhere", opened(KEY.signer.sign(f"courier.example/log\n{house.count()}\n{'A' * 43}=\n"), ()))
    house.file.write_text(KEY.signer.sign(longer.stands.text))
    house.seal()
    assert "audit.checkpoint has a checkpoint over" in house.trouble()
    house.file.rename(house.file.with_suffix(".old"))
    house.seal()
    assert house.trouble() == ""
    assert house.sizes()[-1] == house.count()


@pytest.mark.parametrize("said", ["", "nonsense", NEW.sign(f"courier.example/log\n99\n{'A' * 43}=\n")])
def test_a_file_that_we_did_not_sign_says_nothing(house, said):
    house.file.write_text(said)
    house.seal()
    assert (house.trouble(), len(house.sizes())) == ("", 1)


def test_a_new_key_goes_on_where_the_old_one_stands_below_it_and_only_there(house):
    house.seal()
    house.write(1)
    house.open(Key(NEW))
    house.seal()
    assert str(KEY.signer.verifier) in house.trouble()
    house.open(both := Key(NEW, KEY.publics))
    house.seal()
    assert (house.trouble(), house.sizes()[-1]) == ("", house.count())
    assert not house.check(publics=both.publics).faults


def test_a_row_is_proven_to_a_stranger_who_knows_the_verifier_key_alone(house):
    house.desk.publish(article(1), article(2))
    house.seal()
    vkey = str(KEY.signer.verifier)
    for told in house.desk.ask(lambda db: list(audit.read(db))):
        proof = str(house.desk.act(prove(house.desk.store, told.id)))
        assert proven(proof, vkey) == told.row
        assert len(proof) < 4096
    for change in ((str(told.id - 1), "0"), ("extra ey", "extra fy"), ("courier", "c0urier")):
        with pytest.raises((NotProven, ValueError)):
            proven(proof.replace(*change, 1), vkey)
    with pytest.raises(NotProven):
        proven(proof, str(Verifier("courier.example/log", NEW.verifier.public)))


def test_the_log_is_proven_to_go_on_from_an_older_checkpoint(house):
    for _ in range(3):
        house.write(7)
        house.seal()
    newest = opened(house.seen[-1], KEY.publics)
    for note in house.seen:
        old = opened(note, KEY.publics)
        head, _, signed = house.desk.act(prove_since(house.desk.store, old)).partition("\n\n")
        first, *path = head.split("\n")
        assert (first, signed) == (f"old {old.size}", house.seen[-1])
        path = [base64.b64decode(each) for each in path]
        assert continues((old.size, old.root), (newest.size, newest.root), path)
    assert house.desk.act(prove_since(house.desk.store, Checkpoint("x", 0, b""))).startswith("old 0\n\n")
    for size, root, said in ((99, bytes(32), "sealed up to row"), (5, bytes(32), "does not go on from this")):
        with pytest.raises(NoProof, match=said):
            house.desk.act(prove_since(house.desk.store, Checkpoint("x", size, root)))


def test_a_row_that_cannot_be_proven_is_refused_in_a_sentence(house):
    store = house.desk.store
    for row, said in ((0, "has no row 0"), (10**9, "has no row"), (1, "not sealed yet")):
        with pytest.raises(NoProof, match=said):
            house.desk.act(prove(store, row))
    house.seal()
    house.forge("UPDATE audit SET row = x'7b7d' WHERE id = 1")
    with pytest.raises(NoProof, match="is not what was sealed"):
        house.desk.act(prove(store, 1))
    house.forge("UPDATE checkpoint SET leaves = x''")
    with pytest.raises(NoProof, match="is not what was sealed"):
        house.desk.act(prove(store, 1))


def test_a_checkpoint_given_a_huge_number_does_not_bring_the_log_into_memory(house):
    house.write(10)
    house.seal()
    asked = []

    @sa.event.listens_for(house.desk.engine, "before_cursor_execute")
    def count(connection, cursor, statement, parameters, context, is_many):
        asked.extend(parameters if "LIMIT" in statement and "FROM audit" in statement else ())

    for size in (4 * 10**18, -1):
        house.forge(f"UPDATE checkpoint SET size = {size}")
        fault = house.check().faults[0]
        assert (fault.first, fault.last) == (1, house.count())
    assert asked
    assert all(0 <= most <= 5000 for most in asked)

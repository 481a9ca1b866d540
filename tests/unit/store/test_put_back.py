"""What shows that a database is older than the one that was at work, and what marking it where it stands does."""

import pytest
import sqlalchemy as sa

from bot.audit.checkpoints import Checkpoint
from bot.audit.notes import Signer
from bot.audit.rows import Action
from bot.audit.sealing import Key
from bot.rules.lost import PutBack
from bot.store import audit, checkpoints, people, restoring
from bot.store.onefile import COPY
from tests.unit.engine import NOW, Desk, article, minutes

KEY = Key(Signer("courier.example/log", bytes(range(32))))


class Log:
    """A newsroom's log: `seal` gives what was signed of it, to be kept elsewhere."""

    def __init__(self, folder):
        self.desk = Desk(folder)

    def write(self, count, at=NOW):
        self.desk.ask(lambda db: [audit.tell(db, Action.CHANNEL_RESUMED, at, channel="one") for _ in range(count)])

    def seal(self):
        made = self.desk.ask(lambda db: checkpoints.extend(db, KEY, NOW, most=1000))
        return Checkpoint.parse(made.note)

    def rows(self):
        return self.desk.ask(checkpoints.last_row)

    def shows(self, kept):
        return self.desk.ask(restoring.shows_older, kept)


@pytest.fixture
def log(tmp_path):
    made = Log(tmp_path)
    made.write(5)
    return made


def test_a_log_nothing_was_signed_of_shows_nothing(log):
    assert log.shows(None) is None
    assert log.shows(Checkpoint("courier.example/log", 0, bytes(32))) is None


def test_a_log_that_went_on_since_it_was_signed_is_the_one_at_work(log):
    kept = log.seal()
    assert log.shows(kept) is None
    log.write(3)
    assert log.shows(kept) is None
    log.seal()
    assert log.shows(kept) is None


def test_a_log_with_fewer_rows_than_were_signed_is_an_older_one(log):
    log.seal()
    size = log.rows()
    assert log.shows(Checkpoint("courier.example/log", size + 4, bytes(32))) == PutBack(size + 4, size, NOW)


def test_an_older_log_that_was_written_on_is_known_by_its_rows(log):
    size = log.rows()
    kept = Checkpoint("courier.example/log", size + 2, bytes(32))
    log.write(9)
    assert log.shows(kept) == PutBack(size + 2, size + 9, NOW), "commands wrote, and nothing was sealed there"
    log.seal()
    assert log.shows(kept) == PutBack(size + 2, size + 9, NOW)


def test_a_log_with_other_rows_in_the_place_of_those_signed_is_not_the_one_at_work(log):
    size = log.seal().size
    assert log.shows(Checkpoint("courier.example/log", size, bytes(32))) == PutBack(size, size, NOW)


@pytest.mark.on("sqlite")
def test_rows_that_were_cut_off_show_although_they_stand_sealed(log):
    kept = log.seal()
    with log.desk.engine.begin() as db:
        db.exec_driver_sql("DROP TRIGGER audit_refuses_delete")
        db.execute(sa.text("DELETE FROM audit WHERE id = :last"), {"last": kept.size})
    assert log.shows(kept) == PutBack(kept.size, kept.size - 1, NOW)


@pytest.mark.on("sqlite")
def test_a_file_that_says_it_is_a_copy_is_believed_until_it_is_marked(log):
    with log.desk.engine.begin() as db:
        db.exec_driver_sql(f"PRAGMA user_version={COPY}")
    assert log.shows(log.seal()) == PutBack(None, log.rows(), NOW)
    log.desk.ask(lambda db: restoring.bring_back_here(db, NOW, actor="cli:dana", shown=""))
    assert log.shows(None) is None


def test_marked_in_its_place_everything_open_waits_for_a_look_from_where_the_daemon_ended(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.go(minutes(50))
    # Whoever put it back looked around before it was marked: the copy ends where the daemon ended.
    desk.ask(lambda db: people.pause(db, ["one"], desk.clock.now(), until=None, actor="cli:dana"))
    desk.go(minutes(10))
    why = "audit.checkpoint was signed over 9 rows"
    lost, under_way = desk.ask(lambda db: restoring.bring_back_here(db, desk.clock.now(), actor="cli:dana", shown=why))
    assert (lost.copied_at, lost.restored_at, under_way) == (NOW, NOW + minutes(60), 1)
    assert desk.stands() == ("unknown", "restored")
    (row,) = [row for row in desk.log() if row["action"] == "database.restored"]
    assert row["actor"] == "cli:dana"
    assert row["said"] == f"1 deliveries that were under way wait for a look; {why}"

"""A start on a database that was put back by hand is refused in a sentence, until a person had it marked."""

import asyncio
import shutil

import pytest

from bot.audit.checkpoints import CHECKPOINT
from bot.clock import SystemClock
from bot.commands import copies, machine
from bot.commands.office import open_office
from bot.commands.setup import init
from bot.keys import CannotStart
from bot.process import open_daemon
from bot.putback import OldDatabase
from bot.store import audit, deliveries, restoring
from bot.store.migrate import LATEST, version_of
from bot.store.people import RefusedVerb
from config.settings import NoSecret
from tests.unit.commands.test_copies import SETTINGS, Folder
from tests.unit.test_upgrade import RELEASED, built


class Newsroom(Folder):
    """A newsroom that signs its log, and can be started and stopped."""

    def __init__(self, path):
        super().__init__(path)
        init(self.settings)
        self.settings.write_text(SETTINGS)
        (path / "secrets" / "K").touch(mode=0o600)
        (path / "secrets" / "K").write_text("7:secret")
        self.checkpoint = path / CHECKPOINT

    def start(self):
        async def life():
            with open_office(self.settings) as office:
                async with open_daemon(office.settings, SystemClock()) as daemon:
                    await daemon.stop(1)

        asyncio.run(life())

    def put_back(self, copy):
        for journal in self.store.parent.glob("jarshy.db-*"):
            journal.unlink()
        shutil.copy(copy, self.store)

    def mark(self, *, is_sure=True):
        return asyncio.run(copies.mark_here(self.settings, "dana", is_sure=is_sure))

    def rows(self):
        return self.ask(lambda db: [told.actor for told in audit.read(db, most=1000)])

    def doctor(self):
        with open_office(self.settings) as office:
            return asyncio.run(machine.database(office))


@pytest.fixture
def paper(tmp_path):
    return Newsroom(tmp_path)


def older(paper):
    """A file as it was before the newsroom's last run, which signed its log."""
    paper.start()
    copy = paper.store.with_name("older.db")
    shutil.copy(paper.store, copy)
    paper.start()
    return copy


def test_a_newsroom_starts_again_and_again(paper):
    assert not paper.checkpoint.exists()
    for _ in range(3):
        paper.start()
    assert paper.checkpoint.exists()
    assert paper.doctor().code == 0


def test_an_older_file_starts_nothing_and_says_what_to_do(paper):
    paper.put_back(older(paper))
    before = paper.rows()
    with pytest.raises(OldDatabase) as refused:
        paper.start()
    said = str(refused.value)
    size = int(paper.checkpoint.read_text().split("\n")[1])
    log = f"the log of {paper.store} has {len(before)}, the daemon's last of"
    assert f"audit.checkpoint was signed over {size} rows, and {log}" in said
    assert "What went out since would go out again, so nothing is started: after `jarshy restore --here` (" in said
    assert paper.rows() == before
    assert (paper.doctor().code, paper.doctor().said) == (1, said)


def test_once_marked_it_starts_and_what_was_signed_is_kept_aside(paper, capsys):
    paper.put_back(older(paper))
    signed = paper.checkpoint.read_text()
    assert paper.mark() == 0
    assert "1 delivery under way" in " ".join(capsys.readouterr().out.split())
    assert paper.ask(deliveries.get, 1).state == "unknown"
    (aside,) = paper.store.parent.glob(f"{CHECKPOINT}.replaced-*Z")
    assert aside.read_text() == signed
    paper.start()
    assert paper.checkpoint.read_text() != signed
    assert paper.doctor().code == 0


def test_nothing_is_marked_unasked(paper):
    paper.put_back(older(paper))
    with pytest.raises(RefusedVerb, match="nobody can be asked here"):
        paper.mark(is_sure=False)
    assert paper.ask(deliveries.get, 1).state == "due"
    with pytest.raises(OldDatabase):
        paper.start()


def test_marking_cut_off_before_its_last_step_refuses_the_start_once_more(paper):
    paper.put_back(older(paper))
    signed = paper.checkpoint.read_text()
    paper.mark()
    paper.checkpoint.write_text(signed)
    with pytest.raises(OldDatabase):
        paper.start()
    paper.mark()
    paper.start()


def test_a_backup_copied_into_place_is_known_without_anything_beside_it(paper):
    copies.backup(paper.settings, paper.copy, may_replace=False)
    paper.put_back(paper.copy)
    with pytest.raises(OldDatabase, match="is a copy that `jarshy backup` made; its log has"):
        paper.start()
    paper.mark()
    paper.start()


def test_a_backup_that_was_restored_by_the_command_starts_at_once(paper):
    copies.backup(paper.settings, paper.copy, may_replace=False)
    paper.start()
    paper.restore()
    paper.start()


def test_a_database_that_is_empty_where_one_was_signed_is_an_older_one_too(paper):
    paper.start()
    for file in paper.store.parent.glob("jarshy.db*"):
        file.unlink()
    with pytest.raises(OldDatabase, match=r"was signed over \d+ rows, and the log of .* has 0\."):
        paper.start()


@pytest.mark.parametrize("said", ["", "no checkpoint", "courier.example/log\n900\nAAAA\n"])
def test_a_file_that_nobody_signed_refuses_nothing(paper, said):
    paper.start()
    paper.checkpoint.write_text(said)
    paper.start()


def test_without_a_key_what_was_signed_is_taken_as_it_stands(paper):
    copy = older(paper)
    (paper.store.parent / "secrets" / "AUDIT_KEY").unlink()
    paper.start()
    paper.put_back(copy)
    with pytest.raises(OldDatabase):
        paper.start()


def test_a_key_that_cannot_be_read_is_told_by_itself(paper):
    paper.start()
    (paper.store.parent / "secrets" / "AUDIT_KEY").chmod(0o644)
    assert paper.doctor().code == 0
    with pytest.raises(NoSecret, match="AUDIT_KEY"):
        paper.start()


def test_what_cannot_be_read_is_not_taken_for_missing(paper):
    paper.checkpoint.mkdir()
    with pytest.raises(CannotStart, match="cannot be read"):
        paper.start()


def test_there_must_be_a_database_to_mark(paper):
    paper.store.unlink()
    with pytest.raises(CannotStart, match="`jarshy restore FILE` puts a copy there"):
        paper.mark()


def test_where_nothing_shows_it_a_person_is_told_so_and_may_mark_it_all_the_same(paper, capsys):
    assert paper.mark() == 0
    assert "Nothing shows that it is an older one." in " ".join(capsys.readouterr().out.split())
    assert paper.ask(deliveries.get, 1).state == "unknown"


def test_a_copy_of_an_older_version_is_brought_up_and_then_marked(paper):
    paper.store.unlink()
    built(RELEASED[0], paper.store)
    paper.mark()
    assert version_of(paper.store) == LATEST
    assert paper.ask(restoring.lost_time) is not None

"""Backup, restore and its check, as the person at the keyboard meets them."""

import asyncio
import sqlite3
import stat
from contextlib import closing

import pytest

from bot.articles.feed import Feed
from bot.clock import SystemClock
from bot.commands import copies, migrating
from bot.keys import CannotStart
from bot.store import alerts, deliveries, intake, sources
from bot.store.engine import StoreUnavailable, engine_for
from bot.store.lock import DaemonRuns, only_one
from bot.store.migrate import LATEST, BadDatabase, bring_up
from bot.store.schema import account, audit, channel, secret
from bot.vault import Vault
from tests.unit.engine import MAIN, NOW, ONE, article, minutes
from tests.unit.test_upgrade import RELEASED, built, rows

LATER = NOW + minutes(60)
SETTINGS = """
newsroom: {name: The Steppe Courier, zone: Asia/Almaty}
sources: {main: {url: "https://courier.example/feed"}}
accounts: {acme: {network: telegram, credentials: {token: K}}}
channels: {one: {account: acme, chat: "@courier"}}
"""


class Folder:
    """A newsroom's folder, with one story planned."""

    def __init__(self, path):
        self.settings, self.store, self.copy = path / "jarshy.yaml", path / "jarshy.db", path / "copy.db"
        self.settings.write_text(SETTINGS)
        bring_up(self.store)
        with self.open() as db:
            db.execute(account.insert(), {"id": "acme", "network": "telegram"})
            db.execute(channel.insert(), {"id": "one", "account": "acme"})
            sources.set_up_sources(db, [MAIN], NOW)
        self.engine.dispose()
        self.poll()
        self.poll(article(1))

    def open(self):
        self.engine = engine_for(lambda: self.store)
        return self.engine.begin()

    def poll(self, *articles):
        poll = intake.Poll(MAIN, Feed("Courier", "en", articles, True, ()), sources.Validators("v", "w", "s"), [ONE])
        with self.open() as db:
            intake.take_in(db, poll, NOW)
        self.engine.dispose()

    def ask(self, question, *args):
        with self.open() as db:
            found = question(db, *args)
        self.engine.dispose()
        return found

    def restore(self, **said):
        return asyncio.run(copies.restore(self.settings, said.get("copy", self.copy), "dana"))


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def test_a_backup_is_one_whole_file_for_its_owner_alone(folder, capsys):
    with folder.open():  # somebody writes meanwhile
        assert copies.backup(folder.settings, folder.copy, may_replace=False) == 0
    assert rows(folder.copy) == rows(folder.store)
    assert stat.S_IMODE(folder.copy.stat().st_mode) == 0o600
    assert [path.name for path in folder.copy.parent.glob("copy.db*")] == ["copy.db"]
    assert "1 story, 1 delivery" in " ".join(capsys.readouterr().out.split())


def test_a_backup_overwrites_nothing_without_force(folder):
    folder.copy.write_text("precious")
    with pytest.raises(CannotStart, match=r"is there already \(--force replaces it\)"):
        copies.backup(folder.settings, folder.copy, may_replace=False)
    assert folder.copy.read_text() == "precious"
    assert copies.backup(folder.settings, folder.copy, may_replace=True) == 0
    assert rows(folder.copy) == rows(folder.store)


def test_a_backup_is_never_the_database_itself(folder):
    with pytest.raises(CannotStart, match="is there already; nothing was copied"):
        copies.backup(folder.settings, folder.store, may_replace=True)


def test_a_damaged_database_makes_no_backup_and_leaves_the_last_good_one(folder):
    copies.backup(folder.settings, folder.copy, may_replace=False)
    good = folder.copy.read_bytes()
    spoil(folder.store)
    with pytest.raises((BadDatabase, StoreUnavailable)):
        copies.backup(folder.settings, folder.copy, may_replace=True)
    assert folder.copy.read_bytes() == good
    assert [path.name for path in folder.copy.parent.glob("copy.db*")] == ["copy.db"]


def spoil(path):
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    broken = bytearray(path.read_bytes())
    broken[4096 : 4096 * 6] = b"\xff" * 4096 * 5
    path.write_bytes(broken)


def test_a_restore_marks_what_may_be_out_and_keeps_the_replaced_file(folder, capsys):
    copies.backup(folder.settings, folder.copy, may_replace=False)
    folder.poll(article(2), article(1))
    lost = rows(folder.store)
    assert folder.restore() == 0
    stands = folder.ask(deliveries.get, 1)
    assert (stands.state, stands.reason) == ("unknown", "restored")
    assert folder.ask(deliveries.get, 2) is None
    assert [str(each.cause) for each in folder.ask(alerts.open_alerts)] == ["database_restored"]
    (aside,) = folder.store.parent.glob("jarshy.db.replaced-*Z")
    assert rows(aside) == lost
    said = " ".join(capsys.readouterr().out.split())
    assert str(aside) in said.replace(" ", "")
    assert "1 delivery under way" in said
    assert stat.S_IMODE(folder.store.stat().st_mode) == 0o600
    assert not list(folder.store.parent.glob("*.restoring*"))


def test_a_restore_over_a_damaged_or_missing_database_serves_too(folder):
    copies.backup(folder.settings, folder.copy, may_replace=False)
    spoil(folder.store)
    broken = folder.store.read_bytes()
    folder.restore()
    (aside,) = folder.store.parent.glob("jarshy.db.replaced-*Z")
    assert aside.read_bytes() == broken
    folder.store.unlink()
    folder.restore()
    assert folder.ask(deliveries.get, 1).state == "unknown"


def test_a_restore_over_a_newer_state_says_so_and_can_be_taken_back(folder, capsys):
    copies.backup(folder.settings, folder.copy, may_replace=False)
    folder.poll(article(2), article(1))
    with folder.open() as db:
        db.execute(audit.insert(), {"at": LATER, "actor": "a", "action": "daemon.stopped", "row": b"{}"})
    folder.engine.dispose()
    folder.restore()
    said = " ".join(capsys.readouterr().out.split())
    assert "That file is whole and knows more, up to 25 November 2026, 15:00" in said
    (aside,) = folder.store.parent.glob("jarshy.db.replaced-*Z")
    kept = aside.read_bytes()
    folder.restore(copy=aside)
    assert folder.ask(deliveries.get, 2) is not None
    assert aside.read_bytes() == kept, "a file that was put aside is never overwritten"


def test_a_restore_is_refused_while_a_daemon_works(folder):
    copies.backup(folder.settings, folder.copy, may_replace=False)
    before = rows(folder.store)

    async def both():
        async with only_one(folder.store, SystemClock()):
            await copies.restore(folder.settings, folder.copy, "dana")

    with pytest.raises(DaemonRuns):
        asyncio.run(both())
    assert rows(folder.store) == before


def newer(path):
    bring_up(path)
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
        db.commit()


def foreign(path):
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE recipe (name TEXT)")


def damaged(path):
    bring_up(path)
    spoil(path)


BAD = [
    (newer, "written by a newer Jarshy"),
    (foreign, "another program: choose a copy"),
    (damaged, "damaged"),
    (lambda path: path.touch(), "is empty, no database of Jarshy"),
    (lambda path: path.write_text("no database at all"), "is no database or is damaged"),
    (lambda path: None, "there is no file"),
]


@pytest.mark.parametrize(("make", "said"), BAD)
def test_a_copy_of_no_use_is_refused_and_nothing_changes(folder, make, said):
    make(folder.copy)
    before = rows(folder.store)
    with pytest.raises(BadDatabase, match=said):
        asyncio.run(copies.check(folder.settings, folder.copy))
    with pytest.raises(BadDatabase, match=said):
        folder.restore()
    assert rows(folder.store) == before
    assert not list(folder.store.parent.glob("*.replaced-*"))


def test_a_check_changes_nothing_and_tells_what_is_there(folder, capsys):
    copies.backup(folder.settings, folder.copy, may_replace=False)
    before = folder.copy.read_bytes(), rows(folder.store)
    capsys.readouterr()
    assert asyncio.run(copies.check(folder.settings, folder.copy)) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "can be restored: it reads back whole, 1 story, 1 delivery" in said
    assert "ends at 25 November 2026, 14:00" in said
    assert "Its audit log is whole, 0 of" in said
    assert "It knows nothing of the last" in said
    assert (folder.copy.read_bytes(), rows(folder.store)) == before


def test_a_copy_of_an_older_version_is_restored_and_brought_up(folder, capsys):
    built(RELEASED[0], folder.copy)
    asyncio.run(copies.check(folder.settings, folder.copy))
    assert f"`restore` brings them to {LATEST}" in " ".join(capsys.readouterr().out.split())
    before = folder.copy.read_bytes()
    folder.restore()
    assert folder.ask(deliveries.get, 1) is not None
    assert folder.copy.read_bytes() == before


def test_migrate_brings_an_old_file_up_and_says_where_its_copy_is(folder, capsys):
    folder.store.unlink()
    built(RELEASED[0], folder.store)
    assert asyncio.run(migrating.migrate(folder.settings)) == 0
    said = "".join(capsys.readouterr().out.split())
    assert f"jarshy.db.before-{LATEST}" in said


def test_a_stored_sign_in_stays_sealed_in_a_copy(folder):
    sealed = Vault(b"k" * 32).seal(b"token-of-the-account", bound_to=("acme", "token"), nonce=b"n" * 12)
    with folder.open() as db:
        db.execute(secret.insert(), {"account": "acme", "name": "token", "sealed": sealed, "stored_at": NOW})
    folder.engine.dispose()
    copies.backup(folder.settings, folder.copy, may_replace=False)
    assert sealed in folder.copy.read_bytes()
    assert b"token-of-the-account" not in folder.copy.read_bytes()


def test_a_copy_whose_log_was_changed_is_not_called_good(folder, capsys):
    copies.backup(folder.settings, folder.copy, may_replace=False)
    with closing(sqlite3.connect(folder.copy)) as db, db:
        db.execute("DROP TRIGGER audit_refuses_update")
        db.execute("UPDATE audit SET id = 9 WHERE id = 1")
    capsys.readouterr()
    assert asyncio.run(copies.check(folder.settings, folder.copy)) == 1
    assert "is not what was sealed" in " ".join(capsys.readouterr().out.split())


def test_the_journal_of_a_lost_database_is_not_taken_for_that_of_the_copy(folder):
    copies.backup(folder.settings, folder.copy, may_replace=False)
    with folder.open() as db:  # a daemon that is killed at work leaves its journal
        db.exec_driver_sql("UPDATE delivery SET detail = 'of the lost time'")
        db.exec_driver_sql("UPDATE story SET url = 'of the lost time'")
        db.commit()
        journal = folder.store.with_name(f"{folder.store.name}-wal").read_bytes()
    folder.engine.dispose()
    folder.store.unlink()
    for name in (f"{folder.store.name}-wal", f"{folder.store.name}.restoring-wal"):
        folder.store.with_name(name).write_bytes(journal)
    assert folder.restore() == 0
    with closing(sqlite3.connect(folder.store)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("SELECT state, detail FROM delivery").fetchall() == [("unknown", "")]
        assert db.execute("SELECT count(*) FROM story WHERE url = 'of the lost time'").fetchone() == (0,)

"""What a person sees who asks the log to prove itself."""

import asyncio
import base64
import csv
import io
import json
import re
import sqlite3
import stat
from contextlib import closing

import pytest

from bot import process
from bot.actions.log import Asked
from bot.audit.notes import Signer
from bot.audit.table import HEAD, harmless
from bot.audit.words import NOT_OURS
from bot.clock import SystemClock
from bot.commands.office import open_office, settings_at
from bot.commands.proving import export, prove, verify
from bot.commands.reading import list_audit
from bot.commands.setup import init
from bot.keys import AUDIT_KEY, CannotStart, seal, secrets_of
from bot.store import audit
from config.settings import NoSecret
from tests.unit.audit.independent import proven

SETTINGS = """
newsroom: {name: The Steppe Courier, zone: Asia/Almaty}
sources: {main: {url: "http://127.0.0.1:9/feed"}}
allow_hosts: ["127.0.0.1:9"]
accounts: {tg: {network: telegram, credentials: {token: K}}}
channels: {tg: {account: tg, chat: "@courier"}}
"""
KEY = Signer("jarshy.local/the-steppe-courier", bytes(32))


@pytest.fixture
def path(tmp_path, monkeypatch):
    made = tmp_path / "jarshy.yaml"
    made.write_text(SETTINGS)
    assert init(made) == 0
    (tmp_path / "secrets" / "K").write_text("1:secret")
    (tmp_path / "secrets" / "K").chmod(0o600)
    key(made, base64.b64encode(bytes(32)).decode())
    monkeypatch.chdir(tmp_path)
    return made


def key(path, *lines):
    (path.parent / "secrets" / AUDIT_KEY).write_text("\n".join(lines))


def live(path):
    """Let the daemon go round once and stop."""
    settings, _ = settings_at(path)
    asyncio.run(process.once(settings, SystemClock()))


def forge(path, *said):
    with closing(sqlite3.connect(path.parent / "jarshy.db")) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        for each in said:
            db.execute(each)
        db.commit()


def verified(path, capsys, *kept, keys=(), is_json=False):
    capsys.readouterr()
    code = asyncio.run(verify(path, kept, keys, is_json=is_json))
    return code, capsys.readouterr().out


def test_the_daemon_seals_when_it_stops_and_the_log_is_whole(path, capsys):
    live(path)
    kept = path.parent / "kept"
    kept.write_bytes((path.parent / "audit.checkpoint").read_bytes())
    live(path)
    code, said = verified(path, capsys, kept)
    assert code == 0
    assert said.startswith("The audit log is whole: ")
    assert f"Verifier key: {KEY.verifier}" in said
    told = json.loads(verified(path, capsys, is_json=True)[1])
    assert (told["whole"], told["faults"], told["keys"]) == (True, [], [str(KEY.verifier)])
    assert told["rows"] == told["sealed"] > 5


def test_a_witness_s_message_serves_as_the_copy_it_holds(path, capsys):
    with path.open("a") as file:
        file.write("alerts: [{command: [tee, kept], witness: true}]\n")
    live(path)  # its last checkpoint is told by the next run
    live(path)
    kept = path.parent / "kept"
    assert kept.read_text().startswith("The Steppe Courier: checkpoint of the audit log, ")
    assert verified(path, capsys, kept)[0] == 0
    kept.write_text(kept.read_text().strip().replace("\n", "\r\n"), newline="")
    assert verified(path, capsys, kept)[0] == 0, "as an editor saves it that a person pasted it into"
    forge(path, "DELETE FROM audit WHERE id > 2", "DELETE FROM checkpoint")
    (path.parent / "audit.checkpoint").unlink()
    assert verified(path, capsys)[0] == 0, "nobody but the witness knows better"
    code, said = verified(path, capsys, kept)
    assert (code, f"are missing: the checkpoint in {kept}" in said.replace("\n", " ")) == (1, True)


def test_a_log_edited_by_hand_gets_its_sentence(path, capsys):
    live(path)
    forge(
        path,
        "UPDATE audit SET actor = 'x' WHERE id = 3",
    )
    code, said = verified(path, capsys)
    assert code == 1
    assert said.splitlines()[0].startswith("! Row 3, which says it is from 20")
    assert "was changed: its actor in the table is not what its content says." in said
    assert "Up to there every row agrees with what was sealed (2 rows)." in said
    assert json.loads(verified(path, capsys, is_json=True)[1])["faults"][0]["first"] == 3


@pytest.mark.parametrize("content", ["x'ff'", "x'5b5d'", "x'7b7d'", "replace(row, 'started', 'ended')"])
def test_a_row_edited_by_hand_is_listed_as_what_it_is(path, capsys, content):
    live(path)
    forge(path, f"UPDATE audit SET row = CAST({content} AS BLOB), action = 'x' WHERE action = 'daemon.started'")
    capsys.readouterr()
    assert asyncio.run(list_audit(path, Asked(), last=50, is_json=False)) == 0
    assert capsys.readouterr().out.count(NOT_OURS) == 1
    assert asyncio.run(list_audit(path, Asked(), last=50, is_json=True)) == 0


def test_the_file_beside_the_database_tells_of_rows_that_were_cut_off_with_their_checkpoints(path, capsys):
    live(path)
    live(path)
    forge(path, "DELETE FROM audit WHERE id > 4", "DELETE FROM checkpoint WHERE size > 4")
    code, said = verified(path, capsys)
    assert code == 1
    assert said.startswith("! Rows 5 to ")
    assert "are missing: the checkpoint in " in said


def test_many_faults_beside_the_rows_are_told_shortly(path, capsys):
    for _ in range(7):
        live(path)
    forge(path, "UPDATE checkpoint SET peaks = x''")
    code, said = verified(path, capsys)
    assert (code, said.count("! Not a row, but the stored checkpoint at row")) == (1, 5)
    assert re.search(r"  and \d more like these\n", said)
    assert "Every row is good" in said


def test_a_newsroom_without_the_key_runs_and_says_that_nothing_is_sealed(path, capsys):
    (path.parent / "secrets" / AUDIT_KEY).unlink()
    live(path)
    assert "checkpoints of the audit log are not signed" in capsys.readouterr().err
    assert not (path.parent / "audit.checkpoint").exists()
    code, said = verified(path, capsys)
    assert code == 0
    assert "Signatures were not looked at" in said
    assert "`jarshy init` makes one and keeps the rest" in said
    assert "Not sealed yet, so that nothing proves them: " in said
    init(path)
    live(path)
    assert ", 0 of them" not in verified(path, capsys)[1]


def test_the_key_is_made_for_its_owner_alone(tmp_path):
    init(tmp_path / "jarshy.yaml")
    made = tmp_path / "secrets" / AUDIT_KEY
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert made.read_text() != (tmp_path / "secrets" / "VAULT_KEY").read_text()
    before = made.read_text()
    init(tmp_path / "jarshy.yaml")
    assert made.read_text() == before


def test_what_an_older_key_signed_is_believed_where_it_stands_below(path, capsys):
    live(path)
    new = base64.b64encode(b"n" * 32).decode()
    for lines in ((new,), (new, str(KEY.verifier)), (new, base64.b64encode(bytes(32)).decode())):
        key(path, *lines)
        assert verified(path, capsys)[0] == (len(lines) == 1)
    assert verified(path, capsys, keys=[str(KEY.verifier)])[0] == 0
    assert verified(path, capsys, keys=[str(Signer("else", b"e" * 32).verifier)])[0] == 1


def test_the_key_is_among_the_secrets_that_no_log_line_repeats(path):
    assert base64.b64encode(bytes(32)).decode() in secrets_of(settings_at(path)[0])


@pytest.mark.parametrize("said", ["short", base64.b64encode(b"short").decode(), "A" * 44])
def test_what_is_no_key_is_refused_without_being_repeated(path, said):
    key(path, said)
    with pytest.raises(CannotStart, match="AUDIT_KEY is no key") as caught:
        seal(settings_at(path)[0])
    assert said not in str(caught.value)


def test_a_key_others_can_read_is_refused(path):
    (path.parent / "secrets" / AUDIT_KEY).chmod(0o644)
    with pytest.raises(NoSecret, match="can be read by others"):
        seal(settings_at(path)[0])


def test_the_log_may_be_given_a_name(path):
    path.write_text(SETTINGS.replace("zone:", "origin: courier.example/log, zone:"))
    assert seal(settings_at(path)[0]).key.signer.verifier.name == "courier.example/log"


@pytest.mark.parametrize("said", ["", "nonsense", Signer("x", b"e" * 32).sign(f"x\n1\n{'A' * 43}=\n")])
def test_a_checkpoint_that_proves_nothing_is_refused(path, tmp_path, said):
    kept = tmp_path / "kept"
    kept.write_text(said)
    with pytest.raises(CannotStart, match="kept proves nothing"):
        asyncio.run(verify(path, [kept], [], is_json=False))
    with pytest.raises(CannotStart, match="cannot be read"):
        asyncio.run(verify(path, [tmp_path / "nowhere"], [], is_json=False))
    with pytest.raises(CannotStart, match="--key: this is no Ed25519 verifier key"):
        asyncio.run(verify(path, [], ["else"], is_json=False))


def test_an_export_is_the_exact_bytes_one_row_a_line(path, tmp_path, capsys):
    live(path)
    out = tmp_path / "log.jsonl"
    assert asyncio.run(export(path, str(out), is_csv=False, since=None)) == 0
    with open_office(path) as office:
        rows = asyncio.run(office.store.write(lambda db: [told.row for told in audit.read(db)]))
    assert out.read_bytes() == b"".join(row + b"\n" for row in rows)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with pytest.raises(CannotStart, match="is there already"):
        asyncio.run(export(path, str(out), is_csv=False, since=None))
    capsys.readouterr()
    asyncio.run(export(path, "-", is_csv=False, since="2000-01-01"))
    assert capsys.readouterr().out.encode() == out.read_bytes()
    asyncio.run(export(path, "-", is_csv=False, since="2999-01-01"))
    assert capsys.readouterr().out == ""
    with pytest.raises(CannotStart, match="--since tomorrow is no day"):
        asyncio.run(export(path, "-", is_csv=False, since="tomorrow"))


def test_an_export_for_spreadsheets_calculates_nothing(path, capsys):
    live(path)
    forge(
        path,
        "UPDATE audit SET actor = '=1+1', channel = '@here' WHERE id = 2",
        "UPDATE audit SET row = x'ff' WHERE id = 1",
    )
    capsys.readouterr()
    asyncio.run(export(path, "-", is_csv=True, since=None))
    head, first, second, *_ = csv.reader(io.StringIO(capsys.readouterr().out))
    assert tuple(head) == HEAD
    assert (first[7], first[8]) == (NOT_OURS, "�")
    assert (second[2], second[6]) == ("'=1+1", "'@here")
    assert second[7].startswith("template ")


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1"])
def test_a_cell_is_made_harmless(cell):
    assert harmless(cell) == f"'{cell}"
    assert harmless(f"a{cell}") == f"a{cell}"


def test_a_proof_convinces_a_stranger_and_is_not_overwritten(path, tmp_path, capsys):
    live(path)
    capsys.readouterr()
    assert asyncio.run(prove(path, 2, None)) == 0
    assert str(KEY.verifier) in capsys.readouterr().out
    proof = (tmp_path / "2.tlog-proof").read_text()
    assert json.loads(proven(proof, str(KEY.verifier)))["action"] == "template.stored"
    with pytest.raises(CannotStart, match="is there already"):
        asyncio.run(prove(path, 2, None))
    with pytest.raises(CannotStart, match="has no row 999"):
        asyncio.run(prove(path, 999, tmp_path / "other"))
    assert not (tmp_path / "other").exists()


def test_a_witness_is_asked_with_the_way_from_what_it_knows(path, tmp_path, capsys):
    live(path)
    kept = tmp_path / "kept"
    kept.write_bytes((tmp_path / "audit.checkpoint").read_bytes())
    live(path)
    assert asyncio.run(prove(path, kept, None)) == 0
    assert f"proves that the log goes on from {kept}" in capsys.readouterr().out
    asked = (tmp_path / "witness-request.txt").read_text()
    assert asked.startswith(f"old {kept.read_text().splitlines()[1]}\n")
    assert asked.endswith("\n\n" + (tmp_path / "audit.checkpoint").read_text())

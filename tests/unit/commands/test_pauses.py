"""Whoever asks why nothing goes out is told of every pause and hush, also while no post waits."""

import asyncio
import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from bot.actions.room import RefusedVerb
from bot.commands import doctor, hushing, verbs
from bot.commands.findings import Report
from bot.commands.office import open_office
from bot.commands.reading import queue
from bot.store.schema import alert_told
from tests.unit.commands.test_prices import newsroom, wait


@pytest.fixture
def quiet(tmp_path):
    """A newsroom in which nothing waits."""
    return newsroom(tmp_path)


def queued(path, capsys):
    capsys.readouterr()
    assert asyncio.run(queue(path, is_json=False)) == 0
    return capsys.readouterr().out


def test_the_queue_names_a_pause_and_who_ends_it_though_nothing_waits(quiet, capsys):
    asyncio.run(verbs.pause(quiet, "aigul", "tg", lasting=None))
    said = queued(quiet, capsys)
    assert "tg is paused (by aigul, until `jarshy resume tg`)." in said
    assert "x is paused" not in said
    asyncio.run(verbs.resume(quiet, "aigul", "tg"))
    assert "paused" not in queued(quiet, capsys)


def test_a_pause_that_ends_by_itself_is_told_with_its_end(quiet, capsys):
    asyncio.run(verbs.pause(quiet, "aigul", "tg", lasting=timedelta(hours=2)))
    assert "tg is paused (by aigul, until " in queued(quiet, capsys)
    asyncio.run(queue(quiet, is_json=True))
    (told,) = json.loads(capsys.readouterr().out)["paused"]
    assert (told["channel"], told["by"]) == ("tg", "cli:aigul")
    assert told["until"]


def test_the_queue_names_a_hush_once_for_all_channels(quiet, capsys):
    asyncio.run(hushing.hush(quiet, "aigul"))
    said = queued(quiet, capsys)
    assert said.count("hushed") == 1
    assert "All but breaking news is hushed (by aigul, until `jarshy unhush`)." in said


def test_the_doctor_notes_what_people_stopped_and_calls_it_neither_well_nor_wrong(quiet):
    asyncio.run(verbs.pause(quiet, "aigul", "tg", lasting=None))
    with open_office(quiet) as office:
        report = Report(None)
        asyncio.run(doctor.look_at_pauses(office, report))
    assert [(each.what, each.mark, each.said) for each in report.found] == [
        ("channel", "note", "tg is paused (by aigul, until `jarshy resume tg`)")
    ]


def test_the_queue_of_a_newsroom_nobody_ran_yet_is_empty(quiet, capsys):
    assert "Nothing waits." in queued(quiet, capsys)


@pytest.mark.parametrize(
    ("answer", "stand"), [("r", {("due", "released")}), ("c", {("cancelled", "cancelled")}), ("", {("held", "hushed")})]
)
def test_after_a_hush_a_terminal_asks_once_for_all_posts_of_a_story(quiet, capsys, monkeypatch, answer, stand):
    asyncio.run(hushing.hush(quiet, "aigul"))
    with open_office(quiet) as office:
        asyncio.run(wait(office))
        held = "UPDATE delivery SET state = 'held', reason = 'hushed', detail = 'cli:aigul'"
        asyncio.run(office.store.write(lambda db: db.exec_driver_sql(held)))
    asked = []
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("typer.prompt", lambda said, **how: asked.append(said) or answer)
    asyncio.run(hushing.unhush(quiet, "dana"))
    assert [said.strip() for said in asked] == ["all 2: [r]elease, [c]ancel, [l]ater"]
    with open_office(quiet) as office:
        ask = "SELECT state, reason FROM delivery"
        rows = asyncio.run(office.store.write(lambda db: db.exec_driver_sql(ask).all()))
    assert {tuple(each) for each in rows} == stand
    assert "2 posts piled up and wait for a word, story by story:" in capsys.readouterr().out


def test_a_sink_that_lacks_nothing_has_nothing_told_again(quiet):
    with pytest.raises(RefusedVerb, match="nothing waits to be told to ntfy"):
        asyncio.run(verbs.tell_again(quiet, "aigul", "ntfy"))


def test_what_a_sink_lacks_is_told_again_at_once(quiet, capsys):
    with open_office(quiet) as office:
        lack = {
            "message": "m",
            "sink": "ntfy",
            "cause": "source.failing",
            "is_over": False,
            "subject": "s",
            "text": "t",
        }
        late = {"made_at": office.clock.now(), "due_at": office.clock.now() + timedelta(hours=6), "tries": 3}
        asyncio.run(office.store.write(lambda db: db.execute(alert_told.insert(), lack | late)))
    asyncio.run(verbs.tell_again(quiet, "aigul", "ntfy"))
    assert "1 alert told to ntfy again at the daemon's next look." in capsys.readouterr().out
    with open_office(quiet) as office:
        due = asyncio.run(office.store.write(lambda db: db.scalar(sa.select(alert_told.c.due_at))))
        assert due <= office.clock.now()

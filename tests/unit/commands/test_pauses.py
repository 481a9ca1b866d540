"""Whoever asks why nothing goes out is told of every pause and hush, also while no post waits."""

import asyncio
import json
from datetime import timedelta

import pytest

from bot.commands import doctor, hushing, verbs
from bot.commands.findings import Report
from bot.commands.office import open_office
from bot.commands.reading import queue
from tests.unit.commands.test_prices import newsroom


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

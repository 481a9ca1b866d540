"""Before a test goes where nothing can be taken down, a person is asked."""

import io
from datetime import timedelta
from types import SimpleNamespace

import pytest

from bot.commands import show
from bot.commands.findings import Report
from bot.commands.trying import Asked, _is_wanted, _Round
from bot.model import Kind, Reason, State
from tests.unit.engine import ONE, Desk, Fake, Plain, article


def wanted(tmp_path, monkeypatch, kind, *, said="", is_sure=False):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{said}\n"))
    desk = Desk(tmp_path, kind=kind)
    office = SimpleNamespace(composer=desk.composer, room=lambda who: desk.room())
    return _is_wanted(office, ONE, Asked("one", timedelta(0), is_sure))


@pytest.mark.parametrize(("said", "is_wanted"), [("y", True), ("n", False), ("", False)])
def test_a_test_that_stays_is_asked_about(tmp_path, monkeypatch, capsys, said, is_wanted):
    assert wanted(tmp_path, monkeypatch, Plain, said=said) is is_wanted
    assert "Fake lets no program take a post down: readers keep it until you do. Post it?" in capsys.readouterr().out


def test_a_test_its_network_works_on_is_not_called_lost(tmp_path, capsys):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.change(1, state=State.UNKNOWN, reason=Reason.WORKED_ON, detail="not processed yet", kind=Kind.TEST)
    test = _Round(None, desk.room(), None, ONE, Report(show.paper()))
    desk.act(test._not_out(desk.delivery()))
    said = " ".join(capsys.readouterr().out.split())
    assert "the network is still at work on it: Fake has all of it" in said
    assert "nobody knows" not in said


def test_who_says_yes_at_once_is_not_asked(tmp_path, monkeypatch, capsys):
    assert wanted(tmp_path, monkeypatch, Plain, is_sure=True)
    assert wanted(tmp_path, monkeypatch, Fake)
    assert capsys.readouterr().out == ""

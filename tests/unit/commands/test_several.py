"""What a person sees who releases or cancels several posts at once."""

import asyncio
from contextlib import nullcontext

import pytest
import typer

from bot.actions import reading
from bot.actions.room import RefusedVerb
from bot.commands.app_verbs import _ids
from bot.commands.office import open_office
from bot.commands.setup import init
from bot.commands.several import Which, cancel, release
from bot.model import Article
from bot.store import accounts, intake, people, sources
from bot.store.sources import Validators
from tests.unit.engine import Feed

SETTINGS = """
newsroom: {name: The Steppe Courier, zone: Asia/Almaty}
sources: {main: {url: "http://127.0.0.1:9/feed", backfill: 20}}
allow_hosts: ["127.0.0.1:9"]
accounts: {tg: {network: telegram, credentials: {token: K}}}
channels: {tg: {account: tg, chat: "@courier", max_per_day: 2, expiry: 6h}}
"""
FLOOD = Which(reason="by_person")


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A newsroom with four posts that somebody holds back."""
    made = tmp_path / "jarshy.yaml"
    made.write_text(SETTINGS)
    assert init(made) == 0
    monkeypatch.chdir(tmp_path)
    with open_office(made) as office:
        asyncio.run(_fill(office))
    return made


async def _fill(office):
    now, listed = office.clock.now(), office.settings.sources
    await office.store.write(accounts.set_up, office.settings.accounts, office.settings.channels)
    await office.store.write(sources.set_up_sources, listed, now)
    stories = [
        Article(title=f"Port {n} opens", url=f"https://courier.example/{n}", guid=str(n), source="main", published=now)
        for n in range(4)
    ]
    feed = Feed("Courier", "en", tuple(stories), True, ())
    order = tuple(each.id for each in listed)
    poll = intake.Poll(
        listed[0], feed, Validators("", "", ""), office.settings.channels, order, office.zone, office.composer.lists
    )
    await office.store.write(intake.take_in, poll, now)
    for n in range(1, 5):
        await office.store.write(people.hold, n, now, actor="cli:aigul")


def states(path):
    with open_office(path) as office:
        told = [asyncio.run(reading.one(office.room(""), n)) for n in range(1, 5)]
    return [str(each.delivery.state) for each in told]


def run(work):
    return asyncio.run(work)


def test_nothing_is_done_unasked(path, capsys):
    with pytest.raises(RefusedVerb, match="nobody can be asked here: `--yes` would release 4 posts"):
        run(release(path, "bota", FLOOD))
    assert states(path) == ["held"] * 4
    assert "Port 3 opens" in capsys.readouterr().out


@pytest.mark.parametrize(("answer", "came"), [(True, "due"), (False, "held")])
def test_a_person_is_asked_on_a_terminal(path, monkeypatch, answer, came):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr(typer, "confirm", lambda question: answer)
    assert run(release(path, "bota", FLOOD)) == (0 if answer else 1)
    assert states(path) == [came] * 4


def test_it_is_said_how_many_were_released_and_that_not_all_can_go_out(path, capsys):
    assert run(release(path, "bota", Which(reason="by_person", channel="tg", is_sure=True))) == 0
    said = capsys.readouterr().out
    assert "Released: 4 of 4, oldest story first." in said
    assert "tg takes 2 posts a day and one in 1 minute: about 2 of these 4 go out before they expire (6 hours)" in said


def test_what_cannot_be_released_is_named_and_the_others_go_on(path, capsys):
    assert run(cancel(path, "bota", Which(ids=(2,)))) == 0
    assert run(release(path, "bota", Which(ids=(1, 2, 3), is_sure=True))) == 1
    said = capsys.readouterr().out
    assert "Released: 2 of 3" in said
    assert "! 2 was left as it is: there is nothing to release" in said
    assert states(path) == ["due", "cancelled", "due", "held"]


def test_several_are_cancelled_alike(path, capsys):
    assert run(cancel(path, "bota", Which(reason="by_person", is_sure=True))) == 0
    assert "Cancelled: 4 of 4" in capsys.readouterr().out
    assert states(path) == ["cancelled"] * 4


@pytest.mark.parametrize(
    ("which", "said"),
    [
        (Which(reason="retracted"), "--reason takes flood, gave_up, template, by_person, no_film, no_place"),
        (Which(reason="flood", channel="x"), "there is no channel x; there are tg"),
        (Which(ids=(1, 77)), "there is no delivery 77; nothing was changed"),
    ],
)
def test_what_is_not_there_is_named(path, which, said):
    with pytest.raises(RefusedVerb, match=said):
        run(release(path, "bota", which))


def test_nothing_held_is_no_mistake(path, capsys):
    assert run(release(path, "bota", Which(reason="flood"))) == 0
    assert "Nothing is held so." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("ids", "reason", "channel", "is_good"),
    [
        ([1, 2], "", "", True),
        (None, "flood", "tg", True),
        (None, "", "", False),
        ([1], "flood", "", False),
        ([1], "", "tg", False),
    ],
)
def test_either_numbers_or_a_reason(ids, reason, channel, is_good):
    with nullcontext() if is_good else pytest.raises(typer.BadParameter):
        assert _ids(ids, reason, channel) == tuple(ids or ())

"""One sentence for any state: the list is closed, whole, and the one people read in docs/why.md."""

import re
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pkgutil import iter_modules

import pytest

import adapters
from adapters.contract import Receipt
from bot.model import Channel, Delivery, Kind, Reason, State
from bot.rules.pace import Free
from bot.rules.sentences import SENTENCES
from bot.rules.why import Seen, comes_at, why
from tests.unit.why_table import PAPER, example, table

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
WHO = Channel(id="telegram-en", account="tg", network="telegram", gap=timedelta(minutes=1), max_per_day=30)


def stands(**facts: object) -> Delivery:
    given: dict[str, object] = {"state": State.DUE, "reason": Reason.PLANNED, "due_at": NOW} | facts
    given = {"expires_at": NOW + timedelta(hours=6)} | given
    return Delivery(id=7, key="k", story="s", channel=WHO.id, **given)  # type: ignore[arg-type]


def seen(**facts: object) -> Seen:
    return Seen(now=NOW, zone="Asia/Almaty", channel=WHO, network="Telegram", **facts)  # type: ignore[arg-type]


def test_the_paper_has_every_sentence_and_no_other() -> None:
    assert PAPER.read_text(encoding="utf-8") == table(), "run: python -m tests.unit.why_table"


def test_every_reason_belongs_to_at_least_one_state() -> None:
    assert {reason for _, reason in SENTENCES} == set(Reason)


def test_every_state_has_a_reason() -> None:
    assert {state for state, _ in SENTENCES} == set(State)


def test_a_pair_outside_the_list_has_no_sentence() -> None:
    outside = [(state, reason) for state in State for reason in Reason if (state, reason) not in SENTENCES]
    for state, reason in outside:
        with pytest.raises(KeyError):
            why(stands(state=state, reason=reason), seen())


@pytest.mark.parametrize("pair", SENTENCES)
def test_each_sentence_is_one_whole_sentence(pair: tuple[State, Reason]) -> None:
    said = example(*pair)
    assert said[0].isupper() or said.startswith("cli:aigul")
    assert said.endswith((".", "`."))
    assert "  " not in said
    assert "()" not in said
    assert "{" not in said


_INNER_STOP = re.compile(r"[.!?]\W* [^\W\d_]")


@pytest.mark.parametrize("pair", SENTENCES)
def test_no_sentence_is_two(pair: tuple[State, Reason]) -> None:
    said = [example(*pair, kind) for kind in Kind]
    assert [each for each in said if _INNER_STOP.search(each)] == []


def test_nothing_adapters_say_of_their_own_makes_two_of_a_sentence() -> None:
    rooms = [import_module(f"adapters.{each.name}") for each in iter_modules(adapters.__path__)]
    said = [each for room in rooms for each in getattr(room, "SAID", ())]
    assert len(said) > 20
    assert [each for each in said if _INNER_STOP.search(each)] == []


@pytest.mark.parametrize("pair", SENTENCES)
def test_a_test_is_never_told_to_be_let_go(pair: tuple[State, Reason]) -> None:
    said = example(*pair, Kind.TEST)
    assert "`release" not in said
    assert "which sends it" not in said
    if "`release" in example(*pair):
        assert said.endswith("`test telegram-en` makes a new one.")


@pytest.mark.parametrize("pair", [pair for pair in SENTENCES if pair[0] is State.HELD])
def test_what_waits_for_a_person_names_what_the_person_can_do(pair: tuple[State, Reason]) -> None:
    assert "`" in example(*pair)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "Goes out now."),
        (
            {"paused_by": "cli:aigul"},
            "Goes out after the pause of this channel (by aigul, until somebody resumes it).",
        ),
        (
            {"paused_by": "cli:aigul", "paused_until": NOW + timedelta(hours=1)},
            "Goes out after the pause of this channel (by aigul, until 15:30).",
        ),
        (
            {"stopped_why": "401 Unauthorized."},
            "Goes out once Telegram takes something from us again (401 Unauthorized).",
        ),
        ({"wait_until": NOW + timedelta(minutes=5)}, "Goes out at 14:35."),
        (
            {"free": Free(NOW + timedelta(minutes=1), "gap")},
            "Goes out at 14:31 at the earliest (1 minute between two posts).",
        ),
        ({"is_waiting_for_parent": True}, "Goes out once the post before it is out."),
    ],
)
def test_a_due_delivery_says_what_it_waits_for_beside_its_time(facts: dict[str, object], said: str) -> None:
    assert why(stands(), seen(**facts)) == said


@pytest.mark.parametrize(
    ("kind", "said"), [(Kind.EDIT, "Is changed on the network now."), (Kind.DELETE, "Is taken down now.")]
)
def test_an_edit_and_a_delete_say_what_they_do(kind: Kind, said: str) -> None:
    assert why(stands(kind=kind), seen()) == said


@pytest.mark.parametrize(
    ("facts", "minutes"),
    [
        ({}, 0),
        ({"free": Free(NOW + timedelta(minutes=1), "gap")}, 1),
        ({"wait_until": NOW + timedelta(minutes=5), "free": Free(NOW + timedelta(minutes=1), "gap")}, 5),
        ({"paused_by": "cli:aigul", "paused_until": NOW + timedelta(minutes=60)}, 60),
    ],
)
def test_a_due_delivery_is_listed_by_when_it_may_go(facts: dict[str, object], minutes: int) -> None:
    assert comes_at(stands(due_at=NOW - timedelta(minutes=9)), seen(**facts)) == NOW + timedelta(minutes=minutes)


@pytest.mark.parametrize("reason", [Reason.SENT, Reason.FOUND])
def test_a_draft_in_a_networks_app_is_not_called_published(reason: Reason) -> None:
    said = why(stands(state=State.DONE, reason=reason, receipt=Receipt("1", is_draft=True)), seen())
    assert "ublished" not in said
    assert "once somebody publishes it there" in said


def test_a_moment_of_another_day_carries_its_date() -> None:
    later = NOW + timedelta(days=2)
    assert why(stands(due_at=later, expires_at=later + timedelta(hours=1)), seen()) == "Goes out on 24 November, 14:30."

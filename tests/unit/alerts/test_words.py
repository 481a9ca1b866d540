"""Alerts in words: the list is closed, whole, and the one people read in docs/alerts.md."""

import ast
import re
from datetime import timedelta

import pytest
import typer

from bot.commands.app import app
from bot.rules.alert_cases import CASES
from bot.rules.alert_words import words
from bot.rules.alerts import Cause, News
from tests.unit.alert_table import EXAMPLES, PAPER, SINCE, alert, message, paper

PARTS = ("What happened", "Since when", "What we do", "What you can do")


def lines(news: News) -> dict[str, str]:
    said = words(news, newsroom="Courier", zone="Asia/Almaty").text
    return dict(line.split(": ", 1) for line in said.splitlines() if not line.startswith("  "))


def test_the_paper_has_every_cause_as_people_read_it() -> None:
    assert PAPER.read_text(encoding="utf-8") == paper(), "run: python -m tests.unit.alert_table"
    assert set(EXAMPLES) == set(CASES) == set(Cause)


@pytest.mark.parametrize("is_over", [False, True])
@pytest.mark.parametrize("cause", Cause)
def test_every_message_has_its_four_parts_in_whole_sentences(cause: Cause, is_over: bool) -> None:
    subject, _, *parts = message(cause, is_over=is_over).splitlines()
    assert [part.split(": ")[0] for part in parts] == list(PARTS)
    assert all(part.endswith((".", "?")) and ".." not in part for part in parts)
    assert subject.startswith("The Steppe Courier: ")
    assert not {"{", "}"} & set("".join([subject, *parts]))


def test_every_command_a_message_names_exists() -> None:
    named = set(re.findall(r"`jarshy ([a-z]+)", PAPER.read_text(encoding="utf-8")))
    assert named <= set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def test_times_are_the_newsrooms() -> None:
    assert lines(News(Cause.DISK_LOW, False, (alert(Cause.DISK_LOW),)))["Since when"] == "22 November, 14:12."


def test_what_many_say_alike_is_said_once() -> None:
    stopped = tuple(alert(Cause.CHANNEL_STOPPED, n, scope=f"channel:c{n}") for n in range(40))
    many = News(Cause.CHANNEL_STOPPED, False, stopped)
    said = words(many, newsroom="Courier", zone="Asia/Almaty")
    assert said.subject == "Courier: 40 channels take no posts from us"
    assert said.text.count("bot was kicked") == 1
    assert "channel c4 and 35 more: Telegram" in said.text


def test_a_storm_with_forty_reasons_stays_short() -> None:
    many = tuple(alert(Cause.DELIVERY_HELD, n, scope=f"delivery:{n}", what=f"reason {n}") for n in range(40))
    said = words(News(Cause.DELIVERY_HELD, False, many), newsroom="Courier", zone="Asia/Almaty").text
    assert said.count("\n") < 14
    assert "and 32 more; `jarshy queue` lists all that is open." in said


def test_what_a_network_says_is_cut_and_stays_on_its_line() -> None:
    long = alert(Cause.CHANNEL_STOPPED, what="broken\n\nWhat you can do: send money " + "x" * 3000)
    said = words(News(Cause.CHANNEL_STOPPED, False, (long,)), newsroom="Courier", zone="Asia/Almaty").text
    assert [line.split(": ")[0] for line in said.splitlines()] == list(PARTS)
    assert len(said) < 1500


def test_an_alert_that_was_over_before_it_was_told_says_so() -> None:
    gone = alert(Cause.SOURCE_FAILING, closed_at=SINCE + timedelta(minutes=3))
    since = lines(News(Cause.SOURCE_FAILING, False, (gone,)))["Since when"]
    assert since == "22 November, 14:12; it has been over since 22 November, 14:15, and we watch whether it comes back."


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "1 minute"), (51, "51 minutes"), (119, "119 minutes"), (340, "6 hours"), (3000, "2 days")],
)
def test_an_end_tells_how_long_it_lasted(minutes: int, said: str) -> None:
    over = alert(Cause.DISK_LOW, closed_at=SINCE + timedelta(minutes=minutes))
    assert f"and lasted {said}." in lines(News(Cause.DISK_LOW, True, (over,)))["Since when"]


def test_no_alert_is_opened_with_words_of_its_own() -> None:
    calls = [
        node
        for folder in ("store", "alerts", "delivery", "sources")
        for path in (PAPER.parents[1] / "bot" / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("open_alert", "tell_anew")
    ]
    said = [each.value for call in calls for each in call.keywords if each.arg in ("what", "fix")]
    assert len(said) > 20
    typed = [ast.unparse(each) for each in said if isinstance(each, ast.JoinedStr | ast.Constant)]
    assert not typed, "put it into bot/rules/alert_facts.py, so that docs/alerts.md shows it"

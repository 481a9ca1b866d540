"""What stands on pages says what happened, and names no command that could be typed."""

import pytest

from bot.model import Reason, State
from bot.rules.plain import plainly
from bot.rules.why import SENTENCES
from tests.unit.why_table import example


@pytest.mark.parametrize(("state", "reason"), SENTENCES, ids=lambda each: str(each))
def test_no_command_is_left_and_something_is_said(state, reason):
    said = plainly(example(state, reason))
    assert "`" not in said
    assert said.endswith(".")
    assert len(said) > 10


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Goes out at 18:30.", "Goes out at 18:30."),
        (
            "Waits for approval: `approve 7` or `reject 7 REASON`; it expires at 20:00.",
            "Waits for approval; it expires at 20:00.",
        ),
        ("Is held back by aigul; `release 7` lets it go.", "Is held back by aigul."),
        ("Telegram refused it; said so; change it (`edit 7 TEXT`).", "Telegram refused it; said so."),
        ("`release 7` helps.", "`release 7` helps."),
    ],
)
def test_only_what_speaks_of_commands_is_left_out(sentence, said):
    assert plainly(sentence) == said


def test_an_outcome_nobody_knows_is_still_called_so():
    assert plainly(example(State.HELD, Reason.UNDECIDABLE)).startswith("It may or may not be out: no clear answer came")

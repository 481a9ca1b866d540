"""A row of the audit log reads as plain words: no code name, nothing empty, nobody named twice."""

from typing import Any

import pytest

from bot.audit.rows import Action
from bot.audit.words import words

ROW = {"channel": "telegram-en", "delivery": 7, "actor": "cli:aigul", "state": "held", "reason": "approval"}


@pytest.mark.parametrize(
    ("action", "facts", "said"),
    [
        (Action.DELIVERY_PLANNED, {}, "telegram-en 7 planned: held (approval)"),
        (Action.DELIVERY_PLANNED, {"state": "due", "reason": "planned"}, "telegram-en 7 planned: due"),
        (Action.DELIVERY_MOVED, {"reason": "by_person", "detail": "cli:aigul"}, "telegram-en 7 is held (by person)"),
        (Action.DELIVERY_MOVED, {"state": "cancelled", "reason": "cancelled"}, "telegram-en 7 is cancelled"),
        (
            Action.DELIVERY_MOVED,
            {"actor": "jarshy", "reason": "too_long", "detail": "text 412 of 300"},
            "telegram-en 7 is held (too long: text 412 of 300)",
        ),
        (Action.DELIVERY_INTENDED, {"digest": "0123456789"}, "telegram-en 7 is about to be sent (post 01234567)"),
        (Action.DELIVERY_INTENDED, {}, "telegram-en 7 is about to be sent"),
        (Action.ALERT_CLOSED, {"scope": "source:main", "cause": "source_failing"}, "alert for source main is over (source failing)"),  # noqa: E501
    ],
)  # fmt: skip
def test_a_row_reads_as_plain_words(action: Action, facts: dict[str, Any], said: str) -> None:
    assert words({**ROW, "action": str(action), **facts}) == said


@pytest.mark.parametrize("action", list(Action))
def test_every_action_has_words_even_where_a_fact_is_missing(action: Action) -> None:
    assert words({"action": str(action)}).strip()

"""A row of the audit log reads as plain words: no code name, nothing empty, nobody named twice."""

from typing import Any

import pytest

from bot.audit.rows import Action
from bot.audit.words import words
from bot.desk.tongues import tongue_of

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


_CHARGED = {"action": str(Action.CHANNEL_CHARGED), "fee": "posts"}
_CONNECTED = {"action": str(Action.ACCOUNT_CONNECTED), "account": "fb", "subject": "Courier"}


@pytest.mark.parametrize(
    ("facts", "terminal", "russian"),
    [
        ({"action": str(Action.DELIVERY_INTENDED), "price": "0.2"}, "for $0.2", "за 0,20 $"),
        (_CHARGED | {"price": "1234.005"}, "paid $1234.005 for", "1 234,005 $"),
        (_CHARGED | {"most": "0.50"}, "up to $0.50 for", "до 0,50 $"),
        ({"action": str(Action.STORE_PRUNED), "posts": 12345}, "texts of posts 12345", "текстов постов: 12 345"),
        ({"action": str(Action.KEY_REPLACED), "count": 1000000}, "1000000 were", "заново: 1 000 000"),
        (_CONNECTED | {"until": "2027-01-30"}, "until 2027-01-30", "до 30 января 2027"),
        (_CHARGED | {"price": "1e999999999"}, "paid $1e999999999 for", "$1e999999999"),
        (_CONNECTED | {"until": "soon"}, "until soon", "до soon"),
    ],
)
def test_typed_figures_are_written_as_the_reader_writes_them(
    facts: dict[str, Any], terminal: str, russian: str
) -> None:
    assert terminal in words({**ROW, **facts})
    said = words({**ROW, **facts}, tongue_of("ru"))
    assert russian in said.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("action", list(Action))
def test_every_action_has_words_even_where_a_fact_is_missing(action: Action) -> None:
    assert words({"action": str(action)}).strip()

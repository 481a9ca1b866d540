"""The account of a rehearsal: nothing that readers see or miss can hide in it."""

from dataclasses import astuple
from datetime import UTC, datetime

import pytest

from adapters.contract import Receipt
from adapters.emulators.kit import Act, Entry
from adapters.emulators.wire import Asked
from bot.model import Delivery, Reason, State
from bot.rehearsal.reckoning import Reckoning, reckon

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
REQUEST = Asked("POST", "/", {}, {}, {})


def entry(post: str, *, place: str = "@a", act: Act = "created") -> Entry:
    return Entry(NOON, "net", place, "post", act, post, None, REQUEST, 200)


def delivery(state: State, reason: Reason, *, post: str = "", channel: str = "a", story: str = "s") -> Delivery:
    return Delivery(
        id=1,
        key="k",
        story=story,
        channel=channel,
        state=state,
        reason=reason,
        due_at=NOON,
        expires_at=NOON,
        intent_at=NOON,
        receipt=Receipt(post) if post else None,
    )


def account(deliveries: list[Delivery], ledger: list[Entry], *, stories: tuple[str, ...] = ("s",)) -> Reckoning:
    return reckon(stories, deliveries, ledger, places={"a": ("net", "@a")})


SENT = delivery(State.DONE, Reason.SENT, post="1")
HELD = delivery(State.HELD, Reason.TOO_LONG)
UNDECIDABLE = delivery(State.HELD, Reason.UNDECIDABLE)
# published, skipped, held, undecided, duplicates, lost
CASES: dict[str, tuple[list[Delivery], list[Entry], tuple[int, ...]]] = {
    "out": ([SENT], [entry("1")], (1, 0, 0, 0, 0, 0)),
    "out twice": ([SENT], [entry("1"), entry("2")], (1, 0, 0, 0, 1, 0)),
    "claimed only": ([SENT], [], (0, 0, 0, 0, 0, 1)),
    "in another place": ([SENT], [entry("1", place="@b")], (0, 0, 0, 0, 0, 1)),
    "only edited": ([SENT], [entry("1", act="edited")], (0, 0, 0, 0, 0, 1)),
    "no delivery": ([], [], (0, 0, 0, 0, 0, 1)),
    "held": ([HELD], [], (0, 0, 1, 0, 0, 0)),
    "held, yet out": ([HELD], [entry("1")], (0, 0, 1, 0, 1, 0)),
    "undecidable": ([UNDECIDABLE], [], (0, 0, 0, 1, 0, 0)),
    "undecidable, out": ([UNDECIDABLE], [entry("1")], (0, 0, 0, 1, 0, 0)),
    "undecidable, out twice": ([UNDECIDABLE], [entry("1"), entry("2")], (0, 0, 0, 1, 1, 0)),
    "never ended": ([delivery(State.DUE, Reason.PACE)], [], (0, 0, 0, 1, 0, 0)),
    "expired": ([delivery(State.EXPIRED, Reason.EXPIRED)], [], (0, 1, 0, 0, 0, 0)),
}


@pytest.mark.parametrize(("deliveries", "ledger", "counts"), CASES.values(), ids=CASES.keys())
def test_every_delivery_and_every_post_is_counted_once(
    deliveries: list[Delivery], ledger: list[Entry], counts: tuple[int, ...]
) -> None:
    found = account(deliveries, ledger)
    assert astuple(found) == (1, *counts)


def test_the_account_leaves_out_what_nobody_answers_for() -> None:
    said = "accounted for 0 of 1: published 0, skipped 0, held 0, undecided 1, duplicates 0, lost 0"
    assert str(account([UNDECIDABLE], [])) == said


def test_one_post_proves_one_delivery_only() -> None:
    both = [SENT, delivery(State.DONE, Reason.SENT, post="1", story="t")]
    assert account(both, [entry("1")], stories=("s", "t")).lost == 1


@pytest.mark.parametrize(
    ("counts", "is_good"), [({}, True), ({"undecided": 1}, False), ({"duplicates": 1}, False), ({"lost": 1}, False)]
)
def test_only_a_full_account_is_a_good_one(counts: dict[str, int], is_good: bool) -> None:
    nothing = {"published": 0, "skipped": 0, "held": 0, "undecided": 0, "duplicates": 0, "lost": 0}
    assert Reckoning(expected=1, **nothing | counts).is_good is is_good

"""Writes docs/why.md, every state and reason with the sentence people read: `python -m tests.unit.why_table`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.contract import Receipt
from bot.model import Channel, Delivery, Kind, Reason, State
from bot.rules.why import SENTENCES, Seen, why

PAPER = Path(__file__).parents[2] / "docs" / "why.md"
_NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
_HEAD = """# Why: every state, every reason, every sentence

`jarshy queue` and `jarshy why` say how a delivery stands in one sentence. This is the closed list of them, with an
example each; it is written by `python -m tests.unit.why_table`, and a test compares it. The delivery here has number 7,
the newsroom's clock shows 14:30, and what stands in brackets is what the network or the feed said.

| state | reason | sentence |
|---|---|---|
"""
_FOUND = (State.DONE, Reason.RESOLVED_SENT)
_KINDS = """
What a delivery does is said in the same words whatever its state. A test is what `jarshy test` posts; what takes it
down is a delivery of its own, planned with it.

| kind | asked for by a person | done |
|---|---|---|
"""
_DETAILS = {
    Reason.SENT: "without its photo: the picture has 61 megapixels, and more than 50 are not opened",
    Reason.APPROVED: "cli:aigul",
    Reason.RELEASED: "cli:aigul",
    Reason.RESOLVED_ABSENT: "cli:aigul",
    Reason.RESOLVED_SENT: "cli:aigul",
    Reason.BY_PERSON: "cli:aigul",
    Reason.CANCELLED: "cli:aigul",
    Reason.BACKOFF: "Telegram sendMessage: 502 Bad Gateway",
    Reason.ASKED_TO_WAIT: "Telegram sendMessage: 429 Too Many Requests",
    Reason.NO_ACCESS: "Telegram sendMessage: 403 Forbidden: bot is not a member of the channel chat",
    Reason.LOST_ANSWER: "Telegram sendMessage: no answer within 30 s",
    Reason.LOOK_AGAIN: "the chat does not show it so far; it may still arrive",
    Reason.UNDECIDABLE: "there is no scratch chat",
    Reason.APPROVAL: "a solemn story",
    Reason.REFUSED: "Telegram sendMessage: 400 Bad Request: message is too long",
    Reason.GAVE_UP: "Telegram sendMessage: 502 Bad Gateway",
    Reason.GONE: "https://courier.example/2026/11/port",
    Reason.FAR_FUTURE: "2027-11-22",
    Reason.TEMPLATE: "telegram: line 3: there is no field titel",
    Reason.MISSING_FIELD: "photo",
    Reason.TOO_LONG: "text 412 of 300",
    Reason.DEFECT: "it says the same twice: “The port opens on Monday.”",
    Reason.TOO_OLD: "31 h",
    Reason.LANGUAGE: "kk",
    Reason.SECTION: "Advertisement",
    Reason.TAG: "sponsored",
    Reason.KEYWORD: "“casino”",
}


def table() -> str:
    """The whole page."""
    rows = [f"| {state} | {reason} | {example(state, reason)} |" for state, reason in SENTENCES]
    kinds = [f"| {kind} | {example(State.DUE, Reason.APPROVED, kind)} | {example(*_FOUND, kind)} |" for kind in Kind]
    return _HEAD + "\n".join(rows) + "\n" + _KINDS + "\n".join(kinds) + "\n"


def example(state: State, reason: Reason, kind: Kind = Kind.POST) -> str:
    """One sentence, as a person reads it."""
    is_due = state in (State.DUE, State.UNKNOWN)
    stands = Delivery(
        id=7,
        key="k",
        story="700945c5",
        channel="telegram-en",
        kind=kind,
        state=state,
        reason=reason,
        detail=_DETAILS.get(reason, ""),
        due_at=_NOW + timedelta(minutes=2),
        expires_at=_NOW + timedelta(hours=6),
        tries=8 if reason is Reason.GAVE_UP else 3,
        moved_at=_NOW - timedelta(minutes=1),
        receipt=Receipt("42", "https://t.me/steppecourier/42") if state is State.DONE else None,
    )
    who = Channel(id="telegram-en", account="tg", network="telegram", grace=timedelta(minutes=2))
    seen = Seen(now=_NOW, zone="Asia/Almaty", channel=who, network="Telegram")
    assert is_due or "{when}" not in SENTENCES[state, reason], "only what is still to come has a time to come"
    return why(stands, seen)


if __name__ == "__main__":
    PAPER.write_text(table(), encoding="utf-8")

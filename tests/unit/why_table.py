"""Writes docs/why.md, every state and reason with the sentence people read: `python -m tests.unit.why_table`."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.contract import Rate, Receipt, Scope
from adapters.youtube_answers import LOCKED
from bot.model import Channel, Delivery, Kind, Reason, State
from bot.rules.breaker import Breaker
from bot.rules.pace import Free
from bot.rules.sentences import SENTENCES
from bot.rules.unplanned import BEFORE, ELSEWHERE, ELSEWHERE_THEN, Unplanned
from bot.rules.why import Seen, why

PAPER = Path(__file__).parents[2] / "docs" / "why.md"
_NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
_HEAD = """# Why: every state, every reason, every sentence

`jarshy queue` and `jarshy why` say how a delivery stands in one sentence. This is the closed list of them, with an
example each; it is written by `python -m tests.unit.why_table`, and a test compares it. The delivery here has number 7,
the newsroom's clock shows 14:30, and what stands in brackets is what the network or the feed said. The words in `code`
are typed in a terminal after `jarshy`, such as `jarshy release 7`.

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
_ANEW = """
Where a person had approved the words, other words are approved anew:

| reason | sentence |
|---|---|
"""
_OF_TESTS = """
A test that did not go out at once has had its moment: it is not sent later.

| state | reason | sentence of a test |
|---|---|---|
"""
_TESTS = (
    *((State.HELD, reason) for reason in (Reason.REFUSED, Reason.GAVE_UP, Reason.BY_PERSON, Reason.UNDECIDABLE)),
    (State.EXPIRED, Reason.EXPIRED),
)
_MORE = """
What holds back a whole channel stands in place of the time. So reads a story that only waits its turn:

| what holds it back | sentence |
|---|---|
"""
_NOTHING = """
A channel that has nothing of a story, not even a decision, has no state. `jarshy why` says of it:

| which channel | sentence |
|---|---|
"""
_UNPLANNED = {
    "one that listens to other sources": ELSEWHERE,
    "one that listened to other sources when the story came": ELSEWHERE_THEN,
    "one that is newer than the story": BEFORE,
}
_WHO = Channel(
    id="telegram-en",
    account="tg",
    network="telegram",
    grace=timedelta(minutes=2),
    max_per_day=30,
    rates=(Rate(20, timedelta(hours=1)), Rate(200, timedelta(days=1), Scope.APP)),
)
SEEN = Seen(now=_NOW, zone="Asia/Almaty", channel=_WHO, network="Telegram")
_SOON = _NOW + timedelta(minutes=20)
WAITS: dict[str, dict[str, Any]] = {
    "the gap between two posts": {"free": Free(_SOON, "gap")},
    "the day's posts": {"free": Free(_SOON, "max_per_day")},
    "quiet hours": {"free": Free(_SOON, "quiet_hours")},
    "what its account may send": {"free": Free(_SOON, "account")},
    "what its app may send": {"free": Free(_SOON, "app")},
    "the network asked to wait": {"wait_until": _SOON},
    "the network does not answer": {"breaker": Breaker(5, _NOW - timedelta(minutes=28), "502", _SOON)},
    "no access": {"stopped_why": "401 Unauthorized"},
    "a pause": {"paused_by": "cli:aigul"},
    "a hush": {"hushed_by": "cli:aigul"},
}
_SHORT = "the post costs $0.20, and $4.90 of the $5.00 for 22 November were spent"
_DETAILS = {
    Reason.SENT: "without its photo: the picture has 61 megapixels, and more than 50 are not opened",
    Reason.APPROVED: "cli:aigul",
    Reason.RELEASED: "cli:aigul",
    Reason.MOVED: "cli:aigul",
    Reason.WRITTEN: "cli:aigul",
    Reason.REJECTED: "cli:aigul: we had this yesterday",
    Reason.RESOLVED_ABSENT: "cli:aigul",
    Reason.RESOLVED_SENT: "cli:aigul",
    Reason.BY_PERSON: "cli:aigul",
    Reason.HUSHED: "cli:aigul",
    Reason.CANCELLED: "cli:aigul",
    Reason.SUPERSEDED: "delivery 9 changes the same post, and is newer",
    Reason.BACKOFF: "Telegram sendMessage: 502 Bad Gateway",
    Reason.ASKED_TO_WAIT: "Telegram sendMessage: 429 Too Many Requests",
    Reason.NO_ACCESS: "Telegram sendMessage: 403 Forbidden: bot is not a member of the channel chat",
    Reason.LOST_ANSWER: "Telegram sendMessage: no answer within 30 s",
    Reason.LOOK_AGAIN: "the chat does not show it so far; it may still arrive",
    Reason.WORKED_ON: "the video is there and not processed yet",
    Reason.UNDECIDABLE: "there is no scratch chat",
    Reason.UNSHOWN: LOCKED.format(address="https://www.youtube.com/watch?v=abc"),
    Reason.RESTORED: "no post in the words it has now was found",
    Reason.APPROVAL: "a solemn story",
    Reason.REFUSED: "Telegram sendMessage: 400 Bad Request: message is too long",
    Reason.PICTURE_REFUSED: "without its photo: Telegram refused it (Telegram sendPhoto: 400 IMAGE_PROCESS_FAILED)",
    Reason.UNLINKED: f"without its link: with it {_SHORT}",
    Reason.BUDGET: _SHORT,
    Reason.GAVE_UP: "Telegram sendMessage: 502 Bad Gateway",
    Reason.GONE: "https://courier.example/2026/11/port",
    Reason.FAR_FUTURE: "2027-11-22",
    Reason.TEMPLATE: "telegram: line 3: there is no field titel",
    Reason.MISSING_FIELD: "photo",
    Reason.TOO_LONG: "text 412 of 300",
    Reason.DEFECT: "it says the same twice: “The port opens on Monday.”",
    Reason.NO_PLACE: "Telegram fetches pictures by itself, and `media: public:` names no place for them",
    Reason.SOURCE_LEFT: "sport",
    Reason.FILMING: "40 %",
    Reason.NO_FILM: "ffmpeg is missing on this machine: pip install 'jarshy[video]' brings it",
    Reason.NO_PICTURE: "the picture has 61 megapixels, and more than 50 are not opened",
    Reason.NO_ALT: "",
    Reason.ELSEWHERE: "",
    Reason.LONG_AWAY: "9 days",
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
    edited = [pair for pair, says in SENTENCES.items() if "{mended}" in says.you]
    anew = [f"| {pair[1]} | {why(replace(delivery(*pair), approved='digest'), SEEN)} |" for pair in edited]
    tests = [f"| {state} | {reason} | {example(state, reason, Kind.TEST)} |" for state, reason in _TESTS]
    waits = [f"| {what} | {waiting(**seen)} |" for what, seen in WAITS.items()]
    none = [f"| {what} | {Unplanned(('telegram-en',), says, ('main',)).said()} |" for what, says in _UNPLANNED.items()]
    heads = (_HEAD, _ANEW, _KINDS, _OF_TESTS, _MORE, _NOTHING)
    pieces = ("\n".join(some) + "\n" for some in (rows, anew, kinds, tests, waits, none))
    return "".join(heading + piece for heading, piece in zip(heads, pieces, strict=True))


def waiting(**seen: Any) -> str:
    """What a story that only waits its turn says, where something holds back its whole channel."""
    return why(delivery(State.DUE, Reason.PLANNED), replace(SEEN, **seen))


def example(state: State, reason: Reason, kind: Kind = Kind.POST) -> str:
    """One sentence, as a person reads it."""
    is_due = state in (State.DUE, State.UNKNOWN)
    assert is_due or "{when}" not in SENTENCES[state, reason].stands, "only what is still to come has a time to come"
    return why(delivery(state, reason, kind), SEEN)


def delivery(state: State, reason: Reason, kind: Kind = Kind.POST) -> Delivery:
    """A delivery as it may stand, with what the network or the feed said."""
    return Delivery(
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
        tries=SEEN.most_tries if reason is Reason.GAVE_UP else 3,
        moved_at=_NOW - timedelta(minutes=1),
        copied_at=_NOW - timedelta(hours=26) if reason is Reason.RESTORED else None,
        receipt=Receipt("42", "https://t.me/steppecourier/42") if state is State.DONE else None,
    )


if __name__ == "__main__":
    PAPER.write_text(table(), encoding="utf-8")

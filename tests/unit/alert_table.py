"""Writes docs/alerts.md, every cause with the message people get: `python -m tests.unit.alert_table`."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.contract import Receipt
from bot.audit.checkpoints import Checkpoint
from bot.audit.sealing import Broken, compare
from bot.model import Article, Delivery, Reason, State
from bot.rules import alert_facts as facts
from bot.rules.alert_facts import Fact
from bot.rules.alert_words import words
from bot.rules.alerts import Alert, Cause, News
from bot.rules.polling import FIXES, Trouble, no_feed
from config.settings import SettingsError
from tests.unit.broken_settings import GOOD, loaded

PAPER = Path(__file__).parents[2] / "docs" / "alerts.md"
SINCE = datetime(2026, 11, 22, 9, 12, tzinfo=UTC)
_HEAD = """# Alerts: every cause, every message

What is wrong is told once when it begins and once when it is over, to the log and to every sink under `alerts` in the
settings. This is the closed list of causes, with an example each; it is written by `python -m tests.unit.alert_table`
with the very words of the program, and a test compares it. The newsroom's clock shows 14:12 as it begins.

| cause | what happened | what we do | what you can do | when it is over |
|---|---|---|---|---|
"""
_TAIL = """
## How a message looks

One:

{one}

Many of one cause are one message; those that follow within ten minutes are the next one:

{many}

When it is over. What comes and goes is over once it has been well for ten minutes, and for twice as long each time it
came back within a day (four hours at most), so that nobody is woken by something that flaps:

{over}
"""
_ZONE = "Asia/Almaty"
_KNOWN = Article(title="Port of Aktau wins a loan", url="https://courier.example/port", story="700945c5")
_POST = Delivery(
    id=7,
    key="k",
    story="700945c5",
    channel="telegram-en",
    state=State.DONE,
    reason=Reason.SENT,
    due_at=SINCE,
    expires_at=SINCE,
    receipt=Receipt("41", "https://t.me/courier/41"),
)
_REFUSED = replace(
    _POST,
    state=State.HELD,
    reason=Reason.REFUSED,
    detail="Telegram sendMessage: 400 Bad Request: message is too long",
)


def _ago(**length: int) -> datetime:
    return SINCE - timedelta(**length)


def _broken_log() -> str:
    try:
        compare(Checkpoint("courier.example/log", 812, bytes(32)), "audit.checkpoint", None)
    except Broken as e:
        return str(e)
    raise AssertionError("a missing row went unnoticed")


def _broken_settings() -> str:
    with TemporaryDirectory() as folder:
        try:
            loaded(Path(folder), GOOD.replace("    poll: 60s", "    pol: 60s"))
        except SettingsError as e:
            return e.problems[0].replace(f"{folder}/", "")
    raise AssertionError("a misspelt key went unnoticed")


EXAMPLES: dict[Cause, tuple[str, Fact]] = {
    Cause.ACCOUNT_STOPPED: ("account:tg", Fact("Telegram getMe: 401 Unauthorized")),
    Cause.ACCESS_ENDS: ("account:fb", facts.access_ends(SINCE + timedelta(days=2), 3, zone=_ZONE)),
    Cause.CHANNEL_STOPPED: ("channel:telegram-en", Fact("Telegram sendMessage: 403 Forbidden: bot was kicked")),
    Cause.NETWORK_FAILING: ("account:tg", Fact("Telegram sendMessage: 502 Bad Gateway")),
    Cause.DELIVERY_HELD: ("delivery:7", facts.delivery_held(_REFUSED, _KNOWN)),
    Cause.DELIVERY_WAITS: ("delivery:7", facts.unapproved_for_long("telegram-en", _KNOWN)),
    Cause.STORY_REVISED: ("delivery:7", facts.story_revised(_POST, _KNOWN, "810 became 180")),
    Cause.WISH_TOO_LATE: ("delivery:7", facts.wish_too_late(_POST, _KNOWN, verb="cancel", actor="cli:aigul")),
    Cause.NOTHING_POSTED: ("newsroom", facts.nothing_posted(5)),
    Cause.SOURCE_FAILING: ("source:main", Fact(no_feed("courier.example", 502), FIXES[Trouble.USUAL])),
    Cause.SOURCE_SILENT: ("source:main", facts.source_silent(_ago(hours=5), 9.2, zone=_ZONE)),
    Cause.SOURCE_GAP: ("source:main", facts.source_gap(_ago(hours=3), SINCE, zone=_ZONE)),
    Cause.SOURCE_LACKS: (
        "source:main",
        facts.source_lacks(["“Туман закрыл порт” has no link and cannot be posted."], breaks_off=True),
    ),
    Cause.SOURCE_FLOOD: ("source:main", facts.source_flood(80)),
    Cause.TEMPLATE_WAITS: (
        "template:telegram",
        facts.template_waits("telegram", version=4, used=3, author="cli:aigul"),
    ),
    Cause.TEMPLATE_REFUSED: (
        "template:telegram",
        facts.template_refused("telegram", "line 3: there is no field titel", is_new=False),
    ),
    Cause.SETTINGS_REFUSED: ("settings", facts.settings_refused(_broken_settings())),
    Cause.GONE_WAITS: ("channel:telegram-ru", facts.left_settings("channel", "telegram-ru", waits=3, unclear=0)),
    Cause.DISK_LOW: ("disk", facts.disk_low(412 * 10**6, 25 * 10**9)),
    Cause.CLOCK_OFF: ("clock", facts.clock_off(timedelta(hours=1))),
    Cause.CHECKPOINT_OLD: ("audit", facts.checkpoint_old(_ago(days=1), zone=_ZONE)),
    Cause.SEAL_FAILS: ("audit", facts.seal_fails(ValueError())),
    Cause.AUDIT_BROKEN: ("audit", facts.audit_broken(_broken_log())),
    Cause.DATABASE_RESTORED: ("database", facts.database_restored(_ago(days=1))),
}


def alert(cause: Cause, n: int = 0, **said: object) -> Alert:
    scope, fact = EXAMPLES[cause]
    known: dict[str, object] = {"scope": scope, "what": fact.what, "fix": fact.fix}
    return Alert(id=n, cause=cause, **(known | {"opened_at": SINCE, "closed_at": None} | said))  # type: ignore[arg-type]


def message(cause: Cause, *, is_over: bool = False) -> str:
    closed = SINCE + timedelta(minutes=51) if is_over else None
    return written(News(cause, is_over, (alert(cause, closed_at=closed),)))


def written(news: News) -> str:
    said = words(news, newsroom="The Steppe Courier", zone="Asia/Almaty")
    return f"{said.subject}\n\n{said.text}"


def storm() -> str:
    channels = [
        alert(Cause.CHANNEL_STOPPED, n, scope=f"channel:telegram-{n}", opened_at=SINCE + timedelta(seconds=n))
        for n in range(1, 41)
    ]
    odd = alert(Cause.CHANNEL_STOPPED, 41, scope="channel:x-en", what="X tweets: 403 Your account is suspended.")
    return written(News(Cause.CHANNEL_STOPPED, False, (*channels, odd)))


def flapped() -> str:
    back = SINCE + timedelta(hours=5, minutes=40)
    return written(News(Cause.SOURCE_FAILING, True, (alert(Cause.SOURCE_FAILING, times=12, closed_at=back),)))


def paper() -> str:
    """The whole page."""
    rows = [_row(cause) for cause in EXAMPLES]
    shown = {"one": message(Cause.ACCOUNT_STOPPED), "many": storm(), "over": flapped()}
    return _HEAD + "\n".join(rows) + "\n" + _TAIL.format(**{name: _indented(text) for name, text in shown.items()})


def _row(cause: Cause) -> str:
    parts = dict(line.split(": ", 1) for line in message(cause).splitlines()[2:])
    over = message(cause, is_over=True).splitlines()[2].split(": ", 1)[1].split(". It was: ")[0]
    cells = (parts["What happened"], parts["What we do"], parts["What you can do"], f"{over}.")
    return f"| {cause} | {' | '.join(cells)} |"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())


if __name__ == "__main__":
    PAPER.write_text(paper(), encoding="utf-8")

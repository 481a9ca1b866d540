"""Writes docs/alerts.md, every cause with the message people get: `python -m tests.unit.alert_table`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.rules.alert_words import words
from bot.rules.alerts import Alert, Cause, News

PAPER = Path(__file__).parents[2] / "docs" / "alerts.md"
SINCE = datetime(2026, 11, 22, 9, 12, tzinfo=UTC)
_HEAD = """# Alerts: every cause, every message

What is wrong is told once when it begins and once when it is over, to the log and to every sink under `alerts` in the
settings. This is the closed list of causes, with an example each; it is written by `python -m tests.unit.alert_table`,
and a test compares it. The newsroom's clock shows 14:12 as it begins.

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
EXAMPLES: dict[Cause, tuple[str, str, str]] = {
    Cause.ACCOUNT_STOPPED: ("account:tg", "Telegram getMe: 401 Unauthorized", ""),
    Cause.ACCESS_ENDS: ("account:fb", "its access ends on 25 November, 14:00, within 3 days", ""),
    Cause.CHANNEL_STOPPED: ("channel:telegram-en", "Telegram sendMessage: 403 Forbidden: bot was kicked", ""),
    Cause.NETWORK_FAILING: ("account:tg", "Telegram sendMessage: 502 Bad Gateway", ""),
    Cause.DELIVERY_HELD: (
        "delivery:7",
        "“Port of Aktau wins a loan” needs a person on telegram-en (refused: Telegram sendMessage: 400 Bad Request: message is too long)",
        "`jarshy why 7` says what to do",
    ),
    Cause.DELIVERY_WAITS: ("delivery:7", "nobody has approved “Port of Aktau wins a loan” for telegram-en, and half of its time is over", ""),
    Cause.STORY_REVISED: (
        "delivery:7",
        "the article changed after it was posted on telegram-en (“Port of Aktau wins a loan”): 810 became 180",
        "`correct 700945c5 TEXT` tells readers what was wrong; `edit-post 7` or `delete-post 7` where the network can",
    ),
    Cause.WISH_TOO_LATE: ("delivery:7", "was out on telegram-en before aigul could cancel it", "`delete-post 7`"),
    Cause.NOTHING_POSTED: ("newsroom", "5 stories have come, and no channel has posted one since", ""),
    Cause.SOURCE_FAILING: (
        "source:main",
        "courier.example answered 503 instead of a feed",
        "open the address in a browser; `jarshy check` asks for it again",
    ),
    Cause.SOURCE_SILENT: ("source:main", "its last story came on 22 November, 08:40; about 9 should have come since", ""),
    Cause.SOURCE_GAP: (
        "source:main",
        "stories between 22 November, 11:00 and 22 November, 14:00 may be missing: nothing in the feed was known from before",
        "for each story of that time on the site, `jarshy why ADDRESS`: only one it does not know was missed (one that is out stands there too)",
    ),
    Cause.SOURCE_FLOOD: (
        "source:main",
        "80 stories came at once, far more than this feed ever brings, and all of them wait for a person",
        "look at `queue`, then release or cancel them",
    ),
    Cause.TEMPLATE_WAITS: (
        "template:telegram",
        "the file of template telegram waits behind version 3 in use, which aigul saved",
        "`jarshy template diff telegram` shows both",
    ),
    Cause.TEMPLATE_REFUSED: (
        "template:telegram",
        "the file of template telegram cannot be used, so the version before it stays: line 3: there is no field titel",
        "mend the file: `jarshy template check telegram` shows what is wrong",
    ),
    Cause.SETTINGS_REFUSED: ("settings", "jarshy.yaml:12: channels.x is missing account", ""),
    Cause.GONE_WAITS: (
        "channel:telegram-ru",
        "it is gone from the settings, and 3 posts wait on it",
        "put it back into the settings, or `jarshy forget telegram-ru` cancels what waits",
    ),
    Cause.DISK_LOW: ("disk", "412 MB are free (1.6 %) where the database lies", ""),
    Cause.CLOCK_OFF: ("clock", "it is 1 hour behind the clocks of the sites and networks we ask", ""),
    Cause.CHECKPOINT_OLD: ("audit", "the last checkpoint is of 21 November, 14:00", ""),
    Cause.SEAL_FAILS: ("audit", "it ended in a ValueError", ""),
    Cause.AUDIT_BROKEN: ("audit", "row 812 was sealed and is missing now", ""),
    Cause.DATABASE_RESTORED: ("database", "brought back from a copy that ends on 21 November, 14:00", ""),
}  # fmt: skip


def alert(cause: Cause, n: int = 0, **said: object) -> Alert:
    scope, what, fix = EXAMPLES[cause]
    facts: dict[str, object] = {"scope": scope, "what": what, "fix": fix, "opened_at": SINCE, "closed_at": None}
    return Alert(id=n, cause=cause, **(facts | said))  # type: ignore[arg-type]


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

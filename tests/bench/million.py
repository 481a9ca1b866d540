"""What a long life costs: answers, and the next claim, with a million posts out and twenty thousand waiting."""

import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from adapters.contract import Post, Receipt
from bot.audit.rows import canonical
from bot.clock import SystemClock
from bot.model import Account, Article, Channel, Policy
from bot.posts.frozen import dump, dump_receipt
from bot.store import accounts, reading, turns
from bot.store.engine import engine_for
from bot.store.migrate import create

_CHANNELS = tuple(Channel(id=f"c{n}", account=f"c{n}", network="fake", gap=timedelta(0)) for n in range(5))
_POLICY = Policy(newsroom="Paper", zone="Asia/Almaty")
_DONE, _WAITING = 200_000, 4_000
"""Stories; each is on five channels."""
_TIMES = 15


def million(folder: Path) -> dict[str, Any]:
    """Ask the same of a file with ten stories and of one with two hundred and four thousand."""
    small, large = (_asked(folder / f"{done}.db", done, waiting) for done, waiting in ((10, 10), (_DONE, _WAITING)))
    shown = {
        name: {"empty_ms": small[name], "full_ms": large[name], "times": _ratio(small, large, name)} for name in small
    }
    return {"million_delivered": shown | {"size_mb": round((folder / f"{_DONE}.db").stat().st_size / 1e6)}}


def _ratio(small: dict[str, float], large: dict[str, float], name: str) -> float:
    return round(large[name] / small[name], 1)


def _asked(path: Path, done: int, waiting: int) -> dict[str, float]:
    now = SystemClock().now()
    engine = engine_for(lambda: path, durable=False)
    create(engine)
    with engine.begin() as db:
        accounts.set_up(db, [Account(id=each.id, network="fake") for each in _CHANNELS], _CHANNELS)
        _fill(db, done, waiting, now)
    reader = reading.Reader(_POLICY, {each.id: each for each in _CHANNELS}, {"fake": "Fake"})
    which = done // 2 + 1
    questions: dict[str, Callable[[sa.Connection], Any]] = {
        "why_number": lambda db: reader.one(db, which, now),
        "why_waiting": lambda db: reader.one(db, done * 5 + 3, now),
        "why_address": lambda db: _why(db, reader, f"https://paper.example/2026/{which}-port", now),
        "why_words": lambda db: _why(db, reader, f"Port {done + 1} of", now),
        "why_unknown_words": lambda db: reading.find_stories(db, "no such words"),
        "next_claim": lambda db: turns.take(db, _CHANNELS[2], now, policy=_POLICY),
    }
    try:
        return {name: _timed(engine, ask) for name, ask in questions.items()}
    finally:
        engine.dispose()


def _why(db: sa.Connection, reader: reading.Reader, said: str, now: datetime) -> None:
    found = [reader.story(db, each, now) for each in reading.find_stories(db, said)]
    assert found, f"{said} was not found"


def _timed(engine: sa.Engine, ask: Callable[[sa.Connection], Any]) -> float:
    took = []
    for _ in range(_TIMES):
        with engine.connect() as db:
            began = time.perf_counter()
            ask(db)
            took.append(time.perf_counter() - began)
            db.rollback()
        if sum(took) > 20:
            break
    return round(statistics.median(took) * 1000, 2)


def _fill(db: sa.Connection, done: int, waiting: int, now: datetime) -> None:
    """Write stories and deliveries by plain SQL, as planning and sending them would have left them."""
    post = Post("Port # of Aktau wins a loan. https://paper.example/2026/#-port")
    said = {
        "at": round(now.timestamp() * 1000),
        "count": done + waiting,
        "done": done,
        "article": TypeAdapter(Article).dump_json(_article(now)).decode(),
        "post": dump(post),
        "receipt": dump_receipt(Receipt("#", "https://fake.example/#")),
        "told": canonical({"v": 1, "at": 1, "actor": "jarshy", "action": "delivery.moved", "state": "done"}),
    }
    for words in _ROWS:
        db.execute(sa.text(words.replace(" SELECT", f" {_NUMBERS} SELECT", 1)), said)
    db.exec_driver_sql("UPDATE channel SET wake_at = 1")


def _article(now: datetime) -> Article:
    told = tuple(f"The port of Aktau got loan {n} on Monday, and builds berths with it." for n in range(12))
    url = "https://paper.example/2026/#-port"
    return Article(
        title="Port # of Aktau wins a loan",
        url=url,
        guid="guid-#",
        source="main",
        paragraphs=told,
        published=now,
        story="s#",
    )


_NUMBERS = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < :count)"
_EACH = "FROM n, (SELECT 0 AS c UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4)"
_ID, _THEN = "(n - 1) * 5 + c + 1", ":at - (:count - n) * 1000"
_ROWS = (
    "INSERT INTO story (id, source, url, revision, article, sought, published_at, seen_at) SELECT 's' || n, 'main', "
    "'https://paper.example/2026/' || n || '-port', 1, replace(:article, '#', n), "
    f"'port ' || n || ' of aktau wins a loan', {_THEN}, {_THEN} FROM n",
    "INSERT INTO revision (story, number, article, change, seen_at) "
    "SELECT 's' || n, 1, replace(:article, '#', n), '', :at FROM n",
    "INSERT INTO identity SELECT 'url', '', 'paper.example/2026/' || n || '-port', 's' || n, :at FROM n",
    "INSERT INTO identity SELECT 'guid', 'main', 'guid-' || n, 's' || n, :at FROM n",
    "INSERT INTO sighting SELECT 's' || n, 'main', 0, :at FROM n",
    "INSERT INTO delivery (id, key, channel, kind, state, reason, due_at, expires_at, published_at, post, receipt, "
    f"created_at, moved_at) SELECT {_ID}, 'k' || n || '-' || c, 'c' || c, 'post', iif(n <= :done, 'done', 'due'), "
    f"iif(n <= :done, 'sent', 'planned'), :at - 1000, :at + 21600000, {_THEN}, "
    "iif(n <= :done, replace(:post, '#', n), NULL), iif(n <= :done, replace(:receipt, '#', n), NULL), :at, :at "
    f"{_EACH}",
    f"INSERT INTO delivery_story SELECT {_ID}, 's' || n, 'c' || c, 'post', 0 {_EACH}",
    "INSERT INTO attempt (delivery, started_at, ended_at, outcome) "
    f"SELECT {_ID}, :at, :at, 'Receipt' {_EACH} WHERE n <= :done",
    "INSERT INTO audit (at, actor, action, story, delivery, channel, row) "
    f"SELECT :at, 'jarshy', 'delivery.moved', 's' || n, {_ID}, 'c' || c, :told {_EACH} WHERE n <= :done",
)

"""How long the audit log takes to prove itself: a million rows, sealed as the daemon does it, by the real command."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.audit.rows import Action, canonical
from bot.clock import SystemClock
from bot.commands.office import inline
from bot.commands.setup import init
from bot.keys import seal
from bot.sealing import Sealer
from bot.store.engine import Store, engine_for
from bot.store.migrate import bring_up
from bot.store.schema import audit
from config.settings import load
from tests.e2e.kit import command, environ

_ROWS = 1_000_000
_AT = 1_795_000_000_000
_SETTINGS = "newsroom: {name: Paper, zone: Asia/Almaty}\nsources: {main: {url: 'https://paper.example/feed'}}\n"


def proving(folder: Path) -> dict[str, Any]:
    """Seal a million rows, verify them, and prove one."""
    path = folder / "jarshy.yaml"
    path.write_text(f"{_SETTINGS}accounts: {{}}\nchannels: {{}}\n")
    init(path)
    settings = load(path, {}, networks={})
    bring_up(settings.store)
    engine = engine_for(lambda: settings.store, durable=False)
    _fill(engine)
    sealer = Sealer(Store(engine, inline), SystemClock(), seal(settings), aside=_aside)
    began = time.process_time()
    asyncio.run(sealer.seal())
    sealed = time.process_time() - began
    engine.dispose()
    figures = {
        "seal_cpu_s": round(sealed, 2),
        "verify": _run(folder, "verify"),
        "prove": _run(folder, "prove", "500000"),
    }
    return {f"audit_of_{_ROWS}_rows": figures}


_MEASURE = """
import json, os, subprocess, sys, time
began = time.monotonic()
process = subprocess.Popen(sys.argv[1:], stdout=sys.stderr)
_, status, spent = os.wait4(process.pid, 0)
told = {"wall_s": time.monotonic() - began, "cpu_s": spent.ru_utime + spent.ru_stime}
print(json.dumps(told | {"peak_memory_mb": spent.ru_maxrss / 1024}))
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""Begins the command from a small process: a peak of memory is handed down by whoever begins it."""


def _run(folder: Path, *said: str) -> dict[str, float]:
    run = [sys.executable, "-S", "-c", _MEASURE, *command("audit", *said)]
    told = subprocess.run(run, cwd=folder, env=environ(folder), stdout=subprocess.PIPE, check=True)
    return {name: round(figure, 2) for name, figure in json.loads(told.stdout).items()}


def _fill(engine: sa.Engine) -> None:
    columns = ("at", "actor", "action", "story", "delivery", "channel", "row")
    insert = f"INSERT INTO {audit.name} ({', '.join(columns)}) VALUES (?, ?, ?, ?, ?, ?, ?)"
    with engine.begin() as db:
        # A million at once, past the engine: it would keep them all.
        db.connection.driver_connection.executemany(insert, _rows())


def _rows() -> Iterator[tuple[Any, ...]]:
    for n in range(_ROWS):
        story, at = f"story{n // 4}", _AT + n
        said = {
            "v": 1,
            "at": at,
            "actor": "jarshy",
            "action": str(Action.DELIVERY_MOVED),
            "story": story,
            "delivery": n,
        }
        said |= {
            "channel": "telegram-en",
            "kind": "post",
            "state": "done",
            "reason": "published",
            "detail": "",
            "due": at,
        }
        said |= {"url": f"https://t.me/steppecourier/{n}"}
        yield at, "jarshy", said["action"], story, n, "telegram-en", canonical(said)


async def _aside(work: Any, deadline: float) -> Any:
    return work()

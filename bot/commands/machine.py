"""What `doctor` sees of the machine: the disk, the database file, the daemon's own page and the clock."""

import json
import shutil
import socket
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener
from zoneinfo import ZoneInfo

from bot import putback
from bot.commands import show
from bot.commands.barrier import DEGRADED, FAILED
from bot.commands.findings import Finding
from bot.commands.office import Office
from bot.putback import OldDatabase
from bot.rules.skew import Skew
from bot.store import figures
from bot.store.engine import StoreUnavailable
from bot.store.lock import holder
from bot.store.migrate import LATEST, BadDatabase, bring_up

WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_FULL, _LOW = 50_000_000, 1_000_000_000
"""Free bytes below which nothing can safely be stored, and below which a person should look."""
_SOON = 30
"""Days until the disk is full that are too few."""
_OFF = timedelta(seconds=10)
"""A clock so far off signs requests that networks refuse, and looks for posts at the wrong time."""
_SECONDS = 5.0


async def database(office: Office) -> Finding:
    """Read the whole database file once (a server only has to answer), and see whether it is the one at work."""
    store = office.settings.store
    try:
        bring_up(store, is_thorough=True)
        await putback.refuse(office.settings, office.store)
    except (BadDatabase, OldDatabase, StoreUnavailable) as e:
        return Finding("database", str(e), FAILED)
    is_well = "is whole" if isinstance(store, Path) else "answers"
    return Finding("database", f"{store} {is_well}, its tables of version {LATEST}")


async def disk(office: Office) -> Finding:
    """Measure what is free and what we take, and reckon when the disk will be full of it."""
    store, beside, now = office.settings.store, office.settings.beside, office.clock.now()
    free = shutil.disk_usage(beside).free
    pictures = sum(_size(each) for each in (beside / "media").glob("*"))
    if isinstance(store, Path):
        ours = sum(_size(Path(f"{store}{end}")) for end in ("", "-wal"))
        has = f"{size(free)} free; the database takes {size(ours)}, pictures {size(pictures)}"
        days, how = _until_full(ours, await office.store.write(figures.growth, now - WEEK), free, now)
    else:
        has = f"{size(free)} free here, where pictures take {size(pictures)}"
        days, how = None, "the database grows on its server, whose disk cannot be seen from here"
    if free < _FULL:
        return Finding("disk", f"{has}: nothing more can safely be stored, free some space", FAILED)
    if free < _LOW or (days is not None and days < _SOON):
        return Finding("disk", f"{has}; {how}: free some space", DEGRADED)
    return Finding("disk", f"{has}; {how}")


def _until_full(ours: int, grown: figures.Growth, free: int, now: datetime) -> tuple[int | None, str]:
    """Tell in how many days the disk is full, as far as that can be known, and say it.

    Every row of the log stands for its share of the file. Pictures do not count: they live for days only.
    """
    age = min(now - grown.began, WEEK) if grown.began else timedelta(0)
    if age < _DAY or not grown.since:
        return None, "how fast it grows shows after a day"
    daily = ours / grown.rows * grown.since / (age / _DAY)
    days = int(free / daily)
    lasts = "that lasts for more than ten years" if days > 3650 else f"full in {days} days"
    return days, f"it grows by {size(daily)} a day, {lasts}"


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0


def size(count: float) -> str:
    """Write a number of bytes in the unit people use for it."""
    for unit in ("bytes", "KB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" or count >= 10 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


_IDLE = (
    "is not at work, so nothing is read and nothing goes out: start it as you always do (`systemctl start jarshy` "
    "where it is a service, else `jarshy run`); what waits goes on by itself, unless its `expiry` is over"
)


def daemon(office: Office) -> Finding:
    """Ask whether the daemon is at work, and when it last ticked."""
    at_work = holder(office.settings.store)
    if at_work is None:
        return Finding("daemon", _IDLE, DEGRADED)
    where = f" on {at_work.machine}" if at_work.machine else ""
    who = f"process {at_work.pid}{where}, since {show.since(at_work.since, office.zone)}"
    if at_work.machine not in ("", socket.gethostname()):
        return Finding("daemon", f"is at work ({who}); ask `jarshy doctor` there when it last ticked")
    host, port = office.settings.listen
    page = f"http://{host}:{port}/healthz"
    told = _ask("127.0.0.1" if host in ("0.0.0.0", "") else host, port)
    if told is None:
        return Finding("daemon", f"holds the database ({who}) but {page} does not answer: see its log", DEGRADED)
    last = {name: datetime.fromisoformat(at) for name, at in told.get("ticked", {}).items()}
    if told["status"] == "stuck":
        late = ", ".join(
            f"{name} since {show.since(last[name], office.zone)}" for name in told["stuck"] if name in last
        )
        said = late or told.get("said") or ", ".join(told["stuck"])
        return Finding("daemon", f"is stuck ({who}): {said}; see its log, then start it anew", DEGRADED)
    newest = max(last.values(), default=at_work.since)
    return Finding("daemon", f"is at work ({who}), last tick {newest.astimezone(ZoneInfo(office.zone)):%H:%M:%S}")


def _ask(host: str, port: int) -> dict[str, Any] | None:
    """Read the daemon's page; proxies of the machine are not asked."""
    name = f"[{host}]" if ":" in host else host
    try:
        with build_opener(ProxyHandler({})).open(f"http://{name}:{port}/healthz", timeout=_SECONDS) as answer:
            raw = answer.read()
    except HTTPError as e:
        raw = e.read()
    except OSError:
        return None
    try:
        told = json.loads(raw)
    except ValueError:
        return None
    return told if isinstance(told, dict) and "status" in told and isinstance(told.get("stuck"), list) else None


def clock(skew: Skew, now: datetime) -> Finding:
    """Say whether this machine's clock agrees with those of the networks that were just asked."""
    # One is enough where a person reads it: the alert waits for two.
    off = skew.off(now, fewest=1)
    if off is None:
        return Finding("clock", "no network told the time, so this machine's clock was not compared", is_note=True)
    if abs(off) < _OFF:
        return Finding("clock", "agrees with the networks'")
    way = "behind" if off > timedelta(0) else "ahead of"
    said = f"is {abs(off).total_seconds():.0f} seconds {way} the networks' clocks"
    return Finding("clock", f"{said}, and they may refuse what it signs: set it, or start a time service", DEGRADED)

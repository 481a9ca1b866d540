"""Commands that copy the database, put a copy back, and mark one that was put back by other means."""

import sys
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from bot import putback
from bot.audit.verify import Check
from bot.clock import SystemClock
from bot.commands import show
from bot.commands.barrier import FAILED
from bot.commands.office import actor_of, inline, settings_at
from bot.keys import CannotStart, seal
from bot.proving import verify
from bot.store import copies
from bot.store.copies import Back, Copy
from bot.store.engine import Store, engine_at
from bot.store.lock import only_one
from bot.store.migrate import LATEST, bring_up
from bot.store.onefile import copy_file
from bot.store.people import RefusedVerb
from bot.tongue import span
from config.settings import Settings

_BESIDE = "Not in it: jarshy.yaml, secrets/ (the key that opens the sign-ins), templates/, words/. Keep those as well."


def backup(path: Path, copy: Path, *, may_replace: bool) -> int:
    """Copy the database; a file that is there already is left alone unless `may_replace`."""
    settings, _ = settings_at(path)
    store = _file_of(settings)
    if not store.is_file():
        raise CannotStart(f"there is no database {store} yet, so there is nothing to copy")
    if copy.exists() and (not may_replace or copy.samefile(store) or not copy.is_file()):
        can = " (--force replaces it)" if copy.is_file() and not copy.samefile(store) else ""
        raise CannotStart(f"the file {copy} is there already{can}; nothing was copied")
    if not copy.absolute().parent.is_dir():
        raise CannotStart(f"{copy.absolute().parent} is no folder; nothing was copied")
    made = copies.make(store, copy)
    on = show.paper()
    on.print(f"Copied {settings.store} to {copy} and read the copy back: {_said(made, settings)}.")
    on.print(_BESIDE)
    return 0


async def check(path: Path, copy: Path) -> int:
    """Say what a copy holds, how old it is and whether its audit log proves itself, without touching anything."""
    settings, _ = settings_at(path)
    found = copies.look_into(copy)
    on = show.paper()
    log = await _log_in(settings, copy)
    if log.faults:
        on.print(f"! The audit log in {copy} is not what was sealed: {log.faults[0].what}; take an earlier copy.")
        return FAILED
    on.print(f"{copy} can be restored: it reads back whole, {_said(found, settings)}.")
    on.print(f"Its audit log is whole, {log.sealed:,} of {log.rows:,} rows sealed.")
    if found.version != LATEST:
        on.print(f"Its tables are of version {found.version}; `restore` brings them to {LATEST}.")
    if found.ends_at is not None:
        age = SystemClock().now() - found.ends_at
        on.print(f"It knows nothing of the last {_age(age)}.")
    return 0


async def _log_in(settings: Settings, copy: Path) -> Check:
    """Check a copy's audit log, on a copy of it: tables of an earlier version are brought up there."""
    ours = seal(settings)
    found = Check(list(ours.key.publics) if ours else [], [])
    with TemporaryDirectory() as made:
        apart = Path(made) / "copy.db"
        copy_file(copy, apart)
        bring_up(apart, keeps_copy=False)
        with closing(Store(engine_at(apart), inline)) as store:
            await verify(store, found)
    return found


async def restore(path: Path, copy: Path, who: str) -> int:
    """Put a copy in the place of the database, while no daemon works on it."""
    settings, _ = settings_at(path)
    clock = SystemClock()
    store = _file_of(settings)
    async with only_one(store, clock):
        back = copies.put_back(copy, store, clock.now(), actor=actor_of(who))
    _tell(settings, copy, back)
    return 0


async def mark_here(path: Path, who: str, *, is_sure: bool) -> int:
    """Mark a database that was put in its place by other means, after a question on a terminal."""
    settings, _ = settings_at(path)
    clock, on = SystemClock(), show.paper()
    if isinstance(settings.store, Path) and not settings.store.is_file():
        raise CannotStart(f"there is no database {settings.store}: `jarshy restore FILE` puts a copy there")
    async with only_one(settings.store, clock) as engine:
        bring_up(settings.store, is_thorough=True)
        store = Store(engine, inline)
        found = await putback.look(settings, store)
        said = (
            f"What shows it: {putback.shown(settings, found)}." if found else "Nothing shows that it is an older one."
        )
        on.print(said)
        if not _is_meant(is_sure=is_sure):
            return 1
        marked = await putback.mark(settings, store, clock.now(), actor=actor_of(who))
    on.print(f"Marked {settings.store} as a copy that ends at {_moment(marked.lost.copied_at, settings)}.")
    if marked.aside is not None:
        on.print(f"What was signed of the lost log is kept at {marked.aside}.")
    _tell_what_follows(on, marked.under_way)
    return 0


def _is_meant(*, is_sure: bool) -> bool:
    if is_sure:
        return True
    if not sys.stdin.isatty():
        again = "`jarshy restore --here --yes` does it unasked"
        raise RefusedVerb(f"nothing was marked, as nobody can be asked here; {again}")
    return typer.confirm("Was an older database put in place, so that what may be out since is to be looked for?")


def _file_of(settings: Settings) -> Path:
    if isinstance(settings.store, Path):
        return settings.store
    raise CannotStart(
        f"{settings.store} is a server's database: back it up there (`pg_dump`), "
        "and say `jarshy restore --here` once it was put back"
    )


def _tell(settings: Settings, copy: Path, back: Back) -> None:
    on, ends = show.paper(), _moment(back.lost.copied_at, settings)
    on.print(f"Restored {settings.store} from {copy}, which ends at {ends}.")
    if back.aside is not None:
        on.print(f"The file it replaced is kept at {back.aside}.")
    if back.aside is not None and back.knew is not None and back.knew > back.lost.copied_at:
        on.print(
            f"That file is whole and knows more, up to {_moment(back.knew, settings)}: if this restore was a mistake, "
            f"`jarshy restore {back.aside}` takes it back."
        )
    _tell_what_follows(on, back.under_way)


def _tell_what_follows(on: Console, under_way: int) -> None:
    deliveries = show.so_many(under_way, "delivery", "deliveries")
    on.print(
        f"What may have gone out since then is looked for first ({deliveries} under way, and stories that came since); "
        "what looking does not settle waits for you in `jarshy queue`. Nothing of it is sent again by itself."
    )
    on.print(
        "What people decided since then is lost: pauses, approvals, cancellations, marks, wording. "
        "Pause again what should be paused, then `jarshy run`."
    )


def _said(copy: Copy, settings: Settings) -> str:
    counts = (
        show.so_many(copy.counts["story"], "story", "stories"),
        show.so_many(copy.counts["delivery"], "delivery", "deliveries"),
        show.so_many(copy.counts["audit"], "row of the log", "rows of the log"),
    )
    ends = f", ends at {_moment(copy.ends_at, settings)}" if copy.ends_at else ""
    return f"{', '.join(counts)}, {copy.size / 1e6:.1f} MB{ends}"


def _moment(at: datetime, settings: Settings) -> str:
    return f"{at.astimezone(ZoneInfo(settings.policy.zone)):%-d %B %Y, %H:%M}"


def _age(age: timedelta) -> str:
    for size in (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)):
        if age >= size:
            return span(age // size * size)
    return "minute"

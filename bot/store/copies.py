"""Copies of a database file: made while it is in use, looked over, and put back in the place of a lost one."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.audit.checkpoints import CHECKPOINT
from bot.rules.lost import LostTime
from bot.store.engine import StoreUnavailable, engine_for
from bot.store.migrate import BadDatabase, bring_up, version_of
from bot.store.onefile import COPY, copy_file, fsync_folder
from bot.store.restoring import bring_back, ends_at

_JOURNAL = ("-wal", "-shm")
_COUNTED = ("story", "delivery", "audit")


@dataclass(frozen=True, slots=True)
class Copy:
    """What a look into a copy found. `ends_at`: the last thing it knows; None: it knows nothing yet."""

    version: str
    ends_at: datetime | None
    size: int
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Back:
    """A database that was brought back: the time that is lost, what was under way, and where the replaced file is.

    `knew`: the last thing the replaced one knew; None where it was none, or damaged.
    """

    lost: LostTime
    under_way: int
    aside: Path | None
    knew: datetime | None


def look_into(copy: Path) -> Copy:
    """Read a copy from end to end, without changing it. Raises BadDatabase where it is of no use."""
    if not copy.is_file():
        raise BadDatabase(f"there is no file {copy}")
    version = version_of(copy, is_read_only=True)
    with _reading(copy) as db:
        counts = {name: db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in _COUNTED}  # noqa: S608
        row = db.execute("SELECT at FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    return Copy(version, datetime.fromtimestamp(row[0] / 1000, UTC) if row else None, copy.stat().st_size, counts)


def make(store: Path, copy: Path) -> Copy:
    """Copy the database as it stands at one moment, also while a daemon works on it, and read the copy through."""
    version_of(store)
    copy_file(store, copy, version=COPY)
    return look_into(copy)


def put_back(copy: Path, store: Path, now: datetime, *, actor: str) -> Back:
    """Put a copy in the place of the database; for whoever holds the lock of the file.

    The replaced file is kept. Until the very last step nothing has changed.
    """
    look_into(copy)
    fresh = store.with_name(f"{store.name}.restoring")
    # A restore that was cut off leaves a journal, which the new file would take for its own.
    for end in _JOURNAL:
        Path(f"{fresh}{end}").unlink(missing_ok=True)
    copy_file(copy, fresh)
    bring_up(fresh, keeps_copy=False)
    engine = engine_for(lambda: fresh)
    with engine.begin() as db:
        lost, under_way = bring_back(db, now, ends=ends_at(db), actor=actor)
    engine.dispose()
    knew = None
    with suppress(BadDatabase, StoreUnavailable):
        knew = look_into(store).ends_at
    aside = _keep(store, now)
    set_aside(store.with_name(CHECKPOINT), now)
    os.replace(fresh, store)
    fsync_folder(store.parent)
    look_into(store)
    return Back(lost, under_way, aside, knew)


def set_aside(checkpoint: Path, now: datetime) -> Path | None:
    """Keep what was signed of a lost log under another name, as proof of it: what is left is sealed anew."""
    aside = _other_name(checkpoint, now)
    try:
        os.replace(checkpoint, aside)
    except FileNotFoundError:
        return None
    fsync_folder(checkpoint.parent)
    return aside


def _other_name(path: Path, now: datetime) -> Path:
    name, n = f"{path.name}.replaced-{now:%Y%m%dT%H%M%SZ}", 1
    while (aside := path.with_name(name if n == 1 else f"{name}-{n}")).exists():
        n += 1
    return aside


def _keep(store: Path, now: datetime) -> Path | None:
    """Give the replaced file a second name; what is damaged is kept with its journal as it is."""
    aside = _other_name(store, now)
    if store.exists():
        with suppress(sqlite3.Error), closing(sqlite3.connect(store)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    # Also where the file itself is gone: what is put in its place would take this journal for its own.
    for end in _JOURNAL:
        with suppress(FileNotFoundError):
            os.replace(f"{store}{end}", f"{aside}{end}")
    if not store.exists():
        return None
    try:
        os.link(store, aside)
    except OSError:  # a file system without second names: for a blink there is no database
        os.replace(store, aside)
    return aside


@contextmanager
def _reading(copy: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro", uri=True)) as db:
            yield db
    except sqlite3.OperationalError as e:
        raise StoreUnavailable(f"{copy} cannot be read: {e}") from e
    except sqlite3.DatabaseError as e:
        raise BadDatabase(f"{copy} is damaged ({e}): take an earlier copy") from e

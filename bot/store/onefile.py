"""A SQLite file as a file: copied whole while others write to it, and never half there."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.store.engine import StoreUnavailable

COPY = 1
"""SQLite's `user_version` of a file that `jarshy backup` made: it says of itself that a newer one was at work."""


class BadCopy(Exception):
    """A copy does not read back whole; it was thrown away."""


def copy_file(source: Path, target: Path, *, version: int = 0) -> None:
    """Copy a database as it stands at one moment into one file for its owner alone; what stood there is replaced.

    `version`: the `user_version` it gets; COPY where nobody may take it for the database at work. Raises
    StoreUnavailable where there is no room or right, BadCopy where the copy does not read back.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        give_to_folder(part)
        _fill(source, part, version)
        os.replace(part, target)
        fsync_folder(target.parent)
    except (OSError, sqlite3.Error) as e:
        said = getattr(e, "strerror", None) or e
        raise StoreUnavailable(f"{source} cannot be copied to {target}: {said}") from e
    finally:
        part.unlink(missing_ok=True)


def give_to_folder(path: Path) -> None:
    """Give a file that root made to whoever owns its folder: the daemon, under a user of its own, must open it too."""
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def fsync_folder(folder: Path) -> None:
    """Have the disk keep which files a folder holds, also through a power cut."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _fill(source: Path, part: Path, version: int) -> None:
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as here,
        closing(sqlite3.connect(part)) as there,
    ):
        here.backup(there)
        there.execute(f"PRAGMA user_version={version}")
        there.execute("PRAGMA journal_mode=DELETE")  # one file, with no journal beside it
        said = there.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if said != "ok":
        raise BadCopy(f"the copy of {source} does not read back ({said}): the disk or the file is damaged")
    with part.open("rb") as written:
        os.fsync(written.fileno())

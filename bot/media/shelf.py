"""Prints as files, each named by the SHA-256 of what is in it, so that a name that is believed cannot lie."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

__all__ = ["Shelf"]

_YOUNG = timedelta(hours=1)
"""A file so young may be on its way into a post."""


class Shelf:
    """A folder of prints; made at the first one. Any number of processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Keep a print and return its name; a reader meets the whole of it or nothing. Raises OSError."""
        name = hashlib.sha256(content).hexdigest()
        if self.get(name) is not None:
            return name
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".new")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.replace(made, self._folder / name)
        except OSError:
            with suppress(OSError):
                os.unlink(made)
            raise
        return name

    def get(self, name: str) -> bytes | None:
        """Read a print; None where it is missing or no longer what its name says."""
        try:
            content = (self._folder / name).read_bytes()
        except OSError:
            return None
        return content if hashlib.sha256(content).hexdigest() == name else None

    @contextmanager
    def bench(self) -> Iterator[Path]:
        """Make a folder to work in beside the prints; what a killed process leaves there is pruned. Raises OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder, prefix=".bench-") as bench:
            yield Path(bench)

    def prune(self, keep: Collection[str], now: datetime, *, lives: timedelta) -> int:
        """Remove what is not in `keep` and older than `lives`, or not quite new; returns how many."""
        removed, oldest = 0, max(lives, _YOUNG).total_seconds()
        with suppress(OSError):
            for path in list(self._folder.iterdir()):
                if path.name not in keep and now.timestamp() - path.stat().st_mtime > oldest:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
                    removed += 1
        return removed

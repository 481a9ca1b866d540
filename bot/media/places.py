"""Where files lie that anybody may fetch who knows their names: a folder a web server serves, or what is alike."""

import asyncio
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

__all__ = ["HALF_WRITTEN", "Folder", "Lying", "Place", "Shut", "Window"]

HALF_WRITTEN = (".jarshy-", ".new")
"""How the name of a file begins and ends whose writing was interrupted."""


class Shut(Exception):
    """A place takes or gives nothing now; the text is a sentence. `needs_person`: it stays so until somebody acts."""

    def __init__(self, said: str, *, needs_person: bool = False) -> None:
        super().__init__(said)
        self.needs_person = needs_person


@dataclass(frozen=True, slots=True)
class Lying:
    """A file at a place, and since when it lies there."""

    name: str
    since: datetime


class Place(Protocol):
    """Keeps files under names we give."""

    async def put(self, name: str, content: bytes, mime: str) -> None:
        """Lay a file down, or the same anew; others meet the whole of it or nothing. Raises Shut."""
        ...

    async def listed(self) -> Sequence[Lying]:
        """List what lies there, also what is not ours. Raises Shut."""
        ...

    async def remove(self, name: str) -> None:
        """Take a file away; one that is not there counts as away. Raises Shut."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A place, the address under which it is seen, and how long files stay after they were last needed.

    `key`: what names are made with, so that nobody can guess them.
    """

    place: Place
    address: str
    key: bytes = field(repr=False)
    lives: timedelta = timedelta(days=1)


class Folder:
    """A folder the newsroom's web server serves. It is never made: an empty one would hide a disk that is missing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, name: str, content: bytes, mime: str) -> None:
        """Write beside and rename; the server tells the type by the name's end. Raises Shut."""
        await asyncio.to_thread(self._put, name, content)

    async def listed(self) -> Sequence[Lying]:
        """List the files; folders in it are somebody else's. Raises Shut."""
        return await asyncio.to_thread(self._listed)

    async def remove(self, name: str) -> None:
        """Delete. Raises Shut."""
        await asyncio.to_thread(self._remove, name)

    def _put(self, name: str, content: bytes) -> None:
        begins, ends = HALF_WRITTEN
        with self._told("written to"):
            handle, made = tempfile.mkstemp(dir=self._folder, prefix=begins, suffix=ends)
            try:
                with os.fdopen(handle, "wb") as file:
                    # A web server runs as somebody else.
                    os.fchmod(file.fileno(), 0o644)
                    file.write(content)
                os.replace(made, self._folder / name)
            except OSError:
                with suppress(OSError):
                    os.unlink(made)
                raise

    def _listed(self) -> list[Lying]:
        with self._told("read"), os.scandir(self._folder) as found:
            return [_lying(each) for each in found if each.is_file(follow_symlinks=False)]

    def _remove(self, name: str) -> None:
        with self._told("cleaned"):
            (self._folder / name).unlink(missing_ok=True)

    @contextmanager
    def _told(self, done: str) -> Iterator[None]:
        try:
            yield
        except OSError as e:
            needs_person = isinstance(e, PermissionError | FileNotFoundError | NotADirectoryError)
            raise Shut(f"the folder {self._folder} cannot be {done} ({e.strerror})", needs_person=needs_person) from e


def _lying(file: os.DirEntry[str]) -> Lying:
    return Lying(file.name, datetime.fromtimestamp(file.stat().st_mtime, UTC))

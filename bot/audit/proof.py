"""Knows the files that prove things of the log to anybody, offline.

One row: `.tlog-proof`, https://c2sp.org/tlog-proof@v1. That the log goes on from an older checkpoint: the request to a
witness, https://c2sp.org/tlog-witness (add-checkpoint).
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from bot.audit.notes import BadNote, decoded
from bot.audit.tree import HASH

_HEAD = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class Proof:
    """A row's bytes, its place from 0, the path from it to the root, and the signed checkpoint with that root."""

    row: bytes
    index: int
    path: tuple[bytes, ...]
    note: str

    def __str__(self) -> str:
        """Write the file."""
        head = [_HEAD, f"extra {base64.b64encode(self.row).decode()}", f"index {self.index}"]
        return "\n".join([*head, *(base64.b64encode(each).decode() for each in self.path), "", self.note])

    @classmethod
    def parse(cls, said: str) -> Self:
        """Read the file. Raises BadNote. Nothing in it is true before the note is opened and the path walked."""
        head, _, note = said.partition("\n\n")
        lines = head.split("\n")
        extra = lines.pop(1) if len(lines) > 1 and lines[1].startswith("extra ") else "extra "
        if len(lines) < 2 or lines[0] != _HEAD or not lines[1].startswith("index "):
            raise BadNote("it is no proof of a row")
        index, path = lines[1].removeprefix("index "), tuple(decoded(each) for each in lines[2:])
        if not (index.isascii() and index.isdecimal()) or str(int(index)) != index or any(len(p) != HASH for p in path):
            raise BadNote("it is no proof of a row")
        return cls(decoded(extra.removeprefix("extra ")), int(index), path, note)


def continuation(old: int, path: Iterable[bytes], note: str) -> str:
    """Write that the log of the checkpoint in `note` begins with the one that had `old` rows."""
    return "\n".join([f"old {old}", *(base64.b64encode(each).decode() for each in path), "", note])

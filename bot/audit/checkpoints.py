"""Knows C2SP checkpoints: a log's name, how many rows it has and the root over them. https://c2sp.org/tlog-checkpoint"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from bot.audit.notes import BadNote, Verifier, decoded, open_note, text_of
from bot.audit.origin import is_name
from bot.audit.tree import HASH

CHECKPOINT = "audit.checkpoint"
"""The file beside the database that holds the newest one."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log was at one moment: its first `size` rows, and no others, have this root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """Write it as the text of a note."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a note; lines after the third are other people's. Raises BadNote."""
        origin, size, root, *_ = [*text.split("\n"), "", "", ""]
        is_number = size.isascii() and size.isdecimal() and (size == "0" or not size.startswith("0"))
        if not origin or not is_number or len(size) > 19 or len(raw := decoded(root)) != HASH:
            raise BadNote("it is no checkpoint: a name, a number and a root")
        return cls(origin, int(size), raw)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A checkpoint as it is stored, with what else the rows before it left behind."""

    size: int
    at: datetime
    note: str
    signer: str
    """The verifier key of who signed, for a person who may know it; nothing is believed because it stands here."""
    peaks: bytes
    """What the tree needs to grow on."""
    leaves: bytes
    """The hash of each row since the checkpoint before: with them a bad row is named, not only a bad stretch."""


def opened(note: str, publics: Iterable[bytes]) -> Checkpoint:
    """Read a checkpoint signed, in its own log's name, by one of these keys; by anybody where none is given.

    The name is not held against it: a newsroom may be renamed, and keeps its key. Raises BadNote.
    """
    stands = Checkpoint.parse(text_of(note))
    keys = tuple(publics)
    if keys:
        if not is_name(stands.origin):
            raise BadNote("none of the keys we know has signed it")
        open_note(note, [Verifier(stands.origin, each) for each in keys])
    return stands

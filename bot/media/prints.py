"""What comes out of the darkroom, and how it is said through the pipe between it and the daemon."""

import json
import struct
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import accumulate
from typing import IO, Any

from adapters.contract import Pictures

__all__ = ["Develop", "Focus", "Print", "Unusable", "receive", "said_wanted", "send", "wanted_of"]

_LENGTHS = struct.Struct(">IQ")
_MOST = 100_000_000
"""Bytes of a message; a process that promises more has lost its mind, or its owner."""


class Unusable(Exception):
    """No picture can be had; the text is a part of a sentence for an editor. `may_pass`: another time it may be."""

    def __init__(self, why: str, *, may_pass: bool = False) -> None:
        super().__init__(why)
        self.may_pass = may_pass


@dataclass(frozen=True, slots=True)
class Print:
    """One picture as one network takes it; without `content` none could be made, and `why` says why.

    With it, `why` says what it lost on the way ("" where that is nothing). `said`: what the file it was made of says of
    whose it is.
    """

    mime: str = ""
    width: int = 0
    height: int = 0
    content: bytes = field(default=b"", repr=False)
    why: str = ""
    said: str = ""


Focus = tuple[float, float]
"""The point of a picture that is to stay in sight, from (0, 0) at the upper left to (1, 1)."""
Develop = Callable[[bytes, Sequence[Pictures], Focus | None], Awaitable[Sequence[Print]]]
"""Opens a picture once and makes a print for each of what is wanted, in order, around its focus. Raises Unusable."""


def said_wanted(wanted: Pictures) -> dict[str, Any]:
    """Write what a network takes as JSON knows it."""
    return asdict(wanted) | {"mimes": list(wanted.mimes)}


def wanted_of(said: dict[str, Any]) -> Pictures:
    """Read what `said_wanted` wrote."""
    return Pictures(**said | {"mimes": tuple(said["mimes"])})


def send(pipe: IO[bytes], head: dict[str, Any], *contents: bytes) -> None:
    """Write one message: the lengths, a head as JSON, then the contents one after the other."""
    told = json.dumps(head | {"sizes": [len(each) for each in contents]}).encode()
    pipe.write(_LENGTHS.pack(len(told), sum(map(len, contents))) + told)
    for each in contents:
        pipe.write(each)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[dict[str, Any], list[bytes]] | None:
    """Read one message; None: the other side is gone, or makes no sense."""
    lengths = pipe.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    size, rest = _LENGTHS.unpack(lengths)
    if size + rest > _MOST:
        return None
    told, body = pipe.read(size), pipe.read(rest)
    if len(told) < size or len(body) < rest:
        return None
    try:
        head: dict[str, Any] = json.loads(told)
    except ValueError:
        return None
    ends = list(accumulate(head["sizes"]))
    return head, [body[end - length : end] for end, length in zip(ends, head["sizes"], strict=True)]

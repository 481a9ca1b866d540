"""SHELL. Seals the audit log: signs what it is, keeps that in the database, in a file beside it, and with a witness."""

import os
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol, TypeVar

import structlog

from adapters.contract import Clock
from bot.audit.sealing import Key
from bot.store import checkpoints
from bot.store.engine import Store, StoreUnavailable

log = structlog.get_logger()
T = TypeVar("T")
STRETCH = 1000
"""So many rows at most lie between two checkpoints."""
EVERY = timedelta(hours=1)
_WRITE_SECONDS = 10.0

Witness = Callable[[str], Awaitable[None]]
"""Is given each new checkpoint, to keep it where this machine cannot change it; it neither raises nor hangs."""


class Aside(Protocol):
    """Runs slow work beside the event loop, for at most `deadline` seconds. Raises TimeoutError."""

    def __call__(self, work: Callable[[], T], deadline: float) -> Awaitable[T]:
        """Run."""
        ...


async def nobody(note: str) -> None:
    """Keep nothing: there is no witness."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What sealing needs beside the database."""

    key: Key
    beside: Path
    """The file with the newest checkpoint, to be copied elsewhere."""


class Sealer:
    """Seals at most hourly, every 1000 rows, and when asked; without a key it does nothing."""

    def __init__(
        self, store: Store, clock: Clock, seal: Seal | None, *, aside: Aside, witness: Witness = nobody
    ) -> None:
        self._store, self._clock, self._with = store, clock, seal
        self._aside, self._witness = aside, witness
        self._is_failing = False

    async def seal_due(self) -> None:
        """Seal if it is time."""
        if self._with is not None:
            await self._guarded(self._seal_due(self._with))

    async def seal(self) -> None:
        """Seal every row there is. What contradicts an earlier checkpoint is not signed; an alert says so."""
        if self._with is not None:
            await self._guarded(self._seal(self._with))

    async def _guarded(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except StoreUnavailable:
            raise
        except Exception as e:  # barrier: a log that cannot be sealed must silence nobody who tells of the rest
            if not self._is_failing:
                log.exception("sealing failed")
            self._is_failing = True
            await self._store.write(checkpoints.tell_failed, e, self._clock.now())
        else:
            self._is_failing = False

    async def _seal_due(self, seal: Seal) -> None:
        if await self._store.write(checkpoints.is_due, self._clock.now(), every=EVERY, stretch=STRETCH):
            await self._seal(seal)

    async def _seal(self, seal: Seal) -> None:
        where = seal.beside
        try:
            kept = await self._aside(lambda: _text_in(where), _WRITE_SECONDS)
        except TimeoutError:
            return  # a folder that hangs is told of by those who need it more
        if not await self._store.write(checkpoints.agrees, seal.key, kept, where.name, self._clock.now()):
            return
        note = ""
        # In steps, because a transaction keeps everybody else waiting.
        while made := await self._store.write(checkpoints.extend, seal.key, self._clock.now(), most=STRETCH):
            note = made.note
        if note:
            await self._hand_out(note, seal)

    async def _hand_out(self, note: str, seal: Seal) -> None:
        try:
            await self._aside(lambda: write_whole(seal.beside, note), _WRITE_SECONDS)
        except (OSError, TimeoutError) as e:
            fix = "free disk space or let the daemon write there; the next checkpoint is written again"
            log.error("checkpoint not written", file=str(seal.beside), said=str(e), fix=fix)
        await self._witness(note)


def _text_in(path: Path) -> str:
    with suppress(OSError, UnicodeDecodeError):
        return path.read_text(encoding="utf-8")
    return ""


def write_whole(path: Path, text: str) -> None:
    """Put a file in place so that a reader, also after a power cut, meets the old or the new one. Raises OSError."""
    made = path.with_name(f".{path.name}.new")
    try:
        with open(made, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(made, path)
    except OSError:
        made.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

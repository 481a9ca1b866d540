"""What proves the audit log, at both doors: check the whole of it, write it out, prove one row."""

import asyncio
import csv
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import proving
from bot.actions.room import RefusedVerb
from bot.audit.checkpoints import CHECKPOINT, opened
from bot.audit.notes import BadNote
from bot.audit.rows import milliseconds
from bot.audit.table import HEAD, line
from bot.audit.verify import Check, Fault, Outside, Raw
from bot.proving import NoProof
from bot.sealing import Seal
from bot.store import checkpoints
from bot.store.engine import Store
from bot.tongue import ENGLISH, Tongue

__all__ = ["CHECKPOINT", "Check", "NoProof", "Part", "Prover", "clock_time", "export", "sentence", "verify"]
_MOST = 1000
"""So many rows are read and written out at once: the daemon must be able to write in between."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of the log, written out."""

    text: str
    rows: int


class Prover:
    """Proves the log to the desk, for as long as the daemon runs. `seal` is asked for anew each time: keys change."""

    def __init__(self, seal: Callable[[], Seal | None]) -> None:
        self._seal = seal
        self._turn = asyncio.Lock()

    @property
    def key(self) -> str:
        """The verifier key that goes with every proof; "" where nothing signs the log."""
        ours = self._seal()
        return str(ours.key.signer.verifier) if ours else ""

    async def verify(self, store: Store) -> Check:
        """Check the whole log by our own keys. Raises RefusedVerb while it is being checked for somebody else."""
        if self._turn.locked():
            raise RefusedVerb("the log is being checked for somebody else now: press again in a minute")
        ours = self._seal()
        async with self._turn:
            return await verify(store, ours.key.publics if ours else (), beside=ours.beside if ours else None)

    async def prove(self, store: Store, row: int) -> str:
        """Write the proof of one row. Raises RefusedVerb where there is none."""
        try:
            return str(await proving.prove(store, row))
        except NoProof as e:
            raise RefusedVerb(str(e)) from e


async def verify(
    store: Store, publics: Sequence[bytes], outside: Iterable[Outside] = (), *, beside: Path | None
) -> Check:
    """Check the log against its checkpoints, those from `outside`, and the file `beside` the database."""
    check = Check(publics, outside)
    if beside is not None and (known := await asyncio.to_thread(_beside, beside, publics)):
        check.also(known)
    await proving.verify(store, check)
    return check


async def export(store: Store, zone: ZoneInfo, *, since: datetime | None = None, is_csv: bool) -> AsyncIterator[Part]:
    """Write the rows out, oldest first: their exact bytes, one a line, or a table for spreadsheets."""
    if is_csv:
        yield Part(_as_table([HEAD]), 0)
    began, last = milliseconds(since) if since else 0, None
    while rows := await store.write(checkpoints.rows, after=last, most=_MOST):
        last = rows[-1][0]
        # A million rows must not keep anybody waiting for long.
        yield await asyncio.to_thread(_written, [row for row in rows if row[1] >= began], zone, is_csv)


def sentence(
    fault: Fault, zone: ZoneInfo, tongue: Tongue = ENGLISH, *, written: Callable[[datetime], str] | None = None
) -> str:
    """Say what is wrong with the log, in a reader's language; `written` writes a moment as the reader does."""
    say, what = tongue.say, tongue.recall(fault.what)
    if fault.first is None:
        return say("Not a row, but {what}.").format(what=what)
    if fault.first != fault.last:
        return say("Rows {first} to {last} {what}.").format(first=fault.first, last=fault.last, what=what)
    at = ""
    if fault.at is not None:
        at = written(datetime.fromtimestamp(fault.at / 1000, zone)) if written else clock_time(fault.at, zone)
    says = say(", which says it is from {at},").format(at=at) if at else ""
    return say("Row {first}{says} {what}.").format(first=fault.first, says=says, what=what)


def clock_time(at: int, zone: ZoneInfo) -> str:
    """Write a row's moment (milliseconds) by the newsroom's clock, seconds included."""
    return datetime.fromtimestamp(at / 1000, zone).strftime("%Y-%m-%d %H:%M:%S")


def _written(rows: Sequence[Raw], zone: ZoneInfo, is_csv: bool) -> Part:
    if is_csv:
        return Part(_as_table([line(row, clock_time(row[1], zone)) for row in rows]), len(rows))
    # Only what was changed by hand is no text.
    return Part("".join(f"{row[-1].decode(errors='replace')}\n" for row in rows), len(rows))


def _as_table(lines: Iterable[Sequence[str]]) -> str:
    out = StringIO(newline="")
    csv.writer(out).writerows(lines)
    return out.getvalue()


def _beside(path: Path, publics: Sequence[bytes]) -> Outside | None:
    """Take the file beside the database along where it is ours: it is no witness, but it may know more rows."""
    with suppress(OSError, UnicodeDecodeError, BadNote):
        return Outside(str(path), opened(path.read_text(encoding="utf-8"), publics))
    return None

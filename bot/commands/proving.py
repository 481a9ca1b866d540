"""Commands that prove the audit log: verify, export, prove."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from rich.text import Text

from bot.actions import proving
from bot.audit.checkpoints import CHECKPOINT, opened
from bot.audit.notes import BadNote, Verifier
from bot.audit.verify import Check, Outside
from bot.commands import show
from bot.commands.barrier import FAILED
from bot.commands.office import open_office
from bot.keys import MAKE_ONE, NOT_SEALED, CannotStart, seal
from bot.proving import NoProof, prove_since
from bot.proving import prove as prove_row

_SHOWN = 5


async def verify(path: Path, kept: Sequence[Path], keys: Sequence[str], *, is_json: bool) -> int:
    """Check the log against its checkpoints and those kept elsewhere; 1 where a row or checkpoint is bad."""
    with open_office(path) as office:
        ours = seal(office.settings)
        try:
            said = [Verifier.parse(each) for each in keys]
        except BadNote as e:
            raise CannotStart(f"--key: {e}") from e
        believed = [ours.key.signer.verifier] if ours and not said else said
        publics = [each.public for each in said] if said else list(ours.key.publics) if ours else []
        outside = [_outside(each, publics) for each in kept]
        check = await proving.verify(office.store, publics, outside, beside=office.settings.beside / CHECKPOINT)
        zone = ZoneInfo(office.zone)
    if is_json:
        faults = [{"first": f.first, "last": f.last, "at": f.at, "what": f.what} for f in check.faults]
        sizes = {"rows": check.rows, "sealed": check.sealed, "checkpoints": check.seals}
        show.as_json({"whole": not check.faults, **sizes, "faults": faults, "keys": [str(each) for each in believed]})
        return FAILED if check.faults else 0
    _tell(check, zone, believed, has_witness=bool(kept))
    return FAILED if check.faults else 0


async def export(path: Path, to: str, *, is_csv: bool, since: str | None) -> int:
    """Write the rows out, oldest first."""
    with open_office(path) as office:
        zone = ZoneInfo(office.zone)
        began = _day(since, zone)
        with _paper(to) as out:
            count = 0
            async for part in proving.export(office.store, zone, since=began, is_csv=is_csv):
                count += part.rows
                out.write(part.text)
    if to != "-":
        show.paper().print(f"Wrote {count} rows to {to}.")
    return 0


async def prove(path: Path, what: int | Path, output: Path | None) -> int:
    """Write the proof of one row, or that the log goes on from the checkpoint in a file."""
    with open_office(path) as office:
        ours = seal(office.settings)
        publics = ours.key.publics if ours else ()
        try:
            if isinstance(what, int):
                to, said = output or Path(f"{what}.tlog-proof"), str(await prove_row(office.store, what))
                proves = f"row {what}"
            else:
                kept = _outside(what, publics)
                to, said = output or Path("witness-request.txt"), await prove_since(office.store, kept.stands)
                proves = f"that the log goes on from {kept.where}"
        except NoProof as e:
            raise CannotStart(str(e)) from e
        with _paper(str(to)) as out:
            out.write(said)
    on = show.paper(is_error=str(to) == "-")
    on.print(f"{'This' if str(to) == '-' else to} proves {proves}. Give it away together with your verifier key:")
    on.print(Text(f"  {ours.key.signer.verifier}" if ours else f"  (unknown: {NOT_SEALED})"))
    return 0


def _tell(check: Check, zone: ZoneInfo, believed: Sequence[Verifier], *, has_witness: bool) -> None:
    on = show.paper()
    for fault in check.faults[:_SHOWN]:
        on.print(Text.assemble(("! ", "bold red"), proving.sentence(fault, zone)))
    if len(check.faults) > _SHOWN:
        on.print(f"  and {len(check.faults) - _SHOWN} more like these")
    first = next((fault.first for fault in check.faults if fault.first is not None), None)
    if not check.faults:
        on.print(f"The audit log is whole: {_rows_said(check.rows)}, {check.sealed:,} of them sealed.")
    elif first is None:
        on.print(f"Every row is good ({check.rows:,}); what was changed is beside them.")
    elif first > 1:
        on.print(f"Up to there every row agrees with what was sealed ({_rows_said(first - 1)}).")
    if check.rows > check.sealed and not check.is_over:
        on.print(f"Not sealed yet, so that nothing proves them: {_rows_said(check.rows - check.sealed)}.")
    for each in believed:
        on.print(Text(f"Verifier key: {each}", "dim"))
    if not believed:
        on.print(f"Signatures were not looked at: {NOT_SEALED}; {MAKE_ONE}.")
    if not has_witness:
        said = (
            f"Who has this machine and its key could have rewritten all of it: keep copies of {CHECKPOINT} elsewhere,"
        )
        on.print(Text(f"{said} and give one with --checkpoint.", "dim"))


def _rows_said(count: int) -> str:
    return f"{count:,} row" if count == 1 else f"{count:,} rows"


def _outside(path: Path, publics: Sequence[bytes]) -> Outside:
    try:
        return Outside(str(path), opened(_note_in(path.read_text(encoding="utf-8")), publics))
    except OSError as e:
        raise CannotStart(f"the checkpoint {path} cannot be read: {e.strerror}") from e
    except (BadNote, UnicodeDecodeError) as e:
        raise CannotStart(f"the checkpoint {path} proves nothing: {e}") from e


def _note_in(kept: str) -> str:
    """Take a checkpoint out of what somebody kept: the message of a witness begins with a line about it."""
    first, _, rest = kept.strip().partition("\n\n")
    is_about = "\n" not in first
    return f"{rest if is_about else kept.strip()}\n"


def _day(said: str | None, zone: ZoneInfo) -> datetime | None:
    if said is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(said), datetime.min.time(), zone)
    except ValueError as e:
        raise CannotStart(f"--since {said} is no day, such as 2026-11-25") from e


@contextmanager
def _paper(to: str) -> Iterator[TextIO]:
    """Open what is written to; a file is its owner's alone, holds everything or is not there."""
    if to == "-":
        yield sys.stdout
        return
    try:
        handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as e:
        raise CannotStart(f"{to} is there already: name another file") from e
    except OSError as e:
        raise CannotStart(f"{to} cannot be written: {e.strerror}") from e
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            yield out
    except BaseException as e:
        os.unlink(to)
        if isinstance(e, OSError):
            raise CannotStart(f"{to} cannot be written: {e.strerror}") from e
        raise

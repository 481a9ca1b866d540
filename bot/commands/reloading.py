"""The command reload: has the daemon at work read its settings anew, and says what came of it."""

import os
import signal
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.audit.rows import Action
from bot.audit.words import facts_of, words
from bot.commands import show
from bot.commands.barrier import DEGRADED, FAILED
from bot.commands.office import Office, open_office
from bot.keys import CannotStart
from bot.store import audit
from bot.store.lock import holder

_PATIENCE = 90.0
"""Seconds: it finishes what it is just reading from the feeds first."""
_BREATH = 0.1
_CAME = {str(Action.SETTINGS_LOADED): 0, str(Action.SETTINGS_REFUSED): FAILED}


async def reload(path: Path) -> int:
    """Signal the daemon and wait for its answer; settings with a mistake are told here and never reach it."""
    with open_office(path) as office:
        pid, last = _daemon(office), await office.store.write(_newest)
        try:
            os.kill(pid, signal.SIGHUP)
        except OSError as e:
            raise CannotStart(f"process {pid} cannot be signalled ({e.strerror}): run this as its user") from e
        came = await _answer(office, last)
    on = show.paper()
    if came is None:
        on.print(
            f"The daemon (process {pid}) was asked, but has not answered within {_PATIENCE:g} seconds; "
            "`jarshy audit list` will tell what came of it."
        )
        return DEGRADED
    said = words(came)
    on.print(f"{said[:1].upper()}{said[1:]}.")
    return _CAME[came["action"]]


def _daemon(office: Office) -> int:
    """Find the daemon's process. Raises CannotStart where there is none, or none that hears the signal."""
    at_work = holder(office.settings.store)
    if at_work is None:
        raise CannotStart(
            f"no daemon works on {office.settings.store}: `jarshy run` starts one, with these settings "
            "(another `store` is taken at a start only)"
        )
    if at_work.machine and at_work.machine != socket.gethostname():
        raise CannotStart(f"the daemon works on {at_work.machine}: say `jarshy reload` there")
    if not _hears(at_work.pid):
        raise CannotStart(
            f"process {at_work.pid} works on {office.settings.store}, but is no daemon that is ready: try again"
        )
    return at_work.pid


def _hears(pid: int) -> bool:
    """Whether a process handles SIGHUP: `jarshy once` and a daemon that just begins would be ended by it."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("SigCgt:"):
                return bool(int(line.split()[1], 16) >> (signal.SIGHUP - 1) & 1)
    return True  # other systems do not tell


async def _answer(office: Office, last: int) -> dict[str, Any] | None:
    ends = office.clock.monotonic() + _PATIENCE
    while office.clock.monotonic() < ends:
        if came := await office.store.write(_since, last):
            return came
        await office.clock.sleep(_BREATH)
    return None


def _newest(db: sa.Connection) -> int:
    return max((told.id for told in audit.read(db, most=1)), default=0)


def _since(db: sa.Connection, last: int) -> dict[str, Any] | None:
    return next((facts_of(told.row) for told in audit.read(db, after=last) if told.action in _CAME), None)

"""Where expected errors end: what happened in one sentence, and an exit code; never a traceback."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC
from typing import Any

import typer

from adapters.contract import PublishError
from bot.commands import start
from bot.fetch import Refused, Unreachable
from bot.keys import CannotStart
from bot.posts.compose import CannotCompose
from bot.putback import OldDatabase
from bot.store.accounts import AnotherNetwork
from bot.store.engine import MaybeStored, StoreUnavailable
from bot.store.lock import DaemonRuns, Holder
from bot.store.migrate import BadDatabase
from bot.store.onefile import BadCopy
from bot.store.people import RefusedVerb
from config.settings import NoSecret, SettingsError

FAILED, DEGRADED = 1, 3
_EXPECTED = (
    *(SettingsError, NoSecret, CannotStart, BadDatabase, BadCopy, OldDatabase, StoreUnavailable, DaemonRuns),
    *(RefusedVerb, CannotCompose, PublishError, Refused, Unreachable, AnotherNetwork),
)


def go(work: Callable[[], int | Coroutine[Any, Any, int]]) -> None:
    """Do a command's work and end with its exit code; an expected error is told in a sentence and ends with 1."""
    start.settle()
    try:
        came = work()
        code = came if isinstance(came, int) else asyncio.run(came)
    except _EXPECTED as e:
        for sentence in told(e):
            typer.echo(sentence, err=True)
        code = FAILED
    raise typer.Exit(code)


def told(error: Exception) -> tuple[str, ...]:
    """Say what an expected error means to the person at the keyboard."""
    match error:
        case SettingsError():
            found = error.shown
            mend = "mend it" if len(found) == 1 else f"mend these {len(found)}"
            return (*found, f"Nothing was done: {mend}, then run it again.")
        case DaemonRuns():
            return (_held_by(error.holder),)
        case MaybeStored():
            seen = "look whether it was done (`jarshy queue`, `jarshy why`) before you do it again"
            return (f"The database was lost while it stored this ({error}): {seen}.",)
        case StoreUnavailable():
            fix = error.fix[:1].upper() + error.fix[1:]
            return (f"The database refused ({error}); nothing was changed. {fix}, or wait; then try again.",)
        case CannotCompose():
            return (f"The post cannot be written: {error.reason} {error.detail}",)
    said = str(error)
    is_address = "://" in said.partition(" ")[0]
    return (said if is_address else said[:1].upper() + said[1:],)


def _held_by(holder: Holder | None) -> str:
    if holder is None:
        return "Another daemon works on this database: stop it first."
    where = f" on {holder.machine}" if holder.machine else ""
    since = f"{holder.since.astimezone(UTC):%-d %B, %H:%M} UTC"  # the newsroom's zone is not known here
    return f"Another daemon works on this database (process {holder.pid}{where}, since {since}): stop it first."

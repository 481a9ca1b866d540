"""SHELL. A database that was put back by other hands: noticed before anything goes out, and marked where it stands.

`jarshy restore FILE` marks what may be out. A file that was copied into place, or a dump that a server took back, looks
like any database; but what was last signed of its log lies outside it.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.audit.checkpoints import CHECKPOINT, Checkpoint, opened
from bot.audit.notes import BadNote
from bot.keys import CannotStart, seal
from bot.rules.lost import LostTime, PutBack
from bot.store import restoring
from bot.store.copies import set_aside
from bot.store.engine import Store
from config.settings import NoSecret, Settings

_ENDS_IT = (
    "What went out since would go out again, so nothing is started: after `jarshy restore --here` (or `jarshy restore "
    "FILE`, if there is a newer copy) it is looked for first. If nobody put another database in place, keep a copy of "
    f"it and of {CHECKPOINT} before that, and see what `jarshy audit verify` says."
)


class OldDatabase(Exception):
    """The database is older than what was signed of it. Nothing was sent, and nothing may be before it is marked."""


@dataclass(frozen=True, slots=True)
class Marked:
    """What was marked: the time that is lost, what was under way, and where the checkpoint of the lost log is kept."""

    lost: LostTime
    under_way: int
    aside: Path | None


async def look(settings: Settings, store: Store) -> PutBack | None:
    """Tell what shows that the database was put back; None: nothing does."""
    # The file first: whoever seals stores a checkpoint before the file has it.
    return await store.write(restoring.shows_older, _kept(settings))


async def refuse(settings: Settings, store: Store) -> None:
    """Raise OldDatabase where the database shows that it was put back, and nobody marked what may be out since."""
    if found := await look(settings, store):
        raise OldDatabase(sentence(settings, found))


def sentence(settings: Settings, found: PutBack) -> str:
    """Say what shows it, and what ends it."""
    return f"This is not the database that was last at work: {shown(settings, found)}. {_ENDS_IT}"


def shown(settings: Settings, found: PutBack) -> str:
    """Say what shows it."""
    return found.sentence(str(settings.store), CHECKPOINT, settings.policy.zone)


async def mark(settings: Settings, store: Store, now: datetime, *, actor: str) -> Marked:
    """Have everything looked for that may be out since the database ends; for whoever holds its lock.

    A checkpoint that the log does not have is kept under another name: from here on the log is sealed anew.
    """
    found = await look(settings, store)
    why = shown(settings, found) if found else ""
    lost, under_way = await store.write(restoring.bring_back_here, now, actor=actor, shown=why)
    # Only now: cut off before, the next start is refused once more.
    is_other = found is not None and found.signed is not None
    return Marked(lost, under_way, set_aside(settings.beside / CHECKPOINT, now) if is_other else None)


def _kept(settings: Settings) -> Checkpoint | None:
    """Read what was last signed of the log; without a key of ours, anybody's word is taken for it."""
    ours, beside = None, settings.beside / CHECKPOINT
    with suppress(NoSecret, CannotStart):  # a key that is no good is told of by whoever needs it
        ours = seal(settings)
    try:
        return opened(beside.read_text(encoding="utf-8"), ours.key.publics if ours else ())
    except (FileNotFoundError, UnicodeDecodeError, BadNote):
        return None
    except OSError as e:
        raise CannotStart(f"{beside} cannot be read ({e.strerror}), and it says which database was last at work") from e

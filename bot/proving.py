"""SHELL. Reads the audit log to prove it: the whole of it against its checkpoints, or one row to anybody."""

from bot.audit.checkpoints import opened
from bot.audit.proof import Proof
from bot.audit.tree import HASH, inclusion, is_included, leaf
from bot.audit.verify import Check
from bot.store import checkpoints
from bot.store.engine import Store

_MOST = 5000
"""So many rows are read at once: others may write in between."""


class NoProof(Exception):
    """A row cannot be proven; the sentence says why."""


async def verify(store: Store, check: Check) -> None:
    """Go through the whole log; `check` then knows what was found."""
    last: int | None = None
    for size in await store.write(checkpoints.sizes):
        if (sealed := await store.write(checkpoints.at, size)) is None:
            continue
        # Where a checkpoint was given another number, that must not bring the whole log into memory.
        most = min(max(size - check.rows, 0), _MOST)
        rows = await store.write(checkpoints.rows, after=last, most=most)
        last = rows[-1][0] if rows else last
        check.stretch(rows, sealed)
        if check.is_over:
            return
    while not check.is_over and (rows := await store.write(checkpoints.rows, after=last, most=_MOST)):
        last = rows[-1][0]
        check.tail(rows)
    check.end()


async def prove(store: Store, row: int) -> Proof:
    """Prove one row by the newest checkpoint. Raises NoProof."""
    found = await store.write(checkpoints.rows, after=row - 1, most=1)
    if row < 1 or not found or found[0][0] != row:
        raise NoProof(f"the audit log has no row {row}")
    newest = await store.write(checkpoints.newest)
    if newest is None or newest.size < row:
        raise NoProof(
            f"row {row} is not sealed yet: the daemon seals at most an hour after a row was written, and when it stops"
        )
    hashes = []
    for size in await store.write(checkpoints.sizes):
        sealed = await store.write(checkpoints.at, size)
        hashes.append(sealed.leaves if sealed and size <= newest.size else b"")
    content, root = found[0][-1], opened(newest.note, ()).root
    leaves = b"".join(hashes)
    path = inclusion(leaves, row - 1) if len(leaves) == newest.size * HASH else []
    if not is_included(leaf(content), row - 1, size=newest.size, path=path, root=root):
        raise NoProof(f"row {row} is not what was sealed: `jarshy audit verify` says what is wrong with the log")
    return Proof(content, row - 1, tuple(path), newest.note)

"""SHELL. Reads the audit log to prove it: the whole of it against its checkpoints, or one row to anybody."""

import asyncio
from io import BytesIO

from bot.audit.checkpoints import Checkpoint, Sealed, opened
from bot.audit.proof import Proof, continuation
from bot.audit.tree import HASH, consistency, continues, inclusion, is_included, leaf
from bot.audit.verify import Check
from bot.store import checkpoints
from bot.store.engine import Store

_MOST = 5000
"""So many rows are read at once: others may write in between."""

_ASK = "`jarshy audit verify` says what is wrong with the log"


class NoProof(Exception):
    """It cannot be proven; the sentence says why."""


async def verify(store: Store, check: Check) -> None:
    """Go through the whole log; `check` then knows what was found. It reckons in a thread: the daemon goes on."""
    last: int | None = None
    for size in await store.write(checkpoints.sizes):
        if (sealed := await store.write(checkpoints.at, size)) is None:
            continue
        # Where a checkpoint was given another number, that must not bring the whole log into memory.
        most = min(max(size - check.rows, 0), _MOST)
        rows = await store.write(checkpoints.rows, after=last, most=most)
        last = rows[-1][0] if rows else last
        await asyncio.to_thread(check.stretch, rows, sealed)
        if check.is_over:
            return
    while not check.is_over and (rows := await store.write(checkpoints.rows, after=last, most=_MOST)):
        last = rows[-1][0]
        await asyncio.to_thread(check.tail, rows)
    check.end()


async def prove(store: Store, row: int) -> Proof:
    """Prove one row by the newest checkpoint. Raises NoProof."""
    found = await store.write(checkpoints.rows, after=row - 1, most=1)
    if row < 1 or not found or found[0][0] != row:
        raise NoProof(f"the audit log has no row {row}")
    newest, leaves = await _sealed(store)
    if newest is None or newest.size < row:
        raise NoProof(
            f"row {row} is not sealed yet: the daemon seals at most an hour after a row was written, and when it stops"
        )
    content, root = found[0][-1], opened(newest.note, ()).root
    path = await asyncio.to_thread(inclusion, leaves, row - 1) if leaves else []
    if not is_included(leaf(content), row - 1, size=newest.size, path=path, root=root):
        raise NoProof(f"row {row} is not what was sealed: {_ASK}")
    return Proof(content, row - 1, tuple(path), newest.note)


async def prove_since(store: Store, old: Checkpoint) -> str:
    """Prove that the log of the newest checkpoint begins with the whole of an older one. Raises NoProof."""
    newest, leaves = await _sealed(store)
    if newest is None or newest.size < old.size:
        ends = newest.size if newest else 0
        raise NoProof(f"the log is sealed up to row {ends} only, the checkpoint covers {old.size}: {_ASK}")
    path = consistency(leaves, old.size) if leaves and old.size else []
    if old.size and not continues((old.size, old.root), (newest.size, opened(newest.note, ()).root), path):
        raise NoProof(f"the log does not go on from this checkpoint: {_ASK}")
    return continuation(old.size, path, newest.note)


async def _sealed(store: Store) -> tuple[Sealed | None, bytes]:
    """Read the newest checkpoint and the hashes of all rows under it; no hashes where some are missing."""
    newest = await store.write(checkpoints.newest)
    if newest is None:
        return None, b""
    leaves = BytesIO()  # 32 MB for a million rows: joining pieces would keep them twice
    for size in await store.write(checkpoints.sizes):
        if size <= newest.size and (found := await store.write(checkpoints.at, size)):
            leaves.write(found.leaves)
    return newest, leaves.getvalue() if leaves.tell() == newest.size * HASH else b""

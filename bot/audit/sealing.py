"""Makes the next checkpoint of the log, or says why it would be a lie to sign one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.audit.checkpoints import Checkpoint, Sealed, opened
from bot.audit.notes import BadNote, Signer
from bot.audit.tree import HASH, Tree, leaf, split
from bot.audit.verify import Raw


class Broken(Exception):
    """The log is not the one that was sealed; the sentence says what shows it."""


@dataclass(frozen=True, slots=True)
class Key:
    """What the log is signed with, and whose earlier signatures are believed."""

    signer: Signer
    older: tuple[bytes, ...] = ()
    """Public keys that signed before."""

    @property
    def publics(self) -> tuple[bytes, ...]:
        """List the keys whose checkpoints are ours."""
        return (self.signer.verifier.public, *self.older)


def tree_of(last: Sealed | None, ends: Sequence[Raw], key: Key) -> Tree:
    """Take up the tree where the last checkpoint left it. `ends`: the row it ended with, if it is there. Raises Broken.

    Whatever proves to be ours by its signature is believed; a checkpoint somebody else wrote must not be signed over.
    """
    if last is None:
        return Tree()
    try:
        stands, tree = opened(last.note, key.publics), Tree(last.size, split(last.peaks))
    except BadNote as e:
        said = f"{e}; beside it stands the key {last.signer}"
        raise Broken(f"the checkpoint stored last (row {last.size}) is not ours: {said}") from e
    except ValueError as e:
        raise Broken(f"the checkpoint stored last (row {last.size}) was changed: {e}") from e
    if (stands.size, stands.root) != (last.size, tree.root()):
        raise Broken(f"what is stored with the last checkpoint (row {last.size}) was changed")
    if not ends or ends[0][0] != last.size:
        raise Broken(f"row {last.size} was sealed and is missing now")
    if leaf(ends[0][-1]) != last.leaves[-HASH:]:
        raise Broken(f"row {last.size} was sealed and is another now")
    return tree


def next_one(tree: Tree, rows: Sequence[Raw], key: Key, at: datetime) -> Sealed:
    """Sign for the rows that follow. Raises Broken where one of them is missing."""
    gap = next((n for n, row in enumerate(rows, start=tree.size + 1) if row[0] != n), None)
    if gap is not None:
        raise Broken(f"row {gap} is missing")
    leaves = [leaf(row[-1]) for row in rows]
    tree.grow(leaves)
    stands = Checkpoint(key.signer.verifier.name, tree.size, tree.root())
    return Sealed(
        size=tree.size,
        at=at,
        note=key.signer.sign(stands.text),
        signer=str(key.signer.verifier),
        peaks=tree.peaks,
        leaves=b"".join(leaves),
    )


def ours(note: str, key: Key) -> Checkpoint | None:
    """Read a checkpoint that was kept elsewhere; None where we did not sign it, so that it says nothing."""
    try:
        return opened(note, key.publics)
    except BadNote:
        return None


def compare(kept: Checkpoint, where: str, stored: Sealed | None) -> None:
    """Hold a checkpoint kept in `where` against the one stored for as many rows. Raises Broken."""
    if stored is None:
        raise Broken(f"{where} has a checkpoint over {kept.size} rows that is not in the database")
    if Checkpoint.parse(stored.note).root != kept.root:
        raise Broken(f"{where} has another checkpoint over {kept.size} rows than the database")

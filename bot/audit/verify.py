"""Finds the first row of the log that is not what was sealed, and says what is wrong with it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.audit.checkpoints import Checkpoint, Sealed, opened
from bot.audit.notes import BadNote
from bot.audit.tree import Tree, leaf, split
from bot.tongue import phrase

Raw = tuple[int, int, str, str, str | None, int | None, str | None, bytes]
"""A row as stored: id, at in milliseconds, actor, action, story, delivery, channel, and its bytes."""
_COLUMNS = ("time", "actor", "action", "story", "delivery", "channel")
_ANYBODY = phrase("may have been written by anybody: no key we know has signed a checkpoint over them")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with rows `first` to `last`: one row where it can be named, none where no row is to blame."""

    what: str
    """What goes on from "Row 7", "Rows 7 to 9" or, about no row, stands by itself."""
    first: int | None = None
    last: int | None = None
    at: int | None = None
    """When a single row says it is from."""


@dataclass(frozen=True, slots=True)
class Outside:
    """A checkpoint that was kept elsewhere, and where."""

    where: str
    stands: Checkpoint


class Check:
    """Goes through the log once, from its first row; knows at any time only the stretch it was given last.

    Without keys the signatures of stored checkpoints are not looked at.
    """

    def __init__(self, publics: Sequence[bytes] = (), outside: Iterable[Outside] = ()) -> None:
        self.faults: list[Fault] = []
        self.is_over = False
        """A bad row was found: what follows can no longer be judged."""
        self.sealed = self.seals = 0
        """So many rows are proven by so many stored checkpoints."""
        self._publics, self._tree = tuple(publics), Tree()
        self._ahead = list[Outside]()
        for each in outside:
            self.also(each)
        self._agreed = 0
        self._unsigned: tuple[int, int] | None = None

    @property
    def rows(self) -> int:
        """How many rows were found good."""
        return self._tree.size

    def also(self, outside: Outside) -> None:
        """Hold the log against one more checkpoint; one over no rows says nothing."""
        if outside.stands.size:
            self._ahead = sorted([*self._ahead, outside], key=lambda each: each.stands.size)

    def stretch(self, rows: Sequence[Raw], sealed: Sealed) -> None:
        """Check the rows since the checkpoint before against the next stored one."""
        found = [leaf(row[-1]) for row in rows]
        due, start = split(sealed.leaves), self.rows
        stands, why = self._opened(sealed)
        kept = self._grown(due)
        is_kept = _leads_to(kept, sealed, stands)
        if found == due and is_kept:
            self._take(rows, found, due, kept)
            self._settle(sealed, why, start)
        elif is_kept and not why:
            self._blame(_first_bad(rows, found, due, start))
        elif stands and not why and (grown := self._grown(found)).root() == stands.root:
            self.faults.append(Fault(_about(sealed, phrase("what is stored beside it was changed"))))
            self._take(rows, found, list(found), grown)
            self._settle(sealed, "", start)
        else:
            first = self._unsigned[0] if self._unsigned else start + 1
            why = _about(sealed, why or phrase("it was changed as well"))
            said = phrase(f"are not as they were sealed, or some of them; {why}")
            self._blame(Fault(said, first, start + max(len(found), len(due))))

    def tail(self, rows: Sequence[Raw]) -> None:
        """Check rows that no stored checkpoint covers yet: only their numbers and columns can be."""
        found = [leaf(row[-1]) for row in rows]
        self._take(rows, found, None, self._grown(found))

    def end(self) -> None:
        """Say what is missing now that there are no more rows."""
        if self._unsigned is not None and not self.is_over:
            self._blame(Fault(_ANYBODY, *self._unsigned))
        if self._ahead and not self.is_over:
            kept = self._ahead[-1]
            missing = _missing(self.rows + 1, kept.stands.size)
            what = phrase(f"{missing}: the checkpoint in {kept.where} covers them")
            self._blame(Fault(what, self.rows + 1, kept.stands.size))

    def _opened(self, sealed: Sealed) -> tuple[Checkpoint | None, str]:
        """Read a stored checkpoint, and say why it proves nothing if it does not."""
        try:
            stands = opened(sealed.note, ())
        except BadNote as e:
            return None, str(e)
        if stands.size != sealed.size:
            return None, phrase(f"it says that it covers {stands.size} rows")
        try:
            opened(sealed.note, self._publics)
        except BadNote as e:
            return stands, phrase(f"{e}; beside it stands the key {sealed.signer}")
        return stands, ""

    def _settle(self, sealed: Sealed, why: str, start: int) -> None:
        """Count rows as proven, or remember from where on a signature is wanting: a later one proves them as well."""
        if self.is_over:
            return
        if why:
            if self._unsigned is None:
                self.faults.append(Fault(_about(sealed, why)))
            self._unsigned = (self._unsigned[0] if self._unsigned else start + 1, sealed.size)
            return
        self._unsigned = None
        self.sealed, self.seals = self.rows, self.seals + 1

    def _take(self, rows: Sequence[Raw], found: list[bytes], due: list[bytes] | None, grown: Tree) -> None:
        if bad := _first_bad(rows, found, due, self.rows):
            self._blame(bad)
            return
        while self._ahead and self._ahead[0].stands.size <= self.rows + len(found):
            kept = self._ahead.pop(0)
            size, where = kept.stands.size, kept.where
            if self._grown(found[: size - self.rows]).root() != kept.stands.root:
                what = phrase(f"are not those that the checkpoint in {where} was made for: history was rewritten")
                self._blame(Fault(what, self._agreed + 1, size))
                return
            self._agreed = size
        self._tree = grown

    def _grown(self, leaves: Iterable[bytes]) -> Tree:
        tree = self._tree.copy()
        tree.grow(leaves)
        return tree

    def _blame(self, fault: Fault | None) -> None:
        if fault:
            self.faults.append(fault)
            self.is_over = True


def _leads_to(tree: Tree, sealed: Sealed, stands: Checkpoint | None) -> bool:
    """Whether a tree is the one that a stored checkpoint was made for."""
    is_same = (tree.size, tree.peaks) == (sealed.size, sealed.peaks)
    return is_same and (stands is None or stands.root == tree.root())


def _missing(first: int, last: int) -> str:
    return phrase("is missing") if first == last else phrase("are missing")


def _about(sealed: Sealed, what: str) -> str:
    return phrase(f"the stored checkpoint at row {sealed.size}: {what}")


def _first_bad(rows: Sequence[Raw], found: list[bytes], due: list[bytes] | None, start: int) -> Fault | None:
    """Find the first row that is not as it should be: its number, its bytes, or a column that says another.

    `due` are the hashes that were sealed; where there are none yet, the bytes are taken as they are.
    """
    sealed = found if due is None else due
    for n, (row, hash) in enumerate(zip(rows, found, strict=True)):
        number = start + n + 1
        if n == len(sealed):
            break
        if row[0] != number and due is None:
            return _out_of_order(row, number)
        if row[0] != number or hash != sealed[n]:
            return _named(row, found, sealed, n, number)
        if said := _contradiction(row):
            return Fault(said, number, number, row[1])
    if len(found) < len(sealed):
        first, last = start + len(found) + 1, start + len(sealed)
        return Fault(f"{_missing(first, last)}: a stored checkpoint covers {last} rows", first, last)
    return None


def _named(row: Raw, found: list[bytes], due: list[bytes], n: int, number: int) -> Fault:
    """Tell what happened at a place where another row stands than was sealed."""
    hash, at = found[n], _moment(row)
    if hash == due[n]:
        return Fault(f"carries the number {row[0]} now", number, number, at)
    if row[0] != number:
        return _out_of_order(row, number)
    later = found.index(due[n], n) if due[n] in found[n:] else None
    if later is not None and later < len(due) and hash == due[later]:
        return Fault(f"changed places with row {number + later - n}", number, number, at)
    if later == n + 1:
        return Fault("was put in later", number, number, at)
    if n + 1 < len(due) and hash == due[n + 1]:
        return Fault("is missing, and the rows after it were moved up", number, number)
    return Fault("was changed: its content is not what was sealed", number, number, at)


def _out_of_order(row: Raw, number: int) -> Fault:
    if row[0] < number:
        return Fault("was put in later", row[0], row[0], _moment(row))
    return Fault(f"is missing: row {row[0]} comes in its place", number, number)


def _contradiction(row: Raw) -> str:
    """Say which column tells another story than the bytes; people search by the columns."""
    try:
        said = json.loads(row[7].decode())
        facts = (
            said["at"],
            said["actor"],
            said["action"],
            said.get("story"),
            said.get("delivery"),
            said.get("channel"),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return phrase("has a content that is no row of the log")
    if facts == row[1:7]:
        return ""
    # An empty text and none are one.
    odd = [name for name, one, other in zip(_COLUMNS, facts, row[1:7], strict=True) if (one or None) != (other or None)]
    named = " and ".join(odd)
    return phrase(f"was changed: its {named} in the table is not what its content says") if odd else ""


def _moment(row: Raw) -> int | None:
    try:
        at = json.loads(row[7])["at"]
    except (ValueError, KeyError, TypeError):
        return None
    return at if isinstance(at, int) else None

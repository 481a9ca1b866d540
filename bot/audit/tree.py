"""Knows the Merkle tree of RFC 6962: a root that changes with any of its leaves, and what it must keep to grow on.

https://www.rfc-editor.org/rfc/rfc6962.html#section-2.1, read 2026-12-01; proofs are checked as RFC 9162 2.1.3.2 and
2.1.4.2 say. Leaves are given as one string of bytes, their hashes side by side, so that a million fit into 32 MB.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Self

HASH = 32
"""Bytes of a hash."""


def leaf(content: bytes) -> bytes:
    """Hash what a leaf holds."""
    return sha256(b"\x00" + content).digest()


def split(hashes: bytes) -> list[bytes]:
    """Take hashes that stand side by side apart."""
    return [hashes[at : at + HASH] for at in range(0, len(hashes), HASH)]


class Tree:
    """A tree that grows at its end. It keeps its size and the roots of its full subtrees, largest first: at most 64."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size, self._peaks = size, list(peaks)
        if len(self._peaks) != size.bit_count() or any(len(peak) != HASH for peak in self._peaks):
            raise ValueError("a tree of this size has another number of full subtrees")

    def grow(self, leaves: Iterable[bytes]) -> None:
        """Add the hashes of further leaves."""
        size, peaks = self.size, self._peaks
        for each in leaves:
            merging = size
            while merging & 1:
                each = sha256(b"\x01" + peaks.pop() + each).digest()
                merging >>= 1
            peaks.append(each)
            size += 1
        self.size = size

    def root(self) -> bytes:
        """Tell the root; that of an empty tree is the hash of nothing."""
        if not self._peaks:
            return sha256().digest()
        *rest, found = self._peaks
        for peak in reversed(rest):
            found = _node(peak, found)
        return found

    def copy(self) -> Self:
        """Make another that grows by itself."""
        return type(self)(self.size, self._peaks)

    @property
    def peaks(self) -> bytes:
        """All a tree must keep to grow on, besides its size."""
        return b"".join(self._peaks)


def root_of(leaves: bytes) -> bytes:
    """Tell the root over leaves."""
    return _range(leaves, 0, len(leaves) // HASH)


def inclusion(leaves: bytes, index: int) -> list[bytes]:
    """Make the path from one leaf to the root over all `leaves`: the leaf's neighbour first."""
    low, high, path = 0, len(leaves) // HASH, list[bytes]()
    if not 0 <= index < high:
        raise ValueError("no such leaf")
    while high - low > 1:
        middle = low + _largest_below(high - low)
        away = (middle, high) if index < middle else (low, middle)
        low, high = (low, middle) if index < middle else (middle, high)
        path.append(_range(leaves, *away))
    return path[::-1]


def consistency(leaves: bytes, old: int) -> list[bytes]:
    """Make the path that shows that the first `old` of the leaves were a whole tree once."""
    low, high, path, is_whole = 0, len(leaves) // HASH, list[bytes](), True
    if not 0 < old <= high:
        raise ValueError("no such earlier tree")
    while high != old:
        middle = low + _largest_below(high - low)
        if old <= middle:
            path.append(_range(leaves, middle, high))
            high = middle
        else:
            path.append(_range(leaves, low, middle))
            low, is_whole = middle, False
    return (path if is_whole else [*path, _range(leaves, low, high)])[::-1]


def is_included(content_hash: bytes, index: int, *, size: int, path: Iterable[bytes], root: bytes) -> bool:
    """Whether the path leads from a leaf at this place to this root."""
    at, last, found = index, size - 1, content_hash
    if not 0 <= at <= last:
        return False
    for beside in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = _node(beside, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = _node(found, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def continues(old: tuple[int, bytes], new: tuple[int, bytes], path: list[bytes]) -> bool:
    """Whether the path shows that the tree of size and root `new` begins with the whole of `old`."""
    (small, old_root), (large, new_root) = old, new
    if small == large:
        return not path and old_root == new_root
    if not 0 < small < large:
        return False
    steps = [old_root, *path] if small.bit_count() == 1 else path
    if not steps:
        return False
    at, last = small - 1, large - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    was = found = steps[0]
    for beside in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            was, found = _node(beside, was), _node(beside, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = _node(found, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and (was, found) == (old_root, new_root)


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _range(leaves: bytes, low: int, high: int) -> bytes:
    tree = Tree()
    tree.grow(leaves[at : at + HASH] for at in range(low * HASH, high * HASH, HASH))
    return tree.root()


def _largest_below(n: int) -> int:
    """Tell the largest power of two that is smaller than `n`."""
    return 1 << ((n - 1).bit_length() - 1)

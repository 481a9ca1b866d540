"""The tree is RFC 6962's: pymerkle, which is not ours, finds the same roots and paths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from bot.audit.tree import HASH, Tree, consistency, continues, inclusion, is_included, leaf, root_of, split

# RFC 6962 2.1: an empty tree is the hash of nothing; the leaf of nothing is the hash of one zero byte.
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
LEAF_OF_NOTHING = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
SIZES = [*range(1, 34), 63, 64, 65]


def oracle(size):
    tree = InmemoryTree()
    for n in range(size):
        tree.append_entry(str(n).encode())
    return tree


def leaves(size):
    return b"".join(leaf(str(n).encode()) for n in range(size))


def test_an_empty_tree_and_an_empty_leaf_are_those_of_the_rfc():
    assert Tree().root().hex() == EMPTY
    assert leaf(b"").hex() == LEAF_OF_NOTHING


@pytest.mark.parametrize("size", SIZES)
def test_roots_and_paths_are_those_of_another_library(size):
    theirs, ours = oracle(size), leaves(size)
    assert root_of(ours) == theirs.get_root()
    for index in range(size):
        path = inclusion(ours, index)
        assert path == theirs.prove_inclusion(index + 1).path[1:]
        assert is_included(leaf(str(index).encode()), index, size=size, path=path, root=theirs.get_root())


@pytest.mark.parametrize("size", SIZES)
def test_every_earlier_tree_is_shown_to_be_the_beginning_of_a_later_one(size):
    theirs, ours = oracle(size), leaves(size)
    for old in range(1, size + 1):
        before, now, path = (old, theirs.get_root(old)), (size, theirs.get_root()), consistency(ours, old)
        assert continues(before, now, path)
        assert not continues((old, bytes(HASH)), now, path)
        assert not continues(before, (size, bytes(HASH)), path)


@given(size=st.integers(1, 70), other=st.integers(0, 69), index=st.integers(0, 69))
def test_a_path_proves_one_leaf_at_one_place_only(size, other, index):
    index, other = index % size, other % size
    ours = leaves(size)
    path, root = inclusion(ours, index), root_of(ours)
    assert is_included(split(ours)[other], index, size=size, path=path, root=root) == (other == index)
    assert is_included(split(ours)[index], other, size=size, path=path, root=root) == (other == index)
    assert not is_included(split(ours)[index], index, size=size, path=[*path, bytes(HASH)], root=root)
    assert not path or not is_included(split(ours)[index], index, size=size, path=path[:-1], root=root)


@given(cuts=st.lists(st.integers(0, 200), min_size=1, max_size=5))
def test_a_tree_grows_on_from_the_few_hashes_it_keeps(cuts):
    hashes, tree, at = split(leaves(200)), Tree(), 0
    for end in sorted(cuts):
        tree.grow(hashes[at:end])
        at = end
        tree = Tree(tree.size, split(tree.peaks))
    assert (tree.size, tree.root()) == (at, root_of(b"".join(hashes[:at])))
    assert len(tree.peaks) <= 8 * HASH


@pytest.mark.parametrize("peaks", [[], [bytes(HASH)], [bytes(HASH)] * 3, [bytes(HASH), b"short"]])
def test_a_tree_is_not_taken_up_with_the_wrong_number_of_hashes(peaks):
    with pytest.raises(ValueError, match="another number"):
        Tree(6, peaks)


def test_there_is_no_path_from_a_leaf_that_is_not_there():
    for index in (-1, 3):
        with pytest.raises(ValueError, match="no such leaf"):
            inclusion(leaves(3), index)
    for old in (0, 4):
        with pytest.raises(ValueError, match="no such earlier tree"):
            consistency(leaves(3), old)
    assert not is_included(b"", 3, size=3, path=[], root=b"")
    assert not continues((0, b""), (3, b""), [])
    assert not continues((4, b""), (3, b""), [])

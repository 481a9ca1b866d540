"""Two texts side by side: nothing is lost or moved, and what differs is marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.compared import Piece, compared

WORDS = st.lists(st.sampled_from(["port", " ", "\n", "{{ title }}", "Қазақстан", ".", "2026"]), max_size=30).map(
    "".join
)


@given(WORDS, WORDS)
def test_the_pieces_of_each_side_are_its_text(before, after):
    sides = compared(before, after)
    assert "".join(each.text for each in sides.before) == before
    assert "".join(each.text for each in sides.after) == after
    assert sides.differ == (before != after)


def test_a_word_that_changed_is_marked_in_both():
    sides = compared("The port grows", "The pier grows")
    assert sides.before == (Piece("The ", False), Piece("port", True), Piece(" grows", False))
    assert sides.after[1] == Piece("pier", True)


@pytest.mark.parametrize("many", [10, 5000])
def test_long_texts_are_compared_too(many):
    sides = compared("one line\n" * many, "one line\n" * (many - 1) + "other line\n")
    assert sides.after[-1].text in ("other line\n", " line\n")
    assert sides.differ

"""The twenty defects no automatic post may show, looked for in every post before it is frozen.

A hard one holds the post: it was made by us, or would mislead. A soft one is told to whoever looks at a preview; style
the newsroom itself chose in a headline is never more than told. What no program can see is left to the eye: whether a
correction's figure is the right one (16), whether a sentence leans on more than its first word shows (8), and which
hashtags a network's readers expect (11; templates say how many).
"""

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass

from adapters.contract import Post
from bot.model import Article
from bot.posts import flaws_of_facts as facts
from bot.posts import flaws_of_words as words
from bot.posts.shown import About, Shown

__all__ = ["BY_HAND", "CHECKS", "SOFT", "About", "Defect", "defects", "hard"]

Check = Callable[[Shown], Iterator[tuple[bool, str]]]
"""Yields (whether it holds the post, what is wrong, as a clause)."""

CHECKS: Mapping[int, Check] = {
    1: words.without_pair,
    2: words.without_speaker,
    3: words.cut,
    4: words.stops,
    5: words.boilerplate,
    6: words.spaces,
    7: facts.said_twice,
    8: facts.leaning,
    9: facts.broken_tags,
    10: facts.light_signs,
    11: facts.too_many_tags,
    12: words.residue,
    13: words.typewriter,
    14: words.alphabets,
    15: facts.marks,
    16: facts.correction,
    17: facts.pictures,
    18: words.parted,
    19: facts.address,
    20: facts.style,
}

SOFT = frozenset({8, 11, 13, 17})
"""What no post is ever held for."""
BY_HAND = frozenset({12, 14, 19})
"""What is looked for in a person's own words: signs that nobody types on purpose. Style is the person's."""


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing wrong with a post: the number in our list of twenty, and a clause for an editor ("it ...")."""

    number: int
    is_hard: bool
    sentence: str


def defects(post: Post, article: Article, about: About) -> tuple[Defect, ...]:
    """Name everything in a post that an editor would not send, the hard ones first.

    Whether it fits is the network's own `measure`, asked before.
    """
    return _found(post, article, about, CHECKS.keys())


def hard(post: Post, article: Article, about: About) -> tuple[Defect, ...]:
    """Name what holds a post."""
    return tuple(one for one in _found(post, article, about, CHECKS.keys() - SOFT) if one.is_hard)


def _found(post: Post, article: Article, about: About, numbers: Set[int]) -> tuple[Defect, ...]:
    shown = Shown(post, article, about)
    looked_for = sorted(numbers & BY_HAND if about.is_by_hand else numbers)
    found = dict.fromkeys(Defect(number, *one) for number in looked_for for one in CHECKS[number](shown))
    return tuple(sorted(found, key=lambda one: (not one.is_hard, one.number)))

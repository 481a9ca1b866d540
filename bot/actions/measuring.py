"""How much of what its network takes a post uses, counted as the network counts; both faces show it."""

from collections.abc import Callable
from dataclasses import dataclass

from adapters.contract import Adapter, Limits, Post, Problem
from bot.tongue import phrase

__all__ = ["Count", "Measure", "caveats", "count"]

Measure = Callable[[Post, Limits], tuple[Problem, ...]]


@dataclass(frozen=True, slots=True)
class Count:
    """A post's words, in the network's own unit: how many there are, and how many there may be."""

    have: int
    most: int


def count(measure: Measure, post: Post, limits: Limits) -> Count:
    """Count a post's words: a network's measure names what there is once nothing is allowed."""
    found = measure(post, limits.saying(0))
    have = next((problem.have for problem in found if problem.field == "text"), 0)
    return Count(have, limits.words([each.mime for each in post.media]))


def caveats(adapter: Adapter, post: Post) -> tuple[str, ...]:
    """Say what of a post may not arrive, for whoever approves it."""
    if adapter.keeps_words(post):
        return ()
    title = adapter.spec.title
    return (
        phrase(f"{title} does not promise to keep the words of a draft: who publishes it there may have to paste them"),
    )

"""What a changed template would have done to past posts, as rows a page can draw. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from adapters.contract import Post
from bot.actions.trial import Pair, Trial, Unwritten
from bot.desk.compared import Sides, compared

__all__ = ["Effect", "Machine", "Row", "machine"]

LISTED = 20
"""Posts on one page of the list."""


class Effect(StrEnum):
    """What a change does to one post, the worst first."""

    BREAKS = "breaks"
    """Its network would not take it, or there would be no words."""
    UNFIT = "unfit"
    """It could not be sent for a defect."""
    UNLINKED = "unlinked"
    """It would no longer lead to its story, or could not be sent for that."""
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Row:
    """One post before and after."""

    title: str
    channel: str
    is_correction: bool
    effect: Effect
    sides: Sides
    before_said: str
    """Why there was no post; "" where there was one."""
    after_said: str


@dataclass(frozen=True, slots=True)
class Machine:
    """The time machine's answer: how many posts there are of each kind, and a page of those that differ."""

    stories: int
    posts: int
    counts: dict[Effect, int]
    differing: int
    lost: int
    too_long: int
    """Posts that broke a limit before and would still: a change is refused for them too."""
    rows: tuple[Row, ...]
    page: int
    pages: int


def machine(trial: Trial, page: int = 1) -> Machine:
    """Sum a trial up, and open one page of its posts, the worst first."""
    listed = [each for each in trial.pairs if each.differs or each.still_breaks]
    effects = sorted(((_effect(each), each) for each in listed), key=lambda one: list(Effect).index(one[0]))
    pages = max(1, -(-len(effects) // LISTED))
    here = min(max(page, 1), pages)
    shown = effects[(here - 1) * LISTED : here * LISTED]
    return Machine(
        stories=trial.looked_at,
        posts=len(trial.pairs),
        counts={each: sum(effect is each for effect, _ in effects) for each in Effect},
        differing=len(trial.differing),
        lost=len(trial.lost),
        too_long=len(trial.forbidding) - len(trial.lost),
        rows=_rows(shown),
        page=here,
        pages=pages,
    )


def _rows(shown: Sequence[tuple[Effect, Pair]]) -> tuple[Row, ...]:
    return tuple(
        Row(
            title=each.article.title,
            channel=each.channel,
            is_correction=each.kind != "post",
            effect=effect,
            sides=compared(_words(each.before), _words(each.after)),
            before_said=_why_not(each.before),
            after_said=_why_not(each.after),
        )
        for effect, each in shown
    )


def _effect(pair: Pair) -> Effect:
    if pair.loses_link:
        return Effect.UNLINKED
    if pair.is_unfit:
        return Effect.UNFIT
    return Effect.BREAKS if pair.breaks_limit else Effect.DIFFERS


def _words(post: Post | Unwritten) -> str:
    return post.text if isinstance(post, Post) else ""


def _why_not(post: Post | Unwritten) -> str:
    return "" if isinstance(post, Post) else str(post)

"""What a film of a story shows: the headline over its photo, key sentences of its own, and whose it is. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

from adapters.contract import Films
from bot.media.film import LONGEST, SHORTEST
from bot.media.slides import Slide
from bot.media.studio import Scene
from bot.posts.filters import Passage
from bot.posts.words import words_of

__all__ = ["Scene", "Shot", "scenes", "title_slide"]

_MOST = 3
_LONGEST_SENTENCE = 220
"""Signs: more cannot be read while it is shown."""
_PER_SECOND = 17.0
"""Signs a reader takes in: subtitles are reckoned so (https://bbc.github.io/subtitle-guidelines/, 2026-12-01)."""
_CLOSING = 3.0
_STEPS = 5
"""Of a second: whole frames."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo's bytes, its credit, all that is said of whose it is, its name, and what an editor wants seen of it.

    Without bytes there is none.
    """

    content: bytes = b""
    credit: str = ""
    whose: str = ""
    photo: str = ""
    focus: tuple[float, float] | None = None


def title_slide(fields: Mapping[str, object], shot: Shot) -> Slide:
    """Show a headline, with what kind of story it is above."""
    language, mark = str(fields["language"]), str(fields["mark"]).strip(" :\u00a0")
    return Slide(
        headline=str(fields["title"]),
        kicker=mark or str(fields["section"]),
        credit=words_of(language).photo + shot.credit if shot.content and shot.credit else "",
        language=language,
        photo=shot.content,
        focus=shot.focus,
    )


def scenes(fields: Mapping[str, object], shot: Shot, takes: Films, *, is_bare: bool) -> tuple[Scene, ...]:
    """Write a film of what a story's fields say and nothing else, as long as it takes to read and the network allows.

    `is_bare`: whose story it is must not be shown.
    """
    opening = title_slide(fields, shot)
    told = [Slide(sentence=each, language=opening.language) for each in _sentences(fields["summary"])]
    closing = [] if is_bare else [Slide(language=opening.language, is_closing=True)]
    least, most = max(SHORTEST, takes.shortest), min(LONGEST, takes.longest)
    while _length(shown := [opening, *told, *closing]) > most and told:
        told.pop()
    whole = _length(shown)
    lasts = min(max(whole, least), most)
    steps = [round(_seconds(each) * lasts / whole * _STEPS) for each in shown]
    # Each scene has whole steps, and all of them together stay within what the film may last.
    steps[0] += min(max(sum(steps), ceil(least * _STEPS)), floor(most * _STEPS)) - sum(steps)
    return tuple(Scene(each, count / _STEPS) for each, count in zip(shown, steps, strict=True))


def _sentences(summary: object) -> list[str]:
    """Take the first sentences; one too long to be read ends them, as what follows may lean on it."""
    found = list[str]()
    for each in summary.sentences[:_MOST] if isinstance(summary, Passage) else ():
        if len(each) > _LONGEST_SENTENCE:
            break
        found.append(each)
    return found


def _seconds(slide: Slide) -> float:
    if slide.is_closing:
        return _CLOSING
    least, begins = (4.0, 2.0) if slide.headline else (3.5, 1.5)
    return max(least, begins + len(slide.headline or slide.sentence) / _PER_SECOND)


def _length(slides: Sequence[Slide]) -> float:
    return sum(map(_seconds, slides))

"""Why a channel has nothing of a story, where no delivery can say it as there is none. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bot.model import Channel
from bot.tongue import ENGLISH, Tongue, phrase

ELSEWHERE = phrase("Is not planned here: it came from {sources}, and nothing from there is posted here.")
ELSEWHERE_THEN = phrase("Is not planned here: it came from {sources}, and nothing from there was posted here then.")
BEFORE = phrase("Is not planned here: the settings have this channel only since after the story came.")
BY_HAND = "; `post CHANNEL TEXT` posts words by hand"


@dataclass(frozen=True, slots=True)
class Unplanned:
    """Channels that have nothing of a story for one reason; `sources`: where it was seen."""

    channels: tuple[str, ...]
    reason: str
    sources: tuple[str, ...]

    def said(self, tongue: Tongue = ENGLISH) -> str:
        """Say why, in a sentence that fits each of the channels."""
        said = tongue.say(self.reason).format(sources=", ".join(self.sources))
        return said if tongue.has_buttons else f"{said.removesuffix('.')}{BY_HAND}."


def unplanned(
    channels: Iterable[Channel], planned: Collection[str], sources: tuple[str, ...], newer: Collection[str]
) -> tuple[Unplanned, ...]:
    """Tell why some channels have nothing of a story: all but the `planned`.

    `sources`: where it was seen. `newer`: the channels that came after it.
    """
    by_reason: dict[str, list[str]] = defaultdict(list)
    for each in channels:
        if each.id in planned:
            continue
        listens = not each.sources or not set(sources).isdisjoint(each.sources)
        reason = ELSEWHERE_THEN if listens else ELSEWHERE
        by_reason[BEFORE if listens and each.id in newer else reason].append(each.id)
    return tuple(Unplanned(tuple(some), reason, sources) for reason, some in by_reason.items())

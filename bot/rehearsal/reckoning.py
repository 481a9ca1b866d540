"""Accounts for every story and channel, from the store on one side and the networks' ledgers on the other. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.model import Delivery, Kind, State
from bot.rules.standing import is_undecided

if TYPE_CHECKING:
    from adapters.emulators.kit import Entry

Place = tuple[str, str]
"""(network, place) of a channel in the ledgers."""
_NO_LONGER = (State.SKIPPED, State.EXPIRED, State.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """How a rehearsal ended, in deliveries. `skipped` counts what expired or was cancelled too."""

    expected: int
    """Stories times channels."""
    published: int
    skipped: int
    held: int
    undecided: int
    """Neither out nor over: a person would have to look whether they are out, or they were never finished."""
    duplicates: int
    """Posts readers see that no delivery says it made."""
    lost: int
    """Stories a channel never heard of, and posts a delivery says it made that no reader ever saw."""

    @property
    def is_good(self) -> bool:
        """Whether the promises were kept."""
        return not (self.undecided or self.duplicates or self.lost)

    def __str__(self) -> str:
        found = self.published + self.skipped + self.held
        return (
            f"accounted for {found} of {self.expected}: published {self.published}, skipped {self.skipped}, "
            f"held {self.held}, undecided {self.undecided}, duplicates {self.duplicates}, lost {self.lost}"
        )


def reckon(
    stories: Iterable[str],
    deliveries: Iterable[Delivery],
    ledger: Iterable["Entry"],
    *,
    places: Mapping[str, Place],
) -> Reckoning:
    """Set what the store says against what the networks did. `stories`: all there are; `places`: of each channel."""
    posts = {(each.story, each.channel): each for each in deliveries if each.kind is Kind.POST}
    wanted = [(story, channel) for story in stories for channel in places]
    missing = sum(pair not in posts for pair in wanted)
    here = set(places.values())
    created = [((entry.network, entry.place), entry.post_id) for entry in ledger if entry.act == "created"]
    made = Counter(each for each in created if each[0] in here)
    claimed = Counter(
        (places[each.channel], each.receipt.id)
        for each in posts.values()
        if each.state is State.DONE and each.receipt is not None
    )
    undecided = [each for each in posts.values() if _is_undecided(each)]
    unclaimed = made - claimed
    states = Counter(each.state for each in posts.values())
    return Reckoning(
        expected=len(wanted),
        published=sum((made & claimed).values()),
        skipped=sum(states[state] for state in _NO_LONGER),
        held=states[State.HELD] - sum(each.state is State.HELD for each in undecided),
        undecided=len(undecided),
        duplicates=sum(unclaimed.values()) - _explained(unclaimed, undecided, places),
        lost=missing + states[State.DONE] - sum((made & claimed).values()),
    )


def _is_undecided(each: Delivery) -> bool:
    is_open = each.state in (State.DUE, State.SENDING, State.UNKNOWN)
    return is_open or is_undecided(each)


def _explained(unclaimed: Counter[tuple[Place, str]], undecided: list[Delivery], places: Mapping[str, Place]) -> int:
    """Count the posts that an undecided delivery may have made: one each, in its own place."""
    asked = Counter(places[each.channel] for each in undecided if each.intent_at is not None)
    there: Counter[Place] = Counter()
    for (place, _), n in unclaimed.items():
        there[place] += n
    return sum((there & asked).values())

"""Whether a preparatory call is made again only where its answer may have been lost, by the networks' ledgers."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.sim import History

STEPS = {
    "bluesky": ("uploadBlob",),
    "facebook": ("draft",),
    "instagram": ("container",),
    "linkedin": ("initImage", "upload"),
    "mastodon": ("uploadMedia",),
    "telegram": ("getChat",),
    "threads": ("container",),
    "tiktok": ("draft",),
    "x": ("mediaUpload",),
    "youtube": ("session",),
}
"""The calls whose answers a post's memo keeps, and that a post needs once."""
_OF_EACH_PICTURE = frozenset({"uploadBlob", "draft", "initImage", "upload", "uploadMedia", "mediaUpload"})
"""Those of them that each picture of a post needs once."""
_BEGINS = {("linkedin", "initImage"): "upload"}
"""Calls that only begin the next one: where that fails, its step begins anew."""
_CHANGES = 3
"""How many posts a delivery may have been where people and the site change it: each has a memo of its own."""


def repeated(history: "History", planned: Iterable[str]) -> list[str]:
    """Say which steps were made more often than there are posts and answers that may have been lost.

    `planned`: the channel of each delivery.
    """
    posts = Counter(history.places[channel][0] for channel in planned)
    made = Counter((e.network, e.call) for e in history.world.ledger if e.status < 300)
    found = []
    for network, calls in STEPS.items():
        for call in calls:
            if (asked := made[network, call]) > (most := _allowed(history, network, call, made, posts[network])):
                found.append(f"repeated: {network} {call} {asked} of {most}")
    return found


def _allowed(history: "History", network: str, call: str, made: Counter[tuple[str, str]], posts: int) -> int:
    # verify asks Telegram for the chat too, and for the scratch chat, each time anew
    asides = made["telegram", "getMe"] * (2 if history.plan.scratch else 1) if network == "telegram" else 0
    # Whatever takes the process, or the bot's token, takes the answers of all channels that were at it.
    at_once = sum(each == network for each, _ in history.places.values())
    of_the_step = tuple(f"{network}.{each} " for each in (call, _BEGINS.get((network, call), call)))
    failed = sum(n for fault, n in history.faults.items() if fault.startswith(of_the_step))
    lost = (history.crashes + history.frozen + failed) * at_once
    # A changed post begins with a clean memo, so histories with changes may ask once more for each.
    is_changed = history.plan.busy or history.plan.meddle or history.plan.fates
    shown = [len(e.shown.media) for e in history.world.ledger if (e.network, e.act) == (network, "created")]
    more = [n - 1 for n in shown if n > 1] if call in _OF_EACH_PICTURE else []
    return (_CHANGES if is_changed else 1) * (posts + sum(more) + lost * (1 + max(more, default=0))) + asides

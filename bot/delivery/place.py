"""Where a channel's posts go, and whether that is still where they went."""

from adapters.contract import Adapter
from bot.model import Channel
from bot.tongue import phrase

Place = tuple[str, ...]
"""Our name of an account, its own ("" where only the network could tell), and what says where on it posts go."""

MOVED = phrase("its channel posts to another place now than when this was sent: look at the place of then")
"""Why nobody looks for a post: what is not here says nothing of what is there."""


def place_of(who: Channel, adapter: Adapter) -> Place:
    """Name the place a channel stands for now."""
    return (who.account, *adapter.place())


def are_two(then: Place, now: Place) -> bool:
    """Tell whether two places are different ones, as far as is known; nothing is known of an empty one.

    Our name of an account counts where its own is not known of both.
    """
    if not then or not now:
        return False
    (account, whose, *rest), (other, who, *others) = then, now
    return rest != others or (whose != who if whose and who else account != other)

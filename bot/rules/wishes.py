"""Knows what people wished while nobody knew whether a post is out, and what becomes of it then. Pure."""

from dataclasses import replace

from bot.model import Delivery, Reason, State
from bot.rules.approval import taken_back, thawed
from bot.rules.standing import is_undecided, to_held


def granted(delivery: Delivery) -> Delivery:
    """Do what a person wished while nobody knew whether it is out, as soon as that is known; until then keep it."""
    if not delivery.wish or delivery.state in _OPEN_QUESTION or is_undecided(delivery):
        return delivery
    asked = wishes(delivery.wish)
    verb, actor = next((each for each in asked if each[0] != "mark"), asked[0])
    free = replace(delivery, wish="")
    if any(each[0] == "mark" for each in asked) and delivery.state in (State.DUE, State.HELD):
        free = thawed(free)
    match verb, free.state:
        case "cancel", (State.DUE | State.HELD):
            return replace(free, state=State.CANCELLED, reason=Reason.CANCELLED, detail=actor)
        case "hold", State.DUE:
            return to_held(free, Reason.BY_PERSON, actor)
        case "undo", State.DUE:
            return taken_back(free, actor)
        case "undo", (State.HELD | State.EXPIRED):  # whoever lets it go has the words approved anew
            return replace(free, approved="")
    return free


_OPEN_QUESTION = frozenset({State.SENDING, State.UNKNOWN})


def wishes(wish: str) -> list[tuple[str, str]]:
    """Read what people wished, the latest first, as (verb, actor); the first that is no mark is what will be done."""
    found = (line.partition(" ") for line in wish.splitlines())
    return [(verb, actor) for verb, _, actor in found]


def also_wished(wish: str, verb: str, actor: str) -> str:
    """Add a wish: a mark is kept beside the others, each other one takes the place of those before it."""
    others = [line for line in wish.splitlines() if not line.startswith(f"{verb} ")]
    new = f"{verb} {actor}"
    return "\n".join([*others, new] if verb == "mark" else [new, *others])

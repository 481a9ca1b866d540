"""Knows that a person is the same by whichever door they came, and who signed what. Pure."""

from dataclasses import replace

from bot.model import Flags

DOORS = ("cli:", "desk:")
"""What stands before a person's name in the audit log."""


def name_of(actor: str) -> str:
    """Name who acted as colleagues do, without the door."""
    door = next((each for each in DOORS if actor.startswith(each)), "")
    return actor.removeprefix(door)


def actors_of(name: str) -> tuple[str, ...]:
    """List the actors a name may stand for: itself, as `jarshy` is one, and the person at each door."""
    return (name, *(f"{door}{name}" for door in DOORS))


def is_same(one: str, other: str) -> bool:
    """Whether two actors are one person; nobody is the same as nobody."""
    return bool(one) and name_of(one).casefold() == name_of(other).casefold()


def signed(flags: Flags, what: str, actor: str) -> Flags:
    """Note who wrote a text for a network, or the correction."""
    return replace(flags, authors=tuple(sorted((dict(flags.authors) | {what: actor}).items())))

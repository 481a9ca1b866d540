"""What people read of the audit log: rows chosen by time, channel, story, delivery, person and action."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.actions.room import RefusedVerb, Room
from bot.audit.rows import Action, milliseconds
from bot.audit.words import facts_of, named, words
from bot.rules.persons import actors_of, name_of
from bot.store import audit
from bot.store.audit import Which
from bot.tongue import ENGLISH, Tongue

__all__ = ["ACTIONS", "Asked", "Row", "named", "one", "rows", "rows_of"]
ACTIONS = tuple(str(each) for each in Action)
"""Everything that is logged, such as `delivery.moved`; the word before the point names its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which rows a person asks for; what is not said does not matter.

    `person`: a name as colleagues say it, at whichever door, or an actor as the log has it. `action`: one of the log's
    actions, or all that begin with a word, such as `delivery`. `before`: only rows with a smaller number.
    """

    story: str | None = None
    delivery: int | None = None
    channel: str | None = None
    person: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the log: when, who and what, in words and as it is stored."""

    id: int
    at: datetime
    actor: str
    action: str
    said: str
    facts: Mapping[str, Any]

    @property
    def person(self) -> str:
        """Who acted, as colleagues say it; "jarshy" where no person did."""
        return name_of(self.actor)

    @property
    def whole(self) -> dict[str, Any]:
        """The row as JSON: what is stored, and what the table knows where the row was changed by hand."""
        return {"id": self.id, "at": milliseconds(self.at), "actor": self.actor, "action": "", **self.facts}


async def rows(room: Room, asked: Asked, *, most: int = 50, tongue: Tongue = ENGLISH) -> list[Row]:
    """Read the newest rows that fit, the newest first, in a reader's words. Raises RefusedVerb for no action."""
    which = Which(
        story=asked.story,
        delivery=asked.delivery,
        channel=asked.channel,
        actors=actors_of(asked.person) if asked.person else (),
        actions=_actions(asked.action),
        since=asked.since,
        until=asked.until,
        before=asked.before,
    )
    return [_row(told, tongue) for told in await room.store.write(audit.newest, which, most=most)]


async def one(room: Room, which: int, tongue: Tongue = ENGLISH) -> Row:
    """Read one row. Raises RefusedVerb where the log has none of that number."""
    found = await room.store.write(audit.newest, Which(after=which - 1, before=which + 1), most=1)
    if not found:
        raise RefusedVerb(f"the audit log has no row {which}")
    return _row(found[0], tongue)


async def rows_of(room: Room, story: str, delivery: int | None) -> list[Row]:
    """Read every row of a story, or of one delivery, oldest first."""
    of: dict[str, Any] = {"story": story} if delivery is None else {"delivery": delivery}
    return await room.store.write(lambda db: [_row(told) for told in audit.read(db, **of)])


def _row(told: audit.Told, tongue: Tongue = ENGLISH) -> Row:
    facts = facts_of(told.row)
    stands = {"id": told.id, "at": milliseconds(told.at), "actor": told.actor, "action": ""}
    return Row(told.id, told.at, told.actor, told.action, words({**stands, **facts}, tongue), facts)


def _actions(said: str) -> tuple[str, ...]:
    found = tuple(str(each) for each in Action if said and (each == said or each.startswith(f"{said}.")))
    if said and not found:
        groups = dict.fromkeys(str(each).partition(".")[0] for each in Action)
        raise RefusedVerb(f"the log has no action {said}; it has {', '.join(groups)}, and such as {Action.STORY_SEEN}")
    return found

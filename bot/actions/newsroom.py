"""What people do to channels and stories: pause, resume, mark."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.actions.room import RefusedVerb, Room
from bot.model import Flags
from bot.store import people

STILL_VALID = timedelta(days=90)
BREAKING_FOR = timedelta(minutes=60)


async def pause(room: Room, which: str, *, until: datetime | None = None) -> list[str]:
    """Stop a channel, or "all", from sending anything new."""
    ids = _chosen(room, which)
    await room.store.write(people.pause, ids, room.clock.now(), until=until, actor=room.actor)
    return ids


async def resume(room: Room, which: str) -> list[str]:
    """Let a paused channel, or "all", go on."""
    ids = _chosen(room, which)
    await room.store.write(people.resume, ids, room.clock.now(), actor=room.actor)
    await room.nudge()
    return ids


async def mark(
    room: Room,
    story: str,
    *,
    breaking_for: timedelta | None = None,
    solemn: bool | None = None,
    correction: str | None = None,
    is_still_valid: bool = False,
    text: tuple[str, str] | None = None,
) -> Flags:
    """Say something about a story: what waits is written anew with it, and approvals of it are asked again."""
    now = room.clock.now()
    changes: dict[str, object] = {}
    if breaking_for is not None:
        changes["breaking_until"] = now + breaking_for
    if solemn is not None:
        changes["is_solemn"] = solemn
    if correction is not None:
        changes["correction"] = correction.strip()
    if is_still_valid:
        changes["still_valid_until"] = now + STILL_VALID
    if not changes and text is None:
        raise RefusedVerb("say what to mark: --breaking, --solemn, --correction, --still-valid or --text")
    said = ", ".join(sorted(changes) + ([f"text for {text[0]}"] if text else []))
    flags = await room.store.write(people.mark, story, _changer(changes, text), now, actor=room.actor, said=said)
    await room.nudge()
    return flags


def _changer(changes: dict[str, object], text: tuple[str, str] | None) -> Callable[[Flags], Flags]:
    def change(flags: Flags) -> Flags:
        texts = dict(flags.texts) | ({text[0]: text[1]} if text else {})
        return replace(flags, **changes, texts=tuple(sorted(texts.items())))  # type: ignore[arg-type]  # names above

    return change


def _chosen(room: Room, which: str) -> list[str]:
    if which == "all":
        return list(room.channels)
    if which not in room.channels:
        raise RefusedVerb(f"there is no channel {which}; there are {', '.join(room.channels)}")
    return [which]

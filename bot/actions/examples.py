"""What must stay true of a template: examples are kept with it, and no change that breaks one is put in use."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import unified_diff

from bot.actions.room import RefusedVerb, Room, channel_of
from bot.model import Article, Channel
from bot.posts.compose import CannotCompose
from bot.store import examples as stored
from bot.store import reading, stories
from bot.store import templates as wording
from bot.store.examples import Example
from bot.store.material import limits_of
from bot.store.templates import InUse, names_for

__all__ = ["Example"]


@dataclass(frozen=True, slots=True)
class Broken:
    """An example that is no longer true: what its article would give now, or why it gives nothing."""

    example: Example
    gives: str

    @property
    def sentence(self) -> str:
        """Name the example."""
        of = self.example
        return (
            f"example {of.id} of template {of.template} (“{of.article.title}” on {of.channel}) would read differently"
        )

    @property
    def difference(self) -> str:
        """Show what it must say, with -, and what it would say, with +."""
        lines = unified_diff(self.example.text.splitlines(), self.gives.splitlines(), lineterm="", n=1)
        return "\n".join(list(lines)[3:])


async def add(room: Room, name: str, story: str, *, channel: str = "") -> Example:
    """Keep what a template in use gives for a story as what it must give from now on. Raises RefusedVerb.

    `channel`: "" takes the first one that would write the story with this template.
    """
    article = await room.store.write(stories.article_of, story)
    seen_at = await room.store.write(reading.seen_at, story)
    used = await room.store.write(wording.serving)
    if name not in used:
        raise RefusedVerb(f"no template {name} is in use; there are {', '.join(used)}")
    if article is None or seen_at is None:
        raise RefusedVerb(f"there is no story {story}")
    who = _user(room, name, article, list(used), channel)
    now = room.clock.now()
    made = Example(
        template=name, channel=who.id, article=article, text="", author=room.actor, seen_at=seen_at, stored_at=now
    )
    try:
        kept = replace(made, text=await _given(room, who, made, used[name].text))
    except CannotCompose as e:
        raise RefusedVerb(f"template {name} gives no post for this story: {e.reason} {e.detail}") from e
    return replace(kept, id=await room.store.write(stored.add_example, kept))


async def remove(room: Room, which: int) -> Example:
    """Forget an example."""
    return await room.store.write(stored.remove_example, which, room.clock.now(), actor=room.actor)


async def list_all(room: Room, name: str = "") -> list[Example]:
    """List the examples of a template, or all."""
    return await room.store.write(stored.examples, name)


async def broken(room: Room, changed: Mapping[str, str]) -> list[Broken]:
    """Name the examples that changed templates would make untrue; `changed`: name -> text.

    One whose channel left the settings says nothing until it is back.
    """
    found = []
    for each in await list_all(room):
        who = room.channels.get(each.channel)
        if who is None or each.template not in changed:
            continue
        try:
            gives = await _given(room, who, each, changed[each.template])
        except CannotCompose as e:
            gives = f"(no post: {e.reason.replace('_', ' ')} {e.detail})"
        if gives != each.text:
            found.append(Broken(each, gives))
    return found


async def _given(room: Room, who: Channel, example: Example, text: str) -> str:
    """Write the text a template gives for an example's article. Raises CannotCompose."""
    limits = await room.store.write(limits_of, who, room.composer.limits_of(who))
    template = InUse(example.template, 0, text)
    return room.composer.sketch(example.article, template, who, limits, example.seen_at).text


def _user(room: Room, name: str, article: Article, used: list[str], channel: str) -> Channel:
    some = [channel_of(room, channel)] if channel else list(room.channels.values())
    for who in some:
        if next((each for each in names_for(who, article.language) if each in used), "") == name:
            return who
    where = f"channel {channel}" if channel else "no channel"
    raise RefusedVerb(f"{where} {'does not write' if channel else 'writes'} this story with template {name}")

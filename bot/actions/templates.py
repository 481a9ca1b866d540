"""What people and files do to templates: try one, put it in use, go back to an earlier version."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import structlog

from bot.actions.examples import Broken, broken
from bot.actions.room import RefusedVerb, Room, StoreUnavailable
from bot.actions.trial import Pair, Trial, tried
from bot.delivery.composing import faults
from bot.posts.template import TemplateError
from bot.posts.template import compile as compile_template
from bot.sources.feed import Aside
from bot.store import templates as stored
from bot.store.templates import FILE, PERSON, SHIPPED, Draft, Overtaken, Version
from bot.store.trials import past

__all__ = ["FILE", "PERSON", "SHIPPED", "Overtaken", "Version"]

log = structlog.get_logger()

ARTICLES = 50
"""How many of the newest stories a change is tried on before it counts."""
_TRIAL_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Text:
    """A template's new words; `origin`: whether they come from its own file."""

    name: str
    text: str
    origin: str = PERSON
    over: int | None = None
    """The version they were made from, 0 for none; None: whichever is in use."""


class WouldLose(RefusedVerb):
    """A change would lose past posts, or leave some too long; `trial` holds which."""

    def __init__(self, trial: Trial) -> None:
        super().__init__(f"nothing was changed: {said_of(trial)}")
        self.trial = trial


class Untrue(RefusedVerb):
    """A change would break examples that must stay true; `broken` holds which."""

    def __init__(self, broken: list[Broken]) -> None:
        shown = "\n".join(f"{each.sentence}:\n{each.difference}" for each in broken)
        forget = f"`jarshy template example remove {broken[0].example.id}` if it need not stay true"
        super().__init__(f"nothing was changed: {shown}\n{forget}")
        self.broken = broken


@dataclass(frozen=True, slots=True)
class Change:
    """What came of a change: the new versions in use (none where all was so already), and what past posts become."""

    versions: tuple[Version, ...]
    trial: Trial


async def try_out(room: Room, changed: Mapping[str, str], *, articles: int = ARTICLES) -> Trial:
    """Write past posts anew with changed templates; changes nothing. Raises TemplateError."""
    for name, text in changed.items():
        compile_template(text, name=name)
    here = await room.store.write(past, most=articles)
    # In a thread: it takes a second or so, and the daemon has other work meanwhile.
    return await asyncio.to_thread(tried, here, room.composer, room.channels, changed)


async def try_ahead(room: Room, name: str, text: str, *, articles: int) -> None:
    """Do what `try_out` will be asked for, while nobody waits; what is wrong is told to whoever asks for it then."""
    try:
        await try_out(room, {name: text}, articles=articles)
    except (TemplateError, StoreUnavailable) as e:
        log.info("template not tried ahead", template=name, said=str(e))


async def bring_in(room: Room, texts: tuple[Text, ...], *, articles: int = ARTICLES) -> Change:
    """Put texts in use, all or none, once they were tried on past stories.

    Raises TemplateError, WouldLose where a past post would be lost or stay too long, Untrue where an example would be
    lost, and Overtaken where somebody was faster.
    """
    used = await room.store.write(stored.serving)
    new = [each for each in texts if not _serves(used.get(each.name), each)]
    for each in new:
        if each.over is not None and each.over != _number(used.get(each.name)):
            raise Overtaken(each.name, used.get(each.name))
    drafts = [Draft(each.name, each.text, each.origin, _number(used.get(each.name))) for each in new]
    return await _put(room, drafts, articles)


async def roll_back(
    room: Room, name: str, version: int, *, over: int | None = None, articles: int = ARTICLES
) -> Change:
    """Put an earlier version's text in use again, as a new version; `over` as in Text.

    Raises TemplateError, WouldLose where a past post would be lost or stay too long, Untrue where an example would be
    lost, and Overtaken where somebody was faster.
    """
    known = await room.store.write(stored.history, name)
    if not known:
        raise RefusedVerb(f"no version of a template {name} is kept: `jarshy template list` names those there are")
    found = next((each for each in known if each.version == version), None)
    if found is None:
        raise RefusedVerb(f"template {name} has no version {version}; it has 1 to {known[0].version}")
    used = next((each for each in known if each.is_in_use), None)
    if over is not None and over != _number(used):
        raise Overtaken(name, used)
    is_so = used is not None and used.text == found.text and used.origin == PERSON
    drafts = [] if is_so else [Draft(name, found.text, PERSON, _number(used), again=version)]
    return await _put(room, drafts, articles)


async def _put(room: Room, drafts: list[Draft], articles: int) -> Change:
    if not drafts:
        return Change((), Trial(0, ()))
    trial = await try_out(room, {each.name: each.text for each in drafts}, articles=articles)
    if trial.forbidding:
        raise WouldLose(trial)
    if untrue := await broken(room, {each.name: each.text for each in drafts}):
        raise Untrue(untrue)
    now = room.clock.now()
    numbers = await room.store.write(stored.put, drafts, now, actor=room.actor)
    await room.nudge()
    versions = [
        Version(each.name, number, each.text, room.actor, each.origin, True, now)
        for each, number in zip(drafts, numbers, strict=True)
    ]
    return Change(tuple(versions), trial)


def said_of(trial: Trial) -> str:
    """Say for which past posts a change is refused, the newest by name."""
    first: Pair = trial.forbidding[0]
    many = sum(each.is_lost == first.is_lost for each in trial.forbidding)
    posts = "a post" if many == 1 else f"{many} posts, the newest"
    does = "lose" if first.is_lost else "still break a limit with"
    return (
        f"template {first.template} would {does} {posts} of “{first.article.title}” on {first.channel} "
        f"({first.after}), tried on the last {trial.looked_at} stories"
    )


async def take_up(room: Room, files: Mapping[str, Mapping[str, str]], aside: Aside) -> list[str]:
    """Bring templates to what the files say now; return the names whose file waits behind a person's version.

    A file that cannot be used, or would lose a past post, replaces nothing, and an alert says why. `aside` keeps slow
    work away from what else waits.
    """
    texts = files.get(FILE, {})
    wrong = {name: why for name, text in texts.items() if (why := faults(name, text))}
    used = await room.store.write(stored.serving)
    # What a person put in use stays in any case, and what is in use already has been tried.
    new = {name: text for name, text in texts.items() if name not in wrong and _would_replace(used.get(name), text)}
    here = await room.store.write(past, most=ARTICLES if new else 0)
    for name, text in new.items():
        try:
            trial = await aside(partial(tried, here, room.composer, room.channels, {name: text}), _TRIAL_SECONDS)
        except TimeoutError:
            wrong[name] = f"trying it on the last {ARTICLES} stories took more than {_TRIAL_SECONDS:g} seconds"
            continue
        if trial.forbidding:
            wrong[name] = said_of(trial)
        elif untrue := await broken(room, {name: text}):
            wrong[name] = f"{untrue[0].sentence}; `jarshy template test {name}` shows how"
    return await room.store.write(stored.take_up, files, wrong, room.clock.now())


def _would_replace(used: Version | None, text: str) -> bool:
    return used is None or (used.text != text and used.origin != PERSON)


async def take_up_shipped(room: Room, shipped: Mapping[str, str]) -> None:
    """See that what was shipped is among the versions, so that there is something to compare with and go back to."""
    await room.store.write(stored.offer, shipped, room.clock.now(), origin=SHIPPED)


def _serves(used: Version | None, each: Text) -> bool:
    """Whether there is nothing to do: only a template's own file takes over what reads the same but is a person's."""
    is_so = used is not None and used.text == each.text
    return is_so and not (each.origin == FILE and used is not None and used.origin == PERSON)


def _number(used: Version | None) -> int:
    return used.version if used is not None else 0

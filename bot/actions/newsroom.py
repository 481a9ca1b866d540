"""What people do to channels and stories: pause, resume, hush, mark, correct, split."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.actions.room import RefusedVerb, Room, WordsChanged
from bot.actions.said import POINTED, said
from bot.articles.whose import why_stays
from bot.model import Article, Delivery, Flags
from bot.rules.approval import CORRECTED, DESCRIBED
from bot.rules.described import MOST
from bot.rules.persons import signed
from bot.store import further, hushing, marking, people, splitting, telling
from bot.tongue import phrase, span

STILL_VALID = timedelta(days=90)
"""How long a person's word that an old story still holds lets it out: newsrooms look again each quarter."""


async def pause(room: Room, which: str, *, until: datetime | None = None) -> list[str]:
    """Stop a channel, or "all", from sending anything new. Raises RefusedVerb where `until` is over already."""
    ids = _chosen(room, which)
    if until is not None and until <= room.clock.now():
        raise RefusedVerb("that moment is over: choose one to come, or none")
    await room.store.write(people.pause, ids, room.clock.now(), until=until, actor=room.actor)
    return ids


async def resume(room: Room, which: str) -> list[str]:
    """Let a paused channel, or "all", go on."""
    ids = _chosen(room, which)
    await room.store.write(people.resume, ids, room.clock.now(), actor=room.actor)
    await room.nudge()
    return ids


async def hush(room: Room) -> list[str]:
    """Let nothing but breaking news out on any channel."""
    ids = list(room.channels)
    await room.store.write(hushing.hush, ids, room.clock.now(), actor=room.actor)
    return ids


async def unhush(room: Room) -> list[Delivery]:
    """End a hush; return what waits for a word of its own, story by story."""
    waits = await room.store.write(hushing.unhush, room.clock.now(), actor=room.actor)
    await room.nudge()
    return waits


async def tell_now(room: Room, sink: str) -> int:
    """Have the alerts told again that a sink did not take, without waiting for their next try; tell how many."""
    return await room.store.write(telling.tell_now, sink, room.clock.now(), actor=room.actor)


async def mark(
    room: Room,
    story: str,
    *,
    breaking_for: timedelta | None = None,
    solemn: bool | None = None,
    correction: str | None = None,
    is_still_valid: bool = False,
    text: tuple[str, str] | None = None,
    alt: str | None = None,
    focus: tuple[float, float] | tuple[()] | None = None,
    loaded: str | None = None,
    is_again: bool = False,
) -> Flags | None:
    """Say something about a story: what waits is written anew with it, and approvals of it are asked again.

    Returns None where what of its photo stays in sight was said before: then nothing was changed.

    `breaking_for`: for no time at all ends it. `correction`: what is wrong in it; its posts to come wait for approval
    until its source says something new, or an empty one takes it back. An empty `text` for a network gives its posts
    to the template again. `alt`: what its photo shows; an empty one leaves that to its source again. `focus`: the point
    of its photo that stays in sight where that is cut, as in Photo; an empty one leaves it to its source again.

    `loaded`: the stamp (see `said`) of the words these were made over, or of the photo a point was chosen on; over
    others nothing is kept (WordsChanged). `is_again`: a text for a network also takes the place of what somebody wrote
    for one post by hand (else AskAgain).
    """
    changes: dict[str, object] = {}
    told = []
    if alt is not None:
        changes |= {"alt": (shows := _description(alt)), "alt_of": ""}
        told.append(phrase(f"its photo shows: {shows}") if shows else phrase("no description of its photo"))
    if focus is not None:
        changes |= {"focus": focus or None, "focus_of": ""}
        told.append(_pointed(focus))
    if text:
        network, written = text
        told.append(phrase(f"text for {network}: {written}") if written else phrase(f"no text for {network}"))
    now = room.clock.now()
    if breaking_for is not None:
        changes["breaking_until"] = now + breaking_for
        told.append(phrase(f"breaking for {span(breaking_for)}") if breaking_for else phrase("no longer breaking"))
    if solemn is not None:
        changes["is_solemn"] = solemn
        told.append(phrase("solemn") if solemn else phrase("not solemn"))
    if correction is not None:
        changes["correction"] = note = correction.strip()
        told.append(phrase(f"corrected: {note}"))
    if is_still_valid:
        changes["still_valid_until"] = now + STILL_VALID
        told.append(phrase(f"still valid for {span(STILL_VALID)}"))
    if not told:
        raise RefusedVerb(
            "say what to mark: --breaking, --solemn, --correction, --alt, --focus, --still-valid or --text"
        )
    change, whole = _changer(room, changes, text, loaded), "; ".join(told)
    here: dict[str, Any] = {"channels": room.channels, "zone": room.composer.zone}
    here |= {
        "lists": room.composer.lists,
        "actor": room.actor,
        "rewritten": text[0] if text else "",
        "is_again": is_again,
        "calls_wrong": correction is not None,
        "points_only": focus is not None and len(told) == 1,
    }
    flags = await room.store.write(marking.mark, story, change, now, said=whole, **here)
    await room.nudge()
    return flags


async def correct(
    room: Room, story: str, note: str, *, is_again: bool = False, loaded: str | None = None
) -> list[Delivery]:
    """Plan a correction on each channel that published a story; each waits for approval. `loaded` as of `mark`."""
    if not note.strip():
        raise RefusedVerb("say what was wrong and what is right, in a sentence")
    replying = [each.id for each in room.channels.values() if room.composer.replies(each)]
    planned = await room.store.write(
        further.correct,
        story,
        note.strip(),
        room.channels,
        room.clock.now(),
        replying=replying,
        is_again=is_again,
        check=partial(_check, [CORRECTED], loaded),
        actor=room.actor,
    )
    await room.nudge()
    return planned


async def split(room: Room, story: str, address: str | None) -> Article:
    """Make a story of its own of an entry that was taken for a known one; return it."""
    apart = await room.store.write(
        splitting.split,
        story,
        address,
        room.sources,
        tuple(room.channels.values()),
        room.clock.now(),
        zone=room.composer.zone,
        lists=room.composer.lists,
        actor=room.actor,
    )
    await room.nudge()
    return apart


def why_undescribed(room: Room, article: Article) -> str:
    """Say why an article's photo takes no words, as part of a sentence; "" where it takes some, or there is none.

    By what its feed says of it: what its file says is known once it was fetched.
    """
    why = _why_stays(room, article)
    return phrase(f"the article's photo goes out nowhere, so it takes no description: {why}") if why else ""


def _why_stays(room: Room, article: Article) -> str:
    return why_stays(article.photo, article.photos, room.composer.policy.barred) if article.photo else ""


def _changer(
    room: Room, changes: dict[str, object], text: tuple[str, str] | None, loaded: str | None
) -> Callable[[Article], Flags]:
    written = [CORRECTED] if "correction" in changes else []
    written += [DESCRIBED] if "alt" in changes else []
    written += [text[0]] if text else []

    seen = [*written, *([POINTED] if "focus" in changes else [])]

    def change(article: Article) -> Flags:
        _check(seen, loaded, article)
        if changes.get("alt") and (why := why_undescribed(room, article)):
            raise RefusedVerb(why)
        if changes.get("focus") and (why := _why_stays(room, article)):
            raise RefusedVerb(f"the article's photo goes out nowhere, so none of it is cut: {why}")
        flags = article.flags
        for each in written:
            flags = signed(flags, each, room.actor)
        texts = dict(flags.texts) | ({text[0]: text[1]} if text else {})
        return replace(flags, **changes, texts=tuple(sorted(texts.items())))  # type: ignore[arg-type]  # names above

    return change


def _check(seen: list[str], loaded: str | None, article: Article) -> None:
    if loaded is not None and [loaded] != [said(article, each).stamp for each in seen]:
        raise WordsChanged(f"what was said about story {article.story} changed while you wrote: look at both")


def _description(alt: str) -> str:
    shows = " ".join(alt.split())
    if len(shows) > MOST:
        raise RefusedVerb(f"the description is too long: {len(shows)} signs of {MOST}")
    return shows


def _pointed(focus: tuple[float, float] | tuple[()]) -> str:
    if not focus:
        return phrase("no point of its photo")
    if not all(0 <= each <= 1 for each in focus):  # nor is what is no number
        raise RefusedVerb("the point lies outside the photo: say how far from its left and from its top, each 0 to 1")
    point = ",".join(f"{each:g}" for each in focus)
    return phrase(f"its photo is cut around {point}")


def _chosen(room: Room, which: str) -> list[str]:
    if which == "all":
        return list(room.channels)
    if which not in room.channels:
        raise RefusedVerb(f"there is no channel {which}; there are {', '.join(room.channels)}")
    return [which]

"""Pictures and films for people to look at: those that stand in posts, and an article's own picture."""

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass, field

from adapters.contract import Media, Pictures
from bot.actions.access import Connect, looked_up
from bot.actions.begin import Begin
from bot.actions.room import RefusedVerb, Room, StoreUnavailable, channel_of
from bot.media.photos import NoPhoto
from bot.media.prints import Unusable
from bot.model import Channel
from bot.store.stories import article_of

__all__ = ["NoPicture", "Picture", "kept", "of_channel", "of_story", "whole_film"]

_NAME = re.compile(r"[0-9a-f]{64}")
_SCREEN = Pictures(size=400_000, side=1200)
"""What a page is given: sharp on a good screen, and little to load."""
_PORTRAIT = Pictures(size=8_000, side=96, mimes=("image/webp", "image/png"))
"""Four pixels for each that a page shows it in; a page shows several, so that each byte counts."""
_PATIENCE_SECONDS = 3.0
"""How long a page waits for the picture beside its posts; the initials stand there meanwhile."""
_BEGINNINGS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"RIFF": "image/webp"}
"""The formats our darkroom makes, by how they begin."""


class NoPicture(Exception):
    """There is no picture to show; the text is a sentence for an editor."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that our own darkroom made; `mime` is read from what is in it."""

    mime: str
    content: bytes = field(repr=False)


async def kept(room: Room, sha256: str) -> Picture:
    """Read a picture Jarshy keeps, by the hash of its content; of a film its first one. Raises NoPicture."""
    media, content = _kept(room, sha256)
    if not _is_film(content):
        return _picture(content)
    try:
        return _picture(await room.composer.first(media))
    except Unusable as e:
        raise NoPicture(f"The film cannot be shown: {e}.") from e


async def whole_film(room: Room, sha256: str) -> Picture:
    """Read a film Jarshy keeps, by the hash of its content. Raises NoPicture."""
    _, content = _kept(room, sha256)
    if not _is_film(content):
        raise NoPicture("This is no film.")
    return Picture("video/mp4", content)


def _kept(room: Room, sha256: str) -> tuple[Media, bytes]:
    if not _NAME.fullmatch(sha256):
        raise NoPicture("This is not the name of a picture.")
    media = room.composer.within_reach(Media(sha256, "", 0))
    return media, _content(media)


def _is_film(content: bytes) -> bool:
    return content[4:8] == b"ftyp"


async def of_story(room: Room, story: str) -> Picture:
    """Make a story's own picture ready, fetched by the guarded client where it is not kept yet. Raises NoPicture."""
    article = await room.store.write(article_of, story)
    if article is None:
        raise NoPicture("There is no such story.")
    try:
        return _picture(_content(await room.composer.picture(article, _SCREEN)))
    except NoPhoto as e:
        raise NoPicture(f"The story has no picture: {e}." if str(e) else "The story has no picture.") from e


async def of_channel(
    room: Room, connect: Connect, channel: str, *, begin: Begin, within: float = _PATIENCE_SECONDS
) -> Picture:
    """Make ready the picture that stands beside a channel's posts; its network may be asked. Raises NoPicture.

    What takes longer goes on by itself and is there for the next who asks: a question that renews a session must not
    be broken off.
    """
    found: list[Picture] = []

    async def get_ready() -> None:
        with suppress(NoPicture, StoreUnavailable):
            found.append(await _of_face(room, connect, who))

    try:
        who = channel_of(room, channel)
    except RefusedVerb as e:
        raise NoPicture("There is no such channel.") from e
    await asyncio.wait({begin(f"picture of {who.id}", get_ready)}, timeout=within)
    if not found:
        raise NoPicture("There is no picture of this channel so far.")
    return found[0]


async def _of_face(room: Room, connect: Connect, who: Channel) -> Picture:
    face = await looked_up(room, connect, who)
    if not face.avatar:
        raise NoPicture("The network tells no picture of this channel.")
    try:
        return _picture(_content(await room.composer.portrait(face.avatar, _PORTRAIT)))
    except NoPhoto as e:
        raise NoPicture(f"The channel has no picture: {e}.") from e


def _content(media: Media) -> bytes:
    if media.open is None:
        raise NoPicture("The picture is not kept any more.")
    with media.open() as file:
        return file.read()


def _picture(content: bytes) -> Picture:
    mime = next((mime for sign, mime in _BEGINNINGS.items() if content.startswith(sign)), "")
    if not mime:
        raise NoPicture("This is no picture that can be shown.")
    return Picture(mime, content)

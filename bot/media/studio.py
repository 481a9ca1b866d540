"""Cards and films made of words, for where a network must have something to show; each is made once and kept."""

import hashlib
import json
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import Protocol

import structlog

from adapters.contract import Clock, Films, Limits, Media, Pictures
from bot.media import film
from bot.media.film import Progress, Still
from bot.media.prints import Develop, Unusable
from bot.media.shelf import Shelf
from bot.media.slides import PORTRAIT, TALL, WIDE, Draw, Size, Slide, Theme, said_drawing
from bot.media.under_way import UnderWay
from bot.model import Keep
from bot.store import pictures
from bot.store.engine import Store
from bot.store.pictures import Made

__all__ = ["Cutting", "Scene", "Studio", "Uncut"]

log = structlog.get_logger()
_SIZES = (PORTRAIT, WIDE, TALL)
_KEPT = Keep().pictures
_SCREEN = Pictures(size=400_000, side=1200)
"""What a page is given of a film: its first picture."""


class Cutting(Protocol):
    """Makes films of stills, and stills of films."""

    def missing(self) -> str:
        """Say what this machine lacks to do so; "" where it lacks nothing."""
        ...

    def cut(self, stills: Sequence[Still], progress: Progress) -> Awaitable[bytes]:
        """Make an MP4. Raises Unusable."""
        ...

    def first(self, content: bytes) -> Awaitable[bytes]:
        """Take the first picture of a film, as a PNG. Raises Unusable."""
        ...


class Uncut:
    """Where no films are made."""

    def missing(self) -> str:
        """Say so."""
        return film.MISSING

    async def cut(self, stills: Sequence[Still], progress: Progress) -> bytes:
        """Refuse."""
        raise Unusable(film.MISSING)

    async def first(self, content: bytes) -> bytes:
        """Refuse."""
        raise Unusable(film.MISSING)


@dataclass(frozen=True, slots=True)
class Scene:
    """One slide of a film, and for how many seconds it is shown."""

    slide: Slide
    seconds: float


class Studio:
    """Draws cards and makes films.

    `beside`: where films are made while others go on with their work; without it whoever asks waits, and `tell` hears
    how far it is. `lives`: how long what nobody waits for is kept.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        shelf: Shelf,
        *,
        draw: Draw,
        develop: Develop,
        cutting: Cutting,
        theme: Theme,
        beside: UnderWay | None = None,
        tell: Progress = lambda done: None,
        lives: timedelta = _KEPT,
    ) -> None:
        self._store, self._clock, self._shelf = store, clock, shelf
        self._draw, self._develop, self._cutting = draw, develop, cutting
        self._theme, self._beside, self._tell, self._lives = theme, beside, tell, lives

    async def card(self, slide: Slide, limits: Limits) -> Media:
        """Draw a card as a picture for a network. Raises Unusable."""
        assert limits.pictures
        return await self._picture(slide, limits, _size(limits.pictures), limits.pictures)

    async def _picture(self, slide: Slide, limits: Limits, size: Size, wanted: Pictures) -> Media:
        theme = self._theme.bare() if limits.bare else self._theme
        name = f"card:{_digest([said_drawing(slide, theme, size), _photo(slide)])}"
        if there := await self._there(name, wanted):
            return there
        drawn = await self._draw(slide, theme, size)
        (made,) = await self._develop(drawn, [wanted], None)
        if made.why:
            raise Unusable(made.why)
        return await self._keep(
            name, wanted, made.content, Media("", made.mime, 0, width=made.width, height=made.height)
        )

    async def film(self, scenes: Sequence[Scene], limits: Limits) -> Media:
        """Have a film made for a network. Raises Unusable, and Coming while it is being made beside."""
        assert limits.films
        wanted, theme = limits.films, self._theme.bare() if limits.bare else self._theme
        parts = [[said_drawing(each.slide, theme, TALL), _photo(each.slide), each.seconds] for each in scenes]
        name = f"film:{_digest([film.RECIPE, parts])}"
        if there := await self._there(name, wanted):
            return await self._covered(there, scenes, limits)
        if missing := self._cutting.missing():
            raise Unusable(missing, may_pass=True)
        make = partial(self._made, name, scenes, theme, wanted)
        if self._beside is None:
            return await self._covered(await make(self._tell), scenes, limits)
        raise self._beside.ask(name, make)

    async def _covered(self, made: Media, scenes: Sequence[Scene], limits: Limits) -> Media:
        """Say how long a film is, and put its first slide over it where the network takes a cover."""
        assert limits.films
        timed = replace(made, seconds=film.length([each.seconds for each in scenes]))
        if limits.films.cover is None:
            return timed
        try:
            return replace(timed, cover=await self._picture(scenes[0].slide, limits, TALL, limits.films.cover))
        except Unusable as e:  # it is a picture of the film's own beginning: the network takes one by itself
            log.warning("film without a cover", why=str(e))
            return timed

    async def first(self, media: Media) -> bytes:
        """Make a picture of the beginning of a film, for people to look at. Raises Unusable."""
        content = self._shelf.get(media.sha256)
        if content is None:
            raise Unusable("the film is not kept any more")
        (made,) = await self._develop(await self._cutting.first(content), [_SCREEN], None)
        return made.content

    async def _made(self, name: str, scenes: Sequence[Scene], theme: Theme, wanted: Films, progress: Progress) -> Media:
        stills = [Still(await self._draw(each.slide, theme, TALL), each.seconds) for each in scenes]
        began, seconds = self._clock.monotonic(), film.length([each.seconds for each in scenes])
        noted = log.debug if self._beside is None else log.info  # who waits for it is told how far it is
        noted("making a film", film=name[:17], seconds=seconds)
        content = await self._cutting.cut(stills, progress)
        if len(content) > wanted.size:
            raise Unusable(f"the film has {len(content)} bytes, and the network takes {wanted.size}")
        about = Media("", "video/mp4", 0, width=film.WIDTH, height=film.HEIGHT)
        kept = await self._keep(name, wanted, content, about)
        noted("film made", film=name[:17], size=len(content), took=round(self._clock.monotonic() - began, 1))
        return kept

    async def _there(self, name: str, wanted: pictures.Wanted) -> Media | None:
        made = await self._store.write(pictures.kept, name, wanted, self._clock.now())
        content = self._shelf.get(made.sha) if made else None
        if made is None or content is None:
            return None
        return Media(made.sha, made.mime, made.size, made.width, made.height, open=partial(BytesIO, content))

    async def _keep(self, name: str, wanted: pictures.Wanted, content: bytes, about: Media) -> Media:
        try:
            sha = self._shelf.put(content)
        except OSError as e:
            log.error("nothing kept", said=str(e), fix="see that the folder media/ can be written to and has room")
            raise Unusable(f"it could not be kept here ({e.strerror})", may_pass=True) from e
        made = Made(sha, about.mime, len(content), about.width, about.height)
        await self._store.write(
            pictures.keep, name, [(wanted, made)], self._clock.now(), source_sha=sha, lives=self._lives
        )
        return replace(about, sha256=sha, size=len(content), open=partial(BytesIO, content))


def _size(wanted: Pictures) -> Size:
    """Choose the tallest card that a network takes: it fills the most of a reader's screen."""
    for width, height in _SIZES:
        shape = width / height
        if (wanted.narrowest or 0) <= shape <= (wanted.widest or shape):
            return width, height
    return PORTRAIT


def _photo(slide: Slide) -> str:
    return hashlib.sha256(slide.photo).hexdigest() if slide.photo else ""


def _digest(parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

"""An article's photo as its channel's network takes it: fetched and opened once for all, and kept."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from typing import Protocol
from weakref import WeakValueDictionary

import structlog

from adapters.contract import Clock, Media, Pictures, Post
from bot.articles.photo import framed, name_of
from bot.articles.whose import why_barred, words_of
from bot.fetch import Fetched, Refused, Unreachable
from bot.media import choose
from bot.media.prints import Develop, Focus, Print, Unusable
from bot.media.shelf import Shelf
from bot.model import Article, Keep, Photo
from bot.store import pictures
from bot.store.engine import Store
from bot.store.pictures import Made
from bot.tongue import phrase

__all__ = ["LATE", "MOST_BYTES", "PATIENCE", "Barred", "Fetch", "NoPhoto", "Photos", "is_whole"]

log = structlog.get_logger()
MOST_BYTES = 15_000_000
FETCH_SECONDS = 12.0
"""For all addresses a picture may lie at."""
PATIENCE = 25.0
"""Seconds for everything, others' pictures before it included: less than the time within which a post must leave."""
LATE = phrase(f"the picture was not ready within {PATIENCE:g} seconds")
_ACCEPT = "image/jpeg,image/png;q=0.9,image/webp;q=0.9,image/*;q=0.5"
_LIVES = timedelta(hours=1)
"""How long a picture counts for what lies at its address: a newsroom may put another there."""
_AGAIN = timedelta(minutes=10)
"""How long a picture that did not come is not asked for again: long enough for one story's channels."""
_PRUNE_EVERY = timedelta(hours=1)
_KEPT = Keep().pictures


class Fetch(Protocol):
    """The guarded client, as far as pictures need it."""

    async def get(
        self, url: str, *, most: int, deadline: float, headers: Mapping[str, str] | None = None, accept: str = "*/*"
    ) -> Fetched:
        """Fetch. Raises Refused or Unreachable."""
        ...


class NoPhoto(Exception):
    """An article has no picture that can be used here; the text is a part of a sentence, "" where it offers none."""


class Barred(NoPhoto):
    """The newsroom bars a picture from social networks: another of its article may stand in its place."""


class Photos:
    """Prepares photos and remembers what became of them.

    `usual` is what the channels of the settings want, `lives` how long prints that nobody waits for are kept. `barred`:
    words of which none may stand in what is said of whose a picture is.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        web: Fetch,
        *,
        develop: Develop,
        shelf: Shelf,
        usual: Sequence[Pictures],
        lives: timedelta = _KEPT,
        barred: Sequence[str] = (),
    ) -> None:
        self._store, self._clock, self._web = store, clock, web
        self._develop, self._shelf, self._usual, self._lives = develop, shelf, usual, lives
        self._barred = barred
        # While somebody waits for a picture: five channels want the same one at the same moment.
        self._coming: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._pruned_at: datetime | None = None

    async def prepare(self, article: Article, wanted: Pictures, *, photo: Photo | None = None) -> Media:
        """Make the article's photo ready for a network that takes `wanted`, without words of its own. Raises NoPhoto.

        `photo`: one of its further ones, which is made for this network alone, as few show it. Must not be called in a
        transaction: it may fetch, and take PATIENCE.
        """
        of = photo or framed(article)
        if of is None:
            raise NoPhoto("")
        if why := why_barred(words_of(of), self._barred):
            raise Barred(why)
        return await self._in_time(of, (wanted,) if photo else (wanted, *self._usual), source=article.source)

    async def portrait(self, url: str, wanted: Pictures) -> Media:
        """Make the picture of an account ready for people to look at; it may be fetched. Raises NoPhoto."""
        return await self._in_time(Photo(url), (wanted,), source="")

    async def _in_time(self, photo: Photo, wanted: Sequence[Pictures], *, source: str) -> Media:
        """Make the first of the wanted prints ready, and the others along with it where it is not kept."""
        if why := choose.unfit_address(photo.url):
            raise NoPhoto(why)
        try:
            async with asyncio.timeout(PATIENCE), self._coming.setdefault(photo.url, asyncio.Lock()):
                return await self._ready(photo, source, wanted)
        except TimeoutError as e:
            raise NoPhoto(LATE) from e

    async def _ready(self, photo: Photo, source: str, every: Sequence[Pictures]) -> Media:
        url, focus, wanted = photo.url, photo.focus, every[0]
        known = await self._store.write(pictures.known, url, wanted, source, self._clock.now(), focus=focus)
        if choose.is_stand_in(known.stories):
            raise NoPhoto(f"the picture stands with {known.stories} stories, as a logo does")
        # A file that is gone or no longer what it was is simply made again.
        if known.made and (not known.made.sha or self._shelf.get(known.made.sha) is not None):
            return self._media(known.made, photo)
        made, source_sha, lives = await self._made(url, tuple(dict.fromkeys(every)), focus)
        now, came = self._clock.now(), made.items()
        await self._store.write(pictures.keep, url, came, now, source_sha=source_sha, lives=lives, focus=focus)
        return self._media(made[wanted], photo)

    async def _made(
        self, url: str, wanted: Sequence[Pictures], focus: Focus | None
    ) -> tuple[dict[Pictures, Made], str, timedelta]:
        """Make prints of the best that lies at a picture's addresses, or say why the last of them gave none."""
        ends, last = self._clock.monotonic() + FETCH_SECONDS, Unusable("")
        for address in choose.addresses(url):
            left = ends - self._clock.monotonic()
            if left <= 0:
                break
            try:
                content = await self._fetched(address, left)
                prints = await self._develop(content, wanted, focus)
                made = {each: self._kept(one) for each, one in zip(wanted, prints, strict=True)}
            except Unusable as e:
                last = e
            else:
                return made, hashlib.sha256(content).hexdigest(), _LIVES
        return dict.fromkeys(wanted, Made(why=str(last))), "", _AGAIN if last.may_pass else _LIVES

    async def _fetched(self, address: str, seconds: float) -> bytes:
        try:
            answer = await self._web.get(address, most=MOST_BYTES, deadline=seconds, accept=_ACCEPT)
        except (Refused, Unreachable) as e:
            raise Unusable(f"the picture did not come: {e}", may_pass=True) from e
        if answer.status != 200:
            raise Unusable(f"the picture did not come: its address answers {answer.status}", may_pass=True)
        return answer.body

    def _kept(self, one: Print) -> Made:
        if not one.content:
            return Made(why=one.why)
        try:
            name = self._shelf.put(one.content)
        except OSError as e:
            log.error("picture not kept", said=str(e), fix="see that the folder media/ can be written to")
            raise Unusable(f"the picture could not be kept here ({e.strerror})", may_pass=True) from e
        return Made(name, one.mime, len(one.content), one.width, one.height, why=one.why, said=one.said)

    def _media(self, made: Made, photo: Photo) -> Media:
        whose = words_of(photo, made.said)
        if not made.sha:
            raise NoPhoto(made.why)
        if why := why_barred(whose, self._barred):
            raise Barred(why)
        size = (made.size, made.width, made.height)
        named = Media(made.sha, made.mime, *size, whose=whose, photo=name_of(photo.url), remark=made.why)
        return self._bound(named)

    def bind(self, post: Post) -> Post:
        """Put a stored post's pictures within reach, each checked by its name; what is gone stays without `open`."""
        card = post.card
        if card and card.thumb:
            card = replace(card, thumb=self._bound(card.thumb))
        return replace(post, media=tuple(map(self._bound, post.media)), card=card)

    def _bound(self, media: Media) -> Media:
        # Held in memory until it is sent: a file that vanishes in the middle of a visible call would be an unknown.
        content, cover = self._shelf.get(media.sha256), media.cover and self._bound(media.cover)
        return replace(media, cover=cover, open=media.open if content is None else partial(BytesIO, content))

    async def prune(self) -> None:
        """Once an hour, drop prints that no post still to go out names."""
        now = self._clock.now()
        if self._pruned_at is not None and timedelta(0) <= now - self._pruned_at < _PRUNE_EVERY:
            return
        self._pruned_at = now
        await self._store.write(pictures.forget, now)
        self._shelf.prune(await self._store.write(pictures.named), now, lives=self._lives)


def is_whole(post: Post) -> bool:
    """Whether every picture of a post is within reach."""
    return all(each.open is not None for each in pictures_of(post))


def pictures_of(post: Post) -> list[Media]:
    """List every picture of a post, its card's own among them."""
    return [*post.media, *([post.card.thumb] if post.card and post.card.thumb else [])]

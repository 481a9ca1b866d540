"""Puts media where networks fetch them from: under names nobody can guess, proved by fetching, and away in time."""

import asyncio
import base64
import hashlib
import hmac
import re
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog

from adapters.contract import AuthFailed, Clock, Media, NotSent, Post, Scope, Spec
from bot.articles.photo import names_of
from bot.fetch import Fetched, Refused, Unreachable, in_ascii
from bot.media import choose
from bot.media.photos import MOST_BYTES, Fetch
from bot.media.places import HALF_WRITTEN, Shut, Window
from bot.model import Article
from bot.store import pictures
from bot.store.engine import Store
from bot.tongue import phrase

__all__ = ["NoPlace", "Public"]

log = structlog.get_logger()
PATIENCE = 25.0
"""Seconds for all media of a post: less than the time within which it must leave."""
_FETCH_SECONDS = 8.0
_CLEAR_EVERY = timedelta(hours=1)
_ENDS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "video/mp4": ".mp4"}
_ANY = ".bin"
_NAME = re.compile(rf"([0-9a-f]{{64}})-[0-9a-f]{{32}}(?:{'|'.join(map(re.escape, (*_ENDS.values(), _ANY)))})")
"""Whatever key named a file, and whoever lost the row of it: it is ours by the shape of its name."""
_DOT = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71////m8H///"
    "/6/+b9//j/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AP//Z"
)
"""The smallest JPEG: one grey dot."""


class NoPlace(Exception):
    """There is no place a network could fetch a post's media from; the text is a part of a sentence.

    `is_of_further`: what comes first has one.
    """

    def __init__(self, why: str, *, is_of_further: bool = False) -> None:
        super().__init__(why)
        self.is_of_further = is_of_further


class Public:
    """Gives media addresses; `window`: the place for them, None where the settings name none."""

    def __init__(self, store: Store, clock: Clock, web: Fetch, window: Window | None) -> None:
        self._store, self._clock, self._web, self._window = store, clock, web, window
        self._cleared_at: datetime | None = None
        self._fails = False

    async def show(self, post: Post, spec: Spec, article: Article | None, unfetched: Collection[str] = ()) -> Post:
        """Give a post's media the addresses its network fetches them from, each proved; harmless when repeated.

        `unfetched`: addresses it could not fetch from, whatever we saw there; our place serves then, if there is one.
        Nothing else of the post changes. Must not be called in a transaction: it stores and fetches, and may take
        PATIENCE. Raises NoPlace, NotSent or AuthFailed.
        """
        if not spec.fetches:
            return post
        # At once, as each may take its time; trouble with a further one never costs the story, as the first goes alone.
        found = await asyncio.gather(
            *(self._in_time(each, spec, article, unfetched) for each in post.media), return_exceptions=True
        )
        shown = list[Media]()
        for one in found:
            if isinstance(one, Media):
                shown.append(one)
            elif shown and isinstance(one, NoPlace | NotSent):
                raise NoPlace(str(one), is_of_further=True) from one
            else:
                raise one
        return replace(post, media=tuple(shown))

    async def _in_time(self, media: Media, spec: Spec, article: Article | None, unfetched: Collection[str]) -> Media:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._shown(media, spec, article, unfetched)
        except TimeoutError as e:
            said = f"its picture was not ready to be fetched within {PATIENCE:g} seconds"
            raise NotSent(said, is_outage=False) from e

    async def foresee(self, post: Post, spec: Spec, article: Article | None) -> Post:
        """Give a post's media the addresses they would have, for a look: nothing is laid anywhere. Raises NoPlace."""
        shown = list[Media]()
        for each in post.media:
            try:
                shown.append((await self._addressed(each, spec, article))[0])
            except NoPlace as e:
                raise NoPlace(str(e), is_of_further=bool(shown)) from e
        return replace(post, media=tuple(shown))

    async def _shown(self, media: Media, spec: Spec, article: Article | None, unfetched: Collection[str] = ()) -> Media:
        shown, name = await self._addressed(media, spec, article, unfetched)
        if not name:
            return shown
        try:
            return await self._laid(shown, name)
        except (NotSent, AuthFailed):
            own, ours = await self._addressed(media, spec, article) if unfetched else (shown, name)
            if ours:
                raise
            return own  # our place is in trouble of its own: the network is asked once more to fetch where it failed

    async def _laid(self, shown: Media, name: str) -> Media:
        """Lay a file at the place that is ours. Raises NotSent and AuthFailed."""
        assert self._window
        assert shown.open
        try:
            with shown.open() as file:
                await self._window.place.put(name, file.read(), shown.mime)
        except Shut as e:
            raise _trouble(e) from e
        if why := await self._unfit(shown.url, shown):
            raise NotSent(f"networks cannot fetch its picture: {_host(shown.url)} {why}", is_outage=False)
        return shown

    async def _addressed(
        self, media: Media, spec: Spec, article: Article | None, unfetched: Collection[str] = ()
    ) -> tuple[Media, str]:
        """Give a file its address, and tell under which name it is to be laid there: "" where it need not be."""
        if not spec.fetches or media.open is None or (_is_film(media) and not spec.fetches_films):
            return media, ""
        is_windows = spec.fetches_from_known and self._window is not None
        own = "" if is_windows else await self._own(media, article)
        if own and (own not in unfetched or self._window is None):
            return replace(media, url=own), ""
        if self._window is None:
            kind = "films" if _is_film(media) else "pictures"
            raise NoPlace(f"{spec.title} fetches {kind} by itself, and `media: public:` names no place for them")
        name = self._named(media)
        return replace(media, url=f"{self._window.address}/{name}"), name

    async def _own(self, media: Media, article: Article | None) -> str:
        """Find where the article itself shows this very file; "" if nowhere."""
        photos = article.photos if article else ()
        # Two folders may share a file's name; whose bytes these are shows only there.
        called = [each for each in photos if media.photo in names_of(each.url)] or photos[:1]
        if not called:
            return ""
        if self._window is not None and not await self._store.write(pictures.is_original, media.sha256):
            return ""
        for address in (address for photo in called for address in choose.addresses(photo.url)):
            if not address.startswith("https://"):
                continue
            try:
                if not unfit(await self._fetched(address, media), media):
                    return in_ascii(address)  # Meta takes no other letters
            except (Refused, Unreachable):
                continue
        return ""

    async def _unfit(self, address: str, media: Media) -> str:
        """Say why a network could not fetch a file; "" where nothing is known to speak against it."""
        if media.size > MOST_BYTES:
            return ""
        try:
            return unfit(await self._fetched(address, media), media)
        except (Refused, Unreachable) as e:
            # This machine may be walled in, or know its own site by another address: the network sees what it sees.
            log.info("public address not seen from here", said=str(e))
            return ""

    async def _fetched(self, address: str, media: Media) -> Fetched:
        # As the crawlers of networks ask: who says "image/jpeg" is not given the WebP they would be.
        return await self._web.get(address, most=MOST_BYTES, deadline=_FETCH_SECONDS, accept="*/*")

    def _named(self, media: Media) -> str:
        assert self._window
        unguessed = hmac.new(self._window.key, media.sha256.encode(), hashlib.sha256).hexdigest()[:32]
        return f"{media.sha256}-{unguessed}{_ENDS.get(media.mime, _ANY)}"

    async def clear(self) -> None:
        """Once an hour, take away what no post still to go out needs and what has lain there long enough."""
        now, window = self._clock.now(), self._window
        is_early = self._cleared_at is not None and timedelta(0) <= now - self._cleared_at < _CLEAR_EVERY
        if window is None or is_early:
            return
        self._cleared_at = now
        needed = await self._store.write(pictures.awaited)
        try:
            for each in await window.place.listed():
                if now - each.since > window.lives and _is_over(each.name, needed):
                    await window.place.remove(each.name)
        except Shut as e:
            if not self._fails:
                log.error("public pictures not cleared", said=str(e), fix="nothing is lost; `jarshy check` looks at it")
            self._fails = True
            return
        if self._fails:
            log.warning("public pictures cleared again")
        self._fails = False

    async def prove(self) -> str:
        """Lay a tiny picture down, fetch it as a network would and take it away; say what is wrong, "" if nothing."""
        assert self._window
        # Different each time, so that no cache answers for the place.
        content = _DOT[:2] + b"\xff\xfe\x00\x12" + self._clock.token_bytes(16) + _DOT[2:]
        media = Media(hashlib.sha256(content).hexdigest(), "image/jpeg", len(content), 1, 1)
        name, place = self._named(media), self._window.place
        try:
            await place.put(name, content, media.mime)
            said = await self._proved(name, media)
            await place.remove(name)
        except Shut as e:
            return str(e)
        return said

    async def _proved(self, name: str, media: Media) -> str:
        assert self._window
        base = self._window.address
        try:
            if why := unfit(await self._fetched(f"{base}/{name}", media), media):
                return f"{_host(base)} {why}{_HINTS.get(why, '')}"
            listing = await self._web.get(f"{base}/", most=MOST_BYTES, deadline=_FETCH_SECONDS)
        except Refused as e:
            return f"{e}; networks fetch from the internet: if its name leads elsewhere there, only we cannot prove it"
        except Unreachable as e:
            return f"{e}; if only this machine cannot reach it, open a file at {base} from elsewhere"
        if name.encode() in listing.body:
            return f"{_host(base)} lists its files to everybody, so pictures of drafts can be found: switch that off"
        return ""


_HINTS = {
    "answers 403": ": let everybody read there",
    "answers 404": ": folder or bucket and address do not lead to the same place",
}


def unfit(answer: Fetched, media: Media) -> str:
    """Say what is wrong with an answer a network gets in place of a file; "" when nothing is. Pure."""
    if answer.redirects:
        return f"leads elsewhere (it answers {answer.redirects[0][0]}), and networks do not follow"
    if answer.status != 200:
        return f"answers {answer.status}"
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != media.mime:
        return f"calls it {kind or 'nothing'} where it must say {media.mime}"
    if hashlib.sha256(answer.body).hexdigest() != media.sha256:
        return "gives other bytes than were laid there"
    return ""


def _is_over(name: str, needed: set[str]) -> bool:
    """Whether a file is ours and nobody waits for it; others may keep theirs at the same place."""
    begins, ends = HALF_WRITTEN
    if name.startswith(begins) and name.endswith(ends):
        return True
    named = _NAME.fullmatch(name)
    return named is not None and named[1] not in needed


def _trouble(shut: Shut) -> NotSent | AuthFailed:
    """Say it as an adapter would: what only a person can mend stops the channel, and is an alert."""
    said = f"its picture cannot be laid where networks fetch it: {shut}"
    if shut.needs_person:
        return AuthFailed(said, scope=Scope.CHANNEL, fix=_FIX)
    return NotSent(said, is_outage=False)


def _is_film(media: Media) -> bool:
    return media.mime.startswith("video/")


_FIX = phrase("mend the folder, bucket or keys under `media: public:`, then `jarshy check` proves them")


def _host(address: str) -> str:
    return urlsplit(address).netloc

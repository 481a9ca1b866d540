"""A story's photos in one post: which lead and stand beside, each with words of its own, and why some are left out."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from adapters.contract import Limits, Media, Pictures
from bot.articles.whose import UNNAMED, why_stays
from bot.delivery.ports import Prepare
from bot.media.choose import alt_text
from bot.media.photos import LATE, Barred, NoPhoto
from bot.model import Article, Channel, Kind, Photo
from bot.posts.fields import composed
from bot.rules.described import UNDESCRIBED
from bot.tongue import phrase

__all__ = ["ALONE", "BLANK", "NO_OTHER", "Ask", "Gallery", "Undescribed", "left_out"]

ALONE = phrase("with its first photo alone")
NO_OTHER = phrase("with no other photo beside it")
BLANK = Media("0" * 64, "image/jpeg", 1, 1280, 853)
"""Stands for a photo that is not fetched."""


class Ask(NamedTuple):
    """What a post is to be shown for."""

    article: Article
    who: Channel
    limits: Limits
    kind: Kind
    now: datetime
    unfit: str = ""
    """What is known to be wrong with the story's photo, or with the film."""
    alone: str = ""
    """Why no photo may stand beside the first."""


class Hung(NamedTuple):
    """The photos a post shows, and what is not plain to see of them."""

    photos: tuple[Media, ...]
    told: str


class Undescribed(NoPhoto):
    """A photo has no words for who cannot see it, on a channel that asks for them."""


class Gallery:
    """Chooses among a story's photos; `barred`: words of which none may stand in what is said of one."""

    def __init__(self, photos: Prepare, barred: Sequence[str]) -> None:
        self._photos, self._barred = photos, barred

    def why_stays(self, photo: Photo, article: Article) -> str:
        """Say why one of a story's photos never leaves, by what is said of them; "" where it may."""
        return why_stays(photo, article.photos, self._barred)

    async def hang(self, ask: Ask, takes: Pictures, ends: float) -> Hung:
        """Make ready the first photo and what stands beside it; say how many are left out, and why.

        The first that is not barred leads: no other trouble lets another picture stand for the story. `ends`: by the
        loop's clock. What is not to be had by then never keeps the others or the story. Raises NoPhoto.
        """
        made, lost, most = dict[str, Media](), list[str](), 1 if ask.alone else max(1, ask.limits.media)
        is_led, is_barred = True, False
        try:
            lead = await self._ready(ask, takes)
            made[lead.sha256] = lead
        except Barred as e:
            lost.append(str(e))
            is_led, is_barred = False, True
        for photo in ask.article.further:
            if len(made) == most:
                break
            try:
                if is_barred and not photo.credit:  # what bars another may stand in its file alone
                    raise Barred(UNNAMED)
                async with asyncio.timeout_at(ends):
                    one = await self._ready(ask, _beside(made.values(), takes, ask.limits), photo)
            except (NoPhoto, TimeoutError) as e:
                lost.append(str(e) or LATE)
                is_barred = is_barred or isinstance(e, Barred)
            else:
                made.setdefault(one.sha256, one)
        for one in [each for each in made.values() if is_barred and not each.credit]:
            is_led = is_led and one is not next(iter(made.values()))
            del made[one.sha256]
            lost.append(UNNAMED)
        if not made:
            raise Barred(lost[0])
        return Hung(tuple(made.values()), _told(ask, made.values(), lost, is_led=is_led))

    async def _ready(self, ask: Ask, takes: Pictures, further: Photo | None = None) -> Media:
        """Make a photo ready with its own words. Raises NoPhoto."""
        article = replace(ask.article, photo=further) if further else ask.article
        if article.photo and (why := self.why_stays(article.photo, ask.article)):
            raise Barred(why)
        made = described(await self._photos.prepare(ask.article, takes, photo=further), article, ask.limits)
        if is_wanting(made, ask.who, ask.limits):
            raise Undescribed(UNDESCRIBED)
        return made

    def sketch(self, ask: Ask) -> Hung:
        """Stand in for the same without fetching: a blank for each photo. Raises NoPhoto."""
        blanks, lost, is_led = list[Media](), list[str](), True
        for n, photo in enumerate(ask.article.photos):
            if len(blanks) == max(1, ask.limits.media):
                break
            blank = described(replace(BLANK, sha256=f"{n:064}"), replace(ask.article, photo=photo), ask.limits)
            if why := self.why_stays(photo, ask.article):
                lost.append(why)
                is_led = is_led and n > 0
            elif not is_wanting(blank, ask.who, ask.limits):
                blanks.append(blank)
            elif n == 0:
                raise Undescribed(UNDESCRIBED)
            else:
                lost.append(UNDESCRIBED)
        if not blanks:
            raise Barred(lost[0]) if lost else NoPhoto("")
        return Hung(tuple(blanks), _told(ask, blanks, lost, is_led=is_led))


def left_out(left_out: int, count: int, reasons: str) -> str:
    """Say how many photos a post goes without, and why."""
    return phrase(f"without {left_out} of its {count} photos: {reasons}")


def _told(ask: Ask, shown: Collection[Media], lost: Sequence[str], *, is_led: bool) -> str:
    """Say what is not plain to see of the photos a post shows; `is_led`: the first of them is the story's first."""
    first, *more = (each.remark for each in shown)
    reasons = "; ".join(dict.fromkeys(lost))
    gone = left_out(len(lost), len(ask.article.photos), reasons) if lost else ""
    is_one = ask.alone or max(1, ask.limits.media) == 1  # the others are no part of such a post
    if not is_led and is_one:
        gone = phrase(f"with another of its photos in place of the first: {reasons}")
    alone = f"{ALONE if is_led else NO_OTHER}: {ask.alone}" if ask.alone else ""
    return "; ".join(dict.fromkeys(filter(None, (first, gone, alone, *more))))


def _beside(shown: Collection[Media], takes: Pictures, limits: Limits) -> Pictures:
    """Tell what a network wants of a picture beside others: of their shape, where it would cut it to that itself."""
    first = next(iter(shown), None)
    if not limits.alike or first is None or not first.height:
        return takes
    ratio = first.width / first.height
    return replace(takes, narrowest=ratio * (1 - _SHAPE), widest=ratio * (1 + _SHAPE))


_SHAPE = 0.001
"""So far two shapes are one: whole pixels come no closer."""


def is_wanting(photo: Media, who: Channel, limits: Limits) -> bool:
    """Whether a channel asks for a description that a photo has not, on a network that carries one."""
    return who.alt_text != "optional" and limits.alt is not None and not photo.alt


def described(picture: Media, article: Article, limits: Limits) -> Media:
    """Put the words to a photo that go with it."""
    told = composed(article)
    assert told.photo
    return replace(picture, alt=alt_text(told, told.photo, limits.alt), credit=told.photo.credit)

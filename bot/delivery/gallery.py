"""A story's photos in one post: what stands beside its first, with words of its own, and what is left out, and why."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from adapters.contract import Limits, Media, Pictures
from bot.articles.whose import why_barred, words_of
from bot.delivery.ports import Prepare
from bot.media.choose import alt_text
from bot.media.photos import LATE, NoPhoto
from bot.model import Article, Channel, Kind, Photo
from bot.posts.fields import composed
from bot.rules.described import UNDESCRIBED
from bot.tongue import phrase

__all__ = ["ALONE", "BLANK", "Ask", "Gallery", "described", "is_wanting", "left_out"]

ALONE = phrase("with its first photo alone")
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


class Gallery:
    """Chooses among a story's further photos; `barred`: words of which none may stand in what is said of one."""

    def __init__(self, photos: Prepare, barred: Sequence[str]) -> None:
        self._photos, self._barred = photos, barred

    async def beside(self, ask: Ask, first: Media, takes: Pictures, ends: float) -> tuple[tuple[Media, ...], str]:
        """Make ready what stands beside the first photo; say how many of them are left out, and why.

        `ends`: by the loop's clock. What is not to be had by then never keeps the others or the story.
        """
        if ask.alone or ask.limits.media < 2:
            return (), f"{ALONE}: {ask.alone}" if ask.alone else ""
        takes, made, lost = _beside(first, takes, ask.limits), {first.sha256: first}, list[str]()
        for photo in ask.article.further:
            if len(made) == ask.limits.media:
                break
            try:
                async with asyncio.timeout_at(ends):
                    one = await self._further(photo, ask, takes)
            except (NoPhoto, TimeoutError) as e:
                lost.append(str(e) or LATE)
            else:
                made.setdefault(one.sha256, one)
        told = left_out(len(lost), len(made) + len(lost), "; ".join(dict.fromkeys(lost))) if lost else ""
        further = tuple(made.values())[1:]
        return further, "; ".join(dict.fromkeys(filter(None, (told, *(each.remark for each in further)))))

    async def _further(self, photo: Photo, ask: Ask, takes: Pictures) -> Media:
        """Make a further photo ready with its own words, by the rules of the first. Raises NoPhoto."""
        made = await self._photos.prepare(ask.article, takes, photo=photo)
        uploaded = described(made, replace(ask.article, photo=photo), ask.limits)
        if is_wanting(uploaded, ask.who, ask.limits):
            raise NoPhoto(UNDESCRIBED)
        return uploaded

    def blanks(self, ask: Ask) -> tuple[Media, ...]:
        """Stand in for what would be shown beside the first photo."""
        free = [each for each in ask.article.further if not why_barred(words_of(each), self._barred)]
        blanks = (
            described(replace(BLANK, sha256=f"{n:064}"), replace(ask.article, photo=each), ask.limits)
            for n, each in enumerate(free, 1)
        )
        fit = [each for each in blanks if not is_wanting(each, ask.who, ask.limits)]
        return tuple(fit[: max(0, ask.limits.media - 1)])


def left_out(left_out: int, count: int, reasons: str) -> str:
    """Say how many photos a post goes without, and why."""
    return phrase(f"without {left_out} of its {count} photos: {reasons}")


def _beside(first: Media, takes: Pictures, limits: Limits) -> Pictures:
    """Tell what a network wants of a picture beside another: of its shape, where it would cut it to that itself."""
    if not limits.alike or not first.height:
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

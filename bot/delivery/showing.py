"""Settles what a post shows: photos, a card's picture, a drawn card or a film, and says where it is not as meant."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from adapters.contract import Adapter, Form, Limits, Media, Pictures
from bot.articles.photo import framed
from bot.articles.wordlists import WordLists
from bot.delivery.gallery import BLANK, Ask, Gallery, Hung, Undescribed
from bot.delivery.ports import Draws, Prepare
from bot.delivery.scenes import Shot, scenes, title_slide
from bot.media.film import HEIGHT, SHORTEST, WIDTH
from bot.media.photos import PATIENCE, Barred, NoPhoto
from bot.media.prints import Unusable
from bot.model import Article, Channel, Kind, Policy, Reason
from bot.posts.compose import CannotCompose
from bot.posts.fields import composed, fields_of, unmarked
from bot.rules.described import WITHOUT
from bot.tongue import phrase

__all__ = ["BARE", "Showing", "Shown", "must_show", "wanted"]


@dataclass(frozen=True, slots=True)
class Shown:
    """The form of a post and what it shows; `remark` says what is not plain to see. `is_photo`: it owes a credit.

    `waits`: its channel would rather have somebody describe its photo. `more`: what stands beside its picture.
    """

    form: Form
    picture: Media | None = None
    remark: str = ""
    is_photo: bool = False
    waits: bool = False
    more: tuple[Media, ...] = ()

    @property
    def pictures(self) -> tuple[Media, ...]:
        """All that it shows."""
        return (self.picture, *self.more) if self.picture else ()


BARE = phrase("without a picture on its card")
_DRAWN = phrase("with a drawn card in place of a photo")
_ON_SLIDES = Pictures(size=3_000_000, side=1920, mimes=("image/jpeg",))
"""What a slide is given of a photo."""
_SHOWS_PHOTO = (Kind.POST, Kind.REPOST)
_BLANK_FILM = Media("0" * 64, "video/mp4", 1, WIDTH, HEIGHT, SHORTEST)


class Showing:
    """Decides by the channel's form, the network's limits and what can be had."""

    def __init__(
        self, policy: Policy, kinds: Mapping[str, type[Adapter]], photos: Prepare, draws: Draws, lists: WordLists
    ) -> None:
        self._policy, self._kinds, self._photos, self._draws, self._lists = policy, kinds, photos, draws, lists
        self._gallery = Gallery(photos, policy.barred)

    async def show(self, ask: Ask) -> Shown:
        """Settle the form of a post and its picture; one may be fetched, drawn or filmed.

        Raises CannotCompose where the network takes no post without one and none can be had, and Coming.
        """
        article, who, limits = ask.article, ask.who, ask.limits
        ends = asyncio.get_running_loop().time() + PATIENCE
        if is_film(who, limits, ask.kind):
            return await self._film(ask)
        is_upload = is_photo(who, limits, ask.kind)
        form = self.plain_form(who) if who.form == "photo" else who.form
        takes = wanted("photo" if is_upload else form, limits)
        if takes is None:
            if must_show(limits) and is_upload:
                raise CannotCompose(Reason.NO_PICTURE, phrase(f"{self._title(who)} takes no photos from us"))
            none = phrase(f"without its photo: {self._title(who)} takes none from us")
            return Shown(form, None, none if is_upload and article.photo else "")
        try:
            if ask.unfit:
                raise NoPhoto(ask.unfit)
            if not is_upload:
                return Shown(form, await self._only(article, takes))
            hung = await self._gallery.hang(ask, takes, ends)
        except Undescribed as e:
            return replace(await self._without(ask, str(e), None), waits=who.alt_text == "hold")
        except NoPhoto as e:
            return await self._without(ask, str(e), form if not is_upload else None)
        return _of_photos(hung)

    def sketch(self, ask: Ask) -> Shown:
        """Settle the same without fetching or drawing: a blank stands for what is shown."""
        photo, who, limits = ask.article.photo, ask.who, ask.limits
        why = self._gallery.why_stays(photo, ask.article) if photo else ""
        if is_film(who, limits, ask.kind):
            told = why and f"{WITHOUT}: {why}"
            lead = None if why else composed(ask.article).photo
            blank = replace(_named(_BLANK_FILM, ask), credit=lead.credit if lead else "")
            return Shown("video", blank, told, is_photo=lead is not None)
        form = self.plain_form(who) if who.form == "photo" else who.form
        plain = Shown(form, None, f"{BARE}: {why}" if why and wanted(form, limits) else "")
        if not is_photo(who, limits, ask.kind) or wanted("photo", limits) is None:
            return plain
        try:
            return _of_photos(self._gallery.sketch(ask))
        except NoPhoto as e:
            told = str(e) and f"{WITHOUT}: {e}"
            waits = isinstance(e, Undescribed) and who.alt_text == "hold"
        stands_in = Shown("photo", _named(BLANK, ask)) if must_show(limits) else plain
        return replace(stands_in, remark=told, waits=waits)

    def plain_form(self, who: Channel) -> Form:
        """Tell what a post is without what it should show: a card, if its network has good ones."""
        return "text" if self._kinds[who.network].spec.form in ("photo", "video") else "card"

    async def _without(self, ask: Ask, why: str, form: Form | None) -> Shown:
        """Go on without a photo; `form`: of a post that was to show it on its card alone."""
        if not must_show(ask.limits):
            if form is not None:
                return Shown(form, None, why and f"{BARE}: {why}")
            return Shown(self.plain_form(ask.who), None, why and f"{WITHOUT}: {why}")
        try:
            drawn = await self._draws.card(title_slide(self._fields(ask, "photo"), Shot()), ask.limits)
        except Unusable as e:
            raise CannotCompose(Reason.NO_PICTURE, f"{why}; {e}" if why else str(e)) from e
        return Shown("photo", _named(drawn, ask), f"{_DRAWN}: {why}" if why else _DRAWN)

    async def _film(self, ask: Ask) -> Shown:
        title, limits = self._title(ask.who), ask.limits
        if limits.films is None:
            raise CannotCompose(Reason.NO_FILM, phrase(f"{title} takes no films from us"))
        if ask.unfit:
            raise CannotCompose(Reason.NO_FILM, ask.unfit)
        shot, remark = await self._shot(ask.article)
        told = scenes(self._fields(ask, "video"), shot, limits.films, is_bare=limits.bare)
        try:
            film = await self._draws.film(told, limits)
        except Unusable as e:
            raise CannotCompose(Reason.NO_FILM, str(e)) from e
        credited = replace(_named(film, ask), credit=shot.credit, whose=shot.whose, photo=shot.photo)
        return Shown("video", credited, remark, is_photo=bool(shot.content))

    async def _only(self, article: Article, takes: Pictures) -> Media:
        """Make ready the story's first photo, where no other may stand in its place. Raises NoPhoto."""
        if article.photo and (why := self._gallery.why_stays(article.photo, article)):
            raise Barred(why)
        return await self._photos.prepare(article, takes)

    async def _shot(self, article: Article) -> tuple[Shot, str]:
        """Make a photo ready for a film, which does without one where none can be had."""
        try:
            photo = await self._only(article, _ON_SLIDES)
        except NoPhoto as e:
            return Shot(), str(e) and f"{WITHOUT}: {e}"
        of = framed(composed(article))
        assert photo.open
        assert of
        with photo.open() as file:
            return Shot(file.read(), of.credit, photo.whose, photo.photo, of.focus), photo.remark

    def _fields(self, ask: Ask, form: Form) -> Mapping[str, object]:
        corrects = ask.kind in (Kind.REPLY, Kind.PART)
        article = unmarked(composed(ask.article), ask.now, is_correction=corrects)
        zone = self._policy.zone
        return fields_of(article, now=ask.now, zone=zone, form=form, lists=self._lists, is_correction=corrects)

    def _title(self, who: Channel) -> str:
        return self._kinds[who.network].spec.title


def _of_photos(hung: Hung) -> Shown:
    return Shown("photo", hung.photos[0], hung.told, is_photo=True, more=hung.photos[1:])


def is_film(who: Channel, limits: Limits, kind: Kind) -> bool:
    """Whether a post of a kind is a film on a channel."""
    return kind is not Kind.EDIT and who.form == "video" and (kind in _SHOWS_PHOTO or must_show(limits))


def is_photo(who: Channel, limits: Limits, kind: Kind) -> bool:
    """Whether a post of a kind uploads a photo on a channel."""
    return kind is not Kind.EDIT and (must_show(limits) or (who.form == "photo" and kind in _SHOWS_PHOTO))


def must_show(limits: Limits) -> bool:
    """Whether a network takes no post that shows nothing."""
    return limits.least > 0


def wanted(form: str, limits: Limits) -> Pictures | None:
    """Tell what a network wants of a picture in posts of a form; None: it takes none."""
    match form:
        case "photo":
            return limits.pictures if limits.media else None
        case "card":
            return limits.thumb
        case "video":
            return _ON_SLIDES
        case _:
            return None


def _named(made: Media, ask: Ask) -> Media:
    """Describe what was made of a headline by it: there is nothing else to be seen on it."""
    said = composed(ask.article).title
    most = ask.limits.alt
    return replace(made, alt=said if most is None or len(said) <= most else f"{said[: most - 1]}…", is_drawn=True)

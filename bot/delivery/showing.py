"""Settles what a post shows: photos, a card's picture, a drawn card or a film, and says where it is not as meant."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Protocol

from adapters.contract import Adapter, Form, Limits, Media, Pictures, Post
from bot.articles.whose import why_barred, words_of
from bot.articles.wordlists import WordLists
from bot.delivery.scenes import Scene, Shot, scenes, title_slide
from bot.media.choose import alt_text
from bot.media.film import HEIGHT, MISSING, SHORTEST, WIDTH
from bot.media.photos import LATE, PATIENCE, NoPhoto
from bot.media.prints import Unusable
from bot.media.slides import Slide
from bot.model import Article, Channel, Kind, Photo, Policy, Reason
from bot.posts.compose import CannotCompose
from bot.posts.fields import composed, fields_of, unmarked
from bot.rules.described import UNDESCRIBED, WITHOUT
from bot.tongue import phrase

__all__ = ["BARE", "Draws", "Prepare", "Showing", "Shown", "Undrawn", "must_show", "wanted"]


class Prepare(Protocol):
    """Makes pictures ready and puts them within reach."""

    async def prepare(self, article: Article, wanted: Pictures, *, photo: Photo | None = None) -> Media:
        """Make an article's photo ready, or one of its further ones. Raises NoPhoto."""
        ...

    async def portrait(self, url: str, wanted: Pictures) -> Media:
        """Make the picture of an account ready, for people to look at. Raises NoPhoto."""
        ...

    def bind(self, post: Post) -> Post:
        """Put a stored post's pictures within reach; what is gone stays without `open`."""
        ...


class Draws(Protocol):
    """Makes pictures and films of words."""

    async def card(self, slide: Slide, limits: Limits) -> Media:
        """Draw a card for a network. Raises Unusable."""
        ...

    async def film(self, scenes: tuple[Scene, ...], limits: Limits) -> Media:
        """Make a film for a network. Raises Unusable, and Coming while it is being made."""
        ...

    async def first(self, media: Media) -> bytes:
        """Make a picture of the beginning of a film, for people to look at. Raises Unusable."""
        ...


class Undrawn:
    """Where nothing is drawn, such as where words are measured."""

    async def card(self, slide: Slide, limits: Limits) -> Media:
        """Refuse."""
        raise Unusable(MISSING)

    async def film(self, scenes: tuple[Scene, ...], limits: Limits) -> Media:
        """Refuse."""
        raise Unusable(MISSING)

    async def first(self, media: Media) -> bytes:
        """Refuse."""
        raise Unusable(MISSING)


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


ALONE = phrase("with its first photo alone")
BARE = phrase("without a picture on its card")
_DRAWN = phrase("with a drawn card in place of a photo")
_ON_SLIDES = Pictures(size=3_000_000, side=1920, mimes=("image/jpeg",))
"""What a slide is given of a photo."""
_SHOWS_PHOTO = (Kind.POST, Kind.REPOST)
_BLANK = Media("0" * 64, "image/jpeg", 1, 1280, 853)
_BLANK_FILM = Media("0" * 64, "video/mp4", 1, WIDTH, HEIGHT, SHORTEST)


class Showing:
    """Decides by the channel's form, the network's limits and what can be had."""

    def __init__(
        self, policy: Policy, kinds: Mapping[str, type[Adapter]], photos: Prepare, draws: Draws, lists: WordLists
    ) -> None:
        self._policy, self._kinds, self._photos, self._draws, self._lists = policy, kinds, photos, draws, lists

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
            picture = await self._photos.prepare(article, takes)
        except NoPhoto as e:
            return await self._without(ask, str(e), form if not is_upload else None)
        if not is_upload:
            return Shown(form, picture)
        uploaded = described(picture, article, limits)
        if is_wanting(uploaded, who, limits):
            return replace(await self._without(ask, UNDESCRIBED, None), waits=who.alt_text == "hold")
        more, left_out = await self._more(ask, uploaded, takes, ends)
        return Shown("photo", uploaded, _joined(uploaded.remark, left_out), is_photo=True, more=more)

    def sketch(self, ask: Ask) -> Shown:
        """Settle the same without fetching or drawing: a blank stands for what is shown."""
        photo, who, limits = ask.article.photo, ask.who, ask.limits
        why = why_barred(words_of(photo), self._policy.barred) if photo else ""
        if is_film(who, limits, ask.kind):
            told = why and f"{WITHOUT}: {why}"
            return Shown("video", _named(_BLANK_FILM, ask), told, is_photo=photo is not None and not why)
        form = self.plain_form(who) if who.form == "photo" else who.form
        plain = Shown(form, None, f"{BARE}: {why}" if why and wanted(form, limits) else "")
        if not is_photo(who, limits, ask.kind) or wanted("photo", limits) is None:
            return plain
        blank = described(_BLANK, ask.article, limits) if photo else _BLANK
        waits = photo is not None and not why and is_wanting(blank, who, limits)
        if photo and not why and not waits:
            return Shown("photo", blank, is_photo=True, more=self._blanks(ask))
        told = f"{WITHOUT}: {why or UNDESCRIBED}" if photo else ""
        stands_in = Shown("photo", _named(_BLANK, ask)) if must_show(limits) else plain
        return replace(stands_in, remark=told, waits=waits and who.alt_text == "hold")

    def plain_form(self, who: Channel) -> Form:
        """Tell what a post is without what it should show: a card, if its network has good ones."""
        return "text" if self._kinds[who.network].spec.form in ("photo", "video") else "card"

    async def _more(self, ask: Ask, first: Media, takes: Pictures, ends: float) -> tuple[tuple[Media, ...], str]:
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
        reasons, left_out, count = "; ".join(dict.fromkeys(lost)), len(lost), len(made) + len(lost)
        told = phrase(f"without {left_out} of its {count} photos: {reasons}") if lost else ""
        further = tuple(made.values())[1:]
        return further, "; ".join(dict.fromkeys(filter(None, (told, *(each.remark for each in further)))))

    async def _further(self, photo: Photo, ask: Ask, takes: Pictures) -> Media:
        """Make a further photo ready with its own words, by the rules of the first. Raises NoPhoto."""
        made = await self._photos.prepare(ask.article, takes, photo=photo)
        uploaded = described(made, replace(ask.article, photo=photo), ask.limits)
        if is_wanting(uploaded, ask.who, ask.limits):
            raise NoPhoto(UNDESCRIBED)
        return uploaded

    def _blanks(self, ask: Ask) -> tuple[Media, ...]:
        """Stand in for what would be shown beside the first photo."""
        free = [each for each in ask.article.further if not why_barred(words_of(each), self._policy.barred)]
        blanks = (
            described(replace(_BLANK, sha256=f"{n:064}"), replace(ask.article, photo=each), ask.limits)
            for n, each in enumerate(free, 1)
        )
        fit = [each for each in blanks if not is_wanting(each, ask.who, ask.limits)]
        return tuple(fit[: max(0, ask.limits.media - 1)])

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

    async def _shot(self, article: Article) -> tuple[Shot, str]:
        """Make a photo ready for a film, which does without one where none can be had."""
        try:
            photo = await self._photos.prepare(article, _ON_SLIDES)
        except NoPhoto as e:
            return Shot(), str(e) and f"{WITHOUT}: {e}"
        assert photo.open
        of = article.photo
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


def _beside(first: Media, takes: Pictures, limits: Limits) -> Pictures:
    """Tell what a network wants of a picture beside another: of its shape, where it would cut it to that itself."""
    if not limits.alike or not first.height:
        return takes
    ratio = first.width / first.height
    return replace(takes, narrowest=ratio * (1 - _SHAPE), widest=ratio * (1 + _SHAPE))


_SHAPE = 0.001
"""So far two shapes are one: whole pixels come no closer."""


def _joined(*remarks: str) -> str:
    return "; ".join(filter(None, remarks))


def is_wanting(photo: Media, who: Channel, limits: Limits) -> bool:
    """Whether a channel asks for a description that a photo has not, on a network that carries one."""
    return who.alt_text != "optional" and limits.alt is not None and not photo.alt


def described(picture: Media, article: Article, limits: Limits) -> Media:
    """Put the words to a photo that go with it."""
    told = composed(article)
    assert told.photo
    return replace(picture, alt=alt_text(told, told.photo, limits.alt), credit=told.photo.credit)


def _named(made: Media, ask: Ask) -> Media:
    """Describe what was made of a headline by it: there is nothing else to be seen on it."""
    said = composed(ask.article).title
    most = ask.limits.alt
    return replace(made, alt=said if most is None or len(said) <= most else f"{said[: most - 1]}…", is_drawn=True)

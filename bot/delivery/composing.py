"""Joins what a post is made of: the story, its photo, the template in use and the network's own measure."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial

from adapters.contract import Ability, Adapter, Limits, Media, Pictures, Post, Problem
from bot.articles.photo import names_of
from bot.articles.whose import UNNAMED, barred, why_barred, words_of
from bot.articles.wordlists import NO_LISTS, WordLists, is_solemn
from bot.delivery.gallery import Ask
from bot.delivery.ports import Draws, Prepare, Undrawn
from bot.delivery.showing import BARE, Showing, Shown, must_show, wanted
from bot.media.photos import is_whole, pictures_of
from bot.model import Article, Channel, Kind, Policy, Reason
from bot.posts.compose import CannotCompose, compose, notes
from bot.posts.defects import Defect
from bot.posts.template import Template, TemplateError
from bot.posts.template import compile as compile_template
from bot.rules.described import WITHOUT
from bot.rules.standing import BY_HAND
from bot.store.templates import InUse
from bot.store.turns import Job
from bot.tongue import phrase


@dataclass(frozen=True, slots=True)
class Written:
    """A post, and what an editor should know of how it came to be ("" where that is nothing).

    `waits`: its channel would rather have somebody describe its photo than post it without. `asks`: a person wrote it,
    and it says more than it shows by now.
    """

    post: Post
    remark: str = ""
    waits: bool = False
    asks: bool = False


class Composer:
    """Writes posts: for the worker, for approval, for previews, all the same way."""

    def __init__(
        self,
        policy: Policy,
        kinds: Mapping[str, type[Adapter]],
        photos: Prepare,
        lists: WordLists = NO_LISTS,
        *,
        draws: Draws | None = None,
    ) -> None:
        self._policy, self._kinds, self._photos, self._lists = policy, kinds, photos, lists
        self._draws = draws or Undrawn()
        self._showing = Showing(policy, kinds, photos, self._draws, lists)

    async def __call__(self, job: Job, limits: Limits, now: datetime, *, unfit: str = "", alone: str = "") -> Written:
        """Write the post of a job; `unfit` and `alone` as of `write`. Raises CannotCompose."""
        if job.article is None:
            raise CannotCompose(Reason.MISSING_FIELD, "article")
        who, kind = job.run.channel, job.delivery.kind
        return await self.write(job.article, job.template, who, limits, now, kind=kind, unfit=unfit, alone=alone)

    async def frozen(self, job: Job, anew: Callable[[], Awaitable[Written]]) -> Post | None:
        """Take the post of a job as it was frozen, its pictures within reach; one that is gone has no `open`.

        None: there is none yet, or it lost its pictures before anybody relied on it. `anew` writes it once more.
        """
        stands, bind = job.delivery, self._photos.bind
        if stands.post is None:
            return None
        post = bind(stands.post)
        if is_whole(post) or stands.kind is Kind.EDIT or job.article is None:
            return post
        if not stands.approved and stands.intent_at is None and stands.template != BY_HAND:
            return None
        with suppress(CannotCompose):  # for the pictures alone, which are made again on the way
            await anew()
        return bind(stands.post)

    async def write(
        self,
        article: Article,
        template: InUse,
        who: Channel,
        limits: Limits,
        now: datetime,
        *,
        kind: Kind = Kind.POST,
        unfit: str = "",
        alone: str = "",
    ) -> Written:
        """Write what `article` becomes on a channel; a picture may be fetched for it. Raises CannotCompose.

        Trouble with a picture costs the post its picture, and its place only where the network takes none without.
        `unfit`: what is known to be wrong with the picture; `alone`: why none may stand beside it. Raises Coming while
        a film of it is being made.
        """
        say = self._saying(article, template, who, limits, now, kind)
        shown = await self._showing.show(Ask(article, who, limits, kind, now, unfit, alone))
        try:
            return Written(_said(say, shown), shown.remark, shown.waits)
        except CannotCompose as e:
            if shown.more and e.reason is Reason.TOO_LONG:
                told = phrase(f"with all of them the post does not fit {self.title(who)} ({e.detail})")
                return await self.write(article, template, who, limits, now, kind=kind, unfit=unfit, alone=told)
            if shown.picture is None or e.reason is not Reason.TOO_LONG or must_show(limits) or shown.form == "video":
                raise
            why = phrase(f"with it the post does not fit {self.title(who)} ({e.detail})")
        if shown.form == "photo":
            return Written(say(form=self._showing.plain_form(who)), f"{WITHOUT}: {why}")
        return Written(say(form=shown.form), f"{BARE}: {why}")

    def sketch(
        self, article: Article, template: InUse, who: Channel, limits: Limits, now: datetime, *, kind: Kind = Kind.POST
    ) -> Post:
        """Write what `article` would become without fetching: a blank stands for a photo. Raises CannotCompose.

        For looks at many stories at once; such a post is never sent.
        """
        say = self._saying(article, template, who, limits, now, kind)
        shown = self._showing.sketch(Ask(article, who, limits, kind, now))
        fewer = [shown, replace(shown, more=())] if shown.more else [shown]
        for each in fewer:
            try:
                return _said(say, each)
            except CannotCompose as e:
                is_last_try = each is fewer[-1] and (shown.form != "photo" or must_show(limits))
                if is_last_try or e.reason is not Reason.TOO_LONG:
                    raise
        return say(form=self._showing.plain_form(who))

    async def drawn(self, post: Post, story: Article, who: Channel, limits: Limits, now: datetime) -> Post:
        """Give a person's own words what their network takes no post without: a card or a film of `story`.

        Raises CannotCompose, and Coming while a film is being made.
        """
        if not must_show(limits):
            return post
        shown = await self._showing.show(Ask(story, who, limits, Kind.POST, now))
        return replace(post, media=shown.pictures)

    def roughed(self, post: Post, story: Article, who: Channel, limits: Limits, now: datetime) -> Post:
        """Give words the same without drawing: a blank stands for what would be shown."""
        if not must_show(limits):
            return post
        shown = self._showing.sketch(Ask(story, who, limits, Kind.POST, now))
        return replace(post, media=shown.pictures)

    def _saying(
        self, article: Article, template: InUse, who: Channel, limits: Limits, now: datetime, kind: Kind
    ) -> Callable[..., Post]:
        """Prepare all but the form of a post and its picture. Raises CannotCompose."""
        if template.broken:
            raise CannotCompose(Reason.TEMPLATE, template.broken)
        adapter = self._kinds[who.network]
        return partial(
            compose,
            article,
            _parsed(template.name, template.text),
            measure=adapter.measure,
            limits=limits,
            target=adapter.spec.target,
            tags_beside=adapter.spec.tags_beside,
            network=who.network,
            now=now,
            zone=self._policy.zone,
            lists=self._lists,
            is_correction=kind in (Kind.REPLY, Kind.PART),
        )

    def outlook(self, article: Article, who: Channel, now: datetime) -> Shown:
        """Tell what a post would show, as far as can be told without a fetch."""
        return self._showing.sketch(Ask(article, who, self.limits_of(who), Kind.POST, now))

    def why_barred(self, post: Post, article: Article | None) -> str:
        """Say why a post's pictures must not leave, by what is known of whose they are; "" where they may."""
        return next(filter(None, self.whys_barred(post, article)), "")

    def whys_barred(self, post: Post, article: Article | None) -> list[str]:
        """Say the same of each picture of a post, in the order of `pictures_of`.

        What `article` says of its photos by now counts beside what was known when the post was frozen. A photo that has
        no credit may be any other of the story's, at an address it had before.
        """
        photos, words, shown = article.photos if article else (), self._policy.barred, pictures_of(post)
        by_itself = [why_barred(each.whose or each.credit, words) for each in shown]
        is_one_barred = any(by_itself) or any(barred(words_of(photo), words) for photo in photos)
        whys = list[str]()
        for each, own in zip(shown, by_itself, strict=True):
            called = [photo for photo in photos if each.photo in names_of(photo.url)]
            # A card's picture never carries its credit: only the article tells it.
            is_told = bool(called) if post.card and each is post.card.thumb else bool(each.photo)
            is_unnamed = is_told and not (each.credit or any(photo.credit for photo in called))
            said = (own, *(why_barred(words_of(photo), words) for photo in called))
            whys.append(next(filter(None, said), UNNAMED if is_unnamed and is_one_barred else ""))
        return whys

    async def picture(self, article: Article, wanted: Pictures) -> Media:
        """Make an article's picture ready for people to look at; it may be fetched. Raises NoPhoto."""
        return await self._photos.prepare(article, wanted)

    async def portrait(self, address: str, wanted: Pictures) -> Media:
        """Make the picture of an account ready for people to look at; it may be fetched. Raises NoPhoto."""
        return await self._photos.portrait(address, wanted)

    async def first(self, media: Media) -> bytes:
        """Make a picture of the beginning of a film, for people to look at. Raises Unusable."""
        return await self._draws.first(media)

    def within_reach(self, media: Media) -> Media:
        """Put a picture of a stored post within reach; one that is gone stays without `open`."""
        return self._photos.bind(Post("", media=(media,))).media[0]

    def with_covers(self, post: Post) -> Post:
        """Put the covers of a stored post's films within reach: they are given once a network has worked on these."""
        shown = (replace(each, cover=each.cover and self.within_reach(each.cover)) for each in post.media)
        return replace(post, media=tuple(shown))

    def notes(self, article: Article, post: Post, now: datetime, *, is_by_hand: bool = False) -> tuple[Defect, ...]:
        """Name what an editor would change in a post, the worst first."""
        return notes(article, post, now, self._lists, is_by_hand=is_by_hand)

    def is_solemn(self, article: Article) -> bool:
        """Whether people died or suffer in a story, by the newsroom's lists or a person's word."""
        return is_solemn(article, self._lists)

    @property
    def lists(self) -> WordLists:
        """The words editors tune."""
        return self._lists

    @property
    def zone(self) -> str:
        """The newsroom's zone."""
        return self._policy.zone

    @property
    def policy(self) -> Policy:
        """What holds for the whole newsroom."""
        return self._policy

    def charges(self, who: Channel) -> bool:
        """Whether a channel's network may ask for money."""
        return self._kinds[who.network].price is not Adapter.price

    def limits_of(self, who: Channel) -> Limits:
        """Tell the limits a channel has where none were discovered."""
        return self._kinds[who.network].spec.limits

    def can(self, who: Channel, ability: Ability) -> bool:
        """Whether a channel's network offers an ability."""
        return self._kinds[who.network].can(ability)

    def renewal(self, who: Channel) -> str | None:
        """Say on what it hangs that a channel's access is renewed by itself; "" on nothing, None where nobody does."""
        kind = self._kinds[who.network]
        if not kind.can("renew"):
            return None
        # Where the adapter itself knows which of its accounts it renews, one with a session is one of them.
        return kind.spec.remarks.get("renew", "") if kind.renews is Adapter.renews else ""

    def replies(self, who: Channel) -> bool:
        """Whether a post on a channel may answer another of ours."""
        return self._kinds[who.network].spec.replies

    def title(self, who: Channel) -> str:
        """Name a channel's network as people write it."""
        return self._kinds[who.network].spec.title

    def measure(self, who: Channel, post: Post, limits: Limits) -> tuple[Problem, ...]:
        """Name every way in which a post is too much for its network."""
        return self._kinds[who.network].measure(post, limits)


def _said(say: Callable[..., Post], shown: Shown) -> Post:
    return say(form=shown.form, picture=shown.picture, more=shown.more, uploads_photo=shown.is_photo)


def usual(channels: Iterable[Channel], kinds: Mapping[str, type[Adapter]]) -> tuple[Pictures, ...]:
    """List what the channels' networks want of a picture, so that one that is opened is opened once for all."""
    wishes = (wanted(each.form, kinds[each.network].spec.limits) for each in channels)
    return tuple(dict.fromkeys(wish for wish in wishes if wish is not None))


@lru_cache(maxsize=256)
def _parsed(name: str, text: str) -> Template:
    try:
        return compile_template(text, name=name)
    except TemplateError as e:
        raise CannotCompose(Reason.TEMPLATE, str(e)) from e


def faults(name: str, text: str) -> str:
    """Say what keeps a template from being used; "" when nothing does."""
    try:
        compile_template(text, name=name)
    except TemplateError as e:
        return str(e)
    return ""

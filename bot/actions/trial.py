"""Tries changed templates on past stories: what their posts would have been, beside what they were."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from adapters.contract import Limits, Post
from bot.delivery.composing import Composer
from bot.model import Article, Channel, Kind, Reason
from bot.posts.compose import CannotCompose
from bot.posts.fields import composed
from bot.posts.flaws_of_facts import NO_WAY
from bot.rules.plan import filtered
from bot.store.templates import InUse, names_for
from bot.store.trials import Past
from bot.tongue import phrase


@dataclass(frozen=True, slots=True)
class Unwritten:
    """Stands where there can be no post, and says why; None: there is no template."""

    reason: Reason | None
    detail: str = ""

    def __str__(self) -> str:
        match self.reason:
            case None:
                return phrase("no template")
            case Reason.DEFECT:
                return phrase(f"not fit to be sent: {self.detail}")
            case reason:
                return _WHY.get(reason, f"{reason.replace('_', ' ')}: {{detail}}").format(detail=self.detail)


_WHY = {
    Reason.MISSING_FIELD: phrase("missing field: {detail}"),
    Reason.NO_CORRECTION: phrase("no correction: {detail}"),
    Reason.TEMPLATE: phrase("template: {detail}"),
    Reason.TOO_LONG: phrase("too long: {detail}"),
}


_PLAIN = InUse("plain", 0, "{% if is_correction %}{{ correction }}{% else %}{{ title }}{% endif %}\n\n{{ url }}")
"""As little as a post can say, to tell what is too long by its template from what is by its story."""


@dataclass(frozen=True)
class Pair:
    """One story on one channel before and after a change."""

    article: Article
    channel: str
    kind: Kind
    template: str
    """Which of the changed templates it would be written with."""
    before: Post | Unwritten
    after: Post | Unwritten
    still_breaks: bool = False
    """Whether it breaks a limit as it did before, though its story would fit in a plainer template."""

    @property
    def differs(self) -> bool:
        """Whether readers, or the queue, would see something else."""
        return self.before != self.after

    @property
    def is_lost(self) -> bool:
        """Whether a post that can be written now no longer could."""
        return isinstance(self.after, Unwritten) and isinstance(self.before, Post)

    @property
    def breaks_limit(self) -> bool:
        """Whether its network would not take so much, or its template would give nothing."""
        return self.still_breaks or (self.is_lost and not self.loses_link and not self.is_unfit)

    @property
    def forbids(self) -> bool:
        """Whether a change that does this is refused."""
        return self.is_lost or self.still_breaks

    @property
    def is_unfit(self) -> bool:
        """Whether it would be lost for a defect, and not for a limit or for want of its link."""
        is_defect = isinstance(self.after, Unwritten) and self.after.reason is Reason.DEFECT
        return self.is_lost and is_defect and not self.loses_link

    @cached_property
    def loses_link(self) -> bool:
        """Whether a post that led to its story no longer would; where that is a defect, there would be no post."""
        if isinstance(self.after, Unwritten):
            return self._leads(self.before) and self.after.detail == NO_WAY
        return self._leads(self.before) and not self._leads(self.after)

    def _leads(self, post: Post | Unwritten) -> bool:
        if isinstance(post, Unwritten):
            return False
        address = composed(self.article).url
        is_marked = any(mark.kind == "link" and mark.value == address for mark in post.marks)
        return is_marked or (post.card is not None and post.card.url == address)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a change does to past posts. `looked_at`: how many stories there were to try it on."""

    looked_at: int
    pairs: tuple[Pair, ...]

    @property
    def differing(self) -> tuple[Pair, ...]:
        """The posts that would change, numbered from 1 for people."""
        return tuple(each for each in self.pairs if each.differs)

    @property
    def lost(self) -> tuple[Pair, ...]:
        """The posts that could no longer be written."""
        return tuple(each for each in self.pairs if each.is_lost)

    @property
    def forbidding(self) -> tuple[Pair, ...]:
        """The posts a change is refused for, those first that could be written so far."""
        return tuple(sorted((each for each in self.pairs if each.forbids), key=lambda each: not each.is_lost))


@dataclass(frozen=True, slots=True)
class Sketch:
    """One story as a template would write it on a channel; `notes`: what an editor might change in it."""

    article: Article
    channel: Channel
    post: Post | Unwritten
    limits: Limits
    notes: tuple[str, ...] = ()


def sketched(
    past: Past, composer: Composer, channels: Mapping[str, Channel], name: str, text: str, *, most: int
) -> Iterator[Sketch]:
    """Write the newest `most` stories a template would serve, on one channel for each network and form."""
    used = {each: version.text for each, version in past.serving.items()} | {name: text}
    for article, seen_at in past.articles:
        takers = [who for who in channels.values() if _chosen(who, article, used).name == name]
        each_look = {(who.network, who.form): who for who in reversed(takers) if _is_for(article, who)}
        for who in reversed(each_look.values()):
            limits = past.limits.get(who.account) or composer.limits_of(who)
            post = _post(composer, article, InUse(name, 0, text), who, limits, seen_at, Kind.POST)
            notes = composer.notes(article, post, seen_at) if isinstance(post, Post) else ()
            yield Sketch(article, who, post, limits, tuple(each.sentence for each in notes))
        most -= bool(each_look)
        if not most:
            return


def tried(past: Past, composer: Composer, channels: Mapping[str, Channel], changed: Mapping[str, str]) -> Trial:
    """Write the posts of past stories with the templates in use and with the changed ones; `changed`: name -> text."""
    return Trial(len(past.articles), tuple(_pairs(past, composer, channels, changed)))


def _pairs(
    past: Past, composer: Composer, channels: Mapping[str, Channel], changed: Mapping[str, str]
) -> Iterator[Pair]:
    now_used = {name: each.text for name, each in past.serving.items()}
    then_used = now_used | dict(changed)
    for article, seen_at in past.articles:
        for who in channels.values():
            before, after = (_chosen(who, article, used) for used in (now_used, then_used))
            if after.name not in changed or not _is_for(article, who):
                continue
            limits = past.limits.get(who.account) or composer.limits_of(who)
            for kind in _kinds(article):
                was, now = (_post(composer, article, each, who, limits, seen_at, kind) for each in (before, after))
                still = _is_too_long(was) and _is_too_long(now)
                if still:  # what no template could fit is the story's doing, or a person's own text
                    still = not _is_too_long(_post(composer, article, _PLAIN, who, limits, seen_at, kind))
                yield Pair(article, who.id, kind, after.name, was, now, still)


def _is_too_long(post: Post | Unwritten) -> bool:
    return isinstance(post, Unwritten) and post.reason is Reason.TOO_LONG


def _chosen(who: Channel, article: Article, used: Mapping[str, str]) -> InUse:
    name = next((each for each in names_for(who, article.language) if each in used), "")
    return InUse(name, 0, used.get(name, ""))


def _is_for(article: Article, who: Channel) -> bool:
    """Whether a channel takes such stories; of how old they are we do not ask, for they were new once."""
    if who.sources and article.source not in who.sources:
        return False
    return filtered(article, who) is None


def _kinds(article: Article) -> tuple[Kind, ...]:
    is_corrected = bool(article.flags.correction or article.correction)
    return (Kind.POST, Kind.REPLY) if is_corrected else (Kind.POST,)


@lru_cache(maxsize=8192)  # 200 stories on ten networks, twice: of the next try and the saving, half or all is known
def _post(
    composer: Composer, article: Article, template: InUse, who: Channel, limits: Limits, now: datetime, kind: Kind
) -> Post | Unwritten:
    if not template.name:
        return Unwritten(None)
    try:
        return composer.sketch(article, template, who, limits, now, kind=kind)
    except CannotCompose as e:
        return Unwritten(e.reason, e.detail)

"""Joins what a post is made of: the story, the template in use and the network's own measure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from adapters.contract import Ability, Adapter, Limits, Post, Problem
from bot.articles.wordlists import NO_LISTS, WordLists
from bot.model import Article, Channel, Kind, Policy, Reason
from bot.posts.compose import CannotCompose, compose, notes
from bot.posts.defects import Defect
from bot.posts.markup import Styled, mark_words, tidy
from bot.posts.template import Template, TemplateError
from bot.posts.template import compile as compile_template
from bot.store.templates import InUse
from bot.store.turns import Job


class Composer:
    """Writes posts: for the worker, for approval, for previews, all the same way."""

    def __init__(self, policy: Policy, kinds: Mapping[str, type[Adapter]], lists: WordLists = NO_LISTS) -> None:
        self._policy, self._kinds, self._lists = policy, kinds, lists

    def __call__(self, job: Job, adapter: type[Adapter], limits: Limits, now: datetime) -> Post:
        """Write the post of a job. Raises CannotCompose."""
        if job.article is None:
            raise CannotCompose(Reason.MISSING_FIELD, "article")
        return self.write(job.article, job.template, job.run.channel, limits, now, kind=job.delivery.kind)

    def write(
        self,
        article: Article,
        template: InUse,
        who: Channel,
        limits: Limits,
        now: datetime,
        *,
        kind: Kind = Kind.POST,
    ) -> Post:
        """Write what `article` becomes on a channel. Raises CannotCompose."""
        if template.broken:
            raise CannotCompose(Reason.TEMPLATE, template.broken)
        adapter = self._kinds[who.network]
        return compose(
            article,
            _parsed(template.name, template.text),
            measure=adapter.measure,
            limits=limits,
            target=adapter.spec.target,
            tags_beside=adapter.spec.tags_beside,
            form=who.form,
            network=who.network,
            now=now,
            zone=self._policy.zone,
            lists=self._lists,
            is_correction=kind in (Kind.REPLY, Kind.PART),
        )

    def notes(self, article: Article, post: Post, now: datetime, *, is_by_hand: bool = False) -> tuple[Defect, ...]:
        """Name what an editor would change in a post, the worst first."""
        return notes(article, post, now, self._lists, is_by_hand=is_by_hand)

    @property
    def lists(self) -> WordLists:
        """The words editors tune."""
        return self._lists

    @property
    def zone(self) -> str:
        """The newsroom's zone."""
        return self._policy.zone

    def limits_of(self, who: Channel) -> Limits:
        """Tell the limits a channel has where none were discovered."""
        return self._kinds[who.network].spec.limits

    def can(self, who: Channel, ability: Ability) -> bool:
        """Whether a channel's network offers an ability."""
        return self._kinds[who.network].can(ability)

    def replies(self, who: Channel) -> bool:
        """Whether a post on a channel may answer another of ours."""
        return self._kinds[who.network].spec.replies

    def title(self, who: Channel) -> str:
        """Name a channel's network as people write it."""
        return self._kinds[who.network].spec.title

    def measure(self, who: Channel, post: Post, limits: Limits) -> tuple[Problem, ...]:
        """Name every way in which a post is too much for its network."""
        return self._kinds[who.network].measure(post, limits)


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


def hand_written(was: Post | None, text: str, *, language: str, address: str) -> Post:
    """Put a person's words in place of a post's, keeping its card; addresses and hashtags in them are marked."""
    styled = mark_words(tidy(Styled(text)), address=address)
    kept = was or Post("", lang=language)
    return replace(kept, text=styled.text, marks=styled.marks)

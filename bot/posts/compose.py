"""Article and template become a Post the network will take: whole sentences to the target, never past the limit."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

import jinja2

from adapters.contract import Card, Limits, Mark, Media, Post, Problem
from bot.articles.wordlists import WordLists, is_solemn
from bot.model import Article, Reason
from bot.posts import choose
from bot.posts.defects import Defect, defects, hard
from bot.posts.fields import about, composed, fields_of, is_archive, is_breaking, unmarked
from bot.posts.filters import Passage, shorten, tag_words
from bot.posts.markup import Styled, mark_words, tidy
from bot.posts.shown import About
from bot.posts.template import Template
from bot.posts.words import words_of

__all__ = ["CannotCompose", "Measure", "compose", "notes"]

Measure = Callable[[Post, Limits], tuple[Problem, ...]]
"""The network's own way of counting: `Adapter.measure` of its class."""

_SHORTEST_TITLE = 40


class CannotCompose(Exception):
    """No post can be made of an article as things stand; a person must act.

    `post`: how far it came, for that person to go on from; None where there is nothing of it.
    """

    def __init__(self, reason: Reason, detail: str, *, post: Post | None = None) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.post = post


@dataclass(frozen=True, slots=True)
class _Draft:
    """Everything that stays the same while sentences are tried."""

    article: Article
    template: Template
    fields: Mapping[str, object]
    blank: Post
    measure: Measure
    limits: Limits
    about: About


def compose(
    article: Article,
    template: Template,
    *,
    measure: Measure,
    limits: Limits,
    target: int,
    form: str,
    network: str,
    now: datetime,
    zone: str,
    lists: WordLists,
    tags_beside: int = 0,
    is_correction: bool = False,
    uploads_photo: bool = False,
    picture: Media | None = None,
    more: tuple[Media, ...] = (),
) -> Post:
    """Write the post of an article for one channel. Raises CannotCompose.

    `target` and `tags_beside` are the network's (see Spec), `lists` the newsroom's. `is_correction`: this post corrects
    one that is out; an article's own correction line alone does not make it so. `picture` is shown as the form wants
    it, on the card or by itself; only the latter is an upload that owes its credit (`uploads_photo`). `more`: the
    photos uploaded beside it, each of which owes its own. Whose photos those are stands in what is uploaded.
    """
    article = unmarked(composed(article), now, is_correction=is_correction)
    _require(article, is_correction=is_correction)
    fields = fields_of(
        article,
        now=now,
        zone=zone,
        form=form,
        lists=lists,
        is_correction=is_correction,
        uploads_photo=uploads_photo,
        credits=tuple(each.credit for each in (picture, *more)) if picture else None,
    )
    shown = (picture, *more) if picture and form != "text" else ()
    blank = _blank(article, fields, tags_beside, limits=limits, shown=shown)
    draft = _Draft(article, template, fields, blank, measure, limits, _about(article, fields, now, template))
    by_hand = "" if is_correction else dict(article.flags.texts).get(network, "")
    if by_hand.strip():
        return _fit_or_hold(
            replace(draft, about=replace(draft.about, is_by_hand=True)), [_post(draft, Styled(by_hand))]
        )
    return _filled(draft, limits.saying(target))


def _about(article: Article, fields: Mapping[str, object], now: datetime, template: Template) -> About:
    return replace(about(article, fields, now), needs_address="url" in template.text)


def _blank(
    article: Article, fields: Mapping[str, object], tags_beside: int, *, limits: Limits, shown: tuple[Media, ...]
) -> Post:
    """Make the post without its words."""
    card = Card(article.url, article.title, "" if choose.is_cut(article.dek) else article.dek, next(iter(shown), None))
    media = () if fields["has_card"] else shown
    tags = fields["tags"]
    beside = tag_words(tags)[:tags_beside] if isinstance(tags, tuple) else ()
    title = "" if limits.title is None else shorten(article.title, limits.title, words_of(article.language))
    unfolds = card if fields["has_card"] else None
    return Post("", lang=article.language, card=unfolds, media=media, title=title, tags=beside)


def notes(
    article: Article, post: Post, now: datetime, lists: WordLists, *, is_by_hand: bool = False
) -> tuple[Defect, ...]:
    """Name what an editor would change in a post that was written of an article, the worst first."""
    is_correction = not is_by_hand and post.text.startswith(words_of(article.language).marks["correction"])
    article = unmarked(composed(article), now, is_correction=is_correction)
    made_for = About(
        now=now,
        is_breaking=is_breaking(article, now),
        is_correction=is_correction,
        is_solemn=is_solemn(article, lists),
        is_archive=is_archive(article, now),
        is_by_hand=is_by_hand,
    )
    return defects(post, article, made_for)


def _require(article: Article, *, is_correction: bool) -> None:
    if not article.title:
        raise CannotCompose(Reason.MISSING_FIELD, "title")
    if not article.url.startswith(("https://", "http://")):
        raise CannotCompose(Reason.MISSING_FIELD, "url")
    if is_correction and not (article.flags.correction or article.correction):
        raise CannotCompose(Reason.NO_CORRECTION, "correction")


def _filled(draft: _Draft, aim: Limits) -> Post:
    """Add whole sentences up to the aim; one that takes the post past the aim stays only if it is the first."""
    # Where a first sentence can only add words, the post without it is not asked for before it is needed.
    grown, last = list[Post](), None if draft.template.only_grows else _render(draft, most=0)
    for most in range(1, 1 + max(len(_passage(draft, name).sentences) for name in ("story", "summary"))):
        post = _render(draft, most=most)
        if post == last or draft.measure(post, aim if grown else draft.limits):
            break
        grown.append(post)
        last = post
    return _fit_or_hold(draft, chain(reversed(grown), _shorter(draft)))


def _shorter(draft: _Draft) -> Iterator[Post]:
    """What to try when not even the first sentence will do, the fullest first."""
    bare = _render(draft, most=0)
    has_sentences = _render(draft, most=1) != bare
    if has_sentences and (dek := choose.whole_dek(draft.article)):
        yield _render(draft, passage=dek)
    if not has_sentences:
        yield bare
    has_title = _render(draft, most=0, title="").text != bare.text
    if has_title and has_sentences:
        yield bare
    for title in _titles(draft.article):
        if has_title:
            yield _render(draft, most=0, title=title)
        elif has_sentences:
            yield _render(draft, passage=choose.stopped(title) or (title,))


def _titles(article: Article) -> Iterator[str]:
    """The headline, then ever shorter ones that still say the same."""
    yield article.title
    words, last = words_of(article.language), article.title
    for most in range(len(article.title), _SHORTEST_TITLE - 1, -1):
        title = shorten(article.title, most, words)
        if title != last and len(title) <= most:
            yield title
        last = title


def _fit_or_hold(draft: _Draft, posts: Iterable[Post]) -> Post:
    """Take the first that fits and shows no hard defect. Raises CannotCompose with what was wrong."""
    too_long: tuple[Problem, ...] = ()
    shortest = draft.blank
    unfit: tuple[tuple[Post, Defect], ...] = ()
    for post in posts:
        if not post.text:
            continue
        if problems := draft.measure(post, draft.limits):
            too_long, shortest = problems, post
            continue
        found = hard(post, draft.article, draft.about)
        if not found:
            return post
        unfit = unfit or ((post, found[0]),)
    if unfit:
        raise CannotCompose(Reason.DEFECT, unfit[0][1].sentence, post=unfit[0][0])
    if too_long:
        told = f"{too_long[0].field} {too_long[0].have} of {too_long[0].most}"
        raise CannotCompose(Reason.TOO_LONG, told, post=shortest)
    raise CannotCompose(Reason.TEMPLATE, f"{draft.template.name} gives no words for this article", post=draft.blank)


def _passage(draft: _Draft, name: str) -> Passage:
    value = draft.fields[name]
    return value if isinstance(value, Passage) else Passage()


def _render(draft: _Draft, *, most: int | None = None, title: str | None = None, passage: tuple[str, ...] = ()) -> Post:
    fields = dict(draft.fields)
    for name in ("story", "summary"):
        fields[name] = Passage(passage) if most is None else Passage(_passage(draft, name).sentences[:most])
    if title is not None:
        fields["title"] = title
    try:
        styled = draft.template.render(fields)
    except jinja2.TemplateError as e:
        raise CannotCompose(Reason.TEMPLATE, f"{draft.template.name}: {e}", post=draft.blank) from e
    return _post(draft, styled)


def _post(draft: _Draft, styled: Styled) -> Post:
    tidied = mark_words(tidy(styled), address=draft.article.url)
    marks: tuple[Mark, ...] = tidied.marks
    return replace(draft.blank, text=tidied.text, marks=marks)

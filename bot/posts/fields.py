"""The fields a template can print, and what an article gives for each."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot.articles.wordlists import WordLists, is_solemn
from bot.model import Article, Flags, Genre, Photo
from bot.posts import choose
from bot.posts.filters import Day, Kind, Names, Passage
from bot.posts.shown import About
from bot.posts.words import MarkName, kicker, words_of

__all__ = ["FIELDS", "about", "composed", "credits_of", "fields_of", "is_archive", "is_breaking", "unmarked"]

_ARCHIVE_AGE = timedelta(days=30)
"""An editorial figure: from this age on a post says which month its story is from."""
_LONGEST_URGENT = 140
_WEEKDAY_AGE = timedelta(hours=24)
_BETWEEN = "; "
_NO_NETWORK = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters and lone surrogates."""

FIELDS: Mapping[str, Kind] = {
    "title": Kind.TEXT,
    "summary": Kind.PASSAGE,
    "story": Kind.PASSAGE,
    "dek": Kind.TEXT,
    "lead": Kind.TEXT,
    "url": Kind.TEXT,
    "tags": Kind.TAGS,
    "section": Kind.TEXT,
    "authors": Kind.NAMES,
    "credit": Kind.TEXT,
    "published": Kind.DAY,
    "language": Kind.TEXT,
    "mark": Kind.TEXT,
    "correction": Kind.TEXT,
    "is_breaking": Kind.FLAG,
    "is_correction": Kind.FLAG,
    "is_solemn": Kind.FLAG,
    "is_opinion": Kind.FLAG,
    "has_card": Kind.FLAG,
}


@lru_cache(maxsize=32)  # before and after a change, and one network's form is another's
def fields_of(
    article: Article,
    *,
    now: datetime,
    zone: str,
    form: str,
    lists: WordLists,
    is_correction: bool = False,
    uploads_photo: bool = False,
    credits: tuple[str, ...] | None = None,
) -> Mapping[str, object]:
    """Work out every field of FIELDS. The article must be `composed`; `story` and `summary` are all that may be used.

    `credits`: of the photos that are uploaded; None: the article's first is. Solemn, breaking and correcting posts have
    no tags, and breaking ones a single sentence, whatever a template says.
    """
    breaking, solemn = is_breaking(article, now), is_solemn(article, lists)
    local = article.published.astimezone(ZoneInfo(zone)) if article.published else None
    return {
        **_own(article),
        **_passages(article, now, form=form, solemn=solemn),
        "tags": () if solemn or breaking or is_correction else lists.hashtags(article.tags),
        "credit": credits_of(_owed(article) if credits is None else credits) if uploads_photo else "",
        "published": Day(local, article.language),
        "mark": _mark(article, now=now, local=local, is_correction=is_correction),
        "is_breaking": breaking,
        "is_correction": is_correction,
        "is_solemn": solemn,
        "has_card": form == "card",
    }


def credits_of(named: Iterable[str]) -> str:
    """Name everybody once: nobody sees in words which photo is whose, but each is seen to be somebody's."""
    return _BETWEEN.join(dict.fromkeys(filter(None, named)))


def _owed(article: Article) -> tuple[str, ...]:
    return (article.photo.credit,) if article.photo else ()


def _own(article: Article) -> dict[str, object]:
    """What the article says of itself, whoever asks."""
    return {
        "title": article.title,
        "dek": article.dek,
        "lead": article.lead,
        "url": article.url,
        "section": article.section,
        "authors": Names(article.authors),
        "language": article.language,
        "correction": article.flags.correction or article.correction,
        "is_opinion": article.genre in (Genre.OPINION, Genre.ANALYSIS),
    }


@lru_cache(maxsize=16)
def _passages(article: Article, now: datetime, *, form: str, solemn: bool) -> Mapping[str, object]:
    """Choose the sentences; a breaking post has one short one."""
    age = now - article.published if article.published else timedelta(0)
    is_old = age > _WEEKDAY_AGE and not is_archive(article, now)
    story = choose.story(article, shows_title=form == "card", is_old=is_old)
    summary = choose.summary(article, is_solemn=solemn, is_old=is_old)
    if is_breaking(article, now):
        story, summary = _urgent(*story[:1], *choose.stopped(article.title)) or story[:1], _urgent(*summary[:1])
    return {"story": Passage(story), "summary": Passage(summary)}


def _urgent(*sentences: str) -> tuple[str, ...]:
    """Take the first sentence that can be taken in at a glance."""
    return tuple(one for one in sentences if len(one) <= _LONGEST_URGENT)[:1]


def about(article: Article, fields: Mapping[str, object], now: datetime) -> About:
    """Tell what a post is made for, from the fields that were worked out."""
    return About(
        now=now,
        is_breaking=bool(fields["is_breaking"]),
        is_correction=bool(fields["is_correction"]),
        is_solemn=bool(fields["is_solemn"]),
        is_archive=is_archive(article, now),
    )


def is_breaking(article: Article, now: datetime) -> bool:
    """Whether a post of the story may say that it is breaking news."""
    return article.flags.is_breaking(now) and not is_archive(article, now)


def is_archive(article: Article, now: datetime) -> bool:
    """Whether a story is so old that its post must say from when it is."""
    return article.published is not None and now - article.published >= _ARCHIVE_AGE


def unmarked(article: Article, now: datetime, *, is_correction: bool) -> Article:
    """Take a mark off the front of a headline where ours takes its place: never "Opinion: Opinion: ..."."""
    own = kicker(article.title)
    title = article.title[own.end :] if own and _mark_name(article, now, is_correction=is_correction) else ""
    return replace(article, title=title[0].upper() + title[1:]) if title else article


def _mark(article: Article, *, now: datetime, local: datetime | None, is_correction: bool) -> str:
    """Put the mark in the article's language."""
    words, name = words_of(article.language), _mark_name(article, now, is_correction=is_correction)
    month, year = (words.months[local.month - 1], local.year) if local else ("", "")
    return words.marks[name].format(month=month, year=year) if name else ""


def _mark_name(article: Article, now: datetime, *, is_correction: bool) -> MarkName | None:
    """Name the first that holds."""
    held: list[tuple[bool, MarkName]] = [
        (is_correction, "correction"),
        (is_breaking(article, now), "breaking"),
        (article.genre is Genre.OPINION, "opinion"),
        (article.genre is Genre.ANALYSIS, "analysis"),
        (is_archive(article, now), "archive"),
        (article.genre is Genre.LIVE, "live"),
    ]
    return next((name for holds, name in held if holds), None)


@lru_cache(maxsize=64)
def composed(article: Article) -> Article:
    """Bring an article's words to NFC and its fields to one line each, without characters no network can carry."""
    texts = tuple((network, _clean(text)) for network, text in article.flags.texts)
    flags: Flags = replace(
        article.flags, correction=_line(article.flags.correction), alt=_line(article.flags.alt), texts=texts
    )
    return replace(
        article,
        title=_line(article.title),
        dek=_line(article.dek),
        url=_address(article.url.strip()),
        paragraphs=tuple(_line(paragraph) for paragraph in article.paragraphs),
        authors=tuple(name for name in map(_line, article.authors) if name),
        section=_line(article.section),
        tags=tuple(_line(tag) for tag in article.tags),
        correction=_line(article.correction),
        photo=article.photo and _composed(article.photo),
        further=tuple(map(_composed, article.further)),
        flags=flags,
    )


def _composed(photo: Photo) -> Photo:
    return replace(photo, alt=_line(photo.alt), caption=_line(photo.caption), credit=_line(photo.credit))


def _address(url: str) -> str:
    """Percent-encode what a text cannot carry unchanged: bringing a post to NFC would change where its link leads."""
    is_plain = unicodedata.is_normalized("NFC", url) and not any(sign.isspace() for sign in url)
    return url if is_plain else quote(url, safe=":/?#[]@!$&'()*+,;=%")


def _line(text: str) -> str:
    return _clean(" ".join(text.replace("\t", " ").splitlines())).strip()


def _clean(text: str) -> str:
    """NFC without lone surrogates (a JSON feed may hold them) and control characters."""
    return unicodedata.normalize("NFC", _NO_NETWORK.sub("", text))

"""Boilerplate that shows by repetition: a paragraph that several articles of one source carry word for word."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from hashlib import blake2b

from bot.articles.late import late
from bot.model import Article

__all__ = ["LEAST", "fingerprints", "without_repeated"]

LEAST = 3
"""In how many articles of a source a paragraph must stand, the one at hand among them, to be none of theirs."""

_LONGEST = 600
"""Characters: what sites put under every story is short, and what is long is a story told twice."""
_WORD = late(r"\p{L}+|\p{N}+(?:[.,\u00a0 ]\p{N}+)*")


def fingerprints(article: Article) -> tuple[str, ...]:
    """Name each paragraph by its words and figures, "" for one too long to be boilerplate.

    The store keeps, by source, how many stories carry each. Another figure is another paragraph: a column of rates
    says the same every day but for what matters.
    """
    return tuple(_fingerprint(paragraph) for paragraph in article.paragraphs)


def without_repeated(article: Article, others: Mapping[str, int]) -> Article:
    """Leave out paragraphs that `others` (fingerprint -> further stories of the source that carry it) show to be none.

    The lead stays whatever it is: what opens a story is what it says.
    """
    kept = tuple(
        paragraph
        for at, (paragraph, name) in enumerate(zip(article.paragraphs, fingerprints(article), strict=True))
        if at == 0 or not name or others.get(name, 0) < LEAST - 1
    )
    return article if len(kept) == len(article.paragraphs) else replace(article, paragraphs=kept)


@lru_cache(maxsize=8192)  # a feed says most of what it says again at each poll
def _fingerprint(paragraph: str) -> str:
    if len(paragraph) > _LONGEST:
        return ""
    words = _WORD.findall(paragraph.casefold())
    return blake2b(" ".join(words).encode(), digest_size=8).hexdigest()

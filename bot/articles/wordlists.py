"""The lists editors tune: words of mourning, and which of a source's tags become which hashtag."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from bot.articles.sentences import sentences
from bot.articles.typed import typed
from bot.model import Article

__all__ = ["NO_LISTS", "WordLists", "is_solemn", "word_lists"]


@dataclass(frozen=True, slots=True)
class _Solemn:
    words: re.Pattern[str]
    but: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class WordLists:
    """What `config/words/` and a newsroom's own `words/` say together; made by `word_lists`. Empty: nothing is solemn.

    `tags`: folded tag of a source -> hashtag word, "" for one that never becomes a hashtag.
    """

    tags: Mapping[str, str] = field(default_factory=dict)
    _solemn: Mapping[str, _Solemn] = field(default_factory=dict)

    def __hash__(self) -> int:
        # Cheap, as caches ask for it: there are two of them at most, the old ones and those just read.
        return hash((len(self.tags), len(self._solemn)))

    def hashtags(self, tags: Iterable[str]) -> tuple[str, ...]:
        """Put the map's words in place of a source's tags, and leave out the blocked ones."""
        mapped = (self.tags.get(_folded(tag), tag) for tag in tags)
        return tuple(tag for tag in mapped if tag)

    def mourns(self, text: str, language: str) -> bool:
        """Whether a text plainly speaks of death, disaster or violence."""
        known = self._solemn.get(language.partition("-")[0].lower())
        return known is not None and bool(known.words.search(known.but.sub(" ", typed(text))))


NO_LISTS = WordLists()


def word_lists(files: Iterable[tuple[str, Mapping[str, object]]]) -> WordLists:
    """Lay files over each other, as (language, block with any of solemn, not_solemn, tags, no_tags).

    Lists add up, the later file's tags win. In a list "*" stands for any ending.
    """
    sad, but, tags = dict[str, list[str]](), dict[str, list[str]](), dict[str, str]()
    for language, block in files:
        sad.setdefault(language, []).extend(_strings(block.get("solemn")))
        but.setdefault(language, []).extend(_strings(block.get("not_solemn")))
        mapped = block.get("tags")
        for tag, word in mapped.items() if isinstance(mapped, Mapping) else ():
            tags[_folded(str(tag))] = str(word).lstrip("#")
        tags |= {_folded(tag): "" for tag in _strings(block.get("no_tags"))}
    return WordLists(tags, {language: _Solemn(_any_of(sad[language]), _any_of(but[language])) for language in sad})


@lru_cache(maxsize=64)
def is_solemn(article: Article, lists: WordLists) -> bool:
    """Whether people died or suffer: a person's word, else the words of headline, dek and first two sentences."""
    if article.flags.is_solemn is not None:
        return article.flags.is_solemn
    opening = [article.title, article.dek, *sentences(article.lead[:_OPENING], article.language)[:2]]
    return lists.mourns("\n".join(opening), article.language)


_OPENING = 2_000
"""Characters of a lead that can hold its first two sentences."""


def _strings(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else []


def _folded(tag: str) -> str:
    return " ".join(typed(tag).lstrip("#").split())


def _any_of(words: list[str]) -> re.Pattern[str]:
    # Spaces within a phrase may be any; nothing matches where there are no words.
    shapes = sorted({re.escape(_folded(word)).replace(r"\ ", r"\s+").replace(r"\*", r"\w*") for word in words})
    return re.compile(rf"\b(?:{'|'.join(shapes)})\b" if shapes else "(?!)")

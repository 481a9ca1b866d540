"""What a reader sees of a post, line by line, and which of it are the article's own words."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cached_property, lru_cache

from adapters.contract import Post
from bot.model import Article
from bot.posts.words import KNOWN, Kicker, Words, kicker, words_of

__all__ = ["About", "Line", "Role", "Shown", "bare", "spot"]


class Role(Enum):
    """What a line is there for."""

    HEADLINE = "headline"
    PROSE = "prose"
    ADDRESS = "address"
    TAGS = "tags"
    CREDIT = "credit"
    BYLINE = "byline"


@dataclass(frozen=True, slots=True)
class Line:
    """One line without the mark in front of it."""

    text: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a post was made for, as far as its words do not tell."""

    now: datetime
    is_breaking: bool = False
    is_correction: bool = False
    is_solemn: bool = False
    is_archive: bool = False
    is_by_hand: bool = False
    """A person wrote these very words."""
    needs_address: bool = True
    """False where the template's author left the address out."""


class Shown:
    """A post beside its article."""

    def __init__(self, post: Post, article: Article, about: About) -> None:
        self.post, self.article, self.about = post, article, about
        self.words: Words = words_of(article.language)
        self.is_known = article.language.partition("-")[0].lower() in KNOWN
        self.kickers, start = _kickers(post.text)
        self.whole = post.text[start:]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every line that holds something."""
        return tuple(Line(text, self._role(text)) for text in self.whole.split("\n") if text)

    @cached_property
    def prose(self) -> tuple[str, ...]:
        """The lines that tell the news in sentences."""
        return tuple(line.text for line in self.lines if line.role is Role.PROSE)

    @cached_property
    def told(self) -> tuple[Line, ...]:
        """Prose and headline."""
        return tuple(line for line in self.lines if line.role in (Role.PROSE, Role.HEADLINE))

    def is_own(self, words: str) -> bool:
        """Whether these very words are the article's: an editor of the newsroom wrote them."""
        return bare(words) in self._source

    def is_whole(self, words: str) -> bool:
        """Whether these words are all of a paragraph, name or label of the article."""
        return f"\n{bare(words)}\n" in f"\n{self._source}\n"

    def is_linked(self, text: str) -> bool:
        """Whether a line is itself the link to the article."""
        shown = (self.post.text[mark.start : mark.end] for mark in self.post.marks if mark.kind == "link")
        return any(link == text for link in shown)

    def before(self, words: str) -> str:
        """Return the sign that stands before these words in the article; "" at the beginning of a paragraph."""
        at = self._source.find(bare(words))
        return self._source[at - 1] if at > 0 and self._source[at - 1] != "\n" else ""

    def after(self, words: str) -> str:
        """Return what the article goes on with after these words, to the end of the paragraph."""
        put = bare(words)
        at = self._source.find(put)
        return self._source[at + len(put) :].partition("\n")[0] if at >= 0 else ""

    @property
    def _source(self) -> str:
        return _words_of(self.article)

    def _role(self, text: str) -> Role:
        if text.startswith(("https://", "http://")) and " " not in text:
            return Role.ADDRESS
        if text.startswith("#") and all(word.startswith("#") for word in text.split()):
            return Role.TAGS
        if text.startswith(_CREDITS):
            return Role.CREDIT
        if text.startswith((self.words.by_one, self.words.by_many)) and any(
            name and name in text for name in self.article.authors
        ):
            return Role.BYLINE
        return Role.HEADLINE if self._is_headline(text) else Role.PROSE

    def _is_headline(self, text: str) -> bool:
        title, put = bare(self.article.title), bare(text).rstrip(".…")
        title = title[_kickers(title)[1] :]
        return bool(put) and (title.rstrip(".…") == put or (len(put) >= _LEAST_HEADLINE and title.startswith(put)))


@lru_cache(maxsize=256)  # an article's headline is asked for by every line of its posts
def bare(text: str) -> str:
    """Fold spaces: a text is the same with non-breaking, doubled and plain ones."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text))


def spot(text: str, start: int, end: int | None = None) -> str:
    """Quote the place of a fault, short enough for a sentence."""
    end = start + 1 if end is None else end
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    return f"“{'…' * (first > 0)}{text[first:last].strip(_QUOTES)}{'…' * (last < len(text))}”"


@lru_cache(maxsize=64)
def _words_of(its: Article) -> str:
    """Put all words of an article below each other."""
    corrections = (its.correction, its.flags.correction)
    return bare("\n".join([its.title, its.dek, *its.paragraphs, *corrections, *its.authors, its.section, ""]))


_SPACES = re.compile(r"[ \u00a0\u202f]+")
_AROUND = 18
_QUOTES = ' \n\u00a0“”«»„"'
_LEAST_HEADLINE = 20
_CREDITS = tuple({words_of(language).photo for language in KNOWN})


@lru_cache(maxsize=256)  # so is it for the mark before it
def _kickers(text: str) -> tuple[tuple[Kicker, ...], int]:
    found, start = list[Kicker](), 0
    while (one := kicker(text, start)) is not None:
        found.append(one)
        start = one.end
    return tuple(found), start

"""Chooses whole sentences of an article: a `story` that stands alone, a `summary` that is read under the headline."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from bot.articles.late import late
from bot.articles.sentences import sentences as split
from bot.model import Article, Genre
from bot.posts.words import Words, words_of

__all__ = [
    "ends_well",
    "is_balanced",
    "is_cut",
    "sentences",
    "share",
    "statements",
    "stems",
    "stopped",
    "story",
    "summary",
    "whole_dek",
]

_OPENING_QUOTES = "“«„\"‘'"
_PAIRS = {"”": "“", "»": "«", ")": "(", "]": "["}
# An emoji closes a sentence as a full stop does: nobody writes "gold 🥇."
_EMOJI = r"(?:\p{Emoji_Presentation}|\p{Emoji_Modifier}|\ufe0f\u20e3?)"
_ENDS = late(rf"(?:[.!?。！？][”»“’\"')\]]*|{_EMOJI})\Z")
# Two dots as well: three of which a program took one, or a slip; behind "?" and "!" they are Russian.
_CUT = re.compile(r"(?:…|(?<![?!])\.\.|\[…\]|\[\.\.\.\])[”»“’\"')\]]*\Z")
_OPEN = " ,:;—–-"
"""What ends a line that leads on to another."""
# One article is read for each of its channels, twice for each: as a story and as a summary.
sentences = lru_cache(maxsize=1024)(split)
_SIGNS = re.compile(r"[“”«»„()\[\]]")
_NEARLY_SAME = 0.8
_FURTHEST = 60
"""Paragraphs; no post has room for a sentence of each."""
_OPENER = re.compile(r"[\w’'-]+")
# "This week" leans on the calendar, not on a sentence.
_TIME = re.compile(
    r"(?:this|these) (?:week|month|year|morning|afternoon|evening|season|spring|summer|autumn|fall|winter|time|days)\b"
    r"|эт(?:ой|им|от|а) (?:весной|осенью|зимой|летом|год|неделя|ночью)\b|(?:бұл|осы) (?:апта|ай|жыл|күз|қыс|көктем|жаз)"
)
_DEFINITE = re.compile(r"The (\w+)")
_SAID = 0.4
"""From this share of its words a sentence of the lead only says again what stands above it."""
_WORD = re.compile(r"\d[\d.,\u00a0\u202f]*\d|\w+")


@lru_cache(maxsize=64)
def story(article: Article, *, shows_title: bool, is_old: bool = False) -> tuple[str, ...]:
    """Choose what stands without a headline: lead and later paragraphs; without a lead the dek, without it the title.

    `shows_title`: a card repeats the headline below. `is_old`: weekdays no longer say the right day.
    """
    if article.genre in (Genre.OPINION, Genre.ANALYSIS):
        return stopped(article.dek) or stopped(article.title)
    chooser = _Chooser(article, is_old=is_old, under_title=False, near_title=_NEARLY_SAME if shows_title else None)
    chooser.lead()
    if not chooser.chosen:
        # What follows speaks of "the measure" and "the bill": without the lead nobody knows which.
        return whole_dek(article) or stopped(article.title)
    chooser.later()
    return tuple(chooser.chosen)


@lru_cache(maxsize=64)
def summary(article: Article, *, is_solemn: bool, is_old: bool = False) -> tuple[str, ...]:
    """Choose what adds to a headline above it: dek, lead, later paragraphs.

    The lead comes first in a solemn story, where people come first, and where the dek speaks of what only it names.
    """
    chooser = _Chooser(article, is_old=is_old, under_title=True)
    is_argument = article.genre in (Genre.OPINION, Genre.ANALYSIS)
    leans = not is_argument and _leans_on_lead(article)
    leads = leans or (is_solemn and not is_argument)
    if leads:
        chooser.lead()
    if chooser.chosen or not leans:  # else what the dek speaks of was named in a sentence that serves no more
        chooser.dek()
    if not is_argument:
        if not leads:
            chooser.lead()
        chooser.later()
        if not chooser.chosen:
            # Better a lead that says much of the headline again than a headline alone.
            chooser.lead(most_said=_NEARLY_SAME)
    return tuple(chooser.chosen)


def _leans_on_lead(article: Article) -> bool:
    """Whether a dek opens with "The core" although no headline named a core, and the lead's first sentence does."""
    found = _DEFINITE.match(article.dek) if article.language.partition("-")[0] == "en" else None
    first = next(iter(sentences(article.lead, article.language)), "")
    if found is None or not first:
        return False
    words = words_of(article.language)
    named, title = stems(found[1], words), stems(article.title, words)
    return not named & title and named <= stems(first, words) and share(first, title, words) < _SAID


def statements(text: str, language: str) -> tuple[str, ...]:
    """Split into sentences, each with the one behind it that says who said it ("That is what the prosecutor told ...").

    Alone, such a claim would stand as a fact; so both are taken, or neither.
    """
    words, found = words_of(language), list[str]()
    for sentence in sentences(text, language):
        if found and ends_well(found[-1]) and _attributes(sentence, words):
            found[-1] += f" {sentence}"
        else:
            found.append(sentence)
    return tuple(found)


def whole_dek(article: Article) -> tuple[str, ...]:
    """Return the dek where it can stand without a headline: finished, no question, leaning on nothing.

    Some houses leave out the last full stop; a dek of several sentences is finished all the same.
    """
    words = words_of(article.language)
    found = list(statements(article.dek, article.language))
    if len(found) > 1 and not is_cut(article.dek):
        found[-1:] = stopped(found[-1])
    is_fit = bool(found) and all(ends_well(s) and is_balanced(s) and not s.endswith("?") for s in found)
    return tuple(found) if is_fit and not _opens_with(found[0], words.leaning) else ()


def stopped(text: str) -> tuple[str, ...]:
    """Take a text whole, with a full stop; nothing of one that its source has cut."""
    text = text.strip().rstrip(_OPEN)
    if not text or is_cut(text):
        return ()
    # Scripts without cases have other full stops, or none.
    is_closed = _ENDS.search(text) or unicodedata.category(text[-1]) == "Lo"
    return (text if is_closed else f"{text}.",)


@dataclass
class _Chooser:
    article: Article
    is_old: bool
    under_title: bool
    near_title: float | None = None
    """From which share of the headline's words a sentence only says the headline again; None: never."""
    chosen: list[str] = field(default_factory=list)
    seen: frozenset[str] = frozenset()
    is_led_up: bool = False
    """Whether the reader knows the sentence before the one in hand: it was taken, or the headline says it."""
    is_covered: bool = False
    """Whether nothing new is missing before the sentence in hand: what was left out only said things again."""

    def __post_init__(self) -> None:
        self.words: Words = words_of(self.article.language)
        self.title = stems(self.article.title, self.words)
        self.seen = self.title if self.under_title else frozenset()

    def dek(self) -> None:
        """Take the dek: it was written to be read beneath the headline, and may lean on it."""
        dek = self.article.dek.strip()
        if dek and not _ENDS.search(dek) and not is_cut(dek):
            # Many houses write deks without a full stop; one that is the lead's own beginning was cut short.
            dek = "" if self.article.lead.startswith(dek) else "".join(stopped(dek))
        most = 0.4 if self.chosen else 0.8
        for sentence in statements(dek, self.article.language):
            if not self._is_broken(sentence) and share(sentence, self.seen, self.words) < most:
                self._take(sentence)

    def lead(self, *, most_said: float = 0.4) -> None:
        """Take what the first paragraph adds: sentences of which less than `most_said` has been said."""
        self._paragraph(0, most_said)

    def later(self) -> None:
        """Take the first sentence of each further paragraph: the others lean on it."""
        for at in range(1, min(len(self.article.paragraphs), _FURTHEST)):
            self._paragraph(at, 0.3)

    def _paragraph(self, at: int, most_said: float) -> None:
        here, below = self._split(at), self._split(at + 1)
        if not here or self.words.note.match(self.article.paragraphs[at].lower()):
            return
        for number, (sentence, behind) in enumerate(zip(here, [*here[1:], *(below[:1] or ("",))], strict=True)):
            if self.chosen and self.chosen[-1].endswith(sentence):
                continue  # it went with the one before
            statement = f"{sentence} {behind}" if ends_well(sentence) and _attributes(behind, self.words) else sentence
            may_stand = number == 0 or (at == 0 and self.is_covered and not sentence[0].islower())
            is_said = share(sentence, self.seen, self.words) >= most_said
            if (
                may_stand
                and not is_said
                and not self._is_title(sentence)
                and self._is_usable(statement, is_lead=at == 0)
            ):
                self._take(statement)
                self.is_led_up = self.is_covered = True
            else:
                self.is_led_up = self.under_title and share(sentence, self.title, self.words) >= 0.4
                self.is_covered = is_said

    def _split(self, at: int) -> tuple[str, ...]:
        return (
            sentences(self.article.paragraphs[at], self.article.language) if at < len(self.article.paragraphs) else ()
        )

    def _is_title(self, sentence: str) -> bool:
        return self.near_title is not None and share(sentence, self.title, self.words) >= self.near_title

    def _is_usable(self, sentence: str, *, is_lead: bool) -> bool:
        if self._is_broken(sentence):
            return False
        if not self.is_led_up and _opens_with(sentence, self.words.leaning):
            return False
        return is_lead or len(sentence) >= 60 or (len(sentence) >= 40 and any(sign.isdigit() for sign in sentence))

    def _is_broken(self, sentence: str) -> bool:
        lower = sentence.lower()
        return (
            not ends_well(sentence)
            or sentence.rstrip("”»’\"')").endswith("?")
            or sentence[0] in _OPENING_QUOTES
            or not is_balanced(sentence)
            or bool(self.words.listing.match(lower) or self.words.note.match(lower))
            or (self.is_old and bool(self.words.day_word.search(lower)))
        )

    def _take(self, sentence: str) -> None:
        self.chosen.append(sentence)
        self.seen |= stems(sentence, self.words)


def is_cut(text: str) -> bool:
    """Whether a text was cut by whoever sent it."""
    return bool(_CUT.search(text))


def ends_well(sentence: str) -> bool:
    """Whether a sentence has its final mark and was not cut by whoever sent it."""
    return bool(_ENDS.search(sentence)) and not is_cut(sentence)


def is_balanced(text: str) -> bool:
    """Whether every quotation mark and bracket has its pair, in any of our languages' ways."""
    opened = list[str]()
    for sign in _SIGNS.findall(text):
        if sign == "“" and opened and opened[-1] == "„":
            opened.pop()
        elif sign in "“«„([":
            opened.append(sign)
        elif sign in _PAIRS and (not opened or opened.pop() not in (_PAIRS[sign], "„" if sign == "”" else "")):
            return False
    return not opened and text.count('"') % 2 == 0


def _attributes(sentence: str, words: Words) -> bool:
    """Whether a sentence says who said the one before it."""
    lower = sentence.lower()
    return bool(words.attributing.match(lower)) and not _TIME.match(lower)


def _opens_with(sentence: str, openers: frozenset[str]) -> bool:
    lower = sentence.lower()
    found = _OPENER.match(lower)
    return found is not None and found[0] in openers and not _TIME.match(lower)


@lru_cache(maxsize=4096)
def stems(text: str, words: Words) -> frozenset[str]:
    """What a text is about: the first five letters of its telling words, and its numbers."""
    lower = unicodedata.normalize("NFC", text).lower()
    return frozenset(_stem(word) for word in _WORD.findall(lower) if word not in words.empty)


def _stem(word: str) -> str:
    return re.sub(r"[.,\u00a0\u202f]", "", word) if word[0].isdigit() else word[:5]


def share(sentence: str, seen: Iterable[str], words: Words) -> float:
    """How much of what a sentence is about has been said already, from 0 to 1."""
    own = stems(sentence, words)
    return len(own & frozenset(seen)) / len(own) if own else 1.0

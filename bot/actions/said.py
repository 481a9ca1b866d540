"""What people wrote of a story, and by what it is known to whoever is about to write something else in its place."""

import hashlib
from dataclasses import dataclass

from bot.articles.photo import file_of, pointed
from bot.media.choose import alt_text
from bot.model import Article
from bot.rules.approval import CORRECTED, DESCRIBED
from bot.rules.persons import name_of

__all__ = ["CORRECTED", "DESCRIBED", "POINTED", "Said", "said"]

POINTED = "focus"
"""What of a photo stays in sight; its stamp is of that photo alone."""
_SIGNS = 16


@dataclass(frozen=True, slots=True)
class Said:
    """Words as they stand. `author`: whose they are, "" where nobody wrote any; `stamp`: changes whenever they do."""

    words: str
    author: str
    stamp: str


def said(article: Article, what: str) -> Said:
    """Tell what stands of `CORRECTED`, of `DESCRIBED` (a source's words where no person has any), or of a network.

    Of `POINTED` the words are the point, such as `0.5,0.2`: across and down, as parts of the photo.
    """
    flags = article.flags
    shown = words = flags.correction if what == CORRECTED else dict(flags.texts).get(what, "")
    if what == DESCRIBED:
        # Words are of the photo they were written under: over another one they would be untrue.
        words = f"{flags.alt}\n{file_of(article.photo)}"
        shown = alt_text(article, article.photo, None) if article.photo else ""
    if what == POINTED:
        words, shown = file_of(article.photo), ",".join(map(repr, pointed(article) or ()))
    stamp = hashlib.sha256(words.encode()).hexdigest()[:_SIGNS]
    return Said(shown, name_of(dict(flags.authors).get(what, "")), stamp)

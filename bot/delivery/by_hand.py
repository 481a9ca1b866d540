"""A person's own words as a post, and as the story that is told by what is drawn of them. Pure."""

import re
from dataclasses import replace

from adapters.contract import Post
from bot.articles.sentences import sentences
from bot.model import Article
from bot.posts.markup import Styled, mark_words, tidy

__all__ = ["hand_written", "retold"]

_ADDRESS = re.compile(r"https?://\S+")


def hand_written(was: Post | None, text: str, *, language: str, address: str) -> Post:
    """Put a person's words in place of a post's, keeping its card; addresses and hashtags in them are marked."""
    styled = mark_words(tidy(Styled(text)), address=address)
    kept = was or Post("", lang=language)
    return replace(kept, text=styled.text, marks=styled.marks)


def retold(text: str, language: str) -> Article:
    """Read words as a story for a card or a film: the first sentence is its headline, addresses are left out."""
    lines = [one for line in _ADDRESS.sub("", text).splitlines() for one in sentences(line, language)]
    headline, *rest = lines or [text]
    return Article(title=headline, url="", language=language, paragraphs=(" ".join(rest),) if rest else ())

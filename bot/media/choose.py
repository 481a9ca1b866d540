"""Which picture may stand for an article, where its original lies, and the words that go with it. Pure."""

import regex

from bot.articles.photo import is_file_name, told_by_person
from bot.articles.sentences import sentences
from bot.model import Article, Photo

__all__ = ["LOGO_FROM", "addresses", "alt_text", "is_stand_in", "unfit_address", "unfit_size"]

LOGO_FROM = 5
"""An editorial figure: a picture that stands with so many stories of one source shows the house, not the story."""
MOST_PIXELS = 50_000_000
"""What is opened at all: a camera makes 24 to 45 million; a header can promise any number."""
_SMALLEST = 200
"""Pixels of the longer side: readers see less as a stamp."""
_NARROWEST = 3
"""How many times the shorter side the longer one may be; banners are longer."""
_RESIZED = regex.compile(r"-\d{2,5}x\d{2,5}(?=\.\w{3,4}(?:\?|$))")


def addresses(url: str) -> tuple[str, ...]:
    """Name where a picture may lie, the best first: WordPress keeps the original beside its "-1024x683"."""
    original = _RESIZED.sub("", url)
    return (url,) if original == url else (original, url)


def unfit_address(url: str) -> str:
    """Say why nothing at `url` can be used; "" when something may."""
    scheme = url.partition(":")[0].casefold()
    if scheme not in ("http", "https"):
        return f"the picture has no web address ({scheme[:10]}:)"
    if url.partition("?")[0].casefold().endswith(".svg"):
        return "the picture is a drawing (SVG)"
    return ""


def is_stand_in(stories: int) -> bool:
    """Whether a picture that stands with so many stories of its source is a logo or a stock picture."""
    return stories >= LOGO_FROM


def unfit_size(width: int, height: int) -> str:
    """Say why a picture of so many pixels cannot be used; "" when it can."""
    if width * height > MOST_PIXELS:
        millions = -(-width * height // 1_000_000)
        return f"the picture has {millions} megapixels, and more than {MOST_PIXELS // 1_000_000} are not opened"
    if max(width, height) < _SMALLEST:
        return f"the picture is only {width} x {height} pixels"
    if max(width, height) > _NARROWEST * min(width, height):
        return f"the picture has the shape of a banner ({width} x {height} pixels)"
    return ""


def alt_text(article: Article, photo: Photo, most: int | None) -> str:
    """Describe a photo: a person's words, its own alternative text, its caption; no headline, file name or guess.

    `most`: how many signs the network takes.
    """
    if told := told_by_person(article):
        return _cut(told, article.language, most)
    described = (each.strip() for each in (photo.alt, photo.caption))
    usable = (each for each in described if _plain(each) not in ("", _plain(article.title)) and not is_file_name(each))
    return _cut(next(usable, ""), article.language, most)


def _plain(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _cut(text: str, language: str, most: int | None) -> str:
    """Keep whole sentences, or if not even the first fits whole words."""
    if most is None or len(text) <= most:
        return text
    kept = ""
    for sentence in sentences(text, language):
        longer = f"{kept} {sentence}".strip()
        if len(longer) > most:
            break
        kept = longer
    return kept or f"{text[: max(most - 1, 0)].rpartition(' ')[0]}…"[:most]

"""One entry of a feed, in whatever format it came, and how it becomes an Article."""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

import regex

from bot.articles.clean import (
    Cleaned,
    announces_correction,
    clean,
    correction_of,
    credit_of,
    without_boilerplate,
    without_dateline,
)
from bot.articles.html import Block, blocks, decoded, headline, plain_blocks, tidy
from bot.articles.language import language
from bot.articles.late import late
from bot.articles.photo import Offer, photos_of
from bot.articles.sentences import sentences
from bot.articles.typography import whole
from bot.model import Article, Genre, Source
from bot.tongue import phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What a feed says of one story, as written: markup, entities and relative addresses still in it."""

    title: str = ""
    url: str = ""
    guid: str = ""
    summary: str = ""
    content: str = ""
    is_plain: bool = False
    """`content` holds no markup."""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    language: str = ""
    published: datetime | None = None
    modified: datetime | None = None
    base: str = ""
    """The address that relative ones in `content` start from."""
    photos: tuple[Offer, ...] = ()
    notes: tuple[str, ...] = ()
    """What the reader of the format found odd, as the end of a sentence ("has a date nobody can read")."""


def article(item: Item, source: Source, *, feed_title: str, feed_language: str) -> tuple[Article | None, str]:
    """Make an Article, and one sentence on what is odd; None where the item cannot be posted."""
    content = (plain_blocks if item.is_plain else blocks)(item.content)
    text, summary = _text_and_summary(content, item.summary)
    title = _title(headline(item.title), feed_title)
    shown = " ".join((title, summary, *(block.text for block in text)))
    spoken = language(shown, item.language, feed_language, source.language)
    cleaned = clean(_paragraphs(text, spoken), spoken)
    dek = _dek(summary, title, cleaned.paragraphs, spoken)
    photos = photos_of(item.photos, content, cleaned.credits, base=item.base or item.url)
    notes = item.notes
    if not title and (title := _first_words(cleaned, dek, spoken)):
        notes = (*notes, "has no title, so its first words stand in for one")
        dek = "" if words(dek) == words(title) else dek
    if not title or not item.url:
        return None, _unpostable(_name(item, title), has_title=bool(title))
    found = Article(
        title=title,
        url=item.url,
        source=source.id,
        guid=tidy(item.guid),
        dek=dek,
        paragraphs=_without_title(cleaned.paragraphs, title),
        authors=_authors(item.authors),
        language=spoken,
        published=item.published,
        modified=item.modified,
        photo=next(iter(photos), None),
        further=photos[1:],
        correction=cleaned.correction or correction_of(summary),
    )
    return whole(_filed(found, item, source)), f"{_name(item, title)} {' and '.join(notes)}." if notes else ""


def words(text: str) -> list[str]:
    """Take the bare words of a text for comparing: no case, no signs."""
    found: list[str] = regex.findall(r"[\p{L}\p{N}]+", text.casefold())
    return found


_LONGEST_DEK = 400
_LONGEST_STAND_IN = 110
_MORE = r"(?:read more|continue reading\b.*|читать далее|подробнее|толығырақ)\W*"
_CUT_MARK = r"\s*\[\s*(?:…|\.\.\.)\s*\]"
_BEHIND = r"[\s»”\"’'›)→⟶➔➜>.]{0,12}"
"""What may stand behind the dots: marks that close what was open, and arrows to the rest. So few, as dots are many."""
_ARROWS = r"[\s→⟶➔➜>]{0,12}"
_CUT = late(rf"(?:{_CUT_MARK}|\s*(?:…|(?<![?!])\.\.)){_BEHIND}(?:{_MORE})?$|(?<=[\p{{L}}\p{{N}},] ){_MORE}$", regex.I)
_SURELY_CUT = late(rf"{_CUT_MARK}{_ARROWS}(?:{_MORE})?$", regex.I)
_OPENS = {"”": "“", "»": "«", '"': '"', "’": "‘"}
_NO_TAGS = frozenset({"uncategorized", "uncategorised", "без рубрики", "санатсыз"})


def _text_and_summary(content: tuple[Block, ...], written: str) -> tuple[list[Block], str]:
    """Tell the story's text from its summary: many feeds carry one of them, and call it by either name."""
    text = [block for block in content if block.kind != "image"]
    told = [block for block in blocks(written) if block.kind in ("text", "quote")]
    lines = [replace(block, text=kept) for block in told if (kept := without_boilerplate(block.text, ""))]
    summary = " ".join(block.text for block in lines)
    is_cut = _is_cut(summary)
    if text:
        text = _uncut(text) if _SURELY_CUT.search(text[-1].text) else text
        return text, "" if is_cut or len(summary) > _LONGEST_DEK else summary
    if is_cut:
        return _uncut(lines), ""
    if len(lines) == 1 and len(summary) <= _LONGEST_DEK:
        return [], summary
    return lines, ""


def _is_cut(text: str) -> bool:
    """Whether a text breaks off; a quotation within it that trails off does not."""
    found = _CUT.search(text)
    if found is None or "[" in found[0]:
        return found is not None
    closing = next((sign for sign in found[0] if sign in _OPENS), "")
    return not closing or text.find(_OPENS[closing], 1, found.start()) < 0


def _uncut(text: list[Block]) -> list[Block]:
    """Keep of a cut-off beginning what is whole: the sentences before the cut."""
    last = text[-1]
    kept = " ".join(sentences(_CUT.sub("", last.text), "")[:-1])
    return [*text[:-1], replace(last, text=kept)] if kept else text[:-1]


def _paragraphs(text: list[Block], spoken: str) -> tuple[str, ...]:
    """Choose the blocks that are sentences of the story; a set-off quotation gets the marks that say it is one."""
    bodies = [block for block in text if block.kind in ("text", "quote") or announces_correction(block.text)]
    if not bodies:
        bodies = [block for block in text if block.kind == "heading"]
    opening, closing = ("“", "”") if spoken not in ("ru", "kk") else ("«", "»")
    found: list[str] = []
    for block in bodies:
        is_correction = block is bodies[-1] and bool(correction_of(block.text))
        is_said = block.kind == "quote" and not is_correction
        is_bare_quote = is_said and found and not regex.search(r"[«»“”„\"]", block.text)
        found.append(f"{opening}{block.text}{closing}" if is_bare_quote else block.text)
    return tuple(found)


def _dek(dek: str, title: str, paragraphs: tuple[str, ...], spoken: str) -> str:
    """Leave a dek only where it adds to title and text, and only what an editor wrote of it."""
    dek = "" if correction_of(dek) else without_boilerplate(credit_of(without_dateline(dek))[1], spoken)
    if dek.endswith(":"):
        dek = " ".join(sentences(dek, spoken)[:-1])  # what it introduced, mostly an embed, is not here
    is_cut = _is_cut(dek)  # also where only what was taken off its end hid that
    return "" if is_cut or words(dek) == words(title) or _begins(dek, paragraphs) else dek


def _begins(dek: str, paragraphs: tuple[str, ...]) -> bool:
    """Tell whether `dek` only repeats how the text begins, give or take what a site strips or adds there."""
    start = words(dek)
    text = words(" ".join(paragraphs))[: len(start) + 40]
    if text[: len(start)] == start:
        return True
    pairs = set(zip(text, text[1:], text[2:], strict=False))
    grams = list(zip(start, start[1:], start[2:], strict=False))
    return len(grams) >= 3 and sum(gram in pairs for gram in grams) >= 0.9 * len(grams)


def _title(title: str, feed_title: str) -> str:
    """Take the site's own name off the end of a headline."""
    ending = regex.search(r"\s+[|–—-]\s+(?P<site>[^|–—]+)$", title)
    if ending and words(ending["site"]) == words(feed_title):
        return title[: ending.start()]
    return title


def _first_words(cleaned: Cleaned, dek: str, spoken: str) -> str:
    beginning = next(iter(sentences(cleaned.paragraphs[0] if cleaned.paragraphs else dek, spoken)), "")
    if len(beginning) <= _LONGEST_STAND_IN:
        return beginning
    return beginning[:_LONGEST_STAND_IN].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"


def _without_title(paragraphs: tuple[str, ...], title: str) -> tuple[str, ...]:
    if len(paragraphs) > 1 and words(paragraphs[0]) == words(title):
        return paragraphs[1:]
    return paragraphs


def _authors(names: tuple[str, ...]) -> tuple[str, ...]:
    bare = (regex.sub(r"^(?:by|автор:)\s+", "", headline(name), flags=regex.I) for name in names)
    return tuple(dict.fromkeys(name for name in bare if name and "@" not in name))


def _unpostable(name: str, *, has_title: bool) -> str:
    if has_title:
        return f"{phrase(f'{name} has no link and cannot be posted')}."
    return f"{phrase(f'{name} has neither title nor text and cannot be posted')}."


def _filed(found: Article, item: Item, source: Source) -> Article:
    section, genre = _section(item, source)
    return replace(found, section=section, genre=genre, tags=_tags(item, section, source))


def _section(item: Item, source: Source) -> tuple[str, Genre]:
    """Look the categories, then the first word of the address, up in the section map; else the first category."""
    known = {name.casefold(): genre for name, genre in source.sections}
    names = [headline(name) for name in item.categories]
    for name in (*names, urlsplit(item.url).path.strip("/").partition("/")[0]):
        if name.casefold() in known:
            return name, known[name.casefold()]
    return next((name for name in names if name.casefold() not in _NO_TAGS), ""), Genre.NEWS


def _tags(item: Item, section: str, source: Source) -> tuple[str, ...]:
    """Keep what is not the section; a section that was only guessed may as well be a tag."""
    mapped = {name.casefold() for name, _ in source.sections}
    left_out = _NO_TAGS | ({section.casefold()} & mapped)
    names = (headline(name).lstrip("#") for name in item.categories)
    unique = {name.casefold(): name for name in reversed([name for name in names if name])}
    return tuple(name for key, name in reversed(unique.items()) if key not in left_out)


def _name(item: Item, title: str) -> str:
    called = title or headline(item.title) or decoded(item.url or item.guid)
    # A semicolon parts clauses in the log's sentences.
    return f"“{called[:80].replace(';', ',')}”" if called else phrase("An item without title, link and text")

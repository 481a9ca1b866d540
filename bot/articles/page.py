"""An article's own page: what its JSON-LD and OpenGraph say of it, and how that fills what a feed leaves out."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import unescape
from typing import Any

from lxml import etree
from lxml.html import HTMLParser, document_fromstring

from bot.articles.item import Item, article
from bot.articles.photo import Offer, joined
from bot.model import Article, Source

__all__ = ["Body", "Page", "read_page", "with_earlier", "with_page"]

Body = Callable[[str], str]
"""Finds an article's text in the HTML of its page: paragraphs, with a line end after each; "" where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page says of its article, as written; "" and () where it says nothing."""

    title: str = ""
    dek: str = ""
    text: str = ""
    authors: tuple[str, ...] = ()
    section: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    published: datetime | None = None
    modified: datetime | None = None
    photo: Offer | None = None


def read_page(markup: bytes, body: Body, *, charset: str = "") -> Page:
    """Read a page: of each field JSON-LD's word before OpenGraph's; the text is what `body` finds.

    Takes a second for hostile megabytes: call it beside the event loop, with a limit of bytes and a deadline.
    """
    parser = HTMLParser(encoding=charset or None, remove_comments=True, remove_pis=True)
    try:
        root = document_fromstring(markup, parser=parser)
    except (etree.LxmlError, ValueError, LookupError):
        return Page()
    said, graph = _linked(root), _graph(root)
    return Page(
        title=_text(said.get("headline")) or graph.get("og:title", ""),
        dek=_text(said.get("description")) or graph.get("og:description", "") or graph.get("description", ""),
        text=body(etree.tostring(root, encoding="unicode", method="html")),
        authors=_names(said.get("author")) or _some(graph.get("author", "")),
        section=_text(said.get("articleSection")) or graph.get("article:section", ""),
        tags=_words(said.get("keywords")) or _some(*graph.get("article:tag", "").split("\n")),
        language=_text(said.get("inLanguage")) or str(root.get("lang") or ""),
        published=_moment(_text(said.get("datePublished")) or graph.get("article:published_time", "")),
        modified=_moment(_text(said.get("dateModified")) or graph.get("article:modified_time", "")),
        photo=_photo(said, graph),
    )


def with_page(told: Article, page: Page, source: Source) -> Article:
    """Fill an article of a feed from its page; what the feed says stands, but for a text that is only a beginning."""
    item = Item(
        title=told.title,
        url=told.url,
        guid=told.guid,
        summary=page.dek,
        content="\n\n".join(line for line in page.text.splitlines() if line.strip()),
        is_plain=True,
        authors=page.authors,
        categories=tuple(each for each in (page.section, *page.tags) if each),
        language=told.language or page.language,
        published=page.published,
        modified=page.modified,
        photos=(page.photo,) if page.photo else (),
    )
    found, _ = article(item, source, feed_title="", feed_language=told.language)
    if found is None:
        return told
    is_fuller = len("".join(found.paragraphs)) > len("".join(told.paragraphs))
    has_section = bool(told.section)
    return replace(
        told,
        dek=told.dek or _dek_beside(found, told, is_fuller=is_fuller),
        paragraphs=found.paragraphs if is_fuller else told.paragraphs,
        authors=told.authors or found.authors,
        section=told.section or found.section,
        genre=told.genre if has_section else found.genre,
        tags=told.tags or found.tags,
        published=told.published or found.published,
        modified=told.modified or found.modified,
        photo=joined(told.photo, found.photo),
        further=told.further if told.photo else found.further,
        correction=told.correction or found.correction,
    )


def with_earlier(told: Article, known: Article) -> Article:
    """Fill an article of a feed with what its page said before; what the feed says now stands."""
    is_fuller = len("".join(known.paragraphs)) > len("".join(told.paragraphs))
    return replace(
        told,
        dek=told.dek or known.dek,
        paragraphs=known.paragraphs if is_fuller else told.paragraphs,
        authors=told.authors or known.authors,
        section=told.section or known.section,
        genre=told.genre if told.section else known.genre,
        tags=told.tags or known.tags,
        published=told.published or known.published,
        modified=told.modified or known.modified,
        photo=joined(told.photo, known.photo),
        further=told.further if told.photo else known.further,
        correction=told.correction or known.correction,
    )


def _dek_beside(found: Article, told: Article, *, is_fuller: bool) -> str:
    """Take the page's dek only beside the page's text, whose beginning it does not just repeat."""
    return found.dek if is_fuller or not told.paragraphs else ""


def _linked(root: Any) -> dict[str, Any]:
    """Find the article among the page's JSON-LD."""
    for script in root.iter("script"):
        if "ld+json" in str(script.get("type") or "").lower():
            for each in _objects(_json(script.text_content())):
                if _is_article(each):
                    return each
    return {}


def _json(text: str) -> Any:
    """Read JSON as sites write it: line ends inside strings, entities, a semicolon after the end."""
    for written in (text, unescape(text)):
        bare = written.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
        try:
            return json.loads(bare, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _objects(node: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(node, list):
        for each in node:
            yield from _objects(each, depth + 1)
    elif isinstance(node, dict):
        yield node
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _objects(node.get(name), depth + 1)


_DEEPEST = 6


def _is_article(said: dict[str, Any]) -> bool:
    kinds = said.get("@type")
    named = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(each, str) and each.endswith(("Article", "Posting")) for each in named)


def _graph(root: Any) -> dict[str, str]:
    """Collect the page's meta elements; what stands several times, one a line."""
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = str(meta.get("property") or meta.get("name") or "").strip().lower()
        value = str(meta.get("content") or "").strip()
        if name and value:
            found[name] = (
                f"{found[name]}\n{value}" if name == "article:tag" and name in found else found.get(name, value)
            )
    return found


def _photo(said: dict[str, Any], graph: dict[str, str]) -> Offer | None:
    image = said.get("image")
    first = image[0] if isinstance(image, list) and image else image
    if isinstance(first, dict):
        url, caption = _text(first.get("url")) or _text(first.get("contentUrl")), _text(first.get("caption"))
        credit = _text(first.get("creditText"))
        beside = "\n".join(filter(None, (_text(first.get(each)) for each in _WHOSE)))
        if url:
            return Offer(url, _whole(first.get("width")), alt="", caption=caption, credit=credit, beside=beside)
    url = _text(first) or graph.get("og:image", "") or graph.get("twitter:image", "")
    alt = graph.get("og:image:alt", "") or graph.get("twitter:image:alt", "")
    return Offer(url, _whole(graph.get("og:image:width")), alt=alt) if url else None


_WHOSE = ("copyrightNotice", "copyrightHolder", "creator", "author", "sourceOrganization", "provider")


def _text(value: Any) -> str:
    if isinstance(value, list):
        return next((found for each in value if (found := _text(each))), "")
    if isinstance(value, dict):
        return _text(value.get("name")) or _text(value.get("@value"))
    return value.strip() if isinstance(value, str) else ""


def _names(value: Any) -> tuple[str, ...]:
    each_of = value if isinstance(value, list) else [value]
    return _some(*(_text(each) for each in each_of))


def _words(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return _some(*value.split(","))
    return _some(*(_text(each) for each in value)) if isinstance(value, list) else ()


def _some(*names: str) -> tuple[str, ...]:
    """Keep what is a name: some sites put the author's address there."""
    return tuple(name.strip() for name in names if name.strip() and "://" not in name)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    # Without a zone nobody knows which hour is meant.
    return found.astimezone(UTC) if found.tzinfo else None


def _whole(value: Any) -> int:
    text = str(value or "")
    return int(text) if text.isdigit() and len(text) < 6 else 0

"""RSS 0.9x-2.0, RDF and Atom, by feedparser: the one parser that reads what sites really send."""

import io
import xml.sax
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import regex

from bot.articles.html import headline
from bot.articles.item import Item
from bot.articles.photo import Offer
from bot.articles.raw import FIRST_MOMENT, RawFeed, Unreadable, no_date


def read(body: bytes, *, content_type: str = "") -> RawFeed:
    """Read an XML feed; of one that was cut off, the stories that are whole."""
    parsed = _parse(body, content_type)
    feed, entries = parsed.get("feed") or {}, list(parsed.get("entries") or [])
    head = body[:_HEAD].replace(b"\0", b"")
    if not parsed.get("version") and not entries:
        what = "an HTML page" if regex.search(rb"<html|<!doctype html|<body", head, regex.I) else "something else"
        raise Unreadable(f"The address answers with {what} instead of a feed.")
    ending = body.replace(b"\0", b"")
    is_complete = regex.search(_ROOT_END, ending[-_TAIL:]) is not None
    if not is_complete and entries and _is_last_cut(ending):
        entries.pop()
    if not entries and (not is_complete or isinstance(parsed.get("bozo_exception"), xml.sax.SAXException)):
        raise Unreadable("The feed is cut off or broken, and no story in it is whole.")
    everyone = _names(feed) if str(parsed.get("version")).startswith("atom") else ()
    return RawFeed(
        title=headline(_text(feed, "title")),
        language=_text(feed, "language"),
        items=tuple(_item(entry, everyone) for entry in entries),
        is_complete=is_complete,
    )


_HEAD = 4096
_TAIL = 4096
_ROOT_END = regex.compile(rb"</(?:\w+:)?(?:rss|feed|rdf|channel)\s*>", regex.I)
_ITEM_START = regex.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]", regex.I)
_ITEM_END = regex.compile(rb"</(?:\w+:)?(?:item|entry)\s*>", regex.I)
# What feedparser and the parsers below it raise on bytes that are no feed at all (found by mutating real feeds).
_BREAKS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    RuntimeError,
    TypeError,
    ValueError,
)


# One picture in several sizes: which of them are together feedparser does not tell (https://www.rssboard.org/media-rss).
_OPENS, _CLOSES = b"<media:group", b"</media:group"
_IN_GROUP = regex.compile(rb"<media:content\b")
_ENTRY_BEGINS = regex.compile(rb"<(?:item|entry)\b")
_GROUPED = "jarshy-group"


def _marked(body: bytes) -> bytes:
    """Number the contents of each group; in one pass, as a feed may open a hundred thousand and close none."""
    *parts, rest = body.split(_CLOSES)
    return _CLOSES.join([*(_numbered(part, n) for n, part in enumerate(parts)), rest])


def _numbered(part: bytes, number: int) -> bytes:
    at = part.rfind(_OPENS)
    is_empty = part[at : part.find(b">", at) + 1].endswith(b"/>")
    if at < 0 or is_empty or _ENTRY_BEGINS.search(part, at):
        return part
    return part[:at] + bytes(_IN_GROUP.sub(f'<media:content {_GROUPED}="{number}"'.encode(), part[at:]))


# What is said of a picture; feedparser takes it for the article's own description or text, whichever comes first.
_OF_PICTURE = regex.compile(rb"(</?)media:description\b")


def _parse(body: bytes, content_type: str) -> Any:
    import feedparser  # late: a second's tenth that the first request need not wait for

    body, charset = _encoded(_marked(_OF_PICTURE.sub(rb"\1media:caption", body)), content_type)
    # A type with a charset is obeyed, one without ignored: "text/xml" alone would mean ASCII to the letter of the law.
    headers = {"content-type": f"application/xml; charset={charset}"} if charset else {}
    try:
        # A stream, because feedparser takes bare bytes for the name of a file and opens it.
        return feedparser.parse(
            io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except _BREAKS as error:
        raise Unreadable("The feed is broken beyond reading.") from error


def _encoded(body: bytes, content_type: str) -> tuple[bytes, str]:
    """Name the encoding, believing the bytes before header and declaration; "" leaves it to the declaration.

    What decodes as UTF-8 is UTF-8, even with a letter cut in two here and there: sites shorten by bytes. What begins
    like UTF-8 and holds long runs of high bytes is Russian in windows-1251 under a wrong name.
    """
    text = body.decode("utf-8", "replace")
    if text.isascii():
        return body, ""
    high = sum(sign > "\x7f" for sign in text)
    if text.count("\ufffd") * _SOUND <= high and b"\0" not in body[:_HEAD]:
        return text.removeprefix("\ufeff").encode(), "utf-8"
    declared = regex.search(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type, regex.I)
    if declared and declared[1].casefold() not in ("utf-8", "utf8"):
        return body, str(declared[1])
    is_utf8_in_name = regex.search(rb"encoding\s*=\s*[\"'](?!utf-?8)", body[:200], regex.I) is None
    runs = sum(len(run) for run in regex.findall(rb"[\xa8\xb8\xc0-\xff]{3,}", body))
    return body, "windows-1251" if is_utf8_in_name and 2 * runs > high and b"\0" not in body[:_HEAD] else ""


_SOUND = 20
"""High signs to one broken: more broken ones, and it is another encoding."""


def _is_last_cut(body: bytes) -> bool:
    starts = [found.start() for found in _ITEM_START.finditer(body)]
    ends = [found.start() for found in _ITEM_END.finditer(body)]
    return bool(starts) and (not ends or ends[-1] < starts[-1])


def _item(entry: Any, everyone: tuple[str, ...]) -> Item:
    published, modified = _moment(entry, "published"), _moment(entry, "updated")
    contents = [part for part in entry.get("content") or [] if isinstance(part.get("value"), str)]
    content: dict[str, Any] = max(contents, key=lambda part: len(part["value"]), default={})
    guid = _text(entry, "id")
    return Item(
        title=_text(entry, "title"),
        url=_link(entry, guid),
        guid=guid,
        summary=_text(entry, "summary"),
        content=str(content.get("value") or ""),
        is_plain=content.get("type") == "text/plain",
        authors=_names(entry) or everyone,
        categories=tuple(str(tag.get("label") or tag.get("term") or "") for tag in entry.get("tags") or []),
        language=_text(entry, "language") or str(content.get("language") or ""),
        published=published or modified,
        modified=modified,
        base=str(content.get("base") or ""),
        photos=tuple(_photos(entry)),
        notes=_notes(entry, published or modified),
    )


def _link(entry: Any, guid: str) -> str:
    """Prefer the original address to a counting one; a guid stands in only if it is an address itself."""
    link = _text(entry, "feedburner_origlink") or _text(entry, "link")
    is_copy = link == guid and entry.get("guidislink")
    return link if not is_copy or guid.startswith(("http://", "https://")) else ""


def _text(holder: Any, name: str) -> str:
    # Asked for, not tried: feedparser warns when it fills a missing "updated" from "published".
    if name not in holder:
        return ""
    value = holder[name]
    return value if isinstance(value, str) else ""


def _names(holder: Any) -> tuple[str, ...]:
    return tuple(str(author["name"]) for author in holder.get("authors") or [] if author.get("name"))


def _moment(entry: Any, name: str) -> datetime | None:
    if f"{name}_parsed" not in entry or not _DATE.match(_text(entry, name)):
        return None
    try:
        year, month, day, hour, minute, second = entry[f"{name}_parsed"][:6]
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (TypeError, ValueError):
        return None
    return None if moment < FIRST_MOMENT else moment


# feedparser guesses at more than these, and wrongly: it reads "2020/1/10" as the first of November.
_DATE = regex.compile(r"\s*(?:(?:\p{L}+\.?,?\s+)?\d{1,2}[\s-]+\p{L}{3,}|\d{4}-\d{2}|\d{8}T|\p{L}{3,},? \p{L}{3,} \d)")
# Not behind a sign: "+05:00" is a zone, not a time.
_ZONELESS = regex.compile(r"(?<![+\-\d])\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*$")


def _notes(entry: Any, moment: datetime | None) -> tuple[str, ...]:
    written = _text(entry, "published") or _text(entry, "updated")
    if moment is not None:
        return ("has a date without a time zone, which was taken as UTC",) if _ZONELESS.search(written) else ()
    return (no_date(written),)


def _photos(entry: Any) -> list[Offer]:
    credit = " / ".join(str(one.get("content") or "") for one in entry.get("media_credit") or [])
    images = [
        one
        for one in entry.get("media_content") or []
        if one.get("url") and (one.get("medium") == "image" or str(one.get("type") or "").startswith("image/"))
    ]
    # Of several captions only the last is left, and nobody knows whose it is.
    caption = _text(entry, "media_caption") if len(images) == 1 else ""
    widest = {one.get(_GROUPED): one for one in sorted(images, key=_width, reverse=True)[::-1]}
    found = [
        Offer(
            str(one["url"]),
            _width(one),
            caption=caption,
            credit=credit,
            is_other=_GROUPED in one and widest[one[_GROUPED]] is not one,
        )
        for one in images
    ]
    for link in entry.get("links") or []:
        if link.get("rel") == "enclosure" and str(link.get("type") or "").startswith("image/") and link.get("href"):
            found.append(Offer(str(link["href"])))
    thumbnails = [one for one in entry.get("media_thumbnail") or [] if one.get("url")]
    found += [Offer(str(one["url"]), _width(one), is_thumbnail=True) for one in thumbnails]
    # Whichever of them it is said of, it may be the one that is chosen.
    beside = "\n".join(filter(None, (credit, _text(entry, "media_copyright"), _text(entry, "media_caption"))))
    return [replace(each, beside=beside) for each in found]


def _width(holder: Any) -> int:
    width = str(holder.get("width") or "")
    return int(width) if width.isascii() and width.isdigit() and len(width) < 6 else 0

"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), read leniently where sites write it freely."""

import json
from datetime import UTC, datetime
from typing import Any

import regex

from bot.articles.html import headline
from bot.articles.item import Item
from bot.articles.photo import Offer
from bot.articles.raw import FIRST_MOMENT, RawFeed, Unreadable, no_date


def is_json(body: bytes) -> bool:
    """Tell by the first sign; servers send JSON under many names."""
    return body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def read(body: bytes) -> RawFeed:
    """Read a JSON Feed; raises `Unreadable` for other JSON and for a feed that was cut off."""
    try:
        feed = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Unreadable("The feed begins like JSON but breaks off or is broken.") from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise Unreadable("The address answers with JSON, but not with a JSON Feed: it lists no items.")
    if "jsonfeed.org" not in _text(feed, "version"):
        raise Unreadable("The address answers with JSON, but not with a JSON Feed: it names no version.")
    everyone = _authors(feed)
    items = tuple(_item(entry, everyone) for entry in feed["items"] if isinstance(entry, dict))
    return RawFeed(headline(_text(feed, "title")), _text(feed, "language"), items)


def _item(entry: dict[str, Any], everyone: tuple[str, ...]) -> Item:
    html = _text(entry, "content_html")
    published, modified = _moment(entry, "date_published"), _moment(entry, "date_modified")
    guid = _text(entry, "id")
    link = _text(entry, "url") or (guid if guid.startswith(("http://", "https://")) else _text(entry, "external_url"))
    return Item(
        title=_text(entry, "title"),
        url=link,
        guid=guid,
        summary=_text(entry, "summary"),
        content=html or _text(entry, "content_text"),
        is_plain=not html,
        authors=_authors(entry) or everyone,
        categories=tuple(tag for tag in _list(entry, "tags") if isinstance(tag, str)),
        language=_text(entry, "language"),
        published=published or modified,
        modified=modified,
        photos=_photos(entry),
        notes=_notes(_text(entry, "date_published") or _text(entry, "date_modified"), published or modified),
    )


def _photos(entry: dict[str, Any]) -> tuple[Offer, ...]:
    """List the item's own picture, its banner, which mostly is the same cut otherwise, and attached ones."""
    told = [("image", False), ("banner_image", True)]
    own = [Offer(url, is_other=is_other) for name, is_other in told if (url := _text(entry, name))]
    attached = (each for each in _list(entry, "attachments") if isinstance(each, dict))
    return (
        *own,
        *(
            Offer(url)
            for each in attached
            if _text(each, "mime_type").startswith("image/") and (url := _text(each, "url"))
        ),
    )


def _notes(written: str, moment: datetime | None) -> tuple[str, ...]:
    if moment is None:
        return (no_date(written),)
    is_zoned = regex.search(r"(?:Z|[+-]\d\d:?\d\d)$", written.strip(), regex.I)
    return () if is_zoned else ("has a date without a time zone, which was taken as UTC",)


def _authors(holder: dict[str, Any]) -> tuple[str, ...]:
    """Read `authors` (1.1) or `author` (1.0)."""
    people = [*_list(holder, "authors"), holder.get("author")]
    return tuple(name for person in people if isinstance(person, dict) and (name := _text(person, "name")))


def _text(holder: dict[str, Any], name: str) -> str:
    value = holder.get(name)
    # The format wants strings; numbers are common as ids.
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _list(holder: dict[str, Any], name: str) -> list[Any]:
    value = holder.get(name)
    return value if isinstance(value, list) else []


def _moment(holder: dict[str, Any], name: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(holder, name).strip())
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return None if moment < FIRST_MOMENT else moment

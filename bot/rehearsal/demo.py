"""The bundled newsroom's articles, written as the RSS its site would serve over a week."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any

from bot.rehearsal.site import Edition, Paper

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:media="http://search.yahoo.com/mrss/">
<channel>
<title>{title}</title>
<link>{link}</link>
<description>{title}</description>
"""
_TAIL = "</channel>\n</rss>\n"


def demo(path: Path, *, most: int | None = None) -> Paper:
    """Read the articles and render the feed at every moment it changes; `most`: only the first so many to appear."""
    site = json.loads(path.read_text(encoding="utf-8"))
    stories = sorted((_Story(raw) for raw in site["articles"]), key=lambda each: each.appears)[:most]
    begins = datetime.fromisoformat(site["begins"])
    moments = sorted({begins, *(at for each in stories for at in each.moments() if at > begins)})
    editions = tuple(_edition(site, [each.told_at(at) for each in stories if each.appears <= at], at) for at in moments)
    return Paper(feed=site["feed"], kind="application/rss+xml; charset=utf-8", editions=editions)


@dataclass(frozen=True, slots=True)
class _Story:
    raw: dict[str, Any]

    @property
    def appears(self) -> datetime:
        return datetime.fromisoformat(self.raw.get("appears") or self.raw["published"])

    def moments(self) -> Iterator[datetime]:
        yield self.appears
        for change in self.raw.get("later", ()):
            yield datetime.fromisoformat(change["at"])

    def told_at(self, moment: datetime) -> dict[str, Any]:
        """As the site tells it at a moment: each change lies over what was there."""
        told = dict(self.raw)
        for change in self.raw.get("later", ()):
            if datetime.fromisoformat(change["at"]) <= moment:
                told |= change
        return told


def _edition(site: dict[str, Any], there: list[dict[str, Any]], at: datetime) -> Edition:
    head = _HEAD.format(title=escape(site["title"]), link=escape(site["link"]))
    body = head + "".join(map(_item, reversed(there))) + _TAIL
    return Edition(at, body.encode(), {told["url"]: (told["title"], told["dek"]) for told in there})


def _item(told: dict[str, Any]) -> str:
    categories = [told["section"], *told["tags"]]
    body = "".join(f"<p>{escape(paragraph, quote=False)}</p>\n" for paragraph in told["body"])
    body += "".join(map(_figure, told.get("further", ())))
    # What blog systems add to every story; no reader of a post should ever see it.
    body += f'<p>The post <a href="{told["url"]}">{escape(told["title"])}</a> appeared first on The Steppe Courier.</p>'
    lines = [
        f"<title>{escape(told['title'])}</title>",
        f"<link>{escape(told['url'])}</link>",
        f'<guid isPermaLink="false">{escape(told["guid"])}</guid>',
        f"<pubDate>{format_datetime(datetime.fromisoformat(told['published']))}</pubDate>",
        f"<dc:language>{told['language']}</dc:language>",
        *(f"<dc:creator>{escape(name)}</dc:creator>" for name in told["authors"]),
        *(f"<category>{escape(name)}</category>" for name in categories),
        f"<description>{escape(told['dek'])}</description>",
        f"<content:encoded><![CDATA[{body}]]></content:encoded>",
        *_photo(told),
    ]
    return "<item>\n" + "\n".join(lines) + "\n</item>\n"


def _figure(photo: dict[str, str]) -> str:
    """Write a photo as it stands in a text."""
    shown = f'<img src="{escape(photo["url"])}" alt="{escape(photo["alt"])}">'
    caption = f"{escape(photo['caption'])} Photo: {escape(photo['credit'])}"
    return f"<figure>{shown}<figcaption>{caption}</figcaption></figure>\n"


def _photo(told: dict[str, Any]) -> Iterator[str]:
    if photo := told.get("photo"):
        yield f'<media:content url="{escape(photo["url"])}" medium="image" width="1280">'
        yield f"<media:description>{escape(photo['caption'])}</media:description>"
        yield f"<media:credit>{escape(photo['credit'])}</media:credit></media:content>"

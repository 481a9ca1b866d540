"""Feeds and folders that the tests of this room start from."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.articles.feed import Feed, read
from bot.model import Article, Genre, Source

SOURCE = Source(
    id="courier", url="https://courier.example/feed/", sections=(("Opinion", Genre.OPINION), ("Мнения", Genre.OPINION))
)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def data(name: str) -> Path:
    folder = Path(os.environ.get("JARSHY_DATA") or Path(__file__).parents[3] / ".." / "shared" / "data")
    if not (folder / name).exists():
        pytest.skip(f"NO REAL DATA: {folder / name} is missing; name its folder in JARSHY_DATA")
    return folder / name


def rss(*items: str, head: str = "<title>The Courier</title><link>https://courier.example/</link>") -> bytes:
    spaces = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0"?><rss version="2.0" {spaces}><channel>{head}{body}</channel></rss>'.encode()


def entry(
    title: str = "Port wins loan",
    *,
    link: str = "https://courier.example/2026/11/port-wins-loan",
    guid: str = "",
    summary: str = "",
    content: str = "",
    more: str = "",
    date: str = "Fri, 20 Nov 2026 09:00:00 +0500",
) -> str:
    return (
        f"<title><![CDATA[{title}]]></title><link>{link}</link><guid isPermaLink='false'>{guid or link}</guid>"
        f"<pubDate>{date}</pubDate><description><![CDATA[{summary}]]></description>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded>{more}"
    )


def feed(*items: str) -> Feed:
    return read(rss(*items), SOURCE)


def only(item: str) -> Article:
    (found,) = feed(item).articles
    return found

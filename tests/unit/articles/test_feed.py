import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.articles.feed import Unreadable, read
from bot.model import Genre, Source
from tests.unit.articles.given import SOURCE, entry, feed, only, rss

TEXT = "<p>Aktau’s grain terminal has secured a loan of 48.6 billion tenge.</p><p>Construction starts in March.</p>"
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>C</title></channel><item rdf:about="https://c.example/a">'
    "<title>Port wins loan</title><link>https://c.example/a</link><dc:date>2026-11-20T04:00:00Z</dc:date></item></rdf:RDF>"
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>C</title><entry><title>Port wins loan</title>'
    '<id>tag:c.example,1</id><link href="/a"/><updated>2026-11-20T09:00:00+05:00</updated></entry></feed>'
)
RSS_091 = (
    '<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
    '"http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><title>C</title>'
    "<item><title>Port wins loan</title><link>https://c.example/a</link></item></channel></rss>"
)
JSON_10 = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1",
        "title": "C",
        "items": [{"id": 7, "title": "Port wins loan", "url": "/a", "date_published": "2026-11-20T04:00:00Z"}],
    }
)


@pytest.mark.parametrize(
    "text", [RDF, ATOM, RSS_091, JSON_10, "\ufeff" + RDF, "\ufeff" + JSON_10, "Warning: php\n" + RDF]
)
def test_every_format_is_read(text: str) -> None:
    found = read(text.encode(), SOURCE, url="https://c.example/feed")
    assert [(one.title, one.url) for one in found.articles] == [("Port wins loan", "https://c.example/a")]
    assert found.is_complete
    assert found.articles[0].source == "courier"


@pytest.mark.parametrize("text", [RDF, ATOM, JSON_10])
def test_a_date_is_the_moment_the_source_names(text: str) -> None:
    (found,) = read(text.encode(), SOURCE, url="https://c.example/feed").articles
    assert found.published == datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    "<rss><channel><title>&b;</title></channel></rss>"
)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (BOMB.encode(), "entities"),
        (BOMB.encode("utf-16"), "entities"),
        (b"<!doctype html><html><title>Just a moment...</title><body>Checking your browser</body></html>", "HTML"),
        (b'<?xml version="1.0"?><urlset><url><loc>https://c.example/</loc></url></urlset>', "something else"),
        (b"/etc/hostname", "something else"),
        (b'{"items": [{"title": "x"}]}', "names no version"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "ti', "broken"),
        (b"[1, 2]", "lists no items"),
        (b"[" * 100_000, "broken"),
        (rss(entry())[:250], "whole"),
    ],
)
def test_what_is_no_feed_is_refused_in_one_sentence(body: bytes, word: str) -> None:
    with pytest.raises(Unreadable, match=word) as refused:
        read(body, SOURCE)
    assert refused.value.sentence.endswith(".")


def test_a_body_that_names_a_file_does_not_open_it(tmp_path: Path) -> None:
    (tmp_path / "feed").write_bytes(rss(entry()))
    with pytest.raises(Unreadable):
        read(str(tmp_path / "feed").encode(), SOURCE)


def test_a_feed_without_stories_is_empty_and_not_broken() -> None:
    found = feed()
    assert found.articles == ()
    assert found.is_complete


def test_a_cut_feed_gives_its_whole_stories_and_says_so() -> None:
    whole = rss(entry("First", link="https://c.example/1"), entry("Second", link="https://c.example/2", content=TEXT))
    for end in (whole.rindex(b"March"), whole.rindex(b"]]>"), whole.rindex(b"</item>") + 3):
        found = read(whole[:end], SOURCE)
        assert [one.title for one in found.articles] == ["First"]
        assert not found.is_complete
    found = read(whole[: whole.rindex(b"</item>") + 7], SOURCE)
    assert [one.title for one in found.articles] == ["First", "Second"]
    assert not found.is_complete
    assert found.odd == ("The feed breaks off before its end, so stories may be missing.",)


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [
        ("utf-8", "utf-8", "text/xml"),
        ("utf-8", "windows-1251", "text/xml"),
        ("utf-8", "utf-8", "text/xml; charset=windows-1251"),
        ("cp1251", "utf-8", ""),
        ("cp1251", "windows-1251", "application/rss+xml"),
        ("cp1251", "utf-8", "text/xml; charset=windows-1251"),
        ("utf-16", "utf-16", ""),
    ],
)
def test_letters_survive_a_feed_that_lies_about_its_encoding(encoding: str, declared: str, content_type: str) -> None:
    text = rss(entry("Порт получил кредит", link="https://c.example/1")).decode()
    body = text.replace('version="1.0"', f'version="1.0" encoding="{declared}"', 1).encode(encoding)
    (found,) = read(body, SOURCE, content_type=content_type).articles
    assert found.title == "Порт получил кредит"


@pytest.mark.parametrize(
    ("date", "published", "odd"),
    [
        ("Fri, 20 Nov 2026 09:00:00 +0500", datetime(2026, 11, 20, 4, 0, tzinfo=UTC), ""),
        ("2027-11-20T09:00:00Z", datetime(2027, 11, 20, 9, 0, tzinfo=UTC), ""),
        ("2027-11-20T09:00:00+05:00", datetime(2027, 11, 20, 4, 0, tzinfo=UTC), ""),
        ("", None, "has no date"),
        ("yesterday", None, "nobody can read (yesterday)"),
        ("2026/11/10 14:33:00", None, "nobody can read"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None, "1970 00:00:00 GMT, which stands for no date"),
        ("Thu, 01 Jan 1970 05:00:00 +0500", None, "which stands for no date"),
        ("2026-11-20T09:00:00", datetime(2026, 11, 20, 9, 0, tzinfo=UTC), "without a time zone"),
        ("Fri, 20 Nov 2026 09:00:00", None, "nobody can read"),
    ],
)
def test_a_date_is_delivered_as_it_is_or_not_at_all(date: str, published: datetime | None, odd: str) -> None:
    found = feed(entry(date=date))
    assert found.articles[0].published == published
    assert odd in " ".join(found.odd)
    assert bool(odd) == bool(found.odd)


@pytest.mark.parametrize("date", ["1970-01-01T00:00:00Z", "1970-01-01T05:00:00+05:00"])
def test_a_json_feed_prints_no_date_as_1970_like_any_other(date: str) -> None:
    body = JSON_10.replace("2026-11-20T04:00:00Z", date).encode()
    found = read(body, SOURCE)
    assert found.articles[0].published is None
    assert "stands for no date" in " ".join(found.odd)


@pytest.mark.parametrize(
    "link", ["", "javascript:alert(1)", "mailto:a@b.example", "http://[broken", "ftp://c.example/a"]
)
def test_a_story_without_a_web_address_is_named_and_not_posted(link: str) -> None:
    found = feed(entry(link=link, guid="courier-17"))
    assert found.articles == ()
    assert found.odd == ("“Port wins loan” has no link and cannot be posted.",)


def test_a_guid_that_is_an_address_stands_in_for_a_missing_link() -> None:
    body = rss("<title>Port</title><guid>https://c.example/port</guid><pubDate>Fri, 20 Nov 2026 09:00:00 GMT</pubDate>")
    assert read(body, SOURCE).articles[0].url == "https://c.example/port"
    assert read(rss("<title>Port</title><guid>port-17</guid>"), SOURCE).articles == ()


def test_first_words_stand_in_for_a_missing_title_and_it_is_said() -> None:
    long = "The port of Aktau " + "and its many friends " * 10 + "won."
    for text, title in (("Port wins. More follows.", "Port wins."), (long, "…")):
        found = feed(entry("", content=f"<p>{text}</p>"))
        assert found.articles[0].title.endswith(title)
        assert len(found.articles[0].title) <= 111
        assert "has no title" in found.odd[0]


def test_a_story_without_title_and_text_cannot_be_posted() -> None:
    found = feed(entry(""))
    assert found.articles == ()
    assert "neither title nor text" in found.odd[0]


def test_a_guid_that_stories_share_counts_only_with_their_addresses() -> None:
    found = feed(
        entry("First", link="https://c.example/1", guid="1"),
        entry("Second", link="https://c.example/2", guid="1"),
        entry("Third", link="https://c.example/3", guid="3"),
    )
    assert [one.guid for one in found.articles] == ["1 https://c.example/1", "1 https://c.example/2", "3"]


def test_a_story_listed_twice_counts_once() -> None:
    found = feed(entry("First", guid="1"), entry("Other"), entry("Again", guid="1"))
    assert [one.title for one in found.articles] == ["First", "Other"]
    assert "listed twice" in found.odd[0]


def test_stories_without_guid_keep_none() -> None:
    bare = [f"<title>{name}</title><link>https://c.example/{name}</link>" for name in "ab"]
    assert [one.guid for one in feed(*bare).articles] == ["", ""]


def test_stories_that_all_link_to_the_front_page_are_told_apart_by_headline() -> None:
    bare = [f"<title>{name}</title><link>https://c.example/</link>" for name in "aab"]
    assert [one.title for one in feed(*bare).articles] == ["a", "b"]


def test_a_line_under_several_stories_is_the_sites_and_a_lead_never_is() -> None:
    texts = [f"<p>The same lead.</p><p>News {count}.</p><p>Our house, our rules.</p>" for count in range(3)]
    found = feed(
        *(entry(str(count), link=f"https://c.example/{count}", content=text) for count, text in enumerate(texts))
    )
    assert [one.paragraphs for one in found.articles] == [("The same lead.", f"News {count}.") for count in range(3)]


def test_entries_of_one_diary_page_are_told_apart() -> None:
    found = feed(*(entry(f"Note {mark}", link=f"https://c.example/day#{mark}", guid="day") for mark in "abc"))
    assert len(found.articles) == 3


@pytest.mark.parametrize(
    ("categories", "link", "section", "genre", "tags"),
    [
        (("Kazakhstan", "opinion"), "https://c.example/a", "opinion", Genre.OPINION, ("Kazakhstan",)),
        (("Мнения",), "https://c.example/a", "Мнения", Genre.OPINION, ()),
        (("Economy", "Ports", "ports"), "https://c.example/a", "Economy", Genre.NEWS, ("Economy", "Ports")),
        (("Uncategorized", "#Ports"), "https://c.example/a", "#Ports", Genre.NEWS, ("Ports",)),
        ((), "https://c.example/opinion/a", "opinion", Genre.OPINION, ()),
        ((), "https://c.example/a", "", Genre.NEWS, ()),
    ],
)
def test_the_section_map_gives_the_genre(
    categories: tuple[str, ...], link: str, section: str, genre: Genre, tags: tuple[str, ...]
) -> None:
    found = only(entry(link=link, more="".join(f"<category>{name}</category>" for name in categories)))
    assert (found.section, found.genre, found.tags) == (section, genre, tags)


@pytest.mark.parametrize(
    ("written", "authors"),
    [
        (("Dina Omarova", "By Timur Akhmet", "Dina Omarova"), ("Dina Omarova", "Timur Akhmet")),
        (("desk@courier.kz",), ()),
        (("desk@courier.kz (Dina Omarova)",), ("Dina Omarova",)),
        ((), ()),
    ],
)
def test_authors_are_names(written: tuple[str, ...], authors: tuple[str, ...]) -> None:
    found = only(entry(more="".join(f"<dc:creator>{name}</dc:creator>" for name in written)))
    assert found.authors == authors


def test_a_letter_cut_in_two_spoils_no_other() -> None:
    whole = "Порт Актау получил кредит на удвоение мощности"
    body = rss(entry(whole + "Я", link="https://c.example/1")).replace("Я".encode(), "Я".encode()[:1])
    (found,) = read(body, SOURCE).articles
    assert found.title == whole


def test_the_feeds_own_address_is_used_where_none_is_given() -> None:
    source = Source(id="s", url="https://c.example/news/feed")
    assert read(rss(entry(link="/a")), source).articles[0].url == "https://c.example/a"

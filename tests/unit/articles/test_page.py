"""What an article's own page adds to a feed's excerpt, and what it may not change."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.articles.page import read_page, with_earlier, with_page
from bot.model import Article, Genre, Source

MAIN = Source(id="main", url="https://courier.example/feed", sections=(("Opinion", Genre.OPINION),))
TOLD = Article("Port wins loan", "https://courier.example/port", source="main", guid="g", paragraphs=("The port …",))
TEXT = "The port of Aktau has won a loan of 48.6 billion tenge.\nWork begins in March.\nSign up for our newsletter"
LINKED = """
{"@context": "https://schema.org", "@graph": [{"@type": "WebPage", "name": "Not this"},
 {"@type": ["NewsArticle"], "headline": "Port &amp; loan", "description": "Grain capacity will double by 2028.",
  "author": [{"@type": "Person", "name": "Nurlan Bektemir"}, {"name": "https://x.example/me"}],
  "articleSection": "Business", "keywords": "Aktau, grain exports", "inLanguage": "en",
  "datePublished": "2026-11-16T09:00:00+05:00", "dateModified": "2026-11-16",
  "image": {"@type": "ImageObject", "url": "/i/port.jpg", "width": 1200, "caption": "The quay. Photo: Dina Omarova"}}]};
"""
GRAPH = """
<meta property="og:title" content="Port title"><meta property="og:description" content="A dek of the graph.">
<meta property="article:tag" content="ports"><meta property="article:tag" content="loans">
<meta property="og:image" content="https://courier.example/i/og.jpg"><meta property="og:image:alt" content="A crane.">
<meta property="article:published_time" content="2026-11-16T04:00:00Z">
"""


def page(*head, body=TEXT, **more):
    markup = f"<html lang='en'><head>{''.join(head)}</head><body><p>x</p></body></html>"
    return read_page(markup.encode(), lambda markup: body, **more)


def linked(text=LINKED):
    return f"<script type='application/ld+json'>{text}</script>"


def test_json_ld_is_believed_before_open_graph():
    found = page(GRAPH, linked())
    assert found.dek == "Grain capacity will double by 2028."
    assert (found.authors, found.section, found.tags) == (("Nurlan Bektemir",), "Business", ("Aktau", "grain exports"))
    assert found.published == datetime(2026, 11, 16, 4, tzinfo=UTC)
    assert found.photo
    assert (found.photo.url, found.photo.width) == ("/i/port.jpg", 1200)


def test_open_graph_stands_in_where_there_is_no_json_ld():
    found = page(GRAPH)
    assert (found.title, found.dek, found.tags) == ("Port title", "A dek of the graph.", ("ports", "loans"))
    assert found.photo
    assert found.photo.alt == "A crane."
    assert found.published == datetime(2026, 11, 16, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[[[[[[[[[[1]]]]]]]]]]", "null", '{"@type": 7}', "{&quot;@type&quot;: 1", '"NewsArticle"', "[" * 5000],
)
def test_broken_json_ld_costs_nothing_but_its_words(text):
    assert page(linked(text), GRAPH).title == "Port title"


@pytest.mark.parametrize("markup", [b"", b"\x00", b"<", b"\xff\xfe", b"<html><!-- -->", "жаңалық".encode("utf-16")])
def test_what_is_no_page_says_nothing(markup):
    found = read_page(markup, lambda markup: "")
    assert (found.title, found.text, found.photo) == ("", "", None)


def test_a_day_without_a_zone_is_no_moment():
    assert page(linked(LINKED.replace("T09:00:00+05:00", "T09:00:00"))).published is None


def test_the_page_fills_what_the_feed_leaves_out_and_its_boilerplate_stays_there():
    found = with_page(TOLD, page(GRAPH, linked()), MAIN)
    assert found.title == "Port wins loan", "the feed's word stands"
    assert found.paragraphs == ("The port of Aktau has won a loan of 48.6\u00a0billion tenge.", "Work begins in March.")
    assert (found.dek, found.authors) == ("Grain capacity will double by 2028.", ("Nurlan Bektemir",))
    assert (found.section, found.tags) == ("Business", ("Business", "Aktau", "grain exports"))
    assert found.photo
    assert (found.photo.url, found.photo.credit) == (
        "https://courier.example/i/port.jpg",
        "Dina Omarova",
    )


def test_a_whole_text_of_the_feed_is_not_replaced_by_a_shorter_one():
    whole = replace(TOLD, paragraphs=(TEXT.splitlines()[0], "Much more was said about it in the feed. " * 5))
    assert with_page(whole, page(body="The port."), MAIN).paragraphs == whole.paragraphs


def test_the_page_files_an_opinion_where_the_feed_names_no_section():
    opinion = page(linked(LINKED.replace('"Business"', '"Opinion"')))
    assert with_page(TOLD, opinion, MAIN).genre is Genre.OPINION
    assert with_page(replace(TOLD, section="News"), opinion, MAIN).genre is Genre.NEWS


def test_what_a_page_said_before_serves_while_it_cannot_be_read():
    known = with_page(TOLD, page(GRAPH, linked()), MAIN)
    again = with_earlier(replace(TOLD, title="Port wins a loan"), known)
    assert (again.title, again.paragraphs, again.dek) == ("Port wins a loan", known.paragraphs, known.dek)

"""HTML of articles on our pages: it cannot act, load, or pass for a part of the page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from lxml import html

from bot.desk.cleaning import clean

VECTORS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id='</style><img onerror=alert(1) src>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' java\tscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<p style='position:fixed;inset:0'>x</p>",
    "<p hx-get='/queue' hx-trigger='load'>x</p>",
    "<p data-hx-post='/approve' hx-on:click='x()' hx-swap-oob='true' id='told'>x</p>",
    "<a hx-boost='true' href='https://x.example' ping='https://evil.example' target='_top'>x</a>",
    "<iframe src='https://evil.example'></iframe><object data=x></object><embed src=x>",
    "<form action='/approve' method=post><button>x</button></form><input autofocus onfocus=alert(1)>",
    "<base href='https://evil.example'><link rel=stylesheet href=x><meta http-equiv=refresh content='0;x'>",
    "<template><script>alert(1)</script></template><div><slot></div>",
    "<img src='https://tracker.example/pixel.gif'><picture><source srcset=x></picture><video src=x poster=y>",
    "<p onclick=alert(1) onmouseover='x' class='preview' id='main' name='x' slot='y' is='z'>x</p>",
    "<p title='</noscript><img src=x onerror=alert(1)>' lang=kk>x</p>",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<p><b>unclosed <i>crossed</b> words</i>",
    "\x00<scr\x00ipt>alert(1)</script>",
)
REL = "noopener noreferrer nofollow"
TAGS = {
    *("p", "br", "b", "strong", "i", "em", "blockquote", "ul", "ol", "li"),
    *("a", "figure", "figcaption", "sub", "sup"),
}


def check(dirty: str) -> None:
    once = clean(dirty)
    page = html.fragment_fromstring(str(once), create_parent="main")
    for each in page.iterdescendants():
        assert each.tag in TAGS
        assert set(each.attrib) <= ({"href", "rel", "lang"} if each.tag == "a" else {"lang"})
        assert each.get("href", "https://x").lower().startswith(("https://", "http://"))
        if each.tag == "a":
            assert each.get("rel") == REL
    # What a browser makes of it is cleaned to the same: nothing changes its meaning when it is read again.
    assert clean(str(once)) == once


@pytest.mark.parametrize("dirty", VECTORS)
def test_nothing_that_acts_or_loads_is_left(dirty: str) -> None:
    check(dirty)


@given(
    st.lists(st.sampled_from([*VECTORS, "<", ">", "</p>", "<p>", "'", '"', "<!--", "-->", "</style>", "&lt;", "<a "]))
)
def test_nothing_is_left_of_any_mixture(pieces: list[str]) -> None:
    check("".join(pieces))


@pytest.mark.parametrize("address", ["/approve?all=1", "queue", "//evil.example", "#main", "?x", "https:queue", ""])
def test_an_address_that_would_lead_into_the_desk_is_dropped(address: str) -> None:
    assert "href" not in clean(f"<a href='{address}'>x</a>")


def test_an_article_s_words_emphasis_lists_and_links_stay() -> None:
    link = '<a href="https://x.example/?a=1&amp;b=2"{}>Aktau</a>'
    told = f'<p lang="en">The <b>port</b> of {link} &amp; <em>more</em></p><ul><li>x</li></ul>'
    assert clean(told.format("")) == told.format(f' rel="{REL}"')


def test_a_page_shows_it_as_html() -> None:
    page = Environment(autoescape=True).from_string("{{ it }}")
    assert page.render(it=clean("<p>Port</p>")) == "<p>Port</p>"


@pytest.mark.parametrize("tag", ["script", "style", "template", "noscript", "iframe", "object", "svg", "math", "title"])
def test_what_readers_of_the_site_never_saw_is_not_shown_as_words(tag: str) -> None:
    assert clean(f"<p>The port</p><{tag}>var x</{tag}>") == "<p>The port</p>"

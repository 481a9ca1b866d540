import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.articles.clean import clean
from bot.articles.feed import Unreadable, read
from bot.articles.html import blocks, headline
from tests.unit.articles.given import SOURCE, entry, only, rss
from tests.unit.articles.test_text import BOILERPLATE

WHOLE = rss(
    entry(
        "Порт получил кредит",
        link="https://c.example/1",
        content="<p>Он &amp;nbsp; &#8212; <b>два</b>.</p><img src='/a'>",
    ),
    entry("Second", link="https://c.example/2", summary="Short […]", more="<category>A</category>"),
)
JSON = (
    b'{"version":"https://jsonfeed.org/version/1.1","title":"C","items":[{"id":"1","url":"https://c.example/1","title":"A",'
    b'"content_html":"<p>B</p>","tags":["x"],"authors":[{"name":"N"}],"date_published":"2026-11-20T04:00:00Z"}]}'
)


def survives(body: bytes) -> None:
    try:
        found = read(body, SOURCE, content_type="text/xml; charset=koi8-r")
    except Unreadable:
        return
    assert all(one.title and one.url for one in found.articles)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    survives(body)
    survives(b"<rss><channel><item><title>" + body)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from([WHOLE, JSON]), st.data())
def test_a_mutated_feed_is_read_or_refused(body: bytes, draw: st.DataObject) -> None:
    start = draw.draw(st.integers(0, len(body)))
    end = draw.draw(st.integers(start, min(len(body), start + 40)))
    bits = st.sampled_from(
        [
            b"",
            b"<",
            b">",
            b"&",
            b"&#x110000;",
            b"&#99999999;",
            b"]]>",
            b"\x00",
            b"\xff",
            b"null",
            b"{",
            b"-1",
            b"<item>",
        ]
    )
    survives(body[:start] + draw.draw(bits) + body[end:])


@settings(max_examples=80, deadline=None)
@given(st.text(st.sampled_from([*"<>/&;#='\"abp 1\n\u00a0"]), max_size=60))
def test_any_fragment_is_text_without_loose_ends(fragment: str) -> None:
    for block in blocks(fragment):
        assert block.text == block.text.strip()
        assert "  " not in block.text
    assert headline(fragment) == headline(fragment).strip()


SENTENCES = [
    "The port of Aktau grows.",
    "Порт растёт.",
    "Порт өсіп келеді.",
    "“We are glad,” he said.",
    "It costs 5 million.",
]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.sampled_from([*BOILERPLATE, *SENTENCES]), min_size=1, max_size=6),
    st.sampled_from(["</p><p>", " ", "<br>"]),
    st.sampled_from(["en", "ru", "kk"]),
)
def test_boilerplate_never_survives_wherever_it_stands(lines: list[str], joint: str, language: str) -> None:
    found = only(entry("Port", content=f"<p>{joint.join(lines)}</p>", summary=lines[0]))
    left = " ".join((found.dek, *found.paragraphs))
    for word in (
        "Sign up",
        "ubscribe",
        "Photo credit",
        "appeared first",
        "rights reserved",
        "одписывайтесь",
        "жазылыңыз",
    ):
        assert word not in left
    again = clean(found.paragraphs, language)
    assert again.paragraphs == found.paragraphs


HOSTILE = [
    "<b>",
    "<",
    "&amp;",
    '“ « ( ‘ "',
    "A. ",
    "Photo: ",
    "ASTANA, ",
    " .",
    "A",
    "[(",
    "<!--",
    "<p ",
    "/ab.A",
    "@aa.",
    ". “",
]


@pytest.mark.parametrize("part", HOSTILE)
def test_a_flood_of_one_sign_ends(part: str) -> None:
    """Each of these once was, or may become, a pattern that takes minutes; here they take milliseconds."""
    survives(rss(entry(part * 20_000, content=part * 40_000, summary=part * 20_000)))

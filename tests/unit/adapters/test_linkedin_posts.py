"""LinkedIn's little text says what was meant, whatever signs are in it, and its posts carry what they should."""

import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.contract import Card, Limits, Mark, Post
from adapters.emulators.linkedin_text import read_little
from adapters.linkedin_posts import born, commentary, escape, measure, request, unescape

LINK = "https://courier.example/a_(b)~c"
_WORDS = st.text(st.one_of(st.sampled_from(string.punctuation + " \n"), st.characters(codec="utf-8")), max_size=80)


@given(text=_WORDS)
def test_escaping_loses_nothing_here_and_before_readers(text: str) -> None:
    assert unescape(escape(text)) == text
    assert read_little(escape(text))[0] == text


@given(before=_WORDS, after=_WORDS, tag=st.sampled_from(["Астана", "CaspianSea", "grain_exports", "A1"]))
def test_a_tag_is_one_for_readers_whatever_stands_around_it(before: str, after: str, tag: str) -> None:
    text = f"{before} #{tag} {after}"
    at = len(before) + 1
    little = commentary(Post(text, (Mark(at, at + len(tag) + 1, "tag", tag),)))
    seen, marks = read_little(little)
    assert (seen, unescape(little)) == (text, text)
    assert ("tag", tag) in {(kind, value) for start, _, kind, value in marks if start == at}


def test_every_reserved_sign_is_escaped() -> None:
    assert escape("a|{}@[]()<>#*_~\\ $93 —") == r"a\|\{\}\@\[\]\(\)\<\>\#\*\_\~\\ $93 —"


def test_hidden_addresses_are_written_out_and_tags_stay_where_they_are() -> None:
    text = "Read more on #Aktau"
    post = Post(text, (Mark(0, 9, "link", LINK), Mark(13, 19, "tag", "Aktau")))
    assert commentary(post) == r"Read more \(" + escape(LINK) + r"\) on {hashtag|\#|Aktau}"


def test_a_mention_read_back_is_its_name() -> None:
    assert unescape(r"By @[Kaz\_inform](urn:li:organization:7) today \(1\)") == "By Kaz_inform today (1)"


def test_the_length_counts_escapes_and_units() -> None:
    post, limits = Post("(a) 🚂"), Limits(text=8)
    assert measure(post, limits) == ()
    ((field, have, most),) = ((p.field, p.have, p.most) for p in measure(post, replace(limits, text=7)))
    assert (field, have, most) == ("text", 8, 7)


@pytest.mark.parametrize(
    ("card", "article"),
    [
        (Card(LINK, "Port", "It grows"), {"source": LINK, "title": "Port", "description": "It grows"}),
        (Card(LINK, " "), {"source": LINK, "title": "courier.example"}),
    ],
)
def test_a_card_is_told_in_full_as_nothing_is_fetched(card: Card, article: dict[str, str]) -> None:
    made = request(Post("Port", card=card), "urn:li:organization:1")
    assert made["content"] == {"article": article}
    assert made["commentary"] == "Port"


def test_the_number_of_a_post_tells_its_day_or_nothing() -> None:
    at = born("urn:li:share:7141138937766391808")
    assert at is not None
    assert at.date().isoformat() == "2023-12-14"
    assert born("urn:li:share:77") is None
    assert born(f"urn:li:share:{10**40}") is None

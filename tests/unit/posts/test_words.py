"""Filters, markup and the frozen form of a post."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest

from adapters.contract import Card, Mark, Media, Post, Receipt
from bot.posts.filters import FILTERS, Day, Names, Passage, shorten, tag_words
from bot.posts.frozen import digest, dump, load
from bot.posts.markup import Styled, mark_words, parse, tidy
from bot.posts.words import words_of

TAGS = {
    "local budgets": "LocalBudgets",
    "women’s rights": "WomensRights",
    "COVID-19": "COVID19",
    "Ust-Kamenogorsk": "UstKamenogorsk",
    "Азия чемпионаты": "АзияЧемпионаты",
    "ДТП": "ДТП",
    "#Aktau": "Aktau",
    "iPad": "iPad",
    "2026": "",
    "1 May": "",
    "Q&A": "",
    "QEMU 10.1": "",
    "x": "",
    "": "",
    "many words " * 10: "",
}


@pytest.mark.parametrize(("tag", "word"), TAGS.items())
def test_a_tag_becomes_one_word_a_screen_reader_can_read_or_nothing(tag: str, word: str) -> None:
    assert tag_words((tag,)) == ((word,) if word else ())


def test_no_hashtag_comes_twice() -> None:
    assert tag_words(("Aktau", "aktau", "AKTAU")) == ("Aktau",)


SHORTENED = {
    # headline: at most 60 characters of it
    "В Алматы впервые за сорок лет покажут фильм «Тихая степь», копию которого собирали по кадрам": (
        "В Алматы впервые за сорок лет покажут фильм «Тихая степь»"
    ),
    "Kazakhstan plans to double its grain exports: railways, ports and silos are to be built": (
        "Kazakhstan plans to double its grain exports"
    ),
}


@pytest.mark.parametrize(("title", "short"), SHORTENED.items())
def test_a_headline_is_cut_at_its_last_clause(title: str, short: str) -> None:
    assert shorten(title, 60, words_of("ru" if title[0] == "В" else "en")) == short


@pytest.mark.parametrize(
    "title",
    [
        "Lake Balkhash will lose a third of its water within ten years, the ministry of ecology said",
        "“We turn every ship away each October because there is no berth left for any of them here”",
        "Озеро Балхаш потеряет треть воды в течение десяти лет, сообщили в министерстве экологии",
        "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstellenleiterin",
    ],
)
def test_a_headline_is_left_whole_where_a_cut_would_distort_it(title: str) -> None:
    assert shorten(title, 60, words_of("ru" if title[0] == "О" else "en")) == title


def test_a_cut_at_a_word_shows_itself_and_ends_on_no_number_or_small_word() -> None:
    title = "Kazakhstan plans to double exports of grain through the port of Aktau to 3 million tons"
    for most in range(40, len(title)):
        short = shorten(title, most, words_of("en"))
        assert len(short) <= most
        assert short.endswith("…")
        assert title.startswith(short[:-1])
        assert short[:-1].rsplit(" ", 1)[-1] not in ("the", "of", "to", "3")


FILTERED = [
    ("sentences", Passage(("A.", "B.", "C.")), (2,), "A. B."),
    ("sentences", "It is so. He left. All went.", (1,), "It is so."),
    ("stop", "No end", (), "No end."),
    ("stop", "It ends.”", (), "It ends.”"),
    ("stop", "", (), ""),
    ("label", "A / B", ("photo",), "Photo: A / B"),
    ("label", "", ("photo",), ""),
    ("byline", Names(("A",)), (), "By A"),
    ("byline", Names(("A", "B", "C")), (), "By A, B and C"),
    ("byline", Names(), (), ""),
    ("date", Day(datetime(2026, 5, 9, tzinfo=UTC), "ru"), ("month year",), "май 2026"),
    ("date", Day(datetime(2026, 5, 9, tzinfo=UTC), "ru"), ("day month",), "9\u00a0мая"),
    ("date", Day(datetime(2026, 5, 9, tzinfo=UTC), "kk"), ("month year",), "2026\u00a0жылғы мамыр"),
    ("date", Day(datetime(2026, 5, 9, tzinfo=UTC), "en"), ("day month year",), "May 9, 2026"),
    ("date", Day(None, "en"), ("month year",), ""),
    ("unless_same_as_title", "Grain port grows.", (), ""),
    ("unless_same_as_title", "A loan was signed.", (), "A loan was signed."),
    ("trim", "MARK: ", (), "MARK:"),
    ("upper", "ә", (), "Ә"),
]


@pytest.mark.parametrize(("name", "value", "given", "wanted"), FILTERED)
def test_a_filter_gives(name: str, value: object, given: tuple[object, ...], wanted: str) -> None:
    context = {"language": "en", "title": "Grain port grows"}
    assert str(FILTERS[name].run(context, value, *given)) == wanted


def test_marks_stay_on_their_words_when_the_words_are_tidied() -> None:
    styled = tidy(parse("\n\n  <b>MARK <a href='x'>Title</a> </b>  x\n -- \n\n\n\nAnd  <i>cafe\u0301</i>  \n"))
    assert styled.text == "MARK Title x\n\nAnd café"
    assert [(styled.text[m.start : m.end], m.kind) for m in styled.marks] == [
        ("MARK Title", "bold"),
        ("Title", "link"),
        ("café", "italic"),
    ]


def test_entities_are_read_once() -> None:
    assert parse("a &amp;lt; b &lt;b&gt; <b></b>").text == "a &lt; b <b> "
    assert tidy(parse("<b> </b>x")).marks == ()


def test_a_fragment_of_an_address_is_no_hashtag() -> None:
    marks = mark_words(Styled("See https://a.example/x#Part1. #Tag, a#b &#39 #1st"), address="").marks
    assert [(m.kind, m.value) for m in marks] == [("link", "https://a.example/x#Part1"), ("tag", "Tag")]


def test_a_known_address_is_marked_to_its_last_character() -> None:
    address = "https://a.example/who?"
    assert mark_words(Styled(f"See {address}"), address=address).marks == (Mark(4, 26, "link", address),)


FULL = Post(
    "Текст 🚄",
    marks=(Mark(0, 5, "bold"),),
    lang="ru",
    card=Card("https://a.example/1", "T", thumb=Media("ab", "image/jpeg", 3, open=BytesIO)),
    media=(Media("cd", "image/png", 4, alt="A", open=BytesIO),),
    tags=("A",),
    parent=Receipt("1", ids=("1", "2")),
    options={"silent": "yes"},
)


def test_a_frozen_post_comes_back_as_it_was_and_keeps_its_digest() -> None:
    assert load(dump(FULL)) == FULL
    assert digest(load(dump(FULL))) == digest(FULL)
    assert digest(replace(FULL, parent=None)) == digest(replace(FULL, parent=Receipt("7"))) == digest(FULL)
    assert "🚄" in dump(FULL)
    assert "open" not in dump(FULL)


def test_the_digest_of_a_plain_post_never_changes() -> None:
    assert dump(Post("x")) == '{"text":"x"}'
    assert digest(Post("x")) == "fcd1ccec08db6f78a81fee6c26da9e6b8d0d3ba58b4403713fffebcfaa6cf119"

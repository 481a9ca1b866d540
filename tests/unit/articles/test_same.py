from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.articles.address import guid_key, url_key
from bot.articles.same import containment, known, match, shingles
from bot.model import Article
from tests.unit.articles.given import NOW

WORDS = """the terminal on the caspian has secured a loan of 48 billion tenge to double its yearly capacity construction
starts in march and should finish by autumn 2028 the operator said on wednesday grain traders look west across the sea
since the northern route closed last year and ships now wait nine days for a berth at the old pier near the city"""
OTHER = """deputies voted for a bill that lets residents of pilot districts choose benches lamps and playgrounds
by themselves opponents call the turnout threshold too low while a trial in two districts drew many voters last spring
officials will publish rules by september if the senate approves what the lower house passed after a loud debate"""
PORT = Article(
    title="Port wins loan",
    url="https://courier.example/2026/11/port-wins-loan",
    guid="https://courier.example/?p=17",
    source="en",
    paragraphs=(WORDS,),
    published=NOW,
)


def a(**changes: object) -> Article:
    given: dict[str, object] = {
        name: getattr(PORT, name) for name in ("title", "url", "guid", "source", "paragraphs", "published")
    }
    return Article(**{**given, **changes})  # type: ignore[arg-type]  # a test names the fields it changes


def rule(new: Article, old: Article, *, is_in_feed: bool = False) -> str:
    found = match(new, [known(old, story="s1", seen=NOW, is_in_feed=is_in_feed)], seen=NOW)
    return found.rule if found else ""


ELSEWHERE = {"guid": "99", "url": "https://courier.example/2026/11/elsewhere"}
GUID, ADDRESS = "same guid in the same source", "same address"
HEADLINE, TEXT = "same headline and text within 48 hours in the same source", "same text in another source"
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, GUID),
        ({"guid": "http://www.courier.example/?p=17", "url": "https://courier.example/x"}, GUID),
        ({"title": "Another headline", "url": "https://courier.example/x", "paragraphs": (OTHER,)}, GUID),
        ({"guid": "99"}, ADDRESS),
        ({"guid": "", "url": "http://www.courier.example/2026/11/port-wins-loan/?utm_source=rss#comments"}, ADDRESS),
        (ELSEWHERE, HEADLINE),
        ({**ELSEWHERE, "title": "PORT “wins”  loan", "published": NOW + DAY}, HEADLINE),
        ({**ELSEWHERE, "published": NOW + 2.1 * DAY}, ""),
        ({**ELSEWHERE, "paragraphs": (OTHER,), "published": NOW + DAY}, ""),
        ({**ELSEWHERE, "paragraphs": ()}, ""),
        ({**ELSEWHERE, "title": "Another headline"}, ""),
        ({**ELSEWHERE, "source": "ru"}, TEXT),
        ({**ELSEWHERE, "source": "ru", "title": "Another headline", "published": NOW + 9 * DAY}, TEXT),
        ({**ELSEWHERE, "source": "ru", "paragraphs": (OTHER,)}, ""),
        ({**ELSEWHERE, "source": "ru", "paragraphs": (WORDS[:150],)}, TEXT),
        ({**ELSEWHERE, "source": "ru", "paragraphs": (WORDS[:150],), "published": NOW + 3 * DAY}, ""),
        ({**ELSEWHERE, "source": "ru", "paragraphs": (WORDS[:150],), "title": "Digest"}, ""),
        ({**ELSEWHERE, "source": "ru", "paragraphs": (WORDS[:150].replace("48", "50"),)}, ""),
        ({**ELSEWHERE, "source": "ru", "paragraphs": (WORDS[:70],)}, ""),
        (
            {
                "guid": "https://courier.example/?p=17",
                "source": "ru",
                "url": "https://c.example/b",
                "paragraphs": (OTHER,),
            },
            "",
        ),
        ({"source": "ru", "paragraphs": (OTHER,)}, ADDRESS),
    ],
)
def test_a_story_is_known_again_in_both_orders(changes: dict[str, object], expected: str) -> None:
    assert rule(a(**changes), PORT) == expected
    assert rule(PORT, a(**changes)) == expected


def test_a_headline_without_text_counts_only_when_the_older_story_has_left_the_feed() -> None:
    old, new = a(paragraphs=()), a(**ELSEWHERE, paragraphs=(), published=NOW + DAY)
    assert rule(new, old, is_in_feed=False) == HEADLINE
    assert rule(new, old, is_in_feed=True) == ""


def test_a_daily_column_is_a_new_story_every_day() -> None:
    monday = "Exchange rates on {}: the dollar stands at {} tenge, the euro at {}, the ruble at {}, the yuan at {}."
    old = a(
        title="Rates", guid="1", url="https://c.example/r1", paragraphs=(monday.format("Monday", 498.5, 540, 6.1, 69),)
    )
    new = a(
        title="Rates",
        guid="2",
        url="https://c.example/r2",
        paragraphs=(monday.format("Tuesday", 499.2, 541, 6.2, 68),),
        published=NOW + DAY,
    )
    assert rule(new, old, is_in_feed=True) == ""


def test_two_sources_may_have_lines_of_rates_of_one_pattern() -> None:
    line = (
        "Exchange rates in Astana: the dollar is bought at {} tenge and sold at {}, the euro at {} and the yuan at {}."
    )
    old = a(title="Rates", guid="1", url="https://c.example/r1", paragraphs=(line.format(498.5, 501, 540, 69),))
    new = a(
        title="Rates", guid="2", url="https://c.example/r2", paragraphs=(line.format(498.5, 501, 541, 69),), source="b"
    )
    assert rule(new, old) == ""


def test_a_story_without_names_is_nobody() -> None:
    blank = a(title="", guid="", url="https://courier.example/", paragraphs=())
    assert rule(blank, blank) == ""


def test_a_story_without_guid_and_address_is_not_new_with_every_fetch() -> None:
    bare = a(guid="", url="https://courier.example/", paragraphs=(), published=None)
    old = known(bare, story="s1", seen=NOW - 9 * DAY, is_in_feed=True)
    assert match(bare, [old], seen=NOW) is not None
    assert match(a(guid="", url="https://courier.example/", title="Other"), [old], seen=NOW) is None


def test_entries_of_one_diary_page_stay_apart() -> None:
    one, two = (
        a(guid="1", url="https://c.example/day#a", title="A"),
        a(guid="2", url="https://c.example/day#b", title="B"),
    )
    assert rule(one, two) == ""


def test_a_missing_date_is_the_moment_of_the_fetch() -> None:
    late = known(a(published=None), story="s1", seen=NOW - 3 * DAY, is_in_feed=False)
    assert match(a(**ELSEWHERE, published=None), [late], seen=NOW) is None
    assert match(a(**ELSEWHERE, published=None), [late], seen=NOW - 2 * DAY) is not None


def test_a_guid_wins_over_an_address() -> None:
    by_url = known(a(guid="5"), story="by address", seen=NOW, is_in_feed=True)
    by_guid = known(a(url="https://c.example/x"), story="by guid", seen=NOW, is_in_feed=True)
    found = match(PORT, [by_url, by_guid], seen=NOW)
    assert found is not None
    assert (found.story, found.rule) == ("by guid", GUID)


def test_shingles_are_the_same_in_every_process() -> None:
    assert shingles(a(paragraphs=("One two, three FOUR!",))) == frozenset({1836196124012518098})


@pytest.mark.parametrize(
    "url",
    [
        "http://courier.example/2026/11/port-wins-loan",
        "https://www.courier.example/2026/11/port-wins-loan/",
        "https://m.courier.example/2026/11/port-wins-loan",
        "https://COURIER.example:443/2026/11/Port-Wins-Loan",
        "https://courier.example//2026/11/port-wins-loan#respond",
        "https://courier.example/2026/11/port-wins-loan?utm_source=x&utm_medium=y",
        "https://courier.example/2026/11/port-wins-loan?fbclid=1&ref=tw",
        "https://courier.example/2026/11/port-wins-loan/amp/",
        "https://courier.example/2026/11/port-wins-loan?amp=1",
        "https://courier.example/amp/2026/11/port-wins-loan",
        "https://amp.courier.example/2026/11/port-wins-loan",
        "https://courier.example/2026/11/port-wins-loan/index.html",
        "https://courier.example/2026/11/port%2Dwins%2Dloan?",
        " https://courier.example/2026/11/port-wins-loan ",
    ],
)
def test_spellings_of_one_address_are_one(url: str) -> None:
    assert url_key(url) == "courier.example/2026/11/port-wins-loan"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("https://c.example/?p=17", "https://c.example/?p=18"),
        ("https://c.example/news/17", "https://c.example/news/18"),
        ("https://c.example/p/AbC", "https://c.example/p/aBc"),
        ("https://c.example/kk/a", "https://c.example/ru/a"),
        ("https://kk.c.example/a", "https://ru.c.example/a"),
        ("https://c.example/a?page=1", "https://c.example/a?page=2"),
        ("https://c.example:8080/a", "https://c.example/a"),
        ("https://c.example/campaign", "https://c.example/camp"),
        ("https://c.example/a?id=1&lang=kk", "https://c.example/a?id=1&lang=ru"),
    ],
)
def test_different_addresses_stay_apart(one: str, two: str) -> None:
    assert url_key(one) != url_key(two)


def test_the_order_of_a_query_does_not_matter() -> None:
    assert url_key("https://c.example/a?x=1&y=2") == url_key("https://c.example/a?y=2&x=1")


@pytest.mark.parametrize("url", ["https://courier.example/", "https://courier.example", "port-17", "", "http://[x"])
def test_what_names_no_single_story_has_no_key(url: str) -> None:
    assert url_key(url) == ""


def test_a_guid_is_its_own_without_scheme_and_www() -> None:
    assert guid_key("http://www.c.example/?p=1") == guid_key("https://c.example/?p=1") == "c.example/?p=1"
    assert guid_key("Tag:c,2026:1") == "Tag:c,2026:1"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60) | st.text("htps:/w.?&=#%[]@-1", max_size=40).map("https://c.example/".__add__))
def test_keys_are_made_of_anything(text: str) -> None:
    assert isinstance(url_key(text), str)
    assert guid_key(guid_key(text)) is not None


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(WORDS.split()), max_size=80), st.data())
def test_a_cut_text_is_contained_in_the_whole(words: list[str], draw: st.DataObject) -> None:
    part = words[: draw.draw(st.integers(0, len(words)))]
    whole, cut = shingles(a(paragraphs=(" ".join(words),))), shingles(a(paragraphs=(" ".join(part),)))
    assert containment(whole, cut) == (1.0 if cut else 0.0)


def test_now_is_never_asked_of_the_machine() -> None:
    assert known(a(published=None), story="s", seen=NOW, is_in_feed=True).at == datetime(
        2026, 11, 20, 12, tzinfo=NOW.tzinfo
    )

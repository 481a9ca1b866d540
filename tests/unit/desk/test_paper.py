"""Pages: whole or in part, in the reader's language and colours, by the newsroom's clock."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.desk.languages import Manner
from bot.desk.paper import LOOK, render, sheets, theme_of
from tests.unit.desk.gallery import ZONE, asked, draw, here
from tests.unit.small_newsroom import START, Clock

PROBLEM = {"heading": "Not <here>", "said": "See `jarshy queue`.", "then": "Go back.", "number": "ab12"}


def written(seen, **more):
    return render(seen, "problem.html", **(PROBLEM | more)).body.decode()


def test_a_browser_gets_the_whole_page():
    page = written(here(asked()))
    assert page.startswith("<!doctype html>")
    assert '<html lang="en" data-theme="auto">' in page
    assert "The Steppe Courier" in page


def test_what_people_and_feeds_wrote_is_never_markup():
    page = written(here(asked(), name="<b>aigul"))
    assert "Not &lt;here&gt;" in page
    assert "<b>" not in page


def whole(name):
    """A page template with all it includes and imports."""
    text = (LOOK / name).read_text("utf-8")
    parts = re.findall(r'{% (?:include|import) "([^"]+)" (?:as|%})', text)
    return text + "".join(whole(each) for each in parts)


def test_a_page_on_which_something_is_written_keeps_it():
    pages = [each.name for each in LOOK.glob("*.html") if "{% extends" in each.read_text("utf-8")]
    writing = [name for name in pages if re.search(r'data-draft|draft="', whole(name))]
    assert len(writing) >= 5
    assert [name for name in writing if not re.search(r'script\("(drafts|editor)\.js"\)', whole(name))] == []


def test_indents_do_not_travel_and_what_people_wrote_keeps_its_own():
    page = written(here(asked()), said="one\n  two")
    assert not re.search(r"^[ \t]+<", page, re.MULTILINE)
    assert "one\n  two" in page


def test_the_address_of_a_post_is_a_link_that_shows_where_it_leads():
    page = written(here(asked()), said="Published (https://t.me/steppe/1?a=1&b=2). <b>(javascript:x)</b>")
    assert 'Published (<a href="https://t.me/steppe/1?a=1&amp;b=2">t.me</a>). &lt;b&gt;(javascript:x)' in page


def test_a_sentences_commands_are_shown_as_code():
    assert "See <code>jarshy queue</code>." in written(here(asked()))


@pytest.mark.parametrize(
    ("target", "begins"), [("main#main", "<h1>"), ("div#fragment", '<div class="told"'), ("p", "<h1>")]
)
def test_htmx_gets_the_block_named_as_what_it_fills(target, begins):
    page = written(here(asked(hx_request="true", hx_request_type="partial", hx_target=target)))
    assert page.startswith(begins)
    assert "<html" not in page


def test_htmx_gets_the_whole_page_where_it_wants_to_choose_from_it():
    assert "<html" in written(here(asked(hx_request="true", hx_request_type="full")))


def test_a_notice_stands_on_the_page_and_beside_a_part_of_it():
    whole = written(here(asked()), told="Approved <1>.")
    part = written(here(asked(hx_request_type="partial")), told="Approved <1>.")
    assert '<div id="told" role="status" aria-live="polite"><div class="told"' in whole
    assert '<div id="told" hx-swap-oob="innerHTML"><div class="told"' in part
    assert "Approved &lt;1&gt;." in part


@pytest.mark.parametrize(("cookie", "theme"), [("theme=dark", "dark"), ("theme=%22%3E", "auto"), ("a=b", "auto")])
def test_colours_are_as_the_reader_chose_them(cookie, theme):
    seen = here(asked(cookie=cookie))
    assert theme_of(seen) == theme
    assert f'data-theme="{theme}"' in written(seen)


@pytest.mark.parametrize(
    ("wanted", "language"),
    [("ru-RU,ru;q=0.9,en;q=0.8", "ru"), ("de-DE, kk;q=0.5, en;q=0.1", "kk"), ("de", "en"), ("", "en")],
)
def test_whoever_has_not_signed_in_reads_the_browsers_language(wanted, language):
    assert f'<html lang="{language}"' in written(here(asked(accept_language=wanted), name=""))


def test_a_person_reads_the_own_language_whatever_the_browser_wants():
    assert '<html lang="kk"' in written(here(asked(accept_language="ru"), language="kk"))


def test_pages_are_shown_to_those_who_signed_in_only():
    assert "/approvals" not in written(here(asked(), name=""))


def test_the_page_we_are_on_is_marked():
    assert '<a href="/queue" aria-current="page">' in written(here(asked("/queue/week")))
    assert '<a href="/" aria-current' not in written(here(asked("/queue/week")))


def test_whoever_changes_colours_comes_back_to_the_same_place():
    assert '<input type="hidden" name="next" value="/audit?person=aigul&amp;page=2">' in written(
        here(asked("/audit", query="person=aigul&page=2"))
    )
    assert 'name="next" value="/"' in written(here(asked("/approve/7", method="POST")))


def test_single_keys_can_be_switched_off():
    assert "data-shortcuts" in written(here(asked()))
    assert "data-shortcuts" not in written(here(asked(), has_shortcuts=False))


def test_a_name_that_no_page_was_given_is_an_error_and_not_an_empty_place():
    with pytest.raises(Exception, match="heading"):
        render(here(asked()), "problem.html", said="", then="", number="")


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(0), "0 seconds"),
        (timedelta(seconds=90), "1 minute 30 seconds"),
        (timedelta(hours=6), "6 hours"),
        (timedelta(days=1, minutes=5), "1 day 5 minutes"),
    ],
)
def test_spans_are_written_to_the_second(length, said):
    assert Manner("en", "Asia/Almaty", Clock()).span(length) == said


@pytest.mark.parametrize(
    ("language", "same_day", "this_year", "long_ago"),
    [
        ("en", "11:00", "3 January, 11:00", "22 November 2025, 11:00"),
        ("ru", "11:00", "3 января, 11:00", "22 ноября 2025\u202fг., 11:00"),
        ("kk", "11:00", "3 қаңтар, 11:00", "2025\u202fж. 22 қараша, 11:00"),
    ],
)
def test_moments_are_written_by_the_newsrooms_clock(language, same_day, this_year, long_ago):
    manner = Manner(language, ZONE, Clock())
    assert manner.moment(START) == same_day
    assert manner.moment(START.replace(month=1, day=3)) == this_year
    assert manner.moment(START - timedelta(days=365)) == long_ago


@pytest.mark.parametrize(
    ("language", "past", "this_moment", "future"),
    [
        ("en", "5 minutes ago", "1 second ago", "in 2 hours"),
        ("ru", "5 минут назад", "1 секунду назад", "через 2 часа"),
        ("kk", "5 минут бұрын", "1 секунд бұрын", "2 сағаттан кейін"),
    ],
)
def test_spans_are_counted_from_now(language, past, this_moment, future):
    manner = Manner(language, ZONE, Clock())
    assert manner.ago(START - timedelta(minutes=5)) == past
    assert manner.ago(START) == this_moment
    assert manner.ago(START + timedelta(hours=2)) == future


@pytest.mark.parametrize(
    ("language", "number", "money", "mill"),
    [
        ("en", "12,345.6", "$0.20", "$0.015"),
        ("ru", "12\xa0345,6", "0,20\xa0$", "0,015\xa0$"),
        ("kk", "12\xa0345,6", "0,20\xa0$", "0,015\xa0$"),
    ],
)
def test_figures_are_written_as_the_language_writes_them(language, number, money, mill):
    manner = Manner(language, ZONE, Clock())
    assert (manner.number(Decimal("12345.6")), manner.money("0.20"), manner.money("0.015")) == (number, money, mill)


def test_a_reloaded_zone_counts_at_once():
    clock = Clock()
    almaty, kyiv = (here(asked(), zone=zone, clock=clock) for zone in (ZONE, "Europe/Kyiv"))
    said = [
        sheets(Manner("en", each.desk.zone, clock)).from_string("{{ at | moment }}").render(at=START)
        for each in (almaty, kyiv)
    ]
    assert said == ["11:00", "08:00"]


def test_every_macro_draws():
    page = draw()
    assert page.count('class="row"') == 8
    assert "{{" not in page

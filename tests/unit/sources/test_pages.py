"""Reading the pages of a feed that has only excerpts: each once, never in the way of a story."""

import asyncio
from dataclasses import replace

import pytest

from bot.articles.feed import read
from bot.fetch import Fetched, Refused, Unreachable
from bot.model import Source
from bot.sources.pages import Pages
from tests.unit.articles.given import entry, rss
from tests.unit.engine import NOW, Desk, minutes

THIN = Source(id="main", url="https://courier.example/feed", read="page")
LATER = "Wed, 25 Nov 2026 20:00:00 GMT"
TODAY = "Wed, 25 Nov 2026 08:00:00 GMT"
URL = "https://courier.example/bank"
TEXT = (
    "The bank of Almaty opens a branch in Aktau on Monday morning.\nIt is the third one there.\nTen people work there."
)


def item(title, *, date=TODAY, **said):
    return entry(title, date=date, **said)


class Site:
    def __init__(self):
        self.asked, self.answer = [], Fetched(200, URL, {"content-type": "text/html"}, b"<p>x</p>")

    async def get(self, url, *, most, deadline, headers=None, accept="*/*"):
        self.asked.append(url)
        await asyncio.sleep(0)  # as on a wire: the others of a poll are under way before this one is answered
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def aside(work, deadline):
    return work()


class Room:
    def __init__(self, tmp_path, body=TEXT, run=aside):
        self.desk, self.site = Desk(tmp_path, listed=(THIN,)), Site()
        self.pages = Pages(self.desk.store, self.site, run, lambda markup: body)

    def fill(self, *entries, source=THIN):
        feed = read(rss(*entries), source)
        return asyncio.run(self.pages.fill(source, feed, self.desk.clock.now()))

    def poll(self, *entries):
        self.desk.poll(*self.fill(*entries).articles, source=THIN)


EXCERPT = item("Bank opens", link=URL, guid="b", summary="The bank of Almaty opens […]")


def test_a_story_gets_the_text_of_its_page_and_the_page_is_asked_once(tmp_path):
    room = Room(tmp_path)
    for _ in range(3):
        (found,) = room.fill(EXCERPT).articles
        room.desk.go(minutes(5))
    assert found.paragraphs == tuple(TEXT.splitlines())
    assert room.site.asked == [URL]


def test_an_entry_that_changes_has_its_page_read_again(tmp_path):
    room = Room(tmp_path)
    room.fill(EXCERPT)
    room.fill(item("Bank opens two branches", link=URL, guid="b", summary="The bank of Almaty opens […]"))
    assert room.site.asked == [URL, URL]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Unreachable("courier.example did not answer"), "courier.example did not answer"),
        (Refused("its address is private"), "its address is private"),
        (Fetched(403, URL, {}, b"no"), "its page answered 403"),
    ],
)
def test_a_page_that_cannot_be_read_costs_nothing_but_its_words(tmp_path, answer, why):
    room = Room(tmp_path)
    room.site.answer = answer
    feed = room.fill(EXCERPT)
    assert [each.title for each in feed.articles] == ["Bank opens"]
    assert feed.odd[-1] == f"“Bank opens” is known only by its feed's words: {why}."


def test_a_page_that_takes_too_long_is_left(tmp_path):
    async def slow(work, deadline):
        raise TimeoutError

    room = Room(tmp_path, run=slow)
    assert "could not be read within 10 seconds" in room.fill(EXCERPT).odd[-1]


def test_what_the_page_said_stands_while_it_is_down_so_that_nothing_looks_like_a_revision(tmp_path):
    room = Room(tmp_path)
    room.poll(EXCERPT)
    room.site.answer = Unreachable("down")
    room.poll(item("Bank opens", link=URL, guid="b", summary="The bank of Almaty has opened […]"))
    assert [row["action"] for row in room.desk.log()].count("story.revised") == 0
    assert room.desk.count() == 1


def test_pages_of_stories_too_old_to_be_posted_are_left_in_peace(tmp_path):
    room = Room(tmp_path)
    room.fill(item("Bank opens", link=URL, guid="b", date="Mon, 05 Oct 2026 09:00:00 GMT"))
    assert room.site.asked == []


def test_many_new_stories_do_not_become_many_requests_at_once(tmp_path):
    room = Room(tmp_path)
    many = [item(f"Story {n}", link=f"https://courier.example/{n}", guid=str(n)) for n in range(40)]
    first = room.fill(*many)
    assert (len(first.articles), len(room.site.asked)) == (40, 30)
    assert not first.is_complete, "the next poll reads the rest"
    second = room.fill(*many)
    assert (len(room.site.asked), second.is_complete) == (40, True)
    assert all(each.paragraphs == tuple(TEXT.splitlines()) for each in second.articles)


def test_pages_that_refuse_us_are_not_asked_again_and_again(tmp_path):
    room = Room(tmp_path)
    room.site.answer = Fetched(403, URL, {}, b"no")
    many = [item(f"Story {n}", link=f"https://courier.example/{n}", guid=str(n)) for n in range(40)]
    assert room.fill(*many).is_complete


def test_a_story_listed_for_weeks_keeps_the_words_of_its_page(tmp_path):
    room = Room(tmp_path)
    for day in range(40):
        (found,) = room.fill(EXCERPT, source=replace(THIN, max_age=minutes(60 * 24 * 90))).articles
        room.fill(item(f"Other {day}", link=f"https://courier.example/{day}", guid=str(day)), EXCERPT)
        room.desk.go(minutes(60 * 24))
    assert room.site.asked.count(URL) == 1
    assert found.paragraphs == tuple(TEXT.splitlines())
    assert room.desk.clock.now() > NOW


def test_a_new_headline_never_stands_over_the_old_text(tmp_path):
    room = Room(tmp_path)
    room.fill(EXCERPT)
    room.site.answer = Unreachable("down")
    feed = room.fill(item("Bank closes", link=URL, guid="b", summary="The bank of Almaty closes […]"))
    assert feed.articles[0].paragraphs != tuple(TEXT.splitlines())
    assert not feed.is_complete, "the page is asked again at the next poll"


def test_a_page_that_leads_to_the_front_page_is_no_page_of_the_story(tmp_path):
    room = Room(tmp_path)
    room.site.answer = Fetched(200, "https://courier.example/", {"content-type": "text/html"}, b"<p>x</p>")
    feed = room.fill(EXCERPT)
    assert "leads to the site's front page" in feed.odd[-1]
    assert feed.is_complete


def test_a_date_the_feed_changes_is_heeded_without_asking_the_page(tmp_path):
    room = Room(tmp_path)
    room.fill(EXCERPT)
    later = room.fill(item("Bank opens", link=URL, guid="b", summary="The bank of Almaty opens […]", date=LATER))
    assert later.articles[0].published.hour == 20
    assert (room.site.asked, later.articles[0].paragraphs) == ([URL], tuple(TEXT.splitlines()))


def test_pages_that_do_not_answer_do_not_hold_up_a_poll(tmp_path):
    room = Room(tmp_path)
    room.site.answer = Unreachable("down")
    many = [item(f"Story {n}", link=f"https://courier.example/{n}", guid=str(n)) for n in range(30)]
    room.fill(*many)
    assert len(room.site.asked) <= 4

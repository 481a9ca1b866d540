"""The audit log on the desk: chosen, paged, proven, written out."""

import asyncio
import csv
import io
import json
import re
import threading

import pytest
from lxml import html

from bot.actions import deliveries, newsroom
from bot.actions.proving import Prover
from bot.actions.room import RefusedVerb
from bot.audit import verify as checking
from bot.audit.rows import Action
from bot.store import audit
from tests.unit.audit.independent import proven
from tests.unit.desk.browser import Browser
from tests.unit.desk.test_entry import taken_on
from tests.unit.engine import NOW, article, hours
from tests.unit.test_sealing import KEY, House, Seal

FIRST_ROW = re.compile(r'href="/audit/rows/(\d+)"')


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


def browser(house, role="viewer", *, is_sealed=True):
    seal = Seal(key=KEY, beside=house.file) if is_sealed else None
    here = Browser(house.desk, seal=lambda: seal)
    taken_on(here, "dana", role)
    return here


def rows(here, asked=""):
    answer = here.get(f"/audit{asked}")
    assert answer.status_code == 200, answer.text
    return [int(each) for each in FIRST_ROW.findall(answer.text)]


def said(here, asked=""):
    return re.sub(r"<[^>]+>", "", here.get(f"/audit{asked}").text)


@pytest.mark.parametrize("role", ["viewer", "editor", "approver", "admin"])
def test_every_role_reads_and_proves_the_log(house, role):
    here = browser(house, role)
    house.seal()
    for path in ("/audit", "/audit/rows/1", "/audit/rows/1/proof", "/audit/export?as=csv", "/audit/export?as=jsonl"):
        assert here.get(path).status_code == 200, path
    assert here.post("/audit/verify").status_code == 200


def test_rows_are_told_in_words_the_newest_first(house):
    here = browser(house)
    house.desk.act(newsroom.pause(house.desk.room("desk:aigul"), "one"))
    found = rows(here)
    assert found == sorted(found, reverse=True)
    assert "aigul\none paused" in said(here)


def test_rows_are_chosen_by_whatever_a_person_knows(house):
    here, desk = browser(house), house.desk
    desk.poll(article(1), article(2))
    desk.go(hours(1))
    desk.act(deliveries.hold(desk.room("desk:aigul"), 1))
    desk.act(newsroom.pause(desk.room("cli:aigul"), "one"))
    newest = rows(here)[0]
    assert rows(here, "?person=aigul") == [newest, newest - 1]
    assert rows(here, "?action=channel.paused") == [newest]
    assert rows(here, "?action=delivery&person=aigul") == [newest - 1]
    assert rows(here, "?since=2026-11-25T15:00") == [newest, newest - 1]
    assert newest not in rows(here, "?until=2026-11-25T15:00:00")
    assert set(rows(here, "?channel=one")) > {newest}
    assert rows(here, "?delivery=1&person=aigul") == [newest - 1]
    assert len(rows(here, "?article=Port+2")) == 3, "seen, planned, held"
    assert rows(here, "?person=nobody") == []
    assert "No row fits." in said(here, "?person=nobody")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("?since=soon", "is no moment"),
        ("?until=2026-02-30T10:00", "There is no 2026-02-30T10:00"),
        ("?action=stories", "The log has no action stories; it has story, delivery"),
        ("?since=0001-01-01T00:00", "There is no 0001-01-01T00:00"),
        ("?article=rain", "No story is known by"),
        ("?delivery=first", "“first” is no number."),
        ("?before=%C2%B2", "“²” is no number."),
        ("?before=99999999999999999999", "is no number."),
    ],
)
def test_what_cannot_be_asked_is_said_beside_what_was_typed(house, asked, told):
    answer = browser(house).get(f"/audit{asked}")
    assert answer.status_code == 422
    assert told in re.sub(r"&#39;", "'", answer.text)
    typed = asked.partition("=")[2]
    assert (
        asked.startswith("?before") or f'value="{typed}"' in answer.text or f"<option selected>{typed}" in answer.text
    )


def test_words_that_fit_several_articles_offer_each_with_the_rest_of_what_was_asked(house):
    here, desk = browser(house), house.desk
    desk.poll(article(1), article(2))
    answer = here.get("/audit?article=wins&channel=one")
    page = html.fromstring(answer.text)
    assert (answer.status_code, "name one by its id" in answer.text) == (422, False)
    offered = dict(zip(*(page.xpath(f"//main//form//li/a/{what}") for what in ("text()", "@href")), strict=True))
    assert set(offered) == {article(1).title, article(2).title}
    mine = offered[article(1).title]
    assert "channel=one" in mine
    assert len(rows(here, mine.removeprefix("/audit"))) == 1, "planned there"


def test_the_pages_of_an_article_and_of_a_post_lead_to_all_that_the_log_has_of_them(house):
    here, desk = browser(house), house.desk
    desk.poll(article())
    story = desk.delivery().story
    for page, asked in ((f"/articles/{story}", f"?article={story}"), ("/articles/posts/1", "?delivery=1")):
        assert f'href="/audit{asked}"' in here.get(page).text
        assert rows(here, asked)


def test_moments_are_asked_for_by_a_clock_that_is_named(house):
    page = html.fromstring(browser(house).get("/audit").text)
    for name in ("since", "until"):
        hint = page.get_element_by_id(page.get_element_by_id(name).get("aria-describedby"))
        assert hint.text == f"By the newsroom's clock ({house.desk.policy.zone})."


def test_the_verdict_has_a_place_that_is_read_out_before_it_is_there(house):
    (place,) = html.fromstring(browser(house).get("/audit").text).xpath("//*[@id='verdict']")
    assert place.get("role") == "status"


def test_long_logs_come_in_pages(house):
    here = browser(house)
    house.write(120)
    first = rows(here, "?channel=one")
    address = re.search(r'href="(/audit\?[^"]*before=[^"]*)"', here.get("/audit?channel=one").text)[1]
    second = rows(here, address.replace("&amp;", "&").removeprefix("/audit"))
    assert (len(first), len(second)) == (50, 50)
    assert max(second) == min(first) - 1
    assert 'rel="prev" href="/audit?channel=one"' in here.get(address.replace("&amp;", "&")).text
    last = rows(here, f"?channel=one&before={min(second)}")
    assert len(last) == 20
    assert 'rel="next"' not in here.get(f"/audit?channel=one&before={min(second)}").text


def test_words_of_others_are_never_markup(house):
    here = browser(house)
    house.desk.poll(article(title="<script>alert(1)</script>", url="https://courier.example/`x`<b>"))
    for path in ("/audit", f"/audit/rows/{rows(here, '?action=story.seen')[0]}"):
        assert "<script>alert" not in here.get(path).text
        assert "&lt;script&gt;alert(1)" in here.get(path).text


def test_a_row_leads_to_the_post_and_the_article_it_tells_of(house):
    here = browser(house)
    house.desk.poll(article())
    page = here.get(f"/audit/rows/{rows(here, '?action=delivery.planned')[0]}").text
    for path in ("/articles/posts/1", f"/articles/{house.desk.delivery().story}"):
        assert f'href="{path}"' in page
        assert here.get(path).status_code == 200


def test_a_whole_log_is_said_to_be_whole_and_what_nothing_proves_yet(house):
    here = browser(house)
    house.seal()
    count = house.count()
    assert f"{count} rows are sealed, and each is as it was written." in here.post("/audit/verify").text
    house.write(1)
    told = here.post(
        "/audit/verify", headers={"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#verdict"}
    )
    assert "1 row is not sealed yet" in told.text
    assert "<h1>" not in told.text


@pytest.mark.on("sqlite")
def test_a_log_that_was_changed_names_the_first_bad_row(house):
    here = browser(house)
    house.write(9)
    house.seal()
    house.forge("UPDATE audit SET row = x'7b7d' WHERE id = 4")
    told = here.post("/audit/verify").text
    assert "The log is not what it was" in told
    assert "Row 4 was changed: its content is not what was sealed." in told
    assert "copy the database and audit.checkpoint elsewhere" in told


@pytest.mark.on("sqlite")
def test_rows_cut_off_at_the_end_are_missed_by_the_file_beside_the_database(house):
    here = browser(house)
    house.seal()
    house.forge("DELETE FROM checkpoint", "DELETE FROM audit WHERE id > 2")
    assert "The log is not what it was" in here.post("/audit/verify").text


def test_a_newsroom_without_a_key_is_told_that_nothing_is_signed(house):
    here = browser(house, is_sealed=False)
    assert "Signatures were not looked at" in here.post("/audit/verify").text
    assert "nothing signs the log" in here.get("/audit/rows/1").text


WRITTEN = {
    "en": ("25 November 2026, 14:00:00", "1,0", "from 24 November, 15:30 on"),
    "ru": ("25 ноября 2026\u202fг., 14:00:00", "1\xa00", "24 ноября, 15:30"),
    "kk": ("2026\u202fж. 25 қараша, 14:00:00", "1\xa00", "24 қараша, 15:30"),
}
"""A moment to the second, the first signs of a thousand rows, and where an export begins."""


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("language", WRITTEN)
def test_moments_and_counts_are_written_as_the_reader_writes_them(house, language):
    here = browser(house)
    here.post("/me/likes", {"language": language})
    house.write(1020)
    house.seal()
    exactly, many, since = WRITTEN[language]
    assert exactly in here.get("/audit/rows/1").text
    assert many in here.post("/audit/verify").text
    assert since in said(here, "?since=2026-11-24T15:30")
    house.forge("UPDATE audit SET row = CAST(replace(CAST(row AS TEXT), 'jarshy', 'nobody') AS BLOB) WHERE id = 1")
    assert exactly in here.post("/audit/verify").text


def test_one_check_at_a_time(house):
    house.seal()
    prover, store = Prover(lambda: Seal(key=KEY, beside=house.file)), house.desk.store

    async def twice():
        return await asyncio.gather(*(prover.verify(store) for _ in range(2)), return_exceptions=True)

    first, second = house.desk.act(twice())
    assert first.rows == house.count()
    assert isinstance(second, RefusedVerb)
    assert "being checked for somebody else" in str(second)
    assert house.desk.act(prover.verify(store)).rows == house.count()


def test_a_row_is_proven_to_a_stranger(house):
    here = browser(house)
    house.write(3)
    house.seal()
    row = rows(here, "?action=channel.paused")[0]
    key = str(KEY.signer.verifier)
    assert (
        key.replace("+", "&#43;") in here.get(f"/audit/rows/{row}").text or key in here.get(f"/audit/rows/{row}").text
    )
    answer = here.get(f"/audit/rows/{row}/proof")
    assert answer.headers["content-disposition"] == f'attachment; filename="{row}.tlog-proof"'
    assert json.loads(proven(answer.text, key))["action"] == "channel.paused"


@pytest.mark.parametrize(("row", "told"), [(1, "row 1 is not sealed yet"), (999, "the audit log has no row 999")])
def test_a_row_that_cannot_be_proven_says_why(house, row, told):
    answer = browser(house).get(f"/audit/rows/{row}/proof")
    assert answer.status_code == 409
    assert f"{told[0].upper()}{told[1:]}" in answer.text


def test_there_is_no_row_of_a_number_the_log_has_not(house):
    answer = browser(house).get("/audit/rows/999")
    assert (answer.status_code, "The audit log has no row 999." in answer.text) == (409, True)


def test_the_log_is_written_out_as_it_is_stored(house):
    here = browser(house)
    house.write(3)
    answer = here.get("/audit/export?as=jsonl")
    assert answer.headers["content-disposition"] == 'attachment; filename="audit-2026-11-25.jsonl"'
    stored = house.desk.ask(lambda db: [told.row.decode() for told in audit.read(db)])
    assert answer.text.splitlines() == stored


def test_a_table_of_the_log_holds_no_formula(house):
    here = browser(house)
    house.desk.ask(audit.tell, Action.STORY_MARKED, NOW, actor="=cmd|' /C calc'!A0", said="=1+1")
    answer = here.get("/audit/export?as=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    head, *lines = csv.reader(io.StringIO(answer.text, newline=""))
    assert head[:3] == ["row", "time", "who"]
    assert len(lines) == house.count()
    assert lines[-1][2] == "'=cmd|' /C calc'!A0"
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line)


def test_an_export_can_begin_where_the_page_does(house):
    here = browser(house)
    house.desk.go(hours(2))
    house.desk.act(newsroom.pause(house.desk.room("desk:aigul"), "one"))
    assert 'name="since" value="2026-11-25T15:30"' in here.get("/audit?since=2026-11-25T15:30").text
    lines = here.get("/audit/export?as=jsonl&since=2026-11-25T15:30").text.splitlines()
    assert [json.loads(line)["action"] for line in lines] == ["channel.paused"]
    assert here.get("/audit/export?since=soon").status_code == 409


def test_a_check_reckons_beside_the_event_loop(house, monkeypatch):
    """Where it ran on the loop, posts would wait for it."""
    house.seal()
    house.write(1)
    where = []
    for name in ("stretch", "tail"):
        usual = getattr(checking.Check, name)

        def noted(self, *given, usual=usual):
            where.append(threading.current_thread() is threading.main_thread())
            return usual(self, *given)

        monkeypatch.setattr(checking.Check, name, noted)
    browser(house).post("/audit/verify")
    assert where
    assert not any(where)

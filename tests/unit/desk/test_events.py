"""The stream that tells open pages of changes."""

from bot.desk.changes import Changes
from bot.desk.events import BEAT, LONGEST, stream
from bot.virtual import VirtualLoop
from tests.unit.desk.browser import Browser
from tests.unit.engine import Desk


def heard(changes, seen, *acts):
    """Let a page listen until its stream ends; each act is (second, what happens then)."""
    loop = VirtualLoop()

    async def listen():
        for at, act in acts:
            loop.call_later(at, act)
        return [(round(loop.time()), said) async for said in stream(changes, seen)]

    try:
        return loop.run_until_complete(listen())
    finally:
        loop.close()


def test_a_page_hears_of_a_change_at_once():
    changes = Changes("run")
    told = heard(changes, "run-0", (2, changes.ring), (3, changes.end))
    assert told == [
        (0, "retry: 3000\nevent: here\ndata: here\n\n"),
        (2, "id: run-1\nevent: changed\ndata: changed\n\n"),
    ]


def test_changes_while_nobody_read_are_told_once():
    changes = Changes("run")
    changes.ring()
    changes.ring()
    told = heard(changes, "run-0", (1, changes.end))
    assert [said for _, said in told[1:]] == ["id: run-2\nevent: changed\ndata: changed\n\n"]


def test_a_page_of_an_earlier_run_has_missed_something():
    changes = Changes("new")
    assert "event: changed" in heard(changes, "old-0", (1, changes.end))[1][1]


def test_a_silent_stream_gives_signs_of_life_and_ends_so_that_rights_are_looked_at_anew():
    told = heard(Changes("run"), "run-0")
    assert [said for _, said in told[1:]] == [": still here\n\n"] * round(LONGEST / BEAT)
    assert [at for at, _ in told[1:4]] == [15, 30, 45]


def test_the_end_of_the_daemon_ends_every_stream():
    changes = Changes("run")
    changes.end()
    assert len(heard(changes, "run-0")) == 1


def test_nobody_who_is_signed_out_hears_anything_but_that(tmp_path):
    answer = Browser(Desk(tmp_path)).get("/events", headers={"accept": "text/event-stream"})
    assert (answer.status_code, answer.text) == (200, "event: signed-out\ndata: signed-out\n\n")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"


def test_a_person_who_opens_the_stream_signed_out_is_led_to_sign_in(tmp_path):
    answer = Browser(Desk(tmp_path)).get("/events")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/events")

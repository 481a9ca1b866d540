"""What people read: queue, stories, sentences, alerts, and the template that is in use."""

from dataclasses import replace

import pytest

from bot.actions import newsroom
from bot.model import Channel, Delivery, Kind, Reason, State
from bot.rules.pace import Free
from bot.rules.sentences import SENTENCES
from bot.rules.why import Seen, why
from bot.store import reading, templates
from bot.store.housekeeping import expire
from bot.store.reading import Reader
from bot.store.templates import InUse
from bot.tongue import span
from tests.unit.engine import NOW, ONE, Desk, article, broken, minutes, seconds

TWO = Channel(id="two", account="acme", network="fake", place=(("chat", "@two"),), approval="always")


def reader(desk):
    return Reader(desk.policy, desk.channels, {"fake": "Fake"})


def test_the_queue_shows_people_first_and_then_by_time(tmp_path):
    desk = Desk(tmp_path, ONE, TWO)
    desk.poll(article())
    told = desk.ask(reader(desk).queue, NOW)
    assert [each.delivery.channel for each in told] == ["two", "one"]
    assert told[0].sentence == "Waits for approval: `approve 2` or `reject 2 REASON`; it expires at 20:00."
    assert told[1].article.title == article().title


def test_a_story_shows_its_channels_in_the_order_of_the_settings(tmp_path):
    desk = Desk(tmp_path, TWO, ONE)
    desk.poll(article())
    told = desk.ask(reader(desk).story, desk.delivery().story, NOW)
    assert [each.delivery.channel for each in told] == ["two", "one"]
    assert desk.ask(reader(desk).one, 99, NOW) is None


@pytest.mark.parametrize("said", ["PORT 1 WINS", "guid-1", article().url])
def test_a_story_is_found_by_what_an_editor_has_of_it(tmp_path, said):
    desk = Desk(tmp_path)
    desk.poll(article(2), article())
    assert desk.ask(reading.find_stories, said) == [desk.delivery(1).story] or said == "PORT 1 WINS"
    story = desk.delivery(2).story
    assert desk.ask(reading.find_stories, story) == [story]
    assert desk.ask(reading.find_stories, "port", most=1) != desk.ask(reading.find_stories, "port")
    assert len(desk.ask(reading.newest_stories)) == 2


def test_a_story_is_found_by_its_address_however_it_is_spelled(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article(2), article())
    said = "http://www.courier.example/2026/11/port-1-wins/?utm_source=telegram"
    assert desk.ask(reading.find_stories, said) == [desk.delivery(1).story]
    assert desk.ask(reading.find_stories, "https://courier.example/2026/11/port-3-wins") == []


@pytest.mark.parametrize("said", ["port_1", "p%t", "wins\\"])
def test_signs_an_editor_types_stand_for_themselves(tmp_path, said):
    desk = Desk(tmp_path)
    desk.poll(article())
    assert desk.ask(reading.find_stories, said) == []


def test_a_story_is_found_by_the_headline_it_has_now(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.poll(replace(article(), title="Harbour 1 loses"))
    assert desk.ask(reading.find_stories, "harbour 1") == [desk.delivery().story]
    assert desk.ask(reading.find_stories, "port 1") == []


def test_states_are_counted(tmp_path):
    desk = Desk(tmp_path)
    desk.publish(article(2), article())
    assert desk.ask(reading.states) == {State.DONE: 1, State.DUE: 1}


@pytest.mark.parametrize(
    ("prepare", "says"),
    [
        (lambda desk: desk.act(newsroom.pause(desk.room(), "one")), "(by aigul, until somebody resumes it)."),
        (
            lambda desk: desk.ask(lambda db: db.exec_driver_sql("UPDATE account SET stopped_at = 1")),
            "Goes out once Fake takes something from us again (no access).",
        ),
        (
            lambda desk: desk.ask(
                lambda db: db.exec_driver_sql(
                    f"UPDATE channel SET tat = {round((NOW + seconds(40)).timestamp() * 1000)}"
                )
            ),
            "Goes out at 14:00 at the earliest (1 minute between two posts).",
        ),
        (
            lambda desk: desk.ask(
                lambda db: db.exec_driver_sql(
                    f"UPDATE account SET wait_until = {round((NOW + minutes(5)).timestamp() * 1000)}"
                )
            ),
            "Goes out at 14:05.",
        ),
        (lambda desk: desk.channels.clear(), "Goes out once channel one stands in the settings again."),
    ],
)
def test_a_sentence_tells_what_a_delivery_still_waits_for(tmp_path, prepare, says):
    desk = Desk(tmp_path)
    desk.poll(article())
    prepare(desk)
    assert desk.why().endswith(says)


STANDS = Delivery(
    id=7,
    key="k",
    story="s",
    channel="one",
    state=State.DUE,
    reason=Reason.PLANNED,
    detail="cli:aigul",
    due_at=NOW,
    expires_at=NOW + minutes(60 * 24),
)
SEEN = Seen(now=NOW, zone="Asia/Almaty", channel=ONE, network="Fake")


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize(("state", "reason"), list(SENTENCES))
def test_every_way_to_stand_is_one_finished_sentence(state, reason, kind):
    said = why(replace(STANDS, state=state, reason=reason, kind=kind, moved_at=NOW), SEEN)
    assert said.endswith(".")
    assert said[0].isupper() or said[0] in "`a"
    assert ".." not in said
    assert "{" not in said
    assert "posted" not in said or kind not in (Kind.EDIT, Kind.DELETE) or state is State.SKIPPED or "not news" in said


@pytest.mark.parametrize(
    ("free", "says"),
    [
        (
            Free(NOW + minutes(5), "max_per_day"),
            "Goes out at 14:05 at the earliest (the 3 posts of today are used up).",
        ),
        (
            Free(NOW + minutes(60 * 18), "quiet_hours"),
            "Goes out on 26 November, 08:00 at the earliest (after the quiet hours).",
        ),
        (Free(NOW + minutes(5)), "Goes out at 14:05 at the earliest."),
    ],
)
def test_a_sentence_names_the_rule_of_the_pace(free, says):
    assert why(STANDS, replace(SEEN, channel=replace(ONE, max_per_day=3), free=free)) == says


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (seconds(1), "1 second"),
        (seconds(90), "90 seconds"),
        (minutes(1), "1 minute"),
        (minutes(120), "2 hours"),
        (minutes(60 * 24), "1 day"),
    ],
)
def test_a_length_is_said_in_its_largest_whole_unit(length, said):
    assert span(length) == said


@pytest.mark.parametrize("verb", ["cancel", "hold", "sing"])
def test_a_sentence_answers_a_wish(verb):
    wished = replace(STANDS, state=State.UNKNOWN, reason=Reason.LEFT_SENDING, wish=f"{verb} cli:aigul")
    assert "; aigul wants it " in why(wished, SEEN)


def test_a_changed_file_takes_the_place_of_a_file_and_never_of_what_an_editor_saved(tmp_path):
    desk = Desk(tmp_path)

    def offer(text, origin):
        return desk.ask(templates.offer, {"fake": text}, NOW, origin=origin)

    def used(who=ONE, language="en"):
        return desk.ask(templates.template_for, who, language)

    assert (offer("own", templates.FILE), used()) == ([], InUse("fake", 2, "own"))
    assert (offer("shipped anew", templates.SHIPPED), used().text) == ([], "own")
    offer("own 2", templates.FILE)
    desk.ask(lambda db: db.exec_driver_sql("UPDATE template SET origin = 'person', author = 'aigul' WHERE version = 3"))
    for _ in range(2):
        assert offer("own 3", templates.FILE) == ["fake"]
    assert (used().text, desk.alerts()) == ("own 2", ["template_waits"])
    assert offer("own 2", templates.FILE) == []
    assert desk.alerts() == []


@pytest.mark.parametrize(
    ("left", "used"),
    [
        ({"fake": templates.FILE}, "own"),
        ({"fake": templates.SHIPPED}, "{{ title }}\n\n{{ url }}"),
        ({}, ""),
    ],
)
def test_a_template_whose_file_is_gone_gives_way_to_the_shipped_one(tmp_path, left, used):
    desk = Desk(tmp_path)
    shipped = desk.ask(templates.template_for, ONE, "en").text
    desk.ask(templates.offer, {"fake": "own"}, NOW, origin=templates.FILE)
    desk.ask(templates.retire, left, NOW)
    if templates.SHIPPED in left.values():
        desk.ask(templates.offer, {"fake": shipped}, NOW, origin=templates.SHIPPED)
    assert desk.ask(templates.template_for, ONE, "en").text == used


def test_what_an_editor_saved_needs_no_file(tmp_path):
    desk = Desk(tmp_path)
    desk.ask(lambda db: db.exec_driver_sql("UPDATE template SET origin = 'person', author = 'aigul'"))
    desk.ask(templates.retire, {}, NOW)
    assert desk.ask(templates.template_for, ONE, "en").version == 1


def test_a_channel_that_left_the_settings_is_why_nothing_goes_out(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.poll(article())
    del desk.channels["one"]
    assert desk.why(1) == "Goes out once channel one stands in the settings again."
    desk.go(ONE.expiry)
    desk.ask(expire, desk.clock.now(), listed=desk.channels)
    assert "(channel one is no longer in the settings)" in desk.why(1)


def test_a_channels_own_template_goes_before_its_language_and_its_network(tmp_path):
    desk = Desk(tmp_path)
    desk.ask(templates.offer, {"fake.kk": "kazakh", "mine": "mine"}, NOW, origin="own")
    for who, language, text in (
        (replace(ONE, template="mine"), "kk", "mine"),
        (ONE, "kk", "kazakh"),
        (ONE, "ru", "{{ title }}\n\n{{ url }}"),
        (replace(ONE, network="none"), "en", ""),
    ):
        assert desk.ask(templates.template_for, who, language).text == text


def test_a_second_hold_of_another_reason_is_not_a_second_alert(tmp_path):
    desk = Desk(tmp_path)
    desk.poll(article())
    desk.wire.say("prepare", broken())
    for reason in (Reason.REFUSED, Reason.GAVE_UP):
        desk.change(1, state=State.HELD, reason=reason)
    assert desk.alerts() == ["delivery_held"]

"""What goes where and when: filters, embargo, grace, breaking lane, expiry, approval."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.model import Channel, Flags, Reason, Source, State
from bot.rules.plan import Arrival, plan
from tests.unit.engine import MAIN, NOW, article, minutes

CHANNEL = Channel(id="one", account="acme", network="fake")
HOURS = timedelta(hours=1)


def planned(story=None, channel=CHANNEL, **arrival):
    return plan(story or article(), channel, Arrival(MAIN, NOW, **arrival))


def dated(ahead):
    return article(published=NOW + ahead)


SAID = article(
    language="kk",
    section="Sport",
    tags=("Football", "Astana"),
    title="Қордан несие: Casinos near the grain\u00a0terminal",
    dek="[Sponsor]Weekly “Editor’s pick” – hotels.",
    paragraphs=("The first paragraph.", "A port is only mentioned here."),
)


@pytest.mark.parametrize(
    ("rules", "reason", "detail"),
    [
        ({"languages": ("en", "ru")}, Reason.LANGUAGE, "kk"),
        ({"sections": ("politics",)}, Reason.SECTION, "Sport"),
        ({"not_sections": ("SPORT",)}, Reason.SECTION, "Sport"),
        ({"tags": ("ice hockey",)}, Reason.TAG, "Football, Astana"),
        ({"not_tags": ("ASTANA",)}, Reason.TAG, "astana"),
        ({"keywords": ("port", "rail")}, Reason.KEYWORD, "none of “port”, “rail”"),
        ({"not_keywords": ("casino*",)}, Reason.KEYWORD, "“casino*”"),
        ({"not_keywords": ("қор*",)}, Reason.KEYWORD, "“қор*”"),
        ({"not_keywords": ("grain  terminal",)}, Reason.KEYWORD, "“grain  terminal”"),
        ({"not_keywords": ("[Sponsor]",)}, Reason.KEYWORD, "“[Sponsor]”"),
        ({"not_keywords": ('"Editor\'s pick" - hotels',)}, Reason.KEYWORD, '“"Editor\'s pick" - hotels”'),
    ],
)
def test_what_a_channel_does_not_carry_is_skipped_and_says_what_was_compared(rules, reason, detail):
    found = planned(SAID, replace(CHANNEL, **rules))
    assert (found.state, found.reason, found.detail) == (State.SKIPPED, reason, detail)


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"languages": ("kk",)},
        {"sections": ("SPORT", "politics")},
        {"not_sections": ("politics",)},
        {"tags": ("football",)},
        {"not_tags": ("ice hockey",)},
        {"keywords": ("port", "GRAIN")},
        {"not_keywords": ("port", "casino", "gra", "C++", "terminal grain")},
    ],
)
def test_what_a_channel_carries_goes_out_now(rules):
    found = planned(SAID, replace(CHANNEL, **rules))
    assert (found.state, found.reason, found.due_at) == (State.DUE, Reason.PLANNED, NOW)


@pytest.mark.parametrize("rules", [{"sections": ("sport",)}, {"tags": ("football",)}])
def test_an_article_without_section_or_tags_is_not_for_a_channel_that_names_some(rules):
    found = planned(article(), replace(CHANNEL, **rules))
    assert (found.state, found.detail) == (State.SKIPPED, "none given")


def test_an_article_without_section_is_not_barred_by_barred_sections():
    assert planned(article(), replace(CHANNEL, not_sections=("",))).state is State.DUE


@pytest.mark.parametrize(
    ("ahead", "state", "reason", "due"),
    [
        (minutes(10), State.DUE, Reason.PLANNED, NOW),
        (minutes(10) + timedelta(seconds=1), State.DUE, Reason.EMBARGO, NOW + minutes(10) + timedelta(seconds=1)),
        (7 * 24 * HOURS, State.DUE, Reason.EMBARGO, NOW + 7 * 24 * HOURS),
        (7 * 24 * HOURS + minutes(1), State.HELD, Reason.FAR_FUTURE, NOW + 7 * 24 * HOURS + minutes(1)),
        (365 * 24 * HOURS, State.HELD, Reason.FAR_FUTURE, NOW + 365 * 24 * HOURS),
        (-24 * HOURS, State.DUE, Reason.PLANNED, NOW),
        (-24 * HOURS - minutes(1), State.SKIPPED, Reason.TOO_OLD, NOW),
    ],
)
def test_a_date_decides_between_now_embargo_hold_and_too_old(ahead, state, reason, due):
    found = planned(dated(ahead))
    assert (found.state, found.reason, found.due_at) == (state, reason, due)


@pytest.mark.parametrize(("age", "said"), [(timedelta(hours=30), "30 h"), (timedelta(days=4), "4 days")])
def test_an_age_is_said_in_hours_and_then_in_days(age, said):
    assert planned(dated(-age)).detail == said


def test_1970_is_too_old_and_no_date_is_no_age():
    assert planned(article(published=datetime(1970, 1, 1, tzinfo=UTC))).reason is Reason.TOO_OLD
    assert planned(article(published=None)).reason is Reason.PLANNED


def test_the_source_says_how_old_is_too_old():
    old = Arrival(Source(id="main", url="", max_age=timedelta(hours=1)), NOW)
    assert plan(dated(-2 * HOURS), CHANNEL, old).reason is Reason.TOO_OLD


def test_grace_waits_for_last_changes():
    found = planned(channel=replace(CHANNEL, grace=minutes(5)))
    assert (found.reason, found.due_at) == (Reason.GRACE, NOW + minutes(5))


BREAKING = Flags(breaking_until=NOW + minutes(30))


@pytest.mark.parametrize(
    ("story", "rules", "state", "reason", "due"),
    [
        ({}, {"grace": minutes(5)}, State.DUE, Reason.BREAKING, NOW),
        ({"published": NOW + HOURS}, {}, State.DUE, Reason.EMBARGO, NOW + HOURS),
        ({}, {"approval": "always"}, State.HELD, Reason.APPROVAL, NOW),
        ({"flags": Flags(breaking_until=NOW)}, {}, State.DUE, Reason.PLANNED, NOW),
    ],
)
def test_breaking_skips_grace_and_never_embargo_or_approval(story, rules, state, reason, due):
    found = planned(article(**{"flags": BREAKING} | story), replace(CHANNEL, **rules))
    assert (found.state, found.reason, found.due_at) == (state, reason, due)


@pytest.mark.parametrize(
    ("story", "expires"), [({}, NOW + 6 * HOURS), ({"published": NOW + HOURS}, NOW + HOURS + 6 * HOURS)]
)
def test_a_delivery_lives_from_its_time_on(story, expires):
    assert planned(article(**story)).expires_at == expires


def test_the_time_to_live_begins_after_quiet_hours():
    quiet = replace(CHANNEL, quiet_hours=(time(13), time(23)))
    found = planned(channel=quiet, zone="Asia/Almaty")  # it is 14:00 there
    assert found.expires_at == NOW + 9 * HOURS + 6 * HOURS


@pytest.mark.parametrize(
    ("arrival", "state", "reason"),
    [
        ({"is_backlog": True}, State.SKIPPED, Reason.FIRST_RUN),
        ({"is_flood": True}, State.HELD, Reason.FLOOD),
        ({"is_backlog": True, "is_flood": True}, State.SKIPPED, Reason.FIRST_RUN),
    ],
)
def test_backlog_is_skipped_and_a_flood_is_held(arrival, state, reason):
    found = planned(**arrival)
    assert (found.state, found.reason) == (state, reason)

"""Bad days of X and of a Facebook page: no post is doubled or lost, and an editor reads what to do."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.emulators.facebook import FacebookNetwork
from adapters.emulators.facebook_graph import Token
from adapters.emulators.kit import Fault
from adapters.emulators.x import XNetwork
from adapters.facebook import Facebook
from adapters.x import X
from bot.audit.rows import Action
from bot.model import Reason, State
from tests.e2e.bad_day import Day

SENT, FOUND = (State.DONE, Reason.SENT), (State.DONE, Reason.FOUND)
AGAIN = "we ask again by ourselves, from every 10 minutes to every 2 hours, and it goes out once"
ALERTS = (Action.ALERT_OPENED, Action.ALERT_CLOSED)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Day]]:
    """Open days that end with the test."""
    days: list[Day] = []

    def one(*kinds: Any) -> Day:
        days.append(Day(tmp_path / str(len(days)), *kinds))
        return days[-1]

    yield one
    for each in days:
        each.close()


@pytest.fixture
def day(opened: Callable[..., Day]) -> Day:
    """A day on X."""
    return opened(X, XNetwork)


@pytest.fixture
def x(day: Day) -> XNetwork:
    assert isinstance(day.network, XNetwork)
    return day.network


@pytest.fixture
def page_day(opened: Callable[..., Day]) -> Day:
    """A day on a Facebook page."""
    return opened(Facebook, FacebookNetwork)


@pytest.fixture
def facebook(page_day: Day) -> FacebookNetwork:
    assert isinstance(page_day.network, FacebookNetwork)
    return page_day.network


def token(day: Day, network: FacebookNetwork) -> Token:
    return network.tokens.known[day.secrets["token"]]


def ways(day: Day) -> list[tuple[State, Reason]]:
    return [(told.delivery.state, told.delivery.reason) for told in day.stands()]


@pytest.mark.parametrize("begins", ["before anything", "at the visible call"])
def test_an_hour_of_503_from_x_delays_a_post_and_is_told_once(begins: str, day: Day, x: XNetwork) -> None:
    until = day.clock.now() + timedelta(hours=1)

    def weather(call: str) -> Fault | None:
        if day.clock.now() >= until:
            x.outage = ""
        elif begins == "before anything" or call == "x.createPosts":
            x.outage = "503"
        return None

    async def course() -> None:
        day.fault = weather
        await day.news(59)
        assert not day.shown()
        await day.go(120)

    day.live(course)
    assert ways(day) == [SENT]
    assert [shown.text for shown in day.shown()] == [day.stand().delivery.post.text]  # type: ignore[union-attr]
    assert day.told(*ALERTS) == list(ALERTS), "after a quarter of an hour people are told, once"
    moved_at = day.stand().delivery.moved_at
    assert moved_at is not None
    assert moved_at < day.stand().delivery.expires_at


def test_without_credits_x_stops_is_told_once_and_starts_by_itself(day: Day, x: XNetwork) -> None:

    async def course() -> None:
        await day.news(2)
        x.credits = Decimal(0)
        await day.news(5)
        assert day.stand().sentence.startswith(
            "X takes nothing from us now (no credits are left, buy some at console.x.com; X own posts: 402 Cred"
        )
        assert f"{AGAIN} X does." in day.stand().sentence
        await day.news(60)
        assert day.stand().sentence.startswith("Goes out once X takes something from us again (no credits are left, ")
        assert [alert.what.partition(";")[0] for alert in day.open()] == [
            "no credits are left, buy some at console.x.com"
        ]
        x.credits = Decimal(9)
        await day.go(120)

    day.live(course)
    assert ways(day) == [SENT] * 3
    assert len(day.shown()) == 3
    assert day.told(*ALERTS) == [Action.ALERT_OPENED, Action.ALERT_CLOSED]


def test_two_hours_of_401_to_everybody_pass_and_the_keys_stay(day: Day, x: XNetwork) -> None:

    async def course() -> None:
        x.outage = "401"
        await day.news(120)
        assert day.stand().sentence.startswith(
            "X takes nothing from us now (X does not know these keys: if nobody changed them, X may be down or "
        )
        x.outage = ""
        await day.go(120)

    day.live(course)
    assert ways(day) == [SENT]
    assert len(day.shown()) == 1
    assert day.told(*ALERTS) == [Action.ALERT_OPENED, Action.ALERT_CLOSED]


@pytest.mark.parametrize("late", [5, 100, 150, 155, 160, 170, 200])
def test_a_try_that_meets_its_own_lost_one_ends_in_that_post(late: int, day: Day) -> None:
    """However late the first call arrives: X refuses whichever of the two comes second."""
    day.world.late = float(late)
    faults: list[Fault] = ["accept_late"]

    async def course() -> None:
        day.fault = lambda call: faults.pop() if faults and call == "x.createPosts" else None
        await day.news(30)

    day.live(course)
    assert ways(day) in ([SENT], [FOUND])
    receipt = day.stand().delivery.receipt
    assert receipt is not None
    assert [shown.id for shown in day.shown()] == [receipt.id]


def test_a_try_that_x_refuses_as_a_repetition_of_our_lost_one_is_found(day: Day, x: XNetwork) -> None:
    """X hides the first one for longer than absence takes to be believed."""
    x.lag = timedelta(seconds=200)  # type: ignore[misc] # this one network on this day
    faults: list[Fault] = ["accept_then_drop"]

    def weather(call: str) -> Fault | None:
        if call == "x.createPosts":
            return faults.pop() if faults else None
        return "lag" if call == "x.getUsersPosts" else None

    async def course() -> None:
        day.fault = weather
        await day.news(30)

    day.live(course)
    calls = [entry.status for entry in day.world.ledger if entry.call == "createPosts"]
    assert (ways(day), calls) == ([FOUND], [201, 403])
    assert len(day.shown()) == 1


def test_words_somebody_posted_by_hand_are_no_post_of_ours_and_a_person_is_asked(
    day: Day, x: XNetwork, opened: Callable[..., Day]
) -> None:
    another = opened(X, XNetwork)
    another.live(lambda: another.news(2))
    x.editor_posts(day.place, another.shown()[0].text)
    day.live(lambda: day.news(30))
    assert len(day.shown()) == 1
    assert ways(day) == [(State.HELD, Reason.UNDECIDABLE)]
    assert day.stand().sentence == (
        "It may or may not be out: no clear answer came, and our looking did not settle it (X refuses these words as a "
        "repetition, but shows no post of them since the first try: somebody may have posted them before); look on X, "
        "then `resolve 1 --sent ADDRESS` or `resolve 1 --not-sent`."
    )


def test_a_facebook_token_without_the_task_stops_the_page_and_says_which(
    page_day: Day, facebook: FacebookNetwork
) -> None:
    tasks = token(page_day, facebook).tasks

    async def course() -> None:
        tasks.discard("CREATE_CONTENT")
        await page_day.news(5)
        assert page_day.stand().sentence.startswith(
            "Facebook takes nothing from us now (the token may not do this, it needs pages_manage_posts and "
            "pages_read_engagement, and the task CREATE_CONTENT on the page: "
        )
        await page_day.go(120)
        assert page_day.stand().sentence.startswith(
            "Facebook takes nothing from us now (missing rights: pages_manage_posts, or the page's task CREATE_CONTENT)"
        )
        tasks.add("CREATE_CONTENT")
        await page_day.go(120)

    page_day.live(course)
    assert ways(page_day) == [SENT]
    assert len(page_day.shown()) == 1
    assert page_day.told(*ALERTS) == [Action.ALERT_OPENED, Action.ALERT_CLOSED]


def test_a_page_that_keeps_its_drafts_is_told_once_and_asked_less_and_less(
    page_day: Day, facebook: FacebookNetwork
) -> None:
    """`verify` answers well all the time: only a post that goes out shows that the page serves again."""
    facebook.flips = "do nothing"

    async def course() -> None:
        await page_day.news(5)
        await page_day.news(355)

    page_day.live(course)
    told = page_day.stands()[0].sentence
    assert told.startswith(
        "Facebook takes nothing from us now (the page does not publish its drafts (although Facebook said yes): "
        "set `mode: direct` for this channel); "
    )
    assert not page_day.shown()
    assert page_day.told(*ALERTS) == [Action.ALERT_OPENED]
    assert page_day.told(Action.CHANNEL_STOPPED) == [Action.CHANNEL_STOPPED] * 6

    page_day.set(mode="direct")
    page_day.live(lambda: page_day.news(10))
    assert {shown.id for shown in page_day.shown()} >= {
        told.delivery.receipt.id for told in page_day.stands() if told.delivery.receipt
    }
    assert ways(page_day)[-1] == SENT
    assert page_day.told(*ALERTS) == [Action.ALERT_OPENED, Action.ALERT_CLOSED]


def test_nothing_tells_that_an_app_is_in_development_mode(page_day: Day, facebook: FacebookNetwork) -> None:
    """Facebook answers as if all were well, so README says it before anybody begins."""
    token(page_day, facebook).app.is_live = False
    page_day.live(lambda: page_day.news(5))
    assert ways(page_day) == [SENT]
    assert not page_day.shown()

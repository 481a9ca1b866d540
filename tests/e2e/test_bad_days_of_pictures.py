"""Bad days of pictures, films and quotas: each post ends, an editor reads why, and nothing is out twice or lost."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import bot.actions.deliveries as verbs
from adapters.contract import Adapter, Json, Post, Receipt
from adapters.emulators.instagram import InstagramNetwork
from adapters.emulators.kit import Fault, Network
from adapters.emulators.tiktok import TiktokNetwork
from adapters.emulators.tiktok_tasks import Task
from adapters.emulators.youtube import YoutubeNetwork
from adapters.instagram import Instagram
from adapters.tiktok import Tiktok
from adapters.youtube import Youtube
from bot.model import Reason, State
from tests.e2e.bad_day import Day
from tests.simulation.world import FILM

SENT = State.DONE, Reason.SENT
EXPIRED = State.EXPIRED, Reason.EXPIRED
Mend = Callable[[], None]


class Album(Instagram):
    """Instagram, for which one picture becomes five: our own posts have one."""

    def body(self, post: Post) -> dict[str, Json]:
        return super().body(_album(post))

    async def publish(self, post: Post, **how: Any) -> Receipt:
        return await super().publish(_album(post), **how)


def _album(post: Post) -> Post:
    return replace(post, media=(post.media * 5)[:5])


def broken_ffmpeg(day: Day) -> Mend:
    day.hands.refuses = "ffmpeg could not make the film (Invalid data found when processing input)"
    return lambda: setattr(day.hands, "refuses", "")


def shut_door(day: Day) -> Mend:
    day.paper.is_shut = True
    return lambda: setattr(day.paper, "is_shut", False)


def stuck_container(day: Day) -> Mend:
    day.network.shelf.slow = timedelta(days=9)  # type: ignore[attr-defined] # Instagram's
    return lambda: setattr(day.network.shelf, "slow", timedelta(0))  # type: ignore[attr-defined] # Instagram's


def session_gone(day: Day) -> None:
    """Nine of ten pieces are there, and YouTube knows nothing of the upload any more."""
    day.hands.film = FILM.ljust(9 * 256 * 1024 + 200_000, b"\0")

    def weather(call: str) -> None:
        if call == "youtube.upload" and calls(day, "session") == 1:
            day.network.sessions.clear()  # type: ignore[attr-defined] # YouTube's

    day.fault = weather


def address_ends(day: Day) -> None:
    """A film cannot be brought for as long as the address for it serves."""
    until = day.clock.now() + timedelta(minutes=70)
    day.fault = lambda call: "drop_before" if call == "tiktok.upload" and day.clock.now() < until else None


def dead_token(day: Day) -> Mend:
    """The third of five items is asked for with a token that somebody has just revoked."""
    faults: list[Fault | None] = [None, None, "token_revoked"]
    day.fault = lambda call: faults.pop(0) if faults and call == "instagram.item" else None
    return day.network.restore


def full_account(day: Day) -> None:
    """Others used up what the account may post in a day, until 20:00 of yesterday."""
    shelf = day.network.shelf  # type: ignore[attr-defined] # Instagram's
    shelf.gone_out += [(day.place, day.clock.now() - timedelta(hours=22))] * 50


def quota_until_midnight(day: Day) -> None:
    """Another program of the project used up the day that ends at 08:00, midnight in California."""
    _use_up(day)


def quota_beyond_midnight(day: Day) -> None:
    """And it uses up the next one as well, before anybody else comes to it."""

    def weather(call: str) -> None:
        _use_up(day)

    day.fault = weather


def _use_up(day: Day) -> None:
    inserts = day.network.quotas[day.secrets["client_id"]].inserts  # type: ignore[attr-defined] # YouTube's
    while inserts.take(day.clock.now()):
        pass


def too_many_posts(day: Day) -> None:
    (creator,) = day.network.creators.values()  # type: ignore[attr-defined] # TikTok's
    for _ in range(15):
        creator.posts.take(day.clock.now() - timedelta(hours=2))


def full_inbox(day: Day) -> Mend:
    """Somebody's other program left five drafts there, until they are published."""
    network: Any = day.network
    (creator,) = network.creators.values()
    for n in range(5):
        network.tasks[f"{n}"] = Task(f"{n}", creator, True, "", "", {}, day.clock.now(), done_at=day.clock.now())
    return lambda: network.clear(creator)


@dataclass(frozen=True)
class Row:
    """What befalls a post, how it then stands, and how it ends once a person has mended it, or by itself."""

    prepare: Callable[[Day], Mend | None]
    kind: type[Adapter]
    network: type[Network]
    stands: tuple[State, Reason]
    says: str
    """What an editor reads; … stands for what does not matter."""
    hours: float = 0.1
    """For how long it is left alone before somebody looks."""
    more: float = 0.5
    """For how many hours it is left alone after that."""
    place: dict[str, str] = field(default_factory=dict)
    releases: bool = False
    calls: dict[str, int] = field(default_factory=dict)
    """How often the network was asked for what, in the end."""
    ends: tuple[State, Reason] = SENT


_YOUTUBE, _TIKTOK, _INSTAGRAM = (Youtube, YoutubeNetwork), (Tiktok, TiktokNetwork), (Instagram, InstagramNetwork)
ROWS = (
    Row(
        broken_ffmpeg,
        *_YOUTUBE,
        (State.HELD, Reason.NO_FILM),
        "It has no film, so nothing was posted: ffmpeg could not make the film (Invalid data found when processing",
        releases=True,
        calls={"session": 1, "upload": 1},
    ),
    Row(
        shut_door,
        *_INSTAGRAM,
        (State.HELD, Reason.GAVE_UP),
        "Failed 10 times before anything was posted, at last with: networks cannot fetch its picture: "
        "media.rehearsal.example answers 403; `release 1` tries again.",
        hours=8,
        releases=True,
        calls={"container": 1, "publish": 1},
    ),
    Row(
        stuck_container,
        *_INSTAGRAM,
        EXPIRED,
        "Could not go out by 12:0…(Instagram is still making it ready); `release 1` gives it new time.",
        hours=7,
        releases=True,
        calls={"publish": 1},
    ),
    Row(
        session_gone,
        *_YOUTUBE,
        (State.UNKNOWN, Reason.LOOK_AGAIN),
        "Was sent without a clear answer, and we cannot tell yet whether it is out (not among the channel's uploads",
        place={"chunk": "256"},
        calls={"session": 2, "chunk": 18, "upload": 2},
    ),
    Row(
        address_ends,
        *_TIKTOK,
        (State.DUE, Reason.BACKOFF),
        " failed before anything was posted (TikTok upload: could not be reached (connection refused)); ",
        hours=1,
        more=1,
        calls={"upload": 1},
    ),
    Row(
        dead_token,
        Album,
        InstagramNetwork,
        (State.DUE, Reason.NO_ACCESS),
        "Instagram takes nothing from us now (Instagram account: Error validating access token: Session has expired",
        hours=1,
        more=2,
        calls={"item": 6, "container": 1, "publish": 1},
    ),
    Row(
        full_account,
        *_INSTAGRAM,
        (State.DUE, Reason.ASKED_TO_WAIT),
        "Instagram asked us to wait (Instagram publish: The user has reached the maximum number of posts",
        hours=1.5,
        more=1.5,
        calls={"container": 1, "publish": 3},
    ),
    Row(
        quota_until_midnight,
        *_YOUTUBE,
        (State.DUE, Reason.ASKED_TO_WAIT),
        "YouTube asked us to wait (YouTube upload: The request cannot be completed because you have exceeded your "
        "quota. (quotaExceeded)), so it goes out at 08:01.",
        hours=1.5,
        more=1,
        calls={"session": 2, "upload": 1},
    ),
    Row(
        quota_beyond_midnight,
        *_YOUTUBE,
        (State.DUE, Reason.ASKED_TO_WAIT),
        "YouTube asked us to wait (YouTube upload: The request cannot be completed because you have exceeded your "
        "quota. (quotaExceeded)), so it goes out on 23 November, 08:01, but its time ends at 12:0…, before that.",
        hours=3,
        more=4,
        calls={"session": 2},
        ends=EXPIRED,
    ),
    Row(
        too_many_posts,
        *_TIKTOK,
        EXPIRED,
        "Could not go out by 12:0…(TikTok upload: refused: spam_risk_too_many_posts",
        place={"mode": "direct"},
        hours=7,
        more=24,
        ends=EXPIRED,
        calls={"init": 1},
    ),
    Row(
        full_inbox,
        *_TIKTOK,
        (State.DUE, Reason.ASKED_TO_WAIT),
        "spam_risk_too_many_pending_share): publish or delete drafts in the app), so it goes out at 07:0",
        hours=0.7,
        more=0.7,
        calls={"draft": 2, "upload": 1},
    ),
)


@pytest.fixture
def day(row: Row, tmp_path: Path) -> Iterator[Day]:
    opened = Day(tmp_path, row.kind, row.network, **row.place)
    yield opened
    opened.close()


def calls(day: Day, name: str) -> int:
    return [each.call for each in day.world.ledger].count(name)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.kind.spec.network} {row.prepare.__name__}")
def test_what_befalls_a_picture_or_a_film_ends_with_its_reason_and_once(row: Row, day: Day) -> None:
    mend, day.tick = row.prepare(day), max(15.0, row.hours * 30)

    async def course() -> None:
        await day.news(hours=row.hours)
        told = day.stand()
        assert (told.delivery.state, told.delivery.reason) == row.stands
        assert [part for part in row.says.split("…") if part not in told.sentence] == [], told.sentence
        if row.stands[0] is not State.UNKNOWN:
            assert not day.shown()
        if mend:
            mend()
        if row.releases:
            await verbs.release(day.daemon.room, told.delivery.id)
        day.tick = max(15.0, row.more * 30)
        await day.go(hours=row.more)

    day.live(course)
    told = day.stand().delivery
    assert (told.state, told.reason) == row.ends
    assert [shown.id for shown in day.shown()] == ([told.receipt.id] if told.receipt else [])
    assert {name: calls(day, name) for name in row.calls} == row.calls
